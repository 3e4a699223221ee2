//! `warp::cors`.

use http::HeaderMap;
use tower::ServiceExt;
use warp::{
    Filter, Rejection,
    filters::cors::Builder,
    path::FullPath,
    reject::{self, Reject},
    reply::Response,
};

use super::requests::{handler_lines, serve_in_process};
use crate::{
    handler::{BODY, answer},
    peer::Opened,
    policy::{Names, Policy, RequestHeaders},
};

pub(crate) fn open(policy: &Policy) -> Opened {
    let cors = match cors(policy) {
        Ok(cors) => cors,
        Err(why) => return Opened::CannotExpress(why.to_owned()),
    };
    let filter = warp::path::full().and(warp::header::headers_cloned());
    let service = warp::service(filter.and_then(handler_response).with(cors));
    serve_in_process(Box::new(move |request| {
        let response = service.clone().oneshot(request.map(|()| String::new()));
        Box::pin(async move {
            let Ok(response) = response.await;
            Ok(response.into_parts().0)
        })
    }))
}

async fn handler_response(path: FullPath, headers: HeaderMap) -> Result<Response, Rejection> {
    let answer = answer(path.as_str(), handler_lines(&headers));
    if answer.is_failure {
        return Err(reject::custom(Failed));
    }
    let mut response = http::Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    Ok(response.body(BODY.into()).unwrap_or_default())
}

#[derive(Debug)]
struct Failed;

impl Reject for Failed {}

fn cors(policy: &Policy) -> Result<Builder, &'static str> {
    let mut cors = warp::cors().allow_credentials(policy.credentials);
    cors = match (policy.origins(), policy.exact_origins()) {
        (None, _) => cors.allow_any_origin(),
        (Some(_), None) => return Err("a pattern of origins"),
        (Some(_), Some(origins)) if origins.iter().any(|origin| origin == "null") => {
            return Err("the origin `null`");
        }
        (Some(_), Some(origins)) => cors.allow_origins(origins.iter().map(String::as_str)),
    };
    let methods = policy.methods().ok_or("any method")?;
    cors = cors.allow_methods(methods.iter().map(String::as_str));
    cors = match policy.request_headers() {
        RequestHeaders::Any | RequestHeaders::AnyButAuthorization => return Err("any header"),
        RequestHeaders::Listed(names) => cors.allow_headers(names),
    };
    cors = match &policy.expose_headers {
        Names::Any(any) => cors.expose_header(any.as_str()),
        Names::Listed(names) => cors.expose_headers(names),
    };
    Ok(match policy.max_age {
        Some(seconds) => cors.max_age(seconds),
        None => cors,
    })
}
