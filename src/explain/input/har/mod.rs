//! Reads recordings of a browser's network panel: HTTP archives (HAR).

use alloc::{boxed::Box, string::String, vec::Vec};

use serde::{Deserializer, de::DeserializeSeed};

mod browser_error;
mod entry;
mod entry_key;
mod entry_parts;
mod explanation;
mod fetch;
mod fetch_members;
mod fetches;
mod font_url;
mod header_names;
mod headers;
mod initiator;
mod internal_redirect;
mod lenient;
mod member;
mod network;
mod notes;
mod pair;
mod problem;
mod raw;
mod raw_response;
mod read;
mod recorder;
mod relevance;
mod repair;
mod reported;
mod response_source;
mod stored_resources;
mod time;
mod value_use;

pub use fetch::{Obstacle, RecordedExchange, RecordedFetch};
pub use fetches::{FetchShape, RecordedFetches, UnbuiltFetch};
pub use internal_redirect::InternalRedirect;
pub(crate) use network::allowing;
pub use problem::{EntryProblem, EntryProblemKind};
pub use repair::RecordingRepair;

use entry::Entry;
use entry_key::SharedParts;
use stored_resources::StoredResources;

use serde_json::error::Category;

use crate::{json_error::reason, wording};

/// The advice for a JSON file that is not a recording.
const NOT_A_HAR: &str = ". Save the requests as HAR in the network panel: in Chrome and Edge with `Export HAR`, in Firefox with `Save All As HAR`, in Safari with `Export`";

/// The requests of a recording that are relevant to CORS.
///
/// The format is HAR. These tools write HAR: the network panels of Chromium, Firefox and Safari, tools that use the
/// DevTools protocol, and Playwright.
///
/// The entries are read one after another. Bodies are skipped, and only the entries that are relevant to CORS stay in
/// memory.
///
/// ```
/// use fetch_cors::{Failure, browser::CredentialsMode, explain::input::Recording};
///
/// let recording = Recording::from_slice(br#"{"log": {"entries": [{
///     "request": {"method": "GET", "url": "https://api.example/", "headers": [
///         {"name": "Origin", "value": "https://app.example"}, {"name": "Sec-Fetch-Mode", "value": "cors"}]},
///     "response": {"status": 200, "headers": [], "content": {"text": "the body is skipped"}}
/// }]}}"#)?;
/// let fetches = recording.fetches();
/// let outcome = fetches[0].outcome(CredentialsMode::Include).unwrap();
/// assert_eq!(outcome.result.unwrap_err().failure(), Failure::MissingAllowOriginHeader);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Recording {
    creator: Option<String>,
    /// The name of the browser.
    browser: Option<String>,
    /// The ids and titles of the pages. Chromium and Firefox write the URL of a page as its title.
    pages: Vec<(String, String)>,
    entries: Vec<Entry>,
    /// The resources that the page loaded without CORS.
    resources: StoredResources,
    /// The parts that several entries share. `None` if the entries do not share parts.
    shared: Option<SharedParts>,
    entry_count: usize,
    http_entry_count: usize,
    has_file_entry: bool,
    has_web_socket: bool,
    problems: Vec<EntryProblem>,
    problem_count: usize,
}

impl Recording {
    /// Creates an empty recording.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates an empty recording whose entries share their headers, if the entries differ only in parts that do not decide
    /// the verdict, such as the path of the URL or `Date`. The recording then needs less memory. All entries of a group
    /// have the header values of their first entry.
    // Public only for the program of this crate.
    #[doc(hidden)]
    pub fn with_shared_headers() -> Self {
        Self {
            shared: Some(SharedParts::new(true)),
            ..Self::default()
        }
    }

    /// Creates an empty recording whose entries are compared as in [`with_shared_headers`](Self::with_shared_headers), but
    /// keep their own headers.
    // Public only for the program of this crate.
    #[doc(hidden)]
    pub fn with_compared_entries() -> Self {
        Self {
            shared: Some(SharedParts::new(false)),
            ..Self::default()
        }
    }

