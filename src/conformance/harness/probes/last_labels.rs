//! The end of a host that shows under which public suffix the host is registered.

/// A public suffix of two labels. Anyone can register a name under it, as under `com`.
pub(crate) const TWO_LABEL_SUFFIX: &str = "co.uk";

/// Splits the host before its last label, or before [`TWO_LABEL_SUFFIX`]. The second part has no dot before it.
pub(crate) fn split_last_labels(host: &str) -> Option<(&str, &str)> {
    let before = host
        .strip_suffix(TWO_LABEL_SUFFIX)
        .and_then(|before| before.strip_suffix('.'));
    match before {
        Some(before) => Some((before, TWO_LABEL_SUFFIX)),
        None => host.rsplit_once('.'),
    }
}
