//! The width of the text of an explanation.

use std::collections::BTreeMap;

use fetch_cors::explain::{Wrapped, input::ConsoleMessage, rows_in};

use crate::{
    broken::{get, put},
    case::GET,
};

const DEFAULT_COLUMNS: usize = 80;
const MIN_COLUMNS: usize = 40;
const CONSOLE_LINE: &str = "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.";

/// Returns the text in each width, from the smallest to the largest.
fn in_widths(text: &impl std::fmt::Display) -> Vec<(usize, String)> {
    let widths = [MIN_COLUMNS, 60, DEFAULT_COLUMNS, 100, 200];
    let texts = widths.map(|width| (width, format!("{text:width$}")));
    texts.into()
}

/// The width changes the line breaks and the order of the parts. The words stay the same, but a part that is below the fix
/// can have a heading.
fn check_words(text: &impl std::fmt::Display) {
    let default = text.to_string();
    for (width, text) in in_widths(text) {
        let count = |text: &str| {
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for word in text.split_whitespace() {
                *counts.entry(word.into()).or_default() += 1;
            }
            counts
        };
        let without_heading = |text: &str| text.replace("More about the verdict:", "");
        let [text, default] = [&text, &default].map(|text| count(&without_heading(text)));
        assert_eq!(text, default, "{width}");
    }
    assert_eq!(format!("{text:80}"), default);
    assert_eq!(format!("{text:1}"), format!("{text:40}"));
}

#[test]
fn text_has_the_width_of_the_format() {
    let long_sentence = put((301, "Location: https://api.example/notes/")).explain();
    for explanation in [GET.explain(), long_sentence, get((401, "")).explain()] {
        check_words(&explanation);
        for (width, text) in in_widths(&explanation.summary()) {
            let sentences = text.lines().filter(|line| {
                // A reader copies commands, URLs and codes, so these lines are not broken.
                !["$ ", "Failure code: "]
                    .iter()
                    .any(|start| line.starts_with(start))
                    && !line.contains("://")
            });
            let mut longest = 0;
            for line in sentences {
                assert!(line.len() <= width, "{width}: {line}");
                longest = longest.max(line.len());
            }
            let is_filled = longest > width - 15 || width > DEFAULT_COLUMNS;
            assert!(is_filled, "{width}: {text}");
        }
        check_words(&explanation.details());
    }
}

#[test]
fn other_texts_have_the_width_of_the_format() {
    let (first, text) = ("Note: ", "word ".repeat(100));
    let wrapped = Wrapped {
        first,
        rest: "  ",
        text: &text,
    };
    check_words(&wrapped);
    for (width, text) in in_widths(&wrapped) {
        let longest = text.lines().map(str::len).max().unwrap();
        assert!(
            longest <= width && longest > width - "word ".len(),
            "{width}"
        );
    }
    let message = ConsoleMessage::parse(CONSOLE_LINE).unwrap();
    check_words(&message);
    let texts = in_widths(&message).into_iter();
    let lines = texts.map(|(_, text)| text.lines().count());
    assert!(lines.is_sorted_by(|narrow, wide| narrow > wide));
}

/// The sentences stay above the fix if the fix then is on the first screen, also in narrow and wide terminals.
#[test]
fn order_of_the_parts_depends_on_the_width() {
    const SCREEN_ROWS: usize = 24;
    let explanation = put((401, "WWW-Authenticate: Basic")).explain();
    // The numbers of texts that have the sentences below the fix, in a narrow and in a wide terminal.
    let mut moved = [0, 0];
    for (rows_above, width) in (0..SCREEN_ROWS).flat_map(|rows| [(rows, 40), (rows, 200)]) {
        let text = format!("{:width$}", explanation.summary_below(rows_above));
        let is_moved = text.contains("More about the verdict:");
        let (until_fix, _) = text.split_once("\nWith these changes").unwrap();
        if !is_moved {
            let rows = rows_above + rows_in(until_fix, width);
            assert!(rows <= SCREEN_ROWS, "{rows_above} {width}: {text}");
        }
        moved[usize::from(width == 200)] += usize::from(is_moved);
    }
    assert!(moved[0] > moved[1], "{moved:?}");
}
