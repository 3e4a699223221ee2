//! Describes mistakes in the methods and request headers that preflight responses grant.

use alloc::{format, string::String};

use super::{
    super::{
        Evidence,
        description::Description,
        facts::is_error,
        letter_case, list_forms,
        names::{Names, are_server_errors},
        wrong_values::error_statuses,
    },
    in_kebab_case, is_failed_fetch,
};
use crate::conformance::harness::report::{cause::Cause, violation::Violation};

impl Evidence<'_> {
    /// Describes a mistake in the lists of preflight responses.
    pub(super) fn mistake_with_grants(
        &self,
        cause: Cause,
        violations: &[Violation],
    ) -> Option<Description> {
        match cause {
            Cause::GrantsOtherHeaders if self.grants.prefix().is_some() => {
                let prefix = self.grants.prefix()?;
                let text = format!(
                    "preflight responses grant every request header that begins with `{prefix}`, but the policy does not permit all of them"
                );
                Some(Description::new(text).about([prefix]))
            }
            Cause::GrantsRequested => {
                let granted = self.grants.described_reflection()?;
                let limits = self.grants.limits_of_reflection();
                let text = format!("preflight responses grant every requested {granted}{limits}");
                Some(Description::new(text).about([in_kebab_case(granted)]))
            }
            Cause::GrantsAny => self.any_granted(violations),
            Cause::GrantsOtherThanPolicy => self.other_grants(violations),
            Cause::GrantsMoreThanPolicy | Cause::GrantsHarmless => self.granted(cause, true, true),
            Cause::GrantsOtherMethods => self.granted(cause, true, false),
            Cause::GrantsOtherHeaders => self.granted(cause, false, true),
            Cause::ListsOtherCase => {
                let failed = violations
                    .iter()
                    .filter(|violation| is_failed_fetch(violation));
                let failed = failed.flat_map(|violation| &violation.exchanges);
                letter_case::mistake(&self.grants.expected_methods(failed.clone()), failed)
            }
            Cause::LacksMethod => {
                if let Some(description) = self.description_by_origin(cause, violations) {
                    return Some(description);
                }
                let mut all = violations.iter();
                let lacks_lists = all.all(|violation| self.lacks_lists_without_names(violation));
                let names = if lacks_lists {
                    // A preflight for a CORS-safelisted method then only lacks a max-age.
                    self.ungranted_methods(violations, false)?
                } else {
                    self.lacking_methods(violations)?
                };
                let methods = names.with_noun("method");
                let text = if lacks_lists {
                    format!(
                        "responses to preflights without `Access-Control-Request-Headers` do not grant {methods}, which the policy permits"
                    )
                } else if let Some(error) = error(violations) {
                    format!("preflights for {methods}, which the policy permits, get {error}")
                } else {
                    format!("preflight responses do not grant {methods}, which the policy permits")
                };
                Some(Description::new(text).about_names(&names))
            }
            Cause::ReadsListsStrictly => list_forms::mistake(violations),
            Cause::LacksSafelistedMethod => {
                let names = self.ungranted_methods(violations, true)?;
                let methods = names.with_noun("method");
                let text = if let Some(error) = error(violations) {
                    format!("preflights for {methods} get {error}")
                } else {
                    format!(
                        "preflight responses do not grant {methods}, but they grant other methods"
                    )
                };
                Some(Description::new(text).about_names(&names))
            }
            Cause::LacksRequestHeader => {
                if let Some(description) = self.description_by_origin(cause, violations) {
                    return Some(description);
                }
                let names = self.ungranted_headers(violations)?;
                let headers = names.with_noun("request header");
                if let Some([without, with]) = self.methods_by_names(violations) {
                    let text = format!(
                        "preflight responses for {} do not grant {headers}, but those for {} do",
                        without.joined("and"),
                        with.joined("and")
                    );
                    let description = Description::new(text).about_names(&without);
                    return Some(description.about_names(&names));
                }
                let text = if let Some(error) = error(violations) {
                    format!("preflights for {headers}, which the policy permits, get {error}")
                } else {
                    format!("preflight responses do not grant {headers}, which the policy permits")
                };
                Some(Description::new(text).about_names(&names))
            }
            _ => None,
        }
    }

    /// Describes lists with `*`. The text also has the unpermitted names of the other list, because the finding has no other
    /// place for them.
    fn any_granted(&self, violations: &[Violation]) -> Option<Description> {
        let text = self.text_with_values(Cause::GrantsAny, violations)?;
        let others = self.grants.named(true, true, false).into_iter();
        let others = Names::new(others.filter(|name| *name != "*"));
        let Some(others) = others.filter(|_| !self.grants_requested) else {
            return Some(Description::new(text));
        };
        if let Some(reflected) = self.grants.reflected() {
            let text = format!("{text}, and also grant every requested {reflected}");
            return Some(Description::new(text).about([in_kebab_case(reflected)]));
        }
        let text = format!(
            "{text}, and also grant {}, which the policy does not permit",
            others.joined("and")
        );
        Some(Description::new(text).about_names(&others))
    }

    /// Returns the text of the cause. The text has the names of the unpermitted methods and request headers that the
    /// server grants.
    fn granted(&self, cause: Cause, has_methods: bool, has_names: bool) -> Option<Description> {
        let is_harmless = cause == Cause::GrantsHarmless;
        let granted = self.grants.named(has_methods, has_names, is_harmless);
        let granted = Names::new(granted)?;
        let text = format!("{}: {}", cause.mistake(), granted.joined("and"));
        Some(Description::new(text).about_names(&granted))
    }

    /// Describes lists that lack permitted names and have unpermitted names.
    fn other_grants(&self, violations: &[Violation]) -> Option<Description> {
        let methods = self.ungranted_methods(violations, false);
        let headers = self.ungranted_headers(violations);
        let granted = [self.allowed.granted.methods(), self.allowed.granted.names()];
        let missing = methods.iter().chain(&headers).flat_map(Names::iter);
        // A preflight that requests a granted name can fail because of another name.
        let missing = missing.filter(|name| !granted.iter().any(|granted| granted.contains(*name)));
        let missing = Names::new(missing)?;
        let unpermitted = Names::new(self.grants.named(true, true, false))?;
        let text = format!(
            "preflight responses do not grant {}, which the policy permits, but they grant {}, which the policy does not permit",
            missing.joined("and"),
            unpermitted.joined("and")
        );
        Some(
            Description::new(text)
                .about_names(&missing)
                .about_names(&unpermitted),
        )
    }
}

/// Describes the error responses of the violations. Returns `None` if at least one response is not an error.
fn error(violations: &[Violation]) -> Option<String> {
    let exchanges = || violations.iter().flat_map(|violation| &violation.exchanges);
    let statuses = error_statuses(violations).filter(|_| exchanges().all(is_error))?;
    Some(if are_server_errors(exchanges()) {
        format!("a server error (status {statuses})")
    } else {
        format!("the status {statuses}")
    })
}
