//! Reading of HAR recordings from files and from the standard input.

use std::{
    collections::BTreeMap,
    io::{self, BufReader, Read},
    path::Path,
};

use fetch_cors::explain::input::{Recording, RecordingError, RecordingRepair};
use serde::de::IgnoredAny;

use crate::{
    output::{Output, Stop, print_aside},
    recognize::{self, Kind},
    source::Source,
};

/// The size of one read.
const READ_BYTES: usize = 256 * 1024;

/// Reads a recording, and shows a progress bar. If a part of the recording is not readable, returns the part before the
/// error, and the error. If no entry is readable, returns the error that ends the program.
pub(crate) fn read(path: &Path, output: &mut Output) -> Result<(Recording, Option<String>), Stop> {
    read_source(Source::open(path)?, path, output)
}

/// Reads a recording from a source. The caller has already read the beginning of the source. If the text of a file is
/// damaged, the function reads the file again and repairs the text. The standard input cannot be read twice, so the
/// function always repairs its text.
pub(crate) fn read_source(
    source: Source,
    path: &Path,
    output: &mut Output,
) -> Result<(Recording, Option<String>), Stop> {
    refuse_other_formats(&source)?;
    let name = String::from(source.name());
    let kind = kind_of_beginning(source.beginning());
    // An exchange looks like an entry of a recording, but only the exchange has an id.
    if kind == Some(Kind::Exchange) && has_id(source.beginning()) {
        return Err(Stop::CannotRun(Kind::Exchange.message_for(&name)));
    }
    let length = source.length();
    if path == Path::new("-") {
        let repaired = Repaired::new(source.into_reader());
        return finished(&name, kind, parse(repaired, length, output));
    }
    let (recording, error) = parse(source.into_reader(), length, output);
    let damage = error.as_ref().filter(|error| error.is_syntax());
    if let Some(damage) = damage
        && let Ok(again) = Source::open(path)
    {
        let repaired = parse(Repaired::new(again.into_reader()), length, output);
        if repaired.0.entry_count() > recording.entry_count() || repaired.1.is_none() {
            print_aside(&format!(
                "fetch-cors: {name}: line {}, column {}: the text of a string is not valid JSON, and was repaired",
                damage.line(),
                damage.column()
            ));
            return finished(&name, kind, repaired);
        }
    }
    finished(&name, kind, (recording, error))
}

/// Whether the first line is an object with an id.
fn has_id(beginning: &[u8]) -> bool {
    let line = beginning.split(|byte| *byte == b'\n').next();
    let members =
        line.and_then(|line| serde_json::from_slice::<BTreeMap<String, IgnoredAny>>(line).ok());
    members.is_some_and(|members| members.contains_key("id"))
}

/// Recognizes an input by its beginning. Returns the kind if another command reads this kind of input.
fn kind_of_beginning(beginning: &[u8]) -> Option<Kind> {
    let text = String::from_utf8_lossy(beginning);
    let line = text.lines().next().unwrap_or_default();
    let kind = recognize::kind(line).or_else(|| recognize::kind(&text));
    kind.filter(|kind| !matches!(kind, Kind::Har | Kind::List))
}

fn refuse_other_formats(source: &Source) -> Result<(), Stop> {
    match RecordingError::format_problem(source.beginning()) {
        Some(problem) => Err(Stop::CannotRun(format!("{}: {problem}", source.name()))),
        None => Ok(()),
    }
}

fn parse(
    reader: impl Read,
    length: Option<u64>,
    output: &mut Output,
) -> (Recording, Option<serde_json::Error>) {
    let counted = Counted {
        reader,
        length,
        bytes: 0,
        output,
    };
    let mut recording = Recording::new();
    let reader = BufReader::with_capacity(READ_BYTES, WithoutMark::new(counted));
    let read = recording.read_all(&mut serde_json::Deserializer::from_reader(reader));
    (recording, read.err())
}

fn finished(
    name: &str,
    kind: Option<Kind>,
    (recording, error): (Recording, Option<serde_json::Error>),
) -> Result<(Recording, Option<String>), Stop> {
    print_problems(name, &recording);
    let Some(error) = error else {
        return Ok((recording, None));
    };
    let error = RecordingError::new(&error, recording);
    let message = error.to_string();
    if error.readable.entry_count() == 0 {
        if let Some(kind) = kind {
            return Err(Stop::CannotRun(kind.message_for(name)));
        }
        return Err(Stop::CannotRun(format!("{name}: {message}")));
    }
    Ok((*error.readable, Some(message)))
}

/// The maximum number of damaged entries that the message names.
const MAX_NAMED_PROBLEMS: usize = 5;

/// Prints the damaged entries. A fetch in a damaged entry is not explained, or is explained without the missing part.
fn print_problems(name: &str, recording: &Recording) {
    let count = recording.problem_count();
    if count == 0 {
        return;
    }
    let named = recording.problems().iter().take(MAX_NAMED_PROBLEMS);
    let named: Vec<String> = named.map(ToString::to_string).collect();
    let rest = match count - named.len() {
        0 => String::new(),
        rest => format!("; and {rest} more"),
    };
    let entries = if count == 1 {
        "1 entry is"
    } else {
        "entries are"
    };
    let count = if count == 1 {
        String::new()
    } else {
        format!("{count} ")
    };
    print_aside(&format!(
        "fetch-cors: {name}: {count}{entries} damaged: {}{rest}",
        named.join("; ")
    ));
}

/// A reader that counts its bytes for the progress bar.
struct Counted<'o, R> {
    reader: R,
    length: Option<u64>,
    bytes: u64,
    output: &'o mut Output,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.bytes += u64::try_from(read).unwrap_or_default();
        self.output.progress().bytes(self.bytes, self.length);
        Ok(read)
    }
}

/// A reader that skips a byte order mark at the beginning.
struct WithoutMark<R> {
    reader: R,
    is_at_start: bool,
}

impl<R> WithoutMark<R> {
    const fn new(reader: R) -> Self {
        Self {
            reader,
            is_at_start: true,
        }
    }
}

impl<R: Read> Read for WithoutMark<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        let read = self.reader.read(buffer)?;
        if !std::mem::take(&mut self.is_at_start) || !buffer.starts_with(MARK) || read < MARK.len()
        {
            return Ok(read);
        }
        buffer.copy_within(MARK.len()..read, 0);
        match read - MARK.len() {
            0 => self.reader.read(buffer),
            rest => Ok(rest),
        }
    }
}

/// A reader that replaces the characters that JSON parsers refuse in strings.
struct Repaired<R> {
    reader: R,
    repair: RecordingRepair,
    part: Vec<u8>,
    /// The repaired text. The part that was not read yet begins at `position`.
    text: Vec<u8>,
    position: usize,
}

impl<R> Repaired<R> {
    fn new(reader: R) -> Self {
        Self {
            reader,
            repair: RecordingRepair::new(),
            part: vec![0; READ_BYTES],
            text: Vec::new(),
            position: 0,
        }
    }
}

impl<R: Read> Read for Repaired<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.position >= self.text.len() {
            self.text.clear();
            self.position = 0;
            let read = self.reader.read(&mut self.part)?;
            if read == 0 {
                self.repair.finish(&mut self.text);
                if self.text.is_empty() {
                    return Ok(0);
                }
            } else {
                let part = self.part.get(..read).unwrap_or_default();
                self.repair.push(part, &mut self.text);
            }
        }
        let mut rest = self.text.get(self.position..).unwrap_or_default();
        let read = rest.read(buffer)?;
        self.position += read;
        Ok(read)
    }
}
