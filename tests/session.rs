//! Tests of sessions. A session has the same outcomes as a whole case. Other tests check the clock of a session, and
//! lines that do not fit the state of a session.
#![cfg(feature = "conformance")]
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

use std::collections::HashMap;

use fetch_cors::{
    cases::{Case, Session},
    conformance::{CaseLine, Family, case},
};
use proptest::{
    prop_assert_eq,
    strategy::Strategy,
    test_runner::{Config, RngSeed, TestRunner},
};
use serde_json::{Value, json};
use url::Url;

/// The number of cases of each family, unless the variable `PROPTEST_CASES` is set.
const CASES: u32 = 500;

/// A client that knows only the format: it writes lines and reads lines.
struct Client {
    session: Session,
    lines: u64,
}

impl Client {
    fn new() -> Self {
        let session = Session::new();
        Self { session, lines: 0 }
    }

    fn line(&mut self, line: &str) -> Value {
        self.lines += 1;
        let answer = self.session.answer(line.as_bytes(), self.lines);
        serde_json::from_str(&answer.to_string()).unwrap()
    }

    fn exchange(&mut self, line: &Value) -> Value {
        self.line(&line.to_string())
    }

    /// Opens a fetch, and answers its requests until the fetch ends. Returns the outcome in the form that the command
    /// `run` prints.
    fn fetch(&mut self, fetch: &Value, mut server: impl FnMut(&Value) -> Value) -> Value {
        let mut requests = Vec::new();
        let mut answer = self.exchange(&json!({ "open": fetch }));
        while let Some(request) = answer.get("send") {
            let given = server(request);
            requests.push(request.clone());
            answer = self.exchange(&json!({ "answer": given }));
        }
        let result = answer.get("result").unwrap_or_else(|| panic!("{answer}"));
        json!({"requests": requests, "result": result})
    }
}

/// One server in place of all servers of a case.
struct Server {
    resources: HashMap<String, Value>,
    given: HashMap<(String, &'static str), usize>,
}

impl Server {
    fn new(case: &Value) -> Self {
        let resources = case["server"].as_array().unwrap().iter();
        let resources = resources.map(|resource| {
            let mut url: Url = resource["url"].as_str().unwrap().parse().unwrap();
            url.set_fragment(None);
            url.set_username("").unwrap();
            url.set_password(None).unwrap();
            (url.to_string(), resource.clone())
        });
        Self {
            resources: resources.collect(),
            given: HashMap::new(),
        }
    }

