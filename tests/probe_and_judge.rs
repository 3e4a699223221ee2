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

#[test]
fn missing_exchanges_are_counted() {
    let policy = file("harness-missing.json", POLICY);
    let exchanges = exchanges(&policy, &policy, "0");
    let (first, rest) = exchanges.split_at(10);
    let arguments = [
        "judge",
        "--json",
        "--unsafe-methods",
        "--policy",
        &policy,
        "--url",
        URL,
    ];
    let incomplete = ran(&arguments, lines(first));
    assert_eq!(incomplete.status, 2);
    let named = format!(
        "{} requests that `fetch-cors probe` printed have no exchange (`{}`, ",
        rest.len(),
        rest[0]["id"].as_str().unwrap()
    );
    assert!(incomplete.err.contains(&named), "{}", incomplete.err);
    let allowed = ran(
        &[&arguments[..], &["--allow-unanswered"]].concat(),
        lines(first),
    );
    assert_eq!((allowed.status, &*allowed.err), (0, ""));
    for ran in [incomplete, allowed] {
        let answers = ran.json();
        assert_eq!(answers.len(), 1);
        assert_eq!(answers[0]["exchanges"], 10);
        assert_eq!(answers[0]["missing"], rest.len());
        let ids: Vec<&Value> = rest.iter().map(|exchange| &exchange["id"]).collect();
        assert_eq!(answers[0]["unanswered"], json!(ids));
    }
}

#[test]
fn missing_responses_are_judged() {
    let policy = file("harness-errors.json", POLICY);
    let mut exchanges = exchanges(&policy, &policy, "0");
    for exchange in &mut exchanges {
        if exchange["id"] == "listed-method/1" {
            exchange["response"] = json!({"error": "timeout"});
        }
    }
    let (status, answers) = judged(&policy, "0", &lines(&exchanges));
    assert_eq!((status, answers.len()), (1, 2), "{answers:#?}");
    assert_eq!(answers[0]["severity"], "broken");
    assert_eq!(answers[0]["ids"], json!(["listed-method/1"]));
    let message = answers[0]["message"].as_str().unwrap();
    assert!(message.contains("does not answer in time"), "{message}");
    assert_eq!(answers[1]["missing"], 0);
}

/// A request without a response was not checked, so the exit status is 2. With `--fail-on security`, the exit status is
/// 2 too.
#[test]
fn requests_without_a_response_are_not_a_success() {
    let policy = file("harness-failed.json", POLICY);
    let mut exchanges = exchanges(&policy, &policy, "0");
    for exchange in &mut exchanges {
        if exchange["id"] == "reflection/1" || exchange["id"] == "prefix/1" {
            exchange["response"] = json!({"error": "network"});
        }
    }
    let input = lines(&exchanges);
    let default = judge_with(&policy, &["--unsafe-methods"], &input);
    assert_eq!(default.status, 2, "{}", default.out);
    let options = ["--unsafe-methods", "--fail-on", "security"];
    let failed = judge_with(&policy, &options, &input);
    assert_eq!(failed.status, 2, "{}", failed.out);
    let named = "not checked: 2 requests without a response (reflection/1, prefix/1): ";
    assert!(failed.out.contains(named), "{}", failed.out);
    assert_eq!(
        failed.err,
        "fetch-cors: 2 requests that `fetch-cors probe` printed have no response (`reflection/1`, `prefix/1`): send them again, or accept this with `--allow-unanswered`\n"
    );
    let allowed = judge_with(
        &policy,
        &[&options[..], &["--allow-unanswered"]].concat(),
        &input,
    );
    assert_eq!(allowed.status, 0, "{}", allowed.err);
    let json = judge_with(&policy, &[&options[..], &["--json"]].concat(), &input).json();
    let ids = json!(["reflection/1", "prefix/1"]);
    assert_eq!(json.last().unwrap()["without_response"], ids);
}

