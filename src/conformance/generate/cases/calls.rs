//! What a page calls, and how.

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

pub(crate) const METHODS: &[(u32, &str)] = &[
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

/// Methods that an API refuses, and their neighbours.
pub(crate) const REFUSED_METHODS: &[(u32, &str)] = &[
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

/// The API that is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Api {
    Fetch,
    /// With listeners on `upload`, which set the use-CORS-preflight flag.
    XmlHttpRequest,
}

pub(crate) const APIS: &[(u32, Api)] = &[(6, Api::Fetch), (1, Api::XmlHttpRequest)];

pub(super) const MODES: &[(u32, Mode)] =
    &[(2, Mode::Cors), (2, Mode::NoCors), (1, Mode::SameOrigin)];

pub(crate) const CREDENTIALS: &[(u32, CredentialsMode)] = &[
    (4, CredentialsMode::SameOrigin),
    (1, CredentialsMode::Omit),
    (4, CredentialsMode::Include),
];

pub(super) const REDIRECT_MODES: &[(u32, RedirectMode)] = &[
    (3, RedirectMode::Follow),
    (1, RedirectMode::Error),
    (1, RedirectMode::Manual),
];

/// The arguments of a call, but for its URL. What an `XMLHttpRequest` cannot have it does without.
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
                // An http(s) URL takes both.
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
