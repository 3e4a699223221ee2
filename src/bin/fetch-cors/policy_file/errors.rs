//! The errors of an invalid policy, and their text with the line and a caret.

use std::{ops::Range, path::Path};

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use fetch_cors::server::ConfigErrorKind;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    output::{self, Output, Stop, counted},
    positions,
    recognize::{self, Kind},
};

/// The maximum number of errors that are printed as text.
const MAX_SHOWN_ERRORS: usize = 50;

/// The maximum number of bytes that are printed on each side of the position at which an error begins.
const MAX_SHOWN_BYTES: usize = 1000;

/// An error of a policy as a line of JSON.
#[derive(Debug, Serialize)]
pub(super) struct ErrorLine {
    pub(super) error: &'static str,
    pub(super) member: String,
    /// The value of the member, as JSON. `None` if the file lacks the member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<Box<RawValue>>,
    pub(super) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suggestion: Option<String>,
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) column: usize,
    /// The range of bytes of the error in the text.
    #[serde(skip)]
    pub(super) span: Range<usize>,
}

/// The text and the errors of a file that is not a valid policy.
#[derive(Debug)]
pub(crate) struct InvalidPolicy {
    text: String,
    errors: Vec<ErrorLine>,
}

/// Returns the error of a text that is not a policy.
pub(super) fn malformed(message: String, span: Range<usize>) -> ErrorLine {
    ErrorLine {
        error: ConfigErrorKind::Malformed.as_str(),
        member: String::new(),
        value: None,
        message,
        suggestion: None,
        file: String::new(),
        line: 0,
        column: 0,
        span,
    }
}

impl InvalidPolicy {
    /// Whether the text is a HAR recording.
    pub(crate) fn is_of_a_recording(&self) -> bool {
        recognize::kind_of_beginning(self.text.as_bytes()) == Some(Kind::Har)
    }

    /// Sorts the errors by their position in the text, and adds the file, the line and the column to each error.
    pub(super) fn new(path: &Path, text: &str, mut errors: Vec<ErrorLine>) -> Self {
        errors.sort_by_key(|error| error.span.start);
        let offsets: Vec<usize> = errors.iter().map(|error| error.span.start).collect();
        let places = positions::lines_and_columns(text, &offsets);
        let file = path.to_string_lossy();
        for error in &mut errors {
            let place = offsets.binary_search(&error.span.start).ok();
            let place = place.and_then(|i| places.get(i));
            (error.line, error.column) = place.copied().unwrap_or((1, 1));
            error.file = file.to_string();
        }
        Self {
            text: text.to_owned(),
            errors,
        }
    }

    /// Prints the errors to the standard output, as JSON.
    pub(crate) fn print_json(&self, output: &mut Output) -> Result<(), Stop> {
        self.errors.iter().try_for_each(|error| output.json(error))
    }

    /// Prints the errors as text to the standard output.
    pub(crate) fn print(&self, output: &mut Output) -> Result<(), Stop> {
        output.text(output.without_missing_colors(self.diagnostics()))
    }

    /// Prints only the number of the errors to the standard output.
    pub(crate) fn print_count(&self, name: &str, output: &mut Output) -> Result<(), Stop> {
        let errors = counted(self.errors.len(), "error", "errors");
        output.text(format_args!(
            "{name}: the policy has {errors}, and the input has no exchange: correct the policy first (`fetch-cors policy` prints the errors)"
        ))
    }

    /// Prints the errors as text to the standard error.
    pub(crate) fn print_aside(&self) {
        output::print_aside(&self.diagnostics());
    }

    fn diagnostics(&self) -> String {
        let shown = self.errors.iter().take(MAX_SHOWN_ERRORS);
        let mut shown: Vec<String> = shown.map(|error| self.diagnostic(error)).collect();
        let more = self.errors.len().saturating_sub(MAX_SHOWN_ERRORS);
        if more > 0 {
            let more = counted(more, "more error", "more errors");
            shown.push(format!(
                "and {more}: `fetch-cors policy --json` prints all errors"
            ));
        }
        shown.join("\n\n")
    }

    /// Returns the error with its line and a caret below the value.
    fn diagnostic(&self, error: &ErrorLine) -> String {
        let suggestion = error.suggestion.as_ref();
        let label = suggestion.map(|suggestion| format!("write `{suggestion}`"));
        let excerpt = Excerpt::new(&self.text, &error.span);
        let file = match &*error.file {
            "-" => "standard input",
            file => &escape_outside_ascii(file),
        };
        let annotation = AnnotationKind::Primary.span(excerpt.span).label(label);
        let snippet = Snippet::source(excerpt.text)
            .line_start(error.line)
            .annotation(annotation);
        let title = Level::ERROR.primary_title(&*error.message).id(error.error);
        let group = if excerpt.moves_columns {
            // With a path, a snippet would print the column in the excerpt.
            // `origin` prints the path and the column in the whole line.
            let origin = Origin::path(file)
                .line(error.line)
                .char_column(error.column);
            title.element(origin).element(snippet)
        } else {
            title.element(snippet.path(file))
        };
        Renderer::styled().render(&[group])
    }
}

/// The line with an error, without invisible characters. A long line is cut at both ends.
struct Excerpt {
    text: String,
    /// The range of bytes of the error in the text.
    span: Range<usize>,
    /// Whether the column of the error in the excerpt is not the column in the line, because the beginning of the line
    /// is cut or escaped.
    moves_columns: bool,
}

impl Excerpt {
    fn new(text: &str, span: &Range<usize>) -> Self {
        let before = text.get(..span.start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let after = text.get(span.start..).unwrap_or_default();
        let line_length = after.find(['\n', '\r']).unwrap_or(after.len());
        let boundary = |offset: usize| {
            let mut offsets = (0..=offset.min(text.len())).rev();
            let boundary = offsets.find(|start| text.is_char_boundary(*start));
            boundary.unwrap_or_default()
        };
        let start = boundary(span.start.saturating_sub(MAX_SHOWN_BYTES)).max(line_start);
        let end = boundary(span.start + line_length.min(MAX_SHOWN_BYTES));
        let last = boundary(span.end).clamp(span.start, end.max(span.start));
        let escaped = |from, to| escape_outside_ascii(text.get(from..to).unwrap_or_default());
        let before = escaped(start, span.start);
        let value = escaped(span.start, last);
        let range = before.len()..before.len() + value.len();
        Self {
            text: before + &value + &escaped(last, end),
            moves_columns: start > line_start || range.start != span.start - start,
            span: range,
        }
    }
}

/// Escapes the invisible characters outside of ASCII, such as U+009B, which a terminal can interpret as the start of a
/// command. `annotate-snippets` replaces the invisible characters of ASCII.
fn escape_outside_ascii(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            escaped.push(character);
        } else {
            escaped.extend(character.escape_debug());
        }
    }
    escaped
}
