//! Generates the requests that a server gets from browsers and from other programs.

use alloc::{string::String, vec::Vec};

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use proptest::{
    collection,
    strategy::{BoxedStrategy, Strategy},
};

use super::{
    named::{methods, names},
    near_origins::origin_near,
    policy_spec::PolicySpec,
};
use crate::conformance::generate::{
    draw::strategies::{chance, many, one_of, one_of_then, select},
    weights::{
        policy_requests::{
            ELEMENT_COUNT, HANDLER_HEADER_COUNT, HANDLER_HEADERS, LINE_KINDS, LINE_LENGTHS_BYTES,
            LONG_LINE_PIECES, LineKind, ORIGIN_LINE_COUNTS, READ_VALUE_COUNT, READ_VALUES,
            REPEAT_COUNTS, REQUESTED_METHOD_LINE_COUNTS, REQUESTED_METHODS, REQUESTED_NAMES,
            REQUESTED_NAMES_LINE_COUNTS, SENT_METHODS, UPPER_CASE_ELEMENT, WHITE_SPACE,
            WILDCARD_LINE_KINDS,
        },
        table::Weighted,
    },
};

/// Generates requests to a server with the policy. Most requests have a form that browsers send. Some requests are
/// hostile.
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
    let method = select(&SENT_METHODS);
    let origins = lines(&ORIGIN_LINE_COUNTS, origin_near(spec).boxed());
    let methods = lines(&REQUESTED_METHOD_LINE_COUNTS, requested_methods(spec));
    let names = lines(&REQUESTED_NAMES_LINE_COUNTS, requested_names(spec));
    let others = other_headers(spec);
    (method, origins, methods, names, others).prop_map(
        |(method, origins, methods, names, others)| {
            request_of(method, others, [origins, methods, names])
        },
    )
}

/// Returns a request with the given lines of `Origin`, `Access-Control-Request-Method` and
/// `Access-Control-Request-Headers`.
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

/// Generates the headers that a handler sets before the policy is applied. Some of these headers are `Vary` and CORS
/// headers.
///
/// ```
/// use fetch_cors::conformance::policies::handler_headers;
/// use proptest::{strategy::{Strategy, ValueTree}, test_runner::TestRunner};
/// assert!(handler_headers().new_tree(&mut TestRunner::deterministic())?.current().len() <= 6);
/// # Ok::<(), proptest::test_runner::Reason>(())
/// ```
pub fn handler_headers() -> impl Strategy<Value = HeaderMap> {
    many(&HANDLER_HEADER_COUNT, select(&HANDLER_HEADERS)).prop_map(map_of)
}

pub(super) fn map_of(headers: impl IntoIterator<Item = (&'static str, &'static str)>) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::from_static(name);
        map.append(name, HeaderValue::from_static(value));
    }
    map
}

/// The values of the lines of one header.
pub(super) type Lines = Vec<Vec<u8>>;

fn lines(counts: &'static Weighted<usize>, line: BoxedStrategy<Vec<u8>>) -> BoxedStrategy<Lines> {
    one_of_then(counts, |count| collection::vec(line.clone(), count).boxed())
}

fn requested_methods(spec: &PolicySpec) -> BoxedStrategy<Vec<u8>> {
    methods(spec, REQUESTED_METHODS)
        .prop_map(|method| method.trim().as_bytes().to_vec())
        .boxed()
}

/// Generates the value of an `Access-Control-Request-Headers` line.
fn requested_names(spec: &PolicySpec) -> BoxedStrategy<Vec<u8>> {
    let listed = spec.request_headers.len();
    let line = one_of_then(line_kinds(spec), |kind| match kind {
        LineKind::List => many(&ELEMENT_COUNT, element(spec))
            .prop_map(|elements| elements.join(","))
            .boxed(),
        LineKind::Repeated => (element(spec), select(&REPEAT_COUNTS))
            .prop_map(move |(element, count)| repeated(element, count.with_listed(listed)))
            .boxed(),
        LineKind::Long => (select(&LINE_LENGTHS_BYTES), select(&LONG_LINE_PIECES))
            .prop_map(|(length, piece)| long_line(length, piece))
            .boxed(),
    });
    line.prop_map(|line| received(&line)).boxed()
}

/// Returns the table of the kinds of `Access-Control-Request-Headers` lines for the policy.
pub(super) fn line_kinds(spec: &PolicySpec) -> &'static Weighted<LineKind> {
    if spec.request_headers.iter().any(|name| name == "*") {
        &WILDCARD_LINE_KINDS
    } else {
        &LINE_KINDS
    }
}

pub(super) fn repeated(element: String, count: usize) -> String {
    (element + ",").repeat(count)
}

pub(super) fn long_line(length_bytes: usize, piece: &str) -> String {
    piece.chars().cycle().take(length_bytes).collect()
}

/// Returns the bytes of a line, without the white space that HTTP removes at both ends.
pub(super) fn received(line: &str) -> Vec<u8> {
    line.trim_matches([' ', '\t']).as_bytes().to_vec()
}

fn element(spec: &PolicySpec) -> BoxedStrategy<String> {
    let parts = (
        one_of(&WHITE_SPACE),
        names(spec, REQUESTED_NAMES),
        one_of(&WHITE_SPACE),
        chance(&UPPER_CASE_ELEMENT),
    );
    parts
        .prop_map(|(before, name, after, is_upper_case)| {
            spaced(before, &name, after, is_upper_case)
        })
        .boxed()
}

pub(super) fn spaced(before: &str, name: &str, after: &str, is_upper_case: bool) -> String {
    if is_upper_case {
        [before, &name.to_ascii_uppercase(), after].concat()
    } else {
        [before, name, after].concat()
    }
}

/// Generates a cookie, and lines of the header that the predicate reads.
fn other_headers(spec: &PolicySpec) -> BoxedStrategy<HeaderMap> {
    let header = read_header(spec);
    many(&READ_VALUE_COUNT, select(&READ_VALUES))
        .prop_map(move |values| others_of(header, values))
        .boxed()
}

/// Returns the name of the header that the predicate reads.
pub(super) fn read_header(spec: &PolicySpec) -> &'static str {
    match &spec.predicate {
        Some(predicate) if predicate.header == "accept" => "accept",
        _ => "x-tenant",
    }
}

/// Returns the headers of a request: a cookie, and lines of `header` with the `values`.
pub(super) fn others_of(header: &'static str, values: Vec<&'static str>) -> HeaderMap {
    let read = values.into_iter().map(|value| (header, value));
    map_of([("cookie", "a=b")].into_iter().chain(read))
}
