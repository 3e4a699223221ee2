//! The meaning of a console message: the failure, the usual causes, the fix, and the dangers of the fix.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use ::url::Url;

use super::{
    Browser, ConsoleMessage, commands,
    contradiction::PASTE_AGAIN,
    template::filled,
    topics::{self, Next},
};
use crate::{
    Failure,
    explain::{
        Caution, NearMiss, cautions,
        input::escaped_text::escaped,
        near_miss::{
            invisible, login, near_misses_of_value,
            origin::{Compared, origin_is_null},
        },
        repair::meant_names,
        scheme::host_as_scheme,
    },
    infrastructure::{
        bytes::isomorphic_encode,
        header_values::Abnf,
        origin::{Origin, TupleOrigin},
        public_suffixes::NoPublicSuffixes,
    },
};

impl ConsoleMessage {
    /// Returns the meaning in one sentence.
    pub fn meaning(&self) -> String {
        if let Some(contradiction) = self.contradiction() {
            return contradiction;
        }
        let meaning = self.meaning_for_element(self.meaning_of_topic());
        if self.is_about_allow_origin_of_preflight() && !meaning.contains("preflight") {
            return format!("in the response to the preflight (OPTIONS): {meaning}");
        }
        meaning
    }

    fn meaning_of_topic(&self) -> String {
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

    /// Returns the known mistakes in the value of the response header that the message is about. The list is empty if
    /// the message lacks the value. If the message lacks the origin of the page, the list has only mistakes of
    /// spelling.
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
        if self.contradiction().is_some() {
            return Vec::new();
        }
        if let Some(login) = self.login_page() {
            return Vec::from([login]);
        }
        if self.sends_null() && self.allows_origin() {
            return Vec::from([origin_is_null(self.is_redirected_to_third_origin())]);
        }
        // A method and a header name have only ASCII letters, so another letter was not in the message of the browser.
        let mut names = [&self.method, &self.header_name].into_iter().flatten();
        if let Some(name) = names.find(|name| !name.is_ascii()) {
            return invisible::near_misses(name.as_bytes());
        }
        let (Some(failure), Some(value)) = (self.failures.first(), &self.value) else {
            return Vec::new();
        };
        // After a redirect, the browser possibly sent another origin.
        if self.is_redirected && self.sets_origin() {
            return Vec::new();
        }
        let url = self.url.as_deref().and_then(|url| Url::parse(url).ok());
        let compared = Compared {
            // The messages of Firefox do not have the origin of the page. For these messages, only the spelling of the
            // value is checked.
            sent: self.origin.as_deref().unwrap_or_default(),
            url: url.as_ref(),
            is_credentialed: false,
            original: None,
        };
        near_misses_of_value(*failure, &bytes_of(value), &compared)
    }

