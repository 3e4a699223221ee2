//! The explanation of a recorded fetch. The explanation shows only recorded values, and names each assumption.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};
use core::time::Duration;

use super::{
    browser_error::message_of_error,
    entry::is_file_url,
    fetch::{Obstacle, RecordedExchange, RecordedFetch, has_no_reason, unsafe_value},
    network::{RecordedAnswer, allowing},
    response_source::ResponseSource,
};
use crate::{
    Failure,
    explain::{
        ExplainedAnswer, Explanation, Fix, NearMiss, NearMissKind, Refusal, Verdict,
        cautions::FILE_ORIGIN,
        explain_request,
        input::console::ConsoleMessage,
        near_miss::cached::near_miss_of_browser,
        preflight_need,
        shown::{shown, shown_briefly},
    },
    fetching::{ConnectionError, HttpRequest, UserAgent},
    infrastructure::{
        header::HeaderName,
        request::{CredentialsMode, RedirectMode, Request},
        response::is_redirect_status,
        url::without_fragment_and_userinfo,
    },
    outcome::Outcome,
};

/// The text in place of a header value that the recording does not have.
const NOT_RECORDED: &str = "(not recorded)";
const ASSUMED_REDIRECT_MODE: &str = "the redirect mode is not in the recording, but it is probably `error`, because the browser did not follow the redirect, although the headers of the redirect allow the page: use `redirect: \"follow\"`, or fetch the target of the redirect";
const UNFOLLOWED_REDIRECT: &str = "the recording does not have the target of the redirect, and has no error: the page uses `redirect: \"error\"` or `redirect: \"manual\"`, or the target is not in the recording";
const PRIVATE_NETWORK: &str = "the preflight asks for access to the local network (`Access-Control-Request-Private-Network: true`): the browser possibly blocks the request if the preflight fails, or if its response lacks `Access-Control-Allow-Private-Network: true`";
const ASSUMED_MODE: &str = "the mode of the request is not in the recording: `cors` is assumed";

