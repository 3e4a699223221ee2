//! Recognizes why preflight responses grant more than the policy permits.

mod kind;
mod reflected;

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::{String, ToString},
    vec::Vec,
};

use self::kind::{Kind, is_unrelated};
use super::{
    allowed_origins::granted_parts::GrantedParts,
    facts::{
        ALLOW_HEADERS, ALLOW_METHODS, REQUEST_METHOD, allows_origin, elements, is_like_preflight,
        is_overloaded, joined_names, requested_names,
    },
};
use crate::{
    cases::Exchange,
    conformance::{
        harness::{
            expectations::Expectations,
            judge::requests::origin_kind,
            report::{cause::Cause, request_kind::OriginKind},
        },
        laws::support::harmless_grants::{is_harmless_method, is_harmless_name},
    },
    infrastructure::{
        forbidden::is_forbidden_request_header,
        method::{is_cors_safelisted_method, is_forbidden_method, normalize},
    },
};

/// The methods and request headers that the server grants although the policy does not permit them.
pub(super) struct Grants<'e> {
    expectations: &'e Expectations,
    methods: Kind,
    /// The methods in upper case, because some servers reflect the requested method in another letter case.
    methods_in_upper_case: Kind,
    names: Kind,
    /// The header names of the preflights for each method.
    names_by_method: BTreeMap<String, Kind>,
    /// The header names in responses with an error status. A preflight with such a response fails, so these names are
    /// not granted.
    names_on_errors: Kind,
    /// The unpermitted methods, in upper case, that the server refuses in a preflight that requests header names.
    methods_refused_with_names: BTreeSet<String>,
}