    fn answer(&mut self, request: &Value) -> Value {
        let url = request["url"].as_str().unwrap();
        let Some(resource) = self.resources.get(url) else {
            return json!({"status": 404});
        };
        // Only a preflight has the member `because`.
        let is_preflight = request.get("because").is_some();
        let (kind, answers) = match resource.get("preflight") {
            Some(answers) if is_preflight => ("preflight", answers),
            _ => ("response", &resource["response"]),
        };
        let Some(list) = answers.as_array() else {
            return answers.clone();
        };
        let given = self.given.entry((url.to_owned(), kind)).or_default();
        let answer = list.get(*given).or(list.last()).unwrap();
        *given += 1;
        answer.clone()
    }
}

fn runner() -> TestRunner {
    TestRunner::new(Config {
        cases: match std::env::var_os("PROPTEST_CASES") {
            Some(_) => Config::default().cases,
            None => CASES,
        },
        rng_seed: RngSeed::Fixed(0x000C_0125),
        failure_persistence: None,
        ..Config::default()
    })
}

#[test]
fn session_and_case_have_the_same_outcome() {
    for &family in Family::ALL {
        // All cases of a family use one session, so the test fails if a reset leaves any state of the previous case.
        let client = std::cell::RefCell::new(Client::new());
        let cases = case(family).prop_map(CaseLine);
        let result = runner().run(&cases, |CaseLine(case)| {
            let json: Value = serde_json::from_str(&case.to_string()).unwrap();
            let mut server = Server::new(&json);
            let mut client = client.borrow_mut();
            assert_eq!(client.line(r#"{"reset":true}"#), json!({"reset": true}));
            let fetches = json["fetches"].as_array().unwrap().iter();
            let outcomes: Vec<Value> = fetches
                .map(|fetch| client.fetch(fetch, |request| server.answer(request)))
                .collect();
            let judged: Value = serde_json::from_str(&Case::judge(case).to_string()).unwrap();
            prop_assert_eq!(&judged["fetches"], &Value::from(outcomes));
            Ok(())
        });
        result.unwrap_or_else(|error| panic!("{family}: {error}"));
    }
}

const PUT: &str = r#"{"origin":"https://app.example","url":"https://api.example/r","method":"PUT""#;

fn open(at: &str) -> String {
    format!(r#"{{"open":{PUT}{at}}}}}"#)
}

fn allow(max_age: u32) -> String {
    json!({"status": 200, "headers": [
        ["Access-Control-Allow-Origin", "*"],
        ["Access-Control-Allow-Methods", "PUT"],
        ["Access-Control-Max-Age", max_age.to_string()],
    ]})
    .to_string()
}

/// Returns the method of the request in an answer that has the member `send`.
fn sent(answer: &Value) -> &str {
    answer["send"]["method"]
        .as_str()
        .unwrap_or_else(|| panic!("{answer}"))
}

#[test]
fn clock_moves_by_fetches_and_by_answers() {
    let mut client = Client::new();
    let allow = allow(10);
    assert_eq!(sent(&client.line(&open(r#","at":5"#))), "OPTIONS");
    // The cache entry is stored at second 7, and is valid until second 17.
    let line = format!(r#"{{"answer":{allow},"at":7}}"#);
    assert_eq!(sent(&client.line(&line)), "PUT");
    // A line without a time does not move the clock.
    let done = client.line(&format!(r#"{{"answer":{allow}}}"#));
    assert_eq!(done["result"]["type"], "cors");
    assert_eq!(sent(&client.line(&open(r#","at":16.999999999"#))), "PUT");
    let done = client.line(&format!(r#"{{"answer":{allow},"at":17.5}}"#));
    assert_eq!(done["result"]["type"], "cors");
    assert_eq!(sent(&client.line(&open(""))), "OPTIONS");
}

#[test]
fn clock_cannot_go_back() {
    let mut client = Client::new();
    let allow = allow(10);
    assert_eq!(sent(&client.line(&open(r#","at":5"#))), "OPTIONS");
    let early = client.line(&format!(r#"{{"answer":{allow},"at":4.9}}"#));
    assert_eq!(
        early["malformed"],
        "at: this time is before the time of the previous line: write the same time or a later time"
    );
    assert_eq!(early["line"], 2);
    // The fetch still waits.
    let line = format!(r#"{{"answer":{allow},"at":5}}"#);
    assert_eq!(sent(&client.line(&line)), "PUT");
    client.line(r#"{"answer":{"error":"network"},"at":6}"#);
    let early = client.line(&open(r#","at":5"#));
    assert_eq!(
        early["malformed"],
        "open.at: this time is before the time of the previous line: write the same time or a later time"
    );
    client.line(r#"{"reset":true}"#);
    assert_eq!(sent(&client.line(&open(r#","at":1"#))), "OPTIONS");
    // The answers `timeout` and `network` both mean that the connection failed.
    let result = client.line(r#"{"answer":{"error":"timeout"}}"#);
    assert_eq!(result["result"]["failure"], "network-error", "{result}");
}

/// The answer to a malformed line is an error. The fetch that waits for an answer is not changed.
#[test]
fn malformed_lines_change_nothing() {
    let mut client = Client::new();
    assert_eq!(sent(&client.line(&open(""))), "OPTIONS");
    for (line, error) in [
        (
            open(r#","at":99"#),
            "open: the previous fetch waits for an answer: answer its request, or send `{\"reset\": true}`",
        ),
        (
            r#"{"answer":null}"#.into(),
            "answer: the value is null, but",
        ),
        (
            r#"{"answer":[]}"#.into(),
            "answer: the value is a list, but",
        ),
        (
            r#"{"answer":{}}"#.into(),
            "answer: an answer needs a status",
        ),
        (
            r#"{"answer":{"status":100}}"#.into(),
            "answer.status: 100 is not a status: write a number from 200 to 999",
        ),
        (
            r#"{"answer":{"status":200,"status":200}}"#.into(),
            "answer: the member `status` is repeated: write it once",
        ),
        (
            r#"{"answer":{"status":200,"headers":[["a b","c"]]},"at":99}"#.into(),
            "answer.headers[0][0]: ",
        ),
        (
            r#"{"answer":{"status":200,"header":[]}}"#.into(),
            "answer.header: no member has this name: write `headers`",
        ),
        (
            r#"{"open":{"origin":"https://app.example","url":"https://api.example/"},"id":"a"}"#
                .into(),
            "id: no member has this name: remove it, or begin",
        ),
        (
            r#"{"answer":{"status":200},"id":"a"}"#.into(),
            "id: no member has this name: use one of `at`, or begin",
        ),
        (
            r#"{"reset":true,"att":1}"#.into(),
            "att: no member has this name: remove it, or begin",
        ),
        (
            r#"{"answer":{"error":"network","status":200},"at":99}"#.into(),
            "answer.status: a failed connection has no response",
        ),
        (
            r#"{"answer":{"status":200},"at":-1}"#.into(),
            "at: -1 is not a time",
        ),
        (
            r#"{"answer":{"status":200},"at":99,"reset":true}"#.into(),
            "the line has several of the members",
        ),
        (
            r#"{"reset":true,"at":99}"#.into(),
            "at: only a line with `answer` has a time of its own",
        ),
        (
            r#"{"reset":1}"#.into(),
            "reset: the value is the number `1`, but",
        ),
        (
            "{".into(),
            "not JSON, column 1: the text ends inside an object",
        ),
        (
            " ".repeat(fetch_cors::cases::MAX_LINE_BYTES + 1),
            "the line is longer than 8388608 bytes: write a shorter line",
        ),
    ] {
        let answer = client.line(&line);
        let malformed = answer["malformed"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"));
        assert!(malformed.starts_with(error), "{line}: {malformed}");
        assert_eq!(answer["id"], Value::Null);
        assert_eq!(answer["line"], client.lines);
    }
    let line = format!(r#"{{"x-a":1,"answer":{}}}"#, allow(0));
    assert_eq!(sent(&client.line(&line)), "PUT");
}

/// Without a limit, the cache of a session would grow without end.
#[test]
fn answers_to_preflights_are_limited() {
    let mut client = Client::new();
    let names = "a,".repeat(4_000_000);
    let answer = json!({"answer": {"status": 403, "headers": [["X-A", names]]}}).to_string();
    let mut answers = 0;
    let refused = loop {
        assert_eq!(sent(&client.line(&open(""))), "OPTIONS");
        let answer = client.line(&answer);
        if answer.get("result").is_none() {
            break answer;
        }
        answers += 1;
        assert!(answers < 40);
    };
    assert_eq!(answers, 256 * 1024 * 1024 / 8_000_000);
    let reason = "answer: the answers to all preflights of the session have more than 268435456 bytes together: send `{\"reset\": true}`";
    assert_eq!(refused["malformed"], reason);
    assert_eq!(
        client.line(r#"{"answer":{"status":403}}"#)["result"]["type"],
        "error"
    );
    client.line(r#"{"reset":true}"#);
    assert_eq!(sent(&client.line(&open(""))), "OPTIONS");
    assert_eq!(client.line(&answer)["result"]["type"], "error");
}
