//! A console message of a browser: its meaning, the likeliest fix, the usual causes.

use core::fmt::{self, Formatter};

use super::{
    super::input::ConsoleMessage,
    details::fmt_cautions,
    escape::{Html, Sentence},
};

/// Writes the rest of the headline, and the parts below it.
pub(super) fn fmt(f: &mut Formatter<'_>, message: &ConsoleMessage) -> fmt::Result {
    if let Some(browser) = message.browser {
        write!(f, "{browser}: ")?;
    }
    writeln!(f, "{}</p>", Sentence(&message.meaning()))?;
    for miss in message.near_misses() {
        writeln!(f, "<p>{}</p>", Sentence(&miss.sentence))?;
    }
    if let Some(note) = message.note() {
        writeln!(f, "<p>{}</p>", Sentence(&note))?;
    }
    writeln!(
        f,
        "<h3>Likeliest fix</h3>\n<p class=\"fix\">{}</p>",
        Sentence(&message.fix())
    )?;
    if let Some(caution) = message.caution() {
        writeln!(
            f,
            "<p class=\"caution\"><strong>Caution:</strong> {}</p>",
            Sentence(caution)
        )?;
    }
    fmt_cautions(f, &message.cautions())?;
    f.write_str("<h3>Usual causes, the most frequent first</h3>\n<ol>\n")?;
    for cause in message.causes() {
        writeln!(f, "<li>{}</li>", Sentence(&cause))?;
    }
    f.write_str("</ol>\n")?;
    fmt_commands(f, &message.next_commands())?;
    fmt_facts(f, message)
}

fn fmt_commands(f: &mut Formatter<'_>, commands: &[alloc::string::String]) -> fmt::Result {
    if commands.is_empty() {
        return Ok(());
    }
    f.write_str("<h3>To be certain, run</h3>\n")?;
    // Each command has a box of its own, because long commands are wrapped.
    for command in commands {
        writeln!(f, "<pre>{}</pre>", Html(command))?;
    }
    Ok(())
}

/// Writes the values of the message, and its codes.
fn fmt_facts(f: &mut Formatter<'_>, message: &ConsoleMessage) -> fmt::Result {
    let facts = message.facts();
    if facts.is_empty() {
        return Ok(());
    }
    f.write_str("<h3>Values of the message</h3>\n<ul>\n")?;
    for (name, value) in facts {
        writeln!(f, "<li>{name}: {}</li>", Sentence(&value))?;
    }
    f.write_str("</ul>\n")
}
