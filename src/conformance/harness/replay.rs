//! The browser's side, let loose on what was answered.

use core::time::Duration;

use crate::{
    FetchError,
    fetching::{ConnectionError, Progress, UserAgent, start},
    infrastructure::{
        request::{CredentialsMode, Request},
        response::{FilteredResponse, Response},
    },
};

/// An answer; none, where nobody wrote it down.
pub(super) type Answer = Option<Result<Response, ConnectionError>>;

/// What a fetch came to.
#[derive(Debug)]
pub(super) struct Replay {
    /// None where an answer is missing, or where a redirect leads on to what nobody asked.
    pub(super) result: Option<Result<FilteredResponse, FetchError>>,
    /// How many answers it took.
    pub(super) taken: usize,
    /// Whether there was a preflight, and all it asked for was granted.
    pub(super) is_granted: bool,
}

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
        // A status of 421 asks for the same again.
        let at = usize::from(replay.is_granted);
        let Some(Some(answer)) = answers.get(at) else {
            return replay;
        };
        replay.taken = at + 1;
        progress = waiting.answer(&mut user_agent, Duration::ZERO, answer.clone());
    }
}
