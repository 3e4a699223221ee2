//! Colors of a report.

use anstyle::{AnsiColor, Style};
use fetch_cors::conformance::{Report, Severity};

use crate::output::counted;

const BOLD: Style = Style::new().bold();
const COMMAND: Style = AnsiColor::Cyan.on_default();
/// The style of notes, and of lines about parts that were not checked.
const UNCHECKED: Style = AnsiColor::Yellow.on_default();

/// Returns the text of the report with colors.
pub(crate) fn painted(report: &Report) -> String {
    let text = report.to_string();
    let counts = counted(report.exchanges(), "exchange, ", "exchanges, ");
    let lines = text.lines().map(|line| {
        let style = style(line, &counts);
        format!("{style}{line}{style:#}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Chooses the style of a line by the beginning of the line. `counts` is the beginning of the line with the counts.
fn style(line: &str, counts: &str) -> Style {
    let has_severity = |severity: &Severity| {
        let rest = line.strip_prefix(severity.name());
        rest.is_some_and(|rest| rest.starts_with(':'))
    };
    match Severity::ALL.into_iter().find(has_severity) {
        Some(severity) => color(severity).on_default().bold(),
        None if line.starts_with(counts) => BOLD,
        None if line.starts_with("$ ") => COMMAND,
        None if line.starts_with("not checked") || line.starts_with("note: ") => UNCHECKED,
        None => Style::new(),
    }
}

const fn color(severity: Severity) -> AnsiColor {
    match severity {
        Severity::Security => AnsiColor::Red,
        Severity::Broken => AnsiColor::Magenta,
        Severity::Cache => AnsiColor::Yellow,
        Severity::Waste => AnsiColor::Blue,
    }
}
