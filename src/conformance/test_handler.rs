//! The handler behind the middleware, which says what a probe asks it to say.

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};

/// The header by which a probe tells a handler what to say, and by which the handler shows that it was
/// there.
pub(crate) const HANDLER: &str = "fetch-cors-handler";

/// A handler to put behind middleware that is checked: only with one like it can be seen whether `Vary`
/// survives and whether a plain OPTIONS gets through.
///
/// It answers with 200, puts on the response each header that a line of the request's
/// `fetch-cors-handler` has, and shows by `fetch-cors-handler: here` that it was asked.
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
/// assert!(report.violations().is_empty(), "{report}");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn handler<B>(request: &Request<B>) -> Response<()> {
    let mut response = Response::new(());
    *response.headers_mut() = said(request.headers());
    let headers = response.headers_mut();
    headers.insert(HANDLER, HeaderValue::from_static("here"));
    response
}

/// What a request asks its handler to say.
pub(super) fn said(request: &HeaderMap) -> HeaderMap {
    let lines = request.get_all(HANDLER).iter();
    let headers = lines.filter_map(|line| {
        let (name, value) = line.to_str().ok()?.split_once(':')?;
        let name: HeaderName = name.parse().ok()?;
        Some((name, HeaderValue::from_str(value.trim()).ok()?))
    });
    let mut said = HeaderMap::new();
    for (name, value) in headers {
        said.append(name, value);
    }
    said
}
