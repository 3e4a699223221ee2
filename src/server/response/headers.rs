//! The `Access-Control-*` headers of a decision: precomputed and reflected values.

use core::ops::ControlFlow;

use http::{HeaderName, HeaderValue, header};

use crate::infrastructure::method::is_cors_safelisted_method;
use crate::server::decision::{
    decide::{Decision, RequestKind},
    header_source::ValueRef,
};

impl<'r> Decision<'r> {
    /// Visits the `Access-Control-*` headers of the response.
    ///
    /// ```
    /// use fetch_cors::server::CorsPolicy;
    ///
    /// let policy = CorsPolicy::builder().any_origin().build()?;
    /// let request = http::HeaderMap::new();
    /// let mut headers = Vec::new();
    /// policy.decide(&http::Method::GET, &request).for_each_header(|name, value| {
    ///     headers.push((name.to_string(), value.to_vec()));
    /// });
    /// assert_eq!(headers, [("access-control-allow-origin".into(), b"*".to_vec())]);
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    pub fn for_each_header(&self, mut each: impl FnMut(&HeaderName, &'r [u8])) {
        let policy = &*self.policy.0;
        let precomputed = match self.kind {
            RequestKind::Preflight => policy.allowed_preflight.headers(),
            RequestKind::NotCors | RequestKind::Cors => &policy.response,
        };
        if self.allow_origin().is_some() {
            let precomputed = precomputed.iter().filter(|(name, _)| *name != header::VARY);
            precomputed.for_each(|(name, value)| each(name, value.as_bytes()));
        }
        self.for_each_reflected(|name, value| each(&name, value.bytes()));
    }

    /// Visits the headers that reflect values of the request.
    #[inline]
    pub(crate) fn for_each_reflected(&self, mut each: impl FnMut(HeaderName, ValueRef<'r>)) {
        let policy = &*self.policy.0;
        if self.checked().is_err() {
            return;
        }
        if policy.static_origin.is_none()
            && let Some(origin) = self.requested.origin()
        {
            each(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
        if self.kind != RequestKind::Preflight {
            return;
        }
        if policy.reflects_method
            && let Some(method) = self.requested.method()
            && !is_cors_safelisted_method(method.bytes())
        {
            each(header::ACCESS_CONTROL_ALLOW_METHODS, method);
        }
        if policy.reflects_headers {
            self.requested.try_for_each_header_line(|line| {
                each(header::ACCESS_CONTROL_ALLOW_HEADERS, line);
                ControlFlow::<()>::Continue(())
            });
        }
    }

    /// The value of Access-Control-Allow-Origin. A response without it does not have the other headers. A static
    /// policy sends the same value on each response, except on the response to a denied preflight.
    #[inline]
    pub(crate) fn allow_origin(&self) -> Option<ValueRef<'r>> {
        match &self.policy.0.static_origin {
            Some(origin) => self.has_static_origin().then_some(ValueRef::Value(origin)),
            None => {
                let origin = self.requested.origin();
                origin.filter(|_| self.checked().is_ok())
            }
        }
    }

    #[inline]
    fn has_static_origin(&self) -> bool {
        self.kind != RequestKind::Preflight || self.checked().is_ok()
    }

    #[inline]
    pub(super) fn allow_origin_value(&self) -> Option<HeaderValue> {
        match &self.policy.0.static_origin {
            Some(origin) => self.has_static_origin().then(|| origin.clone()),
            None if self.checked().is_err() => None,
            None => self.requested.origin_value(),
        }
    }
}
