//! Explains the fetches of a recording. Explains equal fetches only once.

use std::collections::HashMap;

use fetch_cors::explain::input::{FetchShape, RecordedFetch, RecordedFetches, UnbuiltFetch};
use url::Url;

use super::{
    super::Arguments,
    NO_STATUS,
    groups::{FinishedGroups, Groups},
    json::JsonLines,
    line::Line,
    modes::lines,
};
use crate::{
    only_url,
    output::{Output, Stop},
};

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
    /// The number of the fetches that have different verdicts in the possible credentials modes.
    pub(super) in_doubt_count: usize,
    pub(super) left_out: LeftOut,
    /// The number of the fetches that are in the output.
    pub(super) listed_count: usize,
    /// The groups of the fetches. Empty with `--json`, because the fetches are already printed.
    pub(super) groups: FinishedGroups,
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
enum FetchResult {
    /// All requests are to the page's own origin.
    NotRelevant,
    /// No response has the status of `--only-status`.
    NotSelected,
    /// The fetch succeeds, and is not explained.
    LeftOut,
    /// The fetch is in this group of the [`Destination`].
    Explained { group: usize, judged: Judged },
}

/// Whether the recording shows the verdict of a fetch.
#[derive(Clone, Copy)]
enum Judged {
    Yes,
    /// The fetch has one verdict for each possible credentials mode, and the recording does not show the mode.
    ForEachMode,
    No,
}

impl Judged {
    fn new(lines: &[Line]) -> Self {
        let mut all = lines.iter();
        if all.clone().all(Line::is_not_judged) {
            Self::No
        } else if all.all(|line| line.certain || line.has_worked) {
            Self::Yes
        } else {
            Self::ForEachMode
        }
    }
}

/// The destination of the explanations.
enum Destination {
    /// The text and the HTML page begin with the most important fetch, so they are written at the end.
    Groups(Box<Groups>),
    Json(JsonLines),
}

impl Destination {
    /// Adds the first fetch of a shape. Returns its group.
    fn add(
        &mut self,
        position: usize,
        lines: Vec<Line>,
        output: &mut Output,
    ) -> Result<usize, Stop> {
        match self {
            Self::Groups(groups) => Ok(groups.add(position, lines)),
            Self::Json(json) => json.print(lines, output),
        }
    }

    /// Adds a fetch to a group.
    fn add_equal(
        &mut self,
        group: usize,
        position: usize,
        lines: impl FnOnce() -> Vec<Line>,
        output: &mut Output,
    ) -> Result<(), Stop> {
        match self {
            Self::Groups(groups) => groups.add_equal(group, position),
            Self::Json(json) => json.print_equal(group, lines(), output)?,
        }
        Ok(())
    }
}

/// Explains the fetches. With `--json`, prints each fetch.
pub(super) fn explained(
    fetches: &RecordedFetches<'_>,
    arguments: &Arguments,
    output: &mut Output,
) -> Result<Explained, Stop> {
    let names_errors = names_errors(fetches);
    let mut explained = Explained::default();
    let mut destination = if arguments.json {
        Destination::Json(JsonLines::default())
    } else {
        Destination::Groups(Box::default())
    };
    let mut results: HashMap<FetchShape, FetchResult> = HashMap::new();
    let count = u64::try_from(fetches.len()).unwrap_or_default();
    for (position, fetch) in fetches.iter().enumerate() {
        let done = u64::try_from(position).unwrap_or_default();
        output.progress().share(done, count, "fetches");
        let shape = fetch.shape();
        let known = shape.as_ref().and_then(|shape| results.get(shape)).copied();
        if let Some(result) = known {
            if matches!(result, FetchResult::NotRelevant) {
                continue;
            }
            explained.relevant_count += 1;
            if fetch.url().is_none_or(|url| !has_url(arguments, url)) {
                continue;
            }
            if let FetchResult::Explained { group, .. } = result {
                let lines = || {
                    let fetch = fetch.build();
                    fetch.map_or_else(Vec::new, |fetch| lines(&fetch, names_errors, arguments))
                };
                destination.add_equal(group, position, lines, output)?;
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
                    FetchResult::LeftOut
                } else {
                    let judged = Judged::new(&lines);
                    let group = destination.add(position, lines, output)?;
                    FetchResult::Explained { group, judged }
                }
            }
        };
        if !matches!(result, FetchResult::NotRelevant) {
            explained.relevant_count += 1;
        }
        explained.count(result);
        if let Some(shape) = shape
            && results.len() < MAX_SHAPES
        {
            results.insert(shape, result);
        }
    }
    match destination {
        Destination::Groups(groups) => {
            explained.groups = groups.finish();
            explained.listed_count = explained.groups.fetch_count();
        }
        Destination::Json(json) => explained.listed_count = json.count,
    }
    Ok(explained)
}

impl Explained {
    /// Counts a fetch with this result.
    fn count(&mut self, result: FetchResult) {
        match result {
            FetchResult::NotRelevant | FetchResult::NotSelected => {}
            FetchResult::LeftOut => {
                self.selected_count += 1;
                self.left_out.count += 1;
            }
            FetchResult::Explained { judged, .. } => {
                self.selected_count += 1;
                match judged {
                    Judged::Yes => {}
                    Judged::ForEachMode => self.in_doubt_count += 1,
                    Judged::No => self.not_judged_count += 1,
                }
            }
        }
    }
}

/// The first fetch of a shape.
enum First {
    /// `--only-url` does not select the URL. An equal fetch can have a selected URL.
    OtherUrl,
    Result(FetchResult),
    Selected(Box<RecordedFetch>),
}

fn explain_first(fetch: &UnbuiltFetch<'_>, arguments: &Arguments) -> First {
    let Some(fetch) = fetch.build() else {
        return First::Result(FetchResult::NotRelevant);
    };
    if !has_url(arguments, &fetch.url) {
        return First::OtherUrl;
    }
    if has_status(arguments, &fetch) {
        First::Selected(Box::new(fetch))
    } else {
        First::Result(FetchResult::NotSelected)
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
