//! A decision, and the reading of it, allocate nothing, whatever the request is.
#![allow(missing_docs, unreachable_pub)]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    hint::black_box,
};

use fetch_cors::server::{
    CorsPolicy, CorsPolicyBuilder, Denied, Kind, RequestValue, ResponseValue,
};
use http::{HeaderMap, HeaderValue, Method};

/// The system's allocator, which counts what each thread asks of it.
struct Counting;

std::thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    ALLOCATIONS.with(|allocations| allocations.set(allocations.get() + 1));
}

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as the caller promises.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const MIB: usize = 1 << 20;
/// So many allocations of the URL parser, for an origin of any length.
const FOR_THE_PARSER: usize = 12;

type Verdict = (Kind, Option<Result<(), Denied>>);

/// Decides and reads all of it; the verdict, and how often something was allocated.
fn decide(policy: &CorsPolicy, method: &Method, headers: &HeaderMap) -> (Verdict, usize) {
    let before = ALLOCATIONS.with(Cell::get);
    let decision = policy.decide(method, headers);
    let verdict = (decision.kind(), decision.allowed());
    black_box(decision.status());
    for (name, value) in decision.headers() {
        let bytes = match value {
            ResponseValue::Prepared(value) => value.as_bytes(),
            ResponseValue::Requested(value) => value.bytes(),
        };
        black_box((name.as_str(), bytes));
    }
    for name in decision.vary() {
        black_box(name.as_str());
    }
    (verdict, ALLOCATIONS.with(Cell::get) - before)
}

/// The same, of a framework that keeps its headers in another way.
fn decide_raw(policy: &CorsPolicy, method: &Method, headers: &HeaderMap) -> (Verdict, usize) {
    let kept: Vec<(&str, &[u8])> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let before = ALLOCATIONS.with(Cell::get);
    let decision = policy.decide_raw(method.as_str().as_bytes(), |name: &str| {
        let name = known(name);
        let lines = kept.iter().filter(move |(kept, _)| *kept == name);
        lines.map(|(_, value)| *value)
    });
    let verdict = (decision.kind(), decision.allowed());
    black_box(decision.status());
    decision.headers().for_each(|header| {
        black_box(header);
    });
    (verdict, ALLOCATIONS.with(Cell::get) - before)
}

fn known(name: &str) -> &'static str {
    match name {
        "origin" => "origin",
        "access-control-request-method" => "access-control-request-method",
        "access-control-request-headers" => "access-control-request-headers",
        other => panic!("{other} is not asked for"),
    }
}

fn policies() -> Vec<(&'static str, CorsPolicy)> {
    let usual = |builder: CorsPolicyBuilder| {
        let builder = builder
            .methods(["PUT", "DELETE"])
            .request_headers(["x-a", "content-type"]);
        builder.expose_headers(["etag"]).max_age(600)
    };
    let listed = |origins: &[&str]| usual(CorsPolicy::builder().origins(origins.iter().copied()));
    let builders = [
        ("exact", listed(&["https://a.example"])),
        (
            "two exact",
            listed(&["https://a.example", "https://b.example"]).credentials(true),
        ),
        (
            "subdomains",
            listed(&["https://*.example", "https://*.b.example:8443"]),
        ),
        (
            "subdomains and exact",
            listed(&["https://*.example", "https://a.b.example"]).credentials(true),
        ),
        (
            "any port",
            listed(&["https://a.example:*", "http://[::1]:*"]),
        ),
        ("both", listed(&["https://*.example:*"]).credentials(true)),
        ("any origin", usual(CorsPolicy::builder().any_origin())),
        ("null", listed(&["null", "https://a.example"])),
        (
            "any of all",
            CorsPolicy::builder()
                .any_origin()
                .any_method()
                .any_request_header()
                .expose_any_header(),
        ),
        (
            "reflecting",
            listed(&["https://a.example", "https://*.example"])
                .any_method()
                .any_request_header()
                .credentials(true),
        ),
        (
            "predicate",
            listed(&["https://a.example"]).origin_predicate(["x-tenant"], |origin, headers| {
                origin.len() == 18 && headers.get("x-tenant").is_some()
            }),
        ),
    ];
    let built = builders.map(|(name, builder)| (name, builder.build().unwrap()));
    built.into()
}

/// Values of Access-Control-Request-Headers, with what they are.
fn lists() -> Vec<(&'static str, Vec<String>)> {
    let repeated = |text: &str| Vec::from([text.repeat(MIB / text.len())]);
    let distinct: Vec<String> = (0..MIB / 10).map(|i| format!("x-{i:07}")).collect();
    Vec::from([
        ("none", Vec::new()),
        ("an empty line", Vec::from([String::new()])),
        ("a usual one", Vec::from(["content-type,x-a".into()])),
        (
            "one that is not listed",
            Vec::from(["content-type,x-z".into()]),
        ),
        ("1 MiB of a listed name", repeated("x-a,")),
        ("1 MiB of commas", repeated(",")),
        ("1 MiB of distinct names", Vec::from([distinct.join(",")])),
        (
            "1 MiB of white space",
            Vec::from([format!("x-a{}x", " ".repeat(MIB))]),
        ),
        ("1 MiB of white space and commas", repeated(" \t,")),
        ("1 MiB of one name", repeated("x")),
        ("1 MiB that is no token", repeated("\"")),
        ("1 MiB in 1,024 lines", vec!["x-a,".repeat(256); 1024]),
        ("64 lines of a usual one", vec![String::from("x-a"); 64]),
    ])
    .into_iter()
    .map(|(what, lines)| {
        (
            what,
            lines.into_iter().map(|l| l.trim().to_owned()).collect(),
        )
    })
    .collect()
}

