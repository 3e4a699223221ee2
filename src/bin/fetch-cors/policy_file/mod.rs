//! Reads a policy from a JSON or TOML file.

mod errors;
mod toml_policy;

use std::{ops::Range, path::Path};

use fetch_cors::server::{
    ConfigError, ConfigErrorKind, ConfigErrors, ConfigValue, CorsPolicy, PolicyFile,
    PublicSuffixList,
};
use serde::de::IgnoredAny;
use serde_json::{Value, value::RawValue};
use url::Url;

pub(crate) use self::errors::InvalidPolicy;
use self::{
    errors::{ErrorLine, malformed},
    toml_policy::{from_toml, is_toml},
};
use crate::{
    input::{self, Beginning, MAX_WHOLE_BYTES},
    output::Stop,
    positions::{self, Positions},
    recognize::{self, Foreign, Kind},
};

/// The maximum number of members and list entries of a policy in JSON. The error for an invalid entry needs about 600
/// bytes of memory.
const MAX_ENTRIES: usize = 200_000;

/// The advice for a policy that is too large.
const FEWER_ORIGINS: &str = "list fewer origins, or write patterns such as `https://*.app.example`";

/// Reads a policy from a JSON or TOML file; `-` is the standard input.
pub(crate) fn read(path: &Path) -> Result<Result<CorsPolicy, InvalidPolicy>, Stop> {
    let Beginning { content, is_cut } = input::read_beginning(path)?;
    if let Some(kind) = recognize::kind_of_other_encoding(&content) {
        return Err(Stop::CannotRun(
            kind.message_for(&input::name_of_input(path)),
        ));
    }
    let text = String::from_utf8_lossy(&content);
    // Some editors write a byte order mark at the beginning of a file.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let invalid = |errors| InvalidPolicy::new(path, text, errors);
    if is_cut {
        let message = match recognize::kind_of_beginning(&content) {
            None | Some(Kind::Policy) => format!(
                "the file has more than {MAX_WHOLE_BYTES} bytes, which is too large for a policy: {FEWER_ORIGINS}"
            ),
            Some(kind) => kind.message(),
        };
        return Ok(Err(invalid(vec![malformed(
            message,
            first_character(text),
        )])));
    }
    if let Err(error) = str::from_utf8(&content) {
        let start = error.valid_up_to();
        let message = if content.contains(&0) {
            Kind::Foreign(Foreign::Binary).message()
        } else {
            String::from("the policy is not UTF-8: save the file as UTF-8")
        };
        return Ok(Err(invalid(vec![malformed(message, start..start + 1)])));
    }
    let has_extension = |name: &str| {
        let extension = path.extension();
        extension.is_some_and(|extension| extension.eq_ignore_ascii_case(name))
    };
    // The first line of a TOML file can have any text, for example in a comment.
    let kind = if is_toml(text) {
        None
    } else {
        recognize::kind_of_file(text)
    };
    match kind.or(has_extension("har").then_some(Kind::Har)) {
        None | Some(Kind::Policy) => {}
        Some(kind) => {
            let message = if kind == Kind::List {
                String::from(
                    "this is a JSON list, but a policy is an object: write, for example, `{\"origins\": [\"https://app.example\"]}` instead",
                )
            } else {
                kind.message()
            };
            return Ok(Err(invalid(vec![malformed(
                message,
                first_character(text),
            )])));
        }
    }
    if text.trim().is_empty() {
        let message = "the file is empty: write a policy, for example `{\"origins\": [\"https://app.example\"]}`";
        return Ok(Err(invalid(vec![malformed(message.into(), 0..0)])));
    }
    if let Some(origin) = only_url(text) {
        let message = format!(
            "this is a URL, and a policy is JSON or TOML: write the origins of your pages into `origins`, for example `{{\"origins\": [\"{origin}\"]}}`"
        );
        return Ok(Err(invalid(vec![malformed(
            message,
            first_character(text),
        )])));
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

/// Returns the origin of the URL in the first line. Returns `None` if the first line has something else.
fn only_url(text: &str) -> Option<String> {
    let line = text.trim_start().lines().next()?;
    let url = Url::parse(line.trim()).ok()?;
    let origin = url.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// Returns the position of the first character that is not white space.
fn first_character(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start().len();
    start..start + 1
}

/// Returns true if the text is JSON, or if the text begins with `{`. TOML cannot begin with `{`, so such a text
/// is meant as JSON.
fn is_json(text: &str) -> bool {
    text.trim_ascii_start().starts_with('{') || serde_json::from_str::<IgnoredAny>(text).is_ok()
}

fn from_json(text: &str) -> Result<CorsPolicy, Vec<ErrorLine>> {
    let entries = positions::count_entries(text);
    if entries > MAX_ENTRIES {
        let message = format!(
            "the policy has {entries} members and list entries, but it can have at most {MAX_ENTRIES}: {FEWER_ORIGINS}"
        );
        return Err(vec![malformed(message, first_character(text))]);
    }
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