    /// Returns a sentence about the redirect or the status of the response, if the redirect or the status can explain
    /// the failure.
    pub(in crate::explain) fn note(&self) -> Option<String> {
        if self.contradiction().is_some() {
            return None;
        }
        if let Some(from) = &self.redirected_from {
            if self.login_page().is_some() || self.is_redirected_to_other_form() {
                return Some(format!(
                    "the server redirected the request from `{}`",
                    escaped(from)
                ));
            }
            return Some(format!(
                "the server redirected the request from `{}` to this URL: check first that the redirect is intended, and does not lead to a login page",
                escaped(from)
            ));
        }
        if self.is_redirected {
            return Some(String::from(if self.login_page().is_some() {
                topics::UNKNOWN_REDIRECT_TO_LOGIN
            } else {
                topics::UNKNOWN_REDIRECT
            }));
        }
        if self.is_page_of_file() {
            return Some(String::from(cautions::FILE_ORIGIN));
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

    /// Returns the likeliest fix.
    pub fn fix(&self) -> String {
        if self.contradiction().is_some() {
            return String::from(PASTE_AGAIN);
        }
        let fix = self.fix_of_message();
        if self.blocks_no_fetch() {
            format!("{}. {fix}", topics::NOT_THE_REASON)
        } else {
            fix
        }
    }

    fn fix_of_message(&self) -> String {
        if self.login_page().is_some() {
            return String::from(topics::LOGIN_PAGE);
        }
        if let Some(fix) = self.fix_of_page_policy() {
            return fix;
        }
        if self.sends_null() && self.allows_origin() {
            return if self.is_redirected_to_third_origin() {
                self.filled(topics::FETCH_LAST_URL)
            } else {
                String::from(cautions::SAFER_THAN_NULL)
            };
        }
        if self.is_about(&topics::SCHEME)
            && let Some(url) = self.url.as_deref()
            && let Some(fix) = host_as_scheme(url, self.origin.as_deref().unwrap_or_default())
        {
            return fix;
        }
        if let Some(fix) = self.fix_of_scheme() {
            return String::from(fix);
        }
        if let Some(fix) = self.fix_of_list() {
            return fix;
        }
        let mut fix = self.filled(self.topic.fix);
        if self.is_preflight() == Some(false) {
            fix = fix.replace(topics::ON_EACH_RESPONSE, " on the response");
        }
        if self.is_of_element() {
            fix = self.fix_for_element(&fix);
        }
        if self.is_redirected_to_other_form() {
            fix = self.filled(topics::FETCH_REDIRECT_TARGET) + &fix;
        }
        if self.origin.is_none() && self.sets_origin() {
            let example = self.origin_in_value();
            let example = example.as_deref().unwrap_or("https://app.example");
            fix += &format!(
                ". Write the origin of your page in place of `ORIGIN`, for example `{example}`"
            );
        }
        if self.is_about_allow_origin_of_preflight() {
            fix += if self.topic.fix.matches("`Access-Control-").count() > 1 {
                ". Send these headers on the response to the preflight and on the response to the request"
            } else {
                ". Send this header on the response to the preflight and on the response to the request"
            };
        }
        if self.topic.fix.contains(topics::ANSWER_OPTIONS) {
            fix += topics::LISTS_OF_PREFLIGHT;
        }
        fix
    }

    /// Returns the fix with the names in a list that the browser cannot parse. `None` if the message is about another
    /// failure, or if the value does not show the names.
    fn fix_of_list(&self) -> Option<String> {
        let (abnf, header, kind) = if self.is_about(&topics::MALFORMED_METHODS) {
            let abnf = Abnf::AccessControlAllowMethods;
            (abnf, "Access-Control-Allow-Methods", "methods")
        } else if self.is_about(&topics::MALFORMED_HEADERS) {
            let abnf = Abnf::AccessControlAllowHeaders;
            (abnf, "Access-Control-Allow-Headers", "names")
        } else {
            return None;
        };
        // A URL or an object in place of a list does not show which names are meant.
        let value = self
            .value
            .as_deref()
            .filter(|value| !value.contains([':', '/']))?;
        let names = meant_names(abnf, &bytes_of(value));
        // Firefox prints only the first part of the list that is not a name.
        let others = if self.browser == Some(Browser::Firefox) {
            format!(", plus the other {kind} that your server already lists")
        } else {
            String::new()
        };
        let names = escaped(names.join(", "));
        (!names.is_empty())
            .then(|| format!("send {kind} with commas between them: `{header}: {names}`{others}"))
    }

    /// Returns the fix for a URL with another scheme than `http` and `https`. `None` if the message is about another
    /// failure, or if the page can be a local file.
    fn fix_of_scheme(&self) -> Option<&'static str> {
        if !self.is_about(&topics::SCHEME) {
            return None;
        }
        if self.is_redirected {
            return Some(topics::SCHEME_OF_REDIRECT);
        }
        let origin = self.origin.as_deref()?;
        let is_of_web = origin.starts_with("http://") || origin.starts_with("https://");
        is_of_web.then_some(topics::WHOLE_URL)
    }

    /// Returns the origin in a value that is a longer URL, such as `https://app.example/`. Such a value often has the
    /// origin of the page. `None` if the value has the origin of the server: a fetch of the server's own pages needs no
    /// permission.
    fn origin_in_value(&self) -> Option<String> {
        let value = self.value.as_deref()?;
        let origin = TupleOrigin::from_url(&Url::parse(value).ok()?)?;
        let url = self.url.as_deref().and_then(|url| Url::parse(url).ok());
        let is_own = url.and_then(|url| TupleOrigin::from_url(&url)) == Some(origin.clone());
        let origin = origin.serialize().to_string();
        (origin != value && !is_own).then_some(origin)
    }

    /// Whether the text of the fix contains the origin of the page.
    fn sets_origin(&self) -> bool {
        self.topic.fix.contains("{origin}")
    }

    /// Whether the fix allows the origin of the page, or allows credentials for this origin.
    fn allows_origin(&self) -> bool {
        self.sets_origin() || self.is_about(&topics::ALLOW_CREDENTIALS)
    }

    /// Whether the message is about a value of `Access-Control-Allow-Origin`, and about the preflight response only.
    fn is_about_allow_origin_of_preflight(&self) -> bool {
        self.is_preflight() == Some(true) && self.sets_origin()
    }

    /// Returns the mistake of a server that redirected the request to a login page.
    pub(super) fn login_page(&self) -> Option<NearMiss> {
        if let Some((from, to)) = self.redirect() {
            let (from, to) = (Url::parse(from).ok()?, Url::parse(to).ok()?);
            return login::near_miss_of_urls(Some(&from), &to);
        }
        let url = Url::parse(self.url.as_deref()?).ok()?;
        if self.is_redirected {
            return login::near_miss_of_urls(None, &url);
        }
        let is_denied = self.has_reason() && self.topic.next == Next::Requests;
        login::near_miss_of_navigation(&url).filter(|_| is_denied)
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
        if self.login_page().is_some() || self.contradiction().is_some() {
            return found;
        }
        let with_credentials = self.is_credentialed();
        if self.allows_origin() && self.sends_null() {
            let last = self.url.as_deref();
            let last = last.filter(|_| self.is_redirected_to_third_origin());
            found.push(cautions::null_origin(last));
        } else if with_credentials {
            found.push(cautions::reflection());
        }
        let origin = self
            .origin
            .as_deref()
            .and_then(|origin| Origin::parse(origin).ok());
        let url = self.url.as_deref().and_then(|url| Url::parse(url).ok());
        let look_alike = match (&origin, url) {
            (Some(origin), Some(url)) if self.allows_origin() => {
                let value = self.value.as_deref().filter(|_| self.sets_origin());
                let value = value.map(bytes_of).unwrap_or_default();
                cautions::look_alike(origin, &value, &url, &NoPublicSuffixes)
            }
            _ => None,
        };
        let is_look_alike = look_alike.is_some();
        found.extend(look_alike);
        if let Some(origin) = origin.filter(|_| with_credentials) {
            if cautions::is_insecure(&origin) {
                found.push(cautions::insecure_origin(&origin));
            }
            if !is_look_alike {
                found.extend(cautions::development_origin(&origin));
            }
        }
        if self.is_about(&topics::RESOURCE_POLICY) || self.is_about(&topics::EMBEDDER_POLICY) {
            found.push(cautions::any_site_can_embed());
        }
        let page = self.origin.as_deref();
        let page = page.filter(|_| self.has_reason() && self.topic.next == Next::Requests);
        found.extend(page.and_then(cautions::extension_origin));
        found
    }

    /// Whether the message shows that the request has credentials.
    fn is_credentialed(&self) -> bool {
        self.is_about(&topics::WILDCARD_WITH_CREDENTIALS)
            || self.is_about(&topics::ALLOW_CREDENTIALS)
    }

    /// Returns a warning if the message is misleading.
    pub fn caution(&self) -> Option<&'static str> {
        if self.login_page().is_some() || self.contradiction().is_some() {
            return None;
        }
        let caution = match self.status {
            Some(_) if self.is_about(&topics::PREFLIGHT_STATUS_OF_SAFARI) => {
                Some(topics::PREFLIGHT_STATUS_OF_SAFARI_IS_FIRST)
            }
            Some(_) if !self.is_about_missing_header() => self.topic.caution,
            Some(_) if self.has_ok_status() => Some(topics::NO_ALLOW_ORIGIN_WITH_OK_STATUS),
            Some(_) => Some(topics::NO_ALLOW_ORIGIN_WITH_OTHER_STATUS),
            // The server can change its redirect.
            None if self.fix_of_scheme() == Some(topics::SCHEME_OF_REDIRECT) => None,
            None => self.topic.caution,
        };
        caution.map(|caution| self.caution_for_element(caution))
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
    /// assert_eq!(commands[1], "curl -sSviX METHOD -H 'Origin: ORIGIN' -H 'NAME: VALUE' 'https://api.example/a?b' > response.txt 2>&1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_commands(&self) -> Vec<String> {
        commands::next_commands(self)
    }

