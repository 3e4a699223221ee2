//! The text beside a sequence: the mistake, the fix, and what else is refused.

use alloc::string::ToString;
use core::fmt::{self, Formatter};

use super::{
    super::{ChangedAnswer, Explanation, Fix, Verdict},
    escape::{Html, Sentence},
};

pub(super) fn fmt(f: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    f.write_str("<section class=\"details\" aria-label=\"The fix\">\n")?;
    for miss in explanation
        .refusals
        .first()
        .iter()
        .flat_map(|first| &first.near_misses)
    {
        writeln!(f, "<p>{}</p>", Sentence(&miss.sentence))?;
    }
    fmt_fix(f, explanation)?;
    for caution in &explanation.cautions {
        writeln!(
            f,
            "<p class=\"caution\"><strong>Caution:</strong> {}<br><strong>Safer:</strong> {}</p>",
            Sentence(&caution.sentence),
            Sentence(&caution.safer)
        )?;
    }
    fmt_others(f, explanation)?;
    fmt_preflight(f, explanation)?;
    fmt_hidden(f, explanation)?;
    if let Some(first) = explanation.refusals.first() {
        writeln!(
            f,
            "<p>Decided by <a href=\"{}\">{}</a>, failure <code>{}</code>.</p>",
            Html(first.anchor),
            Html(first.step),
            first.failure.code()
        )?;
    }
    f.write_str("</section>\n")
}

fn fmt_fix(f: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    match &explanation.fix {
        Fix::NotNeeded => Ok(()),
        Fix::Page { advice } => {
            let start = match explanation.verdict {
                Verdict::Opaque => "Fix, in the page",
                _ => "Fix, in the page: no answer of the server helps",
            };
            writeln!(f, "<h3>{start}</h3>\n<p>{}</p>", Sentence(advice))
        }
        Fix::Answers { answers } => answers
            .iter()
            .try_for_each(|answer| fmt_changed(f, explanation, answer)),
    }
}

fn fmt_changed(
    f: &mut Formatter<'_>,
    explanation: &Explanation,
    answer: &ChangedAnswer,
) -> fmt::Result {
    let exchange = explanation.exchanges.get(answer.exchange);
    let is_preflight = exchange.is_some_and(|exchange| exchange.is_preflight);
    let name = if is_preflight {
        "the preflight response"
    } else {
        "the response"
    };
    write!(f, "<h3>Fix, in {name}</h3>\n<pre class=\"fix\">")?;
    if let Some(status) = answer.status {
        match status.before {
            Some(before) => writeln!(f, "<del>- status {before}</del>")?,
            None => f.write_str("<del>- no answer</del>\n")?,
        }
        writeln!(f, "<ins>+ status {}</ins>", status.after)?;
    }
    for header in &answer.headers {
        for line in header.to_string().lines() {
            let element = if line.starts_with('-') { "del" } else { "ins" };
            writeln!(f, "<{element}>{}</{element}>", Html(line))?;
        }
    }
    f.write_str("</pre>\n")
}

fn fmt_others(f: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    let others = explanation.refusals.get(1..).unwrap_or_default();
    if others.is_empty() {
        return Ok(());
    }
    f.write_str("<h3>Also refused, once this is fixed</h3>\n<ul>\n")?;
    for refusal in others {
        writeln!(f, "<li>{}</li>", Sentence(&refusal.sentence))?;
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
    f.write_str("</ul>\n")
}

fn fmt_hidden(f: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    if explanation.hidden.is_empty() {
        return Ok(());
    }
    f.write_str(
        "<details><summary>Headers of the response that script cannot read</summary>\n<ul>\n",
    )?;
    for hidden in &explanation.hidden {
        let (name, reason) = (Html(&hidden.name), Sentence(hidden.reason));
        writeln!(f, "<li><code>{name}</code>: {reason}</li>")?;
    }
    f.write_str("</ul></details>\n")
}
