//! A recording whose entries share their headers has the same verdicts as a recording whose entries do not share them.

use fetch_cors::{
    browser::{CredentialsMode, UserAgent},
    explain::input::{RecordedFetch, Recording},
};
use serde_json::{Value, json};

type Pairs = &'static [(&'static str, &'static str)];

const PAGE: &str = "https://app.example";

const CALLS: [(&str, &str); 8] = [
    ("GET", "https://api.example/a"),
    ("GET", "https://api.example/b"),
    ("GET", "https://api.example/b.woff2"),
    ("GET", "https://other.example/a"),
    ("GET", "http://api.example/a"),
    ("GET", "https://user@api.example/a"),
    ("POST", "https://api.example/a"),
    ("PUT", "https://api.example/a"),
];

/// The request headers, without `Origin`.
const SENT: [Pairs; 12] = [
    &[("Sec-Fetch-Mode", "cors")],
    &[("Sec-Fetch-Mode", "no-cors")],
    &[("Sec-Fetch-Mode", "cors"), ("Cookie", "a=b")],
    &[("Sec-Fetch-Mode", "cors"), ("X-Request-Id", "1")],
    &[("Sec-Fetch-Mode", "cors"), ("X-Request-Id", "2")],
    &[("Content-Type", "text/plain")],
    &[("Content-Type", "application/json")],
    &[("Range", "bytes=0-1")],
    &[("Range", "bytes=-1")],
    &[("Accept-Language", "de")],
    &[("Accept-Language", "\"")],
    &[("X-HTTP-Method", "TRACE")],
];

const RECEIVED: [Pairs; 14] = [
    &[],
    &[("Date", "1")],
    &[("Date", "2")],
    &[("Access-Control-Allow-Origin", "*")],
    &[("Access-Control-Allow-Origin", "*"), ("Date", "1")],
    &[("access-control-allow-origin", PAGE)],
    &[("Access-Control-Allow-Origin", "https://app.example/")],
    &[("Access-Control-Allow-Origin", "null")],
    &[
        ("Access-Control-Allow-Origin", PAGE),
        ("Access-Control-Allow-Credentials", "true"),
    ],
    &[
        ("Access-Control-Allow-Origin", PAGE),
        ("Access-Control-Allow-Credentials", "TRUE"),
    ],
    &[("Cross-Origin-Resource-Policy", "same-origin")],
    &[
        ("Access-Control-Allow-Origin", PAGE),
        ("Location", "https://api.example/a"),
    ],
    &[
        ("Access-Control-Allow-Origin", PAGE),
        ("Set-Cookie", "a=1; Secure"),
    ],
    // Chromium joins header lines with a line break.
    &[("X-A", "b\nc"), ("Access-Control-Allow-Origin", PAGE)],
];

const MEMBERS_COUNT: usize = 8;

/// The members of the entry and of the response in addition to the headers.
fn members() -> [(Value, Value); MEMBERS_COUNT] {
    let failed = json!({"_error": "net::ERR_FAILED"});
    let reported = json!({"_corsErrorStatus": {"corsError": "MissingAllowOriginHeader", "failedParameter": ""}});
    [
        (json!({}), json!({"status": 200})),
        (json!({}), json!({"status": 404})),
        (json!({}), json!({"status": 302})),
        (json!({}), json!({"status": 304})),
        (json!({}), json!({"status": 0})),
        (
            json!({}),
            json!({"status": 200, "_error": null, "content": {"size": 1, "text": ""}}),
        ),
        (failed, json!({"status": 0})),
        (reported, json!({"status": 200})),
    ]
}

fn list(headers: Pairs) -> Vec<Value> {
    let headers = headers.iter();
    let headers = headers.map(|(name, value)| json!({"name": name, "value": value}));
    headers.collect()
}

/// Returns a recording with an entry for each combination. A third of the entries has no `Origin`.
fn recording() -> Vec<u8> {
    let mut entries = Vec::new();
    for (method, url) in CALLS {
        for sent in SENT {
            for received in RECEIVED {
                for (entry, response) in members() {
                    let mut headers = list(sent);
                    headers.push(match entries.len() % 3 {
                        0 => json!({"name": "Referer", "value": "https://app.example/page"}),
                        _ => json!({"name": "Origin", "value": PAGE}),
                    });
                    let mut merged = entry.clone();
                    merged["request"] = json!({"method": method, "url": url, "headers": headers});
                    merged["response"] = response.clone();
                    merged["response"]["headers"] = json!(list(received));
                    merged["_resourceType"] = json!("fetch");
                    entries.push(merged);
                }
            }
        }
    }
    json!({"log": {"entries": entries}}).to_string().into()
}

fn read(mut recording: Recording, text: &[u8]) -> Recording {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    recording.read_all(&mut deserializer).unwrap();
    recording
}

/// Returns the parts of a fetch that the verdict depends on, and the verdict for each possible credentials mode.
fn verdict(fetch: &RecordedFetch) -> String {
    let modes = fetch.credentials_modes();
    let results = modes.iter().map(|mode| {
        let outcome = fetch.outcome(*mode);
        outcome.map(|outcome| {
            let sent = outcome.requests.iter();
            let preflights: Vec<_> = sent.map(|request| request.is_preflight()).collect();
            let result = outcome.result.map_err(|error| error.failure());
            (preflights, result.map(|_| ()))
        })
    });
    let results: Vec<_> = results.collect();
    format!(
        "{} {} {:?} {:?} {:?} {:?} {} {results:?}",
        fetch.method,
        fetch.url,
        fetch.origin,
        fetch.mode,
        fetch.obstacle,
        fetch.reported_failure,
        fetch.has_worked(),
    )
}

#[test]
fn shared_headers_do_not_change_a_verdict() {
    let text = recording();
    let plain = read(Recording::new(), &text).fetches();
    let shared = read(Recording::with_shared_headers(), &text);
    let shared = shared.fetches();
    assert_eq!(plain.len(), shared.len());
    assert!(plain.len() > 4_000, "{}", plain.len());
    for (plain, shared) in plain.iter().zip(&shared) {
        assert_eq!(verdict(plain), verdict(shared));
    }
}

/// Two fetches with the same shape have the same explanation, except for the URL.
#[test]
fn fetches_with_one_shape_have_one_headline() {
    let recording = read(Recording::with_shared_headers(), &recording());
    let fetches = recording.unbuilt_fetches();
    let plain = read(Recording::new(), &self::recording()).fetches();
    let mut headlines = std::collections::HashMap::new();
    let mut plain = plain.iter();
    for fetch in fetches.iter().filter(|fetch| fetch.call().is_some()) {
        let plain = plain.next().unwrap();
        // Explanations take time, so only the entries without further members are explained.
        let is_explained = plain.exchanges[0].entry.is_multiple_of(MEMBERS_COUNT);
        let Some(shape) = fetch.shape().filter(|_| is_explained) else {
            continue;
        };
        let explained = [CredentialsMode::SameOrigin, CredentialsMode::Include].map(|mode| {
            let explanation = plain.explanation(&UserAgent::new(), mode)?;
            let misses = explanation.refusals.first()?.near_misses.clone();
            Some((explanation.headline, misses, explanation.preflight))
        });
        let first = headlines.entry(shape).or_insert_with(|| explained.clone());
        assert_eq!(*first, explained, "{}", plain.url);
    }
    assert!(headlines.len() > 100, "{}", headlines.len());
}
