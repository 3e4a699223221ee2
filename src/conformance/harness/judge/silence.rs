//! Finds whether missing responses have a pattern: all requests of a group of similar requests get no response.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};

use super::{request_parts::parts, requests::origin_kind};
use crate::{
    conformance::harness::{expectations::Expectations, report::request_kind::OriginKind},
    fetching::HttpRequest,
    infrastructure::header::HeaderValue,
};

/// The requests of a group: equal requests, requests with the same first `Origin`, or requests with the same method and the
/// same kind of origin.
#[derive(Default)]
struct Group {
    is_answered: bool,
    /// For each request without a response: the kind of its origin.
    unanswered: Vec<OriginKind>,
}

/// Returns the kinds of origins for which missing responses have a pattern. A pattern is a group with two or more
/// requests, none of which gets a response. Without a pattern, the probable reason is the network.
pub(crate) fn kinds_without_response<'x>(
    expectations: &Expectations,
    answered: impl Iterator<Item = &'x HttpRequest>,
    unanswered: impl Iterator<Item = &'x HttpRequest>,
) -> BTreeSet<OriginKind> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let answered = answered.map(|request| (request, true));
    let unanswered = unanswered.map(|request| (request, false));
    for (request, is_answered) in answered.chain(unanswered) {
        let kind = origin_kind(expectations, request);
        let mut origins = request.header_list.values("origin");
        let origin = origins.next().map_or(&b""[..], HeaderValue::as_bytes);
        for key in [
            format!("equal {}", parts(request)),
            format!("origin {}", origin.escape_ascii()),
            format!("{kind:?} {} {}", request.method, request.is_preflight()),
        ] {
            let group = groups.entry(key).or_default();
            if is_answered {
                group.is_answered = true;
            } else {
                group.unanswered.push(kind);
            }
        }
    }
    let has_pattern = |group: &Group| !group.is_answered && group.unanswered.len() > 1;
    let groups = groups.into_values().filter(has_pattern);
    groups.flat_map(|group| group.unanswered).collect()
}
