//! Decisions, and the descriptions of decisions. A decision is equal for `http::HeaderMap` and for other header types.

#[cfg(feature = "browser")]
use fetch_cors::infrastructure::header_list::HeaderList;
use fetch_cors::server::{CorsPolicy, CredentialsMode, DenialReason, Verdict};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

#[cfg(not(feature = "browser"))]
use super::header_lines::HeaderList;

const ORIGIN: (&str, &str) = ("origin", "https://a.example");
const OTHER: (&str, &str) = ("origin", "https://b.example");
const PUT: (&str, &str) = ("access-control-request-method", "PUT");
const DELETE: (&str, &str) = ("access-control-request-method", "DELETE");
const ACCEPT: (&str, &str) = ("accept", "a");

/// Asserts that an OPTIONS with these lines has this verdict, with each API for deciding and applying.
#[track_caller]
fn assert_verdict(policy: &CorsPolicy, lines: &[(&str, &str)], expected: Verdict<'_>) {
    let line = |(name, value): &(&str, &str)| {
        let name = name.parse::<HeaderName>().unwrap();
        (name, value.parse::<HeaderValue>().unwrap())
    };
    let headers: HeaderMap = lines.iter().map(line).collect();
    let by_name = |name: &str| {
        let name = name.to_owned();
        let lines = lines.iter().filter(move |(other, _)| *other == name);
        lines.map(|(_, value)| value.as_bytes())
    };
    let decision = policy.decide(&Method::OPTIONS, &headers);
    let raw = policy.decide_raw(b"OPTIONS", &by_name);
    assert_eq!(decision.verdict(), expected, "{lines:?}");
    assert_eq!(raw.verdict(), expected, "{lines:?}");
    let (mut response, mut response_of_raw) = (HeaderMap::new(), HeaderMap::new());
    decision.apply(&mut response);
    raw.apply(&mut response_of_raw);
    assert_eq!(response, response_of_raw, "{lines:?}");
    let has_allow_origin = response.contains_key("access-control-allow-origin");
    let names_denial = matches!(
        expected.denial().map(|reason| reason.as_str()),
        Some("method" | "header")
    );
    let is_granted = expected.is_allowed() || names_denial;
    assert_eq!(has_allow_origin, is_granted, "{lines:?}");

    let handler = HeaderList::from_pairs([("vary", "Accept, Origin")]).unwrap();
    let applied = |apply: &dyn Fn(&mut HeaderList)| {
        let mut list = handler.clone();
        apply(&mut list);
        list
    };
    let list = applied(&|list| decision.apply_to(list));
    assert_eq!(list, applied(&|list| raw.apply_to(list)), "{lines:?}");
    let vary: Vec<_> = list.values("vary").map(|value| value.as_bytes()).collect();
    let missing = "access-control-request-method, access-control-request-headers";
    assert_eq!(vary, [b"Accept, Origin", missing.as_bytes()], "{lines:?}");

    let (kind, status) = (decision.kind(), decision.status());
    for owned in [decision.into_owned(), raw.into_owned()] {
        let found = (owned.kind(), owned.verdict(), owned.status());
        assert_eq!(found, (kind, expected, status), "{lines:?}");
        let mut response_of_owned = HeaderMap::new();
        owned.apply(&mut response_of_owned);
        assert_eq!(response, response_of_owned, "{lines:?}");
        let list_of_owned = applied(&|list| owned.apply_to(list));
        let sorted = |list: &HeaderList| {
            let mut pairs: Vec<_> = list.iter().map(|pair| format!("{pair:?}")).collect();
            pairs.sort();
            pairs
        };
        assert_eq!(sorted(&list), sorted(&list_of_owned), "{lines:?}");
    }
}

/// If a request has two lines of the same header, an intermediary can pass on either line. A policy therefore denies
/// the request.
#[test]
fn repeated_request_line_is_denied() {
    let policy = CorsPolicy::builder()
        .origins(["https://a.example", "https://b.example"])
        .credentials(true)
        .methods(["PUT", "DELETE"])
        .build()
        .unwrap();
    for (lines, expected) in [
        (&[][..], Verdict::NotCors),
        (&[ORIGIN], Verdict::Allowed),
        (&[ORIGIN, PUT], Verdict::Allowed),
        (&[ORIGIN, ORIGIN], Verdict::Denied(DenialReason::Origin)),
        (&[ORIGIN, OTHER], Verdict::Denied(DenialReason::Origin)),
        (&[ORIGIN, OTHER, PUT], Verdict::Denied(DenialReason::Origin)),
        (
            &[ORIGIN, PUT, PUT],
            Verdict::Denied(DenialReason::MalformedRequest),
        ),
        (
            &[ORIGIN, PUT, DELETE],
            Verdict::Denied(DenialReason::MalformedRequest),
        ),
        (&[ACCEPT, ORIGIN, ACCEPT, PUT], Verdict::Allowed),
        (&[PUT, PUT], Verdict::NotCors),
    ] {
        assert_verdict(&policy, lines, expected);
    }
}

#[test]
fn static_policy_denies_preflights_from_other_origins() {
    let policy = CorsPolicy::builder()
        .origin("https://a.example")
        .methods(["PUT"])
        .build()
        .unwrap();
    for (lines, expected) in [
        (&[ORIGIN, PUT][..], Verdict::Allowed),
        (&[OTHER, PUT], Verdict::Denied(DenialReason::Origin)),
        (
            &[ORIGIN, ORIGIN, PUT],
            Verdict::Denied(DenialReason::Origin),
        ),
        (
            &[ORIGIN, DELETE],
            Verdict::Denied(DenialReason::Method("DELETE")),
        ),
    ] {
        assert_verdict(&policy, lines, expected);
    }
}

