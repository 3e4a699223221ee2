//! The origins of pages, the origins of servers, and URLs.

use alloc::{format, string::String};

use ::url::{ParseError, Url};

use crate::infrastructure::origin::{InvalidOriginError, Origin};

/// The origin of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    Plain,
    OtherPort,
    Localhost,
    Secure,
    SubDomain,
    Opaque,
    /// A page in the web view of an app.
    App,
    Extension,
}

impl Page {
    pub(crate) const fn serialization(self) -> &'static str {
        match self {
            Self::Plain => "http://127.0.0.1:8001",
            Self::OtherPort => "http://127.0.0.1:8002",
            Self::Localhost => "http://localhost:8003",
            Self::Secure => "https://app.example",
            Self::SubDomain => "https://sub.app.example",
            Self::Opaque => "null",
            Self::App => "capacitor://localhost",
            Self::Extension => "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        }
    }

    pub(crate) fn origin(self) -> Result<Origin, InvalidOriginError> {
        Origin::parse(self.serialization())
    }
}

/// The origin of a server. Only the origin of [`Host::Page`] depends on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    OtherPort,
    Localhost,
    Secure,
    SubDomain,
    OtherScheme,
    /// The page's own origin. If no http or https URL can have the origin of the page, the server has a different
    /// origin.
    Page,
    BlockedPort,
}

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
                Page::Opaque | Page::App | Page::Extension => "http://127.0.0.1:8001",
                page => page.serialization(),
            },
        }
    }
}

/// The parts of a URL after its origin and its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UrlExtra {
    Path,
    Query,
    Fragment,
    User,
    Password,
    EmptyUser,
}

/// Returns the URL of `path` at `host`.
pub(crate) fn url(page: Page, host: Host, extra: UrlExtra, path: &str) -> Result<Url, ParseError> {
    Url::parse(&text(page, host, extra, path))
}

pub(crate) fn text(page: Page, host: Host, extra: UrlExtra, path: &str) -> String {
    let origin = host.origin(page);
    let (scheme, authority) = origin.split_once("://").unwrap_or_default();
    match extra {
        UrlExtra::Path => format!("{origin}{path}"),
        UrlExtra::Query => format!("{origin}{path}?q=1"),
        UrlExtra::Fragment => format!("{origin}{path}#f"),
        UrlExtra::User => format!("{scheme}://user@{authority}{path}"),
        UrlExtra::Password => format!("{scheme}://:password@{authority}{path}"),
        UrlExtra::EmptyUser => format!("{scheme}://@{authority}{path}"),
    }
}
