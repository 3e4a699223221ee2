//! Finds server errors for preflights that request methods or header names that the policy does not permit.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

use super::{
    recognize::facts::{
        REQUEST_HEADERS, REQUEST_METHOD, elements, has_long_names, is_like_preflight,
        requested_names,
    },
    requests::origin_kind,
};
use crate::{
    cases::Exchange,
    conformance::harness::{expectations::Expectations, report::request_kind::OriginKind},
    infrastructure::method::is_cors_safelisted_method,
};

/// The parts of preflights that the policy does not permit, and on which a server fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unpermitted {
    Methods,
    Names,
    MethodsAndNames,
}

/// The unpermitted parts of the preflights of allowed origins.
#[derive(Debug, Default)]
pub(super) struct UnpermittedParts {
    /// The methods that the policy does not permit. The key is whether the server fails on the preflight.
    methods: BTreeMap<bool, BTreeSet<Vec<u8>>>,
    /// The lists of header names with a name that the policy does not permit, in preflights for a permitted method. The key is
    /// whether the server fails on the preflight.
    names: BTreeMap<bool, BTreeSet<Vec<u8>>>,
}

impl UnpermittedParts {
    pub(super) fn new<'x>(
        expectations: &Expectations,
        exchanges: impl Iterator<Item = &'x Exchange> + Clone,
        fails: impl Fn(&Exchange) -> bool,
    ) -> Self {
        let mut found = Self::default();
        if !exchanges.clone().any(&fails) {
            return found;
        }
        let preflights = exchanges.filter(|exchange| is_like_preflight(&exchange.request));
        for exchange in preflights {
            if origin_kind(expectations, &exchange.request) != OriginKind::Allowed {
                continue;
            }
            if let Some(method) = unpermitted_method(expectations, exchange) {
                found
                    .methods
                    .entry(fails(exchange))
                    .or_default()
                    .insert(method);
            } else if let Some(names) = unpermitted_names(expectations, exchange)
                && !has_long_names(exchange)
            {
                found
                    .names
                    .entry(fails(exchange))
                    .or_default()
                    .insert(names);
            }
        }
        found
    }

    /// Whether the exchange is a preflight for a method or a header name that the policy does not permit, and the server fails on
    /// each such preflight of an allowed origin.
    pub(super) fn explains(&self, expectations: &Expectations, exchange: &Exchange) -> bool {
        self.reason(expectations, core::iter::once(exchange))
            .is_some()
    }

    /// Returns the reason if the exchanges are preflights for methods or header names that the policy does not permit, and the
    /// server fails on each such preflight of an allowed origin.
    pub(super) fn reason<'x>(
        &self,
        expectations: &Expectations,
        exchanges: impl Iterator<Item = &'x Exchange> + Clone,
    ) -> Option<Unpermitted> {
        let has_method = |exchange: &Exchange| unpermitted_method(expectations, exchange).is_some();
        let has_name = |exchange: &Exchange| {
            unpermitted_names(expectations, exchange).is_some() || has_name_in_upper_case(exchange)
        };
        let (of_methods, of_names) = (always_fail(&self.methods), always_fail(&self.names));
        if !of_methods && !of_names {
            return None;
        }
        let reasons = [
            (Unpermitted::Methods, of_methods, false),
            (Unpermitted::Names, false, of_names),
            (Unpermitted::MethodsAndNames, of_methods, of_names),
        ];
        let found = reasons.into_iter().find(|(_, methods, names)| {
            (*methods || *names)
                && exchanges.clone().all(|exchange| {
                    (*methods && has_method(exchange)) || (*names && has_name(exchange))
                })
        });
        found.map(|(reason, ..)| reason)
    }
}

/// Whether the server fails on each preflight with such a part.
fn always_fail(tested: &BTreeMap<bool, BTreeSet<Vec<u8>>>) -> bool {
    let count = |fails: bool| tested.get(&fails).map_or(0, BTreeSet::len);
    count(true) > 1 && count(false) == 0
}

/// Returns the method that a preflight asks for, if the policy does not permit this method.
fn unpermitted_method(expectations: &Expectations, exchange: &Exchange) -> Option<Vec<u8>> {
    if !is_like_preflight(&exchange.request) {
        return None;
    }
    let method = exchange.request.header_list.get(REQUEST_METHOD)?;
    let text = core::str::from_utf8(&method).ok()?;
    let is_permitted =
        is_cors_safelisted_method(text.as_bytes()) || expectations.permits_method(text);
    (!is_permitted).then(|| method.to_vec())
}

/// Returns the header names that a preflight asks for, if the policy does not permit at least one of them.
fn unpermitted_names(expectations: &Expectations, exchange: &Exchange) -> Option<Vec<u8>> {
    if !is_like_preflight(&exchange.request) {
        return None;
    }
    let names = requested_names(exchange);
    let is_permitted = names.iter().all(|name| expectations.permits_name(name));
    (!is_permitted).then(|| names.join(",").into_bytes())
}

/// Whether a preflight asks for a name in upper case. A server that compares names byte for byte does not permit such a name.
fn has_name_in_upper_case(exchange: &Exchange) -> bool {
    let names = elements(&exchange.request.header_list, REQUEST_HEADERS);
    let mut bytes = names.iter().flat_map(|name| name.bytes());
    bytes.any(|byte| byte.is_ascii_uppercase())
}
