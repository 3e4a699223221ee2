//! Explanations of recorded fetches whose credentials mode the recording does not show.

use serde_json::{Value, json};

use crate::{
    explained_parts::header,
    program::{file, ran},
};

const PAGE: &str = "https://app.example";
const URL: &str = "https://api.example/notes";

fn recording(name: &str, url: &str, response: &Value) -> String {
    let headers = [header("Origin", PAGE), header("Sec-Fetch-Mode", "cors")];
    let request = json!({"method": "GET", "url": url, "headers": headers});
    let entry = json!({"request": request, "response": response});
    file(name, json!({"log": {"entries": [entry]}}).to_string())
}

/// If the fix for `include` has all lines of the fix for `same-origin`, only the additional lines are printed.
#[test]
fn second_fix_has_only_its_additional_lines() {
    let response = json!({"status": 200, "headers": []});
    let har = recording("modes-also.har", URL, &response);
    let text = ran(&["explain", &har], "").out;
    let also = "\nIf the credentials mode is `include`:\nAlso needed in the response to GET https://api.example/notes:\n+ Access-Control-Allow-Credentials: true\nWith these additional lines, the fetch succeeds. Each line is necessary.\n\nCaution: ";
    assert!(text.contains(also), "{text}");
    for once in ["+ Access-Control-Allow-Origin: ", "+ Vary: ", "Caution: "] {
        assert_eq!(text.matches(once).count(), 1, "{once}: {text}");
    }

    let lines = ran(&["explain", "--json", &har], "").json();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["also_needed"], Value::Null);
    let headers = &lines[1]["also_needed"][0]["headers"];
    let expected =
        json!([{"name": "Access-Control-Allow-Credentials", "before": [], "after": "true"}]);
    assert_eq!(*headers, expected);

    let page = ran(&["explain", "--html", "-", &har], "").out;
    assert!(
        page.contains(
            "<h4>Also needed in the response to GET <code>https://api.example/notes</code></h4>"
        ),
        "{page}"
    );
    assert_eq!(
        page.matches("Send: </span>Access-Control-Allow-Origin")
            .count(),
        0,
        "{page}"
    );
    assert_eq!(
        page.matches("+ Access-Control-Allow-Origin").count(),
        1,
        "{page}"
    );
}

/// Firefox records a blocked response like any other response, so the reader has to look at the console.
#[test]
fn unknown_result_has_a_hint_at_the_console() {
    let hint = "If the console shows no error for this URL, the page can read the response.";
    let option = "Or run again with `--credentials same-origin` if the page sends no cookies to\n  other origins.";
    let response = |origin: &str| {
        let headers = [header("Access-Control-Allow-Origin", origin)];
        json!({"status": 200, "headers": headers})
    };
    let unknown = recording("modes-unknown.har", URL, &response("*"));
    let text = ran(&["explain", &unknown], "").out;
    assert!(
        text.contains(&format!(
            "\n{hint}\n{option}\nWith credentials mode `include`:\nblocked: "
        )),
        "{text}"
    );
    let page = ran(&["explain", "--html", "-", &unknown], "").out;
    assert_eq!(page.matches(hint).count(), 1, "{page}");

    let blocked = recording("modes-blocked.har", URL, &response("https://app.example/"));
    let text = ran(&["explain", &blocked], "").out;
    assert!(!text.contains(hint), "{text}");
}

