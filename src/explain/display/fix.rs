//! The text of a fix.

use alloc::{
    borrow::Cow,
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt::{self, Formatter, Write as _};

use super::{
    super::{
        AlternativeKind, ChangedAnswer, ChangedHeader, ChangedStatus, Edit, ExplainedAnswer,
        Explanation, Fix, PageChange, Verdict,
    },
    MAX_NAMED,
    wrap::{Columns, wrapped},
};
use crate::{
    explain::{
        shown::{MAX_NEEDED_CHARS, MAX_VALUE_CHARS, heading_url, line, shortened},
        words::Part,
    },
    infrastructure::escaped::unescaped,
};

/// The header line to add for caches if the response depends on the origin.
pub(in crate::explain) const VARY_LINE: &str = "+ Vary: Origin";

/// The maximum length of a URL that the heading of the next change repeats, in bytes.
const MAX_REPEATED_URL_BYTES: usize = 40;

/// The words before the name of an answer, for the changes that another fix lacks.
pub(in crate::explain) const ALSO_NEEDED: &str = "Also needed in";
/// The sentence below the changes that another fix lacks.
pub(in crate::explain) const PROOF_OF_ALSO_NEEDED: &str =
    "With these additional lines, the fetch succeeds. Each line is necessary.";
/// The sentences below a fix for a preflight whose reason is not known.
const PROOF_OF_UNEXPLAINED: &str = "Each line is necessary. If the page uses another method or other headers than this call, the server has to allow them, too.";
/// The sentences below an unsafe fix for such a preflight.
const UNSAFE_PROOF_OF_UNEXPLAINED: &str = "The unsafe fix works without the first fix. If the page uses another method or other headers than this call, the server has to allow them, too.";
/// The sentence in place of a fix that has the same changes as another fix.
pub(in crate::explain) const SAME_FIX: &str = "The fix is the same.";

impl Explanation {
    /// Returns the sentences below the lines of the fix. The sentences say that the fix works, and that each line is
    /// necessary. The words `the first fix` mean the [safe fix](Self::safe_fix): the text shows this fix before the
    /// lines.
    pub(in crate::explain) fn proof(&self) -> &'static str {
        match self.verdict {
            _ if self.replay.is_preflight_unexplained && self.safe_fix().is_some() => {
                UNSAFE_PROOF_OF_UNEXPLAINED
            }
            _ if self.replay.is_preflight_unexplained => PROOF_OF_UNEXPLAINED,
            _ if matches!(self.fix, Fix::LoginPage { .. }) => {
                "With these changes, the page can read the status. Each change is necessary."
            }
            Verdict::Undecided => "With these lines, the fetch succeeds. Each line is necessary.",
            _ if self.safe_fix().is_some() => {
                "The unsafe fix works without the first fix: with all changes of the unsafe fix, the fetch succeeds. Each of these changes is necessary."
            }
            _ if self.request_doubt.is_some() => {
                "If the browser gets the pasted responses, the fetch succeeds with these changes, and each change is necessary."
            }
            _ => "With these changes, the fetch succeeds. Each change is necessary.",
        }
    }

    /// Returns the sentence before the line `Vary: Origin`. Caches need this line, but the fetch succeeds without the
    /// line, so the line is not a part of the fix. `None` if no changed answer needs the line.
    pub(in crate::explain) fn vary_sentence(&self) -> Option<&'static str> {
        vary_sentence(self.fix.answers())
    }

    /// Returns a safer change in place of the fix: a change of the page. `None` if the fix is safe.
    pub(in crate::explain) fn safe_fix(&self) -> Option<&str> {
        match &self.fix {
            Fix::Answers { safer, .. } => safer.as_deref(),
            _ => None,
        }
    }

    /// Returns the words before the [safe fix](Self::safe_fix).
    pub(in crate::explain) const fn safe_fix_heading(&self) -> &'static str {
        match self.verdict {
            Verdict::Undecided => "Safer, in the page",
            _ => "Fix, in the page",
        }
    }

    /// Returns `start` with the name of the changed answer, such as `Fix, in the preflight response`. The method and the
    /// URL of the request follow these words.
    pub(in crate::explain) fn change_heading(&self, start: &str, answer: &ChangedAnswer) -> String {
        let exchange = self.exchanges.get(answer.exchange);
        let part = if exchange.is_some_and(|exchange| exchange.is_preflight) {
            Part::Preflight
        } else {
            Part::Response
        };
        format!("{start} {}", part.name())
    }

    /// Returns the words before the name of a changed answer. The change is number `number` of the `count` changes of the
    /// fix.
    pub(in crate::explain) fn kind_of_change(
        &self,
        answer: &ChangedAnswer,
        number: usize,
        count: usize,
    ) -> Cow<'static, str> {
        let exchange = self.exchanges.get(answer.exchange);
        let has_safe_fix = self.safe_fix().is_some();
        let is_undecided = self.verdict == Verdict::Undecided;
        let is_unknown =
            exchange.is_some_and(|exchange| exchange.answer == ExplainedAnswer::Unknown);
        let allows_null = answer.edits.iter().any(|edit| {
            matches!(edit, Edit::SetHeader { name, value } if *name == "access-control-allow-origin" && value == "null")
        });
        let is_unsafe = has_safe_fix && allows_null;
        if is_unknown && !is_unsafe && (!has_safe_fix || is_undecided) {
            "Needed in".into()
        } else if has_safe_fix && count > 1 && !is_undecided {
            // The reader has to make all of these changes, and not only the unsafe changes.
            format!("Unsafe fix, part {number} of {count}, in").into()
        } else if has_safe_fix {
            "Unsafe fix, in".into()
        } else {
            "Fix, in".into()
        }
    }

    /// Returns the words before the advice of a fix for a redirect to a login page.
    pub(in crate::explain) fn login_heading(&self) -> &'static str {
        if self.fix.answers().is_empty() {
            "Fix"
        } else {
            "Fix, in the page"
        }
    }

    /// Returns the sentence about the redirect to a login page, if the first refusal does not have this sentence.
    pub(in crate::explain) fn sentence_of_login(&self) -> Option<&str> {
        let Fix::LoginPage { sentence, .. } = &self.fix else {
            return None;
        };
        let mut misses = self
            .refusals
            .iter()
            .take(1)
            .flat_map(|first| &first.near_misses);
        let is_shown = misses.any(|miss| miss.sentence == *sentence);
        (!is_shown).then_some(sentence)
    }

    /// Whether the fix is a list of changes. A run with these changes proves the fix.
    pub(in crate::explain) fn has_proof(&self) -> bool {
        match &self.fix {
            Fix::LoginPage { answers, .. } => !answers.is_empty(),
            Fix::Answers { .. } => !self.has_no_fix(),
            Fix::NotNeeded | Fix::Page { .. } | Fix::NotCors { .. } => false,
        }
    }

    /// Whether the fix has no change.
    pub(in crate::explain) fn has_no_fix(&self) -> bool {
        match &self.fix {
            Fix::NotNeeded => true,
            Fix::Answers { page, answers, .. } => page.is_empty() && answers.is_empty(),
            Fix::Page { .. } | Fix::LoginPage { .. } | Fix::NotCors { .. } => false,
        }
    }

    /// Writes `start`, and then the fix, without its [proof](Self::fmt_proof). Writes nothing if no fix is needed.
    pub(super) fn fmt_fix(&self, f: &mut impl Columns, start: &str) -> fmt::Result {
        if self.has_no_fix() {
            return Ok(());
        }
        match &self.fix {
            Fix::NotNeeded => Ok(()),
            Fix::Page { advice } => {
                f.write_str(start)?;
                let start = match self.verdict {
                    Verdict::Opaque => "Fix, in the page: ",
                    _ => "Fix, in the page (no answer of the server can help): ",
                };
                wrapped(f, start, "  ", advice)
            }
            Fix::LoginPage {
                answers, advice, ..
            } => {
                f.write_str(start)?;
                self.fmt_answers(f, answers, None, |answer, number, count| {
                    self.kind_of_change(answer, number, count)
                })?;
                let heading = format!("{}: ", self.login_heading());
                wrapped(f, &heading, "  ", advice)
            }
            Fix::NotCors { advice } => {
                f.write_str(start)?;
                wrapped(f, "Fix, outside of CORS: ", "  ", advice)
            }
            Fix::Answers { page, answers, .. } => {
                f.write_str(start)?;
                if let Some(safe_fix) = self.safe_fix() {
                    let heading = format!("{}: ", self.safe_fix_heading());
                    wrapped(f, &heading, "  ", safe_fix)?;
                    self.fmt_alternative(f, AlternativeKind::WithoutRedirect)?;
                    f.write_str("\n")?;
                }
                fmt_page(f, page)?;
                if !page.is_empty() && !answers.is_empty() {
                    f.write_str("\n")?;
                }
                let url = page.iter().find_map(PageChange::new_url);
                self.fmt_answers(f, answers, url, |answer, number, count| {
                    self.kind_of_change(answer, number, count)
                })
            }
        }
    }

    /// Writes the sentences below a fix that is a list of changes: the fix works, and caches need another line.
    pub(super) fn fmt_proof(&self, f: &mut impl Columns) -> fmt::Result {
        if !self.has_proof() {
            return Ok(());
        }
        wrapped(f, "", "", self.proof())?;
        fmt_vary(f, self.vary_sentence())?;
        self.fmt_alternative(f, AlternativeKind::WithoutNewUrl)
    }

    /// Writes the changed answers of the alternative of this kind. Writes nothing if there is no such alternative.
    fn fmt_alternative(&self, f: &mut impl Columns, kind: AlternativeKind) -> fmt::Result {
        let Some(alternative) = self.alternative(kind) else {
            return Ok(());
        };
        for (position, answer) in alternative.answers.iter().take(MAX_NAMED).enumerate() {
            let method = shortened(&answer.method, MAX_VALUE_CHARS);
            let heading = answer.heading(kind.heading(position == 0));
            let heading = format!("{heading} to {method} {}:", heading_url(&answer.url));
            f.write_str("\n")?;
            fmt_heading(f, &heading)?;
            fmt_lines(f, answer.status, &answer.headers)?;
        }
        let rest = alternative.answers.len().saturating_sub(MAX_NAMED);
        if rest > 0 {
            writeln!(f, "  and {rest} more")?;
        }
        wrapped(f, "", "", kind.proof())
    }

    /// Writes `start`, and then the changes that a fetch needs in addition to the fix that the text already has.
    pub(super) fn fmt_also_needed(
        &self,
        f: &mut Formatter<'_>,
        start: &str,
        answers: &[ChangedAnswer],
    ) -> fmt::Result {
        if self.has_no_fix() {
            return Ok(());
        }
        f.write_str(start)?;
        if answers.is_empty() {
            return wrapped(f, "", "", SAME_FIX);
        }
        self.fmt_answers(f, answers, None, |_, _, _| ALSO_NEEDED.into())?;
        wrapped(f, "", "", PROOF_OF_ALSO_NEEDED)?;
        fmt_vary(f, vary_sentence(answers))
    }

    /// Writes the changes of the answers, each with a heading. `start` returns the first words of a heading, from the
    /// change, its number, and the number of changes. `url_above` is the URL in the text above.
    fn fmt_answers<'e>(
        &'e self,
        f: &mut impl Columns,
        answers: &'e [ChangedAnswer],
        mut url_above: Option<&'e str>,
        start: impl Fn(&'e ChangedAnswer, usize, usize) -> Cow<'static, str>,
    ) -> fmt::Result {
        let changes = self.distinct_changes(answers);
        for (number, (answer, times)) in (1..).zip(&changes) {
            f.write_str(if number > 1 { "\n" } else { "" })?;
            let start = start(answer, number, changes.len());
            self.fmt_answer(f, &start, answer, *times, url_above)?;
            let exchange = self.exchanges.get(answer.exchange);
            url_above = exchange.map(|exchange| &*exchange.url);
        }
        Ok(())
    }

    /// Writes a change of an answer. If the same request has several answers with the same change, the change is
    /// written once, and `times` is the number of these answers. `url_above` is the URL in the heading above.
    fn fmt_answer(
        &self,
        f: &mut impl Columns,
        start: &str,
        answer: &ChangedAnswer,
        times: usize,
        url_above: Option<&str>,
    ) -> fmt::Result {
        let exchange = self.exchanges.get(answer.exchange);
        let mut heading = self.change_heading(start, answer);
        if let Some(exchange) = exchange {
            let method = shortened(&exchange.method, MAX_VALUE_CHARS);
            write!(heading, " to {method} ")?;
            if url_above == Some(&*exchange.url) && exchange.url.len() > MAX_REPEATED_URL_BYTES {
                heading.push_str("of the same URL");
            } else {
                write!(heading, "{}", heading_url(&exchange.url))?;
            }
        }
        if times > 1 {
            write!(heading, ", {times} times")?;
        }
        heading.push(':');
        fmt_heading(f, &heading)?;
        fmt_lines(f, answer.status, &answer.headers)
    }
}

