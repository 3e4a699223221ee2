//! Makes an explanation of a fetch.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::time::Duration;

use ::url::Url;

use super::{
    Asked, Caution, CautionKind, ChangedAnswer, ExplainedAnswer, ExplainedExchange, Explanation,
    Fix, NearMiss, NearMissKind, PageChange, Refusal, Verdict,
    advice::advice,
    cautions::cautions,
    changed::changed_answers,
    commands::{ChangedCall, command_engine},
    cookies,
    curl::curl,
    engines::differences,
    explanation::is_opaque,
    hidden::hidden_headers,
    login_redirect,
    near_miss::{Refused, near_misses},
    page_headers::{invalid_header, note_of_dropped},
    preflight_need,
    repair::{ChangedPage, Run, RunExchange, run, run_with_changed_page},
    scheme::{is_without_server, unsupported_scheme},
    shown::{shown, shown_briefly, shown_name},
    words::{self, Part},
};
use crate::{
    Failure, FetchError,
    api::ApiCall,
    engine::Quirk,
    fetching::{ConnectionError, Credentials, HttpRequest, UserAgent},
    infrastructure::{
        header_list::HeaderList,
        origin::Origin,
        request::{CredentialsMode, Request},
        response::{Response, ResponseType, is_redirect_status},
        url::without_fragment_and_userinfo,
    },
    outcome::SentRequest,
};

/// Explains a call that a page makes at the time `now`. The page has the origin `origin`.
///
/// `network` returns the answer of the server to a request, or `None` if the answer is not known. `explain` also calls
/// `network` for the requests that the browser sends only after the fix.
///
/// The verdict agrees with the result of [`Outcome::fetch`](crate::outcome::Outcome::fetch). The exceptions are `data:`
/// and `blob:` URLs: browsers fetch these URLs, but this crate does not, so the verdict is undecided. `explain` works
/// on a clone of `user_agent`, so the state of the browser does not change.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::api::ApiCall;
/// use fetch_cors::browser::{HeaderList, Origin, RequestInit, Response, UserAgent};
/// use fetch_cors::explain::explain;
///
/// let page = Origin::parse("https://app.example")?;
/// let mut init = RequestInit::new("https://api.example/notes".parse()?);
/// init.method = "PATCH".into();
/// let explanation = explain(&UserAgent::new(), &page, &ApiCall::Fetch(init), Duration::ZERO, |request| {
///     let headers = HeaderList::from_pairs([("Access-Control-Allow-Origin", "*")]).ok()?;
///     Some(Ok(Response::new(http::StatusCode::OK, headers)))
/// });
/// assert_eq!(explanation.headline, "blocked: the preflight response does not allow the method `PATCH`");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain(
    user_agent: &UserAgent,
    origin: &Origin,
    call: &ApiCall<'_>,
    now: Duration,
    network: impl FnMut(&HttpRequest) -> Option<Result<Response, ConnectionError>>,
) -> Explanation {
    let asked = Asked::new(origin, call);
    match call.clone().into_request(origin.clone()) {
        Ok(request) => of_request(asked, user_agent, &request, now, network),
        Err(error) => of_thrown(asked, &error, call),
    }
}

/// Explains a request that the browser sends at the time `now`. Use this function in place of [`explain`] if the call
/// of the page is not known.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::browser::{Mode, Origin, Request, UserAgent};
/// use fetch_cors::explain::explain_request;
///
/// let page = Origin::parse("https://app.example")?;
/// let mut request = Request::new(page, "https://api.example:6667/".parse()?);
/// request.mode = Mode::Cors;
/// let explanation = explain_request(&UserAgent::new(), &request, Duration::ZERO, |_| None);
/// assert_eq!(explanation.headline, "blocked: browsers do not connect to the port 6667");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain_request(
    user_agent: &UserAgent,
    request: &Request,
    now: Duration,
    network: impl FnMut(&HttpRequest) -> Option<Result<Response, ConnectionError>>,
) -> Explanation {
    of_request(Asked::from(request), user_agent, request, now, network)
}

