//! Lists with text that is not a name: the mistake is named, and the fix keeps only the names.

use fetch_cors::explain::NearMissKind as Kind;

use crate::{
    answers::{sentences, with_listed_headers, with_methods},
    case::{Exchange, GET, changes},
};

/// Text in place of the name of a method or of a header.
const PLACEHOLDERS: &[&str] = &[
    "$http_access_control_request_headers",
    "%(h)s",
    "%NAMES%",
    "%s",
    "${NAMES",
    "${NAMES}",
    "${{ names }}",
    "<%= names %>",
    "<names>",
    "<nil>",
    "@NAMES@",
    "None",
    "System.String[]",
    "[Function: names]",
    "[Ljava.lang.String;@15db9742",
    "[object Object]",
    "__NAMES__",
    "config.cors.allowedMethods",
    "false",
    "nil",
    "null",
    "process.env.NAMES",
    "undefined",
    "{{ names }}",
];

#[test]
fn placeholder_in_a_list_is_named_and_removed() {
    for placeholder in PLACEHOLDERS {
        for (list, names) in [
            (String::from(*placeholder), ""),
            (format!("FOO, {placeholder}"), "FOO, "),
            (format!("{placeholder}, FOO, {placeholder}"), "FOO, "),
        ] {
            for (explained, header, name, thing) in [
                (with_methods("PUT", &list), "Methods", "PUT", "method"),
                (
                    with_listed_headers("X-B: 1", &list),
                    "Headers",
                    "x-b",
                    "header",
                ),
            ] {
                let (kind, sentence) = sentences(&explained)[0];
                assert_eq!(kind, Kind::Placeholder, "{list}: {sentence}");
                let expected = format!("`{placeholder}` is not the name of a {thing}: ");
                assert!(sentence.starts_with(&expected), "{list}: {sentence}");
                let value = changes(&explained)[0].clone();
                let expected = format!("0 Access-Control-Allow-{header}: {names}{name}");
                assert_eq!(value, expected, "{list}");
            }
        }
    }
}

/// Text that is similar to a placeholder, but has or is a name.
#[test]
fn name_is_not_a_placeholder() {
    for (list, after) in [
        ("<PUT>", "PUT, DELETE"),
        ("{{PUT}}", "PUT, DELETE"),
        ("^PUT$, GET", "^PUT$, GET, DELETE"),
        ("{\"PUT\": null}, GET: 1", "GET, DELETE"),
        ("PUT; GET <!-- PATCH -->", "PUT, GET, DELETE"),
    ] {
        let explained = with_methods("DELETE", list);
        let kinds = sentences(&explained);
        assert!(
            kinds.iter().all(|(kind, _)| *kind != Kind::Placeholder),
            "{list}: {kinds:?}"
        );
        let expected = format!("0 Access-Control-Allow-Methods: {after}");
        assert_eq!(changes(&explained)[0], expected, "{list}");
    }
    for list in ["origin", "x.y", "api.version", "_x", "X-$"] {
        let explained = with_listed_headers("X-B: 1", list);
        assert_eq!(sentences(&explained)[0].0, Kind::MissingFromList, "{list}");
        let expected = format!("0 Access-Control-Allow-Headers: {list}, x-b");
        assert_eq!(changes(&explained)[0], expected, "{list}");
    }
}

