//! The values of `Access-Control-Allow-Origin`. The standard permits only one value, so it has no separator, and servers
//! that send several values write different separators.

use alloc::vec::Vec;

/// Returns the values in a line of the header. A comma, a space or a tab separates two values. A semicolon or a vertical bar
/// also separates two values, if at least two of the parts are `*`, `null` or a URL: a pattern of a server can have these
/// characters too. A line without `*`, `null` and a URL has one value, such as `[object Object]`.
pub(crate) fn allow_origin_values(line: &[u8]) -> Vec<&[u8]> {
    let split = |separators: &'static [u8]| -> Vec<&[u8]> {
        let parts = line.split(|byte| separators.contains(byte));
        // A part without a visible character is not a value.
        let is_visible = |byte: &u8| byte.is_ascii_graphic() || !byte.is_ascii();
        parts.filter(|part| part.iter().any(is_visible)).collect()
    };
    let number = |parts: &[&[u8]]| parts.iter().filter(|part| is_value(part)).count();
    let all = split(b", \t;|");
    if number(&all) > 1 {
        return all;
    }
    let parts = split(b", \t");
    if parts.is_empty() || number(&parts) > 0 {
        parts
    } else {
        Vec::from([line])
    }
}

fn is_value(part: &[u8]) -> bool {
    matches!(part, b"*" | b"null") || part.windows(3).any(|text| text == b"://")
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::allow_origin_values;

    #[test]
    fn values_are_separated() {
        for (line, values) in [
            ("https://a.example", &["https://a.example"][..]),
            ("", &[]),
            (",", &[]),
            ("https://a.example,", &["https://a.example"]),
            ("https://a.example, *", &["https://a.example", "*"]),
            ("null\tnull", &["null", "null"]),
            (
                "https://a.example;https://b.example",
                &["https://a.example", "https://b.example"],
            ),
            ("*|https://b.example", &["*", "https://b.example"]),
            ("https://(a|b).example", &["https://(a|b).example"]),
            (
                "https://a.example; secure",
                &["https://a.example;", "secure"],
            ),
            ("[object Object]", &["[object Object]"]),
            ("https://a.example\t\u{b}", &["https://a.example"]),
        ] {
            let expected: Vec<&[u8]> = values.iter().map(|value| value.as_bytes()).collect();
            assert_eq!(allow_origin_values(line.as_bytes()), expected, "{line}");
        }
    }
}
