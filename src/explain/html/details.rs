//! The text next to the sequence diagram of a fetch: the mistake, the fix, and the other refusals.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt::{self, Formatter};

use super::{
    super::{
        AlternativeKind, Caution, ChangedAnswer, ChangedHeader, ChangedStatus, Explanation, Fix,
        HiddenHeader, NearMiss, PageChange, Verdict, engines::paragraphs,
    },
    escape::{Html, Sentence, Short},
};
use crate::explain::{
    display::{
        ALSO_NEEDED, PROOF_OF_ALSO_NEEDED, REQUEST_DOUBT_START, SAME_FIX, VARY_LINE,
        details::{for_scripts, mistakes_of_hidden},
        vary_sentence,
    },
    shown::{MAX_NEEDED_CHARS, MAX_VALUE_CHARS},
};

/// The maximum number of elements of a list in the HTML page. This limit applies to two lists: the necessary changes of
/// the page that fetches, and the refusals after the first refusal.
const MAX_NAMED: usize = 40;

pub(super) fn fmt(
    f: &mut Formatter<'_>,
    explanation: &Explanation,
    alternatives: &[(&str, &Explanation)],
) -> fmt::Result {
    f.write_str("<div class=\"details\">\n")?;
    if let Some(sentence) = explanation.sentence_of_known_refusal() {
        writeln!(f, "<p>{}</p>", Sentence(&sentence))?;
    }
    let first = explanation.refusals.first();
    for miss in first.iter().flat_map(|first| &first.near_misses) {
        writeln!(f, "<p>{}</p>", Sentence(&miss.sentence))?;
    }
    let page = explanation.unexpected_page.as_ref();
    let page = page.map(|page| &*page.sentence);
    for sentence in explanation.sentence_of_login().into_iter().chain(page) {
        writeln!(f, "<p>{}</p>", Sentence(sentence))?;
    }
    for sentence in &explanation.not_recorded {
        writeln!(f, "<p>{}</p>", Sentence(sentence))?;
    }
    fmt_plain(f, &explanation.plain_words())?;
    if let Some(doubt) = &explanation.request_doubt {
        writeln!(
            f,
            "<p class=\"caution\"><strong>{REQUEST_DOUBT_START}</strong>{}</p>",
            Sentence(&doubt.sentence)
        )?;
        let mut commands = explanation.doubt_commands().into_iter();
        commands.try_for_each(|command| writeln!(f, "<pre>{}</pre>", Html(&command)))?;
        fmt_plain(f, &explanation.doubt_command_notes())?;
    }
    if explanation.has_commands_before_fix() {
        fmt_commands(f, explanation)?;
        fmt_fix(f, explanation, "h3")?;
    } else {
        fmt_fix(f, explanation, "h3")?;
        fmt_commands(f, explanation)?;
    }
    fmt_cautions(f, &explanation.cautions, explanation.safe_fix())?;
    fmt_notes(f, &explanation.notes)?;
    for (assumption, other) in alternatives {
        fmt_assumption(f, assumption, other, explanation)?;
    }
    fmt_others(f, explanation)?;
    fmt_preflight(f, explanation)?;
    fmt_hidden(
        f,
        &explanation.hidden.iter().collect::<Vec<_>>(),
        &explanation.hidden_near_misses,
    )?;
    if let Some(first) = first {
        writeln!(
            f,
            "<p>Step of the standard: <a href=\"{}\">{}</a>, failure code <code>{}</code>.</p>",
            Html(first.anchor),
            Html(first.step),
            first.failure.code()
        )?;
    }
    for paragraph in paragraphs(&explanation.engines) {
        writeln!(f, "<p>{}.</p>", Sentence(&paragraph))?;
    }
    f.write_str("</div>\n")
}

