//! [Append a request `Origin` header](https://fetch.spec.whatwg.org/#append-a-request-origin-header).

use ::url::Url;
use http::Method;

use crate::{
    engine::{Quirk, QuirkSet},
    infrastructure::{
        header::{HeaderValue, ORIGIN},
        header_list::HeaderList,
        origin::Origin,
        referrer_policy::ReferrerPolicy,
        request::{Mode, Request, ResponseTainting},
    },
};

/// [Appends a request `Origin` header](https://fetch.spec.whatwg.org/#append-a-request-origin-header) to
/// `header_list`, the headers to send for `request`.
///
/// A GET or HEAD request has the header only if its tainting is `cors`.
pub(super) fn append_a_request_origin_header(
    request: &Request,
    header_list: &mut HeaderList,
    quirks: QuirkSet,
) {
    // append-a-request-origin-header/2: serialize the request's origin, unless quirk null-origin-after-no-cors-redirect
    let mut serialized_origin = request.byte_serialize_origin();
    if quirks.contains(Quirk::NullOriginAfterNoCorsRedirect)
        && request.mode == Mode::NoCors
        && request.has_cross_origin_redirect()
    {
        serialized_origin = b"null";
    }
    // append-a-request-origin-header/3: tainting `cors`: append Origin
    if request.response_tainting == ResponseTainting::Cors {
        header_list.append(ORIGIN, HeaderValue::from_valid(serialized_origin));
    // append-a-request-origin-header/4: otherwise, if the method is neither GET nor HEAD, unless quirk origin-kept-on-get
    } else if !matches!(request.method, Method::GET | Method::HEAD) {
        // append-a-request-origin-header/4.1: mode other than `cors`: switch on the referrer policy
        if request.mode != Mode::Cors && is_hidden(request) {
            serialized_origin = b"null";
        }
        // append-a-request-origin-header/4.2: append Origin
        header_list.append(ORIGIN, HeaderValue::from_valid(serialized_origin));
    }
}

/// Appends the Origin header that an engine keeps on a GET: quirk `origin-kept-on-get`.
pub(super) fn keep_origin_header(request: &Request, header_list: &mut HeaderList) {
    if !header_list.contains("origin") {
        let value = HeaderValue::from_valid(request.byte_serialize_origin());
        header_list.append(ORIGIN, value);
    }
}

/// Whether the referrer policy hides the origin of the page from the server.
fn is_hidden(request: &Request) -> bool {
    let current_url = request.current_url();
    match request.referrer_policy {
        // append-a-request-origin-header/4.1.no-referrer: `no-referrer`: send `null`
        ReferrerPolicy::NoReferrer => true,
        // append-a-request-origin-header/4.1.strict-origin: strict policies: send `null` from https to another scheme
        ReferrerPolicy::NoReferrerWhenDowngrade
        | ReferrerPolicy::StrictOrigin
        | ReferrerPolicy::StrictOriginWhenCrossOrigin => is_downgrade(&request.origin, current_url),
        // append-a-request-origin-header/4.1.same-origin: `same-origin`: send `null` to another origin
        ReferrerPolicy::SameOrigin => !request.origin.is_same_origin_with(current_url),
        // append-a-request-origin-header/4.1.otherwise: any other policy: send the origin
        ReferrerPolicy::Empty
        | ReferrerPolicy::Origin
        | ReferrerPolicy::OriginWhenCrossOrigin
        | ReferrerPolicy::UnsafeUrl => false,
    }
}

/// Whether the page is on https and the URL is not. The standard compares schemes only, so
/// `http://localhost` is a downgrade from https.
fn is_downgrade(origin: &Origin, current_url: &Url) -> bool {
    matches!(origin, Origin::Tuple(tuple) if tuple.scheme() == "https")
        && current_url.scheme() != "https"
}
