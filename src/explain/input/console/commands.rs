//! Commands that find the exact reason of a failure.

use alloc::{borrow::Cow, format, string::String, vec, vec::Vec};

use ::url::Url;

use super::{
    ConsoleMessage, is_of_preflight,
    subject::has_other_scheme,
    topics::{self, Next},
};
use crate::{
    Failure,
    explain::{
        curl::{url_arguments, with_method},
        input::escaped_text::escaped,
        run_next::{
            CHECK_WITH_CHANGED_PAGE, ExplainCommand, PREFLIGHT_FILE, RESPONSE_FILE, UNKNOWN_VALUE,
            caution_of_method, into_file,
        },
    },
    infrastructure::{origin::TupleOrigin, shell_word::shell_word},
};

pub(super) fn next_commands(message: &ConsoleMessage) -> Vec<String> {
    let needs_requests = match message.topic.next {
        Next::Nothing => return Vec::new(),
        Next::Request => false,
        Next::Requests => true,
    };
    let preflight_can_be_meant = message
        .failures
        .iter()
        .any(|failure| is_of_preflight(*failure));
    let call = Call::new(message);
    // For a URL with another scheme, `curl` sends no HTTP request.
    if has_other_scheme(call.url) {
        return Vec::new();
    }
    if !needs_requests {
        return vec![call.request()];
    }
    let mut commands = Vec::new();
    let (mut preflight_file, mut response_file) = (None, None);
    let preflight_after_redirect = call.preflight_after_redirect();
    if preflight_can_be_meant {
        if !call.is_same_origin() {
            commands.push(into_file(&call.preflight(), PREFLIGHT_FILE, false));
        }
        let is_further = !commands.is_empty();
        commands.extend(
            preflight_after_redirect
                .as_ref()
                .map(|command| into_file(command, PREFLIGHT_FILE, is_further)),
        );
        preflight_file = Some(PREFLIGHT_FILE);
    }
    if message.is_preflight() != Some(true) || preflight_after_redirect.is_some() {
        commands.push(into_file(&call.request(), RESPONSE_FILE, false));
        // With the option `-L`, `curl` sends the same `Origin` to each URL. If the browser changes `Origin` after a
        // redirect, the request after the redirect needs a separate command.
        commands.extend(
            call.redirected()
                .map(|command| into_file(&command, RESPONSE_FILE, true)),
        );
        response_file = Some(RESPONSE_FILE);
    }
    commands.push(call.explain(preflight_file, response_file));
    commands
}

impl ConsoleMessage {
    /// Returns the sentence before the commands.
    pub(in crate::explain) fn commands_heading(&self) -> &'static str {
        let is_page_changed =
            self.is_about(&topics::LOWER_CASE_METHOD) || self.is_redirected_to_other_form();
        if is_page_changed && self.contradiction().is_none() {
            CHECK_WITH_CHANGED_PAGE
        } else {
            "To be certain, run"
        }
    }

    /// Returns the notes about the commands: the values that the reader has to add, and the requests that the message does not
    /// show.
    pub(in crate::explain) fn command_notes(&self) -> Vec<String> {
        let commands = next_commands(self);
        let mut notes = Vec::new();
        let call = Call::new(self);
        if commands.iter().any(|command| is_request(command)) {
            notes.extend(caution_of_method(call.method.as_deref().unwrap_or("GET")));
        }
        if commands.iter().any(|command| is_preflight(command)) {
            notes.extend(
                call.header
                    .names()
                    .filter(|names| names != NAMES)
                    .map(|names| note_of_other_headers(&names)),
            );
        }
        notes.extend(call.note_of_placeholders(&commands));
        if call.redirected_to.is_some() && self.redirected_from.is_some() && commands.len() > 1 {
            notes.push(String::from(
                "The message has only the first and the last URL of the redirects. If `Location` of a response has another URL, send a request to this URL, too.",
            ));
        }
        notes
    }
}

/// Returns the note on the headers of the page, if the message shows a header.
fn note_of_other_headers(name: &str) -> String {
    let (header, other) = match name {
        "authorization" => ("Content-Type: application/json", "content-type"),
        _ => ("Authorization", "authorization"),
    };
    let name = escaped(name);
    format!(
        "Add each other header that the page sets, such as `{header}`, to `Access-Control-Request-Headers`, in lower case: `{name},{other}`."
    )
}

/// The beginning of the note on the placeholders.
const REPLACE: &str = "Replace the words in upper case: the message does not have these values.";

