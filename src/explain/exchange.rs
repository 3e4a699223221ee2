//! The requests of a fetch, and the answers of the servers.

use alloc::{string::String, vec::Vec};

#[cfg(feature = "cases")]
use super::json;

/// A request of a fetch, and its answer.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::browser::{Origin, RequestInit, UserAgent};
/// use fetch_cors::{api::ApiCall, explain::{ExplainedAnswer, explain}};
///
/// let mut init = RequestInit::new("https://api.example/".parse()?);
/// init.method = "PUT".into();
/// let page = Origin::parse("https://app.example")?;
/// let explanation = explain(&UserAgent::new(), &page, &ApiCall::Fetch(init), Duration::ZERO, |_| None);
/// let [preflight, put] = &*explanation.exchanges else { panic!() };
/// assert!(preflight.is_preflight && preflight.was_sent && !put.was_sent);
/// assert_eq!(preflight.answer, ExplainedAnswer::Unknown);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "cases", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ExplainedExchange {
    /// The method.
    #[cfg_attr(feature = "cases", serde(serialize_with = "json::text"))]
    pub method: String,
    /// The URL, without fragment and userinfo.
    #[cfg_attr(feature = "cases", serde(serialize_with = "json::text"))]
    pub url: String,
    /// Whether the request is a preflight.
    pub is_preflight: bool,
    /// Whether the browser sends the request even without the [fix](super::Fix). If false, the browser sends the
    /// request only after the fix.
    pub was_sent: bool,
    /// Whether the request has credentials, such as cookies.
    pub has_credentials: bool,
    /// The headers that CORS depends on, and the headers that the script sets.
    #[cfg_attr(feature = "cases", serde(serialize_with = "json::headers"))]
    pub headers: Vec<(String, String)>,
    /// A `curl` command that sends the request, without cookies and without a body.
    pub curl: String,
    /// The answer of the server.
    pub answer: ExplainedAnswer,
}

impl ExplainedExchange {
    /// Whether the answer is not known. To see the answer, the reader of the explanation has to send the request.
    pub(super) fn is_to_try(&self) -> bool {
        matches!(
            self.answer,
            ExplainedAnswer::Unknown | ExplainedAnswer::NotRecorded
        )
    }
}

/// The answer to a request.
///
/// ```
/// use fetch_cors::explain::ExplainedAnswer;
/// let answer = ExplainedAnswer::Response { status: Some(204), headers: Vec::new() };
/// assert_ne!(answer, ExplainedAnswer::Unknown);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "cases",
    derive(serde::Serialize),
    serde(tag = "kind", rename_all = "kebab-case")
)]
// Exhaustive: there is a response, there is no response, the answer is unknown, or the answer is not in the recording.
pub enum ExplainedAnswer {
    /// A response.
    Response {
        /// The status. `None` if a recording does not have the status.
        status: Option<u16>,
        /// The headers, in order.
        #[cfg_attr(feature = "cases", serde(serialize_with = "json::headers"))]
        headers: Vec<(String, String)>,
    },
    /// The connection failed.
    ConnectionError,
    /// The answer is not known.
    Unknown,
    /// The recording does not have the answer, so the verdict assumes an answer. If the recording lacks a preflight,
    /// the verdict assumes that the preflight succeeded, and the [`headers`](ExplainedExchange::headers) of the
    /// preflight are empty. If the browser reports too many redirects, and the recording lacks the last redirect, the
    /// verdict assumes this redirect.
    NotRecorded,
}
