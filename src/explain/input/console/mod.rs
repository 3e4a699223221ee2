//! Parses lines of a browser's console.

use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
    vec::Vec,
};

use ::url::Url;

use super::escaped_text::{EscapedText, escaped};
use crate::{
    Failure,
    explain::{
        Caution, NearMiss, cautions,
        near_miss::origin::{Compared, near_misses_of, origin_is_null},
        scheme::host_as_scheme,
    },
    infrastructure::{
        bytes::isomorphic_encode,
        origin::{Origin, TupleOrigin},
    },
};

mod commands;
mod display;
mod forms;
mod lines;
mod template;
mod topics;

pub use forms::{Browser, ConsoleForm};
pub use lines::ConsoleLine;

use forms::{CHROMIUM_PREFLIGHT, DETAILS};
use template::{Field, filled, find, normalized, normalized_visibly, without_quotes};
use topics::Topic;

/// The maximum length of a message, in bytes.
const MAX_MESSAGE_BYTES: usize = 64 << 10;

/// A message that a browser printed in its console about a failed fetch.
///
/// The parser knows the English text of each message. Other words before and after the message do not matter, such as
/// `Uncaught (in promise)` or `[Error]`. The quotes can differ or be missing: for example, a shell removes single
/// quotes from an argument.
///
/// ```
/// use fetch_cors::{Failure, explain::input::ConsoleMessage};
///
/// let message = ConsoleMessage::parse(
///     "Access to fetch at 'https://api.example/notes' from origin 'https://app.example' has been blocked by CORS \
///      policy: Response to preflight request doesn't pass access control check: It does not have HTTP ok status.",
/// )?;
/// assert_eq!(message.failures, [Failure::PreflightInvalidStatus]);
/// assert_eq!(message.url.as_deref(), Some("https://api.example/notes"));
/// assert_eq!(message.origin.as_deref(), Some("https://app.example"));
/// assert_eq!(message.is_preflight(), Some(true));
/// assert_eq!(message.fix(), "answer OPTIONS at this URL with status 204, before authentication and routing");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ConsoleMessage {
    /// The browser, or `None` if several browsers print the message.
    pub browser: Option<Browser>,
    /// The failures that the message can mean, the likeliest first. The list can be empty: for example,
    /// `Failed to fetch` has no reason, and a Content Security Policy is not a failure of the Fetch standard.
    pub failures: Vec<Failure>,
    /// The URL, after redirects.
    pub url: Option<String>,
    /// The URL before redirects, if there was a redirect.
    pub redirected_from: Option<String>,
    /// The origin of the page.
    pub origin: Option<String>,
    /// The value of the wrong response header.
    pub value: Option<String>,
    /// The name of the request header that is not allowed.
    pub header_name: Option<String>,
    /// The method that is not allowed.
    pub method: Option<String>,
    /// The status of the response.
    pub status: Option<u16>,
    /// The kind of request, such as `fetch`, `xmlhttprequest` or `font`, in lower case.
    pub resource_kind: Option<String>,
    topic: &'static Topic,
}

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
        let line = self.line.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
        let is_about_cors = has(&["cors", "access-control-", "cross-origin"]);
        let english = [
            " the ", " is ", " not ", " from ", "(reason", "blocked", "failed", "policy", "header",
            "error", "no ",
        ];
        is_about_cors && !has(&english) && line.contains(' ')
    }

    /// Whether the line seems to be a message about CORS, although the text of the message is not known.
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

    /// Whether the line seems to be a message of Chromium that is cut off before the reason.
    fn is_cut(&self) -> bool {
        let beginnings = ["Access to ", "blocked by CORS", "CORS policy"];
        beginnings
            .iter()
            .any(|beginning| self.line.contains(beginning))
    }

    fn fix(&self) -> &'static str {
        if self.is_translated() {
            "only messages in English are known, and this line seems to be in another language. Set the language of the browser to English and load the page again, or save the requests as HAR in the network panel and explain the file"
        } else if self.is_cut() {
            "the line is cut off, or was changed: paste the whole line, because the reason comes after `has been blocked by CORS policy: `"
        } else {
            "paste the whole line of the console, in English, with words such as `CORS policy`, `Cross-Origin Request Blocked` or `Access-Control-Allow-Origin`"
        }
    }
}

