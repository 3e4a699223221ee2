//! Decisions: the kind of a request, and whether the policy allows it.

use core::ops::ControlFlow;

use http::{HeaderMap, HeaderName, Method, Request, StatusCode, header, request::Parts};

use super::{
    denial::{Denial, Verdict},
    header_source::{HeaderSource, Requested},
    request_headers,
};
use crate::infrastructure::method::is_method;
use crate::server::{
    policy::{
        CorsPolicy,
        predicate::{RequestLine, RequestView},
        rules::Origins,
    },
    response::{precomputed::PrecomputedResponses, vary::Vary},
};

/// The maximum length of a method that the policy does not list. The policy denies a longer method, and does not read
/// the bytes of the method after this length. Common methods have fewer than 20 bytes.
const METHOD_LIMIT_BYTES: usize = 8 * 1024;

/// The kind of a request in the CORS protocol.
///
/// ```
/// use fetch_cors::server::{CorsPolicy, RequestKind};
///
/// let policy = CorsPolicy::builder().any_origin().build()?;
/// let request = http::HeaderMap::new();
/// let decision = policy.decide(&http::Method::OPTIONS, &request);
/// assert_eq!(decision.kind(), RequestKind::NotCors); // OPTIONS without Access-Control-Request-Method is not a preflight
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Exhaustive: the standard has no other kind of request.
pub enum RequestKind {
    /// The request has no `Origin`.
    NotCors,
    /// The request has an `Origin` and is not a preflight.
    Cors,
    /// The request is an OPTIONS request with `Origin` and `Access-Control-Request-Method`.
    Preflight,
}

/// A policy's decision on a request.
///
/// Borrows the policy and the request. A decision does not allocate memory.
///
/// ```
/// use fetch_cors::server::{CorsPolicy, DenialReason, RequestKind, Verdict};
///
/// let policy = CorsPolicy::builder().origins(["https://a.example", "https://b.example"]).build()?;
/// let mut request = http::HeaderMap::new();
/// request.insert("origin", "https://c.example".parse()?);
///
/// let decision = policy.decide(&http::Method::GET, &request);
/// assert_eq!(decision.kind(), RequestKind::Cors);
/// assert_eq!(decision.verdict(), Verdict::Denied(DenialReason::Origin));
///
/// let mut response = http::HeaderMap::new();
/// decision.apply(&mut response);
/// assert_eq!(response["vary"], "origin");
/// assert_eq!(response.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Decision<'r> {
    pub(crate) policy: &'r CorsPolicy,
    pub(crate) kind: RequestKind,
    pub(crate) is_options: bool,
    /// The verdict, or `None` if the response does not depend on the verdict. In that case, the verdict is computed when
    /// a caller asks for it.
    verdict: Option<Result<(), Denial>>,
    is_repeated: bool,
    pub(crate) requested: Requested<'r>,
}

impl CorsPolicy {
    /// Decides on a request by its method and its headers.
    ///
    /// A [predicate](crate::server::PredicateRequest) that this function calls sees neither the URI nor the extensions
    /// of the request. In HTTP/2, the URI contains the host. A predicate that reads the host therefore needs
    /// [`decide_request`](Self::decide_request).
    #[inline]
    pub fn decide<'r>(&'r self, method: &Method, headers: &'r HeaderMap) -> Decision<'r> {
        self.decide_by(
            *method == Method::OPTIONS,
            headers,
            RequestLine::Method(method),
        )
    }

