//! Writes the file of the option `--html`.

use std::{fs, path::Path};

use crate::{
    input::name,
    output::{Output, Stop, print_aside, reason},
};

/// Writes a page to the file; `-` is the standard output.
pub(crate) fn write(page: &str, path: &Path, output: &mut Output) -> Result<(), Stop> {
    if path == Path::new("-") {
        return output.text(page.trim_end());
    }
    fs::write(path, page).map_err(|error| {
        Stop::CannotRun(format!(
            "could not write {}: {}",
            name(path),
            reason(&error)
        ))
    })?;
    print_aside(&format!("the page was written to {}", name(path)));
    Ok(())
}
