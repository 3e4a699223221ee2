//! A server with a policy.

use http::{HeaderMap, Request, Response, StatusCode};

use crate::{
    fetching::{ConnectionError, HttpRequest},
    infrastructure::{header_list::HeaderList, response},
    server::CorsPolicy,
};

/// Returns the response of a server with this policy. The handler behind the policy answers with status 200 and no
/// headers.
///
/// ```
/// use fetch_cors::conformance::policies::{PolicySpec, serve};
///
/// let policy = PolicySpec::from_origins(["https://a.example"]).build()?;
/// let request = http::Request::builder().header("origin", "https://a.example").body(())?;
/// assert_eq!(serve(&policy, &request).headers()["access-control-allow-origin"], "https://a.example");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn serve(policy: &CorsPolicy, request: &Request<()>) -> Response<()> {
    serve_with_handler(policy, request, &HeaderMap::new())
}

/// Returns the response of a server with this policy. The handler behind the policy answers with status 200 and the
/// headers in `handler`.
///
/// ```
/// use fetch_cors::conformance::policies::{PolicySpec, serve_with_handler};
///
/// let policy = PolicySpec::from_origins(["https://*.example"]).build()?;
/// let handler = [("vary".parse()?, "accept".parse()?)].into_iter().collect();
/// let response = serve_with_handler(&policy, &http::Request::new(()), &handler);
/// assert_eq!(response.headers().get_all("vary").iter().count(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn serve_with_handler(
    policy: &CorsPolicy,
    request: &Request<()>,
    handler: &HeaderMap,
) -> Response<()> {
    let decision = policy.decide_request(request);
    let mut response = Response::new(());
    *response.status_mut() = decision.status().unwrap_or(StatusCode::OK);
    response.headers_mut().clone_from(handler);
    decision.apply(response.headers_mut());
    response
}

/// Returns the response that a browser gets from a server with this policy. `handler` has the headers of the handler's
/// response. A closure that calls this function is a network for [`fetch`](crate::fetching::fetch).
///
/// # Errors
///
/// Returns [`ConnectionError`] if the types of the `http` crate cannot represent the request.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::conformance::policies::{PolicySpec, network};
/// use fetch_cors::fetching::{UserAgent, fetch};
/// use fetch_cors::infrastructure::{origin::Origin, request::{Mode, Request}};
///
/// let policy = PolicySpec::from_origins(["https://a.example"]).build()?;
/// let mut request = Request::new(Origin::parse(b"https://a.example")?, "https://b.example".parse()?);
/// request.mode = Mode::Cors;
/// let handler = http::HeaderMap::new();
/// assert!(fetch(&mut UserAgent::new(), request, Duration::ZERO, |r| network(&policy, r, &handler)).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn network(
    policy: &CorsPolicy,
    request: &HttpRequest,
    handler: &HeaderMap,
) -> Result<response::Response, ConnectionError> {
    network_to(|sent| serve_with_handler(policy, sent, handler), request)
}

/// Returns the response that a browser gets from a server.
pub(crate) fn network_to(
    server: impl FnOnce(&Request<()>) -> Response<()>,
    request: &HttpRequest,
) -> Result<response::Response, ConnectionError> {
    let mut sent = Request::new(());
    sent.method_mut().clone_from(&request.method);
    *sent.headers_mut() = (&request.header_list)
        .try_into()
        .map_err(|_| ConnectionError)?;
    *sent.uri_mut() = request.url.as_str().parse().map_err(|_| ConnectionError)?;
    let answer = server(&sent);
    let header_list = HeaderList::from(answer.headers());
    Ok(response::Response::new(answer.status(), header_list))
}
