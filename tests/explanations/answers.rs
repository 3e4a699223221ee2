//! Known mistakes of an answer, and the smallest correct change.

use std::time::Duration;

use fetch_cors::{
    api::{ApiCall, RequestInit},
    browser::{Mode, Origin, UserAgent},
    explain::{CautionKind, Explanation, Fix, NearMissKind, explain},
};

use crate::case::{Exchange, GET, changes};

const DELETE: Exchange = Exchange {
    method: "DELETE",
    response: Some((200, "Access-Control-Allow-Origin: https://app.example")),
    ..GET
};

pub(crate) fn sentences(explanation: &Explanation) -> Vec<(NearMissKind, &str)> {
    let misses = explanation.refusals.iter().flat_map(|it| &it.near_misses);
    misses.map(|miss| (miss.kind, &*miss.sentence)).collect()
}

#[test]
fn redirect_to_the_same_url_on_http_ends_with_an_answer() {
    let explained = Exchange {
        response: Some((
            301,
            "Access-Control-Allow-Origin: https://app.example\nLocation: http://api.example/notes",
        )),
        ..GET
    }
    .explain();
    assert_eq!(changes(&explained), ["0 200"]);
    let [(kind, sentence)] = sentences(&explained)[..] else {
        panic!("{explained}");
    };
    assert_eq!(kind, NearMissKind::MixedContent);
    assert!(
        sentence.contains("`X-Forwarded-Proto: https`"),
        "{sentence}"
    );
}

#[test]
fn redirect_to_a_slash_on_http_does_not_lead_the_page_to_http() {
    let location = "Location: http://api.example/notes/";
    let get = Exchange {
        response: Some((301, location)),
        ..GET
    };
    let put = Exchange {
        preflight: Some((301, location)),
        ..DELETE
    };
    for explained in [get.explain(), put.explain()] {
        let text = format!("{explained}");
        assert!(
            text.contains("fetch `https://api.example/notes/`"),
            "{text}"
        );
        assert!(!text.contains("fetch `http:"), "{text}");
    }
    assert_eq!(
        changes(&put.explain())[0],
        "page fetches https://api.example/notes/"
    );
}

#[test]
fn fix_for_the_origin_of_files_has_a_caution() {
    let explained = Exchange {
        origin: "file://",
        response: Some((200, "")),
        ..GET
    }
    .explain();
    assert_eq!(
        changes(&explained),
        ["0 Access-Control-Allow-Origin: file://"]
    );
    let [caution] = &explained.cautions[..] else {
        panic!("{explained}");
    };
    assert_eq!(caution.kind, CautionKind::FileOrigin);
}

#[test]
fn list_keeps_names_without_their_invisible_characters() {
    for (list, after) in [
        ("P\u{200b}UT, GET", "PUT, GET, DELETE"),
        ("DELETE GET", "DELETE, GET"),
        ("DEL\u{200b}ETE", "DELETE"),
        ("\u{420}UT, D\u{415}LETE", "PUT, DELETE"),
        ("PUT, D\u{c9}LETE", "PUT, DELETE"),
        ("PUT, \u{e9}", "PUT, DELETE"),
    ] {
        let explained = with_methods("DELETE", list);
        assert_eq!(
            changes(&explained),
            [format!("0 Access-Control-Allow-Methods: {after}")],
            "{list}"
        );
    }
}

