//! A policy in warp.

use std::convert::Infallible;

use fetch_cors::{server::CorsPolicy, tower::CorsLayer};
use hyper::{Request, body::Incoming, server::conn::http1};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::net::TcpListener;
use tower::{Layer, Service};
use warp::{Filter, reply::Response};

/// The filters of the server as a service of tower, with the policy around all of them.
pub fn service<B>(
    policy: CorsPolicy,
) -> impl Service<Request<B>, Response = Response, Error = Infallible, Future: Send> + Clone
where
    B: hyper::body::Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
    B: Send + Sync + 'static,
{
    let notes = warp::path("notes").and(warp::get().or(warp::put()).unify());
    CorsLayer::new(policy).layer(warp::service(notes.map(|| "a note")))
}

/// Serves the service, instead of `warp::serve`, which serves filters only.
pub async fn serve(listener: TcpListener, policy: CorsPolicy) -> std::io::Result<()> {
    let service = service::<Incoming>(policy);
    loop {
        let (stream, _) = listener.accept().await?;
        let service = TowerToHyperService::new(service.clone());
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}
