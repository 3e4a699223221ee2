//! Judges one exchange by the laws that every response must satisfy.

use alloc::{format, string::String, vec::Vec};

use http::{Method, Request, Response};

use crate::conformance::{
    harness::{
        expectations::{Expectations, is_possible_origin},
        judge::{
            recognize::facts::{ALLOW_CREDENTIALS, single},
            requests::origin_kind,
        },
        probes::{
            attacks::SEVERAL_ORIGINS_ADVICE,
            probe::{Plan, Probe, is_credentialed},
        },
        replay::replay,
        report::{request_kind::OriginKind, violation::Violation},
    },
    test_handler::{HANDLER_HEADER, requested_headers},
};
use crate::{
    cases::Exchange,
    conformance::{
        generate::policies::{labelled_origins::NearOrigin, policy_spec::PolicySpec},
        laws::{
            self, Law, LawViolation, any_server::exchange::are_grants_harmless, severity::Severity,
        },
    },
    infrastructure::{
        origin::Origin,
        request::{CredentialsMode, Mode, Request as FetchRequest},
    },
};

/// Checks the laws that every response must satisfy. `is_unread` is true if a fetch fails before the page gets the
/// response.
pub(crate) fn judge_response(
    expectations: &Expectations,
    probe: &Probe,
    exchange: &Exchange,
    is_unread: bool,
) -> Vec<Violation> {
    let (Ok(request), Ok(response)) = (
        Request::try_from(&exchange.request),
        Response::try_from(&exchange.response),
    ) else {
        return Vec::new();
    };
    let spec = &expectations.spec;
    let has_origin = response
        .headers()
        .contains_key("access-control-allow-origin");
    let credentials = if has_origin && !is_echoed_asterisk(&request, &response) {
        laws::allow_credentials_needs_named_origin(&response)
    } else {
        Ok(())
    };
    let handler_vary = if response.headers().contains_key(HANDLER_HEADER) {
        laws::handler_vary_survives(&requested_headers(request.headers()), &response)
    } else {
        // Without the mark of the test handler, the response is not from this handler. So there is no `Vary` of the
        // handler that the middleware must keep.
        Ok(())
    };
    // A fetch with credentials is judged only in the credentials mode `include`. If it fails only because the response does
    // not allow credentials, the response can still reflect a denied origin.
    let lacks_credentials = matches!(probe.plan, Plan::Credentialed(_))
        && is_credentialed(&exchange.request)
        && single(&exchange.response.header_list, ALLOW_CREDENTIALS).as_deref() != Some(b"true");
    let reflection = if may_be_from_browser(probe, exchange) && !is_unread && !lacks_credentials {
        // The harness replays the fetch, and so judges whether the page can read this response. A second check of the
        // response is not necessary.
        Ok(())
    } else {
        origin_is_not_reflected(spec, &request, &response)
    };
    let checks: [(Law, Result<(), LawViolation>); 13] = [
        (
            Law::AllowOriginOccursOnce,
            laws::allow_origin_occurs_once(&request, &response),
        ),
        (Law::AllowCredentialsNeedsNamedOrigin, credentials),
        (
            Law::CorsHeadersNeedAllowOrigin,
            laws::cors_headers_need_allow_origin(&response),
        ),
        (
            Law::PreflightHeadersStayOnPreflights,
            laws::preflight_headers_stay_on_preflights(&request, &response),
        ),
        (
            Law::VaryListsEachNameOnce,
            laws::vary_lists_each_name_once(&response),
        ),
        (Law::HandlerVarySurvives, handler_vary),
        (
            Law::MaxAgeMatchesPolicy,
            laws::max_age_matches_policy(spec, &request, &response),
        ),
        (
            Law::GrantsStayWithinPolicy,
            laws::grants_stay_within_policy(spec, &request, &response),
        ),
        (
            Law::LongHeadersAreNotReflected,
            laws::long_headers_are_not_reflected(spec, &request, &response),
        ),
        (Law::DeniedOriginIsNotReflected, reflection),
        (
            Law::AllowOriginNamesAnOrigin,
            laws::allow_origin_names_an_origin(spec, &request, &response),
        ),
        (
            Law::PrivateNetworkIsNotGranted,
            laws::private_network_is_not_granted(&response),
        ),
        (
            Law::EmptyListAllowsNoOrigin,
            laws::empty_list_allows_no_origin(spec, &response),
        ),
    ];
    let mut found: Vec<Violation> = checks
        .into_iter()
        .filter_map(|(law, result)| {
            let violation = result.err()?;
            let advice = match law {
                Law::DeniedOriginIsNotReflected if has_several_origins(&request) => {
                    SEVERAL_ORIGINS_ADVICE
                }
                law => law.advice().unwrap_or(probe.advice),
            };
            let message = format!("{violation}: {advice}");
            let exchanges = Vec::from([exchange.clone()]);
            let new = Violation::new(law, &probe.name, message, exchanges);
            // Several values break only the pages that the policy allows.
            let breaks_no_page = law == Law::AllowOriginOccursOnce
                && origin_kind(expectations, &exchange.request) != OriginKind::Allowed;
            let is_harmless_grant =
                law == Law::GrantsStayWithinPolicy && are_grants_harmless(spec, &response);
            Some(Violation {
                detail: String::from(example_kind(law, probe)),
                advice,
                severity: if breaks_no_page || is_harmless_grant {
                    Severity::Waste
                } else {
                    new.severity
                },
                ..new
            })
        })
        .collect();
    found.extend(judge_reading(expectations, probe, exchange));
    found
}

