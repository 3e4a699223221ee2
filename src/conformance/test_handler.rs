//! A handler for middleware under test. Each test request lists the headers that the handler adds to its response.

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};

/// The name of a header in test requests and in their responses. In a request, the value is a header that the handler
/// should send. In a response, the header shows that the handler made the response.
pub(crate) const HANDLER_HEADER: &str = "fetch-cors-handler";

/// Answers a test request. Put this handler behind the middleware under test. With this handler, the harness can check
/// whether the middleware keeps the handler's `Vary`, and whether plain OPTIONS requests reach the handler.
///
/// The response has status 200. It has one header for each `fetch-cors-handler` line of the request, and the header
/// `fetch-cors-handler: here`.
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

/// Returns the headers that a request asks the handler to send.
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