/// Writes a heading. If a word is longer than a line, such as a long URL, the heading stays in one line, because more line breaks
/// only add rows.
fn fmt_heading(f: &mut impl Columns, heading: &str) -> fmt::Result {
    const INDENTATION: &str = "  ";
    let columns = f.columns().saturating_sub(INDENTATION.len());
    if heading.split(' ').any(|word| word.len() > columns) {
        return writeln!(f, "{heading}");
    }
    wrapped(f, "", INDENTATION, heading)
}

/// Writes the lines of a changed answer in the style of `diff`.
fn fmt_lines(
    f: &mut impl Columns,
    status: Option<ChangedStatus>,
    headers: &[ChangedHeader],
) -> fmt::Result {
    if let Some(status) = status {
        match status.before {
            Some(before) => writeln!(f, "- status {before}")?,
            None => f.write_str("- no answer\n")?,
        }
        writeln!(f, "+ status {}", status.after)?;
    }
    let mut headers = headers.iter();
    headers.try_for_each(|header| writeln!(f, "{header}"))
}

/// Writes the line `Vary: Origin` below its sentence.
fn fmt_vary(f: &mut impl Columns, sentence: Option<&str>) -> fmt::Result {
    let Some(sentence) = sentence else {
        return Ok(());
    };
    wrapped(f, "\n", "", sentence)?;
    writeln!(f, "{VARY_LINE}")
}