/// The lists are objects, maps and arrays of programming languages. The fix has only the names in them.
#[test]
fn list_keeps_only_names_that_are_meant() {
    for (list, after) in [
        ("PUT: true, PATCH: true", "PUT, PATCH, DELETE"),
        ("{\"PUT\": true, \"PATCH\": false}", "PUT, DELETE"),
        ("{'PUT': True, 'DELETE': 1}", "PUT, DELETE"),
        ("PUT=1; DELETE=0", "PUT, DELETE"),
        ("[PUT, DELETE]", "PUT, DELETE"),
        ("map[PUT:true PATCH:false DELETE:true]", "PUT, DELETE"),
        ("Array ( [0] => PUT [1] => DELETE )", "PUT, DELETE"),
        ("Set(2) {'PUT', 'DELETE'}", "PUT, DELETE"),
        ("{\"PUT\" => true, :DELETE => nil}", "PUT, DELETE"),
        ("- PUT - DELETE", "PUT, DELETE"),
        ("methods=PUT,DELETE", "PUT, DELETE"),
        ("{\"allow\": [\"PUT\", \"DELETE\"]}", "PUT, DELETE"),
        ("PUT /notes, DELETE /notes", "PUT, DELETE"),
        ("[object Object]", "DELETE"),
        ("PUT:DELETE", "PUT, DELETE"),
        ("PUT:GET", "PUT, GET, DELETE"),
        ("https://app.example", "DELETE"),
        ("PUT, https://app.example/", "PUT, DELETE"),
        ("PUT and DELETE", "PUT, DELETE"),
        ("[PUT|DELETE]", "PUT, DELETE"),
        ("PUT; PUT; DELETE", "PUT, DELETE"),
        (
            "{\"PATCH\":{\"allowed\":false},\"PUT\":true}",
            "PUT, DELETE",
        ),
        ("PATCH:false/PUT:true", "PUT, DELETE"),
        ("disabled: PUT TRACE", "DELETE"),
        ("disabled: TRACE PATCH, allowed: PUT", "PUT, DELETE"),
        (
            "{\"deny\":[\"PATCH\",\"TRACE\"],\"allow\":[\"PUT\"]}",
            "PUT, DELETE",
        ),
        ("PUT (not PATCH)", "PUT, DELETE"),
        ("PUT, no PATCH", "PUT, DELETE"),
        ("PATCH (disabled), PUT", "PUT, DELETE"),
        ("PUT, PATCH not allowed", "PUT, DELETE"),
        ("all methods except PATCH, TRACE", "DELETE"),
        (
            "{\"PATCH\":{\"disabled\":true},\"PUT\":true}",
            "PUT, DELETE",
        ),
        (
            "{\"PATCH\":{\"disabled\":false},\"PUT\":true}",
            "PATCH, PUT, DELETE",
        ),
        ("PUT GET # PATCH", "PUT, GET, DELETE"),
        ("PUT; /* PATCH, */ GET", "PUT, GET, DELETE"),
        ("PUT GET, don't allow PATCH", "PUT, GET, DELETE"),
        ("PUT, GET; PATCH unsupported", "PUT, GET, DELETE"),
        ("PUT GET; cannot PATCH", "PUT, GET, DELETE"),
        ("PUT GET (PATCH is forbidden)", "PUT, GET, DELETE"),
        ("PUT GET (PATCH not allowed)", "PUT, GET, DELETE"),
        ("PUT, PATCH (not allowed) GET", "PUT, GET, DELETE"),
        ("don't cache; PUT GET", "PUT, GET, DELETE"),
        ("[\"PUT\",\"Foo-Bar\"]", "PUT, Foo-Bar, DELETE"),
        ("PUT; Foo-Bar", "PUT, Foo-Bar, DELETE"),
        ("ALL METHODS", "DELETE"),
        ("PUT AND GET", "PUT, GET, DELETE"),
        ("[:put, :get]", "PUT, GET, DELETE"),
        ("['PUT' => true]", "PUT, DELETE"),
        ("!(PATCH) PUT", "PUT, DELETE"),
        ("not(PATCH) PUT", "PUT, DELETE"),
        ("PATCH=false&PUT=true", "PUT, DELETE"),
        ("PATCH 0, PUT 1", "PUT, DELETE"),
        ("PATCH false PUT true", "PUT, DELETE"),
        ("{\"0\":\"PUT\",\"1\":\"GET\"}", "PUT, GET, DELETE"),
        ("PUT[0], GET[1]", "PUT, GET, DELETE"),
        ("function () {}", "DELETE"),
        ("GET! POST", "GET, POST, DELETE"),
        ("GET !, POST? PUT.", "GET, POST, PUT, DELETE"),
        ("^(GET|POST)$", "GET, POST, DELETE"),
        ("`GET` `POST`", "GET, POST, DELETE"),
        ("not DELETE, PUT", "PUT, DELETE"),
    ] {
        let explained = with_methods("DELETE", list);
        let expected = format!("0 Access-Control-Allow-Methods: {after}");
        assert_eq!(changes(&explained)[0], expected, "{list}");
    }
    for (list, after) in [
        ("X-A: true, X-C: true", "X-A, X-C, x-b"),
        ("{\"X-A\": true, \"X-C\": false}", "X-A, x-b"),
        ("X-A=1; X-B=0", "X-A, x-b"),
        ("map[X-A:true X-C:false X-B:true]", "X-A, X-B"),
        ("Array ( [0] => X-A [1] => X-B )", "X-A, X-B"),
        ("dict_keys(['X-A', 'X-B'])", "X-A, X-B"),
        ("- X-A - X-B", "X-A, X-B"),
        ("allowedHeaders=X-A,X-B", "X-A, X-B"),
        ("{\"headers\": [\"X-A\", \"X-B\"]}", "X-A, X-B"),
        ("Content-Type: text/html; X-B: 1", "Content-Type, X-B"),
        ("\"my-headers\" \"X-A\"", "my-headers, X-A, x-b"),
        ("\"~x\" \"X-A*\"", "~x, X-A*, x-b"),
        ("[object Object]", "x-b"),
        ("X-A (not X-C)", "X-A, x-b"),
        ("X-A, X-C not allowed", "X-A, x-b"),
        ("disabled: X-C, allowed: X-A", "X-A, x-b"),
        ("all headers", "x-b"),
        ("Allow; X-A", "Allow, X-A, x-b"),
        ("Allow, X-A X-C!", "Allow, X-A, X-C, x-b"),
    ] {
        let headers =
            format!("Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: {list}");
        let explained = Exchange {
            headers: "X-B: 1",
            preflight: Some((204, headers.leak())),
            ..GET
        }
        .explain();
        let expected = format!("0 Access-Control-Allow-Headers: {after}");
        assert_eq!(changes(&explained)[0], expected, "{list}");
    }
}

