//! [Responses](https://fetch.spec.whatwg.org/#responses), the [filtered
//! responses](https://fetch.spec.whatwg.org/#concept-filtered-response) that a script gets, and the [location
//! URL](https://fetch.spec.whatwg.org/#concept-response-location-url).
//!
//! ```
//! use fetch_cors::{browser::HeaderList, infrastructure::response::{FilteredResponse, Response}};
//!
//! let headers = HeaderList::from_pairs([("ETag", "1"), ("Expires", "0"), ("Set-Cookie", "a=b")])?;
//! let response = Response::new(http::StatusCode::OK, headers);
//! let cors = FilteredResponse::cors(response.clone());
//! assert_eq!(cors.headers().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["expires"]);
//! assert_eq!(FilteredResponse::opaque(response).status(), 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::{borrow::Cow, format, string::String, vec::Vec};

use ::url::Url;
use http::StatusCode;

use super::{
    bytes::isomorphic_decode,
    forbidden::is_forbidden_response_header_name,
    header::{HeaderName, HeaderValue},
    header_list::{HeaderList, HeaderMapConversionError},
    header_values::{Abnf, ExtractionError, extract_header_list_values},
    safelist::is_cors_safelisted_response_header_name,
    url,
    url::includes_credentials,
};
use crate::engine::{Quirk, QuirkSet};

/// A [response](https://fetch.spec.whatwg.org/#concept-response) that is not filtered.
///
/// ```
/// use fetch_cors::infrastructure::response::Response;
/// let response = Response::from(&http::Response::builder().status(404).body(())?);
/// assert_eq!(response.status, 404);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The [status](https://fetch.spec.whatwg.org/#concept-response-status).
    pub status: StatusCode,
    /// The [header list](https://fetch.spec.whatwg.org/#concept-response-header-list).
    pub header_list: HeaderList,
    /// The [URL list](https://fetch.spec.whatwg.org/#concept-response-url-list). A fetch fills this list.
    pub url_list: Vec<Url>,
    /// The [CORS-exposed header-name
    /// list](https://fetch.spec.whatwg.org/#concept-response-cors-exposed-header-name-list), sorted and without
    /// duplicates. A fetch fills this list.
    pub cors_exposed_header_name_list: Vec<HeaderName>,
    /// The [timing allow passed flag](https://fetch.spec.whatwg.org/#concept-response-timing-allow-passed). A fetch sets
    /// this flag.
    pub timing_allow_passed_flag: bool,
    /// Whether the server sent the name `Access-Control-Allow-Origin` with exactly these capital letters. The quirk
    /// `empty-lines-dropped` depends on these capital letters.
    pub(crate) has_canonical_names: bool,
}

impl Response {
    /// Creates a response with the given status and header list. The fetch that receives the response sets the other
    /// fields.
    pub const fn new(status: StatusCode, header_list: HeaderList) -> Self {
        Self {
            status,
            header_list,
            url_list: Vec::new(),
            cors_exposed_header_name_list: Vec::new(),
            timing_allow_passed_flag: false,
            has_canonical_names: false,
        }
    }

    /// Returns the [URL](https://fetch.spec.whatwg.org/#concept-response-url): the last URL of the URL list. Returns
    /// `None` if the list is empty.
    pub fn url(&self) -> Option<&Url> {
        self.url_list.last()
    }

    /// Returns the [location URL](https://fetch.spec.whatwg.org/#concept-response-location-url), which is the target of a
    /// redirect.
    ///
    /// Returns `None` (null in the standard) if the status is not a redirect status or the response does not have a
    /// `Location`. If the location does not have a fragment, the location URL gets the fragment `request_fragment`.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidLocationError`] in three cases:
    ///
    /// - The response has several `Location` headers.
    /// - The value of `Location` does not match the ABNF.
    /// - The URL parser fails.
    pub fn location_url(
        &self,
        request_fragment: Option<&str>,
    ) -> Result<Option<Url>, InvalidLocationError> {
        self.location_url_with_quirks(request_fragment, QuirkSet::EMPTY)
    }

