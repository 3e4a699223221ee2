//! The members of an entry that the parser reads. Other members, such as the bodies, are skipped.

use core::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};

use super::{
    headers::RawHeaders,
    initiator::Initiator,
    lenient::{List, Object, Text},
    member::members,
    raw_response::{RawResponse, ResponseSeed},
};

#[derive(Debug, Default)]
pub(super) struct RawEntry<'a> {
    pub(super) request: Object<RawRequest<'a>>,
    pub(super) response: Object<RawResponse<'a>>,
    pub(super) pageref: Text<'a>,
    /// The time at which the request started.
    pub(super) started: Text<'a>,
    /// The id that the DevTools protocol gives to the request.
    pub(super) id: Text<'a>,
    pub(super) initiator_request: Text<'a>,
    pub(super) initiator: Initiator<'a>,
    pub(super) resource_type: Text<'a>,
    pub(super) protocol_type: Text<'a>,
    pub(super) error: Text<'a>,
    /// The reason of a failure in a recording of Firefox: a name such as `NS_ERROR_NET_RESET`, or a number.
    pub(super) blocked_reason: Text<'a>,
    pub(super) cors_error_status: Object<CorsErrorStatus<'a>>,
    /// The source of the response in a recording of Safari.
    pub(super) fetch_type: Text<'a>,
    /// The cache of the browser that had the response, in a recording of Chromium: `disk` or `memory`.
    pub(super) from_cache: Text<'a>,
    pub(super) from_service_worker: Text<'a>,
    /// Whether a test replaced the response, in a recording of Playwright.
    pub(super) was_fulfilled: Text<'a>,
    /// Whether a test stopped the request, in a recording of Playwright.
    pub(super) was_aborted: Text<'a>,
    /// Whether a test sent the request itself, in a recording of Playwright.
    pub(super) is_api_request: Text<'a>,
    /// The test that sent the request itself, in a recording of a newer Playwright.
    pub(super) api_request_ref: Text<'a>,
}

members! {
    /// The members of an entry.
    pub(super) enum EntryMember {
        b"request" => Request,
        b"response" => Response,
        b"pageref" => PageRef,
        b"startedDateTime" => Started,
        b"_id" => Id,
        b"_initiatorRequest" => InitiatorRequest,
        b"_initiator" => Initiator,
        b"_resourceType" => ResourceType,
        b"_type" => ProtocolType,
        b"_error" => Error,
        b"_blockedReason" => BlockedReason,
        b"_corsErrorStatus" => CorsErrorStatus,
        b"_fetchType" => FetchType,
        b"_fromCache" => FromCache,
        b"_fromServiceWorker" => FromServiceWorker,
        b"_wasFulfilled" => WasFulfilled,
        b"_wasAborted" => WasAborted,
        b"_apiRequest" => ApiRequest,
        b"_apiRequestRef" => ApiRequestRef,
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for RawEntry<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = RawEntry<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    /// Reads the members. If a member occurs several times, the last value is used.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawEntry<'de>, A::Error> {
        let mut entry = RawEntry::default();
        while let Some(member) = map.next_key()? {
            entry.read_member(member, &mut map)?;
        }
        Ok(entry)
    }
}

/// Whether the URL has the scheme `http` or `https`.
pub(super) fn begins_with_http(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default();
    ["http", "https"]
        .iter()
        .any(|other| scheme.eq_ignore_ascii_case(other))
}

impl<'de> RawEntry<'de> {
    fn url(&self) -> Option<&str> {
        self.request.0.as_ref()?.url.as_str()
    }

    /// Whether the URL of the request has the scheme `http` or `https`.
    pub(super) fn has_http_url(&self) -> bool {
        self.url().is_some_and(begins_with_http)
    }

