//! Policies, requests to decide, and hand-written code that sets the headers of some of these policies.

use fetch_cors::{
    http::{HeaderMap, HeaderValue, Request, header},
    server::{CorsPolicy, CorsPolicyBuilder},
};

use crate::inputs;

/// The number of origins of a large policy.
pub const MANY: usize = 100_000;
/// The number of patterns of a large policy.
pub const MANY_PATTERNS: usize = 10_000;

/// Returns origins of equal length.
pub fn origins(count: usize) -> impl ExactSizeIterator<Item = String> {
    (0..count).map(origin)
}

/// Returns an element of [`origins`].
pub fn origin(number: usize) -> String {
    format!("https://tenant-{number:06}.example")
}

/// Returns an uncredentialed policy with `origins` origins that allows PUT with JSON and a token.
pub fn policy(origins: usize) -> CorsPolicy {
    built(CorsPolicy::builder().origins(self::origins(origins)))
}

/// Returns a policy like [`policy`], with patterns of subdomains instead of origins.
pub fn pattern_policy(patterns: usize) -> CorsPolicy {
    let patterns = (0..patterns).map(|number| format!("https://*.tenant-{number:06}.example"));
    built(CorsPolicy::builder().origins(patterns))
}

/// Returns a credentialed policy of one origin.
pub fn policy_with_credentials() -> CorsPolicy {
    built(
        CorsPolicy::builder()
            .origins(origins(1))
            .credentials(true)
            .expose_headers(["etag", "x-request-id"]),
    )
}

/// Returns a policy of one origin and any request header.
pub fn policy_with_any_header() -> CorsPolicy {
    built(
        CorsPolicy::builder()
            .origins(origins(1))
            .any_request_header(),
    )
}

fn built(builder: CorsPolicyBuilder) -> CorsPolicy {
    builder
        .methods(["PUT", "DELETE"])
        .request_headers(["authorization", "content-type"])
        .max_age(600)
        .build()
        .expect("a valid policy")
}

/// Returns the eleven headers of a request from `origin`.
pub fn request_from(origin: &str) -> HeaderMap {
    let mut headers = inputs::header_map();
    headers.insert(header::ORIGIN, value(origin));
    headers
}

/// Returns the ten headers of a request without `Origin`.
pub fn request_from_nowhere() -> HeaderMap {
    let mut headers = inputs::header_map();
    headers.remove(header::ORIGIN);
    headers
}

/// Returns the headers of a preflight from `origin` for PUT with JSON and a token.
pub fn preflight_from(origin: &str) -> HeaderMap {
    hostile_preflight(origin, &[b"authorization,content-type"])
}

fn hostile_preflight(origin: &str, lines: &[&[u8]]) -> HeaderMap {
    let mut headers = request_from(origin);
    headers.remove(header::AUTHORIZATION);
    headers.insert(
        header::ACCESS_CONTROL_REQUEST_METHOD,
        HeaderValue::from_static("PUT"),
    );
    for line in lines {
        let line = HeaderValue::from_bytes(line).expect("a header value");
        headers.append(header::ACCESS_CONTROL_REQUEST_HEADERS, line);
    }
    headers
}

/// Returns preflights from `origin` with a megabyte of `Access-Control-Request-Headers`.
pub fn hostile_preflights(origin: &str) -> [(&'static str, HeaderMap); 7] {
    const MEGABYTE: usize = 1024 * 1024;
    let repeated = |element: &str| element.repeat(MEGABYTE / element.len()).into_bytes();
    let distinct: String = (0..MEGABYTE / 11).map(|i| format!("x-{i:08},")).collect();
    let line = |line: Vec<u8>| hostile_preflight(origin, &[&line]);
    let short_line = repeated("authorization,content-type,").split_off(MEGABYTE - 1024);
    [
        ("repeats", line(repeated("content-type,"))),
        ("commas", line(repeated(","))),
        ("distinct_names", line(distinct.into_bytes())),
        ("white_space", line(repeated(" "))),
        ("white_space_and_commas", line(repeated(" ,\t"))),
        ("one_name", line(repeated("x"))),
        (
            "lines",
            hostile_preflight(origin, &vec![&*short_line; 1024]),
        ),
    ]
}

/// Returns a GET request with headers from [`request_from`] or [`request_from_nowhere`].
pub fn get(headers: &HeaderMap) -> Request<String> {
    let mut request = Request::new(String::new());
    *request.headers_mut() = headers.clone();
    request
}

/// Returns a preflight with these headers.
pub fn options(headers: &HeaderMap) -> Request<String> {
    let mut request = get(headers);
    *request.method_mut() = fetch_cors::http::Method::OPTIONS;
    request
}

/// Returns the response headers of a handler.
#[inline]
pub fn response() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("512"));
    headers
}

/// Hand-written code for one origin: one look-up, one comparison, and inserts of prepared values.
#[derive(Debug)]
pub struct ByHand {
    origin: HeaderValue,
    expose: HeaderValue,
    vary: HeaderValue,
}

impl ByHand {
    /// Prepares the values for [`policy`]`(1)` and [`policy_with_credentials`].
    pub fn new() -> Self {
        Self {
            origin: value(&origin(0)),
            expose: value("etag,x-request-id"),
            vary: value("origin"),
        }
    }

    /// Sets the headers that [`policy`]`(1)` sets on a response to a request that is not a preflight.
    pub fn apply(&self, request: &HeaderMap, response: &mut HeaderMap) {
        if self.is_allowed(request) {
            response.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, self.origin.clone());
        }
    }

    /// Sets the headers that [`policy_with_credentials`] sets.
    pub fn apply_with_credentials(&self, request: &HeaderMap, response: &mut HeaderMap) {
        if self.is_allowed(request) {
            let yes = HeaderValue::from_static("true");
            response.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, self.origin.clone());
            response.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
            response.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, self.expose.clone());
        }
        response.insert(header::VARY, self.vary.clone());
    }

    fn is_allowed(&self, request: &HeaderMap) -> bool {
        request
            .get(header::ORIGIN)
            .is_some_and(|origin| origin == self.origin)
    }
}

impl Default for ByHand {
    fn default() -> Self {
        Self::new()
    }
}

pub(crate) fn value(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).expect("a header value")
}
