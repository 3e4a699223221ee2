//! Reads a policy from a JSON or TOML file, and prints the errors of an invalid policy.

use std::{ops::Range, path::Path};

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use fetch_cors::server::{
    ConfigError, ConfigErrorKind, ConfigErrors, ConfigValue, CorsPolicy, PolicyFile,
    PublicSuffixList,
};
use serde::{Serialize, de::IgnoredAny};
use serde_json::{Value, value::RawValue};
use toml::de::{DeTable, DeValue};

use crate::{
    input,
    output::{self, Output, Stop, counted},
    positions::{self, Positions},
    recognize::{self, Kind},
};

/// The maximum number of errors that are printed as text.
const MAX_SHOWN_ERRORS: usize = 50;

/// The maximum number of bytes that are printed on each side of the position at which an error begins.
const MAX_SHOWN_BYTES: usize = 1000;

/// An error of a policy as a line of JSON.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorLine {
    error: &'static str,
    member: String,
    /// The value of the member, as JSON. `None` if the file lacks the member.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Box<RawValue>>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<String>,
    file: String,
    line: usize,
    column: usize,
    /// The range of bytes of the error in the text.
    #[serde(skip)]
    span: Range<usize>,
}

/// The text and the errors of a file that is not a valid policy.
#[derive(Debug)]
pub(crate) struct InvalidPolicy {
    text: String,
    errors: Vec<ErrorLine>,
}

/// Reads a policy from a JSON or TOML file; `-` is the standard input.
pub(crate) fn read(path: &Path) -> Result<Result<CorsPolicy, InvalidPolicy>, Stop> {
    let content = input::read_bytes(path)?;
    if recognize::is_utf_16(&content) {
        let name = input::name_of_input(path);
        return Err(Stop::CannotRun(Kind::Utf16.message_for(&name)));
    }
    let text = String::from_utf8_lossy(&content);
    // Some editors write a byte order mark at the beginning of a file.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let invalid = |errors| InvalidPolicy::new(path, text, errors);
    if let Err(error) = str::from_utf8(&content) {
        let start = error.valid_up_to();
        let message = "the policy is not UTF-8: save the file as UTF-8";
        return Ok(Err(invalid(vec![malformed(
            message.into(),
            start..start + 1,
        )])));
    }
    let has_extension = |name: &str| {
        let extension = path.extension();
        extension.is_some_and(|extension| extension.eq_ignore_ascii_case(name))
    };
    let kind = recognize::kind(text);
    match kind.or(has_extension("har").then_some(Kind::Har)) {
        None | Some(Kind::Policy) => {}
        Some(kind) => {
            let start = text.len() - text.trim_start().len();
            let message = if kind == Kind::List {
                String::from(
                    "this is a JSON list, but a policy is an object: write, for example, `{\"origins\": [\"https://app.example\"]}` instead",
                )
            } else {
                kind.message()
            };
            return Ok(Err(invalid(vec![malformed(message, start..start + 1)])));
        }
    }
    if text.trim().is_empty() {
        let message = "the file is empty: write a policy, for example `{\"origins\": [\"https://app.example\"]}`";
        return Ok(Err(invalid(vec![malformed(message.into(), 0..0)])));
    }
    let policy = if has_extension("toml") {
        from_toml(text)
    } else {
        match from_json(text) {
            Err(_) if !is_json(text) => from_toml(text),
            policy => policy,
        }
    };
    Ok(policy.map_err(invalid))
}

/// Returns true if the text is JSON, or if the text begins with `{`. TOML cannot begin with `{`, so such a text
/// is meant as JSON.
fn is_json(text: &str) -> bool {
    text.trim_ascii_start().starts_with('{') || serde_json::from_str::<IgnoredAny>(text).is_ok()
}

