//! `compare`: the outcomes of another implementation, and each kind of failure.

use std::fs;

use serde_json::{Value, json};

use crate::program::{Ran, file, ran, vectors};

fn lines(lines: &[Value]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn compare(name: &str, vectors: &[Value], outcomes: &[Value], options: &[&str]) -> Ran {
    let vectors = file(&format!("compare-{name}.ndjson"), lines(vectors));
    let arguments = [&["compare", &*vectors, "-"], options].concat();
    ran(&arguments, lines(outcomes))
}

fn question(id: &str) -> Value {
    json!({"id": id, "fn": "method", "value": "GET", "expect": true})
}

fn case(id: &str, known: &str, outcome: &Value) -> Value {
    json!({
        "case": {"id": id, "fetches": [{"origin": "http://a", "url": "http://b/"}], "server": []},
        known: outcome,
    })
}

fn expecting(id: &str, expectation: &Value) -> Value {
    case(id, "expect", &json!({"fetches": [expectation]}))
}

fn outcome(id: &str, headers: &Value, result: &Value) -> Value {
    let request = json!({"method": "GET", "url": "http://b/", "headers": headers});
    json!({"id": id, "fetches": [{"requests": [request], "result": result}]})
}

/// The outcomes of `run --engine` have members that name the engine and its quirks. These members are not compared.
#[test]
fn outcomes_of_an_engine_can_be_compared() {
    let vectors = vectors("verdicts.ndjson");
    for engine in ["chromium", "all"] {
        let outcomes = ran(&["run", "--engine", engine, &vectors], "").out;
        let first: Value = serde_json::from_str(outcomes.lines().next().unwrap()).unwrap();
        let member = if engine == "all" { "engines" } else { "engine" };
        assert!(first.get(member).is_some(), "{first}");
        let compared = ran(&["compare", &vectors, "-"], &*outcomes);
        let total = compared
            .out
            .lines()
            .find(|line| line.starts_with("total"))
            .unwrap();
        let columns: Vec<usize> = total
            .split_whitespace()
            .skip(1)
            .map(|n| n.parse().unwrap())
            .collect();
        let [count, hold, differ, _, malformed, ..] = columns[..] else {
            panic!("{total}");
        };
        assert_eq!((malformed, hold + differ), (0, count), "{total}");
        assert_eq!(differ == 0, engine == "all", "{total}");
    }
}

fn failed(id: &str) -> Value {
    outcome(
        id,
        &json!([["origin", "http://a"]]),
        &json!({"type": "error"}),
    )
}

/// Returns the columns of the row of a family: vectors, hold, differ, known, malformed, missing, doubled, not compared.
#[track_caller]
fn row(ran: &Ran, family: &str) -> Vec<u64> {
    let mut rows = ran.out.lines().map(str::split_whitespace);
    let row = rows.find_map(|mut words| (words.next() == Some(family)).then_some(words));
    let columns = row.unwrap_or_else(|| panic!("no row {family} in\n{}", ran.out));
    columns.map(|number| number.parse().unwrap()).collect()
}

#[test]
fn outcomes_of_the_program_hold() {
    let files = [
        "browsers",
        "failures",
        "functions",
        "spec-issues",
        "verdicts",
        "wpt",
    ];
    let files = files.map(|name| vectors(&format!("{name}.ndjson")));
    let present = files.iter().filter(|path| fs::exists(path).unwrap());
    let mut arguments: Vec<&str> = present.map(String::as_str).collect();
    let outcomes: String = arguments
        .iter()
        .map(|path| ran(&["run", path], "").out)
        .collect();
    let known = vectors("known-differences.txt");
    arguments.insert(0, "compare");
    arguments.extend(["-", "--known", &known]);
    // The published package does not have the recordings, so the known differences have no vector.
    if arguments.len() < 10 {
        return;
    }
    let compared = ran(&arguments, outcomes);
    let checked = ran(
        &[&["check", "--known", &known], &arguments[1..7]].concat(),
        "",
    );
    assert_eq!(
        (compared.status, &*compared.err),
        (0, ""),
        "{}",
        compared.out
    );
    // `check` and `compare` count the same vectors.
    let total = row(&checked, "total");
    assert_eq!(row(&compared, "total"), [&total[..], &[0, 0, 0]].concat());
    assert!(
        !compared.out.contains("not compared, because"),
        "{}",
        compared.out
    );
}

#[test]
fn outcome_that_was_not_compared_is_a_failure() {
    let vectors = [
        question("a-1"),
        question("b-1"),
        question("c-1"),
        question("d-1"),
        question("d-1"),
    ];
    let answer = |id: &str| json!({"id": id, "result": true});
    let outcomes = [
        answer("a-1"),
        answer("c-1"),
        answer("x-1"),
        answer("c-1"),
        answer("d-1"),
    ];
    let ran = compare("missing", &vectors, &outcomes, &[]);
    assert_eq!((ran.status, &*ran.err), (1, ""));
    for finding in [
        "line 2: b-1: no outcome has this id: add the outcome",
        "line 3: c-1: several outcomes have this id (the second is on line 4): keep only one",
        "line 5: d-1: an earlier vector has the same id, so the outcome of this vector is not known: give each vector its own id",
        "-, line 3: x-1: no vector has the id of this outcome: remove the outcome, or add the vector",
    ] {
        assert!(ran.out.contains(finding), "{finding}\n{}", ran.out);
    }
    assert_eq!(row(&ran, "method"), [5, 2, 0, 0, 0, 1, 2, 0]);
    assert!(
        ran.out
            .ends_with("\n1 outcome with an id that no vector has\n"),
        "{}",
        ran.out
    );
    assert_eq!(
        compare("one", &vectors[..1], &outcomes[1..2], &[]).status,
        1
    );
    assert_eq!(
        compare("fine", &vectors[..1], &outcomes[..1], &[]).status,
        0
    );
    let unknown = compare(
        "unknown",
        &vectors[..1],
        &[outcomes[0].clone(), json!({"result": true})],
        &[],
    );
    assert!(
        unknown.status == 1
            && unknown
                .out
                .contains("-, line 2: malformed: the member `id` is missing"),
        "{}",
        unknown.out
    );
}

#[test]
fn comparison_without_vectors_exits_with_2() {
    let complaint = compare("none", &[], &[failed("a-1")], &[]).complaint();
    assert_eq!(
        complaint,
        "the files have no vector, so nothing was compared: name a file with vectors"
    );
    let complaint = ran(&["compare", "-", "-"], "").complaint();
    assert!(
        complaint.starts_with("two inputs are read from `-`"),
        "{complaint}"
    );
}

#[test]
fn comparison_without_outcomes_exits_with_2() {
    let vectors = vectors("verdicts.ndjson");
    let complaint = ran(&["compare", &vectors, "-"], "\n\n").complaint();
    assert_eq!(
        complaint,
        "standard input has no outcome, so nothing was compared: name a file with outcomes; `fetch-cors run VECTORS > OUTCOMES` writes outcomes"
    );
}

/// The text prints equal findings once, with their number. The JSON has all findings.
#[test]
fn equal_findings_are_printed_once() {
    let path = vectors("verdicts.ndjson");
    let outcomes = ran(&["run", &path], "").out;
    let first: String = outcomes
        .lines()
        .take(2)
        .map(|line| format!("{line}\n"))
        .collect();
    let few = ran(&["compare", &path, "-"], &*first);
    assert_eq!((few.status, &*few.err), (1, ""));
    let lines: Vec<&str> = few.out.lines().collect();
    let id = |position: usize| {
        let outcome: Value = serde_json::from_str(outcomes.lines().nth(position).unwrap()).unwrap();
        outcome["id"].as_str().unwrap().to_owned()
    };
    let (missing, ids) = (
        outcomes.lines().count() - 2,
        (2..7).map(id).collect::<Vec<_>>(),
    );
    assert!(
        lines[0].ends_with(&format!(
            ", line 3: {}: no outcome has this id: add the outcome",
            ids[0]
        )),
        "{}",
        lines[0]
    );
    assert_eq!(
        lines[1..4],
        [
            &*format!("  {missing} lines have this error: {}, …", ids.join(", ")),
            "",
            lines[3]
        ]
    );
    assert!(lines[3].starts_with("family "), "{}", few.out);
    let json = ran(&["compare", "--json", &path, "-"], &*first).json();
    assert_eq!(json.len(), missing + 1);

    let refused = "{\"error\":\"refused\"}\n".repeat(365);
    let compared = ran(&["compare", &path, "-"], &*refused);
    assert_eq!(
        compared
            .out
            .matches("-, line 1: malformed: error: ")
            .count(),
        1
    );
    assert_eq!(
        compared.out.matches("malformed: ").count(),
        1,
        "{}",
        compared.out
    );
    assert!(
        compared
            .out
            .contains("\n  365 lines have this error: 1, 2, 3, 4, 5, …\n")
    );
}

#[test]
fn comparison_of_nothing_is_a_failure_with_a_reason() {
    let vectors = [
        question("a-1"),
        expecting("b-1", &json!({"credentials": false})),
    ];
    let note = "\nnothing was compared";
    let lacks_members = "\nnothing was compared, because no outcome has a member that its vector expects: add these members\n";
    let ran = compare("nothing", &vectors[1..], &[failed("b-1")], &[]);
    assert!(
        ran.status == 1 && ran.out.ends_with(lacks_members),
        "{}",
        ran.out
    );
    // In each of these inputs, an outcome is missing, doubled or refused, so the last line asks the user to correct the
    // errors.
    let refused = json!({"id": null, "line": 1, "malformed": "x"});
    for outcomes in [
        vec![json!({"id": "x", "result": true})],
        vec![failed("b-1")],
        vec![failed("b-1"), failed("b-1")],
        vec![refused],
    ] {
        let ran = compare("nothing", &vectors, &outcomes, &[]);
        let end = "\nnothing was compared: correct the errors above\n";
        assert!(ran.status == 1 && ran.out.ends_with(end), "{}", ran.out);
        let is_refused = ran.out.contains("refused the case with the error `x`");
        let is_unknown = ran
            .out
            .contains("\n1 outcome with an id that no vector has");
        assert!(!(is_refused && is_unknown), "{}", ran.out);
    }
    let ran = compare(
        "something",
        &vectors,
        &[json!({"id": "a-1", "result": false})],
        &[],
    );
    assert!(ran.status == 1 && !ran.out.contains(note), "{}", ran.out);
}

#[test]
fn members_that_an_outcome_lacks_are_left_out_and_named() {
    let whole =
        json!({"type": "error", "failure": "missing-allow-origin-header", "step": "cors-check/2"});
    let vectors = [
        expecting("a-1", &json!({"result": whole, "credentials": false})),
        expecting("a-2", &json!({"credentials": false})),
        expecting(
            "a-3",
            &json!({"result": {"type": "error", "failure": "missing-allow-origin-header"}}),
        ),
        expecting(
            "a-4",
            &json!({"result": {"type": "error", "step": "cors-check/2"}}),
        ),
    ];
    let readable = json!({"type": "cors", "status": 200, "url": "http://b/", "redirected": false, "headers": []});
    let outcomes = [
        failed("a-1"),
        failed("a-2"),
        // The vector expects an error, but the outcome is a response.
        outcome("a-3", &json!([]), &readable),
        outcome(
            "a-4",
            &json!([]),
            &json!({"type": "error", "step": "cors-check/3"}),
        ),
    ];
    let ran = compare("left-out", &vectors, &outcomes, &[]);
    assert_eq!(
        (ran.status, row(&ran, "a")),
        (1, vec![4, 1, 2, 0, 0, 0, 0, 1]),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("line 2: a-2: nothing was compared, because the outcome lacks all members that the vector expects: add these members"),
        "{}",
        ran.out
    );
    for path in ["type", "failure", "step"] {
        let path = format!("fetches[0].result.{path}\n");
        assert!(ran.out.contains(&path), "{path}{}", ran.out);
    }
    for note in [
        "`credentials` was not compared in 2 vectors that expect it: their outcomes lack this member",
        "`failure` was not compared in 1 vector that expects it: its outcome lacks this member",
        "`step` was not compared in 1 vector that expects it: its outcome lacks this member",
    ] {
        assert!(ran.out.contains(note), "{note}\n{}", ran.out);
    }
    // An error without the member `failure` still differs from an expected response.
    for result in [
        json!({"type": "opaque", "failure": null}),
        json!({"failure": null}),
    ] {
        let vectors = [expecting("b-1", &json!({"result": result}))];
        assert_eq!(compare("error", &vectors, &[failed("b-1")], &[]).status, 1);
    }
    let opaque =
        json!({"type": "opaque", "status": 0, "url": "", "redirected": false, "headers": []});
    let recorded = case(
        "c-1",
        "observed",
        &json!({"webkit": {"fetches": [{"requests": [], "result": opaque}]}}),
    );
    assert_eq!(
        compare("recorded", &[recorded], &[failed("c-1")], &[]).status,
        1
    );
}

#[test]
fn recordings_are_compared_without_regard_to_the_order_of_headers() {
    let headers = json!([["origin", "http://a"], ["x-a", "1, 2"]]);
    let recorded = json!({"chromium": outcome("a-1", &headers, &json!({"type": "error"}))});
    let vectors = [case("a-1", "observed", &recorded)];
    let fine = json!([["X-A", "1"], ["Origin", "http://a"], ["x-a", "2"]]);
    let ran = compare(
        "order",
        &vectors,
        &[outcome("a-1", &fine, &json!({"type": "error"}))],
        &[],
    );
    assert_eq!((ran.status, &*ran.err), (0, ""), "{}", ran.out);
    let wrong = json!([["X-A", "1"], ["Origin", "http://a"]]);
    let ran = compare(
        "wrong",
        &vectors,
        &[outcome("a-1", &wrong, &json!({"type": "error"}))],
        &[],
    );
    assert!(
        ran.status == 1 && ran.out.contains("from chromium"),
        "{}",
        ran.out
    );
}

#[test]
fn malformed_outcomes_are_named() {
    let fetch = json!({"requests": [], "result": {"type": "error"}});
    let vectors = [expecting("a-1", &json!({"preflighted": false}))];
    for (outcome, error) in [
        (
            json!({"id": "a-1"}),
            "an outcome has either `fetches` or `result`",
        ),
        (
            json!({"id": "a-1", "malformed": "b"}),
            "the implementation refused the case with the error `b`: ",
        ),
        (
            json!({"id": "a-1", "result": true}),
            "result: the vector is a case: write `fetches` instead of `result`",
        ),
        (
            json!({"id": "a-1", "fetches": []}),
            "fetches: the number of entries is 0, and the number of fetches is 1",
        ),
        (
            json!({"id": "a-1", "fetches": [fetch, fetch]}),
            "fetches: the number of entries is 2",
        ),
        (
            json!({"id": "a-1", "fetches": [{"result": {"type": "error"}}]}),
            "fetches[0]: the member `requests` is missing",
        ),
        (
            json!({"id": "a-1", "fetches": [{"requests": [], "result": {"type": "?"}}]}),
            "fetches[0].result.type: `?` is not a type",
        ),
        (
            json!({"id": "a-1", "fetches": [{"requests": [], "result": {"type": "cors"}}]}),
            "fetches[0].result.status: this member is missing",
        ),
        (
            json!({"id": "a-1", "fetches": [{"requests": [], "result": {"type": "error", "status": 0}}]}),
            "fetches[0].result.status: a result of the type `error` does not have this member",
        ),
    ] {
        let ran = compare(
            "malformed",
            &vectors,
            std::slice::from_ref(&outcome),
            &["--json"],
        );
        let findings = ran.json();
        let malformed = findings[0]["malformed"]
            .as_str()
            .unwrap_or_else(|| panic!("{outcome}\n{}", ran.out));
        assert!(
            malformed.starts_with(&format!("outcome: {error}")),
            "{outcome}: {malformed}"
        );
        // The place is the place of the outcome.
        assert_eq!(
            (&findings[0]["file"], &findings[0]["line"]),
            (&json!("-"), &json!(1))
        );
        assert_eq!(
            (ran.status, &findings[1]["summary"]["malformed"]),
            (1, &json!(1))
        );
    }
    let question = [question("q-1")];
    let wrong = json!({"id": "q-1", "fetches": [fetch]});
    let ran = compare("question", &question, &[wrong], &[]);
    assert!(
        ran.out
            .contains("the vector is a question: write `result` instead of `fetches`"),
        "{}",
        ran.out
    );
}

/// An option can be before, between and after the files.
#[test]
fn option_can_be_between_the_files() {
    let vectors = file("compare-place-vectors.ndjson", lines(&[question("a-1")]));
    let outcomes = file("compare-place-outcomes.ndjson", lines(&[failed("a-1")]));
    let known = file("compare-place-known.txt", "");
    let option = ["--known", &known];
    let orders = [
        [option[0], option[1], &*vectors, &*outcomes],
        [&*vectors, option[0], option[1], &*outcomes],
        [&*vectors, &*outcomes, option[0], option[1]],
    ];
    let printed = orders.map(|order| {
        let ran = ran(&[&["compare"][..], &order].concat(), "");
        assert_eq!(ran.err, "", "{order:?}");
        ran.out
    });
    assert!(printed[0].contains("a-1"), "{}", printed[0]);
    assert_eq!(printed[0], printed[1]);
    assert_eq!(printed[0], printed[2]);
}

/// If a file is missing, or if the files are in the wrong order, the error shows the right command.
#[test]
fn wrong_files_are_answered_with_the_command() {
    let vectors = file("compare-order-vectors.ndjson", lines(&[question("a-1")]));
    let outcomes = [failed("b-1")];
    let recorded = file("compare-order-outcomes.ndjson", lines(&outcomes));
    let needs = "`compare` needs two files, first the vectors and then the outcomes: write `fetch-cors compare VECTORS OUTCOMES`; ";
    for arguments in [&["compare"][..], &["compare", &vectors]] {
        let complaint = ran(arguments, "").complaint();
        assert!(complaint.starts_with(needs), "{complaint}");
    }
    let swapped = ran(&["compare", &recorded, &vectors], "").complaint();
    let start = format!(
        "`{vectors}` has vectors, but it must have outcomes: write `fetch-cors compare VECTORS OUTCOMES`"
    );
    assert!(swapped.starts_with(&start), "{swapped}");
    let twice = ran(&["compare", &recorded, &recorded], "").complaint();
    let start = format!(
        "`{recorded}` has outcomes, but it must have vectors: write `fetch-cors compare VECTORS OUTCOMES`"
    );
    assert!(twice.starts_with(&start), "{twice}");
    let expecting = expecting("c-1", &json!({"result": {"type": "error"}}));
    let case = json!({"id": "c-1", "fetches": [], "server": []});
    for (line, found) in [(expecting, "has vectors"), (case, "begins with a case")] {
        let given = file("compare-order-cases.ndjson", lines(&[line]));
        let complaint = ran(&["compare", &vectors, &given], "").complaint();
        let start = format!("`{given}` {found}, but it must have outcomes: ");
        assert!(complaint.starts_with(&start), "{complaint}");
    }
}

/// White space around a header value of a request is not a part of the value.
#[test]
fn white_space_around_values_of_request_headers_does_not_matter() {
    let headers = json!({"origin": "http://a"});
    let result = json!({"type": "error"});
    let vectors = [
        expecting("a-1", &json!({"actual": [{"headers": headers}]})),
        expecting("a-2", &json!({"request_headers": headers})),
        expecting("a-3", &json!({"request_headers_not": {"origin": "null"}})),
    ];
    let outcomes = |value: &str| {
        ["a-1", "a-2", "a-3"].map(|id| outcome(id, &json!([["origin", value]]), &result))
    };
    let ran = compare("white-space", &vectors, &outcomes(" http://a\t"), &[]);
    assert_eq!(row(&ran, "total")[..3], [3, 3, 0], "{}", ran.out);
    let ran = compare("white-space", &vectors, &outcomes(" null "), &[]);
    assert_eq!(row(&ran, "total")[..3], [3, 0, 3], "{}", ran.out);
    // The path has the names of the members of an outcome.
    let path = "    fetches[0].requests[0].headers.origin\n";
    assert!(ran.out.contains(path), "{}", ran.out);
}

#[test]
fn value_is_compared_only_if_the_outcome_has_it() {
    let result = |value: Value| {
        let mut result = json!({"type": "error", "failure": "network-error", "step": "a/1"});
        if value != Value::Null {
            result["value"] = value;
        }
        result
    };
    let vector = expecting("a-1", &json!({"result": {"type": "error", "value": "b"}}));
    let without_value = expecting("a-1", &json!({"result": {"type": "error", "value": null}}));
    for (vector, value, columns) in [
        (&vector, json!("b"), [1, 1, 0]),
        (&vector, json!("c"), [1, 0, 1]),
        (&vector, Value::Null, [1, 1, 0]),
        (&without_value, json!("c"), [1, 0, 1]),
        (&without_value, Value::Null, [1, 1, 0]),
    ] {
        let is_left_out =
            vector["expect"]["fetches"][0]["result"]["value"] == "b" && value.is_null();
        let outcome = outcome("a-1", &json!([["origin", "http://a"]]), &result(value));
        let ran = compare("value", std::slice::from_ref(vector), &[outcome], &[]);
        assert_eq!(row(&ran, "total")[..3], columns, "{}", ran.out);
        let note = "`value` was not compared in 1 vector";
        assert_eq!(ran.out.contains(note), is_left_out, "{}", ran.out);
    }
}

#[test]
fn credentials_of_only_some_requests_are_malformed() {
    let vector = expecting("a-1", &json!({"credentials": false}));
    let mut outcome = failed("a-1");
    let mut second = outcome["fetches"][0]["requests"][0].clone();
    second["credentials"] = json!(true);
    outcome["fetches"][0]["requests"]
        .as_array_mut()
        .unwrap()
        .push(second);
    let ran = compare("half", &[vector], &[outcome], &[]);
    assert_eq!(row(&ran, "total")[..5], [1, 0, 0, 0, 1], "{}", ran.out);
    let path = "fetches[0].requests[0].credentials: this member is missing, but another request";
    assert!(ran.out.contains(path), "{}", ran.out);
}

/// A line without an id belongs to no vector. The table and the JSON count it as malformed.
#[test]
fn outcome_without_an_id_is_malformed() {
    let vector = expecting("a-1", &json!({"result": {"type": "error"}}));
    let vectors = file("compare-junk.ndjson", lines(&[vector]));
    let outcomes = format!("{}junk\n", lines(&[failed("a-1")]));
    let text = ran(&["compare", &*vectors, "-"], outcomes.clone());
    assert_eq!(text.status, 1, "{}", text.out);
    assert!(text.out.contains("(no id)"), "{}", text.out);
    assert_eq!(row(&text, "total")[..5], [1, 1, 0, 0, 1], "{}", text.out);
    let ran = ran(&["compare", "--json", &*vectors, "-"], outcomes);
    let summary: Value = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
    assert_eq!(summary["summary"]["malformed"], 1, "{summary}");
    assert_eq!(summary["summary"]["unknown"], 0, "{summary}");
}
