//! The request that a predicate sees, with each API for deciding, and the origins for which the predicate is called.

use std::sync::{Arc, Mutex};

use fetch_cors::server::{CorsPolicy, CorsPolicyBuilder, CredentialsMode, PredicateRequest};
use http::{HeaderMap, HeaderValue, Method, Request};

const ORIGIN: &str = "https://a.example";

/// An extension that a middleware has made from a request header.
#[derive(Clone)]
struct Tenant(&'static str);

/// The method, the URI, the headers `host` and `accept`, and the tenant.
type Seen = [String; 5];

fn seen(request: &PredicateRequest<'_>) -> Seen {
    let header = |name| match request.header(name) {
        Some(value) => String::from_utf8_lossy(value).into_owned(),
        None => "none".into(),
    };
    let tenant = |of: &http::Extensions| of.get::<Tenant>().map(|tenant| tenant.0.to_owned());
    [
        request.method().into(),
        request
            .uri()
            .map_or_else(|| "none".into(), ToString::to_string),
        header("Host"),
        header("accept"),
        request
            .extensions()
            .map_or_else(|| Some("none".into()), tenant)
            .unwrap_or_default(),
    ]
}

/// Returns a policy whose predicate allows each origin, and the requests that the predicate has seen.
fn recording() -> (CorsPolicy, Arc<Mutex<Vec<Seen>>>) {
    let all = Arc::new(Mutex::new(Vec::new()));
    let recorded = Arc::clone(&all);
    let builder = CorsPolicy::builder().origin_predicate(&["host"], move |_, request| {
        recorded.lock().unwrap().push(seen(request));
        true
    });
    (builder.build().unwrap(), all)
}

#[test]
fn predicate_sees_the_request() {
    let mut request = Request::put("https://api.example/path?query")
        .header("origin", ORIGIN)
        .header("host", "h.example")
        .header("accept", "undeclared")
        .body("body")
        .unwrap();
    request.extensions_mut().insert(Tenant("t"));
    let (policy, seen) = recording();
    let take = |is_allowed: bool| {
        assert!(is_allowed);
        let mut seen = std::mem::take(&mut *seen.lock().unwrap());
        assert_eq!(seen.len(), 1);
        seen.remove(0)
    };
    let uri = "https://api.example/path?query";
    let whole = ["PUT", uri, "h.example", "none", "t"];
    let is_allowed = policy.decide_request(&request).verdict().is_allowed();
    assert_eq!(take(is_allowed), whole);

    let bare = ["PUT", "none", "h.example", "none", "none"];
    let decision = policy.decide(&Method::PUT, request.headers());
    assert_eq!(take(decision.verdict().is_allowed()), bare);
    let by_name = |name: &str| {
        request
            .headers()
            .get(name)
            .map(HeaderValue::as_bytes)
            .into_iter()
    };
    let decision = policy.decide_raw(b"PUT", &by_name);
    assert_eq!(take(decision.verdict().is_allowed()), bare);
    assert_eq!(take(policy.check_source(&[], &request).is_ok()), whole);
    let permits = |method| policy.permits(ORIGIN, method, &[], CredentialsMode::Omit);
    assert_eq!(
        take(permits("HEAD")),
        ["HEAD", "none", "none", "none", "none"]
    );

    let (parts, _) = request.into_parts();
    assert_eq!(
        take(policy.decide_parts(&parts).verdict().is_allowed()),
        whole
    );
    assert_eq!(take(policy.check_source_parts(&[], &parts).is_ok()), whole);
    let preflight = Request::options("/")
        .header("origin", ORIGIN)
        .header("access-control-request-method", "PUT")
        .body(())
        .unwrap();
    // The policy denies the method PUT, but calls the predicate before the check of the method.
    let is_allowed = policy.decide_request(&preflight).verdict().is_allowed();
    assert_eq!(take(!is_allowed), ["OPTIONS", "/", "none", "none", ""]);
}

/// HTTP/2 has the host in the URI, and HTTP/1.1 in `Host`.
#[test]
fn predicate_finds_the_host_in_each_version_of_http() {
    let host = |request: &PredicateRequest<'_>| match request.uri().and_then(http::Uri::host) {
        Some(host) => host.as_bytes().to_vec(),
        None => request.header("host").unwrap_or_default().to_vec(),
    };
    let builder = CorsPolicy::builder().origin_predicate(&["host"], move |origin, request| {
        origin.as_bytes() == [b"https://", &*host(request)].concat()
    });
    let policy = builder.build().unwrap();
    for (uri, host, expected) in [
        ("/", "a.example", true),
        ("/", "b.example", false),
        ("https://a.example/", "", true),
        ("https://b.example/", "", false),
    ] {
        let request = Request::get(uri)
            .header("origin", ORIGIN)
            .header("host", host)
            .body(())
            .unwrap();
        let decision = policy.decide_request(&request);
        assert_eq!(decision.verdict().is_allowed(), expected, "{uri} {host}");
        assert_eq!(decision.vary(), ["origin", "host"]);
    }
}

fn is_allowed(builder: CorsPolicyBuilder, origin: &[u8]) -> bool {
    let mut headers = HeaderMap::new();
    headers.insert("origin", HeaderValue::from_bytes(origin).unwrap());
    let policy = builder.build().unwrap();
    let is_allowed = policy.decide(&Method::GET, &headers).verdict().is_allowed();
    headers.append("origin", HeaderValue::from_static("https://a.example"));
    let repeated = policy.decide(&Method::GET, &headers);
    assert!(
        !repeated.verdict().is_allowed(),
        "two lines are not one origin"
    );
    is_allowed
}

#[test]
fn raw_predicate_is_called_for_any_text() {
    let long = format!("https://{}.example", "a".repeat(1 << 20));
    for (origin, is_text, is_origin) in [
        (&b"https://a.example"[..], true, true),
        (b"null", true, true),
        (b"https://a.example/", true, false),
        (b"HTTPS://A.EXAMPLE", true, false),
        (b"Desktop App/1.0", true, false),
        (b"", true, false),
        ("https://\u{e9}.example".as_bytes(), true, false),
        (long.as_bytes(), true, false),
        (b"\xff", false, false),
    ] {
        let text = origin.to_vec();
        let raw = CorsPolicy::builder()
            .raw_origin_predicate(&[], move |origin, _| origin.as_bytes() == text);
        assert_eq!(is_allowed(raw, origin), is_text, "{:?}", origin.get(..20));
        let text = origin.to_vec();
        let of_origins =
            CorsPolicy::builder().origin_predicate(&[], move |origin, _| origin.as_bytes() == text);
        let found = is_allowed(of_origins, origin);
        assert_eq!(found, is_origin, "{:?}", origin.get(..20));
    }
}
