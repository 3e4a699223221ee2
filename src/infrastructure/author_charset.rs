//! The charset of a Content-Type that a script sets. If the body is a string or a document, an `XMLHttpRequest` changes
//! this charset to UTF-8.

use alloc::vec::Vec;
use core::ops::Range;

use super::{bytes::run_length, header::HeaderValue, mime_type_record::MimeTypeRecord};
use crate::engine::{Quirk, QuirkSet};

/// The Content-Type that a script set for an `XMLHttpRequest`. The body of the request is a string, a document or a
/// `URLSearchParams` object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthorContentType {
    /// The value that the script set, before the charset changes.
    pub(crate) value: HeaderValue,
    /// Whether the body is a string or a document. Otherwise, the body is a `URLSearchParams` object.
    pub(crate) body_is_text: bool,
}

impl AuthorContentType {
    /// Returns the Content-Type that an engine with these quirks sends.
    pub(crate) fn sent(&self, quirks: QuirkSet) -> HeaderValue {
        let value = self.value.as_bytes();
        let changed = if !self.body_is_text && !quirks.contains(Quirk::UrlSearchParamsCountAsString)
        {
            None
        } else if quirks.contains(Quirk::CharsetReplacedInPlace) {
            Some(with_charset_replaced_in_place(value))
        } else {
            with_utf8_charset(value)
        };
        changed.map_or_else(|| self.value.clone(), HeaderValue::from_vec)
    }
}

/// Returns the Content-Type with the charset UTF-8. Returns `None` if the Content-Type does not change.
pub(crate) fn with_utf8_charset(content_type: &[u8]) -> Option<Vec<u8>> {
    // xmlhttprequest-send/4.5.1.1: parse the author's Content-Type
    let mut record = MimeTypeRecord::parse(content_type)?;
    // xmlhttprequest-send/4.5.1.2: it has a charset other than UTF-8; differs with quirk charset-replaced-in-place
    if record.parameter("charset")?.eq_ignore_ascii_case(b"utf-8") {
        return None;
    }
    // xmlhttprequest-send/4.5.1.2.1: set the charset to UTF-8
    record.set_parameter("charset", b"UTF-8");
    // xmlhttprequest-send/4.5.1.2.2: serialize the MIME type
    Some(record.serialize())
}

/// Returns the Content-Type with `UTF-8` in place of each charset. The function stops at the first empty charset, so
/// the text after an empty charset stays unchanged.
fn with_charset_replaced_in_place(content_type: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(content_type.len());
    let mut rest = content_type;
    while let Some(charset) = first_charset(rest)
        && !charset.is_empty()
    {
        replaced.extend_from_slice(rest.get(..charset.start).unwrap_or_default());
        replaced.extend_from_slice(b"UTF-8");
        rest = rest.get(charset.end..).unwrap_or_default();
    }
    replaced.extend_from_slice(rest);
    replaced
}

/// Returns the position of the first charset value, which follows the word `charset` and an equals sign. The text does
/// not have to be a MIME type.
fn first_charset(text: &[u8]) -> Option<Range<usize>> {
    const NAME: &[u8] = b"charset";
    let is_space = |byte: u8| byte <= b' ';
    let is_quotation_mark = |byte: u8| matches!(byte, b'"' | b'\'');
    let starts = text.iter().enumerate().filter_map(|(index, &byte)| {
        let follows_separator = is_space(byte) || byte == b';';
        follows_separator.then_some(index + 1)
    });
    for start in starts {
        let end = start + NAME.len();
        if !text.get(start..end)?.eq_ignore_ascii_case(NAME) {
            continue;
        }
        let equals = end + run_length(text, end, is_space);
        if text.get(equals) != Some(&b'=') {
            continue;
        }
        let value = equals + 1;
        let value = value
            + run_length(text, value, |byte| {
                is_space(byte) || is_quotation_mark(byte)
            });
        let length = run_length(text, value, |byte| {
            !is_space(byte) && !is_quotation_mark(byte) && byte != b';'
        });
        return Some(value..value + length);
    }
    None
}
