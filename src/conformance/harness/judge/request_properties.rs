//! The properties of requests that can be the reason for a missing response.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};

use http::Method;

use super::{
    recognize::facts::{REQUEST_HEADERS, REQUEST_METHOD, elements, is_like_preflight},
    request_origin::has_malformed_origin,
    requests::origin_kind,
};
use crate::{
    conformance::harness::{expectations::Expectations, report::request_kind::OriginKind},
    explain::header_name::capitalized,
    fetching::HttpRequest,
    infrastructure::{bytes::isomorphic_decode, header::HeaderValue},
};

/// The value of [`Property::Method`] for preflights.
const PREFLIGHT: &str = "preflight";

/// The end of a sentence about requests with such an origin.
const NULL: &str = " with `Origin: null`";
const MALFORMED: &str = " with a malformed `Origin`";
pub(super) const DENIED: &str = " of denied origins";

/// The headers that are not a [`Property::Header`], because other properties contain them, or every page sends them.
const OTHER_HEADERS: [&str; 3] = ["origin", "accept", REQUEST_METHOD];

/// A request, and whether it got a response.
pub(super) type Sent<'x> = (&'x HttpRequest, bool);

/// A property of requests that can be the reason for a missing response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Property {
    /// The name of a header.
    Header,
    /// The method, or [`PREFLIGHT`].
    Method,
    /// The kind of the origin, as a part of a sentence.
    OriginKind,
    /// The method that a preflight requests.
    RequestedMethod,
    /// A header name that a preflight requests.
    RequestedName,
    /// A preflight requests no header names. The value is empty.
    NoRequestedName,
    Origin,
}

impl Property {
    pub(super) const ALL: [Self; 7] = [
        Self::Header,
        Self::Method,
        Self::OriginKind,
        Self::RequestedMethod,
        Self::RequestedName,
        Self::NoRequestedName,
        Self::Origin,
    ];

    /// The properties that can be the reason only together with the origin or the kind of the origin.
    pub(super) const WITH_ORIGINS: [Self; 5] = [
        Self::Method,
        Self::Header,
        Self::RequestedMethod,
        Self::RequestedName,
        Self::NoRequestedName,
    ];

    /// Returns the values of the request. If a header with such a value has several lines, a server can read only one of them,
    /// so an answered request with such a header has no values.
    pub(super) fn values(
        self,
        expectations: &Expectations,
        (request, is_answered): Sent<'_>,
    ) -> Vec<String> {
        let list = &request.header_list;
        let is_unclear = |name: &str| is_answered && list.values(name).nth(1).is_some();
        let is_preflight = is_like_preflight(request);
        let names = || elements(list, REQUEST_HEADERS).into_iter();
        match self {
            Self::Header => {
                let names = list
                    .iter()
                    .map(|(name, _)| name.as_str().to_ascii_lowercase());
                let names = names.filter(|name| !OTHER_HEADERS.contains(&name.as_str()));
                names.collect()
            }
            Self::Method if is_preflight => Vec::from([PREFLIGHT.to_string()]),
            Self::Method => Vec::from([request.method.to_string()]),
            Self::OriginKind => Vec::from([described_kind(expectations, request).to_string()]),
            Self::RequestedMethod if is_preflight && !is_unclear(REQUEST_METHOD) => {
                elements(list, REQUEST_METHOD)
            }
            Self::RequestedName if is_preflight && !is_unclear(REQUEST_HEADERS) => {
                // A server can compare names byte for byte, and browsers send names in lower case.
                let is_lower = |name: &String| !name.bytes().any(|byte| byte.is_ascii_uppercase());
                let names = names().filter(|name| !is_answered || is_lower(name));
                names.map(|name| name.to_ascii_lowercase()).collect()
            }
            Self::NoRequestedName if is_preflight => {
                let mut lines = list.values(REQUEST_HEADERS).map(HeaderValue::as_bytes);
                let has_names = if is_answered {
                    lines.next().is_some()
                } else {
                    !lines.all(<[u8]>::is_empty)
                };
                if has_names {
                    Vec::new()
                } else {
                    Vec::from([String::new()])
                }
            }
            Self::Origin if !is_unclear("origin") => {
                let lines = list.values("origin").map(HeaderValue::as_bytes);
                lines.map(isomorphic_decode).collect()
            }
            Self::RequestedMethod | Self::RequestedName | Self::NoRequestedName | Self::Origin => {
                Vec::new()
            }
        }
    }

    /// Describes the requests with one of the values. `of` is the end of a sentence about their origins, if the origins matter.
    pub(super) fn described(self, values: &BTreeSet<String>, of: &str) -> String {
        let quoted = |value: &String| format!("`{}`", value.escape_debug());
        let named = || super::recognize::joined(values.iter().map(quoted).collect(), "or");
        let of_methods = |noun: &str| match values.len() {
            1 => format!("the {noun} {}", named()),
            _ => format!("the {noun}s {}", named()),
        };
        let options = Method::OPTIONS.as_str();
        match self {
            Self::Header => {
                let names = values.iter().map(|name| format!("`{}`", capitalized(name)));
                format!(
                    "requests{of} with {}",
                    super::recognize::joined(names.collect(), "or")
                )
            }
            Self::Method if values.iter().eq([PREFLIGHT]) => format!("preflights{of}"),
            Self::Method if values.iter().eq([options]) => {
                format!("OPTIONS requests{of} that are not preflights")
            }
            Self::Method => {
                let values = values.iter().map(|value| match value.as_str() {
                    PREFLIGHT => String::from("preflights"),
                    method => format!("requests with the method `{}`", method.escape_debug()),
                });
                let each: Vec<String> = values.map(|noun| [&*noun, of].concat()).collect();
                super::recognize::joined(each, "and")
            }
            Self::OriginKind => {
                let of_denied = [NULL, MALFORMED];
                let has_denied = values.contains(DENIED);
                let kinds = values.iter().map(String::as_str);
                let kinds = kinds.filter(|kind| !(has_denied && of_denied.contains(kind)));
                let nouns = kinds.map(|kind| ["requests", kind].concat());
                super::recognize::joined(nouns.collect(), "and")
            }
            Self::RequestedMethod => format!("preflights{of} for {}", of_methods("method")),
            Self::RequestedName => {
                format!("preflights{of} with {}", of_methods("request header"))
            }
            Self::NoRequestedName => {
                format!("preflights{of} without `Access-Control-Request-Headers`")
            }
            Self::Origin => format!("requests with the `Origin` {}", named()),
        }
    }
}

/// Returns the end of a sentence that begins with "requests".
pub(super) fn described_kind(expectations: &Expectations, request: &HttpRequest) -> &'static str {
    let is_null = || request.header_list.get("origin").as_deref() == Some(b"null");
    match origin_kind(expectations, request) {
        OriginKind::Denied if is_null() => NULL,
        OriginKind::Denied if has_malformed_origin(request) => MALFORMED,
        OriginKind::Denied => DENIED,
        OriginKind::Allowed => " of allowed origins",
        OriginKind::Own => " of the server's own pages",
        OriginKind::Missing => " without `Origin`",
        OriginKind::Several => " with several `Origin` lines",
    }
}

/// Same as [`described_kind`], but all denied origins have the same kind.
pub(super) fn described_wide_kind(
    expectations: &Expectations,
    request: &HttpRequest,
) -> &'static str {
    match described_kind(expectations, request) {
        NULL | MALFORMED => DENIED,
        kind => kind,
    }
}
