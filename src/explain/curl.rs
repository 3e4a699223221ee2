//! A request as a `curl` command.

use alloc::{borrow::Cow, format, string::String};
#[cfg(feature = "conformance")]
use alloc::{string::ToString, vec::Vec};

use crate::{
    fetching::HttpRequest,
    infrastructure::{shell_word::shell_word, url::without_fragment_and_userinfo},
};

/// The maximum length of a displayed value. Longer values are cut off. If a longer value repeats one short part, the
/// `curl` command generates the value with a shell expression.
const MAX_DISPLAYED_BYTES: usize = 200;
/// The maximum length of a value in a command. Shells have a limit for the length of a command.
const MAX_COMMAND_VALUE_BYTES: usize = 8000;

/// Returns a `curl` command that sends the request and prints the headers of the response.
pub(crate) fn curl(request: &HttpRequest) -> String {
    let mut line = with_method(request.method.as_str(), "");
    for (name, value) in request.header_list.iter() {
        let value = value.as_bytes();
        // `curl` sends `Accept: */*` by default, so the command leaves this header out.
        if *name == "accept" && value == b"*/*" {
            continue;
        }
        line += " -H ";
        line += &match value {
            // An empty value needs a semicolon: for `name;`, `curl` sends the header with an empty value. For `name:`,
            // `curl` sends no header.
            [] => shell_word(format!("{name};").as_bytes()),
            _ if value.len() > MAX_DISPLAYED_BYTES => match repetition(value) {
                Some((start, unit, times)) => {
                    let [start, unit] = [start, unit].map(String::from_utf8_lossy);
                    format!("\"{name}: {start}$(printf -- '{unit}%.0s' $(seq {times}))\"")
                }
                None => shell_word(&[name.as_bytes(), b": ", &cut(value)].concat()),
            },
            _ => shell_word(&[name.as_bytes(), b": ", value].concat()),
        };
    }
    let url = without_fragment_and_userinfo(&request.url);
    format!("{line} {}", url_arguments(&cut(url.as_bytes())))
}

/// Returns the start of a `curl` command that prints the headers of the response: the options, with `more` of one letter
/// each, and the method.
pub(super) fn with_method(method: &str, more: &str) -> String {
    match method {
        "HEAD" => format!("curl -sSI{more}"),
        "GET" => format!("curl -sSi{more}"),
        method => format!("curl -sSi{more}X {}", shell_word(&cut(method.as_bytes()))),
    }
}

/// Returns the arguments of `curl` for the URL. Without `-g`, `curl` takes brackets and braces of a URL as a pattern for
/// several URLs.
pub(crate) fn url_arguments(url: &[u8]) -> String {
    let has_pattern = url.iter().any(|byte| b"[]{}".contains(byte));
    let option = if has_pattern { "-g " } else { "" };
    format!("{option}{}", shell_word(url))
}

/// Returns the value. If the value is too long for a command, returns its beginning and its length.
fn cut(value: &[u8]) -> Cow<'_, [u8]> {
    if value.len() <= MAX_COMMAND_VALUE_BYTES {
        return Cow::Borrowed(value);
    }
    let start = value.get(..MAX_DISPLAYED_BYTES).unwrap_or(value);
    let length = format!("... ({} bytes)", value.len());
    Cow::Owned([start, length.as_bytes()].concat())
}

/// If the value repeats a short part after a short start, such as `https://`, returns the start, the part and the number
/// of repetitions. `None` if the start contains a character that a shell command would have to quote.
fn repetition(value: &[u8]) -> Option<(&[u8], &[u8], usize)> {
    let (start, (unit, times)) = (0..=16).find_map(|length| {
        let (start, rest) = value.split_at_checked(length)?;
        Some((start, period(rest)?))
    })?;
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b",-.:/".contains(byte);
    start.iter().all(is_plain).then_some((start, unit, times))
}

/// If the value only repeats a short part, returns the part and the number of repetitions. `None` if the value does not
/// repeat a part, or if the part contains a character that a shell command would have to quote.
fn period(value: &[u8]) -> Option<(&[u8], usize)> {
    (1..=16)
        .filter(|length| value.len().is_multiple_of(*length))
        .find_map(|length| {
            let unit = value.get(..length)?;
            let repeats = value.chunks(length).all(|chunk| chunk == unit);
            let is_plain = unit
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b",-.".contains(byte));
            (repeats && is_plain).then_some((unit, value.len() / length))
        })
}

/// Returns the headers of a request or a response for display. Long values are cut off.
#[cfg(feature = "conformance")]
pub(crate) fn displayed_headers<'h>(
    headers: impl Iterator<Item = (&'h str, &'h [u8])>,
) -> Vec<String> {
    headers
        .map(|(name, value)| {
            let shown = value
                .get(..MAX_DISPLAYED_BYTES)
                .unwrap_or(value)
                .iter()
                .map(visible)
                .collect::<String>();
            if value.len() > MAX_DISPLAYED_BYTES {
                format!("{name}: {shown}… ({} bytes)", value.len())
            } else {
                format!("{name}: {shown}")
            }
        })
        .collect()
}

/// Returns the byte as text: a printable ASCII character stays as it is, and every other byte becomes an escape such as
/// `\x00`.
#[cfg(feature = "conformance")]
fn visible(byte: &u8) -> String {
    if byte.is_ascii_graphic() || *byte == b' ' {
        String::from(char::from(*byte))
    } else {
        byte.escape_ascii().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fetching::Credentials, infrastructure::header_list::HeaderList};

    fn curl_line(method: &str, headers: &[(&str, &[u8])]) -> String {
        curl_line_to("https://a.example/b?c=d#e", method, headers)
    }

    fn curl_line_to(url: &str, method: &str, headers: &[(&str, &[u8])]) -> String {
        curl(&HttpRequest {
            method: method.parse().unwrap(),
            url: url.parse().unwrap(),
            header_list: HeaderList::from_pairs(headers.iter().copied()).unwrap(),
            body: None,
            credentials: Credentials::Excluded,
            preflight_reasons: None,
        })
    }

    #[test]
    fn a_url_with_brackets_or_braces_is_not_a_pattern() {
        for query in ["a[b]=c", "a={b,c}"] {
            let url = format!("https://a.example/?{query}");
            assert_eq!(
                curl_line_to(&url, "GET", &[]),
                format!("curl -sSi -g '{url}'")
            );
        }
    }

    #[test]
    fn commands_are_quoted_for_a_shell() {
        let url = "'https://a.example/b?c=d'";
        assert_eq!(
            curl_line("GET", &[("accept", b"*/*")]),
            format!("curl -sSi {url}")
        );
        assert_eq!(curl_line("HEAD", &[]), format!("curl -sSI {url}"));
        assert_eq!(
            curl_line("PUT", &[("origin", b"https://a'.example"), ("x-a", b"")]),
            format!(r"curl -sSiX PUT -H 'origin: https://a'\''.example' -H 'x-a;' {url}")
        );
        assert_eq!(
            curl_line("a'b", &[("x-a", b"\x0b'\\\xe9")]),
            format!(r"curl -sSiX 'a'\''b' -H $'x-a: \x0b\'\\\xe9' {url}")
        );
        assert_eq!(
            curl_line("OPTIONS", &[("x-a", "ab,".repeat(1000).as_bytes())]),
            format!(r#"curl -sSiX OPTIONS -H "x-a: $(printf -- 'ab,%.0s' $(seq 1000))" {url}"#)
        );
    }
}
