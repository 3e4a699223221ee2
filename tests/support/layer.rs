//! A `CorsLayer` around a handler, called without a runtime.

use std::{
    convert::Infallible,
    future::{Future, Ready, ready},
    pin::pin,
    task::{Context, Poll, Waker},
};

use fetch_cors::{
    http::{HeaderMap, Request, Response},
    tower::{Cors, CorsLayer},
};
use tower_layer::Layer;
use tower_service::Service;

/// A handler that sets the same headers on every response.
#[derive(Debug, Clone)]
pub struct Handler<'h>(&'h HeaderMap);

impl Service<Request<()>> for Handler<'_> {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        let mut response = Response::new(());
        response.headers_mut().clone_from(self.0);
        ready(Ok(response))
    }
}

/// Returns the response of the layer around a handler that sets the given headers.
///
/// # Panics
///
/// If the layer is pending. The handler is never pending.
pub fn answer_with_layer<'h, P: Clone>(
    layer: &CorsLayer<P>,
    request: Request<()>,
    handler: &'h HeaderMap,
) -> Response<()>
where
    Cors<Handler<'h>, P>: Service<Request<()>, Response = Response<()>, Error = Infallible>,
{
    let response = pin!(layer.layer(Handler(handler)).call(request));
    match response.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(response)) => response,
        Poll::Ready(Err(never)) => match never {},
        Poll::Pending => panic!("the layer is pending, but the handler is ready"),
    }
}
