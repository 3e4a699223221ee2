//! Servers that stop answering during a check. The report has one finding, which names the first request that fails.

use std::cell::Cell;

use fetch_cors::{
    cases::ExchangeError,
    conformance::{Cause, Check, Report, Severity, policies::serve},
    infrastructure::response::Response as FetchResponse,
};
use http::{Request, Response};

use super::{
    config,
    invented::{causes, status},
    servers::policy,
};

type Answer = Result<Response<()>, ExchangeError>;

/// Returns the report about a server that answers `answered` requests as the policy says, and the other requests with `answer`.
fn report_of(answered: usize, answer: impl Fn(&Request<()>) -> Answer) -> Report {
    let policy = policy();
    let mut check = Check::new(&policy, config()).unwrap();
    let count = Cell::new(0);
    while let Some(line) = check.request() {
        let request = Request::try_from(&line.request).unwrap();
        count.set(count.get() + 1);
        let answer = if count.get() > answered {
            answer(&request)
        } else {
            Ok(serve(&policy, &request))
        };
        check.answer_after(answer.map(|response| FetchResponse::from(&response)), None);
    }
    check.report()
}

/// The first line names the number of the first request that fails, and the answer. The answers after it are listed as not
/// checked.
#[test]
fn a_stop_is_one_finding() {
    let answers: [(&str, Answer); 6] = [
        ("the status 404", Ok(status(404, &[]))),
        ("the status 500", Ok(status(500, &[]))),
        ("the status 403", Ok(status(403, &[]))),
        ("the status 302", Ok(status(302, &[("location", "/login")]))),
        ("no response", Err(ExchangeError::Network)),
        ("no response", Err(ExchangeError::Timeout)),
    ];
    for answered in [50, 200, 350, 450] {
        for (text, answer) in &answers {
            let report = report_of(answered, |_| answer.clone());
            assert_eq!(
                causes(&report),
                [Cause::StopsAnswering],
                "{answered}, {text}: {report}"
            );
            let findings = report.findings();
            let mistake = findings[0].mistake();
            let first = mistake.strip_prefix("from request ").unwrap();
            let first: usize = first.split(' ').next().unwrap().parse().unwrap();
            // The policy refuses preflights of denied origins with the status 403. If such a preflight is directly before the
            // stop, the series of failures begins with it.
            let refused = if *text == "the status 403" { 2 } else { 0 };
            assert!(
                (answered + 1 - refused..=answered + 1).contains(&first),
                "{answered}: {mistake}"
            );
            assert!(
                mistake.contains(&format!("every request gets {text}, but before it")),
                "{mistake}"
            );
            assert_eq!(findings[0].severity(), Severity::Broken, "{report}");
            assert!(!report.is_complete(), "{report}");
            let mut unchecked = report.unchecked().iter();
            assert!(
                unchecked.any(|part| part.contains("because the server stops answering")),
                "{report}"
            );
        }
    }
}

/// A server that answers most requests, and then gets unavailable, stops too, also if its middleware adds the CORS headers.
#[test]
fn a_server_that_gets_unavailable_stops() {
    let unavailable = [
        status(503, &[]),
        status(
            503,
            &[("access-control-allow-origin", "https://app.example")],
        ),
    ];
    for answer in unavailable {
        let report = report_of(600, |_| Ok(answer.clone()));
        assert_eq!(causes(&report), [Cause::StopsAnswering], "{report}");
        let findings = report.findings();
        let mistake = findings[0].mistake();
        assert!(mistake.starts_with("from request 601 of "), "{mistake}");
        assert!(
            mistake.contains("every request gets the status 503"),
            "{mistake}"
        );
    }
}

/// A security hole before the stop stays in the report.
#[test]
fn a_stop_hides_no_hole() {
    let policy = policy();
    let mut server = super::servers::reflecting();
    let mut check = Check::new(&policy, config()).unwrap();
    let mut count = 0;
    while let Some(line) = check.request() {
        let request = Request::try_from(&line.request).unwrap();
        count += 1;
        let response = if count > 300 {
            status(404, &[])
        } else {
            server(request)
        };
        check.answer_after(Ok(FetchResponse::from(&response)), None);
    }
    let report = check.report();
    let found = causes(&report);
    assert_eq!(found[0], Cause::ReflectsAnyOrigin, "{report}");
    assert!(found.contains(&Cause::StopsAnswering), "{report}");
}

/// A server that refuses every denied origin in the same way does not stop, although the check ends with such requests.
#[test]
fn a_server_that_refuses_denied_origins_does_not_stop() {
    for code in [403, 404] {
        let report = report_of(0, |request| {
            let response = serve(&policy(), request);
            let is_denied = request.headers().contains_key("origin")
                && !response
                    .headers()
                    .contains_key("access-control-allow-origin")
                && super::servers::origin(request) != "https://api.example";
            Ok(if is_denied {
                status(code, &[("vary", "Origin")])
            } else {
                response
            })
        });
        assert!(report.violations().is_empty(), "{report}");
    }
}
