//! `spec-notes/` and `src/` agree. The code cites each step once, in order and with the paraphrase of the notes. The
//! only exceptions are steps that the notes mark as not implemented. For each failure, `src/failure.rs` lists the same
//! steps as the notes, and a vector expects the failure.
#![cfg(feature = "browser")]

use std::error::Error;
use std::fs;
use std::path::Path;

use check::{
    File, QuirkRow, check_anchors, check_citations, check_failures, check_quirks, check_vectors,
    failure_table,
};
use fetch_cors::{
    Failure, SPEC,
    engine::{Engine, Quirk},
};
use notes::Notes;

#[path = "citations/check.rs"]
mod check;
#[path = "citations/lexer.rs"]
mod lexer;
#[path = "citations/notes.rs"]
mod notes;
#[path = "citations/source.rs"]
mod source;

type Outcome = Result<(), Box<dyn Error>>;

#[test]
fn the_notes_can_be_read() -> Outcome {
    let notes = read_notes()?;
    assert!(!notes.steps.is_empty(), "spec-notes has no steps");
    none(&notes.offences);
    Ok(())
}

#[test]
fn every_step_is_cited_in_order_once_or_not_implemented() -> Outcome {
    none(&check_citations(&read_notes()?, &read_files("src", "rs")?));
    Ok(())
}

#[test]
fn the_failures_have_the_steps_of_the_notes() -> Outcome {
    let table = read_failures()?;
    assert!(!table.is_empty(), "src/failure.rs has no table");
    none(&check_failures(&read_notes()?, &table));
    Ok(())
}

#[test]
fn the_failures_have_the_anchors_of_the_notes() -> Outcome {
    let anchors: Vec<_> = Failure::ALL
        .iter()
        .flat_map(|failure| {
            let steps = failure.steps().iter().zip(failure.anchors());
            steps.map(|(step, anchor)| (failure.code(), *step, *anchor))
        })
        .collect();
    none(&check_anchors(&read_notes()?, &anchors));
    Ok(())
}

#[test]
fn every_failure_is_expected_by_a_vector() -> Outcome {
    let vectors = read_files("tests/vectors", "ndjson")?;
    none(&check_vectors(&read_notes()?, &read_failures()?, &vectors));
    Ok(())
}

#[test]
fn every_quirk_is_cited_at_its_step_and_described_in_the_notes() -> Outcome {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec-notes/engines.md");
    let notes = fs::read_to_string(path)?;
    let quirks: Vec<_> = Quirk::ALL.iter().copied().map(row).collect();
    none(&check_quirks(&quirks, &notes, &read_files("src", "rs")?));
    let known = read_notes()?;
    for quirk in Quirk::ALL {
        assert!(
            known.position(quirk.step()).is_some(),
            "{quirk}: {}",
            quirk.step()
        );
    }
    Ok(())
}

/// Returns the row that the notes must have for the quirk.
fn row(quirk: Quirk) -> QuirkRow {
    let engines: Vec<_> = quirk.engines().iter().copied().map(Engine::name).collect();
    let cases: Vec<_> = quirk
        .cases()
        .iter()
        .map(|case| format!("`{case}`"))
        .collect();
    let cases = if cases.is_empty() {
        String::from("none in the crate")
    } else {
        cases.join(", ")
    };
    QuirkRow {
        name: quirk.name().to_owned(),
        step: quirk.step().to_owned(),
        line: format!(
            "| `{quirk}` | {} | `{}` | {} | {} | {} | {cases} |",
            engines.join(", "),
            quirk.step(),
            quirk.standard(),
            quirk.engine(),
            quirk.weight().as_str(),
        ),
    }
}

#[test]
fn notes_have_revision_and_date_of_spec() -> Outcome {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec-notes/README.md");
    let text = fs::read_to_string(path)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let revision = SPEC.revision;
    let expected = format!(
        "[commit {revision}](https://github.com/whatwg/fetch/commit/{revision}) of {}.",
        SPEC.date
    );
    assert!(
        words.join(" ").contains(&expected),
        "spec-notes/README.md does not contain \"{expected}\""
    );
    Ok(())
}

fn read_notes() -> Result<Notes, Box<dyn Error>> {
    let mut notes = Notes::default();
    for (path, text) in read_files("spec-notes", "md")? {
        notes.read(&path, &text);
    }
    Ok(notes)
}

fn read_failures() -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/failure.rs");
    Ok(failure_table(&fs::read_to_string(path)?))
}

/// Returns the files in a folder and in its subfolders, sorted by path. Each returned file has the extension.
fn read_files(folder: &str, extension: &str) -> Result<Vec<File>, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                let name = path
                    .strip_prefix(root)?
                    .display()
                    .to_string()
                    .replace('\\', "/");
                files.push((name, fs::read_to_string(&path)?));
            }
        }
    }
    files.sort();
    Ok(files)
}

fn none(offences: &[String]) {
    assert!(
        offences.is_empty(),
        "{} offences:\n{}",
        offences.len(),
        offences.join("\n")
    );
}

