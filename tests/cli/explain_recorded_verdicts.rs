//! `explain`: verdicts for recorded fetches, from the recorded result and the type of the resource.

use serde_json::{Value, json};

use crate::{
    explained_parts::{entry, har, header},
    program::{file, ran},
};

/// If a recorded call succeeded, a credentials mode that blocks the call is not explained.
#[test]
fn call_that_worked_is_readable() {
    let answer = |body: Value| json!({"status": 200, "headers": [header("Access-Control-Allow-Origin", "*")], "content": body});
    let explained = |name: &str, body: Value, options: &[&str]| {
        let entries = [entry(
            "https://api.example/",
            "https://app.example",
            answer(body),
        )];
        ran(
            &[
                &[
                    "explain",
                    &har(&format!("explain-recorded-verdicts-{name}"), &entries),
                ],
                options,
            ]
            .concat(),
            "",
        )
        .out
    };
    let body = || json!({"size": 2, "text": "{}"});
    let worked = explained("worked", body(), &[]);
    assert!(worked.starts_with("no fetch is blocked"), "{worked}");
    let readable = explained("readable", body(), &["--all"]);
    let start = "GET https://api.example/\nreadable: ";
    assert!(readable.starts_with(start), "{readable}");
    assert!(!readable.contains("`include`"), "{readable}");
    let unknown = explained("unknown", json!({"size": 0}), &[]);
    assert!(unknown.contains("Fix, in"), "{unknown}");
}

/// A proxy records network errors, but no CORS failures. So a blocked response without an error is not a contradiction.
#[test]
fn recording_of_a_proxy_does_not_contradict_an_explanation() {
    let origin = "https://app.example";
    let mut failed = entry(
        "https://api.example/a",
        origin,
        json!({"status": 0, "headers": []}),
    );
    failed["response"]["_error"] = json!("net::ERR_CONNECTION_REFUSED");
    let blocked = entry(
        "https://api.example/b",
        origin,
        json!({"status": 200, "headers": []}),
    );
    let text = |name: &str, creator: &str| {
        let log =
            json!({"creator": {"name": creator}, "entries": [failed.clone(), blocked.clone()]});
        let har = file(name, json!({"log": log}).to_string());
        ran(&["explain", &har], "").out
    };
    let contradiction = "The recording has another result";
    assert!(text("proxy-panel.har", "WebInspector").contains(contradiction));
    assert!(!text("proxy.har", "mitmproxy").contains(contradiction));
}

/// A recording without the header `Cookie` does not show the credentials mode. The note on a cookie names the mode.
#[test]
fn note_on_a_cookie_does_not_need_the_credentials_mode() {
    let cookie = header("Set-Cookie", "sid=1; SameSite=Lax");
    let credentialed = [
        header("Access-Control-Allow-Origin", "https://app.example"),
        header("Access-Control-Allow-Credentials", "true"),
        cookie.clone(),
    ];
    let note = "Note: if the credentials mode is `include`: the cookie `sid` has `SameSite=Lax`";
    for (name, headers) in [("readable", &credentialed[..]), ("blocked", &[cookie])] {
        let response = json!({"status": 200, "headers": headers});
        let entry = entry("https://api.example/", "https://app.example", response);
        let text = ran(
            &[
                "explain",
                &har(&format!("explain-recorded-verdicts-note-{name}"), &[entry]),
            ],
            "",
        )
        .out;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            text.contains("the cookie `sid` has `SameSite=Lax`"),
            "{text}"
        );
        assert_eq!(text.contains(note), name == "readable", "{text}");
    }
}

/// The request after a preflight can be missing, so its error can be missing too. This is not a contradiction.
#[test]
fn preflight_without_its_request_does_not_contradict_the_recording() {
    let mut preflight = entry(
        "https://api.example/",
        "https://app.example",
        json!({"status": 404, "headers": []}),
    );
    preflight["request"]["method"] = json!("OPTIONS");
    let headers = preflight["request"]["headers"].as_array_mut();
    headers
        .unwrap()
        .push(header("Access-Control-Request-Method", "PUT"));
    let refused = json!({"status": 0, "headers": [], "_error": "net::ERR_CONNECTION_REFUSED"});
    let refused = entry("https://b.example/", "https://app.example", refused);
    let text = ran(
        &[
            "explain",
            &har(
                "explain-recorded-verdicts-lone-preflight",
                &[preflight, refused],
            ),
        ],
        "",
    )
    .out;
    assert!(
        text.contains("blocked: the preflight response has no"),
        "{text}"
    );
    assert!(!text.contains("The recording has another result"), "{text}");
}

/// Requests without CORS that the browser blocked are explained, too.
#[test]
fn blocked_resources_of_a_recording_are_explained() {
    let resource = |error: &str| {
        let headers = [
            header("Referer", "https://app.example/"),
            header("Sec-Fetch-Mode", "no-cors"),
        ];
        let url = format!("https://cdn.example/{error}");
        json!({
            "request": {"method": "GET", "url": url, "headers": headers},
            "response": {"status": 0, "headers": [], "_error": error},
            "_resourceType": "image",
        })
    };
    let entries = [
        "net::ERR_BLOCKED_BY_ORB",
        "net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin",
    ]
    .map(resource);
    let text = ran(
        &[
            "explain",
            &har("explain-recorded-verdicts-resources", &entries),
        ],
        "",
    )
    .out;
    assert!(text.contains("Opaque Response Blocking"), "{text}");
    assert!(text.contains("`Cross-Origin-Resource-Policy`"), "{text}");
}

/// Browsers load a font of another origin without credentials.
#[test]
fn font_has_one_credentials_mode() {
    let mut font = entry(
        "https://cdn.example/f",
        "https://app.example",
        json!({"status": 200, "headers": []}),
    );
    font["_resourceType"] = json!("font");
    let text = ran(
        &["explain", &har("explain-recorded-verdicts-font", &[font])],
        "",
    )
    .out;
    assert!(!text.contains("credentials mode"), "{text}");
}
