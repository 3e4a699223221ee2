//! Finds the kinds of the requests that show a violation.
//!
//! A report keeps violations of the same law apart if the kinds of their requests differ. If a user fixes the server
//! for one kind of request, the report still shows the violations for the other kinds.

use alloc::vec::Vec;

use http::Method;
use url::Position;

use super::{recognize::facts::is_like_preflight, request_origin::has_malformed_origin};
use crate::conformance::{
    harness::{
        expectations::Expectations,
        report::{
            request_kind::{OriginKind, Purpose, RequestKind},
            violation::Violation,
        },
    },
    laws::Law,
};
use crate::{fetching::HttpRequest, infrastructure::origin::Origin};

/// Returns the kinds of the requests that show a violation.
pub(crate) fn requests_of(expectations: &Expectations, violation: &Violation) -> Vec<RequestKind> {
    let unanswered = violation.unanswered.iter().map(|line| &line.request);
    let exchanges = violation.exchanges.iter().map(|exchange| &exchange.request);
    let mut requests = exchanges.chain(unanswered);
    let kind = |request: &HttpRequest| request_kind(expectations, request);
    match violation.law {
        // All requests of one fetch have the same origin, so the kind of the first request is enough. The purpose in
        // this kind is always `Request`, even if the preflight shows the violation.
        Law::FetchSucceedsExactlyWhenPermitted
        | Law::DeniedPageReadsNothing
        | Law::IntermediaryChangesNoVerdict
        | Law::ScriptReadsWhatPolicyExposes => {
            let page = requests.next().map(kind);
            let page = page.map(|kind| RequestKind {
                purpose: Purpose::Request,
                ..kind
            });
            page.into_iter().collect()
        }
        // For a request without a response, it does not matter whether the request is a preflight. So the purpose is
        // always `Request`.
        Law::EveryRequestGetsAResponse if violation.unanswered.is_some() => {
            let kinds = requests.map(kind);
            let kinds = kinds.map(|kind| RequestKind {
                purpose: Purpose::Request,
                ..kind
            });
            kinds.collect()
        }
        // The exchanges differ only in the length of their headers, so all requests have the same kind.
        Law::PreflightTimeGrowsLinearly => requests.next().map(kind).into_iter().collect(),
        // The first exchange is an example of a request that the server does not refuse. Only the kind of the refused
        // request, which is last, counts.
        Law::HarmlessOriginIsNotRefused => requests.last().map(kind).into_iter().collect(),
        _ => requests.map(kind).collect(),
    }
}

/// Whether no page needs a response to the request. No browser sends a malformed `Origin`, so a server that closes its connection
/// breaks no page. Apart from preflights, browsers send OPTIONS only if a script chooses this method.
pub(crate) fn is_needless(request: &HttpRequest) -> bool {
    let is_plain_options = request.method == Method::OPTIONS && !is_like_preflight(request);
    is_plain_options || has_malformed_origin(request)
}

pub(super) fn request_kind(expectations: &Expectations, request: &HttpRequest) -> RequestKind {
    let has_method = request
        .header_list
        .contains("access-control-request-method");
    let has_origin = request.header_list.contains("origin");
    let purpose = match request.method {
        Method::OPTIONS if has_method && has_origin => Purpose::Preflight,
        Method::OPTIONS => Purpose::Options,
        _ => Purpose::Request,
    };
    RequestKind {
        origin: origin_kind(expectations, request),
        purpose,
    }
}

pub(crate) fn origin_kind(expectations: &Expectations, request: &HttpRequest) -> OriginKind {
    let mut lines = request.header_list.values("origin");
    let origin = match (lines.next(), lines.next()) {
        (None, _) => return OriginKind::Missing,
        (Some(_), Some(_)) => return OriginKind::Several,
        (Some(only), None) => only.as_bytes(),
    };
    let text = core::str::from_utf8(origin).unwrap_or("\u{fffd}");
    if expectations.lets_read(text, false) {
        OriginKind::Allowed
    } else if is_own_origin(text, request) {
        OriginKind::Own
    } else {
        OriginKind::Denied
    }
}

/// Whether `origin` is the origin of the URL of the request.
pub(super) fn is_own_origin(origin: &str, request: &HttpRequest) -> bool {
    // The comparison of the host and the port is first, because it needs less time than parsing.
    let host = &request.url[Position::BeforeHost..Position::AfterPort];
    origin.ends_with(host)
        && Origin::parse(origin).is_ok_and(|origin| origin.is_same_origin_with(&request.url))
}