/// The list has one element, which stands for every name or for no name.
#[test]
fn word_in_place_of_names_is_replaced() {
    for word in [
        "ALL",
        "any",
        ".*",
        "**",
        "true",
        "none",
        "undefined",
        "allow-all",
        "allMethods",
        "1",
        "3600",
    ] {
        let explained = with_methods("DELETE", word);
        let expected = ["0 Access-Control-Allow-Methods: DELETE"];
        assert_eq!(changes(&explained), expected, "{word}");
        let headers =
            format!("Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: {word}, X-C");
        let explained = Exchange {
            headers: "X-A: 1\nX-B: 1",
            preflight: Some((204, headers.leak())),
            response: Some((200, "Access-Control-Allow-Origin: *")),
            ..GET
        }
        .explain();
        let expected = ["0 Access-Control-Allow-Headers: x-a, X-C, x-b"];
        assert_eq!(changes(&explained), expected, "{word}");
    }
    let explained = with_methods("DELETE", "ALL");
    assert_eq!(
        sentences(&explained),
        [(
            NearMissKind::Placeholder,
            "`ALL` is not a wildcard: list each method by name, or send `*` if the page sends no credentials"
        )]
    );
}

/// The list is so long that a reader with quadratic work needs hours.
#[test]
fn list_with_many_signs_is_read() {
    let list = "a=".repeat(500_000) + "\"";
    let expected = "0 Access-Control-Allow-Methods: DELETE";
    assert_eq!(changes(&with_methods("DELETE", &list))[0], expected);
}

#[test]
fn each_mistake_of_a_list_is_named() {
    use NearMissKind as Kind;
    for (list, kinds) in [
        ("PUT: true", &[Kind::ExtraCharacter][..]),
        ("PUT=1", &[Kind::ExtraCharacter]),
        ("PUT=1; DELETE=1", &[Kind::ExtraCharacter, Kind::Separator]),
        ("{\"PUT\": true}", &[Kind::ExtraCharacter, Kind::Quotes]),
        (
            "[\"PUT\" \"DELETE\"]; GET: 1",
            &[Kind::ExtraCharacter, Kind::Quotes, Kind::Separator],
        ),
        ("(PUT, DELETE)", &[Kind::Quotes]),
        ("<PUT>", &[Kind::ExtraCharacter]),
        ("'PUT' => 1", &[Kind::ExtraCharacter, Kind::Quotes]),
        (
            "PUT => 1, <GET>",
            &[Kind::ExtraCharacter, Kind::ExtraCharacter],
        ),
        ("PUT/DELETE", &[Kind::Separator]),
        ("PUT:DELETE", &[Kind::Separator]),
        ("PUT=DELETE, GET", &[Kind::Separator]),
        ("P\u{420}T, D\u{415}LETE", &[Kind::InvisibleCharacter]),
        ("https://app.example", &[Kind::ValueOfOtherHeader]),
        ("not DELETE", &[Kind::Exclusion]),
        ("PUT, don't allow DELETE", &[Kind::Exclusion]),
        ("PUT (not DELETE)", &[Kind::Exclusion, Kind::Quotes]),
        ("PUT GET # DELETE", &[Kind::Exclusion, Kind::Separator]),
        ("GET! PUT", &[Kind::ExtraCharacter, Kind::Separator]),
        ("`GET` `PUT`", &[Kind::Quotes, Kind::Separator]),
        (
            "P\u{200b}UT DELETE",
            &[Kind::InvisibleCharacter, Kind::Separator],
        ),
    ] {
        let explained = with_methods("DELETE", list);
        let misses = explained.refusals[0].near_misses.iter();
        let found: Vec<_> = misses.map(|miss| miss.kind).collect();
        assert_eq!(found, kinds, "{list}");
    }
}

