//! Explanations of recordings whose answers are missing or damaged.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::program::{file, ran};

/// Returns a recording with one GET request, which has no recorded answer.
fn recording(members: Value) -> Value {
    let mut entry = json!({
        "request": {"method": "GET", "url": "https://api.example/notes", "headers": [
            {"name": "Referer", "value": "https://app.example/"}]},
        "response": {"status": 0, "headers": []},
        "_resourceType": "fetch", "_error": "net::ERR_FAILED",
    });
    let members = members.as_object().unwrap().clone();
    entry.as_object_mut().unwrap().extend(members);
    json!({"log": {"entries": [entry]}})
}

/// Chromium reports the failure and the refused value, even if the recording does not have the response.
#[test]
fn reported_failure_is_explained_as_a_console_message() {
    let reported = json!({"_corsErrorStatus": {
        "corsError": "AllowOriginMismatch", "failedParameter": "https://app.example/"}});
    let har = file("explain-reported.har", recording(reported).to_string());
    let text = ran(&["explain", &har], "");
    assert_eq!(text.status, 0, "{}", text.err);
    for part in [
        "the value ends with a slash, but an origin does not: remove the slash",
        "Likeliest fix: send `Access-Control-Allow-Origin: https://app.example`",
        "failure code: allow-origin-mismatch",
    ] {
        assert!(text.out.contains(part), "{part}\n{}", text.out);
    }
    assert!(!text.out.contains("unknown"), "{}", text.out);
    let line: Value = serde_json::from_str(&ran(&["explain", &har, "--json"], "").out).unwrap();
    assert_eq!(line["message"]["near_misses"][0]["kind"], "trailing-slash");
    assert!(line.get("obstacle").is_none());
    let html = ran(&["explain", &har, "--html", "-"], "");
    assert!(html.out.contains("ends with a slash"), "{}", html.out);

    // Without the failure, the reason is unknown.
    let har = file("explain-unreported.har", recording(json!({})).to_string());
    assert_eq!(ran(&["explain", &har], "").status, 2);
}

#[test]
fn reported_failure_that_contradicts_the_headers_is_named() {
    let har = recording(json!({
        "response": {"status": 200, "headers": [
            {"name": "Access-Control-Allow-Origin", "value": "https://app.example"}]},
        "_corsErrorStatus": {"corsError": "MissingAllowOriginHeader", "failedParameter": ""}
    }));
    let har = file("explain-contradiction.har", har.to_string());
    let text = ran(&["explain", &har], "");
    let note = "Note: the browser reported another reason than the recorded headers show";
    assert!(text.out.contains(note), "{}", text.out);
}

#[test]
fn entry_without_request_headers_changes_the_exit_status() {
    let mut har = recording(json!({"response": {"status": 200, "headers": []}}));
    let good = har["log"]["entries"][0].clone();
    har["log"]["entries"][0]["_error"].take();
    for headers in [json!(null), json!(5), json!([5])] {
        har["log"]["entries"][0]["request"]["headers"] = headers;
        let alone = file("explain-damaged.har", har.to_string());
        assert_eq!(ran(&["explain", &alone], "").status, 2);
        let mut two = har.clone();
        let entries = two["log"]["entries"].as_array_mut().unwrap();
        entries.push(good.clone());
        let two = file("explain-damaged-and-good.har", two.to_string());
        assert_eq!(ran(&["explain", &two], "").status, 1);
    }
}

/// Chromium writes `null` as the error of a response that the page got. With credentials, it would block this response.
#[test]
fn response_without_an_error_of_chromium_was_readable() {
    for status in [200, 404] {
        let har = recording(json!({
            "request": {"method": "GET", "url": "https://api.example/notes", "headers": [
                {"name": "Origin", "value": "https://app.example"},
                {"name": "Sec-Fetch-Mode", "value": "cors"}]},
            "response": {"status": status, "content": {"size": 8}, "_error": null, "headers": [
                {"name": "Access-Control-Allow-Origin", "value": "*"}]},
            "_error": null,
        }));
        let har = file("explain-null-error.har", har.to_string());
        let text = ran(&["explain", &har], "");
        assert_eq!(text.status, 0, "{}", text.err);
        assert!(text.out.starts_with("no fetch is blocked"), "{}", text.out);
        assert!(!text.out.contains("include"), "{}", text.out);
    }
}

