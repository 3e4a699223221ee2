//! Describes refused requests of allowed pages: the origins, the methods and the statuses.

use alloc::{collections::BTreeSet, format, string::String};

use http::{Method, StatusCode};

use super::{Evidence, names::Names, wrong_values::error_statuses};
use crate::conformance::harness::report::{cause::Cause, violation::Violation};

impl Evidence<'_> {
    /// Describes refused requests of allowed pages. If the server answers other allowed origins, the text has the refused
    /// origins. If the server answers other methods of the refused origins, the text has the refused methods.
    pub(super) fn refused_pages(&self, violations: &[Violation]) -> Option<String> {
        let statuses = error_statuses(violations)?;
        let refused = violations
            .iter()
            .filter_map(|violation| violation.exchanges.last());
        let methods: BTreeSet<&Method> = refused.map(|exchange| &exchange.request.method).collect();
        let is_refused = |method: &str| methods.iter().any(|refused| refused.as_str() == method);
        let (mut of_methods, mut answered) = (BTreeSet::new(), BTreeSet::new());
        let mut answered_otherwise = BTreeSet::new();
        for ((method, origin), is_success) in &self.allowed.successes {
            match (is_refused(method), *is_success) {
                (true, true) => answered.insert(origin),
                (true, false) => of_methods.insert(origin),
                (false, true) => answered_otherwise.insert(origin),
                (false, false) => false,
            };
        }
        let is_other_answered = !answered_otherwise.is_disjoint(&of_methods);
        let origins = of_methods.difference(&answered);
        let origins = origins.map(|origin| String::from_utf8_lossy(origin).into_owned());
        let origins = Names::of_origins(origins).filter(|_| !answered.is_empty());
        let pages = origins.map_or_else(
            || String::from("allowed pages"),
            |origins| origins.joined("and"),
        );
        let methods = Names::new(methods.iter().map(|method| method.as_str()))?;
        let with = if is_other_answered {
            format!(" with {}", methods.with_noun("method"))
        } else {
            String::new()
        };
        let verb = if are_server_errors(violations) {
            "fails on"
        } else {
            "refuses"
        };
        let [_, others] = Cause::RefusesAllowedOrigin.mistake_parts();
        Some(format!(
            "the server {verb} requests of {pages}{with} (status {statuses}){others}"
        ))
    }
}

/// Returns the fix if the server answers each refused request with a server error.
pub(super) fn fix_of_refused_pages(violations: &[Violation]) -> Option<String> {
    are_server_errors(violations).then(|| {
        String::from(
            "look for the reason of the server errors in the log of the server: only requests with the `Origin` of an allowed page get them",
        )
    })
}

fn are_server_errors(violations: &[Violation]) -> bool {
    let mut refused = violations
        .iter()
        .filter_map(|violation| violation.exchanges.last());
    refused.all(|exchange| {
        let status = exchange.response.status;
        status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
    })
}
