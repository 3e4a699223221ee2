//! The entries of a recording that are relevant to CORS.

use alloc::{
    boxed::Box,
    string::{String, ToString},
    sync::Arc,
};
use core::ops::Deref;

use ::url::Url;

use super::{
    entry_key::SharedParts,
    entry_parts::EntryParts,
    fetch::method_of,
    header_names::HeaderNames,
    headers::RawHeaders,
    internal_redirect::InternalRedirect,
    lenient::Text,
    problem::EntryProblemKind,
    raw::{RawEntry, begins_with_http},
    raw_response::RawResponse,
    response_source::ResponseSource,
};
use crate::{
    Failure,
    infrastructure::{
        bytes::isomorphic_encode,
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        origin::TupleOrigin,
        url::is_http_or_https,
    },
};

/// A recorded request that is relevant to CORS, and its response.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The position among all entries of the recording, counted from 0.
    pub(super) position: usize,
    /// The time at which the request started, as the recording has it.
    pub(super) started: Option<Box<str>>,
    pub(super) id: Option<Box<str>>,
    /// If the entry is a preflight, the id of the request for which the browser sent the preflight.
    pub(super) initiator_request: Option<Box<str>>,
    /// The URL without its fragment.
    pub(super) url: Url,
    pub(super) redirects_to: Option<Box<Url>>,
    pub(super) internal_redirect: Option<InternalRedirect>,
    /// If the response is from the cache of the browser, the position of the earlier entry that loaded the same URL without
    /// CORS.
    pub(super) stored_by: Option<usize>,
    /// The number of the key that this entry shares with other entries. `None` if the recording does not compare entries.
    pub(super) key: Option<u32>,
    parts: Arc<EntryParts>,
}

impl Deref for Entry {
    type Target = EntryParts;

    fn deref(&self) -> &EntryParts {
        &self.parts
    }
}

