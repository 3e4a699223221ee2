//! Parses the output of `curl -i`, `curl -I` and HTTPie. With `-v`, HTTPie prints the request before the response.

use super::{
    Found, MAX_BODY_START_BYTES, PastedRequest, PastedResponse,
    body::{ChunkedBodies, known_length},
    error::{PastedResponsesError, PastedResponsesErrorKind},
    head::{HeaderLines, begins_like_status_line, header_line, request_line, status_line},
    lines::{Line, Lines},
    start_of,
};

pub(super) fn parse(text: &[u8], found: &mut Found) -> Result<(), PastedResponsesError> {
    let mut lines = Lines::new(text);
    let mut chunked_bodies = ChunkedBodies::default();
    let mut request = None;
    let mut next = first_status_line(&mut lines, &mut request)?;
    while let Some(line) = next {
        let end_is_known = response(line, &mut lines, &mut request, &mut chunked_bodies, found)?;
        if end_is_known {
            lines.skip_blank();
        }
        next = match lines.peek() {
            Some(line) if end_is_known && begins_like_status_line(line.text) => lines.next(),
            _ => status_line_in_text(&mut lines, &mut request),
        };
    }
    Ok(())
}

/// Skips the text before the first response, and returns the status line. The skipped text is, for example, the `curl`
/// command. A request in this text is stored in `request`. The result is an error if a CORS header comes before the status
/// line and is not a part of a request.
fn first_status_line<'t>(
    lines: &mut Lines<'t>,
    request: &mut Option<PastedRequest>,
) -> Result<Option<Line<'t>>, PastedResponsesError> {
    while let Some(line) = lines.next() {
        if begins_like_status_line(line.text) {
            return Ok(Some(line));
        }
        if let Some(found) = request_at(line, lines) {
            *request = Some(found);
            continue;
        }
        let header = header_line(line.text).map(|(name, _)| name);
        let is_cors_header = header.is_some_and(|name| {
            let beginning = name.get(.."access-control-".len()).unwrap_or_default();
            beginning.eq_ignore_ascii_case(b"access-control-")
        });
        if is_cors_header {
            let found = line.text.to_vec();
            let kind = PastedResponsesErrorKind::HeaderBeforeStatusLine { found };
            return Err(kind.at(line.number));
        }
    }
    Ok(None)
}

/// Reads the request that begins with `line`, up to the empty line after its headers. `None` if `line` is not a request line,
/// or if the header `Host` does not follow.
fn request_at<'t>(line: Line<'t>, lines: &mut Lines<'t>) -> Option<PastedRequest> {
    let (method, target) = request_line(line.text)?;
    let mut behind = *lines;
    let mut headers = HeaderLines::default();
    for line in behind.by_ref() {
        if line.is_blank() {
            break;
        }
        headers.push(line).ok()?;
    }
    let header_list = headers.into_header_list().ok()?;
    if !header_list.contains("host") {
        return None;
    }
    *lines = behind;
    Some(PastedRequest {
        line: line.number,
        method: method.to_vec(),
        target: target.to_vec(),
        header_list,
    })
}

/// Reads the response that begins with `line`. Returns true if the end of the response body is known. The next response
/// then begins after this end.
fn response<'t>(
    line: Line<'t>,
    lines: &mut Lines<'t>,
    request: &mut Option<PastedRequest>,
    chunked_bodies: &mut ChunkedBodies,
    found: &mut Found,
) -> Result<bool, PastedResponsesError> {
    let Some(status_line) = status_line(line.text) else {
        let found = line.text.to_vec();
        return Err(PastedResponsesErrorKind::MalformedStatusLine { found }.at(line.number));
    };
    let mut headers = HeaderLines::default();
    let mut is_cut = true;
    for line in lines.by_ref() {
        if line.is_blank() {
            is_cut = false;
            break;
        }
        headers.push(line)?;
    }
    let rest = lines.rest();
    let (length, end_is_known) = known_length(rest, &headers, chunked_bodies);
    lines.skip_bytes(length);
    let body = if length > 0 || end_is_known {
        rest.get(..length).unwrap_or_default()
    } else {
        without_next_response(rest)
    };
    let response = PastedResponse {
        line: line.number,
        version: status_line.version,
        status: status_line.status,
        reason: start_of(status_line.reason),
        header_list: headers.into_header_list()?,
        is_cut,
        body_start: start_of(body),
        request: if status_line.status.is_informational() {
            None
        } else {
            request.take()
        },
    };
    found.push(response, status_line.is_connection_established());
    Ok(end_is_known)
}

/// Returns the beginning of a body of unknown length: the text before the next line that begins like a status line
/// or is a request line.
fn without_next_response(rest: &[u8]) -> &[u8] {
    let beginning = rest.get(..MAX_BODY_START_BYTES).unwrap_or(rest);
    let mut position = 0;
    for line in beginning.split_inclusive(|byte| *byte == b'\n') {
        if begins_like_status_line(line) || request_line(line.trim_ascii_end()).is_some() {
            break;
        }
        position += line.len();
    }
    beginning.get(..position).unwrap_or_default()
}

/// Returns the next status line in a body of unknown length, or in the text between two responses. A line counts as a
/// status line only if header lines and an empty line follow. A request in the text is stored in `request`.
fn status_line_in_text<'t>(
    lines: &mut Lines<'t>,
    request: &mut Option<PastedRequest>,
) -> Option<Line<'t>> {
    while let Some(line) = lines.next() {
        if let Some(found) = request_at(line, lines) {
            *request = Some(found);
            continue;
        }
        if status_line(line.text).is_none() {
            continue;
        }
        let mut behind = *lines;
        let mut headers = 0;
        loop {
            match behind.peek() {
                Some(line) if !line.is_blank() => {
                    let is_continued = headers > 0 && line.text.starts_with(b" ");
                    if !is_continued && header_line(line.text).is_none() {
                        break;
                    }
                    headers += 1;
                    behind.next();
                }
                _ if headers > 0 => return Some(line),
                _ => break,
            }
        }
        // No response begins before `behind`, so the search continues at `behind`.
        *lines = behind;
    }
    None
}