/// Keyboards of other scripts, and some editors, write other commas and spaces.
#[test]
fn separator_of_another_script_is_a_comma_in_the_fix() {
    let separators = [
        "\u{ff0c}", "\u{ff1b}", "\u{3001}", "\u{3000}", "\u{a0}", ",\u{a0}",
    ];
    for separator in separators {
        let explained = with_methods("DELETE", &["PUT", separator, "DELETE"].concat());
        assert_eq!(
            changes(&explained),
            ["0 Access-Control-Allow-Methods: PUT, DELETE"],
            "{separator}"
        );
        let [(kind, sentence)] = sentences(&explained)[..] else {
            panic!("{explained}");
        };
        assert_eq!(kind, NearMissKind::Separator, "{separator}");
        assert!(
            sentence.contains("separate the elements of the list with commas"),
            "{sentence}"
        );
    }
    let explained = with_listed_headers("X-Api-Key: 1", "X-A\u{a0}X-Api-Key");
    let change = &changes(&explained)[0];
    assert_eq!(change, "0 Access-Control-Allow-Headers: X-A, X-Api-Key");
}

/// A list cannot exclude a name. Browsers read `!DELETE` as the name of another method.
#[test]
fn excluded_name_is_not_a_misspelled_name() {
    let sentence = |part: &str| {
        format!(
            "a list has only the names that are allowed: remove `{part}`, and list a name from it only if pages may use this name"
        )
    };
    for (list, part, after) in [
        ("!DELETE", "!DELETE", "DELETE"),
        ("PUT, !DELETE", "!DELETE", "PUT, DELETE"),
        ("not DELETE, PUT", "not DELETE", "PUT, DELETE"),
    ] {
        let explained = with_methods("DELETE", list);
        let found = (NearMissKind::Exclusion, &*sentence(part));
        assert_eq!(sentences(&explained)[0], found, "{list}");
        let expected = format!("0 Access-Control-Allow-Methods: {after}");
        assert_eq!(changes(&explained), [expected], "{list}");
    }
    for (list, part, after) in [
        ("!X-Api-Key", "!X-Api-Key", "x-api-key"),
        ("X-A, !X-Api-Key", "!X-Api-Key", "X-A, x-api-key"),
        ("no X-Api-Key, X-A", "no X-Api-Key", "X-A, x-api-key"),
    ] {
        let explained = with_listed_headers("X-Api-Key: 1", list);
        let found = (NearMissKind::Exclusion, &*sentence(part));
        assert_eq!(sentences(&explained)[0], found, "{list}");
        let expected = format!("0 Access-Control-Allow-Headers: {after}");
        assert_eq!(changes(&explained)[0], expected, "{list}");
    }
}

