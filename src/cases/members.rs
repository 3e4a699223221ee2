//! Members that several kinds of lines have: a URL, a status, headers.

use alloc::{borrow::Cow, format, string::String};
use core::fmt;

use ::url::Url;
use http::StatusCode;
use serde::{
    Deserializer,
    de::{self, Visitor},
};

use super::{
    LineError,
    limits::STATUSES,
    recent::Recent,
    text::{Pairs, Text},
};
use crate::{
    infrastructure::{
        bytes::{isomorphic_decode, isomorphic_encode},
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        url::is_http_or_https,
    },
    missing_scheme::write_whole_url,
};

/// Parses the member `url`. The scheme of the URL must be `http` or `https`.
pub(super) fn http_url(url: &str, recent: &mut Recent) -> Result<Url, LineError> {
    let parsed = parsed_url(url, recent)?;
    if is_http_or_https(&parsed) {
        Ok(parsed)
    } else {
        let reason = "the scheme is neither `http` nor `https`: use an `http` or `https` URL";
        Err(LineError::new("url", reason))
    }
}

/// Parses the member `url`. The URL can have any scheme.
pub(super) fn parsed_url(url: &str, recent: &mut Recent) -> Result<Url, LineError> {
    let mut parsed = recent
        .url(url)
        .map_err(|error| LineError::new("url", not_a_url(url, error)))?;
    // The `url` crate does not percent-encode `^` in a path, but the standard does. So this code encodes each `^`.
    if is_http_or_https(&parsed) && parsed.path().contains('^') {
        let path = parsed.path().replace('^', "%5E");
        parsed.set_path(&path);
    }
    Ok(parsed)
}

/// Returns the message for a value that the URL parser refuses.
pub(super) fn not_a_url(url: &str, error: ::url::ParseError) -> String {
    let advice = write_whole_url(url, "https://api.example/r");
    format!("{error}: {advice}")
}

/// Deserializes the optional member `status`. Null is an error. If a number does not fit into a `u16`, the error names
/// the valid range. If a number fits into a `u16`, [`status_code`] checks the range.
pub(super) fn present_status<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u16>, D::Error> {
    struct StatusVisitor;

    impl Visitor<'_> for StatusVisitor {
        type Value = u16;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let (least, most) = (STATUSES.start(), STATUSES.end());
            write!(f, "a whole number from {least} to {most}")
        }

        fn visit_u64<E: de::Error>(self, status: u64) -> Result<u16, E> {
            let unexpected = de::Unexpected::Unsigned(status);
            u16::try_from(status).map_err(|_| E::invalid_value(unexpected, &self))
        }
    }

    deserializer.deserialize_u16(StatusVisitor).map(Some)
}

pub(super) fn status_code(status: u16) -> Result<StatusCode, LineError> {
    Some(status)
        .filter(|status| STATUSES.contains(status))
        .and_then(|status| StatusCode::from_u16(status).ok())
        .ok_or_else(|| {
            let (least, most) = (STATUSES.start(), STATUSES.end());
            LineError::new(
                "status",
                format!("{status} is not a status: write a number from {least} to {most}"),
            )
        })
}

/// The error of a byte string with a code point above U+00FF.
pub(super) const NOT_A_BYTE: &str = "a character above U+00FF is not a byte: write each byte as one character from U+0000 to U+00FF";

/// Parses the headers in `member`. White space around a value is removed, as in HTTP.
pub(super) fn header_list(member: &str, pairs: Pairs<'_>) -> Result<HeaderList, LineError> {
    let mut headers = HeaderList::with_capacity(pairs.len());
    for (i, (name, value)) in pairs.into_iter().enumerate() {
        let path = |side: u8| format!("{member}[{i}][{side}]");
        let parsed_name: HeaderName = name
            .0
            .parse()
            .map_err(|error| LineError::new(path(0), error))?;
        let value = if value.0.is_ascii() {
            HeaderValue::received(value.0.as_bytes())
        } else {
            let bytes = isomorphic_encode(&value.0);
            HeaderValue::received(&bytes.ok_or_else(|| LineError::new(path(1), NOT_A_BYTE))?)
        };
        let value = value.map_err(|error| LineError::new(path(1), error))?;
        headers.append(parsed_name, value);
    }
    Ok(headers)
}

/// Writes `header_list` as a member.
pub(super) fn headers_text(header_list: &HeaderList) -> Pairs<'_> {
    let pairs = header_list.iter().map(|(name, value)| {
        let value = isomorphic_decode(value.as_bytes());
        (Text(Cow::Borrowed(name.as_str())), Text(Cow::Owned(value)))
    });
    pairs.collect()
}
