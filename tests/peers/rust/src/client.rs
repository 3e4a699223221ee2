//! An HTTP/1.1 client that sends and returns headers byte for byte.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use crate::{
    Failure,
    line::{RequestLine, Response, decode, encode},
};

const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_RESPONSE_BYTES: usize = 1 << 20;
const MAX_HEADERS: usize = 128;

pub(crate) struct Client {
    port: u16,
    connection: Option<TcpStream>,
}

impl Client {
    pub(crate) const fn new(port: u16) -> Self {
        Self {
            port,
            connection: None,
        }
    }

    pub(crate) fn send(&mut self, request: &RequestLine) -> Result<Response, Failure> {
        let bytes = self.serialize(request)?;
        // The server may have closed a reused connection. Then the client sends the request on a new connection.
        if let Some(connection) = self.connection.take()
            && let Ok(response) = self.send_over(connection, request, &bytes)
        {
            return Ok(response);
        }
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let connection = TcpStream::connect_timeout(&address, TIMEOUT)?;
        connection.set_nodelay(true)?;
        self.send_over(connection, request, &bytes)
    }

    fn serialize(&self, request: &RequestLine) -> Result<Vec<u8>, Failure> {
        let mut text = format!("{} {} HTTP/1.1\r\n", request.method, request.target());
        let has_host = request
            .headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("host"));
        if !has_host {
            text.push_str(&format!("Host: 127.0.0.1:{}\r\n", self.port));
        }
        for (name, value) in &request.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        encode(&text).ok_or_else(|| Failure::from("the request has a code point above U+00FF"))
    }

    fn send_over(
        &mut self,
        mut connection: TcpStream,
        request: &RequestLine,
        bytes: &[u8],
    ) -> Result<Response, Failure> {
        connection.set_write_timeout(Some(TIMEOUT))?;
        // Some servers do not read the whole request if they refuse it: they answer, and close the connection. An error
        // of the write therefore counts only if there is no answer.
        let sent = connection.write_all(bytes);
        let mut reader = Reader::new(&mut connection);
        let (head, response) = match reader.head() {
            Ok(head) => head,
            Err(error) => return Err(sent.err().map_or(error, Failure::from)),
        };
        let is_bodyless = request.method == "HEAD" || matches!(response.status, 204 | 304);
        let is_framed = is_bodyless || reader.body(&response)?;
        if is_framed && sent.is_ok() && reader.is_drained() && !closes_connection(&head, &response)
        {
            self.connection = Some(connection);
        }
        Ok(response)
    }
}

/// The minor version of HTTP/1.
type Minor = u8;

fn closes_connection(&minor: &Minor, response: &Response) -> bool {
    let mut tokens = values(response, "connection");
    minor == 0 || tokens.any(|value| value.to_ascii_lowercase().contains("close"))
}

fn values<'a>(response: &'a Response, wanted: &'a str) -> impl Iterator<Item = &'a str> {
    let is_wanted = move |(name, _): &&(String, String)| name.eq_ignore_ascii_case(wanted);
    response
        .headers
        .iter()
        .filter(is_wanted)
        .map(|(_, value)| value.as_str())
}

struct Reader<'a> {
    connection: &'a mut TcpStream,
    deadline: Instant,
    buffer: Vec<u8>,
    total: usize,
}

impl<'a> Reader<'a> {
    fn new(connection: &'a mut TcpStream) -> Self {
        Self {
            connection,
            deadline: Instant::now() + TIMEOUT,
            buffer: Vec::new(),
            total: 0,
        }
    }

