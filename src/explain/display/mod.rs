//! The text of an explanation for a terminal.

pub(super) mod wrap;

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt::{self, Formatter};

use self::wrap::wrapped;
use super::{
    ChangedAnswer, ChangedHeader, ExplainedAnswer, ExplainedExchange, Explanation, Fix, PageChange,
    Verdict,
    engines::paragraphs,
    glossary::plain_words,
    shown::{MAX_NEEDED_CHARS, MAX_VALUE_CHARS, shortened},
};

/// The maximum number of elements of each list in the text: hidden headers, header lines of an exchange, and refusals
/// after the first refusal.
const MAX_NAMED: usize = 12;
/// The maximum number of displayed characters of a header value in an exchange.
const MAX_LINE_CHARS: usize = 100;

/// The header line to add for caches if the response depends on the origin.
pub(super) const VARY_LINE: &str = "+ Vary: Origin";

/// The explanation as text: the [summary](Explanation::summary), and the [details](Explanation::details).
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.fmt_summary(f)?;
        self.fmt_details(f)
    }
}

/// A part of the text of an explanation.
#[derive(Clone, Copy)]
enum Part<'e> {
    Summary,
    SummaryAfter(&'e Explanation),
    Details,
}

struct PartOf<'e>(&'e Explanation, Part<'e>);

impl fmt::Display for PartOf<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.1 {
            Part::Summary => self.0.fmt_summary(f),
            Part::SummaryAfter(other) => self.0.fmt_summary_after(f, other),
            Part::Details => self.0.fmt_details(f),
        }
    }
}

