//! Collects the answers of a server to origins that the policy denies.

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use http::Method;

use super::{
    super::{
        facts::{
            ALLOW_ORIGIN, has_credentials, is_cors_header, is_error, is_overloaded,
            is_unexpected_error, needs_login, single,
        },
        other_forms::has_other_form,
    },
    DeniedOrigins, parse,
};
use crate::{
    cases::Exchange,
    conformance::harness::{
        judge::requests::origin_kind,
        probes::special_headers::{special_header_names, unsafe_header_names},
        report::request_kind::OriginKind,
    },
};

/// The answers to the requests of one origin.
#[derive(Default)]
pub(super) struct Reflected {
    /// Whether the server reflects the origin in usual responses; `None` if there is no usual response. In this module, a
    /// response is usual if the method is GET, the request has no special headers, and the status is not an error. The request
    /// can have credentials only if the server needs a login. There are two exceptions. If the server answers every GET request
    /// with an error, such an error is usual. An error response to GET is also usual if the response does not reflect the
    /// origin, because it shows that the server refuses the origin.
    pub(super) usual: Option<bool>,
    /// The circumstances of the unusual responses that reflect the origin.
    pub(super) other: BTreeSet<Circumstance>,
    /// The circumstances of the unusual responses to the origin. For a response to OPTIONS, the circumstance is always
    /// [`Options`](Circumstance::Options), because servers handle OPTIONS apart from other methods. Requests with special
    /// headers do not count. Requests with credentials count only if the server needs a login.
    pub(super) answered: BTreeSet<Circumstance>,
}

/// A circumstance that makes a response unusual (see [`Reflected::usual`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Circumstance {
    /// The method is OPTIONS.
    Options,
    /// The method is neither GET nor OPTIONS.
    Method,
    /// The status is an error.
    Error,
    /// The method is not GET, and the status is an error.
    MethodAndError,
    /// The request has credentials, but the server does not need a login.
    Credentials,
    /// The request has [special headers](special_header_names), or headers that need a preflight.
    Headers,
}

impl Circumstance {
    /// Whether the circumstance is about the headers of the request.
    pub(super) const fn is_of_request_headers(self) -> bool {
        matches!(self, Self::Credentials | Self::Headers)
    }
}