fn of_request(
    asked: Asked,
    user_agent: &UserAgent,
    request: &Request,
    now: Duration,
    mut network: impl FnMut(&HttpRequest) -> Option<Result<Response, ConnectionError>>,
) -> Explanation {
    let run = run(user_agent, request, now, &mut network);
    let engines = differences(user_agent, request, now, &run.exchanges);
    let (run, page) = run_with_changed_page(user_agent, request, now, run, network);
    if is_not_judged(&run) {
        return of_not_judged(asked, request);
    }
    let changed_call = changed_call(&asked, request, &page);
    let refusals = refusals(request, &run);
    let verdict = verdict(&run, &refusals);
    let login = matches!(verdict, Verdict::Blocked | Verdict::Undecided)
        .then(|| login_redirect::advice(&run, &refusals, &asked.origin))
        .flatten();
    // Only edits cause dangers, and the fix for a redirect to a login page has no edits.
    let cautions = if login.is_some() {
        Vec::new()
    } else {
        cautions(request, &run.exchanges)
    };
    let fix = match &login {
        Some(advice) => Fix::LoginPage {
            advice: advice.clone(),
        },
        None => fix(
            &asked,
            verdict,
            &run,
            safer_than_fix(&cautions),
            page.changes,
        ),
    };
    let headline = headline(verdict, &run, &refusals);
    let mut notes: Vec<String> = note_of_dropped(&asked, request).into_iter().collect();
    notes.extend(cookies::notes(user_agent, &request.origin, &run.exchanges));
    let mut explanation = Explanation {
        preflight: preflight_need::reasons(
            request,
            first_reasons(&run),
            drops_user_agent(user_agent),
        ),
        exchanges: exchanges(request, &run),
        cautions,
        notes,
        hidden: match (&run.result, verdict) {
            (Ok(response), Verdict::Readable | Verdict::Opaque) => hidden_headers(response),
            _ => Vec::new(),
        },
        engines,
        refusals,
        ..Explanation::new(asked, verdict, headline, fix)
    };
    explanation.replay.engine = command_engine(user_agent, request);
    explanation.replay.changed_call = changed_call;
    explanation
}

/// Whether the URL has the scheme `data` or `blob`. Browsers do not need a server for these URLs, and this crate does
/// not judge these URLs.
fn is_not_judged(run: &Run) -> bool {
    let error = run.result.as_ref().err();
    error.is_some_and(|error| {
        let url = core::str::from_utf8(error.value().unwrap_or_default());
        let scheme = url.ok().and_then(|url| Some(url.split_once(':')?.0));
        error.failure() == Failure::UnsupportedScheme && scheme.is_some_and(is_without_server)
    })
}

fn of_not_judged(asked: Asked, request: &Request) -> Explanation {
    let headline = "undecided: this program does not judge `data:` and `blob:` URLs; browsers fetch them without CORS headers";
    let no_fix = Fix::Answers {
        safer: None,
        page: Vec::new(),
        answers: Vec::new(),
    };
    Explanation {
        preflight: preflight_need::reasons(request, None, false),
        ..Explanation::new(asked, Verdict::Undecided, headline.into(), no_fix)
    }
}

/// Returns the explanation of a call that throws before the browser sends a request.
fn of_thrown(asked: Asked, error: &FetchError, call: &ApiCall<'_>) -> Explanation {
    let wrong = match error.failure() {
        Failure::InvalidHeader => invalid_header(call),
        _ => None,
    };
    let advice = wrong.as_ref().map_or_else(
        || advice(error, &asked.origin),
        |wrong| wrong.sentence.clone(),
    );
    let misses = wrong.into_iter().collect();
    let refusal = refusal(error, None, Part::Response, &asked.origin, misses);
    let fix = Fix::Page { advice };
    Explanation {
        preflight: Vec::from([String::from("the call throws before a request is sent")]),
        refusals: Vec::from([refusal.clone()]),
        ..Explanation::new(asked, Verdict::Blocked, blocked(&refusal), fix)
    }
}

/// The maximum number of refusals for which `near_misses` looks for known mistakes. A page can set many headers, and
/// each header can be refused, so the work needs a limit.
const MAX_NEAR_MISSES: usize = 50;

