//! `tower_http::cors::CorsLayer`.

use std::{convert::Infallible, time::Duration};

use http::{HeaderName, HeaderValue, Method, header::InvalidHeaderName, method::InvalidMethod};
use tower::{Layer, service_fn};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, Any, CorsLayer, ExposeHeaders};

use super::requests::{call_service, handler_response};
use crate::{
    Failure,
    peer::Opened,
    policy::{Names, Policy, RequestHeaders},
};

pub(crate) fn open(policy: &Policy) -> Opened {
    match layer(policy) {
        Ok(layer) => {
            let handler =
                service_fn(async |request| Ok::<_, Infallible>(handler_response(&request)));
            call_service(layer.layer(handler))
        }
        Err(error) => Opened::CannotExpress(error.to_string()),
    }
}

fn layer(policy: &Policy) -> Result<CorsLayer, Failure> {
    let layer = CorsLayer::new()
        .allow_origin(allow_origin(policy)?)
        .allow_credentials(policy.credentials)
        .allow_methods(allow_methods(policy)?)
        .allow_headers(allow_headers(policy)?)
        .expose_headers(expose_headers(policy)?);
    Ok(match policy.max_age {
        Some(seconds) => layer.max_age(Duration::from_secs(seconds.into())),
        None => layer,
    })
}

fn allow_origin(policy: &Policy) -> Result<AllowOrigin, Failure> {
    let Some(origins) = policy.origins() else {
        return Ok(AllowOrigin::any());
    };
    let Some(exact) = policy.exact_origins() else {
        return Ok(AllowOrigin::predicate(move |origin, _| {
            let origin = origin.to_str().unwrap_or_default();
            origins.iter().any(|allowed| allowed.matches(origin))
        }));
    };
    let exact: Result<Vec<HeaderValue>, _> = exact.iter().map(|origin| origin.parse()).collect();
    Ok(match &*exact? {
        [origin] => AllowOrigin::exact(origin.clone()),
        origins => AllowOrigin::list(origins.to_vec()),
    })
}

fn allow_methods(policy: &Policy) -> Result<AllowMethods, InvalidMethod> {
    let Some(methods) = policy.methods() else {
        return Ok(if policy.credentials {
            AllowMethods::mirror_request()
        } else {
            Any.into()
        });
    };
    let methods: Result<Vec<Method>, _> = methods.iter().map(|method| method.parse()).collect();
    Ok(AllowMethods::list(methods?))
}

fn allow_headers(policy: &Policy) -> Result<AllowHeaders, InvalidHeaderName> {
    Ok(match policy.request_headers() {
        RequestHeaders::Any if policy.credentials => AllowHeaders::mirror_request(),
        RequestHeaders::AnyButAuthorization => Any.into(),
        RequestHeaders::Any => AllowHeaders::list(names(&["*".into(), "authorization".into()])?),
        RequestHeaders::Listed(listed) => AllowHeaders::list(names(&listed)?),
    })
}

fn expose_headers(policy: &Policy) -> Result<ExposeHeaders, InvalidHeaderName> {
    Ok(match &policy.expose_headers {
        Names::Any(_) => Any.into(),
        Names::Listed(listed) => ExposeHeaders::list(names(listed)?),
    })
}

fn names(names: &[String]) -> Result<Vec<HeaderName>, InvalidHeaderName> {
    names.iter().map(|name| name.parse()).collect()
}
