//! Hostile characters in the values of a message. A terminal or a page would obey such a character, or not show it.

use super::*;

/// Sequences that change a terminal, and characters that a reader does not see.
const HOSTILE: [&str; 21] = [
    "\u{1b}[2J",
    "\u{1b}]8;;x\u{7}y",
    "\u{9b}2J",
    "\u{9d}0;x\u{9c}",
    "\u{8}",
    "\u{7f}",
    "\u{0}",
    "\u{85}",
    "\u{e0041}",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{feff}",
    "\u{2028}",
    // Letters that a reader does not see, or takes for other letters.
    "\u{3164}",
    "\u{115f}",
    "\u{1160}",
    "\u{ffa0}",
    "\u{2800}",
    "\u{fffc}",
    "\u{410}",
];

/// Whether the character is not printable ASCII. A terminal can obey such a character, and a reader can overlook it. The
/// sentences of the crate have an ellipsis.
fn is_hostile(c: char) -> bool {
    !matches!(c, ' '..='~' | '\n' | '…')
}

/// Returns the names of the values in a template.
fn names(template: &str) -> Vec<&str> {
    let parts = template.split('{').skip(1);
    parts
        .filter_map(|part| Some(part.split_once('}')?.0))
        .collect()
}

/// Asserts that no part of the explanation has a hostile character.
fn assert_escaped(message: &ConsoleMessage, line: &str) {
    let text = message.to_string();
    assert!(!text.contains(is_hostile), "{text:?}\n{line:?}");
    for command in message.next_commands() {
        assert!(!command.contains(is_hostile), "{command:?}");
    }
    let page = HtmlPage::new("a").with_message("b", message).to_string();
    assert!(!page.contains(is_hostile), "{line:?}");
}

/// Each value of each form can be hostile. The characters are never in the text or in the page.
#[test]
fn hostile_characters_are_escaped() {
    const CHROMIUM: &str = "Access to {kind} at '{url}' (redirected from '{from}') from origin '{origin}' has been blocked by CORS policy: ";
    const FIREFOX: &str = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {url}. ";
    let is_space = |text: &&&str| text.contains(char::is_whitespace);
    let others: Vec<&str> = HOSTILE
        .iter()
        .filter(|text| !is_space(text))
        .copied()
        .collect();
    // Most values cannot have white space.
    let spaces: Vec<&str> = HOSTILE.iter().filter(is_space).copied().collect();
    let hostile = [others.concat(), spaces.concat()];
    let mut known = 0;
    for (position, form) in ConsoleForm::all().iter().enumerate() {
        let beginnings = [
            form.template().to_owned(),
            format!("{CHROMIUM}{}", form.template()),
            format!("{FIREFOX}{}", form.template()),
        ];
        // The values before the reason are the same in each message.
        let count = if position < 12 { 3 } else { 1 };
        for template in beginnings.iter().take(count) {
            for (name, hostile) in names(template)
                .iter()
                .flat_map(|name| hostile.iter().map(move |hostile| (name, hostile)))
            {
                let line = forms::filled(template, |other| {
                    let value = forms::value_of(form, other).to_owned();
                    if other == *name {
                        value + hostile + "z"
                    } else {
                        value
                    }
                });
                if let Ok(message) = ConsoleMessage::parse(&line) {
                    known += 1;
                    assert_escaped(&message, &line);
                }
            }
        }
    }
    assert!(known > 100, "{known}");
}

/// Each hostile character alone, in the values that most messages have.
#[test]
fn each_hostile_character_is_escaped() {
    for hostile in HOSTILE {
        for reason in [
            format!(
                "The 'Access-Control-Allow-Origin' header has a value 'https://{hostile}a' that is not equal to the supplied origin."
            ),
            format!(
                "Request header field {hostile}x is not allowed by Access-Control-Allow-Headers in preflight response."
            ),
            format!(
                "Method {hostile}x is not allowed by Access-Control-Allow-Methods in preflight response."
            ),
        ] {
            let line = chromium("fetch", &reason);
            assert_escaped(&parse(&line), &line);
        }
    }
}

/// The name of a header is in a note on the commands, too.
#[test]
fn name_of_a_header_is_escaped_in_the_note() {
    let message = parse(&chromium(
        "fetch",
        "Request header field \u{1b}[2Jx is not allowed by Access-Control-Allow-Headers in preflight response.",
    ));
    let text = message.to_string();
    assert!(text.contains("in lower case"), "{text}");
    assert!(!text.contains(is_hostile), "{text:?}");
}

/// A letter of another alphabet in a method is named, and the fix has the letter that it looks like.
#[test]
fn letter_of_another_alphabet_is_named() {
    let line = chromium(
        "fetch",
        "Method P\u{410}TCH is not allowed by Access-Control-Allow-Methods in preflight response.",
    );
    let text = parse(&line).to_string();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "the character U+0410 of another alphabet, which looks like `A`: write `A`",
        "`Access-Control-Allow-Methods: PATCH`",
        "method: `P\\u{410}TCH`",
    ] {
        assert!(text.contains(part), "{text}");
    }
}