    /// Decides on a request. A predicate sees the method, the URI, the extensions, and the headers that the predicate
    /// declares.
    ///
    /// ```
    /// use fetch_cors::server::CorsPolicy;
    /// use http::Request;
    ///
    /// let policy = CorsPolicy::builder()
    ///     .origin_predicate(&[], |_, request| request.uri().is_some_and(|uri| uri.path() == "/public"))
    ///     .build()?;
    /// let to = |path: &str| Request::get(path).header("origin", "https://a.example").body(());
    /// assert!(policy.decide_request(&to("/public")?).verdict().is_allowed());
    /// assert!(!policy.decide_request(&to("/private")?).verdict().is_allowed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn decide_request<'r, B>(&'r self, request: &'r Request<B>) -> Decision<'r> {
        let line = RequestLine::Whole {
            method: request.method(),
            uri: request.uri(),
            extensions: request.extensions(),
        };
        let is_options = *request.method() == Method::OPTIONS;
        self.decide_by(is_options, request.headers(), line)
    }

    /// Decides on the parts of a request; see [`decide_request`](Self::decide_request).
    ///
    /// ```
    /// use fetch_cors::server::CorsPolicy;
    ///
    /// let policy = CorsPolicy::builder().origin("https://a.example").build()?;
    /// let request = http::Request::get("/").header("origin", "https://a.example").body(())?;
    /// let (parts, _body) = request.into_parts();
    /// assert!(policy.decide_parts(&parts).verdict().is_allowed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn decide_parts<'r>(&'r self, parts: &'r Parts) -> Decision<'r> {
        let line = RequestLine::Whole {
            method: &parts.method,
            uri: &parts.uri,
            extensions: &parts.extensions,
        };
        self.decide_by(parts.method == Method::OPTIONS, &parts.headers, line)
    }

    /// Decides on a request that has a framework's own type. `headers` is a function: its argument is a header name in
    /// lower case, and its result is the values of that header in the request.
    ///
    /// [`Decision::apply_to`] adds the headers to a response of the framework. For an example, see the recipe for
    /// Rocket in [Adapters](crate::guide::adapters). A predicate sees the method and the headers. Some frameworks do
    /// not store the host of an HTTP/2 request as a header. For such a framework, `headers` can return the host for the
    /// name `host`.
    ///
    /// ```
    /// use fetch_cors::server::{CorsPolicy, DenialReason, Verdict};
    ///
    /// let request = [("origin", "https://a.example"), ("origin", "https://a.example")];
    /// let headers = |name: &str| {
    ///     let values: Vec<_> = request.iter().filter(|(n, _)| *n == name).map(|(_, value)| value.as_bytes()).collect();
    ///     values.into_iter()
    /// };
    /// let policy = CorsPolicy::builder().origin("https://a.example").build()?;
    /// let decision = policy.decide_raw(b"GET", &headers);
    /// assert_eq!(decision.verdict(), Verdict::Denied(DenialReason::Origin)); // two header lines are not a single origin
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    #[inline]
    pub fn decide_raw<'r>(&'r self, method: &[u8], headers: impl HeaderSource<'r>) -> Decision<'r> {
        self.decide_by(method == b"OPTIONS", headers, RequestLine::Bytes(method))
    }

    // Several functions call this function. Without `inline(always)`, the compiler does not inline this function, and
    // each decision then executes about 50 more instructions.
    #[allow(clippy::inline_always)]
    #[inline(always)]
    fn decide_by<'r, S: HeaderSource<'r>>(
        &'r self,
        is_options: bool,
        headers: S,
        line: RequestLine<'_>,
    ) -> Decision<'r> {
        let policy = &*self.0;
        let decision = |kind, verdict, is_repeated, requested| Decision {
            policy: self,
            kind,
            is_options,
            verdict,
            is_repeated,
            requested,
        };
        let Some((origin, is_repeated)) = headers.first(header::ORIGIN) else {
            let requested = headers.requested(None, None);
            return decision(RequestKind::NotCors, None, false, requested);
        };
        if policy.static_origin.is_some() && !is_options {
            let requested = headers.requested(Some(origin), None);
            return decision(RequestKind::Cors, None, is_repeated, requested);
        }
        let read = |name: &HeaderName| headers.read(name);
        let checked = if policy.is_static_origin(S::bytes(origin), is_repeated) {
            Ok(())
        } else {
            let header = &read;
            policy.check_origin(S::bytes(origin), is_repeated, RequestView { line, header })
        };
        if is_options
            && let Some((method, is_method_repeated)) =
                headers.first(header::ACCESS_CONTROL_REQUEST_METHOD)
        {
            let checked = match checked {
                Ok(()) => {
                    let lines = headers.requested_headers();
                    policy.check_preflight(S::bytes(method), is_method_repeated, lines)
                }
                Err(denial) => Err(denial),
            };
            let requested = headers.requested(Some(origin), Some(method));
            return decision(
                RequestKind::Preflight,
                Some(checked),
                is_repeated,
                requested,
            );
        }
        let requested = headers.requested(Some(origin), None);
        decision(RequestKind::Cors, Some(checked), is_repeated, requested)
    }
}

