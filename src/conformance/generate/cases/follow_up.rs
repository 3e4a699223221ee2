//! The fetches of a case after the first fetch. Each later fetch differs from the first fetch, and starts after a
//! pause.

use core::time::Duration;

use super::{
    calls::{Api, Call},
    origins::{Host, Page, UrlExtra},
    request_headers::RequestHeader,
    server_response::ServerResponse,
    target::Target,
};
use crate::infrastructure::request::CredentialsMode;

/// A fetch after the first fetch of a case.
#[derive(Debug, Clone)]
pub(crate) struct FollowUp {
    /// The time between the start of the previous fetch and the start of this fetch.
    pub(crate) pause: Duration,
    pub(crate) change: Change,
    /// An additional preflight response of the server. The server sends its preflight responses in order.
    pub(crate) preflight: Option<ServerResponse>,
}

/// The difference between a later fetch of a case and the first fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Nothing,
    Method(&'static str),
    AdditionalHeader(&'static str, &'static str),
    NoHeaders,
    Credentials(CredentialsMode),
    Page(Page),
    Fragment,
    Path,
    Query,
    Host(Host),
    Api(Api),
}

impl Change {
    pub(crate) fn apply(self, mut target: Target, call: &mut Call) -> Target {
        match self {
            Self::Nothing => {}
            Self::Method(method) => call.method = method,
            Self::AdditionalHeader(name, value) => {
                call.headers.push(RequestHeader::Given(name, value));
            }
            Self::NoHeaders => call.headers.clear(),
            Self::Credentials(credentials) => call.credentials = credentials,
            Self::Page(page) => target.page = page,
            Self::Fragment => target.url_extra = UrlExtra::Fragment,
            Self::Query => target.url_extra = UrlExtra::Query,
            Self::Path => target.path = "/s",
            Self::Host(host) => target.host = host,
            Self::Api(api) => call.api = api,
        }
        target
    }
}