impl ConsoleMessage {
    /// Parses one message. The message can have line breaks.
    ///
    /// # Errors
    ///
    /// Returns [`UnknownConsoleMessageError`] if the line is not a known message, or has more than 64 KiB.
    pub fn parse(line: &str) -> Result<Self, UnknownConsoleMessageError> {
        let unknown = || UnknownConsoleMessageError {
            line: line.trim().chars().take(1000).collect(),
        };
        if line.len() > MAX_MESSAGE_BYTES {
            return Err(unknown());
        }
        let visibly = line
            .contains(template::is_invisible)
            .then(|| normalized_visibly(line));
        let line = normalized(line);
        let exact = Self::from_forms(&line, Cow::Borrowed);
        // Parses the line with and without its invisible characters, because these characters can belong to a value, or
        // can come from the program through which the line was pasted.
        let visible = visibly.and_then(|visibly| Self::from_forms(&visibly, Cow::Borrowed));
        if let Some(visible) = visible.filter(|visible| visible.value.is_some()) {
            return Ok(visible.with_fields_of(exact));
        }
        if exact.as_ref().is_some_and(Self::has_reason) || !is_about_cors(&line) {
            return exact.ok_or_else(unknown);
        }
        let line = without_quotes(&line);
        let unquoted = Self::from_forms(&line, |template| Cow::Owned(without_quotes(template)));
        let unquoted = unquoted.filter(Self::has_reason);
        unquoted.or(exact).ok_or_else(unknown)
    }

    /// Replaces the URLs and the origin with the values of `other`. `other` is the same line without invisible characters.
    /// If `other` lacks a value, removes the invisible characters from the value of `self`.
    fn with_fields_of(self, other: Option<Self>) -> Self {
        let (url, from, origin) = match other {
            Some(other) => (other.url, other.redirected_from, other.origin),
            None => (None, None, None),
        };
        let visible = |text: Option<String>| {
            text.map(|mut text| {
                text.retain(|c| !template::is_invisible(c));
                text
            })
        };
        Self {
            url: url.or_else(|| visible(self.url)),
            redirected_from: from.or_else(|| visible(self.redirected_from)),
            origin: origin.or_else(|| visible(self.origin)),
            ..self
        }
    }

