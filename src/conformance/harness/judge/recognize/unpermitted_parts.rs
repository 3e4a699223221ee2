//! A server that fails on preflights for methods or request headers that the policy does not permit.

use super::Evidence;
use crate::conformance::harness::{
    judge::unpermitted_parts::Unpermitted, report::violation::Violation,
};

impl Unpermitted {
    pub(super) const fn mistake(self) -> &'static str {
        match self {
            Self::Methods => {
                "the server fails on preflights for methods that the policy does not permit"
            }
            Self::Names => {
                "the server fails on preflights for request headers that the policy does not permit"
            }
            Self::MethodsAndNames => {
                "the server fails on preflights for methods or request headers that the policy does not permit"
            }
        }
    }

    pub(super) const fn fix(self) -> &'static str {
        match self {
            Self::Methods => {
                "answer these preflights without an error, and list in `Access-Control-Allow-Methods` only what the policy permits: the browser then denies the method"
            }
            Self::Names => {
                "answer these preflights without an error, and list in `Access-Control-Allow-Headers` only what the policy permits: the browser then denies the request header"
            }
            Self::MethodsAndNames => {
                "answer these preflights without an error, and list only what the policy permits: the browser then denies the method or the request header"
            }
        }
    }
}

impl Evidence<'_> {
    /// Returns the reason if the server fails on each preflight for a method or a request header that the policy does not
    /// permit, and the violations show only such preflights.
    pub(super) fn reason_of_unpermitted(&self, violations: &[Violation]) -> Option<Unpermitted> {
        let exchanges = violations.iter().flat_map(|violation| &violation.exchanges);
        self.crashes
            .unpermitted
            .reason(self.expectations, exchanges)
    }
}
