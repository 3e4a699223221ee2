//! Explanations of the fetches of a HAR recording, as lines of JSON.

use super::{groups::GroupKeys, line::Line};
use crate::output::{Output, Stop};

/// Prints the explanations of each fetch as soon as they are known, in the order of the recording.
#[derive(Default)]
pub(super) struct JsonLines {
    /// The number of the first fetch of each group.
    keys: GroupKeys,
    /// The number of printed fetches.
    pub(super) count: usize,
}

impl JsonLines {
    /// Prints the explanations of the next fetch. Returns the number of the first fetch with an equal explanation.
    pub(super) fn print(&mut self, lines: Vec<Line>, output: &mut Output) -> Result<usize, Stop> {
        let first = self.keys.position(&lines, self.count + 1);
        self.print_equal(first, lines, output)?;
        Ok(first)
    }

    /// Prints the explanations of the next fetch. `first` is the number of the first fetch with an equal explanation.
    pub(super) fn print_equal(
        &mut self,
        first: usize,
        lines: Vec<Line>,
        output: &mut Output,
    ) -> Result<(), Stop> {
        self.count += 1;
        let number = self.count;
        for mut line in lines {
            line.fetch = number;
            line.same_as = (number != first).then_some(first);
            output.json(&line)?;
        }
        Ok(())
    }
}
