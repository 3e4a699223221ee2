//! Advice about requests of elements, such as `<img>`. The element decides whether the request uses CORS.

use alloc::string::String;

use super::{ConsoleMessage, topics};

impl ConsoleMessage {
    /// Returns the meaning for a request of an element. Scripts do not see the response.
    pub(super) fn meaning_for_element(&self, meaning: String) -> String {
        if !self.is_of_element() {
            return meaning;
        }
        meaning.replace(topics::NOT_SHOWN_TO_PAGE, "does not use the response")
    }

    /// Returns the fix for a request of an element: with the attribute of the element, and with a fix that needs no CORS.
    pub(super) fn fix_for_element(&self, fix: &str) -> String {
        let fix = fix.replace(
            topics::WITHOUT_CREDENTIALS,
            "write `crossorigin=\"anonymous\"` in place of `crossorigin=\"use-credentials\"` in the element",
        );
        let without_cors = match self.resource_kind.as_deref() {
            _ if !self.is_about_missing_header() => "",
            Some("audio" | "image" | "video") => {
                "; or, if no script reads the content, remove `crossorigin` from the element"
            }
            Some("css stylesheet" | "script") => {
                "; or, if the element has no `integrity`, and is not a module, remove `crossorigin` from the element"
            }
            Some("font" | "manifest" | "text track") => {
                "; or serve the file from the origin of the page: browsers load this kind of file from another origin only with CORS"
            }
            _ => "",
        };
        fix + without_cors
    }

    /// Returns the caution without the sentence about the modes of `fetch()`.
    pub(super) fn caution_for_element(&self, caution: &'static str) -> &'static str {
        let shorter = caution.strip_suffix(topics::NO_CORS_DOES_NOT_HELP);
        shorter.filter(|_| self.is_of_element()).unwrap_or(caution)
    }
}
