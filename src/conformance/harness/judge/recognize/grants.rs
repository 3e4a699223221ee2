//! Recognizes why preflight responses grant more than the policy permits.

use alloc::{
    collections::BTreeSet,
    string::{String, ToString},
    vec::Vec,
};

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
    names: Kind,
    /// The header names in responses with an error status. A preflight with such a response fails, so these names are
    /// not granted.
    names_on_errors: Kind,
    /// Whether the server refuses an unpermitted method in a preflight that requests header names.
    refuses_method_with_names: bool,
}

/// The grants and refusals of unpermitted methods, or of unpermitted header names.
#[derive(Default)]
struct Kind {
    /// The unpermitted names (of methods or headers) that a preflight asks for, and that the response grants.
    granted: BTreeSet<String>,
    /// The unpermitted names that the server grants to a preflight without other names.
    granted_alone: BTreeSet<String>,
    /// The unpermitted names. Each name is the only possible reason for the refusal of at least one preflight.
    refused: BTreeSet<String>,
    /// The unpermitted names that the server grants to a preflight with other names. A preflight without names does not
    /// count: some servers copy the names of a preflight, and send a fixed list only if the preflight has no names.
    unrequested: BTreeSet<String>,
    /// All unpermitted names that the server grants, even if no preflight asks for these names.
    beyond: BTreeSet<String>,
    /// Whether the server grants `*`.
    granted_any: bool,
}

impl Kind {
    /// Adds the names that a preflight requests, and the unpermitted names that its response grants. `is_unpermitted`
    /// returns true for a name that the policy does not permit. `is_only_reason` returns true for a name if nothing else
    /// in the preflight explains a refusal.
    fn insert(
        &mut self,
        requested: &[String],
        granted: &[String],
        is_unpermitted: impl Fn(&str) -> bool,
        is_only_reason: impl Fn(&str) -> bool,
    ) {
        let unrequested = granted
            .iter()
            .filter(|element| !requested.is_empty() && !requested.contains(element));
        self.unrequested.extend(unrequested.cloned());
        self.beyond.extend(granted.iter().cloned());
        self.granted_any |= granted.iter().any(|element| element == "*");
        for element in requested.iter().filter(|element| is_unpermitted(element)) {
            if granted.contains(element) {
                self.granted.insert(element.clone());
                if requested.len() == 1 {
                    self.granted_alone.insert(element.clone());
                }
            } else if is_only_reason(element) {
                self.refused.insert(element.clone());
            }
        }
    }

    /// Whether the server grants `name` only to preflights that also request other names. The result is true only if at
    /// least one name is granted in one response and refused in another response.
    fn is_granted_only_with_others(&self, name: &String) -> bool {
        !self.granted.is_disjoint(&self.refused)
            && !self.granted_alone.contains(name)
            && !self.unrequested.contains(name)
    }

    /// Whether the server grants every requested name. Returns false if only one unpermitted name was requested,
    /// because one example is not enough.
    fn is_reflected(&self) -> bool {
        self.unrequested.is_empty() && self.granted.len() > 1 && self.refused.is_empty()
    }
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
            names: Kind::default(),
            names_on_errors: Kind::default(),
            refuses_method_with_names: false,
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
        self.refuses_method_with_names |= has_names
            && is_refused_for_method
            && requested.iter().any(|method| {
                is_unpermitted_method(expectations, method) && !methods.contains(method)
            });
        self.methods.insert(
            &requested,
            &methods,
            |method| is_unpermitted_method(expectations, method),
            // Some servers check the method only if the preflight requests header names. A refusal with header names
            // does not show that the server checks every method.
            |_| is_refused_for_method && !has_names,
        );
        self.names.insert(
            &requested_names,
            &names,
            |name| is_unpermitted_name(expectations, name),
            |name| granted.is_refused_for_name(exchange, name),
        );
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

    /// Returns the header names in the response that the policy does not permit.
    fn unpermitted_names(&self, exchange: &Exchange) -> Vec<String> {
        let names = elements(&exchange.response.header_list, ALLOW_HEADERS).into_iter();
        let names = names.map(|name| name.to_ascii_lowercase());
        let names = names.filter(|name| is_unpermitted_name(self.expectations, name));
        names.collect()
    }

    /// Whether preflight responses have every requested header name. Responses with an error status count only if no
    /// preflight response refuses a name.
    pub(super) fn reflects_names(&self) -> bool {
        let is_refused = !self.names.refused.is_empty();
        self.names.is_reflected() || (!is_refused && self.names_on_errors.is_reflected())
    }

    /// Returns the beginning of header names, such as `x-`, if the server grants every requested name with this
    /// beginning, and refuses another name.
    pub(super) fn prefix(&self) -> Option<&str> {
        let Kind {
            granted,
            refused,
            unrequested,
            ..
        } = &self.names;
        let mut others = granted.iter();
        let first = others.next()?;
        let hyphens = first.match_indices('-');
        let mut prefixes = hyphens.filter_map(|(at, _)| first.get(..=at));
        let prefix =
            prefixes.find(|prefix| !refused.iter().any(|name| name.starts_with(prefix)))?;
        let is_shown = granted.len() > 1 && !refused.is_empty() && unrequested.is_empty();
        (is_shown && others.all(|name| name.starts_with(prefix))).then_some(prefix)
    }

    /// Whether the server grants every requested method, or every requested header name.
    pub(super) fn reflects(&self) -> bool {
        self.methods.is_reflected() || self.names.is_reflected()
    }

    /// Returns the kind of names of which the server grants every requested name.
    pub(super) fn reflected(&self) -> Option<&'static str> {
        if self.methods.is_reflected() {
            Some("method")
        } else {
            self.names.is_reflected().then_some("header name")
        }
    }

    /// Returns the kinds of names (methods, request headers or both) that the server grants without a comparison with
    /// the policy. Returns `None` if the server compares both kinds.
    pub(super) fn described_reflection(&self) -> Option<&'static str> {
        let grants_all_methods = self.methods.is_reflected() || self.methods.granted_any;
        let grants_all_names = self.reflects_names() || self.names.granted_any;
        match (grants_all_methods, grants_all_names) {
            (true, true) => Some("method and header name"),
            (true, false) if self.refuses_method_with_names => {
                Some("method if the preflight requests no headers")
            }
            (true, false) => Some("method"),
            (false, true) => Some("header name"),
            (false, false) => None,
        }
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
        if (!methods.is_empty() && self.methods.is_reflected())
            || (!names.is_empty() && self.names.is_reflected())
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
        let listed = &self.expectations.spec.request_headers;
        let listed: Vec<String> = listed
            .iter()
            .map(|name| name.to_ascii_lowercase())
            .collect();
        let has_other_name = names
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
            (false, true) if names.iter().all(is_granted_only_with_others) => {
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

/// Whether `element` contains no permitted name, and no permitted name contains `element`. Letter case does not matter.
fn is_unrelated(element: &str, permitted: &[String]) -> bool {
    let element = element.to_ascii_lowercase();
    let mut permitted = permitted
        .iter()
        .map(|permitted| permitted.to_ascii_lowercase());
    !permitted.any(|permitted| permitted.contains(&element) || element.contains(&permitted))
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
