//! The bodies that scripts pass to the API: [bodies with a type](https://fetch.spec.whatwg.org/#body-with-type).

use alloc::borrow::Cow;

use crate::infrastructure::request::Body;

/// A [body with type](https://fetch.spec.whatwg.org/#body-with-type). A browser creates this value from the argument of
/// a script.
///
/// The type of a `Blob` is its `type`. The type of a string is `text/plain;charset=UTF-8`. A buffer does not have a type.
/// The type becomes the header `Content-Type` if the script does not set this header.
///
/// ```
/// use fetch_cors::browser::{Body, BodyWithType, Origin, RequestInit};
///
/// let mut init = RequestInit::new("https://b.example".parse()?);
/// init.method = "POST".into();
/// init.body = Some(BodyWithType::new(Body::WithSource, "application/json"));
/// let request = init.into_request(Origin::parse("https://a.example")?)?;
/// assert_eq!(request.header_list.get("content-type").as_deref(), Some(b"application/json".as_slice()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BodyWithType<'a> {
    /// The body. A body that can be sent again is [`Body::WithSource`].
    pub body: Body,
    /// The type. Each code point represents one byte.
    pub content_type: Option<Cow<'a, str>>,
}

impl<'a> BodyWithType<'a> {
    /// Creates a body with the given type.
    pub fn new(body: Body, content_type: impl Into<Cow<'a, str>>) -> Self {
        Self {
            body,
            content_type: Some(content_type.into()),
        }
    }
}

impl From<Body> for BodyWithType<'_> {
    /// Creates a body without a type.
    fn from(body: Body) -> Self {
        Self {
            body,
            content_type: None,
        }
    }
}
