//! Recognizes why permitted fetches fail. Reads the responses to requests of allowed origins.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};

use http::{Method, StatusCode};

use super::facts::{
    ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, REQUEST_HEADERS, REQUEST_METHOD, allows_origin,
    elements, has_credentials, is_overloaded, needs_login, single,
};
use crate::{
    Failure,
    cases::Exchange,
    conformance::harness::{
        expectations::Expectations,
        judge::requests::origin_kind,
        report::{cause::Cause, request_kind::OriginKind, violation::Violation},
    },
    infrastructure::{
        method::is_cors_safelisted_method,
        origin::{Origin, TupleOrigin},
        response::is_redirect_status,
    },
};

/// The answers of the server to requests of allowed origins.
pub(super) struct AllowedOrigins<'e> {
    expectations: &'e Expectations,
    /// The first value of `Access-Control-Allow-Origin` in any response, even in a response to a denied origin.
    first_value: Option<Vec<u8>>,
    has_several_values: bool,
    /// Whether requests of different origins got a response with `Access-Control-Allow-Origin`.
    has_several_receivers: bool,
    first_receiver: Option<Vec<u8>>,
    /// Whether a response to an allowed origin has `Access-Control-Allow-Origin`.
    has_headers: bool,
    /// Whether a response to a request other than OPTIONS has `Access-Control-Allow-Origin`.
    has_actual_headers: bool,
    /// The values of `Access-Control-Allow-Origin` that are wrong for the allowed origin of the request. Each value has
    /// the mistake that explains it.
    wrong_values: BTreeMap<Vec<u8>, Cause>,
    /// Whether a response to a request other than OPTIONS has a status from 200 to 299.
    has_success: bool,
    /// Whether at least one response is not a redirect.
    has_other_than_redirect: bool,
    /// The allowed origins that got a response with a correct `Access-Control-Allow-Origin`.
    allowed: BTreeSet<Vec<u8>>,
    /// The origins of requests whose response shows whether the server allows the origin.
    judged: BTreeSet<Vec<u8>>,
    /// For each request: whether a response allows the origin of the request, and whether a response lacks
    /// `Access-Control-Allow-Origin`. Equal requests have one entry, so both facts can be true.
    answers: BTreeMap<String, (bool, bool)>,
    granted: Granted,
}

/// The methods and header names that preflight responses to allowed origins grant.
#[derive(Default)]
struct Granted {
    /// Whether a preflight response has `Access-Control-Allow-Origin`.
    has_allow_origin: bool,
    /// Whether a preflight response has a status of 500 or more.
    has_server_error: bool,
    /// Whether a preflight response has a list of methods or of request headers.
    has_lists: bool,
    methods: BTreeSet<String>,
    names: BTreeSet<String>,
    /// The methods in `Access-Control-Request-Method` of permitted preflights.
    permitted_methods: BTreeSet<String>,
    /// The header names in `Access-Control-Request-Headers` of permitted preflights.
    permitted_names: BTreeSet<String>,
    /// The methods in `Access-Control-Request-Method` of successful preflights. A preflight counts only if its response
    /// lists request headers.
    methods_with_names: BTreeSet<String>,
    /// Whether a successful preflight asks for a CORS-safelisted method and for at least one header name.
    safelisted_with_names: bool,
    /// Whether a successful preflight asks for a CORS-safelisted method, but not for header names.
    safelisted_without_names: bool,
}

