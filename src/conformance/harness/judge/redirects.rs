//! Describes the target of a redirected preflight.

use alloc::{format, string::String};

use ::url::Url;

use crate::{
    cases::Exchange,
    explain::login_url::leads_to_login,
    infrastructure::{bytes::isomorphic_decode, response::is_redirect_status, url},
};

/// The kind of the target of a redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The target looks like a login page.
    Login,
    /// The target has the scheme `https`, and the URL of the request has the scheme `http`. The host and the path are equal.
    Https,
    /// The target differs from the URL of the request only in slashes at the end of the path.
    Slash,
    /// The host of the target differs from the host of the request.
    OtherHost,
    /// The target has the host of the request, does not look like a login page, and differs from the URL of the request
    /// in more than slashes.
    Other,
}

impl Target {
    fn new(from: &Url, to: &Url) -> Self {
        let trimmed = |path: &str| String::from(path.trim_end_matches('/'));
        let is_same_but_path = from.query() == to.query() && from.origin() == to.origin();
        if is_same_but_path
            && from.path() != to.path()
            && trimmed(from.path()) == trimmed(to.path())
        {
            Self::Slash
        } else if (from.scheme(), to.scheme()) == ("http", "https")
            && from.host_str() == to.host_str()
            && from.path() == to.path()
        {
            Self::Https
        } else if leads_to_login(from, to) {
            Self::Login
        } else if from.host_str() != to.host_str() {
            Self::OtherHost
        } else {
            Self::Other
        }
    }

    /// Returns words that describe the target. A message has these words directly after the URL of the target.
    pub(super) const fn described(self) -> &'static str {
        match self {
            Self::Slash => ", the URL with or without a slash at the end",
            Self::Https => ", the URL with `https:`",
            Self::Login => ", which looks like a login page",
            Self::OtherHost => ", on another host",
            Self::Other => "",
        }
    }
}

/// Returns the target of a redirected preflight. Returns `None` if the exchange is not a redirected preflight.
pub(super) fn redirect_of_preflight(exchange: &Exchange) -> Option<(Target, Url)> {
    let redirect = || redirect(exchange);
    exchange.request.is_preflight().then(redirect).flatten()
}

/// Returns the target of a redirect. Returns `None` if the exchange is not a redirect with a `Location`.
pub(super) fn redirect(exchange: &Exchange) -> Option<(Target, Url)> {
    let (from, response) = (&exchange.request.url, &exchange.response);
    if !is_redirect_status(response.status) {
        return None;
    }
    let location = response.header_list.values("location").next()?;
    let to = url::parse(&isomorphic_decode(location.as_bytes()), from)?;
    Some((Target::new(from, &to), to))
}

/// Returns the end of a message about a redirected preflight: the target of the redirect, and the kind of the target.
/// Returns an empty text if the exchange is not a redirected preflight.
pub(super) fn redirect_clause(exchange: &Exchange) -> String {
    redirect_of_preflight(exchange).map_or_else(String::new, |(target, to)| {
        format!(" (to `{to}`{})", target.described())
    })
}
