//! Recordings with many equal fetches. Equal fetches are explained once, also if their headers differ in values that
//! decide nothing.

use serde_json::{Value, json};

use crate::program::{file, ran};

/// Returns a fetch. The URL, `Date` and `X-Request-Id` are different for each number.
fn entry(number: usize, allow: &str) -> Value {
    let headers = json!([
        {"name": "Origin", "value": "https://app.example"},
        {"name": "Sec-Fetch-Mode", "value": "cors"},
        {"name": "X-Client", "value": format!("client-{number}")},
        {"name": "Cookie", "value": "a=b"},
    ]);
    let answer = json!([
        {"name": "Date", "value": format!("second {number}")},
        {"name": "X-Request-Id", "value": number},
        {"name": "Access-Control-Allow-Origin", "value": allow},
        {"name": "Access-Control-Allow-Credentials", "value": "true"},
    ]);
    let url = format!("https://api.example/items/{number}");
    json!({
        "request": {"method": "GET", "url": url, "headers": headers},
        "response": {"status": 200, "headers": answer},
    })
}

#[test]
fn many_equal_fetches_are_explained_once() {
    let entries = (0..900).map(|number| {
        entry(
            number,
            if number % 3 == 0 {
                "https://other.example"
            } else {
                "https://app.example"
            },
        )
    });
    let har = json!({"log": {"entries": entries.collect::<Vec<_>>()}});
    let har = file("explain-equal.har", har.to_string());
    let text = ran(&["explain", &har], "");
    assert!(
        text.err
            .contains("900 fetches that are relevant to CORS, 300 explained"),
        "{}",
        text.err
    );
    let text = text.out;
    assert!(
        text.starts_with("300 fetches:\n\n1. GET https://api.example/items/0 (and 299 more)\n"),
        "{text}"
    );
    assert_eq!(text.matches("\nFix, in ").count(), 1, "{text}");
    let equal = "\nFetches 2 to 300: the same as fetch 1\n  GET https://api.example/items/3\n  GET https://api.example/items/6\n  GET https://api.example/items/9\n  and 296 more\n";
    assert!(text.contains(equal), "{text}");

    // The page lists a few of the equal fetches.
    let page = ran(&["explain", "--html", "-", &har], "").out;
    assert!(
        page.contains("<summary>299 other fetches have this explanation</summary>"),
        "{page}"
    );
    assert!(
        page.contains("items/300</li>\n<li>and 199 more</li>"),
        "{page}"
    );

    // `--only-url` selects by the URL of each fetch.
    let one = ran(&["explain", &har, "--only-url", "*/items/33"], "").out;
    assert!(
        one.starts_with("GET https://api.example/items/33\nblocked: "),
        "{one}"
    );

    // The data has each fetch, with its own headers.
    let json = ran(&["explain", "--json", &har], "").json();
    assert_eq!(json.len(), 300);
    let last = &json[299];
    assert_eq!(
        (last["fetch"].as_u64(), last["same_as"].as_u64()),
        (Some(300), Some(1))
    );
    assert!(last.to_string().contains("second 897"), "{last}");
}
