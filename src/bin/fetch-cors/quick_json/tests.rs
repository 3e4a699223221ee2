//! Compares `QuickJson` with `serde_json`.

use fetch_cors::explain::input::Recording;

use super::{QuickJson, Refused};

const BUFFER_BYTES: [usize; 3] = [1, 7, 4096];

/// A recording with all kinds of JSON values.
const RECORDING: &str = r#"{"log": {"creator": {"name": "a \"tool\"\u00e9\ud83d\ude00/"}, "pages": [{"id": "p", "title": "T"}],
"entries": [{"_id": "7", "pageref": "p", "_initiator": {"type": "script", "line": -1.5e+3}, "time": 0, "x": [true, false, null, [], {}],
"request": {"method": "PUT", "url": "https://api.example/ä", "postData": {"text": "\\"}, "headers": [
{"name": "Origin", "value": "https://app.example"}, {"name": "Sec-Fetch-Mode", "value": "cors"}, {"name": "Age", "value": 12, "c": ""}]},
"response": {"status": 200, "content": {"size": 3, "text": "{\"a\": [\t1]}"}, "headers": {"Vary": ["a", "b"], "X": true}}}]}} {"request": {}}"#;

fn quick(text: &[u8], buffer_bytes: usize) -> Result<Recording, Refused> {
    let mut json = QuickJson::new(text, buffer_bytes);
    let mut recording = Recording::new();
    loop {
        recording.read(&mut json)?;
        if json.is_at_end()? {
            return Ok(recording);
        }
    }
}

fn usual(text: &[u8]) -> Result<Recording, serde_json::Error> {
    let mut recording = Recording::new();
    recording.read_all(&mut serde_json::Deserializer::from_reader(text))?;
    Ok(recording)
}

/// Compares the recordings that `QuickJson` and `serde_json` read from the text. If `QuickJson` refuses the text,
/// returns false without a comparison.
#[track_caller]
fn compare(text: &[u8], buffer_bytes: usize) -> bool {
    let Ok(quick) = quick(text, buffer_bytes) else {
        return false;
    };
    let shown = String::from_utf8_lossy(text);
    match usual(text) {
        Ok(usual) => assert_eq!(format!("{quick:?}"), format!("{usual:?}"), "{shown}"),
        Err(error) => panic!("only the quick reader reads {shown}: {error}"),
    }
    true
}

#[test]
fn valid_recording_is_read() {
    let text = RECORDING.replace('\t', " ");
    for buffer_bytes in BUFFER_BYTES {
        assert!(compare(text.as_bytes(), buffer_bytes));
    }
}

#[test]
fn damaged_recordings_are_refused_or_equal() {
    let text = RECORDING.replace('\t', " ").into_bytes();
    let mut read = 0;
    for at in 0..text.len() {
        let [(start, [_, rest @ ..])] = [text.split_at(at)] else {
            continue;
        };
        for new in [
            "", "\"", "\\", "{", "}", "]", ",", ":", "0", "-", "e", "u", "\u{1}", " ", "\n", "}{",
            ",}", ",]",
        ] {
            let changed = [start, new.as_bytes(), rest].concat();
            read += usize::from(compare(&changed, BUFFER_BYTES[at % 3]));
        }
        compare(start, 7);
    }
    assert!(read > 1000, "{read}");
}

#[test]
fn long_number_is_refused() {
    let number = |digits: usize| format!("{{\"request\": {{}}, \"x\": {}}}", "1".repeat(digits));
    assert!(compare(number(100).as_bytes(), 7));
    assert!(quick(number(5000).as_bytes(), 4096).is_err());
}

#[test]
fn deep_nesting_is_refused() {
    let nested = |depth: usize| {
        let (lists, ends) = ("[".repeat(depth), "]".repeat(depth));
        format!(r#"{{"request": {{}}, "x": {lists}{ends}}}"#)
    };
    assert!(compare(nested(90).as_bytes(), 7));
    assert!(quick(nested(100_000).as_bytes(), 7).is_err());
}
