//! Recordings of network panels.

use fetch_cors::{
    Failure,
    browser::{Credentials, CredentialsMode, HeaderList, Origin, RequestInit, Response, UserAgent},
    explain::{
        ExplainedAnswer, Explanation, Fix, HtmlPage, Verdict,
        input::{EntryProblemKind, Obstacle, RecordedFetch, Recording},
    },
};

use std::{error::Error, fs, path::Path, time::Duration};

use proptest::prelude::*;

use serde_json::{Value, json};

#[path = "har_errors.rs"]
mod errors;

#[path = "har_formats.rs"]
mod formats;

#[path = "har_generated.rs"]
mod generated;
#[path = "har_missing_parts.rs"]
mod missing_parts;

#[path = "har_preflights.rs"]
mod preflights;

type Outcome = Result<(), Box<dyn Error>>;

fn sample(name: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/explain/har")
        .join(name);
    Ok(fs::read(path)?)
}

fn result(fetch: &RecordedFetch, credentials: CredentialsMode) -> String {
    match fetch.outcome(credentials) {
        None => "-".to_owned(),
        Some(outcome) => outcome
            .result
            .map_or_else(|error| error.failure().to_string(), |_| "ok".to_owned()),
    }
}

/// A line for each fetch: the id in the URL, the method, the mode, the recorded exchanges, the result for each possible
/// credentials mode, and the obstacle.
fn summary(name: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let recording = Recording::from_slice(&sample(name)?)?;
    let fetches = recording.fetches();
    let lines = fetches.iter().map(|fetch| {
        let query = fetch.url.query_pairs().find(|(name, _)| name == "id");
        let id = query
            .map(|(_, id)| id.trim_start_matches("har/").to_owned())
            .unwrap_or_default();
        let exchanges: String = fetch
            .exchanges
            .iter()
            .map(
                |exchange| match (exchange.is_preflight, &exchange.response) {
                    (true, Some(_)) => 'P',
                    (true, None) => 'p',
                    (false, Some(_)) => 'R',
                    (false, None) => 'r',
                },
            )
            .collect();
        let results: Vec<_> = fetch
            .credentials_modes()
            .iter()
            .map(|mode| result(fetch, *mode))
            .collect();
        let obstacle = fetch
            .obstacle
            .map(|obstacle| format!(" {obstacle:?}"))
            .unwrap_or_default();
        let mode = fetch
            .mode
            .map_or("?".to_owned(), |mode| format!("{mode:?}"));
        format!(
            "{id} {} {mode} {exchanges} {}{obstacle}",
            fetch.method,
            results.join("/")
        )
    });
    Ok(lines.collect())
}

/// The summary of each fetch of the sample page. If the recording does not show the credentials mode, a line has two
/// results: first for the mode `same-origin`, then for the mode `include`.
const CHROMIUM: [&str; 18] = [
    "cookie-set GET Cors R ok/ok",
    "ok GET Cors R ok",
    "missing-acao GET Cors R missing-allow-origin-header/missing-allow-origin-header",
    "mismatch GET Cors R allow-origin-mismatch/allow-origin-mismatch",
    "wildcard-cred GET Cors R wildcard-origin-not-allowed",
    "put-ok PUT Cors PR ok/preflight-wildcard-origin-not-allowed",
    "put-403 PUT Cors Pr preflight-invalid-status",
    "put-noacao PUT Cors Pr preflight-missing-allow-origin-header/preflight-missing-allow-origin-header",
    "put-method PUT Cors Pr method-disallowed-by-preflight-response",
    "header GET Cors Pr header-disallowed-by-preflight-response",
    "pre-redirect PUT Cors Pr preflight-disallowed-redirect",
    "put-resp PUT Cors PR missing-allow-origin-header",
    "redirect GET Cors RR ok/wildcard-origin-not-allowed",
    "redirect2 GET Cors R missing-allow-origin-header/missing-allow-origin-header",
    "404 GET Cors R missing-allow-origin-header/missing-allow-origin-header",
    "corp GET NoCors R blocked-by-cross-origin-resource-policy/blocked-by-cross-origin-resource-policy",
    "refused GET ? r bad-port/bad-port",
    "closed GET ? r network-error/network-error",
];