    /// Returns the location URL that an engine with these quirks uses.
    pub(crate) fn location_url_with_quirks(
        &self,
        request_fragment: Option<&str>,
        quirks: QuirkSet,
    ) -> Result<Option<Url>, InvalidLocationError> {
        // location-url/1: not a redirect status: null
        if !is_redirect_status_with_quirks(self.status, quirks) {
            return Ok(None);
        }
        // location-url/2: extract Location; differs with quirk equal-locations-count-once or location-lines-joined or any-location-followed
        let invalid = || InvalidLocationError {
            value: self
                .header_list
                .get("location")
                .unwrap_or_default()
                .into_owned(),
        };
        let location = self.location(quirks).map_err(|_| invalid())?;
        let Some(location) = location else {
            return Ok(None);
        };
        // location-url/3: parse the value, with the response's URL as the base; differs with quirk location-bytes-escaped or empty-location-is-none or empty-location-is-an-error or location-base-has-no-userinfo
        if location.is_empty() {
            if quirks.contains(Quirk::EmptyLocationIsNone) {
                return Ok(None);
            }
            if quirks.contains(Quirk::EmptyLocationIsAnError) {
                return Err(invalid());
            }
        }
        let location = if quirks.contains(Quirk::LocationBytesEscaped) {
            with_escaped_bytes(&location)
        } else {
            isomorphic_decode(&location)
        };
        let parsed = match self.url() {
            Some(base)
                if quirks.contains(Quirk::LocationBaseHasNoUserinfo)
                    && includes_credentials(base) =>
            {
                let mut base = base.clone();
                // `set_username` and `set_password` fail only if the URL does not have a host. `base` is the URL of a
                // server, so `base` has a host.
                let _ = base.set_username("");
                let _ = base.set_password(None);
                url::parse(&location, &base)
            }
            Some(base) => url::parse(&location, base),
            None => Url::parse(&location).ok(),
        };
        let mut location = parsed.ok_or_else(invalid)?;
        // location-url/4: no fragment: take over the request's fragment
        if location.fragment().is_none() {
            location.set_fragment(request_fragment);
        }
        // location-url/5: return the URL, null or failure
        Ok(Some(location))
    }

    /// Returns the value of `Location`. Returns an error if the grammar of the header refuses the value and no quirk
    /// accepts the value.
    fn location(&self, quirks: QuirkSet) -> Result<Option<Cow<'_, [u8]>>, ExtractionError> {
        if !quirks.is_empty() {
            let mut values = self.header_list.values("location");
            let first = values.next();
            let are_equal = values.all(|value| Some(value) == first);
            let is_single = self.header_list.values("location").nth(1).is_none();
            if (is_single && quirks.contains(Quirk::AnyLocationFollowed))
                || (!is_single
                    && ((are_equal && quirks.contains(Quirk::EqualLocationsCountOnce))
                        || quirks.contains(Quirk::LocationLinesJoined)))
            {
                return Ok(if quirks.contains(Quirk::LocationLinesJoined) {
                    self.header_list.get("location")
                } else {
                    first.map(|value| Cow::Borrowed(value.as_bytes()))
                });
            }
        }
        let values = extract_header_list_values(Abnf::Location, &self.header_list)?;
        Ok(values.and_then(|values| values.first().copied().map(Cow::Borrowed)))
    }
}

impl<B> From<&http::Response<B>> for Response {
    fn from(response: &http::Response<B>) -> Self {
        Self::new(response.status(), response.headers().into())
    }
}

impl TryFrom<&Response> for http::Response<()> {
    type Error = HeaderMapConversionError;

    fn try_from(response: &Response) -> Result<Self, Self::Error> {
        let mut converted = Self::new(());
        *converted.status_mut() = response.status;
        *converted.headers_mut() = (&response.header_list).try_into()?;
        Ok(converted)
    }
}

/// The error for an invalid `Location` header, or for several `Location` headers.
///
/// ```
/// use fetch_cors::{browser::HeaderList, infrastructure::response::Response};
/// let headers = HeaderList::from_pairs([("Location", "/a b")])?;
/// let response = Response::new(http::StatusCode::FOUND, headers);
/// assert_eq!(response.location_url(None).unwrap_err().value, b"/a b");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not exactly one URL: send one `Location` line with one URL", .value.escape_ascii())]
pub struct InvalidLocationError {
    /// The combined value of `Location`.
    pub value: Vec<u8>,
}

/// Whether `status` is an [ok status](https://fetch.spec.whatwg.org/#ok-status): 200 to 299.
///
/// ```
/// use fetch_cors::infrastructure::response::is_ok_status;
/// assert!(is_ok_status(http::StatusCode::NO_CONTENT));
/// ```
pub fn is_ok_status(status: StatusCode) -> bool {
    // definition/ok-status: 200 to 299
    (200..=299).contains(&status.as_u16())
}