/// Tests of the checks: each check finds the mistakes that it should find.
mod self_test {
    use super::*;

    const NOTES: &str = "\
## A
Source: `src/a.rs`
- `a/1` begin
- `a/2` fail
  - failure: `oops`
- `a/2.1` skip
  - not implemented: no need
- `a/3` end
";
    const GOOD: &str =
        "fn a() {\n    // a/1: begin\n    // a/2: fail\n    // Why.\n    // a/3: end\n}\n";

    fn offences(source: &str) -> Vec<String> {
        let mut notes = Notes::default();
        notes.read("notes.md", NOTES);
        none(&notes.offences);
        check_citations(&notes, &[("src/a.rs".into(), source.into())])
    }

    fn only(offences: &[String], expected: &str) {
        let found = matches!(offences, [only] if only == expected);
        assert!(found, "expected \"{expected}\", found {offences:?}");
    }

    #[test]
    fn correct_citations_pass() {
        none(&offences(GOOD));
        none(&offences(&GOOD.replace("Why", "See a/3, and/or n/a")));
        none(&offences(&format!(
            "{GOOD}#[cfg(test)]\nmod tests {{\n    // a/3\n}}"
        )));
    }

    #[test]
    fn a_missing_citation_is_found() {
        let missing = "notes.md:8: `a/3` is not cited in src/a.rs";
        only(&offences(&GOOD.replace("// a/3: end", "")), missing);
        only(&offences(&GOOD.replace("// a/3", "/// a/3")), missing);
        only(
            &offences(&GOOD.replace("// a/3: end", "let s = \"\n// a/3: end\";")),
            missing,
        );
    }

    #[test]
    fn an_unknown_citation_is_found() {
        let found = offences(&GOOD.replace("a/3: end", "a/3: end\n// a/4: more"));
        only(&found, "src/a.rs:6: unknown id `a/4`");
        let found = offences(&GOOD.replace("a/3: end", "a/3: end\n// b/1: no such algorithm"));
        only(&found, "src/a.rs:6: unknown id `b/1`");
        let found = offences(&GOOD.replace("Why", "Not as in a/5"));
        only(&found, "src/a.rs:4: unknown id `a/5`");
    }

    #[test]
    fn a_changed_paraphrase_is_found() {
        let found = offences(&GOOD.replace("a/3: end", "a/3: stop"));
        only(
            &found,
            "src/a.rs:5: `a/3` is \"stop\" here, in the notes \"end\"",
        );
        let found = offences(&GOOD.replace("a/3: end", "a/3: end, at last"));
        only(
            &found,
            "src/a.rs:5: `a/3` is \"end, at last\" here, in the notes \"end\"",
        );
    }

    #[test]
    fn quirks_follow_the_words_of_the_notes() {
        let source = GOOD.replace("a/3: end", "a/3: end; differs with quirk x or y");
        none(&offences(&source));
        let files = [("src/a.rs".to_owned(), source)];
        let quirk = |name: &str, step: &str| QuirkRow {
            name: name.to_owned(),
            step: step.to_owned(),
            line: format!("| `{name}` |"),
        };
        let notes = "| `x` |\n| `y` |\n";
        let quirks = [quirk("x", "a/3"), quirk("y", "a/3")];
        none(&check_quirks(&quirks, notes, &files));
        let missing = check_quirks(&[quirk("x", "a/3"), quirk("z", "a/3")], notes, &files);
        let expected = [
            "engines.md: no line is\n| `z` |",
            "engines.md: this line does not describe a quirk\n| `y` |",
            "src/a.rs:5: unknown quirk `y`",
            "src: no step is cited with quirk `z`",
        ];
        assert_eq!(missing, expected);
        let elsewhere = check_quirks(&[quirk("x", "a/1"), quirk("y", "a/3")], notes, &files);
        only(
            &elsewhere,
            "src/a.rs:5: quirk `x` is cited at `a/3`, and its step is `a/1`",
        );
    }

    #[test]
    fn a_citation_without_words_is_found() {
        for bare in ["a/3", "a/3:", "a/3 end", "a/3, a/1: end"] {
            let found = offences(&GOOD.replace("a/3: end", bare));
            only(
                &found,
                "src/a.rs:5: no words behind the id, expected `// a/3: end`",
            );
        }
    }

    #[test]
    fn one_line_cites_one_step() {
        let source = GOOD.replace("a/1: begin\n    // a/2: fail", "a/1, a/2: fail");
        let expected = [
            "src/a.rs:2: no words behind the id, expected `// a/1: begin`",
            "notes.md:4: `a/2` is not cited in src/a.rs",
        ];
        assert_eq!(offences(&source), expected);
    }

    #[test]
    fn a_definition_is_cited_without_its_link() {
        let mut notes = Notes::default();
        let text =
            "Source: `src/a.rs`\n- `definition/a` [a](https://a.example/(a)): the words: all\n";
        notes.read("notes.md", text);
        none(&notes.offences);
        let source = "// definition/a: the words: all\n";
        none(&check_citations(
            &notes,
            &[("src/a.rs".into(), source.into())],
        ));
    }