impl<'e> Grants<'e> {
    pub(super) fn new<'x>(
        expectations: &'e Expectations,
        granted: &GrantedParts,
        exchanges: impl Iterator<Item = &'x Exchange>,
    ) -> Self {
        let mut grants = Self {
            expectations,
            methods: Kind::default(),
            methods_in_upper_case: Kind::default(),
            names: Kind::default(),
            names_by_method: BTreeMap::new(),
            names_on_errors: Kind::default(),
            methods_refused_with_names: BTreeSet::new(),
        };
        for exchange in exchanges {
            grants.insert(granted, exchange);
        }
        grants
    }

    fn insert(&mut self, granted: &GrantedParts, exchange: &Exchange) {
        let is_allowed = origin_kind(self.expectations, &exchange.request) == OriginKind::Allowed;
        if !exchange.request.is_preflight() || !is_allowed || is_overloaded(exchange) {
            return;
        }
        let request = &exchange.request.header_list;
        let [methods, names] = self.beyond(exchange);
        let expectations = self.expectations;
        let requested_names = requested_names(exchange);
        let has_names = !requested_names.is_empty();
        let is_refused_for_method = granted.is_refused_for_method(exchange);
        let requested = elements(request, REQUEST_METHOD);
        let granted_in_upper_case = self.granted_in_upper_case(exchange);
        if has_names && is_refused_for_method {
            let mut refused = in_upper_case(&requested);
            refused.retain(|method| {
                is_unpermitted_in_any_case(expectations, method)
                    && !granted_in_upper_case.contains(method)
            });
            self.methods_refused_with_names.extend(refused);
        }
        self.methods.insert(
            &requested,
            &methods,
            |method| is_unpermitted_method(expectations, method),
            // Some servers check the method only if the preflight requests header names. A refusal with header names
            // does not show that the server checks every method.
            |_| is_refused_for_method && !has_names,
        );
        self.methods_in_upper_case.insert(
            &in_upper_case(&requested),
            &granted_in_upper_case,
            |method| is_unpermitted_in_any_case(expectations, method),
            |_| is_refused_for_method && !has_names,
        );
        let of_method = requested.first().filter(|_| requested.len() == 1);
        let of_method =
            of_method.map(|method| self.names_by_method.entry(method.clone()).or_default());
        for kind in of_method.into_iter().chain([&mut self.names]) {
            kind.insert(
                &requested_names,
                &names,
                |name| is_unpermitted_name(expectations, name),
                |name| granted.is_refused_for_name(exchange, name),
            );
        }
        if !exchange.response.status.is_success() {
            let names = self.unpermitted_names(exchange);
            self.names_on_errors.insert(
                &requested_names,
                &names,
                |name| is_unpermitted_name(expectations, name),
                |_| !names.is_empty(),
            );
        }
    }

    /// Returns the methods and the header names that the response grants although the policy does not permit them.
    fn beyond(&self, exchange: &Exchange) -> [Vec<String>; 2] {
        if !allows_origin(exchange) || !exchange.response.status.is_success() {
            return [Vec::new(), Vec::new()];
        }
        let mut methods = elements(&exchange.response.header_list, ALLOW_METHODS);
        methods.retain(|method| is_unpermitted_method(self.expectations, method));
        [methods, self.unpermitted_names(exchange)]
    }

    /// Returns the methods that the response grants in any letter case, in upper case, although the policy does not permit
    /// them.
    fn granted_in_upper_case(&self, exchange: &Exchange) -> Vec<String> {
        if !allows_origin(exchange) || !exchange.response.status.is_success() {
            return Vec::new();
        }
        let mut methods = in_upper_case(&elements(&exchange.response.header_list, ALLOW_METHODS));
        methods.retain(|method| is_unpermitted_in_any_case(self.expectations, method));
        methods
    }

    /// Returns the header names in the response that the policy does not permit.
    fn unpermitted_names(&self, exchange: &Exchange) -> Vec<String> {
        let names = elements(&exchange.response.header_list, ALLOW_HEADERS).into_iter();
        let names = names.map(|name| name.to_ascii_lowercase());
        let names = names.filter(|name| is_unpermitted_name(self.expectations, name));
        names.collect()
    }

    /// Whether the responses grant unpermitted methods, and whether they grant unpermitted header names.
    pub(super) fn unpermitted_lists(&self, exchanges: &[Exchange]) -> [bool; 2] {
        let (mut has_methods, mut has_names) = (false, false);
        for exchange in exchanges {
            let [methods, names] = self.beyond(exchange);
            has_methods |= !methods.is_empty();
            has_names |= !names.is_empty();
        }
        [has_methods, has_names]
    }

    /// Whether a preflight response grants `*` although the policy does not permit this.
    pub(super) fn grants_any(&self, exchanges: &[Exchange]) -> bool {
        let preflights = exchanges
            .iter()
            .filter(|exchange| is_like_preflight(&exchange.request));
        let mut all = preflights.flat_map(|exchange| self.beyond(exchange));
        all.any(|elements| elements.iter().any(|element| element == "*"))
    }

    /// Returns why the responses grant more than the policy permits. Returns `None` if the policy permits all grants.
    pub(super) fn cause(&self, exchanges: &[Exchange]) -> Option<Cause> {
        let (mut methods, mut names) = (Vec::new(), Vec::new());
        for exchange in exchanges {
            let [more_methods, more_names] = self.beyond(exchange);
            methods.extend(more_methods);
            names.extend(more_names);
        }
        if self.grants_any(exchanges) {
            return Some(Cause::GrantsAny);
        }
        if (!methods.is_empty() && self.reflects_methods())
            || (!names.is_empty() && self.reflects_granted_names())
        {
            return Some(Cause::GrantsRequested);
        }
        if methods.is_empty() && names.is_empty() {
            return None;
        }
        methods.retain(|method| !is_harmless_method(method.as_bytes()));
        names.retain(|name| !is_harmless_name(name.as_bytes()));
        if methods.is_empty() && names.is_empty() {
            return Some(Cause::GrantsHarmless);
        }
        let permitted = self.permitted_methods();
        // A list of methods does not depend on the requested method, so such a server compares no method.
        let is_of_list = |method: &String| {
            self.methods.unrequested.contains(method) && !is_other_case(method, &permitted)
        };
        let has_other_method = methods
            .iter()
            .any(|method| is_unrelated(method, &permitted) || is_of_list(method));
        let listed = self.permitted_names();
        // A server that grants an invented name does not compare a part of a name with the policy.
        let grants_invented_method = self.methods.grants_invented_name(&permitted);
        let grants_invented_name = self.names.grants_invented_name(&listed);
        let has_other_method = has_other_method || (grants_invented_method && !methods.is_empty());
        let has_other_name = (grants_invented_name && !names.is_empty())
            || names
                .iter()
                .any(|name| is_unrelated(name, &listed) || self.names.unrequested.contains(name));
        if methods
            .iter()
            .any(|method| joins_permitted(method, &permitted))
            || names.iter().any(|name| joins_permitted(name, &listed))
        {
            return Some(Cause::MalformedLists);
        }
        let of_prefix = self.prefix().filter(|_| methods.is_empty());
        if of_prefix.is_some_and(|prefix| names.iter().all(|name| name.starts_with(prefix))) {
            return Some(Cause::GrantsOtherHeaders);
        }
        let is_granted_only_with_others =
            |name: &String| self.names.is_granted_only_with_others(name);
        match (has_other_method, has_other_name) {
            (true, true) => Some(Cause::GrantsMoreThanPolicy),
            (true, false) => Some(Cause::GrantsOtherMethods),
            (false, true) if self.expectations.permits_any_name() => {
                Some(Cause::GrantsAuthorization)
            }
            (false, true)
                if !grants_invented_name && names.iter().all(is_granted_only_with_others) =>
            {
                Some(Cause::ChecksOneHeader)
            }
            (false, true) => Some(Cause::GrantsOtherHeaders),
            (false, false) => match (methods.first(), names.first()) {
                (Some(method), _) if is_other_case(method, &permitted) => {
                    // The method differs from a permitted method only in letter case. A server that also grants methods
                    // that are not requested has a list with the wrong letter case. A server that grants only requested
                    // methods ignores the letter case.
                    Some(if self.methods.unrequested.is_empty() {
                        Cause::IgnoresMethodCase
                    } else {
                        Cause::ListsOtherCase
                    })
                }
                (Some(_), _) => Some(Cause::ComparesPartOfMethod),
                (None, Some(_)) => Some(Cause::ComparesPartOfHeader),
                (None, None) => None,
            },
        }
    }

    /// Returns the methods and the header names that the server grants although the policy does not permit them. If
    /// `is_harmless` is true, returns only the harmless methods and names. If `is_harmless` is false, returns only the
    /// methods and names that are not harmless.
    pub(super) fn named(&self, has_methods: bool, has_names: bool, is_harmless: bool) -> Vec<&str> {
        let methods =
            self.methods.beyond.iter().filter(|method| {
                has_methods && is_harmless_method(method.as_bytes()) == is_harmless
            });
        let names = self.names.beyond.iter();
        let names =
            names.filter(|name| has_names && is_harmless_name(name.as_bytes()) == is_harmless);
        methods.chain(names).map(String::as_str).collect()
    }

    /// Returns the header names that the policy lists, in lower case.
    fn permitted_names(&self) -> Vec<String> {
        let listed = self.expectations.spec.request_headers.iter();
        listed.map(|name| name.to_ascii_lowercase()).collect()
    }

    /// Returns the unpermitted names of one list if the other list has `*`. Such a response has one finding, which is about `*`.
    pub(super) fn named_beside_asterisk(&self) -> Vec<&str> {
        let (methods, names) = (&self.methods, &self.names);
        let has_methods = names.granted_any && !(methods.granted_any || self.reflects_methods());
        let has_names = methods.granted_any && !(names.granted_any || self.reflects_names());
        let mut named = self.named(has_methods, has_names, false);
        named.retain(|name| *name != "*");
        named
    }

    /// Returns the methods that the server should list in the given responses. If the policy permits any method, these are the
    /// requested methods.
    pub(super) fn expected_methods<'x>(
        &self,
        exchanges: impl Iterator<Item = &'x Exchange>,
    ) -> Vec<String> {
        if !self.expectations.spec.methods.is_any() {
            return self.permitted_methods();
        }
        let requested =
            exchanges.flat_map(|exchange| elements(&exchange.request.header_list, REQUEST_METHOD));
        let distinct: BTreeSet<String> = requested.collect();
        distinct.into_iter().collect()
    }

    pub(super) fn permitted_methods(&self) -> Vec<String> {
        let safelisted = ["GET", "HEAD", "POST"].map(|method| method.to_string());
        let listed = self.expectations.spec.methods.entries().iter().cloned();
        safelisted.into_iter().chain(listed).collect()
    }
}

