//! Describes the target of a redirected preflight in a message.

use alloc::{format, string::String};

use crate::{
    cases::Exchange,
    infrastructure::{bytes::isomorphic_decode, response::is_redirect_status, url},
};

/// Words that occur in the URL paths of login pages, in lower case.
const LOGIN_PARTS: [&str; 5] = ["login", "signin", "sign-in", "sign_in", "auth"];

/// Returns the end of a message about a redirected preflight: the target of the redirect. The text also says whether
/// the target looks like a login page, and whether the target differs from the URL of the request only in a slash at
/// the end.
///
/// Returns an empty text for other exchanges.
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
    let path = to.path().to_ascii_lowercase();
    let trimmed = |path: &str| String::from(path.trim_end_matches('/'));
    let is_same_but_path = from.query() == to.query() && from.origin() == to.origin();
    let kind = if is_same_but_path
        && from.path() != to.path()
        && trimmed(from.path()) == trimmed(to.path())
    {
        ", the URL with or without a slash at the end"
    } else if LOGIN_PARTS.into_iter().any(|part| path.contains(part)) {
        ", which looks like a login page"
    } else {
        ""
    };
    format!(" (to `{to}`{kind})")
}
