//! What is wrong with an exchange, whatever it was for.

use alloc::{format, string::String, vec::Vec};

use http::{Method, Request, Response};

use crate::conformance::{
    harness::{
        expectations::{Terms, is_of_a_host},
        probes::{
            attacks::TWICE,
            probe::{Plan, Probe},
        },
        replay::replay,
        report::{finding::Finding, severity::Severity},
    },
    test_handler::{HANDLER, said},
};
use crate::{
    cases::Exchange,
    conformance::{
        generate::policies::{labelled_origins::NearOrigin, policy_spec::PolicySpec},
        laws::{self, violation::LawViolation as Reason},
    },
    infrastructure::{
        origin::{OpaqueOrigin, Origin},
        request::{CredentialsMode, Mode, Request as FetchRequest},
    },
};

const ONE_LINE: &str =
    "set the header instead of adding to it, and let either the middleware or the handler do it";
const CREDENTIALS: &str =
    "send Access-Control-Allow-Credentials once, `true`, and with the origin itself";
const NO_ORIGIN: &str = "send the others only beside Access-Control-Allow-Origin";
const PREFLIGHTS: &str = "tell preflights about methods, request headers and max-age, and all others about exposed headers";
const VARY: &str = "look at what `Vary` names before adding to it";
const HANDLERS: &str = "add to `Vary`, all of its lines, instead of setting it";
const MAX_AGE: &str = "send as Access-Control-Max-Age the seconds that the policy says, in digits";
const GRANTED: &str =
    "name in Access-Control-Allow-Methods and -Headers what the policy does, and nothing more";

/// The laws of any response, each with how bad it is where it does not hold, and what to do.
pub(crate) fn judge_alone(terms: &Terms, probe: &Probe, exchange: &Exchange) -> Vec<Finding> {
    let (Ok(request), Ok(response)) = (
        Request::try_from(&exchange.request),
        Response::try_from(&exchange.response),
    ) else {
        return Vec::new();
    };
    let spec = &terms.spec;
    let has_origin = response
        .headers()
        .contains_key("access-control-allow-origin");
    let credentials = match has_origin {
        true => laws::credentials_are_allowed_once_and_to_a_named_origin(&response),
        false => Ok(()),
    };
    let handlers = match response.headers().contains_key(HANDLER) {
        true => laws::what_a_handler_says_in_vary_stays(&said(request.headers()), &response),
        // It is one that does not do what probes say, or was not asked.
        false => Ok(()),
    };
    let repeated = match is_a_browsers(probe, exchange) {
        // That is for the browser to judge.
        true => Ok(()),
        false => nothing_is_repeated(spec, &request, &response),
    };
    let checks: [(&'static str, Severity, Result<(), Reason>, &'static str); 10] = [
        (
            "a_response_allows_one_origin_at_most",
            Severity::Broken,
            laws::a_response_allows_one_origin_at_most(&response),
            ONE_LINE,
        ),
        (
            "credentials_are_allowed_once_and_to_a_named_origin",
            Severity::Waste,
            credentials,
            CREDENTIALS,
        ),
        (
            "without_an_allowed_origin_nothing_else_is_said",
            Severity::Waste,
            laws::without_an_allowed_origin_nothing_else_is_said(&response),
            NO_ORIGIN,
        ),
        (
            "what_preflights_are_told_is_told_to_preflights_alone",
            Severity::Waste,
            laws::what_preflights_are_told_is_told_to_preflights_alone(&request, &response),
            PREFLIGHTS,
        ),
        (
            "vary_names_each_header_once",
            Severity::Waste,
            laws::vary_names_each_header_once(&response),
            VARY,
        ),
        (
            "what_a_handler_says_in_vary_stays",
            Severity::Cache,
            handlers,
            HANDLERS,
        ),
        (
            "a_preflight_is_remembered_as_long_as_the_policy_says",
            Severity::Waste,
            laws::a_preflight_is_remembered_as_long_as_the_policy_says(spec, &request, &response),
            MAX_AGE,
        ),
        (
            "no_more_is_granted_than_the_policy_permits",
            Severity::Security,
            laws::no_more_is_granted_than_the_policy_permits(spec, &request, &response),
            GRANTED,
        ),
        (
            "a_long_question_is_not_repeated",
            Severity::Waste,
            laws::a_long_question_is_not_repeated(spec, &request, &response),
            probe.advice,
        ),
        (
            "an_origin_that_is_not_allowed_is_not_repeated",
            Severity::Waste,
            repeated,
            match is_several(&request) {
                true => TWICE,
                false => probe.advice,
            },
        ),
    ];
    let mut found: Vec<Finding> = checks
        .into_iter()
        .filter_map(|(law, severity, held, advice)| {
            let reason = held.err()?;
            let detail = match severity {
                // Of the plain preflights one is enough.
                Severity::Security | Severity::Broken | Severity::Cache => String::new(),
                Severity::Waste => String::from(waste_of(probe, law)),
            };
            Some(Finding {
                law,
                severity,
                probe: probe.name.clone(),
                message: format!("{reason}: {advice}"),
                exchanges: Vec::from([exchange.clone()]),
                unanswered: None,
                error: None,
                detail,
                advice,
            })
        })
        .collect();
    found.extend(read_alone(terms, probe, exchange));
    found
}

