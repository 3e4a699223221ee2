//! The header `Vary` of a response.

use crate::infrastructure::{bytes::isomorphic_decode, response::Response};

/// Whether `Vary` lists `Origin`, or is `*`.
pub(super) fn varies_by_origin(response: &Response) -> bool {
    lists(response, "*") || lists_origin(response)
}

/// Whether `Vary` lists `Origin`.
pub(super) fn lists_origin(response: &Response) -> bool {
    lists(response, "origin")
}

/// Whether `Vary` lists `wanted`, in any letter case.
fn lists(response: &Response, wanted: &str) -> bool {
    let mut lines = response.header_list.values("vary");
    lines.any(|value| {
        let line = isomorphic_decode(value.as_bytes());
        let mut names = line.split(',').map(str::trim);
        names.any(|name| name.eq_ignore_ascii_case(wanted))
    })
}