/// An extension or a setting of the browser can turn CORS off.
#[test]
fn readable_response_without_cors_headers_contradicts_the_explanation() {
    let response = |error: &[&str]| {
        let mut response = json!({"status": 200, "headers": []});
        for name in error {
            response[*name] = Value::Null;
        }
        recording(json!({
            "request": {"method": "GET", "url": "https://api.example/notes", "headers": [
                {"name": "Origin", "value": "https://app.example"},
                {"name": "Sec-Fetch-Mode", "value": "cors"}]},
            "response": response, "_error": null,
        }))
    };
    // Without the member, the recording does not show the result.
    for (error, is_contradiction) in [(&["_error"][..], true), (&[], false)] {
        let har = file("explain-contradicted.har", response(error).to_string());
        let text = ran(&["explain", &har], "").out;
        let page = ran(&["explain", &har, "--html", "-"], "").out;
        for text in [&text, &page] {
            let contradiction = "The recording has another result than this explanation.";
            assert_eq!(text.contains(contradiction), is_contradiction, "{text}");
        }
        assert!(text.contains("\nblocked: "), "{text}");
    }
}

/// Only a `no-cors` request gets a response that `Cross-Origin-Resource-Policy` can block.
#[test]
fn error_for_a_resource_policy_shows_the_mode() {
    let har = recording(json!({"_error": "net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin"}));
    let har = file("explain-resource-policy.har", har.to_string());
    let text = ran(&["explain", &har], "").out;
    assert!(text.contains(", mode no-cors"), "{text}");
    assert!(!text.contains("> origin: "), "{text}");
    for command in text.lines().filter(|line| line.starts_with("$ fetch-cors")) {
        assert!(command.contains(" --mode no-cors"), "{command}");
    }
}

/// The browser reported a failure that the recorded headers do not cause. The fetch is listed, but is not judged.
#[test]
fn failure_that_the_headers_do_not_cause_is_not_a_success() {
    let har = recording(json!({
        "response": {"status": 200, "headers": [
            {"name": "Access-Control-Allow-Origin", "value": "https://app.example"},
            {"name": "Access-Control-Allow-Credentials", "value": "true"}]},
        "request": {"method": "GET", "url": "https://api.example/notes", "headers": [
            {"name": "Origin", "value": "https://app.example"}]},
    }));
    let har = file("explain-unexplained.har", har.to_string());
    let text = ran(&["explain", &har], "");
    assert_eq!(text.status, 2, "{}", text.err);
    let start = "GET https://api.example/notes\nundecided: the browser reported the failure `net::ERR_FAILED`, but the recorded\n  headers allow the fetch\n";
    assert!(text.out.starts_with(start), "{}", text.out);
    assert!(
        text.out
            .contains("\nNote: look for the reason in the red line"),
        "{}",
        text.out
    );
    assert!(text.err.contains("1 not judged"), "{}", text.err);
    let json = ran(&["explain", &har, "--json"], "").json();
    assert_eq!(json[0]["explanation"]["verdict"], "undecided");
}

/// `*` does not cover `Authorization` in the standard, but covers it in the engines. The recording shows that the page
/// got the response, so the text says so before the fix.
#[test]
fn engines_that_allow_a_recorded_success_come_before_the_fix() {
    let preflight = json!({
        "request": {"method": "OPTIONS", "url": "https://api.example/notes", "headers": [
            {"name": "Origin", "value": "https://app.example"},
            {"name": "Access-Control-Request-Method", "value": "GET"},
            {"name": "Access-Control-Request-Headers", "value": "authorization"}]},
        "response": {"status": 204, "headers": [
            {"name": "Access-Control-Allow-Origin", "value": "*"},
            {"name": "Access-Control-Allow-Headers", "value": "*"}]},
    });
    let get = json!({
        "request": {"method": "GET", "url": "https://api.example/notes", "headers": [
            {"name": "Origin", "value": "https://app.example"},
            {"name": "Sec-Fetch-Mode", "value": "cors"},
            {"name": "Authorization", "value": "Bearer a"}]},
        "response": {"status": 200, "_error": null, "headers": [
            {"name": "Access-Control-Allow-Origin", "value": "*"}]},
    });
    let har = json!({"log": {"entries": [preflight, get]}});
    let har = file("explain-engines-allow.har", har.to_string());
    let text = ran(&["explain", &har], "").out;
    let (before, _) = text.split_once("\nFix, in the ").expect(&text);
    let sentence =
        "The page got the response in the recording, but the standard blocks the fetch:\nblocked: ";
    assert!(before.contains(sentence), "{text}");
    assert_eq!(before.matches("Chromium, Firefox and WebKit").count(), 1);
}

