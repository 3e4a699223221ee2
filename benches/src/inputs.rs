//! A page, an API, and typical headers of both.

use core::time::Duration;

use fetch_cors::{
    fetching::{ConnectionError, HttpRequest},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode},
    infrastructure::{
        header_list::HeaderList,
        origin::Origin,
        request::{Body, CredentialsMode, Mode, Request},
        response::Response,
    },
};

pub const NOW: Duration = Duration::from_secs(1);

const ORIGIN: &str = "https://app.example";
const URL: &str = "https://api.example/v1/items?page=2";

/// Returns the eleven headers of a request as a server receives them, including `Origin`. The unit of
/// comparison is a look-up in this map.
pub fn header_map() -> HeaderMap {
    let headers = [
        ("host", "api.example"),
        (
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
        ),
        ("accept", "application/json"),
        ("accept-language", "en-GB,en;q=0.5"),
        ("accept-encoding", "gzip, deflate, br, zstd"),
        ("referer", "https://app.example/"),
        ("origin", ORIGIN),
        ("authorization", "Bearer 0123456789abcdef"),
        ("connection", "keep-alive"),
        ("sec-fetch-mode", "cors"),
        ("sec-fetch-site", "cross-site"),
    ];
    headers
        .into_iter()
        .map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        })
        .collect()
}

/// Returns a request of `fetch(url)` with two headers that need no preflight.
pub fn simple_request() -> Request {
    request(
        Method::GET,
        &[
            ("Accept", "application/json"),
            ("Accept-Language", "en-GB,en;q=0.5"),
        ],
    )
}

/// Returns [`simple_request`] with credentials.
pub fn request_with_credentials() -> Request {
    let mut request = simple_request();
    request.credentials_mode = CredentialsMode::Include;
    request
}

/// Returns a request of `fetch(url, {method: "PUT", …})` with JSON and a token. Both the method and the
/// headers need a preflight.
pub fn preflighted_request() -> Request {
    let headers = [
        ("Content-Type", "application/json"),
        ("Authorization", "Bearer 0123456789abcdef"),
    ];
    let mut request = request(Method::PUT, &headers);
    request.body = Some(Body::WithSource);
    request
}

/// Returns the request headers of a typical client library.
pub fn typical_request_headers() -> HeaderList {
    list(&[
        ("Accept", "application/json, text/plain, */*"),
        ("Content-Type", "application/json"),
        ("Authorization", "Bearer 0123456789abcdef"),
        ("X-Requested-With", "XMLHttpRequest"),
        ("Accept-Language", "en-GB,en;q=0.5"),
    ])
}

/// Returns a response of an API with the given `Access-Control-Allow-Origin`, after six headers without a
/// meaning in CORS.
pub fn response(allow_origin: &str) -> Response {
    let headers = list(&[
        ("Date", "Sat, 01 Aug 2026 12:00:00 GMT"),
        ("Server", "nginx"),
        ("Content-Type", "application/json"),
        ("Content-Length", "512"),
        ("Cache-Control", "no-store"),
        ("ETag", "\"33a64df551425fcc\""),
        ("Vary", "Origin"),
        ("Access-Control-Allow-Origin", allow_origin),
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Expose-Headers", "ETag, X-Request-Id"),
    ]);
    Response::new(StatusCode::OK, headers)
}

/// Returns a response that allows the page's origin.
pub fn allowing_response() -> Response {
    response(ORIGIN)
}

/// Returns a response that allows any origin.
pub fn wildcard_response() -> Response {
    response("*")
}

/// Returns a response that allows only an origin other than the page's origin.
pub fn denying_response() -> Response {
    response("https://other.example")
}

/// Returns a preflight response that allows [`preflighted_request`].
pub fn preflight_response() -> Response {
    let headers = list(&[
        ("Date", "Sat, 01 Aug 2026 12:00:00 GMT"),
        ("Server", "nginx"),
        (
            "Vary",
            "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
        ),
        ("Access-Control-Allow-Origin", ORIGIN),
        (
            "Access-Control-Allow-Methods",
            "GET, HEAD, POST, PUT, PATCH, DELETE",
        ),
        (
            "Access-Control-Allow-Headers",
            "authorization, content-type, x-requested-with",
        ),
        ("Access-Control-Max-Age", "600"),
    ]);
    Response::new(StatusCode::NO_CONTENT, headers)
}

/// Returns a network that answers preflights with [`preflight_response`] and other requests with
/// [`allowing_response`].
pub fn network() -> impl Fn(&HttpRequest) -> Result<Response, ConnectionError> {
    let (to_preflights, to_others) = (preflight_response(), allowing_response());
    move |http_request| {
        Ok(if http_request.is_preflight() {
            to_preflights.clone()
        } else {
            to_others.clone()
        })
    }
}

fn request(method: Method, headers: &[(&str, &str)]) -> Request {
    let origin = Origin::parse(ORIGIN.as_bytes()).expect("an origin");
    let mut request = Request::new(origin, URL.parse().expect("a URL"));
    request.method = method;
    request.mode = Mode::Cors;
    request.unsafe_request_flag = true;
    request.header_list = list(headers);
    request
}

fn list(headers: &[(&str, &str)]) -> HeaderList {
    HeaderList::from_pairs(headers.iter().copied()).expect("headers")
}
