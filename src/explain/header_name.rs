//! Header names as people write them.

use alloc::string::String;

/// Returns the header name with an upper-case letter at the start of each word, such as `Content-Type`.
pub(crate) fn capitalized(name: &str) -> String {
    let mut is_first = true;
    name.chars()
        .map(|c| {
            let letter = if is_first { c.to_ascii_uppercase() } else { c };
            is_first = c == '-';
            letter
        })
        .collect()
}