/// Percent-encodes the bytes 0x80 and above. An engine with the quirk `location-bytes-escaped` escapes these bytes
/// before it parses the location.
fn with_escaped_bytes(location: &[u8]) -> String {
    let mut escaped = String::with_capacity(location.len());
    for &byte in location {
        if byte.is_ascii() {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

/// Whether `status` is a [redirect status](https://fetch.spec.whatwg.org/#redirect-status).
///
/// ```
/// use fetch_cors::infrastructure::response::is_redirect_status;
/// assert!(!is_redirect_status(http::StatusCode::NOT_MODIFIED));
/// ```
pub fn is_redirect_status(status: StatusCode) -> bool {
    // definition/redirect-status: 301, 302, 303, 307 or 308; differs with quirk other-redirect-statuses
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Whether `status` is a redirect status for an engine with these quirks.
pub(crate) fn is_redirect_status_with_quirks(status: StatusCode, quirks: QuirkSet) -> bool {
    is_redirect_status(status)
        || (quirks.contains(Quirk::OtherRedirectStatuses) && (309..=399).contains(&status.as_u16()))
}

/// The type of a [filtered response](https://fetch.spec.whatwg.org/#concept-filtered-response).
///
/// ```
/// use fetch_cors::infrastructure::response::ResponseType;
/// assert_eq!(ResponseType::OpaqueRedirect.as_str(), "opaqueredirect");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Exhaustive: the standard has four kinds of filtered responses.
pub enum ResponseType {
    /// `basic`
    Basic,
    /// `cors`
    Cors,
    /// `opaque`
    Opaque,
    /// `opaqueredirect`
    OpaqueRedirect,
}

impl ResponseType {
    /// Returns the name of the type in the standard.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Cors => "cors",
            Self::Opaque => "opaque",
            Self::OpaqueRedirect => "opaqueredirect",
        }
    }
}

/// A [filtered response](https://fetch.spec.whatwg.org/#concept-filtered-response): a response with only the parts that
/// a script can read.
///
/// ```
/// use fetch_cors::browser::HeaderList;
/// use fetch_cors::infrastructure::response::{FilteredResponse, Response, ResponseType};
/// let response = Response::new(http::StatusCode::OK, HeaderList::new());
/// assert_eq!(FilteredResponse::basic(response).response_type(), ResponseType::Basic);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilteredResponse {
    response_type: ResponseType,
    internal_response: Response,
}

impl FilteredResponse {
    /// Creates a [basic filtered response](https://fetch.spec.whatwg.org/#concept-filtered-response-basic).
    pub const fn basic(internal_response: Response) -> Self {
        Self {
            response_type: ResponseType::Basic,
            internal_response,
        }
    }

    /// Creates a [CORS filtered response](https://fetch.spec.whatwg.org/#concept-filtered-response-cors).
    pub const fn cors(internal_response: Response) -> Self {
        Self {
            response_type: ResponseType::Cors,
            internal_response,
        }
    }

    /// Creates an [opaque filtered response](https://fetch.spec.whatwg.org/#concept-filtered-response-opaque).
    pub const fn opaque(internal_response: Response) -> Self {
        Self {
            response_type: ResponseType::Opaque,
            internal_response,
        }
    }

    /// Creates an [opaque-redirect filtered response](https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect).
    pub const fn opaque_redirect(internal_response: Response) -> Self {
        Self {
            response_type: ResponseType::OpaqueRedirect,
            internal_response,
        }
    }

    /// Returns the [type](https://fetch.spec.whatwg.org/#concept-response-type).
    pub const fn response_type(&self) -> ResponseType {
        self.response_type
    }

    /// Returns the status. The status is 0 if the type is `opaque` or `opaqueredirect`.
    pub fn status(&self) -> u16 {
        match self.response_type {
            ResponseType::Basic | ResponseType::Cors => self.internal_response.status.as_u16(),
            // definition/opaque-filtered-response: status 0, empty URL list, empty header list
            // definition/opaque-redirect-filtered-response: status 0, empty header list
            ResponseType::Opaque | ResponseType::OpaqueRedirect => 0,
        }
    }

    /// Returns the URL list. The list is empty if the type is `opaque`.
    pub fn url_list(&self) -> &[Url] {
        match self.response_type {
            ResponseType::Opaque => &[],
            _ => &self.internal_response.url_list,
        }
    }

    /// Returns the URL: the last URL of the URL list. Returns `None` if the list is empty.
    pub fn url(&self) -> Option<&Url> {
        self.url_list().last()
    }

    /// Whether a script can see that the response was redirected.
    pub fn redirected(&self) -> bool {
        self.url_list().len() > 1
    }

    /// Iterates over the headers that a script can read, in order.
    pub fn headers(&self) -> impl Iterator<Item = (&HeaderName, &HeaderValue)> + Clone {
        let internal_response = &self.internal_response;
        internal_response
            .header_list
            .iter()
            .filter(|(name, _)| match self.response_type {
                // definition/basic-filtered-response: without the forbidden response-headers
                ResponseType::Basic => !is_forbidden_response_header_name(name.as_bytes()),
                // definition/cors-filtered-response: only the safelisted and exposed headers
                ResponseType::Cors => is_cors_safelisted_response_header_name(
                    name,
                    &internal_response.cors_exposed_header_name_list,
                ),
                ResponseType::Opaque | ResponseType::OpaqueRedirect => false,
            })
    }

    /// Returns the [timing allow passed flag](https://fetch.spec.whatwg.org/#concept-response-timing-allow-passed). If
    /// the flag is set, Resource Timing shows the details of the fetch to the script.
    pub const fn timing_allow_passed(&self) -> bool {
        self.internal_response.timing_allow_passed_flag
    }

    /// Whether the response is an opaque redirect with a location that is not empty.
    pub(crate) fn is_redirect_to_location(&self) -> bool {
        let mut locations = self.internal_response.header_list.values("location");
        self.response_type == ResponseType::OpaqueRedirect
            && locations.any(|location| !location.as_bytes().is_empty())
    }

    pub(crate) const fn set_timing_allow_passed(&mut self, passed: bool) {
        self.internal_response.timing_allow_passed_flag = passed;
    }

    /// Returns the [internal response](https://fetch.spec.whatwg.org/#concept-internal-response). A script can read
    /// only the filtered response.
    pub const fn internal_response(&self) -> &Response {
        &self.internal_response
    }
}
