//! The allowed origin that is most similar to a denied origin, for logs.

use alloc::string::String;

use crate::wording;

/// The maximum length of a compared origin: the longest host, with a scheme and a port.
const MAX_ORIGIN_BYTES: usize = 300;

/// Returns the entry that is most similar to `origin`: the entry with the fewest differences in scheme, port and
/// `www.`. The letter case and a slash at the end do not count. Returns `None` if every entry differs in other ways. Of
/// several entries with the same number of differences, the first entry is returned.
pub(super) fn nearest<'p>(entries: &'p [String], origin: &[u8]) -> Option<&'p str> {
    let origin = core::str::from_utf8(origin).ok()?;
    let sent = Parts::new(origin).filter(|_| origin.len() <= MAX_ORIGIN_BYTES)?;
    let differences = |entry: &'p String| {
        let listed = Parts::new(entry)?;
        let differs = sent.differences(&listed)?.into_iter();
        Some((differs.filter(|differs| *differs).count(), &**entry))
    };
    let nearest = entries.iter().filter_map(differences);
    let (_, entry) = nearest.min_by_key(|(count, _)| *count)?;
    Some(entry)
}

/// Describes the differences between `origin` and the nearest entry. The words are those of an explanation.
pub(super) fn described_differences(
    origin: &[u8],
    entry: &str,
) -> impl Iterator<Item = &'static str> {
    let origin = core::str::from_utf8(origin).unwrap_or_default();
    let parts = Parts::new(origin).zip(Parts::new(entry));
    let differs = parts.and_then(|(sent, listed)| sent.differences(&listed));
    let [scheme, port, www] = differs.unwrap_or_default();
    let has_upper_case = origin.bytes().any(|byte| byte.is_ascii_uppercase());
    [
        scheme.then_some(wording::scheme_differs!()),
        port.then_some(wording::port_differs!()),
        www.then_some(wording::www_differs!()),
        has_upper_case.then_some(wording::origin_in_lower_case!()),
        (origin.ends_with('/')).then_some(wording::trailing_slash!()),
    ]
    .into_iter()
    .flatten()
}

/// The parts of an origin, or of an entry in a list of origins.
struct Parts<'o> {
    scheme: &'o str,
    /// The host without `www.`. The host of an entry can contain a `*`.
    host: &'o str,
    has_www: bool,
    /// The port. An empty text means no port, and `*` means any port.
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

    /// Returns whether the scheme, the port and `www.` differ from an entry. `None` if the hosts differ in more than
    /// letter case and `www.`.
    fn differences(&self, listed: &Self) -> Option<[bool; 3]> {
        // An entry for all extensions of one scheme is not similar to any single origin.
        if listed.host == "*" {
            return None;
        }
        let is_host_match = match listed.host.split_once('*') {
            Some((start, end)) => {
                let is_partial = !listed.host.starts_with("*.");
                has_between(start, self.host, end, is_partial)
            }
            None => self.host.eq_ignore_ascii_case(listed.host),
        };
        let differs = [
            !self.scheme.eq_ignore_ascii_case(listed.scheme),
            self.port != listed.port && listed.port != "*",
            self.has_www != listed.has_www && !listed.host.starts_with("*."),
        ];
        is_host_match.then_some(differs)
    }
}

const WWW: &str = "www.";

/// Whether the host consists of `start`, then one or more characters, then `end`. The comparison ignores case. If
/// `is_partial` is true, the characters between `start` and `end` cannot contain a dot.
fn has_between(start: &str, host: &str, end: &str, is_partial: bool) -> bool {
    let parts = host
        .split_at_checked(start.len())
        .and_then(|(before, rest)| {
            let at = rest.len().checked_sub(end.len())?;
            let (between, after) = rest.split_at_checked(at)?;
            Some((before, between, after))
        });
    parts.is_some_and(|(before, between, after)| {
        before.eq_ignore_ascii_case(start)
            && after.eq_ignore_ascii_case(end)
            && !between.is_empty()
            && !(is_partial && between.contains('.'))
    })
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
            "https://app-*.preview.example",
            "chrome-extension://*",
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
            (
                "http://app-1.preview.example",
                Some("https://app-*.preview.example"),
            ),
            (
                "https://APP-1.preview.example",
                Some("https://app-*.preview.example"),
            ),
            ("http://app-.preview.example", None),
            ("http://app-a.b.preview.example", None),
            ("http://xapp-1.preview.example", None),
            ("https://abcdef", None),
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
    fn entry_with_the_fewest_differences_is_nearest() {
        for (entries, origin, expected) in [
            (
                ["http://a.example", "https://a.example"],
                "https://a.example:81",
                "https://a.example",
            ),
            (
                ["https://app.b.example", "https://*.b.example"],
                "http://www.app.b.example",
                "https://*.b.example",
            ),
        ] {
            let entries = entries.map(String::from);
            assert_eq!(nearest(&entries, origin.as_bytes()), Some(expected));
        }
    }

    #[test]
    fn long_origins_are_not_compared() {
        let long = format!("https://{}.example", "a".repeat(300));
        let entries = [long];
        let sent = entries.concat();
        assert_eq!(nearest(&entries, sent.as_bytes()), None);
    }
}
