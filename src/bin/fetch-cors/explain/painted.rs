//! Colors of an explanation.

use anstyle::{AnsiColor, Style};
use fetch_cors::explain::Verdict;

/// Returns the text with colors.
pub(super) fn painted(text: &str, verdict: Verdict) -> String {
    let lines = text.lines().enumerate().map(|(index, line)| {
        if line.is_empty() {
            return String::new();
        }
        let style = style(index, line, verdict);
        format!("{style}{line}{style:#}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Chooses the style of a line by the beginning of the line. The style of the first line depends on the verdict.
fn style(index: usize, line: &str, verdict: Verdict) -> Style {
    let color = match line {
        _ if index == 0 => return color(verdict).on_default().bold(),
        _ if line.starts_with("- ") => AnsiColor::Red,
        _ if line.starts_with("+ ") || line.starts_with("Likeliest fix: ") => AnsiColor::Green,
        _ if line.starts_with("$ ") => AnsiColor::Cyan,
        _ if line.starts_with("Caution: ") => AnsiColor::Yellow,
        "   the browser stops here" => AnsiColor::Red,
        _ => return Style::new(),
    };
    color.on_default()
}

const fn color(verdict: Verdict) -> AnsiColor {
    match verdict {
        Verdict::Readable => AnsiColor::Green,
        Verdict::Opaque | Verdict::Undecided => AnsiColor::Yellow,
        Verdict::Blocked => AnsiColor::Red,
    }
}