impl<'e> AllowedOrigins<'e> {
    pub(super) fn new<'x>(
        expectations: &'e Expectations,
        exchanges: impl Iterator<Item = &'x Exchange> + Clone,
    ) -> Self {
        let mut origins = Self {
            expectations,
            first_value: None,
            has_several_values: false,
            has_several_receivers: false,
            first_receiver: None,
            has_headers: false,
            has_actual_headers: false,
            wrong_values: BTreeMap::new(),
            has_success: false,
            has_other_than_redirect: false,
            allowed: BTreeSet::new(),
            judged: BTreeSet::new(),
            answers: BTreeMap::new(),
            granted: Granted::default(),
        };
        for exchange in exchanges.clone() {
            origins.insert(exchange);
        }
        let wrong = exchanges.filter(|exchange| {
            origin_kind(expectations, &exchange.request) == OriginKind::Allowed
                && !allows_origin(exchange)
        });
        for exchange in wrong {
            if let Some(value) = single(&exchange.response.header_list, ALLOW_ORIGIN) {
                let cause = origins.wrong_value(exchange);
                origins.wrong_values.entry(value).or_insert(cause);
            }
        }
        origins
    }

    fn insert(&mut self, exchange: &Exchange) {
        let Some(origin) = single(&exchange.request.header_list, "origin") else {
            return;
        };
        let response = &exchange.response.header_list;
        if let Some(value) = single(response, ALLOW_ORIGIN) {
            let first = self.first_value.get_or_insert_with(|| value.clone());
            self.has_several_values |= *first != value;
            let first = self.first_receiver.get_or_insert_with(|| origin.clone());
            self.has_several_receivers |= *first != origin;
        }
        if origin_kind(self.expectations, &exchange.request) != OriginKind::Allowed {
            return;
        }
        let is_preflight = exchange.request.is_preflight();
        let status = exchange.response.status;
        self.has_headers |= response.contains(ALLOW_ORIGIN);
        let is_options = exchange.request.method == Method::OPTIONS;
        self.has_actual_headers |= !is_options && response.contains(ALLOW_ORIGIN);
        self.has_success |= !is_options && status.is_success();
        self.has_other_than_redirect |= !is_redirect_status(status);
        let is_allowed = allows_origin(exchange);
        if !is_overloaded(exchange) {
            let answers = self.answers.entry(key(exchange)).or_default();
            answers.0 |= is_allowed;
            answers.1 |= !response.contains(ALLOW_ORIGIN);
        }
        let parsed = Origin::parse(&*origin);
        if parsed.is_ok_and(|parsed| self.expectations.has_usable_host(&parsed))
            && !is_overloaded(exchange)
            && !needs_login(exchange)
        {
            self.judged.insert(origin.clone());
        }
        if is_preflight {
            let is_permitted = self.permits(&origin, exchange);
            self.granted.insert(exchange, is_permitted);
        }
        if is_allowed {
            self.allowed.insert(origin);
        }
    }

    /// Whether the policy permits, without credentials, a request from `origin` with the requested method and the
    /// requested header names of `preflight`.
    fn permits(&self, origin: &[u8], preflight: &Exchange) -> bool {
        let request = &preflight.request.header_list;
        let methods = elements(request, REQUEST_METHOD);
        let names = elements(request, REQUEST_HEADERS);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let origin = String::from_utf8_lossy(origin);
        let mut methods = methods.iter();
        methods.all(|method| self.expectations.permits(&origin, method, &names, false))
    }

    /// Returns the allowed origins that the server denies in every response.
    pub(super) fn denied_origins(&self) -> impl Iterator<Item = String> {
        let denied = self.judged.difference(&self.allowed);
        denied.map(|origin| String::from_utf8_lossy(origin).into_owned())
    }

    pub(super) const fn granted_methods(&self) -> &BTreeSet<String> {
        &self.granted.methods
    }

    pub(super) const fn granted_headers(&self) -> &BTreeSet<String> {
        &self.granted.names
    }

    /// Returns the methods that a permitted preflight asks for and that no preflight response grants.
    pub(super) fn ungranted_methods(&self) -> impl Iterator<Item = String> {
        let granted = &self.granted;
        let ungranted = granted.permitted_methods.difference(&granted.methods);
        ungranted.cloned()
    }

    /// Returns the header names that a permitted preflight asks for and that no preflight response grants.
    pub(super) fn ungranted_headers(&self) -> impl Iterator<Item = String> {
        let granted = &self.granted;
        granted.permitted_names.difference(&granted.names).cloned()
    }

    /// Whether requests of different origins got this value of `Access-Control-Allow-Origin`, and no request got
    /// another value.
    fn is_constant(&self, value: &[u8]) -> bool {
        self.has_several_receivers
            && !self.has_several_values
            && self.first_value.as_deref() == Some(value)
    }

    /// Returns the origins that the policy allows and that the server also allows.
    pub(super) fn origins(&self) -> impl Iterator<Item = String> {
        let origins = self.allowed.iter();
        origins.map(|origin| String::from_utf8_lossy(origin).into_owned())
    }

    /// Whether the policy allows the origin `page`, and a response of the server also allows this origin.
    pub(super) fn allows(&self, page: &str) -> bool {
        self.allowed.contains(page.as_bytes())
    }

    /// Whether only preflight responses have CORS headers, although other requests get a status from 200 to 299.
    pub(super) const fn has_headers_only_on_preflights(&self) -> bool {
        self.has_headers && !self.has_actual_headers && self.has_success
    }

    /// Returns the mistake of a response to a denied origin, if responses to allowed origins have the same wrong value of
    /// `Access-Control-Allow-Origin`.
    pub(super) fn same_wrong_value(&self, exchanges: &[Exchange]) -> Option<Cause> {
        let mut exchanges = exchanges.iter();
        exchanges.find_map(|exchange| {
            let value = single(&exchange.response.header_list, ALLOW_ORIGIN)?;
            self.wrong_values.get(&value).copied()
        })
    }

    /// Whether preflights of allowed origins get server errors, and no preflight succeeds.
    pub(super) fn fails_on_preflights(&self) -> bool {
        self.granted.has_server_error && self.granted.methods.is_empty()
    }

    /// Returns the mistake if the server sends the same `Access-Control-Allow-Origin` to every origin. Returns `None`
    /// if the server sends different values, or always sends `*`.
    pub(super) fn constant(&self, exchanges: &[Exchange]) -> Option<Cause> {
        let mut exchanges = exchanges.iter();
        let exchange = exchanges.find(|exchange| {
            let value = single(&exchange.response.header_list, ALLOW_ORIGIN);
            value.is_some_and(|value| value != b"*" && self.is_constant(&value))
        })?;
        Some(self.wrong_value(exchange))
    }

    /// Whether no preflight response lists methods or request headers, although the policy permits both.
    pub(super) fn lacks_lists(&self) -> bool {
        let spec = &self.expectations.spec;
        let has_methods = spec.methods.is_any() || !spec.methods.entries().is_empty();
        !self.granted.has_lists && has_methods && !spec.request_headers.is_empty()
    }

    /// Returns why a permitted fetch fails.
    pub(super) fn failure(&self, violation: &Violation) -> Cause {
        let (Some(error), Some(last)) = (&violation.error, violation.exchanges.last()) else {
            return if violation.unanswered.is_some() {
                Cause::NoResponse
            } else {
                Cause::OtherFailure
            };
        };
        if violation.unanswered.is_some() {
            return Cause::NoResponse;
        }
        match error.failure() {
            Failure::MethodDisallowedByPreflightResponse => self.lacking_method(last),
            Failure::HeaderDisallowedByPreflightResponse => self.lacking_name(last),
            Failure::InvalidAllowMethodsPreflightResponse
            | Failure::InvalidAllowHeadersPreflightResponse => Cause::MalformedLists,
            Failure::MultipleAllowOriginValues | Failure::PreflightMultipleAllowOriginValues => {
                several_values(last)
            }
            Failure::InvalidAllowCredentials | Failure::PreflightInvalidAllowCredentials => {
                Cause::LacksCredentials
            }
            Failure::WildcardOriginNotAllowed | Failure::PreflightWildcardOriginNotAllowed => {
                Cause::WildcardWithCredentials
            }
            Failure::PreflightInvalidStatus
            | Failure::PreflightDisallowedRedirect
            | Failure::PreflightMissingAllowOriginHeader => self.failed_preflight(last),
            Failure::MissingAllowOriginHeader => self.missing_headers(last),
            Failure::AllowOriginMismatch
            | Failure::PreflightAllowOriginMismatch
            | Failure::InvalidAllowOriginValue
            | Failure::PreflightInvalidAllowOriginValue => self.wrong_value(last),
            _ => Cause::OtherFailure,
        }
    }

    fn lacking_method(&self, preflight: &Exchange) -> Cause {
        let listed = elements(&preflight.response.header_list, ALLOW_METHODS);
        let requested = elements(&preflight.request.header_list, REQUEST_METHOD);
        let mut methods = requested.iter();
        let is_other_case = methods.any(|method| {
            let mut listed = listed.iter();
            listed.any(|listed| listed.eq_ignore_ascii_case(method))
        });
        if listed.contains(&String::from("*")) {
            Cause::WildcardListWithCredentials
        } else if is_other_case {
            Cause::ListsOtherCase
        } else if self.lacks_lists() {
            Cause::LacksPreflightGrants
        } else {
            Cause::LacksMethod
        }
    }

    fn lacking_name(&self, preflight: &Exchange) -> Cause {
        let listed = elements(&preflight.response.header_list, ALLOW_HEADERS);
        let requested = elements(&preflight.request.header_list, REQUEST_HEADERS);
        let has = |name: &str| {
            let mut listed = listed.iter();
            listed.any(|listed| listed.eq_ignore_ascii_case(name))
        };
        let lacks_authorization =
            requested.iter().any(|name| name == "authorization") && !has("authorization");
        // The policy permits every request header and lists Authorization, but does not allow credentials. The server
        // can then send `*`, and must also list Authorization.
        let can_be_any =
            self.expectations.permits_any_name() && !self.expectations.spec.credentials;
        let is_named = lacks_authorization && can_be_any;
        if has("*") && !is_named {
            Cause::WildcardListWithCredentials
        } else if self.lacks_lists() {
            Cause::LacksPreflightGrants
        } else if self.grants_names_of_other_methods(preflight) {
            Cause::LacksSafelistedMethod
        } else {
            Cause::LacksRequestHeader
        }
    }

    /// Whether the server grants the requested header names only to preflights for methods other than the requested
    /// method. If the requested method is CORS-safelisted, browsers do not check whether the server grants the method.
    /// So the error of the browser is about a header name, although the server denied the preflight because of its
    /// method.
    pub(super) fn grants_names_of_other_methods(&self, preflight: &Exchange) -> bool {
        let requested = elements(&preflight.request.header_list, REQUEST_METHOD);
        let mut requested = requested.iter();
        let has_names = requested.any(|method| self.granted.methods_with_names.contains(method));
        !has_names && !self.granted.names.is_empty() && self.grants_names(preflight)
    }

    /// Returns the mistake of a response with an `Access-Control-Allow-Credentials` that is not `true`.
    pub(super) fn useless_credentials(&self) -> Cause {
        if self.expectations.spec.credentials {
            Cause::LacksCredentials
        } else {
            Cause::UselessHeaders
        }
    }

    /// Returns why a preflight fails if its response has an error status or lacks `Access-Control-Allow-Origin`.
    fn failed_preflight(&self, preflight: &Exchange) -> Cause {
        if !self.has_headers && self.has_success {
            return Cause::NoCorsHeaders;
        }
        if !self.has_other_than_redirect {
            return Cause::RedirectsEverything;
        }
        let is_any_granted = !self.granted.methods.is_empty();
        if is_any_granted {
            if self.is_denied(preflight) {
                return Cause::DeniesAllowedOrigin;
            }
            if self.is_unstable(preflight) {
                return Cause::UnstableAnswers;
            }
            match self.refused_method(preflight) {
                Some(is_safelisted) if is_safelisted => return Cause::LacksSafelistedMethod,
                Some(_) => return Cause::LacksMethod,
                None => {}
            }
            if !self.grants_names(preflight) {
                return Cause::LacksRequestHeader;
            }
        }
        let status = preflight.response.status;
        match status.as_u16() {
            _ if is_redirect_status(status) => Cause::RedirectsPreflights,
            401 => Cause::AuthenticatesPreflights,
            404 | 405 => Cause::MissesPreflights,
            300.. => Cause::RefusesPreflights,
            _ if self.granted.has_allow_origin => Cause::LacksHeadersOnSomeResponses,
            _ => Cause::IgnoresPreflights,
        }
    }

    /// Returns why a response lacks `Access-Control-Allow-Origin`.
    fn missing_headers(&self, exchange: &Exchange) -> Cause {
        let status = exchange.response.status;
        let is_error = status.is_client_error() || status.is_server_error();
        if !self.has_headers && self.has_success {
            return Cause::NoCorsHeaders;
        }
        if !self.has_other_than_redirect {
            return Cause::RedirectsEverything;
        }
        if self.has_headers_only_on_preflights() {
            return Cause::LacksHeadersOnSomeResponses;
        }
        if self.is_unstable(exchange) {
            return Cause::UnstableAnswers;
        }
        // A server behind a login sends status 401 to every origin, so status 401 does not show that the server denies
        // the origin.
        let is_of_login = status == StatusCode::UNAUTHORIZED;
        if self.has_headers && !is_of_login && self.is_denied(exchange) {
            return Cause::DeniesAllowedOrigin;
        }
        if is_redirect_status(status) {
            Cause::LacksHeadersOnRedirects
        } else if is_error {
            Cause::LacksHeadersOnErrors
        } else if has_credentials(exchange) {
            Cause::LacksHeadersWithCredentials
        } else {
            Cause::LacksHeadersOnSomeResponses
        }
    }

    /// Whether no response of the server allows the origin of the exchange.
    fn is_denied(&self, exchange: &Exchange) -> bool {
        let origin = single(&exchange.request.header_list, "origin");
        origin.is_some_and(|origin| !self.allowed.contains(&origin))
    }

    /// Whether equal requests got different responses: one response allows the origin, and another response lacks
    /// `Access-Control-Allow-Origin`.
    fn is_unstable(&self, exchange: &Exchange) -> bool {
        self.answers.get(&key(exchange)) == Some(&(true, true))
    }

    /// Whether a preflight response grants the requested method of `preflight`.
    fn grants_method(&self, preflight: &Exchange) -> bool {
        let requested = elements(&preflight.request.header_list, REQUEST_METHOD);
        let mut requested = requested.iter();
        requested.all(|method| self.granted.methods.contains(method))
    }

    /// Returns whether the requested method of `preflight` is CORS-safelisted. Returns `None` if the method is not the
    /// reason why the server refuses the preflight. There are two such cases:
    ///
    /// - A preflight response of the server grants the method.
    /// - The method is CORS-safelisted, `preflight` does not ask for header names, and the successful preflights for
    ///   CORS-safelisted methods all ask for header names.
    fn refused_method(&self, preflight: &Exchange) -> Option<bool> {
        let request = &preflight.request.header_list;
        let requested = elements(request, REQUEST_METHOD);
        let is_safelisted = requested
            .iter()
            .all(|method| is_cors_safelisted_method(method.as_bytes()));
        let has_names = !elements(request, REQUEST_HEADERS).is_empty();
        let is_of_names = is_safelisted
            && !has_names
            && self.granted.safelisted_with_names
            && !self.granted.safelisted_without_names;
        (!self.grants_method(preflight) && !is_of_names).then_some(is_safelisted)
    }

    /// Whether the server grants every requested header name of `preflight`, even if the grants are in responses to
    /// different preflights.
    fn grants_names(&self, preflight: &Exchange) -> bool {
        let requested = elements(&preflight.request.header_list, REQUEST_HEADERS);
        let mut requested = requested.iter().map(|name| name.to_ascii_lowercase());
        requested.all(|name| self.granted.names.contains(&name))
    }

    /// Whether the server grants the requested method and the requested header names of `preflight`, even if the grants
    /// are in responses to different preflights.
    pub(super) fn grants_otherwise(&self, preflight: &Exchange) -> bool {
        self.grants_method(preflight) && self.grants_names(preflight)
    }

    /// Returns the mistake in an `Access-Control-Allow-Origin` that does not equal the origin of the allowed page.
    fn wrong_value(&self, exchange: &Exchange) -> Cause {
        let Some(value) = single(&exchange.response.header_list, ALLOW_ORIGIN) else {
            return Cause::RepeatsAllowOrigin;
        };
        let text = String::from_utf8_lossy(&value);
        let is_origin = |text: &str| TupleOrigin::parse(text.as_bytes()).is_ok();
        if value == b"null" && self.is_constant(&value) {
            return Cause::SendsNull;
        }
        let is_pair = text.contains([',', ' ']);
        let without_port = [":443", ":80"]
            .into_iter()
            .find_map(|port| text.strip_suffix(port));
        let origin = single(&exchange.request.header_list, "origin").unwrap_or_default();
        let without_scheme = format!("://{text}");
        if is_pair {
            several_values(exchange)
        } else if text.strip_suffix('/').is_some_and(is_origin) {
            Cause::OriginWithSlash
        } else if !is_origin(&text) && without_port.is_some_and(is_origin) {
            Cause::OriginWithPort
        } else if text.contains('*') {
            Cause::SendsPattern
        } else if !text.is_empty() && origin.ends_with(without_scheme.as_bytes()) {
            Cause::OriginWithoutScheme
        } else if !self.is_constant(&value) {
            // If the value is the origin of another allowed page, the response is probably from a cache. A response can
            // be from a cache only if the request is not a preflight and `Vary` does not list `Origin`.
            let is_of_other_page = is_origin(&text) && self.expectations.lets_read(&text, false);
            if is_of_other_page && !exchange.request.is_preflight() && !varies_by_origin(exchange) {
                Cause::LacksVary
            } else {
                Cause::OtherAllowOrigin
            }
        } else if self.expectations.lets_read(&text, false) {
            Cause::ConstantOrigin
        } else {
            Cause::WrongConstantOrigin
        }
    }
}