impl DeniedOrigins<'_> {
    /// Adds the answer to a request. If the policy does not deny the origin of the request, adds only the facts about
    /// the value `null` and the empty value.
    pub(super) fn insert(&mut self, exchange: &Exchange) {
        let sent = single(&exchange.response.header_list, ALLOW_ORIGIN);
        let given = single(&exchange.request.header_list, "origin");
        let is_allowed = origin_kind(self.expectations, &exchange.request) == OriginKind::Allowed;
        self.sends_null |=
            !is_allowed && sent.as_deref() == Some(b"null") && given.as_deref() != Some(b"null");
        let is_null = |value: &Option<Vec<u8>>| value.as_deref() == Some(b"null");
        self.is_null_readable |= exchange.request.method != Method::OPTIONS
            && !is_allowed
            && is_null(&sent)
            && is_null(&given);
        let is_empty = |value: &Option<Vec<u8>>| value.as_deref() == Some(b"");
        self.sends_empty |= is_empty(&sent) && !is_empty(&given);
        let Some(origin) = self.denied(exchange) else {
            return;
        };
        let headers = exchange.response.header_list.iter();
        let headers = headers.filter(|(name, _)| is_cors_header(name.as_str()));
        let is_options = exchange.request.method == Method::OPTIONS;
        self.sent.extend(headers.map(|(name, value)| {
            let name = name.as_str().to_ascii_lowercase();
            (is_options, name, value.as_bytes().to_vec())
        }));
        for line in exchange.response.header_list.values(ALLOW_ORIGIN) {
            if line.as_bytes() != origin.as_bytes() {
                let receivers = self.constants.entry(line.as_bytes().to_vec()).or_default();
                receivers.insert(origin.clone());
            }
        }
        self.sends_asterisk |= sent.as_deref() == Some(b"*") && !matches!(&*origin, "*" | "");
        // The form of the value is another mistake.
        let is_other_form = || parse(&origin).is_some() && has_other_form(exchange);
        let is_reflected = sent == given || is_other_form();
        let is_ignored = is_overloaded(exchange)
            || self.error_url == Some(&exchange.request.url)
            || (self.needs_login && needs_login(exchange))
            || (self.ignores_preflights && exchange.request.method == Method::OPTIONS)
            || (self.ignores_gets && exchange.request.method == Method::GET);
        if is_ignored && !is_reflected {
            if is_unexpected_error(exchange.response.status) {
                self.failed.insert(origin);
            }
            return;
        }
        let circumstance = self.circumstance(exchange);
        let answers = self.reflected.entry(origin).or_default();
        let plain = circumstance.filter(|other| !other.is_of_request_headers());
        answers.answered.extend(plain.map(|other| {
            if is_options {
                Circumstance::Options
            } else {
                other
            }
        }));
        // An error response to GET that does not reflect the origin shows that the server refuses the origin. So this
        // error response is a usual response (see `Reflected::usual`).
        let is_refusal = circumstance == Some(Circumstance::Error) && !is_reflected;
        match circumstance.filter(|_| !is_refusal) {
            None => *answers.usual.get_or_insert_default() |= is_reflected,
            Some(circumstance) => answers.other.extend(is_reflected.then_some(circumstance)),
        }
    }

    /// Counts server errors as refusals if every usual request of a denied origin gets one, and the server reflects denied origins
    /// in other responses. The server answers allowed pages, so it is not overloaded. Without the refusals, the other responses
    /// would look like all responses.
    pub(super) fn insert_failures_as_refusals(&mut self) {
        let mut pages = self.reflected.iter();
        let has_usual =
            pages.any(|(origin, answers)| answers.usual.is_some() && parse(origin).is_some());
        let mut answers = self.reflected.values();
        if has_usual || !answers.any(|answers| !answers.other.is_empty()) {
            return;
        }
        for origin in &self.failed {
            let answers = self.reflected.entry(origin.clone()).or_default();
            answers.usual = Some(false);
        }
    }

    /// Returns the circumstance that makes a response unusual. Returns `None` for a usual response.
    pub(super) fn circumstance(&self, exchange: &Exchange) -> Option<Circumstance> {
        if has_credentials(exchange) && !self.needs_login {
            return Some(Circumstance::Credentials);
        }
        let has_special = special_header_names(&exchange.request).next().is_some();
        if has_special || !unsafe_header_names(&exchange.request).is_empty() {
            return Some(Circumstance::Headers);
        }
        self.circumstance_without_headers(exchange)
    }

    /// Returns the circumstance that makes a response unusual, apart from the credentials and the special headers of its
    /// request.
    pub(super) fn circumstance_without_headers(&self, exchange: &Exchange) -> Option<Circumstance> {
        let is_usual_error = self.always_fails
            && self.error_url != Some(&exchange.request.url)
            && !is_overloaded(exchange);
        match (
            &exchange.request.method,
            is_error(exchange) && !is_usual_error,
        ) {
            (&Method::GET, true) => Some(Circumstance::Error),
            (&Method::GET, false) => None,
            (_, true) => Some(Circumstance::MethodAndError),
            (&Method::OPTIONS, false) => Some(Circumstance::Options),
            (_, false) => Some(Circumstance::Method),
        }
    }

    /// Returns each denied origin, and whether the server reflects this origin. If at least one denied origin got a
    /// usual response, only usual responses count. If the server needs a login, an error response to GET that reflects
    /// the origin counts too, unless the server refuses such an origin after the login.
    ///
    /// If no denied origin of a page got a usual response, an origin counts as refused only if a response in the same
    /// circumstances reflects another denied origin.
    pub(super) fn decisions(&self) -> impl Iterator<Item = (&String, bool)> {
        // A server can handle an empty `Origin` and other texts apart from the origins of pages.
        let mut pages = self.reflected.iter();
        let has_usual =
            pages.any(|(origin, answers)| answers.usual.is_some() && parse(origin).is_some());
        let is_refused_after_login = self.reflected.values().any(|answers| {
            answers.usual == Some(false) && answers.other.contains(&Circumstance::Error)
        });
        let has_usual_errors = self.needs_login && !is_refused_after_login;
        let reflecting = self.reflected.values().flat_map(|answers| &answers.other);
        let reflecting: BTreeSet<Circumstance> = reflecting.copied().collect();
        let answered = self.reflected.iter();
        answered.filter_map(move |(origin, answers)| {
            let mut other = answers.other.iter();
            let is_usual_error = has_usual_errors && answers.other.contains(&Circumstance::Error);
            match answers.usual {
                None if answers.answered.is_empty() || (has_usual && !is_usual_error) => None,
                None => {
                    let is_reflected = other.any(|other| !other.is_of_request_headers());
                    let shows_refusal =
                        reflecting.is_empty() || !reflecting.is_disjoint(&answers.answered);
                    (is_reflected || shows_refusal).then_some((origin, is_reflected))
                }
                Some(usual) => Some((origin, usual)),
            }
        })
    }

    /// Whether a response to a denied origin has the header `name` with the value that `exchange` has. Responses to
    /// OPTIONS are not compared with responses to other methods.
    pub(in super::super) fn is_sent_to_denied(&self, exchange: &Exchange, name: &str) -> bool {
        let is_options = exchange.request.method == Method::OPTIONS;
        self.is_sent(is_options, exchange, name)
    }

    /// Whether responses to denied origins have the values that the header `name` has in `exchange`. If `is_options` is
    /// true, only responses to OPTIONS count; if `is_options` is false, only responses to other methods count.
    pub(in super::super) fn is_sent(
        &self,
        is_options: bool,
        exchange: &Exchange,
        name: &str,
    ) -> bool {
        let mut values = exchange.response.header_list.values(name);
        values.all(|value| {
            let header = (is_options, String::from(name), value.as_bytes().to_vec());
            self.sent.contains(&header)
        })
    }

    /// Whether the server sends each value of `Access-Control-Allow-Origin` of the response to several denied origins, so that
    /// the value does not depend on `Origin`.
    pub(in super::super) fn is_constant(&self, exchange: &Exchange) -> bool {
        let mut lines = exchange.response.header_list.values(ALLOW_ORIGIN);
        lines.all(|line| {
            let receivers = self.constants.get(line.as_bytes());
            receivers.is_some_and(|receivers| receivers.len() > 1)
        })
    }

    /// Whether the server sends the value `null` to an origin that is neither allowed nor `null`, and also to the
    /// origin `null`. Pages with the origin `null` can read a response with this value.
    pub(in super::super) const fn is_null_sent(&self) -> bool {
        self.sends_null && self.is_null_readable
    }
}