/// The page needs another name than the quoted names.
#[test]
fn list_of_quoted_names_keeps_the_names_without_quotation_marks() {
    let kind = NearMissKind::MisspelledListElement;
    for (list, after, words) in [
        ("'GET', 'PUT'", "GET, PUT, DELETE", "write `GET`"),
        ("`GET`, `PUT`", "GET, PUT, DELETE", "write `GET`"),
        ("GET, 'DELTE'", "GET, DELETE", "write `DELTE`"),
        ("GET|PUT", "GET, PUT, DELETE", "with commas"),
        ("GET&PUT", "GET, PUT, DELETE", "with commas"),
    ] {
        let explained = with_methods("DELETE", list);
        let expected = format!("0 Access-Control-Allow-Methods: {after}");
        assert_eq!(changes(&explained), [expected], "{list}");
        let [(found, sentence)] = sentences(&explained)[..] else {
            panic!("{explained}");
        };
        assert_eq!(found, kind, "{list}");
        assert!(sentence.contains(words), "{sentence}");
    }
    for (list, after) in [
        ("'X-A', 'X-C'", "X-A, X-C, x-b"),
        ("`X-A`, X-C", "X-A, X-C, x-b"),
        ("Allow, 'X-A'", "Allow, X-A, x-b"),
    ] {
        let explained = with_listed_headers("X-B: 1", list);
        let expected = format!("0 Access-Control-Allow-Headers: {after}");
        assert_eq!(changes(&explained)[0], expected, "{list}");
        assert_eq!(sentences(&explained)[0].0, kind, "{list}");
    }
}

/// `Allow` is a word that stands for every name, and the name of a header.
#[test]
fn header_name_allow_stays_in_the_list() {
    let explained = with_listed_headers("X-B: 1", "Allow, X-A");
    let expected = "0 Access-Control-Allow-Headers: Allow, X-A, x-b";
    assert_eq!(changes(&explained)[0], expected);
    assert_eq!(sentences(&explained)[0].0, NearMissKind::MissingFromList);
}

#[test]
fn mistake_of_a_list_of_exposed_headers_is_named() {
    let explained = Exchange {
        response: Some((
            200,
            "Access-Control-Allow-Origin: *\nAccess-Control-Expose-Headers: {\"X-Total\": true}\nX-Total: 1",
        )),
        ..GET
    }
    .explain();
    assert!(explained.hidden.iter().any(|it| it.name == "x-total"));
    let misses = explained.hidden_near_misses.iter();
    let kinds: Vec<_> = misses.map(|miss| miss.kind.name()).collect();
    assert_eq!(kinds, ["extra-character", "quotes"]);
}

/// The mistakes of a response are stored once, and not once for each hidden header.
#[test]
fn data_grows_with_the_number_of_hidden_headers_alone() {
    let size = |list: &str, count: usize| {
        let names = (0..count).map(|number| format!("x-{number:05}: 1\n"));
        let headers = format!(
            "{}Access-Control-Allow-Origin: *\nAccess-Control-Expose-Headers: {list}",
            names.collect::<String>()
        );
        let explained = Exchange {
            response: Some((200, headers.leak())),
            ..GET
        }
        .explain();
        assert_eq!(explained.hidden_near_misses.is_empty(), list == "x-a");
        serde_json::to_string(&explained).unwrap().len()
    };
    let growth = |list| size(list, 40).checked_sub(size(list, 20)).unwrap();
    let reason = |list| {
        let reasons = [
            "`Access-Control-Expose-Headers` is not a list of names",
            "`Access-Control-Expose-Headers` does not list this header",
        ];
        20 * reasons[usize::from(list == "x-a")].len()
    };
    let malformed = "[\"x-a\" \"x-b\"]; x-c: 1";
    assert_eq!(
        growth(malformed) - reason(malformed),
        growth("x-a") - reason("x-a")
    );
}

/// Explains a request with these headers, whose preflight response lists `list`.
pub(crate) fn with_listed_headers(headers: &'static str, list: &str) -> Explanation {
    let preflight = format!("Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: {list}");
    Exchange {
        headers,
        preflight: Some((204, preflight.leak())),
        ..GET
    }
    .explain()
}

/// Explains a request whose preflight response lists these methods.
pub(crate) fn with_methods(method: &'static str, list: &str) -> Explanation {
    let headers = format!("Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: {list}");
    Exchange {
        method,
        preflight: Some((204, headers.leak())),
        ..DELETE
    }
    .explain()
}

