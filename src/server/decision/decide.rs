//! What a request is, and whether it is allowed.

use http::{HeaderMap, HeaderName, Method, StatusCode, header};

use super::{
    header_source::{ByName, Lookup, RequestValue, Values},
    request_headers,
};
use crate::infrastructure::method::is_method;
use crate::server::{
    policy::{CorsPolicy, Origins},
    response::{precomputed::PrecomputedResponses, vary::Vary},
};

/// What a request is to the CORS protocol.
///
/// ```
/// use fetch_cors::server::{CorsPolicy, RequestKind};
///
/// let policy = CorsPolicy::builder().any_origin().build()?;
/// let request = http::HeaderMap::new();
/// let decision = policy.decide(&http::Method::OPTIONS, &request);
/// assert_eq!(decision.kind(), RequestKind::NotCors); // a plain OPTIONS is no preflight
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// It has no Origin.
    NotCors,
    /// It has an Origin and is no preflight.
    Cors,
    /// It is an OPTIONS with an Origin and Access-Control-Request-Method.
    Preflight,
}

/// Why a request is not allowed.
///
/// ```
/// use fetch_cors::server::DenialReason;
/// assert_eq!(DenialReason::MalformedRequest.to_string(), "malformed-request");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DenialReason {
    /// The origin is not allowed, or Origin is not one origin.
    #[error("origin")]
    Origin,
    /// What a preflight asks cannot be read, or is over a limit.
    #[error("malformed-request")]
    MalformedRequest,
    /// The method is not allowed.
    #[error("method")]
    Method,
    /// A header is not allowed.
    #[error("header")]
    Header,
}

/// What a policy says of a request. It borrows both, and nothing was allocated for it, but where the URL
/// parser had to judge a host: one in punycode below a wildcard, or an odd one for a predicate.
///
/// ```
/// use fetch_cors::server::{CorsPolicy, DenialReason, RequestKind};
///
/// let policy = CorsPolicy::builder().origins(["https://a.example", "https://b.example"]).build()?;
/// let mut request = http::HeaderMap::new();
/// request.insert("origin", "https://c.example".parse()?);
///
/// let decision = policy.decide(&http::Method::GET, &request);
/// assert_eq!((decision.kind(), decision.allowed()), (RequestKind::Cors, Some(Err(DenialReason::Origin))));
///
/// let mut response = http::HeaderMap::new();
/// decision.apply(&mut response);
/// assert_eq!(response["vary"], "origin");
/// assert_eq!(response.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Decision<'r, I = Values<'r>>
where
    I: Iterator,
{
    pub(crate) policy: &'r CorsPolicy,
    pub(crate) kind: RequestKind,
    pub(crate) is_options: bool,
    /// None where the response does not depend on it, and nobody has asked yet.
    verdict: Option<Result<(), DenialReason>>,
    pub(crate) origin: Option<I::Item>,
    is_repeated: bool,
    pub(crate) requested_method: Option<I::Item>,
    pub(crate) requested_headers: Option<I>,
}

impl CorsPolicy {
    /// Decides on a request.
    #[inline]
    pub fn decide<'r>(&'r self, method: &Method, headers: &'r HeaderMap) -> Decision<'r> {
        self.decide_by(*method == Method::OPTIONS, headers)
    }

    /// Decides on a request of a framework with a header map of its own: `header` gives the values of
    /// the request's headers of a name, which is in lower case.
    ///
    /// On every response the framework then removes what the policy [owns](Self::owns), appends
    /// [`headers`](Decision::headers), and appends [`missing_vary`](Decision::missing_vary) to `Vary`.
    /// `benches/tests/actix_web.rs` in the repository is a middleware of actix-web that does so.
    ///
    /// ```
    /// use fetch_cors::server::{CorsPolicy, DenialReason};
    ///
    /// let request = [("origin", "https://a.example"), ("origin", "https://a.example")];
    /// let policy = CorsPolicy::builder().origin("https://a.example").build()?;
    /// let decision = policy.decide_raw(b"GET", |name: &str| {
    ///     let values: Vec<_> = request.iter().filter(|(n, _)| *n == name).map(|(_, value)| value.as_bytes()).collect();
    ///     values.into_iter()
    /// });
    /// assert_eq!(decision.allowed(), Some(Err(DenialReason::Origin))); // twice is no origin
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    #[inline]
    pub fn decide_raw<'r, I>(&'r self, method: &[u8], header: impl Fn(&str) -> I) -> Decision<'r, I>
    where
        I: Iterator<Item = &'r [u8]> + Clone,
    {
        self.decide_by(method == b"OPTIONS", ByName(header))
    }

    #[inline]
    fn decide_by<'r, H: Lookup<'r>>(
        &'r self,
        is_options: bool,
        headers: H,
    ) -> Decision<'r, H::Values> {
        let policy = &*self.0;
        let mut decision = Decision {
            policy: self,
            kind: RequestKind::NotCors,
            is_options,
            verdict: None,
            origin: None,
            is_repeated: false,
            requested_method: None,
            requested_headers: None,
        };
        let Some((origin, is_repeated)) = headers.first(header::ORIGIN) else {
            return decision;
        };
        decision.kind = RequestKind::Cors;
        decision.origin = Some(origin);
        decision.is_repeated = is_repeated;
        if policy.static_origin.is_some() && !is_options {
            return decision;
        }
        let read = |name: &HeaderName| headers.read(name);
        let mut verdict = match policy.is_static_origin(origin.bytes(), is_repeated) {
            true => Ok(()),
            false => policy.check_origin(origin.bytes(), is_repeated, &read),
        };
        if is_options
            && let Some((method, is_repeated)) =
                headers.first(header::ACCESS_CONTROL_REQUEST_METHOD)
        {
            decision.kind = RequestKind::Preflight;
            decision.requested_method = Some(method);
            if verdict.is_ok() {
                let lines = headers.requested_headers().map(H::Value::bytes);
                verdict = policy.check_preflight(method.bytes(), is_repeated, lines);
                let reflects = policy.reflects_headers;
                decision.requested_headers = reflects.then(|| headers.requested_headers());
            }
        }
        decision.verdict = Some(verdict);
        decision
    }
}

