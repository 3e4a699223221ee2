//! A decision that is kept for longer than its request.

use http::{HeaderMap, HeaderValue, StatusCode};

use super::{
    decide::{Decision, DenialReason, RequestKind},
    header_source::RequestValue,
};
use crate::server::response::{pending::PendingHeaders, vary::missing};

/// A [`Decision`] that owns what it says, for a response that comes when the request is gone.
///
/// It shares the values, those of the policy and those of the request. Only a
/// preflight of which the response repeats something takes an allocation.
///
/// ```
/// use fetch_cors::server::{CorsPolicy, RequestKind};
/// use http::{HeaderMap, Method};
///
/// let policy = CorsPolicy::builder().origin("https://*.app.example").build()?;
/// let decision = {
///     let mut request = HeaderMap::new();
///     request.insert("origin", "https://www.app.example".parse()?);
///     policy.decide(&Method::GET, &request).into_owned()
/// };
/// assert_eq!((decision.kind(), decision.allowed()), (RequestKind::Cors, Some(Ok(()))));
///
/// let mut response = HeaderMap::new();
/// decision.apply(&mut response);
/// assert_eq!(response["access-control-allow-origin"], "https://www.app.example");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct OwnedDecision {
    kind: RequestKind,
    allowed: Option<Result<(), DenialReason>>,
    status: Option<StatusCode>,
    pending_headers: PendingHeaders,
}

impl<'r, I, V> Decision<'r, I>
where
    I: Iterator<Item = V> + Clone,
    V: RequestValue<'r>,
{
    /// The decision without its request.
    pub fn into_owned(self) -> OwnedDecision {
        OwnedDecision {
            kind: self.kind(),
            allowed: self.allowed(),
            status: self.status(),
            pending_headers: self.pending_headers(),
        }
    }
}

impl OwnedDecision {
    /// What the request is; see [`Decision::kind`].
    pub const fn kind(&self) -> RequestKind {
        self.kind
    }

    /// Whether it is allowed; see [`Decision::allowed`].
    pub const fn allowed(&self) -> Option<Result<(), DenialReason>> {
        self.allowed
    }

    /// The status to answer a preflight with; see [`Decision::status`].
    pub const fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// Merges the headers into a response; see [`Decision::apply`].
    pub fn apply(&self, response: &mut HeaderMap) {
        self.pending_headers.clone().merge_into(response);
    }

    /// The line to add to a response whose `Vary` has these lines; see [`Decision::missing_vary`].
    ///
    /// ```
    /// use fetch_cors::server::CorsPolicy;
    ///
    /// let policy = CorsPolicy::builder().origin("https://*.app.example").build()?;
    /// let request = http::HeaderMap::new();
    /// let decision = policy.decide(&http::Method::GET, &request).into_owned();
    /// assert_eq!(decision.missing_vary([&b"accept"[..]]).unwrap(), "origin");
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    pub fn missing_vary<'l>(
        &self,
        lines: impl IntoIterator<Item = &'l [u8]>,
    ) -> Option<HeaderValue> {
        missing(self.pending_headers.vary()?, lines)
    }
}