/// Writes the differences between the explanation for another assumption and the explanation that the page already shows.
fn fmt_assumption(
    f: &mut Formatter<'_>,
    assumption: &str,
    other: &Explanation,
    shown: &Explanation,
) -> fmt::Result {
    let assumption = Html(assumption);
    writeln!(f, "<div class=\"assumption\">\n<h3>{assumption}</h3>")?;
    if other.headline != shown.headline {
        writeln!(f, "<p>{}</p>", Sentence(&other.headline))?;
    }
    match other.also_needed(shown) {
        Some(answers) => fmt_also_needed(f, other, &answers, "h4")?,
        None => fmt_fix(f, other, "h4")?,
    }
    fmt_cautions(f, other.new_cautions(shown), other.safe_fix())?;
    fmt_notes(f, other.new_notes(shown))?;
    fmt_hidden(f, &other.new_hidden(shown), &other.hidden_near_misses)?;
    f.write_str("</div>\n")
}

/// Writes a paragraph for each sentence.
pub(super) fn fmt_plain(f: &mut Formatter<'_>, sentences: &[impl AsRef<str>]) -> fmt::Result {
    let mut sentences = sentences.iter();
    sentences.try_for_each(|sentence| writeln!(f, "<p>{}</p>", Sentence(sentence.as_ref())))
}

/// Writes the dangers of a fix, each with a safer change. `fix` is the fix that the HTML page already shows. If a safer
/// change equals `fix`, the safer change is not written again.
pub(super) fn fmt_cautions<'e>(
    f: &mut Formatter<'_>,
    cautions: impl IntoIterator<Item = &'e Caution>,
    fix: Option<&str>,
) -> fmt::Result {
    cautions.into_iter().try_for_each(|caution| {
        let sentence = Sentence(&caution.sentence);
        write!(
            f,
            "<p class=\"caution\"><strong>Caution:</strong> {sentence}"
        )?;
        if fix != Some(&*caution.safer) {
            let safer = Sentence(&caution.safer);
            write!(f, "<br><strong>Safer:</strong> {safer}")?;
        }
        f.write_str("</p>\n")
    })
}

fn fmt_notes<'e>(
    f: &mut Formatter<'_>,
    notes: impl IntoIterator<Item = &'e String>,
) -> fmt::Result {
    notes
        .into_iter()
        .try_for_each(|note| writeln!(f, "<p><strong>Note:</strong> {}</p>", Sentence(note)))
}

/// Writes the commands that the user runs to see the unknown answers, or to check the fix.
fn fmt_commands(f: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    let commands = explanation.commands();
    if commands.is_empty() {
        return Ok(());
    }
    writeln!(f, "<h3>{}</h3>", explanation.commands_heading())?;
    let mut commands = commands.iter();
    commands.try_for_each(|command| writeln!(f, "<pre>{}</pre>", Html(command)))?;
    fmt_plain(f, &explanation.command_notes())
}

fn fmt_fix(f: &mut Formatter<'_>, explanation: &Explanation, heading: &str) -> fmt::Result {
    if explanation.has_no_fix() {
        return Ok(());
    }
    match &explanation.fix {
        Fix::NotNeeded => Ok(()),
        Fix::Page { advice } => {
            let start = match explanation.verdict {
                Verdict::Opaque => "Fix, in the page",
                _ => "Fix, in the page (no answer of the server can help)",
            };
            fmt_advice(f, heading, start, advice)
        }
        Fix::LoginPage {
            answers, advice, ..
        } => {
            fmt_answers(f, explanation, answers, heading)?;
            fmt_advice(f, heading, explanation.login_heading(), advice)?;
            fmt_proof(f, explanation)
        }
        Fix::NotCors { advice } => fmt_advice(f, heading, "Fix, outside of CORS", advice),
        Fix::Answers { page, answers, .. } => {
            if let Some(safe_fix) = explanation.safe_fix() {
                fmt_advice(f, heading, explanation.safe_fix_heading(), safe_fix)?;
                fmt_alternative(f, explanation, AlternativeKind::WithoutRedirect, heading)?;
            }
            fmt_page(f, page, heading)?;
            fmt_answers(f, explanation, answers, heading)?;
            fmt_proof(f, explanation)?;
            fmt_alternative(f, explanation, AlternativeKind::WithoutNewUrl, heading)
        }
    }
}

