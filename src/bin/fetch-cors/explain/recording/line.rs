//! The explanation of a fetch of a HAR recording, for one credentials mode.

use std::collections::HashMap;

use fetch_cors::{
    browser::Origin,
    explain::{
        ChangedAnswer, Explanation, Verdict as FetchVerdict, heading_url, input::ConsoleMessage,
    },
};
use serde::{Serialize, Serializer};
use url::Url;

use super::super::console;

const CONTRADICTION: &str = "The recording has another result than this explanation. The recording is incomplete, the browser differs from the standard, or an extension or a setting of the browser turns CORS off.";

/// A fetch of the recording as a line of JSON.
#[derive(Serialize)]
pub(super) struct Line<'f> {
    /// The number of the fetch among the explained fetches, counted from 1.
    pub(super) fetch: usize,
    /// The number of the first fetch with an equal explanation. `None` if this fetch is the first such fetch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) same_as: Option<usize>,
    pub(super) url: &'f str,
    pub(super) method: &'f str,
    /// The origin of the page. `None` if the recording does not show the origin.
    #[serde(skip)]
    pub(super) page: Option<&'f Origin>,
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
    /// Whether all explanations contradict the recording. For example, the fetch failed in the recording, but succeeds
    /// in each explanation.
    #[serde(skip)]
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

impl Line<'_> {
    /// Whether the fetch cannot be judged.
    pub(super) fn is_not_judged(&self) -> bool {
        match &self.explanation {
            Some(explanation) => explanation.verdict == FetchVerdict::Undecided,
            None => self.message.is_none(),
        }
    }

    /// Returns the names of the engines that allow the fetch, if the page got a response in the recording, but the
    /// explanation blocks the fetch.
    pub(super) fn allowing_engines(&self) -> Vec<&'static str> {
        let blocked = self
            .explanation
            .as_ref()
            .filter(|explanation| self.has_worked && explanation.verdict == FetchVerdict::Blocked);
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
pub(super) fn main_position(lines: &[Line<'_>]) -> Option<usize> {
    let has_worked = lines.iter().any(|line| line.has_worked);
    let worked = lines
        .iter()
        .position(|line| has_worked && line.is_success());
    worked.or_else(|| problem_position(lines))
}

/// Returns a sentence for a recording that does not show whether the browser blocked the fetch. Firefox records a blocked
/// response like any other response. `None` if all explanations have the same result, or if the recording shows the
/// result.
pub(super) fn hint_at_console(lines: &[Line<'_>]) -> Option<&'static str> {
    let main = main_position(lines).and_then(|main| lines.get(main))?;
    let is_unknown = !main.is_success() && lines.iter().any(Line::is_success);
    is_unknown
        .then_some("If the console shows no error for this URL, the page can read the response.")
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

/// The groups of the explained fetches. Fetches with equal explanations are in one group.
#[derive(Debug, Default)]
pub(super) struct Groups {
    count: usize,
    /// The number of the first fetch of each group.
    firsts: HashMap<String, usize>,
}

impl Groups {
    /// Adds the fetch that `lines` explain. Writes the number of this fetch into `lines`. If earlier fetches have an
    /// equal explanation, also writes the number of the first of these fetches.
    pub(super) fn add(&mut self, lines: &mut [Line<'_>]) {
        self.count += 1;
        let number = self.count;
        let first = group_key(lines).map(|key| *self.firsts.entry(key).or_insert(number));
        for line in lines {
            line.fetch = number;
            line.same_as = first.filter(|first| *first != number);
        }
    }

    /// Returns the number of fetches that were added.
    pub(super) const fn count(&self) -> usize {
        self.count
    }
}

/// Returns a text that is equal for all fetches of a group. Two fetches to one server belong to the same group if their
/// verdicts, their fixes and the dangers of the fixes differ at most in the URL. Two fetches that cannot be judged
/// belong to the same group if the reason is the same.
fn group_key(lines: &[Line<'_>]) -> Option<String> {
    let mut key = String::new();
    for line in lines {
        if let Some(message) = &line.message {
            let url = message.url.as_deref().unwrap_or_default();
            key += &message.to_string().replace(url, "URL");
            continue;
        }
        if let Some(obstacle) = &line.obstacle {
            key += obstacle;
            continue;
        }
        let explanation = line.explanation.as_ref()?;
        let origin = Url::parse(line.url).ok()?.origin().ascii_serialization();
        let summary = explanation.summary().to_string();
        let summary: String = summary.split_whitespace().collect();
        key += &format!(
            "{origin} {} {:?} {} {} ",
            line.method, line.assumed_credentials, line.contradicts_recording, line.has_worked
        );
        let url = &explanation.asked.url;
        let summary = summary.replace(&**url, "URL");
        // The summary has no white space here.
        let short_url = heading_url(url).to_string().replace(' ', "");
        key += &summary.replace(&short_url, "URL");
    }
    Some(key)
}
