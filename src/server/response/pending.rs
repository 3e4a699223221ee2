//! What is merged into a response that is still to come.

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

/// What [`Decision::apply`] merges. It is small, since it is kept beside the response to come.
#[derive(Debug, Clone)]
pub(crate) struct PendingHeaders {
    allow_origin: Option<HeaderValue>,
    rest: Rest,
}

/// What a response says beside its origin.
#[derive(Debug, Clone)]
enum Rest {
    Nothing,
    /// Of what is no preflight's.
    Response {
        policy: CorsPolicy,
        is_options: bool,
    },
    /// All of a preflight's.
    Preflight(Box<HeaderMap>),
}

impl Decision<'_> {
    /// What [`apply`](Self::apply) merges, for a response to come.
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
    /// Whether every response to the method has the same headers.
    #[inline]
    pub(crate) fn is_static_for(&self, method: &Method) -> bool {
        self.0.static_origin.is_some() && *method != Method::OPTIONS
    }

    /// The headers of every response then.
    #[inline]
    pub(crate) fn static_headers(&self) -> PendingHeaders {
        PendingHeaders::response(self, self.0.static_origin.clone(), false)
    }
}

impl PendingHeaders {
    #[inline]
    fn response(policy: &CorsPolicy, allow_origin: Option<HeaderValue>, is_options: bool) -> Self {
        let rest = match policy.0.has_only_allow_origin && !is_options {
            true => Rest::Nothing,
            false => Rest::Response {
                policy: policy.clone(),
                is_options,
            },
        };
        Self { allow_origin, rest }
    }

    #[inline]
    pub(crate) fn merge_into(&mut self, response: &mut HeaderMap) {
        let beside = match &mut self.rest {
            Rest::Nothing => None,
            Rest::Response { policy, is_options } => Some((&*policy.0, *is_options)),
            Rest::Preflight(headers) => return merge_preflight(mem::take(headers), response),
        };
        merge(self.allow_origin.take(), beside, response);
    }
}
