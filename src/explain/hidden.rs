//! The response headers that a script cannot read.

use alloc::vec::Vec;

use super::{
    HiddenHeader, NearMiss,
    near_miss::{lists, missing::misspelled_name},
    shown::shown,
};
use crate::infrastructure::{
    forbidden::is_forbidden_response_header_name,
    header::HeaderName,
    header_list::convert_header_names_to_a_sorted_lowercase_set,
    header_values::{Abnf, extract_header_list_values},
    response::{FilteredResponse, Response, ResponseType},
};

const EXPOSE_LIST: Abnf = Abnf::AccessControlExposeHeaders;
const EXPOSE_HEADERS: &str = "access-control-expose-headers";

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
    let answer = Answer::new(response);
    hidden
        .map(|name| HiddenHeader {
            reason: answer.reason(&name),
            near_misses: answer.near_misses(&name),
            name: shown(name.as_bytes()),
        })
        .collect()
}

/// The parts of a response that are the same for each hidden header.
struct Answer {
    /// The reason why the response hides a header. Headers with cookies have a reason of their own.
    reason: &'static str,
    /// The known mistakes in the name or in the value of `Access-Control-Expose-Headers`.
    near_misses: Vec<NearMiss>,
}

impl Answer {
    fn new(response: &FilteredResponse) -> Self {
        let internal = response.internal_response();
        let is_cors = response.response_type() == ResponseType::Cors;
        Self {
            reason: reason(response),
            near_misses: if is_cors {
                mistakes(internal)
            } else {
                Vec::new()
            },
        }
    }

    fn reason(&self, name: &HeaderName) -> &'static str {
        if is_forbidden_response_header_name(name.as_bytes()) {
            "a script can never read cookies of a response"
        } else {
            self.reason
        }
    }

    fn near_misses(&self, name: &HeaderName) -> Vec<NearMiss> {
        if is_forbidden_response_header_name(name.as_bytes()) {
            return Vec::new();
        }
        self.near_misses.clone()
    }
}

fn mistakes(response: &Response) -> Vec<NearMiss> {
    let headers = &response.header_list;
    match headers.get(EXPOSE_HEADERS) {
        None => misspelled_name(EXPOSE_HEADERS, response)
            .into_iter()
            .collect(),
        Some(value) if extract_header_list_values(EXPOSE_LIST, headers).is_err() => {
            lists::near_misses(&value)
        }
        Some(_) => Vec::new(),
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
