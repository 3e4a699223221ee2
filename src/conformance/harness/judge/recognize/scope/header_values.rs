//! The values of response headers that a mistake concerns.

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use super::super::{
    facts::{ALLOW_HEADERS, ALLOW_METHODS, elements, joined_names, single},
    violation_facts::is_any,
};
use crate::{Failure, cases::Exchange, conformance::harness::report::violation::Violation};

/// The maximum length of the value of a response header in a scope.
const MAX_VALUE_CHARS: usize = 100;

/// Returns the list elements of the response header `name`. The word `origin` stands for the `Origin` of the request.
pub(super) fn values(exchange: &Exchange, name: &str) -> Vec<String> {
    let given = single(&exchange.request.header_list, "origin").unwrap_or_default();
    let mut values = elements(&exchange.response.header_list, name);
    for value in &mut values {
        *value = if value.as_bytes() == given {
            String::from("origin")
        } else {
            value.chars().take(MAX_VALUE_CHARS).collect()
        };
    }
    values
}

/// Returns the names that `Vary` lists more than once, in lower case.
pub(in super::super) fn repeated_names(exchange: &Exchange) -> BTreeSet<String> {
    let names = elements(&exchange.response.header_list, "vary").into_iter();
    let mut seen = BTreeSet::new();
    let names = names.map(|name| name.to_ascii_lowercase());
    names.filter(|name| !seen.insert(name.clone())).collect()
}

/// Returns the names of the list headers that are malformed, or that have a `*`.
pub(super) fn wrong_lists(violation: &Violation) -> Vec<&'static str> {
    let error = violation.error.as_ref().map(|error| error.failure());
    match error {
        Some(Failure::InvalidAllowMethodsPreflightResponse) => Vec::from([ALLOW_METHODS]),
        Some(Failure::InvalidAllowHeadersPreflightResponse) => Vec::from([ALLOW_HEADERS]),
        _ => {
            let mut names = Vec::from([ALLOW_METHODS, ALLOW_HEADERS]);
            names.retain(|name| {
                let mut exchanges = violation.exchanges.iter();
                exchanges.any(|exchange| {
                    let listed = elements(&exchange.response.header_list, name);
                    is_any(exchange, name)
                        || listed.iter().any(|element| joined_names(element).is_some())
                })
            });
            names
        }
    }
}
