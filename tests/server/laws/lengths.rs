//! Methods and header names around the limit on their length.

use fetch_cors::{
    conformance::{
        laws,
        policies::{PolicySpec, serve},
    },
    server::AllowList,
};
use http::Request;

const ORIGIN: &str = "https://a.example";

/// Asserts that the preflight gets the response that the law requires, and whether this response grants the method and
/// the header name.
#[track_caller]
fn assert_granted(spec: &PolicySpec, method: &str, name: &str, is_expected: bool) {
    let request = Request::options("/")
        .header("origin", ORIGIN)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", name)
        .body(())
        .unwrap();
    let response = serve(&spec.build().unwrap(), &request);
    laws::preflight_status_matches_decision(spec, &request, &response).unwrap();
    let has = |header: &str, value: &str| {
        let sent = response.headers().get(header);
        let sent = sent.map_or("", |sent| sent.to_str().unwrap());
        sent.split(',')
            .any(|element| element.trim().eq_ignore_ascii_case(value))
    };
    let is_granted =
        has("access-control-allow-methods", method) && has("access-control-allow-headers", name);
    assert_eq!(is_granted, is_expected);
}

/// A limit on the length never denies a listed method or a listed header name.
#[test]
fn listed_names_have_no_limit() {
    let mut spec = PolicySpec::from_origins([ORIGIN]);
    let long = |letter: &str, length: usize| letter.repeat(length);
    spec.methods = AllowList::Only(vec![long("M", 9000)]);
    // The policy compares a long list of names in another way than a short list.
    for others in [0, 20] {
        let names = (0..others).map(|i| format!("x-{i}"));
        spec.request_headers = names.chain([long("z", 9000)]).collect();
        for wildcard in [false, true] {
            if wildcard {
                spec.request_headers.push("*".into());
            }
            assert_granted(&spec, &long("M", 9000), &long("z", 9000), true);
            assert_granted(&spec, &long("M", 9000), &long("Z", 9000), true);
            assert_granted(&spec, &long("M", 9001), &long("z", 9000), false);
            assert_granted(&spec, &long("M", 9000), &long("z", 9001), false);
        }
    }
}

/// A wildcard covers only methods and header names of at most 8192 bytes.
#[test]
fn wildcard_does_not_cover_long_names() {
    let mut spec = PolicySpec::from_origins([ORIGIN]);
    spec.methods = AllowList::Any;
    spec.request_headers = vec!["*".into()];
    for (method_bytes, name_bytes, is_granted) in
        [(8192, 8192, true), (8193, 1, false), (1, 8193, false)]
    {
        let (method, name) = ("M".repeat(method_bytes), "z".repeat(name_bytes));
        assert_granted(&spec, &method, &name, is_granted);
    }
}
