//! Recordings of network panels.

use std::{error::Error, fs, path::Path, time::Duration};

use fetch_cors::{
    Failure,
    browser::{Credentials, CredentialsMode, HeaderList, Origin, RequestInit, Response, UserAgent},
    explain::{
        ExplainedAnswer, Explanation, Fix, HtmlPage, Verdict,
        input::{EntryProblemKind, Obstacle, RecordedFetch, Recording},
    },
};
use proptest::prelude::*;
use serde_json::{Value, json};

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

/// The panel of Chromium has status and headers of a response that fails the CORS check. Other tools lose the status.
#[test]
fn blocked_responses_are_judged_by_their_headers() {
    for status in [json!(400), json!(0), json!(-1), json!(null)] {
        let mut blocked = request(
            "POST",
            &[header(":method", "POST"), header("priority", "u=1, i")],
        );
        blocked["_resourceType"] = json!("xhr");
        blocked["response"] = json!({
            "status": status, "headers": [header("content-length", "21")], "redirectURL": "", "_error": "net::ERR_FAILED",
        });
        let found = fetches(&[blocked]);
        assert_eq!((found[0].obstacle, found[0].headers.len()), (None, 0));
        assert_eq!(found[0].reported_error.as_deref(), Some("net::ERR_FAILED"));
        assert_eq!(
            result(&found[0], CredentialsMode::SameOrigin),
            "missing-allow-origin-header"
        );
    }
    let mut blocked = preflight("PUT", "", 200);
    blocked["response"]["status"] = json!(0);
    assert_eq!(
        result(&fetches(&[blocked])[0], CredentialsMode::SameOrigin),
        "network-error"
    );
}

/// In some recordings, a request that the browser did not send lacks the headers that the script set. The refused
/// preflight lists the names of these headers.
#[test]
fn refused_preflight_belongs_to_a_request_without_its_headers() {
    let refused = preflight("PATCH", "authorization", 401);
    let mut unsent = request("PATCH", &[]);
    unsent["response"] = json!({"status": 0, "headers": [], "_error": "net::ERR_FAILED"});
    for entries in [[&refused, &unsent], [&unsent, &refused]] {
        let fetches = fetches(&entries.map(Clone::clone));
        assert_eq!(fetches.len(), 1, "{fetches:?}");
        assert!(fetches[0].has_preflight() && fetches[0].obstacle.is_none());
        let found = result(&fetches[0], CredentialsMode::SameOrigin);
        assert!(found.starts_with("preflight-"), "{found}");
    }
}

/// If a preflight response with status 204 does not allow the request, the browser does not send the request, and some
/// recordings lack the headers that the script set. The preflight and the request are still one fetch.
#[test]
fn preflight_that_allows_too_little_belongs_to_a_request_without_its_headers() {
    let no_headers = json!([]);
    let lists_other = json!([
        header("access-control-allow-origin", "*"),
        header("access-control-allow-headers", "x-b"),
    ]);
    for (headers, expected) in [
        (no_headers, "preflight-missing-allow-origin-header"),
        (lists_other, "header-disallowed-by-preflight-response"),
    ] {
        let mut refused = preflight("GET", "x-a", 204);
        refused["response"]["headers"] = headers;
        for error in [json!("net::ERR_FAILED"), Value::Null] {
            let mut unsent = request("GET", &[]);
            unsent["response"] = json!({"status": 0, "headers": [], "_error": error});
            for entries in [[&refused, &unsent], [&unsent, &refused]] {
                let fetches = fetches(&entries.map(Clone::clone));
                let [fetch] = &*fetches else {
                    panic!("{fetches:?}");
                };
                assert!(fetch.has_preflight() && fetch.obstacle.is_none());
                assert_eq!(result(fetch, CredentialsMode::SameOrigin), expected);
            }
        }
    }
}

/// If a request has all header names of a preflight, the preflight belongs to this request, and not to a request
/// without a response.
#[test]
fn preflight_belongs_to_the_request_with_its_headers() {
    let allowed = preflight("GET", "x-a", 200);
    let sent = request("GET", &[header("x-a", "1")]);
    let mut unanswered = request("GET", &[]);
    unanswered["response"] = json!({"status": 0, "headers": []});
    for entries in [
        [&unanswered, &allowed, &sent],
        [&allowed, &unanswered, &sent],
        [&allowed, &sent, &unanswered],
    ] {
        let fetches = fetches(&entries.map(Clone::clone));
        assert_eq!(fetches.len(), 2, "{fetches:?}");
        for fetch in &fetches {
            assert_eq!(fetch.has_preflight(), fetch.headers.contains("x-a"));
        }
    }
}

#[test]
fn preflights_are_paired_in_any_order() {
    let [a, b] = ["x-a", "x-b"].map(|name| {
        (
            preflight("GET", name, 200),
            request("GET", &[header(name, "1")]),
        )
    });
    let failed = preflight("PUT", "", 500);
    let not_sent = json!({"request": {"method": "PUT", "url": URL, "headers": []}, "response": {"status": 0}, "_error": "net::ERR_FAILED"});
    for entries in [
        [&a.0, &a.1, &b.0, &b.1, &failed, &not_sent],
        [&b.0, &a.0, &not_sent, &a.1, &b.1, &failed],
        [&a.1, &b.1, &failed, &b.0, &a.0, &not_sent],
    ] {
        let fetches = fetches(&entries.map(Clone::clone));
        assert_eq!(fetches.len(), 3, "{entries:?}");
        for fetch in &fetches {
            assert!(fetch.has_preflight(), "{entries:?}");
            let expected = if fetch.method == "PUT" {
                "preflight-invalid-status"
            } else {
                "ok"
            };
            assert_eq!(result(fetch, CredentialsMode::SameOrigin), expected);
            let names: Vec<_> = fetch
                .headers
                .iter()
                .map(|(name, _)| name.as_str())
                .collect();
            let asked = fetch.exchanges[0]
                .request_headers
                .get("access-control-request-headers")
                .unwrap();
            assert_eq!(names.join(",").as_bytes(), &*asked);
        }
    }
}

