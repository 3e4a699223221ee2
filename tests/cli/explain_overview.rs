//! `explain`: the text for a whole recording: groups of fetches, and recordings without a blocked fetch.

use serde_json::json;

use crate::{
    explained_parts::{entry, har, header},
    program::ran,
};

#[test]
fn recording_without_a_fetch_of_a_page_says_so() {
    let mut request = entry(
        "https://api.example/",
        "https://app.example",
        json!({"status": 200, "headers": []}),
    );
    request["request"]["headers"] = json!([header("User-Agent", "insomnia/8")]);
    let har = har("explain-overview-no-page", std::slice::from_ref(&request));
    let sentence = "the recording has no cross-origin fetch of a page with the mode ";
    let text = ran(&["explain", &har], "");
    assert!(
        text.status == 2 && text.err.contains(sentence) && text.out.is_empty(),
        "{}",
        text.err
    );
    assert_eq!(ran(&["explain", "--json", &har], "").status, 2);
    let page = ran(&["explain", "--html", "-", &har], "");
    assert_eq!(page.status, 2);
    assert!(page.out.contains(sentence), "{}", page.out);
    // The entry without readable headers is possibly a fetch of a page.
    let mut damaged = request.clone();
    damaged["request"]["headers"] = json!(5);
    let har = self::har("explain-overview-damaged-page", &[damaged, request]);
    let text = ran(&["explain", &har], "").err;
    let sentence =
        "no readable cross-origin fetch of a page with the mode `cors` is in the recording: ";
    assert!(text.contains(sentence), "{text}");
}

/// A group has one line with the numbers of its fetches, and the overview has one entry for each group.
#[test]
fn groups_of_fetches_have_one_line() {
    let answers = [
        json!({"status": 200, "headers": []}),
        json!({"status": 200, "headers": [header("Access-Control-Allow-Origin", "null")]}),
    ];
    let entries: Vec<_> = (0..30)
        .map(|number| {
            // Every second fetch belongs to another server.
            let url = format!("https://api{}.example/n", number % 2);
            entry(&url, "https://app.example", answers[0].clone())
        })
        .chain([entry(
            "https://api0.example/n",
            "https://app.example",
            answers[1].clone(),
        )])
        .collect();
    let text = ran(&["explain", &har("explain-overview-groups", &entries)], "").out;
    for start in [
        "\n1. GET https://api0.example/n (and 14 more)\n",
        "\n2. GET https://api1.example/n (and 14 more)\n",
        "\n31. GET https://api0.example/n\n",
        "\nFetches 3, 5, 7, 9, 11 and 9 more: the same as fetch 1\n  GET https://api0.example/n\n\n",
        "\nFetches 4, 6, 8, 10, 12 and 9 more: the same as fetch 2\n  GET https://api1.example/n\n\n",
    ] {
        assert!(text.contains(start), "{start}: {text}");
    }
}

/// A recording without a blocked fetch has one sentence, and the notes about its cookies.
#[test]
fn recording_without_a_blocked_fetch_says_so() {
    let cookie = header("Set-Cookie", "sid=1; SameSite=Lax");
    let allowed = [
        header("Access-Control-Allow-Origin", "https://app.example"),
        header("Access-Control-Allow-Credentials", "true"),
        cookie,
    ];
    let mut readable = entry(
        "https://api.example/",
        "https://app.example",
        json!({"status": 200, "headers": allowed}),
    );
    let headers = readable["request"]["headers"].as_array_mut();
    headers.unwrap().push(header("Cookie", "sid=1"));
    let har = har("explain-overview-readable", &[readable]);
    let text = ran(&["explain", &har], "").out;
    let sentence = "no fetch is blocked: `--all` shows the readable fetches\n";
    assert!(text.starts_with(sentence), "{text}");
    assert!(
        text.contains("Note: the cookie `sid` has `SameSite=Lax`"),
        "{text}"
    );
    let page = ran(&["explain", "--html", "-", &har], "").out;
    assert!(
        page.contains("no fetch is blocked: <code>--all</code> shows the readable fetches"),
        "{page}"
    );
    assert!(page.contains("the cookie <code>sid</code> has"), "{page}");
    assert!(!page.contains("There is no fetch to show"), "{page}");
    let all = ran(&["explain", "--all", &har], "").out;
    assert!(!all.contains("no fetch is blocked"), "{all}");
    let json = ran(&["explain", "--json", &har], "").out;
    assert_eq!(json, "");
}

/// Equal failures are explained once.
#[test]
fn repeated_failures_are_explained_once() {
    let entries: Vec<_> = (0..60)
        .map(|number| {
            let url = format!("https://api.example/n/{number}");
            entry(
                &url,
                "https://app.example",
                json!({"status": 200, "headers": []}),
            )
        })
        .collect();
    let text = ran(
        &["explain", &har("explain-overview-repeated", &entries)],
        "",
    )
    .out;
    assert!(text.lines().count() < 250, "{text}");
    let others = "\nFetches 2 to 60: the same as fetch 1\n  GET https://api.example/n/1\n  GET https://api.example/n/2\n  GET https://api.example/n/3\n  and 56 more\n";
    assert!(text.contains(others), "{text}");
    assert_eq!(text.matches("the same as fetch").count(), 1, "{text}");
    let page = ran(
        &[
            "explain",
            "--html",
            "-",
            &har("explain-overview-repeated", &entries),
        ],
        "",
    )
    .out;
    assert_eq!(page.matches("<article").count(), 1, "{page}");
    assert!(
        page.contains("<summary>59 other fetches have this explanation</summary>")
            && page.contains("<li>Fetch 60: GET https://api.example/n/59</li>"),
        "{page}"
    );
    let json = ran(
        &[
            "explain",
            "--json",
            &har("explain-overview-repeated", &entries),
        ],
        "",
    )
    .json();
    // Each fetch has a line for each credentials mode.
    assert_eq!(json.len(), 120);
    let group = |line: usize| (json[line]["fetch"].as_u64(), json[line]["same_as"].as_u64());
    assert_eq!(group(1), (Some(1), None));
    assert_eq!(group(118), (Some(60), Some(1)));
    let url = &json[118]["explanation"]["asked"]["url"];
    assert_eq!(url, "https://api.example/n/59");
    let line = "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.\n";
    let text = ran(&["explain", "-"], line.repeat(40)).out;
    assert!(
        text.starts_with("The console has this message 40 times.\nChromium: "),
        "{text}"
    );
    assert_eq!(text.matches("Likeliest fix").count(), 1, "{text}");
    let json = ran(&["explain", "--json", "-"], line.repeat(40)).out;
    assert_eq!(json.lines().count(), 40);
}