    #[test]
    fn a_doubled_citation_is_found() {
        let found = offences(&format!("{GOOD}fn b() {{\n    // a/3: end\n}}"));
        only(
            &found,
            "`a/3` is cited more than once: src/a.rs:5, src/a.rs:8",
        );
    }

    #[test]
    fn a_citation_out_of_order_is_found() {
        let found = offences("fn a() {\n    // a/3: end\n    // a/1: begin\n    // a/2: fail\n}");
        only(&found, "src/a.rs:3: `a/1` comes after `a/3`");
        // The steps must be in order only within one function.
        let source = "fn a(x: [u8; 2]) { if x == *b\"{\" {\n// a/3: end\n} }\nfn b() {\n// a/1: begin\n// a/2: fail\n}";
        none(&offences(source));
    }

    #[test]
    fn citation_of_an_unimplemented_step_is_found() {
        let found = offences(&GOOD.replace("a/3: end", "a/2.1: skip\n// a/3: end"));
        only(
            &found,
            "src/a.rs:5: `a/2.1` is cited, but not implemented (notes.md:6)",
        );
    }

    #[test]
    fn a_citation_in_another_file_is_found() {
        let mut notes = Notes::default();
        notes.read("notes.md", NOTES);
        let found = check_citations(&notes, &[("src/b.rs".into(), GOOD.into())]);
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(
            found.first().map(String::as_str),
            Some("src/b.rs:2: `a/1` belongs in src/a.rs (notes.md:3)")
        );
    }

    #[test]
    fn malformed_notes_are_found() {
        let text = "## A\n- `a/0` x\n## B\nSource: `b`\n- `a/1` x\n- `a/1` x\n- a/2 x\n  - why: x\n  - library only: x\n  - not implemented: \n- `a/4`\n- `definition/b` [b](https://b.example): ";
        let mut notes = Notes::default();
        notes.read("n", text);
        let lines: Vec<_> = notes
            .offences
            .iter()
            .filter_map(|o| o.split(": ").next())
            .collect();
        assert_eq!(
            lines,
            ["n:2", "n:6", "n:7", "n:8", "n:9", "n:10", "n:11", "n:12"]
        );
    }

    #[test]
    fn a_failure_with_another_step_is_found() {
        let mut notes = Notes::default();
        notes.read("notes.md", NOTES);
        let table = |step: &str| failure_table(&format!("    Oops = \"oops\" at \"{step}\",\n"));
        none(&check_failures(&notes, &table("a/2")));
        let found = check_failures(&notes, &table("a/2.1"));
        assert_eq!(found.len(), 2, "{found:?}");
        // The notes may have a step inside of the table's step: `main-fetch/12.cors` in the notes, and `main-fetch/12`
        // in the table.
        let arm = NOTES.replace("a/2`", "a/2.arm.1`");
        let mut notes = Notes::default();
        notes.read("notes.md", &arm);
        none(&check_failures(&notes, &table("a/2")));
        assert_eq!(check_failures(&notes, &table("a/2.a")).len(), 2);
    }

    #[test]
    fn a_failure_with_another_anchor_is_found() {
        let mut notes = Notes::default();
        let anchored = NOTES.replace("Source:", "Anchor: <https://a.example/#a>\nSource:");
        notes.read("notes.md", &anchored);
        none(&check_anchors(
            &notes,
            &[("oops", "a/2", "https://a.example/#a")],
        ));
        let offence = "notes.md:5: the anchor of `oops` is not https://a.example/#a";
        only(
            &check_anchors(&notes, &[("oops", "a/2", "https://a.example/#b")]),
            offence,
        );
        only(
            &check_anchors(&notes, &[("oops", "b/2", "https://a.example/#a")]),
            offence,
        );
        only(&check_anchors(&notes, &[]), offence);
    }

    #[test]
    fn both_steps_of_a_failure_are_read() {
        let table = failure_table("A = \"a\" at \"x/1\" or \"x/2\",\nlet b = \"c\";\n");
        let expected = [("a", "x/1"), ("a", "x/2")].map(|(c, s)| (c.to_owned(), s.to_owned()));
        assert_eq!(table, expected);
    }

    #[test]
    fn a_failure_that_no_vector_expects_is_found() {
        let mut notes = Notes::default();
        notes.read("notes.md", NOTES);
        let table = [("oops".to_owned(), "a/2".to_owned())];
        let vectors = |text: &str| [("v.ndjson".to_owned(), text.to_owned())];
        none(&check_vectors(
            &notes,
            &table,
            &vectors("{\"expect\":{\"failure\":\"oops\"}}"),
        ));
        let observed = vectors("{\"observed\":{\"failure\":\"oops\"}}");
        only(
            &check_vectors(&notes, &table, &observed),
            "tests/vectors: no vector expects `oops`",
        );
        let mut notes = Notes::default();
        notes.read(
            "notes.md",
            &NOTES.replace("`oops`", "`oops`\n  - library only: no case"),
        );
        none(&check_vectors(&notes, &table, &observed));
    }
}
