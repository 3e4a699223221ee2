//! Recognizes a pattern or a regular expression in the value of `Access-Control-Allow-Origin`.

use super::miss;
use crate::{
    explain::refusal::{NearMiss, NearMissKind as Kind},
    wording,
};

pub(super) fn near_miss() -> NearMiss {
    miss(
        Kind::Pattern,
        concat!(
            "the header cannot have a pattern: ",
            wording::compare_origin!(),
            wording::send_matching_origin!()
        ),
    )
}

/// Whether the value is a pattern or a regular expression.
pub(super) fn is_pattern(value: &str) -> bool {
    // A scheme can have a plus sign, as in `web+app`.
    let (_, host) = value.split_once("://").unwrap_or(("", value));
    value.contains(['*', '\\', '^'])
        || host.contains('+')
        || value.contains("(?")
        || value.ends_with('$')
        || has_alternatives(value)
}

/// Whether the host of the value has alternatives, as in `https://(a|b).example` and `https://{a,b}.example`.
pub(super) fn has_alternatives(value: &str) -> bool {
    let has = |separator: char, (open, close): (char, char)| {
        let (_, host) = value.split_once("://").unwrap_or(("", value));
        let inner = host
            .split_once(open)
            .and_then(|(_, rest)| rest.split_once(close));
        inner.is_some_and(|(inner, _)| inner.contains(separator) && !inner.contains("://"))
    };
    has('|', ('(', ')')) || has(',', ('{', '}'))
}
