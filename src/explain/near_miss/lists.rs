//! Finds known mistakes in a header value that should be a list, but is malformed.

use alloc::{format, vec::Vec};

use super::{invisible, miss};
use crate::{
    explain::{
        refusal::{NearMiss, NearMissKind as Kind},
        shown::shown_briefly,
    },
    infrastructure::{bytes::is_token, header_list::HeaderList},
    wording,
};

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
            concat!(
                wording::separate_with_commas!(),
                ", not with spaces or semicolons"
            ),
        ));
    }
    misses
}

/// Returns the known mistake of a list that allows nothing because the list is malformed. `None` if the header is missing.
pub(super) fn malformed(
    name: &'static str,
    shown_name: &str,
    headers: &HeaderList,
) -> Option<NearMiss> {
    let value = headers.get(name)?;
    let mut elements = value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    let wrong = elements.find(|element| !element.is_empty() && !is_token(element))?;
    Some(miss(
        Kind::Separator,
        format!(
            "`{shown_name}` is malformed at `{}`, so browsers ignore the whole list: {}, without quotation marks",
            shown_briefly(wrong),
            wording::separate_with_commas!()
        ),
    ))
}