/// A response with the status 429 (Too Many Requests) does not show how the server treats the request. So the request
/// counts as not checked.
#[test]
fn refused_requests_are_not_a_success() {
    let policy = file("harness-limited.json", POLICY);
    let exchanges = exchanges(&policy, &policy, "0");
    for (number, named) in [
        (1, "1 request that `fetch-cors probe` printed has"),
        (300, "300 requests that `fetch-cors probe` printed have"),
    ] {
        let mut exchanges = exchanges.clone();
        for exchange in exchanges.iter_mut().rev().take(number) {
            exchange["response"] = json!({"status": 429, "headers": []});
        }
        let input = lines(&exchanges);
        for fail_on in ["security", "waste"] {
            let options = ["--unsafe-methods", "--fail-on", fail_on];
            let limited = judge_with(&policy, &options, &input);
            assert_eq!(limited.status, 2, "{}", limited.out);
            assert!(limited.out.contains("not checked: "), "{}", limited.out);
            assert!(limited.err.contains(named), "{}", limited.err);
            assert!(limited.err.contains("raise the limit"), "{}", limited.err);
            assert!(
                limited.err.contains("or start the server"),
                "{}",
                limited.err
            );
            let options = [&options[..], &["--allow-unanswered"]].concat();
            let allowed = judge_with(&policy, &options, &input);
            assert_eq!(allowed.status, 0, "{}{}", allowed.out, allowed.err);
        }
    }
}

/// If no request has a response, nothing was checked. Even with `--allow-unanswered`, this is an error.
#[test]
fn record_without_any_response_is_not_judged() {
    let policy = file("harness-down.json", POLICY);
    let mut exchanges = exchanges(&policy, &policy, "0");
    for (position, exchange) in exchanges.iter_mut().enumerate() {
        let error = ["network", "timeout"][position % 2];
        exchange["response"] = json!({ "error": error });
    }
    let down = "fetch-cors: nothing was checked, because no request has a response: start the server, and send again the requests that `fetch-cors probe` printed\n";
    for input in [lines(&exchanges), lines(&exchanges[..1])] {
        for options in [&[][..], &["--allow-unanswered"]] {
            let text = judge_with(&policy, options, &input);
            assert_eq!((text.status, &*text.err), (2, down), "{}", text.out);
            assert!(
                text.out.starts_with("not judged: no request to "),
                "{}",
                text.out
            );
            let json = judge_with(&policy, &[options, &["--json"]].concat(), &input);
            assert_eq!((json.status, &*json.err), (2, down));
            let [summary] = &json.json()[..] else {
                panic!("{}", json.out)
            };
            assert!(summary["not_judged"].is_string(), "{summary}");
            assert_eq!(summary["findings"], json!([]));
        }
    }
}

/// `--allow-unanswered` accepts requests without a response, but not a permitted fetch that fails.
#[test]
fn accepted_request_without_a_response_is_only_named() {
    let policy = file("harness-accepted.json", POLICY);
    let known = file(
        "harness-accepted.txt",
        "every_request_gets_a_response prefix the proxy drops this request\n",
    );
    for (id, error, status) in [
        ("prefix/1", "timeout", 0),
        ("without-an-origin/1", "network", 0),
        ("listed-origin/1", "timeout", 1),
        ("listed-method/1", "timeout", 1),
        ("listed-method/2", "network", 1),
    ] {
        let mut exchanges = exchanges(&policy, &policy, "0");
        let mut with_id = exchanges.iter_mut().filter(|exchange| exchange["id"] == id);
        with_id.next().unwrap()["response"] = json!({ "error": error });
        let input = lines(&exchanges);
        let strict = judge_with(&policy, &["--unsafe-methods"], &input);
        // If the missing response is the only problem, the server was not checked.
        let expected = if status == 0 { 2 } else { status };
        assert_eq!(strict.status, expected, "{id}: {}", strict.out);
        let options = ["--unsafe-methods", "--allow-unanswered"];
        let accepted = judge_with(&policy, &options, &input);
        assert_eq!(
            (accepted.status, &*accepted.err),
            (status, ""),
            "{id}: {}",
            accepted.out
        );
        let named = format!("not checked: 1 request without a response ({id}): ");
        assert!(accepted.out.contains(&named), "{}", accepted.out);
        assert_eq!(
            accepted.out.contains("broken: "),
            status == 1,
            "{}",
            accepted.out
        );
        if id == "prefix/1" {
            let known = judge_with(
                &policy,
                &[&options[..], &["--known", &known]].concat(),
                &input,
            );
            assert_eq!((known.status, &*known.err), (0, ""), "{}", known.out);
        }
    }
}

