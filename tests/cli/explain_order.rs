//! The order of the explained fetches of a recording. The fetches that are blocked in any case come first. The fetches
//! that are blocked only if they have credentials come last, because the recording does not show whether they have
//! credentials.

use serde_json::{Value, json};

use crate::program::{file, ran};

const PAGE: &str = "https://app.example";
const URL: &str = "https://api.example/me";

fn entry(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    status: u16,
    allow: &[(&str, &str)],
) -> Value {
    let list = |headers: &[(&str, &str)]| -> Vec<Value> {
        let headers = headers.iter();
        headers
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect()
    };
    let sent = [&[("Origin", PAGE), ("Sec-Fetch-Mode", "cors")], headers].concat();
    json!({
        "request": {"method": method, "url": url, "headers": list(&sent)},
        "response": {"status": status, "headers": list(allow), "content": {"size": 1, "text": "a"}},
    })
}

/// Returns a fetch that only a credentialed request cannot read.
fn with_wildcard(url: &str) -> Value {
    entry(
        "GET",
        url,
        &[],
        200,
        &[("Access-Control-Allow-Origin", "*")],
    )
}

/// Returns a fetch that is blocked in any case.
fn blocked(url: &str) -> Value {
    entry("GET", url, &[], 200, &[])
}

/// Returns a PUT request whose preflight response does not allow a header.
fn blocked_put() -> [Value; 2] {
    let asked = [
        ("Access-Control-Request-Method", "PUT"),
        ("Access-Control-Request-Headers", "content-type"),
    ];
    let allow = [
        ("Access-Control-Allow-Origin", PAGE),
        ("Access-Control-Allow-Methods", "PUT"),
    ];
    [
        entry("OPTIONS", URL, &asked, 204, &allow),
        entry("PUT", URL, &[("Content-Type", "application/json")], 0, &[]),
    ]
}

/// Writes a recording of Firefox, which records a blocked response like any other response.
fn recording(name: &str, entries: &[Value]) -> String {
    let creator = json!({"name": "Firefox", "version": "153.0"});
    let har = json!({"log": {"creator": creator, "entries": entries}});
    file(name, har.to_string())
}

fn explained(har: &str, options: &[&str]) -> String {
    ran(&[&["explain", har], options].concat(), "").out
}

/// Returns the first rows of the text, as a terminal with 24 rows shows them.
fn first_screen(text: &str) -> String {
    text.lines().take(24).collect::<Vec<_>>().join("\n")
}

#[test]
fn blocked_fetch_comes_before_a_fetch_that_is_possibly_readable() {
    let [preflight, put] = blocked_put();
    let entries = [with_wildcard("https://api.example/config"), preflight, put];
    let har = recording("order-put.har", &entries);
    let text = explained(&har, &[]);
    let start = "2 fetches:\n\n1. PUT https://api.example/me\n   blocked: the preflight response does not allow the request header\n   `content-type`\nFetch 2 is blocked only if the page sends credentials: run again with\n  `--credentials same-origin` if the page sends no cookies to other origins\n\nFetch 1: PUT https://api.example/me\n";
    assert!(text.starts_with(start), "{text}");
    let fix = "\nFix, in the preflight response to OPTIONS https://api.example/me:\n+ Access-Control-Allow-Headers: content-type\n";
    assert!(first_screen(&text).contains(fix), "{text}");
    assert!(
        !text.contains(
            "+ Access-Control-Allow-Origin: https://app.example\n+ Access-Control-Allow-Credentials"
        ),
        "{text}"
    );
    let end = "\nReason with credentials: the response has `Access-Control-Allow-Origin: *`,\n  which does not allow a request with credentials\n2. GET https://api.example/config, status 200\n\n";
    assert!(text.ends_with(end), "{text}");

    // The options of the text show the whole explanation, or the verdict.
    for options in [&["--all"][..], &["--only-url", "api.example"]] {
        let whole = explained(&har, options);
        assert!(
            whole.contains("\nFetch 2: GET https://api.example/config\n"),
            "{whole}"
        );
    }
    let known = explained(&har, &["--credentials", "same-origin"]);
    assert!(known.starts_with("PUT https://api.example/me\n"), "{known}");

    // The lines of JSON have the order of the recording.
    let json = ran(&["explain", "--json", &har], "").json();
    let lines: Vec<_> = json
        .iter()
        .map(|line| {
            (
                line["fetch"].as_u64(),
                line["certain"].as_bool(),
                &line["method"],
            )
        })
        .collect();
    let (put, get) = (json!("PUT"), json!("GET"));
    let expected = [
        (Some(1), Some(false), &get),
        (Some(1), Some(false), &get),
        (Some(2), Some(true), &put),
        (Some(2), Some(true), &put),
    ];
    assert_eq!(lines, expected);

    let page = explained(&har, &["--html", "-"]);
    let (first, second) = page.split_once("<h2 id=\"heading-2\">").expect(&page);
    assert!(
        first.contains("<h2 id=\"heading-1\">Fetch 1: PUT https://api.example/me</h2>"),
        "{page}"
    );
    assert!(first.contains("verdict blocked\">Blocked<"), "{page}");
    assert!(
        second.starts_with(
            "Fetch 2: GET https://api.example/config, if the credentials mode is include<"
        ),
        "{page}"
    );
    assert!(
        second.contains("Possibly blocked<") && !second.contains(">Blocked<"),
        "{page}"
    );
}

