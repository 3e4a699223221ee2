//! Recognizes an input that a command does not read, and names the command for this input.

use std::collections::BTreeMap;

use fetch_cors::{
    cases::Answer,
    explain::input::{ConsoleMessage, RecordingError},
    server::{ConfigErrorKind, PolicyConfig, PolicyFile, PublicSuffixList},
};
use http::HeaderName;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Case,
    Question,
    Vector,
    /// A vector that has the members of its case beside `expect` or `observed`.
    FlatVector,
    Outcome,
    Request,
    Exchange,
    Violation,
    SessionLine,
    SessionOutput,
    Policy,
    Har,
    HttpResponse,
    /// The output of `curl -v`.
    CurlOutput,
    CurlCommand,
    /// Headers of a response, without its status line.
    HeaderLines,
    JsonResponse,
    ConsoleMessage,
    List,
    /// A text in the encoding UTF-16, for example from Windows PowerShell.
    Utf16,
    /// A compressed file. The sentence says how to decompress it.
    Compressed(&'static str),
    /// A file that this program does not read.
    Foreign(Foreign),
}

/// A kind of file that this program does not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Foreign {
    Postman,
    OpenApi,
    Npm,
    Markup,
    HttpRequest,
    Binary,
}

impl Foreign {
    const fn noun(self) -> &'static str {
        match self {
            Self::Postman => "a Postman collection, which this program does not read",
            Self::OpenApi => "an OpenAPI description, which this program does not read",
            Self::Npm => "a `package.json` of npm, which this program does not read",
            Self::Markup => "an HTML or XML document, which this program does not read",
            Self::HttpRequest => {
                "an HTTP request without its response, which this program does not read"
            }
            Self::Binary => {
                "a binary file or has another encoding than UTF-8, which this program does not read"
            }
        }
    }
}

/// The advice for a file that this program does not read.
const FOREIGN_HELP: &str = "for `fetch-cors explain` and `fetch-cors policy suggest`, save the requests of the page as HAR in the network panel of a browser; for `fetch-cors policy`, write a policy; for `fetch-cors run`, write a case";

const HTTP_RESPONSE_HELP: &str = "`fetch-cors explain --origin ORIGIN --url URL --response FILE` explains it; for `fetch-cors judge`, write it as the `response` of an exchange; for `fetch-cors run`, write it as the answer of a server in a case";

/// Names of response headers that often begin a pasted list of headers. Every header whose name begins with
/// `access-control-` counts too.
const RESPONSE_HEADERS: [&str; 18] = [
    "accept-ranges",
    "age",
    "allow",
    "alt-svc",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "etag",
    "last-modified",
    "location",
    "server",
    "set-cookie",
    "strict-transport-security",
    "vary",
    "x-powered-by",
];

