//! A policy in a server of hyper alone.

use std::convert::Infallible;

use fetch_cors::server::CorsPolicy;
use http_body_util::Full;
use hyper::{Request, Response, StatusCode, body::Bytes, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
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

pub async fn serve(listener: TcpListener, policy: CorsPolicy) -> std::io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let policy = policy.clone();
        let service = service_fn(move |request| respond(policy.clone(), request));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}