fn from_json(text: &str) -> Result<CorsPolicy, Vec<ErrorLine>> {
    let file = PolicyFile::from_json(text);
    let policy = file.and_then(|file| file.validate(&PublicSuffixList));
    policy.map_err(|errors| match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => located(&errors, &Positions::of_json(text)),
        Err(error) => {
            let start = positions::offset(text, error.line(), error.column());
            let start = if error.is_eof() {
                text.trim_end().len()
            } else {
                start
            };
            let errors = errors.iter().map(|error| {
                let mut line = error_line(error, start..start);
                line.message = without_position(&line.message).unwrap_or(line.message);
                if has_several_values(text, start) {
                    line.message = String::from(
                        "the file has several objects, but a policy is one object: write each policy into a file of its own",
                    );
                }
                line
            });
            errors.collect()
        }
    })
}

/// Whether the text has several JSON objects. `start` is the position of the error that the parser reports.
fn has_several_values(text: &str, start: usize) -> bool {
    let (first, rest) = text.split_at_checked(start).unwrap_or_default();
    rest.starts_with('{') && serde_json::from_str::<IgnoredAny>(first).is_ok()
}

/// Removes the position from the message about a text that is not JSON, because the position is printed separately.
/// `None` if the message does not have a position.
fn without_position(message: &str) -> Option<String> {
    let (beginning, reason) = message.split_once(": ")?;
    let (beginning, _) = beginning.split_once(", ")?;
    Some(format!("{beginning}: {reason}"))
}

fn from_toml(text: &str) -> Result<CorsPolicy, Vec<ErrorLine>> {
    let table = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        let message = error.message().replace('\n', ", ");
        let mut error = malformed(format!("not TOML: {message}"), span.clone());
        if let Some(name) = yaml_name(text, span.start) {
            error.message = format!(
                "a policy is JSON or TOML, and this looks like YAML: write `{name} = …` for TOML, with strings in double quotes"
            );
        }
        if message == "duplicate key" {
            let member = text.get(span).unwrap_or_default();
            member
                .trim_matches(['"', '\''])
                .clone_into(&mut error.member);
            error.message = format!("the member `{}` is repeated: write it once", error.member);
        }
        vec![error]
    })?;
    let mut json = String::new();
    write_table(&mut json, table.get_ref());
    let file = PolicyFile::from_json(&json);
    let policy = file.and_then(|file| file.validate(&PublicSuffixList));
    policy.map_err(|errors| {
        let mut errors = located(&errors, &Positions::of_toml(text, &table));
        for error in &mut errors {
            describe_in_toml(error, text);
        }
        errors
    })
}

/// Corrects the message about a value that JSON does not have: a date, a time, infinity or NaN.
fn describe_in_toml(error: &mut ErrorLine, text: &str) {
    let value = text.get(error.span.clone()).unwrap_or_default();
    let is_time = value.starts_with(|first: char| first.is_ascii_digit());
    if let Some(expected) = error.message.strip_prefix("the value is null") {
        let expected = expected.trim_end_matches(": write a value, or remove the member");
        error.message = format!("the value is `{value}`{expected}");
    } else if let Some(expected) = error.message.strip_prefix("the value is an object")
        && is_time
    {
        error.message = format!("the value is a date or a time{expected}");
    }
}

