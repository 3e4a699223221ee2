//! From and to the types of `http`, for the middleware that uses them.

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
    handler::{ASKED, BODY, answer},
    line::{RequestLine, Response, decode, encode},
    peer::{Opened, Server},
};

/// A service that answers requests without a body.
pub(crate) type Call = Box<dyn FnMut(Request<()>) -> Answering>;
pub(crate) type Answering = Pin<Box<dyn Future<Output = Result<response::Parts, Failure>>>>;

struct InProcess {
    runtime: Runtime,
    call: Call,
}

impl Server for InProcess {
    fn answer(&mut self, line: &RequestLine) -> Result<Response, Failure> {
        // What a server says to bytes that make no request.
        let Some(request) = request(line) else {
            return Ok(Response {
                status: 400,
                headers: Vec::new(),
            });
        };
        let Self { runtime, call } = self;
        // A server of sockets would drop the connection.
        let answered = catch_unwind(AssertUnwindSafe(|| runtime.block_on(call(request))));
        let parts = answered.map_err(|_| "it panicked")??;
        let headers = parts.headers.iter();
        Ok(Response {
            status: parts.status.as_u16(),
            headers: headers
                .map(|(name, value)| (name.as_str().to_owned(), decode(value.as_bytes())))
                .collect(),
        })
    }
}

pub(crate) fn serves(call: Call) -> Opened {
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

/// The handler of a service that has no errors of its own.
pub(crate) fn handled(request: &Request<()>) -> http::Response<String> {
    let answer = answer(request.uri().path(), asked(request.headers()));
    let mut response = http::Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(BODY.to_owned()).unwrap_or_default()
}

/// What a probe asks of the handler.
pub(crate) fn asked(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    headers
        .get_all(ASKED)
        .iter()
        .map(http::HeaderValue::as_bytes)
}

/// A tower service as a server.
pub(crate) fn call_service<S>(service: S) -> Opened
where
    S: Service<Request<()>, Response = http::Response<String>, Error = Infallible>
        + Clone
        + 'static,
{
    serves(Box::new(move |request| {
        let response = service.clone().oneshot(request);
        Box::pin(async move {
            let Ok(response) = response.await;
            Ok(response.into_parts().0)
        })
    }))
}
