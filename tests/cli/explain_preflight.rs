//! `explain --preflight`: the headers and the method that the options lack.

use crate::program::{Ran, file, ran};

const REFUSED: &str = "HTTP/1.1 401 Unauthorized\n\n";
const ALLOWING: &str = "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n\n";

/// Returns the output of `curl -v` for a preflight with these lines.
fn shown(lines: &str, response: &str) -> String {
    let response = response.trim_end().replace('\n', "\n< ");
    format!(
        "> OPTIONS /notes HTTP/1.1\n> Origin: https://app.example\n{lines}> \n< {response}\n< \n"
    )
}

fn explained(name: &str, preflight: &str, more: &[&str]) -> Ran {
    let preflight = file(&format!("explain-preflight-{name}"), preflight);
    let start = [
        "explain",
        "--origin",
        "https://app.example",
        "--url",
        "https://api.example/notes",
        "--preflight",
        &*preflight,
    ];
    ran(&[&start, more].concat(), "")
}

/// Returns the text in one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The evidence has a preflight, and the options do not show its reason. The explanation itself says so, and explains
/// the preflight.
#[test]
fn preflight_without_a_known_reason_is_explained() {
    let speculative = shown("> Access-Control-Request-Method: GET\n", REFUSED);
    for (preflight, more) in [
        (REFUSED, &[][..]),
        (&speculative, &[]),
        (REFUSED, &["-X", "POST"]),
        (REFUSED, &["-X", "POST", "--credentials", "omit"]),
    ] {
        let sentence = "request needs none. Add the missing `-X METHOD` or `-H 'NAME: VALUE'` of the page, such as `Authorization`";
        let text = explained("unknown", preflight, more);
        let screen: Vec<&str> = text.out.lines().take(24).collect();
        let screen = screen.join("\n");
        assert!(screen.starts_with("blocked: the preflight"), "{screen}");
        assert!(line(&text.out).contains(sentence), "{}", text.out);
        assert!(
            screen.contains("\n- status 401\n+ status 204\n"),
            "{screen}"
        );
        assert!(!text.err.contains("is not used"), "{}", text.err);
        let commands = text.out.lines().filter(|line| line.starts_with("$ "));
        for command in commands {
            let writes = command.starts_with("$ curl -sSviX OPTIONS ")
                && command.ends_with(" > preflight.txt 2>&1");
            assert!(
                writes || command.ends_with(" --preflight preflight.txt"),
                "{command}"
            );
        }
        let json = explained("unknown", preflight, &[more, &["--json"]].concat()).json();
        assert!(
            json[0]["not_recorded"].to_string().contains(sentence),
            "{}",
            json[0]
        );
        let page = explained("unknown", preflight, &[more, &["--html", "-"]].concat()).out;
        assert!(
            page.contains("request needs none. Add the missing"),
            "{page}"
        );
    }
}

/// A preflight that grants everything known can still lack a header of the page.
#[test]
fn preflight_without_a_known_reason_does_not_succeed() {
    let response = file("explain-preflight-response", ALLOWING);
    let text = explained("allowing", ALLOWING, &["--response", &*response]).out;
    assert!(
        line(&text).starts_with("undecided: the responses allow this call, but it does not need the preflight: the page probably uses another method or other headers, and the server has to allow them, too"),
        "{text}"
    );
}

/// The reason can be a header that is not known, so a fix of the known part is perhaps not the whole fix.
#[test]
fn fix_without_a_known_reason_has_a_condition() {
    let condition = "Each line is necessary. If the page uses another method or other headers than this call, the server has to allow them, too.";
    let refused = file("explain-preflight-refused", "HTTP/1.1 200 OK\n\n");
    for (preflight, more) in [
        (REFUSED, &[][..]),
        (REFUSED, &["--response", &*refused]),
        (ALLOWING, &["--response", &*refused]),
        (ALLOWING, &[]),
    ] {
        let text = explained("condition", preflight, more).out;
        assert!(line(&text).contains(condition), "{text}");
        assert!(!text.contains("the fetch succeeds"), "{text}");
        assert!(!text.contains("To check the fix"), "{text}");
        let page = explained("condition", preflight, &[more, &["--html", "-"]].concat()).out;
        assert!(line(&page).contains(condition), "{page}");
    }
}

/// Some engines send no preflight for an upload listener without a body. A body is assumed, so that all engines judge the
/// preflight in the evidence.
#[test]
fn preflight_without_a_known_reason_is_explained_for_each_engine() {
    let refused = file("explain-preflight-of-engines", "HTTP/1.1 200 OK\n\n");
    for (preflight, response) in [(REFUSED, &[][..]), (ALLOWING, &["--response", &*refused])] {
        for method in ["GET", "POST"] {
            let explained = |engine| {
                let more = ["-X", method, "--engine", engine];
                let text = explained("engines", preflight, &[response, &more].concat());
                assert!(
                    !line(&text.out).contains("An upload listener"),
                    "{}",
                    text.out
                );
                text.out.replace(&format!(" --engine {engine}"), "")
            };
            let spec = explained("spec");
            assert!(spec.starts_with("blocked: "), "{spec}");
            for engine in ["chromium", "firefox", "webkit"] {
                assert_eq!(explained(engine), spec, "{engine}");
            }
        }
    }
}

