//! `explain`: fetches of a recording that the page or the user stopped, or that the browser blocked without an answer.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    explained_parts::{entry, har, header},
    program::ran,
};

const PAGE: &str = "https://app.example";

/// Returns an entry as Playwright writes it if the browser has no readable response.
fn failed(kind: &str, path: &str, error: &str) -> Value {
    json!({
        "_resourceType": kind,
        "request": {"method": "GET", "url": format!("https://api.example/{path}"), "headers": [
            header("Referer", "https://app.example/")]},
        "response": {"status": -1, "headers": [], "_failureText": error},
    })
}

/// A search while the user types stops many requests. These are not failures of CORS, so they are last.
#[test]
fn stopped_fetches_are_last_and_not_called_blocked() {
    let blocked = entry(
        "https://api.example/notes",
        PAGE,
        json!({"status": 200, "headers": []}),
    );
    for error in ["net::ERR_ABORTED", "NS_BINDING_ABORTED"] {
        let entries = [failed("fetch", "search", error), blocked.clone()];
        let text = ran(&["explain", &har("explain-stopped", &entries)], "").out;
        let order = [
            "1. GET https://api.example/notes",
            "2. GET https://api.example/search\n   stopped: the browser reported",
        ];
        let found: Vec<_> = order.iter().map(|part| text.find(part)).collect();
        assert!(found[0].is_some() && found[0] < found[1], "{text}");
        assert!(
            !text.contains("blocked: the browser reported"),
            "{error}: {text}"
        );
    }
}

/// An `EventSource` and a font are always requests with CORS. A failed medium is possibly such a request.
#[test]
fn failures_of_other_requests_with_cors_are_listed() {
    for (kind, error, is_listed) in [
        ("eventsource", "net::ERR_FAILED", true),
        ("eventsource", "net::ERR_CONNECTION_REFUSED", true),
        ("font", "net::ERR_FAILED", true),
        ("media", "net::ERR_FAILED", true),
        ("media", "net::ERR_CONNECTION_REFUSED", false),
        ("image", "net::ERR_FAILED", false),
    ] {
        let call = failed("fetch", "notes", "net::ERR_FAILED");
        let har = har("explain-other-kinds", &[call, failed(kind, "other", error)]);
        let all = ran(&["explain", "--json", &har], "").json();
        let mut urls = all.iter().map(|line| line["url"].as_str());
        let has_url = urls.any(|url| url == Some("https://api.example/other"));
        assert_eq!(has_url, is_listed, "{kind} {error}");
        let one = ran(&["explain", &har, "--only-url", "other"], "");
        let says_why = one.err.contains("An entry with this URL is left out if");
        assert_eq!(says_why, !is_listed, "{kind} {error}: {}", one.err);
    }
}

/// Playwright records the target of a redirect without its response if the browser blocks the response.
#[test]
fn blocked_target_of_a_redirect_belongs_to_its_fetch() {
    let mut redirect = entry(
        "https://api.example/old",
        PAGE,
        json!({"status": 302, "redirectURL": "https://third.example/new", "headers": [
            header("Location", "https://third.example/new"),
            header("Access-Control-Allow-Origin", "*")]}),
    );
    redirect["request"]["headers"]
        .as_array_mut()
        .unwrap()
        .push(header("Referer", "https://app.example/notes"));
    let other = failed("fetch", "other", "net::ERR_FAILED");
    let mut target = failed("fetch", "", "net::ERR_FAILED");
    target["request"]["url"] = json!("https://third.example/new");
    let entries = [redirect.clone(), other, target.clone()];
    let lines = ran(&["explain", "--json", &har("explain-target", &entries)], "").json();
    let urls: BTreeSet<_> = lines.iter().map(|line| line["url"].as_str()).collect();
    let expected = ["https://api.example/old", "https://api.example/other"];
    assert_eq!(urls, expected.map(Some).into());
    for line in lines {
        let text = line.to_string();
        assert!(
            !text.contains("does not have the target of the redirect"),
            "{text}"
        );
    }
    // A request of another page has its own fetch.
    target["request"]["headers"] = json!([header("Referer", "https://other.example/")]);
    let entries = [redirect, target];
    let lines = ran(&["explain", "--json", &har("explain-target", &entries)], "").json();
    assert!(
        lines
            .iter()
            .any(|line| line["url"] == "https://third.example/new")
    );
}

/// The data says that the page got the response.
#[test]
fn json_says_that_the_recording_contradicts_the_explanation() {
    let response = |error: Option<&str>| json!({"status": 200, "headers": [], "_error": error});
    let url = "https://api.example/notes";
    for (error, expected) in [(None, json!(true)), (Some("net::ERR_FAILED"), Value::Null)] {
        let entry = entry(url, PAGE, response(error));
        let har = har("explain-contradicted", &[entry]);
        for line in ran(&["explain", "--json", &har], "").json() {
            assert_eq!(line["contradicts_recording"], expected, "{line}");
        }
        let text = ran(&["explain", &har], "").out;
        let says_so = text.contains("The recording has another result");
        assert_eq!(says_so, expected == json!(true), "{text}");
    }
}

/// If the groups do not fit on a screen, each further group has its failure in one row.
#[test]
fn overview_of_many_failures_has_each_failure() {
    let path = "p/".repeat(100);
    let entries: Vec<_> = (0..30)
        .map(|number| {
            let url = format!("https://api{number}.example/{path}end");
            let status = if number % 2 == 0 { 404 } else { 200 };
            entry(&url, PAGE, json!({"status": status, "headers": []}))
        })
        .collect();
    let text = ran(&["explain", &har("explain-many", &entries)], "").out;
    let overview = text.split("\nFetch 1: ").next().unwrap_or_default();
    let row = |number: usize| {
        let start = format!("{number}. GET https://api{}.", number - 1);
        overview.lines().find(|line| line.starts_with(&start))
    };
    for (number, end) in [
        (29, "end  missing-allow-origin-header (status 404)"),
        (30, "end  missing-allow-origin-header"),
    ] {
        let row = row(number).unwrap_or_default();
        assert!(row.ends_with(end) && row.len() <= 80, "{overview}");
    }
}

/// The lines of JSON can be joined to the lines of the console, and a second cause is not dropped.
#[test]
fn json_of_messages_has_their_lines_and_redirects() {
    let page = "from origin 'https://app.example' has been blocked by CORS policy:";
    let missing = "No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    let local = "Permission was denied for this request to access the `local` address space.";
    let url = "http://192.168.0.1/notes";
    let old = "https://api.example/old";
    let console = format!(
        "text\nAccess to fetch at '{url}' {page} {missing}\nAccess to fetch at '{url}' {page} {local}\nAccess to font at '{url}' (redirected from '{old}') {page} {missing}\n"
    );
    let lines = ran(&["explain", "--json", "-"], console).json();
    let members = lines
        .iter()
        .map(|line| (line["line"].as_u64(), line["redirected_from"].as_str()));
    let members: Vec<_> = members.collect();
    assert_eq!(
        members,
        [(Some(2), None), (Some(3), None), (Some(4), Some(old))]
    );
    assert_eq!(lines[1]["failures"], json!([]));
}
