//! Help, completions, the manual page, and the nearest name for an unknown name.

use std::{fs, io::Write, process::Command};

use crate::program::{command, feed, ran, spawn};

const COMMANDS: [&str; 14] = [
    "run",
    "explain",
    "session",
    "check",
    "compare",
    "generate",
    "policy",
    "respond",
    "probe",
    "judge",
    "laws",
    "guide",
    "completions",
    "man",
];

#[test]
fn program_without_arguments_prints_its_help() {
    let help = ran(&[], "");
    assert_eq!((help.status, &*help.err), (0, ""));
    for command in ["Usage: fetch-cors", "  run ", "  judge ", "  completions "] {
        assert!(help.out.contains(command), "{}", help.out);
    }
    // The output is a pipe and not a terminal, so it has no colors.
    assert!(!help.out.contains('\u{1b}'));
}

#[test]
fn error_of_an_unknown_word_names_the_nearest_word() {
    for (arguments, complaint) in [
        (
            &["chekc"][..],
            "unknown command `chekc`: write `check`; try `--help`",
        ),
        (
            &["probe", "--polisy", "x"],
            "unexpected argument `--polisy`: write `--policy`; try `--help`",
        ),
        (
            &["policy", "--jsno", "x"],
            "unexpected argument `--jsno`: write `--json`; try `--help`",
        ),
        (
            &["help", "chekc"],
            "unknown command `chekc`: write `check`; try `--help`",
        ),
        (
            &["--josn"],
            "unexpected argument `--josn`: `--json` is an option of `run`, `explain`, `check`, `compare`, `policy`, `judge`, `laws`, `policy diff`, `policy suggest`, `policy check`; try `--help`",
        ),
        (
            &["run", "--polcy", "a"],
            "unexpected argument `--polcy`: `--policy` is an option of `respond`, `probe`, `judge`; try `--help`",
        ),
        (
            &["session", "--josn"],
            "unexpected argument `--josn`: `session` always prints JSON, so remove it; try `--help`",
        ),
        (
            &["run", "--engine", "Firefox"],
            "invalid value `Firefox` for `--engine <ENGINE>`: write `firefox`; try `--help`",
        ),
        (
            &["run", "--engine", "ALL"],
            "invalid value `ALL` for `--engine <ENGINE>`: write `all`; try `--help`",
        ),
        (
            &["run", "--seed=1"],
            "unexpected argument `--seed`: this is an option of `generate`, `probe`, `judge`; try `--help`",
        ),
        (
            &["completions", "bsh"],
            "invalid value `bsh` for `<SHELL>`: write `bash`; try `--help`",
        ),
        (
            &[
                "generate", "--seed", "1", "--count", "1", "--family", "prefligt",
            ],
            "invalid value `prefligt` for `--family <FAMILY>`: write `preflight`; try `--help`",
        ),
        (
            &["completions", "sh"],
            "invalid value `sh` for `<SHELL>`: write `bash`; try `--help`",
        ),
        (
            &["explain", "src/lib.rs", "src/lib.rs"],
            "unexpected argument `src/lib.rs`: `explain` reads one file, so run it for each file; try `--help`",
        ),
        (
            &[
                "explain",
                "Access",
                "to",
                "fetch",
                "at",
                "https://api.example/",
            ],
            "this is a console message: write quotation marks around it, or paste it into `fetch-cors explain -`; try `--help`",
        ),
        (
            &["policy", "{\"origins\": []}"],
            "could not read `{\\\"origins\\\": []}`: no such file or directory: this is JSON, not the name of a file: write it to a file and name the file, or write it to the standard input and give `-`",
        ),
        (
            &["complete"],
            "unknown command `complete`: write `completions`; try `--help`",
        ),
        (
            &["policies"],
            "unknown command `policies`: write `policy`; try `--help`",
        ),
        (
            &["comp"],
            "unknown command `comp`: the commands are `run`, `explain`, `session`, `check`, `compare`, `generate`, `policy`, `respond`, `probe`, `judge`, `laws`, `guide`, `completions`, `man`; try `--help`",
        ),
        (
            &["man", "prob"],
            "unknown command `prob`: write `probe`; try `--help`",
        ),
        (
            &["policy", "sugest", "x"],
            "unknown command `policy sugest`: write `policy suggest`; try `--help`",
        ),
        (
            &["policy", "chek"],
            "unknown command `policy chek`: write `policy check`; try `--help`",
        ),
        (
            &["policy", "dif", "a", "b"],
            "unknown command `policy dif`: write `policy diff`; try `--help`",
        ),
        (
            &["help", "policy", "sugest"],
            "unknown command `policy sugest`: write `policy suggest`; try `--help`",
        ),
        (
            &["man", "policy", "sugest"],
            "unknown command `policy sugest`: write `policy suggest`; try `--help`",
        ),
        (
            &["policy", "a.json", "b.json"],
            "unexpected argument `b.json`: use `policy diff OLD NEW` to compare two policies; try `--help`",
        ),
        (
            &["--jobs", "3", "run"],
            "unexpected argument `--jobs`: write it after `run`; try `--help`",
        ),
        (
            &["policy", "--toml", "suggest", "a.har"],
            "unexpected argument `--toml`: write it after `policy suggest`; try `--help`",
        ),
        (
            &["policy", "--json", "diff", "a", "b"],
            "an option is before the command: write it after `policy diff`; try `--help`",
        ),
        (
            &["policy", "validate", "Cargo.toml"],
            "unknown command `policy validate`: write `policy Cargo.toml` to validate the policy; try `--help`",
        ),
        (
            &["policy", "help", "nosuch"],
            "unknown command `policy nosuch`: the commands are `policy diff`, `policy suggest`, `policy check`; try `--help`",
        ),
        (
            &["man", "judge", "judge"],
            "unexpected argument `judge`: `judge` has no commands, so remove it; try `--help`",
        ),
        (
            &["help", "run", "extra"],
            "unexpected argument `extra`: `run` has no commands, so remove it; try `--help`",
        ),
        (
            &["judge", "--unsafe-method"],
            "unexpected argument `--unsafe-method`: write `--unsafe-methods`; try `--help`",
        ),
        (
            &["judge", "--fail-onn", "x"],
            "unexpected argument `--fail-onn`: write `--fail-on`; try `--help`",
        ),
        (
            &["policy", "suggest", "--only-ur", "a"],
            "unexpected argument `--only-ur`: write `--only-url`; try `--help`",
        ),
        (
            &["run", "--only-url", "a"],
            "unexpected argument `--only-url`: this is an option of `explain`, `policy suggest`, `policy check`; try `--help`",
        ),
        (
            &["explain", "--only-status", "4xx", "a.har"],
            "invalid value `4xx` for `--only-status <STATUS>`: expected a status, a number from 100 to 999, or 0 or -1 for no status; try `--help`",
        ),
    ] {
        assert_eq!(ran(arguments, "").complaint(), complaint);
    }
    for (arguments, advice) in [
        (&["version"][..], "write `--version`"),
        (&["VERSION"], "write `--version`"),
        (&["versoin"], "write `--version`"),
        (&["hepl"], "write `help`"),
        (&["JUDGE"], "write `judge`"),
        (&["jugde"], "write `judge`"),
        (&["suggest", "a.har"], "write `policy suggest`"),
        (&["dif", "a", "b"], "write `policy diff`"),
        (&["policy", "SUGGEST", "a.har"], "write `policy suggest`"),
        (&["man", "JUDGE"], "write `judge`"),
        (&["-v"], "write `-V`"),
        (&["policy", "suggest", "-v"], "write `-V`"),
        (&["-?"], "write `--help`"),
        (&["--h"], "write `--help`"),
        (&["run", "-j"], "write `--json` or `--jobs`"),
        (&["run", "-e"], "write `--engine` or `--explain`"),
        (&["explain", "-josn", "a"], "write `--json`"),
        (&["explain", "-x", "PUT"], "write `-X`"),
        (&["judge", "--Json"], "write `--json`"),
        (&["judge", "--unsafe"], "write `--unsafe-methods`"),
        (&["run", "--JOBS", "2"], "write `--jobs`"),
        (&["probe", "--errorUrl", "a"], "write `--error-url`"),
        (
            &["run", "--Seed", "2"],
            "`--seed` is an option of `generate`, `probe`, `judge`",
        ),
        (&["completions", "ZHS"], "write `zsh`"),
        (
            &["probe", "--json"],
            "`probe` always prints JSON, so remove it",
        ),
        (
            &["run", "--engine", "Chrome"],
            "write `chromium`, the engine of this browser",
        ),
        (
            &["check", "--engine", "safari", "a.ndjson"],
            "write `webkit`, the engine of this browser",
        ),
        (
            &[
                "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
            ],
            "write `explain` before it, and quotation marks around it, or paste it into `fetch-cors explain -`",
        ),
        (
            &["generate", "--seed", "-1"],
            "expected a whole number from 0 to 18446744073709551615",
        ),
    ] {
        let complaint = ran(arguments, "").complaint();
        let end = format!(": {advice}; try `--help`");
        assert!(complaint.ends_with(&end), "{arguments:?}: {complaint}");
    }
    // A shell passes each word of a message without quotation marks as an argument.
    let message = "Access to fetch at https://api.example/ from origin https://app.example has been blocked by CORS policy: No Access-Control-Allow-Origin header is present on the requested resource.";
    let words: Vec<&str> = message.split(' ').collect();
    for (command, missing) in [
        (&["explain"][..], "write quotation marks around it"),
        (
            &[],
            "write `explain` before it, and quotation marks around it",
        ),
    ] {
        assert_eq!(
            ran(&[command, &words].concat(), "").complaint(),
            format!(
                "this is a console message: {missing}, or paste it into `fetch-cors explain -`; try `--help`"
            )
        );
    }
    let complaint = ran(&["walk"], "").complaint();
    let start = "unknown command `walk`: the commands are `run`, ";
    assert!(complaint.starts_with(start), "{complaint}");
}

