//! Describes the target of a redirected preflight in a message.

use alloc::{format, string::String};

use crate::{
    cases::Exchange,
    infrastructure::{bytes::isomorphic_decode, response::is_redirect_status, url},
};

/// Texts that the host or the URL path of a login page can contain, in lower case.
const LOGIN_PARTS: [&str; 7] = [
    "login", "log-in", "log_in", "logon", "signin", "sign-in", "sign_in",
];
/// Whole words in the host or the URL path of a login page, in lower case.
const LOGIN_WORDS: [&str; 14] = [
    "account",
    "accounts",
    "adfs",
    "auth",
    "auth0",
    "authenticate",
    "authorize",
    "cas",
    "idp",
    "oauth",
    "oauth2",
    "oidc",
    "saml",
    "sso",
];

/// Whether the target of a redirect looks like a login page. If the redirect stays on the same host, only the path
/// counts.
pub(crate) fn looks_like_login(from: &::url::Url, to: &::url::Url) -> bool {
    let host = to.host_str().filter(|host| from.host_str() != Some(host));
    [host.unwrap_or_default(), to.path()]
        .into_iter()
        .any(|text| {
            let text = text.to_ascii_lowercase();
            let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
            LOGIN_PARTS.into_iter().any(|part| text.contains(part))
                || words.any(|word| LOGIN_WORDS.contains(&word))
        })
}

/// Returns the end of a message about a redirected preflight: the target of the redirect. The text also mentions a
/// target that looks like a login page, and a target that only adds or removes a slash at the end of the URL.
///
/// Returns an empty text if the exchange is not a redirected preflight.
pub(super) fn redirect_clause(exchange: &Exchange) -> String {
    let (from, response) = (&exchange.request.url, &exchange.response);
    if !exchange.request.is_preflight() || !is_redirect_status(response.status) {
        return String::new();
    }
    let location = response.header_list.values("location").next();
    let to = location.and_then(|to| url::parse(&isomorphic_decode(to.as_bytes()), from));
    let Some(to) = to else {
        return String::new();
    };
    let trimmed = |path: &str| String::from(path.trim_end_matches('/'));
    let is_same_but_path = from.query() == to.query() && from.origin() == to.origin();
    let kind = if is_same_but_path
        && from.path() != to.path()
        && trimmed(from.path()) == trimmed(to.path())
    {
        ", the URL with or without a slash at the end"
    } else if looks_like_login(from, &to) {
        ", which looks like a login page"
    } else {
        ""
    };
    format!(" (to `{to}`{kind})")
}