/// The text and the page have the same sentence about the credentials mode, and the first line to add is in the fix.
#[test]
fn verdict_cause_and_fix_come_before_the_other_mode() {
    let unknown = "the recording does not show whether the page sends cookies: ";
    for (name, origin, meaning) in [
        (
            "slash",
            "https://app.example/",
            "this fix is for the credentials mode `same-origin`, and the fix for the other mode is below",
        ),
        (
            "any",
            "*",
            "this verdict is for the credentials mode `include`, and the verdict for the other mode is below",
        ),
    ] {
        let headers = [header("Access-Control-Allow-Origin", origin)];
        let response = json!({"status": 200, "headers": headers});
        let har = recording(&format!("modes-first-{name}.har"), URL, &response);
        let text = ran(&["explain", &har], "").out;
        let positions = [
            "blocked: ",
            unknown,
            "\nFix, in ",
            "\n+ ",
            "\nIf the credentials mode is ",
        ];
        let positions = positions.map(|part| text.replace("\n  ", " ").find(part).unwrap());
        assert!(positions.is_sorted(), "{text}");
        let page = ran(&["explain", "--html", "-", &har], "").out;
        let sentence = format!("{unknown}{meaning}");
        let plain = |text: &str| {
            text.replace(['`', '\n'], " ")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert!(plain(&text).contains(&plain(&sentence)), "{text}");
        let page = page.replace("<code>", "`").replace("</code>", "`");
        assert!(plain(&page).contains(&plain(&sentence)), "{page}");
    }
}

/// A fix that does not depend on the credentials mode is printed once, although its dangers depend on the mode.
#[test]
fn equal_fixes_are_printed_once() {
    let headers = [
        header("Access-Control-Allow-Origin", "https://app.example/"),
        header("Access-Control-Allow-Credentials", "true"),
    ];
    let response = json!({"status": 200, "headers": headers});
    let har = recording("modes-equal.har", URL, &response);
    let text = ran(&["explain", &har], "").out;
    let same = "\nIf the credentials mode is `include`:\nThe fix is the same.\n\nCaution: ";
    assert!(text.contains(same), "{text}");
    assert_eq!(text.matches("\nFix, in ").count(), 1, "{text}");
    let lines = ran(&["explain", "--json", &har], "").json();
    assert_eq!(lines[1]["also_needed"], json!([]));
    assert!(
        text.contains("the fix is the\n  same in both cases"),
        "{text}"
    );
    let page = ran(&["explain", "--html", "-", &har], "").out;
    assert!(page.contains("<p>The fix is the same.</p>"), "{page}");
}

/// The second mode has only the hidden headers that the first mode does not have. If both fetches succeed, there is no
/// fix, so the text does not compare fixes.
#[test]
fn second_mode_has_only_its_own_hidden_headers() {
    let headers = [
        header("Access-Control-Allow-Origin", PAGE),
        header("Access-Control-Allow-Credentials", "true"),
        header("Access-Control-Expose-Headers", "*"),
        header("X-Total", "1"),
        header("Set-Cookie", "a=b"),
    ];
    let response = json!({"status": 200, "headers": headers});
    let har = recording("modes-hidden.har", URL, &response);
    let text = ran(&["explain", "--all", &har], "").out;
    let page = ran(&["explain", "--all", "--html", "-", &har], "").out;
    for (shown, total, cookies) in [
        (&text, "x-total: with", "set-cookie: a script"),
        (
            &page,
            "<code>x-total</code>: ",
            "<code>set-cookie</code>: a script",
        ),
    ] {
        assert_eq!(shown.matches(total).count(), 1, "{shown}");
        assert_eq!(shown.matches(cookies).count(), 1, "{shown}");
        assert!(!shown.contains("The fix is the same"), "{shown}");
    }
    assert!(
        text.contains("If the credentials mode is `include`:\n"),
        "{text}"
    );
}

/// If the explanations for both modes are equal, there is one explanation with a note.
#[test]
fn fix_for_both_modes_has_a_note() {
    let response = json!({"status": 0, "headers": []});
    let har = recording("modes-note.har", "https://api.example:6000/", &response);
    let text = ran(&["explain", &har], "").out;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let note = "the fix is the same with and without credentials";
    assert_eq!(text.matches(note).count(), 1, "{text}");
    assert!(!text.contains("If the credentials mode is"), "{text}");
    let lines = ran(&["explain", "--json", &har], "").json();
    assert_eq!(lines.len(), 1);
    let notes = lines[0]["explanation"]["notes"].to_string();
    assert!(notes.contains(note), "{notes}");
    let page = ran(&["explain", "--html", "-", &har], "").out;
    assert_eq!(page.matches(note).count(), 1, "{page}");
}

/// If the fetch succeeds in both modes, the text says that the mode is not known.
#[test]
fn mode_of_a_success_is_stated_only_if_it_is_known() {
    let allow_origin = header("Access-Control-Allow-Origin", PAGE);
    let allow_credentials = header("Access-Control-Allow-Credentials", "true");
    let both = json!({"status": 200, "headers": [allow_origin, allow_credentials]});
    let har = recording("modes-of-success.har", URL, &both);
    let note = "the credentials mode of the request is not in the recording";
    let shown = |more: &[&str]| {
        let text = ran(&[&["explain", "--all", &har], more].concat(), "").out;
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(shown(&[]).matches(note).count(), 1, "{}", shown(&[]));
    assert!(!shown(&["--credentials", "include"]).contains(note));
    assert!(shown(&["--html", "-"]).contains(note));
}

/// If the response can be read in one of the modes only, the hidden headers of this mode are printed.
#[test]
fn hidden_headers_of_the_second_mode_are_named() {
    let headers = [
        header("Access-Control-Allow-Origin", PAGE),
        header("X-Total", "1"),
    ];
    let response = json!({"status": 200, "headers": headers});
    let har = recording("modes-hidden.har", URL, &response);
    let text = ran(&["explain", "--all", &har], "").out;
    let hidden = "\nIf the credentials mode is `same-origin`:\nreadable: the page can read the response, which has the status 200\n\nThe page cannot read these headers of the response:\n  x-total: ";
    assert!(text.contains(hidden), "{text}");
    let page = ran(&["explain", "--all", "--html", "-", &har], "").out;
    assert!(page.contains("<li><code>x-total</code>: "), "{page}");
}

/// `--credentials` chooses between the explanations of a fetch whose credentials mode the recording does not show.
#[test]
fn given_mode_decides_what_the_recording_does_not_show() {
    let response = json!({"status": 200, "headers": [header("Access-Control-Allow-Origin", PAGE)]});
    let har = recording("modes-given.har", URL, &response);
    let explained = |more: &[&str]| ran(&[&["explain", &*har], more].concat(), "");
    let fix = "\n+ Access-Control-Allow-Credentials: true\n";
    let both = explained(&[]).out;
    assert!(
        both.contains(fix) && both.contains("does not show whether"),
        "{both}"
    );
    let include = explained(&["--credentials", "include"]).out;
    assert!(include.contains(fix), "{include}");
    assert!(!include.contains("does not show whether"), "{include}");
    let same_origin = explained(&["--credentials", "same-origin"]).out;
    assert!(
        same_origin.starts_with("no fetch is blocked"),
        "{same_origin}"
    );
    let method = explained(&["-X", "GET"]).complaint();
    assert!(method.contains("`-X` describes a fetch"), "{method}");
}

/// If a fetch has a verdict for each credentials mode, its verdict is not certain.
#[test]
fn exit_status_says_whether_the_verdict_depends_on_the_mode() {
    let allow_any = json!([header("Access-Control-Allow-Origin", "*")]);
    let in_doubt = json!({"status": 200, "headers": allow_any});
    let har = recording("modes-status.har", URL, &in_doubt);
    for options in [&["explain"][..], &["explain", "--json"]] {
        let both = ran(&[options, &[&har]].concat(), "");
        assert_eq!(both.status, 2, "{}", both.err);
        let lines: Vec<&str> = both.err.lines().collect();
        let count = "1 explained, 1 with a verdict for each credentials mode";
        assert!(lines[0].ends_with(count), "{}", both.err);
        let error = "modes-status.har`: no verdict is certain, because the recording does not show whether the page sends credentials: run again with `--credentials same-origin`";
        assert!(lines[1].contains(error), "{}", both.err);
        let given = ["--credentials", "include", &har];
        let one = ran(&[options, &given[..]].concat(), "");
        assert_eq!(one.status, 0, "{}", one.err);
        assert!(one.err.ends_with("1 explained\n"), "{}", one.err);
    }
    // A fetch that is blocked in each mode is certain, so the exit status is 1, as for fetches that are not judged.
    let request = |path: &str| {
        let headers = [header("Origin", PAGE), header("Sec-Fetch-Mode", "cors")];
        json!({"method": "GET", "url": format!("{URL}{path}"), "headers": headers})
    };
    let entries = [
        json!({"request": request("/a"), "response": in_doubt}),
        json!({"request": request("/b"), "response": {"status": 200, "headers": []}}),
    ];
    let har = file("some.har", json!({"log": {"entries": entries}}).to_string());
    let some = ran(&["explain", &har], "");
    assert_eq!(some.status, 1, "{}", some.err);
    // The lines of JSON have the order of the recording.
    let lines = ran(&["explain", "--json", &har], "").json();
    let fetches = lines.iter().map(|line| (&line["fetch"], &line["url"]));
    let fetches: Vec<_> = fetches
        .map(|(fetch, url)| format!("{fetch} {url}"))
        .collect();
    let of = |number: u8, path: &str| format!("{number} \"{URL}{path}\"");
    assert_eq!(
        fetches,
        [of(1, "/a"), of(1, "/a"), of(2, "/b"), of(2, "/b")]
    );
}
