//! Finds redirects to a login page.

use alloc::format;

use ::url::Url;

use super::miss;
use crate::explain::{
    refusal::{NearMiss, NearMissKind as Kind},
    shown::shown_name,
};

/// The words in the hosts and paths of login pages.
const WORDS: [&str; 12] = [
    "auth",
    "authorize",
    "cas",
    "login",
    "logon",
    "oauth",
    "oauth2",
    "saml",
    "saml2",
    "signin",
    "sso",
    "accounts",
];

/// Returns the known mistake of a server that redirects script from the URL `from` to the login page `to`. `None` if
/// `to` does not look like the URL of a login page, or if `from` already looks like the URL of a login page.
/// `is_preflight` is true if the server redirects a preflight.
pub(in crate::explain) fn near_miss(from: &Url, to: &Url, is_preflight: bool) -> Option<NearMiss> {
    if !is_login_page(to) || is_login_page(from) {
        return None;
    }
    let target = shown_name(to.as_str());
    Some(miss(
        Kind::RedirectToLogin,
        if is_preflight {
            format!(
                "`{target}` looks like a login page: a preflight never has cookies or `Authorization`, so answer OPTIONS before authentication"
            )
        } else {
            format!(
                "`{target}` looks like a login page: the session probably ended, or the request has no cookies; log in again, and let the server answer script with status 401 and CORS headers, not with a redirect"
            )
        },
    ))
}

fn is_login_page(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let mut words = host
        .split('.')
        .chain(url.path().split(['/', '.', ';']))
        .take(MAX_WORDS);
    words.any(|word| {
        let word: alloc::string::String =
            word.chars().filter(|c| !matches!(c, '-' | '_')).collect();
        WORDS.iter().any(|login| word.eq_ignore_ascii_case(login))
    })
}

/// The maximum number of compared words of a URL.
const MAX_WORDS: usize = 50;
