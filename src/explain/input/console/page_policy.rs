//! The fix for a request that the Content Security Policy of the page forbids.

use alloc::{
    format,
    string::{String, ToString},
};

use ::url::Url;

use super::{ConsoleMessage, topics};
use crate::{explain::input::escaped_text::escaped, infrastructure::origin::TupleOrigin};

/// The directive that browsers use if the policy has no directive for the kind of request.
const DEFAULT: &str = "default-src";

impl ConsoleMessage {
    /// Returns the change that makes the Content Security Policy permit the request. `None` if the message does not
    /// name a directive, or is not about a request.
    pub(super) fn fix_of_page_policy(&self) -> Option<String> {
        if self.blocks_no_fetch() && !self.is_about(&topics::REPORT_ONLY_POLICY) {
            return None;
        }
        let change = self.change_of_page_policy()?;
        if !self.is_about(&topics::REPORT_ONLY_POLICY) {
            return Some(change);
        }
        self.url.as_ref()?;
        Some(format!("Before the policy is enforced, {change}"))
    }

    fn change_of_page_policy(&self) -> Option<String> {
        let directive = escaped(self.directive.as_ref()?);
        let source = match self.source() {
            Some(source) => format!("`{}`", escaped(&source)),
            None => String::from("the origin of the URL"),
        };
        let missing = self.missing_directive.as_deref().map(general);
        Some(match missing {
            Some(missing) if directive == DEFAULT && missing != DEFAULT => format!(
                "add the directive `{}` to the `Content-Security-Policy` of the page: copy the sources of `{DEFAULT}` into it, and add {source}",
                escaped(missing)
            ),
            _ => format!(
                "add {source} to `{directive}` in the `Content-Security-Policy` of the page"
            ),
        })
    }

    /// Returns the source that allows the URL: the origin of the URL, or the scheme of a URL without an origin, such as
    /// a `blob:` URL.
    fn source(&self) -> Option<String> {
        let url = Url::parse(self.url.as_deref()?).ok()?;
        Some(match TupleOrigin::from_url(&url) {
            Some(origin) if url.scheme() != "blob" => origin.serialize().to_string(),
            _ => format!("{}:", url.scheme()),
        })
    }
}

/// Returns the directive without the ending `-elem`, because some browsers do not know a directive with this ending.
fn general(directive: &str) -> &str {
    let general = directive.strip_suffix("-elem");
    general.unwrap_or(directive)
}
