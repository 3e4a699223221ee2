//! Generates calls of `fetch()` and `XMLHttpRequest`.

use alloc::{borrow::Cow, vec::Vec};

use ::url::Url;

use super::request_headers::RequestHeader;
use crate::{
    api::{BodyWithType, RequestInit, XmlHttpRequest},
    cases::ApiCall,
    infrastructure::{
        referrer_policy::ReferrerPolicy,
        request::{Body, CredentialsMode, Mode, RedirectMode},
    },
};

/// The API that a page calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Api {
    Fetch,
    XmlHttpRequest,
    /// An `XMLHttpRequest` with listeners on `upload`. The listeners set the use-CORS-preflight flag.
    XmlHttpRequestWithListeners,
}

/// The body in the arguments of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallBody {
    Absent,
    WithoutType,
    WithType(&'static str),
}

impl CallBody {
    fn argument(self) -> Option<BodyWithType<'static>> {
        match self {
            Self::Absent => None,
            Self::WithoutType => Some(Body::WithSource.into()),
            Self::WithType(content_type) => Some(BodyWithType::new(Body::WithSource, content_type)),
        }
    }
}

/// The arguments of a call, without the URL. Some arguments exist only in `fetch()`. A call of `XMLHttpRequest` ignores
/// these arguments.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) headers: Vec<RequestHeader>,
    pub(crate) body: CallBody,
    pub(crate) api: Api,
    pub(crate) referrer_policy: ReferrerPolicy,
    pub(crate) mode: Mode,
    pub(crate) credentials: CredentialsMode,
    pub(crate) redirect: RedirectMode,
}

impl Call {
    pub(crate) fn to(&self, url: Url) -> ApiCall<'static> {
        let headers = self.headers.iter().flat_map(RequestHeader::pairs).collect();
        let body = self.body.argument();
        let method = Cow::Borrowed(self.method);
        match self.api {
            Api::Fetch => ApiCall::Fetch(RequestInit {
                url,
                method,
                headers,
                body,
                referrer_policy: self.referrer_policy,
                mode: self.mode,
                credentials: self.credentials,
                redirect: self.redirect,
            }),
            Api::XmlHttpRequest | Api::XmlHttpRequestWithListeners => {
                ApiCall::XmlHttpRequest(XmlHttpRequest {
                    url,
                    method,
                    headers,
                    body,
                    upload_listeners: self.api == Api::XmlHttpRequestWithListeners,
                    with_credentials: self.credentials == CredentialsMode::Include,
                })
            }
        }
    }
}
