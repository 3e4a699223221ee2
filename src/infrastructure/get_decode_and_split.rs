//! The split of a header value into its elements.
//!
//! ```
//! use fetch_cors::infrastructure::get_decode_and_split::get_decode_and_split;
//! assert_eq!(get_decode_and_split(b"a, \"b,c\""), [b"a".as_slice(), b"\"b,c\""]);
//! ```

use alloc::vec::Vec;

use super::bytes::{collect_an_http_quoted_string, is_http_tab_or_space, run_length, strip};

/// [Gets, decodes, and splits](https://fetch.spec.whatwg.org/#header-value-get-decode-and-split) a header value at the
/// commas that are not in a quoted string. Returns the elements without tabs and spaces at their ends.
///
/// The result includes empty elements. For an empty value, the result is one empty element.
///
/// ```
/// use fetch_cors::infrastructure::get_decode_and_split::get_decode_and_split;
/// assert_eq!(get_decode_and_split(b"nosniff,"), [b"nosniff".as_slice(), b""]);
/// ```
pub fn get_decode_and_split(value: &[u8]) -> Vec<&[u8]> {
    // header-value-get-decode-and-split/1: take the value as a string
    let input = value;
    // header-value-get-decode-and-split/2: start at position 0
    let mut position = 0;
    // header-value-get-decode-and-split/3: start with no values
    let mut values = Vec::new();
    // header-value-get-decode-and-split/4: start with an empty piece
    //
    // The piece is always one slice of the input, so this code stores only the start of the piece.
    let mut temporary_value_start = 0;
    // header-value-get-decode-and-split/5: loop over the input
    loop {
        // header-value-get-decode-and-split/5.1: add everything up to a comma or quotation mark to the piece
        position += run_length(input, position, |byte| !matches!(byte, b'"' | b','));
        // header-value-get-decode-and-split/5.2: a quotation mark is next
        if input.get(position) == Some(&b'"') {
            // header-value-get-decode-and-split/5.2.1: add the quoted string to the piece, with its quotation marks
            position += collect_an_http_quoted_string(input.get(position..).unwrap_or_default());
            // header-value-get-decode-and-split/5.2.2: input left: continue with the same piece
            if position < input.len() {
                continue;
            }
        }
        // header-value-get-decode-and-split/5.3: strip tabs and spaces at both ends of the piece
        let temporary_value = input
            .get(temporary_value_start..position)
            .unwrap_or_default();
        // header-value-get-decode-and-split/5.4: add the piece to the values
        values.push(strip(temporary_value, is_http_tab_or_space));
        // header-value-get-decode-and-split/5.6: end of the input: return the values
        if position >= input.len() {
            return values;
        }
        // header-value-get-decode-and-split/5.7: assert: a comma is next
        debug_assert_eq!(input.get(position), Some(&b','));
        // header-value-get-decode-and-split/5.8: skip the comma
        position += 1;
        temporary_value_start = position;
    }
}
