//! Recognizes why a server sends CORS headers that browsers ignore.

use alloc::{format, string::String, vec::Vec};

use super::{
    Evidence,
    facts::{
        ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, EXPOSE_HEADERS, MAX_AGE, REQUEST_HEADERS,
        REQUEST_METHOD, elements, is_cors_header, single,
    },
    names::Names,
    violation_facts::is_any,
};
use crate::{
    cases::Exchange,
    conformance::{
        harness::report::{cause::Cause, request_kind::Purpose, violation::Violation},
        laws::Law,
    },
    explain::header_name::capitalized,
    wording,
};

impl Evidence<'_> {
    /// Returns why a response has CORS headers that browsers ignore. If another mistake explains all these headers,
    /// returns the other mistake.
    pub(super) fn useless(&self, violation: &Violation) -> Cause {
        const OTHER_CAUSES: [Cause; 4] = [
            Cause::AllowsCredentials,
            Cause::GrantsRequested,
            Cause::GrantsAny,
            Cause::ExposesEverything,
        ];
        let explains = |cause: Cause, exchange: &Exchange, name: &str| match cause {
            Cause::AllowsCredentials => self.allows_credentials && name == ALLOW_CREDENTIALS,
            // A server that reflects the requested methods and headers also reflects them in responses to requests
            // without `Origin`. Browsers ignore the reflected headers of such a response.
            Cause::GrantsRequested => self.grants.reflects() && is_requested(exchange, name),
            Cause::GrantsAny => {
                self.grants_any && is_list_of_grants(name) && is_any(exchange, name)
            }
            Cause::ExposesEverything => {
                self.exposes_everything && name == EXPOSE_HEADERS && is_any(exchange, name)
            }
            _ => false,
        };
        let useless = |exchange: &Exchange| useless_headers(violation, exchange);
        // A server that reflects every origin often sends its other CORS headers in every response, even if the request
        // has no `Origin`. Then the reflection also explains the CORS headers that browsers ignore.
        let of_reflection = self.denied.reflects();
        let of_reflection =
            of_reflection.filter(|_| violation.law == Law::CorsHeadersNeedAllowOrigin);
        let is_explained = |exchange: &Exchange| {
            useless(exchange).iter().all(|name| {
                let mut causes = OTHER_CAUSES.into_iter();
                causes.any(|cause| explains(cause, exchange, name))
                    || (of_reflection.is_some() && self.denied.is_sent_to_denied(exchange, name))
            })
        };
        let explains_one = |cause: &Cause| {
            violation.exchanges.iter().any(|exchange| {
                let mut names = useless(exchange).into_iter();
                names.any(|name| explains(*cause, exchange, &name))
            })
        };
        let explanation = OTHER_CAUSES.into_iter().find(explains_one);
        let are_explained = violation.exchanges.iter().all(is_explained);
        match explanation.filter(|_| are_explained) {
            Some(cause) => cause,
            None if self.has_intercepted(violation) => Cause::InterceptsOptions,
            None => of_reflection
                .filter(|_| are_explained)
                .unwrap_or(Cause::UselessHeaders),
        }
    }

    /// Whether the server also sends each ignored header of the violation to denied origins: with the same value, and
    /// both in responses to OPTIONS and in other responses.
    pub(super) fn sends_to_all(&self, violation: &Violation) -> bool {
        violation.exchanges.iter().all(|exchange| {
            let names = useless_headers(violation, exchange);
            names.iter().all(|name| self.sends_always(exchange, name))
        })
    }

    /// Whether the mistake is that responses have useless or harmless headers, or a wrong max-age, and the server sends these
    /// headers with the same values in every response. A header that is only in preflight responses, or whose value depends
    /// on the request, disproves this.
    pub(super) fn is_sent_with_every_response(&self, cause: Cause, violation: &Violation) -> bool {
        let names: &[&str] = match cause {
            Cause::UselessHeaders => return self.sends_to_all(violation),
            Cause::WrongMaxAge => &[MAX_AGE],
            Cause::GrantsHarmless => &[ALLOW_METHODS, ALLOW_HEADERS],
            _ => return false,
        };
        let mut preflights = violation
            .exchanges
            .iter()
            .filter(|exchange| exchange.request.is_preflight());
        preflights.all(|exchange| {
            let list = &exchange.response.header_list;
            let mut sent = names.iter().filter(|name| list.contains(name)).peekable();
            sent.peek().is_some() && sent.all(|name| self.sends_always(exchange, name))
        })
    }

    /// Whether the server sends the header with the same value to denied origins, both in responses to OPTIONS and in other
    /// responses.
    fn sends_always(&self, exchange: &Exchange, name: &str) -> bool {
        let mut is_options = [true, false].into_iter();
        is_options.all(|is_options| self.denied.is_sent(is_options, exchange, name))
    }
}

/// Returns the fix for the headers that follow from a careless reflection of `Origin` (see
/// [`Evidence::is_sent_with_every_response`]). Returns `None` if no header follows from it. If the report has a finding about
/// the max-age (`has_wrong_max_age`), the fix does not name the max-age.
pub(super) fn fix_of_careless_headers(
    violations: &[Violation],
    has_wrong_max_age: bool,
) -> Option<String> {
    let has = |law: Law| violations.iter().any(|violation| violation.law == law);
    let max_age = has(Law::MaxAgeMatchesPolicy) && !has_wrong_max_age;
    let max_age = max_age.then(|| String::from("send the max-age of the policy"));
    let place = has(Law::PreflightHeadersStayOnPreflights).then(|| {
        String::from(
            "send `Access-Control-Allow-Methods`, `-Allow-Headers` and `-Max-Age` only in preflight responses",
        )
    });
    let parts: Vec<String> = max_age.into_iter().chain(place).collect();
    (!parts.is_empty()).then(|| parts.join(", and "))
}