impl Kind {
    /// Returns a noun for the kind, and advice for the user. The words of a compressed file are one sentence, without a noun.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Case => ("a case", "`fetch-cors run` judges it"),
            Self::Question => (
                "a question",
                "`fetch-cors run` answers it; for `fetch-cors check`, add the member `expect`",
            ),
            Self::Vector => (
                "a vector",
                "`fetch-cors check` compares it with the standard",
            ),
            Self::FlatVector => (
                "a vector without the member `case`",
                "write the members of the case, which are `id`, `fetches` and `server`, into `case`: `{\"case\": {\"id\": …}, \"expect\": …}`",
            ),
            Self::Outcome => (
                "an outcome, which `fetch-cors run` prints",
                "give the case instead, or compare the outcome with vectors: `fetch-cors compare VECTORS OUTCOMES`",
            ),
            Self::Request => (
                "a request, which `fetch-cors probe` prints",
                "send it to the server and give the exchange to `fetch-cors judge`, or answer it with `fetch-cors respond`",
            ),
            Self::Exchange => ("an exchange", "`fetch-cors judge` checks it"),
            Self::Violation => (
                "a violation, which `fetch-cors judge` prints",
                "give the exchanges to `fetch-cors judge` instead",
            ),
            Self::SessionOutput => (
                "a line that `fetch-cors session` prints",
                "answer the request of `send` with a line with the member `answer`, and begin the next fetch with a line with the member `open`",
            ),
            Self::SessionLine => ("a line of a session", "`fetch-cors session` reads it"),
            Self::Policy => (
                "a policy",
                "`fetch-cors policy FILE` validates it, and `fetch-cors respond --policy FILE` answers requests with it",
            ),
            Self::Har => (
                "a HAR recording",
                "`fetch-cors explain FILE.har` explains its fetches, `fetch-cors policy suggest FILE.har` prints a policy for them, and `fetch-cors policy check` checks them with a policy; for `fetch-cors judge`, write each request and its response as an exchange",
            ),
            Self::HttpResponse => ("an HTTP response", HTTP_RESPONSE_HELP),
            Self::CurlOutput => ("the output of `curl -v`", HTTP_RESPONSE_HELP),
            Self::CurlCommand => (
                "a `curl` command",
                "run it with `-i` to print the response with its headers, save the output, and explain the response with `fetch-cors explain --origin ORIGIN --url URL --response FILE`",
            ),
            Self::HeaderLines => (
                "a list of response headers without the status line",
                "add the status line before the headers, such as `HTTP/1.1 200 OK`; then `fetch-cors explain --origin ORIGIN --url URL --response FILE` explains the response",
            ),
            Self::JsonResponse => (
                "a response in JSON",
                "for `fetch-cors judge`, write it as the `response` of an exchange; for `fetch-cors run`, write it as the answer of a server in a case; `fetch-cors explain` reads responses that `curl -i` printed",
            ),
            Self::ConsoleMessage => ("a console message", "`fetch-cors explain FILE` explains it"),
            Self::List => (
                "a JSON list",
                "write each entry in a line of its own, for example with `jq -c '.[]'`",
            ),
            Self::Utf16 => (
                "a text in the encoding UTF-16, but this program reads UTF-8",
                "save it as UTF-8, or convert it: `iconv -f UTF-16 -t UTF-8 FILE > NEW_FILE`; in PowerShell, write the file with `Set-Content -Encoding utf8`",
            ),
            Self::Compressed(sentence) => ("", sentence),
            Self::Foreign(foreign) => (foreign.noun(), FOREIGN_HELP),
        }
    }

    /// Returns the error message for a line of a kind that the command does not read.
    pub(crate) fn message(self) -> String {
        match self.words() {
            ("", sentence) => sentence.to_owned(),
            (noun, help) => format!("this is {noun}: {help}"),
        }
    }

    /// Returns the error message for an input of a kind that the command does not read. `input` is the name of the
    /// input.
    pub(crate) fn message_for(self, input: &str) -> String {
        match self.words() {
            ("", sentence) => format!("{input}: {sentence}"),
            (noun, help) => format!("{input} is {noun}: {help}"),
        }
    }
}

/// Returns the error for a malformed line. If the line is of a kind that the command does not read, the error names the
/// kind.
pub(crate) fn explain(malformed: String, line: &[u8], readable: &[Kind]) -> String {
    let text = str::from_utf8(line).unwrap_or_default();
    match kind(text) {
        Some(kind) if !readable.contains(&kind) => kind.message(),
        _ => malformed,
    }
}

/// Returns the answer. If the line is malformed, the error of [`explain`] replaces the error of the answer.
pub(crate) fn explained<'a>(answer: Answer<'a>, line: &[u8], readable: &[Kind]) -> Answer<'a> {
    match answer {
        Answer::Malformed {
            id,
            line: number,
            malformed,
        } => Answer::Malformed {
            id,
            line: number,
            malformed: explain(malformed, line, readable),
        },
        answer => answer,
    }
}

/// Returns the kind of an input that does not consist of lines of JSON. `line` is the first line of the input. The line
/// can be cut off.
pub(crate) fn kind_of_first_line(line: &[u8]) -> Option<Kind> {
    const HAR: &[u8] = b"{\"log\":{";
    let mut start = line.iter().filter(|byte| !byte.is_ascii_whitespace());
    if HAR.iter().all(|byte| start.next() == Some(byte)) {
        return Some(Kind::Har);
    }
    if let Some(kind) = kind_of_other_encoding(line) {
        return Some(kind);
    }
    if line.contains(&0) {
        return Some(Kind::Foreign(Foreign::Binary));
    }
    let text = str::from_utf8(line).ok()?.trim();
    if text.starts_with('[') && is_incomplete(text) {
        return Some(Kind::List);
    }
    if let Some(kind) = kind_of_text(text) {
        return Some(kind);
    }
    let name = text.split_once('=').map(|(name, _)| name.trim());
    if name.is_some_and(is_policy_member) {
        return Some(Kind::Policy);
    }
    is_console_message(text).then_some(Kind::ConsoleMessage)
}