/// Returns the note on the placeholders, if the commands have the placeholders for the headers of the page.
fn note_of_unknown_headers(commands: &[String]) -> String {
    let has_header = commands.iter().any(|command| command.contains(HEADER));
    let header = if has_header {
        format!(", and `{HEADER}` means each of these headers")
    } else {
        String::new()
    };
    format!(
        "{REPLACE} `{NAMES}` means the names of the headers that the page sets, in lower case, such as `authorization,content-type`{header}. If the page sets no header, leave these options out."
    )
}

fn is_preflight(command: &str) -> bool {
    let mut words = command.split(' ');
    words.next() == Some("curl") && words.nth(1) == Some("OPTIONS")
}

/// Whether the command sends the request of the page, and not a preflight.
fn is_request(command: &str) -> bool {
    command.starts_with("curl ") && !is_preflight(command)
}

// The placeholders for values that the message does not contain.
const ORIGIN: &str = "ORIGIN";
const URL: &str = "URL";
const METHOD: &str = "METHOD";
const NAMES: &str = "NAMES";
const HEADER: &str = "NAME: VALUE";

/// A header of the page.
enum PageHeader {
    /// The commands have no header, because the page needs no preflight.
    None,
    /// The page possibly sets a header, but the message does not show the header.
    Unknown,
    /// The line of a header that the message shows.
    Known(String),
}

impl PageHeader {
    /// Returns the line of the header, for the command that sends the request of the page.
    fn line(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Unknown => Some(HEADER),
            Self::Known(line) => Some(line),
        }
    }

    /// Returns the names of the headers, for the command that sends the preflight.
    fn names(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Unknown => Some(String::from(NAMES)),
            Self::Known(line) => Some(line.split_once(':')?.0.to_ascii_lowercase()),
        }
    }
}

/// The call of the page, as far as the message describes the call. A placeholder in upper case, such as `URL`, replaces
/// each value that the message does not contain. If the fix changes the page, this is the call of the changed page.
struct Call<'m> {
    origin: &'m str,
    url: &'m str,
    method: Option<Cow<'m, str>>,
    header: PageHeader,
    with_credentials: bool,
    /// Whether `curl` follows the redirects as the browser does.
    is_followed: bool,
    /// The URL after all redirects. `None` if the request is not redirected.
    redirected_to: Option<&'m str>,
    /// The URL after all redirects, if the browser sends `Origin: null` to this URL. Otherwise `None`.
    last_url: Option<&'m str>,
}

impl<'m> Call<'m> {
    fn new(message: &'m ConsoleMessage) -> Self {
        let redirect = message.redirect();
        let url_of_fix = redirect.filter(|_| message.is_redirected_to_other_form());
        let url_of_fix = url_of_fix.map(|(_, to)| to.as_str());
        let is_redirected = message.is_redirected && url_of_fix.is_none();
        let url = url_of_fix
            .or(message.redirected_from.as_deref())
            .or(message.url.as_deref().filter(|_| !message.is_redirected));
        let method = message.method.as_deref().map(|method| {
            if message.is_about(&topics::LOWER_CASE_METHOD) {
                Cow::Owned(method.to_ascii_uppercase())
            } else {
                Cow::Borrowed(method)
            }
        });
        // The reason for the preflight is possibly a method other than GET, HEAD and POST, or a header. If the message
        // does not show the method or the header, the command has a placeholder.
        let mut failures = message.failures.iter();
        let preflight_can_be_meant = failures.any(|failure| is_of_preflight(*failure));
        let unknown_method = preflight_can_be_meant.then_some(Cow::Borrowed(METHOD));
        let is_content_type = |name: &&String| name.eq_ignore_ascii_case("content-type");
        let header = message.header_name.as_ref().map(|name| {
            let value = if is_content_type(&name) {
                "application/json"
            } else {
                UNKNOWN_VALUE
            };
            PageHeader::Known(format!("{name}: {value}"))
        });
        let header = header.unwrap_or(if preflight_can_be_meant {
            PageHeader::Unknown
        } else {
            PageHeader::None
        });
        let with_credentials = message.failures.iter().any(|failure| {
            matches!(
                failure,
                Failure::WildcardOriginNotAllowed
                    | Failure::PreflightWildcardOriginNotAllowed
                    | Failure::InvalidAllowCredentials
                    | Failure::PreflightInvalidAllowCredentials
            )
        });
        let sends_null = url_of_fix.is_none() && message.is_redirected_to_third_origin();
        Self {
            // If a redirect from a cross-origin URL leads to a different origin, the message has the origin `null` in
            // place of the origin of the page. The command then has the placeholder `ORIGIN`.
            origin: message
                .origin
                .as_deref()
                .map(|origin| {
                    if message.is_page_of_file() {
                        "null"
                    } else {
                        origin
                    }
                })
                .filter(|origin| *origin != "null" || !message.is_redirected_to_third_origin())
                .unwrap_or(ORIGIN),
            url: url.unwrap_or(URL),
            method: method.or(unknown_method),
            header,
            with_credentials,
            is_followed: is_redirected && !sends_null,
            redirected_to: message.url.as_deref().filter(|_| is_redirected),
            last_url: message.url.as_deref().filter(|_| sends_null),
        }
    }