impl Explanation {
    /// Returns the beginning of the text: the verdict with the first refusal, the fix and its dangers, and
    /// the refusals after the first.
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
        PartOf(self, Part::Summary)
    }

    /// Returns a shorter summary, to print after the summary of `other`. Both explanations are for the same fetch,
    /// under different assumptions. The shorter summary has the fix and its dangers. If the verdict differs from the
    /// verdict of `other`, the shorter summary also has the verdict.
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
    /// assert!(text.starts_with("Fix, in the response to GET https://api.example/:\n"));
    /// assert!(text.contains("+ Access-Control-Allow-Credentials: true\n"));
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

    fn fmt_summary(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.fmt_headline(f)?;
        // The fix of a redirect to a login page does not depend on the answers that are not known.
        let is_fix_known = matches!(self.fix, Fix::LoginPage { .. });
        if self.verdict == Verdict::Undecided && !is_fix_known {
            self.fmt_commands(f)?;
            self.fmt_fix(f, "\n")?;
        } else {
            self.fmt_fix(f, "\n")?;
            self.fmt_commands(f)?;
        }
        self.fmt_cautions(f)?;
        self.fmt_notes(f)?;
        self.fmt_refusals(f)?;
        self.fmt_engines(f)
    }

    fn fmt_summary_after(&self, f: &mut Formatter<'_>, other: &Self) -> fmt::Result {
        let is_same = self.headline == other.headline;
        if !is_same {
            self.fmt_headline(f)?;
        }
        self.fmt_fix(f, if is_same { "" } else { "\n" })?;
        self.fmt_cautions(f)?;
        if self.notes == other.notes {
            return Ok(());
        }
        self.fmt_notes(f)
    }

    /// Writes the verdict, and the known mistakes of the first refusal.
    fn fmt_headline(&self, f: &mut Formatter<'_>) -> fmt::Result {
        wrapped(f, "", "  ", &self.headline)?;
        let first = self.refusals.first();
        let mut misses = first.into_iter().flat_map(|first| &first.near_misses);
        misses.try_for_each(|miss| wrapped(f, "  ", "  ", &miss.sentence))?;
        let mut sentences = self.not_recorded.iter();
        sentences.try_for_each(|sentence| wrapped(f, "  ", "  ", sentence))?;
        let mut plain = self.plain_words().into_iter();
        plain.try_for_each(|sentence| wrapped(f, "  ", "  ", sentence))
    }

    /// Returns plain explanations of the technical words in the headline, in the mistakes, in the fix and in the
    /// exchanges.
    pub(super) fn plain_words(&self) -> Vec<&'static str> {
        let advice = match &self.fix {
            Fix::Page { advice } | Fix::LoginPage { advice } | Fix::NotCors { advice } => {
                Some(advice)
            }
            Fix::NotNeeded | Fix::Answers { .. } => None,
        };
        let refusals = self.refusals.iter().take(MAX_NAMED);
        let refusals = refusals.flat_map(|refusal| {
            let misses = refusal.near_misses.iter();
            misses.map(|miss| &miss.sentence).chain([&refusal.sentence])
        });
        let sentences = refusals.chain([&self.headline]).chain(advice);
        let mut exchanges = self.exchanges.iter();
        let has_preflight = exchanges.any(|exchange| exchange.is_preflight);
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
        self.cautions.iter().try_for_each(|caution| {
            f.write_str("\n")?;
            wrapped(f, "Caution: ", "  ", &caution.sentence)?;
            wrapped(f, "  Safer: ", "  ", &caution.safer)
        })
    }

    fn fmt_notes(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.notes.iter().try_for_each(|note| {
            f.write_str("\n")?;
            wrapped(f, "Note: ", "  ", note)
        })
    }

    fn fmt_details(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.fmt_asked(f)?;
        self.fmt_exchanges(f)?;
        self.fmt_hidden(f)
    }

    /// Returns the sentence below the lines of the fix. The sentence says that the fix works, and that each line is
    /// necessary.
    pub(super) const fn proof(&self) -> &'static str {
        match self.verdict {
            Verdict::Undecided => "With these lines, the fetch succeeds. Each line is necessary.",
            _ => "With these changes, the fetch succeeds. Each change is necessary.",
        }
    }

    /// Returns the sentence before the line `Vary: Origin`. Caches need this line, but the fetch succeeds without the
    /// line, so the line is not a part of the fix. `None` if no changed answer needs the line.
    pub(super) fn vary_sentence(&self) -> Option<&'static str> {
        let Fix::Answers { answers, .. } = &self.fix else {
            return None;
        };
        let mut names = answers.iter().filter_map(|answer| answer.vary);
        names
            .next()
            .map(|_| "For caches, if the server allows several origins, also send:")
    }

    /// Writes the commands that the user runs to see the unknown answers, or to check the fix.
    fn fmt_commands(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let commands = self.commands();
        if !commands.is_empty() {
            writeln!(f, "\n{}:", self.commands_heading())?;
        }
        let mut commands = commands.iter();
        commands.try_for_each(|command| writeln!(f, "$ {command}"))?;
        let mut notes = self.command_notes().into_iter();
        notes.try_for_each(|note| wrapped(f, "", "", &note))
    }

    /// Writes `start`, and then the fix. Writes nothing if no fix is needed.
    fn fmt_fix(&self, f: &mut Formatter<'_>, start: &str) -> fmt::Result {
        match &self.fix {
            Fix::NotNeeded => return Ok(()),
            Fix::Answers { page, answers } if page.is_empty() && answers.is_empty() => {
                return Ok(());
            }
            Fix::Page { advice } => {
                f.write_str(start)?;
                let start = match self.verdict {
                    Verdict::Opaque => "Fix, in the page: ",
                    _ => "Fix, in the page (no answer of the server can help): ",
                };
                return wrapped(f, start, "  ", advice);
            }
            Fix::LoginPage { advice } => {
                f.write_str(start)?;
                return wrapped(f, "Fix: ", "  ", advice);
            }
            Fix::NotCors { advice } => {
                f.write_str(start)?;
                return wrapped(f, "Fix, outside of CORS: ", "  ", advice);
            }
            Fix::Answers { page, answers } => {
                f.write_str(start)?;
                fmt_page(f, page)?;
                let changes = self.distinct_changes(answers).into_iter();
                for (position, (answer, count)) in changes.enumerate() {
                    if position > 0 || !page.is_empty() {
                        f.write_str("\n")?;
                    }
                    self.fmt_answer(f, answer, count)?;
                }
            }
        }
        writeln!(f, "{}", self.proof())?;
        match self.vary_sentence() {
            Some(sentence) => writeln!(f, "\n{sentence}\n{VARY_LINE}"),
            None => Ok(()),
        }
    }

    /// Writes a change of an answer. If the same request has several answers with the same change, the change is written
    /// once, and `count` is the number of these answers.
    fn fmt_answer(
        &self,
        f: &mut Formatter<'_>,
        answer: &ChangedAnswer,
        count: usize,
    ) -> fmt::Result {
        let exchange = self.exchanges.get(answer.exchange);
        let is_unknown =
            exchange.is_some_and(|exchange| exchange.answer == ExplainedAnswer::Unknown);
        let start = if is_unknown { "Needed in " } else { "Fix, in " };
        let name = exchange.map_or("the response", |exchange| {
            if exchange.is_preflight {
                "the preflight response"
            } else {
                "the response"
            }
        });
        write!(f, "{start}{name}")?;
        if let Some(exchange) = exchange {
            let url = shortened(&exchange.url, MAX_NEEDED_CHARS);
            let method = shortened(&exchange.method, MAX_VALUE_CHARS);
            write!(f, " to {method} {url}")?;
        }
        if count > 1 {
            write!(f, ", {count} times")?;
        }
        f.write_str(":\n")?;
        if let Some(status) = answer.status {
            match status.before {
                Some(before) => writeln!(f, "- status {before}")?,
                None => f.write_str("- no answer\n")?,
            }
            writeln!(f, "+ status {}", status.after)?;
        }
        for header in &answer.headers {
            writeln!(f, "{header}")?;
        }
        Ok(())
    }

    fn fmt_refusals(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let others = self.other_refusals();
        if !others.is_empty() {
            f.write_str(
                "\nFurther reasons to block the fetch, after the first reason is fixed:\n",
            )?;
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

    fn fmt_asked(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let asked = &self.asked;
        let url = shortened(&asked.url, MAX_NEEDED_CHARS);
        let method = shortened(&asked.method, MAX_VALUE_CHARS);
        writeln!(f, "\nCall: {} {method} {url}", asked.api)?;
        writeln!(
            f,
            "  page {}, mode {}, credentials {}",
            shortened(&asked.origin, MAX_NEEDED_CHARS),
            asked.mode,
            asked.credentials
        )?;
        fmt_headers(f, "  ", &asked.headers)?;
        let is_needed = self.exchanges.iter().any(|exchange| exchange.is_preflight);
        let start = if is_needed {
            "Preflight: yes, because "
        } else {
            "Preflight: no, because "
        };
        for (position, reason) in self.preflight.iter().enumerate() {
            let start = if position == 0 { start } else { "  and " };
            wrapped(f, start, "  ", reason)?;
        }
        let mut plain = self.plain_words_of_preflight().into_iter();
        plain.try_for_each(|sentence| wrapped(f, "  ", "  ", sentence))
    }

    fn fmt_exchanges(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (position, exchange) in self.exchanges.iter().enumerate() {
            fmt_exchange(f, position, exchange)?;
            let refused = self
                .refusals
                .iter()
                .any(|refusal| refusal.exchange == Some(position));
            if refused {
                f.write_str("   the browser stops here\n")?;
            }
        }
        Ok(())
    }

    fn fmt_hidden(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let shown = self.hidden.iter();
        let shown = shown.filter(|hidden| !is_of_transport(&hidden.name));
        let count = shown.clone().count();
        if count == 0 {
            return Ok(());
        }
        f.write_str("\nThe page cannot read these headers of the response:\n")?;
        for hidden in shown.take(MAX_NAMED) {
            let name = shortened(&hidden.name, MAX_NEEDED_CHARS);
            let sentence = format!("{name}: {}", hidden.reason);
            wrapped(f, "  ", "    ", &sentence)?;
        }
        match count.saturating_sub(MAX_NAMED) {
            0 => Ok(()),
            rest => writeln!(f, "  and {rest} more"),
        }
    }
}

/// Whether the header is for the browser, for caches or for the connection. A script does not need such a header.
fn is_of_transport(name: &str) -> bool {
    name.starts_with("access-control-")
        || matches!(
            name,
            "alt-svc"
                | "connection"
                | "date"
                | "keep-alive"
                | "server"
                | "strict-transport-security"
                | "transfer-encoding"
                | "vary"
                | "via"
        )
}

fn fmt_page(f: &mut Formatter<'_>, changes: &[PageChange]) -> fmt::Result {
    for change in changes.iter().take(MAX_NAMED) {
        wrapped(f, "Fix, in the page: ", "  ", &change.to_string())?;
    }
    match changes.len().saturating_sub(MAX_NAMED) {
        0 => Ok(()),
        rest => writeln!(f, "  and {rest} more"),
    }
}

fn fmt_exchange(
    f: &mut Formatter<'_>,
    position: usize,
    exchange: &ExplainedExchange,
) -> fmt::Result {
    let url = shortened(&exchange.url, MAX_NEEDED_CHARS);
    let method = shortened(&exchange.method, MAX_VALUE_CHARS);
    write!(f, "\n{}. {method} {url}", position + 1)?;
    if exchange.is_preflight {
        f.write_str(" (preflight)")?;
    }
    if exchange.answer == ExplainedAnswer::NotRecorded {
        return f.write_str("\n   not in the recording\n");
    }
    if exchange.has_credentials {
        f.write_str(" (with credentials)")?;
    }
    if !exchange.was_sent {
        f.write_str(" (sent only after the fix)")?;
    }
    f.write_str("\n")?;
    fmt_headers(f, "   > ", &exchange.headers)?;
    match &exchange.answer {
        ExplainedAnswer::Response { status, headers } => {
            match status {
                Some(status) => writeln!(f, "   < status {status}")?,
                None => f.write_str("   < the status is not in the recording\n")?,
            }
            fmt_headers(f, "   < ", headers)
        }
        ExplainedAnswer::ConnectionError => f.write_str("   < no answer\n"),
        ExplainedAnswer::Unknown | ExplainedAnswer::NotRecorded => {
            f.write_str("   < the answer is not known\n")
        }
    }
}

fn fmt_headers(
    f: &mut Formatter<'_>,
    start: &str,
    headers: &[(impl AsRef<str>, impl AsRef<str>)],
) -> fmt::Result {
    for (name, value) in headers.iter().take(MAX_NAMED) {
        let (name, value) = (name.as_ref(), value.as_ref());
        let name = shortened(name, MAX_NEEDED_CHARS);
        let value = shortened(value, MAX_LINE_CHARS);
        writeln!(f, "{start}{name}: {value}")?;
    }
    let rest = headers.len().saturating_sub(MAX_NAMED);
    if rest > 0 {
        writeln!(f, "{start}and {rest} more")?;
    }
    Ok(())
}

/// Writes the change in the style of `diff`: `-` before each old header line, and `+` before the new header line.
impl fmt::Display for ChangedHeader {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let removed = self.before.iter();
        let removed = removed.map(|value| ('-', shortened(value, MAX_VALUE_CHARS).to_string()));
        let added = self
            .after
            .iter()
            .map(|value| ('+', self.shown_after(value)));
        for (position, (sign, value)) in removed.chain(added).enumerate() {
            let line_break = if position == 0 { "" } else { "\n" };
            write!(f, "{line_break}{sign} {}: {value}", self.name)?;
        }
        Ok(())
    }
}

impl ChangedHeader {
    /// Returns the new value. If the value is a long list, some old elements are left out. All new elements are shown,
    /// because the reader has to add these elements.
    fn shown_after(&self, after: &str) -> String {
        const SEPARATOR: &str = ", ";
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
