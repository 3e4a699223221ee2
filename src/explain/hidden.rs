//! The response headers that a script cannot read.

use alloc::{collections::BTreeSet, format, vec::Vec};

use super::{
    HiddenHeader, NearMiss, NearMissKind,
    near_miss::{lists, missing::misspelled_name, other_text},
    shown::shown,
};
use crate::infrastructure::{
    forbidden::is_forbidden_response_header_name,
    header::HeaderName,
    header_list::convert_header_names_to_a_sorted_lowercase_set,
    header_values::{Abnf, extract_header_list_values},
    response::{FilteredResponse, Response, ResponseType},
};

const ALLOW_LIST: Abnf = Abnf::AccessControlAllowHeaders;
const EXPOSE_LIST: Abnf = Abnf::AccessControlExposeHeaders;
const EXPOSE_HEADERS: &str = "access-control-expose-headers";

/// Returns the response headers that a script cannot read, and the mistakes that probably hide these headers. `responses` are
/// the responses of the fetch, also to the preflight.
pub(super) fn hidden_headers<'r>(
    response: &FilteredResponse,
    responses: impl Iterator<Item = &'r Response>,
) -> (Vec<HiddenHeader>, Vec<NearMiss>) {
    let internal = response.internal_response();
    let names = |headers: Vec<&HeaderName>| {
        let names = headers.into_iter().cloned().collect();
        convert_header_names_to_a_sorted_lowercase_set(names)
    };
    let visible = names(response.headers().map(|(name, _)| name).collect());
    let came = names(internal.header_list.iter().map(|(name, _)| name).collect());
    let is_hidden = |name: &HeaderName| visible.binary_search(name).is_err();
    let reason = reason(response);
    let hidden = came.into_iter().filter(is_hidden).map(|name| HiddenHeader {
        reason: if is_forbidden_response_header_name(name.as_bytes()) {
            "a script can never read cookies of a response"
        } else {
            reason
        },
        name: shown(name.as_bytes()),
    });
    let hidden: Vec<HiddenHeader> = hidden.collect();
    let is_cors = response.response_type() == ResponseType::Cors;
    let near_misses = if is_cors && hidden.iter().any(HiddenHeader::can_be_exposed) {
        let mut misses = mistakes(internal);
        misses.extend(in_list_of_request_headers(&hidden, responses));
        misses
    } else {
        Vec::new()
    };
    (hidden, near_misses)
}

impl HiddenHeader {
    /// Whether a server can expose the header to scripts. A script can never read a header with cookies.
    pub(super) fn can_be_exposed(&self) -> bool {
        !is_forbidden_response_header_name(self.name.as_bytes())
    }
}

/// Returns the known mistake of a server that lists a hidden header in `Access-Control-Allow-Headers`.
fn in_list_of_request_headers<'r>(
    hidden: &[HiddenHeader],
    mut responses: impl Iterator<Item = &'r Response>,
) -> Option<NearMiss> {
    let hidden: BTreeSet<&str> = hidden
        .iter()
        .filter(|header| header.can_be_exposed())
        .map(|header| &*header.name)
        .collect();
    let name = responses.find_map(|response| {
        let listed = extract_header_list_values(ALLOW_LIST, &response.header_list);
        let listed = listed.ok().flatten().unwrap_or_default();
        let mut names = listed.iter().map(|name| shown(name).to_ascii_lowercase());
        names.find(|name| hidden.contains(&**name))
    })?;
    let sentence = format!(
        "`Access-Control-Allow-Headers` lists `{name}`, but this list is for request headers: if the page needs this response header, send `Access-Control-Expose-Headers: {name}`"
    );
    Some(NearMiss::new(NearMissKind::ValueOfOtherHeader, sentence))
}

fn mistakes(response: &Response) -> Vec<NearMiss> {
    let headers = &response.header_list;
    match headers.get(EXPOSE_HEADERS) {
        None => misspelled_name(EXPOSE_HEADERS, response)
            .into_iter()
            .collect(),
        Some(value) if extract_header_list_values(EXPOSE_LIST, headers).is_err() => {
            lists::near_misses(EXPOSE_LIST, &value)
        }
        Some(value) => other_text::near_misses(EXPOSE_LIST, &value),
    }
}

fn reason(response: &FilteredResponse) -> &'static str {
    match response.response_type() {
        ResponseType::Opaque => return "the response is opaque: the mode is `no-cors`",
        ResponseType::OpaqueRedirect => {
            return "the response is opaque: the redirect mode is `manual`";
        }
        ResponseType::Basic | ResponseType::Cors => {}
    }
    let headers = &response.internal_response().header_list;
    match extract_header_list_values(EXPOSE_LIST, headers) {
        Err(_) => "`Access-Control-Expose-Headers` is not a list of names",
        Ok(Some(names)) if names.contains(&b"*".as_slice()) => {
            "with credentials, `*` in `Access-Control-Expose-Headers` is not a wildcard"
        }
        Ok(_) => "`Access-Control-Expose-Headers` does not list this header",
    }
}
