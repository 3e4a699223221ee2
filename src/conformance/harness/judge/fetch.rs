//! Judges the answers to one probe: a fetch by a page, or a single request that is not from a page.

mod without_listeners;

use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
    vec::Vec,
};

use self::without_listeners::judge_without_listeners;
use super::{
    engines::judge_in_engines,
    redirects::redirect_clause,
    requests::is_needless,
    response::{credentials_clause, denied_read, judge_response, page_of},
};
use crate::conformance::harness::{
    expectations::Expectations,
    probes::probe::{CREDENTIALS, Plan, Probe},
    replay::{Answer, Replay, replay, replay_in},
    report::{cause::Cause, violation::Violation},
};
use crate::{
    Failure, FetchError,
    cases::{Exchange, ExchangeError, RequestLine},
    conformance::laws::{
        Law, law_advice,
        server::fetches::ExposureMistakes,
        severity::Severity,
        support::harmless_grants::{is_harmless_method, is_harmless_name},
    },
    engine::Engine,
    explain::{advice::advice, refusal_in_words},
    infrastructure::{
        header::HeaderName,
        method::is_cors_safelisted_method,
        request::{CredentialsMode, Request},
        response::ResponseType,
        safelist::cors_unsafe_request_header_names,
    },
    wording,
};

pub(crate) fn judge_fetch(
    expectations: &Expectations,
    probe: &Probe,
    answers: &[Answer],
) -> Vec<Violation> {
    let mut found = Vec::new();
    // Without an answer, nothing can be judged.
    if answers.iter().all(Option::is_none) {
        return found;
    }
    let exchanges = exchanges(probe, answers);
    let fetch = Fetch::from_probe(expectations, probe, &exchanges, answers);
    for exchange in &exchanges {
        let is_unread = fetch
            .as_ref()
            .is_some_and(|fetch| fetch.is_unread(exchange));
        found.extend(judge_response(expectations, probe, exchange, is_unread));
    }
    let mut failed = None;
    if let Some(fetch) = &fetch {
        let violations = judge_in_engines(|engine| Some(fetch.in_engine(engine)?.violations()));
        let mut unanswered = violations.iter();
        failed = unanswered.find_map(|violation| violation.unanswered.clone());
        found.extend(violations);
        if !fetch.is_granted() {
            found.extend(judge_without_listeners(expectations, probe, answers));
        }
    }
    let unanswered = unanswered(probe, answers);
    // If a permitted fetch fails because its request has no response, the failed fetch is already a violation. The
    // missing response is not a second violation.
    let unanswered = unanswered.filter(|(line, _)| failed.as_ref() != Some(*line));
    found.extend(unanswered.map(|(line, error)| {
        let advice = Cause::NoResponse.advice();
        let message = format!("the request gets no response, because {error}: {advice}");
        // A request that no page needs is not the example of the other requests without a response.
        let detail = if is_needless(&line.request) {
            "needless"
        } else {
            ""
        };
        Violation {
            detail: String::from(detail),
            unanswered: Some(line.clone()),
            ..Violation::new(
                Law::EveryRequestGetsAResponse,
                &probe.name,
                message,
                Vec::new(),
            )
        }
    }));
    found
}

/// Returns the requests of the probe that got a response.
fn exchanges(probe: &Probe, answers: &[Answer]) -> Vec<Exchange> {
    let pairs = probe.requests().iter().zip(answers);
    let exchanges = pairs.filter_map(|(line, answer)| {
        let response = answer.as_ref()?.as_ref().ok()?;
        Some(Exchange {
            id: line.id.clone(),
            request: line.request.clone(),
            response: response.clone(),
        })
    });
    exchanges.collect()
}

/// Returns the requests that have an error instead of a response.
fn unanswered<'a>(
    probe: &'a Probe,
    answers: &'a [Answer],
) -> impl Iterator<Item = (&'a RequestLine, ExchangeError)> {
    let pairs = probe.requests().iter().zip(answers);
    pairs.filter_map(|(line, answer)| match answer {
        Some(Err(error)) => Some((line, *error)),
        _ => None,
    })
}