impl RecordedFetch {
    /// Explains the fetch for the credentials mode `credentials`. Returns `None` if `fetch()` throws, or if there is an
    /// [obstacle](Self::obstacle). An unknown origin, an invalid origin and a contradiction about mixed content are
    /// always obstacles. The other obstacles do not count if the browser reported an error that is not about CORS.
    ///
    /// ```
    /// use fetch_cors::{browser::{CredentialsMode, UserAgent}, explain::{ExplainedAnswer, input::Recording}};
    ///
    /// // The recording of a PUT does not have the preflight.
    /// let recording = Recording::from_slice(br#"{"log": {"entries": [{
    ///     "request": {"method": "PUT", "url": "https://api.example/", "headers": [
    ///         {"name": "origin", "value": "https://app.example"}]},
    ///     "response": {"status": 200, "headers": []}
    /// }]}}"#)?;
    /// let fetch = &recording.fetches()[0];
    /// let explanation = fetch.explanation(&UserAgent::new(), CredentialsMode::SameOrigin).unwrap();
    /// assert_eq!(explanation.headline, "blocked: the response has no `Access-Control-Allow-Origin`");
    /// assert_eq!(explanation.exchanges[0].answer, ExplainedAnswer::NotRecorded);
    /// assert!(explanation.not_recorded[0].starts_with("the preflight is not in the recording"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explanation(
        &self,
        user_agent: &UserAgent,
        credentials: CredentialsMode,
    ) -> Option<Explanation> {
        let error = self.error_outside_of_cors();
        let can_be_explained = match self.obstacle {
            None => true,
            Some(
                Obstacle::UnknownOrigin
                | Obstacle::InvalidOrigin
                | Obstacle::MixedContentOfOtherUrl
                | Obstacle::MixedContentOfHttpPage,
            ) => false,
            Some(_) => error.is_some(),
        };
        if !can_be_explained {
            return None;
        }
        let mut request = self.request(credentials)?.ok()?;
        let (mut explanation, mut answers) = self.explained(user_agent, &request);
        let has_unfollowed_redirect = self.has_unfollowed_redirect(&explanation, &answers);
        let refuses_redirect = has_unfollowed_redirect && self.has_unexplained_error();
        if refuses_redirect {
            request.redirect_mode = RedirectMode::Error;
            (explanation, answers) = self.explained(user_agent, &request);
        }
        for (exchange, answer) in explanation.exchanges.iter_mut().zip(&answers) {
            match answer {
                RecordedAnswer::Recorded(recorded) => {
                    exchange.answer = shown_answer(recorded, &exchange.answer);
                }
                RecordedAnswer::AssumedPreflight => {
                    exchange.headers.clear();
                    exchange.answer = ExplainedAnswer::NotRecorded;
                }
                RecordedAnswer::Missing => {}
            }
        }
        remove_mistakes_of_servers(&mut explanation, &answers);
        self.hide_assumed_values(&mut explanation);
        explanation.not_recorded = self.not_recorded(&answers);
        explanation.set_response_bodies(|position| match answers.get(position)? {
            RecordedAnswer::Recorded(recorded) => recorded.denial.as_deref(),
            _ => None,
        });
        let has_error = self
            .exchanges
            .last()
            .is_some_and(|last| last.error.is_some());
        if refuses_redirect {
            set_assumed_redirect_mode(&mut explanation);
        } else if has_unfollowed_redirect && !has_error {
            explanation
                .not_recorded
                .push(String::from(UNFOLLOWED_REDIRECT));
        }
        let deciding = explanation.refusals.first();
        let deciding = deciding.and_then(|refusal| answers.get(refusal.exchange?));
        let own_error = match deciding {
            Some(RecordedAnswer::Recorded(recorded)) => recorded.error.as_deref(),
            _ => None,
        };
        let own_error = own_error.and_then(outside_of_cors);
        if let Some((name, message)) = own_error.or(error) {
            set_error(&mut explanation, name, &message);
        }
        set_unanswered(&mut explanation, &answers);
        explanation
            .notes
            .extend(self.note_of_unused_file(explanation.verdict));
        let is_blocked = explanation.verdict == Verdict::Blocked;
        let notes = self.internal_redirect_notes();
        for note in notes.chain(self.source_notes(is_blocked)) {
            // The preflight and the request have the same URL, and a URL can occur several times in a chain of redirects.
            if !explanation.notes.contains(&note) {
                explanation.notes.push(note);
            }
        }
        explanation.notes.extend(self.cached_preflight_note());
        if self.asks_for_private_network() {
            explanation.notes.push(String::from(PRIVATE_NETWORK));
        }
        Some(explanation)
    }

    /// Whether the recording ends with a redirect whose headers allow the page, and has no request to its target.
    fn has_unfollowed_redirect(
        &self,
        explanation: &Explanation,
        answers: &[RecordedAnswer<'_>],
    ) -> bool {
        let Some(last) = self.exchanges.last() else {
            return false;
        };
        let response = last.response.as_ref();
        let is_redirect = response.is_some_and(|response| is_redirect_status(response.status));
        let is_recorded_redirect =
            is_redirect && !last.is_status_assumed && last.internal_redirect.is_none();
        let is_undecided =
            explanation.verdict == Verdict::Undecided && explanation.refusals.is_empty();
        // Without an error of the redirect, a missing preflight is possibly only filtered out of the recording.
        let exchanges = explanation.exchanges.iter().zip(answers);
        let mut missing = exchanges.filter(|(_, answer)| matches!(answer, RecordedAnswer::Missing));
        let first_missing = missing.next();
        is_recorded_redirect
            && is_undecided
            && first_missing
                .is_some_and(|(exchange, _)| !exchange.is_preflight || self.has_unexplained_error())
    }

    /// Whether the browser blocked the last response and did not report the failure. The browser then probably refused
    /// a redirect because of the redirect mode.
    fn has_unexplained_error(&self) -> bool {
        let last = self.exchanges.last();
        let error = last.and_then(|last| last.error.as_deref());
        self.reported_failure.is_none() && has_no_reason(error)
    }

    /// Returns the explanation, and the recorded answer to each request of the explanation.
    fn explained(
        &self,
        user_agent: &UserAgent,
        request: &Request,
    ) -> (Explanation, Vec<RecordedAnswer<'_>>) {
        // The number of requests that the browser sends if the servers send the recorded answers. The explanation also
        // has requests that the browser sends only after the fix. For these requests, a missing response is not a
        // connection error.
        let sent = Outcome::fetch(
            &mut user_agent.clone(),
            Ok(request.clone()),
            Duration::ZERO,
            self.network(),
        );
        let mut sent = sent.requests.len();
        let mut answer = self.answers();
        let mut answers = Vec::new();
        let network = |request: &HttpRequest| {
            let was_sent = sent > 0;
            sent = sent.saturating_sub(1);
            let answer = answer(request);
            let url = shown(without_fragment_and_userinfo(&request.url));
            answers.push(((request.is_preflight(), url), answer));
            match answer {
                RecordedAnswer::Recorded(exchange) if exchange.response.is_some() => {
                    exchange.answer(request).map(Ok)
                }
                // A missing response counts as a connection error only if the recording has an error. Without an error,
                // the reason is unknown, so the answer is unknown too.
                RecordedAnswer::Recorded(exchange)
                    if was_sent && exchange.has_no_response && exchange.error.is_some() =>
                {
                    Some(Err(ConnectionError))
                }
                RecordedAnswer::AssumedPreflight => Some(Ok(allowing(request))),
                RecordedAnswer::Recorded(_) | RecordedAnswer::Missing => None,
            }
        };
        let explanation = explain_request(user_agent, request, Duration::ZERO, network);
        // If the fix changes the page, `answers` also has answers to requests that only the unchanged page makes. The
        // explanation does not show these requests, so their answers are left out here.
        let exchanges = explanation.exchanges.iter();
        let answers = exchanges.map(|exchange| {
            let part = (exchange.is_preflight, &exchange.url);
            let position = answers
                .iter()
                .position(|((is_preflight, url), _)| (*is_preflight, url) == part);
            position.map_or(RecordedAnswer::Missing, |position| {
                answers.remove(position).1
            })
        });
        let answers = answers.collect();
        (explanation, answers)
    }

    /// Returns the error that the browser reported, if the reason of the error is not about CORS.
    pub(super) fn error_outside_of_cors(&self) -> Option<(&str, ConsoleMessage)> {
        outside_of_cors(self.reported_error.as_deref()?)
    }

    /// Replaces each assumed header value with [`NOT_RECORDED`].
    fn hide_assumed_values(&self, explanation: &mut Explanation) {
        let names = self.names_without_value.iter();
        let assumed: BTreeSet<String> = names.map(|name| name.to_ascii_lowercase()).collect();
        let exchanges = explanation.exchanges.iter_mut();
        let lists = exchanges.map(|exchange| &mut exchange.headers);
        let lists = lists.chain(core::iter::once(&mut explanation.asked.headers));
        for (name, value) in lists.flatten() {
            if assumed.contains(&name.to_ascii_lowercase()) {
                *value = String::from(NOT_RECORDED);
            }
        }
        for name in &self.names_without_value {
            let Ok(name) = HeaderName::new(name.as_bytes()) else {
                continue;
            };
            let value = unsafe_value(&name);
            let assumed = preflight_need::header_in_words(&name, [value.as_bytes()]);
            for reason in &mut explanation.preflight {
                if *reason == assumed {
                    *reason = format!("the preflight asks for the header `{name}`");
                }
            }
        }
    }

    /// Returns sentences about the missing parts of the recording, and about the values that are assumed for these
    /// parts.
    fn not_recorded(&self, answers: &[RecordedAnswer<'_>]) -> Vec<String> {
        let mut sentences = Vec::new();
        let has_assumed_preflight = answers
            .iter()
            .any(|answer| matches!(answer, RecordedAnswer::AssumedPreflight));
        if has_assumed_preflight {
            let method = shown_briefly(&self.method);
            sentences.push(format!(
                "the preflight is not in the recording. The browser sent the {method} request, so the verdict assumes that the preflight succeeded or was cached; its status and headers cannot be known. To see the answer to the preflight, run the command with `OPTIONS` below. Or record again in the network panel of a browser: show all types of requests, and check `Disable cache` (Playwright does not record preflights)"
            ));
        }
        let recorded = answers.iter().filter_map(|answer| match answer {
            RecordedAnswer::Recorded(exchange) => Some(exchange),
            _ => None,
        });
        let mut recorded = recorded.peekable();
        let has = |is: fn(&RecordedExchange) -> bool| recorded.clone().any(|exchange| is(exchange));
        if has(|exchange| exchange.is_status_assumed) {
            sentences.push(String::from(
                "the status of the response is not in the recording. The CORS check does not depend on the status: see the status in the network panel",
            ));
        }
        if has(|exchange| exchange.is_response_assumed) {
            sentences.push(String::from(
                "the last redirect is not in the recording, but the browser reports too many redirects",
            ));
        }
        if has(sends_file_origin) {
            sentences.push(String::from(FILE_ORIGIN));
        }
        if recorded.peek().is_some() && self.mode.is_none() {
            sentences.push(String::from(ASSUMED_MODE));
        }
        sentences
    }
}

fn sends_file_origin(exchange: &RecordedExchange) -> bool {
    let origin = exchange.request_headers.get("origin");
    origin.is_some_and(|origin| is_file_url(&origin))
}

/// Removes the known mistakes of a redirect that no server sent. The notes explain such a redirect.
fn remove_mistakes_of_servers(explanation: &mut Explanation, answers: &[RecordedAnswer<'_>]) {
    for refusal in &mut explanation.refusals {
        let answer = refusal.exchange.and_then(|position| answers.get(position));
        let is_internal = matches!(
            answer,
            Some(RecordedAnswer::Recorded(recorded)) if recorded.internal_redirect.is_some()
        );
        if is_internal {
            refusal.near_misses.clear();
        }
        if let Some(RecordedAnswer::Recorded(recorded)) = answer
            && recorded.source == ResponseSource::BrowserCache
        {
            name_cache_of_browser(refusal, recorded);
        }
    }
}

/// If the response is from the cache of the browser, and is for another page, names the cache in place of a mistake of the
/// server.
fn name_cache_of_browser(refusal: &mut Refusal, recorded: &RecordedExchange) {
    let is_other = |miss: &NearMiss| miss.kind == NearMissKind::OtherOrigin;
    let is_for_other_page = match refusal.failure {
        Failure::MissingAllowOriginHeader => true,
        Failure::AllowOriginMismatch => refusal.near_misses.iter().any(is_other),
        _ => false,
    };
    let response = recorded.response.as_ref().filter(|_| is_for_other_page);
    let cached = response.and_then(|response| near_miss_of_browser(response, recorded.stored_by));
    if let Some(cached) = cached {
        refusal.near_misses = Vec::from([cached]);
    }
}

/// Returns the answer without its assumed parts.
fn shown_answer(recorded: &RecordedExchange, answer: &ExplainedAnswer) -> ExplainedAnswer {
    match answer {
        _ if recorded.is_response_assumed => ExplainedAnswer::NotRecorded,
        ExplainedAnswer::Response { status, headers } if recorded.internal_redirect.is_some() => {
            let is_recorded = |(name, _): &&(String, String)| {
                let mut responses = recorded.response.iter();
                responses.any(|response| response.header_list.contains(name))
            };
            ExplainedAnswer::Response {
                status: *status,
                headers: headers.iter().filter(is_recorded).cloned().collect(),
            }
        }
        ExplainedAnswer::Response { headers, .. } if recorded.is_status_assumed => {
            ExplainedAnswer::Response {
                status: None,
                headers: headers.clone(),
            }
        }
        other => other.clone(),
    }
}

/// If the reason of the error is not about CORS, returns the error with its message.
fn outside_of_cors(error: &str) -> Option<(&str, ConsoleMessage)> {
    let message = message_of_error(error)?;
    message.is_outside_of_cors().then_some((error, message))
}

/// Changes the explanation of an undecided fetch if the recording shows that a request got no response, but has no
/// error for this request. The request is the first request with an unknown answer. The new headline names the possible
/// reasons. The new fix has no changes, because no header is known to be wrong.
fn set_unanswered(explanation: &mut Explanation, answers: &[RecordedAnswer<'_>]) {
    if explanation.verdict != Verdict::Undecided {
        return;
    }
    let exchanges = explanation.exchanges.iter().zip(answers);
    let mut unknown = exchanges.filter(|(exchange, _)| exchange.answer == ExplainedAnswer::Unknown);
    let Some((exchange, RecordedAnswer::Recorded(recorded))) = unknown.next() else {
        return;
    };
    if !recorded.has_no_response || recorded.error.is_some() {
        return;
    }
    let name = if exchange.is_preflight {
        "preflight"
    } else {
        "request"
    };
    explanation.headline = format!(
        "undecided: the recording has neither a response to the {name} nor an error: the server did not answer, the request did not end, or the browser blocked it"
    );
    // The fix for a redirect to a login page does not depend on the missing answer.
    if !matches!(explanation.fix, Fix::LoginPage { .. }) {
        explanation.alternatives.clear();
        explanation.fix = Fix::Answers {
            safer: None,
            page: Vec::new(),
            answers: Vec::new(),
        };
    }
}

/// Replaces the verdict with the error that the browser reported. The verdict stays in two cases. The first case: the
/// browser refuses the request or an answer, so the verdict already has a reason. The second case: the fetch has a response, and the
/// error says that the page or the user stopped the request.
fn set_error(explanation: &mut Explanation, name: &str, message: &ConsoleMessage) {
    let first = explanation.refusals.first().map(|first| first.failure);
    let is_unanswered = first == Some(Failure::NetworkError);
    let has_verdict = match explanation.verdict {
        Verdict::Blocked => !is_unanswered,
        Verdict::Readable | Verdict::Opaque => message.is_stopped(),
        Verdict::Undecided => false,
    };
    let name = shown_briefly(name);
    if has_verdict {
        let mut refusals = explanation.refusals.iter();
        let is_refused_before_network = first.is_some_and(|first| {
            !message.failures.contains(&first) && refusals.all(|refusal| refusal.exchange.is_none())
        });
        if is_refused_before_network && !message.is_stopped() {
            explanation.notes.push(format!(
                "the browser reported `{name}`: {}. The fix of this error: {}",
                message.meaning(),
                message.fix()
            ));
        }
        return;
    }
    // The first request of the fetch is not the request that failed if a server redirected the fetch.
    let first = explanation.exchanges.iter().find(|it| !it.is_preflight);
    let mut sent = explanation.exchanges.iter().filter(|it| it.was_sent);
    let failed = sent.next_back().map(|last| &last.url);
    let target = failed
        .filter(|failed| first.is_some_and(|first| first.url != **failed))
        .map(|failed| format!(" for `{}`, the target of a redirect", shown_briefly(failed)));
    let sentence = format!(
        "the browser reported `{name}`{}: {}",
        target.unwrap_or_default(),
        message.meaning()
    );
    explanation.verdict = Verdict::Blocked;
    let result = if message.is_stopped() {
        "stopped"
    } else {
        "blocked"
    };
    explanation.headline = format!("{result}: {sentence}");
    explanation.alternatives.clear();
    explanation.fix = Fix::NotCors {
        advice: message.fix(),
    };
    explanation.exchanges.retain(|exchange| exchange.was_sent);
    explanation.refusals.truncate(usize::from(is_unanswered));
    for refusal in &mut explanation.refusals {
        refusal.sentence.clone_from(&sentence);
        refusal.near_misses.clear();
    }
    // The browser reported the reason, so the explanation does not depend on the assumed request mode.
    explanation
        .not_recorded
        .retain(|other| other != ASSUMED_MODE);
    explanation.cautions.clear();
    explanation.unexpected_page = None;
    explanation.notes.clear();
    explanation.hidden.clear();
    explanation.hidden_near_misses.clear();
    explanation.engines.clear();
}

/// Replaces the known mistake about the redirect mode with a text that says that the mode is assumed.
fn set_assumed_redirect_mode(explanation: &mut Explanation) {
    let refusals = explanation.refusals.iter_mut();
    for miss in refusals.flat_map(|refusal| &mut refusal.near_misses) {
        if miss.kind == NearMissKind::RedirectModeError {
            *miss = NearMiss::new(miss.kind, ASSUMED_REDIRECT_MODE.into());
        }
    }
}
