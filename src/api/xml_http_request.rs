//! [`XMLHttpRequest`](https://xhr.spec.whatwg.org/#interface-xmlhttprequest). Its requests differ from the requests of
//! `fetch()`.

use alloc::{borrow::Cow, vec::Vec};

use ::url::Url;
use hashbrown::HashMap;
use http::Method;

use super::{
    body::BodyWithType,
    byte_string::to_byte_string,
    fetch_method::method,
    headers::{Guard, validate},
};
use crate::{
    Failure, FetchError,
    infrastructure::{
        header::{HeaderName, HeaderValue, normalize},
        header_list::HeaderList,
        origin::Origin,
        request::{CredentialsMode, Mode, Request},
    },
};

/// The arguments of an [`XMLHttpRequest`](https://xhr.spec.whatwg.org/#interface-xmlhttprequest).
///
/// ```
/// use fetch_cors::browser::{Origin, XmlHttpRequest};
///
/// let mut xhr = XmlHttpRequest::new("https://b.example".parse()?);
/// xhr.headers = vec![("X-A".into(), "1".into()), ("x-a".into(), "2".into())];
/// xhr.upload_listeners = true;
///
/// let request = xhr.into_request(Origin::parse("https://a.example")?)?;
/// assert!(request.use_cors_preflight_flag);
/// assert_eq!(request.header_list.len(), 1); // equal names are combined, but fetch() does not combine them
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlHttpRequest<'a> {
    /// The parsed URL.
    pub url: Url,
    /// The method, which is an argument of `open()`.
    pub method: Cow<'a, str>,
    /// The arguments of the calls of `setRequestHeader()`, in order.
    pub headers: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// The body, which is the argument of `send()`, with its type. The body is ignored if the method is GET or HEAD.
    pub body: Option<BodyWithType<'a>>,
    /// Whether `upload` has event listeners. Such listeners set the use-CORS-preflight flag.
    pub upload_listeners: bool,
    /// The property `withCredentials`.
    pub with_credentials: bool,
}

impl XmlHttpRequest<'_> {
    /// Creates the arguments of `open("GET", url)`, without headers, without listeners and without credentials.
    pub const fn new(url: Url) -> Self {
        Self {
            url,
            method: Cow::Borrowed("GET"),
            headers: Vec::new(),
            body: None,
            upload_listeners: false,
            with_credentials: false,
        }
    }

    /// Returns the request that `send()` creates for a page of `origin`.
    ///
    /// # Errors
    ///
    /// Returns the failure that makes a browser throw. The error's step is the step of the same check in `fetch()`. The
    /// checks are in this order:
    ///
    /// - [`Failure::InvalidMethod`] and [`Failure::ForbiddenMethod`], in `open()`;
    /// - [`Failure::InvalidHeader`], in the first `setRequestHeader()` that throws, or for the type of the body.
    pub fn into_request(self, origin: Origin) -> Result<Request, FetchError> {
        let mut request = Request::new(origin, self.url);
        request.unsafe_request_flag = true;
        request.is_xhr = true;
        request.mode = Mode::Cors;
        request.method = method(&self.method)?;
        let mut headers = self.headers;
        let body = self
            .body
            .filter(|_| !matches!(request.method, Method::GET | Method::HEAD));
        if let Some(body_with_type) = body {
            request.body = Some(body_with_type.body);
            let is_set = |(name, _): &(Cow<'_, str>, _)| name.eq_ignore_ascii_case("content-type");
            if let Some(content_type) = body_with_type.content_type
                && !headers.iter().any(is_set)
            {
                headers.push((Cow::Borrowed("Content-Type"), content_type));
                request.has_xhr_body_type = true;
            }
        }
        request.header_list = combined(&headers)?;
        request.use_cors_preflight_flag = self.upload_listeners;
        request.credentials_mode = if self.with_credentials {
            CredentialsMode::Include
        } else {
            CredentialsMode::SameOrigin
        };
        Ok(request)
    }
}

/// Returns the author request headers, and combines headers with equal names. A page can set many headers. A hash table
/// finds equal names without a search of the whole list for each header.
fn combined(headers: &[(Cow<'_, str>, Cow<'_, str>)]) -> Result<HeaderList, FetchError> {
    let mut combined: Vec<(HeaderName, Vec<u8>)> = Vec::with_capacity(headers.len());
    let mut positions: HashMap<HeaderName, usize> = HashMap::with_capacity(headers.len());
    for (name, value) in headers {
        let name = to_byte_string(name, Failure::InvalidHeader)?;
        let value = to_byte_string(value, Failure::InvalidHeader)?;
        let Some((name, value)) = validate(Guard::Request, &name, normalize(&value))? else {
            continue;
        };
        match positions
            .get(&name)
            .and_then(|&position| combined.get_mut(position))
        {
            Some((_, first)) => {
                first.extend_from_slice(b", ");
                first.extend_from_slice(value.as_bytes());
            }
            None => {
                positions.insert(name.clone(), combined.len());
                combined.push((name, value.into_vec()));
            }
        }
    }
    Ok(combined
        .into_iter()
        .map(|(name, value)| (name, HeaderValue::from_vec(value)))
        .collect())
}
