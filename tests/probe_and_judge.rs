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

#[path = "probe_and_judge/incomplete.rs"]
mod incomplete;
#[path = "probe_and_judge/known.rs"]
mod known;
#[path = "probe_and_judge/refused_input.rs"]
mod refused_input;

use std::collections::BTreeSet;

use fetch_cors::conformance::{Severity, laws::Law};
use serde_json::{Value, json};

use program::{command, feed, file, ran};

const POLICY: &str = r#"{"origins": ["https://*.app.example", "https://app.example"], "credentials": true, "methods": ["PUT"],
    "request_headers": ["x-a", "x-b"], "max_age": 600}"#;
const URL: &str = "https://api.example/notes";

/// Returns the requests that `probe` prints for the policy `probed`, with the responses of a server that has the policy
/// `served`.
fn exchanges(probed: &str, served: &str, seed: &str) -> Vec<Value> {
    exchanges_with(probed, served, &["--seed", seed, "--unsafe-methods"])
}

/// Returns the same as [`exchanges`]. `probe` gets the given options.
fn exchanges_with(probed: &str, served: &str, options: &[&str]) -> Vec<Value> {
    let arguments = [&["probe", "--policy", probed, "--url", URL], options].concat();
    let probes = ran(&arguments, "");
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
        &[
            "judge",
            "--json",
            "--unsafe-methods",
            "--policy",
            policy,
            "--url",
            URL,
            "--seed",
            seed,
        ],
        input,
    );
    assert_eq!(ran.err, "");
    (ran.status, ran.json())
}

#[test]
fn server_with_the_policy_violates_no_law() {
    let policy = file("harness-policy.json", POLICY);
    for seed in ["0", "7"] {
        let exchanges = exchanges(&policy, &policy, seed);
        let (status, answers) = judged(&policy, seed, &lines(&exchanges));
        assert_eq!(status, 0, "{answers:?}");
        let fetches = answers[0]["fetches"].as_u64().unwrap();
        assert!(fetches > 100, "{fetches}");
        let not_checked = answers[0]["not_checked"].as_array().unwrap();
        let expected = json!({"exchanges": exchanges.len(), "fetches": fetches, "missing": 0, "violations": 0,
            "findings": [], "unanswered": [], "not_checked": not_checked});
        assert_eq!(answers, [expected]);
        // `judge` did not check three things: the test handler, an error URL and the times.
        assert_eq!(not_checked.len(), 3, "{not_checked:#?}");
    }
}

#[test]
fn server_with_wider_policy_violates_laws() {
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
    // The server's policy is wider than the judged policy. Every preflight response to an allowed origin has all
    // methods and headers of the server's policy. So the preflights of allowed origins have violations.
    let grants = |violation: &&Value| violation["law"] == Law::GrantsStayWithinPolicy.name();
    let grants: Vec<_> = violations.iter().filter(grants).collect();
    // The server's policy also allows an origin that the judged policy denies. So the preflights of this denied origin
    // have violations too.
    let kinds: BTreeSet<String> = grants
        .iter()
        .map(|violation| violation["requests"].to_string())
        .collect();
    let expected = [
        r#"["allowed-origin-preflight"]"#,
        r#"["denied-origin-preflight"]"#,
    ];
    assert_eq!(kinds, expected.map(String::from).into());
    assert_eq!(grants.len(), kinds.len(), "{violations:#?}");
    assert!(grants.iter().all(|grant| grant["severity"] == "security"));
    let text = |member: &str| violations[0][member].as_str().unwrap().to_owned();
    assert!(!text("message").contains('\n') && text("explanation").contains("\n$ curl "));
    // The violations are grouped by finding. The violations of the worst finding are first.
    let mut causes: Vec<&str> = violations
        .iter()
        .map(|violation| violation["cause"].as_str().unwrap())
        .collect();
    causes.dedup();
    let findings = summary["findings"].as_array().unwrap();
    let found: Vec<&str> = findings
        .iter()
        .map(|finding| finding["cause"].as_str().unwrap())
        .collect();
    assert_eq!(causes, found);
    // In a finding, the violations with the worst severity are first, and the finding has this severity.
    let severity = |value: &Value| {
        let mut all = Severity::ALL.into_iter();
        all.find(|severity| value["severity"] == severity.name())
            .unwrap()
    };
    let worst: Vec<Severity> = findings.iter().map(severity).collect();
    assert!(worst.is_sorted(), "{worst:?}");
    let mut rest = violations;
    for (finding, worst) in findings.iter().zip(worst) {
        let count = finding["violations"].as_u64().unwrap() as usize;
        let (of_finding, others) = rest.split_at(count);
        let causes = of_finding.iter().map(|violation| &violation["cause"]);
        assert!(causes.eq(std::iter::repeat_n(&finding["cause"], count)));
        let severities: Vec<Severity> = of_finding.iter().map(severity).collect();
        assert_eq!(severities.first(), Some(&worst));
        assert!(severities.is_sorted(), "{severities:?}");
        rest = others;
    }
    assert_eq!(rest.len(), 0);
    let found: BTreeSet<&str> = found.into_iter().collect();
    assert_eq!(found.len(), findings.len(), "{found:?}");
}

