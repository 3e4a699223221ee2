//! Parses any text as lines of a browser's console: curly quotes and unusual white space do not change the message, and
//! the printed text has no control characters.
#![no_main]
#![forbid(unsafe_code)]

use fetch_cors::explain::input::ConsoleMessage;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
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
    if curly.len() < 60_000 {
        assert_eq!(shown(&curly), expected, "{text:?}");
        // In a non-ASCII text, a value can keep its invisible characters. Other white space can then change the
        // message, so only ASCII texts are checked here.
        if text.is_ascii() {
            assert_eq!(shown(&curly.replace(' ', "\u{a0}\n")), expected, "{text:?}");
        }
    }
});

fn check(message: &ConsoleMessage) {
    assert!(!message.causes().is_empty());
    message.to_string().lines().for_each(assert_printable);
    for command in message.next_commands() {
        assert_printable(&command);
        assert!(command.starts_with("curl -sS") || command.starts_with("fetch-cors explain "));
    }
}

fn assert_printable(text: &str) {
    assert!(!text.contains(|c: char| c.is_control()), "{text:?}");
}
