//! The kind of a request, for the comparison of failed requests with answered requests.

use alloc::{collections::BTreeSet, string::String};

use http::Method;

use crate::{
    conformance::harness::probes::{probe::CREDENTIALS, special_headers::special_kinds},
    fetching::HttpRequest,
};

/// The headers that make an OPTIONS request a preflight.
pub(super) const PREFLIGHT_HEADERS: [&str; 2] = ["origin", "access-control-request-method"];

/// The kind of a request. Servers handle preflights and plain OPTIONS requests in different places of their code, so these
/// requests have different kinds. A server behind a login can answer requests with credentials differently, whatever the origin.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind {
    pub(super) method: Method,
    pub(super) is_preflight: bool,
    url: String,
    /// Whether the request has each header of [`CREDENTIALS`].
    pub(super) credentials: [bool; 2],
    /// The [special headers](special_kinds) of the request.
    special: BTreeSet<&'static str>,
}

impl Kind {
    pub(super) fn new(request: &HttpRequest) -> Self {
        let mut names = PREFLIGHT_HEADERS.into_iter();
        let has_both = names.all(|name| request.header_list.contains(name));
        Self {
            method: request.method.clone(),
            is_preflight: request.method == Method::OPTIONS && has_both,
            url: String::from(request.url.as_str()),
            credentials: CREDENTIALS.map(|(_, name, _)| request.header_list.contains(name)),
            special: special_kinds(request),
        }
    }

    /// Returns the same kind with another method, for a request that is not a preflight.
    pub(super) fn with_method(self, method: Method) -> Self {
        Self {
            method,
            is_preflight: false,
            ..self
        }
    }

    /// Returns the same kind without credentials and special headers.
    pub(super) fn without_headers(self) -> Self {
        Self {
            credentials: [false; 2],
            special: BTreeSet::new(),
            ..self
        }
    }

    pub(super) fn without_credentials(&self) -> Self {
        Self {
            credentials: [false; 2],
            ..self.clone()
        }
    }
}
