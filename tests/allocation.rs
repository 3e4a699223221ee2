//! Making and reading a decision does not allocate, for any request.
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

/// The system's allocator, with a count of the allocations of each thread.
struct Counting;

std::thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    ALLOCATIONS.with(|allocations| allocations.set(allocations.get() + 1));
}

// SAFETY: every call goes to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller meets the same conditions.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller meets the same conditions.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller meets the same conditions.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const MIB: usize = 1 << 20;
/// The maximum number of allocations of the URL parser, for an origin of any length.
const MAX_PARSER_ALLOCATIONS: usize = 12;

/// The kind of a request, and the reason of a denial or `allowed`.
type Verdict = (RequestKind, Option<&'static str>);

/// Decides and reads the whole decision. Returns the verdict and the number of allocations.
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

/// Decides like [`decide`], for a framework with another type of header map.
fn decide_raw(policy: &CorsPolicy, method: &Method, headers: &HeaderMap) -> (Verdict, usize) {
    let lines: Vec<(&str, &[u8])> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let before = ALLOCATIONS.with(Cell::get);
    let headers = |name: &str| {
        let name = known(name);
        let matching = lines.iter().filter(move |(other, _)| *other == name);
        matching.map(|(_, value)| *value)
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
        other => panic!("the decision reads an unexpected header: {other}"),
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
    description: &str,
    method: &Method,
    headers: &HeaderMap,
) -> Verdict {
    let (verdict, allocations) = decide(policies, method, headers);
    // A predicate only gets serialized origins. Only the URL parser can check an address in brackets.
    let needs_the_parser = policy == "predicate" && description.contains("an address");
    let limit = if needs_the_parser {
        MAX_PARSER_ALLOCATIONS
    } else {
        0
    };
    assert!(
        allocations <= limit,
        "policy {policy}, {description}: {verdict:?}, {allocations} allocations"
    );
    if policy != "predicate" {
        let (raw, allocations) = decide_raw(policies, method, headers);
        assert_eq!(
            (raw, allocations),
            (verdict, 0),
            "policy {policy}, {description}"
        );
    }
    verdict
}

#[test]
fn decisions_do_not_allocate() {
    let mut seen = Vec::new();
    for (name, policy) in &policies() {
        for (description, origins) in &origins() {
            let headers = headers(&[("origin", origins), ("x-tenant", &["a".into()])]);
            for method in [Method::GET, Method::PUT, Method::OPTIONS] {
                seen.push(check(name, policy, description, &method, &headers));
            }
        }
    }
    for verdict in [Some("allowed"), Some("origin"), None] {
        assert!(seen.iter().any(|(_, seen)| *seen == verdict), "{verdict:?}");
    }
}

#[test]
fn preflight_decisions_do_not_allocate() {
    let mut seen = Vec::new();
    let lists = lists();
    for (name, policy) in &policies() {
        for (origin, origins) in &origins() {
            for method in ["PUT", "GET", "PATCH", "", "a b", &"A".repeat(MIB)] {
                let is_plain = *origin == "an allowed origin" && ["PUT", "GET"].contains(&method);
                for (list, lines) in lists.iter().skip(if is_plain { 0 } else { 11 }) {
                    let headers = headers(&[
                        ("origin", origins),
                        ("access-control-request-method", &[method.into()]),
                        ("access-control-request-headers", lines),
                    ]);
                    let description = format!("origin {origin}, names {list}");
                    seen.push(check(
                        name,
                        policy,
                        &description,
                        &Method::OPTIONS,
                        &headers,
                    ));
                }
            }
        }
    }
    for verdict in ["origin", "malformed-request", "method", "header", "allowed"] {
        let is_seen = |seen: &Verdict| *seen == (RequestKind::Preflight, Some(verdict));
        assert!(seen.iter().any(is_seen), "{verdict:?}");
    }
}

/// Only the URL parser can check whether browsers send a subdomain in punycode. The number of its
/// allocations does not grow with the request.
#[test]
fn punycode_needs_few_allocations() {
    for (name, policy) in &policies() {
        for labels in ["xn--bcher-kva", "xn--a", &"xn--a.".repeat(MIB / 6)] {
            let origin = format!("https://{}.example", labels.trim_end_matches('.'));
            let headers = headers(&[("origin", &[origin])]);
            let (verdict, allocations) = decide(policy, &Method::GET, &headers);
            assert!(
                allocations <= MAX_PARSER_ALLOCATIONS,
                "policy {name}: {verdict:?}, {allocations} allocations"
            );
        }
    }
}

/// The tests above are only valid if the count works.
#[test]
fn allocations_are_counted() {
    let before = ALLOCATIONS.with(Cell::get);
    black_box(Vec::<u8>::with_capacity(black_box(1)));
    assert_eq!(ALLOCATIONS.with(Cell::get) - before, 1);
}
