//! Describes a mistake with the methods, headers or origins that the check saw.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use super::{
    Evidence,
    facts::{
        ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, REQUEST_HEADERS, REQUEST_METHOD, elements,
        has_credentials, single,
    },
};
use crate::{
    cases::Exchange,
    conformance::{
        harness::{
            judge::requests::origin_kind,
            probes::attacks::SHARED_HOST_START,
            report::{
                cause::Cause,
                request_kind::{OriginKind, Purpose},
                violation::Violation,
            },
        },
        laws::Law,
    },
    infrastructure::method::is_cors_safelisted_method,
};

/// The maximum number of names in a description.
const MAX_NAMES: usize = 4;

const DENIED: &str = "requests of denied origins";
const DENIED_OPTIONS: &str = "OPTIONS requests of denied origins";

impl Evidence<'_> {
    /// Describes the mistake of `cause` with details from `violations`, which all have this cause. Returns `None` if
    /// [`Cause::mistake`] needs no details.
    pub(crate) fn mistake(&self, cause: Cause, violations: &[Violation]) -> Option<String> {
        let exchanges = || violations.iter().flat_map(|violation| &violation.exchanges);
        match cause {
            Cause::ReflectsOnSomeMethods => {
                let methods = names(exchanges().map(|exchange| exchange.request.method.as_str()))?;
                Some(format!(
                    "the server reflects any origin if the method is {methods}"
                ))
            }
            Cause::ReflectsWithCredentials => {
                let headers = credential_headers(exchanges())?;
                Some(format!(
                    "the server reflects any origin if the request has {headers}"
                ))
            }
            Cause::LacksHeadersWithCredentials => {
                let headers = credential_headers(exchanges())?;
                Some(format!(
                    "responses to requests with {headers} lack the CORS headers"
                ))
            }
            Cause::LacksHeadersOnSomeResponses if self.allowed.has_headers_only_on_preflights() => {
                Some(String::from(
                    "only preflight responses have the CORS headers: the responses to the actual requests lack them",
                ))
            }
            Cause::AllowsEverything => {
                let granted = self.grants.described_reflection()?;
                Some(format!(
                    "the server reflects any origin, and grants every requested {granted}"
                ))
            }
            Cause::GrantsRequested => {
                let granted = self.grants.described_reflection()?;
                Some(format!(
                    "preflight responses grant every requested {granted}"
                ))
            }
            Cause::GrantsMoreThanPolicy | Cause::GrantsHarmless => self.granted(cause, true, true),
            Cause::GrantsOtherMethods => self.granted(cause, true, false),
            Cause::GrantsOtherHeaders => self.granted(cause, false, true),
            Cause::LacksMethod => {
                let methods = names(exchanges().flat_map(ungranted_methods))?;
                Some(format!(
                    "preflight responses do not grant {methods}, which the policy permits"
                ))
            }
            Cause::LacksRequestHeader => {
                let headers = names(exchanges().flat_map(ungranted_headers))?;
                Some(format!(
                    "preflight responses do not grant the request header {headers}, which the policy permits"
                ))
            }
            Cause::AllowsSharedHosts => {
                let hosts = exchanges().filter_map(|exchange| {
                    let origin = exchange.request.header_list.get("origin")?;
                    let origin = String::from_utf8_lossy(&origin).into_owned();
                    Some(["*", origin.strip_prefix(SHARED_HOST_START)?].concat())
                });
                let hosts = names(hosts)?;
                Some(format!(
                    "the server allows every page of a shared host: {hosts}"
                ))
            }
            Cause::SendsText => Some(sent_text(violations)),
            Cause::FailsOnNullOrigin if self.crashes.fails_on_malformed_origins => {
                Some(String::from(
                    "the server fails on requests with `Origin: null`, or with a malformed `Origin`",
                ))
            }
            Cause::FailsOnSomeOrigins => {
                let origins = names(self.crashes.failed_origins(MAX_NAMES + 1))?;
                Some(format!(
                    "the server fails on requests of some origins that the policy does not allow: {origins}"
                ))
            }
            Cause::FailsOnOptions => {
                let has_origin =
                    |exchange: &Exchange| exchange.request.header_list.contains("origin");
                let with = match (exchanges().any(has_origin), exchanges().all(has_origin)) {
                    (_, true) => " with `Origin`",
                    (false, _) => " without `Origin`",
                    _ => return None,
                };
                Some(format!(
                    "the server fails on OPTIONS requests{with} that are not preflights"
                ))
            }
            Cause::DropsPreflights if self.surroundings.drops_options() => Some(String::from(
                "OPTIONS requests, and so all preflights, get no response, but other requests get one",
            )),
            Cause::RedirectsPreflights => self.surroundings.redirect(),
            Cause::LacksVary if violations.iter().any(is_failed_fetch) => Some(String::from(
                "`Vary` does not list `Origin`, and a page gets the response for another page, probably from a cache",
            )),
            Cause::WildcardOrigin if violations.iter().any(is_failed_fetch) => Some(String::from(
                "the server sends `*`, although the policy does not allow every origin, and requests with credentials fail",
            )),
            Cause::RepeatsAllowOrigin if exchanges().any(|exchange| self.is_repeated(exchange)) => {
                Some(String::from(
                    "responses have several values of `Access-Control-Allow-Origin`, and one of them is the `Origin` of a page that the policy does not allow",
                ))
            }
            Cause::WildcardWithCredentials if !self.expectations.spec.credentials => {
                Some(String::from(
                    "the server sends `Access-Control-Allow-Credentials: true` together with `*`, which has no effect",
                ))
            }
            _ => None,
        }
    }

    /// Returns the text of the cause. The text names methods and request headers that the server grants, and that the
    /// policy does not permit.
    fn granted(&self, cause: Cause, has_methods: bool, has_names: bool) -> Option<String> {
        let is_harmless = cause == Cause::GrantsHarmless;
        let granted = self.grants.named(has_methods, has_names, is_harmless);
        let quoted = granted.iter().take(MAX_NAMES);
        let quoted: Vec<String> = quoted
            .map(|name| format!("`{}`", name.escape_debug()))
            .collect();
        let rest = if granted.len() > MAX_NAMES {
            ", …"
        } else {
            ""
        };
        let names = quoted.join(", ");
        (!names.is_empty()).then(|| format!("{}: {names}{rest}", cause.mistake()))
    }

    /// Whether one of the values of `Access-Control-Allow-Origin` is the denied origin of the request. If the header
    /// has several values, no page can read the response. But if the server later sends only this value, the page can
    /// read the response.
    fn is_repeated(&self, exchange: &Exchange) -> bool {
        let origin = single(&exchange.request.header_list, "origin").unwrap_or_default();
        let origin = String::from_utf8_lossy(&origin).into_owned();
        origin_kind(self.expectations, &exchange.request) == OriginKind::Denied
            && elements(&exchange.response.header_list, ALLOW_ORIGIN).contains(&origin)
    }
}

