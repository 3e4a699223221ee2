//! Reads the text of one message.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use ::url::Url;

use super::{
    Browser, ConsoleForm, ConsoleLine, ConsoleMessage, MAX_MESSAGE_BYTES,
    UnknownConsoleMessageError,
    decoded::{decoded, without_codes_of_bytes},
    is_about_cors, joined, lines, origin_of_page,
    request_lines::RequestLine,
    serialized,
    template::{
        Field, LetterCase, find, normalized, normalized_visibly, without_markup, without_quotes,
    },
    templates::{TemplateLists, Templates},
    topics,
    wrapped::without_marks,
};
use crate::{
    Failure, explain::near_miss::invisible::is_invisible, infrastructure::origin::TupleOrigin,
};

impl ConsoleMessage {
    /// Parses one message. The message can have line breaks.
    ///
    /// # Errors
    ///
    /// Returns [`UnknownConsoleMessageError`] if the message is not known, or has more than 64 KiB.
    pub fn parse(line: &str) -> Result<Self, UnknownConsoleMessageError> {
        let templates = Templates::default();
        let line = decoded(line);
        let line = without_marks(&line);
        let lines: Vec<&str> = line.trim().lines().collect();
        let parse = |line: &str| Self::parse_with(line, &templates);
        let wrapped = |separator| parse(&joined::joined(&lines, separator)).ok();
        let found = if lines.len() > 1 && line.len() <= MAX_MESSAGE_BYTES {
            joined::best(wrapped, |message| message)
        } else {
            None
        };
        found.map_or_else(|| parse(&line), Ok).or_else(|error| {
            let cut = error
                .is_about_cors()
                .then(|| Self::from_cut(&line, &templates));
            cut.flatten()
                .or_else(|| Self::from_reason(&line, &templates))
                .ok_or(error)
        })
    }

    /// Parses the reason of a message of Firefox without the words around it, such as `CORS header … missing`.
    fn from_reason(line: &str, templates: &Templates) -> Option<Self> {
        let (before, reason) = line.split_once("CORS ")?;
        if !matches!(before.trim(), "" | "Reason:" | "Error:" | "Error: Reason:") {
            return None;
        }
        let reason = reason.trim_end().trim_end_matches(['.', ')']);
        let message = Self::parse_with(&format!("(Reason: CORS {reason})"), templates).ok()?;
        let is_of_firefox = message.browser == Some(Browser::Firefox);
        (is_of_firefox && message.has_reason()).then_some(message)
    }

    /// Parses one message. A caller with several messages passes the same templates each time.
    pub(super) fn parse_with(
        line: &str,
        templates: &Templates,
    ) -> Result<Self, UnknownConsoleMessageError> {
        let unknown = || UnknownConsoleMessageError {
            line: line.trim().chars().take(1000).collect(),
        };
        if line.len() > MAX_MESSAGE_BYTES {
            return Err(unknown());
        }
        let visibly = line
            .contains(is_invisible)
            .then(|| normalized_visibly(line));
        let line = normalized(line);
        let from_exact =
            |line: &str| Self::from_forms(line, templates.exact(), templates, LetterCase::Exact);
        let exact = from_exact(&line);
        // An invisible character can belong to a value, or can come from the program from which the line was copied. So
        // the line is parsed twice: with the invisible characters, and without them.
        let visible = visibly.and_then(|visibly| from_exact(&visibly));
        if let Some(visible) = visible.filter(|visible| visible.value.is_some()) {
            return Ok(visible.with_fields_of(exact));
        }
        if exact.as_ref().is_some_and(Self::has_reason) || !is_about_cors(&line) {
            return exact.ok_or_else(unknown);
        }
        let is_cut = joined::ends_in_quotation(&line);
        let line = without_quotes(&line);
        let unquoted = |case| Self::from_forms(&line, templates.unquoted(), templates, case);
        let found = unquoted(LetterCase::Exact).filter(Self::has_reason);
        let found = found.or(exact);
        // The same messages can be in another letter case, for example in documentation.
        let found = found.or_else(|| {
            let found = unquoted(LetterCase::Ignored).filter(Self::is_complete)?;
            Some(Self {
                origin: found.origin.map(|origin| serialized(&origin)),
                ..found
            })
        });
        let mut found = found.ok_or_else(unknown)?;
        if is_cut {
            found.remove_last_value(&line);
        }
        Ok(found)
    }

