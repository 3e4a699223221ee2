//! The width of an explanation on a terminal.

use serde_json::json;

use crate::{
    program::{file, ran},
    progress::on_a_terminal,
};

/// Returns the number of characters of the longest line, without colors. Lines with a URL, a code, a command or a header do not
/// count, because the program does not break them.
fn longest_line(text: &str) -> usize {
    let lines = text.lines().map(|line| {
        let mut plain = String::new();
        for part in line.trim_end().split('\u{1b}') {
            plain += part.split_once('m').map_or(part, |(_, rest)| rest);
        }
        plain
    });
    let is_whole = |line: &String| {
        line.starts_with(['$', '+', '-'])
            || line.starts_with("Failure code:")
            || line.contains("://")
    };
    let lines = lines.filter(|line| !is_whole(line));
    lines.map(|line| line.chars().count()).max().unwrap()
}

/// Returns the longest lines of a command, on terminals of 20, 50, 97 and 200 columns.
fn longest_lines(command: &str) -> Option<[usize; 4]> {
    let mut longest = [0; 4];
    for (longest, columns) in longest.iter_mut().zip([20, 50, 97, 200]) {
        let command = format!("stty rows 50 columns {columns}; {command} 2> /dev/null");
        *longest = longest_line(&on_a_terminal(&command, None)?);
    }
    Some(longest)
}

/// Checks that no line is too long, and that the lines of a wide terminal are longer than the default of 80 columns.
#[track_caller]
fn assert_widths(command: &str) {
    let Some([narrow @ .., wide, wider]) = longest_lines(command) else {
        return;
    };
    assert!(narrow[0] <= 40 && narrow[1] <= 50, "{narrow:?}: {command}");
    assert!((81..=97).contains(&wide), "{wide}: {command}");
    assert!((81..=100).contains(&wider), "{wider}: {command}");
}

/// The minimum width is 40 columns, and the maximum width is 100 columns.
#[test]
fn lines_have_the_width_of_the_terminal() {
    assert_widths("fetch-cors explain net::ERR_UNSAFE_PORT");
    let answer = file(
        "width.txt",
        "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n\n",
    );
    assert_widths(&format!(
        "fetch-cors explain --origin https://a.example --url https://b.example/ --credentials include --response {answer}"
    ));
    let headers = json!([{"name": "Origin", "value": "https://a.example"}, {"name": "Sec-Fetch-Mode", "value": "cors"}]);
    let entry = |url: &str| {
        json!({
            "request": {"method": "GET", "url": url, "headers": headers},
            "response": {"status": 200, "headers": [{"name": "Access-Control-Allow-Origin", "value": "*"}]},
        })
    };
    let entries = ["https://b.example/", "https://c.example/"].map(entry);
    let har = file(
        "width.har",
        json!({"log": {"entries": entries}}).to_string(),
    );
    assert_widths(&format!("fetch-cors explain {har}"));
}

#[test]
fn lines_without_a_terminal_have_eighty_columns() {
    let text = ran(&["explain", "net::ERR_UNSAFE_PORT"], "").out;
    let longest = longest_line(&text);
    assert!((66..=80).contains(&longest), "{longest}: {text}");
}

/// Returns a recording whose suggested policy has long warnings.
fn recording_of_an_insecure_page() -> String {
    let headers = json!([{"name": "Origin", "value": "http://app.example"}, {"name": "Cookie", "value": "a=b"}]);
    let entry = json!({
        "request": {"method": "PUT", "url": "https://b.example/", "headers": headers},
        "response": {"status": 200, "headers": []},
    });
    file(
        "width-insecure.har",
        json!({"log": {"entries": [entry]}}).to_string(),
    )
}

/// The notes of a command whose standard output is a file, and the reasons of the denied requests.
#[test]
fn notes_about_a_policy_have_the_width_of_the_terminal() {
    let recording = recording_of_an_insecure_page();
    let policy = file(
        "width-policy.json",
        r#"{"origins": ["https://app.example"]}"#,
    );
    for command in [
        format!("fetch-cors policy suggest {recording} > /dev/null"),
        format!("fetch-cors policy check {policy} {recording} 2> /dev/null"),
    ] {
        for columns in [50, 97] {
            let command = format!("stty rows 50 columns {columns}; {command}");
            let Some(text) = on_a_terminal(&command, None) else {
                return;
            };
            // A line with a URL can be longer.
            let lines = text
                .lines()
                .filter(|line| !line.contains("https://b.example"));
            let longest = lines
                .map(|line| line.trim_end().chars().count())
                .max()
                .unwrap();
            assert!(
                (columns / 2..=columns).contains(&longest),
                "{longest}: {text}"
            );
        }
    }
}

/// A long heading of a fix has several lines.
#[test]
fn heading_of_a_fix_has_the_width_of_the_text() {
    let answer = file("width-null.txt", "HTTP/1.1 200 OK\n\n");
    let arguments = [
        "explain",
        "--origin=null",
        "--url=https://api.example/notes/of-the-year?part=1",
        "-X",
        "PUT",
        "--preflight",
        &answer,
        "--response",
        &answer,
    ];
    let text = ran(&arguments, "").out;
    let heading =
        "\nUnsafe fix, part 1 of 2, in the preflight response to OPTIONS\n  https://api.example/";
    assert!(text.contains(heading), "{text}");
    let lines = text.lines().filter(|line| !line.starts_with('$'));
    assert!(
        lines.clone().all(|line| line.chars().count() <= 80),
        "{text}"
    );
}
