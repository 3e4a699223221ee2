//! The page and the URL of a fetch.

use core::time::Duration;

use ::url::Url;

use super::{
    calls::Call,
    origins::{self, Host, Page, UrlExtra},
};
use crate::cases::FetchCall;

/// The page and the URL of a fetch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub(crate) page: Page,
    pub(crate) host: Host,
    pub(crate) url_extra: UrlExtra,
    pub(crate) path: &'static str,
}

impl Target {
    pub(crate) const PATH: &'static str = "/r";

    /// Returns the fetch that a call to this target starts, and the URL of the fetch.
    pub(crate) fn fetch(self, at: Duration, call: &Call) -> Option<(FetchCall<'static>, Url)> {
        let url = origins::url(self.page, self.host, self.url_extra, self.path).ok()?;
        let fetch = FetchCall {
            at,
            origin: self.page.origin().ok()?,
            call: call.to(url.clone()),
        };
        Some((fetch, url))
    }
}
