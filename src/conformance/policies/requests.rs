//! Requests that a server gets, of browsers and of others.

use alloc::{format, string::String, vec, vec::Vec};

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use proptest::{
    collection, sample,
    strategy::{BoxedStrategy, Just, Strategy, Union},
};

use super::{
    PolicySpec,
    neighbours::origin_near,
    strategy::{METHODS, NAMES},
};

/// Requests to a server with the policy: mostly such as browsers send, some hostile.
///
/// ```
/// use fetch_cors::conformance::policies::{PolicySpec, request_to};
/// use proptest::{strategy::{Strategy, ValueTree}, test_runner::TestRunner};
///
/// let requests = request_to(&PolicySpec::of(["https://a.example"]));
/// let request = requests.new_tree(&mut TestRunner::deterministic())?.current();
/// assert!(request.headers().get_all("origin").iter().count() <= 3);
/// # Ok::<(), proptest::test_runner::Reason>(())
/// ```
pub fn request_to(spec: &PolicySpec) -> impl Strategy<Value = Request<()>> + use<> {
    let method = sample::select(&["OPTIONS", "OPTIONS", "GET", "POST", "PUT", "options"][..]);
    let origin = || origin_near(spec);
    let origins = times([(1, 0..=0), (12, 1..=1), (1, 2..=3)], origin());
    let asked = times(
        [(2, 0..=0), (12, 1..=1), (1, 2..=2)],
        requested_method(spec),
    );
    let lines = times([(2, 0..=0), (6, 1..=1), (2, 2..=3)], line(spec));
    let others = other_headers(spec);
    (method, origins, asked, lines, others).prop_map(|(method, origins, asked, lines, others)| {
        let mut request = Request::new(());
        *request.method_mut() = Method::from_bytes(method.as_bytes()).unwrap_or_default();
        let headers = request.headers_mut();
        headers.extend(others);
        for (name, lines) in [
            ("origin", origins),
            ("access-control-request-method", asked),
            ("access-control-request-headers", lines),
        ] {
            let name = HeaderName::from_static(name);
            let values = lines
                .iter()
                .filter_map(|line| HeaderValue::from_bytes(line).ok());
            values.for_each(|value| {
                headers.append(name.clone(), value);
            });
        }
        request
    })
}

/// What a handler has put on a response before: of `Vary` and of CORS too.
///
/// ```
/// use fetch_cors::conformance::policies::handler_headers;
/// use proptest::{strategy::{Strategy, ValueTree}, test_runner::TestRunner};
/// assert!(handler_headers().new_tree(&mut TestRunner::deterministic())?.current().len() <= 6);
/// # Ok::<(), proptest::test_runner::Reason>(())
/// ```
pub fn handler_headers() -> impl Strategy<Value = HeaderMap> {
    let header = sample::select(HANDLER_HEADERS);
    let headers = collection::vec(header, 0..=6);
    headers.prop_map(|headers| {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        map
    })
}

const HANDLER_HEADERS: &[(&str, &str)] = &[
    ("vary", "accept"),
    ("vary", "accept, Origin"),
    ("vary", "cookie,,\taccept-encoding "),
    ("vary", "Access-Control-Request-Headers"),
    ("vary", "origins, x-origin"),
    ("vary", "x-tenant"),
    ("vary", "*"),
    ("vary", "accept, *"),
    ("vary", ""),
    ("vary", "\"origin\""),
    ("access-control-allow-origin", "*"),
    ("access-control-allow-origin", "https://evil.com"),
    ("access-control-allow-credentials", "true"),
    ("access-control-max-age", "1"),
    ("access-control-allow-private-network", "true"),
    ("etag", "\"1\""),
    ("x-a", "1"),
    ("x-b", "2"),
    ("set-cookie", "a=b"),
    ("set-cookie", "c=d"),
    ("content-type", "text/plain"),
    ("cache-control", "max-age=60"),
];