#[test]
fn missing_entries_are_named() {
    // The request is absent.
    let found = fetches(&[preflight("PUT", "content-type, x-a", 404)]);
    assert_eq!(
        (&*found[0].method, found[0].headers.len(), found[0].obstacle),
        ("PUT", 2, None)
    );
    assert_eq!(
        result(&found[0], CredentialsMode::SameOrigin),
        "preflight-invalid-status"
    );
    // The preflight is absent, and the request was sent.
    let found = fetches(&[request(
        "PUT",
        &[header("x-a", "1"), header("cookie", "a=b")],
    )]);
    assert!(!found[0].has_preflight());
    assert_eq!(found[0].credentials_modes(), [CredentialsMode::Include]);
    assert_eq!(result(&found[0], CredentialsMode::SameOrigin), "ok");
    assert_eq!(
        result(&found[0], CredentialsMode::Include),
        "wildcard-origin-not-allowed"
    );
    // The recording has neither the preflight nor the response.
    let mut blocked = request("PUT", &[]);
    blocked["response"] = json!({"status": -1});
    blocked["_error"] = json!("net::ERR_FAILED");
    assert_eq!(
        fetches(&[blocked.clone()])[0].obstacle,
        Some(Obstacle::MissingResponse)
    );
    blocked["_corsErrorStatus"] = json!({"corsError": "PreflightInvalidStatus"});
    assert_eq!(
        fetches(&[blocked.clone()])[0].obstacle,
        Some(Obstacle::MissingPreflight)
    );
    // The origin is absent.
    blocked["request"]["headers"] = json!([]);
    assert_eq!(
        fetches(&[blocked.clone()])[0].obstacle,
        Some(Obstacle::UnknownOrigin)
    );
    blocked["request"]["headers"] = json!([header("origin", "https://app.example/")]);
    let invalid = fetches(&[blocked.clone()])[0].obstacle;
    assert_eq!(invalid, Some(Obstacle::InvalidOrigin));
    blocked["request"]["headers"] = json!([]);
    // The title of the page in the recording contains the origin.
    blocked["pageref"] = json!("p");
    let text = json!({"log": {"entries": [blocked], "pages": [{"id": "p", "title": "https://app.example/a"}]}}).to_string();
    let found = Recording::from_slice(text.as_bytes()).unwrap().fetches();
    assert_eq!(
        found[0].origin.as_ref().unwrap().serialize(),
        "https://app.example"
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

#[test]
fn members_can_have_other_types() {
    let expected = "ok";
    for change in [
        json!({"response": {"status": "200", "headers": [header("access-control-allow-origin", "*"), null, 7, {"name": 1}]}}),
        json!({"response": {"status": 200.0, "headers": [header("Access-Control-Allow-Origin", "*")], "redirectURL": null, "content": [[[]]]}}),
        json!({"_initiator": [1, {}], "_error": {}, "_corsErrorStatus": "a", "pageref": 7, "_id": null, "_resourceType": false}),
        json!({"x": {"y": [{}]}, "request": {"method": "GET", "url": URL, "postData": 7, "headers": [
            header("ORIGIN", "https://app.example"), header("Sec-Fetch-Mode", "cors"), {"value": "a"}, header("a b", "c"), header("d", "\u{0}")]}}),
    ] {
        let mut entry = request("GET", &[]);
        for (name, value) in change.as_object().unwrap() {
            entry[name] = value.clone();
        }
        let found = fetches(&[json!(null), json!("a"), entry, json!([])]);
        assert_eq!(found.len(), 1, "{change}");
        assert_eq!(
            result(&found[0], CredentialsMode::SameOrigin),
            expected,
            "{change}"
        );
    }
    for status in [
        json!(0),
        json!(-1),
        json!("abc"),
        json!(null),
        json!({}),
        json!(1e300),
        json!(true),
    ] {
        let mut entry = request("GET", &[]);
        entry["response"] = json!({"status": status, "headers": []});
        assert_eq!(
            result(&fetches(&[entry])[0], CredentialsMode::SameOrigin),
            "network-error"
        );
    }
}

#[test]
fn broken_recordings_are_reported_with_their_place() -> Outcome {
    for (text, expected) in [
        (
            "",
            "line 1, column 0: the text ends where a value is expected; no entry before this position is readable. The file ends too early: save the recording again",
        ),
        (
            "[]",
            "line 1, column 2: NOT; no entry before this position is readable. EXPORT",
        ),
        (
            "{}",
            "line 1, column 2: NOT; no entry before this position is readable. EXPORT",
        ),
        (
            "[{\"a\":{}},7,null]",
            "line 1, column 17: NOT; no entry before this position is readable. EXPORT",
        ),
        (
            "7",
            "line 1, column 1: the value is the number `7`, but it must be a HAR recording, which is an object with the member `log`; no entry before this position is readable. EXPORT",
        ),
        (
            "{\"log\":{}}",
            "line 1, column 9: the member `entries` is missing: add it; no entry before this position is readable. EXPORT",
        ),
        (
            "{\"log\":{\"entries\":[{},{}\n,{]}}",
            "line 2, column 3: expected the name of a member, in double quotes; 2 entries before this position are readable. The file is damaged here: save the recording again, without editing it",
        ),
        (
            "{\"log\":{\"entries\":[]}} x",
            "line 1, column 24: expected a value: an object, a list, a string in double quotes, a number, `true`, `false` or `null`; no entry before this position is readable. The file is damaged here: save the recording again, without editing it",
        ),
    ] {
        let error = Recording::from_slice(text.as_bytes()).err().ok_or(text)?;
        let expected = expected
            .replace("NOT", "the text is not a HAR recording: a recording has the member `log` with the list `entries`, and an entry of the list has the member `request`")
            .replace("EXPORT", "Save the requests as HAR in the network panel: in Chrome and Edge with `Export HAR`, in Firefox with `Save All As HAR`, in Safari with `Export`");
        assert_eq!(error.to_string(), expected);
    }
    assert!(Recording::from_slice(b"\xef\xbb\xbf{\"log\":{\"entries\":[]}}").is_ok());
    // If the text is cut, the entries before the cut are readable.
    let text = har(&[
        preflight("PUT", "x-a", 404),
        request("GET", &[]),
        request("GET", &[]),
    ]);
    let mut readable = 0;
    for end in 0..text.len() {
        let error = Recording::from_slice(&text[..end])
            .err()
            .ok_or("no error")?;
        let found = error.readable.fetches().len();
        assert!(found >= readable && found <= 3);
        readable = found;
        assert_eq!((error.line, error.column), (1, end));
    }
    assert_eq!(readable, 3);
    Ok(())
}

/// `Copy as HAR` and scripts write less than a whole recording.
#[test]
fn parts_of_recordings_are_read() {
    let entry = request("GET", &[header("Access-Control-Allow-Origin", "*")]);
    let [one, two] = [1, 2].map(|count| vec![entry.clone(); count]);
    let log = json!({"log": {"entries": two}});
    for (text, count) in [
        (entry.to_string(), 1),
        (json!(two).to_string(), 2),
        (
            json!({"entries": two, "pages": [], "creator": {"name": "a"}}).to_string(),
            2,
        ),
        (format!("{entry}\n{entry}\n{entry}\n"), 3),
        (format!("{log}\n{entry}"), 3),
        (json!([log, one[0], null, 7]).to_string(), 3),
        (
            json!({"log": {"entries": one}, "request": {}}).to_string(),
            1,
        ),
    ] {
        let recording = Recording::from_slice(text.as_bytes()).unwrap();
        assert_eq!(recording.entry_count(), count, "{text}");
        assert_eq!(recording.fetches().len(), count, "{text}");
    }
}

/// A body does not end the reading if a tool cut the body in the middle of an emoji, or if the body is not UTF-8.
#[test]
fn text_that_is_not_valid_is_replaced() {
    let entry = request(
        "GET",
        &[
            header("Access-Control-Allow-Origin", "*"),
            header("X-A", "PLACE"),
        ],
    );
    let mut own = entry.clone();
    own["request"]["url"] = json!("https://api.example/PLACE");
    own["comment"] = json!({"PLACE": "PLACE"});
    let text = String::from_utf8(har(&[own, entry])).unwrap();
    for (place, replaced) in [
        (&b"\\ud800"[..], "%EF%BF%BD"),
        (b"\\udfffa", "%EF%BF%BDa"),
        (b"\xff", "%EF%BF%BD"),
        (b"\\ud83d\\ude00", "%F0%9F%98%80"),
        (b"a", "a"),
        // The parser of URLs removes line breaks.
        (b"\r\n", ""),
    ] {
        let parts: Vec<_> = text.split("PLACE").map(str::as_bytes).collect();
        let text = parts.join(place);
        let fetches = Recording::from_slice(&text).unwrap().fetches();
        assert_eq!(fetches.len(), 2, "{}", place.escape_ascii());
        assert_eq!(fetches[0].url.path(), format!("/{replaced}"));
    }
}

#[test]
fn recordings_in_other_formats_have_a_fix() {
    for (start, expected) in [
        (
            &b"\x1f\x8b\x08"[..],
            "line 1, column 0: the file is compressed with gzip: decompress it with `gzip -dc FILE > capture.har`; no entry before this position is readable",
        ),
        (
            b"\xff\xfe{\0",
            "line 1, column 0: the file has the encoding UTF-16: convert it with `iconv -f UTF-16 -t UTF-8 FILE > capture.har`; no entry before this position is readable",
        ),
    ] {
        let error = Recording::from_slice(start).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

/// Recordings of Charles, mitmproxy, Insomnia and Safari have only the members of HAR 1.2, and no `Sec-Fetch-*`. In
/// these recordings, header names are in any letter case, some WebSockets have an `https:` URL, and some requests have
/// no page.
#[test]
fn entries_of_other_tools_are_read() {
    let plain = |method: &str, headers: &[Value]| {
        json!({
            "startedDateTime": "2026-01-01T00:00:00.000Z", "time": 1, "cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0},
            "request": {"method": method, "url": URL, "httpVersion": "HTTP/2.0", "cookies": [], "headers": headers,
                "queryString": [], "headersSize": -1, "bodySize": 0},
            "response": {"status": 200, "statusText": "", "httpVersion": "HTTP/2.0", "cookies": [], "redirectURL": "",
                "headers": [header("ACCESS-CONTROL-ALLOW-ORIGIN", "chrome-extension://abcdefghijklmnop")],
                "content": {"size": 0, "mimeType": ""}, "headersSize": -1, "bodySize": -1},
        })
    };
    let of_extension = [
        header(":authority", "api.example"),
        header("ORIGIN", "chrome-extension://abcdefghijklmnop"),
        header("X-A", "1"),
    ];
    let call = plain("GET", &of_extension);
    let mut socket = plain(
        "GET",
        &[
            header("Origin", "https://app.example"),
            header("Upgrade", "websocket"),
            header("Sec-WebSocket-Key", "a"),
        ],
    );
    socket["response"]["status"] = json!(101);
    let without_page = plain(
        "POST",
        &[
            header("content-type", "application/json"),
            header("user-agent", "insomnia/10"),
        ],
    );
    let mut data = plain("GET", &[header("Origin", "https://app.example")]);
    data["request"]["url"] = json!("data:text/plain,a");
    let mut extension = plain("GET", &[header("Origin", "https://app.example")]);
    extension["request"]["url"] = json!("chrome-extension://abcdefghijklmnop/a.js");
    let found = fetches(&[call.clone(), socket, without_page, data, extension, call]);
    // A repeated entry counts as two fetches.
    assert_eq!(found.len(), 2);
    for fetch in found {
        assert_eq!(
            fetch
                .headers
                .iter()
                .map(|(name, _)| name.as_str())
                .collect::<Vec<_>>(),
            ["x-a"]
        );
        assert_eq!(result(&fetch, CredentialsMode::SameOrigin), "ok");
    }
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

/// The bodies are skipped, and the entries without CORS do not stay in memory.
#[test]
fn entries_are_read_one_by_one() -> Outcome {
    struct Endless<'t> {
        parts: std::iter::Flatten<std::array::IntoIter<Box<dyn Iterator<Item = &'t [u8]> + 't>, 3>>,
        part: &'t [u8],
    }
    impl std::io::Read for Endless<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            while self.part.is_empty() {
                match self.parts.next() {
                    Some(part) => self.part = part,
                    None => return Ok(0),
                }
            }
            self.part.read(buffer)
        }
    }
    let mut image = request("GET", &[]);
    image["request"]["headers"] = json!([
        header("sec-fetch-mode", "no-cors"),
        header("sec-fetch-site", "cross-site")
    ]);
    image["response"]["content"] = json!({"text": "a".repeat(20_000)});
    let image = format!("{image},").into_bytes();
    let last = format!("{}]}}}}", request("GET", &[])).into_bytes();
    let parts: [Box<dyn Iterator<Item = &[u8]>>; 3] = [
        Box::new(std::iter::once(&b"{\"log\":{\"entries\":["[..])),
        Box::new(std::iter::repeat_n(&image[..], 500)),
        Box::new(std::iter::once(&last[..])),
    ];
    let reader = Endless {
        parts: parts.into_iter().flatten(),
        part: &[],
    };
    let mut recording = Recording::new();
    recording.read(&mut serde_json::Deserializer::from_reader(
        std::io::BufReader::new(reader),
    ))?;
    assert_eq!(
        (recording.entry_count(), recording.fetches().len()),
        (501, 1)
    );
    Ok(())
}

#[test]
fn thousands_of_equal_entries_are_paired() -> Outcome {
    const COUNT: usize = 3000;
    let entry = |value: Value| value.to_string();
    let pair = [
        entry(preflight("PUT", "x-a", 200)),
        entry(request("PUT", &[header("x-a", "1")])),
    ]
    .join(",");
    for (unit, exchanges) in [(pair, 2), (entry(preflight("PUT", "x-a", 200)), 1)] {
        let units = vec![unit; COUNT].join(",");
        let text = format!("{{\"log\":{{\"entries\":[{units}]}}}}");
        let fetches = Recording::from_slice(text.as_bytes())?.fetches();
        assert_eq!(fetches.len(), COUNT);
        for fetch in &fetches {
            assert!(fetch.has_preflight());
            assert_eq!(fetch.exchanges.len(), exchanges);
        }
    }
    Ok(())
}

/// A request is compared with the first preflights only, so the work for each request has a limit. The preflight of the
/// request comes after many other preflights here.
#[test]
fn request_is_compared_with_few_preflights() {
    let is_paired = |others: usize| {
        let mut entries = vec![preflight("PUT", "x-a", 200); others];
        entries.push(preflight("PUT", "x-b", 200));
        entries.push(request("PUT", &[header("x-b", "1")]));
        let fetches = fetches(&entries);
        fetches.last().is_some_and(RecordedFetch::has_preflight) && fetches.len() == others + 1
    };
    assert!(is_paired(10));
    assert!(!is_paired(100));
}

/// The behavior of the generated servers.
#[derive(Debug, Clone)]
struct Served {
    method: &'static str,
    header: Option<&'static str>,
    credentials: CredentialsMode,
    preflight: (u16, Vec<(&'static str, &'static str)>),
    response: (u16, Vec<(&'static str, &'static str)>),
}

fn served() -> impl Strategy<Value = Served> {
    let allowing = |statuses: Vec<u16>| {
        let headers = prop::sample::subsequence(
            vec![
                ("access-control-allow-origin", "*"),
                ("access-control-allow-origin", "https://app.example"),
                ("access-control-allow-origin", "https://app.example/"),
                ("access-control-allow-credentials", "true"),
                ("access-control-allow-methods", "PUT"),
                ("access-control-allow-methods", "a b"),
                ("access-control-allow-headers", "x-a, content-type"),
                ("location", "/r2"),
            ],
            0..6,
        );
        (prop::sample::select(statuses), headers)
    };
    (
        prop::sample::select(vec!["GET", "POST", "PUT", "patch"]),
        prop::sample::select(vec![
            None,
            Some("x-a"),
            Some("content-type"),
            Some("authorization"),
        ]),
        prop::sample::select(vec![
            CredentialsMode::SameOrigin,
            CredentialsMode::Include,
            CredentialsMode::Omit,
        ]),
        allowing(vec![200, 204, 302, 404]),
        allowing(vec![200, 404, 307]),
    )
        .prop_map(
            |(method, header, credentials, preflight, response)| Served {
                method,
                header,
                credentials,
                preflight,
                response,
            },
        )
}

/// Runs a fetch, and records the fetch as a network panel does. Returns the result of the fetch.
fn record(served: &Served, entries: &mut Vec<Value>) -> String {
    let mut init = RequestInit::new(URL.parse().unwrap());
    init.method = served.method.into();
    init.headers = served
        .header
        .iter()
        .map(|name| ((*name).into(), "application/json".into()))
        .collect();
    init.credentials = served.credentials;
    let request = init.into_request(Origin::parse("https://app.example").unwrap());
    let mut was_sent = false;
    let outcome = fetch_cors::browser::Outcome::fetch(
        &mut UserAgent::new(),
        request,
        Duration::ZERO,
        |request| {
            let (status, headers) = if request.is_preflight() {
                &served.preflight
            } else {
                &served.response
            };
            was_sent |= !request.is_preflight();
            let mut sent: Vec<_> = request
                .header_list
                .iter()
                .map(|(name, value)| {
                    header(name.as_str(), &String::from_utf8_lossy(value.as_bytes()))
                })
                .collect();
            sent.push(header("sec-fetch-mode", "cors"));
            if request.credentials == Credentials::Included {
                sent.push(header("cookie", "a=b"));
            }
            let location = headers
                .iter()
                .find(|(name, _)| *name == "location" && (300..400).contains(status));
            let received: Vec<_> = headers
                .iter()
                .map(|(name, value)| header(name, value))
                .collect();
            let redirect_url = location.map_or("", |_| "https://api.example/r2");
            entries.push(json!({
            "request": {"method": request.method.as_str(), "url": request.url.as_str(), "headers": sent},
            "response": {
                "status": status,
                "headers": received,
                "redirectURL": redirect_url,
            },
        }));
            let headers = HeaderList::from_pairs(headers.iter().copied()).unwrap();
            Ok(Response::new((*status).try_into().unwrap(), headers))
        },
    );
    if !was_sent {
        let sent: Vec<_> = served
            .header
            .iter()
            .map(|name| header(name, "application/json"))
            .collect();
        entries.push(json!({"request": {"method": served.method, "url": URL, "headers": sent}, "response": {"status": 0, "headers": []}}));
    }
    outcome
        .result
        .map_or_else(|error| error.failure().to_string(), |_| "ok".to_owned())
}

proptest! {
    /// A fetch that is recorded, and read back from the recording, has the same result. The order of preflight and
    /// request does not matter.
    #[test]
    fn recorded_fetches_have_the_same_result(served in served(), is_reversed in any::<bool>()) {
        let mut entries = Vec::new();
        let expected = record(&served, &mut entries);
        if is_reversed && entries.len() == 2 && served.response.0 != 307 {
            entries.reverse();
        }
        let fetches = fetches(&entries);
        prop_assert_eq!(fetches.len(), 1, "{:?}", entries);
        let credentials = match served.credentials {
            // In mode `same-origin`, cross-origin requests do not have credentials either.
            CredentialsMode::Omit => CredentialsMode::SameOrigin,
            other => other,
        };
        let modes = fetches[0].credentials_modes();
        prop_assert!(modes.contains(&credentials), "{modes:?}");
        prop_assert_eq!(result(&fetches[0], credentials), expected, "{:?}", entries);
    }

    /// If a recording is cut anywhere, the error has the place of the cut, and the entries before the cut are the same
    /// as in the whole recording.
    #[test]
    fn cut_recordings_have_the_entries_before_the_cut(
        at in any::<prop::sample::Index>(),
        name in prop::sample::select(vec!["cdp-chromium.har", "netmonitor-firefox.har", "playwright-chromium.har"]),
    ) {
        let text = sample(name).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let whole = Recording::from_slice(&text).unwrap();
        let end = at.index(text.trim_ascii_end().len());
        let cut = &text[..end];
        let error = Recording::from_slice(cut).unwrap_err();
        let line_start = cut.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let lines = cut.iter().filter(|byte| **byte == b'\n').count();
        prop_assert_eq!((error.line, error.column), (lines + 1, end - line_start));
        let mut streamed = Recording::new();
        streamed.read(&mut serde_json::Deserializer::from_reader(cut)).unwrap_err();
        prop_assert_eq!(streamed.entry_count(), error.readable.entry_count());
        prop_assert!(error.readable.entry_count() <= whole.entry_count());
        let places = |recording: &Recording| -> std::collections::BTreeSet<usize> {
            let fetches = recording.fetches();
            fetches.iter().flat_map(|fetch| &fetch.exchanges).map(|exchange| exchange.entry).collect()
        };
        let (before, all) = (places(&error.readable), places(&whole));
        let count = error.readable.entry_count();
        prop_assert!(all.iter().filter(|at| **at < count).all(|at| before.contains(at)));
    }

    /// A recording with a changed value is read or refused, without a panic. Two judgments of one fetch have the same
    /// result.
    #[test]
    fn changed_recordings_are_read_or_refused(
        at in any::<prop::sample::Index>(),
        junk in prop::sample::select(vec!["null", "0", "\"\"", "[]", "{}", "[{}]", "-1", "\"https://a.test\"", "\"\\u001b\"", "}", ","]),
        name in prop::sample::select(vec!["cdp-chromium.har", "netmonitor-firefox.har"]),
    ) {
        let text = sample(name).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let colons: Vec<_> = text.windows(2).enumerate().filter(|(_, bytes)| bytes == b": ").map(|(at, _)| at + 2).collect();
        let start = *at.get(&colons);
        let end = start + text[start..].iter().position(|byte| b",\n}]".contains(byte)).unwrap_or(0);
        let changed = [&text[..start], junk.as_bytes(), &text[end..]].concat();
        let recording = Recording::from_slice(&changed).unwrap_or_else(|error| {
            assert!(!error.to_string().contains(|c: char| c.is_control()));
            *error.readable
        });
        for fetch in recording.fetches() {
            for mode in fetch.credentials_modes() {
                prop_assert_eq!(result(&fetch, *mode), result(&fetch, *mode));
            }
        }
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

/// Playwright does not record preflights. If the request was sent, its preflight succeeded, but the headers of the
/// preflight and of its response are unknown.
#[test]
fn preflight_that_is_not_recorded_is_not_invented() -> Outcome {
    let recording = Recording::from_slice(&sample("playwright-chromium.har")?)?;
    let fetches = recording.fetches();
    let mut found = fetches
        .iter()
        .filter(|fetch| fetch.url.as_str().contains("put-ok"));
    let playwright = found.next().ok_or("no fetch")?.clone();
    let mut blocked = request("PUT", &[header("x-a", "1")]);
    blocked["response"]["headers"] = json!([]);
    for (fetch, verdict) in [
        (playwright, Verdict::Readable),
        (self::fetches(&[blocked])[0].clone(), Verdict::Blocked),
    ] {
        let explanation = explained(&fetch);
        assert_eq!(explanation.verdict, verdict);
        let [preflight, request] = &*explanation.exchanges else {
            panic!("{explanation:?}")
        };
        assert!(preflight.is_preflight && preflight.headers.is_empty());
        assert_eq!(preflight.answer, ExplainedAnswer::NotRecorded);
        assert!(matches!(
            request.answer,
            ExplainedAnswer::Response {
                status: Some(200),
                ..
            }
        ));
        for text in shown(&explanation) {
            for known in [
                "reflight is not in the recording",
                "cannot be known",
                "iX OPTIONS",
            ] {
                assert!(text.contains(known), "{known}: {text}");
            }
            // The URL of Playwright's readable fetch contains these words, so the test does not search the text of this
            // fetch.
            for invented in ["204", "llow-credentials", "llow-methods"] {
                assert!(
                    verdict == Verdict::Readable || !text.contains(invented),
                    "{invented}: {text}"
                );
            }
        }
    }
    Ok(())
}

/// The recording has only the preflight, which lists the names of the headers, but not their values.
#[test]
fn value_that_is_not_recorded_is_not_invented() {
    let refused = preflight("POST", "content-type,x-a", 500);
    let explanation = explained(&fetches(&[refused])[0]);
    let sent = explanation
        .exchanges
        .iter()
        .flat_map(|exchange| &exchange.headers);
    let headers = sent.chain(&explanation.asked.headers);
    let mut values = headers.filter(|(name, _)| matches!(&**name, "content-type" | "x-a"));
    assert_eq!(values.clone().count(), 4);
    assert!(
        values.all(|(_, value)| value == "(not recorded)"),
        "{explanation:?}"
    );
    let reasons = explanation.preflight.join("\n");
    assert!(!reasons.contains("application/json"), "{reasons}");
    assert!(
        reasons.contains("the preflight asks for the header `content-type`"),
        "{reasons}"
    );
}

#[test]
fn status_that_is_not_recorded_is_not_invented() {
    let mut lost = request("GET", &[]);
    lost["response"] =
        json!({"status": 0, "headers": [header("x-a", "1")], "_error": "net::ERR_FAILED"});
    let explanation = explained(&fetches(&[lost])[0]);
    let answer = &explanation.exchanges[0].answer;
    assert!(
        matches!(answer, ExplainedAnswer::Response { status: None, .. }),
        "{answer:?}"
    );
    let [text, page, data] = shown(&explanation);
    assert!(text.contains("the status is not in the recording") && !text.contains("status 200"));
    assert!(page.contains("status is not in the recording") && !page.contains("status 200"));
    assert!(data.contains(r#""status":null"#), "{data}");
}

/// An entry without a response, or with a response without headers, does not show whether there was a response.
#[test]
fn entry_without_a_response_has_not_failed() {
    for response in [
        None,
        Some(json!(null)),
        Some(json!({"status": 200})),
        Some(json!({"status": 200, "headers": 7})),
    ] {
        let mut entry = request("GET", &[]);
        match response {
            Some(response) => entry["response"] = response,
            None => drop(entry.as_object_mut().unwrap().remove("response")),
        }
        let fetch = &fetches(&[entry])[0];
        assert_eq!(fetch.obstacle, Some(Obstacle::IncompleteEntry), "{fetch:?}");
        assert!(
            fetch
                .explanation(&UserAgent::new(), CredentialsMode::Omit)
                .is_none()
        );
    }
    // After a preflight that succeeds, the answer to the request is unknown, because the entry of the request has no
    // response.
    let mut entry = request("PUT", &[]);
    entry.as_object_mut().unwrap().remove("response");
    let mut allowed = preflight("PUT", "", 200);
    allowed["response"]["headers"] = json!([
        header("access-control-allow-origin", "*"),
        header("access-control-allow-methods", "PUT")
    ]);
    let explanation = explained(&fetches(&[allowed, entry])[0]);
    assert_eq!(explanation.verdict, Verdict::Undecided);
    assert!(
        !explanation.to_string().contains("no answer"),
        "{explanation}"
    );
}

/// The error of the browser, and words of its explanation and of its fix.
const ERRORS: [(&str, &str, &str); 24] = [
    (
        "net::ERR_BLOCKED_BY_CLIENT",
        "an extension",
        "without extensions",
    ),
    (
        "net::ERR_BLOCKED_BY_ORB",
        "Opaque Response Blocking",
        "Content-Type",
    ),
    (
        "net::ERR_BLOCKED_BY_CSP",
        "Content Security Policy",
        "connect-src",
    ),
    (
        "net::ERR_BLOCKED_BY_ADMINISTRATOR",
        "administrator",
        "administrator",
    ),
    (
        "net::ERR_BLOCKED_BY_RESPONSE",
        "a header of the response",
        "change this header",
    ),
    (
        "net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin",
        "Cross-Origin-Resource-Policy",
        "cross-origin",
    ),
    (
        "net::ERR_BLOCKED_BY_RESPONSE.NotSameSite",
        "Cross-Origin-Resource-Policy",
        "cross-origin",
    ),
    (
        "net::ERR_BLOCKED_BY_RESPONSE.NotSameOriginAfterDefaultedToSameOriginByCoep",
        "Cross-Origin-Embedder-Policy",
        "cross-origin",
    ),
    (
        "net::ERR_CERT_AUTHORITY_INVALID",
        "certificate",
        "open the URL in a tab",
    ),
    (
        "net::ERR_CERT_DATE_INVALID",
        "certificate",
        "open the URL in a tab",
    ),
    ("net::ERR_SSL_PROTOCOL_ERROR", "TLS", "http://"),
    ("net::ERR_NAME_NOT_RESOLVED", "DNS", "host name"),
    (
        "net::ERR_CONNECTION_REFUSED",
        "nothing listens",
        "start the server",
    ),
    (
        "net::ERR_CONNECTION_RESET",
        "closed the connection",
        "log of the server",
    ),
    (
        "net::ERR_EMPTY_RESPONSE",
        "closed the connection",
        "log of the server",
    ),
    ("net::ERR_TIMED_OUT", "in time", "log of the server"),
    ("net::ERR_INTERNET_DISCONNECTED", "no route", "Offline"),
    (
        "net::ERR_ABORTED",
        "stopped the request",
        "AbortSignal.timeout",
    ),
    (
        "net::ERR_INVALID_RESPONSE",
        "a named error of the network",
        "open the URL",
    ),
    (
        "NS_ERROR_CONNECTION_REFUSED",
        "nothing listens",
        "start the server",
    ),
    ("NS_ERROR_UNKNOWN_HOST", "DNS", "host name"),
    ("NS_ERROR_NET_TIMEOUT", "in time", "log of the server"),
    (
        "NS_BINDING_ABORTED",
        "stopped the request",
        "preventDefault",
    ),
    (
        "NS_ERROR_DOM_CORP_FAILED",
        "Cross-Origin-Resource-Policy",
        "cross-origin",
    ),
];

#[test]
fn errors_of_the_browser_have_explanations_of_their_own() {
    for (error, meaning, fix) in ERRORS {
        for place in ["_error", "_failureText", "_blockedReason"] {
            let mut entry = request("GET", &[]);
            entry["response"] = json!({"status": 0, "headers": []});
            match place {
                "_failureText" => entry["response"][place] = json!(error),
                "_blockedReason" if !error.starts_with("NS_") => continue,
                _ => entry[place] = json!(error),
            }
            let explanation = explained(&fetches(&[entry])[0]);
            assert_eq!(explanation.verdict, Verdict::Blocked, "{error}");
            let headline = &explanation.headline;
            assert!(
                headline.contains(meaning) && headline.contains(error),
                "{headline}"
            );
            let Fix::NotCors { advice } = &explanation.fix else {
                panic!("{error}: {:?}", explanation.fix);
            };
            assert!(advice.contains(fix), "{error}: {advice}");
            let text = explanation.to_string();
            assert!(
                !text.contains("got no response") && !text.contains("+ Access-Control"),
                "{text}"
            );
        }
    }
    // The entry of a response that the browser hides has both the response and an error.
    let mut orb = request("GET", &[]);
    orb["request"]["headers"] = json!([
        header("referer", "https://app.example/"),
        header("sec-fetch-mode", "no-cors"),
        header("sec-fetch-site", "cross-site")
    ]);
    orb["_error"] = json!("net::ERR_BLOCKED_BY_ORB");
    let explanation = explained(&fetches(&[orb.clone()])[0]);
    assert!(
        explanation.headline.contains("Opaque Response Blocking"),
        "{explanation}"
    );
    // If a page aborts a fetch whose response it can read, the response still counts as readable.
    orb = request("GET", &[]);
    orb["_error"] = json!("net::ERR_ABORTED");
    assert_eq!(explained(&fetches(&[orb])[0]).verdict, Verdict::Readable);
    // The error `net::ERR_FAILED` does not prove a failed connection: the browser can have blocked the response. So the
    // verdict is undecided.
    let mut entry = request("PUT", &[]);
    entry["response"] = json!({"status": 0, "headers": [], "_error": "net::ERR_FAILED"});
    let mut allowed = preflight("PUT", "", 200);
    allowed["response"]["headers"] = json!([
        header("access-control-allow-origin", "*"),
        header("access-control-allow-methods", "PUT")
    ]);
    assert_eq!(
        explained(&fetches(&[allowed, entry])[0]).verdict,
        Verdict::Undecided
    );
}

/// The preflight has an error of its own, and the request has only `net::ERR_FAILED`.
#[test]
fn error_of_the_preflight_is_explained() {
    let mut failed = preflight("PUT", "", 200);
    failed["response"] =
        json!({"status": 0, "headers": [], "_error": "net::ERR_CERT_DATE_INVALID"});
    let mut entry = request("PUT", &[]);
    entry["response"] = json!({"status": 0, "headers": [], "_error": "net::ERR_FAILED"});
    let explanation = explained(&fetches(&[failed, entry])[0]);
    assert!(
        explanation.headline.contains("certificate"),
        "{explanation}"
    );
}

#[test]
fn damaged_entries_are_counted_and_named() {
    use EntryProblemKind as Kind;
    let whole = request("GET", &[]);
    let changed = |member: &str, value: Value| {
        let mut entry = whole.clone();
        entry["request"][member] = value;
        entry
    };
    for (entry, expected) in [
        (json!(null), Some(Kind::NotAnObject)),
        (json!(3), Some(Kind::NotAnObject)),
        (json!([]), Some(Kind::NotAnObject)),
        (json!({}), Some(Kind::NoRequest)),
        (json!({"request": []}), Some(Kind::NoRequest)),
        (changed("url", json!(null)), Some(Kind::NoUrl)),
        (changed("url", json!("")), Some(Kind::NoUrl)),
        (changed("url", json!("/notes")), Some(Kind::InvalidUrl)),
        (
            changed("url", json!("https://a b/")),
            Some(Kind::InvalidUrl),
        ),
        (changed("method", json!(null)), Some(Kind::NoMethod)),
        (
            changed("headers", json!(null)),
            Some(Kind::NoRequestHeaders),
        ),
        (
            changed("headers", json!(7)),
            Some(Kind::UnreadableRequestHeaders),
        ),
        (
            changed("headers", json!([7])),
            Some(Kind::IncompleteRequestHeader),
        ),
        (
            changed("headers", json!({"a": {}})),
            Some(Kind::IncompleteRequestHeader),
        ),
        (changed("url", json!("data:,")), None),
        (
            changed("headers", json!({"a": "b", "c": ["d", "e"], "f": 1})),
            None,
        ),
        (whole.clone(), None),
    ] {
        let text = har(&[whole.clone(), entry.clone()]);
        let recording = Recording::from_slice(&text).unwrap();
        let found: Vec<_> = recording
            .problems()
            .iter()
            .map(|problem| (problem.entry, problem.kind))
            .collect();
        let expected: Vec<_> = expected.into_iter().map(|kind| (1, kind)).collect();
        assert_eq!(found, expected, "{entry}");
        assert_eq!(recording.problem_count(), expected.len());
    }
    let many = har(&vec![json!(null); 300]);
    let recording = Recording::from_slice(&many).unwrap();
    assert_eq!(
        (recording.problems().len(), recording.problem_count()),
        (100, 300)
    );
}

#[test]
fn headers_can_be_members_of_an_object() {
    let mut entry = request("GET", &[]);
    entry["request"]["headers"] = json!({"Origin": "https://app.example", "X-A": ["1", "2"]});
    entry["response"]["headers"] = json!({"Access-Control-Allow-Origin": "*", "Content-Length": 7});
    let fetch = &fetches(&[entry])[0];
    assert_eq!(
        fetch.exchanges[0].request_headers.get("x-a").as_deref(),
        Some(&b"1, 2"[..])
    );
    assert_eq!(result(fetch, CredentialsMode::SameOrigin), "ok");
}

/// Two requests to one URL have preflights in another order. Each request belongs to the preflight that lists its
/// headers.
#[test]
fn preflight_belongs_to_the_request_whose_headers_it_lists() {
    let json = header("Content-Type", "application/json");
    let long = request("PUT", &[json.clone(), header("X-A", "1")]);
    let short = request("PUT", &[json]);
    let [for_short, for_long] =
        ["content-type", "content-type,x-a"].map(|names| preflight("PUT", names, 200));
    let found = fetches(&[long, short, for_short, for_long]);
    let exchanges: Vec<Vec<_>> = found
        .iter()
        .map(|fetch| {
            fetch
                .exchanges
                .iter()
                .map(|exchange| exchange.entry)
                .collect()
        })
        .collect();
    assert_eq!(exchanges, [[2, 1], [3, 0]]);
}

/// The browser does not apply the CORS check to a response of a service worker.
#[test]
fn response_of_a_service_worker_is_not_judged() {
    let mut of_chromium = request("GET", &[]);
    of_chromium["response"]["_fetchedViaServiceWorker"] = json!(true);
    let mut of_safari = request("GET", &[]);
    of_safari["_fetchType"] = json!("Service Worker");
    let mut of_network = request("GET", &[]);
    of_network["_fetchType"] = json!("Network Load");
    of_network["response"]["_fetchedViaServiceWorker"] = json!(false);
    let found = fetches(&[of_chromium.clone(), of_safari, of_network]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].exchanges[0].entry, 2);
    // A fetch through a service worker can fail.
    let mut failed = of_chromium.clone();
    failed["_error"] = json!("net::ERR_FAILED");
    assert_eq!(fetches(&[failed]).len(), 1);
    of_chromium["response"]["status"] = json!(0);
    of_chromium["response"]["_error"] = json!("net::ERR_FAILED");
    assert_eq!(fetches(&[of_chromium]).len(), 1);
}

/// With the status 304, the browser checks the headers of the response that it stored.
#[test]
fn response_that_is_not_modified_is_not_judged() {
    let asking = header("If-None-Match", "a");
    let mut entry = request("GET", std::slice::from_ref(&asking));
    entry["response"] = json!({"status": 304, "headers": []});
    let obstacle = |entries: &[Value]| fetches(entries)[0].obstacle;
    assert_eq!(
        obstacle(std::slice::from_ref(&entry)),
        Some(Obstacle::NotModified)
    );
    assert!(
        Obstacle::NotModified
            .to_string()
            .contains("`Disable cache`")
    );
    // Script asks whether the response has changed, so the browser checks this response.
    let by_script = [preflight("GET", "if-none-match", 200), entry.clone()];
    assert_eq!(obstacle(&by_script), None);
    // The browser adds the headers of this response to the stored response. A header that is missing here can be in the
    // stored response.
    let mut with = |allowed: &str, is_credentialed: bool| {
        let allow = header("Access-Control-Allow-Origin", allowed);
        entry["response"] = json!({"status": 304, "headers": [allow]});
        let cookies = if is_credentialed {
            json!([{"name": "sid", "value": "1"}])
        } else {
            json!([])
        };
        entry["request"]["cookies"] = cookies;
        obstacle(std::slice::from_ref(&entry))
    };
    assert_eq!(with("*", false), None);
    assert_eq!(with("https://app.example", false), None);
    assert_eq!(
        with("https://app.example", true),
        Some(Obstacle::NotModified)
    );
    assert_eq!(with("*", true), None);
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

#[test]
fn scheme_of_a_url_can_have_upper_case() {
    let mut entry = request("GET", &[]);
    entry["request"]["url"] = json!("HTTPS://API.example/");
    let recording = Recording::from_slice(&har(std::slice::from_ref(&entry))).unwrap();
    assert_eq!(recording.http_entry_count(), 1);
    assert_eq!(recording.fetches()[0].url.as_str(), "https://api.example/");
}
