//! Explains a fetch that has ended, from its request, its outcome and its answers.

use core::time::Duration;

use thiserror::Error;

use super::{Explanation, explain_request};
use crate::{
    fetching::{ConnectionError, HttpRequest, UserAgent},
    infrastructure::{request::Request, response::Response, url::without_fragment_and_userinfo},
    outcome::Outcome,
};

/// The reason why an outcome cannot be explained: the answers are not the answers of this fetch.
///
/// ```
/// use fetch_cors::explain::ExplainOutcomeError;
/// let error = ExplainOutcomeError::AnswerCount { requests: 2, answers: 1 };
/// assert!(error.to_string().ends_with("give the answer to each request, in order"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExplainOutcomeError {
    /// There is not one answer for each request.
    #[error(
        "the number of requests of the outcome is {requests}, and the number of answers is {answers}: give the answer to each request, in order"
    )]
    AnswerCount {
        /// The number of requests that the browser sent.
        requests: usize,
        /// The number of answers.
        answers: usize,
    },
    /// With these answers, the browser has another outcome.
    #[error(
        "with these answers, the browser has another outcome: give the answers of this fetch, in order, and the user agent as it was before the fetch"
    )]
    OtherOutcome,
}

/// Explains an outcome that a test or a log has kept.
///
/// `user_agent` is the user agent as it was before the fetch, and `now` is the time at which the fetch began. `answers`
/// has the answer of the server to each request of the outcome, in order. The function runs the fetch again to compare
/// the outcomes. The requests that the browser sends only after the fix do not have an answer.
///
/// # Errors
///
/// Returns an error if the answers do not lead to the outcome.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::browser::{HeaderList, Mode, Origin, Outcome, Request, Response, UserAgent};
/// use fetch_cors::explain::{Verdict, explain_outcome};
///
/// let page = Origin::parse("https://app.example")?;
/// let mut request = Request::new(page, "https://api.example/notes".parse()?);
/// request.mode = Mode::Cors;
/// let answers = [Ok(Response::new(http::StatusCode::OK, HeaderList::new()))];
/// let outcome = Outcome::fetch(&mut UserAgent::new(), Ok(request.clone()), Duration::ZERO, |_| answers[0].clone());
///
/// let explanation = explain_outcome(&UserAgent::new(), &request, Duration::ZERO, &outcome, &answers)?;
/// assert_eq!(explanation.verdict, Verdict::Blocked);
/// assert!(explain_outcome(&UserAgent::new(), &request, Duration::ZERO, &outcome, &[]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain_outcome(
    user_agent: &UserAgent,
    request: &Request,
    now: Duration,
    outcome: &Outcome,
    answers: &[Result<Response, ConnectionError>],
) -> Result<Explanation, ExplainOutcomeError> {
    if outcome.requests.len() != answers.len() {
        return Err(ExplainOutcomeError::AnswerCount {
            requests: outcome.requests.len(),
            answers: answers.len(),
        });
    }
    let mut rest = answers.iter();
    let again = Outcome::fetch(&mut user_agent.clone(), Ok(request.clone()), now, |_| {
        rest.next().cloned().unwrap_or(Err(ConnectionError))
    });
    if again != *outcome {
        return Err(ExplainOutcomeError::OtherOutcome);
    }
    let mut next = 0;
    let network = |request: &HttpRequest| {
        let indexes = (next..answers.len()).chain(0..next);
        let mut indexes = indexes.filter(|index| {
            let sent = outcome.requests.get(*index);
            sent.is_some_and(|sent| {
                sent.is_preflight() == request.is_preflight()
                    && sent.method == request.method
                    && sent.url == without_fragment_and_userinfo(&request.url)
            })
        });
        let index = indexes.next()?;
        next = index + 1;
        answers.get(index).cloned()
    };
    Ok(explain_request(user_agent, request, now, network))
}
