//! The lines of a console that have the method and the URL of a request, as in `PUT https://api.example/ net::ERR_FAILED`.
//! Chromium prints such a line after the message about the request, and Firefox before the message.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use super::{Browser, ConsoleLine, ConsoleMessage};
use crate::explain::near_miss::listed_element::is_known_method;

/// The method and the URL of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RequestLine<'t> {
    pub(super) method: Option<&'t str>,
    pub(super) url: &'t str,
}

impl<'t> RequestLine<'t> {
    /// Parses the last words of a text. The last word is the URL. In a text that was copied from Firefox, as in
    /// `XHRPUThttps://api.example/`, the words can be glued together.
    pub(super) fn at_end(text: &'t str) -> Option<Self> {
        let mut words = text.trim_end().rsplit(char::is_whitespace);
        let last = words.next()?;
        let schemes = ["https://", "http://"].into_iter();
        let start = schemes.filter_map(|scheme| last.find(scheme)).min()?;
        let (glued, url) = last.split_at_checked(start)?;
        let word = if glued.is_empty() {
            words.next()
        } else {
            Some(glued)
        };
        let method = word.map(|word| word.rsplit('"').next().unwrap_or(word));
        let method = method.map(|word| word.strip_prefix("XHR").unwrap_or(word));
        let is_method = |method: &&str| {
            is_known_method(method.as_bytes()) && !method.contains(char::is_lowercase)
        };
        Some(Self {
            method: method.filter(is_method),
            url,
        })
    }

    /// Parses a line whose first URL is the URL of the request.
    fn parse(line: &'t str) -> Option<Self> {
        let start = line.find("://")?;
        let after = line.get(start..)?;
        let is_end = |c: char| c.is_whitespace() || c == '[';
        let end = after.find(is_end).unwrap_or(after.len());
        Self::at_end(line.get(..start + end)?)
    }
}

/// The maximum number of lines between a message and the line with the request, so that the work is linear.
const MAX_DISTANCE: usize = 20;

/// The positions and the methods of the requests to one URL.
type Requests<'t> = [(usize, &'t str)];

/// Adds the missing method to each message about a request whose method is in another line. `texts` has the beginning of
/// each line.
pub(super) fn complete_methods(lines: &mut [ConsoleLine], texts: &[&str]) {
    let mut by_url: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
    for (position, text) in texts.iter().enumerate() {
        let Some(RequestLine { method, url }) = RequestLine::parse(text) else {
            continue;
        };
        complete_label(lines.get_mut(position + 1), url);
        // Firefox has a line for the preflight, too.
        if let Some(method) = method.filter(|method| *method != "OPTIONS") {
            by_url.entry(url).or_default().push((position, method));
        }
    }
    let has_one_method = |requests: &Requests<'_>| {
        let mut neighbors = requests.windows(2);
        neighbors.all(|pair| matches!(pair, [(_, one), (_, other)] if one == other))
    };
    let certain = by_url
        .iter()
        .filter(|(_, requests)| has_one_method(requests));
    let certain: BTreeMap<&str, &str> = certain
        .filter_map(|(url, requests)| Some((*url, requests.first()?.1)))
        .collect();
    for position in 0..lines.len() {
        let Some(message) = incomplete(lines, position) else {
            continue;
        };
        let urls = [message.url.as_deref(), message.redirected_from.as_deref()];
        let method = urls.into_iter().flatten().find_map(|url| {
            let method = certain.get(url).copied();
            method.or_else(|| method_below(lines, position, by_url.get(url)?))
        });
        let method = method.map(String::from);
        if let Some(Ok(message)) = lines.get_mut(position).map(|line| &mut line.message) {
            message.method = method;
        }
    }
}

/// Adds the URL to a message of Firefox that stands below the line with the request, such as `CORS Missing Allow Origin`.
fn complete_label(line: Option<&mut ConsoleLine>, url: &str) {
    if let Some(Ok(message)) = line.map(|line| &mut line.message)
        && message.browser == Some(Browser::Firefox)
        && message.has_reason()
        && message.url.is_none()
    {
        message.url = Some(String::from(url));
    }
}

/// Returns the method in the next line about the URL of a message of Chromium. `None` if the line can be about another
/// message.
fn method_below<'t>(
    lines: &[ConsoleLine],
    position: usize,
    requests: &Requests<'t>,
) -> Option<&'t str> {
    let message = incomplete(lines, position)?;
    let next = requests.partition_point(|(at, _)| *at < position);
    let (below, method) = requests.get(next)?;
    let before = next.checked_sub(1).and_then(|before| requests.get(before));
    let start = before
        .map_or(0, |(at, _)| at + 1)
        .max(position.saturating_sub(MAX_DISTANCE));
    let is_near = *below <= position + MAX_DISTANCE;
    let mut others = (start..*below).filter(|at| *at != position && is_near);
    let has_other = others.any(|at| {
        let other = lines.get(at).and_then(|line| line.message.as_ref().ok());
        other.is_some_and(|other| other.has_reason() && other.url == message.url)
    });
    let is_of_chromium = message.browser == Some(Browser::Chromium);
    (is_of_chromium && is_near && !has_other).then_some(*method)
}

/// Returns the message of a line, if the message has the reason of a failure and lacks the method of the request.
fn incomplete(lines: &[ConsoleLine], position: usize) -> Option<&ConsoleMessage> {
    let message = lines.get(position)?.message.as_ref().ok()?;
    (message.has_reason() && message.method.is_none()).then_some(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_lines_of_browsers_are_parsed() {
        for (line, method) in [
            ("PUT https://a.test/x net::ERR_FAILED", Some("PUT")),
            (
                "main.js:3 \"PUT https://a.test/x 404 (Not Found)",
                Some("PUT"),
            ),
            ("XHRPUThttps://a.test/x", Some("PUT")),
            ("XHRPUThttps://a.test/x[HTTP/2 404  3ms]", Some("PUT")),
            ("XHR PUT https://a.test/x [HTTP/2 404  3ms]", Some("PUT")),
            ("see https://a.test/x", None),
            ("put https://a.test/x", None),
        ] {
            let url = "https://a.test/x";
            let expected = Some(RequestLine { method, url });
            assert_eq!(RequestLine::parse(line), expected, "{line}");
        }
        assert_eq!(RequestLine::parse("PUT /x"), None);
    }
}
