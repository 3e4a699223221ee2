//! Explains fetches that failed in real browsers, from the lines of the console and from the network panel. The
//! explanations must equal snapshots that were reviewed.
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

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use program::ran;

const BROWSERS: [&str; 2] = ["chromium", "firefox"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain/recordings")
}

/// Whether the folder of the recordings exists. The published package lacks the folder. In the package, the function
/// prints that the test checked nothing.
fn has_recordings() -> bool {
    if folder().exists() {
        return true;
    }
    let packaged = Path::new(env!("CARGO_MANIFEST_DIR")).join(".cargo_vcs_info.json");
    assert!(packaged.exists(), "{} is missing", folder().display());
    // `eprintln` is not used, because the test runner captures its output.
    let note = b"tests/recordings.rs: the published package has no recordings, so this test checked nothing\n";
    io::stderr().write_all(note).unwrap();
    false
}

/// A fetch in a browser: the result that its script saw, and the lines of the console.
#[derive(Default)]
struct Recorded {
    script: String,
    console: Vec<String>,
}

/// Returns the fetches of a browser with their names, in the order of the recording.
fn fetches(browser: &str) -> Vec<(String, Recorded)> {
    let text = fs::read_to_string(folder().join(format!("{browser}.console.txt"))).unwrap();
    let mut fetches: Vec<(String, Recorded)> = Vec::new();
    // The first line has the version of the browser.
    for line in text.lines().skip(1) {
        match line.strip_prefix("# ") {
            Some(start) => {
                let (name, script) = start.split_once(": ").unwrap();
                let fetch = Recorded {
                    script: script.into(),
                    console: Vec::new(),
                };
                fetches.push((name.into(), fetch));
            }
            None => fetches.last_mut().unwrap().1.console.push(line.into()),
        }
    }
    fetches
}

/// Returns the explanation of each console line about a failed fetch.
fn explained_console(lines: &[String]) -> String {
    let ran = ran(&["explain", "-"], lines.join("\n"));
    match ran.status {
        0 => ran.out,
        _ => ran.err,
    }
}

fn explained_recording(browser: &str, name: &str) -> String {
    let har = folder().join(format!("{browser}.har"));
    let ran = ran(
        &[
            "explain",
            har.to_str().unwrap(),
            "--all",
            "--only-url",
            &format!("/{name}"),
        ],
        "",
    );
    if ran.out.is_empty() {
        assert_eq!(ran.status, 2, "{name}");
        let reason = format!("no fetch has a URL that contains `/{name}`. The fetches have");
        assert!(ran.err.contains(&reason), "{name}: {}", ran.err);
        return "not in the recording as a fetch across origins\n".into();
    }
    // The exit status is 2 if the recording does not have the answer or the credentials mode on which the verdict depends.
    let counts = match ran.status {
        0 => &[", 1 explained\n"][..],
        _ => &[
            ", 0 explained, 1 not judged\n",
            ", 1 explained, 1 with a verdict for each credentials mode\n",
        ],
    };
    let has_count = counts.iter().any(|count| ran.err.contains(count));
    assert!(has_count, "{name}: {}", ran.err);
    ran.out
}

/// The snapshot of a fetch has two explanations for each browser: from the lines of the console, and from the
/// recording.
#[test]
fn recorded_fetches_have_reviewed_explanations() {
    if !has_recordings() {
        return;
    }
    let mut snapshots: BTreeMap<String, String> = BTreeMap::new();
    for browser in BROWSERS {
        for (name, fetch) in fetches(browser) {
            let console = match &*fetch.console {
                [] => "no line\n".into(),
                lines => explained_console(lines),
            };
            let recording = explained_recording(browser, &name);
            write!(
                snapshots.entry(name).or_default(),
                "##### {browser}: the script saw `{}`\n\n##### {browser}: the console\n\n{console}\n##### {browser}: the recording\n\n{recording}\n",
                fetch.script
            )
            .unwrap();
        }
    }
    assert!(snapshots.len() > 45, "{}", snapshots.len());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder().join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let names: Vec<String> = snapshots
        .keys()
        .map(|name| format!("{name}.snap"))
        .collect();
    settings.bind(|| {
        for (name, text) in snapshots {
            insta::assert_snapshot!(name, text);
        }
    });
    // Each snapshot file belongs to a recorded fetch.
    let files = fs::read_dir(folder().join("snapshots")).unwrap();
    for file in files {
        let file = file.unwrap().file_name().into_string().unwrap();
        assert!(names.contains(&file), "{file}");
    }
}
