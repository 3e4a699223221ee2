//! The mistakes that a plan draws, with the names that explanations give to these mistakes.
//!
//! A plan has a value of an enum for each header, for the status and for the target of a redirect. A test explains the
//! case of a plan, finds the drawn value for each refusal, and compares the names.

#![allow(clippy::unwrap_used)]

use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use core::time::Duration;

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

use super::{
    allow_credentials::AllowCredentials as Credentials,
    allow_origin::AllowOrigin,
    family::Family,
    lists::List,
    plan::CasePlan,
    request_summary::RequestSummary,
    server_response::{ServerResponse, Status},
    strategies::plans,
};
use crate::{
    Failure,
    cases::ServerAnswer,
    conformance::generate::weights::{
        families::CaseWeights,
        responses::{ALLOW_CREDENTIALS, ALLOW_ORIGINS, LISTS, STATUSES},
    },
    explain::{
        Explanation, NearMissKind as Kind, Refusal, checked_header::checked_header, explain,
    },
    fetching::{ConnectionError, HttpRequest, UserAgent},
    infrastructure::{
        bytes::isomorphic_decode, request::CredentialsMode, response::Response,
        url::without_fragment_and_userinfo,
    },
};

/// The number of plans of each family.
const PLANS: u32 = 1500;

/// A drawn value that the browser refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Drawn {
    AllowOrigin(AllowOrigin),
    AllowCredentials(Credentials),
    AllowMethods(List),
    AllowHeaders(List),
    PreflightStatus(Status),
    /// A redirect without a valid target.
    Location,
}

/// An exchange of the explained fetch.
struct Sent {
    request: HttpRequest,
    answer: Response,
}

/// The facts about the refused request.
struct Context<'c> {
    /// The `Origin` of the refused request.
    sent: &'c str,
    is_credentialed: bool,
    is_preflight: bool,
    method: &'c str,
    status: u16,
    has_location: bool,
    /// Whether a valid list denies the method or the header.
    is_denied: bool,
    /// The denied header name.
    denied: &'c str,
    /// Whether the page sets a header with the name `*`. A list with the names of the headers then has `*`.
    has_wildcard_name: bool,
    /// Whether the server redirects from https to http on the same host.
    is_downgrade: bool,
}

/// Returns the drawn value that causes the failure. `None` if no header and no status of the response causes the
/// failure.
fn drawn(failure: Failure, response: &ServerResponse) -> Option<Drawn> {
    Some(match checked_header(failure) {
        Some("access-control-allow-origin") => Drawn::AllowOrigin(response.allow_origin),
        Some("access-control-allow-credentials") => {
            Drawn::AllowCredentials(response.allow_credentials)
        }
        Some("access-control-allow-methods") => Drawn::AllowMethods(response.allow_methods),
        Some("access-control-allow-headers") => Drawn::AllowHeaders(response.allow_headers),
        _ => match failure {
            Failure::PreflightInvalidStatus | Failure::PreflightDisallowedRedirect => {
                Drawn::PreflightStatus(response.status)
            }
            _ => return None,
        },
    })
}

/// Returns the names of the mistake, the likeliest first.
fn names(drawn: Drawn, context: &Context<'_>) -> Vec<Kind> {
    match drawn {
        Drawn::AllowOrigin(mistake) => names_of_origin(mistake, context),
        Drawn::AllowCredentials(mistake) => names_of_credentials(mistake).to_vec(),
        Drawn::AllowMethods(mistake) => names_of_methods(mistake, context),
        Drawn::AllowHeaders(mistake) => names_of_headers(mistake, context),
        Drawn::PreflightStatus(_) if context.is_downgrade => Vec::from([Kind::MixedContent]),
        Drawn::PreflightStatus(status) => names_of_status(status).to_vec(),
        Drawn::Location => Vec::from([Kind::InvalidLocation]),
    }
}

