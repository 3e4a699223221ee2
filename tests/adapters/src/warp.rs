//! A policy in warp.

use std::convert::Infallible;

use fetch_cors::{server::CorsPolicy, tower::CorsLayer};
use hyper::{Request, body::Incoming};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
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

/// Serves `service(policy)`, instead of `warp::serve`, which serves filters only.
pub async fn serve<S>(listener: TcpListener, service: S) -> std::io::Result<()>
where
    S: Service<Request<Incoming>, Response = Response, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send + 'static,
{
    loop {
        let (stream, _) = listener.accept().await?;
        let stream = TokioIo::new(stream);
        let service = TowerToHyperService::new(service.clone());
        tokio::spawn(async move {
            let server = auto::Builder::new(TokioExecutor::new());
            server.serve_connection_with_upgrades(stream, service).await
        });
    }
}
