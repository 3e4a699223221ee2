//! The algorithm [append a request `Origin` header](https://fetch.spec.whatwg.org/#append-a-request-origin-header).

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

/// [Appends a request `Origin` header](https://fetch.spec.whatwg.org/#append-a-request-origin-header) to `header_list`,
/// which has the headers to send for `request`.
///
/// A GET or HEAD request gets the header only if the response tainting is `cors`.
pub(super) fn append_a_request_origin_header(
    request: &Request,
    header_list: &mut HeaderList,
    quirks: QuirkSet,
) {
    // append-a-request-origin-header/2: serialize the request's origin; differs with quirk null-origin-after-no-cors-redirect
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
    // append-a-request-origin-header/4: otherwise, if the method is neither GET nor HEAD; differs with quirk origin-kept-on-get
    } else if !matches!(request.method, Method::GET | Method::HEAD) {
        // append-a-request-origin-header/4.1: mode other than `cors`: switch on the referrer policy; differs with quirk no-referrer-keeps-origin or redirect-ignores-referrer-policy
        if request.mode != Mode::Cors
            && !quirks.contains(Quirk::NoReferrerKeepsOrigin)
            && is_hidden(request, quirks)
        {
            serialized_origin = b"null";
        }
        // append-a-request-origin-header/4.2: append Origin
        header_list.append(ORIGIN, HeaderValue::from_valid(serialized_origin));
    }
}

/// Applies two quirks to the Origin header after a redirect. `kept` is the Origin header before the redirect. A request
/// with the response tainting `cors` stays unchanged.
///
/// - Quirk `origin-kept-on-get`: after a redirect within one origin, a GET or HEAD request sends `kept`.
/// - Quirk `redirect-ignores-referrer-policy`: after a redirect within one origin, a request with a method other than
///   GET and HEAD sends `kept`. After a redirect to a different origin, such a request sends its serialized origin.
pub(super) fn keep_origin_header(
    request: &Request,
    header_list: &mut HeaderList,
    kept: &HeaderValue,
    quirks: QuirkSet,
) {
    if request.response_tainting == ResponseTainting::Cors {
        return;
    }
    let is_same_origin = request.last_redirect_is_same_origin();
    if matches!(request.method, Method::GET | Method::HEAD) {
        if quirks.contains(Quirk::OriginKeptOnGet) && is_same_origin {
            header_list.set(ORIGIN, kept.clone());
        }
    } else if quirks.contains(Quirk::RedirectIgnoresReferrerPolicy) {
        let value = if is_same_origin {
            kept.clone()
        } else {
            HeaderValue::from_valid(request.byte_serialize_origin())
        };
        header_list.set(ORIGIN, value);
    }
}

/// Whether the referrer policy hides the page's origin from the server.
fn is_hidden(request: &Request, quirks: QuirkSet) -> bool {
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
        // append-a-request-origin-header/4.1.otherwise: any other policy: send the origin; differs with quirk downgrade-hides-origin
        ReferrerPolicy::OriginWhenCrossOrigin | ReferrerPolicy::UnsafeUrl => {
            quirks.contains(Quirk::DowngradeHidesOrigin)
                && is_downgrade(&request.origin, current_url)
        }
        ReferrerPolicy::Empty | ReferrerPolicy::Origin => false,
    }
}

/// Whether the page is on https and the URL is not on https. The standard compares only the schemes, so a request from
/// a page on https to `http://localhost` is a downgrade.
fn is_downgrade(origin: &Origin, current_url: &Url) -> bool {
    matches!(origin, Origin::Tuple(tuple) if tuple.scheme() == "https")
        && current_url.scheme() != "https"
}
