//! The text of an explanation for a terminal.

pub(super) mod details;
mod first_screen;
mod fix;
pub(super) mod wrap;

pub(in crate::explain) use self::fix::{
    ALSO_NEEDED, PROOF_OF_ALSO_NEEDED, SAME_FIX, VARY_LINE, vary_sentence,
};

use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use core::fmt::{self, Formatter, Write as _};

use self::{
    details::fmt_hidden,
    first_screen::FirstParts,
    wrap::{Columns, Paragraphs, wrapped},
};
use super::{
    Caution, ExplainedAnswer, Explanation, Fix, HiddenHeader, Verdict,
    engines::{paragraphs, sentence_of_allowing},
    glossary::plain_words,
};

/// The maximum number of elements of each list in the text: hidden headers, header lines of an exchange, and refusals
/// after the first refusal.
const MAX_NAMED: usize = 12;

/// The explanation as text: the [summary](Explanation::summary), and the [details](Explanation::details). A line of a
/// sentence has at most 80 columns, or the width of the format: `{:60}` writes lines of at most 60 columns. The minimum is
/// 40 columns. The [summary](Explanation::summary) and the other parts of the text have the same rule.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.fmt_summary(f, 0)?;
        self.fmt_details(f)
    }
}

/// The words before a doubt about the request.
pub(super) const REQUEST_DOUBT_START: &str = "First check the request: ";

/// A part of the text of an explanation.
#[derive(Clone, Copy)]
enum Part<'e> {
    /// A summary with the number of rows above it.
    Summary(usize),
    SummaryAfter(&'e Explanation),
    Details,
}

struct PartOf<'e>(&'e Explanation, Part<'e>);

impl fmt::Display for PartOf<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.1 {
            Part::Summary(rows_above) => self.0.fmt_summary(f, rows_above),
            Part::SummaryAfter(other) => self.0.fmt_summary_after(f, other),
            Part::Details => self.0.fmt_details(f),
        }
    }
}

