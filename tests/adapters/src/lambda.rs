//! A policy in a function of AWS Lambda, with the crate `lambda_http`.

use fetch_cors::{server::CorsPolicy, tower::CorsLayer};
use lambda_http::{
    Body, Error, Request, Response, Service,
    http::{HeaderValue, header::SET_COOKIE},
    tower::ServiceBuilder,
};

/// Applies the policy to a service: `lambda_http::run(with_cors(policy, service_fn(handler)))`. The handler returns
/// errors as responses: Lambda turns an `Err` into a response that the policy does not see.
pub fn with_cors<S>(
    policy: CorsPolicy,
    service: S,
) -> impl Service<Request, Response = Response<Body>, Error = Error, Future: Send> + Clone
where
    S: Service<Request, Response = Response<Body>, Error = Error, Future: Send> + Clone,
{
    ServiceBuilder::new()
        .map_response(join_lines)
        .layer(CorsLayer::new(policy))
        .service(service)
}

/// Joins the lines of each header: the gateway gets one value for a name, and `lambda_http` takes the first line.
fn join_lines(mut response: Response<Body>) -> Response<Body> {
    let headers = response.headers_mut();
    // `lambda_http` sends all lines of `Set-Cookie`, so these lines are not joined.
    let names = headers.keys().filter(|name| *name != SET_COOKIE);
    for name in names.cloned().collect::<Vec<_>>() {
        let lines = headers.get_all(&name).iter().map(HeaderValue::as_bytes);
        let line = lines.collect::<Vec<_>>().join(&b", "[..]);
        if let Ok(line) = HeaderValue::from_bytes(&line) {
            headers.insert(name, line);
        }
    }
    response
}
