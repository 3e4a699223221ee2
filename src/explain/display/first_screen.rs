//! The order of the parts of a summary. The whole fix is on the first screen of a terminal, if the screen is large enough.

use alloc::{string::String, vec, vec::Vec};

use super::wrap::rows_in;

/// The number of rows of a terminal that has its default size.
const SCREEN_ROWS: usize = 24;

/// The heading of the commands for a doubt about the request, if these commands are below the fix.
const DOUBT_COMMANDS_HEADING: &str = "\nTo send the request as the browser sends it, run:\n";

/// The heading of the sentences about the verdict, if these sentences are below the fix.
const SENTENCES_HEADING: &str = "\nMore about the verdict:\n";

/// The first parts of a summary. A part is empty if the summary does not have this part.
#[derive(Debug, Default)]
pub(super) struct FirstParts {
    /// The number of columns of the terminal.
    pub(super) columns: usize,
    pub(super) verdict: String,
    /// The reasons for the preflight, if no answer is known: the reader then probably wants to know these reasons.
    pub(super) preflight: String,
    /// The sentences about the verdict.
    pub(super) sentences: String,
    /// The sentences about technical words.
    pub(super) plain_words: String,
    pub(super) doubt: String,
    pub(super) doubt_commands: String,
    /// Whether the commands show an answer that is not known. These commands are above the fix if there is enough space.
    pub(super) has_commands_first: bool,
    pub(super) commands: String,
    pub(super) fix: String,
    /// The sentences below the fix.
    pub(super) proof: String,
}

impl FirstParts {
    /// Returns the parts in the first order that has the whole fix on the first screen. If no order has it, returns the
    /// order that has the least text above the fix. `rows_above` is the number of rows above the summary.
    pub(super) fn ordered(&self, rows_above: usize) -> Vec<&str> {
        let orders = self.orders();
        let rows = |part: &str| rows_in(part, self.columns);
        let fits = |(above, _): &&(Vec<&str>, Vec<&str>)| {
            let above = above.iter().map(|part| rows(part));
            rows_above + above.sum::<usize>() + rows(&self.fix) <= SCREEN_ROWS
        };
        let order = match &*self.fix {
            "" => orders.first(),
            _ => orders.iter().find(fits).or(orders.last()),
        };
        let Some((above, below)) = order else {
            return Vec::new();
        };
        let fix = [&*self.fix, &*self.proof];
        let (above, below) = (above.iter().copied(), below.iter().copied());
        above.chain(fix).chain(below).collect()
    }

    /// Returns the possible orders: the parts above the fix, and the parts below the fix.
    fn orders(&self) -> Vec<(Vec<&str>, Vec<&str>)> {
        let (verdict, preflight, sentences) = (&*self.verdict, &*self.preflight, &*self.sentences);
        let (plain_words, commands) = (&*self.plain_words, &*self.commands);
        let (doubt, doubt_commands) = (&*self.doubt, &*self.doubt_commands);
        let has_sentences = !sentences.is_empty() || !plain_words.is_empty();
        let heading = |heading, is_needed| if is_needed { heading } else { "" };
        let heading_of_sentences = heading(SENTENCES_HEADING, has_sentences);
        let heading_of_plain_words = heading(SENTENCES_HEADING, !plain_words.is_empty());
        let moved_plain_words = [heading_of_plain_words, plain_words];
        let moved_sentences = [heading_of_sentences, sentences, plain_words];
        if self.has_commands_first {
            return Vec::from([
                (
                    vec![verdict, preflight, sentences, plain_words, commands],
                    vec![],
                ),
                (
                    vec![verdict, preflight, sentences, plain_words],
                    vec![commands],
                ),
                (
                    vec![verdict, preflight, sentences],
                    [&[commands][..], &moved_plain_words].concat(),
                ),
                (
                    vec![verdict, preflight],
                    [&[commands][..], &moved_sentences].concat(),
                ),
                (
                    vec![verdict],
                    [&["\n", preflight, commands][..], &moved_sentences].concat(),
                ),
            ]);
        }
        let heading_of_preflight = heading("\n", !preflight.is_empty());
        let doubt_heading = heading(DOUBT_COMMANDS_HEADING, !doubt_commands.is_empty());
        let moved_commands = [doubt_heading, doubt_commands, commands];
        Vec::from([
            (
                vec![
                    verdict,
                    preflight,
                    sentences,
                    plain_words,
                    doubt,
                    doubt_commands,
                ],
                vec![commands],
            ),
            (
                vec![verdict, preflight, sentences, plain_words, doubt],
                moved_commands.to_vec(),
            ),
            (
                vec![verdict, preflight, sentences, doubt],
                [&moved_commands[..], &moved_plain_words].concat(),
            ),
            (
                vec![verdict, preflight, doubt],
                [&moved_commands[..], &moved_sentences].concat(),
            ),
            (
                vec![verdict],
                [
                    &[heading_of_preflight, preflight][..],
                    &[doubt, doubt_commands, commands],
                    &moved_sentences,
                ]
                .concat(),
            ),
        ])
    }
}
