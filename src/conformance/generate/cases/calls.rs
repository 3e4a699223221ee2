//! Calls of `fetch()` and `XMLHttpRequest`.

use alloc::{borrow::Cow, vec::Vec};

use ::url::Url;

use super::request_headers::RequestHeader;
use crate::{
    api::{RequestInit, XmlHttpRequest},
    cases::ApiCall,
    infrastructure::{
        referrer_policy::ReferrerPolicy,
        request::{Body, CredentialsMode, Mode, RedirectMode},
    },
};

/// The API that is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Api {
    Fetch,
    /// An `XMLHttpRequest` with listeners on `upload`, which set the use-CORS-preflight flag.
    XmlHttpRequest,
}

/// The arguments of a call, without the URL. `XMLHttpRequest` ignores the arguments that only
/// `fetch()` has.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) headers: Vec<RequestHeader>,
    pub(crate) body: bool,
    pub(crate) api: Api,
    pub(crate) mode: Mode,
    pub(crate) credentials: CredentialsMode,
    pub(crate) redirect: RedirectMode,
}

impl Call {
    pub(crate) fn to(&self, mut url: Url) -> ApiCall<'static> {
        let headers = self.headers.iter().flat_map(RequestHeader::pairs).collect();
        let body = self.body.then_some(Body::WithSource);
        let method = Cow::Borrowed(self.method);
        match self.api {
            Api::Fetch => ApiCall::Fetch(RequestInit {
                url,
                method,
                headers,
                body,
                referrer_policy: ReferrerPolicy::Empty,
                mode: self.mode,
                credentials: self.credentials,
                redirect: self.redirect,
            }),
            Api::XmlHttpRequest => {
                // Both can be set on an http(s) URL.
                let _ = (url.set_username(""), url.set_password(None));
                ApiCall::XmlHttpRequest(XmlHttpRequest {
                    url,
                    method,
                    headers,
                    body,
                    upload_listeners: true,
                    with_credentials: self.credentials == CredentialsMode::Include,
                })
            }
        }
    }
}
