//! Finds hosts that browsers send in another form: hosts with characters other than ASCII, such as `münchen.example`,
//! and addresses such as `127.1` or `::1`.

use alloc::{
    format,
    string::{String, ToString},
};

use ::url::Host;

use super::{invisible::invisible, miss, origin_parts::OriginParts};
use crate::explain::{
    refusal::{NearMiss, NearMissKind as Kind},
    shown::shown_name,
};

/// Returns two values if browsers send the host in another form: the mistake, and `value` with the host that browsers
/// send. `None` if browsers send the host as it is, if the host is an address other than the address in the origin
/// `sent`, or if the characters of the host only look like the ASCII characters of `sent`.
pub(super) fn near_miss(value: &[u8], sent: &str) -> Option<(NearMiss, String)> {
    let text = core::str::from_utf8(value).ok()?;
    if let Some(found) = without_brackets(text, sent) {
        return Some(found);
    }
    let parts = OriginParts::new(text);
    let parsed = Host::parse(parts.host).ok()?;
    let host = parsed.to_string();
    let kind = if parts.host.is_ascii() {
        let is_address = matches!(parsed, Host::Ipv4(_) | Host::Ipv6(_));
        let is_other = !host.eq_ignore_ascii_case(parts.host);
        let is_of_page = host == OriginParts::new(sent).host;
        (is_address && is_other && is_of_page).then_some(Kind::AddressForm)?
    } else {
        let is_international = host.split('.').any(|label| label.starts_with("xn--"));
        let (_, visible) = invisible(value)?;
        let is_look_alike = OriginParts::new(&visible).host == OriginParts::new(sent).host;
        (is_international && !is_look_alike).then_some(Kind::InternationalHost)?
    };
    let found = miss(
        kind,
        format!(
            "browsers send this host as `{}`: write this in the server",
            shown_name(&host)
        ),
    );
    Some((found, text.replacen(parts.host, &host, 1)))
}

/// Recognizes an IPv6 address without brackets, such as `http://::1`.
fn without_brackets(text: &str, sent: &str) -> Option<(NearMiss, String)> {
    let (scheme, authority) = text.split_once("://")?;
    let wanted = OriginParts::new(sent);
    let address = wanted.host.strip_prefix('[')?.strip_suffix(']')?;
    let rest = authority.strip_prefix(address)?;
    if !rest.is_empty() && !rest.starts_with([':', '/']) {
        return None;
    }
    let found = miss(
        Kind::AddressForm,
        format!(
            "an IPv6 address in an origin is in brackets: write `{}`",
            shown_name(wanted.host)
        ),
    );
    Some((found, format!("{scheme}://{}{rest}", wanted.host)))
}
