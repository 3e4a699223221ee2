//! The server of the page, and the server of the API. The server of the API sends exactly the bytes of each answer.

use std::{
    io::{self, BufReader, Write},
    net::TcpStream,
    thread,
};

use http::StatusCode;

use super::scenarios::{Reply, scenario};
use crate::server::{
    connection::{READ_TIMEOUT, bind, close},
    request::Request,
    response::page,
};

/// The address of the page.
pub const PAGE: &str = "http://127.0.0.1:8001/";

const PAGE_TEXT: &str = "<!doctype html><title>Recording</title><link rel=icon href=data:,>";

/// The bytes of the answer to a request. `None` if the connection is closed without a response.
type Answer = fn(&Request) -> Option<Vec<u8>>;

/// Listens, and serves until the process ends.
pub fn listen() -> io::Result<()> {
    listen_on("127.0.0.1:8001", |_| {
        Some(page("text/html", &[], PAGE_TEXT))
    })?;
    for address in ["127.0.0.1:8002", "[::1]:8002"] {
        listen_on(address, answer)?;
    }
    Ok(())
}

fn listen_on(address: &str, answer: Answer) -> io::Result<()> {
    let listener = bind(address)?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Errors are ignored, because a browser can close the connection early.
            thread::spawn(move || serve(&stream, answer).ok());
        }
    });
    Ok(())
}

fn serve(mut stream: &TcpStream, answer: Answer) -> io::Result<()> {
    stream.set_read_timeout(Some(READ_TIMEOUT))?;
    let request = Request::read(&mut BufReader::new(stream))?;
    if let Some(bytes) = request.as_ref().and_then(answer) {
        stream.write_all(&bytes)?;
        close(stream);
    }
    Ok(())
}

fn answer(request: &Request) -> Option<Vec<u8>> {
    let reply = scenario(&request.target).map(|scenario| match &*request.method {
        "OPTIONS" => scenario.preflight,
        _ => scenario.response,
    });
    let Reply::Response(status, headers) = reply.unwrap_or(Reply::Response(404, &[])) else {
        return None;
    };
    let reason = StatusCode::from_u16(status).ok()?.canonical_reason()?;
    let first = format!("HTTP/1.1 {status} {reason}");
    let last = ["Content-Length: 0", "Connection: close", "", ""];
    let lines = [&[&*first], headers, &last].concat();
    Some(lines.join("\r\n").into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(method: &str, target: &str) -> Option<String> {
        let request = Request {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        answer(&request).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn header_lines_are_sent_as_they_are_written() {
        assert_eq!(
            text("PUT", "/put-allowed").unwrap(),
            "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: http://127.0.0.1:8001\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        let preflight = text("OPTIONS", "/put-allowed").unwrap();
        assert!(preflight.starts_with("HTTP/1.1 204 No Content\r\n"));
        let unknown = text("GET", "/login").unwrap();
        assert!(unknown.starts_with("HTTP/1.1 404 Not Found\r\n"));
        assert_eq!(text("GET", "/connection-closed"), None);
    }
}