/// The URL of `--error-url` is checked even if the policy allows no origin.
#[test]
fn error_url_is_checked_without_an_allowed_origin() {
    let policy = file("harness-none.json", r#"{"origins": "none"}"#);
    let error = ["--error-url", "https://api.example/missing"];
    let probes = probe_with(&policy, &error).json();
    let exchanges: Vec<Value> = probes
        .iter()
        .map(|request| {
            let is_error = request["url"] == "https://api.example/missing";
            json!({"id": request["id"], "request": request,
                "response": {"status": if is_error { 404 } else { 200 }, "headers": []}})
        })
        .collect();
    let judged = judge_with(&policy, &error, &lines(&exchanges));
    assert_eq!(judged.status, 0, "{}", judged.out);
    assert!(!judged.out.contains("error responses"), "{}", judged.out);
}

/// The advice about a login names the two headers of a login, and the options that send the headers and show them.
#[test]
fn advice_about_a_login_names_the_options() {
    let policy = file("harness-login.json", POLICY);
    let mut exchanges = exchanges(&policy, &policy, "0");
    for (status, location) in [(401, "/"), (302, "/login"), (302, "https://other.example/")] {
        for exchange in &mut exchanges {
            if exchange["request"]["method"] != "OPTIONS" {
                exchange["response"] =
                    json!({"status": status, "headers": [["location", location]]});
            }
        }
        let report = judge_with(&policy, &[], &lines(&exchanges)).out;
        let first = report.lines().next().unwrap();
        let advice = "give `send.py` and `judge` the option `--header 'Authorization: Bearer …'` or `--header 'Cookie: …'`";
        assert!(first.contains(advice), "{first}");
    }
}

/// The `curl` commands of a report have the login and the body that the client added to the requests.
#[test]
fn curl_commands_have_the_additions_of_the_client() {
    let policy = file("harness-additions.json", POLICY);
    let wider = file(
        "harness-additions-wider.json",
        POLICY.replace(
            r#""https://app.example""#,
            r#""https://app.example", "https://unlisted.test""#,
        ),
    );
    let wrong = exchanges(&policy, &wider, "0");
    let commands = |options: &[&str], exchanges: &[Value]| {
        let options = [&["--json", "--unsafe-methods"], options].concat();
        let judged = judge_with(&policy, &options, &lines(exchanges));
        assert_eq!((judged.status, &*judged.err), (1, ""));
        let violations = judged.json();
        let texts = violations.iter();
        let texts = texts.filter_map(|violation| violation["explanation"].as_str());
        let commands = texts.flat_map(str::lines);
        let commands = commands.filter_map(|line| line.strip_prefix("$ "));
        commands.map(String::from).collect::<Vec<String>>()
    };
    let plain = commands(&[], &wrong);
    let headers = ["Cookie: session=1", "x-tenant:b", "cookie: b='2'"];
    let headers = headers.iter().flat_map(|header| ["--header", header]);
    let options: Vec<&str> = headers.chain(["--body", r#"{"a": 'b'}"#]).collect();
    let added = commands(&options, &wrong);
    assert_eq!(plain.len(), added.len());
    for (plain, added) in plain.iter().zip(&added) {
        let is_options = plain.contains("-sSiX OPTIONS ");
        assert_eq!(is_options, plain == added, "{plain}");
        for text in [r"session=1; b='\''2'\'''", "-H 'x-tenant: b'"] {
            assert_eq!(is_options, !added.contains(text), "{added}");
        }
        let mut with_body = ["PATCH", "POST", "PUT"].iter();
        let has_body = with_body.any(|method| plain.contains(&format!("-sSiX {method} ")));
        let body = r#" --data-raw '{"a": '\''b'\''}'"#;
        assert_eq!(has_body, added.ends_with(body), "{added}");
        // A test request can have a content type of its own.
        let has_type = plain.contains("-H 'content-type: ");
        let content_type = "-H 'content-type: application/json'";
        let is_added = has_body && !has_type;
        assert!(!is_added || added.contains(content_type), "{added}");
        assert!(is_added || plain.contains(content_type) || !added.contains(content_type));
    }
    for text in ["-sSiX OPTIONS", "--data-raw", "curl -sSi -H"] {
        let mut added = added.iter();
        assert!(added.any(|command| command.contains(text)), "{text}");
    }
    // The server is wrong only if the test request has a cookie. This cookie stays in the command.
    let right = exchanges(&policy, &policy, "0").into_iter().zip(wrong);
    let mixed = right.map(|(right, wrong)| {
        let headers = wrong["request"]["headers"].as_array().unwrap();
        let has_cookie = headers.iter().any(|header| header[0] == "cookie");
        if has_cookie { wrong } else { right }
    });
    let with_cookies = commands(&options, &mixed.collect::<Vec<Value>>());
    let cookies = "-H 'cookie: fetch-cors=1; session=1; b=";
    let mut with_cookies = with_cookies.iter();
    assert!(with_cookies.any(|command| command.contains(cookies)));
    for (header, reason) in [
        (
            "cookie",
            "write the name, a colon and the value of the header, such as `cookie: session=1`",
        ),
        (
            ": c",
            "write the name, a colon and the value of the header, such as `cookie: session=1`",
        ),
        (
            "a b: c",
            "`a b` is not the name of a header: write, for example, `cookie: session=1`",
        ),
        (
            "a: b\nc",
            "the value has a control character, such as a line break: remove the character",
        ),
    ] {
        let refused = judge_with(&policy, &["--header", header], "");
        let complaint = refused.complaint();
        assert!(complaint.contains(reason), "{complaint}");
    }
}

#[test]
fn note_is_printed_only_with_the_option() {
    let policy = file("harness-note.json", POLICY);
    let mut exchanges = exchanges(&policy, &policy, "0");
    for exchange in &mut exchanges {
        if exchange["request"]["method"] == "OPTIONS" {
            let headers = exchange["response"]["headers"].as_array_mut().unwrap();
            headers.retain(|header| header[0] != "vary");
        }
    }
    let input = lines(&exchanges);
    let judged = |options: &[&str]| judge_with(&policy, options, &input);
    let plain = judged(&["--json"]);
    assert_eq!((plain.status, &*plain.err), (0, ""));
    assert!(plain.json()[0].get("notes").is_none(), "{}", plain.out);
    let noted = judged(&["--json", "--note-preflight-vary"]);
    assert_eq!((noted.status, &*noted.err), (0, ""));
    let notes = noted.json()[0]["notes"].clone();
    assert_eq!(notes.as_array().unwrap().len(), 1, "{notes}");
    let text = judged(&["--note-preflight-vary"]);
    let note = format!("\nnote: {}\n\n", notes[0].as_str().unwrap());
    assert!(text.out.contains(&note), "{}", text.out);
}

#[test]
fn times_are_judged() {
    let policy = file("harness-times.json", POLICY);
    let mut exchanges = exchanges(&policy, &policy, "0");
    for exchange in &mut exchanges {
        let length = exchange["request"]["headers"].to_string().len() as f64;
        exchange["seconds"] = json!(length * length / 1e8);
    }
    let (status, answers) = judged(&policy, "0", &lines(&exchanges));
    assert_eq!((status, answers.len()), (0, 2), "{answers:#?}");
    assert_eq!(answers[0]["law"], Law::PreflightTimeGrowsLinearly.name());
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
        (&json!(Law::DeniedPageReadsNothing.name()), &json!(["mine"]))
    );
    assert_eq!(
        found[1],
        (&json!(Law::VaryListsEachNameOnce.name()), &json!(["x/2"]))
    );
    assert_eq!((found.len(), &answers[2]["exchanges"]), (3, &json!(3)));
}

/// Returns the exchanges with a server that reflects every origin.
fn reflected(policy: &str) -> Vec<Value> {
    let probes = ran(&["probe", "--policy", policy, "--url", URL], "").json();
    let exchanges = probes.into_iter().map(|request| {
        let headers = request["headers"].as_array().unwrap().clone();
        let origin = headers.into_iter().find(|header| header[0] == "origin");
        let reflection = origin.map(|origin| json!(["access-control-allow-origin", origin[1]]));
        let headers: Vec<Value> = reflection.into_iter().collect();
        json!({"id": request["id"], "request": request, "response": {"status": 200, "headers": headers}})
    });
    exchanges.collect()
}

fn judge_with(policy: &str, options: &[&str], input: &str) -> program::Ran {
    let arguments = [&["judge", "--policy", policy, "--url", URL], options].concat();
    ran(&arguments, input)
}

fn probe_with(policy: &str, options: &[&str]) -> program::Ran {
    let arguments = [&["probe", "--policy", policy, "--url", URL], options].concat();
    ran(&arguments, "")
}

/// The lines in the help are lines that `probe` prints and `judge` reads.
#[test]
fn help_has_valid_lines() {
    let examples = |command: &str| -> Vec<String> {
        let help = ran(&[command, "--help"], "").out;
        let lines = help.lines().filter(|line| line.starts_with("  {"));
        lines.map(|line| line.trim().to_owned()).collect()
    };
    let policy = file("help.json", r#"{"origins": ["https://app.example"]}"#);
    let options = ["--policy", &*policy, "--url", "http://127.0.0.1:8000/notes"];
    let printed = ran(&[&["probe"], &options[..]].concat(), "").out;
    let probes = examples("probe");
    assert_eq!(probes.len(), 1);
    assert!(printed.lines().any(|line| line == probes[0]), "{printed}");
    for example in examples("judge") {
        let arguments = [&["judge", "--json"], &options[..]].concat();
        let judged = ran(&arguments, &*example);
        assert!(!judged.out.contains("\"malformed\":"), "{}", judged.out);
        assert_eq!(judged.json().last().unwrap()["exchanges"], json!(1));
    }
}

#[test]
fn probe_sends_only_safe_methods_by_default() {
    let policy = file("harness-safe.json", POLICY);
    let methods = |options: &[&str]| {
        let lines = probe_with(&policy, options).json();
        let methods = lines
            .iter()
            .map(|line| line["method"].as_str().unwrap().to_owned());
        methods.collect::<BTreeSet<_>>()
    };
    let safe = ["GET", "HEAD", "OPTIONS"].map(String::from);
    assert_eq!(methods(&[]), BTreeSet::from(safe.clone()));
    let all = methods(&["--unsafe-methods"]);
    for method in ["PUT", "POST", "DELETE", "PATCH"]
        .map(String::from)
        .iter()
        .chain(&safe)
    {
        assert!(all.contains(method), "{all:?}");
    }
    for command in ["probe", "judge"] {
        let help = ran(&[command, "--help"], "").out;
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            help.contains("executes these requests: use a test instance"),
            "{help}"
        );
    }
}

#[test]
fn preflight_of_an_unsafe_request_is_judged() {
    let policy = file("harness-preflights.json", POLICY);
    let wider = file(
        "harness-more-methods.json",
        POLICY.replace("[\"PUT\"]", "[\"PUT\", \"DELETE\"]"),
    );
    let mut safe = exchanges(&policy, &wider, "0");
    safe.retain(|exchange| exchange["request"]["method"] == "OPTIONS");
    let ran = judge_with(&policy, &["--fail-on", "security"], &lines(&safe));
    assert_eq!(ran.status, 1, "{}", ran.out);
    assert!(
        ran.out
            .contains("can send DELETE, which the policy does not permit"),
        "{}",
        ran.out
    );
}

#[test]
fn no_two_requests_have_the_same_id() {
    const METHODS: [&[&str]; 6] = [
        &["patch"],
        &["PATCH", "patch"],
        &["query", "QUERY"],
        &["Foo", "FOO", "foo", "foo-2"],
        &["PUT+", "PUT*"],
        &["error"],
    ];
    for methods in METHODS {
        let policy = json!({"origins": ["https://app.example"], "methods": methods}).to_string();
        let policy = file("equal-names.json", policy);
        let options = ["--unsafe-methods", "--error-url", "https://api.example/e"];
        let requests = probe_with(&policy, &options).json();
        let ids: BTreeSet<&str> = requests
            .iter()
            .filter_map(|line| line["id"].as_str())
            .collect();
        assert_eq!(ids.len(), requests.len(), "{methods:?}");
        // A probe has at most two requests, so their ids end with `/1` and `/2`. An id that ends with `/3` would show
        // that two probes have the same name.
        assert!(!ids.iter().any(|id| id.ends_with("/3")), "{methods:?}");
    }
}

/// If the policy does not allow any page at the URL, the check cannot send a permitted fetch. The report says this
/// first.
#[test]
fn policy_that_allows_no_page_is_reported_first() {
    for (name, origin) in [("own", "https://api.example"), ("dead", "https://xn--a")] {
        let policy = file(
            &format!("no-page-{name}.json"),
            json!({"origins": [origin]}).to_string(),
        );
        let judged = judge_with(
            &policy,
            &["--unsafe-methods"],
            &lines(&exchanges(&policy, &policy, "0")),
        );
        assert_eq!((judged.status, &*judged.err), (0, ""), "{}", judged.out);
        assert!(
            judged
                .out
                .starts_with("not checked: everything that the policy allows, "),
            "{}",
            judged.out
        );
    }
    let policy = file("no-page-none.json", r#"{"origins": "none"}"#);
    let judged = judge_with(
        &policy,
        &["--unsafe-methods"],
        &lines(&exchanges(&policy, &policy, "0")),
    );
    assert!(
        !judged.out.contains("every allowed origin"),
        "{}",
        judged.out
    );
}

/// `judge` finds in the record whether `probe` had `--error-url` and `--unsafe-methods`.
#[test]
fn options_of_probe_are_found_in_the_record() {
    let policy = file("harness-options.json", POLICY);
    let error = ["--error-url", "https://api.example/missing"];
    for options in [
        &error[..],
        &["--unsafe-methods"],
        &[error[0], error[1], "--unsafe-methods"],
    ] {
        let mut exchanges = exchanges_with(&policy, &policy, options);
        for _ in 0..2 {
            let input = lines(&exchanges);
            let with = judge_with(&policy, options, &input);
            assert_eq!((with.status, &*with.err), (0, ""), "{}", with.out);
            let without = judge_with(&policy, &[], &input);
            assert_eq!((without.status, &without.out), (0, &with.out));
            // The order of the exchanges does not matter.
            exchanges.reverse();
        }
    }
    // Only the right error URL is accepted.
    let input = lines(&exchanges_with(&policy, &policy, &error));
    let other = ["--error-url", "https://api.example/other"];
    let judged = judge_with(&policy, &other, &input);
    assert_eq!(judged.status, 1);
    assert!(
        judged.out.contains("use the same policy, URL, error URL"),
        "{}",
        judged.out
    );
}

/// The report counts the exchanges with an unknown id and the exchanges with a repeated id.
#[test]
fn exchanges_without_a_test_request_are_counted() {
    let policy = file("harness-alone.json", POLICY);
    let mut exchanges = exchanges(&policy, &policy, "0");
    let judged = judge_with(&policy, &[], &lines(&exchanges));
    assert!(!judged.out.contains("judged alone"), "{}", judged.out);
    let mut added = exchanges[0].clone();
    exchanges.push(added.clone());
    added["id"] = json!("mine");
    exchanges.push(added.clone());
    // The response of another server says nothing about this server.
    added["id"] = json!("b/1");
    added["request"]["url"] = json!("https://evil.other/notes");
    added["response"]["headers"] = json!([["Access-Control-Allow-Origin", "https://evil.test"]]);
    exchanges.push(added);
    let judged = judge_with(&policy, &[], &lines(&exchanges));
    assert_eq!((judged.status, &*judged.err), (0, ""));
    let id = exchanges[0]["id"].as_str().unwrap();
    for line in [
        "\nnote: 1 exchange not judged (`b/1`): the URL is not a URL of the check, ",
        "\nnote: 1 exchange judged alone (`mine`): no test request has this id; ",
        &format!("\nnote: 1 exchange judged alone (`{id}`): an earlier exchange has the same id; "),
    ] {
        assert!(judged.out.contains(line), "{}", judged.out);
    }
    let judged = judge_with(&policy, &["--json"], &lines(&exchanges)).json();
    let summary = judged.last().unwrap();
    assert_eq!(summary["judged_alone"], 2);
    assert_eq!(summary["notes"].as_array().unwrap().len(), 3);
}

/// At the error URL, the server should answer with an error. So the error URL cannot be the URL of the check.
#[test]
fn error_url_differs_from_the_url() {
    let policy = file("harness-same-error-url.json", POLICY);
    let same = ["--error-url", "https://api.example/notes#part"];
    for run in [probe_with(&policy, &same), judge_with(&policy, &same, "")] {
        let complaint = run.complaint();
        assert!(
            complaint
                .contains("the URL of the error is also the URL of the check: use another URL"),
            "{complaint}"
        );
    }
}

#[test]
fn error_url_is_probed() {
    let policy = file("harness-error-url.json", POLICY);
    let error = "https://api.example/missing";
    let probes = probe_with(&policy, &["--error-url", error]);
    let request = probes
        .json()
        .into_iter()
        .find(|request| request["url"] == error);
    let request = request.expect(&probes.out);
    let exchange = json!({"id": request["id"], "request": request, "response": {"status": 404}});
    let judged = judge_with(&policy, &["--error-url", error], &lines(&[exchange]));
    assert_eq!(judged.status, 1, "{}", judged.out);
    assert!(
        judged
            .out
            .contains("send the CORS headers on error responses too"),
        "{}",
        judged.out
    );
    assert!(!judged.out.contains("--error-url"), "{}", judged.out);
    let without = judge_with(&policy, &[], &lines(&reflected(&policy)));
    assert!(without.out.contains("`--error-url`"), "{}", without.out);
    let wrong = probe_with(&policy, &["--error-url", "ftp://a"]);
    let complaint = wrong.complaint();
    assert!(
        complaint.starts_with("invalid value `ftp://a` for `--error-url <URL>`"),
        "{complaint}"
    );
}

#[test]
fn report_is_text_without_the_option_json() {
    let policy = file("harness-text.json", POLICY);
    let exchanges = lines(&reflected(&policy));
    let text = judge_with(&policy, &[], &exchanges);
    assert_eq!((text.status, &*text.err), (1, ""));
    assert!(
        text.out
            .starts_with("security: the server reflects any origin (reflects-any-origin)\n")
            && text.out.contains("\n$ curl -sSi "),
        "{}",
        text.out
    );
    // The output is a pipe and not a terminal, so it has no colors.
    assert!(!text.out.contains('\u{1b}'));
    let json = judge_with(&policy, &["--json"], &exchanges);
    assert_eq!((json.status, &*json.err), (1, ""));
    assert!(
        json.json()
            .iter()
            .any(|line| line["severity"] == "security")
    );

    let malformed = judge_with(&policy, &[], "{\"a\"}\n[\"\\u001b[31m\"]\n");
    assert_eq!((malformed.status, &*malformed.err), (1, ""));
    assert!(
        malformed.out.starts_with("line 1 is malformed: "),
        "{}",
        malformed.out
    );
    assert!(malformed.out.contains("line 2 is malformed: ") && !malformed.out.contains('\u{1b}'));
}

#[test]
fn colors_are_shown_only_where_they_are_wanted() {
    let policy = file("harness-colors.json", POLICY);
    let exchanges = lines(&reflected(&policy));
    let judged = |variables: &[(&str, &str)]| {
        let mut command = command(&["judge", "--policy", &policy, "--url", URL]);
        command
            .env_remove("NO_COLOR")
            .envs(variables.iter().copied());
        feed(&mut command, exchanges.clone()).out
    };
    let forced = judged(&[("CLICOLOR_FORCE", "1")]);
    assert!(forced.contains("\u{1b}[1m\u{1b}[31msecurity: "), "{forced}");
    let plain = judged(&[]);
    assert!(!plain.contains('\u{1b}'));
    assert_eq!(judged(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), plain);
    let mut unpainted = String::new();
    let mut parts = forced.split("\u{1b}[");
    unpainted.push_str(parts.next().unwrap());
    for part in parts {
        unpainted.push_str(part.split_once('m').unwrap().1);
    }
    assert_eq!(unpainted, plain);
}

#[test]
fn severity_decides_the_exit_status() {
    let policy = file(
        "harness-severity.json",
        r#"{"origins": ["https://app.example"]}"#,
    );
    let exchange = |id: &str, headers: Value| {
        json!({"id": id, "request": {"method": "GET", "url": URL, "headers": [["origin", "https://app.example"]]},
            "response": {"status": 200, "headers": headers}})
    };
    let own = ["access-control-allow-origin", "https://app.example"];
    let waste = lines(&[exchange(
        "a",
        json!([own, ["vary", "origin"], ["vary", "origin"]]),
    )]);
    let security = lines(&reflected(&policy));
    for (fail_on, of_waste, of_security) in [
        (&[][..], 0, 1),
        (&["--fail-on", "waste"], 1, 1),
        (&["--fail-on", "cache"], 0, 1),
        (&["--fail-on", "broken"], 0, 1),
        (&["--fail-on", "security"], 0, 1),
    ] {
        for json in [&[][..], &["--json"]] {
            let options = [&["--allow-unanswered"], fail_on, json].concat();
            let ran = judge_with(&policy, &options, &waste);
            assert_eq!(ran.status, of_waste, "{fail_on:?}: {}", ran.out);
            assert!(
                ran.out.contains(Law::VaryListsEachNameOnce.name()),
                "{}",
                ran.out
            );
            assert_eq!(judge_with(&policy, &options, &security).status, of_security);
        }
    }
    // The allowed page cannot read the response, so the severity is `broken`.
    let broken = judge_with(
        &policy,
        &["--allow-unanswered", "--fail-on", "security"],
        &lines(&[json!({
            "id": "listed-origin/1", "request": {"method": "GET", "url": URL, "headers": [["origin", "https://app.example"]]},
            "response": {"status": 200}
        })]),
    );
    assert!(broken.out.contains("1 broken"), "{}", broken.out);
    assert_eq!(broken.status, 0, "{}", broken.out);
    assert_eq!(
        judge_with(&policy, &["--fail-on", "securty"], "").complaint(),
        "invalid value `securty` for `--fail-on <SEVERITY>`: write `security`; try `--help`"
    );
}