impl PrecomputedResponses {
    /// Whether the request's `Origin` is the only origin that a static policy allows. A policy is static if it adds the
    /// same headers to all responses, except to responses to OPTIONS requests. The function is fast, because it
    /// compares the origin only once.
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
        view: RequestView<'r>,
    ) -> Result<(), Denial> {
        let is_any = matches!(self.rules.origins, Origins::Any);
        let is_allowed = is_any || (!is_repeated && self.rules.allows_origin(origin, view));
        if is_allowed {
            Ok(())
        } else {
            Err(Denial::Origin)
        }
    }

    /// Checks the origin for a static policy, which does not have a predicate.
    #[inline]
    fn check_static_origin(&self, origin: &[u8], is_repeated: bool) -> Result<(), Denial> {
        let is_allowed = match &self.rules.origins {
            Origins::Any => true,
            Origins::Listed(set) => !is_repeated && set.contains(origin),
        };
        if is_allowed {
            Ok(())
        } else {
            Err(Denial::Origin)
        }
    }

    #[inline]
    fn check_preflight<'r>(
        &self,
        method: &[u8],
        is_repeated: bool,
        lines: impl Iterator<Item = &'r [u8]>,
    ) -> Result<(), Denial> {
        if is_repeated {
            return Err(Denial::MalformedRequest);
        }
        // A listed method is a token, so the check of its syntax is not needed.
        if !self.rules.methods.names(method) {
            let start = method.get(..METHOD_LIMIT_BYTES).unwrap_or(method);
            if !is_method(start) {
                return Err(Denial::MalformedRequest);
            }
            if start.len() < method.len() {
                return Err(Denial::MethodTooLong);
            }
            if !self.rules.methods.covers(method) {
                return Err(Denial::Method);
            }
        }
        request_headers::check(&self.rules.request_headers, lines)
    }
}

impl<'r> Decision<'r> {
    /// Returns the kind of the request.
    pub const fn kind(&self) -> RequestKind {
        self.kind
    }

    /// Whether the request is allowed, and the reason if it is denied.
    ///
    /// For a request that is not a preflight, the policy checks only the origin. The server may process a denied
    /// request. The response then does not allow the origin, so the browser does not let the page read the response.
    #[inline]
    pub fn verdict(&self) -> Verdict<'r> {
        if self.kind == RequestKind::NotCors {
            return Verdict::NotCors;
        }
        match self.checked() {
            Ok(()) => Verdict::Allowed,
            Err(denial) => Verdict::Denied(denial.with_name(match denial {
                Denial::Method => self.denied_method(),
                Denial::Header => self.denied_header(),
                Denial::Origin
                | Denial::MalformedRequest
                | Denial::MethodTooLong
                | Denial::TooManyHeaders => "",
            })),
        }
    }

    #[cold]
    fn denied_method(&self) -> &'r str {
        token(self.requested.method().map(|method| method.bytes()))
    }

    /// Finds the denied name in the request again, because a decision does not store it.
    #[cold]
    fn denied_header(&self) -> &'r str {
        let allowed = &self.policy.0.rules.request_headers;
        token(self.requested.try_for_each_header_line(|line| {
            match request_headers::first_denied(allowed, line.bytes()) {
                Some(name) => ControlFlow::Break(name),
                None => ControlFlow::Continue(()),
            }
        }))
    }

    #[inline]
    pub(crate) fn checked(&self) -> Result<(), Denial> {
        match self.verdict {
            Some(verdict) => verdict,
            None => self.check_late(),
        }
    }

    /// Checks the origin if the decision has not checked the origin yet. Only a decision of a static policy delays this
    /// check. Few callers need this function, so it is not inlined.
    #[inline(never)]
    fn check_late(&self) -> Result<(), Denial> {
        match self.requested.origin() {
            Some(origin) => {
                let policy = &*self.policy.0;
                policy.check_static_origin(origin.bytes(), self.is_repeated)
            }
            None => Ok(()),
        }
    }

    /// Returns the status of the response to a preflight, or `None` for any other request.
    ///
    /// The status is 403 if the origin is not allowed or the preflight is malformed. Any other preflight gets the
    /// policy's status, even if the method or a header is denied. With this status, the browser reports the denied
    /// method or header, and does not report the status.
    pub fn status(&self) -> Option<StatusCode> {
        (self.kind == RequestKind::Preflight).then(|| match self.checked() {
            Err(denial) if !denial.grants_rest() => StatusCode::FORBIDDEN,
            _ => self.policy.0.rules.preflight_status,
        })
    }

    /// Returns the names that the response's `Vary` must list.
    pub fn vary(&self) -> &'r [HeaderName] {
        &self.vary_line().names
    }

    pub(crate) fn vary_line(&self) -> &'r Vary {
        self.policy.0.vary.for_method(self.is_options)
    }
}

/// Converts a method or a header name to a string. Earlier checks deny malformed methods and names, so the bytes are
/// ASCII.
fn token(bytes: Option<&[u8]>) -> &str {
    let text = bytes.map(str::from_utf8);
    text.and_then(Result::ok).unwrap_or_default()
}
