//! The error message for wrong arguments, the help and the version.

use std::{error::Error, fmt::Display, num::ParseIntError, process::ExitCode};

use clap::{
    Command, CommandFactory, Parser,
    error::{ContextKind, ContextValue, ErrorKind},
};
use fetch_cors::{SPEC, cases::FORMAT_VERSION};

use crate::output::{Output, Stop, print_error};

/// Prints the help of the program.
pub(crate) fn print_help() -> ExitCode {
    print(crate::Arguments::command().render_help().ansi())
}

/// Prints `text`. Removes its colors if the terminal does not show colors.
pub(crate) fn print(text: impl Display) -> ExitCode {
    let mut output = Output::new();
    let text = output.without_missing_colors(text);
    match output.text(text).and_then(|()| output.flush()) {
        Ok(()) | Err(Stop::OutputClosed) => ExitCode::SUCCESS,
        Err(Stop::CannotRun(message)) => print_error(&message),
    }
}

/// Returns the version of the crate, the revision of the standard and the version of the format.
pub(crate) fn version() -> String {
    format!(
        "fetch-cors {} (WHATWG Fetch {} of {}, case format {FORMAT_VERSION})",
        env!("CARGO_PKG_VERSION"),
        SPEC.revision,
        SPEC.date,
    )
}

/// Returns the error for the arguments, in one line.
pub(crate) fn explain(error: &clap::Error) -> String {
    let reason = match error.kind() {
        ErrorKind::UnknownArgument => {
            format!(
                "unexpected argument {}{}",
                quoted(error, ContextKind::InvalidArg),
                nearest_argument(error),
            )
        }
        ErrorKind::InvalidSubcommand => unknown_command(error),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            String::from("missing command")
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = quoted(error, ContextKind::InvalidArg);
            if missing.contains("OUTCOMES") || missing.contains("VECTORS") {
                return String::from(crate::compare::MISSING_FILE);
            }
            format!("missing {missing}")
        }
        ErrorKind::ArgumentConflict => match quoted(error, ContextKind::InvalidArg) {
            // `clap` reports the second argument after `policy FILE` as a subcommand.
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

fn unknown_command(error: &clap::Error) -> String {
    let given = quoted(error, ContextKind::InvalidSubcommand);
    // For `fetch-cors help NAME`, the error of `clap` has no suggestion. The name alone gives an error with a suggestion.
    let same_without_help = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(name)) => {
            crate::Arguments::try_parse_from(["fetch-cors", name]).err()
        }
        _ => None,
    };
    let error = same_without_help.as_ref().unwrap_or(error);
    match nearest(
        error,
        ContextKind::InvalidSubcommand,
        ContextKind::SuggestedSubcommand,
    ) {
        Some(nearest) => format!("unknown command {given}: write {nearest}"),
        None => {
            let program = crate::Arguments::command();
            let names: Vec<_> = program.get_subcommands().map(Command::get_name).collect();
            let names = names.join("`, `");
            format!("unknown command {given}: the commands are `{names}`")
        }
    }
}

/// Returns the option with the most similar name, or the commands that have the option.
fn nearest_argument(error: &clap::Error) -> String {
    let given = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(given)) => given.split('=').next().unwrap_or_default(),
        _ => "",
    };
    let program = crate::Arguments::command();
    let has_option = |command: &&Command| {
        let mut arguments = command.get_arguments();
        given.strip_prefix("--").is_some_and(|name| {
            arguments.any(|argument| argument.get_long().is_some_and(|long| long == name))
        })
    };
    let with_option = program.get_subcommands().filter(has_option);
    let with_option: Vec<_> = with_option.map(Command::get_name).collect();
    if !with_option.is_empty() {
        return format!(": this is an option of `{}`", with_option.join("`, `"));
    }
    let of_another_command = || {
        let names = program.get_subcommands().map(Command::get_name);
        let suggested = names.filter_map(|name| {
            let error = crate::Arguments::try_parse_from(["fetch-cors", name, given]).err()?;
            nearest(&error, ContextKind::InvalidArg, ContextKind::SuggestedArg)
        });
        // Letters in the wrong order are the most frequent mistake.
        suggested.min_by_key(|name| letters(name.trim_matches('`')) != letters(given))
    };
    let nearest = nearest(error, ContextKind::InvalidArg, ContextKind::SuggestedArg);
    match nearest.or_else(of_another_command) {
        Some(nearest) => format!(": write {nearest}"),
        None => String::new(),
    }
}

/// Returns the letters of a word in alphabetical order.
fn letters(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters
}

/// Returns the nearest word that the error suggests, in backticks. Returns `None` for a word of one or two
/// characters, which is similar to too many other words.
fn nearest(error: &clap::Error, given: ContextKind, suggested: ContextKind) -> Option<String> {
    const MIN_CHARS: usize = 3;
    let first = |kind| match error.get(kind)? {
        ContextValue::String(word) => Some(word),
        ContextValue::Strings(words) => words.first(),
        _ => None,
    };
    let is_long = first(given)?.trim_start_matches('-').chars().count() >= MIN_CHARS;
    let word = first(suggested).filter(|_| is_long)?;
    Some(format!("`{}`", word.escape_debug()))
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
                None => match nearest(
                    error,
                    ContextKind::InvalidValue,
                    ContextKind::SuggestedValue,
                ) {
                    Some(nearest) => format!(": write {nearest}"),
                    None if expected.is_empty() => String::new(),
                    None => format!(": expected {expected}"),
                },
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
