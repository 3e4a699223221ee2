//! The [Request constructor](https://fetch.spec.whatwg.org/#dom-request), which is the first step of `fetch()`.

use alloc::{borrow::Cow, vec::Vec};

use ::url::Url;
use http::Method;

use super::{
    body::BodyWithType,
    byte_string::to_byte_string,
    headers::{Guard, Headers},
};
use crate::{
    Failure, FetchError,
    infrastructure::{
        bytes::isomorphic_decode,
        header::HeaderValue,
        method::{is_cors_safelisted_method, is_forbidden_method, is_method, normalize},
        origin::Origin,
        referrer_policy::ReferrerPolicy,
        request::{Body, CredentialsMode, Mode, RedirectMode, Request},
        url::includes_credentials,
    },
};

/// The arguments of [`fetch()`](https://fetch.spec.whatwg.org/#dom-global-fetch).
///
/// The strings are the arguments of a script, before their conversion to bytes. Each code point up to U+00FF represents
/// one byte. If a string has a higher code point, the call throws before all other checks.
///
/// ```
/// use fetch_cors::browser::{Mode, Origin, RequestInit};
///
/// let request = RequestInit::new("https://b.example".parse()?).into_request(Origin::parse("https://a.example")?)?;
/// assert_eq!(request.mode, Mode::Cors);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestInit<'a> {
    /// The parsed URL.
    pub url: Url,
    /// The method, before normalization.
    pub method: Cow<'a, str>,
    /// The names and values of the headers, in order.
    pub headers: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// The body, with its type.
    pub body: Option<BodyWithType<'a>>,
    /// The referrer policy.
    pub referrer_policy: ReferrerPolicy,
    /// The request mode.
    pub mode: Mode,
    /// The credentials mode.
    pub credentials: CredentialsMode,
    /// The redirect mode.
    pub redirect: RedirectMode,
}

