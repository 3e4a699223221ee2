//! The subject of a console message: the request that the message is about, and the facts that the message shows. Also
//! compares the message with other messages.

use alloc::string::{String, ToString};

use ::url::Url;
use http::StatusCode;

use super::{
    Browser, ConsoleMessage, causes, is_of_preflight,
    topics::{self, Effect, Topic},
};
use crate::{
    explain::near_miss::{preflight_status::is_other_form, response_headers},
    infrastructure::{
        forbidden::{is_forbidden_request_header, is_forbidden_response_header_name},
        origin::TupleOrigin,
        response::is_redirect_status,
        url::is_http_or_https,
    },
};

impl ConsoleMessage {
    /// Whether the message is about a preflight. `None` if the message does not show whether its request is a
    /// preflight.
    pub fn is_preflight(&self) -> Option<bool> {
        let mut failures = self
            .failures
            .iter()
            .map(|failure| is_of_preflight(*failure));
        let first = failures.next()?;
        failures.all(|other| other == first).then_some(first)
    }

    /// Whether the message names the reason of the failure, and the list `failures` contains this reason. Returns false
    /// if `failures` is empty, or has only likely failures.
    pub fn has_reason(&self) -> bool {
        !self.failures.is_empty()
            && !self.is_about(&topics::ACCESS_CONTROL_CHECKS)
            && !self.is_about(&topics::NO_REASON)
            && !self.is_about(&topics::FAILED)
            && !self.is_about(&topics::PREFLIGHT_STATUS_LINE)
            && !self.is_about(&topics::PREFLIGHT_SUCCESS_LINE)
    }