#[test]
fn many_possibly_readable_fetches_do_not_hide_the_blocked_fetch() {
    let scripts = (0..12).map(|number| with_wildcard(&format!("https://cdn.example/{number}.js")));
    let hosts = (0..8).map(|number| with_wildcard(&format!("https://analytics{number}.example/")));
    let entries: Vec<_> = scripts.chain(hosts).chain([blocked(URL)]).collect();
    let text = explained(&recording("order-many.har", &entries), &[]);
    let start = "21 fetches:\n\n1. GET https://api.example/me\n   blocked: the response has no `Access-Control-Allow-Origin`\nFetches 2 to 21 are blocked only if the page sends credentials: ";
    assert!(text.starts_with(start), "{text}");
    assert!(
        first_screen(&text).contains("\n+ Access-Control-Allow-Origin: https://app.example"),
        "{text}"
    );
    assert_eq!(text.matches("\nFix, in ").count(), 1, "{text}");
    let rest = "\n2. GET https://cdn.example/0.js, status 200 (and 11 more)\n14. GET https://analytics0.example/, status 200\n";
    assert!(
        text.contains(rest) && text.ends_with("\nand 1 more fetch\n\n"),
        "{text}"
    );
}

/// The overview lists each blocked fetch, even if the overview is longer than a screen.
#[test]
fn overview_lists_each_blocked_fetch() {
    let blocked: Vec<_> = (0..30)
        .map(|number| blocked(&format!("https://api{number}.example/")))
        .collect();
    let text = explained(&recording("order-blocked.har", &blocked), &[]);
    let (overview, _) = text.split_once("\n\nFetch 1: ").expect(&text);
    for number in 0..30 {
        let line = format!("\n{}. GET https://api{number}.example/", number + 1);
        assert!(overview.contains(&line), "{overview}");
    }
    assert!(!overview.contains(" more "), "{overview}");
}

/// Without a fetch that is blocked in any case, the user probably asks about the possibly readable fetches. So their
/// explanations are whole, and name the option that decides.
#[test]
fn possibly_readable_fetches_are_explained_if_no_other_fetch_is_blocked() {
    let entries = [
        with_wildcard("https://a.example/"),
        with_wildcard("https://b.example/"),
    ];
    let text = explained(&recording("order-possible.har", &entries), &[]);
    assert_eq!(text.matches("\nFix, in ").count(), 2, "{text}");
    let option = "\nOr run again with `--credentials same-origin` if the page sends no cookies to\n  other origins.\n";
    assert_eq!(text.matches(option).count(), 2, "{text}");
}

/// A fetch that the page could read in the recording comes after a fetch that is blocked.
#[test]
fn contradicted_explanation_comes_after_a_blocked_fetch() {
    let read = blocked("https://api.example/read");
    let mut without_body = blocked(URL);
    without_body["response"]["content"].take();
    let creator = json!({"name": "WebInspector"});
    let har = json!({"log": {"creator": creator, "entries": [read, without_body]}});
    let text = explained(&file("order-read.har", har.to_string()), &[]);
    assert!(
        text.starts_with("2 fetches:\n\n1. GET https://api.example/me\n"),
        "{text}"
    );
}

/// The heading of a fetch that is blocked in each credentials mode does not name a condition.
#[test]
fn heading_of_a_blocked_fetch_has_no_condition() {
    let page = explained(
        &recording("order-heading.har", &[blocked(URL)]),
        &["--html", "-"],
    );
    assert!(page.contains(">GET https://api.example/me</h2>"), "{page}");
}

/// The list of fetches has the reason of each fetch, and only the header that decides is red.
#[test]
fn page_has_the_reasons_and_marks_the_header_that_decides() {
    let allow = [
        ("Access-Control-Allow-Origin", "https://other.example"),
        ("Access-Control-Expose-Headers", "X-A"),
    ];
    let refused = entry("GET", URL, &[], 200, &allow);
    let entries = [blocked("https://api.example/a"), refused];
    let page = explained(&recording("order-reasons.har", &entries), &["--html", "-"]);
    let reason = "GET https://api.example/a</a><span class=\"reason\">the response has no <code>Access-Control-Allow-Origin</code>";
    assert!(page.contains(reason), "{page}");
    let deciding = "<li class=\"deciding\"><code>access-control-allow-origin: https://other.example</code></li>";
    assert_eq!(page.matches(deciding).count(), 1, "{page}");
    assert_eq!(page.matches("class=\"deciding\"").count(), 1, "{page}");
}
