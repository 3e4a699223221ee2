//! MIME types without their parameters, and the algorithm [parse a MIME
//! type](https://mimesniff.spec.whatwg.org/#parse-a-mime-type).
//!
//! ```
//! use fetch_cors::infrastructure::mime::parse_a_mime_type;
//!
//! let mime_type = parse_a_mime_type(b" Text/Plain ;charset").unwrap();
//! assert!(mime_type.essence_is("text/plain"));
//! assert_eq!(parse_a_mime_type(b"text"), None);
//! ```

use alloc::vec::Vec;

use super::bytes::{
    is_http_tab_or_space, is_http_whitespace, is_token, run_length, strip, strip_end,
};

/// A MIME type without its parameters.
///
/// ```
/// use fetch_cors::infrastructure::mime::parse_a_mime_type;
/// assert!(parse_a_mime_type(b"a/b").is_some_and(|mime_type| mime_type.essence_is("A/B")));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MimeType<'input> {
    type_: &'input [u8],
    subtype: &'input [u8],
}

impl MimeType<'_> {
    /// Whether the [essence](https://mimesniff.spec.whatwg.org/#mime-type-essence) of the MIME type is `essence`.
    pub fn essence_is(&self, essence: &str) -> bool {
        essence.split_once('/').is_some_and(|(type_, subtype)| {
            self.type_.eq_ignore_ascii_case(type_.as_bytes())
                && self.subtype.eq_ignore_ascii_case(subtype.as_bytes())
        })
    }

    /// Returns the essence in lower case.
    pub(crate) fn essence(&self) -> Vec<u8> {
        [self.type_, self.subtype].join(&b'/').to_ascii_lowercase()
    }
}

/// [Parses a MIME type](https://mimesniff.spec.whatwg.org/#parse-a-mime-type). Returns its type and subtype, or `None`
/// (failure in the standard).
///
/// As in the standard, malformed parameters do not cause a failure.
///
/// ```
/// # use fetch_cors::infrastructure::mime::parse_a_mime_type;
/// assert!(parse_a_mime_type(b"a/b;;=").is_some());
/// ```
pub fn parse_a_mime_type(input: &[u8]) -> Option<MimeType<'_>> {
    // parse-a-mime-type/1: strip HTTP whitespace at both ends
    let input = strip(input, is_http_whitespace);
    // parse-a-mime-type/2: start at position 0
    // parse-a-mime-type/3: the type is everything up to a slash
    let mut position = run_length(input, 0, |byte| byte != b'/');
    let type_ = input.get(..position)?;
    // parse-a-mime-type/4: type empty or not a token: failure
    if !is_token(type_) {
        return None;
    }
    // parse-a-mime-type/5: no slash: failure
    if position >= input.len() {
        return None;
    }
    // parse-a-mime-type/6: skip the slash
    position += 1;
    // parse-a-mime-type/7: the subtype is everything up to a semicolon
    let subtype =
        input.get(position..position + run_length(input, position, |byte| byte != b';'))?;
    // parse-a-mime-type/8: strip HTTP whitespace at the end of the subtype
    let subtype = strip_end(subtype, is_http_whitespace);
    // parse-a-mime-type/9: subtype empty or not a token: failure
    if !is_token(subtype) {
        return None;
    }
    // parse-a-mime-type/10: make a MIME type of the two, in lower case
    Some(MimeType { type_, subtype })
}

/// Whether an engine with the quirk `strict-content-type-parameters` accepts the MIME type. Such an engine refuses a
/// MIME type that contains a comma, begins with a tab or a space, or ends with an empty parameter after another
/// parameter, as in `text/plain;a=b;`.
pub(crate) fn has_strict_parameters(input: &[u8]) -> bool {
    let separators = input.iter().filter(|&&byte| byte == b';').count();
    let ends_with_empty_parameter = separators > 1 && input.ends_with(b";");
    !input.contains(&b',')
        && !ends_with_empty_parameter
        && !input.first().copied().is_some_and(is_http_tab_or_space)
}
