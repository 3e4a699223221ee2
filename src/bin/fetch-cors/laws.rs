//! `fetch-cors laws`: prints the index of the laws and the causes of findings.

use std::collections::BTreeMap;

use fetch_cors::{
    conformance::{Cause, laws::Law},
    nearest_name::{by_similarity, nearest_spelling},
};
use serde::Serialize;

use crate::{
    Verdict,
    output::{Output, Stop},
};

const MAX_COLUMNS: usize = 100;
const INDENT: usize = 5;
/// The number of similar names in the error for an unknown name.
const MAX_SIMILAR: usize = 3;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Print only these laws and causes: an id of a law, such as `S13`, or at least four letters of a name.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Print JSON, one law or cause per line.
    #[arg(long)]
    json: bool,
}

/// A law or a cause.
#[derive(Clone, Copy)]
enum Entry {
    Law(Law),
    Cause(Cause),
}

/// An entry as a line of JSON.
#[derive(Serialize)]
#[serde(untagged)]
enum Line {
    Law {
        id: &'static str,
        name: &'static str,
        statement: &'static str,
        /// The worst severity of a violation. `None` if `judge` does not check the law.
        #[serde(skip_serializing_if = "Option::is_none")]
        severity: Option<&'static str>,
    },
    Cause {
        cause: &'static str,
        severity: &'static str,
        mistake: &'static str,
        consequence: &'static str,
        advice: &'static str,
        laws: Vec<&'static str>,
        options: Vec<OptionLine>,
    },
}

/// An option that fixes a mistake, with its name in each library.
#[derive(Serialize)]
struct OptionLine {
    subject: &'static str,
    names: BTreeMap<&'static str, &'static str>,
}

pub(crate) fn laws(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    let wanted = &arguments.names;
    for name in wanted {
        if !Entry::all().any(|entry| entry.is_selected(name)) {
            return Err(Stop::CannotRun(unknown(name)));
        }
    }
    for entry in Entry::all() {
        if !wanted.is_empty() && !wanted.iter().any(|name| entry.is_selected(name)) {
            continue;
        }
        if arguments.json {
            output.json(&entry.line())?;
        } else if wanted.is_empty() {
            output.text(entry.heading() + &wrapped(entry.statement()))?;
        } else {
            output.text(entry.heading() + &entry.details())?;
        }
    }
    Ok(Verdict::Passed)
}

/// Returns the law with the id (in any letter case) or the name.
pub(crate) fn law(wanted: &str) -> Result<Law, String> {
    let mut laws = Law::ALL.iter().copied();
    let law = laws.find(|law| law.name() == wanted || has_id(*law, wanted));
    law.ok_or_else(|| unknown(wanted))
}

/// Returns the error for a name that is neither the name of a law nor the name of a cause.
fn unknown(wanted: &str) -> String {
    let names: Vec<&str> = Entry::all().map(Entry::name).collect();
    let advice = if let Some(name) = nearest_spelling(wanted, &names) {
        format!("write `{name}`")
    } else {
        let similar = by_similarity(wanted, &names).into_iter().take(MAX_SIMILAR);
        let similar: Vec<String> = similar.map(|name| format!("`{name}`")).collect();
        format!(
            "the most similar names are {}, and `fetch-cors laws` prints all names",
            similar.join(", ")
        )
    };
    let wanted = wanted.escape_debug();
    format!("`{wanted}` is neither a law nor a cause: {advice}")
}

fn has_id(law: Law, wanted: &str) -> bool {
    law.id().eq_ignore_ascii_case(wanted)
}

impl Entry {
    /// Returns the laws, and then the causes.
    fn all() -> impl Iterator<Item = Self> {
        let causes = Cause::ALL.iter().copied().map(Self::Cause);
        Law::ALL.iter().copied().map(Self::Law).chain(causes)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Law(law) => law.name(),
            Self::Cause(cause) => cause.name(),
        }
    }

    /// Whether `wanted` selects the entry. `wanted` is the id of a law (in any letter case), a whole name, or a part of
    /// a name. The part needs more than three letters.
    fn is_selected(self, wanted: &str) -> bool {
        let has_id = matches!(self, Self::Law(law) if has_id(law, wanted));
        has_id || self.name() == wanted || (wanted.len() > 3 && self.name().contains(wanted))
    }

    fn heading(self) -> String {
        match self {
            Self::Law(law) => format!("{:<INDENT$}{}", law.id(), law.name()),
            Self::Cause(cause) => cause.name().to_owned(),
        }
    }

    const fn statement(self) -> &'static str {
        match self {
            Self::Law(law) => law.statement(),
            Self::Cause(cause) => cause.mistake(),
        }
    }

    fn details(self) -> String {
        let Self::Cause(cause) = self else {
            return wrapped(self.statement());
        };
        let severity = cause.severity();
        let mut details = wrapped(&format!("a cause of findings: {}", cause.mistake()));
        details += &wrapped(&format!(
            "severity: usually `{severity}`: {}",
            cause.consequence()
        ));
        details += &wrapped(&format!("fix: {}", cause.advice()));
        if let [first, rest @ ..] = cause.laws() {
            let others = rest.iter().map(|law| format!(", {}", law.name()));
            let others: String = others.collect();
            details += &wrapped(&format!("violated laws, usually: {}{others}", first.name()));
        }
        for option in cause.library_options() {
            let names = option
                .names()
                .map(|(library, name)| format!("{library}: {name}"));
            let names = names.collect::<Vec<_>>().join("; ");
            details += &wrapped(&format!("option for {}: {names}", option.subject()));
        }
        details
    }

    fn line(self) -> Line {
        match self {
            Self::Law(law) => Line::Law {
                id: law.id(),
                name: law.name(),
                statement: law.statement(),
                severity: law.severity().map(|severity| severity.name()),
            },
            Self::Cause(cause) => Line::Cause {
                cause: cause.name(),
                severity: cause.severity().name(),
                mistake: cause.mistake(),
                consequence: cause.consequence(),
                advice: cause.advice(),
                laws: cause.laws().iter().map(|law| law.name()).collect(),
                options: cause
                    .library_options()
                    .iter()
                    .map(|option| OptionLine {
                        subject: option.subject(),
                        names: option.names().collect(),
                    })
                    .collect(),
            },
        }
    }
}

/// Returns the text in indented lines of at most [`MAX_COLUMNS`] characters. Each line begins with a line feed.
fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    // `columns` starts at the maximum, so that the first word begins a new line.
    let mut columns = MAX_COLUMNS;
    for word in text.split(' ') {
        let width = word.chars().count();
        if columns + 1 + width > MAX_COLUMNS {
            lines += &format!("\n{:INDENT$}{word}", "");
            columns = INDENT + width;
        } else {
            lines += &format!(" {word}");
            columns += 1 + width;
        }
    }
    lines
}
