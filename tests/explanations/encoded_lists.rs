//! Lists whose separators are codes of a URL, or escapes of a programming language.

use fetch_cors::explain::NearMissKind as Kind;

use crate::case::{Exchange, GET, changes};

#[test]
fn codes_and_escapes_between_names_are_named_and_the_names_are_kept() {
    for (value, kind) in [
        ("GET%2CPUT", Kind::Encoded),
        ("GET%2c%20PUT", Kind::Encoded),
        ("GET%20PUT", Kind::Encoded),
        ("GET%0D%0APUT", Kind::Encoded),
        ("GET\\nPUT", Kind::Separator),
        ("GET\\r\\nPUT", Kind::Separator),
        ("GET,\\tPUT", Kind::Separator),
    ] {
        for (method, expected) in [("PUT", "GET, PUT"), ("DELETE", "GET, PUT, DELETE")] {
            let lines =
                format!("Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: {value}");
            let preflight = Some((204, &*lines.leak()));
            let explained = Exchange {
                method,
                preflight,
                ..GET
            }
            .explain();
            let found = explained.refusals[0].near_misses[0].kind;
            assert_eq!(found, kind, "{explained}");
            let list = format!("0 Access-Control-Allow-Methods: {expected}");
            assert!(changes(&explained).contains(&list), "{explained}");
        }
        let names = value.replace("GET", "x-a").replace("PUT", "x-b");
        let lines =
            format!("Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: {names}");
        let preflight = Some((204, &*lines.leak()));
        let explained = Exchange {
            headers: "x-b: 1",
            preflight,
            ..GET
        }
        .explain();
        assert_eq!(
            explained.refusals[0].near_misses[0].kind, kind,
            "{explained}"
        );
        let list = "0 Access-Control-Allow-Headers: x-a, x-b".to_owned();
        assert!(changes(&explained).contains(&list), "{explained}");
    }
}

/// A name with `%` is not an encoded list.
#[test]
fn name_with_a_percent_sign_is_one_name() {
    let lines = "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: x%a";
    let preflight = Some((204, lines));
    let explained = Exchange {
        headers: "x-b: 1",
        preflight,
        ..GET
    }
    .explain();
    let kinds = explained.refusals[0]
        .near_misses
        .iter()
        .map(|miss| miss.kind);
    assert!(
        !kinds.into_iter().any(|kind| kind == Kind::Encoded),
        "{explained}"
    );
}
