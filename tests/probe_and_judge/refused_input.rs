//! Input that `judge` refuses: malformed lines, exchanges of other requests, and unusable arguments.

use serde_json::{Value, json};

use super::{POLICY, URL, exchanges, judge_with, judged, lines};
use crate::program::{file, ran};

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
    assert!(ran.out.contains(" requests sent, "), "{}", ran.out);
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
        probe("localhost:8000/notes").complaint(),
        "invalid value `localhost:8000/notes` for `--url <URL>`: the URL must begin with `http:` or `https:`: write `http://localhost:8000/notes`; try `--help`"
    );
    assert_eq!(
        probe("127.0.0.1:8000").complaint(),
        "invalid value `127.0.0.1:8000` for `--url <URL>`: relative URL without a base: write `http://127.0.0.1:8000`; try `--help`"
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