fn names_of_origin(mistake: AllowOrigin, context: &Context<'_>) -> Vec<Kind> {
    use AllowOrigin as A;
    let is_null = context.sent == "null";
    let has_port = context.sent.split(':').nth(2).is_some();
    let is_http = context.sent.starts_with("http");
    let is_star_refused = context.is_credentialed;
    let mut names = Vec::from(match mistake {
        A::Own | A::Page | A::Padded => &[][..],
        A::Star if is_star_refused => &[Kind::WildcardWithCredentials],
        A::Star => &[],
        A::Absent | A::MisspelledName => return names_of_missing(mistake, context),
        A::Null => &[Kind::Null],
        A::Other => &[Kind::OtherOrigin],
        A::TrailingSlash => &[Kind::TrailingSlash],
        A::Path => &[Kind::Path],
        A::UpperCase => &[Kind::Case],
        A::DefaultPort if is_null => &[Kind::DefaultPort],
        // The value has two ports, or 443 is not the default port of the scheme.
        A::DefaultPort if has_port || !is_http => &[Kind::Port],
        A::DefaultPort => &[Kind::DefaultPort],
        // `null1` has no port.
        A::OtherPort if is_null => &[Kind::ExtraCharacter],
        A::OtherPort | A::Shortened | A::Lengthened if has_port => &[Kind::Port],
        // Without a port, the digit is in the host, where a digit can be intended.
        A::OtherPort | A::Lengthened => &[Kind::OtherOrigin],
        A::ReplacedPort => &[Kind::Port],
        A::Shortened => &[Kind::MissingCharacter],
        A::OtherScheme => &[Kind::Scheme],
        A::SchemeLess => &[Kind::MissingScheme],
        A::OwnTwice => &[Kind::SameValueTwice],
        A::StarTwice if is_star_refused => &[Kind::SameValueTwice, Kind::WildcardWithCredentials],
        A::StarTwice => &[Kind::SameValueTwice],
        A::OwnAndEmpty | A::StarAndOwn | A::List | A::SpaceSeparated => &[Kind::SeveralValues],
        A::Quoted => &[Kind::Quotes],
        A::Empty => &[Kind::Empty],
        A::UpperCaseNull if is_null => &[Kind::Case],
        A::UpperCaseNull => &[Kind::Null],
        A::Garbage | A::Undefined => &[Kind::Placeholder],
        A::ByteAboveAscii => &[Kind::InvisibleCharacter],
        A::Www => &[Kind::Www],
        A::Encoded => &[Kind::Encoded],
        A::Pattern => &[Kind::Pattern],
        A::RepeatedName => &[Kind::RepeatedName],
        A::TwoSchemes => &[Kind::ExtraCharacter],
    });
    if is_null {
        // The origin `null` has no other spelling of its parts: the first cause is that the browser sent `null`.
        names.retain(|name| !matches!(name, Kind::OtherOrigin | Kind::Null));
        names.push(Kind::OriginIsNull);
    }
    names
}

/// Returns the names if the response lacks `Access-Control-Allow-Origin`.
fn names_of_missing(mistake: AllowOrigin, context: &Context<'_>) -> Vec<Kind> {
    let mut names = Vec::new();
    if mistake == AllowOrigin::MisspelledName {
        names.push(Kind::MisspelledHeaderName);
    }
    let status = context.status;
    match status {
        // A redirect without `Location` is a response like any other.
        301 | 302 | 303 | 307 | 308 if !context.is_preflight && context.has_location => {
            names.push(Kind::RedirectWithoutHeaders);
        }
        304 if !context.is_preflight => names.push(Kind::NotModified),
        _ if context.is_preflight && !(200..300).contains(&status) => {
            names.extend(names_of_status(Status::Is(status)));
        }
        400..=599 => names.push(Kind::ErrorWithoutHeaders),
        _ => {}
    }
    if context.sent == "null" {
        names.push(Kind::OriginIsNull);
    }
    names
}

fn names_of_credentials(mistake: Credentials) -> &'static [Kind] {
    use Credentials as C;
    match mistake {
        // The browser ignores the white space around the value.
        C::True | C::Padded | C::Absent => &[],
        C::False | C::UpperCase | C::Capitalized | C::One => &[Kind::NotExactlyTrue],
        C::TrueTwice | C::TrueTwiceInOneLine => &[Kind::SameValueTwice],
        C::TrueAndEmpty => &[Kind::SeveralValues],
        C::Quoted => &[Kind::Quotes],
        // The second name is about the value after `true`.
        C::ControlCharacter => &[Kind::InvisibleCharacter, Kind::ExtraCharacter],
        C::Empty => &[Kind::Empty],
        C::MisspelledName => &[Kind::MisspelledHeaderName],
    }
}

