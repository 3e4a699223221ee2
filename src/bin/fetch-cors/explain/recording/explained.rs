//! Explains the fetches of a recording. Explains equal fetches only once.

use std::collections::HashMap;

use fetch_cors::explain::input::{FetchShape, RecordedFetch, RecordedFetches, UnbuiltFetch};
use url::Url;

use super::{
    super::Arguments,
    NO_STATUS,
    groups::{Group, Groups},
    line::Line,
    modes::lines,
};
use crate::{only_url, output::Output};

/// The maximum number of shapes that are stored. A fetch of a further shape is explained, although an equal fetch was
/// explained.
const MAX_SHAPES: usize = 10_000;

/// The maximum number of notes about the fetches that are left out.
const MAX_NOTES: usize = 10;

/// The result of the fetches of a recording.
#[derive(Default)]
pub(super) struct Explained {
    /// The number of the fetches that are relevant to CORS.
    pub(super) relevant_count: usize,
    /// The number of the fetches that the options select.
    pub(super) selected_count: usize,
    pub(super) not_judged_count: usize,
    pub(super) left_out: LeftOut,
    pub(super) groups: Vec<Group>,
}

/// The successful fetches. Without `--all`, the output leaves out these fetches.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    pub(super) count: usize,
    /// The notes about the cookies of the fetches that are left out. Equal notes are stored once.
    pub(super) notes: Vec<String>,
}

impl LeftOut {
    fn add(&mut self, lines: &[Line]) {
        let explanations = lines.iter().filter_map(|line| line.explanation.as_ref());
        for note in explanations.flat_map(|explanation| &explanation.notes) {
            if self.notes.len() < MAX_NOTES && !self.notes.contains(note) {
                self.notes.push(note.clone());
            }
        }
    }
}

/// The result of the fetches of one shape.
#[derive(Clone, Copy)]
enum Result {
    /// All requests are to the page's own origin.
    NotRelevant,
    /// No response has the status of `--only-status`.
    NotSelected,
    /// The fetch succeeds, and is not explained.
    LeftOut,
    /// The fetch is in the group at this position.
    Explained { group: usize, is_judged: bool },
}

/// Explains the fetches.
pub(super) fn explained(
    fetches: &RecordedFetches<'_>,
    arguments: &Arguments,
    output: &mut Output,
) -> Explained {
    let names_errors = names_errors(fetches);
    let mut explained = Explained::default();
    let mut groups = Groups::default();
    let mut results: HashMap<FetchShape, Result> = HashMap::new();
    let count = u64::try_from(fetches.len()).unwrap_or_default();
    for (position, fetch) in fetches.iter().enumerate() {
        let done = u64::try_from(position).unwrap_or_default();
        output.progress().share(done, count, "fetches");
        let shape = fetch.shape();
        let known = shape.as_ref().and_then(|shape| results.get(shape)).copied();
        if let Some(result) = known {
            if matches!(result, Result::NotRelevant) {
                continue;
            }
            explained.relevant_count += 1;
            if fetch.url().is_none_or(|url| !has_url(arguments, url)) {
                continue;
            }
            if let Result::Explained { group, .. } = result {
                groups.add_equal(group, position);
            }
            explained.count(result);
            continue;
        }
        let result = match explain_first(&fetch, arguments) {
            First::OtherUrl => {
                explained.relevant_count += 1;
                continue;
            }
            First::Result(result) => result,
            First::Selected(fetch) => {
                let lines = lines(&fetch, names_errors, arguments);
                if !arguments.all && lines.iter().all(Line::is_success) {
                    explained.left_out.add(&lines);
                    Result::LeftOut
                } else {
                    let is_judged = !lines.iter().all(Line::is_not_judged);
                    let group = groups.add(position, lines);
                    Result::Explained { group, is_judged }
                }
            }
        };
        if !matches!(result, Result::NotRelevant) {
            explained.relevant_count += 1;
        }
        explained.count(result);
        if let Some(shape) = shape
            && results.len() < MAX_SHAPES
        {
            results.insert(shape, result);
        }
    }
    explained.groups = groups.finish();
    explained
}

impl Explained {
    /// Counts a fetch with this result.
    fn count(&mut self, result: Result) {
        match result {
            Result::NotRelevant | Result::NotSelected => {}
            Result::LeftOut => {
                self.selected_count += 1;
                self.left_out.count += 1;
            }
            Result::Explained { is_judged, .. } => {
                self.selected_count += 1;
                self.not_judged_count += usize::from(!is_judged);
            }
        }
    }
}

/// The first fetch of a shape.
enum First {
    /// `--only-url` does not select the URL. An equal fetch can have a selected URL.
    OtherUrl,
    Result(Result),
    Selected(Box<RecordedFetch>),
}

fn explain_first(fetch: &UnbuiltFetch<'_>, arguments: &Arguments) -> First {
    let Some(fetch) = fetch.build() else {
        return First::Result(Result::NotRelevant);
    };
    if !has_url(arguments, &fetch.url) {
        return First::OtherUrl;
    }
    if has_status(arguments, &fetch) {
        First::Selected(Box::new(fetch))
    } else {
        First::Result(Result::NotSelected)
    }
}

/// Whether the recording has the error of each failed fetch. If at least one fetch has an error, the program assumes that
/// this is so. An error of Firefox (`NS_…`) or of a proxy does not count: Firefox and proxies record network errors, but
/// do not record CORS failures.
pub(super) fn names_errors(fetches: &RecordedFetches<'_>) -> bool {
    fetches.iter().any(|fetch| {
        let error = fetch.reported_error();
        error.is_some_and(|error| !error.starts_with("NS_"))
            && fetch.build().is_some_and(|fetch| {
                let error = fetch.reported_error.as_ref();
                !fetch.is_of_proxy && error.is_some_and(|error| !error.starts_with("NS_"))
            })
    })
}

fn has_url(arguments: &Arguments, url: &Url) -> bool {
    let text = arguments.only_url.as_ref();
    text.is_none_or(|text| only_url::selects(text, url))
}

fn has_status(arguments: &Arguments, fetch: &RecordedFetch) -> bool {
    let has = |status: u16| {
        let mut exchanges = fetch.exchanges.iter();
        if status == NO_STATUS {
            return exchanges
                .any(|exchange| exchange.response.is_none() || exchange.is_status_assumed);
        }
        let mut responses = exchanges.filter_map(|exchange| exchange.response.as_ref());
        responses.any(|response| response.status.as_u16() == status)
    };
    arguments.only_status.is_none_or(has)
}
