//! The HTML that explains a console message of a browser: the meaning of the message, the likeliest fix, and the usual
//! causes.

use core::fmt::{self, Formatter};

use super::{
    super::input::ConsoleMessage,
    details::{fmt_cautions, fmt_plain},
    escape::{Html, Sentence},
};

/// Writes the message. The caller has already opened the paragraph of the headline, and this function closes the
/// paragraph.
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
    fmt_plain(f, &message.plain_words())?;
    writeln!(
        f,
        "<h3>{}</h3>\n<p class=\"fix\">{}</p>",
        message.fix_heading(),
        Sentence(&message.fix())
    )?;
    if let Some(caution) = message.caution() {
        writeln!(
            f,
            "<p class=\"caution\"><strong>Caution:</strong> {}</p>",
            Sentence(caution)
        )?;
    }
    fmt_cautions(f, &message.cautions(), Some(&message.fix()))?;
    let causes = message.causes();
    if !causes.is_empty() {
        f.write_str("<h3>Usual causes, the most frequent first</h3>\n<ol>\n")?;
        for cause in causes {
            writeln!(f, "<li>{}</li>", Sentence(&cause))?;
        }
        f.write_str("</ol>\n")?;
    }
    fmt_commands(f, message)?;
    fmt_facts(f, message)
}

fn fmt_commands(f: &mut Formatter<'_>, message: &ConsoleMessage) -> fmt::Result {
    let commands = message.next_commands();
    if commands.is_empty() {
        return Ok(());
    }
    writeln!(f, "<h3>{}</h3>", message.commands_heading())?;
    // Each command has its own box. In one box, a wrapped long command would look like several commands.
    for command in &commands {
        writeln!(f, "<pre>{}</pre>", Html(command))?;
    }
    fmt_plain(f, &message.command_notes())
}

/// Writes the values that the message contains, and the codes of the failures.
fn fmt_facts(f: &mut Formatter<'_>, message: &ConsoleMessage) -> fmt::Result {
    let (facts, codes) = (message.facts(), message.codes());
    if facts.is_empty() && codes.is_empty() {
        return Ok(());
    }
    f.write_str("<h3>Values of the message</h3>\n<ul>\n")?;
    for (name, value) in facts {
        writeln!(f, "<li>{name}: {}</li>", Sentence(&value))?;
    }
    let heading = message.codes_heading();
    match &*codes {
        [] => {}
        [code] => writeln!(f, "<li>{heading}: {}</li>", Sentence(code))?,
        codes => {
            writeln!(f, "<li>{heading}:\n<ul>")?;
            for code in codes {
                writeln!(f, "<li>{}</li>", Sentence(code))?;
            }
            f.write_str("</ul>\n</li>\n")?;
        }
    }
    f.write_str("</ul>\n")
}
