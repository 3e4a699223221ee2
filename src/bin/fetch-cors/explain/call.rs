//! The call of the page, from the options.

use std::time::Duration;

use fetch_cors::{
    api::{ApiCall, XmlHttpRequest},
    browser::{Body, BodyWithType, CredentialsMode, Mode, Origin, RequestInit, UserAgent},
    explain::explain,
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

/// The note on a preflight of a request that needs no preflight.
pub(super) const UPLOAD: &str = "a preflight is given, but the call in the options needs a preflight only if the page listens to the progress of an upload (`XMLHttpRequest.upload`). The explanation is for such a page. If the page sets a header, such as `Content-Type: application/json`, add the header first: `-H 'NAME: VALUE'`";

/// Returns the same call as an upload of an `XMLHttpRequest` with event listeners. Such an upload always needs a preflight.
/// `None` if an `XMLHttpRequest` cannot make the call, or if the method is GET or HEAD.
pub(super) fn as_upload<'a>(call: &ApiCall<'a>) -> Option<ApiCall<'a>> {
    let ApiCall::Fetch(init) = call else {
        return None;
    };
    let is_upload = !matches!(&*init.method, "GET" | "HEAD");
    let is_possible = init.mode == Mode::Cors && init.credentials != CredentialsMode::Omit;
    (is_upload && is_possible).then(|| {
        let mut xhr = XmlHttpRequest::new(init.url.clone());
        xhr.method = init.method.clone();
        xhr.headers.clone_from(&init.headers);
        xhr.body.clone_from(&init.body);
        xhr.with_credentials = init.credentials == CredentialsMode::Include;
        xhr.upload_listeners = true;
        ApiCall::XmlHttpRequest(xhr)
    })
}

/// Whether the browser sends a preflight for the call of a page with the origin `origin`.
pub(super) fn needs_preflight(user_agent: &UserAgent, origin: &Origin, call: &ApiCall<'_>) -> bool {
    let explained = explain(user_agent, origin, call, Duration::ZERO, |_| None);
    let mut exchanges = explained.exchanges.iter();
    exchanges.any(|exchange| exchange.is_preflight)
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
