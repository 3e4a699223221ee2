//! Runs the commands of the program, and the examples in the pages about the case format.
#![cfg(feature = "cli")]
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

#[path = "cli/broken_servers.rs"]
mod broken_servers;
#[path = "cli/broken_values.rs"]
mod broken_values;
#[path = "cli/check.rs"]
mod check;
#[path = "cli/compare.rs"]
mod compare;
#[path = "cli/explain.rs"]
mod explain;
#[path = "cli/explain_commands.rs"]
mod explain_commands;
#[path = "cli/explain_equal.rs"]
mod explain_equal;
#[path = "cli/explain_login.rs"]
mod explain_login;
#[path = "cli/explain_long_urls.rs"]
mod explain_long_urls;
#[path = "cli/explain_modes.rs"]
mod explain_modes;
#[path = "cli/explain_next_commands.rs"]
mod explain_next_commands;
#[path = "cli/explain_order.rs"]
mod explain_order;
#[path = "cli/explain_overview.rs"]
mod explain_overview;
#[path = "cli/explain_preflight.rs"]
mod explain_preflight;
#[path = "cli/explain_recorded_failures.rs"]
mod explain_recorded_failures;
#[path = "cli/explain_recorded_verdicts.rs"]
mod explain_recorded_verdicts;
#[path = "cli/explain_recordings.rs"]
mod explain_recordings;
#[path = "cli/explain_request_parts.rs"]
mod explain_request_parts;
#[path = "cli/explain_urls.rs"]
mod explain_urls;
#[path = "cli/explain_ways.rs"]
mod explain_ways;
#[path = "cli/explained_parts.rs"]
mod explained_parts;
#[path = "cli/first_screen.rs"]
mod first_screen;
#[path = "cli/format_pages.rs"]
mod format_pages;
#[path = "cli/generate.rs"]
mod generate;
#[path = "cli/input.rs"]
mod input;
#[path = "cli/laws.rs"]
mod laws;
#[path = "cli/parallel.rs"]
mod parallel;
#[path = "cli/policy.rs"]
mod policy;
#[path = "cli/policy_recording.rs"]
mod policy_recording;
#[path = "cli/program.rs"]
mod program;
#[path = "cli/progress.rs"]
mod progress;
#[path = "cli/refusals.rs"]
mod refusals;
#[path = "cli/terminal_width.rs"]
mod terminal_width;
#[path = "cli/usage.rs"]
mod usage;

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    process::Command,
};

use serde_json::{Value, json};

use program::{command, feed, file, ran, spawn, vectors};

const CASE: &str = r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://b/"}],"server":[]}"#;
const ANSWER: &str = r#"{"id":"a","fetches":[{"requests":[{"method":"GET","url":"http://b/","headers":[["origin","http://a"]],"credentials":false}],"result":{"type":"error","failure":"missing-allow-origin-header","step":"cors-check/2","message":"the response has no Access-Control-Allow-Origin header","anchor":"https://fetch.spec.whatwg.org/#concept-cors-check"}}]}"#;
const QUESTION: &str = r#"{"id":"q","fn":"method","value":"GET"}"#;
const LINE_LIMIT: usize = 8 * 1024 * 1024;

