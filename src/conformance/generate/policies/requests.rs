//! Requests that a server gets, of browsers and of others.

use alloc::{format, string::String, vec, vec::Vec};
use core::ops::RangeInclusive;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use proptest::{
    collection, sample,
    strategy::{BoxedStrategy, Just, Strategy, Union},
};

use super::{
    near_origins::origin_near,
    policy::{METHODS, NAMES},
    policy_spec::PolicySpec,
};
use crate::conformance::generate::weighted::one_of;

/// Requests to a server with the policy: mostly such as browsers send, some hostile.
///
/// ```
/// use fetch_cors::conformance::policies::{PolicySpec, request_to};
/// use proptest::{strategy::{Strategy, ValueTree}, test_runner::TestRunner};
///
/// let requests = request_to(&PolicySpec::from_origins(["https://a.example"]));
/// let request = requests.new_tree(&mut TestRunner::deterministic())?.current();
/// assert!(request.headers().get_all("origin").iter().count() <= 3);
/// # Ok::<(), proptest::test_runner::Reason>(())
/// ```
pub fn request_to(spec: &PolicySpec) -> impl Strategy<Value = Request<()>> + use<> {
    let method = sample::select(SENT_METHODS);
    let origin = || origin_near(spec);
    let origins = so_many(ORIGIN_LINES, origin());
    let asked = so_many(METHOD_LINES, requested_method(spec));
    let lines = so_many(NAME_LINES, line(spec));
    let others = other_headers(spec);
    (method, origins, asked, lines, others).prop_map(|(method, origins, asked, lines, others)| {
        request_of(method, others, [origins, asked, lines])
    })
}

/// With the lines of Origin and of the two request headers.
pub(super) fn request_of(method: &str, others: HeaderMap, lines: [Lines; 3]) -> Request<()> {
    let mut request = Request::new(());
    *request.method_mut() = Method::from_bytes(method.as_bytes()).unwrap_or_default();
    let headers = request.headers_mut();
    headers.extend(others);
    let names = [
        "origin",
        "access-control-request-method",
        "access-control-request-headers",
    ];
    for (name, lines) in names.into_iter().zip(lines) {
        let values = lines
            .iter()
            .filter_map(|line| HeaderValue::from_bytes(line).ok());
        values.for_each(|value| {
            headers.append(HeaderName::from_static(name), value);
        });
    }
    request
}

pub(super) const SENT_METHODS: &[&str] = &["OPTIONS", "OPTIONS", "GET", "POST", "PUT", "options"];

/// How many lines there are of each header.
pub(super) const ORIGIN_LINES: [Weighted; 3] = [(1, 0..=0), (12, 1..=1), (1, 2..=3)];
pub(super) const METHOD_LINES: [Weighted; 3] = [(2, 0..=0), (12, 1..=1), (1, 2..=2)];
pub(super) const NAME_LINES: [Weighted; 3] = [(2, 0..=0), (6, 1..=1), (2, 2..=3)];

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
    headers.prop_map(map_of)
}

pub(super) fn map_of(headers: impl IntoIterator<Item = (&'static str, &'static str)>) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::from_static(name);
        map.append(name, HeaderValue::from_static(value));
    }
    map
}

