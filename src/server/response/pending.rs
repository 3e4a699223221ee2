//! The headers of a decision, stored until the response exists.

use alloc::boxed::Box;
use core::mem;

#[cfg(feature = "tower")]
use http::Method;
use http::{HeaderMap, HeaderValue};

use super::apply::{merge, merge_preflight};
use crate::server::{
    decision::decide::{Decision, RequestKind},
    policy::CorsPolicy,
};

/// The headers that [`Decision::apply`] merges. The type is small, because a future stores it until the response exists.
#[derive(Debug, Clone)]
pub(crate) struct PendingHeaders {
    allow_origin: Option<HeaderValue>,
    rest: Rest,
}

/// The response headers other than Access-Control-Allow-Origin.
#[derive(Debug, Clone)]
enum Rest {
    Nothing,
    /// The headers of a response to a request that is not a preflight.
    Response {
        policy: CorsPolicy,
        is_options: bool,
    },
    /// All headers of the response to a preflight.
    Preflight(Box<HeaderMap>),
}

impl Decision<'_> {
    /// Returns the headers that [`apply`](Self::apply) merges.
    #[inline]
    pub(crate) fn pending_headers(&self) -> PendingHeaders {
        match self.kind {
            RequestKind::Preflight => PendingHeaders {
                allow_origin: None,
                rest: Rest::Preflight(self.preflight_headers().into()),
            },
            RequestKind::NotCors | RequestKind::Cors => {
                let allow_origin = self.allow_origin_value();
                PendingHeaders::response(self.policy, allow_origin, self.is_options)
            }
        }
    }
}

#[cfg(feature = "tower")]
impl CorsPolicy {
    /// Whether all responses to requests with this method have the same headers.
    #[inline]
    pub(crate) fn is_static_for(&self, method: &Method) -> bool {
        self.0.static_origin.is_some() && *method != Method::OPTIONS
    }

    /// Returns the headers that the responses of a static policy have. Call this function only if
    /// [`is_static_for`](Self::is_static_for) returns true for the method of the request.
    #[inline]
    pub(crate) fn static_headers(&self) -> PendingHeaders {
        PendingHeaders::response(self, self.0.static_origin.clone(), false)
    }
}

impl PendingHeaders {
    /// No headers for the response. Merging this value removes the CORS headers that a handler has set.
    #[cfg(feature = "tower")]
    pub(crate) const fn none() -> Self {
        Self {
            allow_origin: None,
            rest: Rest::Nothing,
        }
    }

    #[inline]
    fn response(policy: &CorsPolicy, allow_origin: Option<HeaderValue>, is_options: bool) -> Self {
        let rest = if policy.0.has_only_allow_origin && !is_options {
            Rest::Nothing
        } else {
            Rest::Response {
                policy: policy.clone(),
                is_options,
            }
        };
        Self { allow_origin, rest }
    }

    #[inline]
    pub(crate) fn merge_into(&mut self, response: &mut HeaderMap) {
        let other_headers = match &mut self.rest {
            Rest::Nothing => None,
            Rest::Response { policy, is_options } => Some((&*policy.0, *is_options)),
            Rest::Preflight(headers) => return merge_preflight(mem::take(headers), response),
        };
        merge(self.allow_origin.take(), other_headers, response);
    }
}
