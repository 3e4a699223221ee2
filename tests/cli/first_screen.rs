//! The first screen of an explanation has the fix. There are nine broken servers. Each server is explained from the lines
//! of the console of each browser, from the output of `curl -i`, and from a recording.

use crate::{
    broken_servers::{Broken, NINE, URL, recording},
    program::{file, ran},
};

const SCREEN_LINES: usize = 24;
const SCREEN_COLUMNS: usize = 80;

/// Returns the lines of the first screen. A line that is longer than the width of the screen counts
/// as several lines.
fn first_screen(text: &str) -> Vec<&str> {
    let mut used = 0;
    let lines = text.lines().take_while(|line| {
        used += line.chars().count().div_ceil(SCREEN_COLUMNS).max(1);
        used <= SCREEN_LINES
    });
    lines.collect()
}

#[track_caller]
fn assert_has_fix(broken: &Broken, text: &str) {
    let screen = first_screen(text);
    assert!(
        screen.contains(&broken.fix),
        "{}: {}\n{text}",
        broken.name,
        broken.fix
    );
    assert!(text.contains("blocked: "), "{text}");
    assert!(text.contains("the fetch succeeds"), "{text}");
}

#[track_caller]
fn assert_has_likeliest_fix(broken: &Broken, console: &str, likeliest_fix: &str) {
    let text = ran(&["explain", console], "").out;
    // The program breaks sentences into lines, so the test joins the lines.
    let screen = first_screen(&text).join("\n").replace("\n  ", " ");
    // A line of the console does not prove that a fix works, so the text has only the likeliest fix.
    let (_, fix) = screen.split_once("\nLikeliest fix: ").expect(&text);
    let (fix, _) = fix.split_once('\n').expect(&text);
    assert!(fix.contains(likeliest_fix), "{}: {text}", broken.name);
}

#[test]
fn fix_is_on_the_first_screen_from_a_line_of_the_console() {
    for broken in &NINE {
        assert_has_likeliest_fix(broken, &broken.console_line(), broken.likeliest_fix);
    }
}

/// The reason and the likeliest fix for each server in `NINE`: of Firefox, then of Safari. These browsers print less than
/// Chromium, so their likeliest fix can differ.
const OTHER_BROWSERS: [(&str, &str, &str, &str); 9] = [
    (
        "CORS header ‘Access-Control-Allow-Origin’ does not match ‘https://app.example/’).",
        "`Access-Control-Allow-Origin: ORIGIN`",
        "Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 200",
        "`Access-Control-Allow-Origin: https://app.example`",
    ),
    (
        "Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’).",
        "`Access-Control-Allow-Credentials: true`",
        "Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.",
        "`Access-Control-Allow-Credentials: true`",
    ),
    (
        "CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 401.",
        "before authentication and routing",
        "Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 401",
        "before authentication and routing",
    ),
    (
        "CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 404.",
        "answer OPTIONS at this URL with status 204",
        "Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 404",
        "answer OPTIONS at this URL with status 204",
    ),
    (
        "Did not find method in CORS header ‘Access-Control-Allow-Methods’).",
        "list the method in `Access-Control-Allow-Methods`",
        "Method DELETE is not allowed by Access-Control-Allow-Methods.",
        "`Access-Control-Allow-Methods: DELETE`",
    ),
    (
        "Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed).",
        "set the header in one place only",
        "Access-Control-Allow-Origin cannot contain more than one origin.",
        "set the header in one place only",
    ),
    (
        "header ‘x-token’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response).",
        "`Access-Control-Allow-Headers: x-token`",
        "Request header field X-Token is not allowed by Access-Control-Allow-Headers.",
        "`Access-Control-Allow-Headers: X-Token`",
    ),
    (
        "CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 301.",
        "let the page fetch the URL that the redirect leads to",
        "Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 301",
        "let the page fetch the URL that the redirect leads to",
    ),
    (
        "expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’).",
        "`Access-Control-Allow-Credentials: true`",
        "Credentials flag is true, but Access-Control-Allow-Credentials is not \"true\".",
        "`Access-Control-Allow-Credentials: true`",
    ),
];

#[test]
fn fix_is_on_the_first_screen_from_lines_of_firefox_and_safari() {
    for (broken, (firefox, fix_of_firefox, safari, fix_of_safari)) in
        NINE.iter().zip(OTHER_BROWSERS)
    {
        let firefox = format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {URL}. (Reason: {firefox}"
        );
        assert_has_likeliest_fix(broken, &firefox, fix_of_firefox);
        let safari = format!(
            "[Error] {safari}\n[Error] Fetch API cannot load {URL} due to access control checks.\n"
        );
        assert_has_likeliest_fix(broken, &safari, fix_of_safari);
    }
}

#[test]
fn fix_is_on_the_first_screen_from_curl() {
    for (number, broken) in NINE.iter().enumerate() {
        let arguments = broken.arguments(&format!("explain-nine-{number}"));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let text = ran(&arguments, "").out;
        assert!(text.starts_with("blocked: "), "{text}");
        assert_has_fix(broken, &text);
    }
}

#[test]
fn fix_is_on_the_first_screen_from_a_recording() {
    for (number, broken) in NINE.iter().enumerate() {
        let path = file(
            &format!("explain-nine-{number}.har"),
            recording(broken).to_string(),
        );
        let text = ran(&["explain", &path], "").out;
        assert!(
            text.starts_with(&format!("{} {URL}\n", broken.method)),
            "{text}"
        );
        assert_has_fix(broken, &text);
    }
}