    /// Whether the message names the reason of the browser, even if no [`Failure`](crate::Failure) stands for this reason.
    ///
    /// ```
    /// use fetch_cors::explain::input::ConsoleMessage;
    ///
    /// let message = ConsoleMessage::parse("net::ERR_BLOCKED_BY_ORB")?;
    /// assert_eq!((message.has_reason(), message.is_complete()), (false, true));
    /// assert!(!ConsoleMessage::parse("TypeError: Failed to fetch")?.is_complete());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_complete(&self) -> bool {
        let is_without_failure =
            self.failures.is_empty() && !self.is_about(&topics::NO_REASON) && !self.is_stopped();
        self.has_reason() || is_without_failure
    }

    /// Whether the message has a reason outside of CORS, such as an invalid certificate.
    #[cfg(feature = "cases")]
    pub(in crate::explain::input) fn is_outside_of_cors(&self) -> bool {
        let topics = [
            &topics::REFUSED,
            &topics::NAME_NOT_RESOLVED,
            &topics::CERTIFICATE,
            &topics::TLS,
            &topics::CLOSED,
            &topics::TIMEOUT,
            &topics::OFFLINE,
            &topics::PROXY_CONNECTION,
            &topics::STOPPED,
            &topics::DROPPED,
            &topics::OTHER_ERROR,
            &topics::ENCODING,
            &topics::CORRUPTED_CONTENT,
            &topics::OPAQUE_RESPONSE_BLOCKING,
            &topics::EMBEDDER_POLICY,
            &topics::RESOURCE_POLICY,
            &topics::FRAME,
            &topics::ADMINISTRATOR,
            &topics::TRACKING_PROTECTION,
            &topics::CONTENT_BLOCKED,
            &topics::CONTENT_SECURITY_POLICY,
            &topics::MIXED_CONTENT,
            &topics::EXTENSION,
            &topics::LOCAL_NETWORK,
            &topics::TARGET_ADDRESS_SPACE,
            &topics::LOCAL_NETWORK_OF_INSECURE_PAGE,
            &topics::PRIVATE_NETWORK_PREFLIGHT,
        ];
        topics.into_iter().any(|topic| self.is_about(topic))
    }

    /// Whether the page or the user stopped the request.
    ///
    /// ```
    /// use fetch_cors::explain::input::ConsoleMessage;
    ///
    /// assert!(ConsoleMessage::parse("net::ERR_ABORTED")?.is_stopped());
    /// assert!(!ConsoleMessage::parse("net::ERR_FAILED")?.is_stopped());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_stopped(&self) -> bool {
        self.is_about(&topics::STOPPED)
    }

    /// Whether the message adds nothing to the message `earlier` about the same fetch. True for a message without a
    /// reason, for a message that repeats the reason of `earlier`, for the second message of Chromium about a Content
    /// Security Policy, and for the second message of Firefox: `CORS request did not succeed`.
    ///
    /// ```
    /// use fetch_cors::explain::input::ConsoleMessage;
    ///
    /// let reason = ConsoleMessage::parse(
    ///     "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS policy: \
    ///      No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    /// )?;
    /// let second = ConsoleMessage::parse("Failed to load resource: net::ERR_FAILED")?;
    /// assert!(second.adds_nothing_to(&reason) && !reason.adds_nothing_to(&second));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn adds_nothing_to(&self, earlier: &Self) -> bool {
        let is_same_url = match &self.url {
            None => true,
            url => *url == earlier.url || *url == earlier.redirected_from,
        };
        let without_reason = (!self.has_reason() && !self.has_other_reason())
            || self.is_about(&topics::REQUEST_DID_NOT_SUCCEED)
            || self.repeats_page_policy();
        // Safari prints the reason twice. The second time, the line with the URL of the request is missing. If the
        // scheme of the URL is the reason, each line shows the reason.
        let lacks_url = self.url.is_none()
            || self.is_about(&topics::SCHEME)
            || (self.redirected_from.is_none() && earlier.redirected_from.is_some());
        let is_repeated = self.browser == Some(Browser::Safari)
            && lacks_url
            && (self.status.is_none() || self.status == earlier.status)
            && (&self.failures, &self.origin, &self.value)
                == (&earlier.failures, &earlier.origin, &earlier.value);
        is_same_url
            && (without_reason || is_repeated)
            && (earlier.has_reason() || earlier.is_reason_of_page_policy(self))
            && (self.browser.is_none()
                || earlier.browser.is_none()
                || earlier.browser == self.browser)
            && !earlier.is_about(&topics::REQUEST_DID_NOT_SUCCEED)
    }

    /// Whether the message names a reason, although its list `failures` is empty. This is so for a message about a Content
    /// Security Policy of the page, about a cookie, and for a whole message that names the page, such as a message about
    /// the local network.
    fn has_other_reason(&self) -> bool {
        let is_whole = self.failures.is_empty()
            && self.origin.is_some()
            && !self.is_about(&topics::NO_REASON)
            && !self.is_about(&topics::FAILED);
        self.is_about(&topics::CONTENT_SECURITY_POLICY) || self.blocks_no_fetch() || is_whole
    }

    /// Whether the message is the second message about a request that a Content Security Policy forbids. The first
    /// message names the directive.
    fn repeats_page_policy(&self) -> bool {
        self.is_about(&topics::CONTENT_SECURITY_POLICY) && self.directive.is_none()
    }

    /// Whether this message names the reason of the message `later`. The reason is a directive of a Content Security
    /// Policy. If `later` has no URL, `later` is about a fetch. The result is then true only for `connect-src`, the
    /// directive for fetches.
    fn is_reason_of_page_policy(&self, later: &Self) -> bool {
        let directive = self.missing_directive.as_ref().or(self.directive.as_ref());
        let is_of_fetch = directive.is_some_and(|directive| directive == "connect-src");
        self.is_about(&topics::CONTENT_SECURITY_POLICY)
            && self.directive.is_some()
            && (later.url.is_some() || is_of_fetch)
    }

    /// Whether the message is the line with the URL that Safari prints next to the line with the reason.
    pub(super) fn is_second_of_safari(&self) -> bool {
        self.is_about(&topics::ACCESS_CONTROL_CHECKS) && self.url.is_some()
    }

    /// Whether the message is about a Content Security Policy that did not block a fetch, or about a cookie.
    pub(super) fn blocks_no_fetch(&self) -> bool {
        self.topic.effect == Effect::BlocksNoFetch
    }

    pub(super) fn is_about(&self, topic: &'static Topic) -> bool {
        core::ptr::eq(topic, self.topic)
    }

    /// Whether an element such as `<img>` makes the request, and not a script with a call such as `fetch()`.
    pub(super) fn is_of_element(&self) -> bool {
        let kind = self.resource_kind.as_deref();
        kind.is_some_and(|kind| !matches!(kind, "fetch" | "xmlhttprequest" | "eventsource"))
    }

    /// Returns a more exact topic than the current topic, if the values of the message show such a topic. For example,
    /// a method with a lower-case letter shows the topic `LOWER_CASE_METHOD` in place of `METHOD`.
    pub(super) fn topic_of_values(&self) -> Option<&'static Topic> {
        if self.is_about(&topics::PREFLIGHT_STATUS_LINE) && self.has_ok_status() {
            return Some(&topics::PREFLIGHT_SUCCESS_LINE);
        }
        // A request that was stopped before the response has no status.
        if self.is_stopped() {
            return match self.status {
                // A page loads files with GET.
                Some(400..) if self.method.as_deref().is_none_or(|method| method == "GET") => {
                    Some(&topics::ERROR_STATUS_OF_FILE)
                }
                Some(400..) => Some(&topics::HTTP_STATUS),
                Some(200..400) => Some(&topics::DROPPED),
                _ => None,
            };
        }
        if self.is_about(&topics::ACCESS_CONTROL_CHECKS)
            && self.url.as_deref().is_some_and(has_other_scheme)
        {
            return Some(&topics::SCHEME);
        }
        if self.has_redirect_status() {
            if self.is_about(&topics::PREFLIGHT_STATUS_OF_SAFARI)
                || self.is_about(&topics::PREFLIGHT_STATUS_OF_CHROMIUM)
            {
                return Some(&topics::PREFLIGHT_REDIRECT);
            }
            if self.is_about_missing_header() {
                return Some(&topics::REDIRECT_WITHOUT_ALLOW_ORIGIN);
            }
            if self.is_about(&topics::ORIGIN_NOT_ALLOWED) {
                return Some(&topics::ORIGIN_NOT_ALLOWED_BY_REDIRECT);
            }
        }
        if self.is_preflight().is_none() {
            let is_frequent = self.status.is_some_and(causes::is_frequent_on_preflights);
            if self.is_about(&topics::NO_ALLOW_ORIGIN) {
                return Some(if is_frequent {
                    &topics::NO_ALLOW_ORIGIN_OR_PREFLIGHT
                } else {
                    &topics::NO_ALLOW_ORIGIN_ON_A_RESPONSE
                });
            }
            if is_frequent && self.is_about(&topics::ORIGIN_NOT_ALLOWED) {
                return Some(&topics::ORIGIN_NOT_ALLOWED_OR_PREFLIGHT);
            }
        }
        // A request without credentials accepts `*`.
        if self.is_about(&topics::OTHER_OR_INVALID_ALLOW_ORIGIN)
            && self.value.as_deref() == Some("*")
        {
            return Some(&topics::WILDCARD_WITH_CREDENTIALS);
        }
        if self.is_about(&topics::OTHER_ALLOW_ORIGIN) && self.has_origin_of_page_after_redirect() {
            return Some(&topics::ORIGIN_OF_PAGE_AFTER_REDIRECT);
        }
        let is_response_header =
            |name: &String| response_headers::is_response_header(&name.to_ascii_lowercase());
        let has_lower_case = |method: &String| method.bytes().any(|byte| byte.is_ascii_lowercase());
        if self.is_about(&topics::HEADER)
            && self.header_name.as_ref().is_some_and(is_response_header)
        {
            return Some(&topics::RESPONSE_HEADER);
        }
        let is_forbidden = |name: &String| is_forbidden_request_header(name.as_bytes(), b"");
        if self.is_about(&topics::HEADER) && self.header_name.as_ref().is_some_and(is_forbidden) {
            return Some(&topics::HEADER_OF_BROWSER);
        }
        if self.is_about(&topics::METHOD) && self.method.as_ref().is_some_and(has_lower_case) {
            return Some(&topics::LOWER_CASE_METHOD);
        }
        let is_of_cookies = |name: &String| is_forbidden_response_header_name(name.as_bytes());
        if self.is_about(&topics::UNEXPOSED_HEADER)
            && self.header_name.as_ref().is_some_and(is_of_cookies)
        {
            return Some(&topics::UNREADABLE_HEADER);
        }
        None
    }

    /// Whether the request was redirected, and the value of `Access-Control-Allow-Origin` in the message is the origin of
    /// the page.
    fn has_origin_of_page_after_redirect(&self) -> bool {
        let is_origin_of_page = self.value.is_some() && self.value == self.origin;
        self.is_redirected && is_origin_of_page && !self.has_null_origin()
    }

    /// Whether the page has the origin `null`. A page from a file has this origin, too.
    pub(super) fn has_null_origin(&self) -> bool {
        self.origin.as_deref() == Some("null") || self.is_page_of_file()
    }

    /// Whether the message names the file of the page in place of an origin.
    pub(super) fn is_page_of_file(&self) -> bool {
        let origin = self.origin.as_deref();
        origin.is_some_and(|origin| origin.starts_with("file:"))
    }

    /// Whether a server that is cross-origin to the page redirected the request to another origin. Browsers then send
    /// `Origin: null` in place of the origin of the page.
    pub(super) fn is_redirected_to_third_origin(&self) -> bool {
        // The browser refused a header with the origin of the page. Only a redirect to a third origin explains this
        // refusal.
        if self.is_about(&topics::ORIGIN_OF_PAGE_AFTER_REDIRECT) {
            return true;
        }
        // Safari prints the origin that it sends, so the origin `null` shows a redirect to a third origin. If a message
        // lacks the URL before the redirect, only the origin can show such a redirect.
        let prints_sent_origin = self.browser == Some(Browser::Safari) && self.origin.is_some();
        if self.is_redirected && (self.redirected_from.is_none() || prints_sent_origin) {
            return self.origin.as_deref() == Some("null");
        }
        let origin_of = |url: &Option<String>| {
            let url = Url::parse(url.as_deref()?).ok()?;
            let origin = TupleOrigin::from_url(&url)?;
            Some(origin.serialize().to_string())
        };
        let (first, last) = (origin_of(&self.redirected_from), origin_of(&self.url));
        first.is_some() && last.is_some() && first != last && first != self.origin
    }

    /// Returns the URL before a redirect and the URL after the redirect. `None` if the message does not name both URLs.
    pub(super) fn redirect(&self) -> Option<(&String, &String)> {
        let url = self.url.as_ref()?;
        match (&self.redirected_from, &self.redirect_target) {
            (Some(from), _) => Some((from, url)),
            (None, Some(to)) => Some((url, to)),
            (None, None) => None,
        }
    }

    /// Whether the server redirected the request to another form of the URL. For example, the new URL has a slash at
    /// the end. The page can fetch the new URL.
    pub(super) fn is_redirected_to_other_form(&self) -> bool {
        let Some((from, to)) = self.redirect() else {
            return false;
        };
        match (Url::parse(from), Url::parse(to)) {
            (Ok(from), Ok(to)) => is_other_form(&from, &to),
            _ => false,
        }
    }

    /// Whether the browser sent `Origin: null`.
    pub(super) fn sends_null(&self) -> bool {
        self.has_null_origin() || self.is_redirected_to_third_origin()
    }

    /// Whether browsers follow a response with the status of the message as a redirect.
    pub(super) fn has_redirect_status(&self) -> bool {
        let status = self
            .status
            .and_then(|status| StatusCode::from_u16(status).ok());
        status.is_some_and(is_redirect_status)
    }

    /// Whether `next` shows that this message of Firefox is about a preflight. After a failed preflight, Firefox prints
    /// a second line with the same URL. After a redirect that Firefox does not follow, there is also such a line.
    pub(super) fn is_of_preflight_before(&self, next: &Self) -> bool {
        next.is_about(&topics::REQUEST_DID_NOT_SUCCEED)
            && self.is_about_missing_header()
            && self.browser == next.browser
            && self.url.is_some()
            && self.url == next.url
            && self.status.is_some()
            && !self.has_redirect_status()
    }

    /// Replaces each failure with the same failure on a preflight.
    pub(super) fn set_failures_of_preflight(&mut self) {
        let failures = self.failures.iter();
        self.failures = failures.map(|failure| failure.on_preflight()).collect();
        self.failures.dedup();
    }

    /// Makes the message a message about the response to a preflight.
    pub(super) fn set_preflight(&mut self) {
        self.set_failures_of_preflight();
        if self.is_about_missing_header() {
            self.topic = &topics::PREFLIGHT_NO_ALLOW_ORIGIN;
        }
    }

    /// Whether the message is about a response without `Access-Control-Allow-Origin`.
    pub(super) fn is_about_missing_header(&self) -> bool {
        self.is_about(&topics::NO_ALLOW_ORIGIN)
            || self.is_about(&topics::NO_ALLOW_ORIGIN_OR_PREFLIGHT)
            || self.is_about(&topics::NO_ALLOW_ORIGIN_ON_A_RESPONSE)
            || self.is_about(&topics::REDIRECT_WITHOUT_ALLOW_ORIGIN)
            || self.is_about(&topics::PREFLIGHT_NO_ALLOW_ORIGIN)
    }

    /// Whether the message has a status from 200 to 299.
    pub(super) fn has_ok_status(&self) -> bool {
        self.status
            .is_some_and(|status| (200..300).contains(&status))
    }
}

/// Whether the URL has a scheme other than `http` and `https`.
pub(super) fn has_other_scheme(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| !is_http_or_https(&url))
}
