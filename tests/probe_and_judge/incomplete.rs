//! Records that do not show the whole server: requests without an exchange or without a response, and requests that the
//! server refuses.

use serde_json::{Value, json};

use super::{POLICY, URL, exchanges, exchanges_with, judge_with, judged, lines, probe_with};
use crate::program::{file, ran};

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
        "{} requests that `fetch-cors probe` printed have no line in the record (`{}`, ",
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
    let error =
        "fetch-cors: no response to a page of an allowed origin has a status from 200 to 299: ";
    assert!(failed.err.starts_with(error), "{}", failed.err);
    let not_checked = failed.json()[0]["not_checked"][0].to_string();
    assert!(not_checked.contains("this URL"), "{not_checked}");
}

/// The server answers other requests with the status 200, but no page that the policy allows gets such a response.
#[test]
fn url_that_fails_for_every_allowed_page_is_not_a_success() {
    let policy = file("harness-refused-pages.json", POLICY);
    let all = exchanges(&policy, &policy, "0");
    for status in [404, 401, 403, 500] {
        let mut exchanges = all.clone();
        for exchange in &mut exchanges {
            let headers = exchange["response"]["headers"].to_string();
            let is_allowed = headers.contains("access-control-allow-origin");
            if is_allowed && exchange["request"]["method"] != "OPTIONS" {
                exchange["response"]["status"] = json!(status);
            }
        }
        let judged = |options: &[&str]| {
            let options = [&["--unsafe-methods", "--fail-on", "security"], options].concat();
            judge_with(&policy, &options, &lines(&exchanges))
        };
        let ran = judged(&[]);
        assert_eq!(ran.status, 2, "{}", ran.out);
        assert!(
            ran.out.starts_with("not judged: no response from "),
            "{}",
            ran.out
        );
        assert!(!ran.out.contains("no violations"), "{}", ran.out);
        let json = judged(&["--json"]);
        let summary = json.json().pop().unwrap();
        assert!(summary["not_judged"].is_string(), "{summary}");
        assert_eq!(judged(&["--allow-unanswered"]).status, 0);
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
            .contains(", 0 not sent or not recorded: no violations"),
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

/// A record without a fetch has no violations, but proves nothing about the server.
#[test]
fn record_without_a_fetch_is_not_accepted() {
    let policy = file("harness-no-fetch.json", POLICY);
    let id = "fetch-cors: no exchange has the id of a request that `fetch-cors probe` printed: copy the `id` of each request\n";
    let fetch = "fetch-cors: no fetch of a page was checked: send all requests that `fetch-cors probe` printed, and record the responses\n";
    let foreign = "fetch-cors: 1 exchange not judged (`x`): the URL is not a URL of the check, so the response says nothing about this server: \
        remove the exchange from the record, or check its URL too\n";
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
    for (input, reason) in [(vec![elsewhere], foreign), (renamed, id), (plain, fetch)] {
        for json in [&[][..], &["--json"]] {
            let options = [&["--unsafe-methods", "--allow-unanswered"], json].concat();
            let judged = judge_with(&policy, &options, &lines(&input));
            assert_eq!((judged.status, &*judged.err), (2, reason), "{}", judged.out);
        }
        if reason != fetch {
            let judged = judge_with(&policy, &["--unsafe-methods"], &lines(&input));
            assert_eq!((judged.status, &*judged.err), (2, reason), "{}", judged.out);
        }
    }
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

/// A server that fails after some time. Its responses are not judged, so a run that accepts this finding, or shows only
/// findings about security, must not pass.
#[test]
fn unstable_responses_are_incomplete() {
    let policy = file("harness-unstable.json", POLICY);
    let mut exchanges = exchanges(&policy, &policy, "0");
    for exchange in exchanges.iter_mut().skip(100) {
        exchange["response"] = json!({"status": 502, "headers": []});
    }
    let known = file("harness-unstable-known", "stops-answering our proxy\n");
    for accepted in [["--known", &*known], ["--fail-on", "security"]] {
        let arguments = [
            "judge",
            "--unsafe-methods",
            "--policy",
            &policy,
            "--url",
            URL,
            accepted[0],
            accepted[1],
        ];
        let incomplete = ran(&arguments, lines(&exchanges));
        assert_eq!(incomplete.status, 2, "{}", incomplete.out);
        let reason = "have no response about the policy, because the server fails";
        assert!(incomplete.err.contains(reason), "{}", incomplete.err);
        let allowed = ran(
            &[&arguments[..], &["--allow-unanswered"]].concat(),
            lines(&exchanges),
        );
        assert_eq!(allowed.status, 0, "{}", allowed.err);
    }
}
