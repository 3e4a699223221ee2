//! Notes of a report: facts that are not violations.

use fetch_cors::{
    cases::Exchange,
    conformance::{Recorded, Report, check, policies::serve},
    server::CorsPolicy,
};
use http::{Request, Response};

use super::{
    config,
    servers::{changed, is_preflight, policy, set},
};

fn noted(mut server: impl FnMut(Request<()>) -> Response<()>) -> Report {
    check(&mut server, &policy(), config().note_preflight_vary()).unwrap()
}

/// Returns a server whose preflight responses have the given `Vary`, or no `Vary`.
fn with_vary(vary: Option<&'static str>) -> impl FnMut(Request<()>) -> Response<()> {
    changed(policy(), move |request, response| {
        if is_preflight(request) {
            response.headers_mut().remove("vary");
            if let Some(vary) = vary {
                set(response.headers_mut(), "vary", vary);
            }
        }
    })
}

#[test]
fn report_has_the_note_only_with_the_option() {
    const NAMES: [&str; 3] = [
        "Origin",
        "Access-Control-Request-Method",
        "Access-Control-Request-Headers",
    ];
    for (vary, missing) in [
        (None, &NAMES[..]),
        (Some("accept"), &NAMES),
        (Some("origin"), &NAMES[1..]),
        (
            Some("Access-Control-Request-Headers, Access-Control-Request-Method"),
            &NAMES[..1],
        ),
        (
            Some("origin, access-control-request-method, access-control-request-headers"),
            &[],
        ),
        (Some("*"), &[]),
    ] {
        let report = noted(with_vary(vary));
        // A note is not a violation.
        assert!(report.violations().is_empty(), "{vary:?}: {report}");
        assert!(report.is_complete());
        let notes = report.notes();
        assert_eq!(notes.len(), usize::from(!missing.is_empty()), "{notes:?}");
        for name in NAMES {
            let note = notes.first().map_or("", String::as_str);
            let has_name = note.contains(&format!("`{name}` ("));
            assert_eq!(has_name, missing.contains(&name), "{vary:?}: {note}");
        }
        let text = report.to_string();
        let is_note = |line: &&str| line.starts_with("note: ");
        assert_eq!(
            text.lines().any(|line| is_note(&line)),
            !missing.is_empty(),
            "{text}"
        );
        // Without `note_preflight_vary`, the report does not have the note. All other lines of the report are the same.
        let mut server = with_vary(vary);
        let plain = check(&mut server, &policy(), config()).unwrap();
        assert_eq!(plain.notes(), [""; 0]);
        let others = text.lines().filter(|line| !is_note(line));
        assert!(others.eq(plain.to_string().lines()), "{text}");
    }
}

/// A response that is the same for each preflight does not need `Vary`.
#[test]
fn response_to_each_preflight_has_no_note() {
    let any = CorsPolicy::builder().any_origin().build().unwrap();
    let allowed = Request::options("https://api.example/notes")
        .header("origin", "https://app.example")
        .header("access-control-request-method", "GET");
    let allowed = allowed.body(()).unwrap();
    let constant = noted(move |_| {
        let mut response = serve(&any, &allowed);
        response.headers_mut().remove("vary");
        response
    });
    assert_eq!(constant.notes(), [""; 0]);
}

/// A record can have two exchanges of one test request. A note says that they contradict each other.
#[test]
fn contradictions_in_a_record_are_named() {
    let notes = |values: [Option<&str>; 2]| {
        let mut recorded = Recorded::new(&policy(), config()).unwrap();
        for value in values {
            let headers = value.map_or_else(String::new, |value| {
                format!(r#"["Access-Control-Allow-Origin","{value}"]"#)
            });
            let line = format!(
                r#"{{"id":"reflection/1","request":{{"method":"GET","url":"{}","headers":[["Origin","https://unlisted.test"]]}},"response":{{"status":200,"headers":[{headers}]}}}}"#,
                super::URL
            );
            recorded.insert(Exchange::parse(&line).unwrap()).unwrap();
        }
        recorded.report().notes().to_vec()
    };
    let contradicting = notes([None, Some("https://unlisted.test")]);
    let expected = "the exchanges with the id `reflection/1` contradict each other: the first response has no \
                    `Access-Control-Allow-Origin`, and a later response has \
                    `Access-Control-Allow-Origin: https://unlisted.test`; ";
    assert!(
        contradicting.iter().any(|note| note.starts_with(expected)),
        "{contradicting:?}"
    );
    for same in [None, Some("https://unlisted.test")] {
        let notes = notes([same, same]);
        assert_eq!(notes.len(), 1, "{notes:?}");
    }
}
