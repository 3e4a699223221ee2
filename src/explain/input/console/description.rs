//! Texts that only name the problem, such as `CORS error`, and texts of the network panel that are not about CORS.

use alloc::{string::String, vec::Vec};

use super::template::without_place;

/// The maximum number of words of such a text.
const MAX_WORDS: usize = 10;

/// The words of texts that only name the problem.
const WORDS: &[&str] = &[
    "a",
    "access",
    "allow",
    "an",
    "api",
    "blocked",
    "by",
    "control",
    "cors",
    "cross",
    "crossorigin",
    "domain",
    "error",
    "errors",
    "failed",
    "fehler",
    "fetch",
    "get",
    "getting",
    "got",
    "has",
    "have",
    "header",
    "headers",
    "help",
    "i",
    "in",
    "is",
    "issue",
    "issues",
    "missing",
    "my",
    "no",
    "not",
    "on",
    "origin",
    "policy",
    "present",
    "problem",
    "problems",
    "request",
    "requests",
    "the",
    "with",
];

/// What to copy in place of a text that only names the problem.
const COPY_MESSAGE: &str = "this text does not have the reason. In Chrome and Edge, copy the red line of the panel `Console` that begins with `Access to`; in Firefox, copy the line that begins with `Cross-Origin Request Blocked`; in Safari, copy all red lines. Or save the requests as HAR in the network panel and explain the file";

/// The texts that the network panel of Chromium shows, each with its meaning.
const PANEL: &[(&str, &str)] = &[
    (
        "strict-origin-when-cross-origin",
        "this is the default referrer policy, which the network panel shows for each request, and not an error. If the request fails, copy the red line of the panel `Console`, or save the requests as HAR and explain the file",
    ),
    (
        "blocked:other",
        "the network panel usually shows this text if an extension, such as an ad blocker, stopped the request. This is not CORS: turn off the extensions, and load the page again",
    ),
];

/// Returns the meaning of the text, or what to copy in its place. `None` if the text says more than the name of the problem.
pub(super) fn advice(line: &str) -> Option<&'static str> {
    let lower = line.to_lowercase();
    let words = without_class(without_place_of_stack(without_place(&lower)))
        .split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    // A message of Chromium that is cut off has another error.
    let is_cut = ["blocked by CORS", "CORS policy:"]
        .iter()
        .any(|text| line.contains(text));
    if words.len() > MAX_WORDS || is_cut {
        return None;
    }
    let mut panel = PANEL.iter();
    if let Some((_, meaning)) = panel.find(|(text, _)| is_in(&lower, text)) {
        return Some(meaning);
    }
    let names_problem = |name: &[&str]| words.windows(name.len()).any(|part| part == name);
    let is_problem = [
        &["cors"][..],
        &["crossorigin"],
        &["cross", "origin"],
        &["access", "control", "allow", "origin"],
    ]
    .into_iter()
    .any(names_problem);
    let is_only_name = words.iter().all(|word| WORDS.contains(word));
    (is_problem && is_only_name).then_some(COPY_MESSAGE)
}

/// Returns the text, in lower case, without the class of an error in front, such as `uncaught typeerror:`.
fn without_class(text: &str) -> &str {
    let text = text.trim_start();
    let text = text.strip_prefix("uncaught").unwrap_or(text).trim_start();
    let text = text.strip_prefix("(in promise)").unwrap_or(text);
    match text.split_once(':') {
        Some((class, message)) if is_class(class.trim()) => message,
        _ => text,
    }
}

/// Whether the text is the name of a class of errors, in lower case.
fn is_class(text: &str) -> bool {
    (text.ends_with("error") || text.ends_with("exception"))
        && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Returns the text without the place of the error in a file, such as ` at app.js:3`.
fn without_place_of_stack(text: &str) -> &str {
    let Some((before, place)) = text.trim_end().rsplit_once(char::is_whitespace) else {
        return text;
    };
    let place = place.trim_matches(['(', ')']);
    let is_place = place.rsplit_once(':').is_some_and(|(file, line)| {
        let is_number = !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit());
        is_number && file.contains('.')
    });
    if !is_place {
        return text;
    }
    let before = before.trim_end();
    before.strip_suffix(" at").unwrap_or(before)
}

/// Whether the text is `name`, possibly after the name of a column and in parentheses.
fn is_in(text: &str, name: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.trim_matches(['(', ')', '`', '"', '\'', '.']);
    let text = text.rsplit('(').next().unwrap_or(text);
    text == name
        || text
            .strip_suffix(name)
            .is_some_and(|before| before.ends_with([':', '=']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_problem_have_the_text_to_copy() {
        for text in [
            "cross origin error",
            "cors error",
            "Blocked by CORS",
            "Cross-Origin Request Blocked",
            "CORS policy error!",
            "No CORS",
            "CORS-Fehler",
            "I have a CORS problem with my API",
            "No 'Access-Control-Allow-Origin' header",
            "Error: cross origin error at x.js:3",
            "Uncaught (in promise) TypeError: CORS error",
            "Uncaught Error: CORS request blocked (https://app.example/x.js:3:14)",
            "DOMException: cross-origin request blocked at https://app.example/x.js:3:14",
            "CORS error (x.html, line 3)",
            "CORS error x.js:3",
        ] {
            assert_eq!(advice(text), Some(COPY_MESSAGE), "{text}");
        }
        for text in [
            "strict-origin-when-cross-origin",
            "Referrer Policy: strict-origin-when-cross-origin",
            "(blocked:other)",
            "Status: (blocked:other)",
        ] {
            let meaning = advice(text);
            assert!(meaning.is_some() && meaning != Some(COPY_MESSAGE), "{text}");
        }
        for text in [
            "",
            "error",
            "origin",
            "CORS error: the server sends two values",
            "Error: origin at x.js:3",
            "Error: CORS error at the login:3",
            "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS policy",
            "TypeError: Failed to fetch",
        ] {
            assert_eq!(advice(text), None, "{text}");
        }
    }
}
