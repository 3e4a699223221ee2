//! Converts from and to the types of `http`, for middleware that uses these types.

use std::{
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
};

use http::{HeaderMap, Request, response};
use tokio::runtime::Runtime;
use tower::{Service, ServiceExt};

use crate::{
    Failure,
    handler::{BODY, HANDLER_HEADER, answer},
    line::{RequestLine, Response, decode, encode},
    peer::{Opened, Server},
};

/// A function that answers a request without a body.
pub(crate) type Call = Box<dyn FnMut(Request<()>) -> Answering>;
pub(crate) type Answering = Pin<Box<dyn Future<Output = Result<response::Parts, Failure>>>>;

struct InProcess {
    runtime: Runtime,
    call: Call,
}

impl Server for InProcess {
    fn answer(&mut self, line: &RequestLine) -> Result<Response, Failure> {
        // A server answers a malformed request with 400.
        let Some(request) = request(line) else {
            return Ok(Response {
                status: 400,
                headers: Vec::new(),
            });
        };
        let Self { runtime, call } = self;
        // After a panic, a server on a socket would drop the connection.
        let answered = catch_unwind(AssertUnwindSafe(|| runtime.block_on(call(request))));
        let parts = answered.map_err(|_| "the middleware panicked")??;
        let headers = parts.headers.iter();
        Ok(Response {
            status: parts.status.as_u16(),
            headers: headers
                .map(|(name, value)| (name.as_str().to_owned(), decode(value.as_bytes())))
                .collect(),
        })
    }
}

pub(crate) fn serve_in_process(call: Call) -> Opened {
    match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => Opened::Serves(Box::new(InProcess { runtime, call })),
        Err(error) => Opened::CannotExpress(error.to_string()),
    }
}

fn request(line: &RequestLine) -> Option<Request<()>> {
    let mut request = Request::builder()
        .method(line.method.as_str())
        .uri(line.target());
    for (name, value) in &line.headers {
        request = request.header(name, encode(value)?);
    }
    request.body(()).ok()
}

/// Returns the response of the handler, for a service without an error type.
pub(crate) fn handler_response(request: &Request<()>) -> http::Response<String> {
    let answer = answer(request.uri().path(), handler_lines(request.headers()));
    let mut response = http::Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(BODY.to_owned()).unwrap_or_default()
}

/// Returns the lines of [`HANDLER_HEADER`].
pub(crate) fn handler_lines(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    headers
        .get_all(HANDLER_HEADER)
        .iter()
        .map(http::HeaderValue::as_bytes)
}

/// Wraps a tower service as a server.
pub(crate) fn call_service<S>(service: S) -> Opened
where
    S: Service<Request<()>, Response = http::Response<String>, Error = Infallible>
        + Clone
        + 'static,
{
    serve_in_process(Box::new(move |request| {
        let response = service.clone().oneshot(request);
        Box::pin(async move {
            let Ok(response) = response.await;
            Ok(response.into_parts().0)
        })
    }))
}
