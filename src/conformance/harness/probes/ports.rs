//! Origins that differ from a listed origin only in the port.

use alloc::{format, string::String, vec::Vec};

use super::advice::{ANCHORED, EXACT, NO_BROWSER};

/// Returns origins that differ from a listed origin only in the port, each with the name and the advice of its probe.
/// `port` is the port of the listed origin with its colon, or an empty text.
pub(super) fn ports(
    scheme: &str,
    host: &str,
    port: &str,
) -> Vec<(&'static str, &'static str, String)> {
    let default = if scheme == "https" { "443" } else { "80" };
    let at = |port: &str| format!("{scheme}://{host}{port}");
    let other_default = if scheme == "https" { "80" } else { "443" };
    let Some(digits) = port.strip_prefix(':') else {
        return Vec::from([
            ("default-port", NO_BROWSER, at(&format!(":{default}"))),
            (
                "other-default-port",
                EXACT,
                at(&format!(":{other_default}")),
            ),
        ]);
    };
    let mut origins = Vec::from([("without-port", EXACT, at(""))]);
    // The port without its last digit, such as `:300` for `:3000`. Some servers search for the origin of a request in
    // the text of a list entry. Such a search also finds the beginning of a listed origin.
    let beginning = digits.get(..digits.len().saturating_sub(1));
    if let Some(beginning) = beginning.filter(|part| !part.is_empty() && *part != default) {
        let origin = at(&format!(":{beginning}"));
        origins.push(("beginning-of-port", EXACT, origin));
    }
    let longer = format!("{digits}0");
    if longer.parse::<u16>().is_ok() {
        origins.push(("longer-port", ANCHORED, at(&format!(":{longer}"))));
    }
    origins
}