    /// Removes the value at the end of a line that ends inside of quotation marks, because the end of the value is missing.
    fn remove_last_value(&mut self, line: &str) {
        for value in [&mut self.value, &mut self.url, &mut self.origin] {
            if value.as_deref().is_some_and(|value| line.ends_with(value)) {
                *value = None;
            }
        }
    }

    /// Replaces the URLs and the origin with the values of `other`. `other` is the same message, parsed after the
    /// removal of all invisible characters. If `other` lacks a value, removes the invisible characters from the value
    /// of `self`.
    fn with_fields_of(self, other: Option<Self>) -> Self {
        let (url, from, to, origin) = match other {
            Some(other) => (
                other.url,
                other.redirected_from,
                other.redirect_target,
                other.origin,
            ),
            None => (None, None, None, None),
        };
        let visible = |text: Option<String>| {
            text.map(|mut text| {
                text.retain(|c| !is_invisible(c));
                text
            })
        };
        Self {
            url: url.or_else(|| visible(self.url)),
            redirected_from: from.or_else(|| visible(self.redirected_from)),
            redirect_target: to.or_else(|| visible(self.redirect_target)),
            origin: origin.or_else(|| visible(self.origin)),
            ..self
        }
    }

    /// Parses a line as a message of the first form that the line matches. `lists` has the templates in the form of the line:
    /// with quotes, or without quotes.
    pub(super) fn from_forms(
        line: &str,
        lists: &TemplateLists,
        templates: &Templates,
        case: LetterCase,
    ) -> Option<Self> {
        let mut possible = lists.forms.possible(line);
        possible.find_map(|(position, template)| {
            let form = ConsoleForm::all().get(position)?;
            Self::from_form(form, template, line, (lists, templates), case)
        })
    }

    /// Creates a message of one form, without the values of a line.
    pub(super) fn new(form: &ConsoleForm) -> Self {
        Self {
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
            is_redirected: false,
            redirect_target: None,
            directive: None,
            missing_directive: None,
            cookie: None,
            topic: form.topic,
        }
    }

    /// Parses a line as a message of one form, which has the template `template`. Returns `None` if the line does not
    /// match the template.
    fn from_form(
        form: &ConsoleForm,
        template: &str,
        line: &str,
        (lists, templates): (&TemplateLists, &Templates),
        case: LetterCase,
    ) -> Option<Self> {
        let fields = find(template, line, case)?;
        let mut message = Self::new(form);
        message.set_values(fields);
        if line.contains(&*lists.preflight) && form.browser() == Some(Browser::Chromium) {
            message.set_failures_of_preflight();
        }
        message.set_details(line, lists, case);
        if message.url.is_none() && is_about_cors(line) {
            message.set_details(&without_quotes(line), templates.unquoted(), case);
        }
        message.set_network_panel_fields(line);
        message.topic = message.topic_of_values().unwrap_or(message.topic);
        message.keep_failures_of_values();
        Some(message)
    }

