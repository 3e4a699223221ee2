//! `fetch-cors laws`: prints the index of the laws.

use fetch_cors::conformance::laws::Law;
use serde::Serialize;

use crate::{
    Verdict,
    nearest_name::nearest_spelling,
    output::{Output, Stop},
};

const MAX_COLUMNS: usize = 100;
const STATEMENT_INDENT: usize = 5;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Print only these laws: an id such as `S13`, or at least four letters of a name.
    #[arg(value_name = "LAW")]
    laws: Vec<String>,
    /// Print JSON, one law per line.
    #[arg(long)]
    json: bool,
}

/// A law as a line of JSON.
#[derive(Serialize)]
struct Line {
    id: &'static str,
    name: &'static str,
    statement: &'static str,
    /// The severity of a violation. `None` if `judge` does not check the law.
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'static str>,
}

impl From<Law> for Line {
    fn from(law: Law) -> Self {
        Self {
            id: law.id(),
            name: law.name(),
            statement: law.statement(),
            severity: law.severity().map(|severity| severity.name()),
        }
    }
}

pub(crate) fn laws(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    for wanted in &arguments.laws {
        if !Law::ALL.iter().any(|law| is_selected(*law, wanted)) {
            return Err(Stop::CannotRun(unknown(wanted)));
        }
    }
    for law in Law::ALL {
        let mut wanted = arguments.laws.iter();
        if !arguments.laws.is_empty() && !wanted.any(|wanted| is_selected(*law, wanted)) {
            continue;
        }
        if arguments.json {
            output.json(&Line::from(*law))?;
        } else {
            output.text(entry(*law))?;
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

/// Returns the error for a law that does not exist.
fn unknown(wanted: &str) -> String {
    let names: Vec<&str> = Law::ALL.iter().map(|law| law.name()).collect();
    let advice = nearest_spelling(wanted, &names).map_or_else(
        || "run `fetch-cors laws` for the list".to_owned(),
        |name| format!("write `{name}`"),
    );
    let wanted = wanted.escape_debug();
    format!("no law has the id or name `{wanted}`: {advice}")
}

fn has_id(law: Law, wanted: &str) -> bool {
    law.id().eq_ignore_ascii_case(wanted)
}

/// Whether `wanted` selects the law. `wanted` is the id of the law (in any letter case), or a part of the law's name.
/// The part needs more than three letters.
fn is_selected(law: Law, wanted: &str) -> bool {
    has_id(law, wanted) || (wanted.len() > 3 && law.name().contains(wanted))
}

/// Returns the text of a law: a line with the id and the name, and the statement in lines of at most [`MAX_COLUMNS`]
/// characters.
fn entry(law: Law) -> String {
    let mut text = format!("{:<STATEMENT_INDENT$}{}", law.id(), law.name());
    // `columns` starts at the maximum, so that the first word begins a new line.
    let mut columns = MAX_COLUMNS;
    for word in law.statement().split(' ') {
        let width = word.chars().count();
        if columns + 1 + width > MAX_COLUMNS {
            text += &format!("\n{:STATEMENT_INDENT$}{word}", "");
            columns = STATEMENT_INDENT + width;
        } else {
            text += &format!(" {word}");
            columns += 1 + width;
        }
    }
    text
}
