//! The response headers that a script cannot read.

use alloc::vec::Vec;

use super::{HiddenHeader, NearMiss, near_miss::missing::misspelled_name, shown::shown};
use crate::infrastructure::{
    forbidden::is_forbidden_response_header_name,
    header::HeaderName,
    header_list::convert_header_names_to_a_sorted_lowercase_set,
    header_values::{Abnf, extract_header_list_values},
    response::{FilteredResponse, ResponseType},
};

pub(super) fn hidden_headers(response: &FilteredResponse) -> Vec<HiddenHeader> {
    let all = response.internal_response().header_list.iter();
    let names = |headers: Vec<&HeaderName>| {
        let names = headers.into_iter().cloned().collect();
        convert_header_names_to_a_sorted_lowercase_set(names)
    };
    let visible = names(response.headers().map(|(name, _)| name).collect());
    let came = names(all.map(|(name, _)| name).collect());
    let hidden = came
        .into_iter()
        .filter(|name| visible.binary_search(name).is_err());
    hidden
        .map(|name| HiddenHeader {
            reason: reason(response, &name),
            near_misses: near_misses(response, &name),
            name: shown(name.as_bytes()),
        })
        .collect()
}

/// Returns the known mistake that hides a header: the name of `Access-Control-Expose-Headers` is misspelled.
fn near_misses(response: &FilteredResponse, name: &HeaderName) -> Vec<NearMiss> {
    let internal = response.internal_response();
    let is_listable = response.response_type() == ResponseType::Cors
        && !is_forbidden_response_header_name(name.as_bytes());
    let found = is_listable.then(|| misspelled_name("access-control-expose-headers", internal));
    let has_list = internal
        .header_list
        .contains("access-control-expose-headers");
    found.flatten().filter(|_| !has_list).into_iter().collect()
}

fn reason(response: &FilteredResponse, name: &HeaderName) -> &'static str {
    if is_forbidden_response_header_name(name.as_bytes()) {
        return "a script can never read cookies of a response";
    }
    match response.response_type() {
        ResponseType::Opaque => return "the response is opaque: the mode is `no-cors`",
        ResponseType::OpaqueRedirect => {
            return "the response is opaque: the redirect mode is `manual`";
        }
        ResponseType::Basic | ResponseType::Cors => {}
    }
    let headers = &response.internal_response().header_list;
    match extract_header_list_values(Abnf::AccessControlExposeHeaders, headers) {
        Err(_) => "`Access-Control-Expose-Headers` is not a list of names",
        Ok(Some(names)) if names.contains(&b"*".as_slice()) => {
            "with credentials, `*` in `Access-Control-Expose-Headers` is not a wildcard"
        }
        Ok(_) => "`Access-Control-Expose-Headers` does not list this header",
    }
}
