//! The explanations of messages: meaning, usual causes, fix, and a warning if a message is misleading.

use super::causes;
use crate::{explain::words, wording};

/// The explanation of all messages with the same meaning. A name in braces, such as `{url}`, is replaced by the value from
/// the message.
#[derive(Debug)]
pub(super) struct Topic {
    pub(super) meaning: &'static str,
    /// The usual causes, the most frequent first.
    pub(super) causes: &'static [&'static str],
    /// The likeliest fix.
    pub(super) fix: &'static str,
    /// A warning if the message is misleading.
    pub(super) caution: Option<&'static str>,
    pub(super) effect: Effect,
    pub(super) next: Next,
}

/// Whether the event in the message blocks a fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    BlocksFetch,
    /// If a fetch fails, the event in the message is not the reason.
    BlocksNoFetch,
}

/// The commands that find the exact reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Commands that send the same requests as the browser, and a command that explains the responses.
    Requests,
    /// One command that sends the request, to see whether the server answers.
    Request,
    /// No commands: the cause of the failure is in the page or in the browser.
    Nothing,
}

// Sentences that several topics use.
const NO_HEADER_HELPS: &str = "no header of the server changes this";
const FIX_THE_CONNECTION: &str = "open the URL in a tab of the same browser, and fix the connection before you change a CORS header";
const NO_CORS_HEADER_HELPS: &str = "no CORS header changes this";
pub(super) const ORIGIN_NOT_ALLOWED_BY_POLICY: &str = concat!(
    "the policy ",
    wording::does_not_allow_origin!(),
    " `{origin}`, so the server sends no CORS header"
);
/// The cause that replaces [`ORIGIN_NOT_ALLOWED_BY_POLICY`] if the message does not contain the origin of the page.
pub(super) const PAGE_NOT_ALLOWED_BY_POLICY: &str = concat!(
    "the policy ",
    wording::does_not_allow_origin!(),
    " of the page, so the server sends no CORS header"
);
pub(super) const CREDENTIALS_OF_CALL: &str = "the page uses `credentials: \"include\"` or `withCredentials`, and the server allows any origin with `*`";
/// The cause that replaces [`CREDENTIALS_OF_CALL`] if an element makes the request.
pub(super) const CREDENTIALS_OF_ELEMENT: &str = "the element has `crossorigin=\"use-credentials\"`, and the server allows any origin with `*`: `crossorigin` without a value sends no cookies";
// The parts of sentences that do not fit the request of an element.
pub(super) const NOT_SHOWN_TO_PAGE: &str = "does not show the response to the page";
pub(super) const WITHOUT_CREDENTIALS: &str = "leave the credentials out in the page";
pub(super) const NO_CORS_DOES_NOT_HELP: &str =
    ". The mode `no-cors` does not help: the page cannot read the response then";
const METHOD_NOT_LISTED: &str = "the server's list does not have this method";
const WILDCARD_IS_NOT_A_WILDCARD: &str = concat!("the list is `*`: ", wording::not_a_wildcard!());

/// The beginning of a fix that adds the answer to preflights.
pub(super) const ANSWER_OPTIONS: &str = "answer OPTIONS at this URL";
/// The end of a fix that begins with [`ANSWER_OPTIONS`]. A new answer also needs the other headers of a preflight
/// response.
pub(super) const LISTS_OF_PREFLIGHT: &str = ". The preflight response also needs the method of the page in `Access-Control-Allow-Methods`, and the names of the headers that the page sets, such as `Authorization`, in `Access-Control-Allow-Headers`";
/// The places of a header that each response needs.
pub(super) const ON_EACH_RESPONSE: &str = " on the preflight response and on the response";

/// The fix if a server redirected the request to a login page.
pub(super) const LOGIN_PAGE: &str = words::STATUS_401_FOR_LOGIN;
pub(super) const CAUSES_OF_LOGIN: [&str; 2] = [
    "the session ended, or the request has no cookies, so the server redirects to its login page",
    "the server redirects the request of a script like a navigation: a login page works only as a page, not as an answer to `fetch()`",
];
/// The beginning of the fix, if the server redirected the request to another form of the URL. The fix of the topic
/// follows.
pub(super) const FETCH_REDIRECT_TARGET: &str = "let the page fetch `{to}`: the server redirects `{from}` to this URL. If the page still gets this line, ";
/// The note for a message that contains the URL after a redirect, but not the URL before the redirect.
pub(super) const UNKNOWN_REDIRECT: &str = "a server redirected the request to this URL: the network panel has the URL that redirected. Check first that the redirect is intended, and does not lead to a login page";
/// The note of [`UNKNOWN_REDIRECT`] if the URL after the redirect looks like the URL of a login page.
pub(super) const UNKNOWN_REDIRECT_TO_LOGIN: &str =
    "a server redirected the request to this URL: the network panel has the URL that redirected";
/// The first cause in the list of causes, if the server redirected the request to another form of the URL.
pub(super) const REDIRECT_TO_OTHER_FORM: &str = "the page fetches a URL that differs from the URL that the server uses, so the server redirects the request";
/// The fix if the request to a cross-origin URL was redirected to a URL of a different origin.
pub(super) const FETCH_LAST_URL: &str = "let the page fetch `{url}` directly, or let the first server answer without a redirect: after this redirect, browsers send `Origin: null`, so a server that allows the origin of the page does not help";

/// The warning of [`NO_ALLOW_ORIGIN`] if the message has a status from 200 to 299.
pub(super) const NO_ALLOW_ORIGIN_WITH_OK_STATUS: &str = "the status is not an error, so the server has an answer for this URL, but sends no CORS header. The mode `no-cors` does not help: the page cannot read the response then";
/// The warning of [`NO_ALLOW_ORIGIN`] if the message has a status that is not from 200 to 299.
pub(super) const NO_ALLOW_ORIGIN_WITH_OTHER_STATUS: &str = "the header is often missing because something else failed: find the reason for the status first. The mode `no-cors` does not help: the page cannot read the response then";
/// The meaning of [`ALLOW_CREDENTIALS`] if the value in the message is empty.
pub(super) const NO_ALLOW_CREDENTIALS: &str =
    "the request has credentials, and `Access-Control-Allow-Credentials` is missing or empty";

pub(super) static NO_ALLOW_ORIGIN: Topic = NO_ALLOW_ORIGIN_BASE;