impl Entry {
    /// Returns the entry if the entry is relevant to CORS. With `shared`, the entry shares its parts with the earlier
    /// entries that have the same key.
    ///
    /// # Errors
    ///
    /// Returns an error if the entry can be relevant to CORS, but is too damaged to use.
    pub(super) fn from_raw(
        raw: RawEntry<'_>,
        position: usize,
        stored_by: Option<usize>,
        mut shared: Option<&mut SharedParts>,
    ) -> Result<Option<Self>, EntryProblemKind> {
        if !raw.can_be_relevant() {
            return Ok(None);
        }
        let Some(request) = &raw.request.0 else {
            return Ok(None);
        };
        // `RawEntry::problem` reports a missing URL and a missing method.
        let (Some(url), Some(method)) = (request.url.as_str(), request.method.filled()) else {
            return Ok(None);
        };
        if !begins_with_http(url) {
            return Ok(None);
        }
        if raw.is_too_long() {
            return Err(EntryProblemKind::TooLong);
        }
        let resource_type = raw.kind_of_resource().map(str::to_ascii_lowercase);
        let Ok(mut url) = Url::parse(url) else {
            return Err(EntryProblemKind::InvalidUrl);
        };
        if !is_http_or_https(&url) {
            return Ok(None);
        }
        url.set_fragment(None);
        let found = shared
            .as_deref_mut()
            .and_then(|shared| shared.find(&raw, &url, stored_by.is_some()));
        let shares_headers = shared.as_ref().is_some_and(|shared| shared.shares_headers);
        let key = match found {
            None => None,
            Some(None) => return Ok(None),
            Some(Some((key, parts))) if shares_headers => {
                return Ok(Some(Self {
                    position,
                    started: owned(raw.started),
                    id: owned(raw.id),
                    initiator_request: owned(raw.initiator_request),
                    url,
                    redirects_to: None,
                    internal_redirect: None,
                    stored_by,
                    key: Some(key),
                    parts,
                }));
            }
            Some(Some((key, _))) => Some(key),
        };
        let request_headers = header_list(&request.headers);
        let is_preflight = method == "OPTIONS"
            && (request_headers.contains("access-control-request-method")
                || raw.initiator.kind.as_str() == Some("preflight")
                || resource_type.as_deref() == Some("preflight"));
        if is_preflight
            && raw.initiator_request.filled().is_none()
            && method_of(&request_headers).is_none()
        {
            return Err(EntryProblemKind::PreflightWithoutMethod);
        }
        let source = ResponseSource::new(&raw);
        let status = raw.cors_error_status.0.as_ref();
        let reported = status.and_then(|status| failure_named(status.cors_error.as_str()?));
        let reported_value = raw.cors_error_status.0;
        let reported_value = reported_value.and_then(|status| status.failed_parameter.into_owned());
        let response = raw.response.0;
        let status = response
            .as_ref()
            .and_then(|response| response.status.as_str());
        let is_status_zero = matches!(status, Some("0" | "-1"));
        let status = status.and_then(|status| status.parse().ok());
        // A response without its headers cannot be judged.
        let has_headers = response.as_ref().is_some_and(RawResponse::has_headers);
        let status = status
            .filter(|status: &http::StatusCode| status.as_u16() >= 200)
            .filter(|_| has_headers);
        let response_headers = response
            .as_ref()
            .map(|response| header_list(&response.headers));
        let mut response_headers = response_headers.unwrap_or_default();
        // Some tools record the headers of a blocked response, but not its status. Any status then gives the right outcome,
        // because the CORS check does not depend on the status. Preflights are excluded, because the status of a preflight
        // response matters.
        let has_lost_status = status.is_none() && !is_preflight && !response_headers.is_empty();
        let recorded = response
            .as_ref()
            .and_then(|response| response.redirect_url.filled());
        // A response with the status 201 (Created) can have `Location` too, but it is not a response to GET or HEAD.
        let has_lost_redirect = matches!(method, "GET" | "HEAD")
            && (recorded.is_some() || response_headers.contains("location"));
        let status = match status {
            None if has_lost_status && has_lost_redirect => Some(http::StatusCode::FOUND),
            None if has_lost_status => Some(http::StatusCode::OK),
            status => status,
        };
        let has_response_body = response.as_ref().is_some_and(RawResponse::has_body);
        let denial = response
            .as_ref()
            .and_then(RawResponse::denial)
            .map(Box::from);
        let has_no_error = response
            .as_ref()
            .is_some_and(|response| response.has_no_error);
        let is_redirect = status.is_some_and(|status| status.is_redirection());
        // Some tools record the target of a redirect, but not the header `Location`.
        if let Some(target) = recorded.filter(|_| is_redirect)
            && !response_headers.contains("location")
            && let Ok(value) = HeaderValue::normalized(target.as_bytes())
        {
            response_headers.append(HeaderName::from_static("location"), value);
        }
        let sent = response_headers
            .get("location")
            .map(|value| String::from_utf8_lossy(&value).into_owned());
        let target = recorded.or(sent.as_deref()).filter(|_| is_redirect);
        let redirects_to = target.and_then(|target| {
            let mut location = url.join(target).ok()?;
            location.set_fragment(None);
            Some(location)
        });
        let status_text = response
            .as_ref()
            .and_then(|response| response.status_text.as_str());
        let internal_redirect = InternalRedirect::new(
            status,
            status_text.unwrap_or_default(),
            &response_headers,
            &url,
            redirects_to.as_ref(),
        );
        let error = raw.error.into_owned().or_else(|| {
            // The name of an error begins with `NS_`. If a failure is about CORS, Firefox writes a number in place of a
            // name.
            let reason = raw.blocked_reason.into_owned();
            let reason = reason.filter(|reason| reason.starts_with("NS_"));
            reason.or_else(|| {
                let response = response?;
                let failure_text = response.failure_text.into_owned();
                response.error.into_owned().or(failure_text)
            })
        });
        let has_no_response =
            status.is_none() && (error.is_some() || is_status_zero || has_headers);
        let parts = EntryParts {
            page: None,
            method: String::from(method),
            has_body: request.post_data.0.is_some(),
            has_cookies: !request.cookies.0.is_empty() || request_headers.contains("cookie"),
            sent_names: HeaderNames::default(),
            requested_names: HeaderNames::default(),
            request_headers,
            resource_type,
            is_preflight,
            status,
            is_status_assumed: has_lost_status,
            has_no_response,
            source,
            response_headers,
            has_response_body,
            denial,
            has_no_error,
            error,
            reported,
            reported_value,
        };
        let mut entry = Self {
            position,
            started: None,
            id: None,
            initiator_request: None,
            url,
            redirects_to: redirects_to.map(Box::new),
            internal_redirect,
            stored_by,
            key: None,
            parts: Arc::new(parts),
        };
        let is_relevant = entry.is_relevant();
        // The other members are copied only if the entry is relevant.
        if is_relevant {
            let parts = Arc::make_mut(&mut entry.parts);
            parts.sent_names = HeaderNames::sent(&parts.request_headers);
            if is_preflight {
                parts.requested_names = HeaderNames::requested(&parts.request_headers);
            }
            parts.page = raw.pageref.into_owned();
            entry.started = owned(raw.started);
            entry.id = owned(raw.id);
            entry.initiator_request = owned(raw.initiator_request);
        }
        let parts = is_relevant.then_some(&entry.parts);
        entry.key = key.or_else(|| shared.and_then(|shared| shared.add(parts)));
        Ok(is_relevant.then_some(entry))
    }

    /// Whether the request is from `sendBeacon`, or from the attribute `ping` of a link.
    pub(super) fn is_ping(&self) -> bool {
        self.resource_type.as_deref() == Some("ping")
    }