#[test]
fn completions_have_the_commands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = ran(&["completions", shell], "");
        assert_eq!((script.status, &*script.err), (0, ""));
        for word in ["judge", "policy", "generate"] {
            assert!(script.out.contains(word), "{shell}: {word}");
        }
    }
}

/// In the bash script, `cmd="LABEL"` selects the branch `LABEL)`, which has the options of a command.
#[test]
fn completions_of_bash_have_a_branch_for_each_command() {
    let script = ran(&["completions", "bash"], "").out;
    let lines = || script.lines().map(str::trim);
    let labels: Vec<&str> = lines()
        .filter_map(|line| line.strip_prefix("cmd=\"")?.strip_suffix('"'))
        .filter(|label| !label.is_empty())
        .collect();
    assert!(labels.len() > 13, "{labels:?}");
    for label in labels {
        let branch = format!("{label})");
        assert!(lines().any(|line| line == branch), "{label}");
    }
}

#[test]
fn manual_page_lists_commands_and_options() {
    let program = ran(&["man"], "");
    assert_eq!((program.status, &*program.err), (0, ""));
    assert!(program.out.contains(".TH fetch-cors 1") && program.out.contains("judge"));
    let probe = ran(&["man", "probe"], "");
    assert_eq!((probe.status, &*probe.err), (0, ""));
    assert!(
        probe.out.contains(".TH fetch-cors-probe 1"),
        "{}",
        probe.out
    );
    let synopsis = "\n.SH SYNOPSIS\nfetch\\-cors probe [OPTIONS] \\-\\-policy <FILE> \\-\\-url <URL>\n.SH DESCRIPTION\n";
    assert!(probe.out.contains(synopsis), "{}", probe.out);
    assert!(probe.out.contains(r"\-\-seed") && !probe.out.contains(r"\-\-count"));
    for name in ["diff", "suggest", "check"] {
        let page = ran(&["man", "policy", name], "");
        assert_eq!((page.status, &*page.err), (0, ""));
        let title = format!(".TH fetch-cors-policy-{name} 1");
        assert!(page.out.contains(&title), "{}", page.out);
    }
}

