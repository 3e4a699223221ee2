//! Changes of the page that correct a mistake of the page.

use alloc::{collections::BTreeSet, format, string::String};
use core::fmt::{self, Formatter};

use ::url::Url;
use http::Method;

use super::shown::{shown, shown_briefly, shown_name, url_unlike};
use crate::{
    infrastructure::{header_list::HeaderList, request::Request},
    wording,
};

/// A change of the page that corrects a mistake of the page. A server does not have to accept such a mistake, so the
/// fix changes the page and not the server.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::browser::{HeaderList, Origin, RequestInit, Response, UserAgent};
/// use fetch_cors::{api::ApiCall, explain::{Fix, PageChange, explain}};
///
/// let page = Origin::parse("https://app.example")?;
/// let mut init = RequestInit::new("https://api.example/".parse()?);
/// init.method = "patch".into();
/// let headers = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "PATCH")];
/// let headers = HeaderList::from_pairs(headers)?;
/// let explanation = explain(&UserAgent::new(), &page, &ApiCall::Fetch(init), Duration::ZERO, |_| {
///     Some(Ok(Response::new(http::StatusCode::OK, headers.clone())))
/// });
/// let change = PageChange::SetMethod { before: "patch".into(), after: "PATCH".into() };
/// assert_eq!(explanation.fix, Fix::Answers { safer: None, page: vec![change], answers: vec![] });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(
    feature = "cases",
    derive(serde::Serialize),
    serde(tag = "kind", rename_all = "kebab-case")
)]
// Not exhaustive: a later version can know more mistakes of pages.
#[non_exhaustive]
pub enum PageChange {
    /// Removes a header from the request, because the header is a response header.
    RemoveHeader {
        /// The name, in lower case.
        name: String,
    },
    /// Sends the method in upper case. Methods are case-sensitive.
    SetMethod {
        /// The method that the unchanged page sends.
        before: String,
        /// The method in upper case.
        after: String,
    },
    /// Replaces the URL of the fetch with the URL to which the preflight is redirected, because browsers do not follow
    /// a redirect of a preflight.
    SetUrl {
        /// The URL that the unchanged page fetches.
        before: String,
        /// The URL to which the preflight is redirected.
        after: String,
    },
}

impl PageChange {
    /// Applies changes to the request of the page.
    ///
    /// ```
    /// use fetch_cors::browser::{Origin, RequestInit};
    /// use fetch_cors::explain::PageChange;
    ///
    /// let mut init = RequestInit::new("https://api.example/".parse()?);
    /// init.method = "patch".into();
    /// let mut request = init.into_request(Origin::parse("https://app.example")?)?;
    /// let change = PageChange::SetMethod { before: "patch".into(), after: "PATCH".into() };
    /// PageChange::apply_all(&[change], &mut request);
    /// assert_eq!(request.method, "PATCH");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn apply_all(changes: &[Self], request: &mut Request) {
        let mut removed = BTreeSet::new();
        for change in changes {
            match change {
                Self::RemoveHeader { name } => {
                    removed.insert(name.as_str());
                }
                Self::SetMethod { after, .. } => {
                    if let Ok(method) = Method::from_bytes(after.as_bytes()) {
                        request.method = method;
                    }
                }
                Self::SetUrl { after, .. } => {
                    if let Ok(url) = Url::parse(after) {
                        request.set_url(url);
                    }
                }
            }
        }
        if !removed.is_empty() {
            let headers = request.header_list.iter();
            let kept = headers.filter(|(name, _)| !removed.contains(name.as_str()));
            let kept = kept.map(|(name, value)| (name.clone(), value.clone()));
            request.header_list = kept.collect::<HeaderList>();
        }
    }
}

/// Writes the change as a sentence.
impl PageChange {
    /// Returns the new URL if the change sets the URL.
    pub(super) fn new_url(&self) -> Option<&str> {
        match self {
            Self::SetUrl { after, .. } => Some(after),
            Self::RemoveHeader { .. } | Self::SetMethod { .. } => None,
        }
    }
}

impl fmt::Display for PageChange {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::RemoveHeader { name } => format!(
                "remove the header `{}` from the request: only responses have this header",
                shown_name(name)
            ),
            Self::SetMethod { before, after } => format!(
                "write the method in upper case, `{}` in place of `{}`: {}",
                shown_name(after),
                shown_briefly(before),
                wording::methods_are_case_sensitive!()
            ),
            // The commands that check the fix have the whole URL.
            Self::SetUrl { before, after } => format!(
                "fetch `{}`: the preflight is redirected to this URL, but {}",
                url_unlike(&shown(after), &shown(before)),
                wording::preflight_redirects_are_not_followed!()
            ),
        })
    }
}
