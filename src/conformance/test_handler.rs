//! The handler behind the middleware under test, which sends the headers that a probe requests.

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};

/// The header in which a probe requests headers of the handler, and by which the handler marks its response.
pub(crate) const HANDLER_HEADER: &str = "fetch-cors-handler";

/// A handler to put behind middleware under test. The harness needs it to check whether `Vary` survives and
/// whether a plain OPTIONS reaches the handler.
///
/// The handler answers with status 200, adds the header in each `fetch-cors-handler` line of the request, and marks
/// the response with `fetch-cors-handler: here`.
///
/// ```
/// # #[cfg(feature = "tower")] {
/// use fetch_cors::{conformance::{CheckConfig, check_async, handler}, server::CorsPolicy, tower::CorsLayer};
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
///
/// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
/// let service = ServiceBuilder::new().layer(CorsLayer::new(policy.clone()));
/// let service = service.service(service_fn(async |request: http::Request<()>| Ok::<_, ()>(handler(&request))));
///
/// let config = CheckConfig::new("https://api.example/")?;
/// let report = pollster::block_on(check_async(async |request| service.clone().oneshot(request).await, &policy, config))?;
/// assert!(report.findings().is_empty(), "{report}");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn handler<B>(request: &Request<B>) -> Response<()> {
    let mut response = Response::new(());
    *response.headers_mut() = requested_headers(request.headers());
    let headers = response.headers_mut();
    headers.insert(HANDLER_HEADER, HeaderValue::from_static("here"));
    response
}

/// Returns the headers that a request wants its handler to send.
pub(super) fn requested_headers(request: &HeaderMap) -> HeaderMap {
    let lines = request.get_all(HANDLER_HEADER).iter();
    let headers = lines.filter_map(|line| {
        let (name, value) = line.to_str().ok()?.split_once(':')?;
        let name: HeaderName = name.parse().ok()?;
        Some((name, HeaderValue::from_str(value.trim()).ok()?))
    });
    let mut requested = HeaderMap::new();
    for (name, value) in headers {
        requested.append(name, value);
    }
    requested
}
