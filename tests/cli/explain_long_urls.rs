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
        assert!(text.contains(&url), "{text}");
    }
}
