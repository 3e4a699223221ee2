//! A policy in a server of hyper alone.

use std::convert::Infallible;

use fetch_cors::server::CorsPolicy;
use http_body_util::Full;
use hyper::{
    Request, Response, StatusCode,
    body::{Bytes, Incoming},
    service::Service,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::net::TcpListener;

/// Answers preflights, and puts CORS headers on all other responses.
pub async fn respond<B>(
    policy: CorsPolicy,
    request: Request<B>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let decision = policy.decide_request(&request).into_owned();
    let mut response = match decision.status() {
        Some(status) => with_status(status),
        None => handler(request).await,
    };
    decision.apply(response.headers_mut());
    Ok(response)
}

async fn handler<B>(request: Request<B>) -> Response<Full<Bytes>> {
    match request.uri().path() {
        "/notes" => Response::new("a note".into()),
        _ => with_status(StatusCode::NOT_FOUND),
    }
}

fn with_status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}

/// Serves HTTP/1 and HTTP/2, also upgrades such as WebSockets. The service is
/// `service_fn(move |request| respond(policy.clone(), request))`.
pub async fn serve<S>(listener: TcpListener, service: S) -> std::io::Result<()>
where
    S: Service<Request<Incoming>, Response = Response<Full<Bytes>>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send + 'static,
{
    loop {
        let (stream, _) = listener.accept().await?;
        let (stream, service) = (TokioIo::new(stream), service.clone());
        tokio::spawn(async move {
            let server = auto::Builder::new(TokioExecutor::new());
            server.serve_connection_with_upgrades(stream, service).await
        });
    }
}