#[test]
fn recording_of_the_devtools_protocol_is_judged() -> Outcome {
    assert_eq!(summary("cdp-chromium.har")?, CHROMIUM);
    Ok(())
}

/// Chromium names the failure of each failed fetch. The library has the same failure for at least one possible
/// credentials mode.
#[test]
fn results_equal_the_results_that_chromium_reports() -> Outcome {
    let recording = Recording::from_slice(&sample("cdp-chromium.har")?)?;
    let mut reported = 0;
    for fetch in recording.fetches() {
        let mut modes = fetch.credentials_modes().iter();
        let expected = fetch
            .reported_failure
            .map_or("ok".to_owned(), |failure| failure.to_string());
        assert!(
            modes.any(|mode| result(&fetch, *mode) == expected),
            "{expected}: {fetch:#?}"
        );
        reported += usize::from(fetch.reported_failure.is_some());
    }
    assert_eq!(reported, 14);
    Ok(())
}

/// Firefox shows requests that it did not send, and responses that a script does not get. Firefox does not report the
/// failure, so more lines have a result for each credentials mode.
#[test]
fn recording_of_firefox_has_the_same_results() -> Outcome {
    let without_place = |line: &str| {
        let words: Vec<_> = line.split(' ').collect();
        format!("{} {} {}", words[0], words[1], words[4])
    };
    let mut firefox: Vec<_> = summary("netmonitor-firefox.har")?
        .iter()
        .map(|line| without_place(line))
        .collect();
    let mut chromium = CHROMIUM.map(without_place).to_vec();
    firefox.sort();
    chromium.sort();
    assert_eq!(firefox.len(), chromium.len());
    for (firefox, chromium) in firefox.iter().zip(&chromium) {
        let is_same = firefox == chromium || firefox.starts_with(&format!("{chromium}/"));
        assert!(is_same, "{firefox}, {chromium}");
    }
    Ok(())
}

#[test]
fn recording_of_playwright_lacks_the_blocked_responses() -> Outcome {
    let blocked = |id: &str| format!("{id} GET ? r -/- MissingResponse");
    let blocked_put = |id: &str| format!("{id} PUT Cors r -/- MissingResponse");
    let expected = [
        "cookie-set GET Cors R ok/ok".to_owned(),
        "ok GET Cors R ok".to_owned(),
        blocked("missing-acao"),
        blocked("mismatch"),
        blocked("wildcard-cred"),
        // The preflight is absent. The request was sent, so the preflight succeeded.
        "put-ok PUT Cors R ok/wildcard-origin-not-allowed".to_owned(),
        blocked_put("put-403"),
        blocked_put("put-noacao"),
        blocked_put("put-method"),
        blocked("header"),
        blocked_put("pre-redirect"),
        blocked_put("put-resp"),
        "redirect GET Cors RR ok/wildcard-origin-not-allowed".to_owned(),
        blocked("redirect2"),
        blocked("404"),
        "corp GET NoCors r -/- MissingResponse".to_owned(),
        "refused GET ? r bad-port/bad-port".to_owned(),
        "closed GET ? r network-error/network-error".to_owned(),
    ];
    assert_eq!(summary("playwright-chromium.har")?, expected);
    let recording = Recording::from_slice(&sample("playwright-chromium.har")?)?;
    assert_eq!(recording.creator(), Some("Playwright"));
    let fetches = recording.fetches();
    let message = fetches[2].obstacle.ok_or("no obstacle")?.to_string();
    assert!(message.contains("`Save all as HAR`"), "{message}");
    // If there is no response, the reason is the error of the browser.
    assert_eq!(
        fetches[15].reported_failure,
        Some(Failure::BlockedByCrossOriginResourcePolicy)
    );
    Ok(())
}

fn header(name: &str, value: &str) -> Value {
    json!({"name": name, "value": value})
}

fn har(entries: &[Value]) -> Vec<u8> {
    json!({"log": {"version": "1.2", "entries": entries}})
        .to_string()
        .into_bytes()
}

fn fetches(entries: &[Value]) -> Vec<RecordedFetch> {
    Recording::from_slice(&har(entries)).unwrap().fetches()
}

