//! Reading of whole inputs.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use super::name::{name, unreadable};
use crate::{
    output::Stop,
    recognize::{self, Kind},
};

/// Reads a whole file as bytes; `-` is the standard input.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, Stop> {
    let mut content = Vec::new();
    if path == Path::new("-") {
        let read = io::stdin().lock().read_to_end(&mut content);
        read.map_err(|error| unreadable("standard input", &error))?;
    } else {
        let read = File::open(path).and_then(|mut file| file.read_to_end(&mut content));
        read.map_err(|error| unreadable(&name(path), &error))?;
    }
    Ok(content)
}

/// Reads a whole file as text, without a byte order mark.
pub(crate) fn read_whole(path: &Path) -> Result<String, Stop> {
    let content = std::fs::read(path).map_err(|error| unreadable(&name(path), &error))?;
    if recognize::is_utf_16(&content) {
        return Err(Stop::CannotRun(Kind::Utf16.message_for(&name(path))));
    }
    let text = str::from_utf8(without_mark(&content));
    text.map(str::to_owned).map_err(|error| {
        let byte = error.valid_up_to() + 1;
        let name = name(path);
        Stop::CannotRun(format!(
            "could not read {name}: byte {byte} is not UTF-8: save the file as UTF-8"
        ))
    })
}

/// Returns the text without the byte order mark of UTF-8, which some editors write at the beginning.
pub(super) fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text)
}
