//! Errors of a text that has no response, or has a malformed response.

use alloc::vec::Vec;

use http::StatusCode;

use super::{super::limits::MAX_HEADERS_BYTES, MAX_PASTED_BYTES, lines::Lines};
use crate::explain::input::escaped_text::EscapedText;

/// The error of a text that has no response, or has a malformed response.
///
/// ```
/// use fetch_cors::explain::input::PastedResponses;
///
/// let error = PastedResponses::parse(b"{\"notes\": []}").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "line 1: `{\"notes\": []}` is not the status line of a response: paste the output of `curl -i` \
///      (`curl.exe -i` in PowerShell), which begins like `HTTP/1.1 200 OK`",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {kind}")]
#[non_exhaustive]
pub struct PastedResponsesError {
    /// The number of the line with the error, counted from 1.
    pub line: usize,
    /// The reason of the error.
    pub kind: PastedResponsesErrorKind,
}

/// The reason why the parser refuses a text.
///
/// ```
/// use fetch_cors::explain::input::{PastedResponses, PastedResponsesErrorKind};
///
/// let error = PastedResponses::parse(b"HTTP/1.1 200 OK\nVary : Origin\n\n").unwrap_err();
/// assert_eq!(error.line, 2);
/// assert!(matches!(error.kind, PastedResponsesErrorKind::SpaceBeforeColon { .. }));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PastedResponsesErrorKind {
    /// The text is longer than [`MAX_PASTED_BYTES`].
    #[error(
        "the text has more than {MAX_PASTED_BYTES} bytes: leave the bodies out with `curl -s -D - -o /dev/null`"
    )]
    TooLong {
        /// The number of bytes.
        bytes: usize,
    },
    /// The text is empty.
    #[error("the text is empty: paste the output of `curl -i`")]
    Empty,
    /// No line is a status line.
    #[error(
        "`{}` is not the status line of a response: paste the output of `curl -i` (`curl.exe -i` in PowerShell), which begins like `HTTP/1.1 200 OK`", EscapedText(.found)
    )]
    NoStatusLine {
        /// The first line that is not empty.
        found: Vec<u8>,
    },
    /// A CORS header comes before the first status line.
    #[error(
        "`{}` is a header line, but the status line before it is missing: paste the whole output of `curl -i`, which begins like `HTTP/1.1 200 OK`", EscapedText(.found)
    )]
    HeaderBeforeStatusLine {
        /// The text of the line.
        found: Vec<u8>,
    },
    /// `curl` did not get a response.
    #[error(
        "`curl` got no response: `{}`. A browser reports this as a network error, not as a CORS error: fix the URL, the name, the certificate or the server first", EscapedText(.found)
    )]
    NoConnection {
        /// The error message of `curl`, such as `curl: (7) Failed to connect`. If the text has no error message: the last
        /// line of `curl -v` that says why the connection failed.
        found: Vec<u8>,
    },
    /// A status line has a version other than 1.0, 1.1, 2 and 3, or a status that is not from 100 to 999.
    #[error("`{}` is a malformed status line: it must begin like `HTTP/1.1 200`", EscapedText(.found))]
    MalformedStatusLine {
        /// The text of the line.
        found: Vec<u8>,
    },
    /// A line between the status line and the empty line is not a header line.
    #[error(
        "`{}` is not a header line: write a name, a colon and a value, or end the headers with an empty line", EscapedText(.found)
    )]
    MalformedHeaderLine {
        /// The text of the line.
        found: Vec<u8>,
    },
    /// A header line has white space between the name and the colon.
    #[error(
        "`{}` has white space before the colon, so the name is not valid and browsers ignore or refuse the header: remove it in the server", EscapedText(.found)
    )]
    SpaceBeforeColon {
        /// The text of the line.
        found: Vec<u8>,
    },
    /// The value of a header contains NUL or a carriage return.
    #[error("`{}` has a NUL or a carriage return in the value: remove it in the server", EscapedText(.found))]
    InvalidHeaderValue {
        /// The text of the line.
        found: Vec<u8>,
    },
    /// The headers of a response or of a request have more than 1 MiB.
    #[error(
        "the headers have more than {MAX_HEADERS_BYTES} bytes, the limit of this program: browsers refuse such a response"
    )]
    TooLongHeaders,
    /// The text has only responses that do not affect CORS.
    #[error(
        "the text ends after a response with status {status}, and the final response of the server is missing: paste the rest of the output"
    )]
    OnlyLeftOut {
        /// The status of the last response in the text.
        status: StatusCode,
    },
}

impl PastedResponsesErrorKind {
    pub(super) const fn at(self, line: usize) -> PastedResponsesError {
        PastedResponsesError { line, kind: self }
    }
}

/// Returns the error for a text without a status line.
pub(super) fn without_responses(text: &[u8]) -> PastedResponsesError {
    let mut lines = Lines::new(text).filter(|line| !line.is_blank());
    let mut failures = Lines::new(text).filter(|line| line.text.starts_with(b"curl: ("));
    let reason = failures.next().map(|line| (line.number, line.text));
    if let Some((line, found)) = reason.or_else(|| reason_of_notes(text)) {
        let found = found.trim_ascii().to_vec();
        return PastedResponsesErrorKind::NoConnection { found }.at(line);
    }
    match lines.next() {
        Some(line) => {
            let found = line.text.to_vec();
            PastedResponsesErrorKind::NoStatusLine { found }.at(line.number)
        }
        None => PastedResponsesErrorKind::Empty.at(1),
    }
}

/// Returns the note of `curl -v` that says why there is no response, and the number of its line. `None` if the text has
/// other lines than those of `curl -v`, such as a body.
fn reason_of_notes(text: &[u8]) -> Option<(usize, &[u8])> {
    let lines = || Lines::new(text).filter(|line| !line.is_blank());
    let is_of_curl = |line: &[u8]| {
        let marks = [b"*", b">", b"<", b"{", b"}"];
        marks.iter().any(|mark| line.starts_with(*mark))
    };
    // The first line can be the command itself.
    if !lines().skip(1).all(|line| is_of_curl(line.text)) {
        return None;
    }
    // The first notes of `curl` are about the host and its address.
    const STARTS: [&[u8]; 4] = [b"connected to", b"could not resolve", b"host ", b"trying "];
    // `curl` also notes the steps that succeed, and the end of the connection, which follows the reason.
    const OTHERS: [&[u8]; 12] = [
        b"alpn",
        b"closing connection",
        b"connected to",
        b"connection #",
        b"established connection",
        b"host ",
        b"ipv4",
        b"ipv6",
        b"request completely sent off",
        b"shutting down",
        b"trying ",
        b"using http/",
    ];
    let begins_with = |note: &[u8], starts: &[&[u8]]| {
        let mut starts = starts.iter();
        starts.any(|start| {
            note.get(..start.len())
                .is_some_and(|note| note.eq_ignore_ascii_case(start))
        })
    };
    let notes = || {
        lines().filter_map(|line| {
            let note = line.text.strip_prefix(b"* ")?.trim_ascii();
            Some((line.number, note))
        })
    };
    let is_of_connection = notes().any(|(_, note)| begins_with(note, &STARTS));
    let reasons = notes().filter(|(_, note)| !begins_with(note, &OTHERS));
    reasons.last().filter(|_| is_of_connection)
}
