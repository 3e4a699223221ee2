//! Hosts of the user's own machine. Pages on these hosts usually have the scheme `http`.

use crate::infrastructure::this_machine::is_this_machine;

/// Whether the text begins with a host of the user's own machine, in any letter case. A port or a path can follow.
pub(super) fn is_local(origin: &str) -> bool {
    // The colons of an IPv6 address are between brackets.
    let address_end = origin.starts_with('[').then(|| origin.find(']')).flatten();
    let end = address_end
        .map(|end| end + 1)
        .or_else(|| origin.find([':', '/']))
        .unwrap_or(origin.len());
    let host = origin.get(..end).unwrap_or_default().to_ascii_lowercase();
    is_this_machine(&host)
}