/// Returns the names of a list that the browser cannot parse.
fn names_of_malformed(mistake: List) -> Option<&'static [Kind]> {
    Some(match mistake {
        List::Quoted => &[Kind::Quotes],
        List::InBrackets => &[Kind::Quotes],
        // `;q=1` has a sign that a list cannot have, and a separator other than a comma.
        List::Parameter => &[Kind::ExtraCharacter, Kind::Separator],
        List::InnerSpace
        | List::SecondLineBroken
        | List::SpaceSeparated
        | List::SemicolonSeparated => &[Kind::Separator],
        List::ByteAboveAscii => &[Kind::InvisibleCharacter],
        _ => return None,
    })
}

fn names_of_methods(mistake: List, context: &Context<'_>) -> Vec<Kind> {
    if let Some(names) = names_of_malformed(mistake) {
        // The malformed list is the first refusal. The second refusal is the method `patch` in the corrected list.
        return if context.is_denied {
            Vec::from([Kind::MethodCase])
        } else {
            names.to_vec()
        };
    }
    // `fetch()` changes `put` to `PUT`, but not `patch` to `PATCH`.
    let is_lower = context.method.bytes().any(|byte| byte.is_ascii_lowercase());
    let is_known = matches!(context.method, "PUT" | "DELETE" | "PATCH" | "OPTIONS");
    let mut names = Vec::from(match mistake {
        List::CaseChanged => return Vec::from([Kind::MethodCase]),
        List::Star | List::StarAndAuthorization => &[Kind::WildcardWithCredentials][..],
        // A method that is not in the registry of methods can have any spelling.
        List::Misspelled if is_known => &[Kind::MisspelledListElement],
        List::EveryWord => &[Kind::Placeholder],
        List::Negated => &[Kind::Exclusion],
        List::MisspelledName if is_lower => {
            return Vec::from([
                Kind::MisspelledHeaderName,
                Kind::MethodCase,
                Kind::MissingFromList,
            ]);
        }
        List::MisspelledName => &[Kind::MisspelledHeaderName, Kind::MissingFromList],
        _ => &[Kind::MissingFromList],
    });
    if is_lower {
        names.insert(0, Kind::MethodCase);
    }
    names
}

fn names_of_headers(mistake: List, context: &Context<'_>) -> Vec<Kind> {
    if let Some(names) = names_of_malformed(mistake) {
        return names.to_vec();
    }
    let is_long = context.denied.len() > 6;
    let has_wildcard = match mistake {
        List::Star | List::StarAndAuthorization | List::StarAmongOthers => true,
        List::AllButLast | List::Misspelled => context.has_wildcard_name && context.denied != "*",
        _ => false,
    };
    Vec::from(match mistake {
        _ if has_wildcard => {
            if context.is_credentialed {
                &[Kind::WildcardWithCredentials][..]
            } else {
                &[Kind::AuthorizationUnderWildcard]
            }
        }
        // A short name is similar to too many names.
        List::Misspelled if is_long => &[Kind::MisspelledListElement],
        // The drawn list has the method `DELETE`.
        List::Others => &[Kind::MisspelledListElement],
        List::EveryWord => &[Kind::Placeholder],
        List::Negated => &[Kind::Exclusion],
        List::MisspelledName => &[Kind::MisspelledHeaderName, Kind::MissingFromList],
        _ => &[Kind::MissingFromList],
    })
}

fn names_of_status(status: Status) -> &'static [Kind] {
    let status = match status {
        Status::Is(status) | Status::AfterMisdirected(status) => status,
        Status::Misdirected => 421,
        Status::ConnectionError => return &[],
    };
    match status {
        301 | 302 | 303 | 307 | 308 => &[Kind::PreflightRedirected],
        401 | 403 => &[Kind::PreflightNeedsAuthentication],
        404 | 405 | 410 | 501 => &[Kind::NoRouteForOptions],
        500.. => &[Kind::PreflightServerError],
        _ => &[Kind::PreflightErrorStatus],
    }
}

