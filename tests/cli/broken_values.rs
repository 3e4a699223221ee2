//! Values of several lines with a syntax error.

use crate::{CASE, QUESTION, input::pretty, program::ran};

const VECTOR: &str = r#"{"note":"a","case":{"id":"a","fetches":[{"origin":"http://a","url":"http://b/"}],"server":[{"url":"http://b/","response":{"status":200,"headers":[["a","b"]]}}]},"expect":{"fetches":[{"result":{"type":"error"}}]}}"#;

/// Returns the lines of the malformed answers, and the number of all answers.
fn malformed_lines(input: &str) -> (Vec<u64>, usize) {
    let answers = ran(&["run"], input).json();
    let lines = answers.iter().filter_map(|answer| answer["line"].as_u64());
    (lines.collect(), answers.len())
}

/// Each slip is in a value between two other values.
#[test]
fn value_with_a_slip_has_one_error() {
    let vector = pretty(VECTOR);
    let tabs = vector.replace("  ", "\t");
    let flat: Vec<&str> = vector.lines().map(str::trim).collect();
    for (form, vector) in [
        ("spaces", &vector),
        ("tabs", &tabs),
        ("none", &flat.join("\n")),
    ] {
        for (from, to) in [
            ("\"fetches\"", "fetches\""),
            ("\"fetches\"", "\"fetches"),
            ("\"fetches\": [", "\"fetches\" ["),
            ("\"id\": \"a\",", "\"id\": \"a\""),
            ("\"id\": \"a\"", "\"id\": \"a"),
            ("\"id\"", "id"),
            ("\"status\": 200", "\"status\": two"),
            ("\"http://a\"", "'http://a'"),
        ] {
            let broken = vector.replacen(from, to, 1);
            assert_ne!(&broken, vector);
            let first_lines = pretty(QUESTION).lines().count() as u64;
            for next in [pretty(CASE), CASE.to_owned(), pretty(QUESTION)] {
                let input = format!("{}\n{broken}\n{next}\n{QUESTION}\n", pretty(QUESTION));
                assert_eq!(
                    malformed_lines(&input),
                    (vec![first_lines + 1], 4),
                    "{form}: {to}\n{input}"
                );
            }
        }
    }
}

/// A bracket is missing or superfluous.
#[test]
fn value_with_a_wrong_bracket_has_one_error() {
    let vector = pretty(VECTOR);
    for (from, to) in [
        ("\"case\": {", "\"case\": "),
        ("\"fetches\": [", "\"fetches\": "),
        ("    ],\n", "    ,\n"),
        ("    ],\n", "    ]],\n"),
        ("  },\n", "  }},\n"),
        ("\"a\",\n", "\"a\"},\n"),
        ("      }\n", "      \n"),
    ] {
        let broken = vector.replacen(from, to, 1);
        assert_ne!(broken, vector);
        let input = format!("{broken}\n\n{}\n{QUESTION}\n", pretty(CASE));
        assert_eq!(malformed_lines(&input), (vec![1], 3), "{input}");
    }
}

/// The last value ends with the input, and text after a value has an error of its own.
#[test]
fn text_after_a_broken_value_is_answered() {
    let broken = pretty(VECTOR).replacen("\"note\"", "note", 1);
    assert_eq!(malformed_lines(&broken), (vec![1], 1));
    let last = broken.lines().count() as u64;
    let input = format!("{broken}\nno JSON\n{QUESTION}\n");
    assert_eq!(malformed_lines(&input), (vec![1, last + 1], 3));
    let list = format!("{},\n{}\n{QUESTION}", pretty(VECTOR), pretty(CASE));
    assert_eq!(malformed_lines(&list).1, 3);
}
