//! What a request is, whether it is allowed, and what its response says.

use alloc::{sync::Arc, vec::Vec};

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{self, Entry, ValueIter},
};

use super::{
    CorsPolicy,
    policy::{Compiled, Origins, Vary},
    request_headers,
};
use crate::infrastructure::method::{is_cors_safelisted_method, is_method};

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

/// A value of a request's header: [`HeaderValue`], or bytes.
pub trait RequestValue<'r>: Copy {
    /// Its bytes.
    fn bytes(self) -> &'r [u8];
    /// The value to put on a response; `None` where it cannot be one.
    fn to_header_value(self) -> Option<HeaderValue>;
}

impl<'r> RequestValue<'r> for &'r HeaderValue {
    #[inline]
    fn bytes(self) -> &'r [u8] {
        self.as_bytes()
    }

    #[inline]
    fn to_header_value(self) -> Option<HeaderValue> {
        Some(self.clone())
    }
}

impl<'r> RequestValue<'r> for &'r [u8] {
    #[inline]
    fn bytes(self) -> &'r [u8] {
        self
    }

    #[inline]
    fn to_header_value(self) -> Option<HeaderValue> {
        HeaderValue::from_bytes(self).ok()
    }
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

/// A header that a decision puts on a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseValue<'r, V> {
    /// Made ready with the policy.
    Prepared(&'r HeaderValue),
    /// Taken from the request.
    Requested(V),
}

/// The values of one header in a [`HeaderMap`].
#[derive(Debug)]
pub struct Values<'r> {
    headers: &'r HeaderMap,
    name: HeaderName,
    iter: ValueIter<'r, HeaderValue>,
}

impl<'r> Values<'r> {
    #[inline]
    fn new(headers: &'r HeaderMap, wanted: Wanted<'_>) -> Self {
        let name = match wanted {
            Wanted::Origin => header::ORIGIN,
            Wanted::Method => header::ACCESS_CONTROL_REQUEST_METHOD,
            Wanted::Headers => header::ACCESS_CONTROL_REQUEST_HEADERS,
            Wanted::Other(name) => {
                HeaderName::from_bytes(name.as_bytes()).unwrap_or(header::ORIGIN)
            }
        };
        let iter = headers.get_all(&name).iter();
        Self {
            headers,
            name,
            iter,
        }
    }
}

/// Begins anew, at the first value.
impl Clone for Values<'_> {
    fn clone(&self) -> Self {
        let iter = self.headers.get_all(&self.name).iter();
        Self {
            headers: self.headers,
            name: self.name.clone(),
            iter,
        }
    }
}

impl<'r> Iterator for Values<'r> {
    type Item = &'r HeaderValue;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.iter.next()
    }
}

/// A request header that a decision looks up.
#[derive(Debug, Clone, Copy)]
enum Wanted<'n> {
    Origin,
    Method,
    Headers,
    /// One that a predicate reads.
    Other(&'n str),
}

impl Wanted<'_> {
    fn as_str(&self) -> &str {
        match self {
            Self::Origin => "origin",
            Self::Method => "access-control-request-method",
            Self::Headers => "access-control-request-headers",
            Self::Other(name) => name,
        }
    }
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

    /// The `Access-Control-*` headers of the response.
    #[inline]
    pub fn headers(
        &self,
    ) -> impl Iterator<Item = (HeaderName, ResponseValue<'r, V>)> + use<'r, I, V> {
        let said = self.said();
        let reflected = self.reflected().into_iter().flatten().map(|line| {
            (
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                ResponseValue::Requested(line),
            )
        });
        (0..said.count())
            .filter_map(move |number| said.header(number))
            .chain(reflected)
    }

    /// Merges the headers into a response, of an error too: what a handler set of the CORS headers
    /// goes, everything else of it stays.
    pub fn apply(&self, response: &mut HeaderMap) {
        remove_cors_headers(response);
        let said = self.said();
        let mut put = |number| {
            if let Some((name, value)) = said.header(number)
                && let Some(value) = value.to_header_value()
            {
                response.insert(name, value);
            }
        };
        // One by one, since a loop takes twice as long.
        if said.count() > 0 {
            put(0);
            put(1);
            put(2);
        }
        if said.count() > 3 {
            put(3);
            put(4);
        }
        for line in self.reflected().into_iter().flatten() {
            if let Some(line) = line.to_header_value() {
                response.append(header::ACCESS_CONTROL_ALLOW_HEADERS, line);
            }
        }
        self.vary_line().add_to(response);
    }

    #[inline]
    fn said(&self) -> Said<'r, V> {
        Said {
            policy: self.policy,
            is_preflight: self.kind == Kind::Preflight,
            is_allowed: self.kind != Kind::NotCors && self.verdict.is_ok(),
            origin: self.origin,
            requested_method: self.requested_method,
        }
    }

    /// The lines of names that an allowed preflight asks for, if they are reflected.
    #[inline]
    fn reflected(&self) -> Option<I> {
        let is_reflected = self.verdict.is_ok() && self.policy.reflects_headers;
        let lines = self.requested_headers.as_ref().filter(|_| is_reflected);
        lines.cloned()
    }

    pub(super) fn vary_line(&self) -> &'r Vary {
        match self.is_options {
            true => &self.policy.vary_on_options,
            false => &self.policy.vary,
        }
    }
}