/// Writes the changed answers of the alternative of this kind. Writes nothing if there is no such alternative.
fn fmt_alternative(
    f: &mut Formatter<'_>,
    explanation: &Explanation,
    kind: AlternativeKind,
    heading: &str,
) -> fmt::Result {
    let Some(alternative) = explanation.alternative(kind) else {
        return Ok(());
    };
    for (position, answer) in alternative.answers.iter().take(MAX_NAMED).enumerate() {
        let name = answer.heading(kind.heading(position == 0));
        let method = Short(&answer.method, MAX_VALUE_CHARS);
        let url = Short(&answer.url, MAX_NEEDED_CHARS);
        writeln!(
            f,
            "<{heading}>{name} to {method} <code>{url}</code></{heading}>"
        )?;
        fmt_lines(f, answer.status, &answer.headers)?;
    }
    let rest = alternative.answers.len().saturating_sub(MAX_NAMED);
    if rest > 0 {
        writeln!(f, "<p>and {rest} more</p>")?;
    }
    writeln!(f, "<p>{}</p>", kind.proof())
}

/// Writes a fix in words. `heading` is the name of the element of the heading.
fn fmt_advice(f: &mut Formatter<'_>, heading: &str, start: &str, advice: &str) -> fmt::Result {
    let advice = Sentence(advice);
    writeln!(
        f,
        "<{heading}>{start}</{heading}>\n<p class=\"fix\">{advice}</p>"
    )
}

fn fmt_answers(
    f: &mut Formatter<'_>,
    explanation: &Explanation,
    answers: &[ChangedAnswer],
    heading: &str,
) -> fmt::Result {
    let changes = explanation.distinct_changes(answers);
    for (number, (answer, times)) in (1..).zip(&changes) {
        let start = explanation.kind_of_change(answer, number, changes.len());
        fmt_changed(f, explanation, (&start, heading), answer, *times)?;
    }
    Ok(())
}

/// Writes the sentences below a fix that is a list of changes: the fix works, and caches need another line.
fn fmt_proof(f: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    if !explanation.has_proof() {
        return Ok(());
    }
    writeln!(f, "<p>{}</p>", explanation.proof())?;
    fmt_vary(f, explanation.vary_sentence())
}

/// Writes the changes that a fetch needs in addition to the fix that the page already shows.
fn fmt_also_needed(
    f: &mut Formatter<'_>,
    explanation: &Explanation,
    answers: &[ChangedAnswer],
    heading: &str,
) -> fmt::Result {
    if explanation.has_no_fix() {
        return Ok(());
    }
    if answers.is_empty() {
        return writeln!(f, "<p>{SAME_FIX}</p>");
    }
    for (answer, count) in explanation.distinct_changes(answers) {
        fmt_changed(f, explanation, (ALSO_NEEDED, heading), answer, count)?;
    }
    writeln!(f, "<p>{PROOF_OF_ALSO_NEEDED}</p>")?;
    fmt_vary(f, vary_sentence(answers))
}

fn fmt_vary(f: &mut Formatter<'_>, sentence: Option<&str>) -> fmt::Result {
    match sentence {
        Some(sentence) => {
            write!(f, "<p>{sentence}</p>\n<pre class=\"fix\">")?;
            fmt_line(f, VARY_LINE)?;
            f.write_str("</pre>\n")
        }
        None => Ok(()),
    }
}

fn fmt_page(f: &mut Formatter<'_>, changes: &[PageChange], heading: &str) -> fmt::Result {
    if changes.is_empty() {
        return Ok(());
    }
    writeln!(f, "<{heading}>Fix, in the page</{heading}>")?;
    for change in changes.iter().take(MAX_NAMED) {
        writeln!(f, "<p class=\"fix\">{}</p>", Sentence(&change.to_string()))?;
    }
    match changes.len().saturating_sub(MAX_NAMED) {
        0 => Ok(()),
        rest => writeln!(f, "<p>and {rest} more</p>"),
    }
}

