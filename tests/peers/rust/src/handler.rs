//! What the handler behind each middleware answers, whatever the method.

pub(crate) const BODY: &str = "content\n";

/// By lines of this header a probe asks the handler for headers, and by it the handler shows itself.
pub(crate) const ASKED: &str = "fetch-cors-handler";

const HEADERS: [(&str, &str); 7] = [
    ("cache-control", "max-age=60"),
    ("content-type", "text/plain"),
    ("etag", "\"1\""),
    (ASKED, "here"),
    ("x-internal", "1"),
    ("x-request-id", "7"),
    ("x-total-count", "3"),
];

pub(crate) struct Answer {
    pub(crate) status: u16,
    /// To be said as the framework has its handlers say that something failed.
    pub(crate) is_failure: bool,
    pub(crate) headers: Vec<(String, String)>,
}

/// To a request for `path`, with these lines of the header by which it is asked.
pub(crate) fn answer<'a>(path: &str, asked: impl Iterator<Item = &'a [u8]>) -> Answer {
    let asked = asked.filter_map(|line| std::str::from_utf8(line).ok()?.split_once(':'));
    let headers = HEADERS.into_iter().chain(asked);
    Answer {
        status: if ["/error", "/fails"].contains(&path) {
            500
        } else {
            200
        },
        is_failure: path == "/fails",
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect(),
    }
}
