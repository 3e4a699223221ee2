//! A fetch that continues with edited answers.

use alloc::{boxed::Box, vec::Vec};
use core::time::Duration;

use ::url::Url;

use super::{
    apply::{apply_all, assumed},
    edits::{Refused, add, edits},
    lists::denied_names,
    rename::{is_accepted, renamed},
};
use crate::{
    Failure, FetchError,
    explain::fix::Edit,
    fetching::{ConnectionError, HttpRequest, Progress, UserAgent, Waiting, fetch, start},
    infrastructure::{
        request::{CredentialsMode, Request},
        response::{FilteredResponse, Response},
    },
};

/// The maximum number of rounds in which one answer is edited. Each round fixes one wrong part of the answer, such as
/// the origin, the credentials or the status. No answer needs as many rounds as this limit.
const MAX_ROUNDS: usize = 12;

/// A fetch to run: the browser, the request and the time.
#[derive(Clone, Copy)]
pub(super) struct Fetch<'f> {
    user_agent: &'f UserAgent,
    request: &'f Request,
    now: Duration,
}

/// A run of a fetch. If the browser refuses an answer, the run edits the answer and continues.
pub(in crate::explain) struct Run {
    /// The exchanges, with the edits of their answers.
    pub(in crate::explain) exchanges: Vec<RunExchange>,
    /// The result with the edited answers: the response, or an error that no edit fixes.
    pub(in crate::explain) result: Result<FilteredResponse, FetchError>,
    /// The URL to which the redirects lead back. `None` if the redirects end.
    pub(in crate::explain) redirect_loop: Option<Url>,
    /// The answer of the login page to which a server redirects. `None` if an exchange of the run has this answer, or if
    /// the answer is not known.
    pub(in crate::explain) login_page: Option<Response>,
}

pub(in crate::explain) struct RunExchange {
    pub(in crate::explain) request: HttpRequest,
    /// The answer of the server, or an assumed answer.
    pub(in crate::explain) answer: Result<Response, ConnectionError>,
    pub(in crate::explain) is_known: bool,
    /// Whether the browser sends the request without any fix. True if all earlier answers are known and not refused.
    pub(in crate::explain) was_sent: bool,
    pub(in crate::explain) edits: Vec<Edit>,
    /// The errors that the edits fix, in order.
    pub(in crate::explain) errors: Vec<FetchError>,
}

/// Runs the fetch. Each refused answer is edited until the browser accepts the answer.
pub(super) fn run_once(
    user_agent: &UserAgent,
    request: &Request,
    now: Duration,
    mut network: impl FnMut(&HttpRequest) -> Option<Result<Response, ConnectionError>>,
) -> Run {
    let fetch = Fetch {
        user_agent,
        request,
        now,
    };
    let mut user_agent = user_agent.clone();
    let mut exchanges = Vec::new();
    let mut was_sent = true;
    let mut progress = start(&mut user_agent, request.clone(), now);
    loop {
        match progress {
            Progress::Done(result) => {
                let result = fetch.proven(&exchanges, result);
                return Run {
                    exchanges,
                    result,
                    redirect_loop: None,
                    login_page: None,
                };
            }
            Progress::Waiting(waiting) => {
                let answer = network(waiting.http_request());
                let mut exchange = RunExchange {
                    request: waiting.http_request().clone(),
                    is_known: answer.is_some(),
                    answer: answer.unwrap_or_else(|| Ok(assumed())),
                    was_sent,
                    edits: Vec::new(),
                    errors: Vec::new(),
                };
                progress = fetch.edit(&mut exchange, waiting, &mut user_agent);
                was_sent &= exchange.is_known && exchange.errors.is_empty();
                exchanges.push(exchange);
            }
        }
    }
}

/// Runs the fetch of `first` again, with the same answers and one edit more: the edit of the answer at a position. `None`
/// if no other edits make this run succeed.
pub(super) fn run_with_edit(
    user_agent: &UserAgent,
    request: &Request,
    now: Duration,
    first: &Run,
    (edited, edit): (usize, &Edit),
) -> Option<Run> {
    let mut answers = first.exchanges.iter().enumerate();
    let mut second = run_once(user_agent, request, now, |_| {
        let (position, exchange) = answers.next()?;
        let mut answer = exchange.answer.clone();
        if position == edited {
            edit.apply(&mut answer);
        }
        exchange.is_known.then_some(answer)
    });
    let (old, new) = (
        first.exchanges.get(edited)?,
        second.exchanges.get_mut(edited)?,
    );
    new.answer = old.answer.clone();
    new.edits.insert(0, edit.clone());
    second.result.is_ok().then_some(second)
}

