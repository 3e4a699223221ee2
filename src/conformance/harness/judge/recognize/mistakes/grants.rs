//! Describes mistakes in the methods and request headers that preflight responses grant.

use alloc::{format, string::String, vec::Vec};

use super::{
    super::{
        Evidence,
        description::Description,
        facts::{
            ALLOW_HEADERS, ALLOW_METHODS, REQUEST_HEADERS, REQUEST_METHOD, elements, is_error,
        },
        letter_case, list_forms,
        names::{Names, are_server_errors, joined},
        violation_facts::is_any,
        wrong_values::error_statuses,
    },
    in_kebab_case, is_failed_fetch,
};
use crate::{
    cases::Exchange,
    conformance::harness::report::{cause::Cause, violation::Violation},
    infrastructure::method::is_cors_safelisted_method,
};

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
                let description = Description::new(text).about([in_kebab_case(granted)]);
                Some(self.with_failed_methods(description, violations))
            }
            Cause::GrantsAny => {
                let description = self.any_granted(violations)?;
                let description = self.with_failed_methods(description, violations);
                Some(self.with_failed_credentials(description, violations))
            }
            Cause::GrantsOtherThanPolicy => self.other_grants(violations),
            Cause::GrantsMoreThanPolicy | Cause::GrantsHarmless => self.granted(cause, true, true),
            Cause::GrantsOtherMethods => self.granted(cause, true, false),
            Cause::GrantsOtherHeaders => self.granted(cause, false, true),
            Cause::ListsOtherCase => {
                let failed = failed_fetches(violations);
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

    /// Adds the permitted methods that fail because the server reflects methods in another letter case.
    pub(super) fn with_failed_methods(
        &self,
        mut description: Description,
        violations: &[Violation],
    ) -> Description {
        let failed = || failed_fetches(violations);
        let expected = self.grants.expected_methods(failed());
        let Some([methods, _]) = letter_case::changed_methods(&expected, failed()) else {
            return description;
        };
        let fail = letter_case::failed_requests(&methods);
        description.text = format!("{}, {fail}", description.text);
        description.about_names(&methods)
    }

    /// Adds the permitted requests with credentials that fail because `*` is not a wildcard for them.
    fn with_failed_credentials(
        &self,
        mut description: Description,
        violations: &[Violation],
    ) -> Description {
        let failed = || failed_fetches(violations);
        if !self.expectations.spec.credentials {
            return description;
        }
        let methods = only_with_asterisk(failed(), REQUEST_METHOD, ALLOW_METHODS);
        let methods = methods.filter(|method| !is_cors_safelisted_method(method.as_bytes()));
        let methods = Names::new(methods);
        let headers = Names::new(only_with_asterisk(failed(), REQUEST_HEADERS, ALLOW_HEADERS));
        let parts = methods.iter().map(|names| names.with_noun("method"));
        let of_headers = headers
            .iter()
            .map(|names| names.with_noun("request header"));
        let parts: Vec<String> = parts.chain(of_headers).collect();
        if !parts.is_empty() {
            description.text = format!(
                "{}; requests with credentials and {} fail, because `*` is not a wildcard for them",
                description.text,
                joined(parts, "or")
            );
        }
        description.about(methods.iter().chain(&headers).flat_map(Names::iter))
    }

    /// Returns the fix for permitted methods that fail because the server reflects methods in another letter case.
    pub(in super::super) fn fix_of_failed_methods(
        &self,
        cause: Cause,
        violations: &[Violation],
    ) -> Option<String> {
        let is_reflection = matches!(cause, Cause::GrantsRequested | Cause::AllowsEverything);
        let failed = || failed_fetches(violations);
        is_reflection
            .then(|| letter_case::fix(&self.grants.expected_methods(failed()), failed()))
            .flatten()
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

/// Returns the exchanges of the permitted fetches that fail.
fn failed_fetches(violations: &[Violation]) -> impl Iterator<Item = &Exchange> + Clone {
    let failed = violations
        .iter()
        .filter(|violation| is_failed_fetch(violation));
    failed.flat_map(|violation| &violation.exchanges)
}

/// Returns the elements of the request header `requested` that the response does not list, although its list `granted` has `*`.
fn only_with_asterisk<'x>(
    exchanges: impl Iterator<Item = &'x Exchange>,
    requested: &'static str,
    granted: &'static str,
) -> impl Iterator<Item = String> {
    let with_asterisk = exchanges.filter(move |exchange| is_any(exchange, granted));
    with_asterisk.flat_map(move |exchange| {
        let listed = elements(&exchange.response.header_list, granted);
        let mut names = elements(&exchange.request.header_list, requested);
        names.retain(|name| {
            !listed
                .iter()
                .any(|listed| listed.eq_ignore_ascii_case(name))
        });
        names
    })
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
