//! A run of a fetch whose redirects can lead back to a URL. The fix is then one answer without a redirect.

use core::time::Duration;

use ::url::Url;

use super::{
    Run, RunExchange,
    edits::DIRECT,
    run::{merged, run_once, run_with_edit},
};
use crate::{
    Failure, FetchError,
    fetching::{ConnectionError, HttpRequest, UserAgent},
    infrastructure::{request::Request, response::Response},
};

/// Runs the fetch. Each refused answer is edited until the browser accepts the answer. If the redirects lead back to a
/// URL, only the first answer of this URL is edited.
pub(in crate::explain) fn run(
    user_agent: &UserAgent,
    request: &Request,
    now: Duration,
    network: impl FnMut(&HttpRequest) -> Option<Result<Response, ConnectionError>>,
) -> Run {
    let first = run_once(user_agent, request, now, network);
    run_without_loop(user_agent, request, now, first)
}

/// If the redirects of the run lead back to a URL, returns a run with one edit in place of an edit of each redirect: the
/// first request for this URL gets an answer without a redirect. Otherwise, returns `first`.
fn run_without_loop(user_agent: &UserAgent, request: &Request, now: Duration, first: Run) -> Run {
    let Some((error, start)) = redirect_loop(&first) else {
        return first;
    };
    let second = run_with_edit(user_agent, request, now, &first, (start, &DIRECT));
    let (Some(old), Some(second)) = (first.exchanges.get(start), second) else {
        return first;
    };
    let url = old.request.url.clone();
    let mut merged = merged(first, second);
    let has_error = |exchange: &RunExchange| {
        let mut errors = exchange.errors.iter();
        errors.any(|other| other.failure() == error.failure())
    };
    if !merged.exchanges.iter().any(has_error) {
        let position = loop_error_position(&merged.exchanges);
        if let Some(exchange) = position.and_then(|position| merged.exchanges.get_mut(position)) {
            exchange.errors.push(error);
        }
    }
    merged.redirect_loop = Some(url);
    merged
}

/// Returns the position of the exchange whose refusal is the loop: the first exchange that is answered without a
/// redirect. If the browser refuses a later answer before it can follow the whole loop, the position is not before this
/// answer, since the first refusal is the one that the browser reports.
fn loop_error_position(exchanges: &[RunExchange]) -> Option<usize> {
    let position = |wanted: &dyn Fn(&RunExchange) -> bool| exchanges.iter().position(wanted);
    let direct = position(&|exchange| exchange.edits.first() == Some(&DIRECT))?;
    let refused = position(&|exchange| !exchange.errors.is_empty()).unwrap_or(direct);
    let start = direct.max(refused);
    let mut later = exchanges.iter().enumerate().skip(start);
    let response = later.find(|(_, exchange)| !exchange.request.is_preflight());
    Some(response.map_or(start, |(position, _)| position))
}

/// Returns the error about too many redirects, and the position of the first request in the loop: the redirects lead
/// back to the URL of this request. `None` if there are not too many redirects, or if each redirect leads to a new URL.
fn redirect_loop(run: &Run) -> Option<(FetchError, usize)> {
    let mut errors = run.exchanges.iter().flat_map(|exchange| &exchange.errors);
    let error = errors.find(|error| error.failure() == Failure::TooManyRedirects)?;
    let parts = |exchange: &RunExchange| -> (Url, http::Method) {
        (
            exchange.request.url.clone(),
            exchange.request.method.clone(),
        )
    };
    let requests = run.exchanges.iter().enumerate();
    let requests = requests.filter(|(_, exchange)| !exchange.request.is_preflight());
    let mut starts = requests.clone();
    let start = starts.find(|(position, exchange)| {
        let mut later = requests.clone().filter(|(other, _)| other > position);
        later.any(|(_, other)| parts(other) == parts(exchange))
    });
    Some((error.clone(), start?.0))
}