/// Checks that the response does not reflect an origin that the policy does not allow.
///
/// A server that always sends `*`, or always sends the only origin in the policy's list, does not reflect the origin.
/// For a request with several `Origin` lines, the result depends on the policy. If the policy has a list of origins,
/// none of the lines is allowed. If the policy allows any origin, every line is allowed.
fn origin_is_not_reflected(
    spec: &PolicySpec,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), LawViolation> {
    let only = match spec.origins.entries() {
        [only] => only,
        _ => "*",
    };
    let mut allowed = response
        .headers()
        .get_all("access-control-allow-origin")
        .iter();
    let is_constant = match (allowed.next(), allowed.next()) {
        (Some(line), None) => line == "*" || line == only,
        _ => false,
    };
    if is_constant {
        return Ok(());
    }
    let no_origin = PolicySpec::from_origins([""; 0]);
    let spec = if !spec.origins.is_any() && has_several_origins(request) {
        &no_origin
    } else {
        spec
    };
    laws::denied_origin_is_not_reflected(spec, request, response)
}

/// Whether the response reflects the `Origin: *` of a probe. No browser sends this value, so the response does not show
/// that the server sends `*` to browsers.
fn is_echoed_asterisk(request: &Request<()>, response: &Response<()>) -> bool {
    let is_asterisk = |value: Option<&http::HeaderValue>| value.is_some_and(|value| value == "*");
    is_asterisk(request.headers().get("origin"))
        && is_asterisk(response.headers().get("access-control-allow-origin"))
}

fn has_several_origins(request: &Request<()>) -> bool {
    request.headers().get_all("origin").iter().nth(1).is_some()
}

/// Whether a browser can send the request.
fn may_be_from_browser(probe: &Probe, exchange: &Exchange) -> bool {
    let mut origins = exchange.request.header_list.values("origin");
    probe.is_from_browser()
        || match (origins.next(), origins.next()) {
            (Some(only), None) => {
                let only = only.as_bytes();
                NearOrigin::new(only).is_from_browser
                    && Origin::parse(only).map_or(true, |origin| is_possible_origin(&origin))
            }
            _ => false,
        }
}

/// Returns the text that keeps violations of the same law apart. For the two laws about reflection, the text is the
/// kind of the probe. For all other laws, the text is empty, because one violation of each law is enough.
fn example_kind(law: Law, probe: &Probe) -> &str {
    match law {
        Law::LongHeadersAreNotReflected | Law::DeniedOriginIsNotReflected => probe.kind(),
        _ => "",
    }
}

/// Describes a page of `origin`. A message begins with this text. An origin with another scheme than `http` and `https` is
/// not the origin of a page on the web, so the text does not speak of a page.
pub(super) fn page_of(origin: &str) -> String {
    match origin.split_once("://") {
        _ if origin == "null" => {
            String::from("a page with the origin `null`, such as a sandboxed frame,")
        }
        Some(("http" | "https", _)) => format!("a page of {origin}"),
        _ => format!("the origin {origin}"),
    }
}

/// Describes a page that reads a response, although the policy does not allow this.
pub(super) fn denied_read(origin: &str, credentials: bool) -> String {
    format!(
        "{} can read the response{}, although the policy does not allow this",
        page_of(origin),
        credentials_clause(credentials),
    )
}

pub(super) const fn credentials_clause(credentials: bool) -> &'static str {
    if credentials {
        " with the user's credentials"
    } else {
        " without credentials"
    }
}

/// Finds a page that can read the response to a single request although the policy does not allow this. The origin of
/// the page is the `Origin` of the request.
fn judge_reading(
    expectations: &Expectations,
    probe: &Probe,
    exchange: &Exchange,
) -> Option<Violation> {
    let is_simple = matches!(
        exchange.request.method,
        Method::GET | Method::HEAD | Method::POST
    );
    let mut origins = exchange.request.header_list.values("origin");
    let origin = match (&probe.plan, origins.next(), origins.next()) {
        (Plan::Single, Some(origin), None) if is_simple => origin.as_bytes(),
        _ => return None,
    };
    let origin = Origin::parse(origin).ok().filter(is_possible_origin)?;
    let mut request = FetchRequest::new(origin, exchange.request.url.clone());
    if request.origin.is_same_origin_with(request.url()) {
        return None;
    }
    request.method = exchange.request.method.clone();
    request.mode = Mode::Cors;
    let answers = [Some(Ok(exchange.response.clone()))];
    let page = request.origin.serialize();
    let reads = |credentials: bool| {
        let mode = if credentials {
            CredentialsMode::Include
        } else {
            CredentialsMode::SameOrigin
        };
        matches!(replay(&request, mode, &answers).result, Some(Ok(_)))
            && !expectations.lets_read(page, credentials)
    };
    let credentials = [true, false]
        .into_iter()
        .find(|credentials| reads(*credentials))?;
    let message = denied_read(page, credentials);
    let exchanges = Vec::from([exchange.clone()]);
    let violation = Violation {
        detail: String::from(probe.kind()),
        advice: probe.advice,
        ..Violation::new(Law::DeniedPageReadsNothing, &probe.name, message, exchanges)
    };
    Some(violation.with_advice(expectations.lets_read(page, false)))
}
