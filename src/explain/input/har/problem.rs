//! Damaged entries of a recording.

use core::fmt;

use super::{super::limits::MAX_HEADERS_BYTES, headers::HeadersForm, raw::RawEntry};

/// The maximum number of damaged entries in `Recording::problems`. Further damaged entries are only counted.
pub(super) const MAX_PROBLEMS: usize = 100;

/// A damaged entry of a recording. If the entry belongs to a fetch, an explanation of this fetch is not always
/// possible.
///
/// ```
/// use fetch_cors::explain::input::{EntryProblemKind, Recording};
///
/// let recording = Recording::from_slice(br#"{"log": {"entries": [{"request": {"method": "GET", "headers": []}}, 3]}}"#)?;
/// let [first, second] = recording.problems() else { panic!() };
/// assert_eq!(first.to_string(), "entry 1: the request has no `url`");
/// assert_eq!((second.entry, second.kind), (1, EntryProblemKind::NotAnObject));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EntryProblem {
    /// The position of the entry in the recording, counted from 0.
    pub entry: usize,
    /// The kind of damage.
    pub kind: EntryProblemKind,
    /// Whether the entry is left out. True for some kinds of damage, and if the damaged headers of the request do not
    /// show whether the entry is relevant to CORS.
    pub is_left_out: bool,
}

/// The kind of damage in an entry.
///
/// ```
/// use fetch_cors::explain::input::EntryProblemKind;
/// assert_eq!(EntryProblemKind::NoUrl.to_string(), "the request has no `url`");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Not exhaustive: recordings can have other kinds of damage.
#[non_exhaustive]
pub enum EntryProblemKind {
    /// The entry is not an object.
    NotAnObject,
    /// The entry has no object `request`.
    NoRequest,
    /// The request has no `url`.
    NoUrl,
    /// The `url` of the request is not a valid URL.
    InvalidUrl,
    /// The request has no `method`.
    NoMethod,
    /// The request has no `headers`.
    NoRequestHeaders,
    /// The `headers` of the request are neither a list nor an object.
    UnreadableRequestHeaders,
    /// A header of the request has no `name` or no `value`.
    IncompleteRequestHeader,
    /// The preflight has no `Access-Control-Request-Method` and no id of its request, so its request is not known.
    PreflightWithoutMethod,
    /// The `status` of the response is not a valid status code.
    InvalidStatus,
    /// The `headers` of the response are neither a list nor an object.
    UnreadableResponseHeaders,
    /// A header of the response has no `name` or no `value`.
    IncompleteResponseHeader,
    /// The URL, the headers of the request or the headers of the response have more than 1 MiB.
    TooLong,
}

impl fmt::Display for EntryProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {}: {}", self.entry.saturating_add(1), self.kind)
    }
}

impl EntryProblemKind {
    /// Whether each entry with this damage is left out. If not, the undamaged parts of the entry are read.
    ///
    /// ```
    /// use fetch_cors::explain::input::EntryProblemKind;
    /// assert!(EntryProblemKind::NoUrl.is_left_out());
    /// assert!(!EntryProblemKind::InvalidStatus.is_left_out());
    /// ```
    pub const fn is_left_out(self) -> bool {
        match self {
            Self::NotAnObject
            | Self::NoRequest
            | Self::NoUrl
            | Self::InvalidUrl
            | Self::NoMethod
            | Self::PreflightWithoutMethod
            | Self::TooLong => true,
            Self::NoRequestHeaders
            | Self::UnreadableRequestHeaders
            | Self::IncompleteRequestHeader
            | Self::InvalidStatus
            | Self::UnreadableResponseHeaders
            | Self::IncompleteResponseHeader => false,
        }
    }
}

impl EntryProblemKind {
    /// Whether the damage is in the headers of the request.
    pub(super) const fn is_of_request_headers(self) -> bool {
        matches!(
            self,
            Self::NoRequestHeaders | Self::UnreadableRequestHeaders | Self::IncompleteRequestHeader
        )
    }
}

/// Returns true if the text is a status, or a value that tools write if there is no status.
fn is_status_or_none(text: &str) -> bool {
    matches!(text, "0" | "-1")
        || text
            .parse()
            .is_ok_and(|status: u16| (100..=999).contains(&status))
}

impl fmt::Display for EntryProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => {
                return write!(
                    f,
                    "its URL or its headers have more than {MAX_HEADERS_BYTES} bytes, the limit of this program"
                );
            }
            Self::NotAnObject => "it is not an object",
            Self::NoRequest => "it has no `request`",
            Self::NoUrl => "the request has no `url`",
            Self::InvalidUrl => "the `url` of the request is not a URL",
            Self::NoMethod => "the request has no `method`",
            Self::NoRequestHeaders => "the request has no `headers`",
            Self::UnreadableRequestHeaders => {
                "the `headers` of the request are neither a list nor an object"
            }
            Self::IncompleteRequestHeader => "a header of the request has no `name` or no `value`",
            Self::PreflightWithoutMethod => {
                "the preflight has no header `Access-Control-Request-Method`, so its request is not known"
            }
            Self::InvalidStatus => {
                "the `status` of the response must be a number from 100 to 999, or 0 or -1"
            }
            Self::UnreadableResponseHeaders => {
                "the `headers` of the response are neither a list nor an object"
            }
            Self::IncompleteResponseHeader => {
                "a header of the response has no `name` or no `value`"
            }
        })
    }
}

impl RawEntry<'_> {
    /// Whether the URL or the headers are longer than [`MAX_HEADERS_BYTES`].
    pub(super) fn is_too_long(&self) -> bool {
        let request = self.request.0.as_ref();
        let response = self.response.0.as_ref();
        request.is_some_and(|request| {
            let url = request.url.as_str().unwrap_or_default();
            url.len() > MAX_HEADERS_BYTES || request.headers.is_cut()
        }) || response.is_some_and(|response| response.headers.is_cut())
    }

    /// Returns the kind of damage that the members of the entry show.
    pub(super) fn problem(&self) -> Option<EntryProblemKind> {
        use EntryProblemKind as Kind;
        let Some(request) = &self.request.0 else {
            return Some(Kind::NoRequest);
        };
        match request.url.filled() {
            None => return Some(Kind::NoUrl),
            Some(url) if !url.contains(':') => return Some(Kind::InvalidUrl),
            Some(_) => {}
        }
        if request.method.filled().is_none() {
            return Some(Kind::NoMethod);
        }
        match request.headers.form() {
            HeadersForm::Read => {}
            HeadersForm::Absent => return Some(Kind::NoRequestHeaders),
            HeadersForm::PartlyRead => return Some(Kind::IncompleteRequestHeader),
            HeadersForm::Unreadable => return Some(Kind::UnreadableRequestHeaders),
        }
        let response = self.response.0.as_ref()?;
        let status = response.status.as_str();
        if status.is_some_and(|status| !is_status_or_none(status)) {
            return Some(Kind::InvalidStatus);
        }
        match response.headers.form() {
            HeadersForm::Read | HeadersForm::Absent => None,
            HeadersForm::PartlyRead => Some(Kind::IncompleteResponseHeader),
            HeadersForm::Unreadable => Some(Kind::UnreadableResponseHeaders),
        }
    }
}