#[test]
fn equal_errors_of_lines_are_printed_once() {
    let policy = file("harness-repeated.json", POLICY);
    let input = "{\"error\":\"refused\"}\n".repeat(365) + "{\n";
    let judged = judge_with(&policy, &[], &input);
    assert_eq!((judged.status, &*judged.err), (1, ""));
    let lines: Vec<&str> = judged.out.lines().filter(|line| !line.is_empty()).collect();
    let [first, count, other] = lines[..] else {
        panic!("{}", judged.out)
    };
    assert!(first.starts_with("line 1 is malformed: "), "{first}");
    assert_eq!(count, "  365 lines have this error: 1, 2, 3, 4, 5, …");
    assert!(
        other.starts_with("line 366 is malformed: not JSON"),
        "{other}"
    );
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

#[test]
fn url_that_always_fails_is_not_a_success() {
    let policy = file("harness-misspelled.json", POLICY);
    let mut exchanges = exchanges(&policy, &policy, "0");
    for exchange in &mut exchanges {
        if exchange["request"]["method"] != "OPTIONS" {
            exchange["response"]["status"] = json!(404);
        }
    }
    let arguments = ["judge", "--json", "--policy", &policy, "--url", URL];
    let failed = ran(&arguments, lines(&exchanges));
    assert_eq!(failed.status, 2);
    let error = "fetch-cors: no response has a status from 200 to 299: ";
    assert!(failed.err.starts_with(error), "{}", failed.err);
    let not_checked = failed.json()[0]["not_checked"][0].to_string();
    assert!(not_checked.contains("this URL"), "{not_checked}");
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
        let content_type = "-H 'content-type: application/json'";
        assert_eq!(has_body, added.contains(content_type), "{added}");
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
        (
            json!(null),
            "not JSON, column 1: the text ends inside an object",
        ),
        (
            json!("b"),
            "request.method: `G T` is not a method: write a method without white space and without characters such as `,` and `:`",
        ),
        (
            json!("c"),
            "response.status: 99 is not a status: write a number from 200 to 999",
        ),
        (
            json!("d"),
            "request.url: relative URL without a base: write a whole URL, for example `https://api.example/r`",
        ),
        (
            json!("e"),
            "request: the value is a list, but it must be a request, such as `{\"method\": \"GET\", \"url\": \"https://api.example/r\"}`",
        ),
        (
            json!("f"),
            "request.headers[0][1]: a character above U+00FF is not a byte: write each byte as one character from U+0000 to U+00FF",
        ),
        (json!("g"), "the member `request` is missing: add it"),
        (
            json!("reflection/1"),
            "request.method: the exchange has `PUT`, but the test request with this id has `GET`",
        ),
    ];
    assert_eq!(malformed.len(), expected.len(), "{malformed:#?}");
    for ((id, reason), (expected_id, beginning)) in malformed.iter().zip(expected) {
        assert_eq!(*id, expected_id);
        assert!(reason.starts_with(beginning), "{reason}");
    }
    assert_eq!(answers[0]["line"], 1);
    let last = answers.last().unwrap()["malformed"].as_str().unwrap();
    assert!(last.ends_with("; the record is not judged"), "{last}");
}

