//! The explanation of a fetch of a HAR recording, for one credentials mode.

use fetch_cors::explain::{
    ChangedAnswer, Explanation, Verdict as FetchVerdict, input::ConsoleMessage,
};
use serde::{Serialize, Serializer};

use super::super::console;

const CONTRADICTION: &str = "The recording has another result than this explanation. The recording is incomplete, the browser differs from the standard, or an extension or a setting of the browser turns CORS off.";

/// A fetch of the recording as a line of JSON.
#[derive(Serialize)]
pub(super) struct Line {
    /// The number of the fetch among the explained fetches, counted from 1.
    pub(super) fetch: usize,
    /// The number of the first fetch with an equal explanation. `None` if this fetch is the first such fetch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) same_as: Option<usize>,
    pub(super) url: String,
    pub(super) method: String,
    /// Whether the verdict is known, and is the same in each possible credentials mode.
    pub(super) certain: bool,
    /// The credentials mode that the explanation assumes, if the recording does not show the credentials mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) assumed_credentials: Option<&'static str>,
    /// The changes that this explanation needs in addition to the fix of the main explanation of the fetch. `None` for
    /// the main explanation, and if the main explanation has a change that this explanation does not need.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) also_needed: Option<Vec<ChangedAnswer>>,
    /// Whether the recording shows that the page got a response.
    #[serde(skip)]
    pub(super) has_worked: bool,
    /// Whether the page or the user stopped the request, and no recorded answer blocks the fetch.
    #[serde(skip)]
    pub(super) was_stopped: bool,
    /// Whether all explanations contradict the recording. For example, the fetch failed in the recording, but succeeds
    /// in each explanation.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) contradicts_recording: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) explanation: Option<Explanation>,
    /// The reason why the fetch cannot be judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) obstacle: Option<String>,
    /// The message that the browser prints for the failure that it reported. Only for a fetch without a recorded answer.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "serialize_message"
    )]
    pub(super) message: Option<ConsoleMessage>,
}

impl Line {
    /// Whether the fetch cannot be judged.
    pub(super) fn is_not_judged(&self) -> bool {
        match &self.explanation {
            Some(explanation) => explanation.verdict == FetchVerdict::Undecided,
            None => self.message.is_none(),
        }
    }

    /// Returns the names of the engines that allow the fetch, if the fetch did not fail in the recording, but the
    /// explanation blocks the fetch.
    pub(super) fn allowing_engines(&self) -> Vec<&'static str> {
        let did_not_fail = self.has_worked || self.contradicts_recording;
        let blocked = self
            .explanation
            .as_ref()
            .filter(|explanation| did_not_fail && explanation.verdict == FetchVerdict::Blocked);
        let engines = blocked
            .into_iter()
            .flat_map(|explanation| &explanation.engines);
        let allowing = engines.filter(|other| other.verdict == FetchVerdict::Readable);
        allowing.map(|other| other.engine.title()).collect()
    }

    /// Returns a sentence if all explanations contradict the recording, and if no engine explains this.
    pub(super) fn contradiction(&self) -> Option<&'static str> {
        let is_unexplained = self.contradicts_recording && self.allowing_engines().is_empty();
        is_unexplained.then_some(CONTRADICTION)
    }

    /// Returns the verdict. `None` if the fetch cannot be judged.
    fn known_verdict(&self) -> Option<FetchVerdict> {
        match (&self.explanation, &self.message) {
            (Some(explanation), _) => {
                Some(explanation.verdict).filter(|verdict| *verdict != FetchVerdict::Undecided)
            }
            (None, Some(_)) => Some(FetchVerdict::Blocked),
            (None, None) => None,
        }
    }

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

fn serialize_message<S: Serializer>(
    message: &Option<ConsoleMessage>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    message
        .as_ref()
        .map(console::Line::from)
        .serialize(serializer)
}

/// Returns the position of the explanation that is printed as a whole. Usually, this is the first explanation in which
/// the fetch does not succeed. If the recording shows that the fetch worked, this is the first explanation in which the
/// fetch succeeds.
pub(super) fn main_position(lines: &[Line]) -> Option<usize> {
    let has_worked = lines.iter().any(|line| line.has_worked);
    let worked = lines
        .iter()
        .position(|line| has_worked && line.is_success());
    worked.or_else(|| problem_position(lines))
}

/// Sets [`Line::certain`] of all lines of a fetch.
pub(super) fn set_certain(lines: &mut [Line]) {
    let first = lines.first().and_then(Line::known_verdict);
    let mut others = lines.iter();
    let certain = first.is_some() && others.all(|line| line.known_verdict() == first);
    for line in lines {
        line.certain = certain;
    }
}

/// Returns a sentence for a recording that does not show whether the browser blocked the fetch. Firefox records a blocked
/// response like any other response. `None` if all explanations have the same result, or if the recording shows the
/// result.
pub(super) fn hint_at_console(lines: &[Line]) -> Option<&'static str> {
    let main = main_position(lines).and_then(|main| lines.get(main))?;
    let is_unknown = !main.is_success() && lines.iter().any(Line::is_success);
    is_unknown
        .then_some("If the console shows no error for this URL, the page can read the response.")
}

/// Returns the position of the first explanation in which the fetch does not succeed. If the fetch succeeds in all
/// explanations, returns the position of the first explanation.
pub(super) fn problem_position(lines: &[Line]) -> Option<usize> {
    let has_explanation = |line: &Line| line.explanation.is_some();
    lines
        .iter()
        .position(|line| has_explanation(line) && !line.is_success())
        .or_else(|| lines.iter().position(has_explanation))
}
