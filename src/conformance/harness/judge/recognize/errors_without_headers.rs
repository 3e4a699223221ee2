//! A server whose error responses, or responses to requests with credentials, lack the CORS headers only for some methods or
//! some allowed origins.

use alloc::{collections::BTreeSet, format, string::String};

use super::{
    Evidence,
    allowed_origins::credential_names,
    description::Description,
    facts::{ALLOW_ORIGIN, is_like_preflight, single},
    names::Names,
    wrong_values::error_statuses,
};
use crate::{
    cases::Exchange, conformance::harness::report::violation::Violation,
    explain::header_name::capitalized,
};

/// Returns the headers with credentials that requests need for a response with `Access-Control-Allow-Origin`. Returns nothing if a
/// request without these headers gets such a response. A request with several of these headers does not show which one is needed,
/// so it counts only if there is no other request.
pub(super) fn needed_credentials<'x>(
    requests: impl Iterator<Item = &'x Exchange>,
) -> BTreeSet<&'static str> {
    let answered = requests.filter(|exchange| exchange.response.header_list.contains(ALLOW_ORIGIN));
    let (mut single, mut several) = (BTreeSet::new(), BTreeSet::new());
    for exchange in answered {
        let names: BTreeSet<&str> = credential_names(&exchange.request).collect();
        match names.len() {
            0 => return BTreeSet::new(),
            1 => single.extend(names),
            _ => several.extend(names),
        }
    }
    if single.is_empty() { several } else { single }
}

impl Evidence<'_> {
    /// Describes the mistake if all error responses without the CORS headers have the same reason: the method of the
    /// request, or its origin.
    pub(super) fn errors_without_headers(&self, violations: &[Violation]) -> Option<Description> {
        let status = error_statuses(violations)
            .map_or_else(String::new, |status| format!(" (status {status})"));
        if let Some(names) = self.missing_credentials(violations) {
            let text = format!(
                "the server answers requests without {} with an error that lacks the CORS headers{status}",
                names.joined("and")
            );
            return Some(Description::new(text).about_names(&names));
        }
        if let Some(methods) = self.refused_methods(violations) {
            let text = format!(
                "the server answers requests with {} with an error that lacks the CORS headers{status}",
                methods.with_noun("method")
            );
            return Some(Description::new(text).about_names(&methods));
        }
        if let Some(requests) = self.headers_and_methods_with_errors(violations) {
            let text = format!(
                "the server answers requests with {requests} with an error that lacks the CORS headers{status}"
            );
            return Some(Description::new(text));
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
        let origins = explaining(violations, &errors.origins_without(), origin)?;
        let text = format!(
            "error responses to {} lack the CORS headers, but those to other allowed origins have them",
            origins.with_noun("origin")
        );
        Some(Description::new(text).about_names(&origins))
    }

    /// Returns the headers with credentials that requests of allowed pages need for a response with the CORS headers, if the last
    /// request of each violation has none of these headers.
    pub(super) fn missing_credentials(&self, violations: &[Violation]) -> Option<Names> {
        let needed = &self.needed_credentials;
        let has_none = |exchange: &Exchange| {
            !is_like_preflight(&exchange.request)
                && credential_names(&exchange.request).all(|name| !needed.contains(name))
        };
        let mut last = violations
            .iter()
            .map(|violation| violation.exchanges.last());
        let lack_all = last.all(|last| last.is_some_and(has_none));
        Names::new(needed.iter().map(|name| capitalized(name))).filter(|_| lack_all)
    }

    /// Names the headers of some violations and the methods of all others, if these are the reasons for the errors.
    fn headers_and_methods_with_errors(&self, violations: &[Violation]) -> Option<String> {
        let (mut headers, mut methods) = (BTreeSet::new(), BTreeSet::new());
        for violation in violations {
            let last = violation.exchanges.last()?;
            if let Some(of_error) = self.crashes.refusals.headers(last) {
                headers.extend(of_error);
            } else if self.allowed.refuses_method(last) {
                methods.insert(String::from(last.request.method.as_str()));
            } else {
                return None;
            }
        }
        let (headers, methods) = (Names::new(headers)?, Names::new(methods)?);
        Some(format!(
            "{}, and requests with {},",
            headers.joined("or"),
            methods.with_noun("method")
        ))
    }

    /// Returns the allowed origins whose requests with credentials never get the CORS headers, if those of another allowed origin
    /// get them, and each violation has one of these origins.
    pub(super) fn origins_without_credentials(&self, violations: &[Violation]) -> Option<Names> {
        let mut origins = BTreeSet::new();
        for violation in violations {
            let last = violation.exchanges.last()?;
            let origin = origin(last);
            for name in credential_names(&last.request) {
                let of_name = self.allowed.with_credentials.get(name)?;
                if !of_name.origins_without().contains(&*origin) {
                    return None;
                }
            }
            origins.insert(origin);
        }
        Names::new(origins)
    }
}

fn origin(exchange: &Exchange) -> String {
    let origin = single(&exchange.request.header_list, "origin").unwrap_or_default();
    String::from_utf8_lossy(&origin).into_owned()
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
