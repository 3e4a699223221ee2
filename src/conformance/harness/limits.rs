//! Recognizes responses that refuse a request because there were too many requests. Such a response does not show the
//! CORS headers that the server sends with other responses, so the check ignores it.

use alloc::vec::Vec;

use http::StatusCode;

use super::replay::Answer;
use crate::infrastructure::response::Response;

/// Returns the answers, with `None` in place of each response that refuses a request because there were too many
/// requests.
pub(super) fn without_refusals(answers: &[Answer]) -> Vec<Answer> {
    let is_refusal = |answer: &Answer| matches!(answer, Some(Ok(response)) if is_limited(response));
    let answers = answers.iter();
    answers
        .map(|answer| answer.clone().filter(|_| !is_refusal(answer)))
        .collect()
}

/// Whether the response refuses the request because there were too many requests.
pub(super) fn is_limited(response: &Response) -> bool {
    response.status == StatusCode::TOO_MANY_REQUESTS
        || (response.status == StatusCode::SERVICE_UNAVAILABLE
            && response.header_list.contains("retry-after"))
}
