//! Serves one peer with one policy on a port, for example for `curl`.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    time::Duration,
};

use crate::{
    Failure,
    line::{RequestLine, Response, decode, encode},
    peer::Server,
};

const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_RESPONSE_BYTES: usize = 1 << 20;
const MAX_HEADERS: usize = 128;

/// Answers one request per connection until the process is interrupted.
pub(crate) fn serve(server: &mut dyn Server, port: u16) -> Result<(), Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    println!("http://{}/", listener.local_addr()?);
    for connection in listener.incoming() {
        if let Err(error) = answer(server, connection?) {
            eprintln!("{error}");
        }
    }
    Ok(())
}

fn answer(server: &mut dyn Server, mut connection: TcpStream) -> Result<(), Failure> {
    connection.set_read_timeout(Some(TIMEOUT))?;
    connection.set_write_timeout(Some(TIMEOUT))?;
    let request = read(&mut connection)?;
    let response = server.answer(&request)?;
    connection.write_all(&serialize(&response)?)?;
    Ok(())
}

fn read(connection: &mut TcpStream) -> Result<RequestLine, Failure> {
    let mut buffer = Vec::new();
    loop {
        let mut chunk = [0; 8192];
        let count = connection.read(&mut chunk)?;
        buffer.extend(chunk.iter().take(count));
        if count == 0 || buffer.len() > MAX_RESPONSE_BYTES {
            return Err("the request is incomplete".into());
        }
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut parsed = httparse::Request::new(&mut headers);
        if parsed.parse(&buffer)?.is_complete() {
            let headers = parsed.headers.iter();
            return Ok(RequestLine {
                id: String::new(),
                method: parsed.method.unwrap_or_default().to_owned(),
                url: format!("http://127.0.0.1{}", parsed.path.unwrap_or("/")),
                headers: headers
                    .map(|header| (header.name.to_owned(), decode(header.value)))
                    .collect(),
            });
        }
    }
}

fn serialize(response: &Response) -> Result<Vec<u8>, Failure> {
    let mut text = format!("HTTP/1.1 {} \r\n", response.status);
    let is_framing =
        |name: &str| ["connection", "content-length", "transfer-encoding"].contains(&name);
    for (name, value) in &response.headers {
        if !is_framing(&name.to_ascii_lowercase()) {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    text.push_str("connection: close\r\n\r\n");
    encode(&text).ok_or_else(|| "the response has a code point above U+00FF".into())
}