    /// Reads a recording and adds each entry immediately. After an error, `self` has the entries before the error.
    ///
    /// ```
    /// use fetch_cors::explain::input::Recording;
    ///
    /// let mut recording = Recording::new();
    /// let text: &[u8] = br#"{"log": {"entries": [{}, {}]}}"#;
    /// recording.read(&mut serde_json::Deserializer::from_reader(text))?;
    /// assert_eq!(recording.entry_count(), 2);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the error of the deserializer if the text is not JSON, or if the JSON value is not a recording. A
    /// recording is an entry, a log, an object that contains a log, or a list of these values.
    pub fn read<'de, D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
        read::Root(self).deserialize(deserializer)
    }

    /// Reads all JSON values of a text. Each value is a recording or an entry.
    ///
    /// ```
    /// use fetch_cors::explain::input::Recording;
    ///
    /// let mut recording = Recording::new();
    /// let text = "{\"request\": {}}\n{\"request\": {}}\n";
    /// recording.read_all(&mut serde_json::Deserializer::from_str(text))?;
    /// assert_eq!(recording.entry_count(), 2);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the error of [`read`](Self::read).
    pub fn read_all<'de, R: serde_json::de::Read<'de>>(
        &mut self,
        deserializer: &mut serde_json::Deserializer<R>,
    ) -> Result<(), serde_json::Error> {
        loop {
            self.read(&mut *deserializer)?;
            if deserializer.end().is_ok() {
                return Ok(());
            }
        }
    }

    /// Reads a recording. Skips a byte order mark at the beginning. [Repairs](RecordingRepair) some kinds of invalid JSON.
    ///
    /// # Errors
    ///
    /// Returns [`RecordingError`] if the text is not a recording in JSON, even after the repairs. The error has the
    /// line, the column, and the readable part of the recording.
    pub fn from_slice(text: &[u8]) -> Result<Self, RecordingError> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        if let Some(problem) = RecordingError::format_problem(text) {
            return Err(RecordingError {
                line: 1,
                column: 0,
                reason: problem.into(),
                readable: Box::new(Self::new()),
                fix: "",
            });
        }
        Self::from_json(text).or_else(|error| {
            let (mut repair, mut repaired) = (RecordingRepair::new(), Vec::new());
            repair.push(text, &mut repaired);
            repair.finish(&mut repaired);
            if repair.has_replaced() {
                Self::from_json(&repaired)
            } else {
                Err(error)
            }
        })
    }

    fn from_json(text: &[u8]) -> Result<Self, RecordingError> {
        let mut recording = Self::new();
        match recording.read_all(&mut serde_json::Deserializer::from_slice(text)) {
            Ok(()) => Ok(recording),
            Err(error) => Err(RecordingError::new(&error, recording)),
        }
    }

    /// Returns the number of all entries, including the entries that are not relevant to CORS.
    pub const fn entry_count(&self) -> usize {
        self.entry_count
    }

    /// Returns the number of the entries with an `http` or `https` URL. Entries that are too damaged to use do not count.
    ///
    /// ```
    /// use fetch_cors::explain::input::Recording;
    ///
    /// let recording = Recording::from_slice(br#"{"log": {"entries": [
    ///     {"request": {"method": "GET", "url": "https://api.example/", "headers": []}},
    ///     {"request": {"method": "GET", "url": "data:,a", "headers": []}}
    /// ]}}"#)?;
    /// assert_eq!((recording.entry_count(), recording.http_entry_count()), (2, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn http_entry_count(&self) -> usize {
        self.http_entry_count
    }

    /// Whether the recorded page was opened from a file: a page or a request has a `file:` URL.
    ///
    /// ```
    /// use fetch_cors::explain::input::Recording;
    ///
    /// let recording = Recording::from_slice(br#"{"log": {"entries": [
    ///     {"request": {"method": "GET", "url": "file:///a.html", "headers": []}}
    /// ]}}"#)?;
    /// assert!(recording.has_file_page());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn has_file_page(&self) -> bool {
        let mut titles = self.pages.iter().map(|(_, title)| title);
        self.has_file_entry || titles.any(|title| title.starts_with("file:"))
    }

    /// Whether the recording has a WebSocket. CORS headers have no effect on a WebSocket, so its entry is left out.
    ///
    /// ```
    /// use fetch_cors::explain::input::Recording;
    ///
    /// let recording = Recording::from_slice(br#"{"log": {"entries": [
    ///     {"request": {"method": "GET", "url": "wss://api.example/", "headers": []}}
    /// ]}}"#)?;
    /// assert!(recording.has_web_socket());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn has_web_socket(&self) -> bool {
        self.has_web_socket
    }

    /// Returns the problems of the first 100 damaged entries.
    ///
    /// ```
    /// use fetch_cors::explain::input::Recording;
    ///
    /// let recording = Recording::from_slice(br#"{"log": {"entries": [null]}}"#)?;
    /// assert_eq!(recording.problems()[0].to_string(), "entry 1: it is not an object");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn problems(&self) -> &[EntryProblem] {
        &self.problems
    }

    /// Returns the number of all damaged entries.
    ///
    /// ```
    /// use fetch_cors::explain::input::Recording;
    ///
    /// let recording = Recording::from_slice(br#"{"log": {"entries": [null, null]}}"#)?;
    /// assert_eq!(recording.problem_count(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn problem_count(&self) -> usize {
        self.problem_count
    }

    /// Returns the name of the tool that made the recording.
    pub fn creator(&self) -> Option<&str> {
        self.creator.as_deref()
    }

    /// Returns the fetches that are relevant to CORS, in the order of the recording. Each fetch has its preflights and
    /// redirects.
    pub fn fetches(&self) -> Vec<RecordedFetch> {
        let fetches = self.unbuilt_fetches();
        fetches.iter().filter_map(|fetch| fetch.build()).collect()
    }

    /// Returns the fetches as references to their entries.
    // Public only for the program of this crate.
    #[doc(hidden)]
    pub fn unbuilt_fetches(&self) -> RecordedFetches<'_> {
        RecordedFetches::new(self)
    }
}

