//! Collects the answers of the server to requests of allowed origins.

pub(super) mod allow_origin_values;
pub(super) mod by_origin;
mod failed_fetches;
pub(super) mod granted_parts;
mod sent_headers;

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use http::Method;

use self::{
    allow_origin_values::{AllowOriginValues, has_value_for_origin, names_origin_in_other_form},
    granted_parts::GrantedParts,
    sent_headers::SentHeaders,
};
use super::facts::{
    ALLOW_ORIGIN, EXPOSE_HEADERS, REQUEST_HEADERS, REQUEST_METHOD, elements, has_credentials,
    is_about_resource, is_cors_header, is_error, is_overloaded, needs_login, single,
};
use crate::{
    cases::Exchange,
    conformance::harness::{
        expectations::Expectations,
        judge::{request_parts::parts, requests::origin_kind},
        probes::probe::CREDENTIALS,
        report::request_kind::OriginKind,
    },
    fetching::HttpRequest,
    infrastructure::{origin::Origin, response::is_redirect_status},
};

/// The answers of the server to requests of allowed origins.
pub(super) struct AllowedOrigins<'e> {
    expectations: &'e Expectations,
    /// Whether a response to an allowed origin has `Access-Control-Allow-Origin`.
    has_headers: bool,
    /// Whether a response to a request other than OPTIONS has `Access-Control-Allow-Origin`.
    has_actual_headers: bool,
    /// Whether a response to a request other than OPTIONS has a status from 200 to 299.
    pub(super) has_success: bool,
    /// Whether a request without credentials, and with a method other than OPTIONS, gets a status from 200 to 299.
    has_success_without_login: bool,
    /// Whether a response to a request other than OPTIONS has `Access-Control-Expose-Headers`.
    exposes_headers: bool,
    /// Whether a preflight response has `Access-Control-Expose-Headers`.
    exposes_on_preflights: bool,
    /// The names of the CORS headers in the responses that allow the origin.
    sent: BTreeSet<String>,
    /// The names of the CORS headers in responses without an error that lack `Access-Control-Allow-Origin`. Preflight
    /// responses do not count.
    sent_without_allow_origin: BTreeSet<String>,
    /// Whether at least one response is not a redirect.
    has_other_than_redirect: bool,
    /// The origins, allowed by the policy, whose requests got a response that shows whether the server allows the origin
    /// (see [`shows_no_decision`](Self::shows_no_decision)).
    answered: BTreeSet<Vec<u8>>,
    /// The allowed origins that got a response that allows them (see [`has_value_for_origin`]), or that names them in another
    /// form (see [`names_origin_in_other_form`]).
    allowed: BTreeSet<Vec<u8>>,
    /// The origins in `answered` with a request other than OPTIONS.
    answered_in_requests: BTreeSet<Vec<u8>>,
    /// The origins in `allowed` that the server allows in a response to a request other than OPTIONS.
    allowed_in_requests: BTreeSet<Vec<u8>>,
    /// The URLs and methods, other than OPTIONS, for which at least one response allows the origin of the request.
    routes_with_headers: BTreeSet<Route>,
    /// The methods, other than OPTIONS, of requests that get an error without `Access-Control-Allow-Origin`.
    failed_methods: BTreeSet<String>,
    /// The methods, other than OPTIONS, of requests that get another answer.
    answered_methods: BTreeSet<String>,
    /// The methods of requests without credentials, other than OPTIONS. For each method: whether a response without an
    /// error allows the origin, and whether such a response lacks `Access-Control-Allow-Origin`.
    methods: BTreeMap<String, (bool, bool)>,
    /// The origins of requests whose response shows whether the server allows the origin.
    judged: BTreeSet<Vec<u8>>,
    /// For each request: whether a response allows the origin of the request, and whether a response lacks
    /// `Access-Control-Allow-Origin`. Equal requests have one entry, so both facts can be true. An answer about the state
    /// of a resource does not count as a response that lacks the header.
    answers: BTreeMap<String, (bool, bool)>,
    /// For each method other than OPTIONS, and each listed or usual origin: whether a response has a status from 200 to 299.
    pub(super) successes: BTreeMap<(String, Vec<u8>), bool>,
    pub(super) granted: GrantedParts,
    /// Whether a preflight of a listed or usual origin gets a server error.
    has_failed_preflight: bool,
    pub(super) values: AllowOriginValues<'e>,
    /// The error responses to requests without credentials.
    pub(super) errors: SentHeaders,
    /// For each header with credentials: the responses with a status from 200 to 299 to requests of listed or usual origins with
    /// this header.
    pub(super) with_credentials: BTreeMap<&'static str, SentHeaders>,
}

