//! The grammar of the [`Origin` header](https://fetch.spec.whatwg.org/#origin-header).
//!
//! ```
//! use fetch_cors::infrastructure::origin_header::matches_origin_or_null;
//! assert!(matches_origin_or_null(b"tauri://localhost"));
//! ```

/// Whether `value` matches the [ABNF of `Origin`](https://fetch.spec.whatwg.org/#origin-header).
///
/// The value `https://a.example:0443` matches, but is not a serialized origin. The serialized origin
/// `https://my_app.example` does not match.
///
/// ```
/// use fetch_cors::infrastructure::origin_header::matches_origin_or_null;
///
/// assert!(matches_origin_or_null(b"null") && matches_origin_or_null(b"https://[::1]:8080"));
/// assert!(matches_origin_or_null(b"https://a.example:0443")); // browsers do not send this value
/// assert!(!matches_origin_or_null(b"https://my_app.example")); // browsers send this value
/// ```
pub fn matches_origin_or_null(value: &[u8]) -> bool {
    // definition/abnf-of-origin: `null` or a serialized origin, by the grammar of the header
    value == b"null" || matches_serialized_origin(value).is_some()
}

fn matches_serialized_origin(value: &[u8]) -> Option<()> {
    let value = core::str::from_utf8(value).ok()?;
    let (scheme, rest) = split_scheme(value)?;
    let scheme_matches = scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme
            .bytes()
            .all(|b| is_lower_alphanum(b) || matches!(b, b'+' | b'-' | b'.'));
    let (host_matches, port) = match rest.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            (matches_serialized_ipv6(address), port)
        }
        None => {
            let end = rest.find(':').unwrap_or(rest.len());
            let (domain, port) = rest.split_at_checked(end)?;
            (domain.split('.').all(matches_domain_label), port)
        }
    };
    let port_matches = port.is_empty()
        || port.strip_prefix(':').is_some_and(|digits| {
            (1..=5).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
        });
    (scheme_matches && host_matches && port_matches).then_some(())
}

/// Splits the text at the first colon. Returns `None` if `//` does not follow the colon.
pub(crate) fn split_scheme(origin: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = origin.split_once(':')?;
    Some((scheme, rest.strip_prefix("//")?))
}

/// Whether no page has an origin with the scheme `scheme`. The letter case of `scheme` does not matter. For example, no
/// page has an `ftp` URL. A page with a `data` URL has an opaque origin, and a page with a `blob` URL has the origin of
/// the page that created the URL.
pub(crate) fn is_scheme_without_pages(scheme: &str) -> bool {
    let mut known = SCHEMES_WITHOUT_PAGES.into_iter();
    known.any(|known| scheme.eq_ignore_ascii_case(known))
}

const SCHEMES_WITHOUT_PAGES: [&str; 44] = [
    "about",
    "amqp",
    "blob",
    "data",
    "filesystem",
    "ftp",
    "ftps",
    "git",
    "gopher",
    "imap",
    "irc",
    "ircs",
    "javascript",
    "ldap",
    "ldaps",
    "mailto",
    "mongodb",
    "mqtt",
    "mysql",
    "nfs",
    "nntp",
    "postgres",
    "postgresql",
    "redis",
    "rsync",
    "rtmp",
    "rtsp",
    "sftp",
    "sip",
    "sips",
    "smb",
    "sms",
    "smtp",
    "ssh",
    "svn",
    "tcp",
    "tel",
    "telnet",
    "udp",
    "urn",
    "view-source",
    "ws",
    "wss",
    "xmpp",
];

/// Whether `label` is a label of a domain. The numbers of an IPv4 address also match, so IPv4 addresses do not need a
/// separate rule.
fn matches_domain_label(label: &str) -> bool {
    !label.is_empty()
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| is_lower_alphanum(b) || b == b'-')
}

fn matches_serialized_ipv6(address: &str) -> bool {
    let groups = |part: &str| {
        if part.is_empty() {
            return Some(0);
        }
        part.split(':')
            .all(matches_h16)
            .then(|| part.split(':').count())
    };
    let mut pairs = address.as_bytes().windows(2);
    let compressed = pairs.position(|pair| pair == b"::");
    let sides = |at: usize| Some((address.get(..at)?, address.get(at + 2..)?));
    match compressed.and_then(sides) {
        None => groups(address) == Some(8),
        // `::` replaces two or more groups of zeros, so the address has at most six other groups.
        Some((left, right)) => groups(left)
            .zip(groups(right))
            .is_some_and(|(l, r)| l + r <= 6),
    }
}

fn matches_h16(group: &str) -> bool {
    (1..=4).contains(&group.len())
        && (group == "0" || !group.starts_with('0'))
        && group
            .bytes()
            .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

const fn is_lower_alphanum(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grammar_differs_from_serialized_origins() {
        for good in [
            "null",
            "a://b",
            "chrome-extension://abc",
            "http://1.2.3.4:1",
            "http://999.1.1.1",
            "http://[1:2:3:4:5:6:7:8]",
            "http://[::]",
            "http://[1::2]",
            "http://a-b.c",
        ] {
            assert!(matches_origin_or_null(good.as_bytes()), "{good}");
        }
        for bad in [
            "",
            "Null",
            "http://",
            "http://a/",
            "http://-a",
            "http://a-",
            "http://a..b",
            "http://a.",
            "http://A",
            "http://a:",
            "http://a:123456",
            "http://[1:2:3:4:5:6:7::]",
            "http://[01::]",
            "http://[::A]",
            "http://[::1.2.3.4]",
            "http://[::1",
            "http://[::1]x",
            "1a://b",
            "://b",
            "http://u@a",
        ] {
            assert!(!matches_origin_or_null(bad.as_bytes()), "{bad}");
        }
    }
}
