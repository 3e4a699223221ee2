//! Describes refused requests of allowed pages: the origins, the methods and the statuses.

use alloc::{collections::BTreeSet, format, string::String};

use http::{Method, StatusCode};

use super::{Evidence, facts::ALLOW_ORIGIN, names::Names, wrong_values::error_statuses};
use crate::{
    cases::Exchange,
    conformance::harness::{
        expectations::Expectations,
        judge::requests::origin_kind,
        report::{cause::Cause, request_kind::OriginKind, violation::Violation},
    },
    wording,
};

/// Returns the methods of requests without `Origin` or of the server's own pages that get a status from 200 to 299.
pub(super) fn methods_of_others<'x>(
    expectations: &Expectations,
    exchanges: impl Iterator<Item = &'x Exchange>,
) -> BTreeSet<String> {
    let of_others = exchanges.filter(|exchange| {
        let kind = origin_kind(expectations, &exchange.request);
        matches!(kind, OriginKind::Missing | OriginKind::Own)
            && exchange.response.status.is_success()
    });
    let methods = of_others.map(|exchange| exchange.request.method.as_str());
    methods.map(String::from).collect()
}

impl Evidence<'_> {
    /// Whether the server refuses a method only for allowed pages: each request with this method gets a client error without the
    /// CORS headers, but the server answers such requests of its own pages or without `Origin`. A CSRF check that compares
    /// `Origin` has this effect.
    pub(super) fn is_refused_method_of_pages(&self, violation: &Violation) -> bool {
        let last = violation.exchanges.last();
        last.is_some_and(|exchange| {
            let method = &exchange.request.method;
            exchange.response.status.is_client_error()
                && method != Method::GET
                && self.methods_of_others.contains(method.as_str())
                && self.allowed.refuses_method(exchange)
        })
    }

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

/// Returns the fix if the server answers each refused request with a server error, or if a response lacks the CORS headers.
pub(super) fn fix_of_refused_pages(violations: &[Violation]) -> Option<String> {
    if are_server_errors(violations) {
        return Some(String::from(
            "look for the reason of the server errors in the log of the server: only requests with the `Origin` of an allowed page get them",
        ));
    }
    let mut refused = violations
        .iter()
        .filter_map(|violation| violation.exchanges.last());
    let lacks_headers =
        refused.any(|exchange| !exchange.response.header_list.contains(ALLOW_ORIGIN));
    lacks_headers.then(|| {
        let advice = Cause::RefusesAllowedOrigin.advice();
        format!("{advice}; {}", wording::headers_on_errors!())
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
