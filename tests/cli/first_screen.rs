//! The first screen of an explanation has the fix. There are nine broken servers. Each server is explained from the lines
//! of the console of each browser, from the output of `curl -i`, and from a recording. Servers with several faults are
//! explained from the output of `curl -i`.

use crate::{
    broken_servers::{Broken, NINE, URL, recording},
    program::{file, ran},
};

const SCREEN_LINES: usize = 24;
const SCREEN_COLUMNS: usize = 80;

/// Returns the number of rows that a line takes on the screen.
fn rows(line: &str) -> usize {
    line.chars().count().div_ceil(SCREEN_COLUMNS).max(1)
}

/// Returns the lines of the first screen.
fn first_screen(text: &str) -> Vec<&str> {
    let mut used = 0;
    let lines = text.lines().take_while(|line| {
        used += rows(line);
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

/// The URLs of the combinations of faults: a short URL, and a long URL.
const URLS: [&str; 2] = [
    "https://api.example/notes",
    "https://api.example/v1/organizations/12345/projects/67890/environments/production/secrets?limit=100",
];

/// Returns the lines of the fix: the lines from the first heading of the fix up to its proof.
fn fix_lines(text: &str) -> Vec<&str> {
    const HEADINGS: [&str; 5] = ["Fix, in", "Fix: ", "Needed in", "Safer, in", "Unsafe fix, "];
    const PROOFS: [&str; 3] = ["With these", "The unsafe fix works", "If the browser gets"];
    let is = |line: &str, starts: &[&str]| starts.iter().any(|start| line.starts_with(start));
    let lines = text.lines().skip_while(|line| !is(line, &HEADINGS));
    let is_fix =
        |line: &&str| line.is_empty() || is(line, &HEADINGS) || is(line, &["+ ", "- ", "  "]);
    let lines: Vec<&str> = lines.take_while(is_fix).collect();
    let end = lines
        .iter()
        .rposition(|line| !line.is_empty() && !is(line, &PROOFS));
    lines[..=end.expect(text)].to_vec()
}

/// A server can have several faults at once. If the fix has at most 12 rows, the first screen has the whole fix, also
/// below the notes that the program prints on the standard error. If the fix is larger, the first screen has its first
/// lines.
#[test]
fn fix_is_on_the_first_screen_for_combinations_of_faults() {
    const MAX_FIX_ROWS: usize = 12;
    const CREDENTIALS: &[&str] = &["--credentials", "include"];
    const HEADERS: &[&str] = &["-H", "X-One: 1", "-H", "X-Two: 2", "-H", "Authorization: a"];
    let preflights = [
        "401 Unauthorized",
        "403 Forbidden",
        "404 Not Found",
        "405 Method Not Allowed",
        "429 Too Many Requests",
        "500 Internal Server Error",
        "204 No Content",
        "302 Found\nLocation: /login?next=%2Fnotes",
    ];
    let preflights = preflights.map(|answer| {
        let (status, _) = answer.split_once(' ').unwrap();
        file(&format!("{status}.txt"), format!("HTTP/1.1 {answer}\n\n"))
    });
    let answers = [
        "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 401 Unauthorized\n\n",
        "HTTP/1.1 302 Found\nLocation: https://b.example/a\n\nHTTP/1.1 200 OK\n\n",
        "HTTP/1.1 302 Found\nLocation: https://b.example/a\nAccess-Control-Allow-Origin: *\n\nHTTP/1.1 200 OK\n\n",
        "HTTP/1.1 302 Found\nLocation: https://sso.example/login?next=%2Fnotes\n\n",
    ];
    let preflights = preflights
        .iter()
        .map(|file| vec!["-X", "PUT", "--preflight", file]);
    let mut small_count = 0;
    for preflight in preflights.chain([Vec::new()]) {
        for url in URLS {
            for (credentials, headers) in [
                (&[][..], &[][..]),
                (CREDENTIALS, &[]),
                (&[], HEADERS),
                (CREDENTIALS, HEADERS),
            ] {
                // Without a preflight in the evidence, the headers make the fix larger.
                let headers = if preflight.is_empty() { &[] } else { headers };
                for answer in answers {
                    let call = ["explain", "--origin", "https://app.example", "--url", url];
                    let response = ["--response", "-"];
                    let arguments = [&call, &*preflight, credentials, headers, &response].concat();
                    let ran = ran(&arguments, answer);
                    let screen = format!("{}{}", ran.err, ran.out);
                    let fix = fix_lines(&ran.out);
                    let size: usize = fix.iter().map(|line| rows(line)).sum();
                    let is_small = size <= MAX_FIX_ROWS;
                    small_count += usize::from(is_small);
                    let expected = if is_small { &*fix } else { &fix[..1] };
                    let first_screen = first_screen(&screen);
                    let mut windows = first_screen.windows(expected.len());
                    assert!(
                        windows.any(|lines| lines == expected),
                        "{arguments:?}\n{screen}"
                    );
                }
            }
        }
    }
    assert!(small_count > 100, "{small_count}");
}

/// Without an answer, the reasons for the preflight are the result.
#[test]
fn reasons_for_a_preflight_are_on_the_first_screen_without_an_answer() {
    for url in URLS {
        for (options, answer, reasons) in [
            (
                &["-X", "PUT", "-H", "X-One: 1"][..],
                "yes",
                &[
                    "the header `x-one` is not safelisted",
                    "the method `PUT` is not",
                ][..],
            ),
            (
                &["--credentials", "include"],
                "no",
                &["the method and all headers are safelisted"],
            ),
        ] {
            let call = ["explain", "--origin", "https://app.example", "--url", url];
            let text = ran(&[&call, options].concat(), "").out;
            let screen = first_screen(&text).join("\n");
            let start = format!("\nPreflight: {answer}, because ");
            assert_eq!(text.matches(&start).count(), 1, "{text}");
            let (_, shown) = screen.split_once(&start).expect(&text);
            for reason in reasons {
                assert!(shown.contains(reason), "{text}");
            }
        }
    }
}
