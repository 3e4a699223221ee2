//! Runs the browser's algorithms with recorded answers.

use core::time::Duration;

use crate::{
    FetchError,
    cases::ExchangeError,
    engine::Engine,
    fetching::{ConnectionError, Progress, UserAgent, start},
    infrastructure::{
        request::{CredentialsMode, Request},
        response::{FilteredResponse, Response},
    },
};

/// A response, or the error that occurred in place of a response. `None` if neither is known.
pub(super) type Answer = Option<Result<Response, ExchangeError>>;

/// The result of a fetch that ran with recorded answers, and facts about the requests of this fetch.
#[derive(Debug, Clone)]
pub(super) struct Replay {
    /// The result of the fetch. `None` if an answer is missing, or if the server redirects to a URL for which there is
    /// no answer.
    pub(super) result: Option<Result<FilteredResponse, FetchError>>,
    /// The number of answers that the fetch used.
    pub(super) taken: usize,
    /// Whether a preflight was sent.
    pub(super) has_preflight: bool,
    /// Whether a preflight was sent and succeeded.
    pub(super) is_granted: bool,
}

impl Replay {
    /// The replay of a fetch whose result is unknown.
    pub(super) const UNKNOWN: Self = Self {
        result: None,
        taken: 0,
        has_preflight: false,
        is_granted: false,
    };
}

/// Runs a fetch as the standard describes it, with the given answers.
pub(super) fn replay(
    request: &Request,
    credentials_mode: CredentialsMode,
    answers: &[Answer],
) -> Replay {
    replay_in(Engine::Spec, request, credentials_mode, answers)
}

/// Runs a fetch as an engine runs it. `answers` has the recorded answers to this fetch. The recorded requests follow
/// the standard, and not the quirks of the engine.
pub(super) fn replay_in(
    engine: Engine,
    request: &Request,
    credentials_mode: CredentialsMode,
    answers: &[Answer],
) -> Replay {
    let mut request = request.clone();
    request.credentials_mode = credentials_mode;
    let url = request.url().clone();
    let mut user_agent = UserAgent::of_engine(engine).allowing_mixed_content();
    let mut replay = Replay {
        result: None,
        taken: 0,
        has_preflight: false,
        is_granted: false,
    };
    let mut progress = start(&mut user_agent, request, Duration::ZERO);
    loop {
        let waiting = match progress {
            Progress::Waiting(waiting) => waiting,
            Progress::Done(result) => {
                replay.result = Some(result);
                return replay;
            }
        };
        let is_preflight = waiting.http_request().is_preflight();
        replay.has_preflight |= is_preflight;
        replay.is_granted = replay.has_preflight && !is_preflight;
        if waiting.http_request().url != url {
            return replay;
        }
        // After a response with status 421, the browser sends the same request again. The replay then uses the same
        // answer again.
        let at = usize::from(replay.is_granted);
        let Some(Some(answer)) = answers.get(at) else {
            return replay;
        };
        replay.taken = at + 1;
        let answer = answer.clone().map_err(|_| ConnectionError);
        progress = waiting.answer(&mut user_agent, Duration::ZERO, answer);
    }
}
