//! Finds the mistakes in the values of `Access-Control-Allow-Origin`.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};

use http::Method;

use super::super::facts::{ALLOW_ORIGIN, allows_origin, elements, single};
use crate::{
    cases::Exchange,
    conformance::harness::{
        expectations::Expectations,
        judge::requests::origin_kind,
        report::{cause::Cause, place::Place, request_kind::OriginKind},
    },
    explain::allow_origin_values::allow_origin_values,
    infrastructure::origin::{Origin, TupleOrigin},
};

/// The values of `Access-Control-Allow-Origin` in the responses to requests with one `Origin`.
pub(in super::super) struct AllowOriginValues<'e> {
    expectations: &'e Expectations,
    /// The values in all responses, even in responses to denied origins.
    all: Sent,
    /// The values in error responses, without preflight responses.
    in_errors: Sent,
    /// The values in preflight responses.
    in_preflights: Sent,
    /// The values in responses to requests without `Origin` or with an empty `Origin`.
    without_origin: BTreeSet<Vec<u8>>,
    /// Whether a request got a value that differs from its `Origin`. Only requests with one `Origin` line
    /// count, and this line is not empty.
    is_sent_to_others: bool,
    /// Whether a request of a denied origin got a response with `Access-Control-Allow-Origin`.
    is_sent_to_denied: bool,
    /// The values of `Access-Control-Allow-Origin` that are wrong for the allowed origin of the request. Each value has
    /// the mistake that explains it.
    wrong_values: BTreeMap<Vec<u8>, Cause>,
    /// The texts, such as `false`, that the server sends in place of an origin to the origins that it denies. They are in
    /// responses without an error.
    denial_texts: BTreeSet<Vec<u8>>,
}

/// Facts about the values of `Access-Control-Allow-Origin` in some responses.
#[derive(Default)]
struct Sent {
    first_value: Option<Vec<u8>>,
    has_several_values: bool,
    first_receiver: Option<Vec<u8>>,
    /// Whether requests of different origins got a response with `Access-Control-Allow-Origin`.
    has_several_receivers: bool,
    /// Whether a request of an allowed origin got a response with `Access-Control-Allow-Origin`.
    has_allowed_receiver: bool,
}

impl Sent {
    fn insert(&mut self, origin: &[u8], value: &[u8], is_allowed: bool) {
        self.has_allowed_receiver |= is_allowed;
        let first = self.first_value.get_or_insert_with(|| value.to_vec());
        self.has_several_values |= *first != value;
        let first = self.first_receiver.get_or_insert_with(|| origin.to_vec());
        self.has_several_receivers |= *first != origin;
    }

    /// Whether requests of different origins got this value, and no request got another value.
    fn is_constant(&self, value: &[u8]) -> bool {
        self.has_several_receivers
            && !self.has_several_values
            && self.first_value.as_deref() == Some(value)
    }
}

