//! Tests of `probe` and `judge`, with a server that answers the requests.
#![cfg(feature = "cli")]
#![allow(
    missing_docs,
    dead_code,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

#[path = "cli/program.rs"]
mod program;

use fetch_cors::conformance::laws::Law;
use serde_json::{Value, json};

use program::{file, ran};

const POLICY: &str = r#"{"origins": ["https://*.app.example", "https://app.example"], "credentials": true, "methods": ["PUT"],
    "request_headers": ["x-a", "x-b"], "max_age": 600}"#;
const URL: &str = "https://api.example/notes";

/// Returns the requests of `probe` for one policy, with the responses of a server with another policy.
fn exchanges(probed: &str, served: &str, seed: &str) -> Vec<Value> {
    let probes = ran(
        &["probe", "--policy", probed, "--url", URL, "--seed", seed],
        "",
    );
    assert_eq!((probes.status, &*probes.err), (0, ""));
    let answers = ran(&["respond", "--policy", served], &*probes.out);
    assert_eq!((answers.status, &*answers.err), (0, ""), "{}", answers.out);
    let pairs = probes.json().into_iter().zip(answers.json());
    let exchanges = pairs.map(|(request, answer)| {
        assert_eq!(request["id"], answer["id"]);
        let status = answer["status"].as_u64().unwrap_or(200);
        json!({
            "id": request["id"],
            "request": {"method": request["method"], "url": request["url"], "headers": request["headers"]},
            "response": {"status": status, "headers": answer["headers"]},
        })
    });
    exchanges.collect()
}

fn lines(values: &[Value]) -> String {
    values
        .iter()
        .map(|value| value.to_string() + "\n")
        .collect()
}

fn judged(policy: &str, seed: &str, input: &str) -> (i32, Vec<Value>) {
    let ran = ran(
        &["judge", "--policy", policy, "--url", URL, "--seed", seed],
        input,
    );
    assert_eq!(ran.err, "");
    (ran.status, ran.json())
}

#[test]
fn server_with_the_policy_breaks_no_law() {
    let policy = file("harness-policy.json", POLICY);
    for seed in ["0", "7"] {
        let exchanges = exchanges(&policy, &policy, seed);
        let (status, answers) = judged(&policy, seed, &lines(&exchanges));
        assert_eq!(status, 0, "{answers:?}");
        let fetches = answers[0]["fetches"].as_u64().unwrap();
        assert!(fetches > 100, "{fetches}");
        let expected = json!({"exchanges": exchanges.len(), "fetches": fetches, "missing": 0, "violations": 0});
        assert_eq!(answers, [expected]);
    }
}

#[test]
fn server_with_wider_policy_breaks_laws() {
    let policy = file("harness-narrow.json", POLICY);
    let wider = POLICY
        .replace(
            "https://app.example",
            "http://app.example\", \"https://app.example",
        )
        .replace(
            "\"max_age\"",
            "\"dangerously_allow_insecure_origins\": true, \"max_age\"",
        )
        .replace("\"x-a\"", "\"x-a\", \"authorization\"");
    let wider = file("harness-wider.json", wider);
    let exchanges = exchanges(&policy, &wider, "0");
    let (status, answers) = judged(&policy, "0", &lines(&exchanges));
    let (summary, violations) = answers.split_last().unwrap();
    assert_eq!(
        (status, &summary["violations"]),
        (1, &json!(violations.len()))
    );
    let has = |law: &str, id: &str| {
        violations.iter().any(|violation| {
            violation["law"] == law
                && violation["severity"] == "security"
                && violation["ids"][0] == id
        })
    };
    assert!(
        has(Law::DeniedPageReadsNothing.name(), "http-trust/1"),
        "{violations:#?}"
    );
    // Each preflight of an allowed origin shows the wider list, also one that is denied.
    let grants = |violation: &&Value| violation["law"] == Law::GrantsStayWithinPolicy.name();
    let grants: Vec<_> = violations.iter().filter(grants).collect();
    assert_eq!(grants.len(), 1, "{violations:#?}");
    assert_eq!(grants[0]["severity"], "security");
    let text = |member: &str| violations[0][member].as_str().unwrap().to_owned();
    assert!(!text("message").contains('\n') && text("explanation").contains("\n$ curl "));
    // The finding with the fewest requests is first.
    let sizes = violations
        .iter()
        .map(|violation| violation["ids"].as_array().unwrap().len());
    assert!(sizes.is_sorted());
}

