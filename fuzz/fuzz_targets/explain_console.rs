//! Parses any text as lines of a browser's console: curly quotes and unusual white space do not change the message, and
//! the printed text has no control characters.
#![no_main]
#![forbid(unsafe_code)]

use fetch_cors::explain::{
    HtmlPage,
    input::{ConsoleForm, ConsoleMessage},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    check_form(text);
    let text = String::from_utf8_lossy(text);
    let mut lines = 0;
    for line in ConsoleMessage::parse_all(&text) {
        // A line can have several messages.
        assert!(line.line >= lines, "the lines are not in order");
        lines = line.line;
        match line.message {
            Ok(message) => check(&message),
            Err(error) => assert_printable(&error.to_string()),
        }
    }
    assert!(lines <= text.lines().count());

    let shown = |line: &str| {
        ConsoleMessage::parse(line)
            .ok()
            .map(|message| format!("{message:?}"))
    };
    let expected = shown(&text);
    let curly = text.replace('\'', "’").replace('"', "“");
    // The lines of a wrapped message can be joined in several ways, and an open quotation mark decides how. So only texts of
    // one line are checked here.
    if curly.len() < 60_000 && !text.contains('\n') {
        assert_eq!(shown(&curly), expected, "{text:?}");
        // In a non-ASCII text, a value can keep its invisible characters. Other white space can then change the
        // message, so only ASCII texts are checked here.
        if text.is_ascii() {
            assert_eq!(shown(&curly.replace(' ', "\u{a0}\n")), expected, "{text:?}");
        }
    }
});

/// Writes the text into each value of a message. The first byte selects the form of the message. Without this function, the
/// fuzzer would have to find the words of a message before a value can have a hostile character.
fn check_form(bytes: &[u8]) {
    let Some((first, bytes)) = bytes.split_first() else {
        return;
    };
    let forms = ConsoleForm::all();
    let text = String::from_utf8_lossy(bytes);
    let form = &forms[usize::from(*first) * forms.len() / 256];
    let mut parts = form.template().split('{');
    let mut line = String::from(
        "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS policy: ",
    );
    line += parts.next().unwrap_or_default();
    for part in parts {
        let (_, words) = part.split_once('}').unwrap_or_default();
        line += &text;
        line += words;
    }
    if let Ok(message) = ConsoleMessage::parse(&line) {
        check(&message);
    }
}

fn check(message: &ConsoleMessage) {
    assert!(!message.causes().is_empty() || message.contradiction().is_some());
    message.to_string().split('\n').for_each(assert_printable);
    let page = HtmlPage::new("Messages").with_message("Message", message);
    page.to_string().split('\n').for_each(assert_printable);
    for command in message.next_commands() {
        assert_printable(&command);
        assert!(command.starts_with("curl -sS") || command.starts_with("fetch-cors explain "));
    }
}

fn assert_printable(text: &str) {
    assert!(!text.contains(is_hostile), "{text:?}");
}

/// Whether a terminal obeys the character, or a reader does not see it: control characters, format characters, characters
/// that change the direction of the text, and tag characters.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
