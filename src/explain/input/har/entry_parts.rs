//! The parts of an entry that several entries can share.

use alloc::{boxed::Box, string::String};

use super::{header_names::HeaderNames, response_source::ResponseSource};
use crate::{Failure, infrastructure::header_list::HeaderList};

/// The parts of an entry that several entries can share.
#[derive(Debug, Clone)]
pub(super) struct EntryParts {
    pub(super) page: Option<String>,
    pub(super) method: String,
    pub(super) request_headers: HeaderList,
    /// The names of the request headers.
    pub(super) sent_names: HeaderNames,
    /// The names that the preflight lists. Empty if the entry is not a preflight.
    pub(super) requested_names: HeaderNames,
    pub(super) has_body: bool,
    /// Whether the request has cookies. Some tools remove the header `Cookie`, and keep the list of the cookies.
    pub(super) has_cookies: bool,
    pub(super) resource_type: Option<String>,
    pub(super) is_preflight: bool,
    /// The recorded final status, or an assumed final status. `None` if the entry has neither of them, or if the
    /// entry has no response headers. The recorded values 0 and -1 are not a status.
    pub(super) status: Option<http::StatusCode>,
    /// Whether the status is assumed. A status is assumed if the recording has response headers, but no status.
    pub(super) is_status_assumed: bool,
    /// Whether the recording shows that there was no response. True if the entry has no final status (200 or more), but
    /// has a sign that the request ended: an error, the status 0 or -1, or the JSON member `response.headers`.
    pub(super) has_no_response: bool,
    pub(super) source: ResponseSource,
    pub(super) response_headers: HeaderList,
    /// Whether the recording has the body of the response.
    pub(super) has_response_body: bool,
    /// The body of the response, if it has a text with which servers deny a request.
    pub(super) denial: Option<Box<str>>,
    /// Whether the recording says that there is no error. Chromium writes `null` as the error of a readable response.
    pub(super) has_no_error: bool,
    /// The error that the browser reports, such as `net::ERR_FAILED`.
    pub(super) error: Option<String>,
    /// The CORS failure that the browser reports.
    pub(super) reported: Option<Failure>,
    /// The value that the browser reports with the CORS failure.
    pub(super) reported_value: Option<String>,
}
