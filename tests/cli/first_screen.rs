//! The first screen of an explanation has the fix. There are nine broken servers. Each server is explained from a line
//! of Chromium's console, from the output of `curl -i`, and from a recording.

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

#[test]
fn fix_is_on_the_first_screen_from_a_line_of_the_console() {
    for broken in &NINE {
        let text = ran(&["explain", &broken.console_line()], "").out;
        // The program breaks sentences into lines, so the test joins the lines.
        let screen = first_screen(&text).join("\n").replace("\n  ", " ");
        // A line of the console does not prove that a fix works, so the text has only the likeliest fix.
        let (_, fix) = screen.split_once("\nLikeliest fix: ").expect(&text);
        let (fix, _) = fix.split_once('\n').expect(&text);
        assert!(
            fix.contains(broken.likeliest_fix),
            "{}: {text}",
            broken.name
        );
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
