//! Progress on the standard error.

use std::{
    io::Read,
    process::{Command, Stdio},
};

use serde_json::json;

use crate::program::{file, ran};

const LONG: &str = "generate --seed 1 --count 100000000";

/// Runs a command of a shell on a terminal until the terminal shows `wanted` or the command ends. Returns the text that
/// the terminal shows. Returns `None` if the program `script` is not installed.
pub(crate) fn on_a_terminal(command: &str, wanted: Option<&str>) -> Option<String> {
    let program = env!("CARGO_BIN_EXE_fetch-cors");
    let command = command.replace("fetch-cors", program);
    let mut script = Command::new("script");
    script.args(["-qec", &command, "/dev/null"]);
    let mut script = script
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut terminal = script.stdout.take().unwrap();
    let (mut shown, mut part) = (String::new(), [0; 1024]);
    loop {
        let length = terminal.read(&mut part).unwrap();
        shown += &String::from_utf8_lossy(&part[..length]);
        if length == 0 || wanted.is_some_and(|wanted| shown.contains(wanted)) {
            break;
        }
    }
    let _ = script.kill();
    script.wait().unwrap();
    Some(shown)
}

/// On a terminal of 30 columns, the progress has one line of text, and is updated at most 20 times a second.
#[test]
fn progress_is_short_and_calm() {
    let command =
        format!("stty rows 20 columns 30; timeout --foreground 3 fetch-cors {LONG} > /dev/null");
    let Some(shown) = on_a_terminal(&command, None) else {
        return;
    };
    let frames: Vec<&str> = shown.split('\r').collect();
    assert!((3..=45).contains(&frames.len()), "{} frames", frames.len());
    assert!(!shown.contains(['\u{2588}', '\u{2591}', '\n']), "{shown:?}");
    for frame in frames {
        let text = frame.trim_start_matches("\u{1b}[2K");
        assert!(text.is_empty() || text.starts_with("0% ("), "{frame:?}");
        assert!(text.chars().count() <= 30, "{frame:?}");
    }
}

#[test]
fn time_left_follows_from_the_time_so_far() {
    let command =
        "timeout --foreground 20 fetch-cors generate --seed 1 --count 100000000 > /dev/null";
    let Some(shown) = on_a_terminal(command, Some(" left)")) else {
        return;
    };
    // A hundred million cases need many minutes.
    let (_, left) = shown.split_once(" cases, ").unwrap();
    let is_long = ["m left", "h left", "d left", "w left", "y left"];
    assert!(is_long.iter().any(|unit| left.contains(unit)), "{shown:?}");
}

#[test]
fn long_command_shows_its_progress_on_a_terminal() {
    // Each fetch follows 20 redirects, so that the command needs much time for a short file.
    let fetches = [r#"{"origin":"http://a","url":"http://b/"}"#; 3000].join(",");
    let line = format!(
        r#"{{"id":"a","fetches":[{fetches}],"server":[{{"url":"http://b/","response":{{"status":302,"headers":[["Access-Control-Allow-Origin","*"],["Location","//b/"]]}}}}]}}"#
    );
    let slow = file("progress.ndjson", format!("{line}\n").repeat(100));
    for (command, expected) in [
        (
            format!("timeout --foreground 60 fetch-cors {LONG} > /dev/null"),
            "% (",
        ),
        (
            format!("timeout --foreground 60 fetch-cors run {slow} > /dev/null"),
            "% (",
        ),
        (
            "yes '' | timeout --foreground 60 fetch-cors run > /dev/null".to_owned(),
            " read in ",
        ),
    ] {
        let Some(shown) = on_a_terminal(&command, Some(expected)) else {
            return;
        };
        assert!(shown.contains(expected), "{command}: {shown}");
    }
    // The progress is not shown if the standard error is not a terminal, or if the command is short.
    for command in [
        format!("timeout --foreground 2 fetch-cors {LONG} 2>&1 > /dev/null | cat"),
        "fetch-cors generate --seed 1 --count 10 > /dev/null".to_owned(),
    ] {
        assert_eq!(
            on_a_terminal(&command, None).as_deref(),
            Some(""),
            "{command}"
        );
    }
}

const URL: &str = "https://api.example/";

/// Writes a record of exchanges. Returns the number of exchanges, and the name of the file.
fn record(policy: &str) -> (usize, String) {
    let requests = ran(&["probe", "--policy", policy, "--url", URL], "").json();
    let exchanges = requests.iter().map(|request| {
        let exchange = json!({
            "id": request["id"],
            "request": {"method": request["method"], "url": request["url"], "headers": request["headers"]},
            "response": {"status": 200, "headers": []},
        });
        format!("{exchange}\n")
    });
    let record: String = exchanges.collect();
    (requests.len(), file("progress-exchanges.ndjson", record))
}

/// The progress does not end when the whole input is read. The input comes late, so that the work after it begins when
/// the command has already taken longer than a second, on machines of any speed.
#[test]
fn progress_is_shown_after_the_input_is_read() {
    let entry = json!({
        "request": {"method": "PUT", "url": "https://api.example/", "headers": [{"name": "Origin", "value": "https://app.example"}]},
        "response": {"status": 403, "headers": []},
    });
    let recording = json!({"log": {"entries": [entry, entry]}}).to_string();
    let recording = file("progress.har", recording);
    let policy = file(
        "progress-policy.json",
        r#"{"origins": ["https://app.example"], "methods": ["PUT"]}"#,
    );
    let (exchanges, record) = record(&policy);
    for (input, command, expected) in [
        (&recording, "explain -".to_owned(), " of 2 fetches, "),
        (
            &recording,
            "policy suggest -".to_owned(),
            "suggesting a policy for 2 entries, ",
        ),
        (
            &recording,
            format!("policy check {policy} -"),
            "checking 2 entries, ",
        ),
        (
            &record,
            format!("judge --policy {policy} --url {URL} -"),
            &format!("judging {exchanges} exchanges, "),
        ),
    ] {
        let command = format!(
            "(sleep 1.1; cat {input}) | timeout --foreground 60 fetch-cors {command} > /dev/null"
        );
        let Some(shown) = on_a_terminal(&command, Some(expected)) else {
            return;
        };
        assert!(shown.contains(expected), "{command}: {shown}");
    }
}
