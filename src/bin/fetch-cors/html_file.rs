//! Writes the file of the option `--html`.

use std::{fs, path::Path};

use crate::{
    input::name,
    output::{Output, Stop, print_aside, reason},
};

/// Returns an error if the file of the page is also an input, because the page would replace this input.
pub(crate) fn refuse_input<'p>(
    page: Option<&Path>,
    inputs: impl IntoIterator<Item = &'p Path>,
) -> Result<(), Stop> {
    let Some(page) = page else { return Ok(()) };
    if inputs.into_iter().any(|input| is_same_file(page, input)) {
        return Err(Stop::CannotRun(format!(
            "`--html` names {}, which is also an input, and the page would replace this file: name another file for the page",
            name(page)
        )));
    }
    Ok(())
}

/// Whether two paths name the same file. A device such as `/dev/null` is not a file.
fn is_same_file(path: &Path, other: &Path) -> bool {
    let (Ok(file), Ok(other_file)) = (fs::metadata(path), fs::metadata(other)) else {
        return false;
    };
    file.is_file() && (has_same_path(path, other) || has_same_inode(&file, &other_file))
}

fn has_same_path(path: &Path, other: &Path) -> bool {
    let paths = [path, other].map(fs::canonicalize);
    matches!(paths, [Ok(path), Ok(other)] if path == other)
}

/// Whether two paths are hard links to the same file.
#[cfg(unix)]
fn has_same_inode(file: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;

    (file.dev(), file.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
const fn has_same_inode(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    false
}

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
