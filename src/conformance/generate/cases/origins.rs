//! Where pages and servers are.

use alloc::{format, string::String};

use ::url::{ParseError, Url};

use crate::infrastructure::origin::{InvalidOriginError, OpaqueOrigin, Origin};

/// The origin of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    Plain,
    OtherPort,
    Localhost,
    Secure,
    SubDomain,
    Opaque,
}

pub(crate) const PAGES: &[(u32, Page)] = &[
    (6, Page::Plain),
    (1, Page::OtherPort),
    (1, Page::Localhost),
    (2, Page::Secure),
    (1, Page::SubDomain),
    (2, Page::Opaque),
];

impl Page {
    pub(crate) const fn serialization(self) -> &'static str {
        match self {
            Self::Plain => "http://127.0.0.1:8001",
            Self::OtherPort => "http://127.0.0.1:8002",
            Self::Localhost => "http://localhost:8003",
            Self::Secure => "https://app.example",
            Self::SubDomain => "https://sub.app.example",
            Self::Opaque => "null",
        }
    }

    pub(crate) fn origin(self) -> Result<Origin, InvalidOriginError> {
        match self {
            Self::Opaque => Ok(Origin::Opaque(OpaqueOrigin(0))),
            tuple => Origin::parse(tuple.serialization().as_bytes()),
        }
    }
}

/// The origin of a server, seen from a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    OtherPort,
    Localhost,
    Secure,
    SubDomain,
    OtherScheme,
    /// The page's own, if it has one.
    Page,
    BlockedPort,
}

pub(super) const FOREIGN_HOSTS: &[(u32, Host)] = &[
    (6, Host::OtherPort),
    (2, Host::Localhost),
    (1, Host::Secure),
    (1, Host::SubDomain),
    (1, Host::OtherScheme),
];

pub(crate) const HOSTS: &[(u32, Host)] = &[
    (12, Host::OtherPort),
    (4, Host::Localhost),
    (4, Host::Secure),
    (2, Host::SubDomain),
    (2, Host::OtherScheme),
    (8, Host::Page),
    (1, Host::BlockedPort),
];

impl Host {
    pub(crate) const fn origin(self, page: Page) -> &'static str {
        match self {
            Self::OtherPort => "http://127.0.0.1:8002",
            Self::Localhost => "http://localhost:8003",
            Self::Secure => "https://app.example",
            Self::SubDomain => "https://sub.app.example",
            Self::OtherScheme => "http://app.example",
            Self::BlockedPort => "http://127.0.0.1:25",
            Self::Page => match page {
                Page::Opaque => "http://127.0.0.1:8001",
                page => page.serialization(),
            },
        }
    }
}

/// What a URL has besides its origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    Path,
    Query,
    Fragment,
    User,
    Password,
    EmptyUser,
}

pub(crate) const RESTS: &[(u32, Rest)] = &[
    (16, Rest::Path),
    (4, Rest::Query),
    (4, Rest::Fragment),
    (1, Rest::User),
    (1, Rest::Password),
    (1, Rest::EmptyUser),
];

/// The URL of `path` at `host`.
pub(crate) fn url(page: Page, host: Host, rest: Rest, path: &str) -> Result<Url, ParseError> {
    Url::parse(&text(page, host, rest, path))
}

pub(crate) fn text(page: Page, host: Host, rest: Rest, path: &str) -> String {
    let origin = host.origin(page);
    let (scheme, authority) = origin.split_once("://").unwrap_or_default();
    match rest {
        Rest::Path => format!("{origin}{path}"),
        Rest::Query => format!("{origin}{path}?q=1"),
        Rest::Fragment => format!("{origin}{path}#f"),
        Rest::User => format!("{scheme}://user@{authority}{path}"),
        Rest::Password => format!("{scheme}://:password@{authority}{path}"),
        Rest::EmptyUser => format!("{scheme}://@{authority}{path}"),
    }
}