impl Granted {
    fn insert(&mut self, preflight: &Exchange, is_permitted: bool) {
        let response = &preflight.response.header_list;
        let [methods, names] = [ALLOW_METHODS, ALLOW_HEADERS].map(|name| elements(response, name));
        self.has_allow_origin |= response.contains(ALLOW_ORIGIN);
        self.has_server_error |= preflight.response.status.is_server_error();
        self.has_lists |= !methods.is_empty() || !names.is_empty();
        let request = &preflight.request.header_list;
        if is_permitted && !is_overloaded(preflight) {
            let names = elements(request, REQUEST_HEADERS).into_iter();
            let names = names.map(|name| name.to_ascii_lowercase());
            self.permitted_names.extend(names);
            self.permitted_methods
                .extend(elements(request, REQUEST_METHOD));
        }
        if !allows_origin(preflight) || !preflight.response.status.is_success() {
            return;
        }
        let has = |list: &[String], element: &str| {
            let mut list = list.iter();
            // A wildcard does not cover Authorization.
            let is_covered = !element.eq_ignore_ascii_case("authorization");
            list.any(|listed| (listed == "*" && is_covered) || listed.eq_ignore_ascii_case(element))
        };
        let requested = elements(request, REQUEST_METHOD);
        if !names.is_empty() {
            self.methods_with_names.extend(requested.iter().cloned());
        }
        let mut methods_of_request = requested.iter();
        if methods_of_request.any(|method| is_cors_safelisted_method(method.as_bytes())) {
            let has_names = !elements(request, REQUEST_HEADERS).is_empty();
            self.safelisted_with_names |= has_names;
            self.safelisted_without_names |= !has_names;
        }
        let granted = requested
            .into_iter()
            .filter(|method| has(&methods, method) || is_cors_safelisted_method(method.as_bytes()));
        self.methods.extend(granted);
        let requested = elements(request, REQUEST_HEADERS).into_iter();
        let requested = requested.map(|name| name.to_ascii_lowercase());
        self.names
            .extend(requested.filter(|name| has(&names, name)));
    }
}

