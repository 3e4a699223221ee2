//! What a test says of an outcome, and what it reads where that is wrong.
#![cfg(feature = "conformance")]
#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used)]

use std::{panic, time::Duration};

use fetch_cors::{
    Failure,
    api::RequestInit,
    fetching::UserAgent,
    infrastructure::{header_list::HeaderList, origin::Origin, request::Mode, response::Response},
    outcome::Outcome,
};

fn outcome(mode: Mode, method: &'static str, headers: &[(&str, &str)]) -> Outcome {
    let mut init = RequestInit::new("https://api.example/".parse().unwrap());
    (init.method, init.mode) = (method.into(), mode);
    let page = Origin::parse(b"https://app.example").unwrap();
    let headers = HeaderList::from_pairs(headers.iter().copied()).unwrap();
    let response = Response::new(http::StatusCode::OK, headers);
    let request = init.into_request(page);
    Outcome::fetch(&mut UserAgent::new(), request, Duration::ZERO, |_| {
        Ok(response.clone())
    })
}

fn says(assert: impl FnOnce() + panic::UnwindSafe) -> String {
    let panicked = panic::catch_unwind(assert).unwrap_err();
    *panicked.downcast::<String>().unwrap()
}

const OTHER: &[(&str, &str)] = &[("Access-Control-Allow-Origin", "https://other.example")];
const ANY: &[(&str, &str)] = &[("Access-Control-Allow-Origin", "*")];

#[test]
fn a_response_that_cannot_be_read_is_explained() {
    let blocked = outcome(Mode::Cors, "GET", OTHER);
    let expected = "\
the response should be readable
> GET https://api.example/
  origin: https://app.example
allow-origin-mismatch at cors-check/4: Access-Control-Allow-Origin is not the origin of the request: `https://other.example`
to fix it: send `Access-Control-Allow-Origin: https://app.example` instead of `https://other.example`";
    assert_eq!(
        says(move || {
            blocked.assert_readable();
        }),
        expected
    );
    let opaque = outcome(Mode::NoCors, "GET", ANY);
    let said = says(move || {
        opaque.assert_readable();
    });
    assert!(
        said.ends_with("< 200 OK, to script opaque\n  access-control-allow-origin: *"),
        "{said}"
    );
}

#[test]
fn what_is_not_blocked_or_otherwise_is_explained() {
    let readable = outcome(Mode::Cors, "GET", ANY);
    let said = says(move || {
        readable.assert_blocked();
    });
    assert!(
        said.starts_with("the fetch should fail\n> GET https://api.example/"),
        "{said}"
    );
    let blocked = outcome(Mode::Cors, "PUT", ANY);
    let said = says(move || {
        blocked.assert_blocked_by(Failure::MissingAllowOriginHeader);
    });
    assert!(
        said.starts_with("the fetch should fail by `missing-allow-origin-header`: "),
        "{said}"
    );
    assert!(
        said.contains("  access-control-request-method: PUT\n"),
        "{said}"
    );
    assert!(said.contains("cors-preflight-fetch/7.5"), "{said}");
    assert!(
        said.ends_with("list `PUT`, in that case, in Access-Control-Allow-Methods"),
        "{said}"
    );
    let refused = outcome(Mode::Cors, "TRACE", ANY);
    let said = says(move || {
        refused.assert_readable();
    });
    assert!(
        said.contains("> nothing was sent\nforbidden-method at "),
        "{said}"
    );
}

#[test]
fn preflights_are_explained() {
    let preflighted = outcome(Mode::Cors, "PUT", ANY);
    let plain = outcome(Mode::Cors, "GET", ANY);
    preflighted.assert_preflighted();
    plain.assert_not_preflighted();
    let said = says(move || preflighted.assert_not_preflighted());
    assert!(
        said.starts_with(
            "there should be no preflight, and there is because of method\n> OPTIONS "
        ),
        "{said}"
    );
    let said = says(move || plain.assert_preflighted());
    assert!(
        said.starts_with("there should be a preflight\n> GET "),
        "{said}"
    );
}