/// Returns the sentence before the line `Vary: Origin`. `None` if no changed answer needs the line.
pub(in crate::explain) fn vary_sentence(answers: &[ChangedAnswer]) -> Option<&'static str> {
    let needs_line = answers.iter().any(|answer| answer.vary.is_some());
    needs_line.then_some("For caches, if the server allows several origins, also send:")
}

fn fmt_page(f: &mut impl Columns, changes: &[PageChange]) -> fmt::Result {
    for change in changes.iter().take(MAX_NAMED) {
        wrapped(f, "Fix, in the page: ", "  ", &change.to_string())?;
    }
    match changes.len().saturating_sub(MAX_NAMED) {
        0 => Ok(()),
        rest => writeln!(f, "  and {rest} more"),
    }
}

/// Writes the change in the style of `diff`: a space before each header line that stays, `-` before each old header line,
/// and `+` before the new header line.
impl fmt::Display for ChangedHeader {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let removed = self.before.iter();
        let old_name = self.renamed_from.as_ref().unwrap_or(&self.name);
        let old_name = shortened(old_name, MAX_VALUE_CHARS).to_string();
        let removed = removed.map(|value| {
            let value = shortened(value, MAX_VALUE_CHARS).to_string();
            ('-', &*old_name, value)
        });
        let added = self
            .after
            .iter()
            .map(|value| ('+', &*self.name, self.shown_after(value)));
        let kept = self.kept.iter();
        let kept = kept.map(|value| {
            let value = shortened(value, MAX_VALUE_CHARS).to_string();
            (' ', &*self.name, value)
        });
        for (position, (sign, name, value)) in kept.chain(removed).chain(added).enumerate() {
            let line_break = if position == 0 { "" } else { "\n" };
            write!(f, "{line_break}{sign} {name}: {value}")?;
        }
        Ok(())
    }
}

impl ChangedHeader {
    /// Returns the new value. If the value is a long list, some old elements are left out. All new elements are shown,
    /// because the reader has to add these elements.
    fn shown_after(&self, after: &str) -> String {
        const SEPARATOR: &str = ", ";
        let after = &*unescaped(after).map_or_else(|| after.into(), |value| line(&value));
        if shortened(after, MAX_VALUE_CHARS).is_whole() {
            return after.into();
        }
        let before = self.before.iter().flat_map(|value| value.split(','));
        let before: BTreeSet<&str> = before.map(str::trim).collect();
        let elements = after.split(SEPARATOR);
        let (kept, added): (Vec<&str>, Vec<&str>) =
            elements.partition(|element| before.contains(element));
        let added = added.join(SEPARATOR);
        let added = shortened(&added, MAX_NEEDED_CHARS);
        if kept.is_empty() {
            return added.to_string();
        }
        let kept = kept.join(SEPARATOR);
        format!("{}{SEPARATOR}{added}", shortened(&kept, MAX_VALUE_CHARS))
    }
}
