//! The parts of an HTML page: fetches, console messages, tables and lists, each with its heading.

use alloc::{collections::BTreeMap, string::String, vec::Vec};
use core::fmt::{self, Formatter};

use super::{
    details,
    escape::{Sentence, Short},
    message, sequence,
    table::HtmlTable,
};
use crate::explain::{
    Explanation, Verdict, engines::sentence_of_allowing, input::ConsoleMessage,
    shown::MAX_NEEDED_CHARS,
};

/// A part of the page, with its heading.
#[derive(Debug, Clone)]
pub(super) struct Entry<'a> {
    pub(super) heading: &'a str,
    pub(super) content: Content<'a>,
    /// The explanations of the same fetch under other assumptions, each with a text that describes its assumption.
    pub(super) alternatives: Vec<(&'a str, &'a Explanation)>,
    /// Paragraphs below the heading.
    pub(super) notes: Vec<&'a str>,
    /// The headings of the other fetches that have the same explanation as this fetch.
    pub(super) equal: &'a [String],
    /// The number of further fetches that have the same explanation, without headings.
    pub(super) further_equal_count: usize,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Content<'a> {
    Fetch(&'a Explanation),
    Message(&'a ConsoleMessage),
    NotJudged(&'a str),
    Table(&'a HtmlTable),
    List {
        introduction: &'a str,
        items: &'a [String],
    },
}

impl Entry<'_> {
    /// Whether the entry is a table or a list. The summary at the start of a page has only such entries.
    pub(super) const fn is_summary(&self) -> bool {
        matches!(self.content, Content::Table(_) | Content::List { .. })
    }

    pub(super) fn fmt(&self, f: &mut Formatter<'_>, position: usize) -> fmt::Result {
        let heading = Short(self.heading, MAX_NEEDED_CHARS);
        writeln!(
            f,
            "<article id=\"entry-{position}\" aria-labelledby=\"heading-{position}\">\n<h2 id=\"heading-{position}\">{heading}</h2>"
        )?;
        for note in &self.notes {
            writeln!(f, "<p>{}</p>", Sentence(note))?;
        }
        self.fmt_equal(f)?;
        match self.content {
            Content::Fetch(explanation) => {
                self.fmt_headline(f, without_verdict(&explanation.headline))?;
                let allowing = sentence_of_allowing(explanation.verdict, &explanation.engines);
                if let Some(sentence) = allowing {
                    writeln!(f, "<p>{}</p>", Sentence(&sentence))?;
                }
                f.write_str("<div class=\"columns\">\n")?;
                details::fmt(f, explanation, &self.alternatives)?;
                sequence::fmt(f, explanation)?;
                f.write_str("</div>\n")?;
            }
            Content::Message(message) => {
                f.write_str("<p class=\"headline\">")?;
                message::fmt(f, message)?;
            }
            Content::NotJudged(reason) => self.fmt_headline(f, reason)?,
            Content::Table(table) => table.fmt(f, position)?,
            Content::List {
                introduction,
                items,
            } => fmt_list(f, introduction, items)?,
        }
        f.write_str("</article>\n")
    }

    /// Writes the headings of the other fetches that have the same explanation. The reader has to open the list to see
    /// the headings.
    fn fmt_equal(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.equal_count() {
            0 => return Ok(()),
            1 => f.write_str("<details><summary>1 other fetch has this explanation</summary>")?,
            more => write!(
                f,
                "<details><summary>{more} other fetches have this explanation</summary>"
            )?,
        }
        f.write_str("\n<ul class=\"items\">\n")?;
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for heading in self.equal {
            *counts.entry(heading).or_default() += 1;
        }
        for heading in self.equal {
            // If a heading occurs several times, the list has the heading only at the first position.
            let Some(count) = counts.remove(heading.as_str()) else {
                continue;
            };
            let heading = Short(heading, MAX_NEEDED_CHARS);
            match count {
                1 => writeln!(f, "<li>{heading}</li>")?,
                _ => writeln!(f, "<li>{heading} ({count} times)</li>")?,
            }
        }
        match self.further_equal_count {
            0 => {}
            rest => writeln!(f, "<li>and {rest} more</li>")?,
        }
        f.write_str("</ul></details>\n")
    }

    /// Returns the number of the other fetches that have the same explanation.
    pub(super) const fn equal_count(&self) -> usize {
        self.equal.len() + self.further_equal_count
    }

    fn fmt_headline(&self, f: &mut Formatter<'_>, text: &str) -> fmt::Result {
        f.write_str("<p class=\"headline\">")?;
        self.fmt_label(f)?;
        writeln!(f, "{}</p>", Sentence(text))
    }

    /// Writes the reason of the verdict in one sentence, for the table of contents.
    pub(super) fn fmt_reason(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let meaning;
        let reason = match self.content {
            Content::Fetch(explanation) => without_verdict(&explanation.headline),
            Content::Message(message) => {
                meaning = message.meaning();
                &meaning
            }
            Content::NotJudged(reason) => reason,
            Content::Table(_) | Content::List { .. } => return Ok(()),
        };
        write!(f, "<span class=\"reason\">{}</span>", Sentence(reason))
    }

    /// Whether the fetch is blocked, but succeeds under another assumption.
    fn is_blocked_in_some_cases(&self, explanation: &Explanation) -> bool {
        let mut others = self.alternatives.iter();
        explanation.verdict == Verdict::Blocked
            && others.any(|(_, other)| matches!(other.verdict, Verdict::Readable | Verdict::Opaque))
    }

    /// Writes a label with the verdict, then a space. Writes nothing for a message, a table or a list.
    pub(super) fn fmt_label(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (class, verdict) = match self.content {
            Content::Fetch(explanation) if self.is_blocked_in_some_cases(explanation) => {
                ("undecided", "Possibly blocked")
            }
            Content::Fetch(explanation) if explanation.headline.starts_with("stopped: ") => {
                ("undecided", "Stopped")
            }
            Content::Fetch(explanation) => verdict(explanation.verdict),
            Content::Message(_) | Content::Table(_) | Content::List { .. } => return Ok(()),
            Content::NotJudged(_) => ("undecided", "Not judged"),
        };
        write!(f, "<span class=\"verdict {class}\">{verdict}</span> ")
    }
}

fn fmt_list(f: &mut Formatter<'_>, introduction: &str, items: &[String]) -> fmt::Result {
    writeln!(f, "<p>{}</p>", Sentence(introduction))?;
    if items.is_empty() {
        return Ok(());
    }
    f.write_str("<ul class=\"items\">\n")?;
    for item in items {
        writeln!(f, "<li>{}</li>", Sentence(item))?;
    }
    f.write_str("</ul>\n")
}

/// Returns the headline without its verdict and the colon. The page shows the verdict as a label.
fn without_verdict(headline: &str) -> &str {
    match headline.split_once(": ") {
        Some((verdict, rest)) if !verdict.contains(' ') => rest,
        _ => headline,
    }
}

/// Returns the CSS class of a verdict, and the text of its label.
const fn verdict(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Readable => ("readable", "Works"),
        Verdict::Opaque => ("opaque", "Not readable"),
        Verdict::Blocked => ("blocked", "Blocked"),
        Verdict::Undecided => ("undecided", "Not decided"),
    }
}
