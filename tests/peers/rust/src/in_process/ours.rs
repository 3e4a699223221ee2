//! This crate's own layer.

use std::convert::Infallible;

use fetch_cors::{
    server::{Config, CorsPolicy, PublicSuffixList},
    tower::CorsLayer,
};
use tower::{Layer, service_fn};

use super::requests::{call_service, handled};
use crate::{Failure, peer::Opened, policy::Policy};

pub(crate) fn open(policy: &Policy) -> Opened {
    match built(policy) {
        Ok(policy) => {
            let handler = service_fn(async |request| Ok::<_, Infallible>(handled(&request)));
            call_service(CorsLayer::new(policy).layer(handler))
        }
        Err(error) => Opened::CannotExpress(error.to_string()),
    }
}

fn built(policy: &Policy) -> Result<CorsPolicy, Failure> {
    let config: Config = serde_json::from_value(serde_json::to_value(policy)?)?;
    Ok(config.build(PublicSuffixList)?)
}