impl PrecomputedResponses {
    #[inline]
    pub(crate) const fn vary_line(&self, is_options: bool) -> &Vary {
        match is_options {
            true => &self.vary_on_options,
            false => &self.vary,
        }
    }

    /// One comparison, for each preflight; of other requests few ask whether they are allowed.
    #[inline]
    fn is_static_origin(&self, origin: &[u8], is_repeated: bool) -> bool {
        let only = self.static_origin.as_ref();
        !is_repeated && only.is_some_and(|only| only.as_bytes() == origin)
    }

    #[inline]
    fn check_origin<'r>(
        &'r self,
        origin: &[u8],
        is_repeated: bool,
        header: &'r dyn Fn(&HeaderName) -> Option<&'r [u8]>,
    ) -> Result<(), DenialReason> {
        let is_any = matches!(self.policy.origins, Origins::Any);
        let is_allowed = is_any || (!is_repeated && self.policy.allows_origin(origin, header));
        match is_allowed {
            true => Ok(()),
            false => Err(DenialReason::Origin),
        }
    }

    #[inline]
    fn check_preflight<'r>(
        &self,
        method: &[u8],
        is_repeated: bool,
        lines: impl Iterator<Item = &'r [u8]>,
    ) -> Result<(), DenialReason> {
        let credentials = self.policy.config.credentials;
        if is_repeated {
            return Err(DenialReason::MalformedRequest);
        }
        // What is named is a token: it need not be read once more for that.
        if !self.policy.methods.names(method) {
            if !is_method(method) {
                return Err(DenialReason::MalformedRequest);
            }
            if !self.policy.methods.covers(method, credentials) {
                return Err(DenialReason::Method);
            }
        }
        request_headers::check(&self.policy.request_headers, credentials, lines)
    }
}

impl<'r, I, V> Decision<'r, I>
where
    I: Iterator<Item = V> + Clone,
    V: RequestValue<'r>,
{
    /// What the request is.
    pub const fn kind(&self) -> RequestKind {
        self.kind
    }

    /// Whether it is allowed, and if not why; `None` where it is not CORS.
    ///
    /// Of a request that is no preflight this is about the origin alone. It may be answered in any
    /// case: it is the browser that keeps the response from the page.
    pub fn allowed(&self) -> Option<Result<(), DenialReason>> {
        (self.kind != RequestKind::NotCors).then(|| self.verdict())
    }

    #[inline]
    pub(crate) fn verdict(&self) -> Result<(), DenialReason> {
        match self.verdict {
            Some(verdict) => verdict,
            None => self.late_verdict(),
        }
    }

    /// Out of line, since it is in the way of most who ask.
    #[inline(never)]
    fn late_verdict(&self) -> Result<(), DenialReason> {
        match self.origin {
            // A predicate is asked for no static policy.
            Some(origin) => {
                let is_repeated = self.is_repeated;
                self.policy
                    .0
                    .check_origin(origin.bytes(), is_repeated, &|_| None)
            }
            None => Ok(()),
        }
    }

    /// The status to answer a preflight with; `None` for anything else.
    pub fn status(&self) -> Option<StatusCode> {
        (self.kind == RequestKind::Preflight).then(|| match self.verdict() {
            Ok(()) => self.policy.0.policy.preflight_status,
            Err(_) => StatusCode::FORBIDDEN,
        })
    }

    /// The names that the response's `Vary` must have.
    pub fn vary(&self) -> &'r [HeaderName] {
        &self.vary_line().names
    }

    pub(crate) fn vary_line(&self) -> &'r Vary {
        self.policy.0.vary_line(self.is_options)
    }
}