fn refusals(request: &Request, run: &Run) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for (position, exchange) in run.exchanges.iter().enumerate() {
        let origin = exchange
            .request
            .header_list
            .get("origin")
            .unwrap_or_default();
        let refuse = |error: &FetchError, has_near_misses: bool| {
            let misses = has_near_misses.then(|| {
                near_misses(&Refused {
                    error,
                    request: &exchange.request,
                    answer: &exchange.answer,
                    method: request.method.as_str(),
                    is_credentialed: request.credentials_mode == CredentialsMode::Include,
                    page: request.origin.serialize(),
                    redirected_from: redirect_before(run, position),
                })
            });
            let misses = misses.unwrap_or_default();
            let misses = if misses.is_empty() {
                of_failure(error)
            } else {
                misses
            };
            refusal(
                error,
                Some(position),
                part(exchange),
                &shown_briefly(origin.as_ref()),
                misses,
            )
        };
        let rest = MAX_NEAR_MISSES.saturating_sub(refusals.len());
        if exchange.is_known {
            let (named, others) = exchange
                .errors
                .split_at_checked(rest)
                .unwrap_or((&exchange.errors, &[]));
            refusals.extend(named.iter().map(|error| refuse(error, true)));
            refusals.extend(others.iter().map(|error| refuse(error, false)));
        }
    }
    // The loop adds only the errors that an edit fixes. If the fetch failed without such an error, the error of the
    // fetch is the only refusal.
    if let (Err(error), true) = (&run.result, refusals.is_empty()) {
        let last = run.exchanges.len().checked_sub(1);
        let origin = shown_briefly(request.origin.serialize());
        refusals.push(refusal(
            error,
            last,
            Part::Response,
            &origin,
            of_failure(error),
        ));
    }
    refusals
}

/// Returns the known mistakes that follow from the failure alone. This function does not need the answer.
fn of_failure(error: &FetchError) -> Vec<NearMiss> {
    match error.failure() {
        Failure::BlockedAsMixedContent if !has_unsupported_scheme(error) => Vec::from([NearMiss::new(
            NearMissKind::MixedContent,
            "a page on https cannot fetch over http, whatever the server sends: use an `https` URL"
                .into(),
        )]),
        Failure::NetworkError => Vec::from([NearMiss::new(
            NearMissKind::NoAnswer,
            "the browser got no answer, so this is not about CORS: check the host, the port and the certificate, and whether the server runs"
                .into(),
        )]),
        _ => Vec::new(),
    }
}

/// Whether the URL has a scheme that browsers do not fetch from servers.
fn has_unsupported_scheme(error: &FetchError) -> bool {
    let url = core::str::from_utf8(error.value().unwrap_or_default());
    url.is_ok_and(|url| unsupported_scheme(url).is_some())
}

fn refusal(
    error: &FetchError,
    exchange: Option<usize>,
    part: Part,
    origin: &str,
    near_misses: Vec<NearMiss>,
) -> Refusal {
    Refusal {
        exchange,
        failure: error.failure(),
        step: error.step(),
        anchor: error.anchor(),
        value: error.value().map(shown),
        sentence: words::refusal(error, part, origin),
        near_misses,
    }
}

/// Returns the URL of the last redirected request before `position`.
fn redirect_before(run: &Run, position: usize) -> Option<&Url> {
    let before = run.exchanges.iter().take(position);
    let mut redirects = before.filter(|exchange| part(exchange) == Part::Redirect);
    redirects.next_back().map(|exchange| &exchange.request.url)
}

fn part(exchange: &RunExchange) -> Part {
    match &exchange.answer {
        _ if exchange.request.is_preflight() => Part::Preflight,
        Ok(response) if is_redirect_status(response.status) => Part::Redirect,
        _ => Part::Response,
    }
}

fn verdict(run: &Run, refusals: &[Refusal]) -> Verdict {
    let first_unknown = run.exchanges.iter().position(|exchange| !exchange.is_known);
    let first_refused = refusals.first().map(|refusal| refusal.exchange);
    match (first_refused, first_unknown) {
        (Some(Some(refused)), Some(unknown)) if unknown < refused => Verdict::Undecided,
        (Some(_), _) => Verdict::Blocked,
        (None, Some(_)) => Verdict::Undecided,
        (None, None) => match &run.result {
            Ok(response) if is_opaque(response) => Verdict::Opaque,
            Ok(_) => Verdict::Readable,
            Err(_) => Verdict::Blocked,
        },
    }
}