    /// Replaces each name in braces, such as `{url}`, with the value from the message.
    pub(super) fn filled(&self, text: &str) -> String {
        filled(text, |name| {
            let status = self.status.map(|status| format!("{status}"));
            let [method, header] = [&self.method, &self.header_name].map(|name| {
                let name = name.as_deref();
                name.map(ascii_name)
            });
            let upper_case_method = method.as_ref().map(|method| method.to_ascii_uppercase());
            let (redirect_source, redirect_target) = self.redirect().unzip();
            let redirect_source = redirect_source.cloned();
            let redirect_target = redirect_target.cloned();
            let value = match name {
                "origin" if self.sends_null() => return Some(String::from("null")),
                "url" => &self.url,
                "from" => &redirect_source,
                "to" => &redirect_target,
                "origin" => &self.origin,
                "value" => &self.value,
                "header" => &header,
                "method" => &method,
                "status" => &status,
                "upper_case_method" => &upper_case_method,
                _ => {
                    let usual = name.strip_prefix("status:")?;
                    return Some(status.unwrap_or_else(|| String::from(usual)));
                }
            };
            value.as_ref().map(escaped)
        })
        .into_owned()
    }
}

/// Returns the name with ASCII letters in place of the letters that look like them.
fn ascii_name(name: &str) -> String {
    let ascii = invisible::invisible(name.as_bytes()).filter(|_| !name.is_ascii());
    ascii.map_or_else(|| String::from(name), |(_, ascii)| ascii)
}

/// Returns the bytes of a header value that a browser printed. Chromium prints each byte as one character. Other
/// browsers print the text that the bytes encode.
pub(super) fn bytes_of(value: &str) -> Vec<u8> {
    let bytes = isomorphic_encode(value);
    let bytes = bytes.filter(|bytes| core::str::from_utf8(bytes).is_ok());
    bytes.unwrap_or_else(|| Vec::from(value.as_bytes()))
}
