//! A request, as it arrives.

use std::io::{self, BufRead, Read};

use crate::case::Header;

/// The maximum number of bytes of the head of a request.
const MAX_HEAD_BYTES: u64 = 1 << 20;

/// A request. Its strings have one code point for each byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    /// The path and query.
    pub target: String,
    /// The header lines, in the order of the request, with names in lower case.
    pub headers: Vec<Header>,
    pub body: Vec<u8>,
}

impl Request {
    /// Reads a request. Returns `None` if the browser closes the connection without a request.
    pub fn read(stream: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut head = stream.by_ref().take(MAX_HEAD_BYTES);
        let Some(first) = line(&mut head)? else {
            return Ok(None);
        };
        let mut parts = first.splitn(3, ' ').map(str::to_owned);
        let (Some(method), Some(target)) = (parts.next(), parts.next()) else {
            return Ok(None);
        };
        let mut headers = Vec::new();
        while let Some(line) = line(&mut head)?.filter(|line| !line.is_empty()) {
            if let Some((name, value)) = line.split_once(':') {
                headers.push((
                    name.to_ascii_lowercase(),
                    value.trim_matches([' ', '\t']).to_owned(),
                ));
            }
        }
        let mut request = Self {
            method,
            target,
            headers,
            body: Vec::new(),
        };
        let length = request
            .header("content-length")
            .and_then(|length| length.parse().ok());
        let mut body = Vec::new();
        stream
            .by_ref()
            .take(length.unwrap_or(0))
            .read_to_end(&mut body)?;
        request.body = body;
        Ok(Some(request))
    }

    /// Returns the value of the header with this name. If the request has several lines of the header, `, ` joins their
    /// values.
    pub fn header(&self, name: &str) -> Option<String> {
        let lines = self.headers.iter().filter(|(other, _)| other == name);
        lines
            .map(|(_, value)| value.clone())
            .reduce(|a, b| format!("{a}, {b}"))
    }

    pub fn is_preflight(&self) -> bool {
        self.method == "OPTIONS" && self.header("access-control-request-method").is_some()
    }
}

/// Reads a line. Returns the line without its line end, with one code point for each byte. Returns `None` at the end of
/// the stream.
fn line(stream: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    stream.read_until(b'\n', &mut bytes)?;
    if bytes.pop() != Some(b'\n') {
        return Ok(None);
    }
    bytes.pop_if(|byte| *byte == b'\r');
    Ok(Some(bytes.into_iter().map(char::from).collect()))
}

#[cfg(test)]
mod tests {
    use super::Request;

    #[test]
    fn bytes_become_code_points() {
        let bytes =
            b"PUT /a?b HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nx-a: \xE9\r\nContent-Length: 2\r\n\r\nabc";
        let request = Request::read(&mut &bytes[..]).unwrap().unwrap();
        assert_eq!((&*request.method, &*request.target), ("PUT", "/a?b"));
        assert_eq!(request.header("x-a").as_deref(), Some("1, \u{e9}"));
        assert_eq!(request.body, b"ab");
        assert_eq!(Request::read(&mut &b""[..]).unwrap(), None);
    }
}
