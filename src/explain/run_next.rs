//! The commands that the user runs next: `curl` commands that write responses to files, and the command that explains
//! these files. Explanations of fetches and of console messages have the same commands.

use alloc::{format, string::String};

use super::shown::shown_briefly;
use crate::infrastructure::shell_word::shell_word;

/// The placeholder for the unknown value of a header in a command.
pub(super) const UNKNOWN_VALUE: &str = "VALUE";

pub(super) const PREFLIGHT_FILE: &str = "preflight.txt";
pub(super) const RESPONSE_FILE: &str = "response.txt";
/// The file for preflight responses, if `preflight.txt` already has responses to other requests.
pub(super) const NEW_PREFLIGHT_FILE: &str = "new-preflight.txt";
/// The file for responses to other requests, if `response.txt` already has preflight responses.
pub(super) const NEW_RESPONSE_FILE: &str = "new-response.txt";

/// The sentence before commands that send the requests of the changed page.
pub(super) const CHECK_WITH_CHANGED_PAGE: &str = "To check the fix, change the page and run";

/// Returns a `curl` command that sends the same request as `command`, and writes the request and the response to a file.
/// If `is_further` is true, the returned command adds the output to the end of the file.
///
/// The request in the file shows whether the user sent the request of the browser. With the option `-v`, `curl` writes
/// the request to the standard error.
pub(super) fn into_file(command: &str, file: &str, is_further: bool) -> String {
    let operator = if is_further { ">>" } else { ">" };
    let command = command.replacen("curl -sS", "curl -sSv", 1);
    format!("{command} {operator} {} 2>&1", shell_word(file.as_bytes()))
}

/// The call of a page and the files with the responses, for a `fetch-cors explain` command. The command does not have
/// the options whose value is `None`.
#[derive(Debug, Default)]
pub(super) struct ExplainCommand<'c> {
    pub(super) origin: &'c str,
    pub(super) url: &'c str,
    pub(super) method: Option<&'c str>,
    /// The lines of the request headers, such as `X-Total: 1`.
    pub(super) headers: &'c [String],
    pub(super) mode: Option<&'c str>,
    pub(super) credentials: Option<&'c str>,
    /// The content type of the body. `None` if the request has no body, or if the body has no content type.
    pub(super) body: Option<&'c str>,
    /// `None` for the default engine.
    pub(super) engine: Option<&'c str>,
    pub(super) preflight_file: Option<&'c str>,
    pub(super) response_file: Option<&'c str>,
}

impl ExplainCommand<'_> {
    pub(super) fn line(&self) -> String {
        let headers = self.headers.iter().map(|line| ("-H", Some(line.as_str())));
        let options = [
            ("--origin", Some(self.origin)),
            ("--url", Some(self.url)),
            ("-X", self.method),
        ];
        let others = [
            ("--mode", self.mode),
            ("--credentials", self.credentials),
            ("--body", self.body),
            ("--engine", self.engine),
            ("--preflight", self.preflight_file),
            ("--response", self.response_file),
        ];
        let mut line = String::from("fetch-cors explain");
        for (option, value) in options.into_iter().chain(headers).chain(others) {
            if let Some(value) = value {
                line += &format!(" {option} {}", shell_word(value.as_bytes()));
            }
        }
        line
    }
}

/// Returns the caution next to a command that sends a request with the method. `None` if the method only reads.
pub(super) fn caution_of_method(method: &str) -> Option<String> {
    if matches!(method, "GET" | "HEAD" | "OPTIONS") {
        return None;
    }
    Some(format!(
        "Caution: the command with `{}` can change data: use a test instance.",
        shown_briefly(method)
    ))
}