/// Explains the first fetch of the plan. Returns the explanation, and the known answers.
fn explained(plan: &CasePlan) -> Option<(Explanation, Vec<Sent>)> {
    let plan = CasePlan {
        follow_ups: Vec::new(),
        ..plan.clone()
    };
    let case = plan.into_case(Family::Mixed)?;
    let fetch = case.fetches.first()?;
    let mut servers = case.server.clone();
    let mut sent = Vec::new();
    let explanation = explain(
        &UserAgent::new(),
        &fetch.origin,
        &fetch.call,
        fetch.at,
        |request| {
            let url = without_fragment_and_userinfo(&request.url);
            let mut resources = servers.iter_mut();
            let resource =
                resources.find(|other| without_fragment_and_userinfo(&other.url) == url)?;
            let answers = match &mut resource.preflight {
                Some(answers) if request.is_preflight() => answers,
                _ => &mut resource.response,
            };
            let is_last = answers.len() == 1;
            let answer = if is_last {
                answers.first().cloned()?
            } else {
                answers.remove(0)
            };
            let answer = match answer {
                ServerAnswer::Response(response) => Ok(response),
                ServerAnswer::ConnectionError => Err(ConnectionError),
            };
            if let Ok(answer) = &answer {
                sent.push(Sent {
                    request: request.clone(),
                    answer: answer.clone(),
                });
            }
            Some(answer)
        },
    );
    Some((explanation, sent))
}

/// Returns the parts of the plan that can be the response with these headers. Two parts can have the same headers.
fn parts_with(plan: &CasePlan, sent: &Sent, summary: &RequestSummary) -> Vec<ServerResponse> {
    let locations: Vec<String> = (sent.answer.header_list.values("location"))
        .map(|value| isomorphic_decode(value.as_bytes()))
        .collect();
    let redirects = plan.redirects.iter().map(|redirect| ServerResponse {
        status: Status::Is(redirect.status),
        ..redirect.response.clone()
    });
    let parts = redirects.chain([plan.response.clone()]);
    let parts: Vec<ServerResponse> = match &plan.preflight {
        Some(preflight) if sent.request.is_preflight() => Vec::from([preflight.clone()]),
        _ => parts.collect(),
    };
    let has_headers =
        |part: &ServerResponse| part.header_list(summary, &locations) == sent.answer.header_list;
    parts.into_iter().filter(has_headers).collect()
}

/// Compares the names of a refusal with the drawn mistake. Returns the drawn mistake. `None` if no drawn value causes the
/// refusal.
fn compare(
    plan: &CasePlan,
    explanation: &Explanation,
    refusal: &Refusal,
    sent: &[Sent],
) -> Result<Option<Drawn>, String> {
    let Some(exchange) = refusal
        .exchange
        .and_then(|at| explanation.exchanges.get(at))
    else {
        return Ok(None);
    };
    // The exchanges of an explanation with a changed page can be in another order than the requests.
    let same = sent.iter().find(|sent| {
        sent.request.is_preflight() == exchange.is_preflight
            && without_fragment_and_userinfo(&sent.request.url) == exchange.url
    });
    let others = sent.iter().filter(|other| {
        same.is_some_and(|same| {
            without_fragment_and_userinfo(&same.request.url)
                == without_fragment_and_userinfo(&other.request.url)
                && same.request.is_preflight() == other.request.is_preflight()
        })
    });
    // If the same URL gives several answers, the answer of the refusal is not certain.
    let Some(same) = same.filter(|_| others.count() == 1) else {
        return Ok(None);
    };
    let origin = same.request.header_list.get("origin").unwrap_or_default();
    let origin = isomorphic_decode(&origin);
    let Some((fetch, _)) = plan.target.fetch(Duration::ZERO, &plan.call) else {
        return Ok(None);
    };
    let mut summary = RequestSummary::new(plan.target.page, &fetch);
    if origin == "null" {
        summary.origin = "null";
    } else if origin != summary.origin {
        return Ok(None);
    }
    let method = summary.method.clone();
    let location = same.answer.header_list.get("location").unwrap_or_default();
    let is_of_changed_page = refusal.failure == Failure::MethodDisallowedByPreflightResponse
        && refusal.value.as_ref() != Some(&method);
    let context = Context {
        sent: &origin,
        is_credentialed: plan.call.credentials == CredentialsMode::Include,
        is_preflight: exchange.is_preflight,
        method: &method,
        status: same.answer.status.as_u16(),
        has_location: same.answer.header_list.contains("location"),
        is_denied: matches!(
            refusal.failure,
            Failure::MethodDisallowedByPreflightResponse
                | Failure::HeaderDisallowedByPreflightResponse
        ),
        has_wildcard_name: summary.unsafe_names.iter().any(|name| name == "*"),
        is_downgrade: exchange.url.starts_with("https://app.example/")
            && location.starts_with(b"http://app.example/"),
        denied: refusal.value.as_deref().unwrap_or_default(),
    };
    // The only method with quotation marks and separators in its name: these characters are then mistakes, too.
    if method.contains('`') || is_of_changed_page {
        return Ok(None);
    }
    let named = refusal.near_misses.iter().map(|miss| miss.kind);
    // The drawn mistakes are in one header or in the status. This kind depends on the other headers of the response.
    let named: Vec<Kind> = named
        .filter(|kind| *kind != Kind::OriginNotAllowed)
        .collect();
    let parts = parts_with(plan, same, &summary);
    let is_location = refusal.failure == Failure::RedirectInvalidLocation;
    let drawn_values = parts.iter().filter_map(|part| {
        if is_location {
            Some(Drawn::Location)
        } else {
            drawn(refusal.failure, part)
        }
    });
    let drawn_values: Vec<Drawn> = drawn_values.collect();
    if drawn_values.is_empty() {
        return Ok(None);
    }
    match drawn_values
        .iter()
        .find(|drawn| names(**drawn, &context) == named)
    {
        Some(drawn) => Ok(Some(*drawn)),
        None => {
            let expected: Vec<_> = drawn_values
                .iter()
                .map(|drawn| (drawn, names(*drawn, &context)))
                .collect();
            Err(format!(
                "drawn {expected:?}, named {named:?}\n{:?} with {:?}, for the origin {origin}",
                refusal.failure, refusal.value
            ))
        }
    }
}

