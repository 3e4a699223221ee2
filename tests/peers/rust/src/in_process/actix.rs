//! `actix_cors::Cors`.

use std::rc::Rc;

use actix_cors::Cors;
use actix_web::{
    App, HttpRequest, HttpResponse,
    dev::Service,
    error::ErrorInternalServerError,
    http::{Method, StatusCode, header::HeaderValue},
    test::{TestRequest, init_service},
    web,
};
use http::response;

use super::requests::serves;
use crate::{
    Failure,
    handler::{ASKED, BODY, answer},
    peer::Opened,
    policy::{Names, Policy, RequestHeaders},
};

pub(crate) fn open(policy: &Policy) -> Opened {
    let cors = match cors(policy) {
        Ok(cors) => cors,
        Err(why) => return Opened::CannotExpress(why.to_owned()),
    };
    let app = App::new().wrap(cors).default_service(web::to(handled));
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let service = match runtime {
        Ok(runtime) => Rc::new(runtime.block_on(init_service(app))),
        Err(error) => return Opened::CannotExpress(error.to_string()),
    };
    serves(Box::new(move |request| {
        let service = Rc::clone(&service);
        Box::pin(async move {
            // What the server of the framework says to a method that it cannot hold.
            let Ok(asked) = asked(&request) else {
                return answered(&HttpResponse::BadRequest().finish());
            };
            let response = match service.call(asked.to_request()).await {
                Ok(response) => response.into_parts().1.map_into_boxed_body(),
                Err(error) => error.error_response(),
            };
            answered(&response)
        })
    }))
}

fn asked(request: &http::Request<()>) -> Result<TestRequest, Failure> {
    let method = Method::from_bytes(request.method().as_str().as_bytes())?;
    let target = request
        .uri()
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let asked = TestRequest::default().method(method).uri(target);
    let headers = request.headers().iter();
    Ok(headers.fold(asked, |asked, (name, value)| {
        asked.append_header((name.as_str(), value.as_bytes()))
    }))
}

fn answered(response: &HttpResponse) -> Result<response::Parts, Failure> {
    let mut answered = http::Response::builder().status(response.status().as_u16());
    for (name, value) in response.headers() {
        answered = answered.header(name.as_str(), value.as_bytes());
    }
    Ok(answered.body(())?.into_parts().0)
}

async fn handled(request: HttpRequest) -> actix_web::Result<HttpResponse> {
    let asked = request.headers().get_all(ASKED).map(HeaderValue::as_bytes);
    let answer = answer(request.path(), asked);
    if answer.is_failure {
        return Err(ErrorInternalServerError("it failed"));
    }
    let status = StatusCode::from_u16(answer.status).unwrap_or_default();
    let mut response = HttpResponse::build(status);
    for header in answer.headers {
        response.append_header(header);
    }
    Ok(response.body(BODY))
}

fn cors(policy: &Policy) -> Result<Cors, &'static str> {
    let cors = match (policy.origins(), policy.exact_origins()) {
        (None, _) => Cors::default().allow_any_origin().send_wildcard(),
        (Some(_), Some(exact)) => exact
            .iter()
            .fold(Cors::default(), |cors, origin| cors.allowed_origin(origin)),
        (Some(origins), None) => Cors::default().allowed_origin_fn(move |origin, _| {
            let origin = origin.to_str().unwrap_or_default();
            origins.iter().any(|allowed| allowed.matches(origin))
        }),
    };
    let cors = match policy.methods() {
        None => cors.allow_any_method(),
        Some(methods) => cors.allowed_methods(methods.iter().map(String::as_str)),
    };
    let cors = match policy.request_headers() {
        RequestHeaders::AnyButAuthorization => return Err("any header covers Authorization"),
        RequestHeaders::Any => cors.allow_any_header(),
        RequestHeaders::Listed(names) => cors.allowed_headers(names.iter().map(String::as_str)),
    };
    let cors = match &policy.expose_headers {
        Names::Any(_) => cors.expose_any_header(),
        Names::Listed(names) => cors.expose_headers(names.iter().map(String::as_str)),
    };
    let seconds: Option<usize> = policy.max_age.and_then(|seconds| seconds.try_into().ok());
    let cors = cors.max_age(seconds);
    Ok(if policy.credentials {
        cors.supports_credentials()
    } else {
        cors
    })
}
