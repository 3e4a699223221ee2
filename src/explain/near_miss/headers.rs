//! Finds known mistakes that make a preflight response deny a request header.

use alloc::{format, string::String, vec::Vec};

use super::{
    Refused,
    listed_element::{
        MAX_COMPARED_ELEMENTS, common_request_header, doubtful_headers, exclusion_of,
        is_variable_of, joined_or_quoted, misspelled_header, requested_names, without_requested,
    },
    lists, miss,
    missing::misspelled_name,
    negated::exclusion,
    other_text,
    response_headers::is_response_header,
};
use crate::{
    explain::{
        refusal::{NearMiss, NearMissKind as Kind},
        shown::{shown_briefly, shown_name},
    },
    infrastructure::{
        bytes::isomorphic_decode,
        header_values::{Abnf, extract_header_list_values},
        response::Response,
    },
};

pub(super) fn near_misses(refused: &Refused<'_>, response: &Response) -> Vec<NearMiss> {
    let raw_name = isomorphic_decode(refused.error.value().unwrap_or_default());
    let name = shown_name(&raw_name);
    let mut misses = Vec::new();
    if is_response_header(&raw_name) {
        // The header belongs only in responses. The page must not set the header, so this function does not check
        // whether the server allows the header.
        return Vec::from([miss(
            Kind::ResponseHeaderOnRequest,
            format!(
                "the page sets `{name}` on its request, but only responses have this header: remove it from the page, and set it in the server"
            ),
        )]);
    }
    if refused.has_corrected_list {
        let list = "Access-Control-Allow-Headers";
        let value = response.header_list.get("access-control-allow-headers");
        let is_asterisk = value.is_some_and(|value| lists::has_asterisk(&value));
        return Vec::from([if is_asterisk && refused.is_credentialed {
            lists::not_a_wildcard_with_credentials("header")
        } else {
            lists::also_lacks(list, &raw_name)
        }]);
    }
    let listed = extract_header_list_values(Abnf::AccessControlAllowHeaders, &response.header_list);
    let Some(listed) = listed.ok().flatten() else {
        misses.extend(misspelled_name("access-control-allow-headers", response));
        misses.push(miss(
            Kind::MissingFromList,
            "`Access-Control-Allow-Headers` is missing",
        ));
        return misses;
    };
    let mut others = listed.clone();
    others.retain(|name| common_request_header(name).is_none());
    let wildcard_word = lists::wildcard_word(&others);
    let pattern = lists::pattern(&listed, "header");
    let excluded = exclusion_of(&raw_name, &listed);
    let other_text = other_text::in_elements(Abnf::AccessControlAllowHeaders, &listed);
    let requested = requested_names(refused.request);
    let elements = without_requested(&listed, &requested);
    let joined = joined_or_quoted(&raw_name, &elements);
    let similar = misspelled_header(&raw_name, &doubtful_headers(&listed, &requested));
    let listed: Vec<String> = listed.iter().map(|name| isomorphic_decode(name)).collect();
    let has_wildcard = listed.iter().any(|name| name == "*");
    if has_wildcard && refused.is_credentialed {
        misses.push(lists::not_a_wildcard_with_credentials("header"));
    } else if has_wildcard {
        misses.push(miss(
            Kind::AuthorizationUnderWildcard,
            format!("`*` does not cover `{name}`: list this header by name"),
        ));
    } else if let Some(excluded) = excluded {
        misses.push(exclusion(excluded));
    } else if let Some(other_text) = other_text {
        misses.push(other_text);
    } else if let Some(other) = lists::of_other_list(Abnf::AccessControlAllowHeaders, &elements) {
        misses.push(other);
    } else if let Some(joined) = joined {
        misses.push(lists::joined_or_quoted(joined));
    } else if let Some(similar) = similar {
        misses.push(miss(
            Kind::MisspelledListElement,
            if is_variable_of(similar, &raw_name) {
                format!(
                    "the list has `{}`, which is the variable of this header in the program of the server: write `{name}`",
                    shown_name(similar)
                )
            } else {
                format!(
                    "the list has `{}`: one of the two names is probably misspelled",
                    shown_name(similar)
                )
            },
        ));
    } else if let Some(word) = wildcard_word {
        misses.push(lists::not_a_wildcard(
            word,
            "header",
            refused.is_credentialed || raw_name == "authorization",
        ));
    } else if let Some(pattern) = pattern {
        misses.push(pattern);
    } else {
        let of_response = listed.iter().map(|name| name.to_ascii_lowercase());
        let of_response = of_response
            .take(MAX_COMPARED_ELEMENTS)
            .find(|name| is_response_header(name) && !name.starts_with("access-control-"));
        misses.push(miss(
            Kind::MissingFromList,
            if listed.is_empty() {
                String::from("`Access-Control-Allow-Headers` is empty")
            } else {
                format!(
                    "`Access-Control-Allow-Headers` lists only `{}`",
                    shown_briefly(listed.join(", "))
                )
            },
        ));
        misses.extend(of_response.map(|name| {
            miss(
                Kind::ValueOfOtherHeader,
                format!(
                    "`{}` is the name of a response header, but this list is for request headers: list it in `Access-Control-Expose-Headers`, if pages need it",
                    shown_name(name)
                ),
            )
        }));
    }
    misses
}
