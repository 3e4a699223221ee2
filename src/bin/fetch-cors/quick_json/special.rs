//! The search for the end of a part of a string.

/// The number of bytes that are compared at a time.
const WORD_BYTES: usize = size_of::<u64>();

/// A word in which each byte is 1.
const ONES: u64 = u64::MAX / 0xFF;

/// Returns the position of the first quotation mark, backslash or control character. Returns the length of the text if
/// the text has none of them.
pub(super) fn position_of_special(text: &[u8]) -> usize {
    let (words, rest) = text.as_chunks::<WORD_BYTES>();
    for (index, word) in words.iter().enumerate() {
        let found = special_bytes(u64::from_le_bytes(*word));
        if found != 0 {
            return index * WORD_BYTES + found.trailing_zeros() as usize / 8;
        }
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
    let position = rest.iter().position(is_special);
    text.len() - rest.len() + position.unwrap_or(rest.len())
}

/// Returns a word whose lowest bit is in the first special byte. Returns 0 if no byte is special. Higher bits can be in
/// bytes that are not special, because a subtraction borrows from the next byte.
const fn special_bytes(word: u64) -> u64 {
    let control_characters = word.wrapping_sub(ONES * 0x20) & !word;
    let quotation_marks = zero_bytes(word ^ (ONES * 0x22));
    let backslashes = zero_bytes(word ^ (ONES * 0x5C));
    (control_characters | quotation_marks | backslashes) & (ONES << 7)
}

/// Returns a word that marks the first byte of `word` that is 0: the highest bit of this byte is set, and the earlier
/// bytes of the result have no such bit.
const fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word
}

#[cfg(test)]
mod tests {
    use super::position_of_special;

    /// Compares the position with the position that a simple search finds, for each byte at each place.
    #[test]
    fn position_is_the_position_of_a_simple_search() {
        for filler in [b'a', b' ', b'!', b'#', b'[', b']', 0x80, 0x7F, 0xFF, b'"'] {
            for byte in 0..=u8::MAX {
                for at in 0..20 {
                    let mut text = [filler; 20];
                    text[at] = byte;
                    let mut bytes = text.iter();
                    let expected = bytes.position(|byte| matches!(byte, b'"' | b'\\' | ..0x20));
                    assert_eq!(position_of_special(&text), expected.unwrap_or(20));
                }
            }
        }
    }
}
