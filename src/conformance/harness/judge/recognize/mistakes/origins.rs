//! Describes mistakes in the choice of the origins that a server allows.

use alloc::{collections::BTreeSet, format, string::String};

use super::{
    super::{
        Evidence, added_asterisk,
        description::Description,
        facts::{ALLOW_ORIGIN, elements, is_like_preflight, single},
        folded::OTHERS_FAIL,
        names::{Names, are_preflights, credential_headers, joined, origins, reflected_headers},
        options_in_front,
        other_forms::has_other_form,
        unanswered::{DENIED, OWN_PAGES, SEVERAL_ORIGINS, WITHOUT_ORIGIN},
    },
    in_kebab_case, is_failed_fetch,
};
use crate::{
    cases::Exchange,
    conformance::{
        harness::{
            judge::requests::origin_kind,
            probes::shared_hosts::shared_domain,
            report::{
                cause::Cause,
                place::Place,
                request_kind::{OriginKind, Purpose},
                violation::Violation,
            },
        },
        laws::{Law, severity::Severity},
    },
    explain::header_name::capitalized,
    infrastructure::origin::TupleOrigin,
};

const DENIED_OPTIONS: &str = "OPTIONS requests of denied origins";
const ALLOWED: &str = "requests of allowed pages";
const ALLOWED_OPTIONS: &str = "OPTIONS requests of allowed pages";

