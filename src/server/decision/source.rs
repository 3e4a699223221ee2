//! The check of the origin that sent a request, for servers that refuse requests from other sites.

use core::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header, request::Parts};

use crate::server::policy::CorsPolicy;

/// The reason why [`CorsPolicy::check_source`] refuses a request.
///
/// ```
/// use fetch_cors::server::SourceError;
/// assert_eq!(SourceError::Origin.to_string(), "the page that sent the request has an origin that is not allowed");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SourceError {
    /// `Origin` is neither an origin of the server nor allowed by the policy.
    Origin,
    /// `Sec-Fetch-Site` is `cross-site` or `same-site`, and the request has no `Origin`.
    Site,
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Origin => "the page that sent the request has an origin that is not allowed",
            Self::Site => "`Sec-Fetch-Site` shows that a page of another origin sent the request",
        })
    }
}

impl core::error::Error for SourceError {}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

impl CorsPolicy {
    /// Checks that a request that changes data comes from a page of the server itself, or from a page of an allowed
    /// origin. Call this method before the handler. If the method returns an error, send a response with status 403.
    ///
    /// CORS does not refuse requests. CORS only prevents pages from reading responses. A page of another site can still
    /// send a POST with the user's cookies, for example with a form, and it can open a WebSocket.
    ///
    /// Do not use `decision.verdict()` in place of this check. The server's own pages also send `Origin` with a POST.
    /// The policy does not list the server's own origin, so the verdict on such a POST is `Denied`.
    ///
    /// | request | result |
    /// |---|---|
    /// | GET, HEAD and OPTIONS, except WebSocket upgrades | permitted: links and images send requests of this kind, and preflights do not change data |
    /// | `Sec-Fetch-Site` is `same-origin` or `none` | permitted: a page of the server, or the user's own action, sent the request |
    /// | `Origin` is in `own_origins`, or the policy allows it | permitted |
    /// | any other `Origin`, several `Origin` lines, and `null` | refused |
    /// | no `Origin`, and `Sec-Fetch-Site` is `cross-site` or `same-site` | refused |
    /// | neither of the two headers | permitted: no page of a current browser sent the request |
    ///
    /// Write the server's own origins, as users see them in the address bar, into `own_origins`. Do not compute them
    /// from `Host`, unless a proxy checks `Host`. If the policy allows every origin, the method permits each request
    /// that has `Origin`, even with the value `null` or in several lines.
    ///
    /// # Errors
    ///
    /// Returns [`SourceError`] if the request is refused by the rules in the table.
    ///
    /// ```
    /// use fetch_cors::server::{CorsPolicy, SourceError};
    /// use http::Request;
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let check = |origin: &str| {
    ///     let request = Request::post("/notes").header("origin", origin).body(()).unwrap();
    ///     policy.check_source(&["https://api.example"], &request)
    /// };
    /// assert_eq!(check("https://api.example"), Ok(()));
    /// assert_eq!(check("https://app.example"), Ok(()));
    /// assert_eq!(check("https://evil.test"), Err(SourceError::Origin));
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    pub fn check_source<B>(
        &self,
        own_origins: &[&str],
        request: &Request<B>,
    ) -> Result<(), SourceError> {
        let allows = || self.decide_request(request).verdict().is_allowed();
        check(own_origins, request.method(), request.headers(), allows)
    }

    /// Checks the parts of a request, by the same rules as [`check_source`](Self::check_source).
    ///
    /// # Errors
    ///
    /// Returns [`SourceError`] if the request is refused by the rules of [`check_source`](Self::check_source).
    ///
    /// ```
    /// use fetch_cors::server::{CorsPolicy, SourceError};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let request = http::Request::post("/notes").header("origin", "https://evil.test").body(())?;
    /// let (parts, _body) = request.into_parts();
    /// let checked = policy.check_source_parts(&["https://api.example"], &parts);
    /// assert_eq!(checked, Err(SourceError::Origin));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check_source_parts(
        &self,
        own_origins: &[&str],
        parts: &Parts,
    ) -> Result<(), SourceError> {
        let allows = || self.decide_parts(parts).verdict().is_allowed();
        check(own_origins, &parts.method, &parts.headers, allows)
    }
}

/// Checks the origin that sent a request. Calls `allows` only if the result depends on the policy.
fn check(
    own_origins: &[&str],
    method: &Method,
    headers: &HeaderMap,
    allows: impl FnOnce() -> bool,
) -> Result<(), SourceError> {
    let is_safe = [Method::GET, Method::HEAD, Method::OPTIONS].contains(method);
    if is_safe && !is_websocket_upgrade(headers) {
        return Ok(());
    }
    let site = headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes);
    if matches!(site, Some(b"same-origin" | b"none")) {
        return Ok(());
    }
    let mut origins = headers.get_all(header::ORIGIN).into_iter();
    match (origins.next(), origins.next()) {
        (None, _) if site.is_some() => Err(SourceError::Site),
        (None, _) => Ok(()),
        (Some(origin), None) if own_origins.iter().any(|own| own == origin) => Ok(()),
        _ if allows() => Ok(()),
        _ => Err(SourceError::Origin),
    }
}

/// Whether the request opens a WebSocket with an upgrade of HTTP/1.1. With HTTP/2, a WebSocket is opened with the method
/// CONNECT. CONNECT is not a safe method, so such a request is always checked.
fn is_websocket_upgrade(headers: &HeaderMap) -> bool {
    let upgrades = headers.get_all(header::UPGRADE).into_iter();
    upgrades
        .flat_map(|line| line.as_bytes().split(|&byte| byte == b','))
        .any(|protocol| protocol.trim_ascii().eq_ignore_ascii_case(b"websocket"))
}
