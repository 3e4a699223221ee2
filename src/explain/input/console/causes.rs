//! The causes that are possible only for some statuses or some values of a message.
//!
//! In place of `{status:401, 403}`, a cause has the status of the message. If the message has no status, the cause has the
//! usual statuses `401, 403`.

use http::StatusCode;

use crate::{
    explain::near_miss::preflight_status::is_of_handler,
    infrastructure::response::is_redirect_status, wording,
};

// Causes that are possible for some statuses only.
pub(super) const ERROR_WITHOUT_MIDDLEWARE: &str = "the response is an error (404, 500, 502) or a redirect to a login page, which does not go through the server's CORS middleware";
/// The cause that replaces [`ERROR_WITHOUT_MIDDLEWARE`] if the message has the status of the response.
pub(super) const STATUS_WITHOUT_MIDDLEWARE: &str =
    "the response is an error ({status}), which does not go through the server's CORS middleware";
pub(super) const ERROR_WITHOUT_HEADERS: &str =
    "the response is an error or a redirect without CORS headers";
pub(super) const NO_ROUTE_WITHOUT_HEADERS: &str = "the server has no route for OPTIONS at this URL, and answers {status:404 or 405} without CORS headers";
pub(super) const AUTHENTICATION_WITHOUT_HEADERS: &str = concat!(
    "authentication runs before CORS, and answers {status:401}: ",
    wording::preflights_have_no_credentials!()
);
pub(super) const NO_ROUTE: &str =
    "the server has no route for OPTIONS at this URL ({status:404, 405})";
pub(super) const AUTHENTICATION: &str = concat!(
    "authentication runs before CORS ({status:401, 403}): ",
    wording::preflights_have_no_credentials!()
);
pub(super) const FAILURE_ON_OPTIONS: &str = "the server fails on OPTIONS ({status:500, 502})";
pub(super) const REDIRECT_ON_OPTIONS: &str = "the URL redirects ({status:301, 302, 307, 308})";
pub(super) const MISSING_PART: &str = "the server handles OPTIONS like the request itself, but a preflight lacks a part of that request, such as the body ({status:for example 400, 415 or 422})";
pub(super) const DENIED: &str = concat!(wording::policy_denies!(), " ({status:400, 403})");
/// The cause of a preflight response with a status that is not an error.
pub(super) const ANSWER_WITHOUT_HEADERS: &str = "the server, or its framework, answers OPTIONS by itself, without CORS headers: look at the OPTIONS request in the network panel";
pub(super) const NO_POLICY: &str = "the server has no CORS policy for this URL";
pub(super) const TOO_LONG: &str =
    "the URL (414) or the headers (431) of the preflight are longer than the server accepts";
pub(super) const LIMITED: &str =
    "the server limits the number of requests, and counts preflights (429)";
pub(super) const OTHER_STATUS: &str =
    "a part of the server, for example a proxy or a firewall, answers OPTIONS with this status";
pub(super) const WRONG_URL: &str = "the URL or the method is wrong ({status:404, 405})";
pub(super) const NOT_LOGGED_IN: &str =
    "the user is not logged in, or has no permission ({status:401, 403})";
pub(super) const SERVER_FAILS: &str = "the server fails ({status:500, 502})";

// Causes that are possible for some values only. `possible_causes.rs` has the conditions.
pub(super) const EMPTY_VALUE: &str = "the configuration has an empty value";
pub(super) const PLACEHOLDER: &str =
    "the configuration has a placeholder or `undefined` in place of the origin";
pub(super) const WORD_FOR_EVERY_ORIGIN: &str =
    "the configuration has a word such as `all` or `true` for every origin: only `*` is a wildcard";
pub(super) const PATTERN: &str = "the value is a pattern such as `*.example.com`: in browsers, `*` is a wildcard only if it is the whole value";
pub(super) const NO_SCHEME: &str = concat!(wording::no_scheme!(), ", such as `https://`");
pub(super) const PATH: &str = "the value has a path, such as `/` or `/app`";
pub(super) const SET_TWICE: &str = wording::set_in_two_parts!();
pub(super) const SEVERAL_ORIGINS: &str =
    "the configuration lists several origins in one header, separated by commas or spaces";
pub(super) const HEADER_ON_REQUEST: &str =
    "the page's code sets the header on its request, but the header belongs on the response";
pub(super) const CREDENTIALS_NOT_ALLOWED: &str =
    "the server allows the origin, but not credentials: this is a separate setting";
pub(super) const CREDENTIALS_OF_LIBRARY: &str =
    "the page does not need cookies here: a library or a global setting adds them";
pub(super) const OTHER_THAN_TRUE: &str =
    "the value is not exactly `true`, such as `True` or `1`, or the header is set twice";
pub(super) const NO_CREDENTIALS_ON_PREFLIGHT: &str =
    "the server sends the header on the response to the request, but not on the preflight response";
pub(super) const NO_CREDENTIALS_ON_RESPONSE: &str =
    "the server sends the header on the preflight response, but not on the response to the request";
pub(super) const CACHED_FOR_OTHER_PAGE: &str =
    "a cache serves a response that was meant for another page, because `Vary: Origin` is missing";
pub(super) const OTHER_ALLOWED_ORIGIN: &str = "the server allows another origin: compare scheme, host and port, `www.`, upper case, and a slash at the end";
/// The cause that replaces [`OTHER_ALLOWED_ORIGIN`] if the explanation already names the difference.
pub(super) const ORIGIN_FROM_OTHER_PLACE: &str = "the origin in the server's configuration is typed by hand, or copied from the address bar of a browser, and not from the `Origin` header of the request";
/// The cause that replaces the causes of another value if the page has the origin `null`.
pub(super) const PAGE_IS_NULL: &str = "the page is a file, a sandboxed frame or a `data:` URL, so the browser sends `Origin: null`, and the value in the header is another origin";
pub(super) const FIXED_ORIGIN: &str =
    "the server has one fixed origin, for example the production site's origin";
