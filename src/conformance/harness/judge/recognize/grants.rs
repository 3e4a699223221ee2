//! Recognizes why preflight responses grant more than the policy permits.

use alloc::{
    collections::BTreeSet,
    string::{String, ToString},
    vec::Vec,
};

use super::facts::{
    ALLOW_HEADERS, ALLOW_METHODS, REQUEST_HEADERS, REQUEST_METHOD, allows_origin, elements,
    is_overloaded,
};
use crate::{
    cases::Exchange,
    conformance::{
        harness::{expectations::Expectations, report::cause::Cause},
        laws::support::harmless_grants::{is_harmless_method, is_harmless_name},
    },
    infrastructure::{
        forbidden::is_forbidden_request_header,
        method::{is_cors_safelisted_method, is_forbidden_method, normalize},
    },
};

/// The grants of the server beyond the policy: methods and request headers that the policy does not permit.
pub(super) struct Grants<'e> {
    expectations: &'e Expectations,
    methods: Kind,
    names: Kind,
}

/// The requested elements of one kind (methods or header names) that the policy does not permit.
#[derive(Default)]
struct Kind {
    /// The unpermitted elements that the server grants if a preflight requests them.
    granted: BTreeSet<String>,
    /// The unpermitted elements that the server does not grant if a preflight requests them.
    refused: BTreeSet<String>,
    /// The refused elements of preflights that request only one unpermitted element.
    refused_alone: BTreeSet<String>,
    /// Whether the server grants an element that the preflight does not request. Preflights without a list do not
    /// count: some servers copy the list of a preflight, and send a fixed list if the preflight does not have a list.
    has_unrequested: bool,
    /// All unpermitted elements that the server grants, even if no preflight requests them.
    beyond: BTreeSet<String>,
    /// Whether the server grants `*`.
    granted_any: bool,
}

impl Kind {
    /// Inserts the unpermitted elements of a preflight and of its response. `has_list` is whether the preflight requests any element.
    fn insert(&mut self, has_list: bool, requested: &[String], granted: &[String]) {
        let mut unrequested = granted.iter();
        self.has_unrequested |= has_list && unrequested.any(|element| !requested.contains(element));
        self.beyond.extend(granted.iter().cloned());
        self.granted_any |= granted.iter().any(|element| element == "*");
        for element in requested {
            let side = if granted.contains(element) {
                &mut self.granted
            } else {
                &mut self.refused
            };
            side.insert(element.clone());
        }
        // If a preflight requests several unpermitted elements, some servers refuse an element because of a different
        // element of the same preflight. So only a preflight with one unpermitted element counts.
        if let [only] = requested
            && !granted.contains(only)
        {
            self.refused_alone.insert(only.clone());
        }
    }

    /// Whether the server grants every requested element. Returns false if the server granted only one element, because
    /// one example is not enough.
    fn is_reflected(&self) -> bool {
        !self.has_unrequested && self.granted.len() > 1 && self.refused.is_empty()
    }
}

