//! Combining marks, such as the accent of an `é` that is written as two characters.

use alloc::string::String;

use super::near_miss::invisible::has_no_width;

/// The maximum number of marks of one letter. More marks can cover the text above and below.
const MAX_MARKS: usize = 2;

/// Decides which marks of a text are readable. Each character of the text is passed, in order.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// The number of marks of the last letter. `None` if the last character is neither a letter nor a mark of a letter.
    count: Option<usize>,
}

impl Marks {
    /// Whether the character is a mark that belongs to the letter before it.
    pub(super) fn is_readable_mark(&mut self, character: char) -> bool {
        if !is_combining(character) {
            self.count = character.is_alphabetic().then_some(0);
            return false;
        }
        self.count = self
            .count
            .map(|count| count + 1)
            .filter(|count| *count <= MAX_MARKS);
        self.count.is_some()
    }
}

/// Whether the character is a combining mark with a width on the screen.
fn is_combining(character: char) -> bool {
    if character.is_ascii() || has_no_width(character) || character.escape_debug().len() == 1 {
        return false;
    }
    // Only at the start of a text, `str::escape_debug` escapes combining marks.
    let mut text = String::from("a");
    text.push(character);
    text.escape_debug().eq(text.chars())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_letters_are_readable() {
        for (text, readable) in [
            ("e\u{301}", "\u{301}"),
            ("a\u{323}\u{302}", "\u{323}\u{302}"),
            ("a\u{302}\u{302}\u{302}\u{302}", "\u{302}\u{302}"),
            ("/\u{338}", ""),
            ("\u{301}a", ""),
            ("a\u{200d}\u{34f}\u{fe0f}\u{202e}", ""),
            ("a\u{1b}é", ""),
        ] {
            let mut marks = Marks::default();
            let found = text.chars().filter(|c| marks.is_readable_mark(*c));
            assert_eq!(found.collect::<String>(), readable, "{text:?}");
        }
    }
}
