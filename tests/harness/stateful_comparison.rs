//! Servers that compare origins with a regular expression that has a state, such as `/…/g` in JavaScript. After a match,
//! the next comparison starts at the end of the match, so the server denies every second request of an allowed page.

use std::cell::Cell;

use fetch_cors::conformance::{Report, check, policies::serve};
use http::{Request, Response, StatusCode};

use super::{
    config,
    invented::{ALLOW_ORIGIN, LISTED, origin},
    names,
    servers::{allowing, is_granted, is_preflight, policy, set},
};

/// How a server denies an origin.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Denial {
    /// Without CORS headers, and with the status 403 for a preflight.
    RefusedPreflights,
    /// Without CORS headers.
    NoHeaders,
    /// Without CORS headers, and with the status 403.
    Forbidden,
    /// With `Access-Control-Allow-Origin: *`.
    Asterisk,
}

const DENIALS: [Denial; 4] = [
    Denial::RefusedPreflights,
    Denial::NoHeaders,
    Denial::Forbidden,
    Denial::Asterisk,
];

/// Returns a function that compares an origin with one regular expression for all listed origins, or with one regular
/// expression for each listed origin.
fn comparison(is_shared: bool) -> impl Fn(&str) -> bool {
    let positions = LISTED.map(|_| Cell::new(0));
    move |origin| {
        let test = |is_match: bool, position: &Cell<usize>| {
            let is_found = is_match && position.get() == 0;
            position.set(if is_found { origin.len() } else { 0 });
            is_found
        };
        if is_shared {
            test(LISTED.contains(&origin), &positions[0])
        } else {
            let mut expressions = LISTED.iter().zip(&positions);
            expressions.any(|(listed, position)| test(*listed == origin, position))
        }
    }
}

/// Checks a server with such a regular expression. The server also allows the origins for which `allows` returns true.
fn report(denial: Denial, is_shared: bool, allows: impl Fn(&str) -> bool) -> Report {
    let matches = comparison(is_shared);
    let mut allowing = allowing(policy(), allows);
    let mut server = |mut request: Request<()>| {
        let given = origin(&request);
        if LISTED.contains(&&*given) && !matches(&given) {
            set(request.headers_mut(), "origin", "https://unlisted.test");
            return denied(denial, &request, serve(&policy(), &request));
        }
        let response = allowing(Request::clone(&request));
        if is_granted(&response) || ["", "https://api.example"].contains(&&*given) {
            response
        } else {
            denied(denial, &request, response)
        }
    };
    check(&mut server, &policy(), config()).unwrap()
}

fn denied(denial: Denial, request: &Request<()>, mut response: Response<()>) -> Response<()> {
    let status = response.status_mut();
    match denial {
        Denial::RefusedPreflights => {}
        Denial::NoHeaders | Denial::Asterisk if is_preflight(request) => {
            *status = StatusCode::NO_CONTENT;
        }
        Denial::NoHeaders | Denial::Asterisk => {}
        Denial::Forbidden => *status = StatusCode::FORBIDDEN,
    }
    if denial == Denial::Asterisk {
        set(response.headers_mut(), ALLOW_ORIGIN, "*");
    }
    response
}

#[test]
fn comparison_with_a_state_is_one_finding() {
    for denial in DENIALS {
        for is_shared in [true, false] {
            let report = report(denial, is_shared, |_| false);
            let expected: &[&str] = match denial {
                Denial::Asterisk => &["wildcard-origin", "unstable-answers"],
                _ => &["unstable-answers"],
            };
            assert_eq!(names(&report), expected, "{denial:?} {is_shared}: {report}");
            let finding = report.findings().pop().unwrap();
            let counts = "responses to allowed origins do not allow the origin, although responses to equal requests do";
            assert!(finding.mistake().ends_with(counts), "{report}");
            // The example has two equal requests.
            let curl = finding.example().curl();
            assert_eq!(curl[0], curl[1], "{report}");
            assert_eq!(finding.violations().len(), 1, "{report}");
        }
    }
}

/// The denials of allowed origins hide no mistake with another reason.
#[test]
fn comparison_with_a_state_hides_no_other_mistake() {
    for denial in DENIALS {
        let report = report(denial, true, |_| true);
        assert_eq!(
            names(&report),
            ["reflects-any-origin", "unstable-answers"],
            "{denial:?}: {report}"
        );
    }
    let matches = comparison(true);
    let mut without_headers_on_errors = |mut request: Request<()>| {
        let given = origin(&request);
        let is_error = request.uri().path() == "/missing";
        if LISTED.contains(&&*given) && !matches(&given) {
            set(request.headers_mut(), "origin", "https://unlisted.test");
        }
        let mut response = serve(&policy(), &request);
        if is_error && !is_preflight(&request) {
            *response.status_mut() = StatusCode::NOT_FOUND;
            response.headers_mut().clear();
        }
        response
    };
    let config = config().error_url("https://api.example/missing").unwrap();
    let report = check(&mut without_headers_on_errors, &policy(), config).unwrap();
    assert_eq!(
        names(&report),
        ["unstable-answers", "lacks-headers-on-errors"],
        "{report}"
    );
}
