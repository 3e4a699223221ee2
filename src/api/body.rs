//! The bodies that scripts pass to the API: [bodies with a type](https://fetch.spec.whatwg.org/#body-with-type).

use alloc::borrow::Cow;

use crate::infrastructure::request::Body;

/// A [body with type](https://fetch.spec.whatwg.org/#body-with-type). A browser creates this value from an argument
/// that a script passes.
///
/// The type of a `Blob` is its property `type`, which a browser stores in lower case. The type of a string is
/// `text/plain;charset=UTF-8`. A buffer does not have a type. The type becomes the header `Content-Type` if the script
/// does not set this header.
///
/// The library treats a body as a string or a document if its type is exactly `text/plain;charset=UTF-8`,
/// `text/html;charset=UTF-8` or `application/xml;charset=UTF-8`. For such a body, an `XMLHttpRequest` changes the
/// charset of the script's `Content-Type` to UTF-8.
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
    /// The type of the body. Each code point of the type represents one byte.
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

    /// Whether the body is a `URLSearchParams` object.
    pub(crate) fn is_url_search_params(&self) -> bool {
        self.content_type.as_deref() == Some("application/x-www-form-urlencoded;charset=UTF-8")
    }

    /// Whether the body is a string or a document. The function compares the type of the body with three types that
    /// only strings and documents have. These types contain `UTF-8` in capital letters. The type of a `Blob` never has
    /// capital letters, so a `Blob` does not have one of the three types.
    pub(crate) fn is_string_or_document(&self) -> bool {
        matches!(
            self.content_type.as_deref(),
            Some(
                "text/plain;charset=UTF-8"
                    | "text/html;charset=UTF-8"
                    | "application/xml;charset=UTF-8"
            )
        )
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