    /// Parses a line. If the caller has changed the line, for example by removing its quotes, `wording` makes the same
    /// change to each template.
    fn from_forms(line: &str, wording: fn(&'static str) -> Cow<'static, str>) -> Option<Self> {
        let mut forms = ConsoleForm::all().iter();
        forms.find_map(|form| Self::from_form(form, line, wording))
    }

    /// Parses a line as a message of one form. Returns `None` if the line does not match the form.
    fn from_form(
        form: &ConsoleForm,
        line: &str,
        wording: fn(&'static str) -> Cow<'static, str>,
    ) -> Option<Self> {
        let mut message = Self {
            browser: form.browser(),
            failures: form.failures().to_vec(),
            url: None,
            redirected_from: None,
            origin: None,
            value: None,
            header_name: None,
            method: None,
            status: None,
            resource_kind: None,
            topic: form.topic,
        };
        if !message.set_fields(&wording(form.template()), line) {
            return None;
        }
        let preflight = wording(CHROMIUM_PREFLIGHT.trim_end());
        if line.contains(&*preflight) && form.browser() == Some(Browser::Chromium) {
            let failures = message.failures.iter();
            message.failures = failures.map(|failure| failure.on_preflight()).collect();
            message.failures.dedup();
        }
        for template in DETAILS {
            message.set_fields(&wording(template), line);
        }
        if message.url.is_none() && is_about_cors(line) {
            let line = without_quotes(line);
            for template in DETAILS {
                message.set_fields(&without_quotes(template), &line);
            }
        }
        message.set_network_panel_fields(line);
        Some(message)
    }

    /// Whether the line matches the template. If the line matches, this function copies the values of the line into the
    /// empty fields of the message.
    fn set_fields(&mut self, template: &str, line: &str) -> bool {
        let Some(fields) = find(template, line) else {
            return false;
        };
        for (field, value) in fields {
            let slot = match field {
                Field::Url => &mut self.url,
                Field::RedirectedFrom => &mut self.redirected_from,
                Field::Origin => &mut self.origin,
                Field::Value => &mut self.value,
                Field::Header => &mut self.header_name,
                Field::Method => &mut self.method,
                Field::Kind => &mut self.resource_kind,
                Field::Status => {
                    self.status = self.status.or_else(|| value.parse().ok());
                    continue;
                }
                Field::Page => {
                    let origin = Url::parse(value).ok();
                    let origin = origin.and_then(|url| TupleOrigin::from_url(&url));
                    self.origin = origin.map(|origin| origin.serialize().to_string());
                    continue;
                }
                Field::Other => continue,
            };
            if slot.is_none() {
                *slot = Some(if field == Field::Kind {
                    value.to_ascii_lowercase()
                } else {
                    String::from(value)
                });
            }
        }
        true
    }

    /// Sets the method, the URL and the status from a line such as `PUT https://a.example/ net::ERR_FAILED 200 (OK)` or
    /// `XHRGET https://a.example/ [HTTP/2 404 Not Found 12ms]`.
    fn set_network_panel_fields(&mut self, line: &str) {
        let is_about_status = self.is_about(&topics::HTTP_STATUS);
        let status = self.status.filter(|_| is_about_status);
        let status = status.map(|status| format!(" {status} ("));
        let separators = [" net::ERR_", " [HTTP/"]
            .into_iter()
            .chain(status.as_deref());
        let mut parts = separators.filter_map(|separator| line.split_once(separator));
        let Some((before, behind)) = parts.next() else {
            return;
        };
        let mut words = before.rsplit(' ');
        let url = words.next().filter(|word| word.contains("://"));
        let method = words
            .next()
            .map(|word| word.rsplit('"').next().unwrap_or(word))
            .map(|word| word.strip_prefix("XHR").unwrap_or(word));
        let is_method =
            |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase());
        let method = method.filter(is_method).filter(|_| url.is_some());
        self.url = self.url.take().or_else(|| url.map(String::from));
        self.method = self.method.take().or_else(|| method.map(String::from));
        let status = behind.split(' ').nth(1).and_then(|word| word.parse().ok());
        self.status = self.status.or(status);
    }

    /// Parses the text of a console. Several lines become one message if a message was wrapped.
    ///
    /// ```
    /// use fetch_cors::explain::input::ConsoleMessage;
    ///
    /// let lines = ConsoleMessage::parse_all(
    ///     "[Error] Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 404\n\
    ///      [Error] Fetch API cannot load https://api.example/notes due to access control checks.\n",
    /// );
    /// let message = lines[0].message.as_ref().unwrap();
    /// assert_eq!((message.status, message.url.as_deref()), (Some(404), Some("https://api.example/notes")));
    /// ```
    pub fn parse_all(text: &str) -> Vec<ConsoleLine> {
        lines::parse(text)
    }

    /// Whether the message is about a preflight. `None` if the message does not show this.
    pub fn is_preflight(&self) -> Option<bool> {
        let mut failures = self
            .failures
            .iter()
            .map(|failure| is_of_preflight(*failure));
        let first = failures.next()?;
        failures.all(|other| other == first).then_some(first)
    }

    /// Whether the message names a reason that is a failure of the Fetch standard. If not, the list `failures` is
    /// empty, or has only likely failures.
    pub fn has_reason(&self) -> bool {
        !self.failures.is_empty()
            && !self.is_about(&topics::ACCESS_CONTROL_CHECKS)
            && !self.is_about(&topics::NO_REASON)
            && !self.is_about(&topics::FAILED)
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
            &topics::OTHER_ERROR,
            &topics::ENCODING,
            &topics::OPAQUE_RESPONSE_BLOCKING,
            &topics::EMBEDDER_POLICY,
            &topics::RESOURCE_POLICY,
            &topics::FRAME,
            &topics::ADMINISTRATOR,
            &topics::TRACKING_PROTECTION,
            &topics::CONTENT_BLOCKED,
            &topics::CONTENT_SECURITY_POLICY,
            &topics::EXTENSION,
            &topics::LOCAL_NETWORK,
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

    /// Returns the meaning in one sentence.
    pub fn meaning(&self) -> String {
        let has_empty_value = self.value.as_deref() == Some("");
        if has_empty_value && self.is_about(&topics::ALLOW_CREDENTIALS) {
            return String::from(topics::NO_ALLOW_CREDENTIALS);
        }
        if has_empty_value {
            let meaning = self.topic.meaning;
            return self.filled(&meaning.replace("the value `{value}`", "an empty value"));
        }
        self.filled(self.topic.meaning)
    }

    /// Returns the known mistakes in the value of `Access-Control-Allow-Origin`. The list is empty if the message lacks the
    /// value. If the message lacks the origin of the page, the list has only mistakes of spelling.
    ///
    /// ```
    /// use fetch_cors::explain::{NearMissKind, input::ConsoleMessage};
    ///
    /// let message = ConsoleMessage::parse(
    ///     "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS policy: \
    ///      The 'Access-Control-Allow-Origin' header has a value 'https://app.example/' that is not equal to the supplied \
    ///      origin.",
    /// )?;
    /// assert_eq!(message.near_misses()[0].kind, NearMissKind::TrailingSlash);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn near_misses(&self) -> Vec<NearMiss> {
        let is_about_origin = self.failures.first().is_some_and(|failure| {
            matches!(
                failure.on_preflight(),
                Failure::PreflightMultipleAllowOriginValues
                    | Failure::PreflightInvalidAllowOriginValue
                    | Failure::PreflightAllowOriginMismatch
            )
        });
        let is_redirected = self.redirected_from.is_some();
        if self.sends_null() && self.topic.fix.contains("{origin}") {
            return Vec::from([origin_is_null(self.is_redirected_to_third_origin())]);
        }
        let Some(value) = &self.value else {
            return Vec::new();
        };
        // Firefox does not print the origin of the page.
        let origin = self.origin.as_deref().unwrap_or_default();
        if !is_about_origin || is_redirected {
            return Vec::new();
        }
        let url = self.url.as_deref().and_then(|url| Url::parse(url).ok());
        let compared = Compared {
            sent: origin,
            url: url.as_ref(),
            is_credentialed: false,
        };
        // Chromium prints each byte of a header as a character.
        let bytes = isomorphic_encode(value).unwrap_or_else(|| Vec::from(value.as_bytes()));
        near_misses_of(&bytes, &compared)
    }

    /// Whether the message adds nothing to an `earlier` message about the same fetch. Such a message has no reason, or repeats
    /// the reason, or is the second message of Firefox: `CORS request did not succeed`.
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
        let without_reason = !self.has_reason() || self.is_about(&topics::REQUEST_DID_NOT_SUCCEED);
        // Safari prints the reason twice, once without the URL.
        let is_repeated = self.browser == Some(Browser::Safari)
            && self.url.is_none()
            && (&self.failures, &self.origin, &self.value, self.status)
                == (
                    &earlier.failures,
                    &earlier.origin,
                    &earlier.value,
                    earlier.status,
                );
        is_same_url
            && (without_reason || is_repeated)
            && earlier.has_reason()
            && (self.browser.is_none() || earlier.browser == self.browser)
            && !earlier.is_about(&topics::REQUEST_DID_NOT_SUCCEED)
    }

