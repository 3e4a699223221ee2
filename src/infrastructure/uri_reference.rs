//! The grammar of `Location`: [URI-reference](https://www.rfc-editor.org/rfc/rfc3986#section-4.1).
//!
//! ```
//! use fetch_cors::infrastructure::uri_reference::is_uri_reference;
//!
//! assert!(is_uri_reference(b"") && is_uri_reference(b"//a.example/b%20c?d#e"));
//! assert!(!is_uri_reference(b"/b c") && !is_uri_reference(b"/\xE9"));
//! ```

use core::net::Ipv6Addr;

/// Whether `value` is a [URI-reference](https://www.rfc-editor.org/rfc/rfc3986#section-4.1).
///
/// The grammar is stricter than the URL parser. A value with a space or a byte above 0x7F does not match, so a redirect
/// with such a `Location` fails.
///
/// ```
/// use fetch_cors::infrastructure::uri_reference::is_uri_reference;
/// assert!(!is_uri_reference(b"1a:b") && !is_uri_reference(b"http://[::1"));
/// ```
pub fn is_uri_reference(value: &[u8]) -> bool {
    core::str::from_utf8(value).is_ok_and(matches_uri_reference)
}

fn matches_uri_reference(value: &str) -> bool {
    let (value, fragment) = split(value, '#');
    let (value, query) = split(value, '?');
    let query_or_fragment =
        |part: &str| consists_of(part, |byte| is_pchar(byte) || matches!(byte, b'/' | b'?'));
    query_or_fragment(fragment) && query_or_fragment(query) && matches_hierarchy(value)
}

/// Whether `value` is `[scheme ":"] hier-part` or `relative-part`.
fn matches_hierarchy(value: &str) -> bool {
    let first_segment = split(value, '/').0;
    let path = match first_segment.split_once(':') {
        // The text before the colon must be a scheme, because the first segment of a relative path cannot contain a
        // colon.
        Some((scheme, _)) if !is_scheme(scheme) => return false,
        Some((scheme, _)) => value.get(scheme.len() + 1..).unwrap_or_default(),
        None => value,
    };
    match path.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            rest.split_at_checked(end)
                .is_some_and(|(authority, path)| matches_authority(authority) && matches_path(path))
        }
        None => matches_path(path),
    }
}

fn matches_authority(authority: &str) -> bool {
    let (userinfo, host_and_port) = authority.split_once('@').unwrap_or(("", authority));
    let (host_matches, port) = match host_and_port.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((literal, port)) => (is_ip_literal(literal), port),
            None => return false,
        },
        None => {
            let end = host_and_port.find(':').unwrap_or(host_and_port.len());
            match host_and_port.split_at_checked(end) {
                Some((reg_name, port)) => (consists_of(reg_name, is_reg_name_byte), port),
                None => return false,
            }
        }
    };
    let port_matches = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    host_matches
        && port_matches
        && consists_of(userinfo, |byte| is_reg_name_byte(byte) || byte == b':')
}

/// Whether `literal` is the text between the brackets of an `IP-literal`. The parser of `Ipv6Addr` accepts exactly the
/// texts that match the rule `IPv6address` of the grammar.
fn is_ip_literal(literal: &str) -> bool {
    let is_future = || {
        let (version, address) = literal.strip_prefix(['v', 'V'])?.split_once('.')?;
        Some(
            !version.is_empty()
                && version.bytes().all(|byte| byte.is_ascii_hexdigit())
                && !address.is_empty()
                && address
                    .bytes()
                    .all(|byte| is_reg_name_byte(byte) || byte == b':'),
        )
    };
    literal.parse::<Ipv6Addr>().is_ok() || is_future() == Some(true)
}

fn matches_path(path: &str) -> bool {
    consists_of(path, |byte| is_pchar(byte) || byte == b'/')
}

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

fn split(value: &str, at: char) -> (&str, &str) {
    value.split_once(at).unwrap_or((value, ""))
}

/// Whether `part` contains only percent-encoded bytes, and bytes for which `allowed` is true.
fn consists_of(part: &str, allowed: impl Fn(u8) -> bool) -> bool {
    let mut bytes = part.bytes();
    while let Some(byte) = bytes.next() {
        let matches = match byte {
            b'%' => (0..2).all(|_| bytes.next().is_some_and(|digit| digit.is_ascii_hexdigit())),
            _ => allowed(byte),
        };
        if !matches {
            return false;
        }
    }
    true
}

const fn is_pchar(byte: u8) -> bool {
    is_reg_name_byte(byte) || matches!(byte, b':' | b'@')
}

/// Whether the grammar's rule `unreserved` or `sub-delims` permits the byte.
const fn is_reg_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~')
        || matches!(
            byte,
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uri_references_match_rfc_3986() {
        for good in [
            "",
            "a",
            "/",
            "//",
            "//a",
            "///test",
            "a/b:c",
            "./a:b",
            "?",
            "#",
            "?a/b?c",
            "#a/b?c",
            "x:",
            "x:a:b",
            "http://u:p@a:80/b",
            "//a:",
            "http://[::1]:8/",
            "http://[v1.a:b]",
            "//[1:2:3:4:5:6:1.2.3.4]",
            "%41",
            "a;b=c,d",
            "//%41",
            "..",
            "x+y-z.1:/a//b",
        ] {
            assert!(matches_uri_reference(good), "{good}");
        }
        for bad in [
            " ",
            "a b",
            "%",
            "%4",
            "%4g",
            "a:b:c#d#e",
            "1:a",
            ":a",
            "//[::1",
            "//[::1]a",
            "//[g]",
            "//[v.a]",
            "//[v1.]",
            "//a:b",
            "//a@b@c",
            "//u[@a",
            "a[b]",
            "\\",
            "<",
            "\"",
            "a|b",
            "^",
            "`",
            "{",
            "//a:8:9",
            "é",
            "?[",
            "#[",
        ] {
            assert!(!matches_uri_reference(bad), "{bad}");
        }
    }
}
