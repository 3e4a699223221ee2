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
    /// The reason why each header that a script can read is hidden.
    reason: &'static str,
    /// The known mistake in the name of `Access-Control-Expose-Headers`.
    misspelled_name: Option<NearMiss>,
}

impl Answer {
    fn new(response: &FilteredResponse) -> Self {
        let internal = response.internal_response();
        let has_list = internal.header_list.contains(EXPOSE_HEADERS);
        let is_cors = response.response_type() == ResponseType::Cors;
        let misspelled_name =
            (is_cors && !has_list).then(|| misspelled_name(EXPOSE_HEADERS, internal));
        Self {
            reason: reason(response),
            misspelled_name: misspelled_name.flatten(),
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
        let is_listable = !is_forbidden_response_header_name(name.as_bytes());
        let found = self.misspelled_name.iter();
        found.filter(|_| is_listable).cloned().collect()
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
    match extract_header_list_values(Abnf::AccessControlExposeHeaders, headers) {
        Err(_) => "`Access-Control-Expose-Headers` is not a list of names",
        Ok(Some(names)) if names.contains(&b"*".as_slice()) => {
            "with credentials, `*` in `Access-Control-Expose-Headers` is not a wildcard"
        }
        Ok(_) => "`Access-Control-Expose-Headers` does not list this header",
    }
}
