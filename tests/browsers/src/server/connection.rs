//! Listeners, and one thread for each connection. Each connection has one request.

use std::{
    io::{self, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use super::{
    request::Request,
    response::{self, page},
    session::Session,
};

/// The addresses of the page's own server, of the API and of the other site.
pub const ADDRESSES: &[&str] = &[
    "127.0.0.1:8001",
    "127.0.0.1:8002",
    "127.0.0.1:8003",
    "[::1]:8003",
];

/// Cookies that show whether credentials are included.
const COOKIES: &[&str] = &["plain=1; Path=/", "none=1; Path=/; SameSite=None; Secure"];

const PAGE: &str = include_str!("../page/page.html");
const PAGE_SCRIPT: &str = include_str!("../page/page.js");
const FRAME: &str = concat!(
    include_str!("../page/frame.html"),
    include_str!("../page/frame.js"),
    "</script>\n"
);

/// The page's first answer: the origins of its frames, and the URLs that each frame fetches before the first case.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Plan {
    pub origins: Vec<String>,
    pub warm_up: Vec<String>,
}

/// What the connections share.
pub struct Shared {
    pub plan: Plan,
    pub session: Mutex<Session>,
}

/// Listens on the addresses, and serves until the process ends.
pub fn listen(addresses: &[&str], shared: &Arc<Shared>) -> io::Result<()> {
    for address in addresses {
        let listener = TcpListener::bind(address)
            .map_err(|error| io::Error::new(error.kind(), format!("{address}: {error}")))?;
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

/// A browser that closes the connection early is not an error.
fn serve(stream: TcpStream, shared: &Shared) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(30)));
    let _ = answer(stream, shared);
}

fn answer(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let Some(request) = Request::read(&mut reader)? else {
        return Ok(());
    };
    if let Some(bytes) = respond(request, shared) {
        stream.write_all(&bytes)?;
        stream.flush()?;
        // With unread bytes, the system would reset the connection before the browser has the response.
        stream.shutdown(std::net::Shutdown::Write)?;
        let _ = io::copy(&mut reader.take(1 << 20), &mut io::sink());
    }
    Ok(())
}

fn respond(request: Request, shared: &Shared) -> Option<Vec<u8>> {
    // A poisoned session is still whole: each change is one call.
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
            let url = format!("http://{host}{}", request.target);
            let method = request.method.clone();
            let answer = session.answer(&url, request);
            return response::bytes(&answer, &method);
        }
    })
}
