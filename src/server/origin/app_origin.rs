//! Origins with a scheme other than `http` and `https`, such as `tauri://localhost`.

use alloc::{format, string::String};

use super::{
    dead::{INVALID_PORT, TEMPLATE, dead_scheme, is_placeholder},
    extension::ExtensionScheme,
};
use crate::infrastructure::origin_header::{matches_origin_or_null, split_scheme};

/// The origin of local documents in some clients. Other clients send `null`.
pub(crate) const FILE_ORIGIN: &str = "file://";

/// The reason why a text is not an origin of an app.
pub(super) enum NotAnAppOrigin {
    Invalid,
    /// No page has this origin. The field is the reason.
    Dead(&'static str),
}

/// Returns the origin of the entry in the form that clients send.
pub(super) fn sent_app_origin(entry: &str) -> Result<String, NotAnAppOrigin> {
    let stripped = entry.trim_matches(|c| c <= ' ');
    let (scheme, rest) = split_scheme(stripped).ok_or(NotAnAppOrigin::Invalid)?;
    match dead_scheme(scheme) {
        Some(reason) => Err(NotAnAppOrigin::Dead(reason)),
        None => sent_form(&scheme.to_ascii_lowercase(), rest),
    }
}

/// Returns the origin in the form that clients send: without a slash at the end, and without zeros at the start of the
/// port. Changes the host to lower case if the host is the identifier of an extension of Chromium or Firefox. Does not
/// change any other host. `scheme` is in lower case.
fn sent_form(scheme: &str, rest: &str) -> Result<String, NotAnAppOrigin> {
    let host_and_port = rest.strip_suffix('/').unwrap_or(rest);
    match scheme {
        "file" if host_and_port.is_empty() => return Ok(String::from(FILE_ORIGIN)),
        "file" | "http" | "https" => return Err(NotAnAppOrigin::Invalid),
        _ => {}
    }
    // An IPv6 address contains colons, so the search for the port begins after its `]`.
    let host_end = host_and_port.find(']').unwrap_or_default();
    let colon = host_and_port
        .get(host_end..)
        .and_then(|text| text.find(':'));
    let (host, port) = match colon.and_then(|at| host_and_port.split_at_checked(host_end + at)) {
        Some((host, port)) => (host, sent_port(port)?),
        None => (host_and_port, String::new()),
    };
    if host.split('.').any(is_placeholder) {
        return Err(NotAnAppOrigin::Dead(TEMPLATE));
    }
    let host = match ExtensionScheme::from_name(scheme) {
        // The host is the identifier of an extension. Chromium and Firefox send the identifier in lower case.
        Some(ExtensionScheme::Chrome | ExtensionScheme::Moz) => host.to_ascii_lowercase(),
        _ => String::from(host),
    };
    let origin = format!("{scheme}://{host}{port}");
    // The URL standard does not normalize the host of an app's origin. The host can therefore have upper case, `_` and
    // empty labels, although the grammar of the `Origin` header does not permit them.
    let is_host_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let is_app_host = !host.is_empty() && host.bytes().all(is_host_byte);
    let is_scheme = || matches_origin_or_null(format!("{scheme}://a").as_bytes());
    if matches_origin_or_null(origin.as_bytes()) || (is_app_host && is_scheme()) {
        Ok(origin)
    } else {
        Err(NotAnAppOrigin::Invalid)
    }
}

/// Returns the port with its colon, without zeros at the start of the number. `port` begins with a colon.
fn sent_port(port: &str) -> Result<String, NotAnAppOrigin> {
    let digits = port.strip_prefix(':').unwrap_or(port);
    if digits.is_empty() || digits.bytes().any(|byte| !byte.is_ascii_digit()) {
        return Err(NotAnAppOrigin::Invalid);
    }
    let number = digits.parse::<u16>();
    let number = number.map_err(|_| NotAnAppOrigin::Dead(INVALID_PORT))?;
    Ok(format!(":{number}"))
}
