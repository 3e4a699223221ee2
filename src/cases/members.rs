//! Members that several kinds of line have: a URL, a status, headers.

use alloc::{borrow::Cow, format, string::ToString};

use ::url::Url;
use http::StatusCode;

use super::{
    LineError,
    limits::STATUSES,
    text::{Pairs, Text},
};
use crate::infrastructure::{
    bytes::{isomorphic_decode, isomorphic_encode},
    header::{HeaderName, HeaderValue},
    header_list::HeaderList,
    url::is_http_or_https,
};

/// The URL in the member `url`: `http` or `https`.
pub(super) fn http_url(url: &str) -> Result<Url, LineError> {
    let parsed = parsed_url(url)?;
    if is_http_or_https(&parsed) {
        Ok(parsed)
    } else {
        let reason = "it must begin with `http:` or `https:`";
        Err(LineError::new("url", reason))
    }
}

/// The URL in the member `url`, of any scheme.
pub(super) fn parsed_url(url: &str) -> Result<Url, LineError> {
    let mut parsed = Url::parse(url).map_err(|error| LineError::new("url", error.to_string()))?;
    // The crate leaves `^` as it is in a path, the standard encodes it.
    if is_http_or_https(&parsed) && parsed.path().contains('^') {
        let path = parsed.path().replace('^', "%5E");
        parsed.set_path(&path);
    }
    Ok(parsed)
}

/// The status in the member `status`.
pub(super) fn status_code(status: u16) -> Result<StatusCode, LineError> {
    Some(status)
        .filter(|status| STATUSES.contains(status))
        .and_then(|status| StatusCode::from_u16(status).ok())
        .ok_or_else(|| {
            let (least, most) = (STATUSES.start(), STATUSES.end());
            LineError::new(
                "status",
                format!("{status} is not between {least} and {most}"),
            )
        })
}

/// The headers in `member`, as HTTP delivers them.
pub(super) fn header_list(member: &str, pairs: Pairs<'_>) -> Result<HeaderList, LineError> {
    let headers = pairs.into_iter().enumerate().map(|(i, (name, value))| {
        let path = |side: u8| format!("{member}[{i}][{side}]");
        let parsed_name: HeaderName = name
            .0
            .parse()
            .map_err(|error| LineError::new(path(0), error))?;
        let bytes = isomorphic_encode(&value.0).ok_or_else(|| {
            LineError::new(path(1), "a code point above U+00FF stands for no byte")
        })?;
        let value = HeaderValue::received(&bytes);
        Ok((
            parsed_name,
            value.map_err(|error| LineError::new(path(1), error))?,
        ))
    });
    headers.collect()
}

/// The member that holds `header_list`.
pub(super) fn headers_text(header_list: &HeaderList) -> Pairs<'_> {
    let pairs = header_list.iter().map(|(name, value)| {
        let value = isomorphic_decode(value.as_bytes());
        (Text(Cow::Borrowed(name.as_str())), Text(Cow::Owned(value)))
    });
    pairs.collect()
}
