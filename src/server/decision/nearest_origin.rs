//! The nearest allowed origin of a denied one, for logs.

use alloc::string::String;

/// The length of the longest origin that is compared: the longest host with a scheme and a port.
const MAX_ORIGIN_BYTES: usize = 300;

/// Returns the entry that is nearest to `origin`: the entry with the fewest differences in scheme, port, case, a slash at
/// the end and `www.`. Returns `None` if every entry differs in something else. The first of several equal entries is
/// returned.
pub(super) fn nearest<'p>(entries: &'p [String], origin: &[u8]) -> Option<&'p str> {
    let origin = core::str::from_utf8(origin).ok()?;
    let sent = Parts::new(origin).filter(|_| origin.len() <= MAX_ORIGIN_BYTES)?;
    let differences = |entry: &'p String| {
        let listed = Parts::new(entry)?;
        Some((sent.differences(&listed)?, &**entry))
    };
    let nearest = entries.iter().filter_map(differences);
    let (_, entry) = nearest.min_by_key(|(count, _)| *count)?;
    Some(entry)
}

/// The parts of an origin or of an entry of a list of origins.
struct Parts<'o> {
    scheme: &'o str,
    /// Without `www.`. A leading `*.` stays.
    host: &'o str,
    has_www: bool,
    /// Empty if there is no port; `*` for any port.
    port: &'o str,
}

impl<'o> Parts<'o> {
    fn new(origin: &'o str) -> Option<Self> {
        let (scheme, rest) = origin.split_once("://")?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port),
            _ => (rest, ""),
        };
        let start = host.get(..WWW.len());
        let has_www = start.is_some_and(|start| start.eq_ignore_ascii_case(WWW));
        Some(Self {
            scheme,
            host: host.get(WWW.len()..).filter(|_| has_www).unwrap_or(host),
            has_www,
            port,
        })
    }

    /// Returns the number of differences to an entry; `None` if the hosts differ in more than case and `www.`.
    fn differences(&self, listed: &Self) -> Option<usize> {
        let is_host_match = match listed.host.strip_prefix('*') {
            Some(base) => ends_with_ignoring_case(self.host, base),
            None => self.host.eq_ignore_ascii_case(listed.host),
        };
        let differs = [
            self.scheme != listed.scheme,
            self.port != listed.port && listed.port != "*",
            self.has_www != listed.has_www && !listed.host.starts_with('*'),
        ];
        is_host_match.then(|| differs.into_iter().filter(|differs| *differs).count())
    }
}

const WWW: &str = "www.";

fn ends_with_ignoring_case(host: &str, end: &str) -> bool {
    let start = host.len().checked_sub(end.len()).filter(|start| *start > 0);
    let found = start.and_then(|start| host.get(start..));
    found.is_some_and(|found| found.eq_ignore_ascii_case(end))
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::String};

    use super::*;

    #[test]
    fn nearest_entry_differs_in_few_parts_only() {
        let entries = [
            "http://localhost:3000",
            "https://*.shop.example",
            "https://app.example",
            "https://app.example:8443",
            "https://www.site.example",
        ]
        .map(String::from);
        for (origin, expected) in [
            ("http://app.example", Some("https://app.example")),
            ("https://app.example/", Some("https://app.example")),
            ("https://APP.example", Some("https://app.example")),
            ("https://app.example:8444", Some("https://app.example")),
            ("https://www.app.example", Some("https://app.example")),
            ("http://app.example:8443", Some("https://app.example:8443")),
            ("https://site.example", Some("https://www.site.example")),
            ("http://localhost:3001", Some("http://localhost:3000")),
            ("http://a.shop.example", Some("https://*.shop.example")),
            ("https://shop.example", None),
            ("https://xshop.example", None),
            ("https://.shop.example", None),
            ("https://app.example.evil.test", None),
            ("https://xapp.example", None),
            ("null", None),
            ("", None),
        ] {
            assert_eq!(nearest(&entries, origin.as_bytes()), expected, "{origin}");
        }
    }

    #[test]
    fn long_origins_are_not_compared() {
        let long = format!("https://{}.example", "a".repeat(300));
        assert_eq!(nearest(core::slice::from_ref(&long), long.as_bytes()), None);
    }
}
