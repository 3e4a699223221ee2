//! The `Access-Control-*` headers of a decision: precomputed and reflected values.

use core::ops::ControlFlow;

use http::{HeaderName, HeaderValue, header};

use super::precomputed::SAFELISTED_METHODS;
use crate::infrastructure::method::is_cors_safelisted_method;
use crate::server::decision::{
    decide::{Decision, RequestKind},
    denial::Denial,
    header_source::ValueRef,
    request_headers::{self, Limits, for_each_covered},
};

impl<'r> Decision<'r> {
    /// Calls `each` for each `Access-Control-*` header of the response.
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
            RequestKind::Preflight => self.precomputed_preflight().headers(),
            RequestKind::NotCors | RequestKind::Cors => &policy.response,
        };
        if self.allow_origin().is_some() {
            let precomputed = precomputed.iter().filter(|(name, _)| *name != header::VARY);
            precomputed.for_each(|(name, value)| each(name, value.as_bytes()));
        }
        self.for_each_reflected(|name, value| each(&name, value.bytes()));
    }

    /// Calls `each` for each header that reflects a value of the request.
    #[inline]
    pub(crate) fn for_each_reflected(&self, mut each: impl FnMut(HeaderName, ValueRef<'r>)) {
        let policy = &*self.policy.0;
        let checked = self.checked();
        if checked.is_err_and(|denial| !denial.grants_rest()) {
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
        if let Err(denial) = checked {
            return self.for_each_partly_reflected(denial, each);
        }
        if policy.reflects_method
            && let Some(method) = self.requested.method()
            && !is_cors_safelisted_method(method.bytes())
        {
            each(header::ACCESS_CONTROL_ALLOW_METHODS, method);
        }
        if policy.reflects_headers {
            self.requested.try_for_each_header_line(|line| {
                if request_headers::has_name(line.bytes()) {
                    each(header::ACCESS_CONTROL_ALLOW_HEADERS, line);
                }
                ControlFlow::<()>::Continue(())
            });
        }
    }

    /// Calls `each` for the reflected headers of the response to a preflight whose method or header is denied. The
    /// response reflects an allowed method, and each header name that a wildcard allows.
    #[cold]
    fn for_each_partly_reflected(
        &self,
        denial: Denial,
        mut each: impl FnMut(HeaderName, ValueRef<'r>),
    ) {
        let policy = &*self.policy.0;
        if policy.reflects_method
            && let Some(method) = self.requested.method()
        {
            let is_denied = matches!(denial, Denial::Method | Denial::MethodTooLong);
            let method = if is_denied || is_cors_safelisted_method(method.bytes()) {
                ValueRef::Value(&SAFELISTED_METHODS)
            } else {
                method
            };
            each(header::ACCESS_CONTROL_ALLOW_METHODS, method);
        }
        if policy.reflects_headers {
            let allowed = &policy.rules.request_headers;
            let mut limits = Limits::new(allowed);
            self.requested.try_for_each_header_line(|line| {
                let names = for_each_covered(allowed, &mut limits, line.bytes(), |name| {
                    each(header::ACCESS_CONTROL_ALLOW_HEADERS, ValueRef::Bytes(name));
                });
                match names {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(denial) => ControlFlow::Break(denial),
                }
            });
        }
    }

    /// Returns the value of Access-Control-Allow-Origin. A response without this value does not have other CORS
    /// headers. A static policy sends the same value on each response. The only exceptions are the responses to a
    /// malformed preflight and to a preflight from a denied origin: these responses do not have CORS headers.
    #[inline]
    pub(crate) fn allow_origin(&self) -> Option<ValueRef<'r>> {
        match &self.policy.0.static_origin {
            // If the preflight is malformed or its origin is denied, the precomputed response does not have CORS headers,
            // so this value is not sent.
            Some(origin) => Some(ValueRef::Value(origin)),
            None => {
                let origin = self.requested.origin();
                origin.filter(|_| self.grants_origin())
            }
        }
    }

    #[inline]
    fn grants_origin(&self) -> bool {
        match self.checked() {
            Ok(()) => true,
            Err(denial) => denial.grants_rest(),
        }
    }

    #[inline]
    pub(super) fn allow_origin_value(&self) -> Option<HeaderValue> {
        match &self.policy.0.static_origin {
            Some(origin) => Some(origin.clone()),
            None if !self.grants_origin() => None,
            None => self.requested.origin_value(),
        }
    }
}
