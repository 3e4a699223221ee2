//! The text after the host and the port of a URL. This text is not a part of the origin.

/// Whether the text is certainly the path, the query or the fragment of a URL. Any other text can be a port
/// (`http://localhost/3000`), a second host, the prefix length of a range of addresses (`http://10.0.0.0/8`) or a part
/// of a pattern (`https://app-?.example.com`).
pub(super) fn is_url_tail(tail: &str) -> bool {
    if let Some(query) = tail.strip_prefix('?') {
        return query
            .split_once('=')
            .is_some_and(|(name, _)| is_parameter_name(name));
    }
    if let Some(fragment) = tail.strip_prefix('#') {
        return fragment.is_empty() || fragment.starts_with(['/', '!']);
    }
    let path = tail.trim_start_matches(['/', '\\']);
    let segment = path.split(['/', '\\', '?', '#']).next();
    segment.is_none_or(|segment| segment.is_empty() || is_segment(segment))
}

fn is_parameter_name(name: &str) -> bool {
    let is_name_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    !name.is_empty() && name.bytes().all(is_name_byte)
}

/// Returns false if the segment of a path can be a number, a host, or a host with a port.
fn is_segment(segment: &str) -> bool {
    let is_number = segment.bytes().all(|byte| byte.is_ascii_digit());
    !is_number && !segment.contains(['.', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_can_be_a_pattern_or_a_port_is_not_a_url_tail() {
        for tail in [
            "", "/", "//", "\\", "#", "#/a", "#!a", "/a", "/a/b.c", "/a?b#c", "/?b", "?a=b", "/%",
        ] {
            assert!(is_url_tail(tail), "{tail}");
        }
        for tail in [
            "?", "?.a", "?a", "?.a=b", "?=", "#.a", "#a", "/3000", "/8:443", "/16/", "/16?", "/.a",
            "/a.b", "//a.b", "/a:80",
        ] {
            assert!(!is_url_tail(tail), "{tail}");
        }
    }
}
