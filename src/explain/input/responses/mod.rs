//! Parses responses that `curl -i`, `curl -I` or `curl -v` printed.

use alloc::{borrow::Cow, string::String, vec::Vec};

use http::{StatusCode, Version};

use crate::infrastructure::{header_list::HeaderList, response::Response};

mod body;
mod clean;
mod error;
mod head;
mod lines;
mod plain;
mod verbose;

pub use error::{PastedResponsesError, PastedResponsesErrorKind};

use clean::clean;

/// The maximum length of a text with responses, in bytes.
pub const MAX_PASTED_BYTES: usize = 8 << 20;

/// The responses in a text that `curl` printed, in order.
///
/// The text has one or more responses of HTTP/1.0, 1.1, 2 or 3, with or without bodies. The parser accepts these variants:
///
/// - Line breaks are LF or CRLF.
/// - The text is UTF-8, or UTF-16 with a byte order mark, as PowerShell writes files.
/// - Lines are indented, are quoted as in a mail, or have terminal colors.
/// - Other text stands before and between the responses, such as a prompt. The parser skips this text.
/// - The text also has the requests, as `curl -v` or `http -v` (HTTPie) prints them.
///
/// ```
/// use fetch_cors::explain::input::PastedResponses;
///
/// let pasted = PastedResponses::parse(
///     b"$ curl -iL https://api.example/notes
/// HTTP/1.1 301 Moved Permanently
/// Location: https://api.example/notes/
/// Content-Length: 162
///
/// HTTP/1.1 200 OK
/// Access-Control-Allow-Origin: *
///
/// []",
/// )?;
/// let statuses = pasted.responses.iter().map(|response| response.status.as_u16());
/// assert_eq!(statuses.collect::<Vec<_>>(), [301, 200]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PastedResponses {
    /// The responses of the server. The list has at least one response.
    pub responses: Vec<PastedResponse>,
    /// The responses in the text that do not affect CORS.
    pub left_out: Vec<LeftOutResponse>,
}

/// The maximum length of [`body_start`](PastedResponse::body_start), in bytes.
const MAX_BODY_START_BYTES: usize = 1000;

/// A response in a text that `curl` printed.
///
/// ```
/// use fetch_cors::explain::input::PastedResponses;
///
/// let pasted = PastedResponses::parse(b"HTTP/1.1 204 No Content\nVary: Origin,\n  Accept\n")?;
/// let response = &pasted.responses[0];
/// assert_eq!(response.header_list.get("vary").as_deref(), Some(b"Origin, Accept".as_slice()));
/// assert_eq!(response.to_response().status, 204);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PastedResponse {
    /// The line number of the status line, counted from 1.
    pub line: usize,
    /// The version of HTTP.
    pub version: Version,
    /// The status.
    pub status: StatusCode,
    /// The text after the status, such as `OK`. Empty in HTTP/2. Bytes that are not UTF-8 are replaced.
    pub reason: String,
    /// The headers, in order.
    pub header_list: HeaderList,
    /// Whether the text ends before the empty line after the headers. Then the text was possibly cut, and the response
    /// possibly has further headers.
    pub is_cut: bool,
    /// The beginning of the body, with at most 1000 bytes. Bytes that are not UTF-8 are replaced.
    pub body_start: String,
    /// The request that the response answers. `None` if the text does not have the request. `curl` and HTTPie print
    /// requests only with `-v`.
    pub request: Option<PastedRequest>,
}

impl PastedResponse {
    /// Returns the response as the network delivers it to a browser.
    pub fn to_response(&self) -> Response {
        Response::new(self.status, self.header_list.clone())
    }
}

/// A request in a text that `curl -v` or `http -v` printed.
///
/// ```
/// use fetch_cors::explain::input::PastedResponses;
///
/// let text = b"> OPTIONS /notes HTTP/1.1\n> Host: api.example\n>\n< HTTP/1.1 204 No Content\n< ";
/// let pasted = PastedResponses::parse(text)?;
/// let request = pasted.responses[0].request.as_ref().unwrap();
/// assert_eq!((&request.method[..], &request.target[..]), (&b"OPTIONS"[..], &b"/notes"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PastedRequest {
    /// The line number of the request line, counted from 1.
    pub line: usize,
    /// The method.
    pub method: Vec<u8>,
    /// The request target: usually the path and the query.
    pub target: Vec<u8>,
    /// The headers, in order.
    pub header_list: HeaderList,
}

/// A response that does not affect CORS.
///
/// ```
/// use fetch_cors::explain::input::{LeftOutReason, PastedResponses};
///
/// let pasted = PastedResponses::parse(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")?;
/// assert_eq!(pasted.left_out[0].status, 100);
/// assert_eq!(pasted.left_out[0].reason, LeftOutReason::Informational);
/// assert_eq!(pasted.left_out[0].to_string(), "line 1: status 100 is before the response, and is not a part of the response");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOutResponse {
    /// The line number of the status line, counted from 1.
    pub line: usize,
    /// The status.
    pub status: StatusCode,
    /// The reason why the response does not affect CORS.
    pub reason: LeftOutReason,
}

