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

/// The methods and request headers that the server grants although the policy does not permit them.
pub(super) struct Grants<'e> {
    expectations: &'e Expectations,
    methods: Kind,
    names: Kind,
}

/// The grants and refusals of unpermitted methods, or of unpermitted header names.
#[derive(Default)]
struct Kind {
    /// The unpermitted names (of methods or headers) that a preflight asks for, and that the response grants.
    granted: BTreeSet<String>,
    /// The unpermitted names that a preflight asks for, and that the response does not grant.
    refused: BTreeSet<String>,
    /// The refused names of the preflights that ask for exactly one unpermitted name.
    refused_alone: BTreeSet<String>,
    /// Whether the server grants an unpermitted name that the preflight does not ask for. A preflight without names
    /// does not count: some servers copy the names of a preflight, and send a fixed list only if the preflight has no
    /// names.
    has_unrequested: bool,
    /// All unpermitted names that the server grants, even if no preflight asks for these names.
    beyond: BTreeSet<String>,
    /// Whether the server grants `*`.
    granted_any: bool,
}

impl Kind {
    /// Adds the unpermitted names of a preflight (`requested`) and of its response (`granted`). `has_list` is true if
    /// the preflight asks for at least one name, permitted or not.
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
        // If a preflight asks for several unpermitted names, the server possibly refuses all of them because of one
        // name. So only a preflight with one unpermitted name shows that the server refuses this name.
        if let [only] = requested
            && !granted.contains(only)
        {
            self.refused_alone.insert(only.clone());
        }
    }

    /// Whether the server grants every requested name. Returns false if only one unpermitted name was requested,
    /// because one example is not enough.
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

    pub(super) fn reflects_names(&self) -> bool {
        self.names.is_reflected()
    }

    /// Whether the server grants every requested method, or every requested header name.
    pub(super) fn reflects(&self) -> bool {
        self.methods.is_reflected() || self.names.is_reflected()
    }

    /// Returns the kinds of names (methods, request headers or both) that the server grants without a comparison with
    /// the policy. Returns `None` if the server compares both kinds.
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
                    // The method differs from a permitted method only in letter case. A server that also grants methods
                    // that are not requested has a list with the wrong letter case. A server that grants only requested
                    // methods ignores the letter case.
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

    fn permitted_methods(&self) -> Vec<String> {
        let safelisted = ["GET", "HEAD", "POST"].map(|method| method.to_string());
        let listed = self.expectations.spec.methods.entries().iter().cloned();
        safelisted.into_iter().chain(listed).collect()
    }
}

/// Whether `element` contains no permitted name, and no permitted name contains `element`. Letter case does not matter.
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