pub(super) const TO_SLASH: &str =
    "the URL has no slash at the end, and the server redirects to the URL with a slash";
/// A cause for a message without the status of the response, which can be a redirect.
pub(super) const TO_SLASH_WITHOUT_HEADERS: &str = "the URL has no slash at the end, and the server redirects to the URL with a slash: the redirect has no CORS headers";
/// A cause for a message without the status of the response, which can be a redirect.
pub(super) const HTTP_TO_HTTPS_WITHOUT_HEADERS: &str =
    "the server redirects http to https, and the redirect has no CORS headers";
pub(super) const FROM_SLASH: &str =
    "the URL has a slash at the end, and the server redirects to the URL without it";
pub(super) const TO_OTHER_HOST: &str =
    "the server redirects to another host, for example to a host with `www.`";
pub(super) const TO_LOGIN_PAGE: &str =
    "the server redirects requests without a session to a login page";
pub(super) const HTTP_TO_HTTPS: &str = "the server redirects http to https";
pub(super) const METHOD_IN_OTHER_CASE: &str = concat!(
    "the method is in another letter case: browsers do not change `patch`, and ",
    wording::methods_are_case_sensitive!()
);
pub(super) const CALL_WITH_SAME_ORIGIN_MODE: &str =
    "the call of `fetch()` has `mode: \"same-origin\"`";
pub(super) const WORKER_OF_OTHER_ORIGIN: &str =
    "the page loads a worker or a module script from another origin";
pub(super) const PAGE_OF_FILE: &str =
    "the page is opened as a file (`file://`): start a web server for it";
pub(super) const CROSS_ORIGIN_AFTER_SOURCE: &str = "the script sets `crossOrigin` after `src`";
pub(super) const HOST_AS_SCHEME: &str =
    "the URL lacks `http://`, as in `localhost:3000`, so `localhost` is its scheme";
pub(super) const OTHER_SCHEME: &str =
    "the page or a redirect leads to another scheme, such as the scheme of an app";
pub(super) const PAGE_ON_HTTP: &str = "the page is on http: the permission needs https";
pub(super) const LOCAL_URL_IN_CODE: &str = "the page is deployed, but its code still has `localhost` or a private address as the URL of the server";
pub(super) const UNTRUSTED_CERTIFICATE: &str =
    "the certificate is not trusted, or has another name: open the URL in a tab";
pub(super) const MIXED_CONTENT: &str = wording::mixed_content!();
pub(super) const MIXED_CONTENT_LINE: &str = "the page is on https, but the URL is on http: then the console may have another line, with `Mixed Content`";
pub(super) const WRONG_LOCATION: &str = "the response is a redirect, and its `Location` header has two different values, or is not a URL";
pub(super) const WRONG_HOST: &str = "the name of the host is wrong";
pub(super) const LOCALHOST_ADDRESS: &str =
    "`localhost` can be `::1` in the browser and `127.0.0.1` in the server";
pub(super) const HTTP_TO_PORT_OF_HTTPS: &str =
    "the URL begins with `http://`, and the server speaks https at this port";
pub(super) const INVALID_URL_IN_SAFARI: &str = "in Safari: the URL is not valid";
pub(super) const INVALID_METHOD: &str =
    "the method is empty, or has a space or another character that a method cannot have";
pub(super) const FORBIDDEN_METHOD: &str = "the method is CONNECT, TRACE or TRACK";

/// Whether many servers answer preflights with this status, and the response lacks the CORS headers.
pub(super) fn is_frequent_on_preflights(status: u16) -> bool {
    let causes = [NO_ROUTE, AUTHENTICATION, MISSING_PART];
    causes
        .into_iter()
        .any(|cause| leads_to(cause, status) == Some(true))
}

/// Whether `cause` can be the reason for a response with the status `status`. `None` if the status does not matter,
/// because `cause` is possible with every status.
pub(super) fn leads_to(cause: &str, status: u16) -> Option<bool> {
    Some(match cause {
        ERROR_WITHOUT_MIDDLEWARE | ERROR_WITHOUT_HEADERS => !matches!(status, 200..300),
        NO_ROUTE | NO_ROUTE_WITHOUT_HEADERS | WRONG_URL => matches!(status, 404 | 405 | 410 | 501),
        AUTHENTICATION | AUTHENTICATION_WITHOUT_HEADERS | NOT_LOGGED_IN => {
            matches!(status, 401 | 403 | 407)
        }
        FAILURE_ON_OPTIONS | SERVER_FAILS => matches!(status, 500..600),
        REDIRECT_ON_OPTIONS => StatusCode::from_u16(status).is_ok_and(is_redirect_status),
        ANSWER_WITHOUT_HEADERS if matches!(status, 200..300) && status != 204 => return None,
        ANSWER_WITHOUT_HEADERS => status == 204,
        MISSING_PART => is_of_handler(status) || status == 400,
        DENIED => matches!(status, 400 | 403),
        TOO_LONG => matches!(status, 414 | 431),
        LIMITED => status == 429,
        OTHER_STATUS => {
            let mut others = [
                NO_ROUTE,
                AUTHENTICATION,
                FAILURE_ON_OPTIONS,
                REDIRECT_ON_OPTIONS,
                MISSING_PART,
                TOO_LONG,
                LIMITED,
            ]
            .into_iter();
            !others.any(|cause| leads_to(cause, status) == Some(true))
        }
        _ => return None,
    })
}
pub(super) const NO_POLICY_OR_ORIGIN: &str =
    "the server has no CORS policy for this URL, or does not allow this origin";