pub(super) const HANDLER_HEADERS: &[(&str, &str)] = &[
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

pub(super) type Weighted = (u32, RangeInclusive<usize>);
pub(crate) type Lines = Vec<Vec<u8>>;

fn so_many(
    counts: [Weighted; 3],
    line: impl Strategy<Value = Vec<u8>> + 'static,
) -> BoxedStrategy<Lines> {
    let line = line.boxed();
    let lists =
        counts.map(|(weight, count)| (weight, collection::vec(line.clone(), count).boxed()));
    Union::new_weighted(lists.into()).boxed()
}

pub(super) const ODD_METHODS: &[&str] = &[
    "", "*", "put", "get", "GET, PUT", "G:T", "PUT ", "AT", "PU", "a\u{e9}", "trace",
];

fn requested_method(spec: &PolicySpec) -> BoxedStrategy<Vec<u8>> {
    let listed = spec.methods.entries().to_vec();
    let mut kinds = Vec::from([
        (3, sample::select(METHODS).prop_map(String::from).boxed()),
        (
            1,
            sample::select(ODD_METHODS).prop_map(String::from).boxed(),
        ),
    ]);
    if !listed.is_empty() {
        kinds.push((6, sample::select(listed).boxed()));
    }
    // A name that reflection must not make a wildcard of.
    if spec.methods.is_any() && spec.credentials {
        kinds.push((4, Just(String::from("*")).boxed()));
    }
    Union::new_weighted(kinds)
        .prop_map(|method| method.trim().as_bytes().to_vec())
        .boxed()
}

/// A line of Access-Control-Request-Headers.
fn line(spec: &PolicySpec) -> BoxedStrategy<Vec<u8>> {
    let list = collection::vec(element(spec), 0..=5);
    let list = list.prop_map(|elements| elements.join(","));
    let huge = (element(spec), sample::select(times(spec)))
        .prop_map(|(element, times)| format!("{element},").repeat(times));
    let is_any = spec.request_headers.iter().any(|name| name == "*");
    let long = (sample::select(LENGTHS), sample::select(LONG))
        .prop_map(|(length, piece)| piece.chars().cycle().take(length).collect());
    Union::new_weighted(vec![
        (20, list.boxed()),
        (3, huge.boxed()),
        (if is_any { 6 } else { 2 }, long.boxed()),
    ])
    .prop_map(|line| received(&line))
    .boxed()
}

/// How often one element is there: around the limit, and far beyond.
pub(crate) fn times(spec: &PolicySpec) -> Vec<usize> {
    let listed = spec.request_headers.len();
    [14, 15, 16, 17]
        .map(|more| listed + more)
        .into_iter()
        .chain([9000])
        .collect()
}

/// What a long line is made of: one name or many.
pub(crate) const LONG: &[&str] = &["a", "a,", "aaa,"];

/// How long it is: around the limit where there is a wildcard.
pub(crate) const LENGTHS: &[usize] = &[8191, 8192, 8193, 9002];

/// As HTTP delivers it.
pub(crate) fn received(line: &str) -> Vec<u8> {
    line.trim_matches([' ', '\t']).as_bytes().to_vec()
}

pub(super) const ODD_ELEMENTS: &[&str] = &[
    "", " ", "  ", "   ", "x a", "\"x-a\"", "*", "x-\u{e9}", "x-a;", "x", "x-abc", "origin",
];

pub(super) const SPACES: &[(u32, &str)] = &[(12, ""), (2, " "), (1, "\t"), (1, " \t")];

fn element(spec: &PolicySpec) -> BoxedStrategy<String> {
    let listed = spec.request_headers.clone();
    let mut names = Vec::from([
        (2, sample::select(NAMES).prop_map(String::from).boxed()),
        (
            1,
            sample::select(ODD_ELEMENTS).prop_map(String::from).boxed(),
        ),
    ]);
    if !listed.is_empty() {
        names.push((12, sample::select(listed).boxed()));
    }
    let parts = (
        one_of(SPACES),
        Union::new_weighted(names),
        one_of(SPACES),
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
    let header = read_header(spec);
    collection::vec(sample::select(READ_VALUES), 0..=2)
        .prop_map(move |values| others_of(header, values))
        .boxed()
}

pub(super) const READ_VALUES: &[&str] = &["a", "b"];

pub(super) fn read_header(spec: &PolicySpec) -> &'static str {
    match &spec.predicate {
        Some(predicate) if predicate.header == "accept" => "accept",
        _ => "x-tenant",
    }
}

pub(super) fn others_of(header: &'static str, values: Vec<&'static str>) -> HeaderMap {
    let read = values.into_iter().map(|value| (header, value));
    map_of([("cookie", "a=b")].into_iter().chain(read))
}
