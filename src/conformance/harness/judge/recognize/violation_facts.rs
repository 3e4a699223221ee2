//! Reads facts from a violation or from a cause.

use alloc::{collections::BTreeSet, string::String};

use http::StatusCode;

use super::{
    allowed_origins::allow_origin_values::is_list,
    facts::{
        self, ALLOW_HEADERS, EXPOSE_HEADERS, REQUEST_HEADERS, elements, is_like_preflight, single,
    },
    names::are_preflights_refused,
};
use crate::{
    cases::Exchange,
    conformance::{
        harness::report::{cause::Cause, request_kind::OriginKind, violation::Violation},
        laws::{Law, severity::Severity},
    },
    infrastructure::response::is_redirect_status,
};

/// Whether `Access-Control-Allow-Origin` has several values, in one header line or in several header lines.
pub(super) fn has_several_values(exchange: &Exchange) -> bool {
    let line = single(&exchange.response.header_list, facts::ALLOW_ORIGIN);
    line.is_none_or(|line| is_list(&String::from_utf8_lossy(&line)))
}

/// Whether the response has an empty `Access-Control-Allow-Origin` or `null`, and the request does not have exactly one
/// `Origin` line with a value. A server that copies `Origin` can send such a value if there is nothing to copy.
pub(super) fn copies_nothing(exchange: &Exchange) -> bool {
    let sent = single(&exchange.response.header_list, facts::ALLOW_ORIGIN);
    let given = single(&exchange.request.header_list, "origin");
    sent.is_some_and(|sent| sent.is_empty() || sent == b"null")
        && given.is_none_or(|given| given.is_empty())
}

/// Whether the violation shows which origins the server allows.
pub(super) fn is_about_allow_origin(violation: &Violation) -> bool {
    match violation.law {
        // If the policy allows the origin, the mistake is in the granted methods or request headers, not in the origin.
        Law::FetchSucceedsExactlyWhenPermitted => {
            let mut kinds = violation.requests.iter();
            let is_allowed = kinds.any(|kind| kind.origin == OriginKind::Allowed);
            violation.severity == Severity::Security && !is_allowed
        }
        law => matches!(
            law,
            Law::DeniedPageReadsNothing
                | Law::DeniedOriginIsNotReflected
                | Law::AllowOriginOccursOnce
                | Law::AllowOriginNamesAnOrigin
        ),
    }
}

/// Whether the cause is that the server compares only a part of the origin. With this mistake, a server also allows
/// texts that are not origins.
pub(super) const fn compares_wrongly(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::ReflectsAnyHttpsOrigin
            | Cause::ReflectsAnyHttpOrigin
            | Cause::ContainsListedHost
            | Cause::ComparesPrefix
            | Cause::AllowsLocalhostPrefix
            | Cause::SpecialCharacter
            | Cause::ComparesSuffix
            | Cause::ComparesBeginningAndEnd
            | Cause::UngroupedAlternatives
            | Cause::UnescapedDot
            | Cause::MixesEntries
            | Cause::SearchesList
            | Cause::IgnoresTrailingDot
            | Cause::AllowsSharedHosts
            | Cause::AllowsOtherOrigin
            | Cause::AllowsSubdomains
            | Cause::WildcardMatchesDots
            | Cause::DropsHyphenOfPattern
            | Cause::AllowsAddresses
            | Cause::ComparesHost
            | Cause::IgnoresScheme
            | Cause::IgnoresPort
    )
}

pub(super) const fn is_of_fixed_lists(cause: Cause) -> bool {
    grants_too_much(cause) || grants_too_little(cause)
}

pub(super) const fn grants_too_much(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::GrantsMoreThanPolicy | Cause::GrantsOtherMethods | Cause::GrantsOtherHeaders
    )
}

pub(super) const fn grants_everything(cause: Cause) -> bool {
    matches!(cause, Cause::GrantsRequested | Cause::GrantsAny)
}

pub(super) fn is_of_allowing_everything(cause: Cause) -> bool {
    grants_everything(cause) || reflects_origins(cause)
}

/// Whether the server reflects any origin, or any origin that is not in a list of blocked origins or words.
pub(super) const fn reflects_origins(cause: Cause) -> bool {
    matches!(cause, Cause::ReflectsAnyOrigin | Cause::ReflectsManyOrigins)
}

/// Whether the mistake is that the server answers with an error, because the request has no origin, the origin `null`, or
/// another origin without `https:`.
pub(super) const fn is_error_without_https(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::RefusesNullOrigin
            | Cause::RefusesRequestsWithoutOrigin
            | Cause::FailsWithoutOrigin
            | Cause::FailsOnSomeOrigins
            | Cause::FailsOnNullOrigin
    )
}

/// Whether the server allows credentials to several origins, and sends each of them in `Access-Control-Allow-Origin`.
pub(super) fn reflects_with_credentials<'x>(exchanges: impl Iterator<Item = &'x Exchange>) -> bool {
    let with_credentials = exchanges.filter(|exchange| {
        let value = single(&exchange.response.header_list, facts::ALLOW_CREDENTIALS);
        value.as_deref() == Some(b"true")
    });
    let reflected = with_credentials.filter_map(|exchange| {
        let given = single(&exchange.request.header_list, "origin")?;
        let sent = single(&exchange.response.header_list, facts::ALLOW_ORIGIN)?;
        (sent == given).then_some(sent)
    });
    reflected.collect::<BTreeSet<_>>().len() > 1
}

pub(super) const fn grants_too_little(cause: Cause) -> bool {
    matches!(cause, Cause::LacksMethod | Cause::LacksRequestHeader)
}

/// Whether the last response is a server error. Such a response does not show the lists of the server.
pub(super) fn ends_with_server_error(violation: &Violation) -> bool {
    let last = violation.exchanges.last();
    last.is_some_and(|exchange| facts::is_unexpected_error(exchange.response.status))
}

/// Returns the status of the last response, if this response refuses a preflight as a whole.
pub(super) fn status_of_refused_preflight(violation: &Violation) -> Option<StatusCode> {
    let last = violation.exchanges.last()?;
    are_preflights_refused([last].into_iter()).then_some(last.response.status)
}

/// Whether the list header `name` of the response has the element `*`.
pub(super) fn is_any(exchange: &Exchange, name: &str) -> bool {
    elements(&exchange.response.header_list, name).contains(&String::from("*"))
}

pub(super) fn exposes_any(exchange: &Exchange) -> bool {
    is_any(exchange, EXPOSE_HEADERS)
}

pub(super) fn exposes(violation: &Violation) -> Cause {
    if violation.severity != Severity::Security {
        Cause::LacksExposedHeaders
    } else if violation.exchanges.iter().any(exposes_any) {
        Cause::ExposesEverything
    } else {
        Cause::ExposesOtherHeaders
    }
}

/// Whether a preflight asks for Authorization, and its response grants `*`. In the standard, `*` does not cover
/// Authorization.
pub(super) fn lets_authorization_through(violation: &Violation) -> bool {
    violation.exchanges.iter().any(|exchange| {
        let requested = elements(&exchange.request.header_list, REQUEST_HEADERS);
        let mut requested = requested.iter();
        let granted = elements(&exchange.response.header_list, ALLOW_HEADERS);
        requested.any(|name| name.eq_ignore_ascii_case("authorization"))
            && granted.iter().any(|name| name == "*")
    })
}

/// Whether the exchange is a preflight with a redirect as its response.
pub(super) fn is_redirected_preflight(exchange: &Exchange) -> bool {
    is_like_preflight(&exchange.request) && is_redirect_status(exchange.response.status)
}
