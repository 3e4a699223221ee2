//! The members of a response that the parser reads. The body is skipped, except if it is short.

use core::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor},
};

use super::{
    headers::{HeadersForm, RawHeaders},
    lenient::{FromMap, Object, ObjectVisitor, Text},
    member::members,
};
use crate::explain::near_miss::denied::has_denial;

#[derive(Debug, Default)]
pub(super) struct RawResponse<'a> {
    pub(super) status: Text<'a>,
    pub(super) status_text: Text<'a>,
    pub(super) headers: RawHeaders,
    pub(super) redirect_url: Text<'a>,
    pub(super) content: Object<RawContent<'a>>,
    pub(super) error: Text<'a>,
    /// Whether the recording says that there is no error.
    pub(super) has_no_error: bool,
    pub(super) failure_text: Text<'a>,
    pub(super) via_service_worker: Text<'a>,
    pub(super) from_service_worker: Text<'a>,
    pub(super) from_disk_cache: Text<'a>,
    /// The source of the response, if the service worker has routing rules: for example, `network` or `fetch-event`.
    pub(super) router_source: Text<'a>,
}

members! {
    /// The members of a response.
    enum ResponseMember {
        b"status" => Status,
        b"statusText" => StatusText,
        b"headers" => Headers,
        b"content" => Content,
        b"redirectURL" => RedirectUrl,
        b"_error" => Error,
        b"_failureText" => FailureText,
        b"_fetchedViaServiceWorker" => ViaServiceWorker,
        b"_fromServiceWorker" => FromServiceWorker,
        b"_fromDiskCache" => FromDiskCache,
        b"_serviceWorkerRouterActualSourceType" => RouterSource,
    }
}

/// Reads a response. If a request to the page's own origin succeeded, the response headers are skipped, because CORS does
/// not check them.
#[derive(Clone, Copy)]
pub(super) struct ResponseSeed {
    pub(super) is_same_origin: bool,
}

impl<'de> DeserializeSeed<'de> for ResponseSeed {
    type Value = Object<RawResponse<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(self))
    }
}

impl<'de> FromMap<'de> for ResponseSeed {
    type Value = RawResponse<'de>;

    fn read<A: MapAccess<'de>>(self, mut map: A) -> Result<RawResponse<'de>, A::Error> {
        let mut response = RawResponse::default();
        while let Some(member) = map.next_key()? {
            match member {
                ResponseMember::Status => response.status = map.next_value()?,
                ResponseMember::StatusText => response.status_text = map.next_value()?,
                ResponseMember::Headers if self.is_same_origin && response.is_ok() => {
                    map.next_value::<IgnoredAny>()?;
                }
                ResponseMember::Headers => response.headers = map.next_value()?,
                ResponseMember::RedirectUrl => response.redirect_url = map.next_value()?,
                ResponseMember::Content => response.content = map.next_value()?,
                ResponseMember::Error => {
                    let error: Option<Text<'_>> = map.next_value()?;
                    response.has_no_error = error.is_none();
                    response.error = error.unwrap_or_default();
                }
                ResponseMember::FailureText => response.failure_text = map.next_value()?,
                ResponseMember::ViaServiceWorker => {
                    response.via_service_worker = map.next_value()?;
                }
                ResponseMember::FromServiceWorker => {
                    response.from_service_worker = map.next_value()?;
                }
                ResponseMember::FromDiskCache => response.from_disk_cache = map.next_value()?,
                ResponseMember::RouterSource => response.router_source = map.next_value()?,
                ResponseMember::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(response)
    }
}

impl RawResponse<'_> {
    pub(super) fn has_headers(&self) -> bool {
        matches!(
            self.headers.form(),
            HeadersForm::Read | HeadersForm::PartlyRead
        )
    }

    /// Whether the recording has a body that is not empty.
    pub(super) fn has_body(&self) -> bool {
        let content = self.content.0.as_ref();
        content.is_some_and(|content| {
            let size = content.size.as_str().unwrap_or_default();
            content.has_text && !matches!(size, "" | "0" | "-1")
        })
    }

    /// Returns the body, if it has a text with which servers deny a request.
    pub(super) fn denial(&self) -> Option<&str> {
        let body = self.content.0.as_ref()?.short_text.as_str()?;
        has_denial(body).then_some(body)
    }

    /// Whether the recording shows that there was a response: it has a status other than 0 and -1.
    pub(super) fn has_status(&self) -> bool {
        let status = self.status.filled();
        status.is_some_and(|status| !matches!(status, "0" | "-1"))
    }

    /// Whether the status is from 200 to 299.
    pub(super) fn is_ok(&self) -> bool {
        self.status
            .as_str()
            .is_some_and(|status| status.starts_with('2'))
    }
}

/// The maximum length of a body that is read, in bytes. Servers name the reason of a denial in a short body.
const MAX_SHORT_BODY_BYTES: usize = 300;

/// The body of a response. The text is skipped, except if it is short.
#[derive(Debug, Default)]
pub(super) struct RawContent<'a> {
    size: Text<'a>,
    has_text: bool,
    /// The text, if it is short, and if the size is before the text.
    short_text: Text<'a>,
}

members! {
    /// The members of a body.
    enum ContentMember {
        b"size" => Size,
        b"text" => Text,
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for RawContent<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = RawContent<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawContent<'de>, A::Error> {
        let mut content = RawContent::default();
        while let Some(member) = map.next_key()? {
            match member {
                ContentMember::Size => content.size = map.next_value()?,
                ContentMember::Text if content.is_short() => {
                    content.short_text = map.next_value()?;
                    content.has_text = content.short_text.0.is_some();
                }
                ContentMember::Text => {
                    let text: Option<IgnoredAny> = map.next_value()?;
                    content.has_text = text.is_some();
                }
                ContentMember::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(content)
    }
}

impl RawContent<'_> {
    fn is_short(&self) -> bool {
        let size = self.size.as_str().and_then(|size| size.parse().ok());
        size.is_some_and(|size: usize| (1..=MAX_SHORT_BODY_BYTES).contains(&size))
    }
}