#[test]
fn media_type_in_a_list_is_named_and_removed() {
    for (list, found, after) in [
        ("application/json", "application/json", "x-b"),
        ("text/plain, X-A", "text/plain", "X-A, x-b"),
        (
            "X-A, Application/JSON; charset=utf-8, X-C",
            "Application/JSON; charset=utf-8",
            "X-A, X-C, x-b",
        ),
        ("Accept, */*;q=0.8", "*/*;q=0.8", "Accept, x-b"),
        ("application/json; X-A", "application/json", "X-A, x-b"),
    ] {
        let explained = with_listed_headers("X-B: 1", list);
        let expected = format!(
            "a list has names of headers (such as `content-type`), not media types: remove `{found}`"
        );
        assert_eq!(
            sentences(&explained)[0],
            (Kind::ExtraCharacter, &*expected),
            "{list}"
        );
        let expected = format!("0 Access-Control-Allow-Headers: {after}");
        assert_eq!(changes(&explained)[0], expected, "{list}");
    }
    let explained = with_methods("PUT", "GET, text/plain");
    let (_, sentence) = sentences(&explained)[0];
    assert!(
        sentence.contains("names of methods (such as `PUT`)"),
        "{sentence}"
    );
    assert_eq!(
        changes(&explained)[0],
        "0 Access-Control-Allow-Methods: GET, PUT"
    );
    // The slash separates two names.
    let explained = with_methods("PUT", "GET/PUT");
    assert_eq!(sentences(&explained)[0].0, Kind::Separator);
}

#[test]
fn placeholder_in_a_list_of_exposed_headers_is_named() {
    for list in ["undefined", "%s", "System.String[]", "x-a, ${NAMES}"] {
        let headers = format!(
            "Access-Control-Allow-Origin: *\nAccess-Control-Expose-Headers: {list}\nX-Total: 1"
        );
        let explained = Exchange {
            response: Some((200, headers.leak())),
            ..GET
        }
        .explain();
        let kinds = explained.hidden_near_misses.iter().map(|miss| miss.kind);
        assert_eq!(kinds.collect::<Vec<_>>(), [Kind::Placeholder], "{list}");
    }
}

/// The list is so long that a reader with quadratic work needs hours.
#[test]
fn list_with_many_templates_is_read() {
    for part in ["${", "<", "[object", "%(", "text/", "/", "*/*;q="] {
        let explained = with_methods("DELETE", &(part.repeat(20_000) + "\""));
        let expected = "0 Access-Control-Allow-Methods: DELETE";
        assert_eq!(changes(&explained)[0], expected, "{part}");
    }
}

/// Words of programming languages beside the names.
#[test]
fn names_in_text_of_programs_are_kept() {
    for (list, kind, after) in [
        (
            "HttpMethod.GET, HttpMethod.PUT",
            Kind::MisspelledListElement,
            "GET, PUT",
        ),
        ("Array", Kind::Placeholder, "PUT"),
        (
            "[<<\"GET\">>,<<\"PUT\">>]",
            Kind::ExtraCharacter,
            "GET, PUT",
        ),
        ("P*, GET", Kind::Pattern, "P*, GET, PUT"),
    ] {
        let explained = with_methods("PUT", list);
        assert_eq!(sentences(&explained)[0].0, kind, "{list}");
        let expected = format!("0 Access-Control-Allow-Methods: {after}");
        assert_eq!(changes(&explained)[0], expected, "{list}");
    }
    let explained = with_listed_headers("X-B: 1", "X-*, X-A");
    let (kind, sentence) = sentences(&explained)[0];
    assert_eq!(kind, Kind::Pattern);
    assert!(sentence.starts_with("`X-*` is not a pattern"), "{sentence}");
    // The media type is the value of a member.
    let explained = with_listed_headers("X-B: 1", "{\"Content-Type\": \"application/json\"}");
    let (_, sentence) = sentences(&explained)[0];
    assert!(sentence.starts_with("a list has only names"), "{sentence}");
}

/// Many servers answer OPTIONS with `Allow`, and without CORS headers.
#[test]
fn allow_is_not_a_list_of_cors() {
    let explain = |headers| {
        Exchange {
            method: "PUT",
            preflight: Some((204, headers)),
            ..GET
        }
        .explain()
    };
    let words = "the header `Allow` of the response has no effect on CORS";
    let explained = explain("Access-Control-Allow-Origin: *\nAllow: GET, PUT");
    assert!(sentences(&explained)[0].1.ends_with(words), "{explained}");
    let explained = explain("Access-Control-Allow-Origin: *");
    assert!(
        !sentences(&explained)[0].1.contains("`Allow`"),
        "{explained}"
    );
}
