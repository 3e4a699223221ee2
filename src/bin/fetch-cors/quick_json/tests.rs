//! Compares `QuickJson` with `serde_json`.

use fetch_cors::explain::input::Recording;

use super::{Problem, QuickJson, strings::MAX_STRING_BYTES};

const BUFFER_BYTES: [usize; 3] = [1, 7, 4096];

/// A recording with all kinds of JSON values.
const RECORDING: &str = r#"{"log": {"creator": {"name": "a \"tool\"\u00e9\ud83d\ude00/"}, "pages": [{"id": "p", "title": "T"}],
"entries": [{"_id": "7", "pageref": "p", "_initiator": {"type": "script", "line": -1.5e+3}, "time": 0, "x": [true, false, null, [], {}],
"request": {"method": "PUT", "url": "https://api.example/ä", "postData": {"text": "\\"}, "headers": [
{"name": "Origin", "value": "https://app.example"}, {"name": "Sec-Fetch-Mode", "value": "cors"}, {"name": "Age", "value": 12, "c": ""}]},
"response": {"status": 200, "content": {"size": 3, "text": "{\"a\": [\t1]}"}, "headers": {"Vary": ["a", "b"], "X": true}}}]}} {"request": {}}"#;

fn quick(text: &[u8], buffer_bytes: usize) -> Result<Recording, Problem> {
    read(QuickJson::new(text, buffer_bytes))
}

fn read(mut json: QuickJson<&[u8]>) -> Result<Recording, Problem> {
    let mut recording = Recording::new();
    loop {
        let read = recording.read(&mut json);
        match read.and_then(|()| json.is_at_end()) {
            Ok(true) => return Ok(recording),
            Ok(false) => {}
            Err(refused) => return Err(json.error(&refused)),
        }
    }
}

fn usual(text: &[u8]) -> Result<Recording, serde_json::Error> {
    let mut recording = Recording::new();
    recording.read_all(&mut serde_json::Deserializer::from_reader(text))?;
    Ok(recording)
}

/// Returns the category and the position of an error. If a value does not have the expected type, the two readers can
/// report different columns, so the result has no column.
fn place(error: &serde_json::Error, line: usize, column: usize) -> String {
    let column = if error.is_data() { 0 } else { column };
    format!("{:?} at {line}:{column}", error.classify())
}

/// Whether the first string that ends after the position is the name of a member.
fn is_in_name(text: &[u8], line: usize, column: usize) -> bool {
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    let start: usize = lines.take(line - 1).map(<[u8]>::len).sum();
    let rest = text.get((start + column).saturating_sub(1)..);
    let rest = rest.unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == b'"');
    let after = end.and_then(|end| rest.get(end + 1..)).unwrap_or_default();
    after.trim_ascii_start().starts_with(b":")
}

/// Returns whether both readers read the text. If both readers refuse the text, checks that the errors have the same
/// category and position.
#[track_caller]
fn compare(text: &[u8], buffer_bytes: usize) -> bool {
    let shown = String::from_utf8_lossy(text);
    let (quick, usual) = (quick(text, buffer_bytes), usual(text));
    // For the errors of this list, the two readers can report different columns. `serde_json` does not report the first
    // four errors in names of members. For a number that is cut off, the quick reader reports the end of the text.
    let differ = [
        "surrogate",
        "hex escape",
        "unicode",
        "control character",
        "invalid number",
    ];
    let reasons = [
        quick.as_ref().err().map(|error| error.reason.to_string()),
        usual.as_ref().err().map(ToString::to_string),
    ];
    let [_, reason_of_usual] = &reasons;
    let mut reported = reasons.iter().flatten();
    if reported.any(|reason| differ.iter().any(|words| reason.contains(words))) {
        let quick = quick.expect_err(&shown);
        // After a refused name, `serde_json` reads on: it reads the whole text, or refuses a later part.
        let is_in_name = is_in_name(text, quick.line, quick.column)
            || reason_of_usual
                .as_ref()
                .is_some_and(|reason| reason.contains("expected `:`"));
        match usual {
            Err(usual) if is_in_name => assert!(usual.line() >= quick.line, "{usual} {shown}"),
            Err(usual) => assert_eq!(quick.line, usual.line(), "{usual} {shown}"),
            Ok(_) => assert!(is_in_name, "{} {shown}", quick.reason),
        }
        return false;
    }
    match (quick, usual) {
        (Ok(quick), Ok(usual)) => {
            assert_eq!(format!("{quick:?}"), format!("{usual:?}"), "{shown}");
            true
        }
        (Err(quick), Err(usual)) => {
            let expected = place(&usual, usual.line(), usual.column());
            let found = place(&quick.reason, quick.line, quick.column);
            assert_eq!(found, expected, "{usual} {} {shown}", quick.reason);
            false
        }
        (quick, usual) => panic!("{shown}: {quick:?}\n{usual:?}"),
    }
}