#[test]
fn missing_exchanges_are_counted() {
    let policy = file("harness-missing.json", POLICY);
    let exchanges = exchanges(&policy, &policy, "0");
    let (first, _) = exchanges.split_at(10);
    let (status, answers) = judged(&policy, "0", &lines(first));
    assert_eq!((status, answers.len()), (0, 1));
    assert_eq!(answers[0]["exchanges"], 10);
    assert_eq!(answers[0]["missing"], exchanges.len() - 10);
}

#[test]
fn other_exchanges_are_judged_alone() {
    let policy = file("harness-alone.json", POLICY);
    let exchange = |id: &str, origin: &str, headers: Value| {
        json!({"id": id, "request": {"method": "GET", "url": URL, "headers": [["Origin", origin]]},
            "response": {"status": 200, "headers": headers}})
    };
    let reads = json!([["Access-Control-Allow-Origin", "https://evil.example"]]);
    let twice = json!([["vary", "origin"], ["vary", "origin"]]);
    let own = json!([["Access-Control-Allow-Origin", "https://app.example"]]);
    let input = lines(&[
        exchange("mine", "https://evil.example", reads),
        exchange("x/1", "https://app.example", own),
        exchange("x/2", "https://app.example", twice),
    ]);
    let (status, answers) = judged(&policy, "0", &input);
    assert_eq!(status, 1);
    let found: Vec<_> = answers
        .iter()
        .map(|answer| (&answer["law"], &answer["ids"]))
        .collect();
    assert_eq!(
        found[0],
        (&json!(Law::VaryListsEachNameOnce.name()), &json!(["x/2"]))
    );
    assert_eq!(
        found[1],
        (&json!(Law::DeniedPageReadsNothing.name()), &json!(["mine"]))
    );
    assert_eq!((found.len(), &answers[2]["exchanges"]), (3, &json!(3)));
}

