//! Compares the time to read HAR recordings with the time to skip the same JSON (`IgnoredAny` of `serde_json`), in
//! alternating turns.
//!
//! `cargo run --release --bin recordings` measures. `… --bin recordings write BODY_BYTES CORS_OF_TEN HEADERS BYTES FILE`
//! writes a recording. `HEADERS` is `equal` or `different`.

use std::{
    env,
    error::Error,
    fs,
    hint::black_box,
    io::{BufReader, Read},
    time::Instant,
};

use fetch_cors::explain::input::Recording;
use serde::de::IgnoredAny;

use crate::quick_json::QuickJson;

#[path = "../../../src/bin/fetch-cors/quick_json/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "only the program reports the errors"
)]
mod quick_json;

/// The number of turns. The best turn counts, because other load can only make a turn longer.
const TURNS: usize = 15;

/// The size of a measured recording.
const MEASURED_BYTES: usize = 20_000_000;

/// The size of one read. The program `fetch-cors` reads with the same size.
const READ_BYTES: usize = 256 * 1024;

/// A kind of recording.
#[derive(Clone, Copy)]
struct Kind {
    body_bytes: usize,
    /// The number of fetches of another origin among ten entries.
    cors_of_ten: usize,
    /// Whether `Date`, `ETag` and an id differ in each entry, and each fourth fetch has a preflight.
    has_different_headers: bool,
}

impl Kind {
    const fn new(body_bytes: usize, cors_of_ten: usize) -> Self {
        Self {
            body_bytes,
            cors_of_ten,
            has_different_headers: false,
        }
    }

    const fn headers(self) -> &'static str {
        if self.has_different_headers {
            "different"
        } else {
            "equal"
        }
    }
}

/// The measured kinds of recordings.
const KINDS: [Kind; 5] = [
    Kind::new(1024, 1),
    Kind::new(65_536, 1),
    Kind::new(1024, 10),
    Kind {
        has_different_headers: true,
        ..Kind::new(1024, 10)
    },
    Kind {
        has_different_headers: true,
        ..Kind::new(0, 10)
    },
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [command, body_bytes, cors_of_ten, headers, bytes, file] = &*arguments
        && command == "write"
    {
        let kind = Kind {
            body_bytes: body_bytes.parse()?,
            cors_of_ten: cors_of_ten.parse()?,
            has_different_headers: match headers.as_str() {
                "equal" => false,
                "different" => true,
                _ => return Err("HEADERS is `equal` or `different`".into()),
            },
        };
        return Ok(fs::write(file, recording(kind, bytes.parse()?))?);
    }
    println!(
        "bodies, fetches of ten, headers, way, skipping (MB/s), reading (MB/s), speed of reading"
    );
    for kind in KINDS {
        let text = recording(kind, MEASURED_BYTES);
        let stream = || BufReader::with_capacity(READ_BYTES, Stream(&text));
        let (mut skipped, mut read) = ([f64::MAX; 3], [f64::MAX; 3]);
        for _ in 0..TURNS {
            time(&mut skipped[0], || {
                let _: IgnoredAny = serde_json::from_reader(stream()).expect("JSON");
            });
            time(&mut read[0], || {
                let mut recording = Recording::with_shared_headers();
                let mut json = QuickJson::new(Stream(&text), READ_BYTES);
                recording.read(&mut json).expect("a recording");
                assert!(json.is_at_end().expect("JSON"));
                black_box(shape_count(&recording));
            });
            time(&mut read[1], || {
                let mut recording = Recording::with_shared_headers();
                let mut json = QuickJson::repairing(Stream(&text), READ_BYTES);
                recording.read(&mut json).expect("a recording");
                assert!(json.is_at_end().expect("JSON"));
                black_box(shape_count(&recording));
            });
            skipped[1] = skipped[0];
            time(&mut skipped[2], || {
                let _: IgnoredAny = serde_json::from_slice(&text).expect("JSON");
            });
            time(&mut read[2], || {
                black_box(Recording::from_slice(&text).expect("a recording"));
            });
        }
        for (index, way) in ["file", "pipe", "slice"].into_iter().enumerate() {
            let speed = |seconds: f64| text.len() as f64 / 1e6 / seconds;
            let (skipped, read) = (speed(skipped[index]), speed(read[index]));
            let Kind {
                body_bytes,
                cors_of_ten,
                ..
            } = kind;
            let headers = kind.headers();
            println!(
                "{body_bytes}, {cors_of_ten}, {headers}, {way}, {skipped:.0}, {read:.0}, {:.2}",
                read / skipped
            );
        }
    }
    Ok(())
}

/// Finds the fetches, and returns the number of fetches with a shape. The program explains one fetch of each shape.
fn shape_count(recording: &Recording) -> usize {
    let fetches = recording.unbuilt_fetches();
    fetches.iter().filter_map(|fetch| fetch.shape()).count()
}

fn time(best: &mut f64, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    *best = best.min(start.elapsed().as_secs_f64());
}

/// A reader that hides its slice, so that the parser reads a stream.
struct Stream<'t>(&'t [u8]);

impl Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buffer)
    }
}