/// `man` prints no warning about a page: no word is too long for a line, and no hyphen is put into JSON.
#[test]
fn manual_pages_have_no_warnings() {
    let has_groff = Command::new("groff").arg("--version").output().is_ok();
    let pages = ["", "policy diff", "policy suggest", "policy check"];
    for arguments in pages.into_iter().chain(COMMANDS) {
        let page = ran(
            &[&["man"], &*arguments.split_whitespace().collect::<Vec<_>>()].concat(),
            "",
        );
        assert_eq!((page.status, &*page.err), (0, ""));
        assert!(
            page.out.is_ascii() && page.out.contains("\n.ad l\n.nh\n"),
            "{}",
            page.out
        );
        if has_groff {
            let mut groff = Command::new("groff");
            groff.args(["-man", "-Tascii", "-ww", "-rLL=80n"]);
            let shown = feed(&mut groff, page.out);
            assert_eq!((shown.status, &*shown.err), (0, ""), "{arguments}");
        }
    }
}

/// `guide` prints each page of the guide, and the script that the help names.
#[test]
fn guide_prints_the_pages_and_the_script() {
    let list = ran(&["guide"], "");
    assert_eq!((list.status, &*list.err), (0, ""));
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/guide");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap();
        if file == "mod.rs" {
            continue;
        }
        let name = file.strip_suffix(".md").unwrap_or(file);
        let is_listed = list
            .out
            .lines()
            .any(|line| line.split(' ').next() == Some(name));
        assert!(is_listed, "{name} is not in the list");
        let page = ran(&["guide", name], "");
        assert_eq!((page.status, &*page.err), (0, ""));
        let text = fs::read_to_string(&path).unwrap();
        if file == "send.py" {
            assert_eq!(page.out, text);
        }
        assert_eq!(page.out.lines().next(), text.lines().next());
        // rustdoc does not show these lines of the examples.
        assert!(
            !page.out.contains("\n# use ") && !page.out.contains("\n# Ok::<"),
            "{}",
            page.out
        );
    }
    assert_eq!(
        ran(&["guide", "testing-your-middleware.md"], "").out,
        ran(&["guide", "testing_your_middleware"], "").out
    );
    let unknown = ran(&["guide", "tests"], "").complaint();
    assert!(
        unknown.starts_with("no page has the name `tests`: "),
        "{unknown}"
    );
    let near = ran(&["guide", "sendpy"], "").complaint();
    assert_eq!(near, "no page has the name `sendpy`: write `send.py`");
}

