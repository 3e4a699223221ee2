//! Reading of HAR recordings from files and from the standard input.

use std::{
    io::{self, BufReader, Read},
    path::Path,
};

use fetch_cors::{
    explain::input::{Recording, RecordingError},
    wording,
};
use serde_json::Value;

use crate::{
    output::{Output, Stop, counted, print_aside},
    quick_json::{Problem, QuickJson},
    recognize::{self, Kind},
    source::Source,
};

/// The size of one read.
const READ_BYTES: usize = 256 * 1024;

/// Reads a recording, and shows a progress bar. If a part of the recording is not readable, returns the part before the
/// error, and the error. If no entry is readable, returns the error that ends the program.
pub(crate) fn read(path: &Path, output: &mut Output) -> Result<(Recording, Option<String>), Stop> {
    read_source(Source::open(path)?, path, Recording::new, output)
}

/// Reads a recording from a source. The caller has already read the beginning of the source. `new_recording` creates the
/// empty recording.
///
/// The quick reader reads the source. If the quick reader refuses a file, the function reads the file again with
/// `serde_json`. If the file is not valid JSON, the quick reader reads it once more and repairs the text. The standard
/// input and a pipe cannot be read twice, so the quick reader always repairs their text.
pub(crate) fn read_source(
    source: Source,
    path: &Path,
    new_recording: fn() -> Recording,
    output: &mut Output,
) -> Result<(Recording, Option<String>), Stop> {
    refuse_other_formats(&source)?;
    if source.beginning().trim_ascii().is_empty() {
        let name = source.name();
        return Err(Stop::CannotRun(format!("{name} is empty: {SAVE_HAR}")));
    }
    let name = String::from(source.name());
    let kind = kind_of_beginning(source.beginning());
    let is_json = begins_like_json(source.beginning());
    if let Some(message) = exchanges(source.beginning(), &name) {
        return Err(Stop::CannotRun(message));
    }
    let finished = |read| finished(&name, kind, is_json, read);
    let length = source.length();
    let is_file = path != Path::new("-") && path.is_file();
    let reader = source.into_reader();
    if !is_file {
        let (read, repaired_at) = parse_quickly(
            reader,
            new_recording(),
            QuickJson::repairing,
            length,
            output,
        );
        print_repair(&name, repaired_at);
        return finished(read);
    }
    if let (Ok(recording), _) =
        parse_quickly(reader, new_recording(), QuickJson::new, length, output)
    {
        return finished(Ok(recording));
    }
    let (recording, error) = parse(
        Source::open(path)?.into_reader(),
        new_recording(),
        length,
        output,
    );
    if error.as_ref().is_some_and(serde_json::Error::is_syntax)
        && let Ok(again) = Source::open(path)
    {
        let reader = again.into_reader();
        let (read, repaired_at) = parse_quickly(
            reader,
            new_recording(),
            QuickJson::repairing,
            length,
            output,
        );
        if repaired_at.is_some() {
            print_repair(&name, repaired_at);
            return finished(read);
        }
    }
    finished(match error {
        None => Ok(recording),
        Some(error) => Err(RecordingError::new(&error, recording)),
    })
}

/// Prints the line and the column of the first string that was repaired.
fn print_repair(name: &str, repaired_at: Option<(usize, usize)>) {
    if let Some((line, column)) = repaired_at {
        print_aside(&format!(
            "fetch-cors: {name}: line {line}, column {column}: the text of a string is not valid JSON, and was repaired"
        ));
    }
}

/// Returns an error if the input has exchanges: one exchange in each line, or a list of exchanges. An exchange has an
/// id, or has headers as pairs. An entry of a recording has neither.
fn exchanges(beginning: &[u8], name: &str) -> Option<String> {
    let line = beginning.split(|byte| *byte == b'\n').next()?;
    let value: Value = serde_json::from_slice(line)
        .or_else(|_| serde_json::from_slice(beginning))
        .ok()?;
    let entry = value.get(0).unwrap_or(&value);
    let has_pairs = || {
        entry
            .pointer("/request/headers/0")
            .is_some_and(Value::is_array)
    };
    let is_exchange = entry.get("response").is_some()
        && entry.get("request").is_some_and(Value::is_object)
        && (entry.get("id").is_some() || has_pairs());
    is_exchange.then(|| {
        if value.is_array() {
            format!(
                "{name} is a JSON list of exchanges: write each exchange in a line of its own, for example with `jq -c '.[]'`, and give them to `fetch-cors judge`"
            )
        } else {
            Kind::Exchange.message_for(name)
        }
    })
}

/// Recognizes an input by its beginning. Returns `None` for a HAR recording, and for an unknown kind of input.
fn kind_of_beginning(beginning: &[u8]) -> Option<Kind> {
    let text = String::from_utf8_lossy(beginning);
    let line = text.lines().next().unwrap_or_default();
    let kind = recognize::kind(line).or_else(|| recognize::kind_of_file(&text));
    // A list that is cut off is not valid JSON, so a list is recognized by its first character.
    let list = text.trim_start().starts_with('[').then_some(Kind::List);
    kind.or(list).filter(|kind| *kind != Kind::Har)
}

/// Whether the input begins with an object or a list. A byte order mark can be before the object or the list.
fn begins_like_json(beginning: &[u8]) -> bool {
    let text = String::from_utf8_lossy(beginning);
    text.trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with(['{', '['])
}

/// Returns the error for an input without a readable entry.
fn not_a_recording(kind: Option<Kind>, is_json: bool, name: &str, error: &str) -> String {
    match kind {
        Some(Kind::List) => format!(
            "{name} is a JSON list, but its entries are not the entries of a HAR recording: {SAVE_HAR}; a list of cases or exchanges has each entry in a line of its own"
        ),
        Some(kind) => kind.message_for(name),
        None if !is_json => format!("{name} is not JSON, so it is not a HAR recording: {SAVE_HAR}"),
        None => format!("{name}: {error}"),
    }
}

