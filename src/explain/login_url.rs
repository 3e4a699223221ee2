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

/// Returns the last segment of the path that is not empty, without its parameters (`;jsessionid=1`).
fn last_segment(url: &Url) -> &str {
    let path = url.path().trim_end_matches('/');
    let segment = path.rsplit('/').next().unwrap_or_default();
    segment.split(';').next().unwrap_or_default()
}

/// Whether the last segment of the path is a word of login pages, such as `/login` or `/sign-in.html`. `/login-history`
/// is not. The word `accounts` counts only in a host, because many APIs have accounts.
pub(crate) fn has_login_path(url: &Url) -> bool {
    let name = last_segment(url).split('.').next().unwrap_or_default();
    is_word(name) && !name.eq_ignore_ascii_case("accounts")
}

/// Whether the first label of the host is a word of login pages, and the URL is not a file such as `/avatar.png`.
pub(crate) fn has_login_host(url: &Url) -> bool {
    is_word(host(url).split('.').next().unwrap_or_default()) && !last_segment(url).contains('.')
}

/// Whether the query has the URL to which a login page returns, such as `?next=/notes`, or starts a login with OAuth or
/// SAML.
pub(crate) fn has_return_url(url: &Url) -> bool {
    let is_url = |value: &str| {
        ["/", "https://", "http://"]
            .iter()
            .any(|start| value.starts_with(start))
    };
    let mut values = url.query_pairs().take(MAX_PARTS);
    values.any(|(_, value)| is_url(&value)) || is_navigated_login(url)
}

fn looks_like_login(url: &Url, counts_host: bool) -> bool {
    let host = if counts_host { host(url) } else { "" };
    has_word(host.split('.').chain(url.path().split(['/', '.', ';'])))
}

/// Whether one of the parts of a URL has a word of login pages.
fn has_word<'u>(parts: impl Iterator<Item = &'u str>) -> bool {
    let mut parts = parts.take(MAX_PARTS);
    parts.any(|part| part.split(['-', '_']).any(is_word) || is_word(part))
}

/// Whether the text is a word of login pages. `log-in` and `sign_in` count as the words `login` and `signin`, and
/// `userlogin` is also a word of login pages. `loginfo` and `log-in-progress` are not.
fn is_word(text: &str) -> bool {
    let letters = text.chars().filter(|c| !matches!(c, '-' | '_'));
    let joined: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    WORDS.contains(&&*joined) || joined.ends_with("login")
}