/// Whether the `Vary` of the response lists `Origin` or is `*`.
fn varies_by_origin(exchange: &Exchange) -> bool {
    let listed = elements(&exchange.response.header_list, "vary");
    let mut listed = listed.iter();
    listed.any(|name| name == "*" || name.eq_ignore_ascii_case("origin"))
}

/// Returns the mistake of a response whose `Access-Control-Allow-Origin` has several values.
pub(super) fn several_values(exchange: &Exchange) -> Cause {
    let Some(line) = single(&exchange.response.header_list, ALLOW_ORIGIN) else {
        return Cause::RepeatsAllowOrigin;
    };
    let text = String::from_utf8_lossy(&line);
    let values: Vec<&str> = text
        .split([',', ' '])
        .filter(|value| !value.is_empty())
        .collect();
    let distinct: BTreeSet<&&str> = values.iter().collect();
    let mut origins = values.iter();
    let are_origins = origins.all(|value| TupleOrigin::parse(value.as_bytes()).is_ok());
    if values.len() < 2 {
        Cause::OriginWithComma
    } else if are_origins && distinct.len() == values.len() {
        Cause::SendsList
    } else {
        Cause::RepeatsAllowOrigin
    }
}

/// Returns, as text, the parts of a request that can change the decision of a server. Requests with the same text count
/// as equal.
fn key(exchange: &Exchange) -> String {
    let request = &exchange.request;
    let mut key = format!("{} {}", request.method, request.url);
    for name in [
        "origin",
        REQUEST_METHOD,
        REQUEST_HEADERS,
        "cookie",
        "authorization",
    ] {
        let value = request.header_list.get(name).unwrap_or_default();
        key += &format!("\n{}", value.escape_ascii());
    }
    key
}
