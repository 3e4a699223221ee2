//! Other forms of an origin: a server can send the `Origin` of a request in a form that browsers do not accept.

use alloc::string::String;

use super::facts::{ALLOW_ORIGIN, single};
use crate::cases::Exchange;

/// Whether the value of `Access-Control-Allow-Origin` is the `Origin` of the request in another form: with a slash or a default
/// port at its end, without the scheme, in another letter case, with quotation marks, or percent-encoded.
pub(in crate::conformance::harness::judge) fn has_other_form(exchange: &Exchange) -> bool {
    let sent = single(&exchange.response.header_list, ALLOW_ORIGIN);
    let given = single(&exchange.request.header_list, "origin");
    let (Some(sent), Some(given)) = (sent, given) else {
        return false;
    };
    let [sent, given] = [&sent, &given].map(|value| String::from_utf8_lossy(value).into_owned());
    sent != given && is_other_form(&given, &sent)
}

fn is_other_form(origin: &str, value: &str) -> bool {
    let host = origin.split_once("://").map(|(_, host)| host);
    // A special character of the host distinguishes the origin from other origins: `https://a.example{` is not another form of
    // `https://a.example`.
    let mut special = origin.chars().filter(|c| is_special(*c));
    let has_special = special.all(|c| value.contains(c));
    let (origin, value) = (plain(origin), plain(value));
    let mut ends = ["", "443", "80"].into_iter();
    has_special
        && !value.is_empty()
        && (ends.any(|end| value.strip_suffix(end) == Some(&*origin))
            || host.is_some_and(|host| plain(host) == value))
}

/// Whether the character is neither usual in a host nor a delimiter of the scheme, the port or an IPv6 address.
fn is_special(c: char) -> bool {
    !is_usual(c) && !matches!(c, ':' | '/' | '[' | ']')
}

/// Whether the character is usual in a host.
const fn is_usual(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')
}

/// Returns the usual characters of the text, in lower case.
fn plain(text: &str) -> String {
    let text = text.to_ascii_lowercase();
    let decoded = text.replace("%3a", ":").replace("%2f", "/");
    let characters = decoded.chars();
    characters.filter(|c| is_usual(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::is_other_form;

    #[test]
    fn forms_are_compared() {
        let origin = "https://a.example";
        for value in [
            "https://a.example/",
            "https://a.example:443",
            "HTTPS://A.EXAMPLE",
            "a.example",
            "\"https://a.example\"",
            "https%3A%2F%2Fa.example",
        ] {
            assert!(is_other_form(origin, value), "{value}");
        }
        for value in [
            "",
            "null",
            "http://a.example",
            "https://b.example",
            "example",
        ] {
            assert!(!is_other_form(origin, value), "{value}");
        }
        assert!(!is_other_form(
            "http://a.example{:3000",
            "http://a.example:3000"
        ));
    }
}