const URL: &str = "https://api.example/r";

fn preflight(method: &str, names: &str, status: u16) -> Value {
    json!({
        "request": {"method": "OPTIONS", "url": URL, "headers": [
            header("origin", "https://app.example"), header("access-control-request-method", method),
            header("access-control-request-headers", names),
        ]},
        "response": {"status": status, "headers": [
            header("access-control-allow-origin", "*"), header("access-control-allow-headers", "*"),
        ]},
    })
}

fn request(method: &str, headers: &[Value]) -> Value {
    let sent = [
        header("origin", "https://app.example"),
        header("sec-fetch-mode", "cors"),
        header("sec-fetch-site", "cross-site"),
    ];
    let headers = [&sent[..], headers].concat();
    json!({
        "request": {"method": method, "url": URL, "headers": headers},
        "response": {"status": 200, "headers": [header("access-control-allow-origin", "*")]},
    })
}

/// Some fetches fail before the browser sends a request. Such a failure does not depend on the missing response.
#[test]
fn failure_before_the_network_needs_no_response() {
    for (url, failure) in [
        ("http://api.example/", "blocked-as-mixed-content"),
        ("https://api.example:6667/", "bad-port"),
    ] {
        let mut blocked = request("GET", &[]);
        blocked["request"]["url"] = json!(url);
        blocked["response"] = json!({"status": 0, "headers": []});
        for error in [
            "net::ERR_FAILED",
            "net::ERR_BLOCKED_BY_RESPONSE",
            "CORS error",
        ] {
            blocked["_error"] = json!(error);
            let found = fetches(&[blocked.clone()]);
            assert_eq!(found[0].obstacle, None, "{url} {error}");
            assert_eq!(result(&found[0], CredentialsMode::SameOrigin), failure);
        }
        // The browser names a failure after a response, so the browser sent the request.
        blocked["_corsErrorStatus"] = json!({"corsError": "MissingAllowOriginHeader"});
        let obstacle = fetches(&[blocked])[0].obstacle;
        assert_eq!(obstacle, Some(Obstacle::MissingResponse), "{url}");
    }
}

/// The panel of Chromium marks preflights and blocked requests, and has the pseudo-headers of HTTP/2.
#[test]
fn recording_of_the_panel_of_chromium_is_judged() {
    let fetches = fetches(&[
        json!({
            "_initiator": {"type": "script", "stack": {"callFrames": [{}]}}, "_priority": "High", "_resourceType": "fetch",
            "pageref": "page_1", "cache": {},
            "request": {"method": "PATCH", "url": format!("{URL}#fragment"), "httpVersion": "", "postData": {"mimeType": "application/json", "text": "{}"},
                "headers": [header("Content-Type", "application/json"), header("Referer", "https://app.example/"), header("User-Agent", "a")]},
            "response": {"status": 0, "statusText": "", "headers": [], "content": {"size": 0, "mimeType": "x-unknown"}, "redirectURL": "", "_error": "net::ERR_FAILED"},
        }),
        json!({
            "_initiator": {"type": "preflight", "url": URL, "requestId": "1.2"}, "_resourceType": "preflight",
            "request": {"method": "OPTIONS", "url": URL, "httpVersion": "http/2.0", "headers": [
                header(":authority", "api.example"), header(":method", "OPTIONS"), header("origin", "https://app.example"),
                header("access-control-request-method", "PATCH"), header("access-control-request-headers", "content-type"),
            ]},
            "response": {"status": 204, "headers": [
                header("access-control-allow-origin", "*"), header("access-control-allow-headers", "content-type"), header("vary", "a\nb"),
            ], "_error": null},
        }),
    ]);
    assert_eq!(fetches.len(), 1);
    let fetch = &fetches[0];
    assert_eq!(
        (fetch.url.as_str(), &*fetch.method, fetch.has_body),
        (URL, "PATCH", true)
    );
    assert!(fetch.exchanges[0].is_preflight);
    assert_eq!(
        fetch
            .exchanges
            .iter()
            .map(|exchange| exchange.entry)
            .collect::<Vec<_>>(),
        [1, 0]
    );
    assert_eq!(
        fetch
            .headers
            .iter()
            .map(|(name, _)| name.as_str())
            .collect::<Vec<_>>(),
        ["content-type"]
    );
    assert_eq!(
        result(fetch, CredentialsMode::SameOrigin),
        "method-disallowed-by-preflight-response"
    );
    let response = fetch.exchanges[0].response.as_ref().unwrap();
    assert_eq!(
        response.header_list.get("vary").as_deref(),
        Some(&b"a, b"[..])
    );
}