    /// Keeps only the failures that agree with the values in the message. For example, the status 404 excludes the
    /// failure [`Failure::PreflightDisallowedRedirect`].
    fn keep_failures_of_values(&mut self) {
        // Old versions of Chromium name the status of the redirect.
        if self.is_about(&topics::PREFLIGHT_REDIRECT) {
            self.failures = Vec::from([Failure::PreflightDisallowedRedirect]);
        }
        if self.failures.len() < 2 {
            return;
        }
        // The scheme of the URL proves this failure. The other failures in the list are only likely.
        if self.is_about(&topics::SCHEME) {
            self.failures = Vec::from([Failure::CorsDisabledScheme]);
        }
        // The value `*` proves the failure, although the form is about other values.
        if self.is_about(&topics::WILDCARD_WITH_CREDENTIALS)
            && self.failures.contains(&Failure::AllowOriginMismatch)
        {
            self.failures = Vec::from([
                Failure::WildcardOriginNotAllowed,
                Failure::PreflightWildcardOriginNotAllowed,
            ]);
        }
        let is_success = self.is_about(&topics::PREFLIGHT_SUCCESS_LINE);
        let is_redirect = self.has_redirect_status();
        let is_other_status = self.status.is_some() && !is_redirect;
        let has_redirect = self
            .failures
            .contains(&Failure::PreflightDisallowedRedirect);
        self.failures.retain(|failure| match failure {
            Failure::PreflightDisallowedRedirect => !is_other_status,
            Failure::PreflightInvalidStatus => !(is_success || is_redirect && has_redirect),
            _ => true,
        });
    }

    /// Copies the values of the details that the line has into the empty fields of the message.
    pub(super) fn set_details(&mut self, line: &str, lists: &TemplateLists, case: LetterCase) {
        for (_, template) in lists.details.possible(line) {
            if let Some(fields) = find(template, line, case) {
                self.set_values(fields);
            }
        }
    }

    /// Copies the values into the empty fields of the message.
    pub(super) fn set_values(&mut self, fields: Vec<(Field, &str)>) {
        for (field, value) in fields {
            let slot = match field {
                Field::Url => &mut self.url,
                Field::LastUrl => {
                    self.is_redirected = true;
                    &mut self.url
                }
                Field::RedirectedFrom => {
                    self.is_redirected = true;
                    &mut self.redirected_from
                }
                Field::RedirectTarget => &mut self.redirect_target,
                Field::Origin => &mut self.origin,
                Field::Value | Field::LastValue => &mut self.value,
                Field::Header => &mut self.header_name,
                Field::Method => &mut self.method,
                Field::Kind => &mut self.resource_kind,
                Field::Directive => &mut self.directive,
                Field::MissingDirective => &mut self.missing_directive,
                Field::Cookie => &mut self.cookie,
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
            let is_link = matches!(
                field,
                Field::Url
                    | Field::LastUrl
                    | Field::RedirectedFrom
                    | Field::RedirectTarget
                    | Field::Origin
            );
            // These values go into the fix and the commands, so a text that is not a URL or an origin is left out.
            let found = match field {
                _ if is_link => without_markup(value),
                // A token cannot have angle brackets, so these brackets are from the text around the message.
                Field::Method | Field::Header => Some(without_angle_brackets(value)),
                _ => Some(value),
            };
            let Some(value) = found else {
                continue;
            };
            if slot.is_none() {
                *slot = Some(match field {
                    Field::Origin => match origin_of_page(value) {
                        Some(origin) => origin,
                        None => continue,
                    },
                    Field::Kind => value.to_ascii_lowercase(),
                    Field::Value | Field::LastValue if self.browser == Some(Browser::Chromium) => {
                        without_codes_of_bytes(value).into_owned()
                    }
                    _ => String::from(value),
                });
            }
        }
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
        if let Some(RequestLine { method, url }) = RequestLine::at_end(before) {
            let url = without_markup(url).map(String::from);
            self.url = self.url.take().or(url);
            self.method = self.method.take().or_else(|| method.map(String::from));
        }
        let status = behind.split(' ').nth(1).and_then(|word| word.parse().ok());
        self.status = self.status.or(status);
    }

    /// Parses the text of a console. If a message was wrapped over several lines, these lines become one message.
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
}

fn without_angle_brackets(value: &str) -> &str {
    let inner = value.strip_prefix('<');
    inner
        .and_then(|inner| inner.strip_suffix('>'))
        .unwrap_or(value)
}