/// Returns the kind of a whole file. Unlike [`kind`], also recognizes files that only the first line identifies, such as
/// a file with one exchange on each line.
pub(crate) fn kind_of_file(text: &str) -> Option<Kind> {
    let first_line = text
        .trim_start()
        .lines()
        .next()
        .unwrap_or_default()
        .trim_end();
    let is_object = first_line.starts_with('{') && first_line.ends_with('}');
    kind(text)
        .or_else(|| kind_of_first_line(first_line.as_bytes()))
        .or_else(|| kind(first_line).filter(|_| is_object))
}

/// Returns the kind of a large file. `beginning` is the beginning of the file, and can be cut off at any place.
pub(crate) fn kind_of_beginning(beginning: &[u8]) -> Option<Kind> {
    if let Some(kind) = kind_of_first_line(beginning) {
        return Some(kind);
    }
    let beginning = beginning.trim_ascii_start();
    let first_line = beginning.split(|byte| *byte == b'\n').next()?;
    if first_line.starts_with(b"[") {
        return Some(Kind::List);
    }
    kind(str::from_utf8(first_line).ok()?)
}

/// Returns the kind of a file that is compressed or has the encoding UTF-16. `beginning` is its beginning.
pub(crate) fn kind_of_other_encoding(beginning: &[u8]) -> Option<Kind> {
    if is_utf_16(beginning) {
        return Some(Kind::Utf16);
    }
    RecordingError::format_problem(beginning).map(Kind::Compressed)
}

/// Whether a text seems to be in the encoding UTF-16: it begins with a byte order mark of UTF-16, or with two ASCII
/// characters that are encoded in UTF-16.
fn is_utf_16(text: &[u8]) -> bool {
    let is_ascii = |byte: u8| matches!(byte, 1..=0x7f);
    match *text {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [a, 0, b, 0, ..] | [0, a, 0, b, ..] => is_ascii(a) && is_ascii(b),
        _ => false,
    }
}

/// Returns the kind of a text that is not JSON. The text can be cut off.
fn kind_of_text(text: &str) -> Option<Kind> {
    let first_line = text.lines().next().unwrap_or_default();
    match () {
        () if is_status_line(text) => Some(Kind::HttpResponse),
        () if is_curl_output(first_line) => Some(Kind::CurlOutput),
        () if is_curl_command(first_line) => Some(Kind::CurlCommand),
        () if is_header_line(first_line) => Some(Kind::HeaderLines),
        () if text.starts_with('<') && !text.starts_with("< ") => {
            Some(Kind::Foreign(Foreign::Markup))
        }
        () if is_request_line(first_line) => Some(Kind::Foreign(Foreign::HttpRequest)),
        () => None,
    }
}

/// Whether the line is the first line of a request, such as `GET /notes HTTP/1.1`.
fn is_request_line(line: &str) -> bool {
    let version = line.trim_end().rsplit_once(' ').map(|(_, version)| version);
    line.starts_with(|first: char| first.is_ascii_uppercase()) && version.is_some_and(is_version)
}

/// Whether the line begins the output of `curl -v`: a note (`*`), a request line (`>`), or the table of the progress.
fn is_curl_output(line: &str) -> bool {
    let request = line.strip_prefix("> ");
    line.starts_with("* ") || line.starts_with("% Total") || request.is_some_and(is_request_line)
}

/// Whether the line is a `curl` command, with or without a prompt.
fn is_curl_command(line: &str) -> bool {
    let command = line.trim_start_matches(['$', '%', '>', ' ']);
    ["curl ", "curl.exe "]
        .into_iter()
        .any(|start| command.starts_with(start))
}

/// Whether the line is a header of a response, such as `vary: Origin`.
fn is_header_line(line: &str) -> bool {
    let Some((name, _)) = line.split_once(':') else {
        return false;
    };
    let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else {
        return false;
    };
    name.as_str().starts_with("access-control-") || RESPONSE_HEADERS.contains(&name.as_str())
}

/// Whether the line is a console message about CORS. False for a comment of TOML.
pub(crate) fn is_console_message(line: &str) -> bool {
    !line.starts_with(['{', '#']) && ConsoleMessage::parse(line).is_ok()
}

