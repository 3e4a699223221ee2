//! Collects the parts of preflights (origins, methods and header names) that a server grants, and finds the part for
//! which a server refuses a preflight.

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use super::super::facts::{
    ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, REQUEST_HEADERS, REQUEST_METHOD, elements,
    has_long_names, is_overloaded, requested_names, single,
};
use super::{allow_origin_values::has_value_for_origin, by_origin::ByOrigin};
use crate::{cases::Exchange, infrastructure::method::is_cors_safelisted_method};

/// The origins, methods and header names that preflight responses to allowed origins grant.
#[derive(Default)]
pub(in super::super) struct GrantedParts {
    /// Whether a preflight response has `Access-Control-Allow-Origin`.
    pub(super) has_allow_origin: bool,
    /// Whether a preflight response has a list of methods or of request headers.
    pub(super) has_lists: bool,
    methods: BTreeSet<String>,
    names: BTreeSet<String>,
    /// The origins that successful preflight responses allow.
    origins: BTreeSet<Vec<u8>>,
    /// The successful preflights in the usual form (see [`is_in_usual_form`]) whose requested header names are all
    /// granted.
    successful: BTreeSet<RequestedParts>,
    /// The permitted preflights in the usual form (see [`is_in_usual_form`]) that the server refuses.
    refused: BTreeSet<RequestedParts>,
    /// The methods in `Access-Control-Request-Method` of permitted preflights.
    permitted_methods: BTreeSet<String>,
    /// The header names in `Access-Control-Request-Headers` of permitted preflights.
    permitted_names: BTreeSet<String>,
    /// The methods in `Access-Control-Request-Method` of successful preflights. A preflight counts only if its response
    /// lists request headers.
    methods_with_names: BTreeSet<String>,
    methods_by_origin: ByOrigin,
    names_by_origin: ByOrigin,
    /// The header names that the server does not grant to a preflight that requests only this name, each with the origin of the
    /// preflight.
    refused_alone: BTreeSet<(Option<Vec<u8>>, String)>,
    /// Whether a successful preflight asks for a CORS-safelisted method and for at least one header name.
    safelisted_with_names: bool,
    /// Whether a successful preflight asks for a CORS-safelisted method, but not for header names.
    safelisted_without_names: bool,
}

/// The origin of a preflight, and the methods and header names that the preflight requests.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct RequestedParts {
    origin: Option<Vec<u8>>,
    methods: Vec<String>,
    names: BTreeSet<String>,
}

impl RequestedParts {
    fn new(preflight: &Exchange) -> Self {
        let request = &preflight.request.header_list;
        Self {
            origin: single(request, "origin"),
            methods: elements(request, REQUEST_METHOD),
            names: requested_names(preflight).into_iter().collect(),
        }
    }
}

impl GrantedParts {
    pub(super) fn insert(&mut self, preflight: &Exchange, is_permitted: bool) {
        let response = &preflight.response.header_list;
        let [methods, names] = [ALLOW_METHODS, ALLOW_HEADERS].map(|name| elements(response, name));
        self.has_allow_origin |= response.contains(ALLOW_ORIGIN);
        self.has_lists |= !methods.is_empty() || !names.is_empty();
        let parts = RequestedParts::new(preflight);
        if is_permitted && !is_overloaded(preflight) {
            self.permitted_names.extend(parts.names.iter().cloned());
            self.permitted_methods.extend(parts.methods.iter().cloned());
        }
        if !has_value_for_origin(preflight) || !preflight.response.status.is_success() {
            if is_permitted && is_in_usual_form(preflight) {
                self.insert_refused_alone(&parts);
                self.refused.insert(parts);
            }
            return;
        }
        self.origins.extend(parts.origin.clone());
        let has = |list: &[String], element: &str| {
            let mut list = list.iter();
            // A wildcard does not cover Authorization.
            let is_covered = !element.eq_ignore_ascii_case("authorization");
            list.any(|listed| (listed == "*" && is_covered) || listed.eq_ignore_ascii_case(element))
        };
        if !names.is_empty() {
            self.methods_with_names
                .extend(parts.methods.iter().cloned());
        }
        let mut methods_of_request = parts.methods.iter();
        if methods_of_request.any(|method| is_cors_safelisted_method(method.as_bytes())) {
            let has_names = !parts.names.is_empty();
            self.safelisted_with_names |= has_names;
            self.safelisted_without_names |= !has_names;
        }
        let granted = parts
            .methods
            .iter()
            .filter(|method| has(&methods, method) || is_cors_safelisted_method(method.as_bytes()));
        self.methods.extend(granted.cloned());
        if is_permitted {
            let origin = parts.origin.as_deref().unwrap_or_default();
            for method in &parts.methods {
                let is_granted =
                    has(&methods, method) || is_cors_safelisted_method(method.as_bytes());
                self.methods_by_origin.insert(origin, method, is_granted);
            }
            for name in &parts.names {
                self.names_by_origin.insert(origin, name, has(&names, name));
            }
            // A response also grants the names in its lists that the preflight does not request.
            for method in &methods {
                self.methods_by_origin.insert(origin, method, true);
            }
            for name in &names {
                let name = name.to_ascii_lowercase();
                self.names_by_origin.insert(origin, &name, true);
            }
        }
        let granted_names = parts.names.iter().filter(|name| has(&names, name));
        self.names.extend(granted_names.cloned());
        let are_granted = parts.names.iter().all(|name| has(&names, name));
        if !are_granted {
            self.insert_refused_alone(&parts);
        }
        if are_granted && is_in_usual_form(preflight) {
            self.successful.insert(parts);
        }
    }