const NO_ALLOW_ORIGIN_BASE: Topic = Topic {
    meaning: "the response has no `Access-Control-Allow-Origin` header, so the browser does not show the response to the page",
    causes: &[
        causes::ERROR_WITHOUT_MIDDLEWARE,
        causes::NO_POLICY,
        ORIGIN_NOT_ALLOWED_BY_POLICY,
        causes::TO_SLASH_WITHOUT_HEADERS,
        causes::HTTP_TO_HTTPS_WITHOUT_HEADERS,
        causes::HEADER_ON_REQUEST,
    ],
    fix: "send `Access-Control-Allow-Origin: {origin}` on every response of this URL, also on errors and redirects",
    caution: Some(
        "the header is often missing because something else failed: look at the status of the response first. A 404, a 500, and a redirect (to a slash at the end, to https, or to a login page) give the same message as a server without CORS. The mode `no-cors` does not help: the page cannot read the response then",
    ),
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

/// The topic of Firefox before 2016, which printed the same line for all reasons.
pub(super) static OLD_FIREFOX: Topic = Topic {
    meaning: "an old version of Firefox denied the request, and this line does not have the reason: most often the response has no `Access-Control-Allow-Origin` header",
    caution: Some("newer versions of Firefox print the reason: load the page in a newer version"),
    ..NO_ALLOW_ORIGIN_BASE
};

pub(super) static FONT: Topic = Topic {
    meaning: "the browser did not load the font: the response has no `Access-Control-Allow-Origin` header for the page, or the URL is wrong",
    causes: &[
        "the font is on another origin, such as a CDN, and browsers load fonts of other origins only with CORS",
        "the URL in the style sheet is wrong, so the response is an error (404)",
    ],
    caution: Some(
        "the line has no status: open the URL of the font in a tab, to see whether the font exists",
    ),
    ..NO_ALLOW_ORIGIN_BASE
};

const PREFLIGHT_FIRST: &str = concat!(
    "if the page sends a preflight (OPTIONS), answer OPTIONS at this URL with status 204, ",
    wording::before_authentication_and_routing!(),
    ". Send `Access-Control-Allow-Origin: {origin}` on every response of this URL, also on errors and redirects"
);

/// The topic that replaces [`NO_ALLOW_ORIGIN`] if the message can be about a preflight, and many servers answer
/// preflights with the status of the message.
pub(super) static NO_ALLOW_ORIGIN_OR_PREFLIGHT: Topic = Topic {
    meaning: "the response to the preflight (OPTIONS) or to the request has no `Access-Control-Allow-Origin` header, so the browser does not show the response to the page",
    causes: &[
        causes::NO_ROUTE_WITHOUT_HEADERS,
        causes::AUTHENTICATION_WITHOUT_HEADERS,
        causes::MISSING_PART,
        causes::ERROR_WITHOUT_MIDDLEWARE,
        ORIGIN_NOT_ALLOWED_BY_POLICY,
        causes::HEADER_ON_REQUEST,
    ],
    fix: PREFLIGHT_FIRST,
    ..NO_ALLOW_ORIGIN_BASE
};

/// The topic that replaces [`NO_ALLOW_ORIGIN`] if the message can be about a preflight, but its status is rare on
/// preflights.
pub(super) static NO_ALLOW_ORIGIN_ON_A_RESPONSE: Topic = Topic {
    meaning: NO_ALLOW_ORIGIN_OR_PREFLIGHT.meaning,
    causes: &[
        causes::ERROR_WITHOUT_MIDDLEWARE,
        causes::NO_POLICY,
        ORIGIN_NOT_ALLOWED_BY_POLICY,
        causes::TO_SLASH_WITHOUT_HEADERS,
        causes::HTTP_TO_HTTPS_WITHOUT_HEADERS,
        causes::ANSWER_WITHOUT_HEADERS,
        causes::HEADER_ON_REQUEST,
    ],
    fix: "send `Access-Control-Allow-Origin: {origin}` on every response of this URL, also on errors, on redirects and on responses to OPTIONS",
    ..NO_ALLOW_ORIGIN_BASE
};

const FETCH_TARGET_OF_REDIRECT: &str = "let the page fetch the URL that the redirect leads to, which is often the same URL with a slash added or removed at the end. `Location` of the response has this URL. If the page has to fetch the URL that redirects, send `Access-Control-Allow-Origin: {origin}` on the redirect, too, and answer a preflight (OPTIONS) without a redirect";

const CAUSES_OF_REDIRECT: &[&str] = &[
    causes::TO_SLASH,
    causes::FROM_SLASH,
    causes::HTTP_TO_HTTPS,
    causes::TO_OTHER_HOST,
    causes::TO_LOGIN_PAGE,
];

/// The topic that replaces [`NO_ALLOW_ORIGIN`] if the status of the message is the status of a redirect.
pub(super) static REDIRECT_WITHOUT_ALLOW_ORIGIN: Topic = Topic {
    causes: CAUSES_OF_REDIRECT,
    fix: FETCH_TARGET_OF_REDIRECT,
    ..NO_ALLOW_ORIGIN_BASE
};

pub(super) static PREFLIGHT_NO_ALLOW_ORIGIN: Topic = Topic {
    meaning: "the preflight response has no `Access-Control-Allow-Origin` header, so the browser does not send the request",
    causes: &[
        causes::NO_ROUTE_WITHOUT_HEADERS,
        causes::AUTHENTICATION_WITHOUT_HEADERS,
        ORIGIN_NOT_ALLOWED_BY_POLICY,
        "the server sends the header only on the response to the request itself",
        causes::FAILURE_ON_OPTIONS,
        causes::MISSING_PART,
    ],
    fix: ANSWER_OPTIONS_WITH_ORIGIN,
    caution: Some(
        "Chromium checks this header before the status, so a preflight that is answered with 401, 403, 404, 405 or 500 gives this message, too: look at the status of the OPTIONS request",
    ),
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

pub(super) static WILDCARD_WITH_CREDENTIALS: Topic = Topic {
    meaning: "the request has credentials (cookies, for example), and `Access-Control-Allow-Origin: *` does not allow them",
    causes: &[CREDENTIALS_OF_CALL, causes::CREDENTIALS_OF_LIBRARY],
    fix: "send `Access-Control-Allow-Origin: {origin}`, `Access-Control-Allow-Credentials: true` and `Vary: Origin`, for listed origins only; or leave the credentials out in the page",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

const MULTIPLE_ALLOW_ORIGIN_BASE: Topic = Topic {
    meaning: "`Access-Control-Allow-Origin` has more than one value, and only one is permitted",
    causes: &[causes::SET_TWICE, causes::SEVERAL_ORIGINS],
    fix: "set the header in one place only, with the one origin of the request: `Access-Control-Allow-Origin: {origin}`",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

pub(super) static MULTIPLE_ALLOW_ORIGIN: Topic = MULTIPLE_ALLOW_ORIGIN_BASE;

pub(super) static COMMA_IN_ALLOW_ORIGIN: Topic = Topic {
    caution: Some(
        "Safari gives this message for every value with a comma, even if it is one header line",
    ),
    ..MULTIPLE_ALLOW_ORIGIN_BASE
};

pub(super) static INVALID_ALLOW_ORIGIN: Topic = Topic {
    meaning: "the value `{value}` of `Access-Control-Allow-Origin` is not an origin",
    causes: &[
        causes::EMPTY_VALUE,
        causes::PLACEHOLDER,
        causes::WORD_FOR_EVERY_ORIGIN,
        causes::PATTERN,
        causes::NO_SCHEME,
        causes::PATH,
        "the configuration has a spelling mistake, or a character that an origin cannot have",
    ],
    fix: "send the whole origin of the page: `Access-Control-Allow-Origin: {origin}`",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

const OTHER_ALLOW_ORIGIN_BASE: Topic = Topic {
    meaning: "`Access-Control-Allow-Origin` has the value `{value}`, which is not the origin of the page",
    causes: &[
        causes::PAGE_IS_NULL,
        causes::OTHER_ALLOWED_ORIGIN,
        causes::CACHED_FOR_OTHER_PAGE,
        causes::FIXED_ORIGIN,
    ],
    fix: "send `Access-Control-Allow-Origin: {origin}`, with nothing before or after the origin, and `Vary: Origin` if more than one origin is allowed",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

pub(super) static OTHER_ALLOW_ORIGIN: Topic = OTHER_ALLOW_ORIGIN_BASE;

/// The topic of a message without the value of the header.
pub(super) static UNNAMED_ALLOW_ORIGIN: Topic = Topic {
    meaning: "`Access-Control-Allow-Origin` has a value that is not the origin of the page",
    caution: Some("this line does not have the value: see the response in the network panel"),
    ..OTHER_ALLOW_ORIGIN_BASE
};

/// The topic of the text that a server sends to a page whose origin its policy does not allow.
pub(super) static DENIED_BY_SERVER: Topic = Topic {
    meaning: concat!(
        "this is the text of the server's response: the CORS policy of the server ",
        wording::does_not_allow_origin!(),
        " of the page"
    ),
    causes: &[
        "the server's list does not have this origin, or has it in another form: compare the scheme, the port, `www.`, and a slash at the end",
        "the list comes from a variable of the configuration that is not set",
    ],
    fix: "add `{origin}` to the list of allowed origins in the CORS configuration of the server",
    caution: Some(
        "do not send `Access-Control-Allow-Origin` from a second part of the server, such as a proxy: the response can then have two values",
    ),
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

/// The topic of the text that Starlette sends to a page whose method or header its policy does not allow.
pub(super) static METHOD_OR_HEADER_DENIED_BY_SERVER: Topic = Topic {
    meaning: concat!(
        "this is the text of the server's response to the preflight: the CORS policy of the server ",
        wording::does_not_allow_method!(),
        " or a header of the page"
    ),
    causes: &[
        "Starlette and FastAPI allow only GET and the safelisted headers, unless the configuration lists more",
    ],
    fix: "add the method of the page to `allow_methods`, and the names of its headers to `allow_headers`, in the CORS configuration of the server",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

/// The topic of the error of a server whose policy has `*` and credentials.
pub(super) static WILDCARD_IN_POLICY: Topic = Topic {
    meaning: "the server reports an error in its own CORS policy: the policy allows every origin and credentials at the same time, and browsers do not accept this",
    causes: &[
        "`AllowAnyOrigin()` with `AllowCredentials()`",
        "`allowedOrigins(\"*\")` with `allowCredentials(true)`",
    ],
    fix: "list the origins of your pages in the policy (`WithOrigins(...)`, `allowedOrigins(...)`); or, if the pages need no cookies, remove the credentials from the policy",
    caution: Some(
        "do not write a pattern or a function that allows every origin in place of `*`: every site could then read responses with the cookies of the user",
    ),
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

/// The topic of a message about a redirected request, if the value in the message is the origin of the page.
pub(super) static ORIGIN_OF_PAGE_AFTER_REDIRECT: Topic = Topic {
    meaning: "`Access-Control-Allow-Origin` has the origin `{value}` of the page, but after a redirect from one other origin to another, the browser sent `Origin: null`",
    causes: &[
        "a server of another origin redirects the request, such as a login server: the message has only the first and the last URL, and the network panel also has the URLs between them",
    ],
    ..OTHER_ALLOW_ORIGIN_BASE
};

pub(super) static OTHER_OR_INVALID_ALLOW_ORIGIN: Topic = Topic {
    caution: Some(
        "Firefox also gives this message for a value that is not an origin, and for several values in one line",
    ),
    ..OTHER_ALLOW_ORIGIN_BASE
};

pub(super) static ORIGIN_NOT_ALLOWED: Topic = ORIGIN_NOT_ALLOWED_BASE;

/// The topic that replaces [`ORIGIN_NOT_ALLOWED`] if many servers answer preflights with the status of the message.
pub(super) static ORIGIN_NOT_ALLOWED_OR_PREFLIGHT: Topic = Topic {
    meaning: "in the response to the preflight (OPTIONS) or to the request, `Access-Control-Allow-Origin` is missing, or is not the origin `{origin}` of the page",
    causes: &[
        causes::NO_ROUTE_WITHOUT_HEADERS,
        causes::AUTHENTICATION_WITHOUT_HEADERS,
        causes::MISSING_PART,
        causes::ERROR_WITHOUT_HEADERS,
        causes::NO_POLICY_OR_ORIGIN,
    ],
    fix: PREFLIGHT_FIRST,
    ..ORIGIN_NOT_ALLOWED_BASE
};

/// The topic that replaces [`ORIGIN_NOT_ALLOWED`] if the status of the message is the status of a redirect.
pub(super) static ORIGIN_NOT_ALLOWED_BY_REDIRECT: Topic = Topic {
    meaning: "the response is a redirect (status {status}), and its `Access-Control-Allow-Origin` is missing, or is not the origin `{origin}` of the page",
    causes: CAUSES_OF_REDIRECT,
    fix: FETCH_TARGET_OF_REDIRECT,
    ..ORIGIN_NOT_ALLOWED_BASE
};

/// The topic of an error of jsdom, which is not a browser.
pub(super) static JSDOM: Topic = Topic {
    caution: Some(
        "jsdom prints this line, not a browser: tests run in jsdom, and the origin of the page is `http://localhost` unless the test sets a URL",
    ),
    ..ORIGIN_NOT_ALLOWED_BASE
};

const ORIGIN_NOT_ALLOWED_BASE: Topic = Topic {
    meaning: "`Access-Control-Allow-Origin` is missing, or is not the origin `{origin}` of the page",
    causes: &[
        causes::ERROR_WITHOUT_HEADERS,
        causes::NO_POLICY_OR_ORIGIN,
        "the preflight response does not have the header",
        "the value differs in the scheme, the port or `www.`, or has a slash at the end",
    ],
    fix: "send `Access-Control-Allow-Origin: {origin}` on every response of this URL, including errors and responses to OPTIONS",
    caution: Some(
        "Safari does not print whether the header is missing or has another value. It also does not print whether the preflight response or the response is wrong",
    ),
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

pub(super) static ALLOW_CREDENTIALS: Topic = Topic {
    meaning: "the request has credentials, and `Access-Control-Allow-Credentials` is not exactly `true`",
    causes: &[
        causes::CREDENTIALS_NOT_ALLOWED,
        causes::OTHER_THAN_TRUE,
        causes::NO_CREDENTIALS_ON_PREFLIGHT,
        causes::NO_CREDENTIALS_ON_RESPONSE,
    ],
    fix: concat!(
        wording::send_allow_credentials!(),
        ", in lower case, on the preflight response and on the response; or leave the credentials out in the page"
    ),
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

pub(super) static PREFLIGHT_STATUS: Topic = PREFLIGHT_STATUS_BASE;

const PREFLIGHT_STATUS_BASE: Topic = Topic {
    meaning: "the status of the preflight response is not from 200 to 299",
    causes: &[
        causes::NO_ROUTE,
        causes::AUTHENTICATION,
        causes::FAILURE_ON_OPTIONS,
        causes::REDIRECT_ON_OPTIONS,
        causes::DENIED,
        causes::MISSING_PART,
        causes::TOO_LONG,
        causes::LIMITED,
        causes::OTHER_STATUS,
    ],
    fix: concat!(
        "answer OPTIONS at this URL with status 204, ",
        wording::before_authentication_and_routing!()
    ),
    caution: Some(
        "the message is about the OPTIONS request that the browser sends first, not about the request of the page",
    ),
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

pub(super) static PREFLIGHT_STATUS_OF_CHROMIUM: Topic = Topic {
    caution: Some(
        "this is about the OPTIONS request that the browser sends first: `Access-Control-Allow-Origin` of its response is right, and the status is wrong",
    ),
    ..PREFLIGHT_STATUS_BASE
};

/// WebKit validates the status of the preflight response before the CORS check. The standard has the other order.
pub(super) static PREFLIGHT_STATUS_OF_SAFARI: Topic = Topic {
    fix: ANSWER_OPTIONS_WITH_ORIGIN,
    caution: Some(
        "this is about the OPTIONS request that the browser sends first. Safari checks its status before `Access-Control-Allow-Origin`, so this header can be missing or wrong, too. Safari prints the same message for a redirect",
    ),
    ..PREFLIGHT_STATUS_BASE
};

/// The caution of [`PREFLIGHT_STATUS_OF_SAFARI`] if the message has a status. A redirect has a topic of its own then.
pub(super) const PREFLIGHT_STATUS_OF_SAFARI_IS_FIRST: &str = "the message is about the OPTIONS request, not about the request of the page. Safari checks the status of a preflight response before `Access-Control-Allow-Origin`, so this header can be missing or wrong, too";

const ANSWER_OPTIONS_WITH_ORIGIN: &str = concat!(
    "answer OPTIONS at this URL with status 204 and `Access-Control-Allow-Origin: {origin}`, ",
    wording::before_authentication_and_routing!()
);

/// The topic of a console line that shows the status of the response to an OPTIONS request. The line does not show the
/// CORS headers.
pub(super) static PREFLIGHT_STATUS_LINE: Topic = Topic {
    meaning: "the server answers the preflight with status {status}, and the status must be from 200 to 299",
    caution: Some(
        "this line does not show the headers of the response, which can be wrong, too: another line of the console has the reason of the browser",
    ),
    ..PREFLIGHT_STATUS_BASE
};

/// The topic that replaces [`PREFLIGHT_STATUS_LINE`] if the status is from 200 to 299.
pub(super) static PREFLIGHT_SUCCESS_LINE: Topic = Topic {
    meaning: "the server answers the preflight with status {status}, which is a success: this line alone does not say whether the headers of the response allow the request",
    causes: &[
        "CORS may have denied the response: then another line of the console has the reason of the browser",
    ],
    fix: "look for another line in the console that has a reason, and explain the other line",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

/// The topic of old versions of Chromium, which printed no other reason.
pub(super) static INVALID_RESPONSE: Topic = Topic {
    meaning: "an old version of Chromium got no valid response: most often, the page or the URL is a file (`file://`)",
    causes: &[causes::PAGE_OF_FILE, "the server does not answer"],
    fix: "start a web server for the page, and open the page with `http://localhost`; newer versions of Chromium print the reason",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Request,
};

pub(super) static PREFLIGHT_REDIRECT: Topic = PREFLIGHT_REDIRECT_BASE;

/// The topic of old versions of Chromium, which also refused a redirect after the preflight.
pub(super) static OLD_REDIRECT: Topic = Topic {
    meaning: "the server redirects the preflight or the request, and an old version of Chromium does not follow this redirect",
    ..PREFLIGHT_REDIRECT_BASE
};

const PREFLIGHT_REDIRECT_BASE: Topic = Topic {
    meaning: "the preflight response is a redirect, and browsers do not follow it",
    causes: CAUSES_OF_REDIRECT,
    fix: "in the page, use the URL that the redirect leads to; or answer OPTIONS in the server before any redirect, and send the CORS headers on the redirect of the request, too",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

pub(super) static MALFORMED_METHODS: Topic = Topic {
    meaning: "`Access-Control-Allow-Methods` is not a list of methods",
    causes: &[
        "the value has quotes, brackets, semicolons or a placeholder, or methods without commas between them",
    ],
    fix: "send methods with commas between them: `Access-Control-Allow-Methods: GET, PUT, DELETE`",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

pub(super) static MALFORMED_HEADERS: Topic = Topic {
    meaning: "`Access-Control-Allow-Headers` is not a list of header names",
    causes: &[
        "the value has quotes, brackets, semicolons or a placeholder, or names without commas between them",
    ],
    fix: "send names with commas between them: `Access-Control-Allow-Headers: content-type, authorization`",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

const METHOD_BASE: Topic = Topic {
    meaning: concat!(wording::methods_do_not_allow!(), " `{method}`"),
    causes: &[
        METHOD_NOT_LISTED,
        causes::METHOD_IN_OTHER_CASE,
        WILDCARD_IS_NOT_A_WILDCARD,
    ],
    fix: "list the method in `Access-Control-Allow-Methods` of the preflight response, and write it in upper case in the page",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

pub(super) static METHOD: Topic = Topic {
    causes: &[
        METHOD_NOT_LISTED,
        concat!(
            "the server's list has the method in lower case: ",
            wording::methods_are_case_sensitive!()
        ),
        WILDCARD_IS_NOT_A_WILDCARD,
    ],
    fix: "answer the preflight with `Access-Control-Allow-Methods: {method}`, plus the methods that your server already lists",
    ..METHOD_BASE
};

/// The topic that replaces [`METHOD`] if the method has a lower-case letter.
pub(super) static LOWER_CASE_METHOD: Topic = Topic {
    causes: &[
        "the page's code has the method in lower case: browsers change only some methods to upper case, so the server gets `{method}`",
    ],
    fix: "in the page, write the method in upper case: `{upper_case_method}`. Then, if the preflight response does not allow this method, list it in `Access-Control-Allow-Methods`",
    ..METHOD_BASE
};

pub(super) static UNNAMED_METHOD: Topic = Topic {
    meaning: concat!(wording::methods_do_not_allow!(), " of the request"),
    caution: Some("this line does not name the method: see the request in the network panel"),
    ..METHOD_BASE
};

pub(super) static HEADER: Topic = Topic {
    meaning: concat!(
        "`Access-Control-Allow-Headers` of the preflight response ",
        wording::does_not_allow_header!(),
        " `{header}`"
    ),
    causes: &[
        "the server's list does not have this name",
        WILDCARD_IS_NOT_A_WILDCARD,
        "the page sets the header by mistake: if the page does not need it, remove it there",
    ],
    fix: "answer the preflight with `Access-Control-Allow-Headers: {header}`, plus the names that your server already lists",
    caution: Some(
        "browsers name only the first denied header: after you allow this header, the next header fails. List all names of `Access-Control-Request-Headers`",
    ),
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

pub(super) static UNNAMED_HEADER: Topic = Topic {
    meaning: concat!(
        "the preflight response ",
        wording::does_not_allow_header!(),
        " of the page"
    ),
    causes: HEADER.causes,
    fix: "in `Access-Control-Allow-Headers` of the preflight response, list all names of `Access-Control-Request-Headers`",
    caution: Some("this line does not name the header: see the request in the network panel"),
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

/// The topic that replaces [`HEADER`] if the name is a forbidden request-header name. A server need not list such a name.
pub(super) static HEADER_OF_BROWSER: Topic = Topic {
    meaning: concat!(
        "the preflight response ",
        wording::does_not_allow_header!(),
        " `{header}`, but only the browser sets this header: a page cannot set it"
    ),
    causes: &[
        "the code or a library of the page sets the header in a program that is not a browser, or in an extension",
        "the name of the header in the message was changed",
    ],
    fix: "remove `{header}` from the call, and do not list it in `Access-Control-Allow-Headers`. If the server needs cookies, let the page use `credentials: \"include\"`",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

/// The topic that replaces [`HEADER`] if the header belongs on responses only.
pub(super) static RESPONSE_HEADER: Topic = Topic {
    meaning: "the page sets `{header}` on its request, but only responses have this header, so the preflight response does not allow it",
    causes: &[
        "the page's code sets the header in the call, or in the settings of its library (such as axios)",
        "an extension or a proxy for development adds the header",
    ],
    fix: "remove `{header}` from the request in the page: the header belongs on the response, and the server need not allow it on the request",
    caution: Some(
        "browsers name only the first denied header: remove all response headers from the request",
    ),
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static AUTHORIZATION_UNDER_WILDCARD: Topic = Topic {
    meaning: "`Access-Control-Allow-Headers: *` does not cover `Authorization`, and the browser warns that it will deny the request",
    causes: &["the server allows all request headers with `*`"],
    fix: "For this line, answer the preflight with `Access-Control-Allow-Headers: *, authorization`; with credentials, list every name",
    caution: Some(
        "this is a warning: the request still succeeds, but later versions of browsers can deny it",
    ),
    effect: Effect::BlocksNoFetch,
    next: Next::Requests,
};

pub(super) static SAME_ORIGIN_MODE: Topic = Topic {
    meaning: "the page asks for the mode `same-origin`, and the URL has another origin",
    causes: &[
        causes::CALL_WITH_SAME_ORIGIN_MODE,
        "a redirect leads to another origin",
        causes::WORKER_OF_OTHER_ORIGIN,
    ],
    fix: words::USE_CORS_OR_OWN_ORIGIN,
    caution: Some(NO_HEADER_HELPS),
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static NO_CORS_REDIRECT: Topic = Topic {
    meaning: "the page asks for the mode `no-cors` with a redirect mode other than `follow`",
    causes: &["the call of `fetch()` has `redirect: \"manual\"` or `redirect: \"error\"`"],
    fix: words::FOLLOW_OR_USE_CORS,
    caution: Some(NO_HEADER_HELPS),
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static SCHEME: Topic = Topic {
    meaning: "a cross-origin request needs an `http` or `https` URL, but this URL has another scheme",
    causes: &[
        causes::PAGE_OF_FILE,
        causes::HOST_AS_SCHEME,
        causes::OTHER_SCHEME,
    ],
    fix: "open the page over `http://localhost`. In the code of the page, write the whole URL of the request, with `http://` or `https://`",
    caution: Some(NO_HEADER_HELPS),
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static SCHEME_OF_LOCATION: Topic = Topic {
    meaning: "the server redirects the request to a URL whose scheme is neither `http` nor `https`",
    causes: &[
        "the `Location` header has the scheme of an app, or a URL such as `data:` or `about:blank`",
    ],
    fix: SCHEME_OF_REDIRECT,
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

/// The fix for [`SCHEME`], if the page is on http or https.
pub(super) const WHOLE_URL: &str =
    "in the code of the page, write the whole URL of the request, with `http://` or `https://`";

/// The fix for [`SCHEME_OF_LOCATION`], and for [`SCHEME`] if a redirect leads to the URL.
pub(super) const SCHEME_OF_REDIRECT: &str = "let the server redirect to a URL with `http://` or `https://`, or answer the request without a redirect: browsers do not follow a redirect of a fetch to another scheme";

pub(super) static REDIRECT_CREDENTIALS: Topic = Topic {
    meaning: "a redirect leads to a URL with a user name or password",
    causes: &["the `Location` header has `user:password@`"],
    fix: words::LOCATION_WITHOUT_CREDENTIALS,
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

pub(super) static LOCAL_NETWORK: Topic = LOCAL_NETWORK_BASE;

const LOCAL_NETWORK_BASE: Topic = Topic {
    meaning: "a page of the public internet asks for a URL on this computer or in the local network, and the user or the browser does not permit it",
    causes: &[
        "the user denied the permission for the local network, or was not asked",
        causes::LOCAL_URL_IN_CODE,
        causes::PAGE_ON_HTTP,
    ],
    fix: "if the URL is a mistake, use the public URL of the server; otherwise permit access to the local network in the settings of the site",
    caution: Some("the message has the word CORS, but no CORS header changes this"),
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static LOCAL_NETWORK_OF_INSECURE_PAGE: Topic = Topic {
    meaning: "a page on http asks for a URL on this computer or in the local network, and browsers permit this only to pages on https",
    causes: &["the page is deployed on http", causes::LOCAL_URL_IN_CODE],
    fix: "serve the page over https; or, if the URL is a mistake, use the public URL of the server",
    ..LOCAL_NETWORK_BASE
};

pub(super) static TARGET_ADDRESS_SPACE: Topic = Topic {
    meaning: "the page writes in `targetAddressSpace` in which network the server is, but the server is in another network",
    causes: &[
        "`loopback` means this computer, such as `localhost`, and `local` means the local network",
        "the URL changed, but `targetAddressSpace` did not",
    ],
    fix: "in the call of `fetch()`, write the last name of the message in `targetAddressSpace`, or remove `targetAddressSpace`",
    ..LOCAL_NETWORK_BASE
};

/// The topic of an experiment of old versions of Chromium, before the header `Access-Control-Allow-Private-Network`.
pub(super) static EXTERNAL_REQUEST_PREFLIGHT: Topic = Topic {
    meaning: "a page of the public internet asks for a URL on this computer or in the local network, and the preflight response has no `Access-Control-Allow-External: true`",
    causes: &[
        "an old version of Chromium has an experiment for these requests: newer versions do not use this header",
        causes::LOCAL_URL_IN_CODE,
    ],
    fix: "load the page in a newer version of Chromium; or, if the URL is a mistake, use the public URL of the server",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

pub(super) static PRIVATE_NETWORK_PREFLIGHT: Topic = Topic {
    meaning: "a page of the public internet asks for a URL on this computer or in the local network, and the preflight response has no `Access-Control-Allow-Private-Network: true`",
    causes: &[
        "the server of the local network does not know this header",
        causes::LOCAL_URL_IN_CODE,
    ],
    fix: "answer the preflight with `Access-Control-Allow-Private-Network: true`, next to the CORS headers; or, if the URL is a mistake, use the public URL of the server",
    caution: Some(
        "send this header only to origins that the server knows: a page could otherwise control devices in the network of the user. Newer versions of Chromium ask the user for permission, and do not need this header",
    ),
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

pub(super) static UNEXPOSED_HEADER: Topic = Topic {
    meaning: "the page asks for the response header `{header}`, and the browser does not show this header to the page: the request itself succeeded",
    causes: &[
        "`Access-Control-Expose-Headers` of the response does not list the header",
        WILDCARD_IS_NOT_A_WILDCARD,
    ],
    fix: "send `Access-Control-Expose-Headers: {header}` on the response to the request, not on the preflight response",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

/// The topic that replaces [`UNEXPOSED_HEADER`] if the header is `Set-Cookie` or `Set-Cookie2`.
pub(super) static UNREADABLE_HEADER: Topic = Topic {
    meaning: "the page asks for the response header `{header}`, which browsers never show to a page: the request itself succeeded",
    causes: &[
        "the page's code reads a cookie from the response: the browser stores the cookie, and sends it with later requests",
        "a library reads all headers of the response: then the line is harmless",
    ],
    fix: "do not read `{header}` in a script: if the page needs the value, send it in the body, or in another header that `Access-Control-Expose-Headers` lists",
    caution: Some(NO_HEADER_HELPS),
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static REQUEST_DID_NOT_SUCCEED: Topic = Topic {
    meaning: "the browser got no response: this is a network error, and CORS was not checked",
    causes: &[
        "the server does not run, or listens on another port or address",
        causes::UNTRUSTED_CERTIFICATE,
        causes::MIXED_CONTENT,
        "an extension of the browser blocks the request",
        causes::WRONG_HOST,
        causes::WRONG_LOCATION,
    ],
    fix: FIX_THE_CONNECTION,
    caution: Some(
        "`CORS request did not succeed` sounds like a CORS problem, but Firefox prints these words for every network error",
    ),
    effect: Effect::BlocksFetch,
    next: Next::Request,
};

const UNREACHABLE_BASE: Topic = Topic {
    meaning: "the browser got no response, because the connection failed: this is not CORS",
    causes: &[],
    fix: FIX_THE_CONNECTION,
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Request,
};

pub(super) static REFUSED: Topic = Topic {
    meaning: "nothing listens at the host and port of the URL, so the connection was refused: this is not CORS",
    causes: &[
        "the server does not run, or stopped with an error: look into its log",
        "the server listens on another port or address",
        causes::LOCALHOST_ADDRESS,
        "the URL in the code of the page has the wrong port",
    ],
    fix: "start the server, and compare the host and the port of the URL with the address at which the server listens",
    ..UNREACHABLE_BASE
};

pub(super) static NAME_NOT_RESOLVED: Topic = Topic {
    meaning: "the host name of the URL has no address (DNS), so no request was sent: this is not CORS",
    causes: &[
        "the host name in the code of the page is misspelled, or is a placeholder of a configuration",
        "the name is known only in another network, such as a company network (VPN) or a container",
    ],
    fix: "correct the host name in the URL, or connect to the network that knows the name",
    ..UNREACHABLE_BASE
};

pub(super) static CERTIFICATE: Topic = Topic {
    meaning: "the browser does not trust the certificate of the server, so no request was sent: this is not CORS",
    causes: &[
        "the certificate is self-signed, which is common for development servers",
        "the certificate is expired, or is for another host name",
        "the server does not send the intermediate certificate: `curl` reports this too",
    ],
    fix: "open the URL in a tab to see what is wrong with the certificate, and install a certificate that the browser trusts (for development: `mkcert`)",
    ..UNREACHABLE_BASE
};

pub(super) static TLS: Topic = Topic {
    meaning: "browser and server cannot agree on an encrypted connection (TLS), so no request was sent: this is not CORS",
    causes: &[
        "the server speaks http at this port, and the URL begins with `https://`",
        "the server supports only old versions of TLS, or asks for a client certificate",
    ],
    fix: "use `http://` in the URL if the server speaks http at this port, or enable https in the server",
    ..UNREACHABLE_BASE
};

pub(super) static CLOSED: Topic = Topic {
    meaning: "the server closed the connection before its response was complete: this is not CORS",
    causes: &[
        "the server failed while it handled the request: look into its log",
        "a proxy or a limit on the size or the time of requests closed the connection",
        causes::HTTP_TO_PORT_OF_HTTPS,
    ],
    fix: "find the reason in the log of the server, and send the request with `curl -i`",
    ..UNREACHABLE_BASE
};

pub(super) static TIMEOUT: Topic = Topic {
    meaning: "the server did not answer in time: this is not CORS",
    causes: &[
        "a firewall drops the packets, or the address is wrong",
        "the server is overloaded, or the handler of the URL waits for something else",
    ],
    fix: "send the request with `curl -i` from the same computer, and look into the log of the server",
    ..UNREACHABLE_BASE
};

pub(super) static OFFLINE: Topic = Topic {
    meaning: "the computer has no route to the server: this is not CORS",
    causes: &[
        "the computer is offline, or its network changed during the request",
        "the network panel simulates `Offline`",
    ],
    fix: "connect to the network, and switch `Offline` off in the network panel",
    ..UNREACHABLE_BASE
};

pub(super) static PROXY_CONNECTION: Topic = Topic {
    meaning: "the browser cannot reach the server through its proxy: this is not CORS",
    causes: &[
        "the proxy of the system or of an extension does not run, or does not permit the host",
    ],
    fix: "switch the proxy off, or correct it, in the settings of the system or the browser",
    ..UNREACHABLE_BASE
};

pub(super) static STOPPED: Topic = Topic {
    meaning: "the page or the user stopped the request: this is not CORS",
    causes: &[
        "the user left or reloaded the page while the request ran, for example because a form was submitted",
        "a script called `abort()` of an `AbortController`, or a time limit ran out, such as `AbortSignal.timeout`",
    ],
    fix: "look for the reason in the page. If a script stops the request (`AbortController`, `AbortSignal.timeout`, the time limit of a library), see whether the server answers in time. If the user leaves the page, for example because a form is submitted, keep the page open: call `event.preventDefault()` in the handler of the form",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

/// The topic that replaces [`STOPPED`] if the response has a status from 200 to 399.
pub(super) static DROPPED: Topic = Topic {
    meaning: "the server answered with status {status}, and then the browser, the page or the user stopped the request: this is not CORS",
    causes: &[
        "a script, a style sheet or a frame gets a file of another type: `Content-Type` is wrong, the browser saves the file (`Content-Disposition: attachment`), or the URL leads to an HTML page",
        "the user left or reloaded the page, or a script called `abort()`, before the response was complete",
        "the page does not use the response, such as the response to a `no-cors` request: then the line is harmless",
    ],
    fix: "open the URL in a tab: if the tab shows or saves another file, correct the URL, or send the file with its right `Content-Type`. Otherwise look in the page for a script that calls `abort()` or leaves the page",
    caution: Some(NO_CORS_HEADER_HELPS),
    effect: Effect::BlocksFetch,
    next: Next::Request,
};

/// The topic that replaces [`STOPPED`] if the response has an error status. Chromium prints `net::ERR_ABORTED` for a
/// script, a style sheet or a font with such a status, because it does not use the body.
pub(super) static ERROR_STATUS_OF_FILE: Topic = Topic {
    meaning: "the server answers with status {status}, so the browser does not use the file (a script, a style sheet or a font, for example): this line alone does not say whether CORS denied the response",
    ..HTTP_STATUS_BASE
};

pub(super) static OTHER_ERROR: Topic = Topic {
    meaning: "the request failed with a named error of the network or of the browser: this is not CORS",
    causes: &[
        "the name of the error has the reason: look it up in the documentation of the browser",
    ],
    ..UNREACHABLE_BASE
};

pub(super) static ENCODING: Topic = Topic {
    meaning: "the browser cannot decode the body of the response: this is not CORS",
    causes: &[
        "`Content-Encoding` names a compression that the body does not have, for example because a proxy decompressed it",
    ],
    fix: "send the `Content-Encoding` that the body has, or no `Content-Encoding`",
    ..UNREACHABLE_BASE
};

/// The topic of an error that Firefox reports for a malformed response, such as a response with two different values of
/// `Location`.
pub(super) static CORRUPTED_CONTENT: Topic = Topic {
    meaning: "the response is malformed, so the browser refuses it: this is not CORS",
    causes: &[
        "the response has two different values of `Location`, `Content-Length` or `Content-Disposition`",
        "a script or a style sheet has a wrong `Content-Type`, and the response has `X-Content-Type-Options: nosniff`",
    ],
    fix: "send one `Location` header with one URL if the response is a redirect, and send `Content-Length` and `Content-Disposition` only once; send scripts and style sheets with their right `Content-Type`",
    ..UNREACHABLE_BASE
};

pub(super) static OPAQUE_RESPONSE_BLOCKING: Topic = Topic {
    meaning: "the browser blocked the response to a `no-cors` request, because its content type does not fit the element or the call that loads it (Opaque Response Blocking): a missing CORS header is not the reason",
    causes: &[
        "an `<img>`, a `<script>` or a `fetch()` with the mode `no-cors` gets HTML or JSON, often an error page or a login page",
        "`Content-Type` is wrong, and the response has `X-Content-Type-Options: nosniff`",
    ],
    fix: "send the file that the page asks for, with its right `Content-Type`; to read JSON in a script, use the mode `cors`, and allow the origin of the page",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Request,
};

pub(super) static MODULE_TYPE: Topic = Topic {
    meaning: "the server answered with a file that is not JavaScript, so the browser does not run the file: this is not CORS",
    causes: &[
        "the URL of the script is wrong, and the server answers with its start page or an error page (HTML)",
        "the server sends JavaScript with a wrong `Content-Type`",
    ],
    fix: "open the URL of the script in a tab: if the tab shows HTML, correct the URL; otherwise send the file with `Content-Type: text/javascript`",
    caution: Some(NO_CORS_HEADER_HELPS),
    effect: Effect::BlocksFetch,
    next: Next::Request,
};

pub(super) static TAINTED_CANVAS: Topic = TAINTED_CANVAS_BASE;

const TAINTED_CANVAS_BASE: Topic = Topic {
    meaning: "the canvas has an image of another origin that was loaded without CORS, so scripts cannot read the canvas",
    causes: &[
        "the image has no attribute `crossorigin`",
        causes::CROSS_ORIGIN_AFTER_SOURCE,
        "the image comes from the cache, from an earlier request without CORS",
    ],
    fix: "set `crossOrigin = \"anonymous\"` on the image before `src`, and let the server of the image send `Access-Control-Allow-Origin` with the origin of the page",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

/// The topic of an error that Firefox and Safari print for several operations.
pub(super) static INSECURE_OPERATION: Topic = Topic {
    meaning: "the browser stops an operation of the page, and this line does not have the reason: most often, a script reads a canvas with an image of another origin that was loaded without CORS",
    caution: Some(
        "Firefox and Safari print this line also for operations that are not about CORS, such as the storage of a sandboxed page",
    ),
    ..TAINTED_CANVAS_BASE
};

/// The topic of an image or a video that WebGL does not use.
pub(super) static TAINTED_TEXTURE: Topic = Topic {
    meaning: "WebGL does not use an image or a video of another origin that was loaded without CORS",
    causes: &[
        "the image or the video has no attribute `crossorigin`",
        causes::CROSS_ORIGIN_AFTER_SOURCE,
        "the page is opened as a file (`file://`), so each image has another origin: start a web server for it",
    ],
    fix: "set `crossOrigin = \"anonymous\"` on the image or the video before `src`, and let its server send `Access-Control-Allow-Origin` with the origin of the page",
    ..TAINTED_CANVAS_BASE
};

/// The topic of an audio or video element whose sound a script cannot read.
pub(super) static SILENT_AUDIO: Topic = Topic {
    meaning: "the page reads the sound of an audio or video element (Web Audio), and the file of another origin was loaded without CORS, so the browser gives silence in place of the sound",
    causes: &[
        "the element has no attribute `crossorigin`",
        "the server of the file redirects to another server, and one of the responses has no `Access-Control-Allow-Origin`",
    ],
    fix: "set `crossOrigin = \"anonymous\"` on the audio or video element before `src`, and let the server of the file send `Access-Control-Allow-Origin` with the origin of the page",
    ..TAINTED_CANVAS_BASE
};

/// The topic of an element with the attribute `integrity` and without the attribute `crossorigin`.
pub(super) static INTEGRITY: Topic = Topic {
    meaning: "the element has the attribute `integrity`, and the file of another origin was loaded without CORS, so the browser cannot compare the file with the hash and does not use the file",
    causes: &["the `<script>` or `<link>` has no attribute `crossorigin`"],
    fix: "write `crossorigin=\"anonymous\"` in the element, and let the server of the file send `Access-Control-Allow-Origin: *` or the origin of the page",
    ..TAINTED_CANVAS_BASE
};

/// The topic of a worker whose script has another origin than the page.
pub(super) static WORKER_SCRIPT: Topic = Topic {
    meaning: "browsers load the script of a worker only from the origin of the page, and this script has another origin",
    causes: &["the script of the worker is on a CDN", causes::PAGE_OF_FILE],
    fix: "serve the script of the worker from the origin of the page; or start the worker with a `blob:` URL of a text such as `importScripts(\"URL of the script\")`",
    caution: Some(NO_HEADER_HELPS),
    ..TAINTED_CANVAS_BASE
};

/// The topic of a request for a user name and a password that Safari does not show.
pub(super) static CREDENTIALS_PROMPT: Topic = Topic {
    meaning: "the server asks for a user name and a password (status 401), and Safari shows no login dialog for a request to another origin: this alone is not a CORS failure",
    causes: &[
        "the page does not send the header `Authorization`, or its value is wrong",
        "authentication runs before CORS, and answers the preflight with 401",
    ],
    fix: "send the header `Authorization` with the call of `fetch()`, and let the server allow this header in `Access-Control-Allow-Headers`",
    caution: Some(
        "if the page cannot read the response with status 401, then the console has another line with the CORS failure: explain the other line, too",
    ),
    effect: Effect::BlocksFetch,
    next: Next::Request,
};

pub(super) static FRAME_ACCESS: Topic = Topic {
    meaning: "a script reads the document of a frame or a window with another origin: this is not CORS",
    causes: &["the two documents differ in the scheme, in the host or in the port"],
    fix: "let the two documents send messages to each other with `postMessage()`, and check `event.origin`",
    caution: Some(NO_CORS_HEADER_HELPS),
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static WEB_SOCKET: Topic = Topic {
    meaning: "the WebSocket connection failed: this is not CORS, because browsers do not use CORS for WebSockets",
    causes: &[
        "the server does not run, or does not accept WebSockets at this URL",
        "the WebSocket server compares `Origin` with a list of its own, and denies the page with status 403",
        "a proxy in front of the server does not pass on the headers `Connection` and `Upgrade`",
    ],
    fix: "check that the server runs and accepts WebSockets at this URL; if the message has a status, the server denied the connection, so look into its log, and add the origin of the page to the list of the WebSocket server",
    caution: Some(NO_CORS_HEADER_HELPS),
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static EMBEDDER_POLICY: Topic = Topic {
    meaning: "the page has `Cross-Origin-Embedder-Policy: require-corp`, and the response has no `Cross-Origin-Resource-Policy` that allows the page",
    causes: &[
        "the page is isolated (for `SharedArrayBuffer`, for example), so each response of another origin needs the header",
    ],
    fix: "send `Cross-Origin-Resource-Policy: cross-origin` on the response; or use the mode `cors` (`crossorigin` on an element) with CORS headers",
    caution: Some("`Access-Control-Allow-Origin` has no effect on a request in the mode `no-cors`"),
    effect: Effect::BlocksFetch,
    next: Next::Request,
};

pub(super) static FRAME: Topic = Topic {
    meaning: "a header of the response forbids the page to show the response, for example in a frame: this is not CORS",
    causes: &[
        "the response has `X-Frame-Options`, or has `frame-ancestors` in `Content-Security-Policy`",
        "the page has `Cross-Origin-Embedder-Policy`, and the page in the frame does not have this header",
    ],
    fix: "change this header in the server of the page in the frame",
    caution: Some(NO_CORS_HEADER_HELPS),
    effect: Effect::BlocksFetch,
    next: Next::Request,
};

pub(super) static ADMINISTRATOR: Topic = Topic {
    meaning: "the administrator of the browser blocks the URL: this is not CORS",
    causes: &["a policy of the organization, or parental controls"],
    fix: "ask the administrator to allow the URL",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static TRACKING_PROTECTION: Topic = Topic {
    meaning: "the browser's protection against trackers or dangerous sites blocked the request: this is not CORS",
    causes: &["the host of the URL is on a list of trackers or of dangerous sites"],
    fix: "try with the protection switched off for the page, or serve the resource from the host of the page",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static CONTENT_BLOCKED: Topic = Topic {
    meaning: "a rule of the page or of the browser blocked the request before it was sent: this is not CORS",
    causes: &[
        "the `Content-Security-Policy` of the page does not list the origin of the URL",
        causes::MIXED_CONTENT,
        "an extension blocks the URL",
    ],
    fix: "read the other lines of the console: one of them names the rule",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static CORS_DISABLED: Topic = Topic {
    meaning: "Firefox stops this request before it is sent",
    causes: &[
        "the preference `content.cors.disable` is set",
        "an extension changes or blocks the request",
    ],
    fix: "try a new profile of Firefox without extensions",
    caution: Some(NO_HEADER_HELPS),
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static ACCESS_CONTROL_CHECKS: Topic = Topic {
    meaning: "Safari denied the request or got no response, and this line does not have the reason",
    causes: &[
        "CORS denied the response: then an earlier line may have the reason, such as `Origin https://app.example is not allowed by Access-Control-Allow-Origin` or `Preflight response is not successful`",
        "the server does not run, or the certificate is not trusted: then the console may have no line with a reason",
        "the page was closed or left while the request ran",
    ],
    fix: "look for an earlier line in the console that has a reason, and explain the earlier line",
    caution: Some(
        "Safari also prints this line for network errors, and if the user leaves the page: this line alone does not mean that a header is missing",
    ),
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

pub(super) static REDIRECT_MODE: Topic = Topic {
    meaning: "the response is a redirect, and the page asks for the redirect mode `error`",
    causes: &["the call of `fetch()` has `redirect: \"error\"`"],
    fix: "use the URL that the redirect leads to, or the redirect mode `follow`",
    caution: Some(NO_CORS_HEADER_HELPS),
    effect: Effect::BlocksFetch,
    next: Next::Request,
};

pub(super) static REDIRECT_LOCATION: Topic = Topic {
    meaning: "the browser cannot follow a redirect: the `Location` header is not a URL, or a preflight is redirected",
    causes: &[
        "a preflight is redirected, for example to the same URL with a slash at the end, or to a login page",
        "the response is a redirect, and its `Location` header is not a URL",
    ],
    fix: "send a `Location` header with one URL, and answer OPTIONS without a redirect",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

/// The topic of a response with several `Location` headers. In Chromium, equal values count as one value.
pub(super) static DIFFERENT_LOCATIONS: Topic = Topic {
    meaning: "the response has `Location` headers with different values, and the browser refuses such a response, even if it is not a redirect",
    causes: &[wording::set_in_two_parts!()],
    fix: "send one `Location` header with one URL",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Requests,
};

pub(super) static TOO_MANY_REDIRECTS: Topic = Topic {
    meaning: "the request is redirected more than 20 times",
    causes: &[
        "two redirects lead to each other, for example from http to https and back, or a login page redirects a request without a cookie",
    ],
    fix: "follow the redirects with `curl -sSiL`, and remove the loop",
    caution: Some(
        "a cross-origin request does not send cookies by default, so a login page can redirect it forever",
    ),
    effect: Effect::BlocksFetch,
    next: Next::Request,
};

pub(super) static RESOURCE_POLICY: Topic = Topic {
    meaning: "`Cross-Origin-Resource-Policy` of the response does not allow the page",
    causes: &[
        "a security middleware, such as helmet, sends `Cross-Origin-Resource-Policy: same-origin` by default",
        "the page has `Cross-Origin-Embedder-Policy: require-corp`, and the response has no `Cross-Origin-Resource-Policy`",
    ],
    fix: "send `Cross-Origin-Resource-Policy: cross-origin` on this response, or use the mode `cors` with CORS headers",
    caution: Some(
        "in the mode `no-cors`, the browser checks only `Cross-Origin-Resource-Policy`, so `Access-Control-Allow-Origin` has no effect",
    ),
    effect: Effect::BlocksFetch,
    next: Next::Request,
};

pub(super) static PORT: Topic = Topic {
    meaning: "browsers block the port of the URL",
    causes: &["the port belongs to another protocol, such as 22 (SSH), 25 (SMTP) or 6000 (X11)"],
    fix: "let the server listen on another port, such as 8080",
    caution: Some(NO_HEADER_HELPS),
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static MIXED_CONTENT: Topic = Topic {
    meaning: "the page is on https, but the URL is on http: browsers block this mixed content",
    causes: &[
        "the URL of the server in the page's code begins with `http://`",
        "the server redirects to http, for example because a proxy in front of it handles https",
    ],
    fix: "serve the URL over https, and use `https://` in the page",
    caution: Some(
        "no CORS header changes this. Firefox can print this error as `CORS request did not succeed`",
    ),
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static PROXY: Topic = Topic {
    meaning: "a proxy asks for authentication, or the server answers with status 407",
    causes: &["the status 407 is for proxies, and the server uses it by mistake"],
    fix: words::LOG_IN_TO_PROXY,
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Request,
};

pub(super) static URL_CREDENTIALS: Topic = Topic {
    meaning: "`fetch()` does not accept a URL with a user name or password",
    causes: &[
        "the URL has `user:password@`",
        causes::INVALID_URL_IN_SAFARI,
    ],
    fix: "remove the user name and the password, and send an `Authorization` header instead",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static API_METHOD: Topic = Topic {
    meaning: "the method is not valid or not permitted, so `fetch()` throws and sends nothing",
    causes: &[causes::INVALID_METHOD, causes::FORBIDDEN_METHOD],
    fix: "use another method, without spaces",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static NO_CORS_METHOD: Topic = Topic {
    meaning: "the mode `no-cors` permits the methods GET, HEAD and POST only",
    causes: &["`mode: \"no-cors\"` was added to silence a CORS error"],
    fix: "remove `mode: \"no-cors\"`, and allow the page in the CORS policy of the server",
    caution: Some("the mode `no-cors` never helps to read a response"),
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static BODY: Topic = Topic {
    meaning: "a request with the method GET or HEAD cannot have a body",
    causes: &["the call has `body` and no `method`, so the method is GET"],
    fix: words::POST_FOR_BODY,
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static API_HEADER_NAME: Topic = Topic {
    meaning: "the name of a request header is not valid, so `fetch()` throws and sends nothing",
    causes: &["the name is empty, or has a space or a colon"],
    fix: "use only letters, digits and `-` in the name",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static API_HEADER_VALUE: Topic = Topic {
    meaning: "the value of a request header is not valid, so `fetch()` throws and sends nothing",
    causes: &[
        "a token that was read from a file has a line break",
        "the value has characters above U+00FF, such as a typographic dash",
    ],
    fix: "remove line breaks and characters above U+00FF from the value",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

/// The topic of a request header that only the browser sets.
pub(super) static FORBIDDEN_HEADER: Topic = Topic {
    meaning: "script cannot set the request header `{header}`: the browser leaves out the header, and sends the request",
    causes: &[
        "the page or a library sets a header that only the browser sets, such as `Cookie`, `Host`, `Origin` or `Referer`",
    ],
    fix: "For this line, remove the header from the call. If the server needs cookies, let the page use `credentials: \"include\"` or `withCredentials`",
    caution: None,
    effect: Effect::BlocksNoFetch,
    next: Next::Nothing,
};

pub(super) static CONTENT_SECURITY_POLICY: Topic = Topic {
    meaning: "the Content Security Policy of the page itself forbids the request: this is not CORS",
    causes: &[
        "the policy does not list the origin of the URL: `connect-src` is for `fetch()`, `img-src` for images, `font-src` for fonts, and `default-src` for each kind without a directive",
    ],
    fix: "add the origin of the URL to the directive for this kind of request, such as `connect-src`, in the `Content-Security-Policy` of the page",
    caution: Some("no header of the requested server changes this"),
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

/// The beginning of the fix if a line is about a Content Security Policy that did not block a fetch.
pub(super) const NOT_THE_REASON: &str = "if a fetch fails, this line is not the reason: find the line that names the failed fetch, and explain that line";

/// The topic of a report-only Content Security Policy. If a request violates the policy, the browser prints a message,
/// but does not block the request.
pub(super) static REPORT_ONLY_POLICY: Topic = Topic {
    meaning: "a Content Security Policy that only reports would forbid this: the browser prints the line and blocks nothing",
    causes: &[
        "the page has the header `Content-Security-Policy-Report-Only`, which tests a policy before the policy is enforced",
    ],
    fix: "Before you enforce the policy, add to it the source in this line",
    caution: None,
    effect: Effect::BlocksNoFetch,
    next: Next::Nothing,
};

/// The topic of a Content Security Policy that blocks a script or a style in the text of the page.
pub(super) static INLINE_CODE: Topic = Topic {
    meaning: "the Content Security Policy of the page forbids a script or a style in the text of the page (inline): this is not CORS, and no fetch is blocked",
    causes: &[
        "the page has `<script>` or `<style>` with text, an attribute such as `onclick` or `style`, or a `javascript:` URL",
        "an extension of the browser, or a tool of a development server, adds a script or a style to the page",
    ],
    fix: "For this line, move the script or the style into a file of the page's own origin, or permit it in the policy with a hash (`'sha256-...'`) or a nonce",
    caution: Some(
        "the source `'unsafe-inline'` silences the line, but then the policy no longer protects the page against injected scripts",
    ),
    effect: Effect::BlocksNoFetch,
    next: Next::Nothing,
};

/// The topic of a Content Security Policy that blocks strings that the page runs as scripts.
pub(super) static EVALUATED_CODE: Topic = Topic {
    meaning: "the Content Security Policy of the page forbids running a string as a script (`eval`): this is not CORS, and no fetch is blocked",
    causes: &[
        "the page or a library calls `eval()`, `new Function()`, or `setTimeout()` with a string",
        "a build for development uses `eval` for its source maps",
    ],
    fix: "For this line, replace the call that runs a string, or use the library's build for production",
    caution: Some(
        "the source `'unsafe-eval'` silences the line, but then the policy no longer protects the page against strings that are run as scripts",
    ),
    effect: Effect::BlocksNoFetch,
    next: Next::Nothing,
};

/// The topic of a Content Security Policy that blocks WebAssembly.
pub(super) static WEB_ASSEMBLY: Topic = Topic {
    meaning: "the Content Security Policy of the page forbids WebAssembly: this is not CORS, and no fetch is blocked",
    causes: &["the page or a library compiles WebAssembly, and `script-src` does not permit it"],
    fix: "For this line, add `'wasm-unsafe-eval'` to `script-src` in the `Content-Security-Policy` of the page",
    caution: None,
    effect: Effect::BlocksNoFetch,
    next: Next::Nothing,
};

/// The topic of a Content Security Policy that requires Trusted Types.
pub(super) static TRUSTED_TYPES: Topic = Topic {
    meaning: "the Content Security Policy of the page requires Trusted Types, and script passes a string to a function that makes HTML or script from it: this is not CORS, and no fetch is blocked",
    causes: &[
        "the page or a library sets `innerHTML`, calls `eval()`, or sets the URL of a script from a string",
        "a library creates a policy that the directive `trusted-types` does not list",
    ],
    fix: "For this line, use `textContent` in place of `innerHTML`, or make the value with `trustedTypes.createPolicy()` and list this policy in `trusted-types`",
    caution: None,
    effect: Effect::BlocksNoFetch,
    next: Next::Nothing,
};

pub(super) static EXTENSION: Topic = Topic {
    meaning: "an extension of the browser, such as an ad blocker, blocked the request: this is not CORS",
    causes: &["the URL looks like the URL of an advertisement or a tracker"],
    fix: "try a window without extensions, or another path for the URL",
    caution: None,
    effect: Effect::BlocksFetch,
    next: Next::Nothing,
};

pub(super) static NO_REASON: Topic = Topic {
    meaning: "the request failed, and this line does not have the reason: browsers hide the reason from scripts",
    causes: &[
        "the browser blocked the response because of CORS: then the console may have another line, with `CORS policy`, `Cross-Origin Request Blocked` or `Access-Control-Allow-Origin`",
        "the server does not answer, the certificate is not trusted, or an extension blocks the request",
        causes::MIXED_CONTENT_LINE,
    ],
    fix: "look for another line in the console, with all levels and without a filter, and explain the other line; or look at the status of the request in the network panel",
    caution: Some(
        "the error of `fetch()` has the same words for CORS failures and for network errors, because browsers hide the reason on purpose",
    ),
    effect: Effect::BlocksFetch,
    next: Next::Request,
};

pub(super) static FAILED: Topic = Topic {
    meaning: "the browser, not the server, stopped the request, and `net::ERR_FAILED` does not have the reason: most often it is CORS",
    causes: &[
        "CORS denied the response or the preflight: then another line of the console may have the words `CORS policy` and the reason",
        "the redirect mode is `error`, and the response is a redirect",
        "an extension or a service worker stopped the request",
    ],
    fix: "look for a line with `CORS policy` in the console, with all levels and without a filter, and explain the line with `CORS policy`; or save the requests as HAR in the network panel",
    caution: Some(
        "this line has the same words for each reason, so it does not say what to change",
    ),
    effect: Effect::BlocksFetch,
    next: Next::Request,
};

pub(super) static NO_BROWSER: Topic = Topic {
    meaning: "this is the error of `fetch()` in Node: a program outside a browser got no response, and CORS does not apply to such a program",
    causes: &[
        "the server does not run, or listens on another address: `localhost` can be `::1` in Node and `127.0.0.1` in the server",
        "the certificate is not trusted",
    ],
    fix: "read `error.cause` of the error, which has the reason",
    caution: Some(NO_CORS_HEADER_HELPS),
    effect: Effect::BlocksFetch,
    next: Next::Request,
};

pub(super) static HTTP_STATUS: Topic = HTTP_STATUS_BASE;

const HTTP_STATUS_BASE: Topic = Topic {
    meaning: "the server answers with status {status}: this line alone does not say whether CORS denied the response",
    causes: &[
        causes::WRONG_URL,
        causes::NOT_LOGGED_IN,
        causes::SERVER_FAILS,
        "CORS may have denied the response, too: then the console has another line, with `blocked by CORS policy`, `Cross-Origin Request Blocked` or `access control checks`, so explain the other line",
    ],
    fix: "fix the response first; an error response needs CORS headers, too, so that the page can read it",
    caution: Some(
        "an error response without CORS headers also causes a CORS error: the CORS error disappears when the error response is fixed",
    ),
    effect: Effect::BlocksFetch,
    next: Next::Request,
};