/// Web views of apps send `Origin: file://`. The explanation has this origin, and a note. Desktop browsers send
/// `Origin: null` for a page from a file.
#[test]
fn page_from_a_file_has_the_origin_that_was_sent() {
    for (origin, expected) in [
        ("file://", "file://"),
        ("file:///", "file://"),
        ("null", "null"),
    ] {
        let mut entry = request("GET", &[]);
        entry["request"]["headers"] = json!([header("Origin", origin)]);
        entry["response"] = json!({"status": 200, "headers": []});
        let found = fetches(&[entry.clone()]);
        assert_eq!(found[0].obstacle, None, "{origin}");
        assert_eq!(found[0].origin.as_ref().unwrap().serialize(), expected);
        let user_agent = UserAgent::new();
        let explanation = found[0].explanation(&user_agent, CredentialsMode::SameOrigin);
        let explanation = explanation.unwrap();
        assert_eq!(explanation.asked.origin, expected);
        let has_note = explanation
            .not_recorded
            .iter()
            .any(|sentence| sentence.ends_with("only web views of apps send `Origin: file://`"));
        assert_eq!(has_note, origin != "null");
    }
    // Without `Origin`, the title of the page shows the file.
    let mut entry = request("GET", &[]);
    entry["request"]["headers"] = json!([]);
    entry["response"] = json!({"status": 0, "headers": []});
    entry["pageref"] = json!("p");
    let text = json!({"log": {"entries": [entry], "pages": [{"id": "p", "title": "file:///home/a.html"}]}}).to_string();
    let found = Recording::from_slice(text.as_bytes()).unwrap().fetches();
    assert_eq!(found[0].origin.as_ref().unwrap().serialize(), "null");
}

#[test]
fn entries_without_cors_are_left_out() {
    let mut same_origin = request("PUT", &[]);
    same_origin["request"]["headers"] = json!([header("origin", "https://api.example")]);
    let mut navigation = request("GET", &[]);
    navigation["request"]["headers"] = json!([
        header("sec-fetch-mode", "navigate"),
        header("sec-fetch-site", "cross-site")
    ]);
    let mut image = request("GET", &[]);
    image["request"]["headers"] = json!([
        header("sec-fetch-mode", "no-cors"),
        header("sec-fetch-site", "cross-site")
    ]);
    let data = json!({"request": {"method": "GET", "url": "data:,"}, "response": {"status": 200}});
    let recording = Recording::from_slice(&har(&[same_origin, navigation, image, data])).unwrap();
    assert_eq!((recording.entry_count(), recording.fetches().len()), (4, 0));
}

/// A redirect from the page's own origin is the beginning of a fetch to another origin.
#[test]
fn redirect_from_the_own_origin_is_kept() {
    let own = |location: &str| {
        let headers = [
            header("sec-fetch-mode", "cors"),
            header("sec-fetch-site", "same-origin"),
            header("referer", "https://app.example/"),
        ];
        json!({
            "request": {"method": "GET", "url": "https://app.example/go", "headers": headers},
            "response": {"status": 302, "headers": [header("Location", location)], "redirectURL": ""},
        })
    };
    let mut target = request("GET", &[]);
    target["response"]["headers"] = json!([]);
    let found = fetches(&[own(URL), target.clone()]);
    assert_eq!(
        (found.len(), found[0].exchanges.len(), found[0].url.path()),
        (1, 2, "/go")
    );
    assert_eq!(
        result(&found[0], CredentialsMode::SameOrigin),
        "missing-allow-origin-header"
    );
    // A redirect within the page's own origin does not need CORS. The request to another origin is a separate fetch.
    let found = fetches(&[own("/stay"), target]);
    assert_eq!(
        (found.len(), found[0].exchanges.len(), found[0].url.as_str()),
        (1, 1, URL)
    );
}