    fn insert_refused_alone(&mut self, parts: &RequestedParts) {
        if parts.names.len() == 1 {
            let names = parts.names.iter().cloned();
            self.refused_alone
                .extend(names.map(|name| (parts.origin.clone(), name)));
        }
    }

    pub(in super::super) const fn methods(&self) -> &BTreeSet<String> {
        &self.methods
    }

    pub(in super::super) const fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    /// Whether the server grants a requested header name of the preflight to other origins, but never to the origin of the
    /// preflight.
    pub(in super::super) fn grants_names_only_to_others(&self, preflight: &Exchange) -> bool {
        let origin = single(&preflight.request.header_list, "origin").unwrap_or_default();
        let lacking = self.names_by_origin.lacking(&origin);
        let requested = requested_names(preflight);
        requested.iter().any(|name| lacking.contains(name))
    }

    pub(in super::super) const fn methods_by_origin(&self) -> &ByOrigin {
        &self.methods_by_origin
    }

    pub(in super::super) const fn names_by_origin(&self) -> &ByOrigin {
        &self.names_by_origin
    }

    /// Returns the methods that a permitted preflight asks for and that no preflight response grants.
    pub(in super::super) fn ungranted_methods(&self) -> impl Iterator<Item = String> {
        let ungranted = self.permitted_methods.difference(&self.methods);
        ungranted.cloned()
    }

    /// Returns the header names that a permitted preflight asks for and that no preflight response grants.
    pub(in super::super) fn ungranted_names(&self) -> impl Iterator<Item = String> {
        self.permitted_names.difference(&self.names).cloned()
    }

    /// Whether the server grants the requested header names of `preflight`, but only to preflights for other methods.
    /// If so, the method is the reason why the server denies `preflight`. If this method is CORS-safelisted, browsers do
    /// not check whether the server grants the method, so the error of the browser names a header instead.
    pub(in super::super) fn grants_names_of_other_methods(&self, preflight: &Exchange) -> bool {
        !self.lists_names_for_method(preflight)
            && !self.names.is_empty()
            && self.grants_names(preflight)
    }

    /// Whether a successful preflight response for the requested method of `preflight` lists request headers.
    fn lists_names_for_method(&self, preflight: &Exchange) -> bool {
        let requested = elements(&preflight.request.header_list, REQUEST_METHOD);
        let mut requested = requested.iter();
        requested.any(|method| self.methods_with_names.contains(method))
    }

    /// Returns the methods in `Access-Control-Request-Method` of successful preflights whose response lists request
    /// headers.
    pub(in super::super) const fn methods_with_names(&self) -> &BTreeSet<String> {
        &self.methods_with_names
    }

    /// Whether a preflight response grants the requested method of `preflight`.
    fn grants_method(&self, preflight: &Exchange) -> bool {
        let requested = elements(&preflight.request.header_list, REQUEST_METHOD);
        let mut requested = requested.iter();
        requested.all(|method| self.methods.contains(method))
    }

    /// Returns whether the requested method of `preflight` is CORS-safelisted. Returns `None` if the method is not the
    /// reason why the server refuses the preflight. There are two such cases:
    ///
    /// - A preflight response of the server grants the method.
    /// - The method is CORS-safelisted, and `preflight` does not ask for header names, but every successful preflight
    ///   for a CORS-safelisted method asks for header names. At least one such preflight is successful.
    pub(super) fn refused_method(&self, preflight: &Exchange) -> Option<bool> {
        let request = &preflight.request.header_list;
        let requested = elements(request, REQUEST_METHOD);
        let is_safelisted = requested
            .iter()
            .all(|method| is_cors_safelisted_method(method.as_bytes()));
        let has_names = !requested_names(preflight).is_empty();
        let is_of_names = is_safelisted
            && !has_names
            && self.safelisted_with_names
            && !self.safelisted_without_names;
        (!self.grants_method(preflight) && !is_of_names).then_some(is_safelisted)
    }

    /// Whether the server grants every requested header name of `preflight`. The grants can be in responses to several
    /// preflights.
    pub(super) fn grants_names(&self, preflight: &Exchange) -> bool {
        let mut requested = requested_names(preflight).into_iter();
        requested.all(|name| self.names.contains(&name))
    }

