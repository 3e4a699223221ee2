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

use super::requests::serve_in_process;
use crate::{
    Failure,
    handler::{BODY, HANDLER_HEADER, answer},
    peer::Opened,
    policy::{Names, Policy, RequestHeaders},
};

pub(crate) fn open(policy: &Policy) -> Opened {
    let cors = match cors(policy) {
        Ok(cors) => cors,
        Err(why) => return Opened::CannotExpress(why.to_owned()),
    };
    let app = App::new()
        .wrap(cors)
        .default_service(web::to(handler_response));
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let service = match runtime {
        Ok(runtime) => Rc::new(runtime.block_on(init_service(app))),
        Err(error) => return Opened::CannotExpress(error.to_string()),
    };
    serve_in_process(Box::new(move |request| {
        let service = Rc::clone(&service);
        Box::pin(async move {
            // The framework's server answers an invalid method with 400.
            let Ok(actix_request) = convert_request(&request) else {
                return convert_response(&HttpResponse::BadRequest().finish());
            };
            let response = match service.call(actix_request.to_request()).await {
                Ok(response) => response.into_parts().1.map_into_boxed_body(),
                Err(error) => error.error_response(),
            };
            convert_response(&response)
        })
    }))
}

fn convert_request(request: &http::Request<()>) -> Result<TestRequest, Failure> {
    let method = Method::from_bytes(request.method().as_str().as_bytes())?;
    let target = request
        .uri()
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let actix_request = TestRequest::default().method(method).uri(target);
    let headers = request.headers().iter();
    Ok(headers.fold(actix_request, |actix_request, (name, value)| {
        actix_request.append_header((name.as_str(), value.as_bytes()))
    }))
}

fn convert_response(response: &HttpResponse) -> Result<response::Parts, Failure> {
    let mut converted = http::Response::builder().status(response.status().as_u16());
    for (name, value) in response.headers() {
        converted = converted.header(name.as_str(), value.as_bytes());
    }
    Ok(converted.body(())?.into_parts().0)
}

async fn handler_response(request: HttpRequest) -> actix_web::Result<HttpResponse> {
    let lines = request
        .headers()
        .get_all(HANDLER_HEADER)
        .map(HeaderValue::as_bytes);
    let answer = answer(request.path(), lines);
    if answer.is_failure {
        return Err(ErrorInternalServerError("the handler failed"));
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
        RequestHeaders::AnyButAuthorization => return Err("any header also allows Authorization"),
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