/// Writes a change of an answer. The heading is an element `heading` that begins with the words `start`.
fn fmt_changed(
    f: &mut Formatter<'_>,
    explanation: &Explanation,
    (start, heading): (&str, &str),
    answer: &ChangedAnswer,
    count: usize,
) -> fmt::Result {
    let exchange = explanation.exchanges.get(answer.exchange);
    let name = explanation.change_heading(start, answer);
    write!(f, "<{heading}>{name}")?;
    if let Some(exchange) = exchange {
        let method = Short(&exchange.method, MAX_VALUE_CHARS);
        let url = Short(&exchange.url, MAX_NEEDED_CHARS);
        write!(f, " to {method} <code>{url}</code>")?;
    }
    if count > 1 {
        write!(f, ", {count} times")?;
    }
    writeln!(f, "</{heading}>")?;
    fmt_lines(f, answer.status, &answer.headers)
}

/// Writes the lines of a changed answer.
fn fmt_lines(
    f: &mut Formatter<'_>,
    status: Option<ChangedStatus>,
    headers: &[ChangedHeader],
) -> fmt::Result {
    f.write_str("<pre class=\"fix\">")?;
    if let Some(status) = status {
        match status.before {
            Some(before) => fmt_line(f, &format!("- status {before}"))?,
            None => fmt_line(f, "- no answer")?,
        }
        fmt_line(f, &format!("+ status {}", status.after))?;
    }
    for header in headers {
        for line in header.to_string().lines() {
            fmt_line(f, line)?;
        }
    }
    f.write_str("</pre>\n")
}

/// Writes a line that starts with `-`, `+` or a space. Adds the word `Remove`, `Send` or `Keep` for screen readers, because
/// a screen reader does not announce the sign and the color.
fn fmt_line(f: &mut Formatter<'_>, line: &str) -> fmt::Result {
    let (element, word) = match line.as_bytes().first() {
        Some(b'-') => ("del", "Remove: "),
        Some(b' ') => ("span", "Keep: "),
        _ => ("ins", "Send: "),
    };
    let line = Html(line);
    writeln!(
        f,
        "<{element}><span class=\"hidden\">{word}</span>{line}</{element}>"
    )
}

fn fmt_others(f: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    let others = explanation.other_refusals();
    if others.is_empty() {
        return Ok(());
    }
    f.write_str(
        "<h3>Further reasons to block the fetch, after the first reason is fixed</h3>\n<ul>\n",
    )?;
    for (sentence, misses) in others.iter().take(MAX_NAMED) {
        write!(f, "<li>{}", Sentence(sentence))?;
        for miss in misses {
            write!(f, "<br>{}", Sentence(&miss.sentence))?;
        }
        f.write_str("</li>\n")?;
    }
    let rest = others.len().saturating_sub(MAX_NAMED);
    if rest > 0 {
        writeln!(f, "<li>and {rest} more</li>")?;
    }
    f.write_str("</ul>\n")
}

fn fmt_preflight(f: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    if explanation.preflight.is_empty() {
        return Ok(());
    }
    let mut exchanges = explanation.exchanges.iter();
    let answer = if exchanges.any(|exchange| exchange.is_preflight) {
        "Why there is a preflight"
    } else {
        "Why there is no preflight"
    };
    writeln!(f, "<h3>{answer}</h3>\n<ul>")?;
    for reason in &explanation.preflight {
        writeln!(f, "<li>{}</li>", Sentence(reason))?;
    }
    f.write_str("</ul>\n")?;
    fmt_plain(f, &explanation.plain_words_of_preflight())
}

fn fmt_hidden(
    f: &mut Formatter<'_>,
    hidden: &[&HiddenHeader],
    near_misses: &[NearMiss],
) -> fmt::Result {
    let hidden = for_scripts(hidden);
    if hidden.is_empty() {
        return Ok(());
    }
    f.write_str(
        "<details><summary>Headers of the response that the page cannot read</summary>\n<ul>\n",
    )?;
    for hidden in &hidden {
        let name = Short(&hidden.name, MAX_NEEDED_CHARS);
        let reason = Sentence(hidden.reason);
        writeln!(f, "<li><code>{name}</code>: {reason}</li>")?;
    }
    f.write_str("</ul>\n")?;
    let mistakes: Vec<&str> = mistakes_of_hidden(&hidden, near_misses).collect();
    fmt_plain(f, &mistakes)?;
    f.write_str("</details>\n")
}
