//! Malformed lines: the answer has the error, and the path of the wrong member in the JSON value. Also tests that the work for a line is limited.
#![cfg(feature = "cases")]
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

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

/// Without a limit on the work for a line, each of these lines takes minutes or all memory.
#[test]
fn work_of_a_line_is_limited() {
    // After the redirects, all requests have the origin `null`, but each page has its own cache entries.
    let fetches: Vec<String> = (0..5_000)
        .map(|i| format!(r#"{{"origin":"http://o{i}","url":"http://b/","method":"PUT"}}"#))
        .collect();
    let allowed = r#"{"status":200,"headers":[["Access-Control-Allow-Origin","*"],["Access-Control-Allow-Methods","*"]]}"#;
    let redirect =
        r#"{"status":307,"headers":[["Access-Control-Allow-Origin","*"],["Location","//c/"]]}"#;
    let line = format!(
        r#"{{"id":"a","fetches":[{}],"server":[{{"url":"http://b/","preflight":{allowed},"response":{redirect}}},{{"url":"http://c/","response":{allowed}}}]}}"#,
        fetches.join(",")
    );
    assert!(matches!(answer(line.as_bytes(), 1), Answer::Outcome(_)));

    let fetches = vec![r#"{"origin":"http://b","url":"http://b/"}"#; 20_000].join(",");
    let header = "x".repeat(1_000_000);
    let line = format!(
        r#"{{"id":"a","fetches":[{fetches}],"server":[{{"url":"http://b/","response":{{"status":200,"headers":[["a","{header}"]]}}}}]}}"#
    );
    assert_malformed(
        &line,
        "fetches: the case is too large, because the number of fetches (20000) times ",
    );
}

#[test]
fn cases_never_evict_a_cache_entry_before_it_expires() {
    let names: Vec<String> = (0..70_000).map(|i| format!("a{i}")).collect();
    let fetch = r#"{"origin":"http://a","url":"http://b/","headers":[["a0","1"]]}"#;
    let line = format!(
        r#"{{"id":"a","fetches":[{fetch},{fetch}],"server":[{{"url":"http://b/","response":{{"status":200,"headers":[["Access-Control-Allow-Origin","*"],["Access-Control-Allow-Headers","{}"],["Access-Control-Max-Age","600"]]}}}}]}}"#,
        names.join(",")
    );
    let Answer::Outcome(outcome) = answer(line.as_bytes(), 1) else {
        panic!()
    };
    let requests: Vec<_> = outcome
        .fetches
        .iter()
        .map(|fetch| fetch.requests.len())
        .collect();
    assert_eq!(requests, [2, 1]);
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
fn unknown_member_is_malformed_in_every_object() {
    let expecting =
        |expectation: &str| format!(r#"{{"case":{CASE},"expect":{{"fetches":[{expectation}]}}}}"#);
    let observing =
        |recorded: &str| format!(r#"{{"case":{CASE},"observed":{{"firefox":{recorded}}}}}"#);
    let exchange = r#"{"id":"a","request":{"id":"a","method":"GET","url":"http://a/","headers":[]},"response":{"status":200},"seconds":0.1}"#;
    let insert = |line: &str, before: &str, member: &str| {
        let inserted = line.replacen(before, &format!("{member}{before}"), 1);
        assert_ne!(inserted, line);
        inserted
    };
    for (line, path, nearest) in [
        (
            CASE.replace(r#""server""#, r#""servers""#),
            "servers",
            "server",
        ),
        (insert(CASE, r#""id""#, r#""notes":1,"#), "notes", ""),
        (
            with_fetch(r#","methd":"PUT""#),
            "fetches[0].methd",
            "method",
        ),
        (
            with_fetch(r#","useCorsPreflight":true"#),
            "fetches[0].useCorsPreflight",
            "use_cors_preflight",
        ),
        (
            with_fetch(r#","referrer":"""#),
            "fetches[0].referrer",
            "referrer_policy",
        ),
        (with_fetch(r#","X-A":"""#), "fetches[0].X-A", ""),
        (with_fetch(r#","x_a":"""#), "fetches[0].x_a", ""),
        (with_fetch(r#","":"""#), "fetches[0].", ""),
        (
            with_server(r#"[{"url":"http://b/","responses":{"status":200}}]"#),
            "server[0].responses",
            "response",
        ),
        (
            with_server(
                r#"[{"url":"http://b/","responses":{"status":200},"response":{"status":200}}]"#,
            ),
            "server[0].responses",
            "",
        ),
        (
            with_server(r#"[{"url":"http://b/","response":{"status":200,"body":""}}]"#),
            "server[0].response.body",
            "",
        ),
        (
            with_server(
                r#"[{"url":"http://b/","response":[{"status":200},{"status":200,"header":[]}]}]"#,
            ),
            "server[0].response[1].header",
            "headers",
        ),
        (
            with_server(
                r#"[{"url":"http://b/","preflight":{"error":"network","seconds":1},"response":{"status":200}}]"#,
            ),
            "server[0].preflight.seconds",
            "",
        ),
        (
            insert(&expecting("{}"), r#""case""#, r#""sourc":"","#),
            "sourc",
            "source",
        ),
        (
            insert(&expecting("{}"), r#""id""#, r#""note":"","#),
            "case.note",
            "",
        ),
        (
            expecting("{}").replace(r#""fetches":[{}]"#, r#""fetch":[{}]"#),
            "expect.fetch",
            "fetches",
        ),
        (
            expecting(r#"{"preflight":true}"#),
            "expect.fetches[0].preflight",
            "preflights",
        ),
        (
            expecting(r#"{"prefligthed":true}"#),
            "expect.fetches[0].prefligthed",
            "preflighted",
        ),
        (
            expecting(r#"{"result":{"code":"bad-port"}}"#),
            "expect.fetches[0].result.code",
            "",
        ),
        (
            expecting(r#"{"result":{"statsu":0}}"#),
            "expect.fetches[0].result.statsu",
            "status",
        ),
        (
            expecting(r#"{"actual":[{"header":{}}]}"#),
            "expect.fetches[0].actual[0].header",
            "headers",
        ),
        (
            expecting(r#"{"preflights":[{},{"reasons":[]}]}"#),
            "expect.fetches[0].preflights[1].reasons",
            "",
        ),
        (
            format!(r#"{{"case":{CASE},"observed":{{"fire-fox":{{}}}}}}"#),
            "observed.fire-fox",
            "firefox",
        ),
        (
            observing(r#"{"fetches":[],"devtool":[]}"#),
            "observed.firefox.devtool",
            "devtools",
        ),
        (
            observing(r#"{"fetches":[],"devtools":[{"url":"a","error":"b","value":"c"}]}"#),
            "observed.firefox.devtools[0].value",
            "",
        ),
        (
            observing(r#"{"fetches":[{"requests":[],"result":{"type":"error"},"at":0}]}"#),
            "observed.firefox.fetches[0].at",
            "",
        ),
        (
            observing(
                r#"{"fetches":[{"requests":[{"methods":"GET"}],"result":{"type":"error"}}]}"#,
            ),
            "observed.firefox.fetches[0].requests[0].methods",
            "method",
        ),
        (
            observing(r#"{"fetches":[{"requests":[],"result":{"type":"error","reason":"a"}}]}"#),
            "observed.firefox.fetches[0].result.reason",
            "",
        ),
        (
            r#"{"id":"a","fn":"method","valu":"PUT"}"#.into(),
            "valu",
            "value",
        ),
        (
            r#"{"id":"a","fn":"method","value":"PUT","name":"a"}"#.into(),
            "name",
            "",
        ),
        (
            r#"{"id":"a","fn":"method","value":"PUT","values":[]}"#.into(),
            "values",
            "",
        ),
        (
            r#"{"id":"a","fn":"method","value":"PUT","expected":true}"#.into(),
            "expected",
            "expect",
        ),
        (
            r#"{"id":"a","fn":"tao-check","fetches":[]}"#.into(),
            "fetches",
            "",
        ),
        (
            insert(exchange, r#""seconds""#, r#""note":"","#),
            "note",
            "",
        ),
        (
            exchange.replace(r#""headers""#, r#""headrs""#),
            "request.headrs",
            "headers",
        ),
        (
            exchange.replace(r#""status""#, r#""state""#),
            "response.state",
            "status",
        ),
        (
            r#"{"id":"a","method":"GET","headers":[],"response_headers":[],"urls":"a"}"#.into(),
            "urls",
            "url",
        ),
        (
            r#"{"id":"a","method":"GET","headers":[],"response_headers":[],"origin":"a"}"#.into(),
            "origin",
            "",
        ),
    ] {
        let error = error(&line).unwrap_or_else(|| panic!("accepted: {line}"));
        let beginning = format!("{path}: no member has this name: ");
        let advice = error.strip_prefix(&beginning);
        let is_right = |advice: &str| {
            if nearest.is_empty() {
                advice.ends_with("or begin the name with `x-`")
            } else {
                advice == format!("write `{nearest}`")
            }
        };
        assert!(advice.is_some_and(is_right), "{line}\n{error}");
        // Every member whose name begins with `x-` is accepted, whatever its value is.
        let name = path.rsplit('.').next().unwrap();
        let free = line.replacen(&format!(r#""{name}":"#), r#""x-a":"#, 1);
        // The line can still have an error, because a required member can be missing.
        let error = self::error(&free).unwrap_or_default();
        assert!(
            !error.contains("no member has this name"),
            "{free}\n{error}"
        );
    }
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

#[test]
fn members_of_a_fetch_or_a_question_name_the_place() {
    let of_fetch = "this is a member of a fetch: write the fetch into `fetches`, as in ";
    let of_question = "this is a member of a question, and a question needs `fn`: add `fn`, ";
    for (line, member, expected) in [
        (r#"{"origin":"http://a"}"#, "origin", of_fetch),
        (
            r#"{"id":"a","url":"http://a","x-a":1,"origin":"http://b"}"#,
            "url",
            of_fetch,
        ),
        (r#"{"method":"PUT","mode":"cors"}"#, "method", of_fetch),
        (r#"{"id":"a","value":"PUT"}"#, "value", of_question),
        (
            r#"{"origin":"http://a","tainting":"cors"}"#,
            "origin",
            of_question,
        ),
    ] {
        assert_malformed(line, &format!("{member}: {expected}"));
    }
}

#[test]
fn nearest_name_leads_to_a_line_that_parses() {
    let unknown = "no member has this name: ";
    for (line, expected) in [
        (r#"{"id":"a","Fn":"method","value":"x"}"#, "Fn: write `fn`"),
        (
            r#"{"id":"a","fnn":"method","value":"x"}"#,
            "fnn: write `fn`",
        ),
        (r#"{"id":"a","value":"x","Fn":"method"}"#, "Fn: write `fn`"),
        (r#"{"cas":{},"expect":{}}"#, "cas: write `case`"),
        (r#"{"cases":{}}"#, "cases: write `case`"),
        (
            r#"{"id":"a","fetchs":[],"servers":[]}"#,
            "fetchs: write `fetches`",
        ),
        (
            r#"{"id":"a","fn":"method","value":"x","Value":"x"}"#,
            "Value: remove it, or",
        ),
        (
            r#"{"id":"a","fn":"method","Value":"x","value":"x"}"#,
            "Value: remove it, or",
        ),
        (
            r#"{"id":"a","fn":"method","value":"x","values":["x"]}"#,
            "values: remove it, or",
        ),
        (
            r#"{"id":"a","fn":"method","values":["x"]}"#,
            "values: write `value`",
        ),
        (
            r#"{"id":"a","fn":"cors-safelisted-request-header","name":"x","values":["x"],"value":"x"}"#,
            "values: remove it, or",
        ),
        (
            r#"{"id":"a","fn":"tao-check","origin":"x","headers":[]}"#,
            "headers: use one of `tainting`, `values`, or",
        ),
        (
            r#"{"id":"a","fn":"tao-check","mode":"cors"}"#,
            "mode: use one of `origin`, `tainting`, `values`, or",
        ),
        (
            r#"{"id":"a","fn":"tao-check","fetches":[]}"#,
            "fetches: use one of `origin`, `tainting`, `values`, or",
        ),
        (
            r#"{"id":"a","fetches":[{"url":"http://a","Url":"http://a"}],"server":[]}"#,
            "fetches[0].Url: use one of `at`, ",
        ),
        // The member with the correct name can come after the member with the misspelled name.
        (
            r#"{"id":"a","fetches":[{"Url":"http://a","url":"http://a"}],"server":[]}"#,
            "fetches[0].Url: use one of `at`, ",
        ),
        (
            r#"{"id":"a","fetches":[{"origin":"http://a","URL":"http://a","Origin":"http://a"}],"server":[]}"#,
            "fetches[0].URL: write `url`",
        ),
        (
            r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://a"}],"server":[{"url":"http://a","response":[{"status":200},{"Status":200,"status":204}]}]}"#,
            "server[0].response[1].Status: use one of `headers`, or",
        ),
        (
            r#"{"case":{"id":"a","fetches":[{"origin":"http://a","url":"http://a","body":{"Type":"a","type":"b"}}],"server":[]}}"#,
            "case.fetches[0].body.Type: remove it, or",
        ),
    ] {
        let (path, advice) = expected.split_once(' ').unwrap();
        assert_malformed(line, &format!("{path} {unknown}{advice}"));
    }
    let error = |line| Vector::parse(line).unwrap_err().to_string();
    let expected = format!("Fn: {unknown}write `fn`");
    assert_eq!(
        error(r#"{"id":"a","Fn":"method","value":"x","expect":true}"#),
        expected
    );
    assert_eq!(
        error(r#"{"cas":{},"expect":{}}"#),
        format!("cas: {unknown}write `case`")
    );
}

/// An error about an unknown member does not suggest a member that is refused next to the other members.
#[test]
fn suggested_member_can_be_added() {
    let with_answer = |answer: &str| {
        format!(
            r#"{{"id":"a","fetches":[{{"origin":"http://a","url":"http://b/"}}],"server":[{{"url":"http://b/","response":{answer}}}]}}"#
        )
    };
    let remove = "remove it, or begin the name with `x-`";
    for (line, path, advice) in [
        (
            with_answer(r#"{"status":200,"headers":[],"seconds":3}"#),
            "server[0].response.seconds",
            remove,
        ),
        (
            with_answer(r#"{"error":"network","stattus":200}"#),
            "server[0].response.stattus",
            remove,
        ),
        (
            with_answer(r#"{"seconds":3}"#),
            "server[0].response.seconds",
            "use one of `error`, `status`, `headers`, or begin",
        ),
        (
            with_fetch(r#","api":"xhr","modes":"cors""#),
            "fetches[0].modes",
            "use one of `at`, `method`, `headers`, `body`, `credentials`, `use_cors_preflight`, or begin",
        ),
        (
            with_fetch(r#","use_cors_preflight":true,"redirects":"manual""#),
            "fetches[0].redirects",
            "use one of `at`, `api`, `method`, `headers`, `body`, `credentials`, or begin",
        ),
        (
            with_fetch(r#","api":"fetch","use_preflight":true"#),
            "fetches[0].use_preflight",
            "use one of `at`, `method`, `headers`, `body`, `referrer_policy`, `mode`, `credentials`, `redirect`, or begin",
        ),
        (
            with_fetch(r#","api":"fetch","modes":"cors""#),
            "fetches[0].modes",
            "write `mode`",
        ),
    ] {
        let expected = format!("{path}: no member has this name: {advice}");
        assert_malformed(&line, &expected);
    }
    let exchange = |response: &str| {
        let line = format!(
            r#"{{"id":"a/1","request":{{"method":"GET","url":"http://a/","headers":[]}},"response":{response}}}"#
        );
        Exchange::parse(&line).unwrap_err().to_string()
    };
    let unknown = "no member has this name: ";
    for response in [
        r#"{"status":200,"headers":[],"erorr":"timeout"}"#,
        r#"{"error":"timeout","header":[]}"#,
    ] {
        let error = exchange(response);
        assert!(
            error.ends_with(&format!("{unknown}{remove}")),
            "{response}: {error}"
        );
    }
}
