//! Finds messages that contradict themselves. No browser prints such a message, so a person or a program changed the
//! line.

use alloc::{format, string::String};

use ::url::Url;

use super::{Browser, ConsoleMessage, is_of_preflight, topics};
use crate::{
    Failure,
    explain::input::escaped_text::escaped,
    infrastructure::{
        always_exposed::is_always_exposed,
        method::{is_cors_safelisted_method, normalize},
        origin::TupleOrigin,
        url::is_http_or_https,
    },
};

/// The advice for a message that contradicts itself.
pub(super) const PASTE_AGAIN: &str = "paste the line again, whole and unchanged; or save the requests as HAR in the network panel, and explain the file";

impl ConsoleMessage {
    /// Returns a sentence if the message contradicts itself. For example, the message says that a correct value is
    /// wrong. A browser does not print such a message, so the line was changed. The [meaning](Self::meaning) of the
    /// message is then the returned sentence, and the [fix](Self::fix) is to paste the line again.
    ///
    /// ```
    /// use fetch_cors::explain::input::ConsoleMessage;
    ///
    /// let message = ConsoleMessage::parse("Preflight response is not successful. Status code: 204")?;
    /// let sentence = message.contradiction().unwrap();
    /// assert!(sentence.contains("the status 204 is a success"), "{sentence}");
    /// assert!(message.fix().starts_with("paste the line again"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn contradiction(&self) -> Option<String> {
        let fact = self
            .fact_about_value()
            .or_else(|| self.fact_about_status())
            .or_else(|| self.fact_about_name())
            .or_else(|| self.fact_about_urls())?;
        Some(format!(
            "this line contradicts itself, so the line was changed or lost a part: {fact}"
        ))
    }

    /// Returns a fact about the value of the response header. The fact contradicts the message.
    fn fact_about_value(&self) -> Option<String> {
        let value = self.value.as_deref().filter(|value| !value.is_empty())?;
        let first = self.failures.first()?.on_preflight();
        let shown = shown(value);
        match first {
            // Older versions of Firefox call `*` a mismatch for credentialed requests.
            Failure::PreflightAllowOriginMismatch | Failure::PreflightInvalidAllowOriginValue
                if value == "*" && self.browser == Some(Browser::Chromium) =>
            {
                Some(String::from("the value `*` allows every origin"))
            }
            // `null` is not a URL, so Chromium calls `null` invalid.
            Failure::PreflightInvalidAllowOriginValue
                if TupleOrigin::parse(value).is_ok_and(|origin| origin.serialize() == value) =>
            {
                Some(format!("the value `{shown}` is an origin"))
            }
            Failure::PreflightAllowOriginMismatch | Failure::PreflightInvalidAllowOriginValue
                if self.sent_origin() == Some(value) =>
            {
                Some(format!(
                    "the value `{shown}` equals the origin that the browser sends, unless the copy lost an invisible character"
                ))
            }
            Failure::PreflightMultipleAllowOriginValues => {
                let is_single = !value.contains([',', ' ']);
                is_single.then(|| format!("`{shown}` is only one value"))
            }
            Failure::PreflightInvalidAllowCredentials => {
                (value == "true").then(|| String::from("the value is exactly `true`"))
            }
            Failure::InvalidAllowMethodsPreflightResponse
            | Failure::InvalidAllowHeadersPreflightResponse
                // Safari prints the value without quotation marks, so other words can follow the value.
                if self.browser == Some(Browser::Firefox) =>
            {
                let mut names = value.split(',');
                let is_list = names.all(|name| is_plain_name(name.trim_matches(' ')));
                is_list.then(|| format!("the value `{shown}` is valid"))
            }
            _ => None,
        }
    }

    /// Returns the value of `Origin` that the browser sent. `None` if the message does not show this value.
    fn sent_origin(&self) -> Option<&str> {
        let page = self.origin.as_deref()?;
        // After a redirect, browsers can send `null` in place of the origin of the page.
        let is_certain = page == "null" || !(self.is_after_redirect() || self.is_page_of_file());
        is_certain.then_some(page)
    }

    fn is_after_redirect(&self) -> bool {
        self.is_redirected || self.redirect().is_some()
    }

    /// Returns a fact about the status. The fact contradicts the message.
    fn fact_about_status(&self) -> Option<String> {
        let status = self.status.filter(|_| self.has_ok_status())?;
        let is_about_failure = match self.failures.as_slice() {
            // If the message can also mean a network error, a status from 200 to 299 is not a contradiction.
            [Failure::PreflightInvalidStatus, ..] => {
                !self.failures.contains(&Failure::NetworkError)
            }
            _ => self.is_about(&topics::HTTP_STATUS) && self.browser.is_none(),
        };
        is_about_failure.then(|| format!("the status {status} is a success"))
    }

    /// Returns a fact about the method or the header name. The fact contradicts the message.
    fn fact_about_name(&self) -> Option<String> {
        let is_about_method = self.failures == [Failure::MethodDisallowedByPreflightResponse];
        if let Some(method) = self.method.as_deref().filter(|_| is_about_method) {
            let sent = normalize(method.as_bytes());
            if sent != method.as_bytes() {
                let sent = String::from_utf8_lossy(sent);
                return Some(format!("browsers send `{}` as `{sent}`", shown(method)));
            }
            return is_cors_safelisted_method(sent)
                .then(|| format!("the method `{method}` needs no permission"));
        }
        let name = self.header_name.as_deref()?;
        // Older browsers do not let scripts read `Content-Length` without `Access-Control-Expose-Headers`.
        let is_readable = self.is_about(&topics::UNEXPOSED_HEADER)
            && !name.eq_ignore_ascii_case("content-length")
            && is_always_exposed(&name.to_ascii_lowercase());
        is_readable.then(|| {
            let name = shown(name);
            format!("script can read the header `{name}` of every response that the page can read")
        })
    }

    /// Returns a fact about the page or the URL of the request. The fact contradicts the message.
    fn fact_about_urls(&self) -> Option<String> {
        let page = self.origin.as_deref();
        if self.browser != Some(Browser::Chromium) || self.is_after_redirect() {
            return None;
        }
        let is_https = |url: &str| url.starts_with("https:");
        if self.is_about(&topics::MIXED_CONTENT) {
            if let Some(page) = page.filter(|page| !is_https(page)) {
                return Some(format!("the page `{}` is not on https", shown(page)));
            }
            let url = self.url.as_deref().filter(|url| is_https(url))?;
            return Some(format!("the URL `{}` is on https", shown(url)));
        }
        let url = Url::parse(self.url.as_deref()?).ok()?;
        let target = TupleOrigin::from_url(&url)?;
        let target = target.serialize();
        if matches!(
            self.failures.as_slice(),
            [Failure::CorsDisabledScheme | Failure::UnsupportedScheme]
        ) {
            return is_http_or_https(&url)
                .then(|| format!("the URL has the scheme `{}`", url.scheme()));
        }
        let is_of_cors =
            self.failures == [Failure::DisallowedByMode] || self.is_about_permission_of_server();
        let is_same_origin = page.is_some_and(|page| page == target);
        (is_of_cors && is_same_origin)
            .then(|| format!("the URL has the origin of the page, `{}`", shown(target)))
    }

    /// Whether the message says that the server does not permit the fetch.
    fn is_about_permission_of_server(&self) -> bool {
        let first = self.failures.first();
        first.is_some_and(|first| is_of_preflight(first.on_preflight()))
    }
}

/// Whether the name is not empty, and has only letters, digits, `-` and `_`. Such a name is valid. A name with
/// quotation marks, such as `'PUT'`, is valid but not plain, because quotation marks around a name are a known mistake.
fn is_plain_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !name.is_empty() && name.bytes().all(is_plain)
}

fn shown(text: &str) -> String {
    escaped(text)
}
