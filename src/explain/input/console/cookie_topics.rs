//! The explanations of messages about cookies. A browser can print these messages even if no fetch fails.

use super::topics::{Effect, Next, Topic};

/// The danger of a cookie with `SameSite=None`, and the connection between a missing cookie and a failed fetch.
const DANGER: &str = "with `SameSite=None`, other sites can cause requests with this cookie: check `Origin`, or use a token. Without the cookie, a server often answers 401 or redirects to its login page: explain the line about this failure too";
const NO_COOKIE: &str = "without the cookie, a server often answers 401 or redirects to its login page: explain the line about this failure too";

/// The topic of a cookie without `SameSite`.
pub(super) static COOKIE_OF_OTHER_SITE: Topic = Topic {
    causes: &[
        "the cookie has no `SameSite`, or a `SameSite` that is not valid, and the browser reads both as `SameSite=Lax`",
        PAGE_OF_OTHER_SITE,
    ],
    ..COOKIE_OF_OTHER_SITE_BASE
};

/// The topic of a cookie with `SameSite=Lax` or `SameSite=Strict`.
pub(super) static COOKIE_WITH_SAME_SITE: Topic = COOKIE_OF_OTHER_SITE_BASE;

const PAGE_OF_OTHER_SITE: &str =
    "the page is in a frame of another site, or another site redirected the request";

const COOKIE_OF_OTHER_SITE_BASE: Topic = Topic {
    meaning: "the request comes from a page of another site, and `SameSite` of the cookie does not permit that, so the browser does not store or send the cookie: this is not CORS, and no fetch is blocked",
    causes: &[
        "the server sets `SameSite=Lax` or `SameSite=Strict`, and the page belongs to another site",
        PAGE_OF_OTHER_SITE,
    ],
    fix: "For this line, if the page needs the cookie, set it over https with `SameSite=None; Secure`, or serve the page and the server from one site, such as `app.site.example` and `api.site.example`",
    caution: Some(DANGER),
    effect: Effect::BlocksNoFetch,
    next: Next::Nothing,
};

pub(super) static COOKIE_WITHOUT_SECURE: Topic = Topic {
    meaning: "the cookie has `SameSite=None` without `Secure`, so the browser does not store or send it: this is not CORS, and no fetch is blocked",
    causes: &[
        "the server sets `SameSite=None`, but not `Secure`",
        "the server runs on http during development, so its framework leaves `Secure` out",
    ],
    fix: "For this line, set the cookie over https with `SameSite=None; Secure`, or with `SameSite=Lax` if the page and the server belong to one site",
    caution: Some(DANGER),
    effect: Effect::BlocksNoFetch,
    next: Next::Nothing,
};

pub(super) static COOKIE_OVER_HTTP: Topic = Topic {
    meaning: "the cookie has `Secure`, or replaces a cookie with `Secure`, and the connection is http, so the browser does not store or send it: this is not CORS, and no fetch is blocked",
    causes: &[
        "the server runs on http, for example during development",
        "the page uses the http URL of a server that is also on https",
    ],
    fix: "For this line, serve the URL over https, and use `https://` in the page",
    caution: Some(NO_COOKIE),
    effect: Effect::BlocksNoFetch,
    next: Next::Nothing,
};

pub(super) static COOKIE_OF_OTHER_SCHEME: Topic = Topic {
    meaning: "the page and the URL differ in http and https, so the browser counts them as different sites, and does not store or send the cookie: this is not CORS, and no fetch is blocked",
    causes: &["the page is on http and the server is on https, or the reverse"],
    fix: "For this line, serve the page and the URL over https",
    caution: Some(NO_COOKIE),
    effect: Effect::BlocksNoFetch,
    next: Next::Nothing,
};

pub(super) static THIRD_PARTY_COOKIE: Topic = Topic {
    meaning: "the browser or the user blocks cookies of other sites than the site of the page: this is not CORS, and no fetch is blocked",
    causes: &[
        "the settings of the browser block third-party cookies",
        "the site of the server is on a list of trackers",
    ],
    fix: "For this line, serve the page and the server from one site, such as `app.site.example` and `api.site.example`, or send a token in `Authorization` in place of the cookie. If the cookie can be different for each site whose pages use the server, set it with `SameSite=None; Secure; Partitioned`",
    caution: Some(NO_COOKIE),
    effect: Effect::BlocksNoFetch,
    next: Next::Nothing,
};

pub(super) static COOKIE_DOMAIN: Topic = Topic {
    meaning: "`Domain` of the cookie does not fit the host of the URL, so the browser does not store the cookie: this is not CORS, and no fetch is blocked",
    causes: &[
        "`Domain` is the host of the page, and the server has another host",
        "`Domain` is a public suffix, such as `com` or `github.io`, or `localhost`",
    ],
    fix: "For this line, remove `Domain`, or set it to the host of the server or to a parent domain of this host",
    caution: Some(NO_COOKIE),
    effect: Effect::BlocksNoFetch,
    next: Next::Nothing,
};

pub(super) static INVALID_COOKIE: Topic = Topic {
    meaning: "the browser does not store the cookie, for the reason in this line: this is not CORS, and no fetch is blocked",
    causes: &["a part of `Set-Cookie` breaks a rule for cookies, or the cookie is too large"],
    fix: "For this line, change the part of `Set-Cookie` that the line names",
    caution: Some(NO_COOKIE),
    effect: Effect::BlocksNoFetch,
    next: Next::Nothing,
};
