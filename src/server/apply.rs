//! The headers merged into a response.

use core::mem;

#[cfg(feature = "tower")]
use http::Method;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{
    CorsPolicy,
    compiled::TRUE,
    decide::{Decision, Kind},
    request_value::RequestValue,
    vary::{Vary, missing},
};

impl<'r, I, V> Decision<'r, I>
where
    I: Iterator<Item = V> + Clone,
    V: RequestValue<'r>,
{
    /// Merges the headers into a response, of an error too: what a handler set of the CORS headers
    /// goes, everything else of it stays.
    #[inline]
    pub fn apply(&self, response: &mut HeaderMap) {
        self.to_merge().merge_into(response);
    }

    /// The line to add to a response whose `Vary` has these lines, if any of [`vary`](Self::vary) is missing
    /// there; for a header map that [`apply`](Self::apply) does not know.
    ///
    /// ```
    /// use fetch_cors::server::CorsPolicy;
    ///
    /// let policy = CorsPolicy::builder().origin("https://*.app.example").build()?;
    /// let request = http::HeaderMap::new();
    /// let decision = policy.decide(&http::Method::OPTIONS, &request);
    /// let line = decision.missing_vary([&b"accept"[..], b"Origin"]);
    /// assert_eq!(line.unwrap(), "access-control-request-method, access-control-request-headers");
    /// assert_eq!(decision.missing_vary([&b"*"[..]]), None);
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    pub fn missing_vary<'l>(
        &self,
        lines: impl IntoIterator<Item = &'l [u8]>,
    ) -> Option<HeaderValue> {
        missing(self.vary_line().line.as_ref()?, lines)
    }

    /// What [`apply`](Self::apply) merges.
    #[inline]
    pub(crate) fn to_merge(&self) -> ToMerge {
        match self.kind {
            Kind::Preflight => ToMerge::Preflight(self.preflight_headers()),
            Kind::NotCors | Kind::Cors => ToMerge::Response(Said {
                allow_origin: self
                    .allow_origin()
                    .and_then(|origin| origin.to_header_value()),
                allow_credentials: self.policy.policy.credentials,
                expose_headers: self.policy.expose_headers.clone(),
                vary: self.vary_line().line.clone(),
            }),
        }
    }

    fn preflight_headers(&self) -> HeaderMap {
        if self.verdict().is_err() {
            let vary = self.vary_line().line.clone();
            return vary.into_iter().map(|line| (header::VARY, line)).collect();
        }
        // Five headers are cloned in less time than they are inserted.
        let mut headers = self.policy.preflight.clone();
        for (name, value) in self.requested() {
            if let Some(value) = value.to_header_value() {
                headers.append(name, value);
            }
        }
        headers
    }
}

/// What is merged into a response.
#[derive(Debug, Clone)]
pub(crate) enum ToMerge {
    Response(Said),
    Preflight(HeaderMap),
}

/// What a response says that is no preflight's.
#[derive(Debug, Clone, Default)]
pub(crate) struct Said {
    /// The others of its kind are there only if this is.
    allow_origin: Option<HeaderValue>,
    allow_credentials: bool,
    expose_headers: Option<HeaderValue>,
    /// A line of all names.
    vary: Option<HeaderValue>,
}

impl Default for ToMerge {
    #[inline]
    fn default() -> Self {
        Self::Response(Said::default())
    }
}

impl CorsPolicy {
    /// Whether a response's headers of that name are the policy's: those of a handler are removed.
    ///
    /// ```
    /// use fetch_cors::server::CorsPolicy;
    /// assert!(CorsPolicy::owns("Access-Control-Allow-Origin") && !CorsPolicy::owns("vary"));
    /// ```
    pub fn owns(name: &str) -> bool {
        let start = name.as_bytes().get(..OWNED.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(OWNED.as_bytes()))
    }
}

#[cfg(feature = "tower")]
impl CorsPolicy {
    /// What every response to the method says, if that does not depend on the request's headers.
    #[inline]
    pub(crate) fn said_whatever_is_asked(&self, method: &Method) -> Option<ToMerge> {
        let policy = &*self.0;
        let is_options = *method == Method::OPTIONS;
        let allow_origin = policy.static_origin.as_ref().filter(|_| !is_options)?;
        Some(ToMerge::Response(Said {
            allow_origin: Some(allow_origin.clone()),
            allow_credentials: false,
            expose_headers: policy.expose_headers.clone(),
            vary: None,
        }))
    }
}

impl ToMerge {
    #[inline]
    pub(crate) fn merge_into(&mut self, response: &mut HeaderMap) {
        match self {
            Self::Response(said) => said.merge_into(response),
            Self::Preflight(headers) => merge_preflight(mem::take(headers), response),
        }
    }

    /// The line of all names that are to be in `Vary`.
    pub(super) fn vary(&self) -> Option<&HeaderValue> {
        match self {
            Self::Response(said) => said.vary.as_ref(),
            Self::Preflight(headers) => headers.get(header::VARY),
        }
    }
}

fn merge_preflight(mut headers: HeaderMap, response: &mut HeaderMap) {
    if response.is_empty() {
        *response = headers;
        return;
    }
    remove_cors_headers(response);
    if let Some(line) = headers.remove(header::VARY) {
        Vary::add(line, response);
    }
    response.extend(headers);
}

impl Said {
    #[inline]
    fn merge_into(&mut self, response: &mut HeaderMap) {
        if response.keys().any(is_cors) {
            remove_cors_headers(response);
        }
        if let Some(origin) = self.allow_origin.take() {
            response.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            if self.allow_credentials {
                response.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE.clone());
            }
            if let Some(names) = self.expose_headers.take() {
                response.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, names);
            }
        }
        if let Some(line) = self.vary.take() {
            Vary::add(line, response);
        }
    }
}

const OWNED: &str = "access-control-";

#[inline]
fn is_cors(name: &HeaderName) -> bool {
    name.as_str().starts_with(OWNED)
}

#[cold]
fn remove_cors_headers(response: &mut HeaderMap) {
    while let Some(name) = response.keys().find(|name| is_cors(name)).cloned() {
        response.remove(name);
    }
}