impl<'e> AllowedOrigins<'e> {
    pub(super) fn new<'x>(
        expectations: &'e Expectations,
        exchanges: impl Iterator<Item = &'x Exchange> + Clone,
    ) -> Self {
        let mut origins = Self {
            expectations,
            has_headers: false,
            has_actual_headers: false,
            has_success: false,
            has_success_without_login: false,
            exposes_headers: false,
            exposes_on_preflights: false,
            sent: BTreeSet::new(),
            sent_without_allow_origin: BTreeSet::new(),
            has_other_than_redirect: false,
            answered: BTreeSet::new(),
            allowed: BTreeSet::new(),
            answered_in_requests: BTreeSet::new(),
            allowed_in_requests: BTreeSet::new(),
            routes_with_headers: routes_with_headers(expectations, exchanges.clone()),
            failed_methods: BTreeSet::new(),
            answered_methods: BTreeSet::new(),
            methods: BTreeMap::new(),
            judged: BTreeSet::new(),
            answers: BTreeMap::new(),
            successes: BTreeMap::new(),
            granted: GrantedParts::default(),
            has_failed_preflight: false,
            values: AllowOriginValues::new(expectations, exchanges.clone()),
            errors: SentHeaders::default(),
            with_credentials: BTreeMap::new(),
        };
        for exchange in exchanges {
            origins.insert(exchange);
        }
        origins
    }

    fn insert(&mut self, exchange: &Exchange) {
        let Some(origin) = single(&exchange.request.header_list, "origin") else {
            return;
        };
        if origin_kind(self.expectations, &exchange.request) != OriginKind::Allowed {
            return;
        }
        let response = &exchange.response.header_list;
        let is_preflight = exchange.request.is_preflight();
        let status = exchange.response.status;
        self.has_headers |= response.contains(ALLOW_ORIGIN);
        let is_options = exchange.request.method == Method::OPTIONS;
        let shows_decision = !self.shows_no_decision(exchange);
        if shows_decision {
            self.answered.insert(origin.clone());
        }
        if shows_decision && !is_options {
            self.answered_in_requests.insert(origin.clone());
        }
        self.has_actual_headers |= !is_options && response.contains(ALLOW_ORIGIN);
        self.exposes_headers |= !is_options && response.contains(EXPOSE_HEADERS);
        self.exposes_on_preflights |= is_preflight && response.contains(EXPOSE_HEADERS);
        let is_success = !is_options && status.is_success();
        let is_error = is_error(exchange);
        if !is_options {
            let methods = if is_error && !response.contains(ALLOW_ORIGIN) {
                &mut self.failed_methods
            } else {
                &mut self.answered_methods
            };
            methods.insert(String::from(exchange.request.method.as_str()));
        }
        if !is_options && is_error && !is_overloaded(exchange) && !has_credentials(exchange) {
            let (method, has_header) = (&exchange.request.method, response.contains(ALLOW_ORIGIN));
            self.errors.insert(&origin, method.as_str(), has_header);
        }
        if is_success && !response.contains(ALLOW_ORIGIN) {
            self.sent_without_allow_origin
                .extend(cors_headers(exchange));
        }
        self.has_success |= is_success;
        self.has_success_without_login |= is_success && !has_credentials(exchange);
        self.has_other_than_redirect |= !is_redirect_status(status);
        let is_allowed = has_value_for_origin(exchange) || names_origin_in_other_form(exchange);
        if !is_overloaded(exchange) {
            let answers = self.answers.entry(parts(&exchange.request)).or_default();
            answers.0 |= is_allowed;
            answers.1 |= !response.contains(ALLOW_ORIGIN) && !is_about_resource(status);
        }
        let parsed = Origin::parse(&*origin);
        let is_usual = parsed.is_ok_and(|parsed| self.expectations.is_listed_or_usual(&parsed));
        if is_usual && !is_options {
            let method = String::from(exchange.request.method.as_str());
            let key = (method, origin.clone());
            *self.successes.entry(key).or_default() |= is_success;
        }
        if is_usual && is_success {
            let (method, has_header) = (&exchange.request.method, response.contains(ALLOW_ORIGIN));
            for name in credential_names(&exchange.request) {
                let of_name = self.with_credentials.entry(name).or_default();
                of_name.insert(&origin, method.as_str(), has_header);
            }
        }
        self.has_failed_preflight |= is_usual && is_preflight && status.is_server_error();
        if is_usual && shows_decision && !is_overloaded(exchange) && !needs_login(exchange) {
            self.judged.insert(origin.clone());
        }
        if is_preflight {
            let is_permitted = self.permits(&origin, exchange);
            self.granted.insert(exchange, is_permitted);
        }
        if is_success && !has_credentials(exchange) {
            let method = String::from(exchange.request.method.as_str());
            let answers = self.methods.entry(method).or_default();
            answers.0 |= is_allowed;
            answers.1 |= !response.contains(ALLOW_ORIGIN);
        }
        if is_allowed && !is_options {
            self.allowed_in_requests.insert(origin.clone());
        }
        if is_allowed {
            self.sent.extend(cors_headers(exchange));
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

    /// Returns the origins that the policy allows and that the server also allows.
    pub(super) fn origins(&self) -> impl Iterator<Item = String> {
        let origins = self.allowed.iter();
        origins.map(|origin| String::from_utf8_lossy(origin).into_owned())
    }

    /// Whether the policy allows the origin `page`, a request of this origin got a response, and no response of the server
    /// allows this origin.
    pub(super) fn denies(&self, page: &str) -> bool {
        self.answered.contains(page.as_bytes()) && !self.allowed.contains(page.as_bytes())
    }

    /// Whether a response that allows the origin has the CORS header `name`.
    pub(super) fn sends(&self, name: &str) -> bool {
        self.sent.contains(name)
    }

    /// Returns the names of the CORS headers in responses that lack `Access-Control-Allow-Origin`.
    pub(super) const fn sent_without_allow_origin(&self) -> &BTreeSet<String> {
        &self.sent_without_allow_origin
    }

    /// Whether a response to an allowed origin has `Access-Control-Allow-Origin`.
    pub(super) const fn has_headers(&self) -> bool {
        self.has_headers
    }

    /// Whether only preflight responses have CORS headers, although other requests get a status from 200 to 299.
    pub(super) const fn has_headers_only_on_preflights(&self) -> bool {
        self.has_headers && !self.has_actual_headers && self.has_success
    }

    /// Whether only preflight responses have `Access-Control-Expose-Headers`.
    pub(super) const fn exposes_only_on_preflights(&self) -> bool {
        self.exposes_on_preflights && !self.exposes_headers
    }

    /// Whether responses to the method, to requests without credentials, lack the CORS headers. Error responses do not
    /// count.
    pub(super) fn is_method_without_headers(&self, method: &Method) -> bool {
        self.methods.get(method.as_str()) == Some(&(false, true))
    }

    /// Whether, for at least one method, a response to a request without credentials has the CORS headers. Error
    /// responses do not count.
    pub(super) fn has_method_with_headers(&self) -> bool {
        self.methods.values().any(|answers| answers.0)
    }

    /// Whether only responses to GET have the CORS headers: preflight responses and the responses to at least one other
    /// method lack these headers.
    pub(super) fn has_headers_only_on_get(&self) -> bool {
        let with_headers = self.methods.iter().filter(|(_, answers)| answers.0);
        let mut methods = with_headers.map(|(method, _)| method.as_str());
        let is_get = methods.next() == Some("GET") && methods.next().is_none();
        is_get && !self.granted.has_allow_origin && self.methods.len() > 1
    }

    /// Whether preflights of allowed origins get server errors, and no preflight succeeds. Only listed and usual origins
    /// count: a server can also fail on an unusual origin because it denies this origin.
    pub(super) fn fails_on_preflights(&self) -> bool {
        self.has_failed_preflight && self.granted.methods().is_empty()
    }

    /// Whether the response shows that the server denies the origin of the exchange, and no response allows this origin.
    pub(super) fn is_denied(&self, exchange: &Exchange) -> bool {
        let origin = single(&exchange.request.header_list, "origin");
        let denied = origin.filter(|origin| !self.allowed.contains(origin));
        denied.is_some_and(|origin| self.answered.contains(&origin))
    }

    /// Whether the response is an error or a redirect without the CORS headers, and all responses to the same method at the
    /// same URL lack these headers. The origin is then not the reason: the server answers the method before it looks at the
    /// origin.
    fn shows_no_decision(&self, exchange: &Exchange) -> bool {
        let response = &exchange.response;
        exchange.request.method != Method::OPTIONS
            && (is_error(exchange) || is_redirect_status(response.status))
            && !response.header_list.contains(ALLOW_ORIGIN)
            && !self.routes_with_headers.contains(&route(exchange))
    }

    /// Whether the server allows other origins in responses to requests other than OPTIONS, but does not allow the
    /// origin of the exchange in such a response.
    fn is_denied_in_requests(&self, exchange: &Exchange) -> bool {
        let origin = single(&exchange.request.header_list, "origin");
        let denied = origin.filter(|origin| !self.allowed_in_requests.contains(origin));
        denied.is_some_and(|origin| self.answered_in_requests.contains(&origin))
            && (!self.allowed_in_requests.is_empty() || self.is_denied(exchange))
    }

    /// Whether the server sends an error because of the method, and not because of the origin: a response allows the
    /// origin, but every response to this method is an error without `Access-Control-Allow-Origin`.
    pub(super) fn refuses_method(&self, exchange: &Exchange) -> bool {
        let method = exchange.request.method.as_str();
        !self.is_denied(exchange) && self.refused_methods().any(|refused| refused == method)
    }

    /// Returns the methods for which the server always sends an error without `Access-Control-Allow-Origin`.
    pub(super) fn refused_methods(&self) -> impl Iterator<Item = &String> {
        self.failed_methods.difference(&self.answered_methods)
    }

    /// Whether a response of the server allows an origin that the policy allows.
    pub(super) fn allows_an_origin(&self) -> bool {
        !self.allowed.is_empty()
    }

    /// Whether equal requests got different responses: one response allows the origin, and another response lacks
    /// `Access-Control-Allow-Origin`.
    fn is_unstable(&self, exchange: &Exchange) -> bool {
        self.answers.get(&parts(&exchange.request)) == Some(&(true, true))
    }
}

/// Returns the names of the headers of the request that have the credentials of a user.
pub(super) fn credential_names(request: &HttpRequest) -> impl Iterator<Item = &'static str> {
    let names = CREDENTIALS.into_iter().map(|(_, name, _)| name);
    names.filter(|name| request.header_list.contains(name))
}

/// Returns the URLs and methods, other than OPTIONS, for which a response allows the origin of the request.
fn routes_with_headers<'x>(
    expectations: &Expectations,
    exchanges: impl Iterator<Item = &'x Exchange>,
) -> BTreeSet<Route> {
    let allowed = exchanges.filter(|exchange| {
        exchange.request.method != Method::OPTIONS
            && (has_value_for_origin(exchange) || names_origin_in_other_form(exchange))
            && origin_kind(expectations, &exchange.request) == OriginKind::Allowed
    });
    allowed.map(route).collect()
}

/// Returns the names of the CORS headers of the response, in lower case.
fn cors_headers(exchange: &Exchange) -> impl Iterator<Item = String> {
    let names = exchange.response.header_list.iter();
    let names = names.map(|(name, _)| name.as_str().to_ascii_lowercase());
    names.filter(|name| is_cors_header(name))
}

/// The URL and the method of a request.
type Route = (String, String);

fn route(exchange: &Exchange) -> Route {
    let (url, method) = (
        exchange.request.url.as_str(),
        exchange.request.method.as_str(),
    );
    (String::from(url), String::from(method))
}