/// A fetch by a page, replayed once with credentials and once without credentials.
#[derive(Clone)]
struct Fetch<'a> {
    expectations: &'a Expectations,
    probe: &'a Probe,
    request: &'a Request,
    unsafe_names: Vec<HeaderName>,
    exchanges: &'a [Exchange],
    answers: &'a [Answer],
    with_credentials: Replay,
    without: Replay,
}

impl<'a> Fetch<'a> {
    /// Returns the fetch of a probe. Returns `None` if the probe is a single request that is not from a page.
    fn from_probe(
        expectations: &'a Expectations,
        probe: &'a Probe,
        exchanges: &'a [Exchange],
        answers: &'a [Answer],
    ) -> Option<Self> {
        match &probe.plan {
            Plan::Fetch(request) | Plan::Rewritten(request) | Plan::Credentialed(request) => {
                Some(Self::new(expectations, probe, request, exchanges, answers))
            }
            Plan::Single => None,
        }
    }

    /// Whether the preflight succeeds, with or without credentials.
    fn is_granted(&self) -> bool {
        self.replays().iter().any(|(_, replay)| replay.is_granted)
    }

    fn new(
        expectations: &'a Expectations,
        probe: &'a Probe,
        request: &'a Request,
        exchanges: &'a [Exchange],
        answers: &'a [Answer],
    ) -> Self {
        Self {
            expectations,
            probe,
            request,
            unsafe_names: cors_unsafe_request_header_names(&request.header_list),
            exchanges,
            answers,
            with_credentials: replay(request, CredentialsMode::Include, answers),
            without: if matches!(probe.plan, Plan::Credentialed(_)) {
                Replay::UNKNOWN
            } else {
                replay(request, CredentialsMode::SameOrigin, answers)
            },
        }
    }

