//! `--known`: the list of known violations.

use std::collections::BTreeSet;

use fetch_cors::conformance::laws::Law;
use serde_json::{Value, json};

use super::{POLICY, exchanges, judge_with, lines, reflected};
use crate::program::file;

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

#[test]
fn list_of_known_violations_must_be_up_to_date() {
    let policy = file("harness-known.json", POLICY);
    let exchanges = lines(&reflected(&policy));
    let found = judge_with(&policy, &["--json"], &exchanges).json();
    let entry = |violation: &Value| {
        let probe = violation["probe"].as_str().unwrap();
        let law = violation["law"].as_str().unwrap();
        let scope = violation.get("credentials").map_or("", |_| "[credentials]");
        format!("{law}{scope}  {probe}\t a known reason\n")
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
    assert!(ran.out.contains(": no other violations"), "{}", ran.out);
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
            "line 3: `a` is neither a law nor a cause: the most similar names are `other`, `grants-any`, `lacks-vary`, and `fetch-cors laws` prints all names",
        ),
        (
            "vary-missing our reason",
            "line 3: `vary-missing` is neither a law nor a cause: the most similar names are `lacks-vary`, `copies-vary`, `repeats-vary`, and `fetch-cors laws` prints all names",
        ),
        (
            "vary_lists_each_nam_once b c",
            "line 3: `vary_lists_each_nam_once` is neither a law nor a cause: write `vary_lists_each_name_once`",
        ),
        (
            law,
            &*format!(
                "line 3: `{law}` is not an entry for a known violation: write either a cause and a reason, or a law, a probe and a reason, separated by spaces"
            ),
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

    let text = judged("", &[]).out;
    let hint = "\nto accept a finding, write its line from this list, with your reason, into a file, and give this file with `--known`:\n";
    let (_, last) = text.split_once(hint).unwrap();
    let named = last
        .lines()
        .map(|line| line.trim().split(['[', ' ']).next());
    let named: BTreeSet<&str> = named.map(Option::unwrap).collect();
    assert_eq!(named, causes, "{last}");
    let all: String = last
        .lines()
        .map(|line| line.trim().replace(" our reason", "  a reason") + "\n")
        .collect();

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
            "line 1: `lacks-vari` is neither a law nor a cause: write `lacks-vary`",
        ),
        (
            "refects-any-origin staging",
            "line 1: `refects-any-origin` is neither a law nor a cause: write `reflects-any-origin`",
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

/// An entry for a finding has the scope of the finding, such as the methods. If the same mistake later concerns another
/// method, the finding is a new finding. If it no longer concerns a method, the entry is out of date.
#[test]
fn known_finding_with_another_scope_is_new() {
    let judged = |lacks: &[&str], list: &str, options: &[&str]| {
        let policy = |name: &str, lacks: &[&str]| {
            let mut methods = vec!["DELETE", "PATCH", "PUT"];
            methods.retain(|method| !lacks.contains(method));
            let text = json!({"origins": ["https://app.example"], "methods": methods});
            file(name, text.to_string())
        };
        let probed = policy("known-scope.json", &[]);
        let served = policy(
            &format!("known-scope-without-{}.json", lacks.join("-")),
            lacks,
        );
        let exchanges = lines(&exchanges(&probed, &served, "0"));
        let list = file("known-scopes.txt", list);
        let options = [&["--known", &list, "--unsafe-methods"], options].concat();
        judge_with(&probed, &options, &exchanges)
    };
    let found = judged(&["DELETE", "PUT"], "", &[]);
    let entry = "lacks-method[DELETE,PUT]";
    assert!(
        found.out.ends_with(&format!("\n  {entry} our reason\n")),
        "{}",
        found.out
    );

    let known = format!("{entry} our reason\n");
    let ran = judged(&["DELETE", "PUT"], &known, &[]);
    assert_eq!((ran.status, &*ran.err), (0, ""), "{}", ran.out);
    for (lacks, entry) in [
        (
            &["DELETE", "PATCH", "PUT"][..],
            "lacks-method[DELETE,PATCH,PUT]",
        ),
        (&["DELETE"], "lacks-method[DELETE]"),
        (&["PATCH"], "lacks-method[PATCH]"),
    ] {
        let ran = judged(lacks, &known, &[]);
        assert_eq!(ran.status, 1, "{}", ran.out);
        assert!(
            ran.out.contains("which the policy permits (lacks-method)"),
            "{}",
            ran.out
        );
        let line = format!(
            "/known-scopes.txt`, line 1: the finding `lacks-method` has another scope, so it is not accepted: to accept it, begin the line with `{entry}`\n"
        );
        assert!(ran.out.ends_with(&line), "{}", ran.out);
        let json = judged(lacks, &known, &["--json"]).json();
        let [.., stale, summary] = &json[..] else {
            panic!("{json:?}");
        };
        let expected =
            json!({"cause": "lacks-method", "status": "listed-with-other-scope", "entry": entry});
        assert_eq!(*stale, expected);
        let counts = ["known", "listed_but_missing", "listed_with_other_scope"]
            .map(|name| summary[name].as_u64());
        assert_eq!(counts, [Some(0), Some(0), Some(1)]);
        assert_eq!(summary["findings"][0]["scope"], json!(lacks));
    }
    let ran = judged(&[], &known, &[]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.out
            .ends_with("the finding `lacks-method` does not occur: remove the line\n"),
        "{}",
        ran.out
    );
    // An entry without a scope does not accept a finding that has a scope.
    let ran = judged(&["PUT"], "lacks-method our reason\n", &[]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.out.contains("begin the line with `lacks-method[PUT]`"),
        "{}",
        ran.out
    );
}

/// An entry for a violation without credentials does not accept the violation with credentials, which is worse.
#[test]
fn known_violation_with_added_credentials_is_new() {
    let policy = file(
        "known-credentials.json",
        r#"{"origins": ["https://app.example"]}"#,
    );
    let judged = |credentials: &str, list: &str, options: &[&str]| {
        let exchange = json!({
            "id": "null/1",
            "request": {"method": "GET", "url": "https://api.example/notes", "headers": [["origin", "null"]]},
            "response": {"status": 200, "headers": [
                ["access-control-allow-origin", "null"],
                ["access-control-allow-credentials", credentials],
                ["vary", "origin"],
            ]},
        });
        let list = file("known-credentials.txt", list);
        let options = [&["--known", &list, "--allow-unanswered"], options].concat();
        judge_with(&policy, &options, &lines(&[exchange]))
    };
    let without = "denied_page_reads_nothing null a sandboxed editor\n";
    let with = "denied_page_reads_nothing[credentials] null a sandboxed editor\n";
    for (credentials, list, status) in [
        ("false", without, 0),
        ("true", with, 0),
        ("true", without, 1),
        ("false", with, 1),
    ] {
        let ran = judged(credentials, list, &[]);
        assert_eq!(ran.status, status, "{credentials} {list} {}", ran.out);
    }
    let ran = judged("true", without, &[]);
    let line = "line 1: the violation `denied_page_reads_nothing null` has another scope, so it is not accepted: to accept it, begin the line with `denied_page_reads_nothing[credentials] null`\n";
    assert!(ran.out.ends_with(line), "{}", ran.out);
    let json = judged("true", without, &["--json"]).json();
    assert_eq!(json[0]["credentials"], true);
    assert_eq!(
        json[1]["entry"],
        "denied_page_reads_nothing[credentials] null"
    );
}
