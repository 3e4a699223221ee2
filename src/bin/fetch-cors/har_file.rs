//! Reading of HAR recordings from files.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use fetch_cors::explain::input::{Recording, RecordingError};

use crate::{
    input::name,
    output::{Output, Stop, reason},
};

/// The size of one read.
const READ_BYTES: usize = 256 * 1024;

/// Reads the recording entry by entry. Returns the readable part, and the error if the recording is
/// broken.
pub(crate) fn read(path: &Path, output: &mut Output) -> Result<(Recording, Option<String>), Stop> {
    let unreadable = |error: &io::Error| {
        Stop::CannotRun(format!("could not read {}: {}", name(path), reason(error)))
    };
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    let length = file.metadata().ok().map(|metadata| metadata.len());
    let counted = Counted {
        file,
        length,
        bytes: 0,
        output,
    };
    let mut reader = BufReader::with_capacity(READ_BYTES, counted);
    let start = reader.fill_buf().map_err(|error| unreadable(&error))?;
    if let Some(problem) = RecordingError::format_problem(start) {
        return Err(Stop::CannotRun(format!("{}: {problem}", name(path))));
    }
    // The file can begin with a byte order mark.
    if start.starts_with(b"\xef\xbb\xbf") {
        reader.consume(3);
    }
    let mut recording = Recording::new();
    let mut deserializer = serde_json::Deserializer::from_reader(reader);
    let read = recording.read(&mut deserializer);
    match read.and_then(|()| deserializer.end()) {
        Ok(()) => Ok((recording, None)),
        Err(error) => {
            let error = RecordingError::new(&error, recording);
            let message = error.to_string();
            Ok((*error.readable, Some(message)))
        }
    }
}

/// A file whose progress is shown.
struct Counted<'o> {
    file: File,
    length: Option<u64>,
    bytes: u64,
    output: &'o mut Output,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.bytes += u64::try_from(read).unwrap_or_default();
        self.output.progress().bytes(self.bytes, self.length);
        Ok(read)
    }
}
