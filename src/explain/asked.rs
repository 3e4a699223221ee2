//! What the page asked for.

use alloc::{string::String, vec::Vec};

use super::shown::shown;
use crate::{
    api::ApiCall,
    infrastructure::{
        origin::Origin,
        request::{CredentialsMode, Mode},
    },
};

/// The call of the page.
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
    pub origin: String,
    /// The method, as script wrote it.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The mode: `cors`, `no-cors` or `same-origin`.
    pub mode: &'static str,
    /// The credentials mode: `omit`, `same-origin` or `include`.
    pub credentials: &'static str,
    /// The names and values of the headers, as script wrote them.
    pub headers: Vec<(String, String)>,
}

impl Asked {
    /// Describes a call of a page of `origin`.
    pub fn new(origin: &Origin, call: &ApiCall<'_>) -> Self {
        let (api, method, headers) = match call {
            ApiCall::Fetch(init) => ("fetch", &init.method, &init.headers),
            ApiCall::XmlHttpRequest(xhr) => ("XMLHttpRequest", &xhr.method, &xhr.headers),
        };
        let headers = headers.iter();
        Self {
            api,
            origin: shown(origin.serialize()),
            method: shown(&**method),
            url: shown(call.url().as_str()),
            mode: match mode(call) {
                Mode::Cors => "cors",
                Mode::NoCors => "no-cors",
                Mode::SameOrigin => "same-origin",
            },
            credentials: match credentials_mode(call) {
                CredentialsMode::Omit => "omit",
                CredentialsMode::SameOrigin => "same-origin",
                CredentialsMode::Include => "include",
            },
            headers: headers
                .map(|(name, value)| (shown(&**name), shown(&**value)))
                .collect(),
        }
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