#[test]
fn other_seed_is_reported() {
    let policy = file("harness-seed.json", POLICY);
    let exchanges = exchanges(&policy, &policy, "1");
    let (status, answers) = judged(&policy, "2", &lines(&exchanges));
    assert_eq!(status, 1);
    // All exchanges have the wrong seed. The output has one message about this mistake, and this message is the first
    // output line.
    let malformed: Vec<&str> = answers
        .iter()
        .filter_map(|answer| answer["malformed"].as_str())
        .collect();
    assert_eq!(malformed.len(), 1, "{malformed:#?}");
    assert_eq!(answers[0]["malformed"], malformed[0]);
    assert!(
        malformed[0]
            .contains("use the same policy, URL, error URL and seed as for the test requests")
    );
    let of_all = format!(" of {}", exchanges.len());
    assert!(malformed[0].contains(&of_all), "{}", malformed[0]);
    // In the text output, the first line contains the number of exchanges.
    let arguments = ["--unsafe-methods", "--seed", "2"];
    let text = judge_with(&policy, &arguments, &lines(&exchanges));
    let first = text.out.lines().next().unwrap();
    assert!(first.contains(&of_all), "{first}");
    assert_eq!(text.status, 1);
}

/// An exchange is not judged if its URL differs from the URL of the check. The request could be same-origin, and the
/// harness would judge it as cross-origin.
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
        "request.url: the exchange has `http://127.0.0.1:8000/notes`, but the test request with this id has \
         `https://api.example/notes`: use the same policy, URL, error URL and seed as for the test requests"
    );
}

/// A wrong URL makes every line differ. The text reports the wrong URL once.
#[test]
fn record_of_another_url_is_reported_once() {
    let policy = file("harness-other-url.json", POLICY);
    let mut exchanges = exchanges(&policy, &policy, "0");
    for exchange in &mut exchanges {
        exchange["request"]["url"] = json!("http://127.0.0.1:8000/notes");
    }
    let ran = judge_with(&policy, &[], &lines(&exchanges));
    assert_eq!(ran.status, 1, "{}", ran.out);
    let (first, rest) = ran.out.trim_end().split_once('\n').unwrap();
    let count = exchanges.len();
    let expected = format!(
        "exchanges whose request differs from the request that `fetch-cors probe` printed with the same id: {count} of {count}; the record is not judged"
    );
    assert_eq!(first, expected);
    assert!(
        rest.starts_with("the first is in line 1, `listed-origin/1`: request.url: ")
            && !rest.contains('\n'),
        "{}",
        ran.out
    );
    // With `--json`, the record is not judged either, even if some exchanges have the right URL.
    for exchange in exchanges.iter_mut().take(3) {
        exchange["request"]["url"] = json!(URL);
    }
    let (status, answers) = judged(&policy, "0", &lines(&exchanges));
    assert_eq!((status, answers.len()), (1, 1), "{answers:?}");
    let malformed = answers[0]["malformed"].as_str().unwrap();
    let end = format!(": {} of {count}; the record is not judged", count - 3);
    assert!(malformed.ends_with(&end), "{malformed}");
    // If only a few exchanges have a request that `probe` did not print, the remaining exchanges are judged.
    let mut exchanges = self::exchanges(&policy, &policy, "0");
    for exchange in exchanges.iter_mut().skip(2).take(3) {
        exchange["request"]["url"] = json!("http://127.0.0.1:8000/notes");
    }
    let ran = judge_with(&policy, &[], &lines(&exchanges));
    let start = format!(
        "exchanges whose request differs from the request that `fetch-cors probe` printed with the same id: 3 of {count}; these exchanges are not judged\n\
         the first is in line 3, `"
    );
    assert!(ran.out.starts_with(&start), "{}", ran.out);
    assert!(ran.out.contains(" exchanges, "), "{}", ran.out);
}

