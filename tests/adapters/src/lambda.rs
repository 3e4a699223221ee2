//! A policy in a function of AWS Lambda, with the crate `lambda_http`.

use fetch_cors::{server::CorsPolicy, tower::CorsLayer};
use lambda_http::{
    Body, Error, Request, Response, Service, http::StatusCode, service_fn, tower::Layer,
};

/// The service for `lambda_http::run(service(policy))`.
pub fn service(
    policy: CorsPolicy,
) -> impl Service<Request, Response = Response<Body>, Error = Error, Future: Send> + Clone {
    CorsLayer::new(policy).layer(service_fn(handler))
}

/// Returns errors as responses: Lambda turns an `Err` into a response that the policy does not see.
async fn handler(request: Request) -> Result<Response<Body>, Error> {
    let mut response = Response::new(Body::from("a note"));
    if request.uri().path() != "/notes" {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    Ok(response)
}