#[test]
fn predicate_reads_declared_headers_only() {
    let policy = CorsPolicy::builder()
        .origin_predicate(&["X-A"], |_, request| {
            request.header("accept").is_none() && request.header("x-a") == Some(b"1")
        })
        .build()
        .unwrap();
    for (lines, expected) in [
        (&[ORIGIN, ACCEPT, ("x-a", "1")][..], Verdict::Allowed),
        (
            &[ORIGIN, ("x-a", "2"), ("x-a", "1")],
            Verdict::Denied(DenialReason::Origin),
        ),
        (&[ORIGIN, ACCEPT], Verdict::Denied(DenialReason::Origin)),
    ] {
        assert_verdict(&policy, lines, expected);
    }
}

#[test]
fn decision_has_a_description() {
    let policy = CorsPolicy::builder()
        .origin("https://a.example")
        .build()
        .unwrap();
    for (method, headers, expected) in [
        ("GET", &[][..], "not a CORS request: it has no `Origin`"),
        (
            "GET",
            &[("origin", "https://a.example")],
            "CORS request from `https://a.example`: allowed",
        ),
        (
            "GET",
            &[("origin", "https://b.example")],
            "CORS request from `https://b.example`: the policy does not allow the origin",
        ),
        (
            "GET",
            &[("origin", "http://a.example:8080")],
            "CORS request from `http://a.example:8080`: the policy does not allow the origin; the nearest allowed origin is `https://a.example`: the scheme differs; another port is another origin",
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
            "preflight from `https://a.example` for `PUT`: the policy does not allow the method `PUT`",
        ),
        (
            "OPTIONS",
            &[
                ("origin", "https://a.example"),
                ("access-control-request-method", "a b"),
            ],
            "preflight from `https://a.example` for `a b`: `Access-Control-Request-Method` or `Access-Control-Request-Headers` is malformed",
        ),
        (
            "OPTIONS",
            &[
                ("origin", "https://a.example"),
                ("access-control-request-method", "GET"),
                ("access-control-request-headers", "x-a"),
            ],
            "preflight from `https://a.example` for `GET`: the policy does not allow the request header `x-a`",
        ),
    ] {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        let method = method.parse::<Method>().unwrap();
        let decision = policy.decide(&method, &headers);
        assert_eq!(decision.describe().to_string(), expected);
    }
}

/// A token can contain a backtick. An `Origin` that no browser sends can contain a backtick too.
#[test]
fn description_cannot_be_forged() {
    let policy = CorsPolicy::builder().any_origin().build().unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("origin", "https://a`: allowed\tb".parse().unwrap());
    headers.insert("access-control-request-method", "a`b".parse().unwrap());
    let decision = policy.decide(&Method::OPTIONS, &headers);
    let expected = r"preflight from `https://a\x60: allowed\tb` for `a\x60b`: the policy does not allow the method `a\x60b`";
    assert_eq!(decision.describe().to_string(), expected);

    let long = "a".repeat(1000);
    headers.insert("access-control-request-method", "GET".parse().unwrap());
    let names = format!("{long}, b`");
    headers.insert("access-control-request-headers", names.parse().unwrap());
    let decision = policy.decide(&Method::OPTIONS, &headers);
    let words = decision.describe().to_string();
    let expected = format!(
        ": the policy does not allow the request header `{}`",
        "a".repeat(256)
    );
    assert!(words.ends_with(&expected), "{words}");
}

#[test]
fn first_denied_header_is_named() {
    let policy = CorsPolicy::builder()
        .origin("https://a.example")
        .request_headers(["x-a", "x-b"])
        .build()
        .unwrap();
    let any = CorsPolicy::builder()
        .origins(["https://a.example"])
        .any_request_header()
        .build()
        .unwrap();
    let get = ("access-control-request-method", "GET");
    let names = |names| ("access-control-request-headers", names);
    let denied = |name| Verdict::Denied(DenialReason::Header(name));
    for (lines, expected) in [
        (&[names("X-C")][..], denied("X-C")),
        (&[names("x-a, ,\tx-c ,x-d")], denied("x-c")),
        (
            &[names("x-b,x-a"), names(""), names("x-a,x-bb")],
            denied("x-bb"),
        ),
        (
            &[names("x-c,a b")],
            Verdict::Denied(DenialReason::MalformedRequest),
        ),
        (&[names("x-a,X-B")], Verdict::Allowed),
    ] {
        let lines = [&[ORIGIN, get], lines].concat();
        assert_verdict(&policy, &lines, expected);
    }
    let lines = [ORIGIN, get, names("x-c, Authorization")];
    assert_verdict(&any, &lines, denied("Authorization"));
    // A header name has at most 8 KiB.
    let long = format!(" {}", "a".repeat(8193));
    let lines = [ORIGIN, get, names(&long)];
    assert_verdict(&policy, &lines, denied(&"a".repeat(8192)));
}

#[test]
fn permits_checks_method_and_names() {
    let policy = CorsPolicy::builder()
        .origin("https://a.example")
        .methods(["PUT"])
        .request_headers(["x-a"])
        .build()
        .unwrap();
    for (method, names, expected) in [
        ("PUT", &["x-a"][..], true),
        ("POST", &[], true),
        ("DELETE", &[], false),
        ("PUT", &["x-b"], false),
    ] {
        let found = policy.permits("https://a.example", method, names, CredentialsMode::Omit);
        assert_eq!(found, expected, "{method} {names:?}");
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
        let permits = policy.permits("https://a.example", method, names, CredentialsMode::Omit);
        assert_eq!(permits, expected, "{method} {names:?}");
    }
}
