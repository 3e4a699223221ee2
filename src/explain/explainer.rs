//! Makes an explanation of a fetch.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::time::Duration;

use super::{
    Asked, Caution, CautionKind, ChangedAnswer, ExplainedAnswer, ExplainedExchange, Explanation,
    Fix, PageChange, Verdict,
    advice::{advice as advice_of, joined},
    cautions::cautions,
    changed::changed_answers,
    commands::{ChangedCall, command_engine},
    cookies,
    curl::curl,
    engines::differences,
    explanation::is_opaque,
    hidden::hidden_headers,
    login_redirect, opaque_blocking, page_failures,
    page_headers::note_of_dropped,
    preflight_need,
    repair::{
        ChangedPage, Run, run, run_with_changed_page, run_with_readable_status, without_redirect,
    },
    run_refusals::refusals,
    scheme::is_without_server,
    shown::{shown, shown_name},
    unexpected_page::unexpected_page,
    verdict::{headline, verdict},
    without_request::{of_not_judged, of_page_failures, of_thrown},
};
use crate::{
    Failure, FetchError,
    api::ApiCall,
    engine::Quirk,
    fetching::{ConnectionError, Credentials, HttpRequest, UserAgent},
    infrastructure::{
        header_list::HeaderList,
        origin::Origin,
        request::{Body, Request},
        response::{Response, ResponseType},
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
    of_call(user_agent, origin, call, now, |asked, request| {
        of_request(asked, user_agent, &request, now, network)
    })
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

/// Explains a call whose preflight has an unknown reason: there is an answer to a preflight, but the known part of the
/// call needs no preflight. The page possibly sets a method or a header that is not known, or has an upload listener.
///
/// The fix is for the known part of the call. The verdict is never [`Verdict::Readable`], because the server also has
/// to allow the unknown part.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::api::ApiCall;
/// use fetch_cors::browser::{HeaderList, Origin, RequestInit, Response, UserAgent};
/// use fetch_cors::explain::{Verdict, explain_unexplained_preflight};
///
/// let page = Origin::parse("https://app.example")?;
/// let call = ApiCall::Fetch(RequestInit::new("https://api.example/notes".parse()?));
/// let explanation = explain_unexplained_preflight(&UserAgent::new(), &page, &call, Duration::ZERO, |_| {
///     let headers = HeaderList::from_pairs([("Access-Control-Allow-Origin", "*")]).ok()?;
///     Some(Ok(Response::new(http::StatusCode::OK, headers)))
/// });
/// assert_eq!(explanation.verdict, Verdict::Undecided);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain_unexplained_preflight(
    user_agent: &UserAgent,
    origin: &Origin,
    call: &ApiCall<'_>,
    now: Duration,
    network: impl FnMut(&HttpRequest) -> Option<Result<Response, ConnectionError>>,
) -> Explanation {
    of_call(user_agent, origin, call, now, |asked, mut request| {
        // The flag causes a preflight that asks for no header. Some engines ignore the flag for a request without a body.
        request.use_cors_preflight_flag = true;
        request.body.get_or_insert(Body::WithSource);
        let mut explanation = of_request(asked, user_agent, &request, now, network);
        if explanation.exchanges.is_empty() {
            return explanation;
        }
        explanation.preflight = Vec::from([UNEXPLAINED_PREFLIGHT.into()]);
        explanation.replay.is_preflight_unexplained = true;
        if explanation.verdict == Verdict::Readable {
            explanation.verdict = Verdict::Undecided;
            explanation.headline = UNEXPLAINED.into();
        }
        explanation
    })
}

/// The reason for a preflight whose reason is not known.
const UNEXPLAINED_PREFLIGHT: &str = "the evidence has the response to a preflight";

/// The headline if no answer is refused, but the reason for the preflight is not known.
const UNEXPLAINED: &str = "undecided: the responses allow this call, but it does not need the preflight: the page probably uses another method or other headers, and the server has to allow them, too";

/// Explains a call. `explain` explains the request of the call. If the call throws, there is no request.
fn of_call(
    user_agent: &UserAgent,
    origin: &Origin,
    call: &ApiCall<'_>,
    now: Duration,
    explain: impl FnOnce(Asked, Request) -> Explanation,
) -> Explanation {
    let asked = Asked::new(origin, call);
    match call.clone().into_request(origin.clone()) {
        Ok(request) => explain(asked, request),
        Err(_) => of_thrown(
            asked,
            &page_failures::of_call(user_agent, origin, call, now),
        ),
    }
}

fn of_request(
    asked: Asked,
    user_agent: &UserAgent,
    request: &Request,
    now: Duration,
    mut network: impl FnMut(&HttpRequest) -> Option<Result<Response, ConnectionError>>,
) -> Explanation {
    let mut answered = Vec::new();
    let run = run(user_agent, request, now, |request| {
        let answer = network(request);
        answered.push((request.clone(), answer.clone()));
        answer
    });
    let engines = differences(user_agent, request, now, &run.exchanges);
    let login = login_redirect::position(&run);
    let (run, has_readable_status) = match login {
        Some(login) => run_with_readable_status(user_agent, request, now, run, login),
        None => (run, false),
    };
    // The answers of a fix for a redirect to a login page are for the page without changes.
    let (run, mut page) = if has_readable_status {
        (run, ChangedPage::default())
    } else {
        run_with_changed_page(user_agent, request, now, run, &answered, &mut network)
    };
    if is_not_judged(&run) {
        return of_not_judged(asked);
    }
    if run.exchanges.is_empty() {
        let notes = note_of_dropped(&asked, request).into_iter().collect();
        let failures = page_failures::of_request(user_agent, request, now);
        let mut explanation = Explanation {
            notes,
            engines,
            ..of_page_failures(asked, &failures)
        };
        explanation.replay.engine = command_engine(user_agent, request);
        return explanation;
    }
    let changed_call = changed_call(&asked, request, &page);
    let refusals = refusals(request, &run);
    let verdict = verdict(&run, &refusals);
    let login = matches!(verdict, Verdict::Blocked | Verdict::Undecided)
        .then(|| login_redirect::fix(&run, has_readable_status, &asked.origin))
        .flatten();
    // Only edits cause dangers.
    let has_edits = login.is_none() || has_readable_status;
    let cautions = if has_edits {
        cautions(request, &run.exchanges, &*user_agent.public_suffixes)
    } else {
        Vec::new()
    };
    let mut alternatives = Vec::from_iter(page.without_new_url.take());
    let is_redirected = request.origin.serialize() != "null";
    let allows_null = (cautions.iter()).any(|caution| caution.kind == CautionKind::NullOrigin);
    if allows_null && is_redirected && run.result.is_ok() {
        alternatives.extend(without_redirect(
            user_agent, request, now, &run, &answered, network,
        ));
    }
    if login.is_some() {
        alternatives.clear();
    }
    let unexpected_page = match login {
        Some(_) => None,
        None => unexpected_page(&run, verdict),
    };
    let fix = match login {
        Some(fix) => fix,
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
    if verdict == Verdict::Opaque {
        notes.extend(opaque_blocking::note(&run));
    }
    notes.extend(cookies::notes(user_agent, &request.origin, &run.exchanges));
    let (hidden, hidden_near_misses) = match (&run.result, verdict) {
        (Ok(response), Verdict::Readable | Verdict::Opaque) => {
            let responses = run.exchanges.iter();
            hidden_headers(
                response,
                responses.filter_map(|exchange| exchange.answer.as_ref().ok()),
            )
        }
        _ => (Vec::new(), Vec::new()),
    };
    let mut explanation = Explanation {
        preflight: preflight_need::reasons(
            request,
            first_reasons(&run),
            drops_user_agent(user_agent),
        ),
        exchanges: exchanges(request, &run),
        alternatives,
        cautions,
        notes,
        hidden,
        hidden_near_misses,
        engines,
        refusals,
        unexpected_page,
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

/// Returns the fix for an error that no answer of the server changes. If the browser also refuses earlier answers, the
/// advice for these answers comes last.
fn fix_without_answers(error: &FetchError, run: &Run, origin: &str) -> Fix {
    let mut advice = advice_of(error, origin);
    let changes = changes_of_server(run, origin);
    if !changes.is_empty() {
        advice += ". The server also has to allow the request: ";
        advice += &joined(&changes, "; ");
    }
    match error.failure() {
        Failure::ProxyAuthenticationRequired => Fix::NotCors { advice },
        _ => Fix::Page { advice },
    }
}

/// Returns the advice for the answers that the browser refuses, each change once. One change has the names of all
/// headers that the server has to list.
fn changes_of_server(run: &Run, origin: &str) -> Vec<String> {
    let refused = run.exchanges.iter().flat_map(|exchange| &exchange.errors);
    let is_header =
        |error: &&FetchError| error.failure() == Failure::HeaderDisallowedByPreflightResponse;
    let (headers, others): (Vec<_>, Vec<_>) = refused.partition(is_header);
    let mut changes: Vec<String> = Vec::new();
    for change in others.into_iter().map(|error| advice_of(error, origin)) {
        if !changes.contains(&change) {
            changes.push(change);
        }
    }
    let names = headers.into_iter().filter_map(FetchError::value);
    let names: BTreeSet<String> = names
        .map(|name| format!("`{}`", shown_name(name)))
        .collect();
    let names: Vec<String> = names.into_iter().collect();
    if !names.is_empty() {
        changes.push(format!(
            "list {} by name in `Access-Control-Allow-Headers`",
            joined(&names, ", ")
        ));
    }
    changes
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
        Err(error) => fix_without_answers(error, run, &asked.origin),
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