impl Evidence<'_> {
    /// Describes a mistake in the comparison of origins, or in the value of `Access-Control-Allow-Origin`.
    pub(super) fn mistake_with_origins(
        &self,
        cause: Cause,
        violations: &[Violation],
    ) -> Option<Description> {
        let exchanges = || violations.iter().flat_map(|violation| &violation.exchanges);
        match cause {
            Cause::ReflectsOnSomeMethods if are_preflights(exchanges()) => Some(
                Description::new(format!(
                    "preflight responses reflect {}, but other responses do not",
                    self.denied.limited_origins()
                ))
                .naming(&[Place::Preflights]),
            ),
            Cause::ReflectsOnSomeMethods => {
                let others = exchanges().filter(|exchange| !is_like_preflight(&exchange.request));
                let methods = Names::new(others.map(|exchange| exchange.request.method.as_str()))?;
                let has_preflight =
                    exchanges().any(|exchange| is_like_preflight(&exchange.request));
                let and = and_in_preflights(has_preflight);
                let any = self.denied.limited_origins();
                let text = format!(
                    "the server reflects {any} if the method is {}{and}",
                    methods.joined("or")
                );
                Some(
                    Description::new(text)
                        .about_names(&methods)
                        .naming(&[Place::Head]),
                )
            }
            Cause::ReflectsOnErrors => {
                let any = self.denied.limited_origins();
                let text = format!("the server reflects {any} in error responses");
                Some(Description::new(text))
            }
            Cause::ReflectsWithCredentials => {
                let headers = credential_headers(exchanges())?;
                let has_preflight = exchanges().any(|exchange| {
                    exchange.request.is_preflight() && self.denied.cause(exchange) == Some(cause)
                });
                let and = and_in_preflights(has_preflight);
                let any = self.denied.limited_origins();
                let text = format!(
                    "the server reflects {any} if the request has {}{and}",
                    headers.joined("or")
                );
                let places = [Place::Preflights];
                let named = if has_preflight { &places[..] } else { &[] };
                Some(Description::new(text).about_names(&headers).naming(named))
            }
            Cause::ReflectsWithHeaders => {
                let headers = reflected_headers(violations, &self.unreflected_headers)?;
                let of_cache = ["If-Modified-Since", "If-None-Match"];
                let is_of_cache = headers.iter().all(|header| of_cache.contains(&header));
                let why = if is_of_cache {
                    ", which browsers add to ask whether a cached response is still valid: the CORS headers of the 304 response then replace those of the cached response"
                } else {
                    ""
                };
                let any = self.denied.limited_origins();
                let text = format!(
                    "the server reflects {any} if the request has {}{why}",
                    headers.joined("or")
                );
                Some(Description::new(text).about_names(&headers))
            }
            Cause::OtherAllowOrigin if self.are_of_other_pages(violations) => {
                Some(Description::new(
                    "a page gets the response for another page, although `Vary` lists `Origin`",
                ))
            }
            Cause::OtherAllowOrigin if exchanges().all(sends_null) => Some(Description::new(
                "the server sends `null` in place of the allowed origin",
            )),
            Cause::AllowsNull => {
                let origins = origins(exchanges())?;
                let is_several = origins.iter().nth(1).is_some();
                is_several.then(|| {
                    let text = format!("the server allows the origins {}", origins.joined("and"));
                    Description::new(text).about_names(&origins)
                })
            }
            Cause::ComparesSuffix if self.denied.has_only_open_ends(cause) => {
                self.mistake_with_open_ends(cause, violations)
            }
            Cause::ComparesPrefix | Cause::ComparesSuffix | Cause::ContainsListedHost
                if self.denied.entries_with(cause).is_empty()
                    && self.denied.own_origin_with(cause).is_some() =>
            {
                let part = match cause {
                    Cause::ComparesPrefix => "begins with",
                    Cause::ComparesSuffix => "ends with",
                    _ => "contains",
                };
                let own = self.denied.described_own_part()?;
                Some(Description::new(format!(
                    "the server allows origins whose host {part} {own}{}",
                    self.and_open_ends(cause)
                )))
            }
            Cause::ComparesSuffix if self.compares_end_of_origin(violations) => {
                let allowed = self.wrongly_allowed(cause, violations)?.joined("and");
                let text =
                    format!("the server compares only the end of the origin: it allows {allowed}");
                Some(Description::new(text))
            }
            Cause::ComparesSuffix => {
                let parents = self.denied.parents_of_subdomains();
                let parents = Names::new(parents)?;
                let text = format!(
                    "the server allows names under {} that the policy does not list{}",
                    parents.joined("and"),
                    self.and_open_ends(cause)
                );
                Some(Description::new(text).about_names(&parents))
            }
            Cause::ReflectsAnyOrigin
            | Cause::ReflectsAnyHttpsOrigin
            | Cause::ReflectsAnyHttpOrigin => {
                let exceptions = self.limits_of_reflection();
                let others = if self.has_errors_without_https(violations) {
                    OTHERS_FAIL
                } else {
                    ""
                };
                let form = other_form(violations).unwrap_or_default();
                let mistake = cause.mistake();
                Some(Description::new(format!(
                    "{mistake}{exceptions}{others}{form}"
                )))
            }
            Cause::AllowsSometimes => {
                let changes = self.denied.changes.as_ref()?;
                let allowed = Names::of_origins(changes.allowed.iter().cloned())?.joined("and");
                let Some(when) = &changes.when else {
                    return Some(Description::new(format!(
                        "the server sends the `Origin` of an earlier request in `Access-Control-Allow-Origin`, so pages of other sites can read responses: {allowed}"
                    )));
                };
                Some(Description::new(format!(
                    "the server allows origins that the policy denies ({allowed}), but {when}: an equal request gets another answer"
                )))
            }
            Cause::ReflectsManyOrigins => self.many_origins().map(Description::new),
            Cause::AllowsEverything => {
                let granted = self.grants.described_reflection()?;
                let limits = self.grants.limits_of_reflection();
                let others = Names::new(self.grants.named_beside_asterisk());
                let and_others = others.as_ref().map_or_else(String::new, |others| {
                    format!(", and also grants {}", others.joined("and"))
                });
                let reflected = if self.denied.reflects() == Some(Cause::ReflectsManyOrigins) {
                    self.many_origins()?
                } else {
                    format!(
                        "the server reflects any origin{}",
                        self.limits_of_reflection()
                    )
                };
                let text = format!(
                    "{reflected}, and grants every requested {granted}{limits}{and_others}"
                );
                let description = Description::new(text).about([in_kebab_case(granted)]);
                let description = self.with_failed_methods(description, violations);
                Some(match &others {
                    Some(others) => description.about_names(others),
                    None => description,
                })
            }
            Cause::DeniesAllowedOrigin | Cause::NoCorsHeaders => {
                let Some(entry) = self.entry_mistake(cause, violations) else {
                    let others = self.headers_without_allow_origin(cause)?;
                    let text = format!(
                        "no response to an allowed origin has `Access-Control-Allow-Origin`, but responses have {}",
                        others.joined("and")
                    );
                    return Some(Description::new(text));
                };
                let description = Description::new(entry.mistake).about(entry.origins);
                Some(description.naming(entry.places))
            }
            Cause::AllowsOtherOrigin if let Some(description) = self.expression(violations) => {
                Some(description)
            }
            Cause::AllowsOtherOrigin => {
                let origins = self.other_origins(violations)?;
                let text = format!(
                    "the server allows {}, which the policy does not allow{}",
                    origins.with_noun("origin"),
                    self.difference(&origins)
                );
                Some(Description::new(text).about_names(&origins))
            }
            Cause::AllowsSharedHosts => {
                let hosts = exchanges().filter_map(|exchange| {
                    let origin = exchange.request.header_list.get("origin")?;
                    let origin = String::from_utf8_lossy(&origin).into_owned();
                    Some(match shared_domain(&origin) {
                        Some(domain) => ["*.", domain].concat(),
                        None => origin,
                    })
                });
                let hosts = Names::new(hosts)?;
                let text = format!(
                    "the server allows every page of a shared host: {}",
                    hosts.joined("and")
                );
                Some(Description::new(text).about_names(&hosts))
            }
            Cause::SendsText => Some(sent_text(violations)),
            Cause::SendsOtherOrigin => {
                let origins = sent_origins(violations)?;
                let text = format!(
                    "the server sends {} in `Access-Control-Allow-Origin` to other origins or without `Origin`, and so lets pages of a denied origin read the responses",
                    origins.all()
                );
                Some(Description::new(text).about_names(&origins))
            }
            Cause::WrongConstantOrigin => {
                let origins = sent_origins(violations)?;
                let (mistake, all) = (cause.mistake(), origins.all());
                let text = format!("{mistake}: pages of {all} can read the responses");
                Some(Description::new(text).about_names(&origins))
            }
            Cause::WildcardOrigin if self.has_options_in_front() => {
                Some(Description::new(options_in_front::MISTAKE).naming(&[Place::Preflights]))
            }
            Cause::WildcardOrigin if self.adds_asterisk(violations) => {
                Some(Description::new(added_asterisk::MISTAKE))
            }
            Cause::WildcardOrigin => {
                let place = self.place(violations);
                let in_place = place.map(|place| format!(" in {}", place.responses()));
                let in_place = in_place.unwrap_or_default();
                let consequence = if violations.iter().any(is_failed_fetch) {
                    ", and requests with credentials fail"
                } else {
                    ""
                };
                let text = format!(
                    "the server sends `*`{in_place}, although the policy does not allow every origin{consequence}"
                );
                Some(Description::new(text).naming(place.as_slice()))
            }
            Cause::RepeatsAllowOrigin if exchanges().any(|exchange| self.is_repeated(exchange)) => {
                Some(Description::new(
                    "responses have several values of `Access-Control-Allow-Origin`, and one of them is the `Origin` of a page that the policy does not allow",
                ))
            }
            Cause::AllowsLocalhostPrefix if self.denied.compares_localhost() => {
                Some(Description::new(
                    "the server allows every origin that contains `localhost`, such as `http://localhost.evil.test` and `https://localhost`",
                ))
            }
            Cause::AllowsLocalhost => self.local_hosts(violations).map(Description::new),
            _ => None,
        }
    }

    /// Returns the CORS headers that the server sends although no response has `Access-Control-Allow-Origin`.
    pub(in super::super) fn headers_without_allow_origin(&self, cause: Cause) -> Option<Names> {
        let sent = self.allowed.sent_without_allow_origin().iter();
        Names::new(sent.map(|name| capitalized(name))).filter(|_| cause == Cause::NoCorsHeaders)
    }

    /// Describes the origins that the server reflects, and the origins that it blocks.
    fn many_origins(&self) -> Option<String> {
        let reflected = self.denied.origins_with(Cause::ReflectsManyOrigins);
        let reflected = Names::of_origins(reflected)?;
        let blocked = Names::of_origins(self.denied.blocked())?;
        Some(format!(
            "the server reflects many origins that the policy does not allow ({}), and denies others ({})",
            reflected.joined("and"),
            blocked.joined("and"),
        ))
    }

    /// Describes the origins that the server blocks although it reflects nearly any origin, and the methods to which the
    /// reflection is limited.
    fn limits_of_reflection(&self) -> String {
        let blocked = Names::of_origins(self.denied.blocked());
        let blocked = blocked.map(|blocked| format!(" except {}", blocked.joined("and")));
        let unreflected = self.denied.unreflected();
        let and = and_in_preflights(unreflected.reflects_options);
        let methods = if unreflected.methods {
            format!(" if the method is `GET`{and}")
        } else if unreflected.options {
            String::from(", but not in responses to OPTIONS")
        } else {
            String::new()
        };
        blocked.unwrap_or_default() + &methods
    }

    /// Whether one of the values of `Access-Control-Allow-Origin` is the denied origin of the request. If the header
    /// has several values, no page can read the response. But if the server later sends only this value, the page can
    /// read the response.
    pub(in super::super) fn is_repeated(&self, exchange: &Exchange) -> bool {
        let origin = single(&exchange.request.header_list, "origin").unwrap_or_default();
        let origin = String::from_utf8_lossy(&origin).into_owned();
        let is_origin = origin == "null" || TupleOrigin::parse(origin.as_bytes()).is_ok();
        is_origin
            && origin_kind(self.expectations, &exchange.request) == OriginKind::Denied
            && elements(&exchange.response.header_list, ALLOW_ORIGIN).contains(&origin)
    }
}