/// A preflight without its method belongs to no request, so the entry is damaged.
#[test]
fn preflight_without_a_method_is_a_damaged_entry() {
    let mut har = recording(json!({}));
    har["log"]["entries"].as_array_mut().unwrap().push(json!({
        "request": {"method": "OPTIONS", "url": "https://api.example/notes",
            "headers": {"Origin": "https://app.example"}},
        "response": {"status": 204, "headers": []},
        "_resourceType": "preflight",
    }));
    let har = file("explain-preflight-without-method.har", har.to_string());
    let text = ran(&["explain", &har], "");
    let damaged =
        "1 entry is damaged: entry 2: the preflight has no header `Access-Control-Request-Method`";
    assert!(text.err.contains(damaged), "{}", text.err);
}

/// Two fetches have the same heading only if they have the same method, URL and page: in the overview, in the headings
/// of the explanations, in the list of equal fetches, and in the HTML page.
#[test]
fn headings_of_different_fetches_differ() {
    let long = "a".repeat(400);
    let fetches = [
        // Equal URLs of different pages.
        ("https://a.example", "cart".into()),
        ("https://b.example", "cart".into()),
        ("https://c.example", "cart".into()),
        // Long URLs that differ at the end, or in the middle.
        ("https://a.example", format!("{long}?page=1")),
        ("https://a.example", format!("{long}?page=2")),
        ("https://a.example", format!("{long}b{long}")),
        ("https://a.example", format!("{long}c{long}")),
    ];
    // Equal answers are one group. Answers with different wrong origins are several groups.
    for has_equal_answers in [true, false] {
        let entries = fetches.iter().enumerate().map(|(number, (page, path))| {
            let url = format!("https://api.example/{path}");
            let headers = json!([{"name": "Origin", "value": page}, {"name": "Sec-Fetch-Mode", "value": "cors"}]);
            let value = if has_equal_answers { 0 } else { number };
            let allow = json!([{"name": "Access-Control-Allow-Origin", "value": format!("https://{value}.example")}]);
            json!({"request": {"method": "GET", "url": url, "headers": headers},
                "response": {"status": 200, "headers": allow}})
        });
        let entries: Vec<Value> = entries.collect();
        let har = json!({"log": {"entries": entries}});
        let har = file("explain-headings.har", har.to_string());
        let text = ran(&["explain", &har, "--credentials", "omit"], "").out;
        let html = ran(
            &["explain", &har, "--html", "-", "--credentials", "omit"],
            "",
        )
        .out;
        for page in ["a", "b", "c"] {
            let heading = format!("GET https://api.example/cart, page https://{page}.example");
            assert!(text.contains(&heading), "{heading}\n{text}");
            assert!(html.contains(&heading), "{heading}\n{html}");
        }
        let (overview, rest) = text.split_once("\n\nFetch 1: ").expect(&text);
        let overview = overview
            .lines()
            .filter_map(|line| line.split_once(". GET "));
        let headings = rest.lines().filter_map(|line| line.split_once(": GET "));
        let listed = rest.lines().filter_map(|line| line.split_once("  GET "));
        for headings in [
            overview.collect(),
            headings.chain(listed).collect::<Vec<_>>(),
        ] {
            let headings: Vec<&str> = headings.into_iter().map(|(_, heading)| heading).collect();
            let different: BTreeSet<&str> = headings.iter().copied().collect();
            assert_eq!(different.len(), headings.len(), "{headings:#?}");
        }
    }
}