/// Lines of Origin, with what they are.
fn origins() -> Vec<(&'static str, Vec<String>)> {
    let one = |origin: &str| Vec::from([String::from(origin)]);
    Vec::from([
        ("none", Vec::new()),
        ("a listed one", one("https://a.example")),
        ("with subdomains", one("https://a.b.example")),
        ("a port", one("https://a.example:8080")),
        ("a stranger", one("https://stranger.test")),
        ("null", one("null")),
        ("an empty one", one("")),
        ("an address", one("http://[::1]:81")),
        (
            "1 MiB of labels",
            Vec::from([format!("https://{}example", "a.".repeat(MIB / 2))]),
        ),
        (
            "1 MiB of one label",
            Vec::from([format!("https://{}.example", "a".repeat(MIB))]),
        ),
        (
            "1 MiB of a port",
            Vec::from([format!("https://a.example:{}", "8".repeat(MIB))]),
        ),
        (
            "1 MiB of punycode",
            Vec::from([format!("https://{}example", "xn--a.".repeat(MIB / 6))]),
        ),
        (
            "250 bytes of labels",
            Vec::from([format!("https://{}example", "a.".repeat(120))]),
        ),
        ("1,024 lines", vec![String::from("https://a.example"); 1024]),
        (
            "two",
            Vec::from(["https://a.example".into(), "https://b.example".into()]),
        ),
    ])
}

fn headers(lines: &[(&'static str, &[String])]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, lines) in lines {
        for line in *lines {
            headers.append(*name, HeaderValue::from_str(line).unwrap());
        }
    }
    headers
}

fn check(
    policy: &str,
    policies: &CorsPolicy,
    what: &str,
    method: &Method,
    headers: &HeaderMap,
) -> Verdict {
    let (verdict, allocations) = decide(policies, method, headers);
    // A predicate gets what is an origin, and of an address in brackets only the parser can say that.
    let asks_the_parser = policy == "predicate" && what.contains("an address");
    let limit = if asks_the_parser { FOR_THE_PARSER } else { 0 };
    assert!(
        allocations <= limit,
        "policy {policy}, {what}: {verdict:?}, {allocations} allocations"
    );
    if policy != "predicate" {
        let (raw, allocations) = decide_raw(policies, method, headers);
        assert_eq!((raw, allocations), (verdict, 0), "policy {policy}, {what}");
    }
    verdict
}

#[test]
fn a_decision_allocates_nothing() {
    let mut seen = Vec::new();
    for (name, policy) in &policies() {
        for (what, origins) in &origins() {
            let headers = headers(&[("origin", origins), ("x-tenant", &["a".into()])]);
            for method in [Method::GET, Method::PUT, Method::OPTIONS] {
                seen.push(check(name, policy, what, &method, &headers));
            }
        }
    }
    for verdict in [Some(Ok(())), Some(Err(Denied::Origin)), None] {
        assert!(seen.iter().any(|(_, seen)| *seen == verdict), "{verdict:?}");
    }
}

#[test]
fn a_preflight_s_decision_allocates_nothing() {
    let mut seen = Vec::new();
    let lists = lists();
    for (name, policy) in &policies() {
        for (origin, origins) in &origins() {
            for method in ["PUT", "GET", "PATCH", "", "a b", &"A".repeat(MIB)] {
                let is_plain = *origin == "a listed one" && ["PUT", "GET"].contains(&method);
                for (list, lines) in lists.iter().skip(if is_plain { 0 } else { 11 }) {
                    let headers = headers(&[
                        ("origin", origins),
                        ("access-control-request-method", &[method.into()]),
                        ("access-control-request-headers", lines),
                    ]);
                    let what = format!("origin {origin}, names {list}");
                    seen.push(check(name, policy, &what, &Method::OPTIONS, &headers));
                }
            }
        }
    }
    let denied = [
        Denied::Origin,
        Denied::MalformedRequest,
        Denied::Method,
        Denied::Header,
    ];
    for verdict in denied.map(Err).into_iter().chain([Ok(())]) {
        let is_seen = |seen: &Verdict| *seen == (Kind::Preflight, Some(verdict));
        assert!(seen.iter().any(is_seen), "{verdict:?}");
    }
}

/// Of a subdomain in punycode only the URL parser can say whether browsers send it so. What it takes
/// does not grow with the request.
#[test]
fn punycode_takes_a_few_allocations() {
    for (name, policy) in &policies() {
        for labels in ["xn--bcher-kva", "xn--a", &"xn--a.".repeat(MIB / 6)] {
            let origin = format!("https://{}.example", labels.trim_end_matches('.'));
            let headers = headers(&[("origin", &[origin])]);
            let (verdict, allocations) = decide(policy, &Method::GET, &headers);
            assert!(
                allocations <= FOR_THE_PARSER,
                "policy {name}: {verdict:?}, {allocations} allocations"
            );
        }
    }
}

/// Where the count itself does not work, the tests above say nothing.
#[test]
fn an_allocation_is_counted() {
    let before = ALLOCATIONS.with(Cell::get);
    black_box(Vec::<u8>::with_capacity(black_box(1)));
    assert_eq!(ALLOCATIONS.with(Cell::get) - before, 1);
}