/// No page sends a preflight in the mode `no-cors`, so the response is not used.
#[test]
fn preflight_that_no_browser_sends_is_not_used() {
    let text = explained("no-cors", REFUSED, &["--mode", "no-cors"]).out;
    let reason = "is not used, because the browser sends no preflight: only requests with the mode `cors` have preflights.";
    assert!(line(&text).contains(reason), "{text}");
    assert!(!text.contains("--preflight"), "{text}");
}

/// The request of the preflight has the method and the header names, so the options need not have them.
#[test]
fn request_of_the_preflight_completes_the_options() {
    let lines = "> Access-Control-Request-Method: PUT\n> Access-Control-Request-Headers: accept,authorization,content-type\n";
    let preflight = shown(lines, REFUSED);
    let text = explained("shown", &preflight, &[]).out;
    let asked = "uses the method `PUT` and the headers `accept`, `authorization`, `content-type` of the preflight in ";
    assert!(line(&text).contains(asked), "{text}");
    let fix = "\n+ Access-Control-Allow-Methods: PUT\n+ Access-Control-Allow-Headers: accept, authorization, content-type\n";
    assert!(text.contains(fix), "{text}");
    assert!(
        text.contains(" -X PUT -H 'accept: \"VALUE\"' -H 'authorization: VALUE' "),
        "{text}"
    );
    assert!(!text.contains("First check the request"), "{text}");
    let json = explained(
        "shown",
        &preflight,
        &[
            "-X",
            "PUT",
            "-H",
            "Authorization: a",
            "--body",
            "application/json",
            "--json",
        ],
    )
    .json();
    let missing = &json[0]["not_recorded"];
    assert!(
        missing[0]
            .as_str()
            .unwrap()
            .contains("uses the header `accept` of the preflight in"),
        "{missing}"
    );
    assert_eq!(missing.as_array().unwrap().len(), 1, "{missing}");
}

/// A pasted text can have any bytes and many names.
#[test]
fn invalid_and_repeated_names_are_left_out() {
    let names: String = (0..2000).map(|number| format!("x-{number},")).collect();
    let lines = format!(
        "> Access-Control-Request-Method: P\u{1b}UT\n> Access-Control-Request-Headers: X-0,a b,\u{1b}[31m,{names}\n"
    );
    let explained = explained("invalid", &shown(&lines, REFUSED), &["--json"]).json();
    let asked = &explained[0]["asked"];
    assert_eq!(asked["method"], "GET");
    assert_eq!(asked["headers"].as_array().unwrap().len(), 2000);
    let missing = explained[0]["not_recorded"][0].as_str().unwrap();
    assert!(
        missing.contains("`x-11`, 1988 more of the preflight in"),
        "{missing}"
    );
}

/// A preflight that was sent with a placeholder of a printed command shows nothing.
#[test]
fn request_with_a_placeholder_is_refused() {
    for (lines, reason) in [
        (
            "> Access-Control-Request-Method: METHOD\n",
            "line 5: replace `METHOD` by the method, and send the preflight again",
        ),
        (
            "> Access-Control-Request-Headers: NAMES\n",
            "line 5: replace `NAMES` by the names of the headers that the page sets, and send the preflight again",
        ),
    ] {
        let complaint = explained("placeholder", &shown(lines, REFUSED), &[]).complaint();
        assert!(complaint.ends_with(reason), "{complaint}");
    }
}

/// A method alone does not show whether the page sets headers.
#[test]
fn call_with_a_preflight_and_without_headers_has_a_hint() {
    let hint = "if the page sets headers such as `Authorization`, add each with `-H 'NAME: VALUE'`: the server has to allow them, too";
    for (more, has_hint) in [
        (&["-X", "PUT"][..], true),
        (&["-X", "PUT", "-H", "Authorization: a"], false),
        (&["-X", "PUT", "--body", "application/json"], false),
    ] {
        let text = explained("method", REFUSED, more).out;
        let screen: Vec<&str> = text.lines().take(10).collect();
        assert_eq!(line(&screen.join("\n")).contains(hint), has_hint, "{text}");
    }
}

/// A text without the empty line after the headers was possibly cut.
#[test]
fn response_without_the_empty_line_is_possibly_cut() {
    let cut = "no empty line ends the headers of the response in line 1: if the text was cut off,";
    for (answer, is_cut) in [
        ("HTTP/1.1 204 No Content\nVary: Origin", true),
        ("HTTP/1.1 204 No Content\n", true),
        ("HTTP/1.1 204 No Content\nVary: Origin\n\n", false),
    ] {
        let text = explained("cut", answer, &["-X", "PUT"]).out;
        assert_eq!(line(&text).contains(cut), is_cut, "{text}");
    }
}

/// A tab between two origins is a separator, and not a mistake in an origin.
#[test]
fn origins_with_a_tab_between_them_are_several_values() {
    let answer = "HTTP/1.1 204 No Content\nAccess-Control-Allow-Origin: https://app.example\thttps://b.example\n\n";
    let json = explained("tab", answer, &["-X", "PUT", "--json"]).json();
    let misses = json[0]["refusals"][0]["near_misses"].as_array().unwrap();
    assert_eq!(misses.len(), 1, "{misses:?}");
    assert_eq!(misses[0]["kind"], "several-values");
}
