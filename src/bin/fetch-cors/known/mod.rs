//! Lists of known differences and of known violations.

mod differences;
mod violations;

pub(crate) use self::{
    differences::KnownDifferences,
    violations::{KnownEntry, KnownViolations, Missing, entry_of_cause, entry_of_violation},
};
use crate::output::Stop;

/// An entry of a list of known differences or violations: a line that is not blank and does not begin with `#`.
struct EntryLine<'a> {
    file: &'a str,
    number: usize,
    text: &'a str,
}

fn lines<'a>(file: &'a str, text: &'a str) -> impl Iterator<Item = EntryLine<'a>> {
    let lines = text.lines().enumerate().map(move |(i, line)| EntryLine {
        file,
        number: i + 1,
        text: line.trim(),
    });
    lines.filter(|line| !line.text.is_empty() && !line.text.starts_with('#'))
}

impl<'a> EntryLine<'a> {
    /// Returns the first two words of the line, and the text after the two words. Returns an error if one of these
    /// three parts is missing. The error message uses `kind` and `parts` to describe an entry.
    fn words(&self, kind: &str, parts: &str) -> Result<[&'a str; 3], Stop> {
        let next_word = |text: &'a str| {
            let (word, rest) = text.split_once(char::is_whitespace)?;
            Some((word, rest.trim_start()))
        };
        let words = next_word(self.text).and_then(|(first, rest)| {
            let (second, reason) = next_word(rest)?;
            Some([first, second, reason])
        });
        words.ok_or_else(|| {
            let line = self.text.escape_debug();
            self.error(&format!(
                "`{line}` is not an entry for a known {kind}: write {parts}, separated by spaces"
            ))
        })
    }

    fn listed_twice(&self, name: &str) -> Stop {
        let name = name.escape_debug();
        self.error(&format!("`{name}` is listed twice: remove one entry"))
    }

    fn error(&self, reason: &str) -> Stop {
        Stop::CannotRun(format!("{}: {reason}", self.place()))
    }

    fn place(&self) -> String {
        format!("{}, line {}", self.file, self.number)
    }
}
