//! Servers that do not answer long preflights.

use std::{cell::RefCell, collections::BTreeSet, time::Duration};

use fetch_cors::{
    cases::ExchangeError,
    conformance::{Check, Report, Severity, policies::serve},
    infrastructure::response::Response as FetchResponse,
};
use http::Request;

use super::{config, names, servers::policy};

/// Checks a server that gives no answer to the requests for which `is_silent` returns true. The function gets the position
/// of the request too.
fn report_of(error: ExchangeError, is_silent: impl Fn(usize, &Request<()>) -> bool) -> Report {
    let policy = policy();
    let mut check = Check::new(&policy, config()).unwrap();
    let mut position = 0;
    while let Some(line) = check.request() {
        let request = Request::try_from(&line.request).unwrap();
        let answer = if is_silent(position, &request) {
            Err(error)
        } else {
            Ok(FetchResponse::from(&serve(&policy, &request)))
        };
        check.answer_after(answer, Some(Duration::from_millis(1)));
        position += 1;
    }
    check.report()
}

fn longest(request: &Request<()>) -> usize {
    let values = request.headers().values();
    values.map(|value| value.len()).max().unwrap_or_default()
}

#[test]
fn a_timeout_of_every_long_preflight_is_the_server() {
    for limit in [800, 2000, 4000] {
        let report = report_of(ExchangeError::Timeout, |_, request| {
            longest(request) > limit
        });
        assert_eq!(names(&report), ["slow-preflights"], "{report}");
        let finding = &report.findings()[0];
        assert_eq!(finding.severity(), Severity::Broken, "{report}");
        assert!(
            finding
                .mistake()
                .contains("long preflights get no response"),
            "{report}"
        );
    }
    let of_origin = |_: usize, request: &Request<()>| {
        let origin = request.headers().get("origin");
        origin.is_some_and(|origin| origin.len() > 4000)
    };
    let report = report_of(ExchangeError::Timeout, of_origin);
    assert_eq!(names(&report), ["slow-preflights"], "{report}");
}

/// Many servers close the connection if a header is too long. A single timeout is often the network.
#[test]
fn a_closed_connection_is_not_the_time() {
    let closes = |_: usize, request: &Request<()>| longest(request) > 2000;
    let report = report_of(ExchangeError::Network, closes);
    assert_eq!(names(&report), ["no-response"], "{report}");
    // Each long preflight is sent three times. Only the first one of each kind gets no answer.
    let seen = RefCell::new(BTreeSet::new());
    let once = |_: usize, request: &Request<()>| {
        let text = format!("{:?}", request.headers());
        longest(request) > 4000 && seen.borrow_mut().insert(text)
    };
    let report = report_of(ExchangeError::Timeout, once);
    assert!(!seen.borrow().is_empty());
    assert!(!names(&report).contains(&"slow-preflights"), "{report}");
    assert!(
        !report.is_complete() || !report.violations().is_empty(),
        "{report}"
    );
}

/// If the server stops, the long preflights after this time show nothing about the length.
#[test]
fn a_server_that_stops_is_not_slow() {
    let mut first_long = None;
    let policy = policy();
    let mut check = Check::new(&policy, config()).unwrap();
    let mut position = 0;
    while let Some(line) = check.request() {
        let request = Request::try_from(&line.request).unwrap();
        if longest(&request) > 1000 {
            first_long.get_or_insert(position);
        }
        check.answer(Ok(FetchResponse::from(&serve(&policy, &request))));
        position += 1;
    }
    let start = first_long.unwrap() - 20;
    let report = report_of(ExchangeError::Timeout, |position, _| position >= start);
    assert!(!names(&report).contains(&"slow-preflights"), "{report}");
    // The server did not answer any of the later requests, so the report is not fine.
    assert!(!report.violations().is_empty(), "{report}");
    let unchecked = report.unchecked().join("\n");
    assert!(unchecked.contains("without a response"), "{report}");
    // The same long preflights without the other requests are about the length.
    let report = report_of(ExchangeError::Timeout, |position, request| {
        position >= start && longest(request) > 1000
    });
    assert_eq!(names(&report), ["slow-preflights"], "{report}");
}
