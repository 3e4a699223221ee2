//! Finds known mistakes that make a preflight response deny a method.

use alloc::{format, string::String, vec::Vec};

use super::{
    Refused,
    listed_element::{exclusion_of, joined_or_quoted, misspelled_method},
    lists, miss,
    missing::misspelled_name,
    negated::exclusion,
    other_text,
};
use crate::{
    explain::{
        refusal::{NearMiss, NearMissKind as Kind},
        shown::{shown_briefly, shown_name},
    },
    infrastructure::{
        bytes::{is_token_byte, isomorphic_decode},
        header_values::{Abnf, extract_header_list_values},
        response::Response,
    },
    wording,
};

pub(super) fn near_misses(refused: &Refused<'_>, response: &Response) -> Vec<NearMiss> {
    let method = refused.method;
    let abnf = Abnf::AccessControlAllowMethods;
    if refused.has_corrected_list {
        return in_corrected_list(refused, response);
    }
    let listed = extract_header_list_values(abnf, &response.header_list);
    let Some(listed) = listed.ok().flatten() else {
        let missing = miss(
            Kind::MissingFromList,
            format!(
                "`Access-Control-Allow-Methods` is missing, so only GET, HEAD and POST are allowed{}",
                if response.header_list.contains("allow") {
                    ": the header `Allow` of the response has no effect on CORS"
                } else {
                    ""
                }
            ),
        );
        let name = "access-control-allow-methods";
        let misses = misspelled_name(name, response).into_iter();
        let misses = misses.chain(in_lower_case(method, None)).chain([missing]);
        return misses.collect();
    };
    let in_other_case = listed
        .iter()
        .find(|listed| listed.eq_ignore_ascii_case(method.as_bytes()));
    if let Some(listed) = in_other_case {
        let listed = shown_briefly(listed);
        let miss = in_lower_case(method, Some(&listed)).unwrap_or_else(|| {
            miss(
                Kind::MethodCase,
                format!(
                    "the list has `{listed}`: {}; write `{}`",
                    wording::methods_are_case_sensitive!(),
                    shown_name(method)
                ),
            )
        });
        return Vec::from([miss]);
    }
    let mut misses: Vec<NearMiss> = in_lower_case(method, None).into_iter().collect();
    misses.push(if listed.contains(&b"*".as_slice()) {
        lists::not_a_wildcard_with_credentials("method")
    } else if let Some(excluded) = exclusion_of(method, &listed) {
        exclusion(excluded)
    } else if let Some(other_text) = other_text::in_elements(abnf, &listed) {
        other_text
    } else if let Some(other) = lists::of_other_list(abnf, &listed) {
        other
    } else if let Some(joined) = joined_or_quoted(method, &listed) {
        lists::joined_or_quoted(joined)
    } else if let Some(similar) = misspelled_method(method, &listed) {
        miss(
            Kind::MisspelledListElement,
            format!(
                "the list has `{}`, which is not the method `{}`: correct the spelling, and {}",
                shown_briefly(similar),
                shown_name(method),
                wording::separate_with_commas!()
            ),
        )
    } else if let Some(word) = lists::wildcard_word(&listed) {
        lists::not_a_wildcard(word, "method", refused.is_credentialed)
    } else if let Some(pattern) = lists::pattern(&listed, "method") {
        pattern
    } else if listed.is_empty() {
        miss(
            Kind::MissingFromList,
            "`Access-Control-Allow-Methods` is empty",
        )
    } else {
        let listed: Vec<String> = listed.iter().map(|name| isomorphic_decode(name)).collect();
        miss(
            Kind::MissingFromList,
            format!(
                "`Access-Control-Allow-Methods` lists only `{}`",
                shown_briefly(listed.join(", "))
            ),
        )
    });
    misses
}

/// Returns the known mistakes of a list that is malformed, and also lacks the method.
fn in_corrected_list(refused: &Refused<'_>, response: &Response) -> Vec<NearMiss> {
    let method = refused.method;
    let value = response.header_list.get("access-control-allow-methods");
    let value = value.unwrap_or_default();
    if refused.is_credentialed && lists::has_asterisk(&value) {
        return Vec::from([lists::not_a_wildcard_with_credentials("method")]);
    }
    let mut words = value.split(|byte| !is_token_byte(*byte));
    let in_other_case = words.any(|word| word.eq_ignore_ascii_case(method.as_bytes()));
    let mut misses: Vec<NearMiss> = in_lower_case(method, None).into_iter().collect();
    if misses.is_empty() || !in_other_case {
        misses.push(lists::also_lacks("Access-Control-Allow-Methods", method));
    }
    misses
}

/// Returns the known mistake of a page that sends a method with a lower-case letter, such as `patch`. `listed` is the
/// element of the server's list that equals `method` except for upper and lower case. `listed` is `None` if the list has no
/// such element.
fn in_lower_case(method: &str, listed: Option<&str>) -> Option<NearMiss> {
    let has_lower_case = method.bytes().any(|byte| byte.is_ascii_lowercase());
    let listed = listed.map(|listed| format!("the list has `{listed}`, but "));
    has_lower_case.then(|| {
        miss(
            Kind::MethodCase,
            format!(
                "{}the page sends `{}`: {}, and {}; write `{}` in the page",
                listed.unwrap_or_default(),
                shown_name(method),
                wording::methods_are_case_sensitive!(),
                wording::only_some_become_upper_case!(),
                shown_name(method.to_ascii_uppercase())
            ),
        )
    })
}
