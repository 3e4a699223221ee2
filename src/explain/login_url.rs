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
/// URLs have the same host, only the paths count. If the hosts and the paths differ, the path of `from` does not count:
/// a path such as `/auth/google` often redirects to the login page of another company.
pub(crate) fn leads_to_login(from: &Url, to: &Url) -> bool {
    let has_other_host = from.host_str() != to.host_str();
    if has_other_host && from.path() != to.path() {
        return looks_like_login(to, true) && !has_word(host(from).split('.'));
    }
    looks_like_login(to, has_other_host) && !looks_like_login(from, has_other_host)
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}

/// Whether the host or the path of the URL has a word of login pages.
pub(crate) fn is_login(url: &Url) -> bool {
    looks_like_login(url, true)
}

/// Whether the URL is a login page to which a browser navigates, such as the start of a login with OAuth or SAML. An API
/// that gives a token to a script has other parameters in its URL.
pub(crate) fn is_navigated_login(url: &Url) -> bool {
    const OF_TOKEN: [&str; 3] = ["client_secret", "code", "grant_type"];
    let has = |wanted: &str| {
        let mut names = url.query_pairs().take(MAX_PARTS);
        names.any(|(name, _)| name == wanted)
    };
    let starts_login = has("response_type")
        || has("SAMLRequest")
        || (has("client_id") && has("redirect_uri") && !OF_TOKEN.into_iter().any(has));
    is_login(url) && starts_login
}

fn looks_like_login(url: &Url, counts_host: bool) -> bool {
    let host = if counts_host { host(url) } else { "" };
    has_word(host.split('.').chain(url.path().split(['/', '.', ';'])))
}

/// Whether one of the parts of a URL has a word of login pages.
fn has_word<'u>(parts: impl Iterator<Item = &'u str>) -> bool {
    let mut parts = parts.take(MAX_PARTS);
    parts.any(|part| {
        let part = part.to_ascii_lowercase();
        // `log-in` and `sign_in` count as the words `login` and `signin`.
        let joined: String = part.chars().filter(|c| !matches!(c, '-' | '_')).collect();
        let mut words = part.split(['-', '_']);
        // `userlogin` is also a word of login pages. `loginfo` and `log-in-progress` are not.
        WORDS.contains(&&*joined)
            || words.any(|word| WORDS.contains(&word) || word.ends_with("login"))
    })
}