/// Whether a permitted fetch fails.
fn is_failed_fetch(violation: &Violation) -> bool {
    violation.law == Law::FetchSucceedsExactlyWhenPermitted && violation.error.is_some()
}

/// Returns the distinct names in backticks, sorted and joined by commas. Returns `None` if there are no names.
fn names<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Option<String> {
    let distinct: BTreeSet<String> = names.into_iter().map(Into::into).collect();
    let quoted = distinct.iter().take(MAX_NAMES);
    let mut quoted: Vec<String> = quoted
        .map(|name| format!("`{}`", name.escape_debug()))
        .collect();
    if distinct.len() > MAX_NAMES {
        quoted.push(String::from("…"));
        return Some(quoted.join(", "));
    }
    let last = quoted.pop()?;
    if quoted.is_empty() {
        return Some(last);
    }
    Some(format!("{} or {last}", quoted.join(", ")))
}

/// Returns the names of the headers with credentials (`Cookie` and `Authorization`) that the requests have.
fn credential_headers<'x>(exchanges: impl Iterator<Item = &'x Exchange>) -> Option<String> {
    let with_credentials = exchanges.filter(|exchange| has_credentials(exchange));
    names(with_credentials.flat_map(|exchange| {
        let all = [("cookie", "Cookie"), ("authorization", "Authorization")];
        let list = &exchange.request.header_list;
        let sent = all.into_iter().filter(|(name, _)| list.contains(name));
        sent.map(|(_, name)| name)
    }))
}

/// Returns the method that a preflight requests and its response does not grant.
fn ungranted_methods(exchange: &Exchange) -> Vec<String> {
    let granted = elements(&exchange.response.header_list, ALLOW_METHODS);
    let mut requested = elements(&exchange.request.header_list, REQUEST_METHOD);
    let is_safelisted = |method: &String| is_cors_safelisted_method(method.as_bytes());
    requested.retain(|method| !granted.contains(method) && !is_safelisted(method));
    requested
}

/// Returns the header names that a preflight requests and its response does not grant.
fn ungranted_headers(exchange: &Exchange) -> Vec<String> {
    let granted = elements(&exchange.response.header_list, ALLOW_HEADERS);
    let mut requested = elements(&exchange.request.header_list, REQUEST_HEADERS);
    requested.retain(|name| {
        let covers = |granted: &String| {
            granted.eq_ignore_ascii_case(name)
                || (granted == "*" && !name.eq_ignore_ascii_case("authorization"))
        };
        !granted.iter().any(covers)
    });
    requested
}

/// Describes the values of `Access-Control-Allow-Origin` that are not origins, and the requests that get them.
fn sent_text(violations: &[Violation]) -> String {
    let kinds: BTreeSet<&str> = violations
        .iter()
        .flat_map(|violation| &violation.requests)
        .map(|kind| match (kind.origin, kind.purpose) {
            (OriginKind::Missing, _) => "requests without `Origin`",
            (OriginKind::Several, _) => "requests with several `Origin` lines",
            (OriginKind::Own, _) => "requests of the server's own pages",
            (_, Purpose::Request) => DENIED,
            (_, Purpose::Preflight | Purpose::Options) => DENIED_OPTIONS,
        })
        .collect();
    let mut kinds: Vec<&str> = kinds.into_iter().collect();
    if kinds.contains(&DENIED) {
        kinds.retain(|kind| *kind != DENIED_OPTIONS);
    }
    let last = kinds.pop().unwrap_or("denied requests");
    let kinds = if kinds.is_empty() {
        String::from(last)
    } else {
        format!("{} and {last}", kinds.join(", "))
    };
    let exchanges = violations.iter().flat_map(|violation| &violation.exchanges);
    let values = exchanges.filter_map(|exchange| {
        let value = single(&exchange.response.header_list, ALLOW_ORIGIN)?;
        Some(String::from_utf8_lossy(&value).into_owned())
    });
    let values = names(values).map_or_else(String::new, |values| format!(": {values}"));
    format!(
        "responses to {kinds} have an `Access-Control-Allow-Origin` that is not the origin of a page{values}"
    )
}
