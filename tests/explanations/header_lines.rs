//! Answers that have several lines of one header. The smallest change keeps the lines that are right.

use fetch_cors::explain::{Edit, Explanation, Fix};

use crate::case::{Exchange, GET};

const OF_PAGE: &str = "Access-Control-Allow-Origin: https://app.example";
const ALLOWED: (u16, &str) = (200, OF_PAGE);

/// Returns the lines of the fix. Checks that only an edit without a new value keeps lines and adds none, that no line is both
/// removed and sent, and that the explanation has each line. `properties.rs` checks that each change is necessary.
fn lines_of_fix(explanation: &Explanation) -> Vec<String> {
    let Fix::Answers { answers, .. } = &explanation.fix else {
        panic!("{explanation}");
    };
    for answer in answers {
        let only_removes = answer
            .headers
            .iter()
            .any(|header| !header.kept.is_empty() && header.after.is_none());
        let mut edits = answer.edits.iter();
        let removes = edits.any(|edit| matches!(edit, Edit::ReplaceLines { value: None, .. }));
        assert_eq!(only_removes, removes, "{answer:?}");
    }
    let headers = answers.iter().flat_map(|answer| &answer.headers);
    let lines = headers.flat_map(|header| {
        assert!(
            header
                .after
                .iter()
                .all(|after| !header.before.contains(after))
        );
        let lines = header.to_string();
        lines.lines().map(String::from).collect::<Vec<_>>()
    });
    let lines: Vec<String> = lines.collect();
    for line in &lines {
        let shown = format!("\n{line}\n");
        assert!(explanation.to_string().contains(&shown), "{explanation}");
    }
    lines
}

fn get(headers: &'static str, has_credentials: bool) -> Explanation {
    Exchange {
        has_credentials,
        response: Some((200, headers)),
        ..GET
    }
    .explain()
}

#[test]
fn right_line_of_several_lines_stays() {
    for (headers, has_credentials, expected) in [
        (
            "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Origin: *",
            false,
            &[
                "  Access-Control-Allow-Origin: https://app.example",
                "- Access-Control-Allow-Origin: *",
            ][..],
        ),
        (
            "Access-Control-Allow-Origin: https://other.test\nVary: Origin\nAccess-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Origin: null",
            false,
            &[
                "  Access-Control-Allow-Origin: https://app.example",
                "- Access-Control-Allow-Origin: https://other.test",
                "- Access-Control-Allow-Origin: null",
            ],
        ),
        (
            "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Origin: https://app.example",
            false,
            &[
                "  Access-Control-Allow-Origin: https://app.example",
                "- Access-Control-Allow-Origin: https://app.example",
            ],
        ),
        (
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Origin: https://other.test",
            false,
            &[
                "  Access-Control-Allow-Origin: *",
                "- Access-Control-Allow-Origin: https://other.test",
            ],
        ),
        // With credentials, `*` is not right.
        (
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Origin: https://other.test\nAccess-Control-Allow-Credentials: true",
            true,
            &[
                "- Access-Control-Allow-Origin: *",
                "- Access-Control-Allow-Origin: https://other.test",
                "+ Access-Control-Allow-Origin: https://app.example",
            ],
        ),
        (
            "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Credentials: false\nAccess-Control-Allow-Credentials: true",
            true,
            &[
                "  Access-Control-Allow-Credentials: true",
                "- Access-Control-Allow-Credentials: false",
            ],
        ),
        // One line with several values is one wrong line.
        (
            "Access-Control-Allow-Origin: https://app.example, *",
            false,
            &[
                "- Access-Control-Allow-Origin: https://app.example, *",
                "+ Access-Control-Allow-Origin: https://app.example",
            ],
        ),
        (
            "Access-Control-Allow-Origin: https://other.test, *",
            false,
            &[
                "- Access-Control-Allow-Origin: https://other.test, *",
                "+ Access-Control-Allow-Origin: *",
            ],
        ),
    ] {
        assert_eq!(
            lines_of_fix(&get(headers, has_credentials)),
            expected,
            "{headers}"
        );
    }
}

fn delete(preflight: &'static str, headers: &'static str) -> Explanation {
    Exchange {
        method: "DELETE",
        headers,
        preflight: Some((204, preflight)),
        response: Some(ALLOWED),
        ..GET
    }
    .explain()
}