#[test]
fn misspelled_method_is_replaced() {
    for (list, after) in [
        ("GET, DELTE", "GET, DELETE"),
        ("'DELETE'", "DELETE"),
        ("'GET', 'DELETE'", "GET, DELETE"),
        ("DELETE., PATCH", "DELETE, PATCH"),
        ("GET|DELETE", "GET, DELETE"),
        ("'delete', PATCH", "DELETE, PATCH"),
        ("'*', 'DELETE'", "DELETE"),
        (".*|DELETE", "DELETE"),
    ] {
        let explained = with_methods("DELETE", list);
        let kinds: Vec<_> = sentences(&explained)
            .into_iter()
            .map(|(kind, _)| kind)
            .collect();
        assert_eq!(kinds, [NearMissKind::MisspelledListElement], "{list}");
        let expected = format!("0 Access-Control-Allow-Methods: {after}");
        assert_eq!(changes(&explained), [expected], "{list}");
    }
}

/// Other pages can need a name that is similar to the denied name.
#[test]
fn other_names_stay_in_the_list() {
    for (name, list, after) in [
        (
            "version",
            "api.version, x.tenant",
            "api.version, x.tenant, version",
        ),
        (
            "x-api-id",
            "X-App-Id, X-Other",
            "X-App-Id, X-Other, x-api-id",
        ),
        ("x-tenant", "X-Tenant-Id", "X-Tenant-Id, x-tenant"),
        (
            "authorization",
            "X-Authorization",
            "X-Authorization, authorization",
        ),
        (
            "x-api-key",
            "Content-Type|X-Api-Key, X.Trace",
            "Content-Type, X-Api-Key, X.Trace",
        ),
    ] {
        let headers =
            format!("Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: {list}");
        let explained = Exchange {
            headers: format!("{name}: 1").leak(),
            preflight: Some((204, headers.leak())),
            ..GET
        }
        .explain();
        let expected = format!("0 Access-Control-Allow-Headers: {after}");
        assert_eq!(changes(&explained)[0], expected, "{list}");
    }
    for (method, list, after) in [
        ("UNSUBSCRIBE", "SUBSCRIBE", "SUBSCRIBE, UNSUBSCRIBE"),
        (
            "PUT",
            "GET|PUT, VERSION-CONTROL, M-SEARCH",
            "GET, PUT, VERSION-CONTROL, M-SEARCH",
        ),
    ] {
        let explained = with_methods(method, list);
        let expected = format!("0 Access-Control-Allow-Methods: {after}");
        assert_eq!(changes(&explained)[0], expected, "{list}");
    }
}

/// Two known methods can have similar names.
#[test]
fn known_method_is_not_a_misspelled_method() {
    for (method, list) in [
        ("LOCK", "UNLOCK, PROPFIND"),
        ("BIND", "REBIND"),
        ("UNLINK", "LINK"),
        ("PATCH", "PUT"),
    ] {
        let explained = with_methods(method, list);
        let found: Vec<_> = sentences(&explained).iter().map(|miss| miss.0).collect();
        assert_eq!(found, [NearMissKind::MissingFromList], "{method}");
    }
}

/// The redirect leads to a port where the server probably has no TLS.
#[test]
fn redirect_to_http_on_another_port_is_not_changed_to_https() {
    let explained = Exchange {
        response: Some((
            301,
            "Access-Control-Allow-Origin: https://app.example\nLocation: http://api.example:8080/notes",
        )),
        ..GET
    }
    .explain();
    let misses = sentences(&explained);
    assert!(!misses.is_empty());
    for (_, sentence) in misses {
        assert!(!sentence.contains("https://api.example:8080"), "{sentence}");
    }
}

#[test]
fn method_in_another_case_is_replaced() {
    let explained = Exchange {
        preflight: Some((
            204,
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: get, delete",
        )),
        ..DELETE
    }
    .explain();
    let expected = "0 Access-Control-Allow-Methods: get, DELETE";
    assert_eq!(changes(&explained), [expected]);
}

