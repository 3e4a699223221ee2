//! Forms of the `Origin` of a request.

use crate::{
    conformance::harness::expectations::is_possible_origin, fetching::HttpRequest,
    infrastructure::origin::Origin,
};

/// Whether the value of `Origin` is empty.
pub(crate) fn has_empty_origin(request: &HttpRequest) -> bool {
    let origin = request.header_list.get("origin");
    origin.is_some_and(|origin| origin.is_empty())
}

/// Whether a page can have the `Origin` of the request.
pub(super) fn is_well_formed(request: &HttpRequest) -> bool {
    let origin = request.header_list.get("origin").unwrap_or_default();
    Origin::parse(&*origin).is_ok_and(|origin| is_possible_origin(&origin))
}

/// Whether a page cannot have the `Origin` of the request. The server or its HTTP parser can then close the connection.
pub(crate) fn has_malformed_origin(request: &HttpRequest) -> bool {
    request.header_list.contains("origin") && !is_well_formed(request)
}
