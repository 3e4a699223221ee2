//! The examples and the tables of the format's pages, checked against the program.

use std::{collections::BTreeMap, fs};

use serde_json::{Map, Value, json};

use crate::program::ran;

const PAGES: [&str; 5] = ["cases", "sessions", "policies", "exchanges", "explanations"];

fn page(name: &str) -> String {
    let root = env!("CARGO_MANIFEST_DIR");
    fs::read_to_string(format!("{root}/src/cases/format/{name}.md")).unwrap()
}

/// An example: commands for a shell, and the output below them.
struct Example {
    commands: String,
    output: Option<String>,
}

/// Returns the `sh` blocks of a page. The `json` or `text` block below a line `prints` is the output.
fn examples(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    // The parts with an odd index are inside of a fence, and begin with the name of the language.
    for (i, part) in page.split("```").enumerate() {
        let (language, block) = part.split_once('\n').unwrap_or_default();
        if i % 2 == 1 && language == "sh" {
            examples.push(Example {
                commands: block.to_owned(),
                output: None,
            });
        } else if i % 2 == 1 && ["json", "text"].contains(&language) {
            if let Some(example) = examples.last_mut() {
                assert_eq!(example.output, None, "a second output: {block}");
                example.output = Some(block.to_owned());
            }
        } else if i % 2 == 0 && i > 0 {
            // The text between commands and output is one line that begins with `prints`.
            let is_introduction =
                part.trim().starts_with("prints") && part.trim().lines().count() == 1;
            if let Some(example) = examples.last_mut()
                && example.output.is_none()
            {
                assert!(
                    is_introduction || example.commands.contains("$url"),
                    "{part}"
                );
            }
        }
    }
    examples
}

/// Whether `line` is `expected`, in which `…` stands for any text.
fn matches(expected: &str, line: &str) -> bool {
    let Some((start, expected_rest)) = expected.split_once('…') else {
        return line == expected;
    };
    let Some(rest) = line.strip_prefix(start) else {
        return false;
    };
    let mut tails = (0..=rest.len()).filter_map(|index| rest.get(index..));
    tails.any(|tail| matches(expected_rest, tail))
}

#[cfg(unix)]
#[test]
fn examples_of_the_pages_print_the_shown_output() {
    use crate::program::feed;
    use std::{env, path::Path, process::Command};

    let folder = Path::new(env!("CARGO_BIN_EXE_fetch-cors"))
        .parent()
        .unwrap();
    let path = env::var_os("PATH").unwrap();
    let folders = [folder.to_owned()]
        .into_iter()
        .chain(env::split_paths(&path));
    let path = env::join_paths(folders).unwrap();
    let mut examples_run = 0;
    for name in PAGES {
        let temporary = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("page-{name}"));
        fs::create_dir_all(&temporary).unwrap();
        for example in examples(&page(name)) {
            // An example without an output needs a running server.
            let Some(output) = example.output else {
                continue;
            };
            let mut shell = Command::new("sh");
            shell.arg("-c").arg(&example.commands);
            shell.current_dir(&temporary).env("PATH", &path);
            let found = feed(&mut shell, "");
            assert_eq!(found.err, "", "{name}: {}", example.commands);
            let (expected, lines): (Vec<_>, Vec<_>) =
                (output.lines().collect(), found.out.lines().collect());
            assert_eq!(lines.len(), expected.len(), "{name}: {}", found.out);
            for (expected, line) in expected.iter().zip(&lines) {
                assert!(
                    matches(expected, line),
                    "{name}:\nexpected {expected}\nfound    {line}"
                );
            }
            examples_run += 1;
        }
    }
    assert_eq!(examples_run, 17);
}

#[test]
fn ellipsis_matches_any_text() {
    for (expected, line) in [("a", "a"), ("a…c", "abcbc"), ("…", ""), ("…b…", "abc")] {
        assert!(matches(expected, line), "{expected}: {line}");
    }
    for (expected, line) in [("a", "ab"), ("a…c", "ab"), ("a…c", "acd"), ("b…", "ab")] {
        assert!(!matches(expected, line), "{expected}: {line}");
    }
}

/// Returns the cells of the table with the given first row, without the backticks of code.
fn table(page: &str, heads: &str) -> Vec<Vec<String>> {
    let (_, table) = page.split_once(heads).expect(heads);
    let (table, _) = table.split_once("\n\n").expect("the end of a table");
    let rows = table.lines().skip(2);
    rows.map(|row| {
        let cells = row.trim_matches('|').split(" | ");
        cells.map(|cell| code(cell.trim()).to_owned()).collect()
    })
    .collect()
}

fn code(cell: &str) -> &str {
    match cell
        .strip_prefix("``")
        .and_then(|cell| cell.strip_suffix("``"))
    {
        Some(code) => code.trim(),
        None => cell
            .strip_prefix('`')
            .and_then(|cell| cell.strip_suffix('`'))
            .unwrap_or(cell),
    }
}

/// Returns an object with the default members and the members of the cell. The cell takes precedence.
fn object(defaults: Value, members: &str) -> Value {
    let mut object = defaults;
    let members: Map<String, Value> =
        serde_json::from_str(&format!("{{{members}}}")).expect(members);
    object.as_object_mut().unwrap().extend(members);
    object
}