/// The help of the commands names no file that only a checkout of the repository has.
#[test]
fn help_names_no_file_of_the_repository() {
    for command in COMMANDS {
        let help = ran(&[command, "--help"], "").out;
        for path in ["src/", "tests/", "spec-notes/", "README"] {
            assert!(!help.contains(path), "{command} names {path}: {help}");
        }
    }
}

/// The examples in the help of `session` are lines of one session, and the help has every member of a fetch.
#[test]
fn examples_of_session_can_be_pasted() {
    let help = ran(&["session", "--help"], "").out;
    let lines = help.lines().filter_map(|line| line.strip_prefix("    {"));
    let lines: Vec<String> = lines.map(|line| format!("{{{line}")).collect();
    for form in [
        "{\"open\"",
        "{\"answer\": {\"status\"",
        "{\"answer\": {\"error\"",
        "\"at\": ",
        "{\"reset\"",
    ] {
        assert!(
            lines.iter().any(|line| line.contains(form)),
            "{form} in {help}"
        );
    }
    let answered = ran(&["session"], lines.join("\n"));
    assert_eq!(
        (answered.status, &*answered.err),
        (0, ""),
        "{}",
        answered.out
    );
    let answers = answered.json();
    assert_eq!(answers.len(), lines.len());
    for member in ["send", "result", "reset"] {
        assert!(
            answers.iter().any(|answer| answer.get(member).is_some()),
            "{member}"
        );
        assert!(
            help.contains(&format!("{{\"{member}\": ")),
            "{member} in {help}"
        );
    }
    let malformed = ran(&["session"], "{}").json();
    assert!(malformed[0].get("malformed").is_some() && help.contains("\"malformed\": "));

    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cases/schemas/case.json");
    let schema: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
    for members in ["fetch", "answer"] {
        let members = schema["$defs"][members]["properties"].as_object().unwrap();
        for member in members.keys() {
            assert!(help.contains(&format!("`{member}`")), "{member} in {help}");
        }
    }
}

/// If the reader of the output stops early, a command that judges does not report success.
#[test]
fn closed_output_is_not_success() {
    let status = |arguments: &[&str], input: &str| {
        let mut child = spawn(&mut command(arguments));
        drop(child.stdout.take());
        let mut stdin = child.stdin.take().unwrap();
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        child.wait().unwrap().code()
    };
    let malformed = "{}\n".repeat(10_000);
    assert_eq!(status(&["run", "-"], &malformed), Some(141));
    assert_ne!(status(&["check", "-"], &malformed), Some(0));
    // The result is known before the output is written.
    assert_eq!(status(&["policy", "-"], r#"{"origins":["a"]}"#), Some(1));
    assert_eq!(
        status(&["policy", "-"], r#"{"origins":["https://a.com"]}"#),
        Some(0)
    );
    let only_prints = ["generate", "--seed", "1", "--count", "1000"];
    assert_eq!(status(&only_prints, ""), Some(0));
    assert_eq!(status(&["laws"], ""), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_cannot_be_written_exits_with_2() {
    for arguments in [
        &["--help"][..],
        &["judge", "-h"],
        &["help", "run"],
        &["--version"],
    ] {
        let full = std::fs::File::create("/dev/full").unwrap();
        let output = command(arguments).stdout(full).output().unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            complaint.starts_with("fetch-cors: could not write the output"),
            "{complaint}"
        );
    }
}