impl<'e> Grants<'e> {
    pub(super) fn new<'x>(
        expectations: &'e Expectations,
        exchanges: impl Iterator<Item = &'x Exchange>,
    ) -> Self {
        let mut grants = Self {
            expectations,
            methods: Kind::default(),
            names: Kind::default(),
        };
        for exchange in exchanges {
            grants.insert(exchange);
        }
        grants
    }

    fn insert(&mut self, exchange: &Exchange) {
        let origin = exchange.request.header_list.get("origin");
        let origin = origin.map(|origin| String::from_utf8_lossy(&origin).into_owned());
        let is_allowed = origin.is_some_and(|origin| {
            self.expectations.lets_read(&origin, false)
                || self.expectations.lets_read(&origin, true)
        });
        if !exchange.request.is_preflight() || !is_allowed || is_overloaded(exchange) {
            return;
        }
        let request = &exchange.request.header_list;
        let [methods, names] = self.beyond(exchange);
        let requested = self.unpermitted_methods(elements(request, REQUEST_METHOD));
        self.methods.insert(true, &requested, &methods);
        let requested = elements(request, REQUEST_HEADERS);
        let has_list = !requested.is_empty();
        let requested = self.unpermitted_names(requested);
        self.names.insert(has_list, &requested, &names);
    }

    /// Returns the methods and the header names that the response grants although the policy does not permit them.
    fn beyond(&self, exchange: &Exchange) -> [Vec<String>; 2] {
        if !allows_origin(exchange) || !exchange.response.status.is_success() {
            return [Vec::new(), Vec::new()];
        }
        let response = &exchange.response.header_list;
        [
            self.unpermitted_methods(elements(response, ALLOW_METHODS)),
            self.unpermitted_names(elements(response, ALLOW_HEADERS)),
        ]
    }

    fn unpermitted_methods(&self, mut methods: Vec<String>) -> Vec<String> {
        let is_any = self.expectations.spec.methods.is_any();
        methods.retain(|method| {
            let bytes = method.as_bytes();
            !is_any
                && normalize(bytes) == bytes
                && !is_forbidden_method(bytes)
                && !is_cors_safelisted_method(bytes)
                && !self.expectations.permits_method(method)
        });
        methods
    }

    fn unpermitted_names(&self, names: Vec<String>) -> Vec<String> {
        let is_any = self.expectations.permits_any_name();
        let names = names.into_iter().map(|name| name.to_ascii_lowercase());
        let unpermitted = names.filter(|name| {
            let is_permitted = self.expectations.permits_name(name) || (is_any && name == "*");
            !is_permitted && !is_forbidden_request_header(name.as_bytes(), b"")
        });
        unpermitted.collect()
    }

    /// Whether the server grants every requested header name.
    pub(super) fn reflects_names(&self) -> bool {
        self.names.is_reflected()
    }

    /// Returns true if the server grants every requested method, and also if it grants every requested header name.
    pub(super) fn reflects(&self) -> bool {
        self.methods.is_reflected() || self.names.is_reflected()
    }

    /// Describes the kinds of requested elements that the server grants without a comparison. Returns `None` if it grants
    /// no kind in this way.
    pub(super) fn described_reflection(&self) -> Option<&'static str> {
        let grants_all = |kind: &Kind| kind.is_reflected() || kind.granted_any;
        match (grants_all(&self.methods), grants_all(&self.names)) {
            (true, true) => Some("method and request header"),
            (true, false) => Some("method"),
            (false, true) => Some("request header"),
            (false, false) => None,
        }
    }

    /// Whether a response grants `*` although the policy does not permit this.
    pub(super) fn grants_any(&self, exchanges: &[Exchange]) -> bool {
        let mut all = exchanges.iter().flat_map(|exchange| self.beyond(exchange));
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
        let has_other_method = methods
            .iter()
            .any(|method| is_unrelated(method, &permitted));
        let listed = &self.expectations.spec.request_headers;
        let listed: Vec<String> = listed
            .iter()
            .map(|name| name.to_ascii_lowercase())
            .collect();
        let has_other_name = names.iter().any(|name| is_unrelated(name, &listed));
        let is_checked_alone = |name: &String| self.names.refused_alone.contains(name);
        match (has_other_method, has_other_name) {
            (true, true) => Some(Cause::GrantsMoreThanPolicy),
            (true, false) => Some(Cause::GrantsOtherMethods),
            (false, true) if self.expectations.permits_any_name() => {
                Some(Cause::GrantsAuthorization)
            }
            (false, true) if names.iter().all(is_checked_alone) => Some(Cause::ChecksOneHeader),
            (false, true) => Some(Cause::GrantsOtherHeaders),
            (false, false) => match (methods.first(), names.first()) {
                (Some(method), _) if is_other_case(method, &permitted) => {
                    // There are two possible causes. If the server also lists methods that are not requested, it lists
                    // the method in another letter case than the policy. If the server lists only requested methods, it
                    // ignores the letter case of the requested method.
                    Some(if self.methods.has_unrequested {
                        Cause::ListsOtherCase
                    } else {
                        Cause::IgnoresMethodCase
                    })
                }
                (Some(_), _) => Some(Cause::ComparesPartOfMethod),
                (None, Some(_)) => Some(Cause::ComparesPartOfHeader),
                (None, None) => None,
            },
        }
    }

    /// Returns the methods and the header names that the server grants although the policy does not permit them: either
    /// the harmless elements, or the other elements.
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

    fn permitted_methods(&self) -> Vec<String> {
        let safelisted = ["GET", "HEAD", "POST"].map(|method| method.to_string());
        let listed = self.expectations.spec.methods.entries().iter().cloned();
        safelisted.into_iter().chain(listed).collect()
    }
}

/// Whether the element is unlike every permitted element: neither text contains the other text, even without regard to case.
fn is_unrelated(element: &str, permitted: &[String]) -> bool {
    let element = element.to_ascii_lowercase();
    let mut permitted = permitted
        .iter()
        .map(|permitted| permitted.to_ascii_lowercase());
    !permitted.any(|permitted| permitted.contains(&element) || element.contains(&permitted))
}

fn is_other_case(method: &str, permitted: &[String]) -> bool {
    let mut permitted = permitted.iter();
    permitted.any(|permitted| permitted.eq_ignore_ascii_case(method))
}
