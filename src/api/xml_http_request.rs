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
        author_charset::{AuthorContentType, with_utf8_charset},
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
    /// The argument of `send()`: the body with its type. A GET or HEAD request ignores the body.
    pub body: Option<BodyWithType<'a>>,
    /// Whether the property `upload` has event listeners. Such listeners set the use-CORS-preflight flag.
    pub upload_listeners: bool,
    /// The property `withCredentials`.
    pub with_credentials: bool,
}

impl XmlHttpRequest<'_> {
    /// Creates the arguments for a GET request to `url` without headers, body, event listeners and credentials.
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

    /// Returns the request that `send()` creates for a page with the origin `origin`.
    ///
    /// # Errors
    ///
    /// Returns a [`FetchError`] if a browser throws. The error has the failure of the first failed check. The step of
    /// the error is the step at which `fetch()` makes the same check. The possible failures, in the order of the
    /// checks, are:
    ///
    /// - [`Failure::InvalidMethod`] and [`Failure::ForbiddenMethod`], in `open()`;
    /// - [`Failure::InvalidHeader`], in `setRequestHeader()`;
    /// - [`Failure::InvalidHeader`], in `send()`, if the type of the body is not a valid header value.
    pub fn into_request(self, origin: Origin) -> Result<Request, FetchError> {
        let mut request = Request::new(origin, self.url);
        request.unsafe_request_flag = true;
        request.is_xhr = true;
        request.mode = Mode::Cors;
        request.method = method(&self.method)?;
        request.header_list = combined(&self.headers)?;
        let body = self
            .body
            .filter(|_| !matches!(request.method, Method::GET | Method::HEAD));
        if let Some(body) = body {
            set_body(&mut request, body)?;
        }
        request.use_cors_preflight_flag = self.upload_listeners;
        request.credentials_mode = if self.with_credentials {
            CredentialsMode::Include
        } else {
            CredentialsMode::SameOrigin
        };
        Ok(request)
    }
}

fn set_body(request: &mut Request, body: BodyWithType<'_>) -> Result<(), FetchError> {
    let body_is_text = body.is_string_or_document();
    let body_is_url_search_params = body.is_url_search_params();
    request.body = Some(body.body);
    let content_type = HeaderName::from_static("content-type");
    // xmlhttprequest-send/4.4: get Content-Type from the author request headers
    let author_value = request.header_list.get("content-type").map(Cow::into_owned);
    // xmlhttprequest-send/4.5: the author set Content-Type
    if let Some(author_value) = author_value {
        // xmlhttprequest-send/4.5.1: the body is a string or a document; differs with quirk url-search-params-count-as-string
        if body_is_text && let Some(value) = with_utf8_charset(&author_value) {
            // xmlhttprequest-send/4.5.1.2.3: set Content-Type in the author request headers
            let value = HeaderValue::from_vec(value);
            request.header_list.set(content_type, value);
        }
        if body_is_text || body_is_url_search_params {
            request.author_content_type = Some(AuthorContentType {
                value: HeaderValue::from_vec(author_value),
                body_is_text,
            });
        }
    } else if let Some(body_type) = body.content_type {
        // xmlhttprequest-send/4.6: otherwise, set Content-Type to the type of the body
        for (name, value) in combined(&[(Cow::Borrowed("Content-Type"), body_type)])? {
            request.header_list.append(name, value);
            request.has_xhr_body_type = true;
        }
    }
    Ok(())
}

/// Returns the author request headers, and combines headers with equal names. A page can set many headers, so this
/// function finds equal names with a hash table.
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
