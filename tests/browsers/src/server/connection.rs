//! Listeners, and one thread for each connection. Each connection has one request.

use std::{
    io::{self, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::{
    certificate::Certificate,
    request::Request,
    response::{self, page},
    session::Session,
};

/// The addresses of the server of the page, of the server of the API, and of a server on a different site.
pub const ADDRESSES: &[&str] = &[
    "127.0.0.1:8001",
    "127.0.0.1:8002",
    "127.0.0.1:8003",
    "[::1]:8003",
];

/// The addresses of the servers whose hosts are in the hosts file. These servers need privileged ports.
pub const NAMED_ADDRESSES: &[&str] = &["127.0.0.1:80"];

/// The addresses of the servers on https.
pub const TLS_ADDRESSES: &[&str] = &["127.0.0.1:443"];

pub const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// The maximum number of bytes that [`close`] reads.
const MAX_UNREAD_BYTES: u64 = 1 << 20;

/// Cookies that show whether credentials are included.
const COOKIES: &[&str] = &["plain=1; Path=/", "none=1; Path=/; SameSite=None; Secure"];

const PAGE: &str = include_str!("../page/page.html");
const PAGE_SCRIPT: &str = include_str!("../page/page.js");
const FRAME: &str = concat!(
    include_str!("../page/frame.html"),
    include_str!("../page/frame.js"),
    "</script>\n"
);

/// The first answer that the page gets from its server: the origins of the frames, the URLs that each frame fetches
/// before the first case, and the time limit of a fetch.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Plan {
    pub origins: Vec<String>,
    pub warm_up: Vec<String>,
    /// The time limit of a fetch. A fetch that takes longer has no outcome.
    pub limit_seconds: u64,
}

/// The state that the connections share.
pub struct Shared {
    pub plan: Plan,
    pub session: Mutex<Session>,
}

/// Listens on the addresses, and serves until the process ends.
pub fn listen(addresses: &[&str], shared: &Arc<Shared>) -> io::Result<()> {
    for address in addresses {
        let listener = bind(address)?;
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || serve(stream, &shared));
            }
        });
    }
    Ok(())
}

/// Listens on the addresses as [`listen`] does, but with https.
pub fn listen_with_tls(
    addresses: &[&str],
    certificate: &Certificate,
    shared: &Arc<Shared>,
) -> io::Result<()> {
    for address in addresses {
        let listener = bind(address)?;
        let (shared, config) = (Arc::clone(shared), Arc::clone(&certificate.config));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (shared, config) = (Arc::clone(&shared), Arc::clone(&config));
                thread::spawn(move || serve_with_tls(stream, config, &shared));
            }
        });
    }
    Ok(())
}

pub fn bind(address: &str) -> io::Result<TcpListener> {
    TcpListener::bind(address)
        .map_err(|error| io::Error::new(error.kind(), format!("{address}: {error}")))
}

/// Answers the request of a connection. Ignores errors, because a browser can close the connection early.
fn serve(mut stream: TcpStream, shared: &Shared) {
    let _ = stream.set_read_timeout(Some(READ_TIMEOUT));
    if answer(&mut stream, "http", shared).is_ok() {
        close(&stream);
    }
}

fn serve_with_tls(stream: TcpStream, config: Arc<ServerConfig>, shared: &Shared) {
    let _ = stream.set_read_timeout(Some(READ_TIMEOUT));
    let Ok(connection) = ServerConnection::new(config) else {
        return;
    };
    let mut stream = StreamOwned::new(connection, stream);
    if answer(&mut stream, "https", shared).is_ok() {
        stream.conn.send_close_notify();
        let _ = stream.flush();
        close(&stream.sock);
    }
}

/// Ends the response, and reads the bytes that the browser still sends. If bytes stay unread, the system resets the
/// connection before the browser has the response.
pub fn close(stream: &TcpStream) {
    let _ = stream.shutdown(Shutdown::Write);
    let _ = io::copy(&mut stream.take(MAX_UNREAD_BYTES), &mut io::sink());
}

fn answer(stream: &mut (impl Read + Write), scheme: &str, shared: &Shared) -> io::Result<()> {
    let Some(request) = Request::read(&mut BufReader::new(&mut *stream))? else {
        return Ok(());
    };
    if let Some(bytes) = respond(request, scheme, shared) {
        stream.write_all(&bytes)?;
        stream.flush()?;
    }
    Ok(())
}

fn respond(request: Request, scheme: &str, shared: &Shared) -> Option<Vec<u8>> {
    // If the lock is poisoned, the session is still consistent, because each change is one call.
    let mut session = shared
        .session
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    let json = |value: String| page("application/json", &[], &value);
    let cookies: Vec<_> = COOKIES
        .iter()
        .map(|cookie| ("Set-Cookie".to_owned(), (*cookie).to_owned()))
        .collect();
    Some(match path {
        "/" => page("text/html", &cookies, PAGE),
        "/.page.js" => page("text/javascript", &[], PAGE_SCRIPT),
        "/.frame" => page("text/html", &cookies, FRAME),
        "/.plan" => json(serde_json::to_string(&shared.plan).unwrap_or_default()),
        "/.work" => json(session.next_wave(&request).to_string()),
        "/.mark" => {
            session.mark(query);
            page("text/plain", &[], "")
        }
        "/.done" => {
            session.finish(&request.body);
            page("text/plain", &[], "")
        }
        "/.failed" => {
            session.fail(&request.body);
            page("text/plain", &[], "")
        }
        "/.warm-up" => {
            let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            let headers = [
                "Access-Control-Allow-Origin",
                "Access-Control-Allow-Methods",
            ];
            page("text/plain", &headers.map(|name| header(name, "*")), "")
        }
        _ => {
            let host = request.header("host").unwrap_or_default();
            let url = format!("{scheme}://{host}{}", request.target);
            let method = request.method.clone();
            let answer = session.answer(&url, request);
            return response::bytes(&answer, &method);
        }
    })
}