#[test]
fn right_lines_of_a_list_stay() {
    for (preflight, headers, expected) in [
        // The browser joins the lines, so a malformed line makes the whole list invalid.
        (
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: GET, DELETE\nAccess-Control-Allow-Methods: PUT; PATCH",
            "",
            &[
                "  Access-Control-Allow-Methods: GET, DELETE",
                "- Access-Control-Allow-Methods: PUT; PATCH",
                "+ Access-Control-Allow-Methods: PUT, PATCH",
            ][..],
        ),
        (
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: DELETE\nAccess-Control-Allow-Methods: [object Object]",
            "",
            &[
                "  Access-Control-Allow-Methods: DELETE",
                "- Access-Control-Allow-Methods: [object Object]",
            ],
        ),
        (
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: GET\nAccess-Control-Allow-Methods: PUT",
            "",
            &[
                "  Access-Control-Allow-Methods: GET",
                "- Access-Control-Allow-Methods: PUT",
                "+ Access-Control-Allow-Methods: PUT, DELETE",
            ],
        ),
        (
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: DELTE, GET\nAccess-Control-Allow-Methods: PUT",
            "",
            &[
                "  Access-Control-Allow-Methods: PUT",
                "- Access-Control-Allow-Methods: DELTE, GET",
                "+ Access-Control-Allow-Methods: DELETE, GET",
            ],
        ),
        (
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: DELETE\nAccess-Control-Allow-Headers: x-a\nAccess-Control-Allow-Headers: x-b",
            "x-a: 1\nx-c: 1",
            &[
                "  Access-Control-Allow-Headers: x-a",
                "- Access-Control-Allow-Headers: x-b",
                "+ Access-Control-Allow-Headers: x-b, x-c",
            ],
        ),
    ] {
        assert_eq!(
            lines_of_fix(&delete(preflight, headers)),
            expected,
            "{preflight}"
        );
    }
}

/// The preflight asks for no header names, so the new list has only the elements of the malformed list.
#[test]
fn list_without_requested_names_has_no_empty_element() {
    for (preflight, expected) in [
        (
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: DELETE\nAccess-Control-Allow-Headers: *;",
            [
                "- Access-Control-Allow-Headers: *;",
                "+ Access-Control-Allow-Headers: *",
            ],
        ),
        (
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: DELETE\nAccess-Control-Allow-Headers: [\"*\"]",
            [
                "- Access-Control-Allow-Headers: [\"*\"]",
                "+ Access-Control-Allow-Headers: *",
            ],
        ),
        (
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: DELETE\nAccess-Control-Allow-Headers: x-a;*",
            [
                "- Access-Control-Allow-Headers: x-a;*",
                "+ Access-Control-Allow-Headers: *, x-a",
            ],
        ),
    ] {
        assert_eq!(
            lines_of_fix(&delete(preflight, "")),
            expected,
            "{preflight}"
        );
    }
}

/// Two lines of one list need a change: the first is malformed, and the element is added to the last. The fix has one new
/// line with the elements of both.
#[test]
fn two_changed_lines_become_one_line() {
    for (preflight, headers, expected) in [
        (
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: \"PUT\"\nAccess-Control-Allow-Methods: GET",
            "",
            &[
                "- Access-Control-Allow-Methods: \"PUT\"",
                "- Access-Control-Allow-Methods: GET",
                "+ Access-Control-Allow-Methods: PUT, GET, DELETE",
            ][..],
        ),
        (
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: DELETE\nAccess-Control-Allow-Headers: x-a;x-b\nAccess-Control-Allow-Headers: x-d\nAccess-Control-Allow-Headers: x-c",
            "x-c: 1\nx-e: 1",
            &[
                "  Access-Control-Allow-Headers: x-d",
                "- Access-Control-Allow-Headers: x-a;x-b",
                "- Access-Control-Allow-Headers: x-c",
                "+ Access-Control-Allow-Headers: x-a, x-b, x-c, x-e",
            ],
        ),
    ] {
        assert_eq!(
            lines_of_fix(&delete(preflight, headers)),
            expected,
            "{preflight}"
        );
    }
}

#[test]
fn right_location_of_several_stays() {
    let explanation = Exchange {
        response: Some((
            302,
            "Access-Control-Allow-Origin: *\nLocation: /notes\nLocation: https://api.example/other",
        )),
        url: "https://api.example/a",
        ..GET
    }
    .explain();
    let expected = [
        "  Location: /notes",
        "- Location: https://api.example/other",
    ];
    assert_eq!(lines_of_fix(&explanation)[..2], expected);
}

/// A public edit that names positions which the answer does not have changes nothing.
#[test]
fn positions_without_a_line_are_ignored() {
    let edit = Edit::ReplaceLines {
        name: "vary",
        lines: vec![1, 5],
        value: Some("Origin".into()),
    };
    let headers = [
        ("Vary", "Accept"),
        ("A", "1"),
        ("Vary", "Cookie"),
        ("Vary", "Range"),
    ];
    let headers = fetch_cors::browser::HeaderList::from_pairs(headers).unwrap();
    let response = fetch_cors::browser::Response::new(fetch_cors::http::StatusCode::OK, headers);
    let mut answer = Ok(response);
    edit.apply(&mut answer);
    let headers = answer.unwrap().header_list;
    assert_eq!(*headers.get("vary").unwrap(), *b"Accept, Origin, Range");
}
