//! The mistakes that are parts of a finding about a reflection. A server that reflects any origin often has many careless headers.
//! The fix of the reflection names their fixes, so that they need no findings of their own.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    Evidence,
    ignored_headers::{fix_of_careless_headers, fixes_of_useless},
    violation_facts::is_error_without_https,
};
use crate::{
    conformance::{
        harness::report::{cause::Cause, violation::Violation},
        laws::severity::Severity,
    },
    wording,
};

/// The end of the description if the server answers other requests with an error.
pub(super) const OTHERS_FAIL: &str = ", and answers other requests with an error";

impl Evidence<'_> {
    /// Returns the fix of a reflection and of the mistakes that are parts of its finding. Returns `None` if the finding has
    /// no such mistake.
    pub(super) fn fix_of_reflection(
        &self,
        cause: Cause,
        violations: &[Violation],
    ) -> Option<String> {
        let mut parts = Vec::new();
        if self.has_errors_without_https(violations) {
            parts.push(String::from(
                "answer requests without `Origin` and of denied origins without CORS headers, in place of an error",
            ));
        }
        if self.folds_waste {
            parts.extend(self.fixes_of_waste(violations));
        } else {
            parts.extend(fix_of_careless_headers(violations, self.has_wrong_max_age));
        }
        let fixes = parts.join("; ");
        (!fixes.is_empty()).then(|| format!("{}; {fixes}", self.advice(cause)))
    }

    /// Whether the server answers requests without an `https:` origin with an error.
    pub(super) fn has_errors_without_https(&self, violations: &[Violation]) -> bool {
        let mut causes = violations
            .iter()
            .map(|violation| self.single_cause(violation));
        causes.any(is_error_without_https)
    }

    /// Returns the fixes of the harmless mistakes.
    pub(super) fn fixes_of_waste(&self, violations: &[Violation]) -> Vec<String> {
        let mut by_cause: Vec<(Cause, Vec<Violation>)> = Vec::new();
        for violation in violations {
            let cause = self.merged_cause(violation);
            if cause.severity() != Severity::Waste {
                continue;
            }
            match by_cause.iter_mut().find(|(other, _)| *other == cause) {
                Some((_, others)) => others.push(violation.clone()),
                None => by_cause.push((cause, Vec::from([violation.clone()]))),
            }
        }
        let fixes = by_cause.iter().map(|(cause, violations)| {
            let of_useless =
                (*cause == Cause::UselessHeaders).then(|| fixes_of_useless(violations));
            let fix = of_useless.flatten();
            // The other mistakes of the finding are not harmless, so the fix does not say that they are.
            let advice = || {
                let advice = cause.advice();
                let without = advice.strip_suffix(wording::accept_harmless!());
                without.map_or(advice, |advice| advice.trim_end_matches("; "))
            };
            fix.unwrap_or_else(|| advice().to_string())
        });
        let fixes: BTreeSet<String> = fixes.collect();
        fixes.into_iter().collect()
    }
}
