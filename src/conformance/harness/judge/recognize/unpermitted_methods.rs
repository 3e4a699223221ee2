//! A server that fails on preflights for methods that the policy does not permit.

use super::Evidence;
use crate::conformance::harness::report::violation::Violation;

pub(super) const MISTAKE: &str =
    "the server fails on preflights for methods that the policy does not permit";
pub(super) const FIX: &str = "answer these preflights without an error, and list in `Access-Control-Allow-Methods` only what the policy permits: the browser then denies the method";

impl Evidence<'_> {
    /// Whether the server fails on each preflight for a method that the policy does not permit, and the violations show
    /// only such preflights.
    pub(super) fn fails_on_unpermitted_methods(&self, violations: &[Violation]) -> bool {
        let exchanges = violations.iter().flat_map(|violation| &violation.exchanges);
        self.crashes
            .are_of_unpermitted_methods(self.expectations, exchanges)
    }
}
