//! `check`: counts, differences, and the list of known differences.

use serde_json::{Value, json};

use crate::program::{Ran, file, ran, vectors};

/// Returns a vector whose case fails at `cors-check/2`. `known_outcome` is the member with the expected or recorded
/// outcome.
fn vector(id: &str, known_outcome: &str) -> String {
    format!(
        r#"{{"case":{{"id":"{id}","fetches":[{{"origin":"http://a","url":"http://b/"}}],"server":[]}},{known_outcome}}}"#
    )
}

/// Returns the recording of an engine for the case of [`vector`], with the given result.
fn recorded(result: &str) -> String {
    let request = r#"{"method":"GET","url":"http://b/","headers":[["origin","http://a"]]}"#;
    format!(r#"{{"fetches":[{{"requests":[{request}],"result":{result}}}]}}"#)
}

fn observed(engines: &[(&str, &str)]) -> String {
    let engines = engines.iter();
    let engines = engines.map(|(engine, result)| format!(r#""{engine}":{}"#, recorded(result)));
    format!(
        r#""observed":{{{}}}"#,
        engines.collect::<Vec<_>>().join(",")
    )
}

const ERROR: &str = r#"{"type":"error"}"#;
const OPAQUE: &str = r#"{"type":"opaque","status":0,"url":"","redirected":false,"headers":[]}"#;
const HOLDS: &str = r#""expect":{"fetches":[{"result":{"type":"error","step":"cors-check/2"}}]}"#;
const DIFFERS: &str = r#""expect":{"fetches":[{"result":{"type":"error","step":"cors-check/4"}}]}"#;

fn check(name: &str, lines: &[String], known: Option<&str>, options: &[&str]) -> Ran {
    let vectors = file(&format!("{name}.ndjson"), lines.join("\n"));
    let known = known.map(|known| file(&format!("{name}.txt"), known));
    let mut arguments = vec!["check", &*vectors];
    if let Some(known) = &known {
        arguments.extend(["--known", known]);
    }
    arguments.extend(options);
    ran(&arguments, "")
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

#[track_caller]
fn assert_row(ran: &Ran, row: &str) {
    let found = ran.out.lines().any(|line| words(line) == words(row));
    assert!(found, "no row `{row}` in\n{}", ran.out);
}

#[test]
fn all_vectors_hold_except_the_known_differences() {
    let files = ["wpt", "functions", "browsers", "failures", "verdicts"]
        .map(|f| vectors(&format!("{f}.ndjson")));
    let known = vectors("known-differences.txt");
    let mut arguments = vec!["check", "--known", &*known];
    arguments.extend(files.iter().map(|file| &**file));
    let all = ran(&arguments, "");
    assert_eq!((all.status, &*all.err), (0, ""), "{}", all.out);
    assert_row(&all, "family vectors hold differ known malformed");
    assert_row(&all, "check 321 321 0 0 0");
    assert_row(&all, "cors-safelisted-request-header 574 574 0 0 0");
    for engine in ["chromium", "firefox", "webkit"] {
        assert_row(&all, &format!("{engine} equal differ"));
    }

    arguments.push("--json");
    let lines = ran(&arguments, "").json();
    let (last, findings) = lines.split_last().unwrap();
    assert!(findings.iter().all(|finding| finding["status"] == "known"));
    assert!(findings.iter().all(|finding| finding["step"].is_string()));
    let summary = &last["summary"];
    assert_eq!(summary["vectors"], 1602 + 523 + 941 + 43 + 170);
    assert_eq!(summary["known"], findings.len());
    assert_eq!(summary["differ"], 0);
}

#[test]
fn difference_has_its_path_and_both_values() {
    let lines = [vector("one-001", HOLDS), vector("two-001", DIFFERS)];
    let ran = check("mismatch", &lines, None, &[]);
    assert_eq!((ran.status, &*ran.err), (1, ""));
    let shown = r#"line 2: two-001: differs
  from the expectations
    fetches[0].result.step
      expected "cors-check/4"
      found    "cors-check/2"
"#;
    assert!(ran.out.contains(shown), "{}", ran.out);
    assert_row(&ran, "one 1 1 0 0 0");
    assert_row(&ran, "two 1 0 1 0 0");
    assert_row(&ran, "total 2 1 1 0 0");
    assert!(!ran.out.contains("chromium"));
}

#[test]
fn outcome_equals_all_agreeing_engines_or_one_of_the_others() {
    let agreeing = observed(&[("chromium", OPAQUE), ("firefox", OPAQUE)]);
    let one_equal = observed(&[("chromium", OPAQUE), ("webkit", ERROR)]);
    let redirected = OPAQUE.replace("false", "true");
    let none_equal = observed(&[("chromium", OPAQUE), ("webkit", &redirected)]);
    let lines = [
        vector("agreeing-1", &agreeing),
        vector("some-1", &one_equal),
        vector("none-1", &none_equal),
    ];
    let shown = check("engines", &lines, None, &[]);
    assert_eq!(shown.status, 1);
    assert!(
        shown
            .out
            .contains("agreeing-1: differs\n  from chromium, firefox, which agree\n")
    );
    assert!(
        shown.out.contains("none-1: differs\n  from chromium\n")
            && shown.out.contains("\n  from webkit\n")
    );
    assert!(!shown.out.contains("some-1"));
    assert_row(&shown, "total 3 1 2 0 0");
    assert_row(&shown, "webkit equal differ");
    assert_row(&shown, "some 1 0");

    let json = check("engines-json", &lines, None, &["--json"]).json();
    assert_eq!(json.len(), 3);
    assert_eq!(json[0]["engines"]["agree"], true);
    assert_eq!(
        json[0]["engines"]["firefox"][0]["path"],
        "fetches[0].result.type"
    );
    assert_eq!(
        (&json[1]["id"], &json[1]["line"]),
        (&json!("none-1"), &json!(3))
    );
    assert_eq!(json[1]["engines"]["agree"], false);
    let chromium = &json[2]["summary"]["engines"]["chromium"];
    assert_eq!(chromium["some"], json!({"equal": 0, "differ": 1}));
}

#[test]
fn list_of_known_differences_must_be_up_to_date() {
    let lines = [
        vector("a-1", DIFFERS),
        vector("a-2", HOLDS),
        vector("a-3", DIFFERS),
    ];
    let well = check(
        "known",
        &lines,
        Some("# why\n\na-1 x/1 a reason\r\na-3 x/2 b\n"),
        &[],
    );
    assert_eq!((well.status, &*well.err), (0, ""), "{}", well.out);
    assert_row(&well, "a 3 1 0 2 0");
    assert!(well.out.starts_with("family"), "{}", well.out);

    let list = "a-1 x/1 a\na-2 x/1 b\na-3 x/1 c\na-4 x/1 d\n";
    let stale = check("stale", &lines, Some(list), &[]);
    assert_eq!(stale.status, 1);
    assert!(stale.out.contains(
        "line 2: a-2: this vector is listed as a known difference, but its outcome does not differ: remove the entry from the list\n"
    ));
    assert!(stale.out.contains(
        "a-4: this id is listed as a known difference, but no vector has it: remove the entry from the list\n"
    ));

    let stale = check("stale-json", &lines, Some(list), &["--json"]);
    assert_eq!(stale.status, 1);
    let json = stale.json();
    let statuses: Vec<_> = json
        .iter()
        .filter_map(|line| line["status"].as_str())
        .collect();
    assert_eq!(
        statuses,
        ["known", "listed-but-agrees", "known", "listed-but-missing"]
    );
    assert_eq!(
        (&json[0]["step"], &json[0]["reason"]),
        (&json!("x/1"), &json!("a"))
    );
    let summary = &json[4]["summary"];
    assert_eq!(
        (&summary["listed_but_agree"], &summary["listed_but_missing"]),
        (&json!(1), &json!(1))
    );
}

#[test]
fn check_counts_malformed_vectors_and_continues() {
    let mut lines = vec![
        String::from("{"),
        String::new(),
        vector("bad-1", r#""expect":{"fetches":[{"preflighted":7}]}"#),
        String::from(r#"{"id":"q","fn":"method","expect":true}"#),
        "x".repeat(10 * 1024 * 1024),
    ];
    lines.push(vector("good-1", HOLDS));
    let ran_json = check("malformed-json", &lines, None, &["--json"]);
    assert_eq!((ran_json.status, &*ran_json.err), (1, ""));
    let json = ran_json.json();
    let place = |line: &Value| (line["id"].clone(), line["line"].clone());
    let places: Vec<_> = json.iter().take(4).map(place).collect();
    let expected = [
        (json!(null), 1),
        (json!("bad-1"), 3),
        (json!("q"), 4),
        (json!(null), 5),
    ];
    assert_eq!(places, expected.map(|(id, line)| (id, json!(line))));
    assert!(
        json.iter()
            .take(4)
            .all(|line| line["status"] == "malformed")
    );
    let reason = json[1]["malformed"].as_str().unwrap();
    assert!(
        reason.starts_with("expect.fetches[0].preflighted: "),
        "{reason}"
    );

    let shown = check("malformed", &lines, None, &[]);
    assert_row(&shown, "(no id) 2 0 0 0 2");
    assert_row(&shown, "bad 1 0 0 0 1");
    assert_row(&shown, "good 1 1 0 0 0");
    assert_eq!(ran(&["check", "-"], b"\xFF\n".as_slice()).status, 1);
}

/// The text prints equal errors once, after the differences. A file without any vector has no families.
#[test]
fn equal_errors_are_printed_once() {
    let refused = String::from(r#"{"error":"refused"}"#);
    let mut lines = vec![refused; 365];
    let all = check("refused", &lines, None, &[]);
    assert_eq!((all.status, &*all.err), (1, ""));
    assert_eq!(all.out.matches("malformed: ").count(), 1, "{}", all.out);
    let shown = "  365 lines have this error: 1, 2, 3, 4, 5, …\n\nfamily ";
    assert!(all.out.contains(shown), "{}", all.out);
    assert_row(&all, "(no vector) 365 0 0 0 365");
    lines.push(vector("good-1", HOLDS));
    lines.push(vector("two-1", DIFFERS));
    lines.push(String::from("{"));
    let some = check("some-refused", &lines, None, &[]);
    assert_row(&some, "(no id) 366 0 0 0 366");
    let place = |text: &str| some.out.find(text).expect(&some.out);
    assert!(place("two-1: differs") < place("line 1: malformed: "));
    assert!(place("line 1: malformed: ") < place("line 368: malformed: not JSON"));
}

#[test]
fn unexpected_error_is_shown_with_its_step() {
    for expected in [r#"{"type":"cors"}"#, r#"{"status":200}"#] {
        let expect = format!(r#""expect":{{"fetches":[{{"result":{expected}}}]}}"#);
        let shown = check("reason", &[vector("a-1", &expect)], None, &[]).out;
        let reason = r#""failure":"missing-allow-origin-header","step":"cors-check/2""#;
        assert!(shown.contains(reason), "{shown}");
    }
}

#[test]
fn names_in_findings_are_escaped_and_cut() {
    let escapes = r"a\nb\u001b[31mRED\u202e";
    let long = "x".repeat(10_000);
    let lines = [
        vector("a-1", &format!(r#"{HOLDS},"{escapes}":1"#)),
        vector(
            "b-1",
            &format!(
                r#""expect":{{"fetches":[{{"request_headers":{{"{escapes}":"1"}},"visible_headers":["{escapes}","{long}"]}}]}}"#
            ),
        ),
        vector("c-1", &format!(r#"{HOLDS},"{long}":1"#)),
    ];
    let out = check("escapes", &lines, None, &[]).out;
    let is_plain = |c: char| c == '\n' || !c.is_control() && c != '\u{202e}';
    assert!(out.chars().all(is_plain), "{out:?}");
    assert!(out.lines().all(|line| line.chars().count() < 800), "{out}");
    let shown = r"a\nb\u{1b}[31mRED\u{202e}";
    assert_eq!(out.matches(shown).count(), 3, "{out}");
}

/// The vector of a header that Chromium safelists and the standard does not.
const QUIRK: &str = r#"{"case":{"id":"quirk-1","fetches":[{"origin":"http://a","url":"http://b/","headers":[["Intervention","x"]]}],"server":[]},"observed":{"chromium":{"fetches":[{"requests":[{"method":"GET","url":"http://b/","headers":[["intervention","x"],["origin","http://a"]]}],"result":{"type":"error"}}]}}}"#;

#[test]
fn page_has_shares_examples_and_differences_without_a_name() {
    let lines = [
        vector("<i>-1", &observed(&[("firefox", ERROR)])),
        vector("<i>-2", &observed(&[("firefox", OPAQUE)])),
        QUIRK.to_owned(),
    ];
    let page = check("page", &lines, None, &["--html", "-"]).out;
    assert!(page.starts_with("<!doctype html>"), "{page}");
    for text in [
        "<th scope=\"row\">&lt;i&gt;</th><td>–<small>0 of 0</small></td><td>50.0 %<small>1 of 2</small></td>",
        "<th scope=\"row\">total</th><td>0.0 %<small>0 of 1</small></td><td>50.0 %<small>1 of 2</small></td>",
        "<th scope=\"row\">total</th><td>100.0 %<small>1 of 1</small></td><td>50.0 %<small>1 of 2</small></td>",
        ">intervention-is-safelisted</h2>",
        "<p>The standard: The header Intervention needs a preflight.</p>",
        "Recordings with this quirk: Chromium 1 of 1.",
        "<p>Example: case <code>quirk-1</code>, in Chromium.</p>",
        "<li>case <code>&lt;i&gt;-2</code>, Firefox: <code>fetches[0].result.type</code>: recorded <code>&quot;opaque&quot;</code>, predicted",
    ] {
        assert!(page.contains(text), "no `{text}` in\n{page}");
    }
    assert!(!page.contains("<i>") && !page.contains("WebKit"));
    // The page has a diagram of the example.
    let (_, example) = page.split_once("intervention-is-safelisted</h2>").unwrap();
    assert!(
        example.contains("<code>intervention: x</code>")
            && example.contains("The browser stops here.")
    );
}

#[test]
fn page_has_each_family_and_each_recorded_quirk() {
    let recorded = vectors("browsers.ndjson");
    let path = file("engines.html", "an older page");
    let written = ran(&["check", &recorded, "--html", &path], "");
    assert!(
        written.err.contains("the page was written to "),
        "{}",
        written.err
    );
    let page = std::fs::read_to_string(&path).unwrap();
    let rows = written.out.lines().map(words);
    let rows = rows.skip_while(|row| row.first() != Some(&"family"));
    let families: Vec<_> = rows.skip(1).take_while(|row| !row.is_empty()).collect();
    assert!(families.len() > 5);
    for family in families {
        let row = format!("<th scope=\"row\">{}</th>", family[0]);
        assert_eq!(page.matches(&row).count(), 2, "{row}");
    }
    let vectors = std::fs::read_to_string(&recorded).unwrap();
    for quirk in fetch_cors::engine::Quirk::ALL {
        let mut cases = quirk.cases().iter();
        if cases.any(|id| vectors.contains(&format!("\"id\":\"{id}\""))) {
            assert!(page.contains(&format!(">{quirk}</h2>")), "{quirk}");
        }
    }
    // A screen reader needs heading levels in order, and header cells in each table.
    let tags = page.split("<h").skip(1);
    let levels = tags.filter_map(|rest| rest.chars().next()?.to_digit(10));
    let levels: Vec<_> = levels.collect();
    assert!(levels.starts_with(&[1, 2]));
    assert!(
        levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
        "{levels:?}"
    );
    assert_eq!(
        page.matches("<caption").count(),
        page.matches("<table>").count()
    );
    assert_eq!(page.matches("<th>").count(), 0);
}

#[test]
fn vectors_without_a_recording_of_the_engine_are_left_out() {
    let lines = [
        vector(
            "both-1",
            &observed(&[("chromium", ERROR), ("firefox", ERROR)]),
        ),
        vector("one-1", &observed(&[("chromium", ERROR)])),
        vector("none-1", HOLDS),
        String::from(r#"{"id":"q","fn":"method","value":"GET","expect":false}"#),
    ];
    let known = Some("one-1 x/1 a reason\n");
    let shown = check("left-out", &lines, known, &["--engine", "firefox"]);
    assert_eq!((shown.status, &*shown.err), (0, ""), "{}", shown.out);
    assert_row(&shown, "total 1 1 0 0 0");
    let note = "\n3 vectors are left out, without a recording of Firefox\n";
    assert!(shown.out.contains(note), "{}", shown.out);

    let nothing = check("all-left-out", &lines, None, &["--engine", "webkit"]);
    let reason = "fetch-cors: no vector has a recording of WebKit, so nothing was checked: name a file with recordings of WebKit, or leave `--engine` out\n";
    assert_eq!((nothing.status, &*nothing.err), (2, reason));
}

/// A page says which vectors agree, so there is no page about vectors that were not read.
#[test]
fn input_that_is_not_read_gives_no_page() {
    let good = file(
        "page-good.ndjson",
        vector("a-1", &observed(&[("firefox", ERROR)])),
    );
    let broken = file("page-broken.ndjson", "{\"error\":1}\n{\"error\":2}\n");
    let directory = env!("CARGO_TARGET_TMPDIR");
    for (files, status) in [
        (&["/missing.ndjson"][..], 2),
        (&[directory], 2),
        (&[&*good, "/missing.ndjson"], 2),
        (&["/dev/null"], 2),
        (&[&*broken], 1),
    ] {
        let page = file("kept.html", "an older page");
        let arguments = [&["check", "--html", &page], files].concat();
        assert_eq!(ran(&arguments, "").status, status, "{files:?}");
        let kept = std::fs::read_to_string(&page).unwrap();
        assert_eq!(kept, "an older page", "{files:?}");
        let arguments = [&["check", "--html", "-"], files].concat();
        assert_eq!(ran(&arguments, "").out, "", "{files:?}");
    }
    let page = ran(&["check", "--html", "-", &good, &broken], "");
    let note = "2 lines are left out, because of errors in the input.";
    assert_eq!(page.status, 1);
    assert!(page.out.contains(note), "{}", page.out);
    let without = check(
        "no-recordings",
        &[vector("a-1", HOLDS)],
        None,
        &["--html", "-"],
    );
    let note = "The vectors have no recordings of browser engines, so this page compares nothing.";
    assert!(
        without.out.contains(note) && !without.out.contains("Each recording"),
        "{}",
        without.out
    );
}

#[test]
fn page_does_not_replace_an_input() {
    let content = vector("a-1", HOLDS);
    let input = file("page-input.ndjson", &content);
    let directory = input.strip_suffix("/page-input.ndjson").unwrap();
    let mut pages = vec![input.clone(), format!("{directory}/./page-input.ndjson")];
    if cfg!(unix) {
        let link = format!("{directory}/page-input-link.html");
        let _ = std::fs::remove_file(&link);
        std::fs::hard_link(&input, &link).unwrap();
        pages.push(link);
    }
    let known = file("page-known.txt", "a-1 x/1 a reason\n");
    let other = file("page-other.ndjson", &content);
    for page in &pages {
        for arguments in [
            &["check", &*input][..],
            &["check", &other, &input],
            &["run", "--explain", &input],
            &["explain", "--case", &input],
            &["explain", &input],
        ] {
            let refused = ran(&[arguments, &["--html", page]].concat(), "");
            let reason = format!("`--html` names `{page}`, which is also an input");
            assert!(
                refused.err.contains(&reason),
                "{arguments:?}: {}",
                refused.err
            );
            assert_eq!(refused.status, 2);
            assert_eq!(std::fs::read_to_string(&input).unwrap(), content);
        }
    }
    let refused = ran(&["check", &other, "--known", &known, "--html", &known], "");
    assert_eq!(refused.status, 2);
}

#[test]
fn page_that_cannot_be_written_is_an_error() {
    let lines = [vector("a-1", HOLDS)];
    let ran = check("no-page", &lines, None, &["--html", "/missing/page.html"]);
    let complaint = ran.err.strip_prefix("fetch-cors: ").unwrap();
    assert_eq!(ran.status, 2);
    assert!(
        complaint.starts_with("could not write `/missing/page.html`: "),
        "{complaint}"
    );
}
