//! Near misses of a method that a preflight response does not allow.

use alloc::{format, string::String, vec::Vec};

use super::{Refused, miss, missing::misspelled_name};
use crate::{
    explain::{
        refusal::{NearMiss, NearMissKind as Kind},
        shown::shown,
    },
    infrastructure::{
        bytes::isomorphic_decode,
        header_values::{Abnf, extract_header_list_values},
        response::Response,
    },
};

pub(super) fn near_misses(refused: &Refused<'_>, response: &Response) -> Vec<NearMiss> {
    let method = refused.method;
    let abnf = Abnf::AccessControlAllowMethods;
    let listed = extract_header_list_values(abnf, &response.header_list);
    let Some(listed) = listed.ok().flatten() else {
        let name = "access-control-allow-methods";
        let missing = miss(
            Kind::MissingFromList,
            "`Access-Control-Allow-Methods` is missing, so only GET, HEAD and POST are allowed",
        );
        return misspelled_name(name, response)
            .into_iter()
            .chain([missing])
            .collect();
    };
    let in_other_case = listed
        .iter()
        .find(|listed| listed.eq_ignore_ascii_case(method.as_bytes()));
    if let Some(listed) = in_other_case {
        let listed = shown(listed);
        let sentence = if method.bytes().any(|byte| byte.is_ascii_lowercase()) {
            format!(
                "the list has `{listed}`, but the page sends `{method}`: methods are case-sensitive, and browsers change only some of them to upper case; write `{}` in the page",
                method.to_ascii_uppercase()
            )
        } else {
            format!("the list has `{listed}`: methods are case-sensitive; write `{method}`")
        };
        return Vec::from([miss(Kind::MethodCase, sentence)]);
    }
    if listed.contains(&b"*".as_slice()) {
        return Vec::from([miss(
            Kind::WildcardWithCredentials,
            "with credentials, `*` is not a wildcard: list each method by name",
        )]);
    }
    let listed: Vec<String> = listed.iter().map(|name| isomorphic_decode(name)).collect();
    Vec::from([miss(
        Kind::MissingFromList,
        if listed.is_empty() {
            String::from("`Access-Control-Allow-Methods` is empty")
        } else {
            format!(
                "`Access-Control-Allow-Methods` lists only `{}`",
                shown(listed.join(", "))
            )
        },
    )])
}