/// What the headers of a response depend on.
struct Said<'r, V> {
    policy: &'r Compiled,
    is_preflight: bool,
    is_allowed: bool,
    origin: Option<V>,
    requested_method: Option<V>,
}

impl<'r, V: RequestValue<'r>> ResponseValue<'r, V> {
    #[inline]
    fn to_header_value(self) -> Option<HeaderValue> {
        match self {
            Self::Prepared(value) => Some(value.clone()),
            Self::Requested(value) => value.to_header_value(),
        }
    }
}

impl<'r, V: RequestValue<'r>> Said<'r, V> {
    /// How many there may be, of which any may be absent.
    const fn count(&self) -> u8 {
        match (self.is_preflight, self.is_allowed) {
            (false, _) => 3,
            (true, true) => 5,
            (true, false) => 0,
        }
    }

    #[inline]
    fn header(&self, number: u8) -> Option<(HeaderName, ResponseValue<'r, V>)> {
        let (name, value) = match (number, self.is_preflight) {
            (0, _) => (header::ACCESS_CONTROL_ALLOW_ORIGIN, self.origin()),
            (1, _) => {
                let credentials = self.policy.policy.credentials && self.origin().is_some();
                let value = credentials.then_some(ResponseValue::Prepared(&TRUE));
                (header::ACCESS_CONTROL_ALLOW_CREDENTIALS, value)
            }
            (_, false) => {
                let value = prepared(&self.policy.expose_headers);
                let value = value.filter(|_| self.origin().is_some());
                (header::ACCESS_CONTROL_EXPOSE_HEADERS, value)
            }
            (2, true) => (header::ACCESS_CONTROL_ALLOW_METHODS, self.methods()),
            (3, true) => {
                let value = prepared(&self.policy.allow_headers);
                (header::ACCESS_CONTROL_ALLOW_HEADERS, value)
            }
            (_, true) => {
                let value = prepared(&self.policy.max_age);
                (header::ACCESS_CONTROL_MAX_AGE, value)
            }
        };
        value.map(|value| (name, value))
    }

    /// A static policy says the same on every response, but for a preflight that it denies.
    #[inline]
    fn origin(&self) -> Option<ResponseValue<'r, V>> {
        match &self.policy.static_origin {
            Some(origin) => Some(ResponseValue::Prepared(origin)),
            None => self
                .origin
                .filter(|_| self.is_allowed)
                .map(ResponseValue::Requested),
        }
    }

    #[inline]
    fn methods(&self) -> Option<ResponseValue<'r, V>> {
        match self.policy.reflects_method {
            true => self
                .requested_method
                .filter(|method| !is_cors_safelisted_method(method.bytes()))
                .map(ResponseValue::Requested),
            false => prepared(&self.policy.allow_methods),
        }
    }
}

#[inline]
fn prepared<V>(value: &Option<HeaderValue>) -> Option<ResponseValue<'_, V>> {
    value.as_ref().map(ResponseValue::Prepared)
}

static TRUE: HeaderValue = HeaderValue::from_static("true");

fn remove_cors_headers(response: &mut HeaderMap) {
    let is_cors = |name: &HeaderName| name.as_str().starts_with("access-control-");
    while let Some(name) = response.keys().find(|name| is_cors(name)).cloned() {
        response.remove(name);
    }
}

impl Vary {
    /// Adds what is missing, as one line.
    fn add_to(&self, response: &mut HeaderMap) {
        let Some(line) = &self.line else {
            return;
        };
        match response.entry(header::VARY) {
            Entry::Vacant(vacant) => {
                vacant.insert(line.clone());
            }
            Entry::Occupied(mut lines) => {
                let missing = self.missing(|| lines.iter().map(HeaderValue::as_bytes));
                if let Some(missing) = missing {
                    lines.append(missing);
                }
            }
        }
    }

    /// The names that `lines`, those of a response's `Vary`, do not have; as one line.
    pub(super) fn missing<'l, I>(&self, lines: impl Fn() -> I) -> Option<HeaderValue>
    where
        I: Iterator<Item = &'l [u8]>,
    {
        let elements = || {
            lines()
                .flat_map(|line| line.split(|&byte| byte == b','))
                .map(<[u8]>::trim_ascii)
        };
        if elements().any(|element| element == b"*") {
            return None;
        }
        let is_missing = |name: &HeaderName| {
            !elements().any(|element| element.eq_ignore_ascii_case(name.as_str().as_bytes()))
        };
        let missing: Vec<&str> = self
            .names
            .iter()
            .filter(|name| is_missing(name))
            .map(HeaderName::as_str)
            .collect();
        let line = HeaderValue::from_str(&missing.join(", ")).ok()?;
        (!missing.is_empty()).then_some(line)
    }
}