impl RequestInit<'_> {
    /// Creates the arguments of `fetch(url)`: the method `GET`, no headers, no body, no referrer policy, the request
    /// mode `cors`, the credentials mode `same-origin`, and the redirect mode `follow`.
    pub const fn new(url: Url) -> Self {
        Self {
            url,
            method: Cow::Borrowed("GET"),
            headers: Vec::new(),
            body: None,
            referrer_policy: ReferrerPolicy::Empty,
            mode: Mode::Cors,
            credentials: CredentialsMode::SameOrigin,
            redirect: RedirectMode::Follow,
        }
    }

    /// Returns the request that `fetch()` creates if a page with the origin `origin` passes these arguments.
    ///
    /// # Errors
    ///
    /// Returns a [`FetchError`] if a browser throws. The error has the failure of the first failed check. The checks
    /// are in this order:
    ///
    /// - [`Failure::InvalidHeader`] and [`Failure::InvalidMethod`], at step 2 of Web IDL's conversion to a byte string;
    /// - [`Failure::UrlIncludesCredentials`], at step 5.3 of the constructor;
    /// - [`Failure::InvalidMethod`] and [`Failure::ForbiddenMethod`], at step 25.2;
    /// - [`Failure::MethodNotNoCorsSafelisted`], at step 32.1;
    /// - [`Failure::InvalidHeader`], at step 1 of *validate*;
    /// - [`Failure::BodyNotAllowed`], at step 35;
    /// - [`Failure::InvalidHeader`], for the type of the body, at the same steps as for a header;
    /// - [`Failure::StreamBodyNotAllowed`], at step 39.2.
    pub fn into_request(self, origin: Origin) -> Result<Request, FetchError> {
        // Web IDL converts the members of the arguments in alphabetical order, so the headers come before the method.
        for (name, value) in &self.headers {
            to_byte_string(name, Failure::InvalidHeader)?;
            to_byte_string(value, Failure::InvalidHeader)?;
        }
        to_byte_string(&self.method, Failure::InvalidMethod)?;
        // fetch-method/2: construct the request; reject if that throws
        // request-constructor/5: the input is a string
        // request-constructor/5.3: the URL includes credentials: throw
        if includes_credentials(&self.url) {
            return Err(
                FetchError::new(Failure::UrlIncludesCredentials).with_value(self.url.as_str())
            );
        }
        // request-constructor/5.4: make a request for the URL
        // request-constructor/12: make the request to send, with the unsafe-request flag
        let mut request = Request::new(origin, self.url);
        request.unsafe_request_flag = true;
        // request-constructor/15: set the referrer policy
        request.referrer_policy = self.referrer_policy;
        // request-constructor/16: take the mode of the arguments
        // request-constructor/18: set the mode
        request.mode = self.mode;
        // request-constructor/19: set the credentials mode
        request.credentials_mode = self.credentials;
        // request-constructor/22: set the redirect mode
        request.redirect_mode = self.redirect;
        // request-constructor/25: the arguments have a method
        // request-constructor/25.1: take the method
        request.method = method(&self.method)?;
        // request-constructor/31: give the headers the guard `request`
        let mut guard = Guard::Request;
        // request-constructor/32: mode `no-cors`
        if request.mode == Mode::NoCors {
            // request-constructor/32.1: method not CORS-safelisted: throw
            if !is_cors_safelisted_method(request.method.as_str().as_bytes()) {
                return Err(FetchError::new(Failure::MethodNotNoCorsSafelisted)
                    .with_value(request.method.as_str()));
            }
            // request-constructor/32.2: give the headers the guard `request-no-cors`
            guard = Guard::RequestNoCors;
        }
        // request-constructor/33: there are arguments
        // request-constructor/33.2: take the headers of the arguments
        // request-constructor/33.5: fill the headers
        let mut headers = Headers::new(guard);
        headers.fill(self.headers)?;
        // request-constructor/35: body with GET or HEAD: throw
        if self.body.is_some() && matches!(request.method, Method::GET | Method::HEAD) {
            return Err(
                FetchError::new(Failure::BodyNotAllowed).with_value(request.method.as_str())
            );
        }
        // request-constructor/37: the arguments have a body
        // request-constructor/37.2: take the body
        let init_body = self.body.as_ref().map(|body_with_type| body_with_type.body);
        // request-constructor/37.3: take its type
        let content_type = self.body.and_then(|body| body.content_type);
        // request-constructor/37.4: a type, and the script set no Content-Type: append Content-Type; differs with quirk no-cors-keeps-body-type
        let mut dropped_body_type = None;
        if let Some(content_type) = content_type
            && !headers.contains("content-type")
        {
            headers.append("Content-Type", &content_type)?;
            if !headers.contains("content-type") {
                let value = to_byte_string(&content_type, Failure::InvalidHeader)?;
                dropped_body_type = HeaderValue::normalized(&value).ok();
            }
        }
        request.header_list = headers.into_header_list();
        request.dropped_body_type = dropped_body_type;
        // request-constructor/38: take the body of the arguments, or of the input
        request.body = init_body;
        let is_stream = request.body == Some(Body::Stream);
        // request-constructor/39: the body is a stream
        // request-constructor/39.2: mode other than `same-origin` and `cors`: throw
        if is_stream && request.mode == Mode::NoCors {
            return Err(FetchError::new(Failure::StreamBodyNotAllowed));
        }
        // request-constructor/39.3: set the use-CORS-preflight flag
        request.use_cors_preflight_flag = is_stream;
        // fetch-method/3: take the constructed request
        Ok(request)
    }
}

impl<B> TryFrom<&http::Request<B>> for RequestInit<'_> {
    type Error = url::ParseError;

    /// Copies the URL, the method and the headers of `request`. The URI of `request` must be absolute. All other
    /// members of the result have the same values as after [`RequestInit::new`].
    fn try_from(request: &http::Request<B>) -> Result<Self, Self::Error> {
        let url = Url::parse(&alloc::format!("{}", request.uri()))?;
        let method = Cow::Owned(request.method().as_str().into());
        let headers = request
            .headers()
            .iter()
            .map(|(name, value)| {
                let value = isomorphic_decode(value.as_bytes());
                (Cow::Owned(name.as_str().into()), Cow::Owned(value))
            })
            .collect();
        Ok(Self {
            method,
            headers,
            ..Self::new(url)
        })
    }
}

/// Returns the normalized method. Returns an error if the Fetch API does not accept the method.
pub(super) fn method(given: &str) -> Result<Method, FetchError> {
    // request-constructor/25.2: not a method, or a forbidden method: throw
    let invalid = || FetchError::new(Failure::InvalidMethod);
    let method = to_byte_string(given, Failure::InvalidMethod)?;
    if !is_method(&method) {
        return Err(FetchError::new(Failure::InvalidMethod).with_value(method));
    }
    if is_forbidden_method(&method) {
        return Err(FetchError::new(Failure::ForbiddenMethod).with_value(method));
    }
    // request-constructor/25.3: normalize the method
    // request-constructor/25.4: set the method
    Method::from_bytes(normalize(&method)).map_err(|_| invalid().with_value(method))
}
