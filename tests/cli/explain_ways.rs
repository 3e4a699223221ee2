//! Each broken server has the same cause and the same fix, whatever the input and the output of `explain` are.

use serde_json::{Value, json};

use crate::{
    broken_servers::{Broken, NINE, TEN, recording},
    program::{file, ran},
};

/// Returns the arguments for each input that has the answers of the server: `curl -i`, a recording, and a case.
fn ways(broken: &Broken, number: usize) -> [(&'static str, Vec<String>); 3] {
    let name = format!("explain-ways-{number}");
    let har = file(&format!("{name}.har"), recording(broken).to_string());
    let case = file(&format!("{name}.ndjson"), broken.case().to_string());
    let words = |words: &[&str]| words.iter().copied().map(String::from).collect();
    [
        ("curl", broken.arguments(&name)),
        ("recording", words(&["explain", "--all", &har])),
        ("case", words(&["explain", "--case", &case])),
    ]
}

fn output(arguments: &[String], options: &[&str]) -> String {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ran = ran(&[&arguments, options].concat(), "");
    assert_eq!(ran.status, 0, "{}", ran.err);
    ran.out
}

/// Returns the explanation in a line of JSON.
fn explanation(way: &str, out: &str) -> Value {
    let lines: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let first = &lines[0];
    match way {
        "recording" => first["explanation"].clone(),
        "case" => first["fetches"][0].clone(),
        _ => first.clone(),
    }
}

/// Returns the cause and the fix: the members that do not depend on the input.
fn cause_and_fix(explanation: &Value) -> Value {
    let refusals = explanation["refusals"].as_array().unwrap();
    let refusals = refusals.iter().map(|refusal| {
        json!([
            refusal["failure"],
            refusal["value"],
            refusal["sentence"],
            refusal["near_misses"]
        ])
    });
    let mut fix = explanation["fix"].clone();
    if let Some(answers) = fix["answers"].as_array_mut() {
        // The browser did not send every request of a recording, so the answer to such a request is not known.
        answers.retain(|answer| {
            let exchange = usize::try_from(answer["exchange"].as_u64().unwrap()).unwrap();
            explanation["exchanges"][exchange]["answer"]["kind"] != "unknown"
        });
    }
    json!({
        "headline": explanation["headline"],
        "refusals": refusals.collect::<Vec<_>>(),
        "fix": fix,
        "cautions": explanation["cautions"],
        "notes": explanation["notes"],
        "hidden": explanation["hidden"],
    })
}

/// Returns the text with one space in place of any white space, and without markup.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('<') {
        plain += before;
        rest = match behind.split_once('>') {
            Some((_, after)) if !before.ends_with(' ') || !behind.starts_with(' ') => after,
            _ => behind,
        };
    }
    plain += rest;
    for (entity, character) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ] {
        plain = plain.replace(entity, character);
    }
    words(&plain)
}

fn words(text: &str) -> String {
    let text = text.replace('`', "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the sentences and lines that each output must have.
fn expected(explanation: &Value) -> Vec<String> {
    let mut expected = Vec::new();
    let headline = explanation["headline"].as_str().unwrap();
    let (_, reason) = headline.split_once(": ").unwrap();
    expected.push(reason.to_owned());
    for miss in explanation["refusals"][0]["near_misses"]
        .as_array()
        .into_iter()
        .flatten()
    {
        expected.push(miss["sentence"].as_str().unwrap().into());
    }
    let fix = &explanation["fix"];
    expected.extend(fix["advice"].as_str().map(String::from));
    for change in fix["page"].as_array().into_iter().flatten() {
        let (before, after) = (&change["before"], &change["after"]);
        expected.push(format!(
            "{} in place of {}",
            after.as_str().unwrap(),
            before.as_str().unwrap()
        ));
    }
    for answer in fix["answers"].as_array().into_iter().flatten() {
        expected.extend(
            answer["status"]["after"]
                .as_u64()
                .map(|status| format!("+ status {status}")),
        );
        for header in answer["headers"].as_array().unwrap() {
            let name = header["name"].as_str().unwrap();
            let after = header["after"].as_str();
            expected.extend(after.map(|after| format!("+ {name}: {after}")));
            for before in header["before"].as_array().unwrap() {
                expected.push(format!("- {name}: {}", before.as_str().unwrap()));
            }
        }
    }
    for caution in explanation["cautions"].as_array().unwrap() {
        expected.push(caution["safer"].as_str().unwrap().into());
    }
    for hidden in explanation["hidden"].as_array().unwrap() {
        expected.push(hidden["reason"].as_str().unwrap().into());
    }
    expected
}

#[test]
fn cause_and_fix_do_not_depend_on_the_input() {
    for (number, broken) in NINE.iter().chain(&TEN).enumerate() {
        let mut first = None;
        for (way, arguments) in ways(broken, number) {
            let label = format!("{}, {way}", broken.name);
            let explanation = explanation(way, &output(&arguments, &["--json"]));
            let refusal = &explanation["refusals"][0];
            assert_eq!(
                refusal["failure"].as_str().unwrap_or_default(),
                broken.cause,
                "{label}"
            );
            let mistake = refusal["near_misses"][0]["kind"]
                .as_str()
                .unwrap_or_default();
            assert_eq!(mistake, broken.mistake, "{label}");
            let found = cause_and_fix(&explanation);
            assert_eq!(*first.get_or_insert(found.clone()), found, "{label}");
            let text = output(&arguments, &[]);
            let page = output(&arguments, &["--html", "-"]);
            for (output, text) in [("text", words(&text)), ("page", plain(&page))] {
                assert!(
                    text.contains(&words(broken.fix)),
                    "{label}, {output}: {text}"
                );
                for expected in expected(&explanation) {
                    let expected = words(&expected);
                    assert!(
                        text.contains(&expected),
                        "{label}, {output}: {expected}: {text}"
                    );
                }
            }
        }
    }
}

#[test]
fn line_of_the_console_has_the_same_cause_as_the_answers() {
    for (number, broken) in NINE.iter().chain(&TEN).enumerate() {
        let line = broken.console_line();
        let arguments = ["explain".to_owned(), line];
        let json = output(&arguments, &["--json"]);
        let message: Value = serde_json::from_str(&json).unwrap();
        let failure = message["failures"][0].as_str().unwrap_or_default();
        assert_eq!(failure, broken.cause, "{}", broken.name);
        let fix = message["likeliest_fix"].as_str().unwrap();
        assert!(fix.contains(broken.likeliest_fix), "{}: {fix}", broken.name);
        // The message has the value of the header, so the known mistakes of the value are the same.
        if message["value"]
            .as_str()
            .is_some_and(|value| !value.is_empty())
        {
            let [(_, curl), ..] = ways(broken, number);
            let explanation = explanation("curl", &output(&curl, &["--json"]));
            let misses = &explanation["refusals"][0]["near_misses"];
            assert_eq!(&message["near_misses"], misses, "{}", broken.name);
        }
        let text = output(&arguments, &[]);
        let page = output(&arguments, &["--html", "-"]);
        for text in [words(&text), plain(&page)] {
            let misses = message["near_misses"].as_array().unwrap();
            let sentences = misses.iter().map(|miss| &miss["sentence"]);
            for part in sentences.chain([&message["meaning"], &message["likeliest_fix"]]) {
                let part = words(part.as_str().unwrap());
                assert!(text.contains(&part), "{}: {part}: {text}", broken.name);
            }
        }
    }
}
