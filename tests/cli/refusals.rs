//! `check --examples`: the most frequent failures, each with an example.

use crate::program::{Ran, file, ran, vectors};

/// Returns a vector of a page of `http://a`. The tests do not check whether the expectation is met.
fn vector(id: &str, method: &str, response: &str) -> String {
    let fetch = format!(r#"{{"origin":"http://a","url":"http://b/","method":"{method}"}}"#);
    let server = format!(r#"{{"url":"http://b/","response":{response}}}"#);
    format!(
        r#"{{"case":{{"id":"{id}","fetches":[{fetch}],"server":[{server}]}},"expect":{{"fetches":[{{"request_count":1}}]}}}}"#
    )
}

fn response(allow_origin: &str) -> String {
    format!(r#"{{"status":200,"headers":[["Access-Control-Allow-Origin","{allow_origin}"]]}}"#)
}

fn examples(name: &str, lines: &[String]) -> Ran {
    let vectors = file(&format!("examples-{name}.ndjson"), lines.join("\n"));
    let ran = ran(&["check", "--examples", &vectors], "");
    assert_eq!(ran.err, "");
    ran
}

/// Returns the output below the table.
fn below_table(ran: &Ran) -> &str {
    let (table, below) = ran.out.split_once("\n\n").expect("two parts");
    assert!(table.starts_with("family "), "{table}");
    below
}

#[test]
fn each_failure_has_its_first_case() {
    let lines = [
        vector("one-1", "TRACE", &response("*")),
        vector("two-1", "GET", &response("http://c")),
        vector("two-2", "GET", &response("http://d")),
        vector("three-1", "GET", &response("*")),
        String::from(r#"{"id":"q","fn":"method","value":"GET","expect":true}"#),
        String::from("{"),
    ];
    let expected = "\
the failures, each with its first case

allow-origin-mismatch: 2 fetches
  Access-Control-Allow-Origin is not the origin of the request: `http://c`
  case  two-1: GET http://b/ from http://a
  step  cors-check/4, https://fetch.spec.whatwg.org/#concept-cors-check

forbidden-method: 1 fetch
  a page cannot send the methods CONNECT, TRACE and TRACK: `TRACE`
  case  one-1: no request is sent
  step  request-constructor/25.2, https://fetch.spec.whatwg.org/#dom-request
";
    let ran = examples("two", &lines);
    assert!(ran.out.ends_with(expected), "{}", ran.out);
}

#[test]
fn long_values_and_control_characters_are_not_printed() {
    let long = "x".repeat(200);
    let lines = [
        vector("long\\u001b-1", "GET", &response(&format!("http://{long}"))),
        vector("esc-1", "GET", &response("\\u0080")),
    ];
    let ran = examples("escaped", &lines);
    let below = below_table(&ran);
    assert!(!below.contains(&long) && below.contains("xxx…`"), "{below}");
    assert!(
        below.contains(r"`\x80`") && below.contains(r"long\u{1b}-1"),
        "{below}"
    );
}

#[test]
fn five_of_the_recorded_failures_are_explained() {
    let browsers = vectors("browsers.ndjson");
    let known = vectors("known-differences.txt");
    let arguments = ["check", "--known", &known, &browsers];
    let plain = ran(&arguments, "");
    let with_examples = ran(&[&arguments[..], &["--examples"]].concat(), "");
    assert_eq!((plain.status, with_examples.status), (0, 0));
    let below = with_examples
        .out
        .strip_prefix(&plain.out)
        .expect("the same tables");
    let links = below.matches("https://fetch.spec.whatwg.org/#").count();
    assert_eq!(links, 5, "{below}");
    assert!(
        below.starts_with("\nthe 5 most frequent of 31 failures,"),
        "{below}"
    );
}

#[test]
fn cases_without_failures_have_no_examples() {
    let ran = examples("none", &[vector("a-1", "GET", &response("*"))]);
    assert_eq!(below_table(&ran), "no fetch fails\n");
}

#[test]
fn examples_are_text_only() {
    let complaint = ran(&["check", "-", "--json", "--examples"], "").complaint();
    assert_eq!(
        complaint,
        "`--json` cannot be given with `--examples`; try `--help`"
    );
}
