//! The headings of the fetches of a HAR recording.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fetch_cors::{browser::Origin, explain::printable};

/// The maximum number of characters of a short heading: three rows of a terminal.
const MAX_HEADING_CHARS: usize = 240;

/// The method, the URL and the page of a fetch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Request {
    method_and_url: String,
    /// The origin of the page. `None` if the recording does not show the origin.
    page: Option<String>,
}

impl Request {
    pub(super) fn new(method: &str, url: &str, page: Option<&Origin>) -> Self {
        Self {
            method_and_url: format!("{} {}", printable(method), printable(url)),
            page: page.map(|page| printable(page.serialize())),
        }
    }
}

/// The headings of the explained fetches. Fetches with different methods, URLs or pages have different headings.
#[derive(Debug)]
pub(super) struct Headings {
    /// The heading of each fetch, by the number of the fetch: the whole heading, and the short heading.
    by_number: HashMap<usize, (String, String)>,
    /// Whether there are several fetches. A heading then has the number of its fetch.
    has_numbers: bool,
}

impl Headings {
    /// Creates the headings of fetches with these numbers.
    pub(super) fn new(fetches: &[(usize, Request)]) -> Self {
        let requests = || fetches.iter().map(|(_, request)| request);
        let mut pages: BTreeMap<&str, BTreeSet<Option<&str>>> = BTreeMap::new();
        for request in requests() {
            let pages = pages.entry(&request.method_and_url).or_default();
            pages.insert(request.page.as_deref());
        }
        let whole = |request: &Request| {
            let pages = pages.get(&*request.method_and_url);
            let has_several_pages = pages.is_some_and(|pages| pages.len() > 1);
            match request.page.as_ref().filter(|_| has_several_pages) {
                Some(page) => format!("{}, page {page}", request.method_and_url),
                None => request.method_and_url.clone(),
            }
        };
        let all: BTreeSet<String> = requests().map(whole).collect();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for heading in &all {
            *counts
                .entry(shortened(heading, MAX_HEADING_CHARS))
                .or_default() += 1;
        }
        let headings = fetches.iter().map(|(number, request)| {
            let whole = whole(request);
            let short = shortened(&whole, MAX_HEADING_CHARS);
            // Several headings are cut to this text, so the whole heading is necessary.
            let is_ambiguous = counts.get(&short).is_some_and(|count| *count > 1);
            let short = if is_ambiguous { whole.clone() } else { short };
            (*number, (whole, short))
        });
        Self {
            by_number: headings.collect(),
            has_numbers: fetches.len() > 1,
        }
    }

    /// Returns a heading with the number of the fetch. If there is only one fetch, returns the heading without a number.
    pub(super) fn numbered(&self, number: usize, heading: &str) -> String {
        if self.has_numbers {
            format!("Fetch {number}: {heading}")
        } else {
            heading.into()
        }
    }

    /// Returns the heading of the fetch with this number. `None` if the headings were created without this fetch.
    pub(super) fn whole(&self, number: usize) -> Option<&str> {
        let headings = self.by_number.get(&number);
        headings.map(|(whole, _)| &**whole)
    }

    /// Returns the heading of a fetch, for the terminal. If the URL is long, the heading has its beginning and its end.
    pub(super) fn short(&self, number: usize) -> Option<&str> {
        let headings = self.by_number.get(&number);
        headings.map(|(_, short)| &**short)
    }
}

/// Cuts out the middle of a text that has more than `max_chars` characters. Keeps at least a few characters of both ends.
pub(super) fn shortened(text: &str, max_chars: usize) -> String {
    const DOTS: &str = "...";
    const MIN_CHARS: usize = 20;
    let max_chars = max_chars.max(MIN_CHARS);
    let end_chars = max_chars / 4;
    let count = text.chars().count();
    if count <= max_chars {
        return text.into();
    }
    let start = text.chars().take(max_chars - DOTS.len() - end_chars);
    let end = text.chars().skip(count - end_chars);
    start.chain(DOTS.chars()).chain(end).collect()
}
