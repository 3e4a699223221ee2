//! Making and reading a decision does not allocate, for any request. The memory that an explanation allocates grows
//! linearly with the recording. The recordings of a vector are checked without allocation.
#![allow(missing_docs, unreachable_pub)]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    hint::black_box,
};

use fetch_cors::server::{CorsPolicy, RequestKind, Verdict as PolicyVerdict};
use http::{HeaderMap, HeaderValue, Method, Request};

use self::inputs::{TENANT, hosts, lists, origins, policies};

#[cfg(feature = "cases")]
#[path = "allocation/explanations.rs"]
mod explanations;
#[cfg(feature = "conformance")]
#[path = "allocation/generated.rs"]
mod generated;
#[path = "allocation/inputs.rs"]
mod inputs;
#[cfg(feature = "cases")]
#[path = "allocation/vectors.rs"]
mod vectors;

/// The system's allocator, with a count of the allocations of each thread, and of their bytes.
struct Counting;

std::thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

fn count(bytes: usize) {
    BYTES.with(|counted| counted.set(counted.get() + bytes));
    ALLOCATIONS.with(|allocations| allocations.set(allocations.get() + 1));
}

// SAFETY: every call goes to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller meets the conditions of this method, and `System` has the same conditions.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller meets the conditions of this method, and `System` has the same conditions.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        // SAFETY: the caller meets the conditions of this method, and `System` has the same conditions.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const MIB: usize = 1 << 20;

/// The kind of a request, and the reason of its denial. For an allowed request, the reason is `allowed`.
type Verdict = (RequestKind, Option<&'static str>);

/// Returns the verdict about a request, and the number of allocations while the decision is made and read.
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

/// Decides a request with `CorsPolicy::decide_raw`, which is for frameworks that have their own type of header map. The
/// parameter `declared` is the name of the header that the policy's predicate can read.
fn decide_raw(
    policy: &CorsPolicy,
    declared: &str,
    method: &Method,
    headers: &HeaderMap,
) -> (Verdict, usize) {
    let lines: Vec<(&str, &[u8])> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    let before = ALLOCATIONS.with(Cell::get);
    let headers = |name: &str| {
        let name = known(name, declared);
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

fn known<'a>(name: &str, declared: &'a str) -> &'a str {
    let known = [
        "origin",
        "access-control-request-method",
        "access-control-request-headers",
        declared,
    ];
    let known = known.into_iter().find(|known| *known == name);
    known.unwrap_or_else(|| panic!("the decision reads an unexpected header: {name}"))
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
    assert_eq!(
        allocations, 0,
        "policy {policy}, {description}: {verdict:?}"
    );
    let (raw, allocations) = decide_raw(policies, TENANT, method, headers);
    assert_eq!(
        (raw, allocations),
        (verdict, 0),
        "policy {policy}, {description}"
    );
    verdict
}

#[test]
fn decisions_do_not_allocate() {
    let mut seen = Vec::new();
    for (name, policy) in &policies() {
        for (description, origins) in &origins() {
            let headers = headers(&[("origin", origins), (TENANT, &["a".into()])]);
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

/// No decision allocates memory. The test combines each kind of host with each kind of policy.
#[test]
fn no_kind_of_host_needs_an_allocation() {
    let mut seen = Vec::new();
    for (name, policy) in &policies() {
        for host in &hosts() {
            for port in ["", ":81", ":443", ":065", ":99999"] {
                for scheme in ["http", "https", "tauri"] {
                    let origin = [scheme.as_bytes(), b"://", host, port.as_bytes()].concat();
                    let mut headers = headers(&[(TENANT, &["a".into()])]);
                    headers.insert("origin", HeaderValue::from_bytes(&origin).unwrap());
                    let description = String::from_utf8_lossy(&origin);
                    let description = description.get(..99).unwrap_or(&description);
                    seen.push(check(name, policy, description, &Method::GET, &headers));
                    headers.insert(
                        "access-control-request-method",
                        HeaderValue::from_static("PUT"),
                    );
                    seen.push(check(name, policy, description, &Method::OPTIONS, &headers));
                }
            }
        }
    }
    for verdict in [Some("allowed"), Some("origin")] {
        assert!(seen.iter().any(|(_, seen)| *seen == verdict), "{verdict:?}");
    }
}

/// The predicate reads the URI, a header and an extension of a whole request. Decisions with this predicate do not
/// allocate, and `check_source` does not allocate either.
#[test]
fn predicates_of_whole_requests_do_not_allocate() {
    #[derive(Clone)]
    struct Tenant(&'static str);
    let policy = CorsPolicy::builder()
        .origin_predicate(&["host", TENANT], |origin, request| {
            let uri = request.uri().and_then(|uri| uri.host());
            let sent = request.header("host").map(|host| str::from_utf8(host).ok());
            let host = uri.or(sent.flatten());
            let tenant = request.extensions().and_then(|all| all.get::<Tenant>());
            origin == "https://a.example"
                && host == Some("api.example")
                && tenant.is_some_and(|tenant| tenant.0 == "a")
        })
        .methods(["PUT"])
        .build()
        .unwrap();
    let mut allowed = 0;
    for uri in [
        "/notes",
        "https://api.example/notes",
        "https://other.example/",
    ] {
        for (origin, tenant) in [
            ("https://a.example", "a"),
            ("https://a.example", "b"),
            ("https://b.example", "a"),
        ] {
            for method in ["PUT", "OPTIONS"] {
                let request = Request::builder().method(method).uri(uri);
                let request = request
                    .header("origin", origin)
                    .header("host", "api.example")
                    .header("access-control-request-method", "PUT")
                    .extension(Tenant(tenant));
                let request = request.body(()).unwrap();
                let (parts, ()) = request.clone().into_parts();
                let before = ALLOCATIONS.with(Cell::get);
                let verdicts = [
                    word(policy.decide_request(&request).verdict()),
                    word(policy.decide_parts(&parts).verdict()),
                ];
                let is_permitted = [
                    policy.check_source(&[], &request).is_ok(),
                    policy.check_source_parts(&[], &parts).is_ok(),
                ];
                let allocations = ALLOCATIONS.with(Cell::get) - before;
                let is_other = uri.starts_with("https://other");
                let expected = if is_other || (origin, tenant) != ("https://a.example", "a") {
                    "origin"
                } else {
                    "allowed"
                };
                let description = format!("{method} {uri} {origin} {tenant}");
                assert_eq!(verdicts, [Some(expected); 2], "{description}");
                assert_eq!(
                    is_permitted,
                    [method == "OPTIONS" || expected == "allowed"; 2],
                    "{description}"
                );
                assert_eq!(allocations, 0, "{description}");
                allowed += usize::from(expected == "allowed");
            }
        }
    }
    assert_eq!(allowed, 4);
}

/// The other tests of this file prove something only if `Counting` counts every allocation.
#[test]
fn allocations_are_counted() {
    let before = ALLOCATIONS.with(Cell::get);
    black_box(Vec::<u8>::with_capacity(black_box(1)));
    assert_eq!(ALLOCATIONS.with(Cell::get) - before, 1);
}