    /// Whether the server refuses every preflight from the origin of `preflight`, and the origin is the reason: a
    /// preflight with the same method and the same header names succeeds from another origin.
    pub(super) fn refuses_origin(&self, preflight: &Exchange) -> bool {
        let origin = RequestedParts::new(preflight).origin;
        let mut refused = self.refused.iter().filter(|parts| parts.origin == origin);
        let succeeds_otherwise = |refused: &RequestedParts| {
            let mut successful = self.successful.iter();
            successful.any(|other| other.methods == refused.methods && other.names == refused.names)
        };
        !self.grants_origin(preflight) && refused.any(succeeds_otherwise)
    }

    /// Whether the server refuses all preflights without header names, and no other preflights.
    pub(in super::super) fn requires_names(&self) -> bool {
        let has_names = |parts: &RequestedParts| !parts.names.is_empty();
        !self.refused.is_empty()
            && !self.successful.is_empty()
            && !self.refused.iter().any(has_names)
            && self.successful.iter().all(has_names)
    }

    /// Whether `preflight` requests several header names, and the server grants each of them, but only to preflights
    /// that request one name.
    pub(super) fn grants_only_single_names(&self, preflight: &Exchange) -> bool {
        let parts = RequestedParts::new(preflight);
        let is_granted_alone = |name: &String| {
            let of_origin = (parts.origin.clone(), name.clone());
            if self.refused_alone.contains(&of_origin) {
                return false;
            }
            let mut single = self
                .successful
                .iter()
                .filter(|parts| parts.names.len() == 1);
            single.any(|parts| parts.names.contains(name))
        };
        let mut successful = self.successful.iter();
        parts.names.len() > 1
            && self.grants_method(preflight)
            && parts.names.iter().all(is_granted_alone)
            && !successful.any(|parts| parts.names.len() > 1)
    }

    /// Whether the server grants the requested method of `preflight`, but never grants at least one of the requested header
    /// names.
    pub(super) fn refuses_only_names(&self, preflight: &Exchange) -> bool {
        self.grants_method(preflight) && !self.grants_names(preflight)
    }

    /// Whether the server grants request headers for a CORS-safelisted method that is not in `listed`, although `listed` has
    /// methods. A CORS-safelisted method that is not in the list is then not the reason for a failure.
    pub(super) fn needs_no_listed_method(&self, listed: &[String]) -> bool {
        let mut methods = self.methods_with_names.iter();
        !listed.is_empty()
            && methods.any(|method| {
                is_cors_safelisted_method(method.as_bytes()) && !listed.contains(method)
            })
    }

    /// Whether a successful preflight response allows the origin of `preflight`.
    pub(super) fn grants_origin(&self, preflight: &Exchange) -> bool {
        let origin = single(&preflight.request.header_list, "origin");
        origin.is_some_and(|origin| self.origins.contains(&origin))
    }

    /// Whether the server refuses a similar preflight in the usual form (see [`is_in_usual_form`]). The similar
    /// preflight has the origin and the method of `preflight`, and only header names that `preflight` also has. If
    /// so, the form of `preflight` is not the reason why the server refuses `preflight`.
    pub(in super::super) fn is_refused_in_usual_form(&self, preflight: &Exchange) -> bool {
        let parts = RequestedParts::new(preflight);
        let mut refused = self.refused.iter();
        refused.any(|refused| {
            refused.origin == parts.origin
                && refused.methods == parts.methods
                && refused.names.is_subset(&parts.names)
        })
    }

    /// Whether only the method explains why the server refuses `preflight`. This is the case if the server grants the
    /// origin and the header names of `preflight` in responses to other preflights, and the list of header names is not
    /// so long that the server could refuse it for its length.
    pub(in super::super) fn is_refused_for_method(&self, preflight: &Exchange) -> bool {
        self.grants_origin(preflight) && !has_long_names(preflight) && self.grants_names(preflight)
    }

    /// Whether only the header name `name` explains why the server refuses `preflight`. This is the case if the
    /// header names are not long, and the server grants the origin, the method and the other header names of
    /// `preflight` in responses to other preflights. A server that lists no request headers for the method can refuse the
    /// method: browsers do not need a list for GET, HEAD and POST.
    pub(in super::super) fn is_refused_for_name(&self, preflight: &Exchange, name: &str) -> bool {
        let mut others = requested_names(preflight)
            .into_iter()
            .filter(|other| other != name);
        self.grants_origin(preflight)
            && !has_long_names(preflight)
            && self.grants_method(preflight)
            && (self.methods_with_names.is_empty() || self.lists_names_for_method(preflight))
            && others.all(|other| self.names.contains(&other))
    }

    /// Whether the server grants the requested method and the requested header names of `preflight`. The grants can be
    /// in responses to several preflights.
    pub(in super::super) fn grants_otherwise(&self, preflight: &Exchange) -> bool {
        self.grants_method(preflight) && self.grants_names(preflight)
    }
}

/// Whether the requested header names are in one line without white space. Browsers send this form, but an intermediary
/// can change it.
fn is_in_usual_form(preflight: &Exchange) -> bool {
    let mut lines = preflight.request.header_list.values(REQUEST_HEADERS);
    let has_space = |line: &[u8]| line.iter().any(u8::is_ascii_whitespace);
    lines.next().is_none_or(|line| !has_space(line.as_bytes())) && lines.next().is_none()
}
