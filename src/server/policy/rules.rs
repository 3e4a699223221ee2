//! The validated configuration, in the form that decisions use.

use http::StatusCode;

use super::{
    config::PolicyConfig,
    lists::{Methods, RequestHeaders, ResponseHeaders},
    predicate::{Predicate, RequestView},
};
use crate::server::origin::matcher::OriginSet;

#[derive(Debug)]
pub(crate) struct Rules {
    /// The normalized configuration.
    pub(crate) config: PolicyConfig,
    pub(crate) origins: Origins,
    pub(crate) predicate: Option<Predicate>,
    pub(crate) methods: Methods,
    pub(crate) request_headers: RequestHeaders,
    pub(crate) expose_headers: ResponseHeaders,
    pub(crate) preflight_status: StatusCode,
}

/// Compares only the configuration and the predicate, because the other fields are computed from them.
impl PartialEq for Rules {
    fn eq(&self, other: &Self) -> bool {
        self.config == other.config && self.predicate == other.predicate
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Origins {
    Any,
    Listed(OriginSet),
}

impl Rules {
    #[inline]
    pub(crate) fn allows_origin<'r>(&'r self, origin: &[u8], view: RequestView<'r>) -> bool {
        let Origins::Listed(set) = &self.origins else {
            return true;
        };
        set.contains(origin)
            || self
                .predicate
                .as_ref()
                .is_some_and(|predicate| predicate.allows(origin, view))
    }
}
