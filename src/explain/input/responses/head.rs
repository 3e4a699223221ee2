//! Status lines, request lines and header lines.

use alloc::vec::Vec;

use http::{StatusCode, Version};

use super::{
    super::limits::MAX_HEADERS_BYTES,
    error::{PastedResponsesError, PastedResponsesErrorKind},
    lines::Line,
};
use crate::infrastructure::{
    bytes::{is_http_tab_or_space, is_token, strip},
    header::{HeaderName, HeaderValue},
    header_list::HeaderList,
};

#[derive(Debug, PartialEq, Eq)]
pub(super) struct StatusLine<'t> {
    pub(super) version: Version,
    pub(super) status: StatusCode,
    pub(super) reason: &'t [u8],
}

impl StatusLine<'_> {
    /// Whether a proxy sent the status line to confirm a connection to the server.
    pub(super) fn is_connection_established(&self) -> bool {
        self.status.is_success() && self.reason.eq_ignore_ascii_case(b"connection established")
    }
}

/// Whether a line begins like a status line. The rest of the line can still be malformed.
pub(super) fn begins_like_status_line(line: &[u8]) -> bool {
    line.strip_prefix(b"HTTP/")
        .and_then(<[u8]>::first)
        .is_some_and(u8::is_ascii_digit)
}

/// Parses a status line. Returns `None` if the line is malformed or is not a status line.
pub(super) fn status_line(line: &[u8]) -> Option<StatusLine<'_>> {
    let rest = line.strip_prefix(b"HTTP/")?;
    let (version, rest) = split_once(rest, b' ')?;
    let version = http_version(version)?;
    let (status, reason) = split_once(rest, b' ').unwrap_or((rest, &[]));
    let status = strip(status, is_http_tab_or_space);
    if status.len() != 3 {
        return None;
    }
    Some(StatusLine {
        version,
        status: StatusCode::from_bytes(status).ok()?,
        reason: strip(reason, is_http_tab_or_space),
    })
}

fn http_version(version: &[u8]) -> Option<Version> {
    match version {
        b"0.9" => Some(Version::HTTP_09),
        b"1.0" => Some(Version::HTTP_10),
        b"1.1" => Some(Version::HTTP_11),
        b"2" | b"2.0" => Some(Version::HTTP_2),
        b"3" | b"3.0" => Some(Version::HTTP_3),
        _ => None,
    }
}

/// Parses a request line. Returns the method and the target.
pub(super) fn request_line(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (method, rest) = split_once(line, b' ')?;
    let (target, version) = split_once(rest, b' ')?;
    let version = strip(version, is_http_tab_or_space);
    http_version(version.strip_prefix(b"HTTP/")?)?;
    is_token(method).then_some((method, target))
}

/// Splits a header line into the name and the raw value. Returns `None` if the line has no name.
pub(super) fn header_line(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, value) = split_once(line, b':')?;
    is_token(name).then_some((name, value))
}

fn split_once(bytes: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|byte| *byte == separator)?;
    let (before, rest) = bytes.split_at_checked(at)?;
    Some((before, rest.get(1..)?))
}

/// The header lines that the parser has read so far. All lines are from one response or from one request.
#[derive(Default)]
pub(super) struct HeaderLines<'t> {
    lines: Vec<HeaderLine<'t>>,
    /// The length of all lines.
    bytes: usize,
}

struct HeaderLine<'t> {
    line: Line<'t>,
    name: HeaderName,
    value: Vec<u8>,
}

impl<'t> HeaderLines<'t> {
    /// Adds a line. A line that begins with white space continues the value of the line before (obsolete line
    /// folding, RFC 9112 §5.2): the line break and the white space become one space.
    pub(super) fn push(&mut self, line: Line<'t>) -> Result<(), PastedResponsesError> {
        self.bytes = self.bytes.saturating_add(line.text.len());
        if self.bytes > MAX_HEADERS_BYTES {
            return Err(PastedResponsesErrorKind::TooLongHeaders.at(line.number));
        }
        let is_continued = line
            .text
            .first()
            .is_some_and(|&byte| is_http_tab_or_space(byte));
        if is_continued && let Some(last) = self.lines.last_mut() {
            if !last.value.is_empty() {
                last.value.push(b' ');
            }
            last.value
                .extend_from_slice(strip(line.text, is_http_tab_or_space));
            return Ok(());
        }
        let (name, value) = header_line(line.text).ok_or_else(|| malformed(line))?;
        self.lines.push(HeaderLine {
            line,
            name: HeaderName::from_token(name),
            value: strip(value, is_http_tab_or_space).to_vec(),
        });
        Ok(())
    }

    /// Returns the values of all header lines with a name, in order.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let lines = self.lines.iter().filter(move |line| line.name == *name);
        lines.map(|line| line.value.as_slice())
    }

    pub(super) fn into_header_list(self) -> Result<HeaderList, PastedResponsesError> {
        let headers = self.lines.into_iter().map(|header| {
            let value = HeaderValue::received(&header.value).map_err(|_| {
                PastedResponsesErrorKind::InvalidHeaderValue {
                    found: header.line.text.to_vec(),
                }
                .at(header.line.number)
            })?;
            Ok((header.name, value))
        });
        headers.collect()
    }
}

fn malformed(line: Line<'_>) -> PastedResponsesError {
    let found = line.text.to_vec();
    let name = split_once(line.text, b':').map_or(&[][..], |(name, _)| name);
    let name_without_space = name.trim_ascii_end();
    let kind = if name_without_space.len() < name.len() && is_token(name_without_space) {
        PastedResponsesErrorKind::SpaceBeforeColon { found }
    } else {
        PastedResponsesErrorKind::MalformedHeaderLine { found }
    };
    kind.at(line.number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_lines_are_parsed() {
        for (line, version, status, reason) in [
            ("HTTP/1.1 200 OK", Version::HTTP_11, 200, "OK"),
            (
                "HTTP/1.0 404 Not Found ",
                Version::HTTP_10,
                404,
                "Not Found",
            ),
            ("HTTP/2 204", Version::HTTP_2, 204, ""),
            ("HTTP/2 204 ", Version::HTTP_2, 204, ""),
            ("HTTP/3 999 x", Version::HTTP_3, 999, "x"),
        ] {
            let expected = StatusLine {
                version,
                status: StatusCode::from_u16(status).unwrap(),
                reason: reason.as_bytes(),
            };
            assert_eq!(status_line(line.as_bytes()), Some(expected), "{line}");
        }
        for line in [
            "",
            "HTTP",
            "HTTP/",
            "HTTP/1.1",
            "HTTP/1.1 ",
            "HTTP/1.1 20",
            "HTTP/1.1 2000",
            "HTTP/1.1 099 x",
            "HTTP/1.1 abc",
            "HTTP/4 200",
            "http/1.1 200",
            " HTTP/1.1 200",
            "HTTP/1.1\t200",
            "HTTP/1.1 200OK",
            "HTTP/1.1 -20",
        ] {
            assert_eq!(status_line(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn request_lines_are_parsed() {
        assert_eq!(
            request_line(b"GET /a?b HTTP/1.1"),
            Some((&b"GET"[..], &b"/a?b"[..]))
        );
        assert_eq!(
            request_line(b"OPTIONS * HTTP/2 "),
            Some((&b"OPTIONS"[..], &b"*"[..]))
        );
        for line in [
            "",
            "GET",
            "GET /a",
            "G,T / HTTP/1.1",
            "GET / HTTP",
            "GET / FTP/1",
        ] {
            assert_eq!(request_line(line.as_bytes()), None, "{line}");
        }
    }
}
