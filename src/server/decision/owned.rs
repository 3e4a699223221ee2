//! A decision that can outlive its request.

use alloc::boxed::Box;

use http::{HeaderMap, StatusCode, header};

use super::{
    decide::{Decision, RequestKind},
    denial::{Denial, DenialReason, Verdict},
};
use crate::server::response::{
    header_target::{HeaderTarget, merge_into},
    pending::PendingHeaders,
};

/// A [`Decision`] that owns its values, for a response that is made after the request is dropped.
///
/// The decision shares the values of the policy and of the request's [`HeaderMap`] by reference counting, and does not
/// copy these values. Copies are necessary only for a preflight (the headers and the denied name), and for a request
/// that is not in a `HeaderMap` (the `Origin`).
///
/// ```
/// use fetch_cors::server::{CorsPolicy, RequestKind, Verdict};
/// use http::{HeaderMap, Method};
///
/// let policy = CorsPolicy::builder().origin("https://*.app.example").build()?;
/// let decision = {
///     let mut request = HeaderMap::new();
///     request.insert("origin", "https://www.app.example".parse()?);
///     policy.decide(&Method::GET, &request).into_owned()
/// };
/// assert_eq!((decision.kind(), decision.verdict()), (RequestKind::Cors, Verdict::Allowed));
///
/// let mut response = HeaderMap::new();
/// decision.apply(&mut response);
/// assert_eq!(response["access-control-allow-origin"], "https://www.app.example");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct OwnedDecision {
    kind: RequestKind,
    checked: Result<(), Denial>,
    /// The name of the denied method or header.
    denied_name: Option<Box<str>>,
    status: Option<StatusCode>,
    pending_headers: PendingHeaders,
}

impl Decision<'_> {
    /// Converts the decision into a decision that does not borrow the request.
    pub fn into_owned(self) -> OwnedDecision {
        let denied_name = match self.verdict().denial() {
            Some(DenialReason::Method(name) | DenialReason::Header(name)) => Some(name.into()),
            _ => None,
        };
        OwnedDecision {
            kind: self.kind(),
            checked: self.checked(),
            denied_name,
            status: self.status(),
            pending_headers: self.pending_headers(),
        }
    }
}

impl OwnedDecision {
    /// Returns the kind of the request; see [`Decision::kind`].
    pub const fn kind(&self) -> RequestKind {
        self.kind
    }

    /// Whether the request is allowed; see [`Decision::verdict`].
    pub fn verdict(&self) -> Verdict<'_> {
        let name = self.denied_name.as_deref().unwrap_or_default();
        match (self.kind, self.checked) {
            (RequestKind::NotCors, _) => Verdict::NotCors,
            (_, Ok(())) => Verdict::Allowed,
            (_, Err(denial)) => Verdict::Denied(denial.with_name(name)),
        }
    }

    /// Returns the status of the response to a preflight; see [`Decision::status`].
    pub const fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// Merges the headers into a response; see [`Decision::apply`].
    pub fn apply(&self, response: &mut HeaderMap) {
        self.pending_headers.clone().merge_into(response);
    }

    /// Merges the headers into a response of any type that implements [`HeaderTarget`]; see [`Decision::apply_to`].
    ///
    /// ```
    /// use fetch_cors::{infrastructure::header_list::HeaderList, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://*.app.example").build()?;
    /// let request = http::HeaderMap::new();
    /// let decision = policy.decide(&http::Method::GET, &request).into_owned();
    /// let mut response = HeaderList::default();
    /// decision.apply_to(&mut response);
    /// assert_eq!(response, HeaderList::from_pairs([("vary", "origin")])?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn apply_to(&self, response: &mut impl HeaderTarget) {
        let mut headers = HeaderMap::new();
        self.apply(&mut headers);
        merge_into(response, headers.remove(header::VARY), |target| {
            for (name, value) in &headers {
                target.append(name.as_str(), value.as_bytes());
            }
        });
    }
}