/// The advice for an input that is not a recording.
const SAVE_HAR: &str = "save the requests of the page as HAR in the network panel of a browser";

fn refuse_other_formats(source: &Source) -> Result<(), Stop> {
    match RecordingError::format_problem(source.beginning()) {
        Some(problem) => Err(Stop::CannotRun(format!("{}: {problem}", source.name()))),
        None => Ok(()),
    }
}

/// Adds the entries to `recording` with the reader that `new` creates. Also returns the line and the column of the first repair.
fn parse_quickly<'o>(
    reader: Box<dyn Read + Send>,
    mut recording: Recording,
    new: fn(Input<'o>, usize) -> QuickJson<Input<'o>>,
    length: Option<u64>,
    output: &'o mut Output,
) -> (Result<Recording, RecordingError>, Option<(usize, usize)>) {
    let counted = Counted::new(reader, length, output);
    let mut json = new(WithoutMark::new(counted), READ_BYTES);
    loop {
        let read = recording.read(&mut json);
        match read.and_then(|()| json.is_at_end()) {
            Ok(true) => return (Ok(recording), json.repaired_at()),
            Ok(false) => {}
            Err(refused) => {
                let Problem {
                    reason,
                    line,
                    column,
                } = json.error(&refused);
                let mut error = RecordingError::new(&reason, recording);
                (error.line, error.column) = (line, column);
                return (Err(error), json.repaired_at());
            }
        }
    }
}

/// The input of the quick reader.
type Input<'o> = WithoutMark<Counted<'o, Box<dyn Read + Send>>>;

fn parse(
    reader: impl Read,
    mut recording: Recording,
    length: Option<u64>,
    output: &mut Output,
) -> (Recording, Option<serde_json::Error>) {
    let counted = Counted::new(reader, length, output);
    let reader = BufReader::with_capacity(READ_BYTES, WithoutMark::new(counted));
    let read = recording.read_all(&mut serde_json::Deserializer::from_reader(reader));
    (recording, read.err())
}

/// Returns the recording, or an error if no entry is readable. `is_json` is true if the input begins with an object or
/// a list.
fn finished(
    name: &str,
    kind: Option<Kind>,
    is_json: bool,
    read: Result<Recording, RecordingError>,
) -> Result<(Recording, Option<String>), Stop> {
    let recording = read.as_ref().unwrap_or_else(|error| &error.readable);
    print_problems(name, recording);
    match read {
        Ok(recording) => match nothing_recorded(&recording) {
            Some(reason) => Err(Stop::CannotRun(format!("{name}: {reason}"))),
            None => Ok((recording, None)),
        },
        Err(error) if error.readable.entry_count() == 0 => Err(Stop::CannotRun(not_a_recording(
            kind,
            is_json,
            name,
            &error.to_string(),
        ))),
        Err(error) => {
            let message = error.to_string();
            Ok((*error.readable, Some(message)))
        }
    }
}

/// The note about the WebSockets of a recording, which no command explains.
pub(crate) const NOTE_OF_WEB_SOCKETS: &str = "the recording has a WebSocket, and CORS headers have no effect on a WebSocket: its server compares `Origin` itself. If the connection failed, look at its status in the network panel, and into the log of the server";

/// Returns the reason why a recording has no request that a command can use. `None` if the recording has such a request.
fn nothing_recorded(recording: &Recording) -> Option<String> {
    const RECORD_AGAIN: &str =
        "reload the page while the network panel is open, and save the recording again";
    const SERVE_THE_PAGE: &str = "the page is opened from a file (`file:`): serve its folder over http, for example with `python3 -m http.server`, load the page from there, and save the recording again";
    if recording.http_entry_count() > 0 {
        return None;
    }
    let advice = if recording.has_file_page() {
        SERVE_THE_PAGE
    } else if recording.has_web_socket() {
        NOTE_OF_WEB_SOCKETS
    } else {
        RECORD_AGAIN
    };
    let count = recording.entry_count();
    if count == 0 {
        return Some(format!("the recording has no entry: {advice}"));
    }
    let entries = counted(count, "entry", "entries");
    Some(if left_out_count(recording) >= count {
        format!(
            "the recording has {entries}, but no entry is readable: {}",
            wording::SAVE_RECORDING_AGAIN
        )
    } else {
        format!("the recording has {entries}, but no request to an `http` or `https` URL: {advice}")
    })
}

/// The maximum number of damaged entries in the message.
const MAX_NAMED_PROBLEMS: usize = 5;

/// Prints the damaged entries. A fetch with a damaged entry is not explained, or is explained without the damaged part.
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

/// Returns the number of damaged entries that were left out. `Recording::problems` returns only the first damaged
/// entries. This function assumes that all other damaged entries were left out.
pub(crate) fn left_out_count(recording: &Recording) -> usize {
    let named = recording.problems();
    let left_out = named.iter().filter(|problem| problem.is_left_out);
    left_out.count() + (recording.problem_count() - named.len())
}

/// A reader that counts its bytes for the progress bar.
struct Counted<'o, R> {
    reader: R,
    length: Option<u64>,
    bytes: u64,
    output: &'o mut Output,
}

impl<'o, R> Counted<'o, R> {
    const fn new(reader: R, length: Option<u64>, output: &'o mut Output) -> Self {
        Self {
            reader,
            length,
            bytes: 0,
            output,
        }
    }
}

/// Removes the progress bar, so that no message is printed behind the bar.
impl<R> Drop for Counted<'_, R> {
    fn drop(&mut self) {
        self.output.progress().clear();
    }
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