impl Fetch<'_> {
    /// Continues the fetch with the answer, or with the edited answer if the answer is refused.
    fn edit(
        self,
        exchange: &mut RunExchange,
        waiting: Box<Waiting>,
        user_agent: &mut UserAgent,
    ) -> Progress {
        let before = user_agent.clone();
        let mut answer = exchange.answer.clone();
        for _ in 0..MAX_ROUNDS {
            let mut next = before.clone();
            let progress = waiting.clone().answer(&mut next, self.now, answer.clone());
            let Progress::Done(Err(error)) = progress else {
                *user_agent = next;
                return progress;
            };
            let refused = Refused {
                error: &error,
                request: &exchange.request,
                answer: &answer,
                is_credentialed: self.request.credentials_mode == CredentialsMode::Include,
            };
            let found = match self.rename(exchange, &error, &answer, &waiting, &before) {
                Some(rename) => Vec::from([rename]),
                None => edits(&refused),
            };
            if found.is_empty() {
                return Progress::Done(Err(error));
            }
            // If the same check fails again, the new edit is a second attempt to fix the same error. The error is listed once.
            let last = exchange.errors.last().map(FetchError::failure);
            if last != Some(error.failure()) {
                exchange.errors.extend(errors(&refused));
            }
            for edit in found {
                add(&mut exchange.edits, edit);
            }
            answer = exchange.edited();
        }
        waiting.answer(user_agent, self.now, answer)
    }

    /// Returns the edit that renames a misspelled header. `None` if there is no such header, or if the browser does not
    /// accept its value.
    fn rename(
        self,
        exchange: &RunExchange,
        error: &FetchError,
        answer: &Result<Response, ConnectionError>,
        waiting: &Waiting,
        user_agent: &UserAgent,
    ) -> Option<Edit> {
        let failure = error.failure();
        let rename = renamed(failure, answer.as_ref().ok()?)?;
        let mut edited = exchange.answer.clone();
        let edits = [&*exchange.edits, core::slice::from_ref(&rename)].concat();
        apply_all(&edits, &mut edited);
        let waiting = Box::new(waiting.clone());
        let progress = waiting.answer(&mut user_agent.clone(), self.now, edited);
        is_accepted(failure, &progress).then_some(rename)
    }

    /// Runs the whole fetch again with the edited answers, and returns its result.
    fn proven(
        self,
        exchanges: &[RunExchange],
        result: Result<FilteredResponse, FetchError>,
    ) -> Result<FilteredResponse, FetchError> {
        if result.is_err() || exchanges.iter().all(|exchange| exchange.edits.is_empty()) {
            return result;
        }
        let mut answers = exchanges.iter().map(RunExchange::edited);
        fetch(
            &mut self.user_agent.clone(),
            self.request.clone(),
            self.now,
            |_| answers.next().unwrap_or(Err(ConnectionError)),
        )
    }
}

impl Run {
    /// Returns the known response to the request that follows the redirect at a position.
    pub(in crate::explain) fn answer_after(&self, redirect: usize) -> Option<&Response> {
        let mut later = self.exchanges.iter().skip(redirect.saturating_add(1));
        let next = later.find(|exchange| !exchange.request.is_preflight())?;
        next.answer.as_ref().ok().filter(|_| next.is_known)
    }
}

impl RunExchange {
    pub(in crate::explain) fn edited(&self) -> Result<Response, ConnectionError> {
        let mut answer = self.answer.clone();
        apply_all(&self.edits, &mut answer);
        answer
    }
}

/// Joins the two runs. The result begins with the exchanges that happen without a fix. These exchanges are from
/// `first`. The additional exchanges of `second` follow. All edits are from `second`.
pub(super) fn merged(first: Run, second: Run) -> Run {
    let redirect_loop = second.redirect_loop.or(first.redirect_loop);
    let login_page = second.login_page.or(first.login_page);
    let sent = first
        .exchanges
        .into_iter()
        .filter(|exchange| exchange.was_sent);
    let mut exchanges: Vec<RunExchange> = sent
        .map(|exchange| RunExchange {
            edits: Vec::new(),
            ..exchange
        })
        .collect();
    let mut unmatched: Vec<usize> = (0..exchanges.len()).collect();
    for exchange in second.exchanges {
        let position = unmatched.iter().position(|&index| {
            let sent = exchanges.get(index);
            sent.is_some_and(|sent| is_same_part(&sent.request, &exchange.request))
        });
        let matched = position.map(|position| unmatched.remove(position));
        match matched.and_then(|index| exchanges.get_mut(index)) {
            Some(sent) => sent.edits = exchange.edits,
            None => exchanges.push(RunExchange {
                was_sent: false,
                ..exchange
            }),
        }
    }
    Run {
        exchanges,
        result: second.result,
        redirect_loop,
        login_page,
    }
}

/// Returns false if the URLs differ, or if only one of the requests is a preflight.
pub(super) fn is_same_part(a: &HttpRequest, b: &HttpRequest) -> bool {
    a.is_preflight() == b.is_preflight() && a.url == b.url
}

/// Returns the error. If a preflight response denies several header names, returns one error for each denied name.
fn errors(refused: &Refused<'_>) -> Vec<FetchError> {
    let error = refused.error;
    let denied = match (error.failure(), refused.answer) {
        (Failure::HeaderDisallowedByPreflightResponse, Ok(response)) => denied_names(
            refused.request,
            &response.header_list,
            refused.is_credentialed,
        ),
        _ => Vec::new(),
    };
    let others = denied
        .iter()
        .filter(|name| error.value() != Some(name.as_bytes()));
    let others = others.map(|name| FetchError::at_second_step(error.failure()).with_value(&**name));
    core::iter::once(error.clone()).chain(others).collect()
}
