//! A decision that is kept for longer than its request.

use alloc::{boxed::Box, sync::Arc, vec::Vec};
use core::slice;

#[cfg(feature = "tower")]
use http::Method;
use http::{HeaderMap, HeaderValue, StatusCode};

#[cfg(feature = "tower")]
use super::CorsPolicy;
use super::{
    compiled::Compiled,
    decide::{Decision, Denied, Kind},
    request_value::RequestValue,
};

/// A [`Decision`] that owns what it says, for a response that comes when the request is gone.
///
/// It shares the policy, and the values of the request that the response has to repeat. Only a
/// preflight of which the response repeats something takes an allocation.
///
/// ```
/// use fetch_cors::server::{CorsPolicy, Kind};
/// use http::{HeaderMap, Method};
///
/// let policy = CorsPolicy::builder().origin("https://*.app.example").build()?;
/// let decision = {
///     let mut request = HeaderMap::new();
///     request.insert("origin", "https://www.app.example".parse()?);
///     policy.decide(&Method::GET, &request).into_owned()
/// };
/// assert_eq!((decision.kind(), decision.allowed()), (Kind::Cors, Some(Ok(()))));
///
/// let mut response = HeaderMap::new();
/// decision.apply(&mut response);
/// assert_eq!(response["access-control-allow-origin"], "https://www.app.example");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct OwnedDecision {
    policy: Arc<Compiled>,
    kind: Kind,
    is_options: bool,
    verdict: Result<(), Denied>,
    /// Where the response repeats it.
    origin: Option<HeaderValue>,
    reflected: Option<Box<Reflected>>,
}

/// What a preflight asks for, where the response repeats it.
#[derive(Debug, Clone)]
struct Reflected {
    method: Option<HeaderValue>,
    headers: Vec<HeaderValue>,
}

impl<'r, I, V> Decision<'r, I>
where
    I: Iterator<Item = V> + Clone,
    V: RequestValue<'r>,
{
    /// The decision without its request.
    #[inline]
    pub fn into_owned(self) -> OwnedDecision {
        let is_allowed = self.verdict.is_ok();
        let reflects = self.policy.reflects_method || self.policy.reflects_headers;
        let reflected = (is_allowed && reflects && self.kind == Kind::Preflight).then(|| {
            let headers = self.requested_headers.into_iter().flatten();
            Box::new(Reflected {
                method: self.requested_method.and_then(V::to_header_value),
                headers: headers.filter_map(V::to_header_value).collect(),
            })
        });
        let origin = match self.policy.static_origin {
            None if is_allowed => self.origin.and_then(V::to_header_value),
            _ => None,
        };
        OwnedDecision {
            policy: Arc::clone(self.policy),
            kind: self.kind,
            is_options: self.is_options,
            verdict: self.verdict,
            origin,
            reflected,
        }
    }
}

#[cfg(feature = "tower")]
impl CorsPolicy {
    /// What every response to this method says, whatever the request's headers are, if there is such a
    /// thing; what kind the request is it does not know.
    #[inline]
    pub(crate) fn static_decision(&self, method: &Method) -> Option<OwnedDecision> {
        let is_static = self.0.static_origin.is_some() && *method != Method::OPTIONS;
        is_static.then(|| OwnedDecision {
            policy: Arc::clone(&self.0),
            kind: Kind::NotCors,
            is_options: false,
            verdict: Ok(()),
            origin: None,
            reflected: None,
        })
    }
}

impl OwnedDecision {
    /// What the request is; see [`Decision::kind`].
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether it is allowed; see [`Decision::allowed`].
    pub fn allowed(&self) -> Option<Result<(), Denied>> {
        self.borrow().allowed()
    }

    /// The status to answer a preflight with; see [`Decision::status`].
    pub fn status(&self) -> Option<StatusCode> {
        self.borrow().status()
    }

    /// Merges the headers into a response; see [`Decision::apply`].
    pub fn apply(&self, response: &mut HeaderMap) {
        self.borrow().apply(response);
    }

    #[inline]
    fn borrow(&self) -> Decision<'_, slice::Iter<'_, HeaderValue>> {
        let reflected = self.reflected.as_deref();
        Decision {
            policy: &self.policy,
            kind: self.kind,
            is_options: self.is_options,
            verdict: self.verdict,
            origin: self.origin.as_ref(),
            requested_method: reflected.and_then(|reflected| reflected.method.as_ref()),
            requested_headers: reflected.map(|reflected| reflected.headers.iter()),
        }
    }
}
