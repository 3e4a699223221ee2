//! Pages, servers, and calls of `fetch()` and `XMLHttpRequest`.

use super::table::{Choice, Weighted, tables};
use crate::{
    conformance::generate::cases::{
        calls::{Api, CallBody},
        origins::{Host, Page, UrlExtra},
    },
    infrastructure::{
        referrer_policy::ReferrerPolicy,
        request::{CredentialsMode, Mode, RedirectMode},
    },
};

/// A MIME type with 129 bytes: one byte more than a CORS-safelisted value can have.
const LONG_TYPE: &str = "text/plain;a=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

tables! {
    /// The origins of pages.
    static PAGES: Weighted<Page> = &[
        (6, Page::Plain),
        (1, Page::OtherPort),
        (1, Page::Localhost),
        (2, Page::Secure),
        (1, Page::SubDomain),
        (2, Page::Opaque),
        (1, Page::App),
        (1, Page::Extension),
    ];

    /// Servers for cases about cross-origin requests. A server seldom has the origin of the page.
    static FOREIGN_HOSTS: Weighted<Host> = &[
        (6, Host::OtherPort),
        (2, Host::Localhost),
        (1, Host::Secure),
        (1, Host::SubDomain),
        (1, Host::OtherScheme),
    ];

    /// Servers with any origin, including the origin of the page.
    static HOSTS: Weighted<Host> = &[
        (12, Host::OtherPort),
        (4, Host::Localhost),
        (4, Host::Secure),
        (2, Host::SubDomain),
        (2, Host::OtherScheme),
        (8, Host::Page),
        (1, Host::BlockedPort),
    ];

    /// The parts of a URL after its origin and its path.
    static URL_EXTRAS: Weighted<UrlExtra> = &[
        (16, UrlExtra::Path),
        (4, UrlExtra::Query),
        (4, UrlExtra::Fragment),
        (1, UrlExtra::User),
        (1, UrlExtra::Password),
        (1, UrlExtra::EmptyUser),
    ];

    static REDIRECT_URL_EXTRAS: Weighted<UrlExtra> = &[(6, UrlExtra::Path), (1, UrlExtra::Fragment)];

    /// Methods. Some of them need a preflight.
    static METHODS: Weighted<&'static str> = &[
        (6, "GET"),
        (2, "HEAD"),
        (4, "POST"),
        (6, "PUT"),
        (3, "DELETE"),
        (3, "PATCH"),
        (2, "OPTIONS"),
        (2, "put"),
        (2, "patch"),
        (1, "Patch"),
        (1, "get"),
        (1, "post"),
        (1, "delete"),
        (1, "CHICKEN"),
        (1, "*"),
        (1, "a!#$%&'*+-.^_`|~9"),
    ];

    /// Methods that a script passes to an API. The API refuses some of these methods, such as `TRACE`.
    static REFUSED_METHODS: Weighted<&'static str> = &[
        (20, "GET"),
        (8, "POST"),
        (4, "PUT"),
        (1, "TRACE"),
        (1, "connect"),
        (1, "Track"),
        (1, "TRACES"),
        (1, "G:ET"),
        (1, "GET "),
        (1, ""),
        (1, "G\u{e9}T"),
        (1, "\u{120}ET"),
    ];

    static MIXED_METHODS: Weighted<Choice<&'static str>> = &[
        (6, Choice::Among(&METHODS)),
        (1, Choice::Among(&REFUSED_METHODS)),
    ];

    static SAFELIST_METHODS: Weighted<&'static str> = &[(6, "GET"), (2, "POST"), (1, "PUT")];

    static REDIRECT_METHODS: Weighted<&'static str> = &[
        (6, "GET"),
        (4, "POST"),
        (3, "PUT"),
        (1, "HEAD"),
        (1, "patch"),
    ];

    static RARE_BODIES: Weighted<CallBody> = &[
        (36, CallBody::Absent),
        (2, CallBody::WithoutType),
        (1, CallBody::WithType("application/json")),
        (1, CallBody::WithType("text/plain;charset=UTF-8")),
    ];

    static OCCASIONAL_BODIES: Weighted<CallBody> = &[
        (48, CallBody::Absent),
        (4, CallBody::WithoutType),
        (2, CallBody::WithType("text/plain;charset=UTF-8")),
        (2, CallBody::WithType("application/json")),
        (1, CallBody::WithType("application/x-www-form-urlencoded;charset=UTF-8")),
        (1, CallBody::WithType("multipart/form-data; boundary=----a")),
        (1, CallBody::WithType("text/plain;a=\"b\"")),
        (1, CallBody::WithType(" text/plain ")),
        (1, CallBody::WithType(LONG_TYPE)),
    ];

    /// The APIs that a page calls.
    static APIS: Weighted<Api> = &[
        (6, Api::Fetch),
        (1, Api::XmlHttpRequest),
        (1, Api::XmlHttpRequestWithListeners),
    ];

    static REFERRER_POLICIES: Weighted<ReferrerPolicy> = &[
        (8, ReferrerPolicy::Empty),
        (1, ReferrerPolicy::NoReferrer),
        (1, ReferrerPolicy::NoReferrerWhenDowngrade),
        (1, ReferrerPolicy::SameOrigin),
        (1, ReferrerPolicy::Origin),
        (1, ReferrerPolicy::StrictOrigin),
        (1, ReferrerPolicy::OriginWhenCrossOrigin),
        (1, ReferrerPolicy::StrictOriginWhenCrossOrigin),
        (1, ReferrerPolicy::UnsafeUrl),
    ];

    /// The request modes in cases about modes.
    static MODES: Weighted<Mode> = &[(2, Mode::Cors), (2, Mode::NoCors), (1, Mode::SameOrigin)];

    static SAFELIST_MODES: Weighted<Mode> = &[(6, Mode::Cors), (1, Mode::NoCors)];

    static REDIRECT_CASE_MODES: Weighted<Mode> = &[
        (16, Mode::Cors),
        (1, Mode::NoCors),
        (1, Mode::SameOrigin),
    ];

    /// The request modes in cases about all subjects.
    static MIXED_MODES: Weighted<Mode> = &[(8, Mode::Cors), (2, Mode::NoCors), (1, Mode::SameOrigin)];

    /// The credentials modes of requests.
    static CREDENTIALS_MODES: Weighted<CredentialsMode> = &[
        (4, CredentialsMode::SameOrigin),
        (1, CredentialsMode::Omit),
        (4, CredentialsMode::Include),
    ];

    /// The redirect modes in cases about modes.
    static REDIRECT_MODES: Weighted<RedirectMode> = &[
        (3, RedirectMode::Follow),
        (1, RedirectMode::Error),
        (1, RedirectMode::Manual),
    ];

    /// The redirect modes in cases about redirects.
    static MOSTLY_FOLLOW: Weighted<RedirectMode> = &[
        (16, RedirectMode::Follow),
        (1, RedirectMode::Error),
        (1, RedirectMode::Manual),
    ];

    /// The redirect modes in cases about all subjects.
    static MIXED_REDIRECT_MODES: Weighted<RedirectMode> = &[
        (6, RedirectMode::Follow),
        (1, RedirectMode::Error),
        (1, RedirectMode::Manual),
    ];
}