#[test]
fn refused_values_of_a_fetch_have_the_listed_error() {
    let rows = table(&page("cases"), "| refused | error |");
    assert!(rows.len() > 10);
    for row in rows {
        let defaults = json!({"origin": "https://app.example", "url": "https://api.example/r"});
        let case = json!({"id": "a", "fetches": [object(defaults, &row[0])], "server": []});
        let answers = ran(&["run"], case.to_string()).json();
        let error = answers[0]["malformed"].as_str().expect(&row[0]);
        assert_eq!(error, row[1], "{}", row[0]);
    }
}

#[test]
fn permitted_origins_of_pages_are_sent_as_they_are() {
    let rows = table(&page("cases"), "| permitted | page |");
    assert!(rows.len() > 8);
    for row in rows {
        let fetch = object(json!({"url": "https://api.example/r"}), &row[0]);
        let origin = fetch["origin"].clone();
        let case = json!({"id": "a", "fetches": [fetch], "server": []});
        let answers = ran(&["run"], case.to_string()).json();
        let sent = &answers[0]["fetches"][0]["requests"][0]["headers"];
        assert_eq!(*sent, json!([["origin", origin]]), "{}", answers[0]);
    }
}

/// Returns the errors of a policy that has the members of the cell. `origins` has a default.
fn policy_errors(members: &str) -> Vec<Value> {
    let policy = object(json!({"origins": ["https://app.example"]}), members);
    let ran = ran(&["policy", "--json", "-"], policy.to_string());
    match ran.status {
        0 => Vec::new(),
        _ => ran.json(),
    }
}

#[test]
fn page_lists_the_members_of_a_policy_with_their_defaults() {
    let rows = table(&page("policies"), "| member | value | default |");
    let listed = rows.iter().map(|row| (row[0].as_str(), row[2].as_str()));
    let printed = ran(
        &["policy", "--json", "-"],
        r#"{"origins":"*","max_age":600}"#,
    )
    .json();
    let expected: BTreeMap<&str, String> = printed[0]
        .as_object()
        .unwrap()
        .iter()
        .map(|(member, default)| {
            let default = match &**member {
                "origins" => String::new(),
                "max_age" => "absent".to_owned(),
                _ => default.to_string(),
            };
            (&**member, default)
        })
        .collect();
    let listed: BTreeMap<&str, String> = listed
        .map(|(member, default)| (member, default.trim_matches('|').trim().to_owned()))
        .collect();
    assert_eq!(listed, expected);
}

#[test]
fn permitted_values_of_a_policy_are_valid() {
    let rows = table(&page("policies"), "| permitted | meaning |");
    assert!(rows.len() > 10);
    for row in rows {
        assert_eq!(policy_errors(&row[0]), [] as [Value; 0], "{}", row[0]);
    }
}

#[test]
fn refused_values_of_a_policy_have_the_listed_error_and_fix() {
    let rows = table(&page("policies"), "| refused | error | fix or reason |");
    assert!(rows.len() > 20);
    for row in rows {
        let errors = policy_errors(&row[0]);
        assert_eq!(errors.len(), 1, "{}: {errors:?}", row[0]);
        assert_eq!(errors[0]["error"], *row[1], "{}", row[0]);
        if let Some(suggestion) = errors[0]["suggestion"].as_str() {
            assert_eq!(suggestion, row[2], "{}", row[0]);
        }
    }
}

#[test]
fn values_refused_with_credentials_are_permitted_by_the_listed_member() {
    let rows = table(
        &page("policies"),
        "| refused | error | reason | permitted by |",
    );
    assert!(rows.len() > 4);
    for row in rows {
        let errors = policy_errors(&row[0]);
        assert_eq!(errors.len(), 1, "{}: {errors:?}", row[0]);
        assert_eq!(errors[0]["error"], *row[1], "{}", row[0]);
        let without_credentials = format!(r#"{}, "credentials": false"#, row[0]);
        assert_eq!(policy_errors(&without_credentials), [] as [Value; 0]);
        if row[3] != "–" {
            let permitted = format!(r#"{}, "{}": true"#, row[0], row[3]);
            assert_eq!(policy_errors(&permitted), [] as [Value; 0], "{permitted}");
        }
    }
}

#[test]
fn refused_lines_of_a_session_have_the_listed_error() {
    let rows = table(&page("sessions"), "| refused | error |");
    assert!(rows.len() > 7);
    let lines: Vec<&str> = rows.iter().map(|row| &*row[0]).collect();
    let ran = ran(&["session"], lines.join("\n"));
    assert_eq!((ran.status, &*ran.err), (1, ""));
    let answers = ran.json();
    assert_eq!(answers.len(), rows.len(), "{}", ran.out);
    for (answer, row) in answers.iter().zip(&rows) {
        let error = answer["malformed"].as_str().expect(&row[0]);
        let (error, _) = error.split_once(" at line ").unwrap_or((error, ""));
        assert_eq!(error, row[1], "{}", row[0]);
    }
}
