//! The answer of the handler behind each middleware. The answer does not depend on the method.

pub(crate) const BODY: &str = "content\n";

/// In requests, the value of each line of this header is a header line that the handler adds to its response. In
/// responses, the header shows that the request reached the handler.
pub(crate) const HANDLER_HEADER: &str = "fetch-cors-handler";

const HEADERS: [(&str, &str); 7] = [
    ("cache-control", "max-age=60"),
    ("content-type", "text/plain"),
    ("etag", "\"1\""),
    (HANDLER_HEADER, "here"),
    ("x-internal", "1"),
    ("x-request-id", "7"),
    ("x-total-count", "3"),
];

pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Whether the handler must fail in the framework's own way.
    pub(crate) is_failure: bool,
    pub(crate) headers: Vec<(String, String)>,
}

/// Answers a request for `path` with these lines of [`HANDLER_HEADER`].
pub(crate) fn answer<'a>(path: &str, lines: impl Iterator<Item = &'a [u8]>) -> Answer {
    let requested = lines.filter_map(|line| std::str::from_utf8(line).ok()?.split_once(':'));
    let headers = HEADERS.into_iter().chain(requested);
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