    /// Reads the next bytes from the connection. Returns false at the end of the connection.
    fn more(&mut self) -> Result<bool, Failure> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::Error::from(io::ErrorKind::TimedOut).into());
        }
        self.connection.set_read_timeout(Some(left))?;
        let mut chunk = [0; 8192];
        let count = loop {
            match self.connection.read(&mut chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result?,
            }
        };
        self.total += count;
        if self.total > MAX_RESPONSE_BYTES {
            return Err("the response is too long".into());
        }
        self.buffer.extend(chunk.iter().take(count));
        Ok(count > 0)
    }

    fn need(&mut self) -> Result<(), Failure> {
        if self.more()? {
            Ok(())
        } else {
            Err("the server closed the connection before the end of the response".into())
        }
    }

    fn is_drained(&self) -> bool {
        self.buffer.is_empty()
    }

    /// Reads the head of the final response.
    fn head(&mut self) -> Result<(Minor, Response), Failure> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
            let mut parsed = httparse::Response::new(&mut headers);
            let httparse::Status::Complete(length) = parsed.parse(&self.buffer)? else {
                self.need()?;
                continue;
            };
            let pairs = parsed.headers.iter();
            let response = Response {
                status: parsed.code.unwrap_or_default(),
                headers: pairs
                    .map(|header| (header.name.to_owned(), decode(header.value)))
                    .collect(),
            };
            let minor = parsed.version.unwrap_or_default();
            self.buffer.drain(..length);
            if response.status >= 200 {
                return Ok((minor, response));
            }
        }
    }

    /// Skips the body. Returns false if the body ends with the connection.
    fn body(&mut self, response: &Response) -> Result<bool, Failure> {
        let mut codings = values(response, "transfer-encoding");
        if codings.any(|value| value.to_ascii_lowercase().contains("chunked")) {
            self.chunks()?;
            return Ok(true);
        }
        if let Some(length) = values(response, "content-length").next() {
            self.skip(length.parse()?)?;
            return Ok(true);
        }
        while self.more()? {}
        Ok(false)
    }

    fn skip(&mut self, length: usize) -> Result<(), Failure> {
        while self.buffer.len() < length {
            self.need()?;
        }
        self.buffer.drain(..length);
        Ok(())
    }

    fn chunks(&mut self) -> Result<(), Failure> {
        loop {
            let line = self.line()?;
            let digits = line.split(';').next().unwrap_or_default().trim().to_owned();
            let size = usize::from_str_radix(&digits, 16)?;
            if size == 0 {
                while !self.line()?.is_empty() {}
                return Ok(());
            }
            self.skip(size.saturating_add(2))?;
        }
    }

    fn line(&mut self) -> Result<String, Failure> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let line = decode(self.buffer.get(..end).unwrap_or_default());
                self.buffer.drain(..end + 2);
                return Ok(line);
            }
            self.need()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, thread};

    use super::*;
    use crate::line::{Answer, exchange_error};

    /// Starts a server that sends these answers on one connection. The thread returns the received bytes.
    fn answering(answers: &'static [&[u8]]) -> (Client, thread::JoinHandle<Vec<u8>>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            let mut received = Vec::new();
            for answer in answers {
                let begin = received.len();
                while !received[begin..].ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    connection.read_exact(&mut byte).unwrap();
                    received.extend(byte);
                }
                connection.write_all(answer).unwrap();
            }
            received
        });
        (Client::new(port), server)
    }

    fn request(method: &str, headers: &[(&str, &str)]) -> RequestLine {
        let headers = headers.iter();
        RequestLine {
            id: "a/1".into(),
            method: method.into(),
            url: "http://127.0.0.1:8000/vary?a".into(),
            headers: headers
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect(),
        }
    }

    #[test]
    fn headers_are_sent_byte_for_byte() {
        let (mut client, server) = answering(&[b"HTTP/1.1 204 \r\n\r\n"]);
        let headers = [("Host", "a"), ("oRIGIN", "\u{e9},\t"), ("origin", "")];
        assert_eq!(client.send(&request("a!b", &headers)).unwrap().status, 204);
        let expected = b"a!b /vary?a HTTP/1.1\r\nHost: a\r\noRIGIN: \xe9,\t\r\norigin: \r\n\r\n";
        assert_eq!(server.join().unwrap(), expected);
    }

    #[test]
    fn connection_is_reused_after_delimited_body() {
        let (mut client, server) = answering(&[
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nVary: a\r\nvary: b\r\nContent-Length: 3\r\n\r\nabc",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX-A: b\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n",
            b"HTTP/1.1 500 \r\n\r\nuntil the end",
        ]);
        let vary = [
            ("Vary".to_owned(), "a".to_owned()),
            ("vary".to_owned(), "b".to_owned()),
        ];
        let first = client.send(&request("GET", &[])).unwrap();
        assert_eq!(first.headers.get(..2), Some(&vary[..]));
        assert_eq!(client.send(&request("GET", &[])).unwrap().headers.len(), 1);
        assert_eq!(client.send(&request("HEAD", &[])).unwrap().status, 200);
        assert_eq!(client.send(&request("GET", &[])).unwrap().status, 500);
        assert!(client.connection.is_none());
        server.join().unwrap();
    }

    #[test]
    fn malformed_response_is_a_failure() {
        for answer in [
            &b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"[..],
            b"",
            b"nonsense",
        ] {
            let answers: &'static [&[u8]] = Vec::leak(vec![answer]);
            let (mut client, server) = answering(answers);
            assert!(client.send(&request("GET", &[])).is_err());
            server.join().unwrap();
        }
    }
    #[test]
    fn closed_connection_is_an_error_of_the_exchange() {
        let (mut client, server) = answering(&[b""]);
        let line = request("GET", &[]);
        let failure = client.send(&line).unwrap_err();
        server.join().unwrap();
        assert_eq!(exchange_error(&failure).name(), "network");
        let late = Failure::from(io::Error::from(io::ErrorKind::TimedOut));
        assert_eq!(exchange_error(&late).name(), "timeout");
        let answer = Answer::Error(exchange_error(&late));
        let printed = serde_json::to_string(&line.answered(answer)).unwrap();
        let expected = r#"{"id":"a/1","request":{"method":"GET","url":"http://127.0.0.1:8000/vary?a","headers":[]},"error":"timeout"}"#;
        assert_eq!(printed, expected);
    }
}
