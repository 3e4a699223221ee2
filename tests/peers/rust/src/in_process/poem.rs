//! `poem::middleware::Cors`.

use std::{io, sync::Arc};

use http::StatusCode;
use poem::{
    Endpoint, EndpointExt, Request, Response, endpoint::make, error::InternalServerError,
    middleware::Cors,
};

use super::requests::{handler_lines, serve_in_process};
use crate::{
    handler::{BODY, answer},
    peer::Opened,
    policy::{Names, Origin, Policy, RequestHeaders},
};

pub(crate) fn open(policy: &Policy) -> Opened {
    let cors = match cors(policy) {
        Ok(cors) => cors,
        Err(why) => return Opened::CannotExpress(why.to_owned()),
    };
    let service = Arc::new(make(async |request| handler_response(&request)).with(cors));
    serve_in_process(Box::new(move |request| {
        let service = Arc::clone(&service);
        Box::pin(async move {
            let (parts, ()) = request.into_parts();
            let mut request = Request::builder()
                .method(parts.method)
                .uri(parts.uri)
                .finish();
            *request.headers_mut() = parts.headers;
            let mut answer = service.get_response(request).await;
            let mut response = http::Response::new(());
            *response.status_mut() = answer.status();
            std::mem::swap(response.headers_mut(), answer.headers_mut());
            Ok(response.into_parts().0)
        })
    }))
}

fn handler_response(request: &Request) -> poem::Result<Response> {
    let answer = answer(request.uri().path(), handler_lines(request.headers()));
    if answer.is_failure {
        return Err(InternalServerError(io::Error::other("the handler failed")));
    }
    let status = StatusCode::from_u16(answer.status).unwrap_or_default();
    let headers = answer.headers.into_iter();
    let response = headers.fold(
        Response::builder().status(status),
        |response, (name, value)| response.header(name, value),
    );
    Ok(response.body(BODY))
}

fn cors(policy: &Policy) -> Result<Cors, &'static str> {
    // An empty list of origins, methods or headers allows any value.
    let mut cors = Cors::new();
    for origin in policy.origins().into_iter().flatten() {
        cors = match origin {
            Origin::Exact(origin) => cors.allow_origin(origin),
            Origin::Subdomains(before, after) => {
                cors.allow_origin_regex(format!("{before}*{after}"))
            }
            Origin::PartialLabel(..) => {
                return Err("a partial label: the glob also matches further labels");
            }
            Origin::AnyPort(before) => cors
                .allow_origin_regex(format!("{before}:*"))
                .allow_origin(before),
        };
    }
    let cors = match policy.methods() {
        None => cors,
        Some(methods) => cors.allow_methods(methods.iter().map(String::as_str)),
    };
    let cors = match policy.request_headers() {
        RequestHeaders::Any => cors,
        RequestHeaders::AnyButAuthorization => return Err("any header also allows Authorization"),
        RequestHeaders::Listed(names) if names.is_empty() => {
            return Err("no request headers: an empty list allows any header");
        }
        RequestHeaders::Listed(names) => cors.allow_headers(names),
    };
    let cors = match &policy.expose_headers {
        Names::Any(any) => cors.expose_header(any.as_str()),
        Names::Listed(names) => cors.expose_headers(names),
    };
    // The middleware always sends Access-Control-Max-Age. Without this header, browsers would use 5 seconds.
    let max_age = policy.max_age.unwrap_or(5).try_into().unwrap_or(i32::MAX);
    Ok(cors.allow_credentials(policy.credentials).max_age(max_age))
}
