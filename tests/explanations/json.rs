//! The JSON of an explanation.

use fetch_cors::explain::Explanation;
use serde_json::{Value, json};

use crate::{
    broken::{get, put},
    case::{Exchange, GET},
};

fn json(explanation: &Explanation) -> Value {
    serde_json::to_value(explanation).unwrap()
}

/// The fields of an explanation are safe to print. The JSON has the values themselves.
#[test]
fn values_are_data() {
    let headers = "X-A: \u{1}\nAccess-Control-Allow-Origin: https://app.example\t\\n`";
    let explanation = Exchange {
        headers: "X-B: \u{e9}\\x41",
        ..put((204, headers))
    }
    .explain();
    let json = json(&explanation);
    assert_eq!(json["asked"]["headers"], json!([["X-B", "\u{e9}\\x41"]]));
    let value = "https://app.example\t\\n`";
    let answer = &json["exchanges"][0]["answer"]["headers"];
    assert_eq!(answer[1], json!(["access-control-allow-origin", value]));
    assert_eq!(json["refusals"][0]["value"], value);
    let change = &json["fix"]["answers"][0]["headers"][0];
    assert_eq!(change["before"], json!([value]));
    // The sentence has the escaped value.
    let sentence = json["refusals"][0]["sentence"].as_str().unwrap();
    assert!(
        sentence.contains(r"`https://app.example\t\\n\x60`"),
        "{sentence}"
    );
    assert!(explanation.to_string().is_ascii());
}

/// A new value is data too. In the text, the reader copies the new value, so it has no escapes.
#[test]
fn new_values_are_data() {
    let headers =
        "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Headers: X-`A";
    let explanation = Exchange {
        method: "GET",
        headers: "X-B: 1",
        ..put((204, headers))
    }
    .explain();
    let change = &json(&explanation)["fix"]["answers"][0]["headers"][0];
    assert_eq!(change["before"], json!(["X-`A"]));
    assert_eq!(change["after"], "X-`A, x-b");
    let line = "+ Access-Control-Allow-Headers: X-`A, x-b\n";
    assert!(explanation.to_string().contains(line), "{explanation}");
}

/// The lines of the text that begin with `$` are the commands of the JSON.
#[test]
fn commands_are_the_commands_of_the_text() {
    let mut lengths = Vec::new();
    for (exchange, is_pasted) in [
        (GET, false),
        (put((404, "")), false),
        (put((404, "")), true),
        (get((200, "")), true),
        (get((200, "Access-Control-Allow-Origin: *")), false),
    ] {
        let mut explanation = exchange.explain();
        explanation.set_answer_files(None, Some("answer.txt".into()));
        if is_pasted {
            explanation.set_pasted_requests(|_| None);
        }
        let text = explanation.to_string();
        let json = json(&explanation);
        let commands = |part: &Value| -> Vec<String> {
            serde_json::from_value(part["next"].clone()).unwrap_or_default()
        };
        let mut next = commands(&json["request_doubt"]);
        next.extend(commands(&json));
        let lines = text.lines().filter_map(|line| line.strip_prefix("$ "));
        let mut lines: Vec<&str> = lines.collect();
        lines.sort_unstable();
        next.sort_unstable();
        assert_eq!(next, lines);
        lengths.push(lines.len());
        let notes = json["next_notes"].as_array().into_iter().flatten();
        let text = text.replace('\n', " ");
        for note in notes {
            assert!(text.contains(note.as_str().unwrap()), "{note}: {text}");
        }
    }
    assert_eq!(lengths, [2, 2, 4, 2, 0]);
}
