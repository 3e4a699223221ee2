//! Colors of an explanation.

use anstyle::{AnsiColor, Style};
use fetch_cors::explain::Verdict;

/// The indentation of the further rows of a paragraph.
const INDENTATION: &str = "  ";

/// Returns the text with colors.
pub(super) fn painted(text: &str, verdict: Verdict) -> String {
    let mut paragraph = Style::new();
    let lines = text.lines().enumerate().map(|(index, line)| {
        if index == 0 {
            let style = color(verdict).on_default().bold();
            return format!("{style}{line}{style:#}");
        }
        if line.is_empty() {
            paragraph = Style::new();
            return String::new();
        }
        if !line.starts_with(INDENTATION) {
            paragraph = style_of_paragraph(line);
        }
        let style = style_of_line(line).unwrap_or(paragraph);
        format!("{style}{line}{style:#}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Chooses the style of a line by its beginning. `None` if the line has the style of its paragraph.
fn style_of_line(line: &str) -> Option<Style> {
    let color = match line {
        _ if line.starts_with("- ") => AnsiColor::Red,
        _ if line.starts_with("+ ") => AnsiColor::Green,
        _ if line.starts_with("$ ") => AnsiColor::Cyan,
        "   the browser stops here" => AnsiColor::Red,
        _ => return None,
    };
    Some(color.on_default())
}

/// Chooses the style of a paragraph by the beginning of its first line. A heading, such as `Fix, in the response:`, is above
/// the lines of a fix, so only a fix in words is colored.
fn style_of_paragraph(line: &str) -> Style {
    const FIXES_IN_WORDS: [&str; 4] = [
        "Likeliest fix: ",
        "Fix, in the page",
        "Fix, outside of CORS: ",
        "Safer, in the page: ",
    ];
    let mut fixes = FIXES_IN_WORDS.iter();
    if fixes.any(|fix| line.starts_with(fix)) {
        return AnsiColor::Green.on_default();
    }
    if line.starts_with("Caution: ") {
        return AnsiColor::Yellow.on_default();
    }
    // A long heading has several rows, so the first row does not always end with a colon.
    if line.starts_with("Fix, in ") {
        return Style::new().bold();
    }
    Style::new()
}

const fn color(verdict: Verdict) -> AnsiColor {
    match verdict {
        Verdict::Readable => AnsiColor::Green,
        Verdict::Opaque | Verdict::Undecided => AnsiColor::Yellow,
        Verdict::Blocked => AnsiColor::Red,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_of_a_paragraph_has_its_color() {
        let text = "blocked: a\n  b\n\nLikeliest fix: c\n  d\n\n- e\n  f\nCaution: g\n  h\nFix, in i\n  j:\n+ k";
        let red = AnsiColor::Red.on_default();
        let green = AnsiColor::Green.on_default();
        let yellow = AnsiColor::Yellow.on_default();
        let (bold, plain) = (Style::new().bold(), Style::new());
        let expected = [
            (red.bold(), "blocked: a"),
            (plain, "  b"),
            (plain, ""),
            (green, "Likeliest fix: c"),
            (green, "  d"),
            (plain, ""),
            (red, "- e"),
            (plain, "  f"),
            (yellow, "Caution: g"),
            (yellow, "  h"),
            (bold, "Fix, in i"),
            (bold, "  j:"),
            (green, "+ k"),
        ];
        let expected = expected.map(|(style, line)| format!("{style}{line}{style:#}"));
        assert_eq!(painted(text, Verdict::Blocked), expected.join("\n"));
    }
}
