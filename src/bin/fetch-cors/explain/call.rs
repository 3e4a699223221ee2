//! The call of the page, from the options.

use fetch_cors::{
    api::ApiCall,
    browser::{Body, BodyWithType, RequestInit},
};
use url::{Host, Url};

use super::arguments::{Arguments, Credentials, RequestMode};
use crate::output::print_aside;

pub(super) fn call(arguments: &Arguments, url: Url) -> ApiCall<'_> {
    let mut init = RequestInit::new(url);
    init.method = method_or_default(arguments).into();
    init.headers = arguments
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().into(), value.as_str().into()))
        .collect();
    init.mode = arguments.mode.unwrap_or(RequestMode::Cors).into();
    init.credentials = (arguments.credentials)
        .unwrap_or(Credentials::SameOrigin)
        .into();
    init.body = arguments
        .body
        .as_deref()
        .map(|content_type| BodyWithType::new(Body::WithSource, content_type));
    ApiCall::Fetch(init)
}

/// Prints a note if the URL is in a local network, because browsers have further rules for local networks.
pub(super) fn warn_of_unchecked_rules(url: &Url) {
    let is_local = match url.host() {
        Some(Host::Ipv4(address)) => address.is_private() || address.is_link_local(),
        Some(Host::Ipv6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
        Some(Host::Domain(name)) => name.ends_with(".local"),
        None => false,
    };
    if is_local {
        print_aside(
            "the URL is in a local network: the rules of browsers for local networks are not checked, such as the permission of the user in Chromium",
        );
    }
}

/// The method that `fetch()` uses if the page does not set a method.
const DEFAULT_METHOD: &str = "GET";

pub(super) fn method_or_default(arguments: &Arguments) -> &str {
    arguments.method.as_deref().unwrap_or(DEFAULT_METHOD)
}