impl<'e> AllowOriginValues<'e> {
    pub(super) fn new<'x>(
        expectations: &'e Expectations,
        exchanges: impl Iterator<Item = &'x Exchange> + Clone,
    ) -> Self {
        let mut values = Self {
            expectations,
            all: Sent::default(),
            in_errors: Sent::default(),
            in_preflights: Sent::default(),
            without_origin: BTreeSet::new(),
            is_sent_to_others: false,
            is_sent_to_denied: false,
            wrong_values: BTreeMap::new(),
            denial_texts: denial_texts(expectations, exchanges.clone()),
        };
        for exchange in exchanges.clone() {
            values.insert(exchange);
        }
        let wrong = exchanges.filter(|exchange| {
            origin_kind(expectations, &exchange.request) == OriginKind::Allowed
                && !allows_origin(exchange)
                && !values.is_denial_text(exchange)
                && is_of_usual_page(expectations, exchange)
        });
        let wrong: Vec<&Exchange> = wrong.collect();
        for exchange in wrong {
            if let Some(value) = single(&exchange.response.header_list, ALLOW_ORIGIN) {
                let cause = values.wrong_value(exchange);
                values.wrong_values.entry(value).or_insert(cause);
            }
        }
        values
    }

    fn insert(&mut self, exchange: &Exchange) {
        let origin = single(&exchange.request.header_list, "origin");
        let value = single(&exchange.response.header_list, ALLOW_ORIGIN);
        let value = value.filter(|value| !self.denial_texts.contains(value));
        let kind = origin_kind(self.expectations, &exchange.request);
        let is_allowed = kind == OriginKind::Allowed;
        self.is_sent_to_denied |= kind == OriginKind::Denied && value.is_some();
        let has_origin = exchange.request.header_list.contains("origin");
        if let Some(value) = &value {
            match &origin {
                Some(origin) if !origin.is_empty() => self.is_sent_to_others |= origin != value,
                // A server can read the first of several lines, or none of them.
                None if has_origin => {}
                _ => {
                    self.without_origin.insert(value.clone());
                }
            }
        }
        if let (Some(origin), Some(value)) = (origin, value) {
            self.all.insert(&origin, &value, is_allowed);
            if Place::Preflights.contains(exchange) {
                self.in_preflights.insert(&origin, &value, is_allowed);
            } else if Place::Errors.contains(exchange) {
                self.in_errors.insert(&origin, &value, is_allowed);
            }
        }
    }

    /// Whether requests of different origins got the value of the response, and no request got another value: in all
    /// responses, or at least in all error responses or in all preflight responses, if the response is one of these. If only
    /// denied origins get error responses, their value is not constant: a server can send another value to allowed origins.
    fn is_constant(&self, exchange: &Exchange, value: &[u8]) -> bool {
        let of_place = if Place::Preflights.contains(exchange) {
            &self.in_preflights
        } else if Place::Errors.contains(exchange) {
            &self.in_errors
        } else {
            &self.all
        };
        self.all.is_constant(value)
            || (of_place.has_allowed_receiver && of_place.is_constant(value))
    }

    /// Returns the origin of a server that has only one configured origin, and sends it to requests without `Origin` and to
    /// requests with this origin, but to no other request.
    pub(in super::super) fn configured(&self) -> Option<&[u8]> {
        let mut values = self.without_origin.iter();
        let configured = values.next().filter(|_| values.next().is_none())?;
        (!self.is_sent_to_others).then_some(configured)
    }

    /// Returns the mistake of a response to a denied origin, if responses to allowed origins have the same wrong value of
    /// `Access-Control-Allow-Origin`.
    pub(in super::super) fn same_wrong_value(&self, exchanges: &[Exchange]) -> Option<Cause> {
        let mut exchanges = exchanges.iter();
        exchanges.find_map(|exchange| {
            let value = single(&exchange.response.header_list, ALLOW_ORIGIN)?;
            self.wrong_values.get(&value).copied()
        })
    }

    /// Whether the response has a text in place of an origin, and the server sends this text to the origins that it denies. The
    /// response then denies the origin, as a response without the header does.
    pub(super) fn is_denial_text(&self, exchange: &Exchange) -> bool {
        let value = single(&exchange.response.header_list, ALLOW_ORIGIN);
        value.is_some_and(|value| self.denial_texts.contains(&value))
    }

    /// Returns the mistake if the server sends the same `Access-Control-Allow-Origin` to every origin. Returns `None`
    /// if the server sends different values, or always sends `*`.
    pub(in super::super) fn constant(&self, exchanges: &[Exchange]) -> Option<Cause> {
        let mut exchanges = exchanges.iter();
        let exchange = exchanges.find(|exchange| {
            let value = single(&exchange.response.header_list, ALLOW_ORIGIN);
            let value = value.filter(|value| value != b"*" && !self.denial_texts.contains(value));
            value.is_some_and(|value| self.is_constant(exchange, &value))
        })?;
        Some(self.wrong_value(exchange))
    }

    /// Whether the response allows the origin of another allowed page. Responses to preflights do not count, because a
    /// cache does not store them.
    pub(in super::super) fn is_of_other_page(&self, exchange: &Exchange) -> bool {
        let value = single(&exchange.response.header_list, ALLOW_ORIGIN).unwrap_or_default();
        let text = String::from_utf8_lossy(&value);
        TupleOrigin::parse(text.as_bytes()).is_ok()
            && self.expectations.lets_read(&text, false)
            && !allows_origin(exchange)
            && !exchange.request.is_preflight()
    }

    /// Returns the mistake in an `Access-Control-Allow-Origin` that does not equal the origin of the allowed page.
    pub(super) fn wrong_value(&self, exchange: &Exchange) -> Cause {
        let Some(value) = single(&exchange.response.header_list, ALLOW_ORIGIN) else {
            return Cause::RepeatsAllowOrigin;
        };
        let text = String::from_utf8_lossy(&value);
        let is_origin = |text: &str| TupleOrigin::parse(text.as_bytes()).is_ok();
        if value == b"null" && !self.is_sent_to_denied {
            return Cause::OtherAllowOrigin;
        }
        if value == b"null" && self.is_constant(exchange, &value) {
            return Cause::SendsNull;
        }
        if without_header_name(&text).is_some() {
            return Cause::OriginWithName;
        }
        let is_pair = is_list(&text);
        let without_port = [":443", ":80"]
            .into_iter()
            .find_map(|port| text.strip_suffix(port));
        let origin = single(&exchange.request.header_list, "origin").unwrap_or_default();
        let without_scheme = format!("://{text}");
        let pages = self.expectations.pages();
        let of_page = pages.iter().any(|page| page.ends_with(&without_scheme));
        if is_pair {
            several_values(exchange)
        } else if text.strip_suffix('/').is_some_and(is_origin) {
            Cause::OriginWithSlash
        } else if !is_origin(&text) && without_port.is_some_and(is_origin) {
            Cause::OriginWithPort
        } else if text.contains('*') {
            Cause::SendsPattern
        } else if !text.is_empty() && (origin.ends_with(without_scheme.as_bytes()) || of_page) {
            Cause::OriginWithoutScheme
        } else if !self.is_constant(exchange, &value) {
            // If the value is the origin of another allowed page, the response is probably from a cache. A cache can
            // serve this response only if `Vary` does not list `Origin`.
            if self.is_of_other_page(exchange) && !varies_by_origin(exchange) {
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

/// Returns the texts of [`AllowOriginValues::denial_texts`]. Returns no texts if the server allows no allowed
/// origin. Responses to OPTIONS requests do not count.
fn denial_texts<'x>(
    expectations: &Expectations,
    exchanges: impl Iterator<Item = &'x Exchange> + Clone,
) -> BTreeSet<Vec<u8>> {
    let is_of = |kind: OriginKind| {
        move |exchange: &&Exchange| origin_kind(expectations, &exchange.request) == kind
    };
    let mut allowed = exchanges.clone().filter(is_of(OriginKind::Allowed));
    let is_right = |exchange: &Exchange| {
        exchange.request.method != Method::OPTIONS && has_value_for_origin(exchange)
    };
    if !allowed.any(is_right) {
        return BTreeSet::new();
    }
    let denied = exchanges.filter(is_of(OriginKind::Denied));
    let successful = denied.filter(|exchange| {
        exchange.request.method != Method::OPTIONS && exchange.response.status.is_success()
    });
    let texts = successful.filter(|exchange| !names_origin_in_other_form(exchange));
    let texts = texts.filter_map(|exchange| single(&exchange.response.header_list, ALLOW_ORIGIN));
    texts
        .filter(|value| {
            let text = String::from_utf8_lossy(value);
            !text.contains("://") && !text.contains('*') && text != "null"
        })
        .collect()
}

/// Whether `Access-Control-Allow-Origin` has the origin of the request in a form that browsers do not accept: with a slash
/// or the default port at its end, without the scheme, or after the name of a header. Such a response shows that the server
/// allows the origin.
pub(super) fn names_origin_in_other_form(exchange: &Exchange) -> bool {
    let Some(origin) = single(&exchange.request.header_list, "origin") else {
        return false;
    };
    let value = single(&exchange.response.header_list, ALLOW_ORIGIN).unwrap_or_default();
    let default_port = if origin.starts_with(b"https:") {
        &b":443"[..]
    } else {
        b":80"
    };
    let text = String::from_utf8_lossy(&value);
    let mut ends = [&b"/"[..], default_port].into_iter();
    without_header_name(&text).is_some_and(|named| named.as_bytes() == origin)
        || ends.any(|end| value.strip_suffix(end) == Some(&*origin))
        || (!value.is_empty() && origin.ends_with(&[&b"://"[..], &*value].concat()))
}

/// Whether the policy lists the origin of the request, or the origin has a usual host. A pattern of the policy also allows hosts
/// that no page can have, and a server may deny these hosts.
fn is_of_usual_page(expectations: &Expectations, exchange: &Exchange) -> bool {
    let origin = single(&exchange.request.header_list, "origin").unwrap_or_default();
    Origin::parse(&*origin).is_ok_and(|origin| expectations.is_listed_or_usual(&origin))
}

/// Whether the `Vary` of the response lists `Origin` or is `*`.
fn varies_by_origin(exchange: &Exchange) -> bool {
    let listed = elements(&exchange.response.header_list, "vary");
    let mut listed = listed.iter();
    listed.any(|name| name == "*" || name.eq_ignore_ascii_case("origin"))
}

/// Whether the value of `Access-Control-Allow-Origin` has several elements, or one element and a comma, and at least one
/// element is an origin, `*` or `null`. The text `[object Object]` is not a list.
pub(in super::super) fn is_list(text: &str) -> bool {
    let is_value = |value: &&str| {
        matches!(*value, "*" | "null") || TupleOrigin::parse(value.as_bytes()).is_ok()
    };
    let values = values_of(text);
    without_header_name(text).is_none()
        && (values.len() > 1 || text.contains([',', ' ']))
        && values.iter().any(is_value)
}

/// Returns the origin, `*` or `null` of a value that begins with the name of a header, such as
/// `Access-Control-Allow-Origin: https://app.example`. Returns `None` if the value has another form.
fn without_header_name(text: &str) -> Option<&str> {
    let names = [ALLOW_ORIGIN, "origin"].into_iter();
    let mut named = names.filter_map(|name| {
        let start = text.get(..name.len())?;
        let rest = text.get(name.len()..)?;
        start.eq_ignore_ascii_case(name).then_some(rest)
    });
    let rest = named.next()?;
    let value = rest.trim_start_matches([':', '=', ' ', '\t']);
    let is_value = matches!(value, "*" | "null") || TupleOrigin::parse(value.as_bytes()).is_ok();
    (is_value && value.len() < rest.len()).then_some(value)
}

fn values_of(text: &str) -> Vec<&str> {
    let values = allow_origin_values(text.as_bytes()).into_iter();
    let texts = values.filter_map(|value| core::str::from_utf8(value).ok());
    texts.collect()
}

/// Whether a value of `Access-Control-Allow-Origin` is `*` or the origin of the request. The server then allows the origin,
/// although browsers refuse the response if the header has several values.
pub(in super::super) fn has_value_for_origin(exchange: &Exchange) -> bool {
    let origin = single(&exchange.request.header_list, "origin");
    let lines = exchange.response.header_list.values(ALLOW_ORIGIN);
    let lines: Vec<_> = lines
        .map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned())
        .collect();
    let mut values = lines.iter().flat_map(|line| values_of(line));
    values.any(|value| value == "*" || Some(value.as_bytes()) == origin.as_deref())
}

/// Returns the mistake of a response whose `Access-Control-Allow-Origin` has several values.
pub(in super::super) fn several_values(exchange: &Exchange) -> Cause {
    let Some(line) = single(&exchange.response.header_list, ALLOW_ORIGIN) else {
        return Cause::RepeatsAllowOrigin;
    };
    let text = String::from_utf8_lossy(&line);
    if without_header_name(&text).is_some() {
        return Cause::OriginWithName;
    }
    if !is_list(&text) {
        return Cause::SendsText;
    }
    let values = values_of(&text);
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