#[test]
fn run_answers_in_order_and_continues_after_malformed_lines() {
    let mut input = format!("{CASE}\n\n{QUESTION}\r\n \t\r\n").into_bytes();
    input.extend_from_slice(b"{\n\xFF\n{\"id\":\"x\",\"fetches\":1}\n{\"id\":\"y\"}\n");
    input.extend_from_slice(format!(r#"{{"case":{CASE},"expect":{{"fetches":[]}}}}"#).as_bytes());
    let out = [
        ANSWER,
        r#"{"id":"q","result":true}"#,
        r#"{"id":null,"line":5,"malformed":"not JSON, column 1: the text ends inside an object: close it with `}`"}"#,
        r#"{"id":null,"line":6,"malformed":"byte 1 of the line is not UTF-8: save the file as UTF-8"}"#,
        r#"{"id":"x","malformed":"fetches: the value is the number `1`, but it must be a list of objects, such as `[{…}, {…}]`"}"#,
        r#"{"id":"y","malformed":"the member `fetches` is missing: add it"}"#,
        ANSWER,
        "",
    ];
    let out = out.join("\n");
    ran(&["run"], &*input).expect(1, &out, "");
    ran(&["run", "-"], &*input).expect(1, &out, "");
    ran(&["run", &file("mixed.ndjson", &input)], "").expect(1, &out, "");
}

#[test]
fn run_without_malformed_lines_exits_with_0() {
    let note = "fetch-cors: standard input has no line, so there is nothing to answer\n";
    ran(&["run"], "").expect(0, "", note);
    ran(&["run"], "\n\n").expect(0, "", note);
    ran(&["run", "--engine", "spec"], CASE).expect(0, &format!("{ANSWER}\n"), "");
}

/// The program knows that `co.uk` is a public suffix, so `a.co.uk` and `b.co.uk` are different sites.
#[test]
fn run_knows_the_public_suffixes() {
    let case = |origin: &str| {
        format!(
            r#"{{"id":"a","fetches":[{{"origin":"{origin}","url":"https://b.co.uk/","mode":"no-cors"}}],"server":[{{"url":"https://b.co.uk/","response":{{"status":200,"headers":[["Cross-Origin-Resource-Policy","same-site"]]}}}}]}}"#
        )
    };
    let lines = [case("https://a.co.uk"), case("https://a.b.co.uk")];
    let ran = ran(&["run"], lines.join("\n"));
    let blocked = ran
        .out
        .lines()
        .map(|line| line.contains("blocked-by-cross-origin-resource-policy"));
    assert!(blocked.eq([true, false]), "{}", ran.out);
}

#[test]
fn line_is_parsed_up_to_the_limit() {
    let padded = |length: usize| format!("{CASE}{}", " ".repeat(length - CASE.len()));
    let refused = |line: u64| {
        let malformed = format!("the line is longer than {LINE_LIMIT} bytes: write a shorter line");
        json!({"id": null, "line": line, "malformed": malformed})
    };
    let (longest, too_long) = (padded(LINE_LIMIT), padded(LINE_LIMIT + 1));
    let input = format!("{too_long}\n{longest}\n{CASE}\n{too_long}");
    let ran = ran(&["run"], input);
    let answer: Value = serde_json::from_str(ANSWER).unwrap();
    assert_eq!(ran.status, 1);
    assert_eq!(ran.json(), [refused(1), answer.clone(), answer, refused(4)]);
}

/// The limit of the address space is half the length of the line. The allocator reserves 32 MiB or more for each thread, so the
/// program has only one.
#[cfg(target_os = "linux")]
#[test]
fn line_over_the_limit_is_not_stored() {
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -v 131072; exec \"$0\" \"$@\""]);
    shell.args([env!("CARGO_BIN_EXE_fetch-cors"), "run", "--jobs", "1"]);
    let mut input = vec![b'x'; 256 * 1024 * 1024];
    input.extend_from_slice(format!("\n{CASE}\n").as_bytes());
    let ran = feed(&mut shell, input);
    assert_eq!((ran.status, &*ran.err), (1, ""));
    assert!(
        ran.out.starts_with(r#"{"id":null,"line":1,"#) && ran.out.ends_with(&format!("{ANSWER}\n"))
    );
}

#[test]
fn run_answers_a_line_before_it_reads_the_next() {
    let mut child = spawn(&mut command(&["run"]));
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    let (half, rest) = CASE.split_at(20);
    write!(stdin, "{CASE}\n{half}").unwrap();
    assert_eq!(answers.next().unwrap().unwrap(), ANSWER);
    for _ in 0..3 {
        write!(stdin, "{rest}\n{half}").unwrap();
        assert_eq!(answers.next().unwrap().unwrap(), ANSWER);
    }
    writeln!(stdin, "{rest}").unwrap();
    drop(stdin);
    assert_eq!(answers.next().unwrap().unwrap(), ANSWER);
    assert!(answers.next().is_none() && child.wait().unwrap().success());
}

#[test]
fn session_answers_each_line_at_once() {
    let mut child = spawn(&mut command(&["session"]));
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for (line, answer) in [
        (
            r#"{"open":{"origin":"http://a","url":"http://b/","at":1}}"#,
            r#"{"send":{"method":"GET","url":"http://b/","headers":[["origin","http://a"]],"credentials":false}}"#,
        ),
        (
            "\n{",
            r#"{"id":null,"line":3,"malformed":"not JSON, column 1: the text ends inside an object: close it with `}`"}"#,
        ),
        (
            r#"{"answer":{"status":200}}"#,
            r#"{"result":{"type":"error","failure":"missing-allow-origin-header","step":"cors-check/2","message":"the response has no Access-Control-Allow-Origin header","anchor":"https://fetch.spec.whatwg.org/#concept-cors-check"}}"#,
        ),
        (r#"{"reset":true}"#, r#"{"reset":true}"#),
    ] {
        writeln!(stdin, "{line}").unwrap();
        assert_eq!(answers.next().unwrap().unwrap(), answer);
    }
    let too_long = " ".repeat(LINE_LIMIT + 1);
    writeln!(stdin, "{too_long}").unwrap();
    let answer = answers.next().unwrap().unwrap();
    assert!(
        answer.ends_with(
            r#""line":6,"malformed":"the line is longer than 8388608 bytes: write a shorter line"}"#
        ),
        "{answer}"
    );
    drop(stdin);
    assert!(answers.next().is_none());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn closed_output_ends_the_program_without_a_message() {
    let browsers = vectors("browsers.ndjson");
    // The input has the text of the file 20 times, so that the output does not fit into the buffer of a pipe. Otherwise
    // the program could end before the test closes the pipe.
    let copies = fs::read_to_string(&browsers).unwrap().repeat(20);
    let browsers = file("copies-of-browsers.ndjson", copies);
    let commands: [(&[&str], i32); 3] = [
        (&["run", &browsers], 141),
        (&["check", "--json", &browsers], 141),
        (&["generate", "--seed", "1", "--count", "1000000"], 0),
    ];
    for (arguments, status) in commands {
        let mut child = spawn(&mut command(arguments));
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        assert!(stdout.read_line(&mut line).unwrap() > 0);
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn full_output_device_is_an_error() {
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut command = command(&["generate", "--seed", "1", "--count", "1"]);
    let output = command.stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "fetch-cors: could not write the output: no space left on device\n"
    );
}

#[test]
fn error_of_the_program_is_one_line() {
    let one_field = file("one-field.txt", "# a comment\n\na\n");
    let twice = file("twice.txt", "a b/1 c\na b/2 d\n");
    let complaints: [(&[&str], &str); 15] = [
        (
            &["run", "--engine"],
            "`--engine <ENGINE>` has no value; try `--help`",
        ),
        (&["run", "--x"], "unexpected argument `--x`; try `--help`"),
        (
            &["run", "-", "b\nc"],
            r"unexpected argument `b\nc`; try `--help`",
        ),
        (
            &["run", "/no\nfile"],
            r"could not read `/no\nfile`: no such file or directory",
        ),
        (
            &["run", env!("CARGO_TARGET_TMPDIR")],
            concat!(
                "could not read `",
                env!("CARGO_TARGET_TMPDIR"),
                "`: is a directory"
            ),
        ),
        (&["check"], "missing `<FILE>...`; try `--help`"),
        (
            &["check", "/none"],
            "could not read `/none`: no such file or directory",
        ),
        (
            &["check", "-", "--known", "/none"],
            "could not read `/none`: no such file or directory",
        ),
        (
            &["check", "-", "--known", &one_field],
            &format!(
                "`{one_field}`, line 3: `a` is not an entry for a known difference: write the id of the vector, the step of the standard and the reason, separated by spaces"
            ),
        ),
        (
            &["check", "-", "--known", &twice],
            &format!("`{twice}`, line 2: `a` is listed twice: remove one entry"),
        ),
        (
            &["generate", "--seed", "1"],
            "missing `--count <N>`; try `--help`",
        ),
        (
            &["generate", "--count"],
            "`--count <N>` has no value; try `--help`",
        ),
        (
            &["generate", "--count=1", "--seed=-"],
            "invalid value `-` for `--seed <N>`: expected a whole number from 0 to 18446744073709551615; try `--help`",
        ),
        (
            &["check", "--engine", "netscape", "-"],
            "invalid value `netscape` for `--engine <ENGINE>`: this is not an engine: write `spec`, `chromium` (Chrome, Edge), `firefox` or `webkit` (Safari); try `--help`",
        ),
        (
            &["check", "-", "--json", "--json"],
            "`--json` is given twice; try `--help`",
        ),
    ];
    for (arguments, complaint) in complaints {
        assert_eq!(ran(arguments, "").complaint(), complaint);
    }
    let family = ran(&["generate", "--seed=1", "--count=1", "--family=x"], "").complaint();
    assert!(
        family.contains("`x`") && family.contains("check"),
        "{family}"
    );
}

#[test]
fn help_and_version_exit_with_0() {
    for arguments in [
        &["--help"][..],
        &["run", "--help"],
        &["help", "check"],
        &["-h"],
    ] {
        let ran = ran(arguments, "");
        assert_eq!((ran.status, &*ran.err), (0, ""));
        assert!(ran.out.contains("Usage: fetch-cors"), "{}", ran.out);
    }
    let fetch_cors::Spec { revision, date, .. } = fetch_cors::SPEC;
    let version = env!("CARGO_PKG_VERSION");
    let version =
        format!("fetch-cors {version} (WHATWG Fetch {revision} of {date}, case format 2)\n");
    ran(&["--version"], "").expect(0, &version, "");
    ran(&["run", "-V"], "").expect(0, &version, "");
}

#[cfg(unix)]
#[test]
fn arguments_that_are_not_utf8_are_refused() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt, process::Command};
    let lists: [&[&[u8]]; 6] = [
        &[b"\xff"],
        &[b"explain", b"--\xff"],
        &[b"explain", b"--enginex", b"spec", b"\xff"],
        &[b"explain", b"\xff", b"\xff"],
        &[b"run", b"--x\xff"],
        &[b"policy", b"--json", b"diff", b"\xff"],
    ];
    for list in lists {
        let mut program = Command::new(env!("CARGO_BIN_EXE_fetch-cors"));
        program.args(list.iter().map(|word| OsStr::from_bytes(word)));
        let output = program.output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{list:?}: {err}");
        assert!(err.starts_with("fetch-cors: "), "{list:?}: {err}");
    }
}