    /// Returns the note on the placeholders. `None` if the commands have no placeholder.
    fn note_of_placeholders(&self, commands: &[String]) -> Option<String> {
        let has_names = commands.iter().any(|command| is_preflight(command))
            && matches!(self.header, PageHeader::Unknown);
        if has_names {
            return Some(note_of_unknown_headers(commands));
        }
        let has_placeholder = !commands.is_empty() && self.has_placeholder();
        has_placeholder.then(|| String::from(REPLACE))
    }

    fn has_placeholder(&self) -> bool {
        let has_unknown_value =
            matches!(&self.header, PageHeader::Known(header) if header.ends_with(UNKNOWN_VALUE));
        has_unknown_value
            || self.origin == ORIGIN
            || self.url == URL
            || self.method.as_deref() == Some(METHOD)
    }

    fn preflight(&self) -> String {
        self.preflight_to(self.origin, self.url)
    }

    fn preflight_to(&self, origin: &str, url: &str) -> String {
        let method = self.method.as_deref().unwrap_or("GET");
        let mut command = format!(
            "{} -H {} -H {}",
            with_method("OPTIONS", ""),
            shell_word(format!("Origin: {origin}").as_bytes()),
            shell_word(format!("Access-Control-Request-Method: {method}").as_bytes()),
        );
        if let Some(names) = self.header.names() {
            let line = format!("Access-Control-Request-Headers: {names}");
            command += " -H ";
            command += &shell_word(line.as_bytes());
        }
        format!("{command} {}", url_arguments(url.as_bytes()))
    }

    /// Returns the command for the preflight to the URL after all redirects.
    fn preflight_after_redirect(&self) -> Option<String> {
        let origin = if self.last_url.is_some() {
            "null"
        } else {
            self.origin
        };
        Some(self.preflight_to(origin, self.redirected_to?))
    }

    /// Whether the URL has the origin of the page. A request to such a URL needs no preflight.
    fn is_same_origin(&self) -> bool {
        let url = Url::parse(self.url).ok();
        let origin = url.and_then(|url| TupleOrigin::from_url(&url));
        origin.is_some_and(|origin| origin.serialize() == self.origin)
    }

    fn request(&self) -> String {
        let more = if self.is_followed { "L" } else { "" };
        self.request_to(more, self.origin, self.url)
    }

    /// Returns the command for the request after all redirects, if the browser sends `Origin: null` with this request.
    fn redirected(&self) -> Option<String> {
        let url = self.last_url?;
        Some(self.request_to("", "null", url))
    }

    /// Returns the command for a request, with `more` options of one letter each.
    fn request_to(&self, more: &str, origin: &str, url: &str) -> String {
        let mut command = with_method(self.method.as_deref().unwrap_or("GET"), more);
        command += " -H ";
        command += &shell_word(format!("Origin: {origin}").as_bytes());
        if let Some(header) = self.header.line() {
            command += " -H ";
            command += &shell_word(header.as_bytes());
        }
        format!("{command} {}", url_arguments(url.as_bytes()))
    }

    fn explain(&self, preflight_file: Option<&str>, response_file: Option<&str>) -> String {
        let headers: Vec<String> = match &self.header {
            PageHeader::Known(line) => vec![line.clone()],
            PageHeader::None | PageHeader::Unknown => Vec::new(),
        };
        // The file with the preflight shows the method and the names of the headers.
        let is_unknown = |method: &str| method == METHOD && preflight_file.is_some();
        let command = ExplainCommand {
            origin: self.origin,
            url: self.url,
            method: self
                .method
                .as_deref()
                .filter(|method| *method != "GET" && !is_unknown(method)),
            headers: &headers,
            credentials: self.with_credentials.then_some("include"),
            preflight_file,
            response_file,
            ..ExplainCommand::default()
        };
        command.line()
    }
}
