//! Finds hosts with characters other than ASCII, such as `münchen.example`.

use alloc::{
    format,
    string::{String, ToString},
};

use ::url::Url;

use super::{invisible::invisible, miss, origin_parts::OriginParts};
use crate::explain::{
    refusal::{NearMiss, NearMissKind as Kind},
    shown::shown_name,
};

/// Returns the host in ASCII, and the value with this host. `None` if the value does not have an international host, or
/// if the characters of the host only look like the ASCII characters of the origin `sent`.
pub(super) fn with_ascii_host(value: &[u8], sent: &str) -> Option<(String, String)> {
    let text = core::str::from_utf8(value).ok()?;
    let host = OriginParts::new(text).host;
    if host.is_ascii() {
        return None;
    }
    let url = Url::parse(&format!("https://{host}/")).ok()?;
    let ascii = url.host_str()?.to_string();
    let is_international = ascii.split('.').any(|label| label.starts_with("xn--"));
    let (_, visible) = invisible(value)?;
    let is_look_alike = OriginParts::new(&visible).host == OriginParts::new(sent).host;
    let with_ascii = text.replacen(host, &ascii, 1);
    (is_international && !is_look_alike).then_some((ascii, with_ascii))
}

pub(super) fn near_miss(host: &str) -> NearMiss {
    miss(
        Kind::InternationalHost,
        format!(
            "browsers send this host as `{}`: write this in the server",
            shown_name(host)
        ),
    )
}