    /// Returns the fetch as an engine runs it. Returns `None` if only the engine or only the standard sends a
    /// preflight, because the answers to the requests of the engine are then unknown.
    fn in_engine(&self, engine: Engine) -> Option<Cow<'_, Self>> {
        if engine == Engine::Spec {
            return Some(Cow::Borrowed(self));
        }
        let replay = |standard: &Replay, credentials_mode| {
            let replay = replay_in(engine, self.request, credentials_mode, self.answers);
            (replay.has_preflight == standard.has_preflight).then_some(replay)
        };
        Some(Cow::Owned(Self {
            with_credentials: replay(&self.with_credentials, CredentialsMode::Include)?,
            without: if self.is_only_with_credentials() {
                Replay::UNKNOWN
            } else {
                replay(&self.without, CredentialsMode::SameOrigin)?
            },
            unsafe_names: self.unsafe_names.clone(),
            ..*self
        }))
    }

    /// Whether only the fetch with credentials is judged.
    const fn is_only_with_credentials(&self) -> bool {
        matches!(self.probe.plan, Plan::Credentialed(_))
    }

    /// Returns the violations that the fetch shows.
    fn violations(&self) -> Vec<Violation> {
        let pages = self.reads().into_iter().chain(self.sends());
        pages.chain(self.fails()).chain(self.exposes()).collect()
    }

    /// Returns both replays. The `bool` is true for the replay with credentials, which is first because its violations
    /// have more serious consequences.
    fn replays(&self) -> [(bool, &Replay); 2] {
        [(true, &self.with_credentials), (false, &self.without)]
    }

    fn origin(&self) -> &str {
        self.request.origin.serialize()
    }

    fn is_permitted(&self, credentials: bool) -> bool {
        let names: Vec<_> = self.unsafe_names.iter().map(HeaderName::as_str).collect();
        let method = self.request.method.as_str();
        let origin = self.origin();
        self.expectations
            .permits(origin, method, &names, credentials)
    }

    /// Finds a violation where the page reads the response although the policy does not allow this.
    fn reads(&self) -> Option<Violation> {
        let reads = |(credentials, replay): &(bool, &Replay)| {
            let is_read = matches!(&replay.result, Some(Ok(response)) if response.response_type() == ResponseType::Cors);
            is_read && !self.expectations.lets_read(self.origin(), *credentials)
        };
        let (credentials, replay) = self.replays().into_iter().find(reads)?;
        let message = denied_read(self.origin(), credentials);
        let law = Law::DeniedPageReadsNothing;
        let violation = self.violation(law, Severity::Security, message, replay.taken, None);
        // A response with the user's credentials is worth more to an attacker, so the report shows it even if the page
        // can also read a response without credentials.
        let detail = format!("{}{}", violation.detail, credentials_clause(credentials));
        let is_permitted_without = self.expectations.lets_read(self.origin(), false);
        Some(
            Violation {
                detail,
                ..violation
            }
            .with_advice(is_permitted_without),
        )
    }

    /// Finds a violation where the preflight succeeds although the policy does not permit the request.
    fn sends(&self) -> Option<Violation> {
        let sends = |(credentials, replay): &(bool, &Replay)| {
            replay.is_granted && !self.is_permitted(*credentials)
        };
        let [with, without] = self.replays().map(|replay| sends(&replay));
        if !with && !without {
            return None;
        }
        let message = format!(
            "{} can send {}, which the policy does not permit",
            page_of(self.origin()),
            self.described_request(only(with, without)),
        );
        let law = Law::FetchSucceedsExactlyWhenPermitted;
        let severity = if self.is_harmless() {
            Severity::Waste
        } else {
            Severity::Security
        };
        let violation = self.violation(law, severity, message, 1, None);
        Some(violation.with_advice(self.is_permitted(false)))
    }

    /// Whether the policy denies the fetch only because of a harmless method or harmless header names. A page gains
    /// nothing if the server grants a harmless method or name.
    fn is_harmless(&self) -> bool {
        let method = self.request.method.as_str();
        let method = if is_harmless_method(method.as_bytes()) {
            "GET"
        } else {
            method
        };
        let names = self.unsafe_names.iter().map(HeaderName::as_str);
        let names: Vec<&str> = names
            .filter(|name| !is_harmless_name(name.as_bytes()))
            .collect();
        let is_permitted_without = self
            .expectations
            .permits(self.origin(), method, &names, false);
        is_permitted_without && !self.is_permitted(false)
    }

    /// Finds a violation where a permitted fetch fails because of the CORS headers, or because a response is missing.
    fn fails(&self) -> Option<Violation> {
        if !self.expectations.is_listed_or_usual(&self.request.origin) {
            return None;
        }
        let [with, without] = self
            .replays()
            .map(|(credentials, replay)| match &replay.result {
                Some(Err(error)) if is_due_to_server(error) && self.is_permitted(credentials) => {
                    Some((replay.taken, error.clone()))
                }
                _ => None,
            });
        // If the policy does not allow credentials, only the uncredentialed fetch is permitted. So the message does not
        // mention credentials.
        let credentials = if self.expectations.spec.credentials {
            only(with.is_some(), without.is_some())
        } else {
            ""
        };
        // A failure without credentials is a simpler example than a failure with credentials.
        let (taken, error) = without.or(with)?;
        let status = self.taken_exchanges(taken).last();
        let status = status.map(|exchange| exchange.response.status);
        let is_error = status.is_some_and(|status| {
            (status.is_client_error() || status.is_server_error()) && is_due_to_response(&error)
        });
        let on_errors = if is_error {
            concat!("; ", wording::headers_on_errors!())
        } else {
            ""
        };
        let unanswered = unanswered(self.probe, self.answers);
        let unanswered = unanswered
            .filter(|(line, _)| is_first(self.probe, line, taken))
            .last();
        let unanswered = unanswered.filter(|_| error.failure() == Failure::NetworkError);
        let last = self.taken_exchanges(taken).last();
        let redirect = last.map_or_else(String::new, redirect_clause);
        let is_preflight = last.is_some_and(|last| last.request.is_preflight());
        let (cause, failure_advice) = match unanswered {
            Some((line, reason)) if line.request.is_preflight() => (
                format!("its preflight gets no response, because {reason}"),
                String::from("; answer every preflight"),
            ),
            Some((_, reason)) => (
                format!("the request gets no response, because {reason}"),
                String::from("; answer every request"),
            ),
            None => (
                refusal_in_words(&error, is_preflight, self.origin()) + &redirect,
                format!("; {}{on_errors}", advice(&error, self.origin())),
            ),
        };
        let message = format!(
            "{} cannot send {} and read the response, although the policy permits this: {cause}{failure_advice}",
            page_of(self.origin()),
            self.described_request(credentials),
        );
        let unanswered = unanswered.map(|(line, _)| line.clone());
        let is_same_for_every_request = is_same_for_every_request(error.failure());
        let is_of_preflight = unanswered.as_ref().map_or_else(
            || {
                let mut taken = self.taken_exchanges(taken);
                taken
                    .next_back()
                    .is_some_and(|last| last.request.is_preflight())
            },
            |line| line.request.is_preflight(),
        );
        let law = match self.probe.plan {
            Plan::Rewritten(_) if !is_same_for_every_request => Law::IntermediaryChangesNoVerdict,
            _ => Law::FetchSucceedsExactlyWhenPermitted,
        };
        let detail = is_same_for_every_request.then(|| error.step().to_string());
        let violation = self.violation(law, Severity::Broken, message, taken, Some(error));
        Some(Violation {
            detail: detail.unwrap_or(violation.detail),
            is_of_upload: is_of_preflight && self.is_upload(),
            unanswered,
            failure_advice,
            ..violation
        })
    }

    /// Finds a header that a script can read although the policy does not expose it, and a header that a script cannot read
    /// although the policy exposes it. The value `*` exposes headers only to a fetch without credentials.
    fn exposes(&self) -> impl Iterator<Item = Violation> {
        let mistakes = |credentials, replay: &Replay| match &replay.result {
            Some(Ok(response))
                if response.response_type() == ResponseType::Cors
                    && self.expectations.lets_read(self.origin(), credentials) =>
            {
                ExposureMistakes::new(&self.expectations.spec, response)
            }
            _ => ExposureMistakes::default(),
        };
        let without = mistakes(false, &self.without);
        let with = mistakes(true, &self.with_credentials);
        // A server may deny an unusual origin. If it sends `*` all the same, the page can read the response, but a hidden header
        // is not a mistake.
        let is_usual = self.expectations.is_listed_or_usual(&self.request.origin);
        let all = [
            (Severity::Security, without.readable, with.readable),
            (Severity::Broken, without.hidden, with.hidden),
        ];
        all.into_iter()
            .filter(move |(severity, ..)| is_usual || *severity == Severity::Security)
            .filter_map(move |(severity, without, with)| {
                // An example without credentials is simpler.
                let without = without.map(|mistake| ("", mistake));
                let with = with.map(|mistake| ("in a fetch with credentials, ", mistake));
                let (only_with, mistake) = without.or(with)?;
                Some(self.wrong_exposure(severity, &format!("{only_with}{mistake}")))
            })
    }

    fn wrong_exposure(&self, severity: Severity, mistake: &str) -> Violation {
        let law = Law::ScriptReadsWhatPolicyExposes;
        let message = format!(
            "{mistake}: {}",
            law_advice::script_reads_what_policy_exposes()
        );
        let replays = [&self.without, &self.with_credentials];
        let taken = replays.map(|replay| replay.taken).into_iter().max();
        let violation = self.violation(law, severity, message, taken.unwrap_or_default(), None);
        let mut credentials = CREDENTIALS.iter().map(|(_, name, _)| *name);
        let sent = credentials.find(|name| {
            let mut exchanges = violation.exchanges.iter();
            exchanges.any(|exchange| exchange.request.header_list.contains(name))
        });
        Violation {
            // The report has one violation for each value of `detail`. The exposed headers seldom depend on other parts
            // of the request than the credentials, so one violation for each header with credentials is enough.
            detail: sent.unwrap_or_default().to_string(),
            advice: law_advice::script_reads_what_policy_exposes(),
            ..violation
        }
    }

    /// Returns the exchanges of the first `taken` requests. If `taken` is 0, returns the exchange of the first request.
    fn taken_exchanges(&self, taken: usize) -> impl DoubleEndedIterator<Item = &'a Exchange> {
        let lines = self.probe.requests().iter().take(taken.max(1));
        let exchanges = self.exchanges;
        lines.filter_map(move |line| exchanges.iter().find(|exchange| exchange.id == line.id))
    }

    /// Whether browsers never read the response of the exchange, because the preflight before this exchange fails.
    fn is_unread(&self, exchange: &Exchange) -> bool {
        let replays = self.replays().into_iter();
        let taken = replays.map(|(_, replay)| replay.taken).max();
        taken.is_some_and(|taken| taken > 0)
            && !self
                .taken_exchanges(taken.unwrap_or_default())
                .any(|taken| taken.id == exchange.id)
    }

    /// Whether the fetch needs a preflight only because of the listeners for its upload.
    fn is_upload(&self) -> bool {
        self.request.use_cors_preflight_flag
            && self.unsafe_names.is_empty()
            && is_cors_safelisted_method(self.request.method.as_str().as_bytes())
    }

    /// Returns the method, the CORS-unsafe header names and the credentials, as a part of a message.
    fn described_request(&self, credentials: &str) -> String {
        let names: Vec<&str> = self.unsafe_names.iter().map(HeaderName::as_str).collect();
        let with_names = match names.as_slice() {
            [] if self.is_upload() => String::from(" with listeners for its upload"),
            [] => String::new(),
            [name] => format!(" with the header {name}"),
            names => format!(" with the headers {}", names.join(", ")),
        };
        let and = if with_names.is_empty() || credentials.is_empty() {
            ""
        } else {
            " and"
        };
        format!("{}{with_names}{and}{credentials}", self.request.method)
    }

    fn violation(
        &self,
        law: Law,
        severity: Severity,
        message: String,
        taken: usize,
        error: Option<FetchError>,
    ) -> Violation {
        let code = error.as_ref().map_or("", |error| error.failure().code());
        let detail = format!("{} {code}", self.probe.kind());
        let exchanges = self.taken_exchanges(taken).cloned().collect();
        Violation {
            severity,
            detail,
            error,
            advice: self.probe.advice,
            ..Violation::new(law, &self.probe.name, message, exchanges)
        }
    }
}