/// The reason why a response does not affect CORS.
///
/// ```
/// use fetch_cors::explain::input::{LeftOutReason, PastedResponses};
///
/// let text = b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/2 200\r\n\r\n";
/// assert_eq!(PastedResponses::parse(text)?.left_out[0].reason, LeftOutReason::Proxy);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LeftOutReason {
    /// The status is from 100 to 199, such as `100 Continue`.
    Informational,
    /// The response is the answer of a proxy to a `CONNECT` request. With `CONNECT`, `curl` asks the proxy for a
    /// connection to the server.
    Proxy,
}

impl core::fmt::Display for LeftOutResponse {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let reason = match self.reason {
            LeftOutReason::Informational => {
                "is before the response, and is not a part of the response"
            }
            LeftOutReason::Proxy => "is the answer of a proxy to `curl`, not of the server",
        };
        let (line, status) = (self.line, self.status.as_u16());
        write!(f, "line {line}: status {status} {reason}")
    }
}

impl PastedResponses {
    /// Parses a text that `curl` printed.
    ///
    /// # Errors
    ///
    /// [`PastedResponsesError`] with the line number, the text of the line, and the way to fix the text.
    pub fn parse(text: &[u8]) -> Result<Self, PastedResponsesError> {
        if text.len() > MAX_PASTED_BYTES {
            return Err(PastedResponsesErrorKind::TooLong { bytes: text.len() }.at(1));
        }
        let text = in_utf8(text);
        let text = &*clean(&text);
        let mut found = Found::default();
        if verbose::is_verbose(text) {
            verbose::parse(text, &mut found)?;
        } else {
            plain::parse(text, &mut found)?;
        }
        found.finish(text)
    }
}

/// Returns the beginning of a text as UTF-8.
fn start_of(text: &[u8]) -> String {
    let start = text.get(..MAX_BODY_START_BYTES).unwrap_or(text);
    String::from_utf8_lossy(start).into_owned()
}

/// Returns the text in UTF-8 without a byte order mark. The text is sometimes in UTF-16, because PowerShell writes
/// files in UTF-16.
fn in_utf8(text: &[u8]) -> Cow<'_, [u8]> {
    let (unit, units): (fn([u8; 2]) -> u16, _) = match text {
        [0xef, 0xbb, 0xbf, text @ ..] => return Cow::Borrowed(text),
        [0xff, 0xfe, units @ ..] => (u16::from_le_bytes, units),
        [0xfe, 0xff, units @ ..] => (u16::from_be_bytes, units),
        _ => return Cow::Borrowed(text),
    };
    let (units, _) = units.as_chunks();
    let units = units.iter().map(|bytes| unit(*bytes));
    let characters = char::decode_utf16(units);
    let characters = characters.map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER));
    Cow::Owned(characters.collect::<String>().into_bytes())
}

/// The responses that the parser has found so far.
#[derive(Default)]
struct Found {
    responses: Vec<PastedResponse>,
    left_out: Vec<LeftOutResponse>,
}

impl Found {
    /// Adds a response. `is_connect` is true if the response is the answer of a proxy to a `CONNECT` request.
    fn push(&mut self, response: PastedResponse, is_connect: bool) {
        let reason = if response.status.is_informational() {
            LeftOutReason::Informational
        } else if is_connect && response.status.is_success() {
            LeftOutReason::Proxy
        } else {
            self.responses.push(response);
            return;
        };
        if reason == LeftOutReason::Proxy {
            self.leave_out_challenges();
        }
        self.left_out.push(LeftOutResponse {
            line: response.line,
            status: response.status,
            reason,
        });
    }

    /// Moves the responses with status 407 from the end of `responses` to `left_out`. With status 407, a proxy asks for
    /// authentication before it establishes the connection.
    fn leave_out_challenges(&mut self) {
        let is_challenge = |response: &PastedResponse| {
            response.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED
        };
        while let Some(challenge) = self.responses.pop_if(|response| is_challenge(response)) {
            self.left_out.push(LeftOutResponse {
                line: challenge.line,
                status: challenge.status,
                reason: LeftOutReason::Proxy,
            });
        }
    }

    fn finish(self, text: &[u8]) -> Result<PastedResponses, PastedResponsesError> {
        let Self {
            responses,
            mut left_out,
        } = self;
        if !responses.is_empty() {
            left_out.sort_by_key(|response| response.line);
            return Ok(PastedResponses {
                responses,
                left_out,
            });
        }
        Err(match left_out.last() {
            Some(last) => PastedResponsesErrorKind::OnlyLeftOut {
                status: last.status,
            }
            .at(last.line),
            None => error::without_responses(text),
        })
    }
}