fn is_unpermitted_method(expectations: &Expectations, method: &str) -> bool {
    let bytes = method.as_bytes();
    !expectations.spec.methods.is_any()
        && normalize(bytes) == bytes
        && !is_forbidden_method(bytes)
        && !is_cors_safelisted_method(bytes)
        && !expectations.permits_method(method)
}

/// Whether the policy does not permit the header name, which is in lower case.
fn is_unpermitted_name(expectations: &Expectations, name: &str) -> bool {
    let is_permitted =
        expectations.permits_name(name) || (expectations.permits_any_name() && name == "*");
    !is_permitted && !is_forbidden_request_header(name.as_bytes(), b"")
}

/// Whether the policy does not permit the method, which is in upper case, in any letter case.
fn is_unpermitted_in_any_case(expectations: &Expectations, method: &str) -> bool {
    let listed = expectations.spec.methods.entries();
    is_unpermitted_method(expectations, method)
        && !listed
            .iter()
            .any(|listed| listed.eq_ignore_ascii_case(method))
}

fn in_upper_case(methods: &[String]) -> Vec<String> {
    methods
        .iter()
        .map(|method| method.to_ascii_uppercase())
        .collect()
}

/// Whether `element` joins several permitted names with another character than a comma. Letter case does not matter.
fn joins_permitted(element: &str, permitted: &[String]) -> bool {
    let is_permitted = |name: &&str| {
        let mut permitted = permitted.iter();
        permitted.any(|permitted| permitted.eq_ignore_ascii_case(name))
    };
    joined_names(element).is_some_and(|names| names.iter().all(is_permitted))
}

fn is_other_case(method: &str, permitted: &[String]) -> bool {
    let mut permitted = permitted.iter();
    permitted.any(|permitted| permitted.eq_ignore_ascii_case(method))
}