/// The sentence about a recording without a blocked fetch is only about the fetches that were explained.
#[test]
fn fetches_that_were_not_explained_are_not_called_readable() {
    let fetch = |url: &str, allow: &str| {
        json!({
            "request": {"method": "GET", "url": url, "headers": [
                {"name": "Origin", "value": "https://app.example"},
                {"name": "Sec-Fetch-Mode", "value": "cors"}]},
            "response": {"status": 200, "headers": [
                {"name": "Access-Control-Allow-Origin", "value": "https://app.example"},
                {"name": allow, "value": "true"}]},
        })
    };
    let readable = fetch("https://api.example/a", "Access-Control-Allow-Credentials");
    let damaged = fetch("https://api example/b", "x");
    let blocked = fetch("https://api.example/c", "x");
    for (entries, options, sentence) in [
        (
            [&readable, &damaged],
            &[][..],
            "no fetch is blocked, but the recording is damaged, so fetches are possibly missing: ",
        ),
        (
            [&readable, &blocked],
            &["--only-url", "example/a"],
            "no fetch with a URL that contains `example/a` is blocked: ",
        ),
        ([&readable, &readable], &[], "no fetch is blocked: "),
    ] {
        let har = json!({"log": {"entries": entries}}).to_string();
        let har = file("explain-not-explained.har", har);
        let text = ran(&[&["explain", &har], options].concat(), "").out;
        let text = text.replace("\n  ", " ");
        assert!(text.starts_with(sentence), "{text}");
    }
}

/// The browser blocks an opaque response without a look at its CORS headers. Such a request often has no `Origin`.
#[test]
fn reason_of_a_fetch_without_origin_is_named() {
    let har = recording(json!({"_error": "net::ERR_BLOCKED_BY_ORB", "request": {
        "method": "GET", "url": "https://api.example/notes", "headers": [
            {"name": "Sec-Fetch-Mode", "value": "no-cors"}]}}));
    let har = file("explain-orb.har", har.to_string());
    let found = ran(&["explain", &har], "");
    let text = found.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(found.status, 2, "{}", found.err);
    for part in [
        "does not show the origin of the page",
        "Opaque Response Blocking",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn recording_of_a_web_socket_is_named() {
    let socket = |url: &str| {
        let har = recording(
            json!({"_resourceType": "websocket", "_error": null, "request": {
            "method": "GET", "url": url, "headers": [
                {"name": "Origin", "value": "https://app.example"},
                {"name": "Sec-WebSocket-Key", "value": "a"}]}}),
        );
        ran(
            &["explain", &file("explain-socket.har", har.to_string())],
            "",
        )
    };
    for url in ["wss://api.example/", "https://api.example/"] {
        let found = socket(url);
        assert_eq!(found.status, 2, "{}", found.err);
        assert!(
            found
                .err
                .contains("CORS headers have no effect on a WebSocket"),
            "{}",
            found.err
        );
    }
}

/// The text, the page and the JSON lines count the same fetches.
#[test]
fn page_has_the_numbers_of_the_text() {
    let entry = |method: &str| {
        recording(json!({
        "request": {"method": method, "url": "https://api.example/notes", "headers": [
            {"name": "Origin", "value": "https://app.example"},
            {"name": "Sec-Fetch-Mode", "value": "cors"}]},
        "response": {"status": 200, "headers": []}}))["log"]["entries"][0]
            .clone()
    };
    let har = json!({"log": {"entries": [entry("GET"), entry("GET"), entry("POST")]}});
    let har = file("explain-numbers.har", har.to_string());
    let text = ran(&["explain", &har], "").out;
    let page = ran(&["explain", &har, "--html", "-"], "").out;
    for heading in ["Fetch 1: GET", "Fetch 2: GET", "Fetch 3: POST"] {
        assert!(
            text.contains(heading) && page.contains(heading),
            "{heading}"
        );
    }
    assert!(
        !page.contains("<ol class=\"contents\">"),
        "a list numbers its elements otherwise"
    );
    // A single fetch needs no number.
    let har = file(
        "explain-number.har",
        json!({"log": {"entries": [entry("GET")]}}).to_string(),
    );
    let page = ran(&["explain", &har, "--html", "-"], "").out;
    assert!(!page.contains("Fetch 1"), "{page}");
}