    fn is_about(&self, topic: &'static Topic) -> bool {
        core::ptr::eq(topic, self.topic)
    }

    /// Returns a sentence about the redirect or the status of the response, if one of these can explain the failure.
    pub(in crate::explain) fn note(&self) -> Option<String> {
        if let Some(from) = &self.redirected_from {
            return Some(format!(
                "the server redirected the request from `{}` to this URL: check first that the redirect is intended, and does not lead to a login page",
                escaped(from)
            ));
        }
        let is_about_missing_header = self
            .failures
            .first()
            .is_some_and(|failure| *failure == Failure::MissingAllowOriginHeader);
        let status = self.status.filter(|_| is_about_missing_header)?;
        match status {
            300..400 => Some(format!(
                "the response is a redirect (status {status}): a redirect needs the header, too, and a preflight cannot be redirected"
            )),
            400..600 => Some(format!(
                "the response is an error (status {status}): an error response often does not go through the server's CORS middleware"
            )),
            _ => None,
        }
    }

    /// Returns the usual causes, the most frequent first.
    pub fn causes(&self) -> Vec<String> {
        let is_excluded =
            |cause: &&str| self.has_ok_status() && topics::CAUSES_WITH_ERROR_STATUS.contains(cause);
        let causes = self.topic.causes.iter().copied();
        let causes = causes.filter(|cause| !is_excluded(cause));
        causes.map(|cause| self.filled(cause)).collect()
    }

