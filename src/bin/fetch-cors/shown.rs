//! Text from an input, escaped and shortened for messages.

/// The maximum length of a printed message, which can list the names of many members.
pub(crate) const MAX_MESSAGE_CHARS: usize = 600;

/// Returns `text` in one line: unprintable characters, such as line breaks and terminal escapes, are escaped,
/// and a long text is cut in the middle.
pub(crate) fn shown(text: &str, max_chars: usize) -> String {
    let length = text.chars().count();
    let escape = |shown: &mut String, part: &mut dyn Iterator<Item = char>| {
        for character in part {
            if matches!(character, '"' | '\'' | '\\') {
                shown.push(character);
            } else {
                shown.extend(character.escape_debug());
            }
        }
    };
    let mut shown = String::with_capacity(text.len().min(max_chars));
    if length <= max_chars {
        escape(&mut shown, &mut text.chars());
    } else {
        let half = max_chars / 2;
        escape(&mut shown, &mut text.chars().take(half));
        shown.push('…');
        escape(&mut shown, &mut text.chars().skip(length - half));
    }
    shown
}