#[test]
fn errors_have_the_words_of_serde_json() {
    for (text, words) in [
        ("", "EOF while parsing a value"),
        ("{\"log\": {\"entries\": [", "EOF while parsing a list"),
        ("{\"log\": {\"entries\": [{}", "EOF while parsing a list"),
        (
            "{\"log\": {\"entries\": [{\"a",
            "EOF while parsing a string",
        ),
        ("{\"log\": {", "EOF while parsing an object"),
        ("{\"request\": {} \"a\"}", "expected `,` or `}`"),
        ("{\"log\": {\"entries\": [{} {}]}}", "expected `,` or `]`"),
        ("{\"log\" {}}", "expected `:`"),
        ("{log: {}}", "key must be a string"),
        ("{\"a\": tru}", "expected ident"),
        ("{\"a\": 1.}", "invalid number"),
        ("{\"a\": \"\\q\"}", "invalid escape"),
        (
            "{\"log\": {\"entries\": 7}}",
            "invalid type: integer `7`, expected a list of entries",
        ),
        ("{\"a\": 1}", "the text is not a HAR recording"),
    ] {
        let error = quick(text.as_bytes(), 5).expect_err(text);
        assert!(
            error.reason.to_string().contains(words),
            "{text}: {error:?}"
        );
    }
}

#[test]
fn valid_recording_is_read() {
    let text = RECORDING.replace('\t', " ");
    // The reader has a quicker way for a buffer with only ASCII.
    let ascii = text.replace('ä', "a");
    for buffer_bytes in BUFFER_BYTES {
        assert!(compare(text.as_bytes(), buffer_bytes));
        assert!(compare(ascii.as_bytes(), buffer_bytes));
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

/// Only the quick reader refuses long numbers.
#[test]
fn long_number_is_refused() {
    let number = |digits: usize| format!("{{\"request\": {{}}, \"x\": {}}}", "1".repeat(digits));
    assert!(compare(number(100).as_bytes(), 7));
    assert!(quick(number(5000).as_bytes(), 4096).is_err());
}

#[test]
fn deep_nesting_in_a_skipped_value_is_read() {
    for (start, end) in [("[", "]"), ("{\"a\": ", "}"), ("[{}, {\"a\": [1, ", "]}]")] {
        let nested = |depth: usize| {
            let (starts, ends) = (start.repeat(depth), end.repeat(depth));
            format!(r#"{{"request": {{}}, "x": {starts}null{ends}}}"#)
        };
        for depth in [1, 126, 127, 100_000] {
            assert!(compare(nested(depth).as_bytes(), 4096));
        }
        let open = nested(1000).replace("null", "null }");
        assert!(!compare(open.as_bytes(), 7));
    }
}

/// The quick reader limits the nesting of skipped values.
#[test]
fn endless_nesting_is_refused() {
    let text = format!("{{\"x\": {}", "[".repeat(super::MAX_SKIPPED_DEPTH + 1));
    let error = quick(text.as_bytes(), 4096).expect_err("too deep");
    assert!(error.reason.to_string().contains("nested too deeply"));
}

/// The quick reader and [`Recording::from_slice`] repair a damaged text in the same way.
#[test]
fn damaged_strings_are_repaired() {
    let text = RECORDING.as_bytes();
    let mut repaired = 0;
    for at in 0..text.len() {
        let Some((start, rest)) = text.split_at_checked(at) else {
            continue;
        };
        for new in [
            &b"\xff"[..],
            b"\xc3",
            b"\\ud800",
            b"\\udc00",
            b"\n",
            b"\\q",
            b"\\ud83",
        ] {
            let changed = [start, new, rest].concat();
            let quick = read(QuickJson::repairing(&changed[..], BUFFER_BYTES[at % 3]));
            let shown = String::from_utf8_lossy(&changed);
            match (quick, Recording::from_slice(&changed)) {
                (Ok(quick), Ok(usual)) => {
                    repaired += 1;
                    assert_eq!(format!("{quick:?}"), format!("{usual:?}"), "{shown}");
                }
                (Err(_), Err(_)) => {}
                (quick, usual) => panic!("{shown}: {quick:?}\n{usual:?}"),
            }
        }
    }
    assert!(repaired > 1000, "{repaired}");
}

/// The rest of a very long string is skipped. The entry with the string is left out, and the next entry is read.
#[test]
fn very_long_string_is_cut_off() {
    let entry = |value: &str| {
        format!(
            r#"{{"request": {{"method": "GET", "url": "https://api.example/", "headers": [{{"name": "Origin", "value": "https://app.example"}}]}}, "response": {{"status": 200, "headers": [{{"name": "X-A", "value": "{value}"}}]}}}}"#
        )
    };
    for part in ["ab", "\u{e9}", "\u{1f600}a", r"\n", r"\u00e9"] {
        let long = part.repeat(MAX_STRING_BYTES / part.len() + 1000);
        let entries = [entry(&long), entry("b")].join(",");
        let text = format!(r#"{{"log": {{"entries": [{entries}]}}}}"#);
        for buffer_bytes in [7, 4096] {
            let mut json = QuickJson::new(text.as_bytes(), buffer_bytes);
            let mut recording = Recording::new();
            assert!(recording.read(&mut json).is_ok(), "{part}");
            assert!(json.text.capacity() < 4 * MAX_STRING_BYTES, "{part}");
            let [problem] = recording.problems() else {
                panic!("{part}: {:?}", recording.problems());
            };
            let expected = "entry 1: its URL or its headers have more than 1048576 bytes, the limit of this program";
            assert_eq!(problem.to_string(), expected);
            assert_eq!((recording.entry_count(), recording.fetches().len()), (2, 1));
        }
    }
}