    /// Returns the likeliest fix.
    pub fn fix(&self) -> String {
        if self.sends_null() && self.topic.fix.contains("{origin}") {
            return if self.is_redirected_to_third_origin() {
                self.filled(topics::FETCH_LAST_URL)
            } else {
                String::from(cautions::SAFER_THAN_NULL)
            };
        }
        if self.is_about(&topics::SCHEME)
            && let Some(fix) = self.url.as_deref().and_then(host_as_scheme)
        {
            return fix;
        }
        if self.is_about(&topics::HEADER) && self.header_name.as_deref().is_some_and(is_of_cors) {
            return self.filled("remove `{header}` from the request in the page: the header belongs on the response");
        }
        match &self.method {
            Some(method) if self.is_about(&topics::METHOD) => {
                let upper_case = method.to_ascii_uppercase();
                if *method == upper_case {
                    self.filled("answer the preflight with `Access-Control-Allow-Methods: {method}`, plus the other methods")
                } else {
                    format!(
                        "in the page, write the method in upper case (`{}`), and list the same word in `Access-Control-Allow-Methods`",
                        escaped(upper_case)
                    )
                }
            }
            _ => self.filled(self.topic.fix),
        }
    }

    /// Whether the page has the origin `null`.
    fn has_null_origin(&self) -> bool {
        self.origin.as_deref() == Some("null")
    }

    /// Whether a server of another origin than the page redirected the request to a third origin. Browsers then send
    /// `Origin: null` in place of the origin of the page.
    fn is_redirected_to_third_origin(&self) -> bool {
        let origin_of = |url: &Option<String>| {
            let url = Url::parse(url.as_deref()?).ok()?;
            let origin = TupleOrigin::from_url(&url)?;
            Some(origin.serialize().to_string())
        };
        let (first, last) = (origin_of(&self.redirected_from), origin_of(&self.url));
        first.is_some() && last.is_some() && first != last && first != self.origin
    }

    /// Whether the browser sent `Origin: null`.
    fn sends_null(&self) -> bool {
        self.has_null_origin() || self.is_redirected_to_third_origin()
    }

