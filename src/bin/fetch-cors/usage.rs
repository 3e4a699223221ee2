//! The error message for wrong arguments, the help and the version.

use std::{error::Error, fmt::Display, num::ParseIntError, path::Path, process::ExitCode};

use clap::{
    CommandFactory,
    error::{ContextKind, ContextValue, ErrorKind},
};
use fetch_cors::{SPEC, cases::FORMAT_VERSION, nearest_name::nearest_spelling};

use crate::{
    nearest_argument,
    output::{Output, Stop, print_error},
    recognize,
};

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
        ErrorKind::UnknownArgument => pasted_message()
            .or_else(|| second_recording(error))
            .unwrap_or_else(|| {
                format!(
                    "unexpected argument {}{}",
                    quoted(error, ContextKind::InvalidArg),
                    nearest_option(error),
                )
            }),
        ErrorKind::InvalidSubcommand => unknown_command(error),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            String::from("missing command")
        }
        ErrorKind::MissingRequiredArgument => {
            if given_command().as_deref() == Some("compare") {
                return String::from(crate::compare::MISSING_FILE);
            }
            format!("missing {}", quoted(error, ContextKind::InvalidArg))
        }
        ErrorKind::ArgumentConflict => match quoted(error, ContextKind::InvalidArg) {
            // If two words follow `policy`, `clap` treats the second word as a subcommand, and reports a conflict that
            // names no argument.
            argument if argument.is_empty() => second_argument_of_policy(error),
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

/// The beginnings of console messages that are recognized without their quotation marks, because the shell removes these
/// marks.
const UNQUOTED_MESSAGES: [&str; 4] = [
    "Access to ",
    "Cross-Origin Request Blocked: ",
    "Origin http",
    "Failed to load http",
];

/// Returns the arguments of the program, with its name. In an argument that is not UTF-8, U+FFFD replaces the invalid bytes.
fn given_words() -> impl Iterator<Item = String> {
    std::env::args_os().map(|word| word.to_string_lossy().into_owned())
}

/// Returns the first argument of the program, which is the command.
fn given_command() -> Option<String> {
    given_words().nth(1)
}

/// Returns the error for a second file of `explain`. Returns `None` if the unexpected argument is not a file.
fn second_recording(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(given)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let is_explain = given_command().as_deref() == Some("explain");
    (is_explain && Path::new(given).exists()).then(|| {
        format!(
            "unexpected argument `{}`: `explain` reads one file, so run it for each file",
            given.escape_debug()
        )
    })
}

/// Returns the error for a console message that is not one argument of `explain`. Without quotation marks around the
/// message, the shell passes each word as an argument. Returns `None` if the arguments are not a console message.
fn pasted_message() -> Option<String> {
    let commands = nearest_argument::subcommands(&[]);
    let words = given_words().skip(1).collect::<Vec<_>>();
    let start = words.iter().position(|word| !commands.contains(word))?;
    let (given, message) = words.split_at_checked(start)?;
    let missing = if given == ["explain"] {
        "write quotation marks around it"
    } else {
        "write `explain` before it, and quotation marks around it"
    };
    let message = message.join(" ");
    // The shell removes the quotation marks in the message.
    let is_without_quotes = UNQUOTED_MESSAGES
        .iter()
        .any(|start| message.starts_with(start));
    (is_without_quotes || recognize::is_console_message(&message)).then(|| {
        format!("this is a console message: {missing}, or paste it into `fetch-cors explain -`")
    })
}

/// Returns the error for arguments with an unknown command.
fn unknown_command(error: &clap::Error) -> String {
    let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand) else {
        return String::from("unknown command");
    };
    let given = given_words().skip(1).take_while(|word| word != name);
    let parents: Vec<String> = given.filter(|word| !word.starts_with('-')).collect();
    // In the arguments `help NAME`, the word `help` is not the parent command of `NAME`.
    let parents = parents.iter().map(String::as_str);
    let parents: Vec<&str> = parents.filter(|parent| *parent != "help").collect();
    unknown_subcommand(&parents, name)
}

