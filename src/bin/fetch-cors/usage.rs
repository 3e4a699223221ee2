//! The error message for wrong arguments, and the version.

use std::{error::Error, num::ParseIntError};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use fetch_cors::{SPEC, cases::FORMAT_VERSION};

/// Returns the version of the crate, the revision of the standard and the version of the format.
pub(crate) fn version() -> String {
    format!(
        "fetch-cors {} (WHATWG Fetch {} of {}, case format {FORMAT_VERSION})",
        env!("CARGO_PKG_VERSION"),
        SPEC.revision,
        SPEC.date,
    )
}

/// Returns the error of the arguments in one line.
pub(crate) fn explain(error: &clap::Error) -> String {
    let reason = match error.kind() {
        ErrorKind::UnknownArgument => {
            format!(
                "unexpected argument {}",
                quoted(error, ContextKind::InvalidArg)
            )
        }
        ErrorKind::InvalidSubcommand => {
            format!(
                "unknown command {}",
                quoted(error, ContextKind::InvalidSubcommand)
            )
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            String::from("missing command")
        }
        ErrorKind::MissingRequiredArgument => {
            format!("missing {}", quoted(error, ContextKind::InvalidArg))
        }
        ErrorKind::ArgumentConflict => match quoted(error, ContextKind::InvalidArg) {
            // The second argument after `policy FILE` is reported as a subcommand.
            argument if argument.is_empty() => format!(
                "unexpected argument {}: use `policy diff OLD NEW` to compare two policies",
                quoted(error, ContextKind::InvalidSubcommand)
            ),
            argument => match quoted(error, ContextKind::PriorArg) {
                other if other.is_empty() || other == argument => {
                    format!("{argument} is given twice")
                }
                other => format!("{argument} cannot be given with {other}"),
            },
        },
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => invalid_value(error),
        ErrorKind::InvalidUtf8 => String::from("an argument is not UTF-8"),
        _ => first_line(error),
    };
    format!("{reason}; try `--help`")
}

fn invalid_value(error: &clap::Error) -> String {
    let argument = quoted(error, ContextKind::InvalidArg);
    match error.get(ContextKind::InvalidValue) {
        Some(ContextValue::String(value)) if value.is_empty() => {
            format!("{argument} has no value")
        }
        _ => {
            let value = quoted(error, ContextKind::InvalidValue);
            let expected = quoted(error, ContextKind::ValidValue);
            let reason = match error.source() {
                Some(source) if source.is::<ParseIntError>() => {
                    format!(": expected a whole number from 0 to {}", u64::MAX)
                }
                Some(source) => format!(": {source}"),
                None if expected.is_empty() => String::new(),
                None => format!(": expected {expected}"),
            };
            format!("invalid value {value} for {argument}{reason}")
        }
    }
}

/// Returns the words of the error's context, each in backticks.
fn quoted(error: &clap::Error, kind: ContextKind) -> String {
    let quote = |word: &String| format!("`{}`", word.escape_debug());
    match error.get(kind) {
        Some(ContextValue::String(word)) => quote(word),
        Some(ContextValue::Strings(words)) => {
            let words: Vec<String> = words.iter().map(quote).collect();
            words.join(", ")
        }
        _ => String::new(),
    }
}

fn first_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    String::from(line.trim_start_matches("error: "))
}
