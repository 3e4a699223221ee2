//! Runs the browser's algorithms on recorded answers.

use core::time::Duration;

use crate::{
    FetchError,
    cases::ExchangeError,
    fetching::{ConnectionError, Progress, UserAgent, start},
    infrastructure::{
        request::{CredentialsMode, Request},
        response::{FilteredResponse, Response},
    },
};

/// An answer; `None` if it was not recorded.
pub(super) type Answer = Option<Result<Response, ExchangeError>>;

/// The result of a fetch.
#[derive(Debug)]
pub(super) struct Replay {
    /// `None` if an answer is missing, or if a redirect leads to a request that was not sent.
    pub(super) result: Option<Result<FilteredResponse, FetchError>>,
    /// The number of answers that the fetch used.
    pub(super) taken: usize,
    /// Whether a preflight was sent and succeeded.
    pub(super) is_granted: bool,
}

impl Replay {
    /// The replay of a fetch whose result is unknown.
    pub(super) const UNKNOWN: Self = Self {
        result: None,
        taken: 0,
        is_granted: false,
    };
}

/// Runs a fetch with the given answers.
pub(super) fn replay(
    request: &Request,
    credentials_mode: CredentialsMode,
    answers: &[Answer],
) -> Replay {
    let mut request = request.clone();
    request.credentials_mode = credentials_mode;
    let url = request.url().clone();
    let mut user_agent = UserAgent::new().allowing_mixed_content();
    let mut replay = Replay {
        result: None,
        taken: 0,
        is_granted: false,
    };
    let mut has_preflight = false;
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
        has_preflight |= is_preflight;
        replay.is_granted = has_preflight && !is_preflight;
        if waiting.http_request().url != url {
            return replay;
        }
        // After a status of 421 the browser sends the same request again.
        let at = usize::from(replay.is_granted);
        let Some(Some(answer)) = answers.get(at) else {
            return replay;
        };
        replay.taken = at + 1;
        let answer = answer.clone().map_err(|_| ConnectionError);
        progress = waiting.answer(&mut user_agent, Duration::ZERO, answer);
    }
}
