//! Malformed lines: the answer has the error, and the path of the wrong member in the JSON value.
#![cfg(feature = "cases")]
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

#[path = "malformed/limits.rs"]
mod limits;
#[path = "malformed/unknown_members.rs"]
mod unknown_members;
#[path = "malformed/wrong_types.rs"]
mod wrong_types;

use fetch_cors::{
    cases::{Answer, Exchange, ExchangeRecord, Vector, answer, respond},
    server::CorsPolicy,
};

/// Asserts the beginning of the member `malformed` in the answer to `line`.
fn assert_malformed(line: &str, expected: &str) {
    match answer(line.as_bytes(), 1) {
        Answer::Malformed { malformed, .. } => {
            assert!(
                malformed.starts_with(expected),
                "{line}\n{malformed}\n{expected}"
            );
        }
        other => panic!("{line}\n{other}"),
    }
}

fn with_fetch(members: &str) -> String {
    format!(
        r#"{{"id":"a","fetches":[{{"origin":"http://a","url":"http://b/"{members}}}],"server":[]}}"#
    )
}

fn with_server(server: &str) -> String {
    format!(
        r#"{{"id":"a","fetches":[{{"origin":"http://a","url":"http://b/"}}],"server":{server}}}"#
    )
}

#[test]
fn error_in_a_fetch_names_the_member() {
    for (members, expected) in [
        (r#","at":-1"#, "fetches[0].at: "),
        (r#","at":"1""#, "fetches[0].at: "),
        (r#","at":1e300"#, "fetches[0].at: "),
        (r#","at":null"#, "fetches[0].at: "),
        (r#","method":1"#, "fetches[0].method: "),
        (r#","method":null"#, "fetches[0].method: "),
        (r#","headers":{}"#, "fetches[0].headers: "),
        (r#","headers":[["a"]]"#, "fetches[0].headers[0]: "),
        (
            r#","headers":[["a","b","c"]]"#,
            "fetches[0].headers[0]: the list has too many entries",
        ),
        (
            r#","body":1"#,
            "fetches[0].body: the value is the number `1`, but it must be `true`, `false`, or an object with the type of the body, such as `{\"type\": \"application/json\"}`",
        ),
        (r#","body":null"#, "fetches[0].body: the value is null, but"),
        (r#","body":[]"#, "fetches[0].body: the value is a list, but"),
        (
            r#","body":"text/plain""#,
            "fetches[0].body: the value is the string `text/plain`, but",
        ),
        (
            r#","body":{}"#,
            "fetches[0].body: the member `type` is missing: add it",
        ),
        (
            r#","body":{"type":null}"#,
            "fetches[0].body.type: the value is null, but it must be a string",
        ),
        (
            r#","body":{"type":"a","typ":"a"}"#,
            "fetches[0].body.typ: no member has this name: remove it, or",
        ),
        (
            r#","body":{"type":"a","type":"a"}"#,
            "fetches[0].body: the member `type` is repeated: write it once",
        ),
        (
            r#","body":{"type":""}"#,
            "fetches[0].body.type: the type is empty: write `true`",
        ),
        (
            r#","body":{"type":"a\nb"}"#,
            "fetches[0].body.type: the type of a body can have only",
        ),
        (
            r#","body":{"type":"a\u0000"}"#,
            "fetches[0].body.type: the type of a body can have only",
        ),
        (
            r#","body":{"type":"a\u007f"}"#,
            "fetches[0].body.type: the type of a body can have only",
        ),
        (
            r#","body":{"type":"\u00e9"}"#,
            "fetches[0].body.type: the type of a body can have only",
        ),
        (r#","api":null"#, "fetches[0].api: "),
        (
            r#","api":"XHR""#,
            "fetches[0].api: `XHR` is not a value of this member: write `xhr`",
        ),
        (
            r#","api":"fetch","use_cors_preflight":true"#,
            "fetches[0].api: `fetch` has no upload listeners: use `xhr`, or leave `use_cors_preflight` out",
        ),
        (r#","api":"xhr","mode":"same-origin""#, "fetches[0].mode: "),
        (
            r#","api":"xhr","redirect":"error""#,
            "fetches[0].redirect: ",
        ),
        (
            r#","api":"xhr","credentials":"omit""#,
            "fetches[0].credentials: ",
        ),
        (
            r#","api":"xhr","referrer_policy":"origin""#,
            "fetches[0].referrer_policy: ",
        ),
        (
            r#","mode":"navigate""#,
            "fetches[0].mode: `navigate` is not a value of this member: use one of `cors`, ",
        ),
        (r#","mode":{"cors":null}"#, "fetches[0].mode: "),
        (r#","credentials":"Include""#, "fetches[0].credentials: "),
        (r#","redirect":null"#, "fetches[0].redirect: "),
        (
            r#","mode":"cors","mode":"cors""#,
            "fetches[0]: the member `mode` is repeated: write it once",
        ),
        (
            r#","use_cors_preflight":true,"mode":"no-cors""#,
            "fetches[0].mode: ",
        ),
        (
            r#","use_cors_preflight":true,"redirect":"error""#,
            "fetches[0].redirect: ",
        ),
        (
            r#","use_cors_preflight":true,"credentials":"omit""#,
            "fetches[0].credentials: ",
        ),
        (
            r#","use_cors_preflight":true,"referrer_policy":"origin""#,
            "fetches[0].referrer_policy: ",
        ),
        (
            r#","referrer_policy":"never""#,
            "fetches[0].referrer_policy: `never` is not a value of this member: ",
        ),
    ] {
        assert_malformed(&with_fetch(members), expected);
    }
    for (fetches, expected) in [
        ("[]", "fetches: the list is empty: add a fetch"),
        ("{}", "fetches: "),
        (r#"[[0,"http://a","http://b/"]]"#, "fetches[0]: "),
        (
            r#"[{"url":"http://b/"}]"#,
            "fetches[0]: the member `origin` is missing: add it",
        ),
        (
            r#"[{"origin":"http://a/","url":"http://b/"}]"#,
            "fetches[0].origin: ",
        ),
        (
            r#"[{"origin":"ftp://a","url":"http://b/"}]"#,
            "fetches[0].origin: ",
        ),
        (r#"[{"origin":"http://a","url":"/b"}]"#, "fetches[0].url: "),
        (
            r#"[{"origin":"http://a","url":"data:,b"}]"#,
            "fetches[0].url: the scheme `data` is not supported",
        ),
        (
            r#"[{"origin":"http://a","url":"blob:http://a/b"}]"#,
            "fetches[0].url: the scheme `blob` is not supported",
        ),
        (
            r#"[{"origin":"http://a","url":"about:blank","mode":"no-cors"}]"#,
            "fetches[0].url: the scheme `about` is not supported",
        ),
        (
            r#"[{"origin":"http://a","url":"ftp://b/","mode":"no-cors"}]"#,
            "fetches[0].url: the scheme `ftp` is not supported",
        ),
        (
            r#"[{"at":1,"origin":"http://a","url":"http://b/"},{"origin":"http://a","url":"http://b/"}]"#,
            "fetches[1].at: this time is before the time of the previous fetch",
        ),
    ] {
        assert_malformed(
            &format!(r#"{{"id":"a","fetches":{fetches},"server":[]}}"#),
            expected,
        );
    }
}

#[test]
fn error_of_a_wrong_type_has_the_permitted_form() {
    let pairs = "a list of pairs, such as `[[\"name\", \"value\"]]`";
    let pair = "a pair, such as `[\"name\", \"value\"]`";
    let answer = "an answer, such as `{\"status\": 200}`";
    for (members, expected) in [
        (
            r#","headers":{"a":"b"}"#,
            format!("fetches[0].headers: the value is an object, but it must be {pairs}"),
        ),
        (
            r#","headers":[{"a":"b"}]"#,
            format!("fetches[0].headers[0]: the value is an object, but it must be {pair}"),
        ),
        (
            r#","headers":[["a"]]"#,
            format!("fetches[0].headers[0]: the list has 1 entry, but it must be {pair}"),
        ),
        (
            r#","headers":[["a",1]]"#,
            "fetches[0].headers[0][1]: the value is the number `1`, but it must be a string".into(),
        ),
        (
            r#","credentials":true"#,
            "fetches[0].credentials: the value is `true`, but it must be one of the strings `omit`, `same-origin`, `include`".into(),
        ),
        (
            r#","api":null"#,
            "fetches[0].api: the value is null, but it must be one of the strings `fetch`, `xhr`".into(),
        ),
        (
            r#","use_cors_preflight":"yes""#,
            "fetches[0].use_cors_preflight: the value is the string `yes`, but it must be `true` or `false`".into(),
        ),
    ] {
        assert_malformed(&with_fetch(members), &expected);
    }
    for (server, expected) in [
        (
            "{}",
            "server: the value is an object, but it must be a list of objects, such as `[{".into(),
        ),
        (
            r#"[{"url":"http://b/","response":200}]"#,
            format!(
                "server[0].response: the value is the number `200`, but it must be {answer}, or a list of answers"
            ),
        ),
        (
            r#"[{"url":"http://b/","response":[200]}]"#,
            format!(
                "server[0].response[0]: the value is the number `200`, but it must be {answer}"
            ),
        ),
        (
            r#"[{"url":"http://b/","response":{"headers":{"a":"b"}}}]"#,
            format!("server[0].response.headers: the value is an object, but it must be {pairs}"),
        ),
    ] {
        assert_malformed(&with_server(server), &expected);
    }
    for (line, expected) in [
        (
            r#"{"id":"a","fn":7}"#,
            "fn: the value is the number `7`, but it must be one of the strings `cors-safelisted-request-header`, ".into(),
        ),
        (
            r#"{"id":"a","fn":"get-decode-split","values":"a"}"#,
            "values: the value is the string `a`, but it must be a list of strings, such as `[\"a\", \"b\"]`".into(),
        ),
        (
            r#"{"id":"a","fn":"cors-unsafe-request-header-names","headers":{}}"#,
            format!("headers: the value is an object, but it must be {pairs}"),
        ),
    ] {
        assert_malformed(line, &expected);
    }
}

#[test]
fn error_in_a_server_names_the_member() {
    for (server, expected) in [
        ("{}", "server: "),
        (
            r#"[["http://b/",{"status":200},{"status":200}]]"#,
            "server[0]: ",
        ),
        (
            r#"[{"url":"http://b/"}]"#,
            "server[0]: the member `response` is missing: add it",
        ),
        (
            r#"[{"url":"b","response":{"status":200}}]"#,
            "server[0].url: ",
        ),
        (
            r#"[{"url":"http://b/","response":[]}]"#,
            "server[0].response: ",
        ),
        (
            r#"[{"url":"http://b/","response":[["network"]]}]"#,
            "server[0].response[0]: ",
        ),
        (
            r#"[{"url":"http://b/","response":{"error":"network","status":7}}]"#,
            "server[0].response.status: a failed connection has no response: ",
        ),
        (
            r#"[{"url":"http://b/","response":[{"error":"network","headers":[]}]}]"#,
            "server[0].response[0].headers: a failed connection has no response: ",
        ),
        (
            r#"[{"url":"http://b/","response":{"error":"dns"}}]"#,
            "server[0].response.error: ",
        ),
        (
            r#"[{"url":"http://b/","response":{"status":199}}]"#,
            "server[0].response.status: ",
        ),
        (
            r#"[{"url":"http://b/","response":{"status":1000}}]"#,
            "server[0].response.status: ",
        ),
        (
            r#"[{"url":"http://b/","response":{"status":65536}}]"#,
            "server[0].response.status: ",
        ),
        (
            r#"[{"url":"http://b/","preflight":null,"response":{"status":200}}]"#,
            "server[0].preflight: ",
        ),
        (
            r#"[{"url":"http://b/","response":{"status":200,"headers":[["a b","c"]]}}]"#,
            "server[0].response.headers[0][0]: ",
        ),
        (
            r#"[{"url":"http://b/","response":[{"status":200},{"status":200,"headers":[["a","b\nc"]]}]}]"#,
            "server[0].response[1].headers[0][1]: ",
        ),
        (
            r#"[{"url":"http://b/","response":{"status":200,"headers":[["a","€"]]}}]"#,
            "server[0].response.headers[0][1]: ",
        ),
        (
            r#"[{"url":"http://b/","response":{"status":200}},{"url":"http://b/#c","response":{"status":201}}]"#,
            "server[1].url: ",
        ),
    ] {
        assert_malformed(&with_server(server), expected);
    }
    let exact_repetition = r#"[{"url":"http://b/","response":{"status":200}},{"url":"http://u@b/#c","response":{"status":200}}]"#;
    assert!(matches!(
        answer(with_server(exact_repetition).as_bytes(), 1),
        Answer::Outcome(_)
    ));
}

#[test]
fn line_of_no_known_kind_is_malformed() {
    for (line, expected) in [
        ("[]", ""),
        ("1", ""),
        ("{", ""),
        ("{}", "the member `id` is missing: add it"),
        (r#"{"id":1}"#, "id: "),
        (
            r#"["id",[{"origin":"http://a","url":"http://b/"}],[],null,null]"#,
            "",
        ),
        (
            r#"{"id":"a","fn":"method"}"#,
            "value: this argument is missing: add it",
        ),
        (r#"{"id":"a","fn":"nothing"}"#, "fn: "),
        (r#"{"id":"a","fn":{"method":null},"value":"PUT"}"#, "fn: "),
        (r#"{"id":"a","fn":null,"fetches":[]}"#, "fn: "),
        (
            r#"{"case":{"id":"a","fetches":[],"server":[]}}"#,
            "case.fetches: ",
        ),
        (
            r#"{"id":"a","fn":"tao-check","origin":"http://a","tainting":"opaqueredirect","values":[]}"#,
            "tainting: this is not a response tainting: use `basic`, `cors` or `opaque`",
        ),
    ] {
        assert_malformed(line, expected);
    }
}

/// A value of a wrong type, such as null, is an error, and not an empty expectation.
#[test]
fn error_in_a_known_outcome_names_the_member() {
    let case = r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://b/"}],"server":[]}"#;
    for (known_outcome, path) in [
        (r#""expect":null"#, "expect"),
        (r#""expect":[[]]"#, "expect"),
        (r#""expect":{"fetches":[[]]}"#, "expect.fetches[0]"),
        (
            r#""expect":{"fetches":[{"preflighted":null}]}"#,
            "expect.fetches[0].preflighted",
        ),
        (
            r#""expect":{"fetches":[{"actual":[[]]}]}"#,
            "expect.fetches[0].actual[0]",
        ),
        (r#""expect":{"fetches":[]}"#, "expect.fetches"),
        (r#""expect":{"fetches":[{},{}]}"#, "expect.fetches"),
        (
            r#""expect":{"fetches":[{"request_headers_not":{"a":null}}]}"#,
            "expect.fetches[0].request_headers_not.a",
        ),
        // These expectations assert nothing.
        (r#""expect":{"fetches":[{}]}"#, "expect.fetches"),
        (r#""expect":{"fetches":[{"x-note":1}]}"#, "expect.fetches"),
        (
            r#""expect":{"fetches":[{"request_headers":{}}]}"#,
            "expect.fetches",
        ),
        (
            r#""expect":{"fetches":[{"visible_headers":[],"hidden_headers":[],"header_values":{},"request_headers_not":{}}]}"#,
            "expect.fetches",
        ),
        (r#""observed":{}"#, "observed"),
        (r#""observed":{"x-edge":{"fetches":[]}}"#, "observed"),
        (
            r#""observed":{"webkit":{"fetches":[]}}"#,
            "observed.webkit.fetches",
        ),
        (r#""observed":null"#, "observed"),
        (r#""observed":{"chromium":[[]]}"#, "observed.chromium"),
        (
            r#""observed":{"firefox":{"fetches":[[]]}}"#,
            "observed.firefox.fetches[0]",
        ),
    ] {
        let line = format!(r#"{{"case":{case},{known_outcome}}}"#);
        let malformed = Vector::parse(&line).unwrap_err().to_string();
        assert!(malformed.starts_with(&format!("{path}: ")), "{malformed}");
    }
}

const CASE: &str = r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://b/"}],"server":[]}"#;

/// Returns the error for a line. A line with `request` is an exchange, and a line with `response_headers` is a request
/// for `respond`. Any other line is a case, a question or a vector.
fn error(line: &str) -> Option<String> {
    if line.contains(r#""request":"#) {
        return ExchangeRecord::parse(line)
            .err()
            .map(|error| error.to_string());
    }
    let answer = if line.contains(r#""response_headers":"#) {
        let policy = CorsPolicy::builder().any_origin().build().unwrap();
        respond(&policy, line.as_bytes(), 1).to_string()
    } else {
        answer(line.as_bytes(), 1).to_string()
    };
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    Some(answer.get("malformed")?.as_str()?.to_owned())
}

#[test]
fn null_in_a_recording_is_malformed() {
    let record = |request: &str, result: &str| {
        let request = format!(r#"{{"method":"GET","url":"http://b/","headers":[]{request}}}"#);
        let result = format!(r#"{{"type":"basic"{result}}}"#);
        format!(
            r#"{{"case":{CASE},"observed":{{"firefox":{{"fetches":[{{"requests":[{request}],"result":{result}}}]}}}}}}"#
        )
    };
    assert!(Vector::parse(&record("", "")).is_ok());
    let fetch = "observed.firefox.fetches[0]";
    for name in ["credentials", "because"] {
        let line = record(&format!(r#","{name}":null"#), "");
        let error = Vector::parse(&line).unwrap_err();
        assert_eq!(error.path(), format!("{fetch}.requests[0].{name}"));
    }
    for name in [
        "status",
        "url",
        "redirected",
        "timing_allowed",
        "headers",
        "failure",
        "step",
        "value",
    ] {
        let line = record("", &format!(r#","{name}":null"#));
        let error = Vector::parse(&line).unwrap_err();
        assert_eq!(error.path(), format!("{fetch}.result.{name}"));
    }
}

#[test]
fn an_exchange_has_a_response_or_an_error() {
    let line = |response: &str| {
        format!(
            r#"{{"id":"a","request":{{"method":"GET","url":"http://a/"}},"response":{response}}}"#
        )
    };
    for (response, beginning) in [
        (
            "{}",
            r#"response: a response needs a status: add `status`, or write `"error": "network"` or `"error": "timeout"`"#,
        ),
        (
            r#"{"error":"refused"}"#,
            "response.error: `refused` is not a value of this member: use one of `network`, `timeout`",
        ),
        (
            r#"{"error":null}"#,
            "response.error: the value is null, but",
        ),
        (
            r#"{"error":"network","status":200}"#,
            "response.status: a request without a response has no status and no headers: remove this member, or remove `error`",
        ),
        (
            r#"{"error":"timeout","headers":[]}"#,
            "response.headers: a request without a response has no status and no headers",
        ),
        (
            r#"{"status":null}"#,
            "response.status: the value is null, but",
        ),
        (
            r#"{"status":200,"headers":null}"#,
            "response.headers: the value is null, but",
        ),
    ] {
        let error = error(&line(response)).unwrap_or_else(|| panic!("accepted: {response}"));
        assert!(error.starts_with(beginning), "{error}");
    }
    let unanswered = line(r#"{"error":"timeout"}"#);
    assert_eq!(error(&unanswered), None);
    let error = Exchange::parse(&unanswered).unwrap_err();
    assert_eq!(error.path(), "response.error");
}

#[test]
fn id_is_not_read_out_of_a_list() {
    let policy = CorsPolicy::builder().any_origin().build().unwrap();
    for line in [r#"["id"]"#, r#"[["id"]]"#, r#"{"case":["id"]}"#] {
        let answers = [
            answer(line.as_bytes(), 7).to_string(),
            respond(&policy, line.as_bytes(), 7).to_string(),
            ExchangeRecord::parse_line(line.as_bytes(), 7)
                .unwrap_err()
                .to_string(),
        ];
        for answer in answers {
            assert!(answer.starts_with(r#"{"id":null,"line":7,"#), "{answer}");
        }
    }
}

#[test]
fn origin_is_shown_with_its_characters() {
    let line = CASE.replace("http://a", "https://b\u{fc}cher.example");
    assert_malformed(
        &line,
        "fetches[0].origin: `https://b\u{fc}cher.example` is not",
    );
}