/// The list of the server for a page that sets the headers `Content-Type`, `X-A` and `X-Token-2`, the kind of the mistake,
/// and the list after the fix.
#[test]
fn wrong_header_name_is_replaced() {
    use NearMissKind as Kind;
    for (list, kind, after) in [
        (
            "Content-Tpye, X-B",
            Kind::MisspelledListElement,
            "content-type, X-B, x-a, x-token-2",
        ),
        (
            "Content Type, X-B",
            Kind::MisspelledListElement,
            "Content-Type, X-B, x-a, x-token-2",
        ),
        (
            "Content-Type: application/json, X-B: 1",
            Kind::ExtraCharacter,
            "Content-Type, X-B, x-a, x-token-2",
        ),
        (
            "Access-Control-Allow-Headers: X-A, X-B",
            Kind::RepeatedName,
            "X-A, X-B, content-type, x-token-2",
        ),
        (
            "Content-Type|X-A",
            Kind::MisspelledListElement,
            "Content-Type, X-A, x-token-2",
        ),
        (
            "'content-type', 'x-b', X-Token-1",
            Kind::MisspelledListElement,
            "content-type, x-b, X-Token-1, x-a, x-token-2",
        ),
        (
            "HTTP_CONTENT_TYPE, HTTP_X_A, X-B",
            Kind::MisspelledListElement,
            "content-type, x-a, X-B, x-token-2",
        ),
        (
            "Content-Type:X-A",
            Kind::Separator,
            "Content-Type, X-A, x-token-2",
        ),
        (
            "c\u{f3}ntent-type, X-A",
            Kind::InvisibleCharacter,
            "content-type, X-A, x-token-2",
        ),
        (
            "https://app.example",
            Kind::ValueOfOtherHeader,
            "content-type, x-a, x-token-2",
        ),
        (
            "X-A, X-Token-1, content_type",
            Kind::MisspelledListElement,
            "X-A, X-Token-1, content-type, x-token-2",
        ),
    ] {
        let headers =
            format!("Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: {list}");
        let explained = Exchange {
            headers: "Content-Type: application/json\nX-A: 1\nX-Token-2: 1",
            preflight: Some((204, headers.leak())),
            ..GET
        }
        .explain();
        assert_eq!(sentences(&explained)[0].0, kind, "{list}");
        let expected = format!("0 Access-Control-Allow-Headers: {after}");
        assert_eq!(changes(&explained)[0], expected, "{list}");
        let denied = explained.refusals.iter();
        let names: Vec<_> = denied.filter_map(|it| it.value.as_deref()).collect();
        assert!(names.contains(&"x-token-2"), "{list}: {names:?}");
    }
}

/// The list of the preflight response, or of the response, has names of response headers.
#[test]
fn response_header_in_the_list_of_request_headers_is_named() {
    let kind = NearMissKind::ValueOfOtherHeader;
    let denied = with_listed_headers("X-A: 1", "X-B, ETag");
    let expected = "`etag` is the name of a response header, but this list is for request headers: list it in `Access-Control-Expose-Headers`, if pages need it";
    assert!(sentences(&denied).contains(&(kind, expected)), "{denied}");
    let other = with_listed_headers("X-A: 1", "X-B, Access-Control-Allow-Origin");
    assert_eq!(sentences(&other).len(), 1, "{other}");
    let response = "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: X-Total, Content-Type\nX-Total: 1\nX-B: 1";
    let hidden = Exchange {
        response: Some((200, response)),
        ..GET
    }
    .explain();
    let expected = "`Access-Control-Allow-Headers` lists `x-total`, but this list is for request headers: if the page needs this response header, send `Access-Control-Expose-Headers: x-total`";
    let misses: Vec<_> = hidden.hidden_near_misses.iter().collect();
    assert_eq!(misses.len(), 1, "{hidden}");
    assert_eq!((misses[0].kind, &*misses[0].sentence), (kind, expected));
}

/// The name of the error is about authentication, but the error is not.
#[test]
fn unknown_method_of_api_gateway_is_named() {
    let explained = Exchange {
        method: "PUT",
        preflight: Some((403, "x-amzn-errortype: MissingAuthenticationTokenException")),
        ..GET
    }
    .explain();
    let (kind, sentence) = sentences(&explained)[0];
    assert_eq!(kind, NearMissKind::NoRouteForOptions);
    assert!(sentence.contains("add a method OPTIONS"), "{sentence}");
}

#[test]
fn misspelled_header_of_hidden_headers_is_named() {
    let explained = Exchange {
        response: Some((
            200,
            "Access-Control-Allow-Origin: *\nAccess-Control-Expose-Header: x-total\nX-Total: 1",
        )),
        ..GET
    }
    .explain();
    let text = explained.to_string();
    let sentence = "  the response has the misspelled header `access-control-expose-header`: write";
    assert!(text.contains(sentence), "{text}");
    let json = serde_json::to_value(&explained).unwrap();
    let kind = &json["hidden_near_misses"][0]["kind"];
    assert_eq!(kind, "misspelled-header-name", "{json}");
}

