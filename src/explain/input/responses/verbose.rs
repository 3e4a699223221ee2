//! Parses the output of `curl -v`. The mark `>` begins each line of a request, and `<` begins each line of a response.

use alloc::string::String;

use super::{
    Found, MAX_BODY_START_BYTES, PastedRequest, PastedResponse,
    error::{PastedResponsesError, PastedResponsesErrorKind},
    head::{HeaderLines, StatusLine, begins_like_status_line, request_line, status_line},
    lines::{Line, Lines},
    start_of,
};

/// Whether the first status line begins with `<`, as `curl -v` prints it.
pub(super) fn is_verbose(text: &[u8]) -> bool {
    for line in Lines::new(text) {
        if begins_like_status_line(line.text) {
            return false;
        }
        if marked(line, b'<').is_some_and(|line| begins_like_status_line(line.text)) {
            return true;
        }
    }
    false
}

/// The request or the response that the parser is reading.
enum Open<'t> {
    Request {
        line: usize,
        method: &'t [u8],
        target: &'t [u8],
        headers: HeaderLines<'t>,
    },
    Response {
        line: usize,
        status_line: StatusLine<'t>,
        headers: HeaderLines<'t>,
    },
}

pub(super) fn parse(text: &[u8], found: &mut Found) -> Result<(), PastedResponsesError> {
    let mut reader = Reader {
        found,
        open: None,
        request: None,
    };
    for line in Lines::new(text) {
        if let Some(line) = marked(line, b'>') {
            reader.request_line(line)?;
        } else if let Some(line) = marked(line, b'<') {
            reader.response_line(line)?;
        } else if !line.text.starts_with(b"*") {
            reader.body_line(line);
        }
    }
    reader.close(true)
}

/// Returns the line without the mark at its start, and without the space after the mark.
fn marked(line: Line<'_>, mark: u8) -> Option<Line<'_>> {
    let text = line.text.strip_prefix(&[mark])?;
    let text = match text {
        [] => text,
        [b' ', text @ ..] => text,
        _ => return None,
    };
    Some(Line { text, ..line })
}

struct Reader<'t, 'f> {
    found: &'f mut Found,
    open: Option<Open<'t>>,
    /// The last request that the parser has read.
    request: Option<PastedRequest>,
}

impl<'t> Reader<'t, '_> {
    fn request_line(&mut self, line: Line<'t>) -> Result<(), PastedResponsesError> {
        match &mut self.open {
            Some(Open::Request { headers, .. }) if !line.is_blank() => headers.push(line),
            _ => {
                self.close(true)?;
                if let Some((method, target)) = request_line(line.text) {
                    self.open = Some(Open::Request {
                        line: line.number,
                        method,
                        target,
                        headers: HeaderLines::default(),
                    });
                }
                Ok(())
            }
        }
    }

    fn response_line(&mut self, line: Line<'t>) -> Result<(), PastedResponsesError> {
        match &mut self.open {
            Some(Open::Response { headers, .. }) if !line.is_blank() => headers.push(line),
            _ => {
                self.close(!line.is_blank())?;
                if let Some(status_line) = status_line(line.text) {
                    self.open = Some(Open::Response {
                        line: line.number,
                        status_line,
                        headers: HeaderLines::default(),
                    });
                } else if begins_like_status_line(line.text) {
                    let found = line.text.to_vec();
                    let kind = PastedResponsesErrorKind::MalformedStatusLine { found };
                    return Err(kind.at(line.number));
                }
                Ok(())
            }
        }
    }

    /// Adds a line to the body of the last response. With the option `-i`, `curl` also prints the headers without marks, so
    /// these lines are a part of the body, too.
    fn body_line(&mut self, line: Line<'t>) {
        if self.open.is_some() {
            return;
        }
        let Some(last) = self.found.responses.last_mut() else {
            return;
        };
        if last.body_start.len() < MAX_BODY_START_BYTES {
            last.body_start += &start_of(line.text);
            last.body_start.push('\n');
        }
    }

    /// Finishes the request or the response that the parser is reading. `is_cut` is true if no empty line is after the
    /// headers.
    fn close(&mut self, is_cut: bool) -> Result<(), PastedResponsesError> {
        match self.open.take() {
            None => {}
            Some(Open::Request {
                line,
                method,
                target,
                headers,
            }) => {
                self.request = Some(PastedRequest {
                    line,
                    method: method.to_vec(),
                    target: target.to_vec(),
                    header_list: headers.into_header_list()?,
                });
            }
            Some(Open::Response {
                line,
                status_line,
                headers,
            }) => {
                let is_connect = status_line.is_connection_established()
                    || self
                        .request
                        .as_ref()
                        .is_some_and(|request| request.method == b"CONNECT");
                let request = if status_line.status.is_informational() {
                    None
                } else {
                    self.request.take()
                };
                let response = PastedResponse {
                    line,
                    version: status_line.version,
                    status: status_line.status,
                    reason: start_of(status_line.reason),
                    header_list: headers.into_header_list()?,
                    is_cut,
                    body_start: String::new(),
                    request,
                };
                self.found.push(response, is_connect);
            }
        }
        Ok(())
    }
}
