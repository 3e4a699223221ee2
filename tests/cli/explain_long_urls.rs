//! `explain` with a long URL, such as a presigned URL: the fix stays on the first screen of a terminal.

use crate::program::{file, ran};

const COLUMNS: usize = 80;
const ROWS: usize = 24;
const REFUSED: &str = "HTTP/1.1 403 Forbidden\n\n";

fn url(bytes: usize) -> String {
    let start = "https://bucket.example/uploads/photo.jpg?signature=";
    start.to_string() + &"x".repeat(bytes - start.len())
}

/// Asserts that the first screen has the line.
#[track_caller]
fn assert_on_first_screen(text: &str, line: &str) {
    let mut rows = 0;
    for found in text.lines() {
        rows += found.chars().count().div_ceil(COLUMNS).max(1);
        if found == line {
            assert!(rows <= ROWS, "row {rows}: {text}");
            return;
        }
    }
    panic!("no `{line}`: {text}");
}

/// Asserts that the first screen has all lines of the fix.
#[track_caller]
fn assert_fix_on_first_screen(text: &str) {
    let (text_to_proof, _) = text.split_once("the fetch succeeds").expect(text);
    let (fix, _) = text_to_proof.rsplit_once('\n').expect(text);
    let (above, last) = fix.rsplit_once("\n+ ").expect(text);
    let last = format!("+ {}", last.lines().next().unwrap());
    let above = above.lines().chain([&*last]);
    let rows: usize = above
        .map(|line| line.chars().count().div_ceil(COLUMNS).max(1))
        .sum();
    assert!(rows <= ROWS, "row {rows}: {text}");
}

const HEADERS: [&str; 6] = [
    "Authorization: a",
    "Content-Type: application/json",
    "X-Request-Id: 1",
    "X-Csrf-Token: 2",
    "X-Client-Version: 3",
    "X-Correlation-Id: 4",
];

/// The page has a long origin and many headers, and two answers are wrong.
#[test]
fn first_screen_has_the_fix_of_many_long_values() {
    let names: String = (0..9).map(|n| format!("averylongsubdomain{n}.")).collect();
    let long_origin = format!("https://{names}example");
    let preflights = [
        "HTTP/1.1 401 Unauthorized\n\n".into(),
        "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: https://other.example\nAccess-Control-Allow-Methods: GET\nAccess-Control-Allow-Headers: x-a, x-b\n\n".into(),
        format!("HTTP/1.1 308 Permanent Redirect\nLocation: {}/\n\n", url(400)),
        format!("HTTP/1.1 302 Found\nLocation: https://login.example/login?next={}\n\n", url(400)),
    ];
    let response = file(
        "explain-long-response",
        "HTTP/1.1 500 Internal Server Error\n\n",
    );
    let options_of_response = [&[][..], &["--response", &*response]];
    for (number, preflight) in preflights.iter().enumerate() {
        let preflight = file(&format!("explain-long-values-{number}"), preflight);
        for (origin, header_count, bytes) in [
            ("https://app.example", 4, 60),
            ("https://app.example", 6, 2000),
            (&*long_origin, 1, 200),
            (&*long_origin, 6, 60),
            (&*long_origin, 6, 2000),
        ] {
            for options in options_of_response {
                let url = url(bytes);
                let headers = HEADERS.iter().take(header_count);
                let mut arguments = vec!["explain", "--origin", origin, "--url", &url, "-X", "PUT"];
                arguments.extend(["--credentials", "include", "--preflight", &preflight]);
                arguments.extend(headers.flat_map(|header| ["-H", header]));
                arguments.extend(options);
                assert_fix_on_first_screen(&ran(&arguments, "").out);
            }
        }
    }
}

/// The fix of an answer that is not known is below the commands only if the screen has enough rows.
#[test]
fn first_screen_has_the_fix_of_unknown_answers() {
    for bytes in [60, 400, 2000] {
        let url = url(bytes);
        for more in [&[][..], &["-X", "PUT", "-H", HEADERS[0], "-H", HEADERS[2]]] {
            let start = ["explain", "--origin", "https://app.example", "--url", &url];
            let text = ran(&[&start, more].concat(), "").out;
            assert!(text.starts_with("undecided: "), "{text}");
            assert_fix_on_first_screen(&text);
        }
    }
}