type Weighted = (u32, core::ops::RangeInclusive<usize>);

fn times(
    counts: [Weighted; 3],
    line: impl Strategy<Value = Vec<u8>> + 'static,
) -> BoxedStrategy<Vec<Vec<u8>>> {
    let line = line.boxed();
    let lists =
        counts.map(|(weight, count)| (weight, collection::vec(line.clone(), count).boxed()));
    Union::new_weighted(lists.into()).boxed()
}

fn requested_method(spec: &PolicySpec) -> BoxedStrategy<Vec<u8>> {
    let listed = spec.methods.clone().unwrap_or_default();
    let odd = &[
        "", "*", "put", "get", "GET, PUT", "G:T", "PUT ", "AT", "PU", "a\u{e9}", "trace",
    ];
    let mut kinds = Vec::from([
        (3, sample::select(METHODS).prop_map(String::from).boxed()),
        (1, sample::select(&odd[..]).prop_map(String::from).boxed()),
    ]);
    if !listed.is_empty() {
        kinds.push((6, sample::select(listed).boxed()));
    }
    Union::new_weighted(kinds)
        .prop_map(|method| method.trim().as_bytes().to_vec())
        .boxed()
}

/// A line of Access-Control-Request-Headers.
fn line(spec: &PolicySpec) -> BoxedStrategy<Vec<u8>> {
    let list = collection::vec(element(spec), 0..=5);
    let list = list.prop_map(|elements| elements.join(","));
    let huge = (
        element(spec),
        sample::select(&[15_usize, 16, 17, 21, 9000][..]),
    )
        .prop_map(|(element, times)| format!("{element},").repeat(times));
    let long = Just(format!("x-{}", "a".repeat(9000)));
    Union::new_weighted(vec![
        (20, list.boxed()),
        (1, huge.boxed()),
        (1, long.boxed()),
    ])
    .prop_map(|line| line.trim_matches([' ', '\t']).as_bytes().to_vec())
    .boxed()
}

fn element(spec: &PolicySpec) -> BoxedStrategy<String> {
    let listed = spec.request_headers.clone();
    let odd = &[
        "", " ", "  ", "   ", "x a", "\"x-a\"", "*", "x-\u{e9}", "x-a;", "x", "x-abc", "origin",
    ];
    let mut names = Vec::from([
        (2, sample::select(NAMES).prop_map(String::from).boxed()),
        (1, sample::select(&odd[..]).prop_map(String::from).boxed()),
    ]);
    if !listed.is_empty() {
        names.push((12, sample::select(listed).boxed()));
    }
    let space = || {
        Union::new_weighted(vec![
            (12, Just("")),
            (2, Just(" ")),
            (1, Just("\t")),
            (1, Just(" \t")),
        ])
    };
    let parts = (
        space(),
        Union::new_weighted(names),
        space(),
        proptest::bool::weighted(0.2),
    );
    parts
        .prop_map(|(before, name, behind, upper)| match upper {
            true => format!("{before}{}{behind}", name.to_ascii_uppercase()),
            false => format!("{before}{name}{behind}"),
        })
        .boxed()
}

/// Headers that a predicate may read, and others.
fn other_headers(spec: &PolicySpec) -> BoxedStrategy<HeaderMap> {
    let read = spec
        .predicate
        .as_ref()
        .map(|predicate| predicate.header.as_str());
    let header = match read {
        Some("accept") => "accept",
        _ => "x-tenant",
    };
    let values = collection::vec(sample::select(&["a", "b"][..]), 0..=2);
    values
        .prop_map(move |values| {
            let mut map = HeaderMap::new();
            map.append(
                HeaderName::from_static("cookie"),
                HeaderValue::from_static("a=b"),
            );
            for value in values {
                map.append(
                    HeaderName::from_static(header),
                    HeaderValue::from_static(value),
                );
            }
            map
        })
        .boxed()
}