    /// Returns the dangers of the fix, if the fix is on the server. An [`Explanation`](crate::explain::Explanation)
    /// describes these dangers in the same words.
    ///
    /// ```
    /// use fetch_cors::explain::{CautionKind, input::ConsoleMessage};
    ///
    /// let message = ConsoleMessage::parse(
    ///     "Access to fetch at 'https://api.example/' from origin 'null' has been blocked by CORS policy: \
    ///      No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    /// )?;
    /// assert_eq!(message.cautions()[0].kind, CautionKind::NullOrigin);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cautions(&self) -> Vec<Caution> {
        let mut found = Vec::new();
        let sets_origin = self.topic.fix.contains("{origin}");
        let with_credentials = self.is_credentialed();
        if sets_origin && self.sends_null() {
            found.push(cautions::null_origin(!self.is_redirected_to_third_origin()));
        } else if with_credentials {
            found.push(cautions::reflection());
        }
        let origin = self
            .origin
            .as_deref()
            .and_then(|origin| Origin::parse(origin).ok());
        let origin = origin.filter(|origin| with_credentials && cautions::is_insecure(origin));
        found.extend(origin.map(|origin| cautions::insecure_origin(&origin)));
        if self.is_about(&topics::RESOURCE_POLICY) || self.is_about(&topics::EMBEDDER_POLICY) {
            found.push(cautions::any_site_can_embed());
        }
        found
    }

    /// Whether the fix replaces `*` with the origin, because the request has credentials.
    fn is_credentialed(&self) -> bool {
        self.is_about(&topics::WILDCARD_WITH_CREDENTIALS)
    }

    /// Returns a warning if the message is misleading.
    pub fn caution(&self) -> Option<&'static str> {
        match self.status {
            Some(_) if !self.is_about(&topics::NO_ALLOW_ORIGIN) => self.topic.caution,
            Some(_) if self.has_ok_status() => Some(topics::NO_ALLOW_ORIGIN_WITH_OK_STATUS),
            Some(_) => Some(topics::NO_ALLOW_ORIGIN_WITH_OTHER_STATUS),
            None => self.topic.caution,
        }
    }

    /// Whether the message has a status from 200 to 299.
    fn has_ok_status(&self) -> bool {
        self.status
            .is_some_and(|status| (200..300).contains(&status))
    }

    /// Returns the commands that find the exact reason. First, `curl` sends the same requests as the browser. Then the
    /// program explains the responses.
    ///
    /// A placeholder in upper case, such as `ORIGIN`, replaces each value that the message does not contain.
    ///
    /// ```
    /// use fetch_cors::explain::input::ConsoleMessage;
    ///
    /// let message = ConsoleMessage::parse(
    ///     "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at \
    ///      https://api.example/a?b. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 404.",
    /// )?;
    /// let commands = message.next_commands();
    /// assert_eq!(commands[1], "curl -si -X METHOD -H 'Origin: ORIGIN' 'https://api.example/a?b' > response.txt");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_commands(&self) -> Vec<String> {
        commands::next_commands(self)
    }

    /// Replaces each name in braces, such as `{url}`, with the value from the message.
    fn filled(&self, text: &str) -> String {
        filled(text, |name| {
            let status = self.status.map(|status| format!("{status}"));
            let value = match name {
                "url" => &self.url,
                "origin" => &self.origin,
                "value" => &self.value,
                "header" => &self.header_name,
                "method" => &self.method,
                "status" => &status,
                _ => return None,
            };
            value.as_ref().map(escaped)
        })
        .into_owned()
    }
}

/// Whether a line has words that only messages about CORS have.
fn is_about_cors(line: &str) -> bool {
    let words = ["CORS policy", "Cross-Origin Request ", "Access-Control-"];
    words.iter().any(|word| line.contains(word))
}

/// Whether the name is the name of a CORS response header. Pages sometimes set such a header on a request by mistake.
fn is_of_cors(name: &str) -> bool {
    name.to_ascii_lowercase()
        .starts_with("access-control-allow-")
}

/// Whether the failure is possible on preflights only.
const fn is_of_preflight(failure: Failure) -> bool {
    matches!(
        failure,
        Failure::PreflightMissingAllowOriginHeader
            | Failure::PreflightWildcardOriginNotAllowed
            | Failure::PreflightMultipleAllowOriginValues
            | Failure::PreflightInvalidAllowOriginValue
            | Failure::PreflightAllowOriginMismatch
            | Failure::PreflightInvalidAllowCredentials
            | Failure::PreflightDisallowedRedirect
            | Failure::PreflightInvalidStatus
            | Failure::InvalidAllowMethodsPreflightResponse
            | Failure::InvalidAllowHeadersPreflightResponse
            | Failure::MethodDisallowedByPreflightResponse
            | Failure::HeaderDisallowedByPreflightResponse
    )
}