#[test]
fn malformed_lines_are_reported() {
    let policy = file("harness-malformed.json", POLICY);
    let exchange = |id: &str, method: &str, status: u16| {
        json!({"id": id, "request": {"method": method, "url": URL, "headers": [["Origin", "https://unlisted.test"]]},
            "response": {"status": status, "headers": []}})
    };
    let no_url = r#"{"id":"d","request":{"method":"GET","url":"/notes","headers":[]},"response":{"status":200,"headers":[]}}"#;
    let array =
        r#"{"id":"e","request":["GET","http://a/",[]],"response":{"status":200,"headers":[]}}"#;
    let header = r#"{"id":"f","request":{"method":"GET","url":"http://a/","headers":[["a","\u0100"]]},"response":{"status":200,"headers":[]}}"#;
    let input = format!(
        "{{\n\n{}{no_url}\n{array}\n{header}\n{{\"id\":\"g\"}}\n",
        lines(&[
            exchange("reflection/1", "PUT", 200),
            exchange("b", "G T", 200),
            exchange("c", "GET", 99),
        ])
    );
    let (status, answers) = judged(&policy, "0", &input);
    assert_eq!(status, 1);
    let malformed: Vec<(Value, String)> = answers
        .iter()
        .filter(|answer| answer.get("malformed").is_some())
        .map(|answer| {
            (
                answer["id"].clone(),
                answer["malformed"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let expected = [
        (json!(null), "EOF while parsing"),
        (
            json!("reflection/1"),
            "request.method: the exchange has `PUT`, but the probe with this id has `GET`",
        ),
        (
            json!("b"),
            "request.method: `G T` is not a method: write a method without white space and without characters such as `,` and `:`",
        ),
        (
            json!("c"),
            "response.status: 99 is not a status between 200 and 999",
        ),
        (
            json!("d"),
            "request.url: relative URL without a base: write a whole URL, for example `https://api.example/r`",
        ),
        (
            json!("e"),
            "request: invalid type: sequence, expected a request",
        ),
        (
            json!("f"),
            "request.headers[0][1]: a character above U+00FF is not a byte: write each byte as one character from U+0000 to U+00FF",
        ),
        (json!("g"), "missing field `request`"),
    ];
    assert_eq!(malformed.len(), expected.len(), "{malformed:#?}");
    for ((id, reason), (expected_id, beginning)) in malformed.iter().zip(expected) {
        assert_eq!(*id, expected_id);
        assert!(reason.starts_with(beginning), "{reason}");
    }
    assert_eq!(answers[0]["line"], 1);
    let summary = answers.last().unwrap();
    assert_eq!(
        (&summary["exchanges"], &summary["violations"]),
        (&json!(0), &json!(0))
    );
}

#[test]
fn other_seed_is_reported() {
    let policy = file("harness-seed.json", POLICY);
    let exchanges = exchanges(&policy, &policy, "1");
    let (status, answers) = judged(&policy, "2", &lines(&exchanges));
    assert_eq!(status, 1);
    assert!(answers.iter().any(|answer| {
        let malformed = answer["malformed"].as_str().unwrap_or_default();
        malformed.contains("use the policy, the URL and the seed of the probes")
    }));
}

/// An exchange of another URL could be judged as cross-origin although it was not.
#[test]
fn other_url_is_reported() {
    let policy = file("harness-url.json", POLICY);
    let mut exchanges = exchanges(&policy, &policy, "0");
    exchanges.truncate(2);
    for (i, other) in ["http://127.0.0.1:8000/notes", "https://api.example/notes#a"]
        .into_iter()
        .enumerate()
    {
        exchanges[i]["request"]["url"] = json!(other);
    }
    let (status, answers) = judged(&policy, "0", &lines(&exchanges));
    // A fragment is never sent.
    assert_eq!(
        (status, answers.len(), &answers[1]["exchanges"]),
        (1, 2, &json!(1))
    );
    assert_eq!(
        answers[0]["malformed"],
        "request.url: the exchange has `http://127.0.0.1:8000/notes`, but the probe with this id has \
         `https://api.example/notes`: use the policy, the URL and the seed of the probes"
    );
}

#[test]
fn unusable_arguments_are_reported() {
    let policy = file("harness-usage.json", POLICY);
    let probe = |url: &str| ran(&["probe", "--policy", &policy, "--url", url], "");
    assert_eq!(
        probe("ftp://a").complaint(),
        "invalid value `ftp://a` for `--url <BASE>`: the URL must begin with `http:` or `https:`; try `--help`"
    );
    assert_eq!(
        probe("http://u@a").complaint(),
        "invalid value `http://u@a` for `--url <BASE>`: the URL has a user name or a password, and `fetch()` rejects such URLs: remove it; try `--help`"
    );
    assert!(
        probe("http://a:25")
            .complaint()
            .contains("browsers block this port: use another port")
    );
    assert!(
        ran(&["judge", "--policy", &policy], "")
            .complaint()
            .starts_with("missing `--url <BASE>`")
    );
    let wrong = ran(&["judge", "--policy", "-", "--url", URL, "-"], "");
    assert_eq!(
        wrong.complaint(),
        "`-` is given twice, but there is only one standard input: name a file for one of them"
    );
    let wrong = file("harness-wrong.json", r#"{"origins":["https://a.com/"]}"#);
    for command in ["probe", "judge"] {
        let ran = ran(&[command, "--policy", &wrong, "--url", URL], "");
        assert_eq!(
            (ran.status, &ran.json()[0]["error"]),
            (1, &json!("unmatchable-origin"))
        );
    }
}
