//! Names of inputs, and messages about inputs.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::output::{Stop, print_aside, reason};

/// Returns the name of a file for messages; `-` is the standard input.
pub(crate) fn name_of_input(path: &Path) -> String {
    if path == Path::new("-") {
        String::from("standard input")
    } else {
        name(path)
    }
}

/// Prints a note that an input has no lines. Without the note, the command would print nothing.
pub(crate) fn note_empty(path: &Path) {
    let name = name_of_input(path);
    print_aside(&format!(
        "fetch-cors: {name} has no line, so there is nothing to answer"
    ));
}

/// Returns an error if several paths are `-`, because there is only one standard input.
pub(crate) fn refuse_two_standard_inputs<'p>(
    paths: impl IntoIterator<Item = &'p PathBuf>,
) -> Result<(), Stop> {
    let is_standard_input = |path: &&PathBuf| *path == Path::new("-");
    if paths.into_iter().filter(is_standard_input).count() > 1 {
        let message = "two inputs are read from `-`, but there is only one standard input: name a file for one of the two";
        return Err(Stop::CannotRun(message.into()));
    }
    Ok(())
}

/// Puts the path between backticks, for messages.
pub(crate) fn name(path: &Path) -> String {
    format!("`{}`", path.to_string_lossy().escape_debug())
}

pub(crate) fn unreadable(name: &str, error: &io::Error) -> Stop {
    let advice = if name.starts_with("`{") {
        ": this is JSON, not the name of a file: write it to a file and name the file, or write it to the standard input and give `-`"
    } else {
        ""
    };
    Stop::CannotRun(format!("could not read {name}: {}{advice}", reason(error)))
}
