//! A server whose error responses lack the CORS headers for some methods, or for some allowed origins.

use alloc::{collections::BTreeSet, format, string::String};

use super::{
    Evidence, description::Description, facts::single, names::Names, wrong_values::error_statuses,
};
use crate::{cases::Exchange, conformance::harness::report::violation::Violation};

impl Evidence<'_> {
    /// Describes the mistake if all error responses without the CORS headers have the same reason: the method of the
    /// request, or its origin.
    pub(super) fn errors_without_headers(&self, violations: &[Violation]) -> Option<Description> {
        if let Some(methods) = self.refused_methods(violations) {
            let status = error_statuses(violations)
                .map_or_else(String::new, |status| format!(" (status {status})"));
            let text = format!(
                "the server answers requests with {} with an error that lacks the CORS headers{status}",
                methods.with_noun("method")
            );
            return Some(Description::new(text).about_names(&methods));
        }
        let of_method = |exchange: &Exchange| String::from(exchange.request.method.as_str());
        let errors = &self.allowed.errors;
        if let Some(methods) = explaining(violations, &errors.methods_without(), of_method) {
            let text = format!(
                "error responses to {} lack the CORS headers, but those to other methods have them",
                methods.joined("and")
            );
            return Some(Description::new(text).about_names(&methods));
        }
        let of_origin = |exchange: &Exchange| {
            let origin = single(&exchange.request.header_list, "origin").unwrap_or_default();
            String::from_utf8_lossy(&origin).into_owned()
        };
        let origins = explaining(violations, &errors.origins_without(), of_origin)?;
        let text = format!(
            "error responses to {} lack the CORS headers, but those to other allowed origins have them",
            origins.with_noun("origin")
        );
        Some(Description::new(text).about_names(&origins))
    }
}

/// Returns the names if the last request of each violation has one of them.
fn explaining(
    violations: &[Violation],
    names: &BTreeSet<&str>,
    name: impl Fn(&Exchange) -> String,
) -> Option<Names> {
    let mut violations = violations.iter();
    let is_explained = violations.all(|violation| {
        let last = violation.exchanges.last();
        last.is_some_and(|last| names.contains(&*name(last)))
    });
    let names = names.iter().copied();
    Names::new(names).filter(|_| is_explained)
}
