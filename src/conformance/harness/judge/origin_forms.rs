//! The forms of origins. A server that parses `Origin` can fail on every origin of a form.

use alloc::collections::BTreeSet;

use crate::{fetching::HttpRequest, infrastructure::bytes::isomorphic_decode};

/// A form of origins that a server can fail on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// The scheme is not `http` or `https`, or the origin has no scheme.
    OtherScheme,
    /// The text does not begin with `http`.
    WithoutHttp,
    /// The scheme is `http`.
    Http,
    /// The origin has no host, such as `null` and `file://`.
    WithoutHost,
    WithPort,
}

/// Returns the forms of the `Origin` of the request. A request without `Origin`, or with an empty one, has no form.
pub(super) fn forms(request: &HttpRequest) -> BTreeSet<Form> {
    let mut forms = BTreeSet::new();
    let Some(origin) = request.header_list.get("origin") else {
        return forms;
    };
    if origin.is_empty() {
        return forms;
    }
    let origin = isomorphic_decode(&origin);
    if !origin.starts_with("http") {
        forms.insert(Form::WithoutHttp);
    }
    let (scheme, host) = origin.split_once("://").unwrap_or_default();
    if !matches!(scheme, "http" | "https") {
        forms.insert(Form::OtherScheme);
    }
    if scheme == "http" {
        forms.insert(Form::Http);
    }
    if host.is_empty() {
        forms.insert(Form::WithoutHost);
    }
    // The colons in the brackets are part of an IPv6 address.
    let after_address = host.rsplit(']').next().unwrap_or_default();
    if after_address.contains(':') {
        forms.insert(Form::WithPort);
    }
    forms
}
