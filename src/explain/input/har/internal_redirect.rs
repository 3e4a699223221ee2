//! Redirects that the browser makes itself.

use alloc::{format, string::String};

use ::url::Url;

use crate::{
    explain::shown::shown_briefly,
    infrastructure::{header_list::HeaderList, url::without_fragment_and_userinfo},
};

/// The reason of a redirect that the browser makes itself. The network panel shows such a redirect as a response with
/// the status 307, although no server sent the response.
///
/// ```
/// use fetch_cors::explain::input::{InternalRedirect, Recording};
///
/// let recording = Recording::from_slice(br#"{"log": {"entries": [{
///     "request": {"method": "GET", "url": "https://api.example/", "headers": [
///         {"name": "Origin", "value": "https://app.example"}]},
///     "response": {"status": 307, "headers": [
///         {"name": "Location", "value": "https://other.example/"},
///         {"name": "Non-Authoritative-Reason", "value": "WebRequest API"}]}
/// }]}}"#)?;
/// let exchange = &recording.fetches()[0].exchanges[0];
/// assert_eq!(exchange.internal_redirect, Some(InternalRedirect::Extension));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InternalRedirect {
    /// The browser changed `http:` to `https:`, for example because of HSTS.
    Upgrade,
    /// An extension of the browser changed the URL.
    Extension,
}

impl InternalRedirect {
    /// Returns the reason of the redirect from `url` to `target`. `None` if a server sent the redirect.
    pub(super) fn new(
        status: Option<http::StatusCode>,
        status_text: &str,
        headers: &HeaderList,
        url: &Url,
        target: Option<&Url>,
    ) -> Option<Self> {
        let target = target.filter(|_| status == Some(http::StatusCode::TEMPORARY_REDIRECT))?;
        let is_internal =
            headers.contains("non-authoritative-reason") || status_text == "Internal Redirect";
        is_internal.then(|| {
            let mut upgraded = url.clone();
            let is_upgrade = url.scheme() == "http"
                && upgraded.set_scheme("https").is_ok()
                && upgraded == *target;
            if is_upgrade {
                Self::Upgrade
            } else {
                Self::Extension
            }
        })
    }

    /// Returns a note on the redirect of a request to `url`.
    pub(super) fn note(self, url: &Url) -> String {
        let url = shown_briefly(without_fragment_and_userinfo(url));
        match self {
            Self::Upgrade => format!(
                "the page fetches `{url}`, and the browser changes `http:` to `https:` itself (HSTS): no server sends this redirect. Write the `https:` URL in the page"
            ),
            Self::Extension => format!(
                "no server sends the redirect of `{url}`: an extension of the browser makes it. Try without extensions, for example in a private window"
            ),
        }
    }
}
