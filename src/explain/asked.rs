//! A page's call of `fetch()` or `XMLHttpRequest`.

use alloc::{string::String, vec::Vec};

#[cfg(feature = "cases")]
use super::json;
use super::{PageChange, shown::shown};
use crate::{
    api::ApiCall,
    infrastructure::{
        bytes::isomorphic_encode,
        origin::Origin,
        request::{Body, CredentialsMode, Mode, Request},
    },
};

/// A page's call of `fetch()` or `XMLHttpRequest`.
///
/// ```
/// use fetch_cors::{api::ApiCall, browser::{Origin, RequestInit}, explain::Asked};
///
/// let call = ApiCall::Fetch(RequestInit::new("https://api.example/".parse()?));
/// let asked = Asked::new(&Origin::parse("https://app.example")?, &call);
/// assert_eq!((&*asked.method, asked.credentials), ("GET", "same-origin"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "cases", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Asked {
    /// `fetch` or `XMLHttpRequest`.
    pub api: &'static str,
    /// The origin of the page.
    #[cfg_attr(feature = "cases", serde(serialize_with = "json::text"))]
    pub origin: String,
    /// The method, as the script wrote it.
    #[cfg_attr(feature = "cases", serde(serialize_with = "json::text"))]
    pub method: String,
    /// The URL.
    #[cfg_attr(feature = "cases", serde(serialize_with = "json::text"))]
    pub url: String,
    /// The request mode: `cors`, `no-cors` or `same-origin`.
    pub mode: &'static str,
    /// The credentials mode: `omit`, `same-origin` or `include`.
    pub credentials: &'static str,
    /// The names and values of the headers, as the script wrote them.
    #[cfg_attr(feature = "cases", serde(serialize_with = "json::headers"))]
    pub headers: Vec<(String, String)>,
}

impl Asked {
    /// Describes a call of a page that has the origin `origin`.
    pub fn new(origin: &Origin, call: &ApiCall<'_>) -> Self {
        let (api, method, headers) = match call {
            ApiCall::Fetch(init) => ("fetch", &init.method, &init.headers),
            ApiCall::XmlHttpRequest(xhr) => ("XMLHttpRequest", &xhr.method, &xhr.headers),
        };
        let headers = headers.iter();
        Self {
            api,
            origin: shown(origin.serialize()),
            method: shown_text(method),
            url: shown(call.url().as_str()),
            mode: mode_name(mode(call)),
            credentials: credentials_name(credentials_mode(call)),
            headers: headers
                .map(|(name, value)| (shown_text(name), shown_text(value)))
                .collect(),
        }
    }

    /// Returns the call after changes of the page.
    pub(super) fn after(&self, changes: &[PageChange]) -> Self {
        let mut asked = self.clone();
        for change in changes {
            match change {
                PageChange::RemoveHeader { name } => {
                    asked
                        .headers
                        .retain(|(other, _)| !other.eq_ignore_ascii_case(name));
                }
                PageChange::SetMethod { after, .. } => asked.method = shown(after),
                PageChange::SetUrl { after, .. } => asked.url = shown(after),
            }
        }
        asked
    }
}

/// Describes a request as a call of `fetch()`, or as an upload of an XMLHttpRequest. Both an upload and a stream set the
/// use-CORS-preflight flag, but an XMLHttpRequest cannot send a stream.
impl From<&Request> for Asked {
    fn from(request: &Request) -> Self {
        let headers = request.header_list.iter();
        Self {
            api: if request.use_cors_preflight_flag && request.body != Some(Body::Stream) {
                "XMLHttpRequest"
            } else {
                "fetch"
            },
            origin: shown(request.origin.serialize()),
            method: shown(request.method.as_str()),
            url: shown(request.url().as_str()),
            mode: mode_name(request.mode),
            credentials: credentials_name(request.credentials_mode),
            headers: headers
                .map(|(name, value)| (shown(name.as_bytes()), shown(value.as_bytes())))
                .collect(),
        }
    }
}

/// Escapes a text of a script. The text has the same escapes as the bytes that the browser sends for the text.
fn shown_text(text: &str) -> String {
    shown(isomorphic_encode(text).unwrap_or_else(|| text.into()))
}

const fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Cors => "cors",
        Mode::NoCors => "no-cors",
        Mode::SameOrigin => "same-origin",
    }
}

const fn credentials_name(credentials_mode: CredentialsMode) -> &'static str {
    match credentials_mode {
        CredentialsMode::Omit => "omit",
        CredentialsMode::SameOrigin => "same-origin",
        CredentialsMode::Include => "include",
    }
}

const fn mode(call: &ApiCall<'_>) -> Mode {
    match call {
        ApiCall::Fetch(init) => init.mode,
        ApiCall::XmlHttpRequest(_) => Mode::Cors,
    }
}

const fn credentials_mode(call: &ApiCall<'_>) -> CredentialsMode {
    match call {
        ApiCall::Fetch(init) => init.credentials,
        ApiCall::XmlHttpRequest(xhr) if xhr.with_credentials => CredentialsMode::Include,
        ApiCall::XmlHttpRequest(_) => CredentialsMode::SameOrigin,
    }
}
