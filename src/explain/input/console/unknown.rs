//! The error of a line that is not a known message: why the line is not known, and what to do.

use alloc::string::String;

use super::{
    super::escaped_text::EscapedText,
    description,
    forms::{CHROMIUM_PREFLIGHT, ConsoleForm},
    template::{normalized, without_quotes},
};
use crate::wording;

/// English words that messages about CORS have, and that the names of headers and the messages of Firefox in other languages
/// do not have.
const ENGLISH: [&str; 27] = [
    "allowed",
    "because",
    "been",
    "blocked",
    "by",
    "cannot",
    "denied",
    "disabled",
    "disallowed",
    "does",
    "due",
    "error",
    "failed",
    "from",
    "has",
    "header",
    "invalid",
    "is",
    "missing",
    "not",
    "policy",
    "reason",
    "rejected",
    "the",
    "this",
    "to",
    "with",
];

/// The error of a line that is not a known message.
///
/// ```
/// use fetch_cors::explain::input::ConsoleMessage;
///
/// let error = ConsoleMessage::parse("Uncaught ReferenceError: a is not defined").unwrap_err();
/// assert!(error.to_string().starts_with("`Uncaught ReferenceError: a is not defined` is not a known message"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a known message about a failed fetch: {}", EscapedText(.line.as_bytes()), self.fix())]
#[non_exhaustive]
pub struct UnknownConsoleMessageError {
    /// The line. A long line is cut off.
    pub line: String,
}

impl UnknownConsoleMessageError {
    /// Whether the line seems to be a message about CORS in a language other than English. Firefox translates its messages.
    ///
    /// ```
    /// use fetch_cors::explain::input::ConsoleMessage;
    ///
    /// let line = "(Grund: CORS-Kopfzeile 'Access-Control-Allow-Origin' fehlt). Statuscode: 200.";
    /// assert!(ConsoleMessage::parse(line).unwrap_err().is_translated());
    /// assert!(!ConsoleMessage::parse("a is not defined").unwrap_err().is_translated());
    /// ```
    pub fn is_translated(&self) -> bool {
        if self.has_code_of_old_edge() {
            return false;
        }
        let line = self.line.to_lowercase();
        let names = ["cors", "access-control-", "cross-origin"];
        let is_about_cors = names.iter().any(|name| line.contains(name));
        let is_in_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '\'' | '\u{2019}');
        let mut words = line.split(|c| !is_in_word(c));
        let is_english = words.any(|word| ENGLISH.contains(&word));
        // A short text in ASCII can be of any program, and in any language.
        let is_of_browser = line.contains(['(', '（'])
            || line.contains("://")
            || line.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
        is_about_cors && is_of_browser && !is_english && line.contains(' ')
    }

    /// Whether the line seems to be a message about CORS, although the parser does not know a message with this text.
    ///
    /// ```
    /// use fetch_cors::explain::input::ConsoleMessage;
    ///
    /// let error = ConsoleMessage::parse("Cross-origin request denied (CORS)").unwrap_err();
    /// assert!(error.is_about_cors());
    /// assert!(!ConsoleMessage::parse("a is not defined").unwrap_err().is_about_cors());
    /// ```
    pub fn is_about_cors(&self) -> bool {
        let lower = self.line.to_lowercase();
        self.line.contains("CORS")
            || lower.contains("access-control-")
            || lower.contains("cross-origin")
            || lower.contains("cross origin")
    }

    /// Whether the line only names the problem, or is a text of the network panel. The message of the error then says what to
    /// copy, or what the text means.
    ///
    /// ```
    /// use fetch_cors::explain::input::ConsoleMessage;
    ///
    /// let error = ConsoleMessage::parse("cors error").unwrap_err();
    /// assert!(error.is_description());
    /// assert!(error.to_string().contains("copy the red line of the panel `Console`"));
    /// ```
    pub fn is_description(&self) -> bool {
        description::advice(&self.line).is_some()
    }

    /// Whether the line seems to be a message of Chromium that is cut off before the reason.
    fn is_cut(&self) -> bool {
        let beginnings = ["Access to ", "blocked by CORS", "CORS policy"];
        beginnings
            .iter()
            .any(|beginning| self.line.contains(beginning))
    }

    /// Whether the line has an unknown reason. The beginning of a known reason counts as known, because a line can be
    /// cut off.
    fn has_unknown_reason(&self) -> bool {
        let line = normalized(&self.line);
        let after = |text: &str| Some(line.split_once(text)?.1);
        let of_chromium = after("CORS policy: ").filter(|reason| {
            let reason = reason.trim_end_matches(['.', '\u{2026}']);
            let reason = without_quotes(reason.trim_start_matches(CHROMIUM_PREFLIGHT));
            let is_beginning = |form: &ConsoleForm| {
                let text = form.template().split('{').next().unwrap_or_default();
                let text = without_quotes(text);
                text.starts_with(&reason) || reason.starts_with(&text)
            };
            !ConsoleForm::all().iter().any(is_beginning)
        });
        let of_firefox = after("(Reason: ").filter(|reason| reason.contains(')'));
        of_chromium.or(of_firefox).is_some()
    }

    /// Whether the line has a code about CORS of Internet Explorer or of Edge before version 79, such as `SEC7120`.
    fn has_code_of_old_edge(&self) -> bool {
        let mut parts = self.line.split("SEC71").skip(1);
        parts.any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    }

    /// Whether Cypress printed the line. A test of Cypress that opens pages of two origins fails, also without a request.
    fn is_of_cypress(&self) -> bool {
        let line = self.line.to_lowercase();
        line.contains("origin")
            && (line.contains("cypress")
                || line.contains("`cy.")
                || line.contains("the command was expected to run against origin"))
    }

    /// Whether the line is the heading of an issue in the developer tools of Chromium. The heading does not have the reason.
    fn is_heading_of_issue(&self) -> bool {
        const HEADINGS: [&str; 3] = [
            "Ensure CORS ",
            "Ensure preflight responses ",
            "Ensure private network requests ",
        ];
        let line = self.line.trim_start();
        HEADINGS.iter().any(|heading| line.starts_with(heading))
    }

    fn fix(&self) -> &'static str {
        if self.has_code_of_old_edge() {
            "codes such as `SEC7120` are from Internet Explorer and from Edge before version 79, and their messages are not known to this program: load the page in another browser and paste the line of its console, or save the requests as HAR and explain the file"
        } else if self.is_heading_of_issue() {
            "this heading of the panel `Issues` does not have the reason: paste the red line of the panel `Console`, or save the requests as HAR and explain the file"
        } else if self.is_of_cypress() {
            "Cypress prints this message if a test opens pages with two origins. This is a rule of Cypress, and not of CORS: put the commands for the second page into `cy.origin()`. If a request of the page fails, paste the line of the console of the browser"
        } else if let Some(advice) = description::advice(&self.line) {
            advice
        } else if self.is_translated() {
            "only messages in English are known, and this line seems to be in another language. Set the language of the browser to English and load the page again, or save the requests as HAR in the network panel and explain the file"
        } else if self.has_unknown_reason() {
            "the reason of the browser is not known to this program, and can be from a newer version of the browser: look at the request in the network panel, and explain its responses with `--origin` and `--url`, or save the requests as HAR and explain the file"
        } else if self.is_cut() {
            "the line is cut off, or was changed: paste the whole line, because the reason comes after `has been blocked by CORS policy: `"
        } else {
            wording::paste_whole_line!()
        }
    }
}