/// Returns the end of a message about a violation: whether the violation occurs only with credentials or only without
/// credentials. Returns an empty text if the violation occurs with and without credentials.
const fn only(with_credentials: bool, without: bool) -> &'static str {
    match (with_credentials, without) {
        (true, false) => " with credentials",
        (false, true) => " without credentials",
        _ => "",
    }
}

/// Whether `line` is one of the first `taken` requests of the probe.
fn is_first(probe: &Probe, line: &RequestLine, taken: usize) -> bool {
    let mut first = probe.requests().iter().take(taken);
    first.any(|first| first.id == line.id)
}

/// Whether the failure is due to the CORS headers or to a missing response.
fn is_due_to_server(error: &FetchError) -> bool {
    error.failure() == Failure::NetworkError
        || ["cors-check/", "cors-preflight-fetch/"]
            .into_iter()
            .any(|algorithm| error.step().starts_with(algorithm))
}

/// Whether the CORS check of the final response failed. Returns false if the CORS check of a preflight response failed.
fn is_due_to_response(error: &FetchError) -> bool {
    error.failure() != Failure::PreflightInvalidStatus && error.step().starts_with("cors-check/")
}

/// Whether the server probably makes the same mistake for every request: a wrong header in every response, or no
/// response. The report then needs only one example.
const fn is_same_for_every_request(failure: Failure) -> bool {
    matches!(
        failure,
        Failure::MultipleAllowOriginValues
            | Failure::PreflightMultipleAllowOriginValues
            | Failure::InvalidAllowCredentials
            | Failure::PreflightInvalidAllowCredentials
            | Failure::NetworkError
    )
}