/// Whether `name` is the only CORS header of the violation that browsers ignore.
pub(super) fn is_only_useless(violation: &Violation, name: &str) -> bool {
    let mut exchanges = violation.exchanges.iter();
    exchanges.all(|exchange| {
        let names = useless_headers(violation, exchange);
        names.iter().all(|other| other == name)
    })
}

/// Returns the names of the CORS headers that browsers ignore.
pub(super) fn useless_names(violations: &[Violation]) -> Option<Names> {
    let found = violations.iter().flat_map(ignored);
    Names::new(found.map(|(_, name)| name))
}

/// Returns the fix for the CORS headers that browsers ignore, and when to accept the finding.
pub(super) fn fix_of_useless(violations: &[Violation]) -> Option<String> {
    let fixes = fixes_of_useless(violations)?;
    Some([&fixes, "; ", wording::accept_harmless!()].concat())
}

/// Returns the fixes for the CORS headers that browsers ignore. Each reason in [`Ignored`] has its own fix.
pub(super) fn fixes_of_useless(violations: &[Violation]) -> Option<String> {
    let found: Vec<(Ignored, String)> = violations.iter().flat_map(ignored).collect();
    let fixes = Ignored::ALL.into_iter().filter_map(|reason| {
        let of_reason = found.iter().filter(|(other, _)| *other == reason);
        let names = Names::new(of_reason.map(|(_, name)| name.clone()))?;
        Some(reason.fix(&names.all()))
    });
    let fixes: Vec<String> = fixes.collect();
    (!fixes.is_empty()).then(|| fixes.join("; "))
}

/// The reason why browsers ignore a CORS header.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ignored {
    /// The header is `Access-Control-Allow-Credentials`, and its value is not `true`.
    Value,
    /// The response has no `Access-Control-Allow-Origin`.
    WithoutOrigin,
    /// The response does not answer a preflight.
    NotOnPreflight,
    /// The response answers a preflight.
    OnPreflight,
}

impl Ignored {
    const ALL: [Self; 4] = [
        Self::Value,
        Self::WithoutOrigin,
        Self::NotOnPreflight,
        Self::OnPreflight,
    ];

    fn fix(self, names: &str) -> String {
        match self {
            Self::Value => {
                format!("leave {names} out, because only the value `true` has an effect")
            }
            Self::WithoutOrigin => {
                format!("send {names} only together with `Access-Control-Allow-Origin`")
            }
            Self::NotOnPreflight => format!(
                "send {names} only in preflight responses, which are responses to OPTIONS requests with `Origin` and `Access-Control-Request-Method`"
            ),
            Self::OnPreflight => format!("do not send {names} in preflight responses"),
        }
    }
}

/// Returns the ignored headers of a violation, each with the reason.
fn ignored(violation: &Violation) -> Vec<(Ignored, String)> {
    let of_exchange = |exchange: &Exchange| {
        let names = useless_headers(violation, exchange).into_iter();
        let reasons = names.map(|name| {
            let value = single(&exchange.response.header_list, &name);
            let reason = if name == ALLOW_CREDENTIALS && value.as_deref() != Some(b"true") {
                Ignored::Value
            } else if violation.law == Law::CorsHeadersNeedAllowOrigin {
                Ignored::WithoutOrigin
            } else if name == EXPOSE_HEADERS {
                Ignored::OnPreflight
            } else {
                Ignored::NotOnPreflight
            };
            (reason, capitalized(&name))
        });
        reasons.collect::<Vec<_>>()
    };
    violation.exchanges.iter().flat_map(of_exchange).collect()
}

/// Returns the names of the ignored CORS headers of a response. The violated law decides which CORS headers count as
/// ignored.
fn useless_headers(violation: &Violation, exchange: &Exchange) -> Vec<String> {
    let headers = exchange.response.header_list.iter();
    let names = headers.map(|(name, _)| name.as_str().to_ascii_lowercase());
    let mut kinds = violation.requests.iter();
    let is_preflight = kinds.any(|kind| kind.purpose == Purpose::Preflight);
    let is_useless = |name: &String| match violation.law {
        Law::CorsHeadersNeedAllowOrigin => is_cors_header(name),
        Law::AllowCredentialsNeedsNamedOrigin => name == ALLOW_CREDENTIALS,
        _ if is_preflight => name == EXPOSE_HEADERS,
        _ => is_list_of_grants(name) || name == MAX_AGE,
    };
    names.filter(is_useless).collect()
}

fn is_list_of_grants(name: &str) -> bool {
    [ALLOW_METHODS, ALLOW_HEADERS].contains(&name)
}

/// Whether the elements of the header `name` in the preflight response equal the requested elements.
fn is_requested(exchange: &Exchange, name: &str) -> bool {
    let requested = match name {
        ALLOW_METHODS => REQUEST_METHOD,
        ALLOW_HEADERS => REQUEST_HEADERS,
        _ => return false,
    };
    let requested = elements(&exchange.request.header_list, requested);
    !requested.is_empty() && elements(&exchange.response.header_list, name) == requested
}
