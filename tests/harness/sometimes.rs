//! Servers that allow denied origins only in some responses. The hole is a finding about security, and it is first, although
//! the answers are not stable.

use fetch_cors::conformance::{Cause, Report, Severity, check, policies::serve};
use http::{Request, Response};

use super::{
    config,
    invented::{ALLOW_ORIGIN, causes},
    servers::{policy, reflecting},
};

/// Returns the report about a server that reflects the origin of the requests for which `reflects` returns true. The argument is
/// the number of the request.
fn report_of(reflects: impl Fn(usize) -> bool) -> Report {
    let (mut reflecting, mut count) = (reflecting(), 0);
    let mut server = |request: Request<()>| -> Response<()> {
        count += 1;
        if reflects(count) {
            reflecting(request)
        } else {
            serve(&policy(), &request)
        }
    };
    check(&mut server, &policy(), config()).unwrap()
}

#[test]
fn an_unstable_reflection_is_first() {
    type Reflects = fn(usize) -> bool;
    let servers: [(Reflects, &str); 5] = [
        (|count| count % 2 == 0, "apparently at random"),
        (|count| count % 10 == 0, "apparently at random"),
        (|count| count <= 20, "only before the request `"),
        (|count| count > 200, "only from the request `"),
        (|count| count > 450, "only from the request `"),
    ];
    for (reflects, when) in servers {
        let report = report_of(reflects);
        assert_eq!(causes(&report), [Cause::AllowsSometimes], "{report}");
        let findings = report.findings();
        assert_eq!(findings[0].severity(), Severity::Security, "{report}");
        let mistake = findings[0].mistake();
        assert!(mistake.contains(when), "{mistake}");
        assert!(mistake.contains("`https://"), "{mistake}");
    }
}

#[test]
fn a_stable_reflection_has_its_own_cause() {
    assert_eq!(causes(&report_of(|_| true)), [Cause::ReflectsAnyOrigin]);
    assert_eq!(causes(&report_of(|_| false)), []);
}

/// The server stores the origin of a request, and sends it in the response to the next request of a denied origin.
#[test]
fn origins_of_earlier_requests_are_one_finding() {
    let mut stored = None;
    let mut server = |request: Request<()>| -> Response<()> {
        let mut response = serve(&policy(), &request);
        let Some(given) = request.headers().get("origin").cloned() else {
            return response;
        };
        let earlier = stored.replace(given);
        if !response.headers().contains_key(ALLOW_ORIGIN)
            && let Some(earlier) = earlier
        {
            response.headers_mut().insert(ALLOW_ORIGIN, earlier);
        }
        response
    };
    let report = check(&mut server, &policy(), config()).unwrap();
    assert_eq!(causes(&report), [Cause::AllowsSometimes], "{report}");
    let mistake = report.findings()[0].mistake();
    let start =
        "the server sends the `Origin` of an earlier request in `Access-Control-Allow-Origin`";
    assert!(mistake.starts_with(start), "{mistake}");
}
