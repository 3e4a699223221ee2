//! Finds known mistakes in a header value that should be a list, but is malformed.

use alloc::vec::Vec;

use super::{invisible, miss};
use crate::explain::refusal::{NearMiss, NearMissKind as Kind};

pub(super) fn near_misses(value: &[u8]) -> Vec<NearMiss> {
    let mut misses = invisible::near_misses(value);
    if value
        .iter()
        .any(|byte| matches!(byte, b'"' | b'\'' | b'[' | b'{'))
    {
        misses.push(miss(
            Kind::Quotes,
            "the value has quotation marks or brackets: remove them",
        ));
    } else if value
        .iter()
        .any(|byte| matches!(byte, b' ' | b'\t' | b';' | b'/'))
    {
        misses.push(miss(
            Kind::Separator,
            "separate the names with commas, not with spaces or semicolons",
        ));
    }
    misses
}