fn sends_null(exchange: &Exchange) -> bool {
    single(&exchange.response.header_list, ALLOW_ORIGIN).as_deref() == Some(b"null")
}

/// Describes the form in which a server reflects origins, if browsers do not accept the form. Returns `None` if a page of a
/// denied origin can read a response.
fn other_form(violations: &[Violation]) -> Option<String> {
    let mut severities = violations.iter().map(|violation| violation.severity);
    let is_harmless = severities.all(|severity| severity == Severity::Waste);
    let exchanges = violations.iter().flat_map(|violation| &violation.exchanges);
    let values = exchanges.filter(|exchange| has_other_form(exchange));
    let values = values.filter_map(|exchange| single(&exchange.response.header_list, ALLOW_ORIGIN));
    let values = values.map(|value| String::from_utf8_lossy(&value).into_owned());
    let values = Names::new(values).filter(|_| is_harmless)?.joined("and");
    Some(format!(
        ", in a form that browsers do not accept ({values}), so no page can read the responses today"
    ))
}

/// Describes the values of `Access-Control-Allow-Origin` that are not origins, and the requests that get these values.
fn sent_text(violations: &[Violation]) -> Description {
    let kinds: BTreeSet<&str> = violations
        .iter()
        .flat_map(|violation| &violation.requests)
        .map(|kind| match (kind.origin, kind.purpose) {
            (OriginKind::Missing, _) => WITHOUT_ORIGIN,
            (OriginKind::Several, _) => SEVERAL_ORIGINS,
            (OriginKind::Own, _) => OWN_PAGES,
            (OriginKind::Allowed, Purpose::Request) => ALLOWED,
            (OriginKind::Allowed, Purpose::Preflight | Purpose::Options) => ALLOWED_OPTIONS,
            (_, Purpose::Request) => DENIED,
            (_, Purpose::Preflight | Purpose::Options) => DENIED_OPTIONS,
        })
        .collect();
    let is_implied = |kind: &str| {
        (kind == DENIED_OPTIONS && kinds.contains(DENIED))
            || (kind == ALLOWED_OPTIONS && kinds.contains(ALLOWED))
    };
    let named = kinds.iter().filter(|kind| !is_implied(kind));
    let requests = joined(named.copied().map(String::from).collect(), "and");
    let exchanges = violations.iter().flat_map(|violation| &violation.exchanges);
    let values = exchanges.filter_map(|exchange| {
        let value = single(&exchange.response.header_list, ALLOW_ORIGIN)?;
        Some(String::from_utf8_lossy(&value).into_owned())
    });
    let text = match Names::new(values) {
        None => {
            format!("responses to {requests} have several values of `Access-Control-Allow-Origin`")
        }
        // `null` is an origin, so the text below about other values would be wrong.
        Some(values) if values.iter().eq(["null"]) => format!(
            "responses to {requests} have `Access-Control-Allow-Origin: null`, which is not the origin of a page that may read them"
        ),
        Some(values) if values.iter().eq([""]) => {
            format!("responses to {requests} have an empty `Access-Control-Allow-Origin`")
        }
        Some(values) => format!(
            "responses to {requests} have an `Access-Control-Allow-Origin` that is neither `*` nor the origin of a page: {}",
            values.joined("or")
        ),
    };
    let places = [Place::Preflights];
    let mut of_options = [DENIED_OPTIONS, ALLOWED_OPTIONS].into_iter();
    let is_named = of_options.any(|kind| kinds.contains(kind) && !is_implied(kind));
    let named = if is_named { &places[..] } else { &[] };
    let requests = violations.iter().flat_map(|violation| violation.requests());
    Description::new(text).about(requests).naming(named)
}

/// Returns the denied origins that the server sends to other origins. `None` if no violation shows such an origin.
fn sent_origins(violations: &[Violation]) -> Option<Names> {
    let shown = violations.iter();
    let exchanges = shown.filter(|violation| violation.law == Law::DeniedPageReadsNothing);
    let values = exchanges.flat_map(|violation| &violation.exchanges);
    let values = values.filter_map(|exchange| {
        let value = single(&exchange.response.header_list, ALLOW_ORIGIN)?;
        Some(String::from_utf8_lossy(&value).into_owned())
    });
    Names::new(values)
}

const fn and_in_preflights(has_preflight: bool) -> &'static str {
    if has_preflight {
        ", and in responses to preflights"
    } else {
        ""
    }
}