/// A blocked redirect is not paired with the request of another page.
#[test]
fn redirected_request_has_the_origin_of_the_page() {
    let mut redirect = request("GET", &[]);
    redirect["request"]["url"] = json!("https://old.example/");
    redirect["response"] =
        json!({"status": 302, "redirectURL": URL, "headers": [header("location", URL)]});
    let of_page = |origin: &str| {
        json!({"request": {"method": "GET", "url": URL, "headers": [header("origin", origin)]},
            "response": {"status": 200, "headers": [header("access-control-allow-origin", "*")]}})
    };
    for (origin, expected) in [
        ("https://admin.example", 2),
        ("null", 1),
        ("https://app.example", 1),
    ] {
        assert_eq!(
            fetches(&[redirect.clone(), of_page(origin)]).len(),
            expected,
            "{origin}"
        );
    }
}

/// In a recording of Chromium, the request after the twentieth redirect has no response.
#[test]
fn loop_of_redirects_is_too_many_redirects() -> Outcome {
    let url = "https://api.example/loop";
    let entry = |response: Value| {
        let headers = json!([
            {"name": "Origin", "value": "https://app.example"},
            {"name": "Sec-Fetch-Mode", "value": "cors"},
        ]);
        json!({"request": {"method": "GET", "url": url, "headers": headers}, "response": response})
    };
    let redirect = entry(json!({"status": 302, "headers": [
        {"name": "Location", "value": url}, {"name": "Access-Control-Allow-Origin", "value": "*"}]}));
    let mut entries = vec![redirect; 20];
    for (error, expected) in [
        ("net::ERR_TOO_MANY_REDIRECTS", "too-many-redirects"),
        ("net::ERR_CONNECTION_REFUSED", "network-error"),
    ] {
        entries.push(entry(json!({"status": 0, "headers": [], "_error": error})));
        let text = json!({"log": {"entries": entries}}).to_string();
        let fetches = Recording::from_slice(text.as_bytes())?.fetches();
        assert_eq!(fetches.len(), 1);
        assert_eq!(result(&fetches[0], CredentialsMode::Omit), expected);
        entries.pop();
    }
    Ok(())
}

fn explained(fetch: &RecordedFetch) -> Explanation {
    let explanation = fetch.explanation(&UserAgent::new(), CredentialsMode::SameOrigin);
    explanation.unwrap_or_else(|| panic!("{:?}", fetch.obstacle))
}

fn shown(explanation: &Explanation) -> [String; 3] {
    let page = HtmlPage::new("Page").with_fetch("Fetch", explanation);
    let data = serde_json::to_string(explanation).unwrap();
    // Sentences are broken into lines, so the lines are joined before the comparison.
    let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    [explanation.to_string(), page.to_string(), data].map(words)
}

/// Some tools remove the header `Cookie`, and keep the list of the cookies.
#[test]
fn list_of_cookies_shows_the_credentials() {
    let mut entry = request("GET", &[]);
    for (cookies, sends_credentials) in [
        (json!([{"name": "sid", "value": "1"}]), Some(true)),
        (json!([]), None),
        (json!(null), None),
    ] {
        entry["request"]["cookies"] = cookies;
        let found = fetches(std::slice::from_ref(&entry));
        assert_eq!(found[0].sends_credentials, sends_credentials);
    }
}

/// Some tools record the target of a redirect, but not the header `Location`.
#[test]
fn target_of_a_redirect_does_not_need_the_header() {
    let mut redirect = request("GET", &[]);
    let allow = header("Access-Control-Allow-Origin", "*");
    redirect["response"] =
        json!({"status": 302, "headers": [allow], "redirectURL": "https://b.example/x"});
    let mut target = request("GET", &[]);
    target["request"]["url"] = json!("https://b.example/x");
    let found = fetches(&[redirect, target]);
    assert_eq!(found[0].exchanges.len(), 2);
    let outcome = found[0].outcome(CredentialsMode::Omit).unwrap();
    assert_eq!(outcome.requests.len(), 2);
}
