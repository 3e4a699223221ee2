//! What is decided of a request: the same by `http`'s header map and by any other, and in words.

use fetch_cors::server::{CorsPolicy, DenialReason};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

const ORIGIN: (&str, &str) = ("origin", "https://a.example");
const OTHER: (&str, &str) = ("origin", "https://b.example");
const PUT: (&str, &str) = ("access-control-request-method", "PUT");
const DELETE: (&str, &str) = ("access-control-request-method", "DELETE");
const ACCEPT: (&str, &str) = ("accept", "a");

/// What is decided of an OPTIONS with these lines.
fn decided(policy: &CorsPolicy, lines: &[(&str, &str)]) -> Option<Result<(), DenialReason>> {
    let line = |(name, value): &(&str, &str)| {
        let name = name.parse::<HeaderName>().unwrap();
        (name, value.parse::<HeaderValue>().unwrap())
    };
    let headers: HeaderMap = lines.iter().map(line).collect();
    let decision = policy.decide(&Method::OPTIONS, &headers);
    let raw = policy.decide_raw(b"OPTIONS", |name: &str| {
        let name = name.to_owned();
        let lines = lines.iter().filter(move |(other, _)| *other == name);
        lines.map(|(_, value)| value.as_bytes())
    });
    assert_eq!(decision.allowed(), raw.allowed(), "{lines:?}");
    let (mut response, mut response_of_raw) = (HeaderMap::new(), HeaderMap::new());
    decision.apply(&mut response);
    raw.apply(&mut response_of_raw);
    assert_eq!(response, response_of_raw, "{lines:?}");
    let is_said = response.contains_key("access-control-allow-origin");
    assert_eq!(is_said, decision.allowed() == Some(Ok(())), "{lines:?}");
    let (allowed, status) = (decision.allowed(), decision.status());
    let missing = decision.missing_vary([&b"Accept, Origin"[..]]);
    let owned = decision.into_owned();
    assert_eq!((owned.allowed(), owned.status()), (allowed, status));
    assert_eq!(owned.missing_vary([&b"accept, ORIGIN"[..]]), missing);
    let expected = "access-control-request-method, access-control-request-headers";
    assert_eq!(missing.unwrap(), expected, "{lines:?}");
    let mut response_of_owned = HeaderMap::new();
    owned.apply(&mut response_of_owned);
    assert_eq!(response, response_of_owned, "{lines:?}");
    allowed
}

/// Which of two an intermediary would pass on, nobody knows.
#[test]
fn a_repeated_request_line_is_denied() {
    let policy = CorsPolicy::builder()
        .origins(["https://a.example", "https://b.example"])
        .credentials(true)
        .methods(["PUT", "DELETE"])
        .build()
        .unwrap();
    for (lines, expected) in [
        (&[][..], None),
        (&[ORIGIN], Some(Ok(()))),
        (&[ORIGIN, PUT], Some(Ok(()))),
        (&[ORIGIN, ORIGIN], Some(Err(DenialReason::Origin))),
        (&[ORIGIN, OTHER], Some(Err(DenialReason::Origin))),
        (&[ORIGIN, OTHER, PUT], Some(Err(DenialReason::Origin))),
        (
            &[ORIGIN, PUT, PUT],
            Some(Err(DenialReason::MalformedRequest)),
        ),
        (
            &[ORIGIN, PUT, DELETE],
            Some(Err(DenialReason::MalformedRequest)),
        ),
        (&[ACCEPT, ORIGIN, ACCEPT, PUT], Some(Ok(()))),
        (&[PUT, PUT], None),
    ] {
        assert_eq!(decided(&policy, lines), expected, "{lines:?}");
    }
}

#[test]
fn a_static_policy_denies_preflights_from_other_origins() {
    let policy = CorsPolicy::builder()
        .origin("https://a.example")
        .methods(["PUT"])
        .build()
        .unwrap();
    for (lines, expected) in [
        (&[ORIGIN, PUT][..], Ok(())),
        (&[OTHER, PUT], Err(DenialReason::Origin)),
        (&[ORIGIN, ORIGIN, PUT], Err(DenialReason::Origin)),
        (&[ORIGIN, DELETE], Err(DenialReason::Method)),
    ] {
        assert_eq!(decided(&policy, lines), Some(expected), "{lines:?}");
    }
}

#[test]
fn a_predicate_reads_what_it_has_declared() {
    let policy = CorsPolicy::builder()
        .origin_predicate(["X-A"], |_, headers| {
            headers.get("accept").is_none() && headers.get("x-a") == Some(b"1")
        })
        .build()
        .unwrap();
    for (lines, expected) in [
        (&[ORIGIN, ACCEPT, ("x-a", "1")][..], Ok(())),
        (
            &[ORIGIN, ("x-a", "2"), ("x-a", "1")],
            Err(DenialReason::Origin),
        ),
        (&[ORIGIN, ACCEPT], Err(DenialReason::Origin)),
    ] {
        assert_eq!(decided(&policy, lines), Some(expected), "{lines:?}");
    }
}

#[test]
fn a_decision_is_explained() {
    let policy = CorsPolicy::builder()
        .origin("https://a.example")
        .build()
        .unwrap();
    for (method, headers, expected) in [
        ("GET", &[][..], "not a cors request: there is no Origin"),
        (
            "GET",
            &[("origin", "https://a.example")],
            "cors request from `https://a.example`: allowed",
        ),
        (
            "GET",
            &[("origin", "https://b.example")],
            "cors request from `https://b.example`: the origin is not allowed",
        ),
        (
            "OPTIONS",
            &[
                ("origin", "https://a.example"),
                ("access-control-request-method", "GET"),
            ],
            "preflight from `https://a.example` for `GET`: allowed",
        ),
        (
            "OPTIONS",
            &[
                ("origin", "https://a.example"),
                ("access-control-request-method", "PUT"),
            ],
            "preflight from `https://a.example` for `PUT`: the method is not allowed",
        ),
        (
            "OPTIONS",
            &[
                ("origin", "https://a.example"),
                ("access-control-request-method", "a b"),
            ],
            "preflight from `https://a.example` for `a b`: what it asks cannot be read, or is over a limit",
        ),
        (
            "OPTIONS",
            &[
                ("origin", "https://a.example"),
                ("access-control-request-method", "GET"),
                ("access-control-request-headers", "x-a"),
            ],
            "preflight from `https://a.example` for `GET`: a header that it asks for is not allowed",
        ),
    ] {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        let method = method.parse::<Method>().unwrap();
        let decision = policy.decide(&method, &headers);
        assert_eq!(decision.explain().to_string(), expected);
    }
}

#[test]
fn permits_refuses_invalid_tokens() {
    let policy = CorsPolicy::builder()
        .any_origin()
        .any_method()
        .any_request_header();
    let policy = policy.build().unwrap();
    for (method, names, expected) in [
        ("GET", &["x-a"][..], true),
        ("GET", &["x-a", "a b"], false),
        ("GET", &[""], false),
        ("a b", &[], false),
    ] {
        let permits = policy.permits("https://a.example", method, names, false);
        assert_eq!(permits, expected, "{method} {names:?}");
    }
}
