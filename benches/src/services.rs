//! A handler in several forms: bare, and with the middleware of this crate, of tower-http or of actix-cors.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
};

use actix_cors::Cors;
use actix_web::dev::{Service as ActixService, ServiceRequest, ServiceResponse, Transform};
use fetch_cors::{
    http::{HeaderMap, Method, Request, Response, header},
    tower::CorsLayer,
};
use tower::{Layer, Service};

use crate::policies::{self, value};

/// The request type of all services.
pub type TestRequest = Request<String>;
type Answer = Result<Response<String>, Infallible>;

/// A handler that is ready at once.
#[derive(Debug, Clone, Copy)]
pub struct Bare;

impl Service<TestRequest> for Bare {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Answer>;

    #[inline]
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    #[inline]
    fn call(&mut self, _: TestRequest) -> Self::Future {
        let mut response = Response::new(String::new());
        *response.headers_mut() = policies::response();
        ready(Ok(response))
    }
}

/// The least work that answers a preflight with an `http::HeaderMap`: looks up the three headers of a preflight without
/// judging them, and clones prepared headers.
#[derive(Debug, Clone)]
pub struct PreflightFloor(HeaderMap);

impl PreflightFloor {
    /// Prepares the response of a policy of one origin.
    pub fn new() -> Self {
        let policy = policies::policy(1);
        let request = policies::preflight_from(&policies::origin(0));
        let mut headers = HeaderMap::new();
        policy
            .decide(&Method::OPTIONS, &request)
            .apply(&mut headers);
        Self(headers)
    }
}

impl Default for PreflightFloor {
    fn default() -> Self {
        Self::new()
    }
}

impl Service<TestRequest> for PreflightFloor {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Answer>;

    #[inline]
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    #[inline]
    fn call(&mut self, request: TestRequest) -> Self::Future {
        black_box([
            request.headers().get(header::ORIGIN),
            request.headers().get(header::ACCESS_CONTROL_REQUEST_METHOD),
            request
                .headers()
                .get(header::ACCESS_CONTROL_REQUEST_HEADERS),
        ]);
        let mut response = Response::new(String::new());
        *response.headers_mut() = self.0.clone();
        ready(Ok(response))
    }
}

/// Returns the handler with this crate's layer and a policy of `origins` origins.
pub fn ours(
    origins: usize,
) -> impl Service<TestRequest, Response = Response<String>, Error = Infallible> {
    CorsLayer::new(policies::policy(origins)).layer(Bare)
}

/// Returns the handler with tower-http's layer and the policy of [`ours`].
pub fn tower_http(
    origins: usize,
) -> impl Service<TestRequest, Response = Response<String>, Error = Infallible> {
    use tower_http::cors::{AllowOrigin, CorsLayer};
    let allow_origin = match origins {
        1 => AllowOrigin::exact(value(&policies::origin(0))),
        _ => AllowOrigin::list(policies::origins(origins).map(|origin| value(&origin))),
    };
    CorsLayer::new()
        .allow_origin(allow_origin)
        .allow_methods([Method::PUT, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .max_age(std::time::Duration::from_secs(600))
        .layer(Bare)
}

/// Calls a tower service whose response is ready at once.
#[inline]
pub fn answer<S>(service: &mut S, request: TestRequest) -> Response<String>
where
    S: Service<TestRequest, Response = Response<String>, Error = Infallible>,
{
    let Poll::Ready(Ok(response)) = poll(service.call(request)) else {
        panic!("the service is not ready");
    };
    response
}

/// Returns an actix-web handler that is ready at once, with actix-cors and `origins` origins.
pub fn actix_cors(
    origins: usize,
) -> impl ActixService<ServiceRequest, Response = ServiceResponse<impl Sized>, Error = actix_web::Error>
{
    let cors = policies::origins(origins)
        .fold(Cors::default(), |cors, origin| cors.allowed_origin(&origin))
        .allowed_methods(["PUT", "DELETE", "GET"])
        .allowed_headers(["authorization", "content-type"])
        .max_age(600);
    let Poll::Ready(Ok(service)) = poll(cors.new_transform(actix_bare())) else {
        panic!("the service is not ready");
    };
    service
}

/// Returns the actix-web handler alone.
pub fn actix_bare()
-> impl ActixService<ServiceRequest, Response = ServiceResponse, Error = actix_web::Error> {
    actix_web::dev::fn_service(|request: ServiceRequest| {
        let response = actix_web::HttpResponse::Ok()
            .insert_header(("content-type", "application/json"))
            .insert_header(("content-length", "512"))
            .finish();
        ready(Ok(request.into_response(response)))
    })
}

/// Converts the request for actix-web.
pub fn actix_request(request: &TestRequest) -> ServiceRequest {
    let method = actix_web::http::Method::from_bytes(request.method().as_str().as_bytes());
    request
        .headers()
        .iter()
        .fold(
            actix_web::test::TestRequest::default().method(method.expect("a method")),
            |made, (name, value)| made.insert_header((name.as_str(), value.as_bytes())),
        )
        .to_srv_request()
}

/// Calls an actix-web service whose response is ready at once.
pub fn actix_answer<S: ActixService<ServiceRequest>>(
    service: &S,
    request: ServiceRequest,
) -> S::Response {
    let Poll::Ready(Ok(response)) = poll(service.call(request)) else {
        panic!("the service is not ready");
    };
    response
}

#[inline]
fn poll<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}