fn headline(verdict: Verdict, run: &Run, refusals: &[Refusal]) -> String {
    match (verdict, &run.result) {
        (Verdict::Undecided, _) => {
            let mut unknown = run.exchanges.iter().filter(|exchange| !exchange.is_known);
            match unknown.next() {
                Some(exchange) if exchange.request.is_preflight() => {
                    "undecided: the answer to the preflight is not known".into()
                }
                Some(exchange) => format!(
                    "undecided: the answer to {} {} is not known",
                    shown_briefly(exchange.request.method.as_str()),
                    shown_name(without_fragment_and_userinfo(&exchange.request.url))
                ),
                None => "undecided".into(),
            }
        }
        (Verdict::Readable, Ok(response)) => format!(
            "readable: the page can read the response, which has the status {}",
            response.status()
        ),
        (Verdict::Opaque, Ok(response)) => match response.response_type() {
            ResponseType::OpaqueRedirect => {
                "opaque: the page can read nothing, because the redirect mode is `manual`".into()
            }
            _ => "opaque: the page can read nothing, because the mode is `no-cors`".into(),
        },
        _ => refusals.first().map_or_else(String::new, blocked),
    }
}

fn blocked(refusal: &Refusal) -> String {
    format!("blocked: {}", refusal.sentence)
}

/// Whether the engine of the user agent drops a header `User-Agent` that a script sets.
fn drops_user_agent(user_agent: &UserAgent) -> bool {
    let quirks = user_agent.quirks;
    quirks.contains(Quirk::AuthorUserAgentDropped)
}

fn first_reasons(run: &Run) -> Option<&[crate::fetching::PreflightReason]> {
    let mut requests = run.exchanges.iter().map(|exchange| &exchange.request);
    requests.find_map(|request| request.preflight_reasons.as_deref())
}

fn exchanges(request: &Request, run: &Run) -> Vec<ExplainedExchange> {
    let explained = run.exchanges.iter().map(|exchange| {
        let answer = match &exchange.answer {
            _ if !exchange.is_known => ExplainedAnswer::Unknown,
            Ok(response) => ExplainedAnswer::Response {
                status: Some(response.status.as_u16()),
                headers: header_lines(&response.header_list),
            },
            Err(ConnectionError) => ExplainedAnswer::ConnectionError,
        };
        explained_exchange(request, &exchange.request, exchange.was_sent, answer)
    });
    explained.collect()
}

/// Returns a request that the browser sends for `call`, with its answer.
fn explained_exchange(
    call: &Request,
    request: &HttpRequest,
    was_sent: bool,
    answer: ExplainedAnswer,
) -> ExplainedExchange {
    let sent = SentRequest::new(request, call.header_list.contains("accept"));
    ExplainedExchange {
        method: sent.method.to_string(),
        url: shown(&sent.url),
        is_preflight: request.is_preflight(),
        was_sent,
        has_credentials: sent.credentials == Credentials::Included,
        headers: header_lines(&sent.header_list),
        curl: curl(request),
        answer,
    }
}

/// Returns the call of the changed page. `None` if the fix does not change the page.
fn changed_call(asked: &Asked, request: &Request, page: &ChangedPage) -> Option<ChangedCall> {
    if page.changes.is_empty() {
        return None;
    }
    let requests = page.requests.iter();
    let exchanges =
        requests.map(|sent| explained_exchange(request, sent, false, ExplainedAnswer::Unknown));
    Some(ChangedCall {
        asked: asked.after(&page.changes),
        exchanges: exchanges.collect(),
    })
}

fn header_lines(headers: &HeaderList) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| (shown(name.as_bytes()), shown(value.as_bytes())))
        .collect()
}

/// Returns a change of the page in place of a fix that allows the origin `null`. `None` for any other fix.
fn safer_than_fix(cautions: &[Caution]) -> Option<String> {
    let mut cautions = cautions.iter();
    let caution = cautions.find(|caution| caution.kind == CautionKind::NullOrigin)?;
    Some(caution.safer.clone())
}

fn fix(
    asked: &Asked,
    verdict: Verdict,
    run: &Run,
    safer: Option<String>,
    page: Vec<PageChange>,
) -> Fix {
    let answers: Vec<ChangedAnswer> = changed_answers(&run.exchanges);
    match &run.result {
        Err(error) => Fix::Page {
            advice: advice(error, &asked.origin),
        },
        Ok(response) if is_opaque(response) && verdict == Verdict::Opaque => Fix::Page {
            advice: if response.response_type() == ResponseType::OpaqueRedirect {
                "use the redirect mode `follow`"
            } else {
                "use the mode `cors`, and let the server allow the origin of the page"
            }
            .into(),
        },
        Ok(_) if answers.is_empty() && page.is_empty() => Fix::NotNeeded,
        Ok(_) => Fix::Answers {
            safer,
            page,
            answers,
        },
    }
}