/// Returns a recording as the panel of Chromium writes it. Of ten entries, `cors_of_ten` are fetches of another origin.
/// Up to four of the others are loads of images and similar resources, and the rest are fetches of the page's own origin.
fn recording(kind: Kind, bytes: usize) -> Vec<u8> {
    let mut text = String::from(
        r#"{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":[],"entries":["#,
    );
    let line = r#"{\"id\": 17, \"title\": \"a note\", \"done\": false},\n"#;
    let body = line.repeat(kind.body_bytes / line.len());
    let mut index = 0;
    while text.len() < bytes {
        if index > 0 {
            text.push_str(",\n");
        }
        if kind.has_different_headers && index % 4 == 0 {
            text.push_str(&entry(index, kind, Request::Preflight, ""));
            text.push_str(",\n");
        }
        text.push_str(&entry(index, kind, Request::Get, &body));
        index += 1;
    }
    text.push_str("]}}");
    text.into_bytes()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Request {
    Preflight,
    Get,
}

fn entry(index: usize, kind: Kind, request: Request, body: &str) -> String {
    let is_cors = index % 10 < kind.cors_of_ten;
    let (mode, site) = match index % 10 {
        _ if is_cors => ("cors", "cross-site"),
        1..=4 => ("no-cors", "cross-site"),
        _ => ("cors", "same-origin"),
    };
    let is_preflight = request == Request::Preflight;
    let method = if is_preflight { "OPTIONS" } else { "GET" };
    let initiator = if is_preflight { "preflight" } else { "script" };
    let resource_type = if is_preflight { "preflight" } else { "fetch" };
    let id = format!("{:016x}", hash(index));
    let mut sent = vec![
        (":authority", "api.example"),
        (":method", method),
        (":path", "/notes?page=1"),
        (":scheme", "https"),
        ("accept", "*/*"),
        ("accept-encoding", "gzip, deflate, br, zstd"),
        ("accept-language", "en-US,en;q=0.9"),
        ("cache-control", "no-cache"),
        ("pragma", "no-cache"),
        ("priority", "u=1, i"),
        ("referer", "https://app.example/"),
        ("sec-ch-ua", r#"\"Chromium\";v=\"140\""#),
        ("sec-ch-ua-mobile", "?0"),
        ("sec-ch-ua-platform", r#"\"Linux\""#),
        ("sec-fetch-dest", "empty"),
        ("sec-fetch-mode", mode),
        ("sec-fetch-site", site),
        (
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
        ),
    ];
    if is_cors {
        sent.push(("origin", "https://app.example"));
    }
    if is_preflight {
        sent.push(("access-control-request-method", "GET"));
        sent.push(("access-control-request-headers", "x-request-id"));
    } else if kind.has_different_headers && index.is_multiple_of(4) {
        sent.push(("x-request-id", &id));
    }
    let mut received = vec![
        ("access-control-allow-origin", "*"),
        ("age", "12"),
        ("cache-control", "max-age=600"),
        ("content-encoding", "gzip"),
        ("content-length", "1024"),
        ("content-type", "application/json; charset=utf-8"),
        ("date", "Fri, 27 Nov 2026 08:06:21 GMT"),
        ("etag", r#"\"5f1e\""#),
        ("server", "nginx"),
        ("strict-transport-security", "max-age=63072000"),
        ("vary", "Accept-Encoding"),
        ("x-content-type-options", "nosniff"),
    ];
    let (minutes, seconds) = (index / 60 % 60, index % 60);
    let date = format!("Fri, 27 Nov 2026 08:{minutes:02}:{seconds:02} GMT");
    let etag = format!(r#"\"{id}\""#);
    if kind.has_different_headers {
        let different = [("date", &*date), ("etag", &*etag)];
        for (name, value) in &mut received {
            let other = different.iter().find(|(other, _)| other == name);
            *value = other.map_or(*value, |(_, other)| *other);
        }
        received.push(("x-trace-id", &id));
        received.push(("access-control-allow-headers", "x-request-id"));
    }
    let (sent, received) = (headers(&sent), headers(&received));
    let size = body.len();
    format!(
        r#"{{"_connectionId":"1234","_initiator":{{"type":"{initiator}","stack":{{"callFrames":[{{"functionName":"load","scriptId":"12","url":"https://app.example/main.js","lineNumber":12,"columnNumber":4}}]}}}},"_priority":"High","_resourceType":"{resource_type}","cache":{{}},"connection":"443","pageref":"page_1","request":{{"method":"{method}","url":"https://api.example/notes?page={index}","httpVersion":"http/2.0","headers":[{sent}],"queryString":[{{"name":"page","value":"1"}}],"cookies":[],"headersSize":-1,"bodySize":0}},"response":{{"status":200,"statusText":"","httpVersion":"http/2.0","headers":[{received}],"cookies":[],"content":{{"size":{size},"mimeType":"application/json","text":"{body}"}},"redirectURL":"","headersSize":-1,"bodySize":-1,"_transferSize":1200,"_error":null}},"serverIPAddress":"93.184.216.34","startedDateTime":"2026-11-27T08:06:21.123Z","time":23.456,"timings":{{"blocked":1.2,"dns":-1,"ssl":-1,"connect":-1,"send":0.1,"wait":20.3,"receive":1.8,"_blocked_queueing":0.5}}}}"#
    )
}

/// Returns a number that looks random.
const fn hash(index: usize) -> u64 {
    (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn headers(headers: &[(&str, &str)]) -> String {
    let headers = headers.iter();
    let headers = headers.map(|(name, value)| format!(r#"{{"name":"{name}","value":"{value}"}}"#));
    headers.collect::<Vec<_>>().join(",")
}
