//! Generates redirects and their targets.

use alloc::{format, string::String, vec, vec::Vec};

use ::url::Url;

use super::{
    origins::{self, Host, Page, UrlExtra},
    server_response::ServerResponse,
};

/// A redirect before the last response of a fetch.
#[derive(Debug, Clone)]
pub(crate) struct Redirect {
    pub(crate) status: u16,
    pub(crate) location: Location,
    /// The response with the headers of the redirect. The status of this response is ignored.
    pub(crate) response: ServerResponse,
}

/// A kind of `Location`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
    To(Host, UrlExtra),
    /// A path at the origin of the redirecting URL.
    Path,
    WithoutScheme(Host),
    TooManySlashes(Host),
    Empty,
    FragmentAlone,
    Absent,
    Twice,
    OtherScheme(&'static str),
    NoReference(&'static str),
}

impl Location {
    /// Returns the values of the `Location` lines, and the target of the redirect from the URL `here`. The target is
    /// `None` if the redirect is not valid.
    pub(crate) fn concrete(self, page: Page, here: &Url, path: &str) -> (Vec<String>, Option<Url>) {
        let authority = |host: Host| host.origin(page).rsplit("//").next().unwrap_or_default();
        let text = match self {
            Self::Absent => return (Vec::new(), None),
            Self::Twice => return (vec![path.into(), path.into()], None),
            Self::OtherScheme(text) | Self::NoReference(text) => return (vec![text.into()], None),
            Self::TooManySlashes(host) => {
                let text = format!("//{}{path}", authority(host));
                return (vec![format!("/{text}")], here.join(&text).ok());
            }
            Self::To(host, extra) => origins::text(page, host, extra, path),
            Self::Path => path.into(),
            Self::WithoutScheme(host) => format!("//{}{path}", authority(host)),
            Self::Empty => String::new(),
            Self::FragmentAlone => "#g".into(),
        };
        let there = here.join(&text).ok();
        (vec![text], there)
    }
}