/// Returns the kind of a text. A JSON text that is cut off is not recognized.
pub(crate) fn kind(text: &str) -> Option<Kind> {
    if text.contains('\0') {
        return Some(Kind::Foreign(Foreign::Binary));
    }
    let text = text.trim();
    if let Some(kind) = kind_of_text(text) {
        return Some(kind);
    }
    if text.starts_with('[') {
        let entries: Vec<BTreeMap<String, IgnoredAny>> = serde_json::from_str(text).ok()?;
        return entries
            .iter()
            .any(|entry| !entry.is_empty())
            .then_some(Kind::List);
    }
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
    // A case and an outcome both have `fetches`, but only the fetches of an outcome have a `result`.
    let have_member = |name| {
        let fetches = members.get("fetches")?.get();
        let fetches: Vec<BTreeMap<String, IgnoredAny>> = serde_json::from_str(fetches).ok()?;
        Some(fetches.first()?.contains_key(name))
    };
    let has = |names: &[&str]| names.iter().all(|name| members.contains_key(*name));
    Some(match () {
        () if has(&["log"]) => Kind::Har,
        () if has(&["case"]) || has(&["fn", "expect"]) => Kind::Vector,
        () if has(&["fn"]) => Kind::Question,
        () if has(&["fetches", "expect"]) || has(&["fetches", "observed"]) => Kind::FlatVector,
        () if has(&["fetches", "server"]) => Kind::Case,
        () if have_member("result") == Some(true) => Kind::Outcome,
        () if have_member("url") == Some(true) => Kind::Case,
        () if has(&["request", "response"]) => Kind::Exchange,
        () if has(&["id", "method", "url", "headers"]) => Kind::Request,
        () if has(&["law", "severity"]) => Kind::Violation,
        () if has(&["status", "headers"]) && !has(&["id"]) => Kind::JsonResponse,
        () if has(&["origins"]) && !has(&["id"]) => Kind::Policy,
        () if ["open", "answer", "reset"].iter().any(|name| has(&[name])) && !has(&["id"]) => {
            Kind::SessionLine
        }
        () if (has(&["send"]) || has(&["result"])) && !has(&["id"]) => Kind::SessionOutput,
        () if !has(&["id"]) && is_misspelled_policy(text, &members) => Kind::Policy,
        () if has(&["info", "item"]) => Kind::Foreign(Foreign::Postman),
        () if has(&["openapi"]) || has(&["swagger"]) => Kind::Foreign(Foreign::OpenApi),
        () if has(&["name", "version"]) && (has(&["dependencies"]) || has(&["scripts"])) => {
            Kind::Foreign(Foreign::Npm)
        }
        () => return None,
    })
}

/// Whether the object has a list of strings with a wrong name for a list of a policy, such as `allowed_origins`.
fn is_misspelled_policy(text: &str, members: &BTreeMap<String, &RawValue>) -> bool {
    let file = PolicyFile::from_json(text);
    let Err(errors) = file.and_then(|file| file.validate(&PublicSuffixList)) else {
        return false;
    };
    errors.iter().any(|error| {
        let value = members.get(error.member());
        let entries = value.and_then(|value| serde_json::from_str::<Vec<String>>(value.get()).ok());
        error.kind() == ConfigErrorKind::UnknownMember
            && error.suggestion().is_some()
            && entries.is_some()
    })
}

/// Whether the text begins like the response of a server, for example in the output of `curl -i` or `curl -v`.
pub(crate) fn is_status_line(text: &str) -> bool {
    let text = text.strip_prefix("< ").unwrap_or(text);
    is_version(text)
}

/// Whether the text begins with a version of HTTP.
fn is_version(text: &str) -> bool {
    let version = text.strip_prefix("HTTP/");
    version.is_some_and(|version| version.starts_with(|first: char| first.is_ascii_digit()))
}

fn is_policy_member(name: &str) -> bool {
    let default = serde_json::to_value(PolicyConfig::default()).unwrap_or_default();
    default.get(name).is_some() || name == "max_age"
}

/// Whether the text is the beginning of a JSON value, and ends at a place where the value can have a line break.
pub(crate) fn is_incomplete(text: &str) -> bool {
    let is_whole_token = text.trim_end().ends_with(['{', '[', ',', ':']);
    is_whole_token && serde_json::from_str::<IgnoredAny>(text).is_err_and(|error| error.is_eof())
}
