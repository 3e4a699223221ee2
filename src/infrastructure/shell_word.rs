//! Words of a shell command.

use alloc::{
    format,
    string::{String, ToString},
};
use core::fmt::Write as _;

/// Returns the bytes as one word of a shell command, in printable ASCII. The word gets quotation marks only if the
/// shell needs them.
pub fn shell_word(word: &[u8]) -> String {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/".contains(byte);
    let is_printed = |byte: &u8| (b' '..=b'~').contains(byte);
    let text = String::from_utf8_lossy(word);
    if !word.is_empty() && word.iter().all(is_plain) {
        text.to_string()
    } else if word.iter().all(is_printed) {
        format!("'{}'", text.replace('\'', r"'\''"))
    } else {
        let mut escaped = String::from("$'");
        for &byte in word {
            let _ = match byte {
                b'\'' | b'\\' => write!(escaped, "\\{}", char::from(byte)),
                b' '..=b'~' => write!(escaped, "{}", char::from(byte)),
                _ => write!(escaped, "\\x{byte:02x}"),
            };
        }
        escaped + "'"
    }
}
