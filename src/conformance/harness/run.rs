//! Runs a check on synchronous or asynchronous middleware.

use http::{Request, Response};

use super::{check::Check, config::CheckConfig, report::Report};
use crate::{
    cases::RequestLine, conformance::generate::policies::policy_spec::HasPredicateError,
    fetching::ConnectionError, infrastructure::response, server::CorsPolicy,
};

/// Middleware under test, which receives a request and returns a response.
///
/// A function that takes a request and returns a response implements this trait.
///
/// ```
/// use fetch_cors::conformance::Middleware;
/// use http::{Request, Response};
///
/// struct Drops;
/// impl Middleware for Drops {
///     type Error = &'static str;
///     fn respond(&mut self, request: Request<()>) -> Result<Response<()>, Self::Error> {
///         match request.headers().len() {
///             0 => Ok(Response::new(())),
///             _ => Err("the connection was closed"),
///         }
///     }
/// }
/// assert!(Drops.respond(Request::new(())).is_ok());
///
/// let mut function = |request: Request<()>| Response::new(request.uri().to_string());
/// assert!(Middleware::respond(&mut function, Request::new(())).is_ok());
/// ```
pub trait Middleware {
    /// The reason why there is no response.
    type Error;

    /// Returns the response to a request.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no response. A browser would see a failed connection.
    fn respond(&mut self, request: Request<()>) -> Result<Response<()>, Self::Error>;
}

impl<F, B> Middleware for F
where
    F: FnMut(Request<()>) -> Response<B>,
{
    type Error = core::convert::Infallible;

    fn respond(&mut self, request: Request<()>) -> Result<Response<()>, Self::Error> {
        Ok(self(request).map(|_| ()))
    }
}

/// Uses the laws to check whether a server implements `policy`.
///
/// # Errors
///
/// Returns [`HasPredicateError`] if the policy has a predicate.
///
/// ```
/// use fetch_cors::{conformance::{CheckConfig, Severity, check, laws::Law}, server::CorsPolicy};
///
/// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
/// let mut allows_all = |_: http::Request<()>| {
///     http::Response::builder().header("access-control-allow-origin", "*").body(()).unwrap()
/// };
/// let report = check(&mut allows_all, &policy, CheckConfig::new("https://api.example/")?)?;
/// assert_eq!(report.with_severity(Severity::Security).next().unwrap().law(), Law::DeniedPageReadsNothing);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check<M: Middleware + ?Sized>(
    middleware: &mut M,
    policy: &CorsPolicy,
    config: CheckConfig,
) -> Result<Report, HasPredicateError> {
    let mut check = Check::new(policy, config)?;
    while let Some(request) = next_request(&mut check) {
        check.answer(received(middleware.respond(request)));
    }
    Ok(check.report())
}

/// Does the same as [`check`], but with an asynchronous function. This function can call an HTTP client or a `tower`
/// service.
///
/// # Errors
///
/// Returns [`HasPredicateError`] if the policy has a predicate.
///
/// ```
/// # #[cfg(feature = "tower")] {
/// use axum::{Router, body::Body, routing::any};
/// use fetch_cors::{conformance::{CheckConfig, check_async}, server::CorsPolicy, tower::CorsLayer};
/// use tower::ServiceExt;
///
/// let policy = CorsPolicy::builder().origin("https://app.example").methods(["PUT"]).build()?;
/// let router = Router::new().route("/notes", any(async || "a note")).layer(CorsLayer::new(policy.clone()));
///
/// let config = CheckConfig::new("https://api.example/notes")?;
/// let report = check_async(async |request| router.clone().oneshot(request.map(|()| Body::empty())).await, &policy, config);
/// let report = pollster::block_on(report)?;
/// assert!(report.violations().is_empty(), "{report}");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn check_async<B, E>(
    mut middleware: impl AsyncFnMut(Request<()>) -> Result<Response<B>, E>,
    policy: &CorsPolicy,
    config: CheckConfig,
) -> Result<Report, HasPredicateError> {
    let mut check = Check::new(policy, config)?;
    while let Some(request) = next_request(&mut check) {
        check.answer(received(middleware(request).await));
    }
    Ok(check.report())
}

/// Returns the next request that the types of the `http` crate can represent. Skips the requests that these types
/// cannot represent.
fn next_request(check: &mut Check) -> Option<Request<()>> {
    loop {
        match sent(check.request()?) {
            Some(request) => return Some(request),
            None => check.skip(),
        }
    }
}

/// Returns the request in the form that a server receives: the target is a path, and the request has a `Host` header.
fn sent(line: &RequestLine) -> Option<Request<()>> {
    let mut request = Request::try_from(&line.request).ok()?;
    let authority = request.uri().authority()?.as_str().parse().ok()?;
    let target = request.uri().path_and_query()?.as_str().parse().ok()?;
    request.headers_mut().insert(http::header::HOST, authority);
    *request.uri_mut() = target;
    Some(request)
}

fn received<B, E>(response: Result<Response<B>, E>) -> Result<response::Response, ConnectionError> {
    match response {
        Ok(response) => Ok(response::Response::from(&response)),
        Err(_) => Err(ConnectionError),
    }
}
