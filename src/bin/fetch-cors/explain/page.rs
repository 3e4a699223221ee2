//! The HTML page of the option `--html`.

use std::path::Path;

use fetch_cors::explain::{Explanation, HtmlPage, input::ConsoleMessage};

use crate::{
    html_file,
    output::{Output, Stop},
};

/// The entries of an HTML page, each with a heading.
#[derive(Debug, Default)]
pub(super) struct Entries(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    heading: String,
    content: Content,
    /// The headings of the other fetches whose explanation is equal to the explanation in `content`.
    equal: Vec<String>,
    /// The number of further fetches with an equal explanation.
    further_equal_count: usize,
}

#[derive(Debug)]
enum Content {
    Fetch {
        explanation: Box<Explanation>,
        /// The explanations for all possible credentials modes except the mode of `explanation`, each with a heading.
        /// Empty if the credentials mode is known.
        alternatives: Vec<(String, Explanation)>,
    },
    Message(Box<ConsoleMessage>),
    NotJudged(String),
    List(String, Vec<String>),
}

impl Entries {
    pub(super) fn fetch(&mut self, heading: String, explanation: Explanation) {
        self.fetch_with_alternatives(heading, explanation, Vec::new());
    }

    pub(super) fn fetch_with_alternatives(
        &mut self,
        heading: String,
        explanation: Explanation,
        alternatives: Vec<(String, Explanation)>,
    ) {
        let fetch = Content::Fetch {
            explanation: Box::new(explanation),
            alternatives,
        };
        self.push(heading, fetch);
    }

    pub(super) fn message(&mut self, heading: String, message: ConsoleMessage) {
        self.push(heading, Content::Message(Box::new(message)));
    }

    pub(super) fn not_judged(&mut self, heading: String, reason: String) {
        self.push(heading, Content::NotJudged(reason));
    }

    pub(super) fn list(&mut self, heading: String, introduction: &str, items: Vec<String>) {
        self.push(heading, Content::List(introduction.into(), items));
    }

    /// Adds the headings of fetches that have the same explanation as the last entry, and the number of further such
    /// fetches.
    pub(super) fn equal_fetches(&mut self, headings: Vec<String>, further_count: usize) {
        if let Some(last) = self.0.last_mut() {
            last.equal = headings;
            last.further_equal_count = further_count;
        }
    }

    fn push(&mut self, heading: String, content: Content) {
        self.0.push(Entry {
            heading,
            content,
            equal: Vec::new(),
            further_equal_count: 0,
        });
    }

    /// Writes the page to the file; `-` is the standard output.
    pub(super) fn write(&self, title: &str, path: &Path, output: &mut Output) -> Result<(), Stop> {
        let page = HtmlPage::new(title);
        let page = self.0.iter().fold(page, |page, entry| {
            let heading = &entry.heading;
            let page = match &entry.content {
                Content::Fetch {
                    explanation,
                    alternatives,
                } => alternatives.iter().fold(
                    page.with_fetch(heading, explanation),
                    |page, (assumption, other)| page.with_alternative(assumption, other),
                ),
                Content::Message(message) => page.with_message(heading, message),
                Content::NotJudged(reason) => page.with_fetch_not_judged(heading, reason),
                Content::List(introduction, items) => page.with_list(heading, introduction, items),
            };
            page.with_equal_fetches(&entry.equal)
                .with_further_equal_fetches(entry.further_equal_count)
        });
        html_file::write(&page.to_string(), path, output)
    }
}