    /// Whether the page and the URL have the same origin. `None` if the request headers do not show the origin of the
    /// page.
    pub(super) fn is_same_origin(&self) -> Option<bool> {
        match self.request_header("sec-fetch-site").as_deref() {
            Some("same-origin" | "none") => return Some(true),
            Some("same-site" | "cross-site") => return Some(false),
            _ => {}
        }
        let origin = self.request_header("origin")?;
        let own = TupleOrigin::from_url(&self.url)?;
        Some(origin == own.serialize())
    }

    pub(super) fn request_header(&self, name: &str) -> Option<String> {
        let value = self.request_headers.get(name)?;
        Some(String::from_utf8_lossy(&value).into_owned())
    }

    /// Returns the value of the header `Origin`. If the value is a file URL, returns `file://`, the origin that web
    /// views of apps send.
    pub(super) fn sent_origin(&self) -> Option<String> {
        let origin = self.request_header("origin")?;
        Some(if is_file_url(origin.as_bytes()) {
            String::from("file://")
        } else {
            origin
        })
    }

    /// Whether the recording has all request headers that the browser sent. Some recordings have only the headers that
    /// the script set.
    pub(super) fn has_sent_headers(&self) -> bool {
        ["origin", "sec-fetch-mode", "host"]
            .iter()
            .any(|name| self.request_headers.contains(name))
    }

    /// Returns the request that follows this redirect, if the recording does not have the following request. `None` if
    /// this entry is not a redirect.
    pub(super) fn redirected_without_response(&self) -> Option<Self> {
        let parts = EntryParts {
            status: None,
            is_status_assumed: false,
            has_no_response: false,
            source: ResponseSource::Server,
            response_headers: HeaderList::new(),
            has_response_body: false,
            denial: None,
            has_no_error: false,
            ..EntryParts::clone(&self.parts)
        };
        Some(Self {
            url: Url::clone(self.redirects_to.as_ref()?),
            redirects_to: None,
            internal_redirect: None,
            stored_by: None,
            key: None,
            parts: Arc::new(parts),
            ..self.clone()
        })
    }

    /// Whether this redirect keeps the method of the request. The status 303 changes a method other than GET and HEAD
    /// to GET. The statuses 301 and 302 change POST to GET.
    pub(super) fn keeps_method(&self) -> bool {
        let status = self.status.map(|status| status.as_u16());
        match &*self.method {
            "GET" | "HEAD" => true,
            "POST" => matches!(status, Some(307 | 308)),
            _ => status != Some(303),
        }
    }

    /// Returns the response. `None` if the recording does not have the response.
    pub(super) fn response(&self) -> Option<(http::StatusCode, &HeaderList)> {
        self.status.map(|status| (status, &self.response_headers))
    }
}

fn owned(text: Text<'_>) -> Option<Box<str>> {
    text.into_owned().map(String::into_boxed_str)
}

/// The `Origin` that desktop browsers send for a page from a file.
pub(super) const NULL_ORIGIN: &str = "null";

pub(super) fn is_file_url(url: &[u8]) -> bool {
    url.starts_with(b"file:")
}

/// Returns the origin of a page with this URL.
pub(super) fn origin_of(url: &str) -> Option<String> {
    if is_file_url(url.as_bytes()) {
        return Some(String::from(NULL_ORIGIN));
    }
    let origin = TupleOrigin::from_url(&Url::parse(url).ok()?)?;
    Some(String::from(origin.serialize()))
}

/// Returns the headers. Leaves out pseudo-headers of HTTP/2, and headers with an invalid name or value.
fn header_list(headers: &RawHeaders) -> HeaderList {
    let headers = headers.iter();
    let mut list = HeaderList::with_capacity(headers.len());
    for (name, value) in headers {
        // If several header lines have the same name, the network panel of Chromium joins their values with line
        // breaks. So each line of `value` is the value of one header line.
        for value in value.split('\n') {
            let encoded = (!value.is_ascii()).then(|| isomorphic_encode(value));
            let encoded = encoded.flatten();
            let bytes = encoded.as_deref().unwrap_or(value.as_bytes());
            let name = HeaderName::new(name.as_bytes());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::normalized(bytes)) {
                list.append(name, value);
            }
        }
    }
    list
}

/// Returns the failure that the DevTools protocol calls `name`, such as `MissingAllowOriginHeader`.
fn failure_named(name: &str) -> Option<Failure> {
    let mut code = String::with_capacity(name.len() + 8);
    for character in name.chars().take(80) {
        if character.is_ascii_uppercase() && !code.is_empty() {
            code.push('-');
        }
        code.push(character.to_ascii_lowercase());
    }
    code.to_string().parse().ok()
}
