//! The layer of this crate.

use std::convert::Infallible;

use fetch_cors::tower::CorsLayer;
use tower::{Layer, service_fn};

use super::requests::{call_service, handler_response};
use crate::{peer::Opened, policy::Policy};

pub(crate) fn open(policy: &Policy) -> Opened {
    match policy.build() {
        Ok(policy) => {
            let handler =
                service_fn(async |request| Ok::<_, Infallible>(handler_response(&request)));
            call_service(CorsLayer::new(policy).layer(handler))
        }
        Err(error) => Opened::CannotExpress(error.to_string()),
    }
}
