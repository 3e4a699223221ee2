//! Checks that alternatives without a group explain the origins that a server accepts.

use super::{
    super::comparison_rules::{Given, Listed, Rule},
    DeniedOrigins, parse,
};
use crate::conformance::harness::report::cause::Cause;

impl DeniedOrigins<'_> {
    /// Whether the server accepts an origin because of a comparison of a part, but alternatives without a group do not match
    /// this origin. The expression `^a|b|c$` matches a text that begins with `a`, contains `b` or ends with `c`. A server with
    /// two other comparisons, such as the beginning of `a` and the end of a parent domain, also accepts a text before `a`.
    pub(super) fn contradicts_alternatives(&self) -> bool {
        let mut decisions = self.decisions();
        decisions.any(|(origin, is_reflected)| {
            let is_of_part = || {
                matches!(
                    self.single_comparison(origin),
                    Cause::ComparesPrefix | Cause::ComparesSuffix | Cause::ContainsListedHost
                )
            };
            is_reflected && !self.matches_alternatives(origin) && is_of_part()
        })
    }

    fn matches_alternatives(&self, origin: &str) -> bool {
        let explanations = &self.found.explanations;
        let beginnings = explanations.entries_with(Cause::ComparesPrefix);
        let contained = explanations.entries_with(Cause::ContainsListedHost);
        let parsed = parse(origin);
        let given = Given::new(origin, parsed.as_ref());
        let is_matched = |entry: &Listed| {
            let (is_first, is_middle) = (
                beginnings.contains(entry.entry()),
                contained.contains(entry.entry()),
            );
            let rules: &[Rule] = match (is_first, is_middle) {
                (true, _) => &[Rule::Prefix, Rule::PagePrefix],
                (false, true) => &[Rule::Contained, Rule::ContainedEnd],
                (false, false) => &[Rule::Suffix],
            };
            rules.iter().any(|rule| entry.explains(*rule, given))
        };
        self.entries.iter().any(is_matched)
    }
}
