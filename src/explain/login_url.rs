//! Recognizes the URL of a login page.

use alloc::string::String;

use ::url::Url;

/// The words in the hosts and the paths of login pages, in lower case.
const WORDS: [&str; 19] = [
    "accounts",
    "adfs",
    "auth",
    "auth0",
    "authenticate",
    "authorize",
    "cas",
    "idp",
    "login",
    "loginpage",
    "logon",
    "oauth",
    "oauth2",
    "oidc",
    "saml",
    "saml2",
    "signin",
    "signon",
    "sso",
];

/// The maximum number of compared parts of a URL.
const MAX_PARTS: usize = 50;

/// Whether a redirect from `from` leads to a login page: `to` looks like a login page, and `from` does not. If the two
/// URLs have the same host, only the paths count.
pub(crate) fn leads_to_login(from: &Url, to: &Url) -> bool {
    let has_other_host = from.host_str() != to.host_str();
    looks_like_login(to, has_other_host) && !looks_like_login(from, has_other_host)
}

/// Whether the host or the path of the URL has a word of login pages.
pub(crate) fn is_login(url: &Url) -> bool {
    looks_like_login(url, true)
}

fn looks_like_login(url: &Url, counts_host: bool) -> bool {
    let host = url.host_str().filter(|_| counts_host).unwrap_or_default();
    let parts = host.split('.').chain(url.path().split(['/', '.', ';']));
    parts.take(MAX_PARTS).any(|part| {
        let part = part.to_ascii_lowercase();
        // `log-in` and `sign_in` count as the words `login` and `signin`.
        let joined: String = part.chars().filter(|c| !matches!(c, '-' | '_')).collect();
        let mut words = part.split(['-', '_']);
        // `userlogin` is also a word of login pages. `loginfo` and `log-in-progress` are not.
        WORDS.contains(&&*joined)
            || words.any(|word| WORDS.contains(&word) || word.ends_with("login"))
    })
}