#[test]
fn each_drawn_mistake_is_named_as_drawn() {
    let mut reached: BTreeMap<Drawn, usize> = BTreeMap::new();
    let mut wrong: BTreeMap<String, String> = BTreeMap::new();
    for family in [
        Family::Check,
        Family::Preflight,
        Family::Redirect,
        Family::Mixed,
    ] {
        let plans = plans(&CaseWeights::new(family));
        let mut runner = TestRunner::deterministic();
        for _ in 0..PLANS {
            let plan = plans.new_tree(&mut runner).unwrap().current();
            let Some((explanation, sent)) = explained(&plan) else {
                continue;
            };
            for refusal in &explanation.refusals {
                match compare(&plan, &explanation, refusal, &sent) {
                    Ok(Some(drawn)) => *reached.entry(drawn).or_default() += 1,
                    Ok(None) => {}
                    Err(reason) => {
                        let (names, facts) = reason.split_once('\n').unwrap();
                        wrong.entry(names.into()).or_insert_with(|| facts.into());
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong names: {wrong:#?}", wrong.len());
    let missing: Vec<Drawn> = all_mistakes()
        .filter(|drawn| !reached.contains_key(drawn))
        .collect();
    assert!(missing.is_empty(), "never refused: {missing:?}");
}

/// Returns every value of the tables that a browser can refuse.
fn all_mistakes() -> impl Iterator<Item = Drawn> {
    let origins = ALLOW_ORIGINS.entries.iter().map(|(_, origin)| *origin);
    // The header allows the request, or the value has only white space in addition to the correct value.
    let origins =
        origins.filter(|origin| !matches!(origin, AllowOrigin::Own | AllowOrigin::Padded));
    let credentials = ALLOW_CREDENTIALS.entries.iter().map(|(_, lines)| *lines);
    let credentials =
        credentials.filter(|lines| !matches!(lines, Credentials::True | Credentials::Padded));
    let lists = || LISTS.entries.iter().map(|(_, list)| *list);
    // These lists have all wanted names.
    let is_right = |list: &List| {
        matches!(
            list,
            List::Wanted
                | List::Spaced
                | List::EmptyElements
                | List::LineEach
                | List::StarAmongOthers
                | List::WantedAndOthers
        )
    };
    let methods = lists().filter(move |list| !is_right(list));
    // Header names have no letter case.
    let headers = lists().filter(move |list| !is_right(list) && *list != List::CaseChanged);
    let statuses = STATUSES.entries.iter().map(|(_, status)| *status);
    // A proxy sends the status 407, and a server with the status 421 gives several answers to the same request.
    let statuses = statuses.filter(|status| match status {
        Status::Is(status) => !(200..300).contains(status) && *status != 407,
        Status::AfterMisdirected(_) | Status::Misdirected | Status::ConnectionError => false,
    });
    origins
        .map(Drawn::AllowOrigin)
        .chain(credentials.map(Drawn::AllowCredentials))
        .chain(methods.map(Drawn::AllowMethods))
        .chain(headers.map(Drawn::AllowHeaders))
        .chain(statuses.map(Drawn::PreflightStatus))
        .chain([Drawn::Location])
}
