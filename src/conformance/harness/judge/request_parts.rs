//! Describes a request as text. Equal requests have the same text, so a server should give them the same response.

use alloc::{string::String, vec::Vec};

use crate::{
    fetching::HttpRequest,
    infrastructure::{bytes::isomorphic_decode, header::HeaderValue},
};

/// Returns the method, the URL and the headers of a request as text.
///
/// The text does not include `Accept: */*`, because only requests from pages have this header, and servers ignore this
/// header. So a request from a page and a request that is not from a page can have the same text.
///
/// The text includes `Authorization` and `Cookie`, because a server behind a login refuses requests without these
/// headers. So a request with credentials is not compared with a request without credentials.
pub(super) fn parts(request: &HttpRequest) -> String {
    parts_without(request, "")
}

/// Returns the text of a request (see [`parts`]) without the header `left_out`. Requests that differ only in this header
/// have the same text.
pub(super) fn parts_without(request: &HttpRequest, left_out: &str) -> String {
    parts_if(request, |name| name != left_out)
}

/// Returns the text of a request (see [`parts`]) with the selected headers. The names are in lower case.
pub(super) fn parts_if(request: &HttpRequest, is_selected: impl Fn(&str) -> bool) -> String {
    let headers = request.header_list.iter();
    let headers = headers.map(|(name, value)| (name.as_str().to_ascii_lowercase(), value));
    let headers = headers.filter(|(name, value)| {
        is_selected(name) && !(name == "accept" && value.as_bytes() == b"*/*")
    });
    let mut headers: Vec<(String, &HeaderValue)> = headers.collect();
    // The order of header lines with the same name matters. The sort by name is stable, so it keeps this order.
    headers.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut text = [request.method.as_str(), "\n", request.url.as_str()].concat();
    for (name, value) in headers {
        let value = isomorphic_decode(value.as_bytes());
        text.extend(["\n", &name, ": ", &value]);
    }
    text
}
