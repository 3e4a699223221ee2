//! Reads facts from one exchange.

use alloc::{string::String, vec::Vec};

use http::{Method, StatusCode};

use crate::{
    cases::Exchange,
    conformance::{
        harness::probes::probe::is_credentialed, laws::support::limits::MIN_LONG_VALUE_BYTES,
    },
    fetching::HttpRequest,
    infrastructure::header_list::HeaderList,
};

pub(in crate::conformance::harness) const ALLOW_ORIGIN: &str = "access-control-allow-origin";
pub(in crate::conformance::harness::judge) const ALLOW_METHODS: &str =
    "access-control-allow-methods";
pub(super) const ALLOW_HEADERS: &str = "access-control-allow-headers";
pub(in crate::conformance::harness) const ALLOW_CREDENTIALS: &str =
    "access-control-allow-credentials";
pub(super) const EXPOSE_HEADERS: &str = "access-control-expose-headers";
pub(super) const MAX_AGE: &str = "access-control-max-age";
pub(in crate::conformance::harness::judge) const REQUEST_METHOD: &str =
    "access-control-request-method";
pub(in crate::conformance::harness::judge) const REQUEST_HEADERS: &str =
    "access-control-request-headers";

/// Returns the value of a header if the header has exactly one line.
pub(in crate::conformance::harness) fn single(list: &HeaderList, name: &str) -> Option<Vec<u8>> {
    let mut values = list.values(name);
    match (values.next(), values.next()) {
        (Some(only), None) => Some(only.as_bytes().to_vec()),
        _ => None,
    }
}

/// Returns the list elements from all lines of a header.
pub(in crate::conformance::harness::judge) fn elements(
    list: &HeaderList,
    name: &str,
) -> Vec<String> {
    let mut all = Vec::new();
    for line in list.values(name) {
        let line = String::from_utf8_lossy(line.as_bytes());
        all.extend(elements_of_line(&line).map(String::from));
    }
    all
}

/// Returns the list elements of one line of a header.
pub(in crate::conformance::harness::judge) fn elements_of_line(
    line: &str,
) -> impl Iterator<Item = &str> + Clone {
    let elements = line.split(',').map(str::trim);
    elements.filter(|element| !element.is_empty())
}

/// Returns the names in a list element that joins several names with another character than a comma, such as `PUT|DELETE`.
/// Returns `None` if the element is a single name.
pub(super) fn joined_names(element: &str) -> Option<Vec<&str>> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let names = element.split(|c| !is_of_name(c));
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    (names.len() > 1).then_some(names)
}

/// Whether an element of the list header `name` joins `searched` and other names (see [`joined_names`]).
pub(super) fn is_in_joined_names(list: &HeaderList, name: &str, searched: &str) -> bool {
    elements(list, name).iter().any(|element| {
        let names = joined_names(element).unwrap_or_default();
        let mut names = names.iter();
        names.any(|name| name.eq_ignore_ascii_case(searched))
    })
}

/// Returns the header names that a preflight requests, in lower case.
pub(in crate::conformance::harness::judge) fn requested_names(preflight: &Exchange) -> Vec<String> {
    let names = elements(&preflight.request.header_list, REQUEST_HEADERS).into_iter();
    names.map(|name| name.to_ascii_lowercase()).collect()
}

/// Whether the status is a usual answer of a handler about the state of a resource. For example, a second DELETE gets the
/// status 404. Equal requests can then get different answers from a correct server.
pub(in crate::conformance::harness) const fn is_about_resource(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::SEE_OTHER
            | StatusCode::NOT_MODIFIED
            | StatusCode::NOT_FOUND
            | StatusCode::CONFLICT
            | StatusCode::GONE
            | StatusCode::PRECONDITION_FAILED
            | StatusCode::UNPROCESSABLE_ENTITY
            | StatusCode::LOCKED
            | StatusCode::PRECONDITION_REQUIRED
    )
}

/// Whether the status is a server error other than 501. With the status 501 (Not Implemented), a server refuses a method.
pub(super) fn is_unexpected_error(status: StatusCode) -> bool {
    status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
}

/// Whether the requested method or the requested header names are so long that a server can refuse the preflight
/// because of their length.
pub(in crate::conformance::harness::judge) fn has_long_names(preflight: &Exchange) -> bool {
    let names = [REQUEST_METHOD, REQUEST_HEADERS].into_iter();
    let lines = names.flat_map(|name| preflight.request.header_list.values(name));
    lines.map(|line| line.as_bytes().len()).sum::<usize>() >= MIN_LONG_VALUE_BYTES
}

pub(super) fn is_cors_header(name: &str) -> bool {
    let start = name.get(.."access-control-".len());
    start.is_some_and(|start| start.eq_ignore_ascii_case("access-control-"))
}

/// Whether the request has the headers of a preflight. Unlike `HttpRequest::is_preflight`, also returns true for a
/// request that is not from a page.
pub(in crate::conformance::harness) fn is_like_preflight(request: &HttpRequest) -> bool {
    let list = &request.header_list;
    request.method == Method::OPTIONS && list.contains("origin") && list.contains(REQUEST_METHOD)
}

/// Whether the request has the credentials of a user.
pub(in crate::conformance::harness::judge) fn has_credentials(exchange: &Exchange) -> bool {
    is_credentialed(&exchange.request)
}

/// Whether the server refuses the request, probably because the request lacks the credentials of a user.
pub(super) fn needs_login(exchange: &Exchange) -> bool {
    let status = exchange.response.status;
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) && !has_credentials(exchange)
}

/// Whether the status is an error.
pub(in crate::conformance::harness::judge) fn is_error(exchange: &Exchange) -> bool {
    let status = exchange.response.status;
    status.is_client_error() || status.is_server_error()
}

/// Whether the status is a server error or 429 (too many requests). A response with such a status does not show whether
/// the server allows the origin.
pub(super) fn is_overloaded(exchange: &Exchange) -> bool {
    let status = exchange.response.status;
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

/// Whether the response allows the origin of the request: `Access-Control-Allow-Origin` is `*` or equals the origin.
pub(in crate::conformance::harness::judge) fn allows_origin(exchange: &Exchange) -> bool {
    let sent = single(&exchange.response.header_list, ALLOW_ORIGIN);
    let given = single(&exchange.request.header_list, "origin");
    sent.is_some_and(|sent| sent == b"*" || Some(sent) == given)
}