impl Explanation {
    /// Returns the beginning of the text. The beginning has, in this order: the verdict, the first refusal, the fix,
    /// the dangers of the fix, and the other refusals. Other parts are above the fix only if the whole fix stays on the
    /// first screen of a terminal with 24 rows and 80 columns, or as many columns as the width of the format.
    ///
    /// ```
    /// use core::time::Duration;
    /// use fetch_cors::browser::{Origin, RequestInit, UserAgent};
    /// use fetch_cors::{api::ApiCall, explain::explain};
    ///
    /// let page = Origin::parse("https://app.example")?;
    /// let call = ApiCall::Fetch(RequestInit::new("https://api.example:25/".parse()?));
    /// let explanation = explain(&UserAgent::new(), &page, &call, Duration::ZERO, |_| None);
    /// let (summary, details) = (explanation.summary().to_string(), explanation.details().to_string());
    /// assert!(summary.starts_with("blocked: browsers do not connect to the port 25\n"));
    /// assert!(details.starts_with("\nCall: fetch GET https://api.example:25/\n"));
    /// assert_eq!(explanation.to_string(), summary + &details);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn summary(&self) -> impl fmt::Display + '_ {
        self.summary_below(0)
    }

    /// Returns the [summary](Self::summary), for a terminal that shows a number of rows above the summary.
    // Public only for the program of this crate.
    #[doc(hidden)]
    pub fn summary_below(&self, rows_above: usize) -> impl fmt::Display + '_ {
        PartOf(self, Part::Summary(rows_above))
    }

    /// Returns a shorter summary, to print after the summary of `other`. Both explanations are for the same fetch,
    /// under different assumptions. The shorter summary has the verdict, the fix, the dangers, the notes and the
    /// headers that a script cannot read, but only the parts that the text of `other` does not have. If the fix has all
    /// changes of the other fix, the shorter summary has only
    /// [the changes that are also needed](Self::also_needed).
    ///
    /// ```
    /// use core::time::Duration;
    /// use fetch_cors::browser::{CredentialsMode, HeaderList, Origin, RequestInit, Response, UserAgent};
    /// use fetch_cors::{api::ApiCall, explain::explain};
    ///
    /// let page = Origin::parse("https://app.example")?;
    /// let fetch = |credentials| {
    ///     let mut init = RequestInit::new("https://api.example/".parse().unwrap());
    ///     init.credentials = credentials;
    ///     explain(&UserAgent::new(), &page, &ApiCall::Fetch(init), Duration::ZERO, |_| {
    ///         Some(Ok(Response::new(http::StatusCode::OK, HeaderList::new())))
    ///     })
    /// };
    /// let (without_cookies, with_cookies) = (fetch(CredentialsMode::Omit), fetch(CredentialsMode::Include));
    /// let text = with_cookies.summary_after(&without_cookies).to_string();
    /// let also = "Also needed in the response to GET https://api.example/:\n+ Access-Control-Allow-Credentials: true\n";
    /// assert!(text.starts_with(also));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn summary_after<'e>(&'e self, other: &'e Self) -> impl fmt::Display + 'e {
        PartOf(self, Part::SummaryAfter(other))
    }

    /// Returns the text after the [summary](Self::summary): the call, the exchanges, and the headers that a script
    /// cannot read.
    ///
    /// ```
    /// use core::time::Duration;
    /// use fetch_cors::browser::{Origin, RequestInit, UserAgent};
    /// use fetch_cors::{api::ApiCall, explain::explain};
    ///
    /// let page = Origin::parse("https://app.example")?;
    /// let call = ApiCall::Fetch(RequestInit::new("https://api.example/".parse()?));
    /// let explanation = explain(&UserAgent::new(), &page, &call, Duration::ZERO, |_| None);
    /// assert!(explanation.details().to_string().contains("\n1. GET https://api.example/\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn details(&self) -> impl fmt::Display + '_ {
        PartOf(self, Part::Details)
    }

    fn fmt_summary(&self, f: &mut Formatter<'_>, rows_above: usize) -> fmt::Result {
        let parts = self.first_parts(f.columns())?;
        let mut parts = parts.ordered(rows_above).into_iter();
        parts.try_for_each(|part| f.write_str(part))?;
        self.fmt_cautions(f)?;
        self.fmt_notes(f)?;
        self.fmt_refusals(f)?;
        self.fmt_engines(f)
    }

    fn first_parts(&self, columns: usize) -> Result<FirstParts, fmt::Error> {
        let mut parts = FirstParts {
            columns,
            has_commands_first: self.has_commands_before_fix(),
            verdict: part(columns, |f| self.fmt_verdict(f))?,
            sentences: part(columns, |f| self.fmt_sentences(f, None))?,
            plain_words: part(columns, |f| self.fmt_plain_words(f, None))?,
            fix: part(columns, |f| self.fmt_fix(f, "\n"))?,
            proof: part(columns, |f| self.fmt_proof(f))?,
            commands: part(columns, |f| self.fmt_commands(f))?,
            ..FirstParts::default()
        };
        if self.has_preflight_in_summary() {
            parts.preflight = part(columns, |f| self.fmt_preflight(f))?;
        }
        if let Some(doubt) = &self.request_doubt {
            parts.doubt = part(columns, |f| {
                f.write_str("\n")?;
                wrapped(f, REQUEST_DOUBT_START, "  ", &doubt.sentence)
            })?;
            parts.doubt_commands = part(columns, |f| self.fmt_doubt_commands(f))?;
        }
        Ok(parts)
    }

    fn fmt_verdict(&self, f: &mut Paragraphs) -> fmt::Result {
        wrapped(f, "", "  ", &self.headline)?;
        match sentence_of_allowing(self.verdict, &self.engines) {
            Some(sentence) => wrapped(f, "  ", "  ", &sentence),
            None => Ok(()),
        }
    }

    /// Whether the summary has the reasons for the preflight. Otherwise, the details have the reasons.
    fn has_preflight_in_summary(&self) -> bool {
        let mut exchanges = self.exchanges.iter();
        self.verdict == Verdict::Undecided
            && !self.exchanges.is_empty()
            && exchanges.all(|exchange| exchange.answer == ExplainedAnswer::Unknown)
    }

    fn fmt_summary_after(&self, f: &mut Formatter<'_>, other: &Self) -> fmt::Result {
        let is_same = self.headline == other.headline;
        if !is_same {
            wrapped(f, "", "  ", &self.headline)?;
            self.fmt_sentences(f, Some(other))?;
            self.fmt_plain_words(f, Some(other))?;
        }
        let start = if is_same { "" } else { "\n" };
        match self.also_needed(other) {
            Some(answers) => self.fmt_also_needed(f, start, &answers)?,
            None => {
                self.fmt_fix(f, start)?;
                self.fmt_proof(f)?;
            }
        }
        self.new_cautions(other)
            .try_for_each(|caution| fmt_caution(f, caution, self.safe_fix()))?;
        self.new_notes(other)
            .try_for_each(|note| fmt_note(f, note))?;
        fmt_hidden(f, &self.new_hidden(other), &self.hidden_near_misses)
    }

    /// Returns the dangers of the fix that `other` does not have.
    pub(super) fn new_cautions<'e>(&'e self, other: &'e Self) -> impl Iterator<Item = &'e Caution> {
        let cautions = self.cautions.iter();
        cautions.filter(|caution| !other.cautions.contains(caution))
    }

    /// Returns the notes that `other` does not have.
    pub(super) fn new_notes<'e>(&'e self, other: &'e Self) -> impl Iterator<Item = &'e String> {
        let notes = self.notes.iter();
        notes.filter(|note| !other.notes.contains(note))
    }

    /// Returns the headers that a script cannot read, without the headers that `other` has with the same reason.
    pub(super) fn new_hidden<'e>(&'e self, other: &Self) -> Vec<&'e HiddenHeader> {
        let known = other.hidden.iter();
        let known: BTreeMap<&str, _> = known.map(|hidden| (&*hidden.name, hidden)).collect();
        let hidden = self.hidden.iter();
        let is_new = |hidden: &&HiddenHeader| known.get(&*hidden.name) != Some(hidden);
        hidden.filter(is_new).collect()
    }

    /// Writes the known mistakes of the first refusal, and sentences about missing parts of a recording. Leaves out the
    /// sentences about missing parts that the text of `before` has.
    fn fmt_sentences(&self, f: &mut impl Columns, before: Option<&Self>) -> fmt::Result {
        if let Some(sentence) = self.sentence_of_known_refusal() {
            wrapped(f, "  ", "  ", &sentence)?;
        }
        let first = self.refusals.first();
        let mut misses = first.into_iter().flat_map(|first| &first.near_misses);
        misses.try_for_each(|miss| wrapped(f, "  ", "  ", &miss.sentence))?;
        if let Some(sentence) = self.sentence_of_login() {
            wrapped(f, "  ", "  ", sentence)?;
        }
        if let Some(page) = &self.unexpected_page
            && before.and_then(|before| before.unexpected_page.as_ref()) != Some(page)
        {
            wrapped(f, "  ", "  ", &page.sentence)?;
        }
        let is_new = |sentence: &&String| {
            !before.is_some_and(|before| before.not_recorded.contains(sentence))
        };
        let mut new = self.not_recorded.iter().filter(is_new);
        new.try_for_each(|sentence| wrapped(f, "  ", "  ", sentence))
    }

    /// Writes sentences about technical words. Leaves out the sentences that the text of `before` has.
    fn fmt_plain_words(&self, f: &mut impl Columns, before: Option<&Self>) -> fmt::Result {
        let known = before.map(Self::plain_words).unwrap_or_default();
        let plain = self.plain_words().into_iter();
        let mut new = plain.filter(|sentence| !known.contains(sentence));
        new.try_for_each(|sentence| wrapped(f, "  ", "  ", sentence))
    }

    /// Returns the refusal of a known answer if an earlier answer is not known, so that the headline does not name the refusal.
    pub(super) fn sentence_of_known_refusal(&self) -> Option<String> {
        let first = self.refusals.first()?;
        (self.verdict == Verdict::Undecided).then(|| {
            let sentence = &first.sentence;
            format!("a known answer blocks the fetch in any case: {sentence}")
        })
    }

    fn fmt_doubt_commands(&self, f: &mut impl Columns) -> fmt::Result {
        let mut commands = self.doubt_commands().into_iter();
        commands.try_for_each(|command| writeln!(f, "$ {command}"))?;
        let mut notes = self.doubt_command_notes().into_iter();
        notes.try_for_each(|note| wrapped(f, "", "", &note))
    }

    /// Returns plain explanations of the technical words in the headline, in the mistakes, in the fix and in the
    /// exchanges.
    pub(super) fn plain_words(&self) -> Vec<&'static str> {
        let advice = match &self.fix {
            Fix::Page { advice } | Fix::LoginPage { advice, .. } | Fix::NotCors { advice } => {
                Some(advice)
            }
            Fix::NotNeeded | Fix::Answers { .. } => None,
        };
        let refusals = self.refusals.iter().take(MAX_NAMED);
        let refusals = refusals.flat_map(|refusal| {
            let misses = refusal.near_misses.iter();
            [&refusal.sentence]
                .into_iter()
                .chain(misses.map(|miss| &miss.sentence))
        });
        let sentences = [&self.headline].into_iter().chain(refusals).chain(advice);
        let mut exchanges = self.exchanges.iter();
        let alternatives = self.alternatives.iter();
        let mut other_answers = alternatives.flat_map(|other| &other.answers);
        let has_preflight = exchanges.any(|exchange| exchange.is_preflight)
            || other_answers.any(|answer| answer.is_preflight);
        let names = has_preflight.then_some("the preflight response");
        let quirks = self.engines.iter().flat_map(|engine| &engine.quirks);
        let quirks = quirks.map(|quirk| quirk.engine());
        plain_words(sentences.map(String::as_str).chain(names).chain(quirks))
    }

    /// Returns plain explanations of the technical words in the reasons of the preflight. Leaves out the explanations
    /// that [`plain_words`](Self::plain_words) returns.
    pub(super) fn plain_words_of_preflight(&self) -> Vec<&'static str> {
        let mut plain = plain_words(self.preflight.iter().map(String::as_str));
        let before = self.plain_words();
        plain.retain(|sentence| !before.contains(sentence));
        plain
    }

    fn fmt_cautions(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut cautions = self.cautions.iter();
        cautions.try_for_each(|caution| fmt_caution(f, caution, self.safe_fix()))
    }

    fn fmt_notes(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.notes.iter().try_for_each(|note| fmt_note(f, note))
    }

    /// Writes the commands that the user runs to see the unknown answers, or to check the fix.
    fn fmt_commands(&self, f: &mut impl Columns) -> fmt::Result {
        let commands = self.commands();
        if !commands.is_empty() {
            let heading = format!("{}:", self.commands_heading());
            wrapped(f, "\n", "", &heading)?;
        }
        let mut commands = commands.iter();
        commands.try_for_each(|command| writeln!(f, "$ {command}"))?;
        let mut notes = self.command_notes().into_iter();
        notes.try_for_each(|note| wrapped(f, "", "", &note))
    }

    fn fmt_refusals(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let others = self.other_refusals();
        if !others.is_empty() {
            let heading = "Further reasons to block the fetch, after the first reason is fixed:";
            wrapped(f, "\n", "", heading)?;
            for (sentence, misses) in others.iter().take(MAX_NAMED) {
                wrapped(f, "  - ", "    ", sentence)?;
                for miss in misses {
                    wrapped(f, "    ", "    ", &miss.sentence)?;
                }
            }
            let rest = others.len().saturating_sub(MAX_NAMED);
            if rest > 0 {
                writeln!(f, "  - and {rest} more")?;
            }
        }
        match self.refusals.first() {
            Some(first) => writeln!(
                f,
                "\nFailure code: {}\nStep of the standard: {}\n  {}",
                first.failure.code(),
                first.step,
                first.anchor
            ),
            None => Ok(()),
        }
    }

    /// Writes which engines differ from the standard, and how they differ.
    fn fmt_engines(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let paragraphs = paragraphs(&self.engines);
        paragraphs
            .iter()
            .enumerate()
            .try_for_each(|(position, paragraph)| {
                f.write_str(if position == 0 { "\n" } else { "" })?;
                wrapped(f, "", "  ", paragraph)
            })
    }
}

/// Returns the text that `write` writes, in lines of at most `columns` columns.
fn part(
    columns: usize,
    write: impl FnOnce(&mut Paragraphs) -> fmt::Result,
) -> Result<String, fmt::Error> {
    let mut part = Paragraphs::new(columns);
    write(&mut part)?;
    Ok(part.text)
}

fn fmt_note(f: &mut Formatter<'_>, note: &str) -> fmt::Result {
    f.write_str("\n")?;
    wrapped(f, "Note: ", "  ", note)
}

/// Writes a danger of a fix, with a safer change. `fix` is the fix that the text already shows. If the safer change
/// equals `fix`, the safer change is not written again.
pub(super) fn fmt_caution(
    f: &mut Formatter<'_>,
    caution: &Caution,
    fix: Option<&str>,
) -> fmt::Result {
    f.write_str("\n")?;
    wrapped(f, "Caution: ", "  ", &caution.sentence)?;
    if fix == Some(&*caution.safer) {
        return Ok(());
    }
    wrapped(f, "  Safer: ", "  ", &caution.safer)
}
