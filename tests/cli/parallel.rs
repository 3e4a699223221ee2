//! `--jobs`: several threads print what one thread prints.

use std::{
    fmt::Write as _,
    io::{BufRead, BufReader, Write},
};

use serde_json::json;

use crate::{
    input::pretty,
    program::{command, file, ran, spawn, vectors},
};

const CASE: &str = r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://b/"}],"server":[]}"#;

/// Lines of all kinds and lengths: blank lines, malformed lines, and lines over the limit.
fn input() -> String {
    let mut input = String::new();
    for number in 0..3000 {
        let padding = " ".repeat(match number % 500 {
            250 => 300_000,
            300 => 8 * 1024 * 1024 + 1,
            400 => 40_000,
            _ => number % 7 * 100,
        });
        match number % 11 {
            0 => input.push('\n'),
            1 => writeln!(input, "{{{padding}").unwrap(),
            2 => writeln!(input, "{}{padding}", json!({"id": number.to_string(), "fn": "method", "value": "GET", "expect": number % 2 == 0})).unwrap(),
            _ => writeln!(input, "{}{padding}", CASE.replace("\"a\"", &format!("\"case-{number}\""))).unwrap(),
        }
    }
    input
}

#[test]
fn several_threads_print_the_same_as_one_thread() {
    let input = input();
    let mixed = file("parallel.ndjson", &input);
    let known = vectors("known-differences.txt");
    let wpt = vectors("wpt.ndjson");
    let verdicts = vectors("verdicts.ndjson");
    let commands: [&[&str]; 6] = [
        &["run"],
        &["run", &mixed],
        &["check", "--json", "-"],
        &[
            "check",
            "--known",
            &known,
            "--examples",
            &verdicts,
            &mixed,
            &wpt,
            "/none",
        ],
        &[
            "check", "--json", "--known", &known, &verdicts, &mixed, &wpt,
        ],
        &["generate", "--seed", "5", "--count", "1000"],
    ];
    for arguments in commands {
        let with_jobs = |jobs: &str| ran(&[arguments, &["--jobs", jobs]].concat(), input.clone());
        let one = with_jobs("1");
        for jobs in ["2", "5", "64"] {
            let several = with_jobs(jobs);
            assert!(several.out == one.out, "{arguments:?} --jobs {jobs}");
            assert_eq!((several.status, several.err), (one.status, one.err.clone()));
        }
    }
}

/// The first values have several lines, as `jq .` prints them. Each later line is one value.
#[test]
fn values_of_several_lines_and_errors_keep_their_places() {
    let case = |number: usize| CASE.replace("\"a\"", &format!("\"{number}\""));
    let mut input: String = (0..300)
        .map(|number| pretty(&case(number)) + "\n")
        .collect();
    let malformed = input.lines().count() + 1;
    input.push_str("{\"x-a\":1}\n");
    input.extend((300..600).map(|number| case(number) + "\n"));
    for jobs in ["1", "2", "8"] {
        let ran = ran(&["run", "--jobs", jobs], input.clone());
        assert_eq!((ran.status, &*ran.err), (1, ""));
        let mut answers = ran.json();
        assert_eq!(answers.remove(300)["line"], malformed);
        let ids = answers.iter().map(|answer| answer["id"].as_str().unwrap());
        assert!(
            ids.eq((0..600).map(|number| number.to_string())),
            "--jobs {jobs}"
        );
    }
}

#[test]
fn line_is_answered_before_the_next_line_arrives() {
    for jobs in ["1", "2", "64"] {
        let mut child = spawn(&mut command(&["run", "--jobs", jobs]));
        let mut stdin = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
        for number in 0..20 {
            // The first write has whole lines and the beginning of a line. The second write has the end of this line.
            let line = CASE.replace("\"a\"", &format!("\"{number}\""));
            let (start, end) = line.split_at(30);
            write!(stdin, "{line}\n\n{line}\n{start}").unwrap();
            for _ in 0..2 {
                let answer = answers.next().unwrap().unwrap();
                assert!(
                    answer.starts_with(&format!("{{\"id\":\"{number}\"")),
                    "{answer}"
                );
            }
            writeln!(stdin, "{end}").unwrap();
            answers.next().unwrap().unwrap();
        }
        drop(stdin);
        assert!(answers.next().is_none() && child.wait().unwrap().success());
    }
}