/// Returns the error for a word that is not a subcommand. `parents` has the names of the commands before this word.
pub(crate) fn unknown_subcommand(parents: &[&str], name: &str) -> String {
    let path = |name: &str| [parents, &[name]].concat().join(" ");
    let given = path(name);
    let given = given.escape_debug();
    if let Some(message) = pasted_message() {
        return message;
    }
    if let Some(nearest) = nearest_argument::nearest_command(parents, name) {
        return format!("unknown command `{given}`: write `{nearest}`");
    }
    let names = nearest_argument::subcommands(parents);
    if names.is_empty() {
        let (name, parent) = (name.escape_debug(), parents.join(" "));
        return format!("unexpected argument `{name}`: `{parent}` has no commands, so remove it");
    }
    let names: Vec<String> = names.iter().map(|name| path(name)).collect();
    let names = names.join("`, `");
    format!("unknown command `{given}`: the commands are `{names}`")
}

/// Returns the error for two words after `policy`. The first word is a file, a misspelled command, or an unnecessary
/// word such as `validate`. The first word can also be a command after an option, as in `policy --json diff OLD NEW`.
fn second_argument_of_policy(error: &clap::Error) -> String {
    let words = given_words().skip_while(|word| word != "policy").skip(1);
    let mut words = words.filter(|word| !word.starts_with('-'));
    let first = words.next().unwrap_or_default();
    if nearest_argument::subcommands(&["policy"]).contains(&first) {
        return format!("an option is before the command: write it after `policy {first}`");
    }
    if nearest_argument::nearest_subcommand(&["policy"], &first).is_some() {
        return unknown_subcommand(&["policy"], &first);
    }
    let is_word = first.chars().all(|c| c.is_ascii_alphabetic());
    let second = words.next().unwrap_or_default();
    if is_word && !Path::new(&first).exists() && Path::new(&second).exists() {
        return format!(
            "unknown command `policy {first}`: write `policy {}` to validate the policy",
            second.escape_debug()
        );
    }
    format!(
        "unexpected argument {}: use `policy diff OLD NEW` to compare two policies",
        quoted(error, ContextKind::InvalidSubcommand)
    )
}

/// Returns `: ` and the advice for an unknown option. If there is no advice, returns an empty string.
fn nearest_option(error: &clap::Error) -> String {
    let given = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(given)) => given.split('=').next().unwrap_or_default(),
        _ => "",
    };
    let arguments: Vec<String> = given_words().skip(1).collect();
    let advice = nearest_argument::advice(given, &arguments);
    advice.map_or_else(String::new, |advice| format!(": {advice}"))
}

/// Returns the value that is most similar to `given`. Considers only the values that the option permits.
fn nearest_value<'e>(error: &'e clap::Error, given: &str) -> Option<&'e str> {
    let Some(ContextValue::Strings(values)) = error.get(ContextKind::ValidValue) else {
        return None;
    };
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    // `bash` runs the completions of a user of `sh`.
    let bash = values
        .iter()
        .find(|value| given == "sh" && **value == "bash");
    bash.copied().or_else(|| nearest_spelling(given, &values))
}

fn invalid_value(error: &clap::Error) -> String {
    let argument = quoted(error, ContextKind::InvalidArg);
    let given = match error.get(ContextKind::InvalidValue) {
        Some(ContextValue::String(value)) => value,
        _ => "",
    };
    match given {
        "" => format!("{argument} has no value"),
        given => {
            let value = quoted(error, ContextKind::InvalidValue);
            let expected = quoted(error, ContextKind::ValidValue);
            let reason = match error.source() {
                Some(source) if source.is::<ParseIntError>() => {
                    format!(": expected a whole number from 0 to {}", u64::MAX)
                }
                Some(source) => format!(": {source}"),
                None => match nearest_value(error, given) {
                    Some(nearest) => format!(": write `{nearest}`"),
                    None if expected.is_empty() => String::new(),
                    None => format!(": expected {expected}"),
                },
            };
            format!("invalid value {value} for {argument}{reason}")
        }
    }
}

/// Returns the words that the error has for `kind`, each in backticks.
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
