//! The explanation of a fetch.

use alloc::{string::String, vec::Vec};

#[cfg(feature = "cases")]
use super::json;
use super::{
    AlternativeFix, Asked, Caution, EngineDifference, ExplainedExchange, Fix, NearMiss, Refusal,
    RequestDoubt, UnexpectedPage, commands::Replay,
};
use crate::infrastructure::response::{FilteredResponse, ResponseType};

/// The reason why a fetch succeeds or fails, and the change that makes a failed fetch succeed.
///
/// [`explain`](super::explain()) returns an explanation. The type is plain data. Its `Display` is text for people. With
/// the feature `cases`, the type serializes to JSON. The values of requests and responses are escaped in the fields, but
/// not in the JSON. The JSON also has the commands of the text.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::browser::{Origin, RequestInit, UserAgent};
/// use fetch_cors::{api::ApiCall, explain::{Fix, Verdict, explain}};
///
/// let page = Origin::parse("https://app.example")?;
/// let call = ApiCall::Fetch(RequestInit::new("https://api.example:25/".parse()?));
/// let explanation = explain(&UserAgent::new(), &page, &call, Duration::ZERO, |_| None);
/// assert_eq!(explanation.verdict, Verdict::Blocked);
/// assert!(matches!(explanation.fix, Fix::Page { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
// `json.rs` adds the commands.
#[cfg_attr(feature = "cases", derive(serde::Serialize), serde(remote = "Self"))]
#[non_exhaustive]
pub struct Explanation {
    /// The verdict of the browser.
    pub verdict: Verdict,
    /// The verdict in one sentence.
    pub headline: String,
    /// The HTML page that the fetch gets in place of data. `None` if there is no such page, or if the
    /// [fix](Fix::LoginPage) already describes a login page.
    #[cfg_attr(feature = "cases", serde(skip_serializing_if = "Option::is_none"))]
    pub unexpected_page: Option<UnexpectedPage>,
    /// The doubt about the request of the refused answer. `None` if there is no doubt. See
    /// [`set_pasted_requests`](Self::set_pasted_requests).
    #[cfg_attr(feature = "cases", serde(skip))]
    pub request_doubt: Option<RequestDoubt>,
    /// The page's call of `fetch()` or `XMLHttpRequest`.
    pub asked: Asked,
    /// The reasons why the fetch needs a preflight, or does not need a preflight: one sentence for each reason.
    pub preflight: Vec<String>,
    /// The requests with their answers. The requests that the browser sends come first. Then come the requests that the
    /// browser sends only after the fix.
    pub exchanges: Vec<ExplainedExchange>,
    /// The refusals. The first refusal blocks the fetch. Each further refusal would block the fetch if all earlier
    /// refusals were fixed.
    pub refusals: Vec<Refusal>,
    /// The change that makes the fetch succeed.
    pub fix: Fix,
    /// Different fixes of the same fetch: a safer fix, or a fix without a change of the page.
    #[cfg_attr(feature = "cases", serde(skip_serializing_if = "Vec::is_empty"))]
    pub alternatives: Vec<AlternativeFix>,
    /// The dangers of the fix.
    pub cautions: Vec<Caution>,
    /// Facts outside of the CORS protocol that do not change the verdict, such as a cookie that the browser does not send. Each
    /// element is one or more sentences.
    pub notes: Vec<String>,
    /// The response headers that a script cannot read.
    pub hidden: Vec<HiddenHeader>,
    /// The mistakes of the server that probably hide the headers in `hidden`.
    #[cfg_attr(feature = "cases", serde(skip_serializing_if = "Vec::is_empty"))]
    pub hidden_near_misses: Vec<NearMiss>,
    /// The browser engines that are known to judge the fetch differently than the standard. The verdict of an engine is
    /// [`Verdict::Undecided`] if the engine accepts an answer that the standard refuses, and then sends a request to which
    /// no answer is known.
    pub engines: Vec<EngineDifference>,
    /// The missing parts of the evidence, such as a recording, and the values that the explanation assumes for these
    /// parts. Each element is one or more sentences.
    pub not_recorded: Vec<String>,
    #[cfg_attr(feature = "cases", serde(skip))]
    pub(super) replay: Replay,
}

impl Explanation {
    /// Returns an explanation with empty lists.
    pub(super) fn new(asked: Asked, verdict: Verdict, headline: String, fix: Fix) -> Self {
        Self {
            verdict,
            headline,
            unexpected_page: None,
            request_doubt: None,
            asked,
            preflight: Vec::new(),
            exchanges: Vec::new(),
            refusals: Vec::new(),
            fix,
            alternatives: Vec::new(),
            cautions: Vec::new(),
            notes: Vec::new(),
            hidden: Vec::new(),
            hidden_near_misses: Vec::new(),
            engines: Vec::new(),
            not_recorded: Vec::new(),
            replay: Replay::default(),
        }
    }
}

/// The verdict of a browser.
///
/// ```
/// use fetch_cors::explain::Verdict;
/// assert_ne!(Verdict::Readable, Verdict::Opaque);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "cases",
    derive(serde::Serialize),
    serde(rename_all = "kebab-case")
)]
// Exhaustive: no other verdict is possible.
pub enum Verdict {
    /// A script can read the response.
    Readable,
    /// The fetch succeeds, but a script can read nothing of the response.
    Opaque,
    /// The fetch fails.
    Blocked,
    /// The answer to a request is not known, so the verdict is not known.
    Undecided,
}

/// Whether the fetch succeeds, but a script can read nothing of the response.
pub(super) fn is_opaque(response: &FilteredResponse) -> bool {
    matches!(
        response.response_type(),
        ResponseType::Opaque | ResponseType::OpaqueRedirect
    )
}

/// A response header that a script cannot read.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::browser::{HeaderList, Origin, RequestInit, Response, UserAgent};
/// use fetch_cors::{api::ApiCall, explain::explain};
///
/// let page = Origin::parse("https://app.example")?;
/// let call = ApiCall::Fetch(RequestInit::new("https://api.example/".parse()?));
/// let headers = HeaderList::from_pairs([("Access-Control-Allow-Origin", "*"), ("X-Total", "7")])?;
/// let explanation = explain(&UserAgent::new(), &page, &call, Duration::ZERO, |_| {
///     Some(Ok(Response::new(http::StatusCode::OK, headers.clone())))
/// });
/// let hidden = explanation.hidden.iter().find(|hidden| hidden.name == "x-total").unwrap();
/// assert_eq!(hidden.reason, "`Access-Control-Expose-Headers` does not list this header");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "cases", derive(serde::Serialize))]
#[non_exhaustive]
pub struct HiddenHeader {
    /// The name, in lower case.
    #[cfg_attr(feature = "cases", serde(serialize_with = "json::text"))]
    pub name: String,
    /// The reason why a script cannot read the header.
    pub reason: &'static str,
}