/// The error of a recording that cannot be read to its end.
///
/// ```
/// use fetch_cors::explain::input::Recording;
///
/// let error = Recording::from_slice(b"{\"log\": {\"entries\": [{}, {\"request\": ").unwrap_err();
/// assert_eq!((error.line, error.column), (1, 37));
/// assert_eq!(error.readable.entry_count(), 1);
/// assert_eq!(
///     error.to_string(),
///     "line 1, column 37: the text ends where a value is expected; 1 entry before this position is readable. The file ends too early: save the recording again",
/// );
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RecordingError {
    /// The line of the error, counted from 1.
    pub line: usize,
    /// The column of the error, counted in bytes from 1. The column is 0 if the error is before the first byte of the
    /// line.
    pub column: usize,
    /// The reason of the error.
    pub reason: String,
    /// The part of the recording before the error.
    pub readable: Box<Recording>,
    /// The advice for the user. Empty if the reason already contains the advice.
    fix: &'static str,
}

impl RecordingError {
    /// Creates the error of a recording from the error of [`Recording::read`]. `readable` is the recording with the
    /// entries before the error.
    ///
    /// ```
    /// use fetch_cors::explain::input::{Recording, RecordingError};
    ///
    /// let mut recording = Recording::new();
    /// let text: &[u8] = br#"{"log": {"entries": [{}, 7"#;
    /// let error = recording.read(&mut serde_json::Deserializer::from_reader(text)).unwrap_err();
    /// let error = RecordingError::new(&error, recording);
    /// assert_eq!(error.readable.entry_count(), 2);
    /// ```
    pub fn new(error: &serde_json::Error, readable: Recording) -> Self {
        Self {
            line: error.line(),
            column: error.column(),
            reason: match error.classify() {
                // The function `reason` adds advice for a person who writes JSON. This advice is left out, because a
                // recording that ends too early has to be saved again.
                Category::Eof => {
                    let reason = reason(error);
                    reason
                        .split(": ")
                        .next()
                        .map(String::from)
                        .unwrap_or(reason)
                }
                _ => reason(error),
            },
            readable: Box::new(readable),
            fix: match error.classify() {
                Category::Eof => ". The file ends too early: save the recording again",
                Category::Syntax => {
                    concat!(
                        ". The file is damaged here: ",
                        wording::save_recording_again!()
                    )
                }
                Category::Data | Category::Io => NOT_A_HAR,
            },
        }
    }

    /// Returns the reason why a file is not a text in UTF-8: the file is compressed, or has a different encoding.
    /// Returns `None` if `start`, the beginning of the file, does not show such a reason.
    ///
    /// ```
    /// use fetch_cors::explain::input::RecordingError;
    ///
    /// assert_eq!(RecordingError::format_problem(b"{"), None);
    /// assert_eq!(
    ///     RecordingError::format_problem(b"\x1f\x8b\x08"),
    ///     Some("the file is compressed with gzip: decompress it with `gzip -dc FILE > NEW_FILE`"),
    /// );
    /// ```
    pub fn format_problem(start: &[u8]) -> Option<&'static str> {
        match start {
            [0x1f, 0x8b, ..] => Some(
                "the file is compressed with gzip: decompress it with `gzip -dc FILE > NEW_FILE`",
            ),
            [b'P', b'K', 3, 4, ..] => Some(
                "the file is a ZIP archive: unpack it with `unzip FILE`, and use the file in it",
            ),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(
                "the file is compressed with Zstandard: decompress it with `zstd -d FILE -o NEW_FILE`",
            ),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, b'{', ..] | [b'{', 0, ..] => Some(
                "the file has the encoding UTF-16: convert it with `iconv -f UTF-16 -t UTF-8 FILE > NEW_FILE`",
            ),
            _ => None,
        }
    }
}

impl core::fmt::Display for RecordingError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (line, column, reason) = (self.line, self.column, &self.reason);
        write!(f, "line {line}, column {column}: {reason}; ")?;
        match self.readable.entry_count() {
            0 => f.write_str("no entry before this position is readable")?,
            1 => f.write_str("1 entry before this position is readable")?,
            count => write!(f, "{count} entries before this position are readable")?,
        }
        f.write_str(self.fix)
    }
}

impl core::error::Error for RecordingError {}
