//! What a request is, and whether it is allowed.

use alloc::sync::Arc;

use http::{HeaderMap, HeaderName, Method, StatusCode};

use super::{
    CorsPolicy,
    compiled::Compiled,
    policy::Origins,
    request_headers,
    request_value::{RequestValue, Values, Wanted},
    vary::Vary,
};
use crate::infrastructure::method::is_method;

/// What a request is to the CORS protocol.
///
/// ```
/// use fetch_cors::server::{CorsPolicy, Kind};
///
/// let policy = CorsPolicy::builder().any_origin().build()?;
/// let request = http::HeaderMap::new();
/// let decision = policy.decide(&http::Method::OPTIONS, &request);
/// assert_eq!(decision.kind(), Kind::NotCors); // a plain OPTIONS is no preflight
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
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
/// use fetch_cors::server::Denied;
/// assert_eq!(Denied::MalformedRequest.to_string(), "malformed-request");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Denied {
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

/// What a policy says of a request. It borrows both, and has not allocated anything.
///
/// ```
/// use fetch_cors::server::{CorsPolicy, Denied, Kind};
///
/// let policy = CorsPolicy::builder().origins(["https://a.example", "https://b.example"]).build()?;
/// let mut request = http::HeaderMap::new();
/// request.insert("origin", "https://c.example".parse()?);
///
/// let decision = policy.decide(&http::Method::GET, &request);
/// assert_eq!((decision.kind(), decision.allowed()), (Kind::Cors, Some(Err(Denied::Origin))));
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
    pub(super) policy: &'r Arc<Compiled>,
    pub(super) kind: Kind,
    pub(super) is_options: bool,
    pub(super) verdict: Result<(), Denied>,
    pub(super) origin: Option<I::Item>,
    pub(super) requested_method: Option<I::Item>,
    pub(super) requested_headers: Option<I>,
}

impl CorsPolicy {
    /// Decides on a request.
    #[inline]
    pub fn decide<'r>(&'r self, method: &Method, headers: &'r HeaderMap) -> Decision<'r> {
        self.decide_by(*method == Method::OPTIONS, |wanted| {
            Values::new(headers, wanted)
        })
    }

    /// Decides on a request of a framework with a header map of its own: `header` gives the values of
    /// the request's headers of a name, which is in lower case.
    ///
    /// ```
    /// use fetch_cors::server::{CorsPolicy, Denied};
    ///
    /// let request = [("origin", "https://a.example"), ("origin", "https://a.example")];
    /// let policy = CorsPolicy::builder().origin("https://a.example").build()?;
    /// let decision = policy.decide_raw(b"GET", |name: &str| {
    ///     let values: Vec<_> = request.iter().filter(|(n, _)| *n == name).map(|(_, value)| value.as_bytes()).collect();
    ///     values.into_iter()
    /// });
    /// assert_eq!(decision.allowed(), Some(Err(Denied::Origin))); // twice is no origin
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    #[inline]
    pub fn decide_raw<'r, I>(&'r self, method: &[u8], header: impl Fn(&str) -> I) -> Decision<'r, I>
    where
        I: Iterator<Item = &'r [u8]> + Clone,
    {
        self.decide_by(method == b"OPTIONS", |wanted| header(wanted.as_str()))
    }

    #[inline]
    fn decide_by<'r, I, V>(
        &'r self,
        is_options: bool,
        lookup: impl Fn(Wanted<'_>) -> I,
    ) -> Decision<'r, I>
    where
        I: Iterator<Item = V> + Clone,
        V: RequestValue<'r>,
    {
        let policy = &self.0;
        let mut decision = Decision {
            policy,
            kind: Kind::NotCors,
            is_options,
            verdict: Ok(()),
            origin: None,
            requested_method: None,
            requested_headers: None,
        };
        let mut origins = lookup(Wanted::Origin);
        let Some(origin) = origins.next() else {
            return decision;
        };
        decision.kind = Kind::Cors;
        decision.origin = Some(origin);
        let header = |name: &str| lookup(Wanted::Other(name)).next().map(V::bytes);
        decision.verdict = policy.check_origin(origin.bytes(), origins.next().is_some(), &header);
        if is_options {
            let mut methods = lookup(Wanted::Method);
            if let Some(method) = methods.next() {
                decision.kind = Kind::Preflight;
                decision.requested_method = Some(method);
                decision.requested_headers =
                    policy.reflects_headers.then(|| lookup(Wanted::Headers));
                if decision.verdict.is_ok() {
                    let is_repeated = methods.next().is_some();
                    let lines = lookup(Wanted::Headers).map(V::bytes);
                    decision.verdict = policy.check_preflight(method.bytes(), is_repeated, lines);
                }
            }
        }
        decision
    }
}

impl Compiled {
    #[inline]
    fn check_origin<'r>(
        &'r self,
        origin: &[u8],
        is_repeated: bool,
        header: &'r dyn Fn(&str) -> Option<&'r [u8]>,
    ) -> Result<(), Denied> {
        let is_any = matches!(self.policy.origins, Origins::Any);
        match is_any || (!is_repeated && self.policy.allows_origin(origin, header)) {
            true => Ok(()),
            false => Err(Denied::Origin),
        }
    }

    #[inline]
    fn check_preflight<'r>(
        &self,
        method: &[u8],
        is_repeated: bool,
        lines: impl Iterator<Item = &'r [u8]>,
    ) -> Result<(), Denied> {
        let credentials = self.policy.credentials;
        if is_repeated || !is_method(method) {
            return Err(Denied::MalformedRequest);
        }
        if !self.policy.methods.allows(method, credentials) {
            return Err(Denied::Method);
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
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether it is allowed, and if not why; `None` where it is not CORS.
    ///
    /// Of a request that is no preflight this is about the origin alone. It may be answered in any
    /// case: it is the browser that keeps the response from the page.
    pub fn allowed(&self) -> Option<Result<(), Denied>> {
        (self.kind != Kind::NotCors).then_some(self.verdict)
    }

    /// The status to answer a preflight with; `None` for anything else.
    pub fn status(&self) -> Option<StatusCode> {
        (self.kind == Kind::Preflight).then(|| match self.verdict {
            Ok(()) => self.policy.policy.preflight_status,
            Err(_) => StatusCode::FORBIDDEN,
        })
    }

    /// The names that the response's `Vary` must have.
    pub fn vary(&self) -> &'r [HeaderName] {
        &self.vary_line().names
    }

    pub(super) fn vary_line(&self) -> &'r Vary {
        match self.is_options {
            true => &self.policy.vary_on_options,
            false => &self.policy.vary,
        }
    }
}
