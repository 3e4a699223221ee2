//! Finds the mistake in a `Location` that browsers do not follow.

use alloc::format;

use super::miss;
use crate::{
    explain::{
        refusal::{NearMiss, NearMissKind as Kind},
        shown::shown_name,
    },
    infrastructure::response::Response,
};

/// Returns the mistake in the `Location` headers of the response. `value` is the value that the browser refused.
pub(super) fn near_miss(value: &[u8], response: &Response) -> NearMiss {
    let is_only = response.header_list.values("location").nth(1).is_none();
    let sentence = if is_only {
        format!(
            "`{}` is not a valid URL: correct the `Location`, or answer without a redirect",
            shown_name(value)
        )
    } else {
        "the response has several `Location` headers: send only one".into()
    };
    miss(Kind::InvalidLocation, sentence)
}
