//! A fast check for serialized origins. Most origins do not need the URL parser.

use core::net::Ipv4Addr;

/// Whether `origin` is a serialized `http` or `https` origin whose host has only plain labels or is an
/// IPv4 address. The URL parser does not change such an origin.
///
/// If the result is false, the origin can still be serialized. Then only the URL parser can decide.
pub(crate) fn is_plainly_serialized(origin: &[u8]) -> bool {
    let split = |origin| {
        let origin = core::str::from_utf8(origin).ok()?;
        match origin.strip_prefix("https://") {
            Some(rest) => Some((rest, "443")),
            None => Some((origin.strip_prefix("http://")?, "80")),
        }
    };
    let Some((host_and_port, default_port)) = split(origin) else {
        return false;
    };
    match host_and_port.split_once(':') {
        Some((host, port)) => is_plain_host(host) && is_serialized_port(port, default_port),
        None => is_plain_host(host_and_port),
    }
}

/// Whether `host` has only plain labels or is a serialized IPv4 address. The URL parser parses a
/// host whose last label is a number as an IPv4 address.
fn is_plain_host(host: &str) -> bool {
    let last_label = host.rsplit('.').next().unwrap_or_default();
    if last_label.starts_with(|c: char| c.is_ascii_lowercase()) {
        host.split('.').all(is_plain_label)
    } else {
        host.parse::<Ipv4Addr>().is_ok()
    }
}

/// Whether `label` is plain. A Punycode label is not plain, because only the URL parser can check
/// it.
fn is_plain_label(label: &str) -> bool {
    !label.is_empty()
        && !label.starts_with("xn--")
        && label
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

fn is_serialized_port(port: &str, default_port: &str) -> bool {
    port != default_port
        && (port == "0" || !port.starts_with(['0', '+']))
        && port.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::String, vec::Vec};

    use ::url::Url;

    use super::*;
    use crate::infrastructure::origin::TupleOrigin;

    /// Checks all short hosts of special characters, and all kinds of ports.
    #[test]
    fn url_parser_does_not_change_plain_origins() {
        const CHARACTERS: &[u8] = b"a1x0f.-:_A%";
        let mut hosts: Vec<String> = Vec::from([String::new()]);
        for length in 1..=5 {
            let longer = hosts
                .iter()
                .filter(|host| host.len() == length - 1)
                .flat_map(|host| {
                    CHARACTERS
                        .iter()
                        .map(move |&byte| format!("{host}{}", char::from(byte)))
                });
            let longer: Vec<_> = longer.collect();
            hosts.extend(longer);
        }
        hosts.extend(
            [
                "1.2.3.4",
                "01.2.3.4",
                "1.2.3.256",
                "1.2.3",
                "a.0x1",
                "xn--a",
                "a.xn--a",
                "a:80",
                "a:443",
                "a:65536",
                "a:065",
            ]
            .map(String::from),
        );
        let mut plain = 0;
        for host in hosts {
            for scheme in ["http", "https"] {
                let origin = format!("{scheme}://{host}");
                if is_plainly_serialized(origin.as_bytes()) {
                    plain += 1;
                    let parsed = TupleOrigin::from_url(&Url::parse(&origin).unwrap()).unwrap();
                    assert_eq!(parsed.serialize(), origin);
                }
            }
        }
        assert!(plain > 10_000, "{plain}");
        assert!(is_plainly_serialized(b"http://127.0.0.1:8001"));
    }
}
