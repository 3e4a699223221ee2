//! Reads the beginning of an input first, so that a command can recognize the input.

use std::{
    fs::File,
    io::{self, Cursor, Read},
    path::Path,
};

use crate::{
    input::{Input, name_of_input, unreadable},
    output::Stop,
};

/// The number of bytes that a command reads to recognize an input.
const BEGINNING_BYTES: u64 = 64 * 1024;

/// A file, or the standard input.
pub(crate) struct Source {
    name: String,
    beginning: Vec<u8>,
    rest: Box<dyn Read + Send>,
    length: Option<u64>,
}

impl Source {
    /// Opens a file, or the standard input for `-`, and reads its beginning.
    pub(crate) fn open(path: &Path) -> Result<Self, Stop> {
        let name = name_of_input(path);
        let (mut rest, length): (Box<dyn Read + Send>, _) = if path == Path::new("-") {
            (Box::new(io::stdin()), None)
        } else {
            let file = File::open(path).map_err(|error| unreadable(&name, &error))?;
            // For a pipe, `metadata` returns the length 0. So the length 0 counts as unknown.
            let length = file.metadata().ok().map(|metadata| metadata.len());
            (Box::new(file), length.filter(|length| *length > 0))
        };
        let mut beginning = Vec::new();
        let read = rest
            .by_ref()
            .take(BEGINNING_BYTES)
            .read_to_end(&mut beginning);
        read.map_err(|error| unreadable(&name, &error))?;
        Ok(Self {
            name,
            beginning,
            rest,
            length,
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn beginning(&self) -> &[u8] {
        &self.beginning
    }

    pub(crate) const fn length(&self) -> Option<u64> {
        self.length
    }

    /// Returns a reader of the whole input.
    pub(crate) fn into_reader(self) -> Box<dyn Read + Send> {
        Box::new(Cursor::new(self.beginning).chain(self.rest))
    }

    /// Returns the input as lines.
    pub(crate) fn into_input(self) -> Input {
        let (name, length) = (self.name.clone(), self.length);
        Input::new(name, self.into_reader(), length)
    }

    /// Returns the first `max` bytes.
    pub(crate) fn into_bytes(self, max: usize) -> Result<Vec<u8>, Stop> {
        let name = self.name.clone();
        let max = u64::try_from(max).unwrap_or(u64::MAX);
        let mut bytes = Vec::new();
        let read = self.into_reader().take(max).read_to_end(&mut bytes);
        read.map_err(|error| unreadable(&name, &error))?;
        Ok(bytes)
    }
}
