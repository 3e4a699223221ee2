//! Responses without `Access-Control-Allow-Origin` of servers that have a CORS policy.

use fetch_cors::explain::{Explanation, NearMissKind as Kind};

use crate::case::{Exchange, GET};

const PUT: Exchange = Exchange {
    method: "PUT",
    ..GET
};

fn kinds(explanation: &Explanation) -> Vec<Kind> {
    let misses = explanation.refusals[0].near_misses.iter();
    misses.map(|miss| miss.kind).collect()
}

fn sentences(explanation: &Explanation) -> String {
    let misses = explanation.refusals[0].near_misses.iter();
    misses.map(|miss| &*miss.sentence).collect()
}

const ADVICE: &str = "a CORS policy that does not allow the origin `https://app.example`: add this origin to the list of origins";

/// Express, Django, Rails, Spring and Starlette send such responses to a page that is not in their list.
#[test]
fn sign_of_a_policy_shows_that_the_list_lacks_the_origin() {
    for (answer, sign, expected) in [
        (
            (200, "Vary: Accept-Encoding, origin"),
            "`Vary: Origin`",
            &[Kind::OriginNotAllowed][..],
        ),
        (
            (200, "Access-Control-Allow-Credentials: true"),
            "`access-control-allow-credentials`",
            &[Kind::OriginNotAllowed],
        ),
        (
            (200, "Access-Control-Expose-Headers: X-A"),
            "`access-control-expose-headers`",
            &[Kind::OriginNotAllowed],
        ),
        (
            (403, "Vary: Origin"),
            "`Vary: Origin`",
            &[Kind::OriginNotAllowed, Kind::ErrorWithoutHeaders],
        ),
        (
            (500, "Vary: Origin"),
            "`Vary: Origin`",
            &[Kind::ErrorWithoutHeaders, Kind::OriginNotAllowed],
        ),
    ] {
        let explained = Exchange {
            response: Some(answer),
            ..GET
        }
        .explain();
        assert_eq!(kinds(&explained), expected, "{answer:?}");
        let sentences = sentences(&explained);
        assert!(sentences.contains(ADVICE), "{sentences}");
        assert!(sentences.contains(sign), "{sentences}");
    }
    for (answer, expected) in [
        (
            (
                204,
                "Vary: Origin\nAccess-Control-Allow-Credentials: true\nAccess-Control-Allow-Methods: GET,PUT",
            ),
            &[Kind::OriginNotAllowed][..],
        ),
        (
            (400, "Vary: Origin\nAccess-Control-Allow-Methods: PUT"),
            &[Kind::OriginNotAllowed, Kind::PreflightDenied],
        ),
        (
            (404, "Vary: Origin"),
            &[Kind::NoRouteForOptions, Kind::OriginNotAllowed],
        ),
    ] {
        let explained = Exchange {
            preflight: Some(answer),
            ..PUT
        }
        .explain();
        assert_eq!(kinds(&explained), expected, "{answer:?}");
        assert!(sentences(&explained).contains(ADVICE), "{answer:?}");
    }
}

#[test]
fn response_without_the_sign_says_nothing_about_a_list() {
    for headers in ["", "Vary: *", "Access-Control-Request-Method: GET"] {
        let explained = Exchange {
            response: Some((200, headers)),
            ..GET
        }
        .explain();
        assert_eq!(kinds(&explained), [], "{headers}");
    }
    // A misspelled name and the origin `null` have their own advice.
    let misspelled = Exchange {
        response: Some((200, "Vary: Origin\nAccess-Control-Allow-Orgin: *")),
        ..GET
    };
    assert_eq!(kinds(&misspelled.explain()), [Kind::MisspelledHeaderName]);
    let null = Exchange {
        origin: "null",
        response: Some((200, "Vary: Origin")),
        ..GET
    };
    assert_eq!(kinds(&null.explain()), [Kind::OriginIsNull]);
}

/// Express, Flask and others answer OPTIONS for each route, with `Allow` and without CORS headers.
#[test]
fn answer_of_the_framework_to_options_is_recognized() {
    let preflight = |status, headers| {
        Exchange {
            preflight: Some((status, headers)),
            ..PUT
        }
        .explain()
    };
    let explained = preflight(200, "Allow: GET, HEAD, PUT");
    assert_eq!(kinds(&explained), [Kind::FrameworkAnswersOptions]);
    assert!(sentences(&explained).contains("answer OPTIONS before routing"));
    assert_eq!(kinds(&preflight(200, "")), []);
    assert_eq!(
        kinds(&preflight(200, "Allow: PUT\nVary: Origin")),
        [Kind::OriginNotAllowed]
    );
    let response = Exchange {
        response: Some((200, "Allow: GET")),
        ..GET
    };
    assert_eq!(kinds(&response.explain()), []);
}

#[test]
fn check_for_bots_is_recognized() {
    let response = Exchange {
        response: Some((403, "cf-mitigated: challenge")),
        ..GET
    };
    assert_eq!(
        kinds(&response.explain()),
        [Kind::BotCheck, Kind::ErrorWithoutHeaders]
    );
    let preflight = Exchange {
        preflight: Some((
            403,
            "cf-mitigated: challenge\nAccess-Control-Allow-Origin: *",
        )),
        ..PUT
    };
    let explained = preflight.explain();
    assert_eq!(kinds(&explained)[0], Kind::BotCheck);
    assert!(sentences(&explained).contains("Cloudflare checks"));
}

/// Values that are nearly an origin, each with the words of the advice, and words that the advice must not have.
#[test]
fn advice_about_a_value_does_not_mislead() {
    for (value, words, others) in [
        ("%2A", "an encoded `*`", "variable"),
        ("&#42;", "an encoded `*`", "variable"),
        ("&ast;", "an encoded `*`", "variable"),
        (
            "{http.request.header.Origin}",
            "a variable in the configuration",
            "brackets",
        ),
        (
            "http://0.0.0.0:3000",
            "allow the origin of the page",
            "open the page",
        ),
        (
            "http://127.0.0.1:3000",
            "open the page at `127.0.0.1`",
            "variable",
        ),
    ] {
        let headers = format!("Access-Control-Allow-Origin: {value}").leak();
        let explained = Exchange {
            origin: "http://localhost:3000",
            response: Some((200, headers)),
            ..GET
        }
        .explain();
        let sentences = sentences(&explained);
        assert!(sentences.contains(words), "{value}: {sentences}");
        assert!(!sentences.contains(others), "{value}: {sentences}");
    }
}

/// Several cookies with the same mistake have one note.
#[test]
fn cookies_with_the_same_mistake_have_one_note() {
    let explained = Exchange {
        has_credentials: true,
        response: Some((
            200,
            "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Credentials: true\nSet-Cookie: a=1\nSet-Cookie: b=1\nSet-Cookie: b=2\nSet-Cookie: c=1\nSet-Cookie: d=1; SameSite=None",
        )),
        ..GET
    }
    .explain();
    let notes: Vec<_> = explained
        .notes
        .iter()
        .filter(|note| note.contains("the cookie"))
        .collect();
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[0].starts_with("the cookie `a` has "), "{notes:?}");
    assert!(
        notes[0].ends_with(". This note is also about the cookies `b`, `c`"),
        "{notes:?}"
    );
    assert!(notes[1].starts_with("the cookie `d` has "), "{notes:?}");
}
