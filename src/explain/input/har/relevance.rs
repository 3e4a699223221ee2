//! The decision whether an entry is relevant to CORS. Most entries of a recording are not.

use super::{
    entry::Entry, fetch::has_no_reason, raw::RawEntry, raw_response::RawResponse,
    recorder::is_other_program, response_source::ResponseSource,
};
use crate::infrastructure::{
    header::HeaderName, origin::TupleOrigin, safelist::is_cors_safelisted_request_header,
};

impl RawEntry<'_> {
    /// Whether the entry can be relevant to CORS. This quick check excludes the most frequent entries that are not relevant:
    /// images, navigations, and requests to the page's own origin.
    pub(super) fn can_be_relevant(&self) -> bool {
        self.can_be_checked() && !self.is_document_or_web_socket()
    }

    /// Whether the request is a navigation or opens a WebSocket. CORS does not apply to these requests.
    fn is_document_or_web_socket(&self) -> bool {
        // Some tools write a WebSocket as a request with an `https:` URL. The header `Sec-WebSocket-Key` shows that the
        // request opens a WebSocket.
        let request = self.request.0.as_ref();
        let headers = request.map(|request| &request.headers);
        let opens_web_socket =
            headers.is_some_and(|headers| headers.value_of("sec-websocket-key").is_some());
        let is_kind = |kind: &str| {
            let mut others = ["document", "websocket"].iter();
            others.any(|other| kind.eq_ignore_ascii_case(other))
        };
        opens_web_socket || self.kind_of_resource().is_some_and(is_kind)
    }

    /// Whether the members of the entry permit that the browser checks the response.
    fn can_be_checked(&self) -> bool {
        let Some(request) = &self.request.0 else {
            return false;
        };
        if self.is_of_test() {
            return false;
        }
        if request.method.as_str() == Some("OPTIONS") || self.cors_error_status.0.is_some() {
            return true;
        }
        let header = |name: &str| request.headers.value_of(name);
        let response = self.response.0.as_ref();
        let is_ok = response.is_some_and(RawResponse::is_ok);
        let errors = response.map(|response| [&response.error, &response.failure_text]);
        let mut errors = errors.into_iter().flatten().chain([&self.error]);
        let has_error = errors.any(|error| error.filled().is_some());
        let is_of_worker = ResponseSource::new(self) == ResponseSource::ServiceWorker;
        let has_status = response.is_some_and(RawResponse::has_status);
        // The page gets each response of a service worker, also a response with an error status.
        if is_of_worker && has_status && !has_error {
            return false;
        }
        match header("sec-fetch-mode") {
            Some("navigate" | "websocket") => return false,
            Some("no-cors") => {
                let has_policy = response.is_some_and(|response| {
                    response
                        .headers
                        .value_of("cross-origin-resource-policy")
                        .is_some()
                });
                return has_policy || has_error || !is_ok;
            }
            _ => {}
        }
        match header("sec-fetch-site") {
            Some("same-origin" | "none") => !is_ok,
            Some(_) => true,
            None => header("origin").is_some() || has_error || !is_ok,
        }
    }
}

impl Entry {
    /// Whether the entry can be relevant to CORS.
    pub(super) fn is_relevant(&self) -> bool {
        if self.is_preflight || self.reported.is_some() {
            return true;
        }
        let mode = self.request_header("sec-fetch-mode");
        // Old browsers do not send `Sec-Fetch-Mode`. Browsers send `Upgrade-Insecure-Requests` only for navigations, such
        // as the submission of a form, and CORS does not apply to navigations.
        let is_old_navigation = mode.is_none()
            && self.resource_type.is_none()
            && self.request_headers.contains("upgrade-insecure-requests");
        if is_old_navigation || matches!(mode.as_deref(), Some("navigate" | "websocket")) {
            return false;
        }
        // A call has the mode `cors` by default. An `EventSource` and a font always have it.
        let is_cors_by_default = matches!(
            self.resource_type.as_deref(),
            None | Some("fetch" | "xhr" | "eventsource" | "font")
        ) || self.is_cors_beacon();
        if let Some(is_same_origin) = self.is_same_origin() {
            // A request to the page's own origin is relevant only if a redirect leads to a different origin.
            let leaves = self.redirects_to.as_ref().is_some_and(|location| {
                TupleOrigin::from_url(location) != TupleOrigin::from_url(&self.url)
            });
            if is_same_origin {
                return leaves && is_cors_by_default;
            }
            return match mode.as_deref() {
                // If the request mode is `no-cors`, a response is checked only for `Cross-Origin-Resource-Policy`.
                Some("no-cors") => {
                    self.is_blocked_resource()
                        || self
                            .response_headers
                            .contains("cross-origin-resource-policy")
                        || (self.has_failed() && is_cors_by_default)
                }
                _ => true,
            };
        }
        // Some tools do not record `Origin` and `Sec-Fetch-Site` of blocked requests, so a failed request of such a type
        // without these headers counts as relevant. Browsers record the type of the resource.
        let is_other_program = self.resource_type.is_none()
            && self
                .request_header("user-agent")
                .is_some_and(|name| is_other_program(&name));
        (self.has_failed() && is_cors_by_default && !is_other_program)
            || self.is_blocked_resource()
            || self.is_blocked_media()
    }

    /// Whether the browser possibly blocked the response to a `<video>` or `<audio>` with `crossorigin`. Without the headers
    /// of the browser, the recording does not show the mode.
    fn is_blocked_media(&self) -> bool {
        self.resource_type.as_deref() == Some("media")
            && !self.request_headers.contains("sec-fetch-mode")
            && has_no_reason(self.error.as_deref())
    }

    /// Whether the request is from `sendBeacon` and has the mode `cors`. The mode is `cors` only if the type of the data
    /// is not safelisted (Beacon standard, §3.1). The type of a `ping` of a link is not safelisted, but its mode is
    /// always `no-cors`.
    fn is_cors_beacon(&self) -> bool {
        let name = HeaderName::from_static("content-type");
        self.is_ping()
            && self.request_headers.get(name.as_str()).is_some_and(|kind| {
                &*kind != b"text/ping" && !is_cors_safelisted_request_header(name.as_bytes(), &kind)
            })
    }

    /// Whether the browser blocked the response to a `no-cors` request, for example for an image.
    fn is_blocked_resource(&self) -> bool {
        let names = [
            "net::ERR_BLOCKED_BY_ORB",
            "net::ERR_BLOCKED_BY_RESPONSE",
            "NS_ERROR_DOM_CORP_FAILED",
            "NS_ERROR_DOM_COEP_FAILED",
        ];
        let error = self.error.as_deref();
        error.is_some_and(|error| names.iter().any(|name| error.starts_with(name)))
    }

    /// Whether the request failed. Returns true if the recording has no status, or if the recording has an error.
    fn has_failed(&self) -> bool {
        self.status.is_none() || self.error.is_some()
    }
}
