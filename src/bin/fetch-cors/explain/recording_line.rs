//! The explanation of a fetch of a HAR recording, for one credentials mode.

use fetch_cors::explain::{Explanation, Verdict as FetchVerdict};
use serde::Serialize;

/// A fetch of the recording as a line of JSON.
#[derive(Serialize)]
pub(super) struct Line<'f> {
    pub(super) url: &'f str,
    pub(super) method: &'f str,
    /// The credentials mode that the explanation assumes, if the recording does not show the credentials mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) assumed_credentials: Option<&'static str>,
    /// Whether the recording shows that the page got a response.
    #[serde(skip)]
    pub(super) has_worked: bool,
    /// Whether all explanations contradict the recording. For example, the fetch failed in the recording, but succeeds
    /// in each explanation.
    #[serde(skip)]
    pub(super) contradicts_recording: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) explanation: Option<Explanation>,
    /// The reason why the fetch cannot be judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) obstacle: Option<String>,
}

impl Line<'_> {
    /// Whether the explained fetch succeeds.
    pub(super) fn is_success(&self) -> bool {
        self.explanation.as_ref().is_some_and(|explanation| {
            matches!(
                explanation.verdict,
                FetchVerdict::Readable | FetchVerdict::Opaque
            )
        })
    }
}

pub(super) fn heading(line: &Line<'_>) -> String {
    let (method, url) = (line.method.escape_debug(), line.url.escape_debug());
    format!("{method} {url}")
}

/// Returns the position of the explanation that is printed as a whole. Usually, this is the first explanation in which
/// the fetch does not succeed. If the recording shows that the fetch worked, this is the first explanation in which the
/// fetch succeeds.
pub(super) fn main_position(lines: &[Line<'_>]) -> Option<usize> {
    let has_worked = lines.iter().any(|line| line.has_worked);
    let worked = lines
        .iter()
        .position(|line| has_worked && line.is_success());
    worked.or_else(|| problem_position(lines))
}

/// Returns the position of the first explanation in which the fetch does not succeed. If the fetch succeeds in all
/// explanations, returns the position of the first explanation.
pub(super) fn problem_position(lines: &[Line<'_>]) -> Option<usize> {
    let has_explanation = |line: &Line<'_>| line.explanation.is_some();
    lines
        .iter()
        .position(|line| has_explanation(line) && !line.is_success())
        .or_else(|| lines.iter().position(has_explanation))
}
