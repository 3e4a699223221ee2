//! A decision, and the reading of it, allocate nothing, whatever the request is.
#![allow(missing_docs, unreachable_pub)]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    hint::black_box,
};

use fetch_cors::server::{CorsPolicy, RequestKind, Verdict as PolicyVerdict};
use http::{HeaderMap, HeaderValue, Method};

use self::inputs::{lists, origins, policies};

#[cfg(feature = "conformance")]
#[path = "allocation/generated.rs"]
mod generated;
#[path = "allocation/inputs.rs"]
mod inputs;

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

/// What a request is, and the reason of a denial; `allowed` where it is allowed.
type Verdict = (RequestKind, Option<&'static str>);

/// Decides and reads all of it; the verdict, and how often something was allocated.
fn decide(policy: &CorsPolicy, method: &Method, headers: &HeaderMap) -> (Verdict, usize) {
    let before = ALLOCATIONS.with(Cell::get);
    let decision = policy.decide(method, headers);
    let verdict = (decision.kind(), word(decision.verdict()));
    black_box(decision.status());
    decision.for_each_header(|name, value| {
        black_box((name.as_str(), value));
    });
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
    let headers = |name: &str| {
        let name = known(name);
        let lines = kept.iter().filter(move |(kept, _)| *kept == name);
        lines.map(|(_, value)| *value)
    };
    let decision = policy.decide_raw(method.as_str().as_bytes(), &headers);
    let verdict = (decision.kind(), word(decision.verdict()));
    black_box(decision.status());
    decision.for_each_header(|name, value| {
        black_box((name.as_str(), value));
    });
    (verdict, ALLOCATIONS.with(Cell::get) - before)
}

fn word(verdict: PolicyVerdict<'_>) -> Option<&'static str> {
    match verdict {
        PolicyVerdict::NotCors => None,
        PolicyVerdict::Allowed => Some("allowed"),
        PolicyVerdict::Denied(reason) => Some(black_box(reason).as_str()),
    }
}

fn known(name: &str) -> &'static str {
    match name {
        "origin" => "origin",
        "access-control-request-method" => "access-control-request-method",
        "access-control-request-headers" => "access-control-request-headers",
        other => panic!("{other} is not asked for"),
    }
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
    for verdict in [Some("allowed"), Some("origin"), None] {
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
    for verdict in ["origin", "malformed-request", "method", "header", "allowed"] {
        let is_seen = |seen: &Verdict| *seen == (RequestKind::Preflight, Some(verdict));
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