/// Of several lines of Origin none is allowed. What is told to everybody repeats nobody: `*`, or the only
/// origin of a list.
fn nothing_is_repeated(
    spec: &PolicySpec,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), Reason> {
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
    let nobody = PolicySpec::from_origins([""; 0]);
    let spec = match !spec.origins.is_any() && is_several(request) {
        true => &nobody,
        false => spec,
    };
    laws::an_origin_that_is_not_allowed_is_not_repeated(spec, request, response)
}

fn is_several(request: &Request<()>) -> bool {
    request.headers().get_all("origin").iter().nth(1).is_some()
}

/// Whether some browser may have sent it.
fn is_a_browsers(probe: &Probe, exchange: &Exchange) -> bool {
    let mut origins = exchange.request.header_list.values("origin");
    probe.is_from_browser()
        || match (origins.next(), origins.next()) {
            (Some(only), None) => {
                let only = only.as_bytes();
                NearOrigin::new(only).is_from_browser
                    && Origin::parse(only).map_or(true, |origin| is_of_a_host(&origin))
            }
            _ => false,
        }
}

/// Of most of what is wasted one example will do; what the probes are for has one each.
fn waste_of<'a>(probe: &'a Probe, law: &str) -> &'a str {
    match law {
        "a_long_question_is_not_repeated" | "an_origin_that_is_not_allowed_is_not_repeated" => {
            probe.kind()
        }
        _ => "",
    }
}

/// What a response has in it for a page that must not read it.
pub(super) const fn what_is_read(credentials: bool) -> &'static str {
    match credentials {
        true => " with credentials, and so all that the user may see",
        false => " without credentials",
    }
}

/// Whether a page of the Origin that is there could read the response, as far as one exchange shows it.
fn read_alone(terms: &Terms, probe: &Probe, exchange: &Exchange) -> Option<Finding> {
    let is_simple = matches!(
        exchange.request.method,
        Method::GET | Method::HEAD | Method::POST
    );
    let mut origins = exchange.request.header_list.values("origin");
    let origin = match (&probe.plan, origins.next(), origins.next()) {
        (Plan::Alone, Some(origin), None) if is_simple => origin.as_bytes(),
        _ => return None,
    };
    let origin = match origin {
        b"null" => Origin::Opaque(OpaqueOrigin(0)),
        origin => Origin::parse(origin).ok().filter(is_of_a_host)?,
    };
    let mut request = FetchRequest::new(origin, exchange.request.url.clone());
    if request.origin.is_same_origin_with(request.url()) {
        return None;
    }
    request.method = exchange.request.method.clone();
    request.mode = Mode::Cors;
    let answers = [Some(Ok(exchange.response.clone()))];
    let page = request.origin.serialize();
    let reads = |credentials: bool| {
        let mode = match credentials {
            true => CredentialsMode::Include,
            false => CredentialsMode::SameOrigin,
        };
        matches!(replay(&request, mode, &answers).result, Some(Ok(_)))
            && !terms.lets_read(page, credentials)
    };
    let credentials = [true, false]
        .into_iter()
        .find(|credentials| reads(*credentials))?;
    let violation = Finding {
        law: "a_denied_page_never_reads_a_response",
        severity: Severity::Security,
        probe: probe.name.clone(),
        message: format!(
            "a page of {page} reads the response{}, and the policy does not let it",
            what_is_read(credentials),
        ),
        exchanges: Vec::from([exchange.clone()]),
        unanswered: None,
        error: None,
        detail: String::from(probe.kind()),
        advice: probe.advice,
    };
    Some(violation.with_advice(terms.lets_read(page, false)))
}