#[test]
fn unusable_arguments_are_reported() {
    let policy = file("harness-usage.json", POLICY);
    let probe = |url: &str| ran(&["probe", "--policy", &policy, "--url", url], "");
    assert_eq!(
        probe("ftp://a").complaint(),
        "invalid value `ftp://a` for `--url <URL>`: the URL must begin with `http:` or `https:`; try `--help`"
    );
    assert_eq!(
        probe("http://u@a").complaint(),
        "invalid value `http://u@a` for `--url <URL>`: the URL has a user name or a password, and `fetch()` rejects such URLs: remove the user name and the password; try `--help`"
    );
    assert!(
        probe("http://a:25")
            .complaint()
            .contains("browsers block this port: use another port")
    );
    assert!(
        ran(&["judge", "--policy", &policy], "")
            .complaint()
            .starts_with("missing `--url <URL>`")
    );
    let wrong = ran(&["judge", "--policy", "-", "--url", URL, "-"], "");
    assert_eq!(
        wrong.complaint(),
        "two inputs are read from `-`, but there is only one standard input: name a file for one of the two"
    );
    let wrong = file("harness-wrong.json", r#"{"origins":["https://a.com/"]}"#);
    let judge = judge_with(&wrong, &["--json"], "");
    assert_eq!(
        (judge.status, &judge.json()[0]["error"]),
        (1, &json!("unmatchable-origin"))
    );
    let probe = ran(&["probe", "--policy", &wrong, "--url", URL], "");
    assert_eq!((probe.status, &*probe.out), (1, ""));
    assert!(
        probe.err.starts_with("error[unmatchable-origin]: "),
        "{}",
        probe.err
    );
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

/// The exchanges show whether unsafe requests were sent. So `judge` does not need the option `--unsafe-methods`, even
/// if `probe` had this option.
#[test]
fn unsafe_requests_that_are_not_sent_are_listed_as_not_checked() {
    let policy = file("harness-unsafe.json", POLICY);
    let all = exchanges(&policy, &policy, "0");
    let is_safe = |exchange: &&Value| {
        ["GET", "HEAD", "OPTIONS"].contains(&exchange["request"]["method"].as_str().unwrap())
    };
    let safe: Vec<Value> = all.iter().filter(is_safe).cloned().collect();
    assert!(safe.len() < all.len());
    let unchecked = "not checked: responses to POST, PUT, PATCH, DELETE";
    let ran = judge_with(&policy, &[], &lines(&safe));
    assert_eq!((ran.status, &*ran.err), (0, ""), "{}", ran.out);
    assert!(ran.out.contains(unchecked), "{}", ran.out);
    assert!(
        ran.out
            .contains(", 0 requests without an exchange: no violations"),
        "{}",
        ran.out
    );
    let missing = |options: &[&str], exchanges: &[Value]| {
        let options = [&["--json"], options].concat();
        let answers = judge_with(&policy, &options, &lines(exchanges)).json();
        answers.last().unwrap()["missing"].as_u64().unwrap()
    };
    let left_out = u64::try_from(all.len() - safe.len()).unwrap();
    assert_eq!(missing(&[], &safe), 0);
    assert_eq!(missing(&["--unsafe-methods"], &safe), left_out);
    let one = all.iter().find(|exchange| !is_safe(exchange)).unwrap();
    assert_eq!(
        missing(&[], &[safe, vec![one.clone()]].concat()),
        left_out - 1
    );
    let ran = judge_with(&policy, &[], &lines(&all));
    assert!(!ran.out.contains(unchecked), "{}", ran.out);
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

/// A record without a fetch has no violations, but proves nothing about the server.
#[test]
fn record_without_a_fetch_is_not_accepted() {
    let policy = file("harness-no-fetch.json", POLICY);
    let id = "fetch-cors: no exchange has the id of a request that `fetch-cors probe` printed: copy the `id` of each request\n";
    let fetch = "fetch-cors: no fetch of a page was checked: send all requests that `fetch-cors probe` printed, and record the responses\n";
    let all = exchanges(&policy, &policy, "0");
    let mut renamed = all.clone();
    for (exchange, number) in renamed.iter_mut().zip(0..) {
        exchange["id"] = json!(format!("my-{number}"));
    }
    let elsewhere = json!({"id": "x", "request": {"method": "GET", "url": "https://elsewhere.example/", "headers": []},
        "response": {"status": 200, "headers": []}});
    let plain: Vec<Value> = all
        .iter()
        .filter(|exchange| exchange["id"] == "plain-options/1")
        .cloned()
        .collect();
    assert_eq!(plain.len(), 1);
    for (input, reason) in [(vec![elsewhere], id), (renamed, id), (plain, fetch)] {
        for json in [&[][..], &["--json"]] {
            let options = [&["--unsafe-methods", "--allow-unanswered"], json].concat();
            let judged = judge_with(&policy, &options, &lines(&input));
            assert_eq!((judged.status, &*judged.err), (2, reason), "{}", judged.out);
        }
        if reason == id {
            let judged = judge_with(&policy, &["--unsafe-methods"], &lines(&input));
            assert_eq!((judged.status, &*judged.err), (2, id), "{}", judged.out);
        }
    }
}

/// A request without a response is a violation. If the file of `--known` has this violation, the exit status of `judge`
/// is 0.
#[test]
fn known_request_without_a_response_is_accepted() {
    let policy = file("harness-known-timeout.json", POLICY);
    let mut exchanges = exchanges(&policy, &policy, "0");
    let fail = |exchanges: &mut [Value], id: &str| {
        let mut with_id = exchanges.iter_mut().filter(|exchange| exchange["id"] == id);
        with_id.next().unwrap()["response"] = json!({"error": "timeout"});
    };
    fail(&mut exchanges, "prefix/1");
    let law = Law::EveryRequestGetsAResponse;
    for law in [law.name(), law.id()] {
        let known = file(
            "known-timeout.txt",
            format!("{law} prefix a proxy drops this request\n"),
        );
        let options = ["--unsafe-methods", "--known", &known];
        let judged = judge_with(&policy, &options, &lines(&exchanges));
        assert_eq!((judged.status, &*judged.err), (0, ""), "{}", judged.out);
    }
    let options = ["--unsafe-methods", "--fail-on", "security"];
    let judged = judge_with(&policy, &options, &lines(&exchanges));
    let reason = "fetch-cors: 1 request that `fetch-cors probe` printed has no response (`prefix/1`): send it again, or accept this with `--allow-unanswered`\n";
    assert_eq!((judged.status, &*judged.err), (2, reason), "{}", judged.out);
}

/// If only the requests to the URL of `--error-url` fail, this URL is probably wrong, and the server is probably
/// correct.
#[test]
fn wrong_error_url_is_not_a_fault_of_the_server() {
    let policy = file("harness-wrong-error-url.json", POLICY);
    let wrong = "https://api.exmaple/missing";
    let error = ["--error-url", wrong];
    let probes = probe_with(&policy, &error);
    let answers = ran(&["respond", "--policy", &policy], &*probes.out).json();
    let exchange = |(request, answer): (Value, Value)| {
        let response = if request["url"] == wrong {
            json!({"error": "network"})
        } else {
            let status = answer["status"].as_u64().unwrap_or(200);
            json!({"status": status, "headers": answer["headers"]})
        };
        json!({"id": request["id"], "request": request, "response": response})
    };
    let exchanges: Vec<Value> = probes
        .json()
        .into_iter()
        .zip(answers)
        .map(exchange)
        .collect();
    let judged = judge_with(&policy, &error, &lines(&exchanges));
    let question = "no request to the error URL gets a response: ";
    assert!(judged.out.contains(": no violations; "), "{}", judged.out);
    assert!(judged.out.contains(question), "{}", judged.out);
    assert!(
        !judged.out.contains("send these requests again"),
        "{}",
        judged.out
    );
    assert!(judged.err.contains(question), "{}", judged.err);
    assert_eq!(judged.status, 2);
    let accepted = judge_with(
        &policy,
        &["--allow-unanswered", error[0], error[1]],
        &lines(&exchanges),
    );
    assert_eq!(
        (accepted.status, &*accepted.err),
        (0, ""),
        "{}",
        accepted.out
    );
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

/// With an option that `probe` did not have, `judge` knows requests that the record lacks.
#[test]
fn record_that_lacks_the_requests_of_an_option_is_incomplete() {
    let policy = file("harness-more-options.json", POLICY);
    let input = lines(&exchanges_with(&policy, &policy, &[]));
    for options in [
        &["--unsafe-methods"][..],
        &["--error-url", "https://api.example/missing"],
    ] {
        let judged = judge_with(&policy, options, &input);
        assert_eq!(judged.status, 2, "{}", judged.out);
        let advice =
            "give `judge` the options that `probe` had, or accept this with `--allow-unanswered`\n";
        assert!(judged.err.ends_with(advice), "{}", judged.err);
    }
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
    exchanges.push(added);
    let judged = judge_with(&policy, &[], &lines(&exchanges));
    assert_eq!((judged.status, &*judged.err), (0, ""));
    let id = exchanges[0]["id"].as_str().unwrap();
    for line in [
        "\nnote: 1 exchange judged alone (`mine`): no test request has this id; ",
        &format!("\nnote: 1 exchange judged alone (`{id}`): an earlier exchange has the same id; "),
    ] {
        assert!(judged.out.contains(line), "{}", judged.out);
    }
    let judged = judge_with(&policy, &["--json"], &lines(&exchanges)).json();
    let summary = judged.last().unwrap();
    assert_eq!(summary["judged_alone"], 2);
    assert_eq!(summary["notes"].as_array().unwrap().len(), 2);
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

#[test]
fn list_of_known_violations_must_be_up_to_date() {
    let policy = file("harness-known.json", POLICY);
    let exchanges = lines(&reflected(&policy));
    let found = judge_with(&policy, &["--json"], &exchanges).json();
    let entry = |violation: &Value| {
        let probe = violation["probe"].as_str().unwrap();
        format!(
            "{}  {probe}\t a known reason\n",
            violation["law"].as_str().unwrap()
        )
    };
    let (_, violations) = found.split_last().unwrap();
    let all: String = violations.iter().map(entry).collect();
    let list = |name: &str, text: &str| file(name, format!("# known\n\n{text}"));
    let judged = |list: &str, options: &[&str]| {
        judge_with(
            &policy,
            &[&["--known", list, "--fail-on", "waste"], options].concat(),
            &exchanges,
        )
    };

    let whole = list("known-violations.txt", &all);
    let ran = judged(&whole, &[]);
    assert_eq!((ran.status, &*ran.err), (0, ""), "{}", ran.out);
    let number = violations.len();
    assert!(
        ran.out
            .contains(&format!("known violations, not shown: {number}\n")),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("security: "), "{}", ran.out);
    let json = judged(&whole, &["--json"]).json();
    assert!(
        json[..number]
            .iter()
            .all(|line| line["known"] == "a known reason")
    );
    assert_eq!(
        (&json[number]["known"], &json[number]["listed_but_missing"]),
        (&json!(number), &json!(0))
    );

    let (first, rest) = all.split_once('\n').unwrap();
    let ran = judged(&list("one-new-finding.txt", rest), &[]);
    assert_eq!(ran.status, 1);
    let law = first.split_whitespace().next().unwrap();
    assert!(ran.out.contains(&format!(": {law} (")), "{}", ran.out);

    let law = Law::VaryListsEachNameOnce.name();
    let stale = list(
        "stale-finding.txt",
        &format!("{all}{law} no-such-probe b\n"),
    );
    let ran = judged(&stale, &[]);
    assert_eq!(ran.status, 1);
    let line = format!(
        "/stale-finding.txt`, line {}: the violation `{law} no-such-probe` does not occur: remove the line\n",
        all.lines().count() + 3
    );
    assert!(ran.out.ends_with(&line), "{}", ran.out);
    let ran = judged(&stale, &["--json"]);
    assert_eq!(ran.status, 1);
    let expected = json!({"law": law, "probe": "no-such-probe", "status": "listed-but-missing"});
    assert_eq!(ran.json()[number], expected);
    assert_eq!(ran.json()[number + 1]["listed_but_missing"], 1);

    for (text, complaint) in [
        (
            "a",
            "line 3: `a` is not an entry for a known violation: write either a cause and a reason, or a law, a probe and a reason, separated by spaces",
        ),
        (
            "a b c",
            "line 3: no law has the id or name `a`, and no cause has this name: run `fetch-cors laws` for the list",
        ),
        (
            "vary_lists_each_nam_once b c",
            "line 3: no law has the id or name `vary_lists_each_nam_once`, and no cause has this name: write `vary_lists_each_name_once`",
        ),
        (
            &*format!("{law} b c\n{} b d", Law::VaryListsEachNameOnce.id()),
            &*format!(
                "line 4: `{} b` is listed twice: remove one entry",
                Law::VaryListsEachNameOnce.id()
            ),
        ),
    ] {
        let found = judged(&list("wrong-findings.txt", text), &[]).complaint();
        assert!(found.ends_with(complaint), "{found}");
    }
}

/// In a list of known violations, an entry that names a cause accepts the whole finding with this cause.
#[test]
fn cause_of_a_finding_can_be_listed_as_known() {
    let policy = file("harness-known-cause.json", POLICY);
    let exchanges = lines(&reflected(&policy));
    let judged = |list: &str, options: &[&str]| {
        let list = file("known-causes.txt", list);
        let options = [&["--known", &list, "--fail-on", "waste"], options].concat();
        judge_with(&policy, &options, &exchanges)
    };
    let found = judged("", &["--json"]).json();
    let (_, violations) = found.split_last().unwrap();
    let causes = violations
        .iter()
        .map(|violation| violation["cause"].as_str());
    let causes: BTreeSet<&str> = causes.map(Option::unwrap).collect();
    let all: String = causes
        .iter()
        .map(|cause| format!("{cause}  a reason\n"))
        .collect();

    let last = judged("", &[]).out;
    let hint = "\nto accept a finding, write a line with its cause and your reason, such as `";
    let (_, last) = last.split_once(hint).unwrap();
    assert!(causes.contains(last.split(' ').next().unwrap()), "{last}");

    let ran = judged(&all, &[]);
    assert_eq!((ran.status, &*ran.err), (0, ""), "{}", ran.out);
    assert!(!ran.out.contains(hint), "{}", ran.out);
    let json = judged(&all, &["--json"]).json();
    let (summary, lines) = json.split_last().unwrap();
    assert!(lines.iter().all(|line| line["known"] == "a reason"));
    assert_eq!(summary["known"], violations.len());

    let stale = format!("{all}slow-preflights b\n");
    let ran = judged(&stale, &[]);
    assert_eq!(ran.status, 1);
    let line = format!(
        ", line {}: the finding `slow-preflights` does not occur: remove the line\n",
        all.lines().count() + 1
    );
    assert!(ran.out.ends_with(&line), "{}", ran.out);
    let json = judged(&stale, &["--json"]).json();
    let expected = json!({"cause": "slow-preflights", "status": "listed-but-missing"});
    assert_eq!(json[violations.len()], expected);

    for (text, complaint) in [
        (
            "lacks-vary a\nlacks-vary b",
            "line 2: `lacks-vary` is listed twice: remove one entry",
        ),
        (
            "lacks-vari a reason",
            "line 1: `lacks-vari` is not a cause: write `lacks-vary`",
        ),
        (
            "refects-any-origin staging",
            "line 1: `refects-any-origin` is not a cause: write `reflects-any-origin`",
        ),
        (
            "lacks-vary",
            "line 1: `lacks-vary` is not an entry for a known violation: write either a cause and a reason, or a law, a probe and a reason, separated by spaces",
        ),
    ] {
        let found = judged(text, &[]).complaint();
        assert!(found.ends_with(complaint), "{found}");
    }
}
