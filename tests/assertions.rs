//! Assertions about an outcome, and the messages of failed assertions.
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

fn panic_message(assert: impl FnOnce() + panic::UnwindSafe) -> String {
    let panicked = panic::catch_unwind(assert).unwrap_err();
    *panicked.downcast::<String>().unwrap()
}

const OTHER: &[(&str, &str)] = &[("Access-Control-Allow-Origin", "https://other.example")];
const ANY: &[(&str, &str)] = &[("Access-Control-Allow-Origin", "*")];

#[test]
fn unreadable_response_is_explained() {
    let blocked = outcome(Mode::Cors, "GET", OTHER);
    let expected = "\
the response should be readable
> GET https://api.example/
  origin: https://app.example
allow-origin-mismatch at cors-check/4
  the response allows the origin `https://other.example`, but the page has the origin `https://app.example`
  the server allows another origin: add the origin of the page to the allowed origins
fix: send `Access-Control-Allow-Origin: https://app.example` instead of `https://other.example`";
    assert_eq!(
        panic_message(move || {
            blocked.assert_readable();
        }),
        expected
    );
    let opaque = outcome(Mode::NoCors, "GET", ANY);
    let message = panic_message(move || {
        opaque.assert_readable();
    });
    assert!(
        message.ends_with(
            "< 200 OK (the script sees a response of type `opaque`)\n  access-control-allow-origin: *"
        ),
        "{message}"
    );
}

#[test]
fn wrong_failure_is_explained() {
    let readable = outcome(Mode::Cors, "GET", ANY);
    let message = panic_message(move || {
        readable.assert_blocked();
    });
    assert!(
        message.starts_with("the fetch should fail\n> GET https://api.example/"),
        "{message}"
    );
    let blocked = outcome(Mode::Cors, "PUT", ANY);
    let message = panic_message(move || {
        blocked.assert_blocked_by(Failure::MissingAllowOriginHeader);
    });
    assert!(
        message.starts_with("the fetch should fail with `missing-allow-origin-header` ("),
        "{message}"
    );
    assert!(
        message.contains("  access-control-request-method: PUT\n"),
        "{message}"
    );
    assert!(message.contains("cors-preflight-fetch/7.5"), "{message}");
    assert!(
        message.ends_with("list `PUT` in `Access-Control-Allow-Methods`, in the same letter case"),
        "{message}"
    );
    let refused = outcome(Mode::Cors, "TRACE", ANY);
    let message = panic_message(move || {
        refused.assert_readable();
    });
    assert!(
        message.contains("> no request was sent\nforbidden-method at "),
        "{message}"
    );
}

#[test]
fn unexpected_preflight_is_explained() {
    let preflighted = outcome(Mode::Cors, "PUT", ANY);
    let plain = outcome(Mode::Cors, "GET", ANY);
    preflighted.assert_preflighted();
    plain.assert_not_preflighted();
    let message = panic_message(move || preflighted.assert_not_preflighted());
    assert!(
        message.starts_with(
            "there should be no preflight, but there is one: the method `PUT` is not GET, HEAD or POST\n> OPTIONS "
        ),
        "{message}"
    );
    let message = panic_message(move || plain.assert_preflighted());
    assert!(
        message.starts_with("there should be a preflight\n> GET "),
        "{message}"
    );
}
