//! Lists whose names are hidden by one wrong character, by quotation marks, by other names or by the name of the header.

use crate::{
    answers::{with_listed_headers, with_methods},
    case::{Exchange, changes},
};

/// The value of a list, with a name in place of `{}`, and the same value without the mistake.
const HIDDEN: [(&str, &str); 7] = [
    ("{}\u{200b}", "{}"),
    ("\u{feff}{}", "{}"),
    ("X-A, {}\u{ad}", "X-A, {}"),
    ("X-A\u{200b}, {}", "X-A, {}"),
    ("{}\u{e9}", "{}"),
    ("X-A，{}", "X-A, {}"),
    ("Ｘ-A, {}\u{2060}", "X-A, {}"),
];

#[test]
fn name_with_an_invisible_character_is_not_called_missing() {
    for (hidden, visible) in HIDDEN {
        for (name, header) in [("PUT", "Methods"), ("Authorization", "Headers")] {
            let value = hidden.replace("{}", name);
            let explained = if header == "Methods" {
                with_methods(name, &value)
            } else {
                with_listed_headers("Authorization: 1", &value)
            };
            assert_eq!(explained.refusals.len(), 1, "{explained}");
            let expected = visible.replace("{}", name);
            let expected = format!("0 Access-Control-Allow-{header}: {expected}");
            assert_eq!(changes(&explained)[0], expected, "{explained}");
        }
    }
}

#[test]
fn quoted_asterisk_becomes_an_asterisk() {
    for value in ["\"*\"", "[\"*\"]", "\"*\", \"*\"", "{*}", "\u{200b}*"] {
        for (explained, header) in [
            (with_methods("PUT", value), "Methods"),
            (with_listed_headers("X-A: 1", value), "Headers"),
        ] {
            assert_eq!(explained.refusals.len(), 1, "{explained}");
            let expected = format!("0 Access-Control-Allow-{header}: *");
            assert_eq!(changes(&explained)[0], expected, "{explained}");
        }
    }
}

#[test]
fn quoted_asterisk_is_not_a_wildcard_with_credentials() {
    let lines = "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Credentials: true\nAccess-Control-Allow-Headers: \"*\"";
    let explained = Exchange {
        headers: "x-a: 1",
        preflight: Some((204, lines)),
        has_credentials: true,
        ..crate::case::GET
    }
    .explain();
    let text = explained.to_string();
    assert!(text.contains("is not a wildcard"), "{text}");
    let list = "0 Access-Control-Allow-Headers: x-a".to_owned();
    assert!(changes(&explained).contains(&list), "{text}");
}

#[test]
fn names_of_the_other_list_are_named_and_replaced() {
    let lines = "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: content-type\nAccess-Control-Allow-Headers: PUT";
    let explained = Exchange {
        method: "PUT",
        headers: "content-type: application/json",
        preflight: Some((204, lines)),
        ..crate::case::GET
    }
    .explain();
    let text = explained.to_string().replace("\n  ", " ");
    assert!(
        text.contains("the list has `content-type`, which is the name of a header"),
        "{text}"
    );
    let found = changes(&explained);
    for list in [
        "0 Access-Control-Allow-Methods: PUT",
        "0 Access-Control-Allow-Headers: content-type",
    ] {
        assert!(found.iter().any(|change| change == list), "{found:?}");
    }
}

#[test]
fn list_that_begins_with_the_name_of_its_header_is_named() {
    for value in [
        "Access-Control-Allow-Methods: PUT",
        "access-control-allow-methods=PUT",
    ] {
        let explained = with_methods("PUT", value);
        let miss = &explained.refusals[0].near_misses[0];
        assert!(
            miss.sentence
                .starts_with("the value begins with the name of the header"),
            "{explained}"
        );
        assert_eq!(explained.refusals[0].near_misses.len(), 1, "{explained}");
        assert_eq!(
            changes(&explained)[0],
            "0 Access-Control-Allow-Methods: PUT"
        );
    }
}

#[test]
fn dot_between_two_header_names_is_a_separator() {
    let explained = with_listed_headers("X-Trace: 1", "Authorization.X-Trace");
    let miss = &explained.refusals[0].near_misses[0];
    assert!(miss.sentence.contains("not with `.`"), "{explained}");
    let list = "0 Access-Control-Allow-Headers: Authorization, X-Trace";
    assert_eq!(changes(&explained)[0].to_lowercase(), list.to_lowercase());
    let explained = with_listed_headers("X-Trace: 1", "X-App.Version");
    let miss = &explained.refusals[0].near_misses[0];
    assert!(miss.sentence.contains("lists only"), "{explained}");
}

/// The method of a call is not a list, but it has the same wrong characters.
#[test]
fn character_that_a_method_cannot_have_is_named() {
    for (method, character) in [("P UT", "U+0020 (a space)"), ("GET\\PUT", "`\\`")] {
        let explained = Exchange {
            method,
            ..crate::case::GET
        }
        .explain();
        let text = explained.to_string().replace("\n  ", " ");
        assert!(
            text.contains(&format!(
                "has the character {character}, which a method cannot have"
            )),
            "{text}"
        );
    }
}

#[test]
fn backslash_between_two_names_is_a_separator() {
    let explained = with_methods("PUT", "GET\\PUT");
    let miss = &explained.refusals[0].near_misses[0];
    assert!(miss.sentence.contains("not with `\\`"), "{explained}");
    assert_eq!(explained.refusals.len(), 1, "{explained}");
    assert_eq!(
        changes(&explained)[0],
        "0 Access-Control-Allow-Methods: GET, PUT"
    );
}