    /// Whether the URL of the request has the scheme `file`.
    pub(super) fn has_file_url(&self) -> bool {
        let scheme = self.url().and_then(|url| url.split(':').next());
        scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("file"))
    }

    /// Returns the type of the resource, such as `fetch` or `document`, in any letter case.
    pub(super) fn kind_of_resource(&self) -> Option<&str> {
        self.resource_type.filled().or(self.protocol_type.filled())
    }

    /// Whether the entry is the opening request of a WebSocket.
    pub(super) fn is_of_web_socket(&self) -> bool {
        let scheme = self.url().and_then(|url| url.split(':').next());
        let scheme = scheme.unwrap_or_default();
        let is_type = |kind: &str| kind.eq_ignore_ascii_case("websocket");
        scheme.eq_ignore_ascii_case("ws")
            || scheme.eq_ignore_ascii_case("wss")
            || self.resource_type.filled().is_some_and(is_type)
    }

    /// Whether the request has `Origin` or `Sec-Fetch-Site`. `Sec-Fetch-Site` shows whether the URL has the origin of
    /// the page.
    pub(super) fn shows_origin(&self) -> bool {
        let request = self.request.0.as_ref();
        let has = |name| request.is_some_and(|request| request.headers.value_of(name).is_some());
        has("origin") || has("sec-fetch-site")
    }

    /// Whether a test sent the request itself. A browser does not check the response to such a request.
    pub(super) fn is_of_test(&self) -> bool {
        self.is_api_request.is_true() || self.api_request_ref.filled().is_some()
    }

    pub(super) fn read_member<A: MapAccess<'de>>(
        &mut self,
        member: EntryMember,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match member {
            EntryMember::Request => self.request = map.next_value()?,
            EntryMember::Response => {
                let request = self.request.0.as_ref();
                let is_same_origin = request.is_some_and(RawRequest::is_same_origin);
                self.response = map.next_value_seed(ResponseSeed { is_same_origin })?;
            }
            EntryMember::Started => self.started = map.next_value()?,
            EntryMember::PageRef => self.pageref = map.next_value()?,
            EntryMember::Id => self.id = map.next_value()?,
            EntryMember::InitiatorRequest => self.initiator_request = map.next_value()?,
            EntryMember::Initiator => self.initiator = map.next_value()?,
            EntryMember::ResourceType => self.resource_type = map.next_value()?,
            EntryMember::ProtocolType => self.protocol_type = map.next_value()?,
            EntryMember::Error => self.error = map.next_value()?,
            EntryMember::BlockedReason => self.blocked_reason = map.next_value()?,
            EntryMember::CorsErrorStatus => self.cors_error_status = map.next_value()?,
            EntryMember::FetchType => self.fetch_type = map.next_value()?,
            EntryMember::FromCache => self.from_cache = map.next_value()?,
            EntryMember::FromServiceWorker => self.from_service_worker = map.next_value()?,
            EntryMember::WasFulfilled => self.was_fulfilled = map.next_value()?,
            EntryMember::WasAborted => self.was_aborted = map.next_value()?,
            EntryMember::ApiRequest => self.is_api_request = map.next_value()?,
            EntryMember::ApiRequestRef => self.api_request_ref = map.next_value()?,
            EntryMember::Other => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl RawRequest<'_> {
    /// Whether `Sec-Fetch-Site` shows that the page and the URL have the same origin.
    fn is_same_origin(&self) -> bool {
        self.method.as_str() != Some("OPTIONS")
            && matches!(
                self.headers.value_of("sec-fetch-site"),
                Some("same-origin" | "none")
            )
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct RawRequest<'a> {
    #[serde(default, borrow)]
    pub(super) method: Text<'a>,
    #[serde(default, borrow)]
    pub(super) url: Text<'a>,
    #[serde(default)]
    pub(super) headers: RawHeaders,
    #[serde(default, rename = "postData")]
    pub(super) post_data: Object<PostData>,
    #[serde(default)]
    pub(super) cookies: List<RawCookie>,
}

#[derive(Debug, Deserialize)]
pub(super) struct PostData {}

#[derive(Debug, Deserialize)]
pub(super) struct RawCookie {}

#[derive(Debug, Deserialize)]
pub(super) struct CorsErrorStatus<'a> {
    #[serde(default, borrow, rename = "corsError")]
    pub(super) cors_error: Text<'a>,
    /// The part of the response or of the request that Chromium refuses, such as the value of a header.
    #[serde(default, borrow, rename = "failedParameter")]
    pub(super) failed_parameter: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawPage<'a> {
    #[serde(default, borrow)]
    pub(super) id: Text<'a>,
    #[serde(default, borrow)]
    pub(super) title: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawCreator<'a> {
    #[serde(default, borrow)]
    pub(super) name: Text<'a>,
}