/// A thread that waits for input does not keep the program alive.
#[test]
fn closed_output_ends_threads_that_wait_for_input() {
    for jobs in ["1", "2", "5"] {
        let mut child = spawn(&mut command(&["run", "--jobs", jobs]));
        let mut stdin = child.stdin.take().unwrap();
        drop(child.stdout.take());
        writeln!(stdin, "{CASE}").unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(141));
    }
}

#[test]
fn number_of_threads_is_from_1_to_64() {
    for jobs in ["0", "65", "-1", "x", ""] {
        let complaint = ran(&["run", "--jobs", jobs], "").complaint();
        let expected = if jobs.is_empty() {
            "`--jobs <N>` has no value; try `--help`".to_owned()
        } else {
            format!(
                "invalid value `{jobs}` for `--jobs <N>`: expected a whole number from 1 to 64; try `--help`"
            )
        };
        assert!(complaint == expected || jobs == "-1", "{complaint}");
    }
}

#[test]
fn explain_refuses_a_number_of_threads() {
    let complaint = ran(&["run", "--explain", "--jobs", "2"], CASE).complaint();
    assert!(complaint.contains("--jobs"), "{complaint}");
}

/// More than four threads for each core are slower, so the program does not start them.
#[cfg(target_os = "linux")]
#[test]
fn threads_are_limited_by_the_cores() {
    let cores = std::thread::available_parallelism().unwrap().get();
    let mut child = spawn(&mut command(&["run", "--jobs", "64"]));
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(format!("{CASE}\n").as_bytes()).unwrap();
    let threads = || {
        std::thread::sleep(std::time::Duration::from_millis(10));
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let threads = status
            .lines()
            .find_map(|line| line.strip_prefix("Threads:"));
        threads.unwrap().trim().parse::<usize>().unwrap()
    };
    // The threads wait for the end of the input, so no thread ends while the test counts the threads.
    let threads = std::iter::repeat_with(threads).take(50).max().unwrap();
    // The first thread only works on large batches.
    assert!(
        threads <= 1 + 4 * cores,
        "{threads} threads on {cores} cores"
    );
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

/// Some lines have an outcome that is much larger than the line. 64 threads must not need 64 times the memory.
#[cfg(target_os = "linux")]
#[test]
fn threads_together_need_little_more_memory_than_one() {
    let name = format!("X-{}", "a".repeat(40_000));
    let answer = json!({"status": 200, "headers": [["Access-Control-Allow-Origin", "*"], ["Access-Control-Expose-Headers", "*"], [name, "b"]]});
    let fetches = vec![json!({"origin": "http://a", "url": "http://b/"}); 600];
    let line = json!({"id": "a", "fetches": fetches, "server": [{"url": "http://b/", "response": answer}]});
    let large_outcomes = file("parallel-outcomes.ndjson", format!("{line}\n").repeat(10));
    let padding = " ".repeat(7_000_000);
    let large_lines = file(
        "parallel-lines.ndjson",
        format!("{CASE}{padding}\n").repeat(12),
    );
    let small_lines = ran(&["generate", "--seed", "1", "--count", "4000"], "").out;
    let small_lines = file("parallel-small.ndjson", small_lines);
    let peak_kib = |arguments: &[&str], jobs: &str| {
        let arguments = [arguments, &["--jobs", jobs]].concat();
        let mut child = spawn(command(&arguments).env("LC_ALL", "C"));
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let status = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        loop {
            let length = stdout.fill_buf().unwrap().len();
            if length == 0 {
                break;
            }
            stdout.consume(length);
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
            peak = kib.unwrap_or(0).max(peak);
        }
        assert!(child.wait().unwrap().success());
        peak
    };
    let commands: [&[&str]; 4] = [
        &["run", &large_outcomes],
        &["run", &large_lines],
        &["run", &small_lines],
        &[
            "generate", "--seed", "1", "--count", "4000", "--family", "cache",
        ],
    ];
    for arguments in commands {
        let one = peak_kib(arguments, "1");
        for jobs in ["8", "64"] {
            let several = peak_kib(arguments, jobs);
            assert!(
                several <= one + 64 * 1024,
                "{arguments:?}: {jobs} threads: {several} KiB, one: {one} KiB"
            );
        }
    }
}
