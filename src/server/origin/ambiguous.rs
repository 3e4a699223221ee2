//! Texts that the URL parser reads as one URL, although the author of the text possibly means something other than this
//! URL. The errors for these texts do not have a suggestion.

use super::url_tail::is_url_tail;

/// Characters that show that a text is not a URL, such as `,` in a list, `{` in a template, `"` in a quotation and `^`
/// in a regular expression.
const CHARACTERS: [char; 16] = [
    ',', ';', '|', '(', ')', '{', '}', '[', ']', '$', '^', '"', '\'', '`', '<', '>',
];

/// Whether the author of `url` possibly means something other than the origin that the URL parser reads: several
/// origins, a pattern, a template, a range of addresses, a host before an `@`, or a host or port after the first slash.
/// `host` is the host that the URL parser reads from `url`.
pub(super) fn is_ambiguous(url: &str, host: &str) -> bool {
    let url = url.trim_matches(|c| c <= ' ');
    let Some((_, rest)) = url.split_once(':') else {
        return true;
    };
    let rest = rest.trim_start_matches(['/', '\\']);
    let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let userinfo = authority.rsplit_once('@').map(|(userinfo, _)| userinfo);
    // The brackets around an IPv6 address are not a sign of a mistake.
    let is_odd =
        |c| c <= ' ' || (CHARACTERS.contains(&c) && !(host.starts_with('[') && "[]".contains(c)));
    url.contains(is_odd)
        || authority.contains(is_typographic)
        || userinfo.is_some_and(|userinfo| userinfo.contains('.'))
        || is_port_number(authority)
        || (tail.starts_with('\\') && tail.len() > 1)
        || !is_url_tail(tail)
        || has_scheme(rest)
        || matches!(host.trim_end_matches('.'), "http" | "https")
}

/// Whether the text is a number that can be a port. In `http:3000` and `https://8080/`, the URL parser reads such a
/// number as an IPv4 address.
pub(crate) fn is_port_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

/// Whether the character is a dash, a quotation mark, a bracket, a slash or another sign that resembles an ASCII
/// character. IDNA permits some of these characters, but a host with such a character is a different host.
const fn is_typographic(c: char) -> bool {
    matches!(
        c,
        '\u{ab}'
            | '\u{bb}'
            | '\u{2010}'..='\u{2027}'
            | '\u{2030}'..='\u{205e}'
            | '\u{2200}'..='\u{22ff}'
            | '\u{29f8}'
            | '\u{3001}'
            | '\u{3003}'
            | '\u{3008}'..='\u{3020}'
            | '\u{ff62}'..='\u{ff64}'
    )
}

/// Whether the text contains the scheme of a second origin. The schemes `http` and `https` can follow any text
/// directly, as in `a.examplehttp://b`. Any other scheme must follow a separator that is not a dot.
fn has_scheme(text: &str) -> bool {
    text.match_indices("://").any(|(at, _)| {
        let before = text.as_bytes().get(..at).unwrap_or_default();
        let is_known = [&b"http"[..], b"https"].into_iter().any(|scheme| {
            let start = before.len().checked_sub(scheme.len());
            let end = start.and_then(|start| before.get(start..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(scheme))
        });
        let ends_name = |byte: &u8| !byte.is_ascii_alphanumeric() && !b"+-".contains(byte);
        let boundary = before.iter().rposition(ends_name);
        let is_name =
            boundary.is_some_and(|at| at + 1 < before.len() && before.get(at) != Some(&b'.'));
        is_known || is_name
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scheme_of_a_second_origin_is_found() {
        for (text, expected) in [
            ("a.examplehttp://b", true),
            ("a.exampleHTTPS://b", true),
            ("a.example://b", false),
            ("a://b", false),
            ("a.example/x://b", true),
            ("a.example x+y-z://b", true),
            ("a.example/://b", false),
            ("a.example", false),
        ] {
            assert_eq!(has_scheme(text), expected, "{text}");
        }
    }
}