#[test]
fn first_screen_has_the_fix_of_a_redirect_to_a_long_url() {
    for bytes in [60, 250, 2000] {
        let response = format!("HTTP/1.1 302 Found\nLocation: {}\n\n", url(bytes));
        let response = file(&format!("explain-long-redirect-{bytes}"), response);
        let start = ["explain", "--origin", "https://app.example"];
        let more = [
            "--url",
            "https://bucket.example/a",
            "--response",
            &*response,
        ];
        assert_fix_on_first_screen(&ran(&[&start[..], &more].concat(), "").out);
    }
}

/// The URLs in one text differ only at their ends.
#[test]
fn long_urls_that_differ_look_different() {
    let (one, other) = (url(300) + "/v1", url(300) + "/v2");
    let message = format!(
        "Access to fetch at '{one}' (redirected from '{other}') from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource."
    );
    let text = ran(&["explain", &message], "").out;
    for (label, url) in [("URL", &one), ("redirected from", &other)] {
        assert!(text.contains(&format!("\n  {label}: `{url}`\n")), "{text}");
    }
    assert!(text.contains("xxxxx/v2`\n"), "{text}");
    let response = format!(
        "HTTP/1.1 302 Found\nLocation: {other}\nAccess-Control-Allow-Origin: *\n\nHTTP/1.1 200 OK\n\n"
    );
    let response = file("explain-long-urls-differ", response);
    let start = ["explain", "--origin", "https://app.example", "--url"];
    let text = ran(
        &[&start[..], &[&*one, "--response", &*response]].concat(),
        "",
    )
    .out;
    let heading = "\nFix, in the response to GET https://bucket.example/";
    let (_, heading) = text.split_once(heading).expect(&text);
    assert!(
        heading
            .lines()
            .next()
            .unwrap()
            .ends_with("x/v2 (303 characters):"),
        "{text}"
    );
}

#[test]
fn first_screen_has_the_fix_of_pasted_answers() {
    for bytes in [60, 200, 400, 2000] {
        let url = url(bytes);
        let preflight = file(&format!("explain-long-url-{bytes}"), REFUSED);
        let arguments = [
            "explain",
            "--origin",
            "https://app.example",
            "--url",
            &url,
            "-X",
            "PUT",
            "-H",
            "Content-Type: image/jpeg",
            "--preflight",
            &preflight,
        ];
        let text = ran(&arguments, "").out;
        assert_on_first_screen(&text, "+ Access-Control-Allow-Headers: content-type");
        // The reader runs the commands, so they have the whole URL.
        let mut commands = text.lines().filter(|line| line.starts_with("$ "));
        assert!(commands.all(|command| command.contains(&url)), "{text}");
        assert!(text.contains("First check the request:"), "{text}");
    }
}

#[test]
fn first_screen_has_the_fix_of_recordings() {
    for bytes in [60, 400, 2000] {
        let url = url(bytes);
        let headers = r#"[{"name": "Origin", "value": "https://app.example"}, {"name": "Content-Type", "value": "image/jpeg"}]"#;
        let preflight = r#"[{"name": "Origin", "value": "https://app.example"}, {"name": "Access-Control-Request-Method", "value": "PUT"}, {"name": "Access-Control-Request-Headers", "value": "content-type"}]"#;
        let entry = |method: &str, headers: &str, status: u16| {
            format!(
                r#"{{"startedDateTime": "2026-01-01T00:00:00Z", "time": 1,
                "request": {{"method": "{method}", "url": "{url}", "headers": {headers}}},
                "response": {{"status": {status}, "headers": []}}}}"#
            )
        };
        let (first, second) = (entry("OPTIONS", preflight, 403), entry("PUT", headers, 0));
        let har = format!(
            r#"{{"log": {{"version": "1.2", "creator": {{"name": "WebInspector", "version": "537.36"}}, "entries": [{first}, {second}]}}}}"#
        );
        let text = ran(&["explain", "-"], har).out;
        assert_on_first_screen(&text, "+ Access-Control-Allow-Headers: content-type");
        assert_fix_on_first_screen(&text);
        assert!(text.contains(&url), "{text}");
    }
}
