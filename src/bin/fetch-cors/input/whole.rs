//! Reading of whole inputs.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use super::name::{name_of_input, unreadable};
use crate::{output::Stop, recognize};

/// The maximum size of a file that is read as a whole, in bytes. The parsers of JSON and TOML need a multiple of this
/// size. A policy of this size can list about 160,000 origins.
pub(crate) const MAX_WHOLE_BYTES: usize = 4 * 1024 * 1024;

/// A small file, or the beginning of a large file.
#[derive(Debug)]
pub(crate) struct Beginning {
    pub(crate) content: Vec<u8>,
    /// Whether the file has more than [`MAX_WHOLE_BYTES`] bytes. If true, `content` is not the whole file.
    pub(crate) is_cut: bool,
}

/// Reads at most [`MAX_WHOLE_BYTES`] bytes of a file; `-` is the standard input.
pub(crate) fn read_beginning(path: &Path) -> Result<Beginning, Stop> {
    let unreadable = |error| unreadable(&name_of_input(path), &error);
    let reader: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).map_err(unreadable)?)
    };
    let mut content = Vec::new();
    let limit = u64::try_from(MAX_WHOLE_BYTES + 1).unwrap_or(u64::MAX);
    let read = reader.take(limit).read_to_end(&mut content);
    read.map_err(unreadable)?;
    let is_cut = content.len() > MAX_WHOLE_BYTES;
    content.truncate(MAX_WHOLE_BYTES);
    Ok(Beginning { content, is_cut })
}

/// Reads a whole file as text, without a byte order mark; `-` is the standard input. Refuses a file of more than
/// [`MAX_WHOLE_BYTES`] bytes.
pub(crate) fn read_whole(path: &Path) -> Result<String, Stop> {
    let name = name_of_input(path);
    let Beginning { content, is_cut } = read_beginning(path)?;
    if let Some(kind) = recognize::kind_of_other_encoding(&content) {
        return Err(Stop::CannotRun(kind.message_for(&name)));
    }
    if is_cut {
        return Err(Stop::CannotRun(
            match recognize::kind_of_beginning(&content) {
                Some(kind) => kind.message_for(&name),
                None => format!(
                    "could not read {name}, because it has more than {MAX_WHOLE_BYTES} bytes: use a smaller file"
                ),
            },
        ));
    }
    let text = str::from_utf8(without_mark(&content));
    text.map(str::to_owned).map_err(|error| {
        let byte = error.valid_up_to() + 1;
        Stop::CannotRun(format!(
            "could not read {name}: byte {byte} is not UTF-8: save the file as UTF-8"
        ))
    })
}

/// Returns the text without the byte order mark of UTF-8, which some editors write at the beginning.
pub(super) fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text)
}
