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

/// Returns the error for an unknown command of the arguments.
fn unknown_command(error: &clap::Error) -> String {
    let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand) else {
        return String::from("unknown command");
    };
    let given = std::env::args().skip(1).take_while(|word| word != name);
    let parents: Vec<String> = given.filter(|word| !word.starts_with('-')).collect();
    let parents: Vec<&str> = parents.iter().map(String::as_str).collect();
    // `help` and `man` are not parents of the unknown command: the name of the command is their argument.
    let parents = match parents.as_slice() {
        ["help" | "man", rest @ ..] => rest,
        all => all,
    };
    unknown_subcommand(parents, name)
}

/// Returns the error for a word that is not a subcommand of the command with the path `parents`. If this path is empty,
/// the command is the program.
pub(crate) fn unknown_subcommand(parents: &[&str], name: &str) -> String {
    let path = |name: &str| [parents, &[name]].concat().join(" ");
    let given = path(name);
    let given = given.escape_debug();
    if let Some(nearest) = nearest_subcommand(parents, name) {
        return format!("unknown command `{given}`: write `{}`", path(&nearest));
    }
    let parent = command_at(parents).unwrap_or_else(crate::Arguments::command);
    let names: Vec<String> = parent
        .get_subcommands()
        .map(|command| path(command.get_name()))
        .collect();
    let names = names.join("`, `");
    format!("unknown command `{given}`: the commands are `{names}`")
}

/// Returns the subcommand with the most similar name. `parents` is the path of its parent command. If this path is
/// empty, the parent is the program.
pub(crate) fn nearest_subcommand(parents: &[&str], name: &str) -> Option<String> {
    let parent = command_at(parents)?;
    let mut names = Command::new("names")
        .no_binary_name(true)
        .disable_help_subcommand(true)
        .subcommands(parent.get_subcommands().cloned());
    let error = names.try_get_matches_from_mut([name]).err()?;
    let nearest = nearest(
        &error,
        ContextKind::InvalidSubcommand,
        ContextKind::SuggestedSubcommand,
    )?;
    Some(String::from(nearest.trim_matches('`')))
}

/// Returns the command with the given path. If the path is empty, returns the program.
fn command_at(path: &[&str]) -> Option<Command> {
    let program = crate::Arguments::command();
    path.iter().try_fold(program, |command, name| {
        command.find_subcommand(name).cloned()
    })
}

/// Returns the error for two words after `policy`: the first word is a file, or a misspelled command.
fn second_argument_of_policy(error: &clap::Error) -> String {
    let words = std::env::args().skip_while(|word| word != "policy").skip(1);
    let mut words = words.filter(|word| !word.starts_with('-'));
    let first = words.next().unwrap_or_default();
    if nearest_subcommand(&["policy"], &first).is_some() {
        return unknown_subcommand(&["policy"], &first);
    }
    format!(
        "unexpected argument {}: use `policy diff OLD NEW` to compare two policies",
        quoted(error, ContextKind::InvalidSubcommand)
    )
}

/// Returns the paths of all commands and subcommands.
fn command_paths() -> Vec<(Vec<String>, Command)> {
    let mut paths = vec![(Vec::new(), crate::Arguments::command())];
    let mut next = 0;
    while let Some((path, command)) = paths.get(next).cloned() {
        paths.extend(command.get_subcommands().map(|subcommand| {
            let mut path = path.clone();
            path.push(String::from(subcommand.get_name()));
            (path, subcommand.clone())
        }));
        next += 1;
    }
    paths.retain(|(path, _)| !path.is_empty());
    paths
}

/// Returns the option with the most similar name, or the commands that have the option.
fn nearest_argument(error: &clap::Error) -> String {
    let given = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(given)) => given.split('=').next().unwrap_or_default(),
        _ => "",
    };
    let paths = command_paths();
    let has_option = |command: &Command| {
        let mut arguments = command.get_arguments();
        given.strip_prefix("--").is_some_and(|name| {
            arguments.any(|argument| argument.get_long().is_some_and(|long| long == name))
        })
    };
    let with_option = paths.iter().filter(|(_, command)| has_option(command));
    let with_option: Vec<String> = with_option.map(|(path, _)| path.join(" ")).collect();
    if !with_option.is_empty() {
        return format!(": this is an option of `{}`", with_option.join("`, `"));
    }
    let of_another_command = || {
        let suggested = paths.iter().filter_map(|(path, _)| {
            let program = std::iter::once("fetch-cors");
            let words = program.chain(path.iter().map(String::as_str));
            let error = crate::Arguments::try_parse_from(words.chain([given])).err()?;
            nearest(&error, ContextKind::InvalidArg, ContextKind::SuggestedArg)
        });
        // A name with the same letters is the best suggestion, because letters in the wrong order are the most frequent
        // mistake.
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
