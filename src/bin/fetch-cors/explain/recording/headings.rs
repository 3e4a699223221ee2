//! The headings of the fetches of a HAR recording.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::line::Line;

/// The maximum number of characters of a short heading: three rows of a terminal.
const MAX_HEADING_CHARS: usize = 240;

/// The headings of the explained fetches. Fetches with different methods, URLs or pages have different headings.
#[derive(Debug)]
pub(super) struct Headings {
    /// The heading of each fetch, by the number of the fetch: the whole heading, and the short heading.
    by_fetch: HashMap<usize, (String, String)>,
}

impl Headings {
    pub(super) fn new(fetches: &[Vec<Line<'_>>]) -> Self {
        let lines = || fetches.iter().filter_map(|lines| lines.first());
        let mut pages: BTreeMap<String, BTreeSet<Option<String>>> = BTreeMap::new();
        for line in lines() {
            let pages = pages.entry(request(line)).or_default();
            pages.insert(page(line));
        }
        let whole = |line| {
            let request = request(line);
            let has_several_pages = pages.get(&request).is_some_and(|pages| pages.len() > 1);
            match page(line).filter(|_| has_several_pages) {
                Some(page) => format!("{request}, page {page}"),
                None => request,
            }
        };
        let all: BTreeSet<String> = lines().map(whole).collect();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for heading in &all {
            *counts.entry(shortened(heading)).or_default() += 1;
        }
        let headings = lines().map(|line| {
            let whole = whole(line);
            let short = shortened(&whole);
            // Several headings are cut to this text, so the whole heading is necessary.
            let is_ambiguous = counts.get(&short).is_some_and(|count| *count > 1);
            let short = if is_ambiguous { whole.clone() } else { short };
            (line.fetch, (whole, short))
        });
        Self {
            by_fetch: headings.collect(),
        }
    }

    /// Returns the heading of a fetch.
    pub(super) fn whole(&self, line: &Line<'_>) -> &str {
        let headings = self.by_fetch.get(&line.fetch);
        headings.map_or("", |(whole, _)| whole)
    }

    /// Returns the heading of a fetch, for the terminal. If the URL is long, the heading has its beginning and its end.
    pub(super) fn short(&self, line: &Line<'_>) -> &str {
        let headings = self.by_fetch.get(&line.fetch);
        headings.map_or("", |(_, short)| short)
    }
}

fn request(line: &Line<'_>) -> String {
    let (method, url) = (line.method.escape_debug(), line.url.escape_debug());
    format!("{method} {url}")
}

/// Returns the origin of the page. `None` if the recording does not show the origin.
fn page(line: &Line<'_>) -> Option<String> {
    let page = line.page?.serialize();
    Some(page.escape_debug().to_string())
}

/// Cuts out the middle of a text that has more than [`MAX_HEADING_CHARS`] characters.
fn shortened(text: &str) -> String {
    const DOTS: &str = "...";
    const END_CHARS: usize = MAX_HEADING_CHARS / 4;
    let count = text.chars().count();
    if count <= MAX_HEADING_CHARS {
        return text.into();
    }
    let start = text
        .chars()
        .take(MAX_HEADING_CHARS - DOTS.len() - END_CHARS);
    let end = text.chars().skip(count - END_CHARS);
    start.chain(DOTS.chars()).chain(end).collect()
}