/// Returns the name before the colon of a line that looks like YAML. `position` is a position in this line, or in a
/// line `---` before this line.
fn yaml_name(text: &str, position: usize) -> Option<&str> {
    let before = text.get(..position)?;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let mut lines = text.get(start..)?.lines();
    let line = lines.find(|line| line.trim() != "---")?;
    let (name, _) = line.split_once(':')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

fn malformed(message: String, span: Range<usize>) -> ErrorLine {
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

fn located(errors: &ConfigErrors, positions: &Positions) -> Vec<ErrorLine> {
    let errors = errors.iter().map(|error| {
        let is_about_the_name = matches!(
            error.kind(),
            ConfigErrorKind::UnknownMember | ConfigErrorKind::Malformed
        );
        let name = positions.name(error.member()).filter(|_| is_about_the_name);
        error_line(
            error,
            name.unwrap_or_else(|| positions.value(error.member())),
        )
    });
    errors.collect()
}

fn error_line(error: &ConfigError, span: Range<usize>) -> ErrorLine {
    let json = match error.value() {
        ConfigValue::Absent => None,
        ConfigValue::String(string) => Some(Value::from(&**string).to_string()),
        ConfigValue::Json(json) => Some(json.clone()),
    };
    ErrorLine {
        error: error.kind().as_str(),
        member: error.member().to_owned(),
        value: json.and_then(|json| RawValue::from_string(json).ok()),
        suggestion: error.suggestion().map(str::to_owned),
        ..malformed(error.message().to_owned(), span)
    }
}

impl InvalidPolicy {
    /// Adds the file, the line and the column to each error.
    fn new(path: &Path, text: &str, mut errors: Vec<ErrorLine>) -> Self {
        let mut offsets: Vec<usize> = errors.iter().map(|error| error.span.start).collect();
        offsets.sort_unstable();
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
            "{name}: the policy has {errors}, and the input has no exchange: `fetch-cors policy` prints the errors"
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
            file => file,
        };
        let annotation = AnnotationKind::Primary.span(excerpt.span).label(label);
        let snippet = Snippet::source(excerpt.text)
            .line_start(error.line)
            .annotation(annotation);
        let title = Level::ERROR.primary_title(&*error.message).id(error.error);
        let group = if excerpt.is_cut {
            // The excerpt lacks the beginning of the line, so a snippet with a path would print a wrong column.
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

/// The line with an error. A long line is cut at both ends.
struct Excerpt<'t> {
    text: &'t str,
    /// The range of bytes of the error in the text.
    span: Range<usize>,
    /// Whether the beginning of the line is cut.
    is_cut: bool,
}

impl<'t> Excerpt<'t> {
    fn new(text: &'t str, span: &Range<usize>) -> Self {
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
        Self {
            text: text.get(start..end).unwrap_or_default(),
            span: span.start - start..last - start,
            is_cut: start > line_start,
        }
    }
}

/// Writes a TOML table as JSON. Integers are copied digit by digit, because a TOML integer can be too large for every
/// integer type of Rust.
fn write_table(json: &mut String, table: &DeTable<'_>) {
    json.push('{');
    for (i, (name, value)) in table.iter().enumerate() {
        json.push_str(if i == 0 { "" } else { "," });
        write_string(json, name.get_ref());
        json.push(':');
        write_value(json, value.get_ref());
    }
    json.push('}');
}

fn write_value(json: &mut String, value: &DeValue<'_>) {
    match value {
        DeValue::String(string) => write_string(json, string),
        DeValue::Boolean(bool) => json.push_str(if *bool { "true" } else { "false" }),
        DeValue::Integer(integer) => {
            let digits = integer.as_str().trim_start_matches('+');
            match (
                integer.radix(),
                u128::from_str_radix(digits, integer.radix()),
            ) {
                (10, _) => json.push_str(digits),
                (_, Ok(number)) => json.push_str(&number.to_string()),
                (_, Err(_)) => json.push_str(&u128::MAX.to_string()),
            }
        }
        DeValue::Float(float) => {
            let text = float.as_str().trim_start_matches('+');
            // JSON has no number for infinity and NaN, so `null` is written.
            match serde_json::from_str::<&RawValue>(text) {
                Ok(number) => json.push_str(number.get()),
                Err(_) => json.push_str("null"),
            }
        }
        DeValue::Datetime(datetime) => {
            json.push_str("{\"datetime\":");
            write_string(json, &datetime.to_string());
            json.push('}');
        }
        DeValue::Array(array) => {
            json.push('[');
            for (i, entry) in array.iter().enumerate() {
                json.push_str(if i == 0 { "" } else { "," });
                write_value(json, entry.get_ref());
            }
            json.push(']');
        }
        DeValue::Table(table) => write_table(json, table),
    }
}

fn write_string(json: &mut String, string: &str) {
    json.push_str(&Value::from(string).to_string());
}