#[test]
fn response_with_304_names_the_stored_response() {
    let explained = Exchange {
        response: Some((304, "ETag: x")),
        ..GET
    }
    .explain();
    let [(kind, sentence)] = sentences(&explained)[..] else {
        panic!("{explained}");
    };
    assert_eq!(kind, NearMissKind::NotModified);
    assert!(sentence.contains("stored"), "{sentence}");
}

#[test]
fn redirect_to_a_bad_port_keeps_the_redirect() {
    let explained = Exchange {
        response: Some((
            302,
            "Access-Control-Allow-Origin: *\nLocation: https://api.example:6667/a",
        )),
        ..GET
    }
    .explain();
    assert_eq!(changes(&explained)[0], "0 Location: https://api.example/a");
}

fn with_headers(headers: &[(&'static str, &'static str)], mode: Mode) -> Explanation {
    let mut init = RequestInit::new("https://api.example/notes".parse().unwrap());
    init.mode = mode;
    init.headers = headers
        .iter()
        .map(|&(name, value)| (name.into(), value.into()))
        .collect();
    let page = Origin::parse("https://app.example").unwrap();
    explain(
        &UserAgent::new(),
        &page,
        &ApiCall::Fetch(init),
        Duration::ZERO,
        |_| None,
    )
}

#[test]
fn invalid_header_is_named_with_its_character() {
    for (header, words) in [
        (
            ("Authorization", "Bearer \u{201c}t\u{201d}"),
            ["`Authorization`", "U+201C"],
        ),
        (("X A", "1"), ["`X A`", "U+0020"]),
        (("X-A", "1\n2"), ["`X-A`", "U+000A"]),
    ] {
        let explained = with_headers(&[("X-B", "1"), header, ("X-C", "2")], Mode::Cors);
        let Fix::Page { advice } = &explained.fix else {
            panic!("{explained}");
        };
        // The headline has the mistake, so the text does not repeat the mistake.
        assert_eq!(sentences(&explained), []);
        for word in words {
            let headline = &explained.headline;
            assert!(
                headline.contains(word) && advice.contains(word),
                "{explained}"
            );
        }
        let text = explained.to_string().replace("\n  ", " ");
        assert_eq!(text.matches("cannot have").count(), 1, "{text}");
    }
}

#[test]
fn dropped_headers_are_in_a_note() {
    let headers = [("Host", "a"), ("X-A", "1"), ("Cookie", "a=b")];
    let explained = with_headers(&headers, Mode::Cors);
    assert_eq!(
        explained.notes,
        ["the browser does not send `Host`, `Cookie`: a script cannot set these headers"]
    );
    let explained = with_headers(&[("X-A", "1")], Mode::NoCors);
    assert_eq!(
        explained.notes,
        [
            "the browser does not send `X-A`: in the mode `no-cors`, a script can set only some headers"
        ]
    );
}

/// Other pages keep their access: the fix leaves one `*`.
#[test]
fn several_asterisks_become_one() {
    let twice = "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Origin: *";
    for (headers, fix) in [
        (twice, "0 only Access-Control-Allow-Origin: *"),
        (
            "Access-Control-Allow-Origin: *, *",
            "0 Access-Control-Allow-Origin: *",
        ),
    ] {
        let exchange = Exchange {
            response: Some((200, headers)),
            ..GET
        };
        assert_eq!(changes(&exchange.explain()), [fix]);
        let credentialed = Exchange {
            has_credentials: true,
            ..exchange
        };
        let changes = changes(&credentialed.explain());
        assert_eq!(
            changes[0],
            "0 Access-Control-Allow-Origin: https://app.example"
        );
    }
}

/// The decoded value is one origin with white space around it.
#[test]
fn encoded_white_space_is_not_a_second_value() {
    for headers in [
        "Access-Control-Allow-Origin: https://app.example%20",
        "Access-Control-Allow-Origin: %20https://app.example%0A",
    ] {
        let explained = Exchange {
            response: Some((200, headers)),
            ..GET
        }
        .explain();
        let kinds: Vec<_> = sentences(&explained).iter().map(|miss| miss.0).collect();
        assert_eq!(kinds, [NearMissKind::Encoded]);
    }
}
