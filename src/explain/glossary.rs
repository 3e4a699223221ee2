//! Plain words for the technical words in a text.

use alloc::vec::Vec;

/// Technical words, each with a sentence that explains the word.
const WORDS: [(&str, &str); 4] = [
    (
        "preflight",
        "A preflight is the OPTIONS request that asks the server for permission first.",
    ),
    (
        "credentials",
        "Credentials are cookies, user names with passwords (HTTP authentication), and client certificates.",
    ),
    (
        "safelisted",
        "Browsers send safelisted methods and headers without asking the server first.",
    ),
    (
        "opaque",
        "An opaque response is hidden from the page: status 0, no headers and no body.",
    ),
];

/// Returns one explanation in plain words for each technical word in the sentences, in the order of the first mentions.
/// Text between backticks is a value, so the words in this text are not technical words.
pub(super) fn plain_words<'s>(sentences: impl Iterator<Item = &'s str>) -> Vec<&'static str> {
    let mut found = Vec::new();
    for sentence in sentences {
        for text in sentence.split('`').step_by(2) {
            let positions = WORDS
                .iter()
                .filter_map(|(word, plain)| Some((text.find(word)?, *plain)));
            let mut positions: Vec<(usize, &str)> = positions.collect();
            positions.sort_unstable();
            for (_, plain) in positions {
                if !found.contains(&plain) {
                    found.push(plain);
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_outside_of_values_have_plain_words() {
        let found = |sentence| plain_words(core::iter::once(sentence));
        assert_eq!(found("the preflight of the preflight"), [WORDS[0].1]);
        assert_eq!(found("the URL `https://a.example/preflight`"), [""; 0]);
        assert_eq!(
            found("without credentials, the response to `a` is opaque"),
            [WORDS[1].1, WORDS[3].1]
        );
        assert_eq!(
            found("credentials `opaque` of the preflight"),
            [WORDS[1].1, WORDS[0].1]
        );
    }
}
