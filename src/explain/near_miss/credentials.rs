//! Finds known mistakes in the value of `Access-Control-Allow-Credentials`.

use alloc::vec::Vec;

use super::{
    invisible,
    meant_words::{is_one_of, is_true},
    miss,
    missing::misspelled_name,
    placeholder::is_placeholder,
    same_value_twice,
};
use crate::{
    explain::refusal::{NearMiss, NearMissKind as Kind},
    infrastructure::{bytes::isomorphic_decode, response::Response},
    wording,
};

pub(super) fn near_misses(value: Option<&[u8]>, response: &Response) -> Vec<NearMiss> {
    let Some(value) = value else {
        let found = misspelled_name("access-control-allow-credentials", response);
        return found.into_iter().collect();
    };
    near_misses_of_value(value)
}

pub(super) fn near_misses_of_value(value: &[u8]) -> Vec<NearMiss> {
    let mut misses = invisible::near_misses(value);
    let text = isomorphic_decode(value);
    let mut parts = text.split(',').map(|part| part.trim_matches(' '));
    let first = parts.next().unwrap_or_default();
    if text.is_empty() {
        misses.push(miss(Kind::Empty, "the value is empty: send `true`"));
    } else if text.contains(',') && parts.all(|part| part == first) {
        misses.push(same_value_twice());
    } else if text.contains(',') {
        misses.push(miss(
            Kind::SeveralValues,
            concat!(
                "the header has several values: ",
                wording::set_in_two_parts!(),
                "; ",
                wording::set_in_one_part!()
            ),
        ));
    } else if text.contains(['"', '\'']) {
        misses.push(miss(Kind::Quotes, wording::remove_quotation_marks!()));
    } else if text != "true" && words(&text).any(|word| word == "true") {
        misses.push(miss(
            Kind::ExtraCharacter,
            "the value has more than `true`: remove the other characters",
        ));
    } else if is_placeholder(&text)
        && !is_meant_as_true(&text)
        && !text.eq_ignore_ascii_case("false")
    {
        misses.push(miss(
            Kind::Placeholder,
            concat!("the value is not `true`: ", wording::variable_is_not_set!()),
        ));
    } else if is_meant_as_true(&text) {
        misses.push(miss(
            Kind::NotExactlyTrue,
            "the value must be exactly `true`, in lower case",
        ));
    }
    misses
}

/// Returns the parts of the value that are letters and digits.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
}

fn is_meant_as_true(text: &str) -> bool {
    is_true(text.as_bytes()) || is_one_of(text.as_bytes(), &["include", "*"])
}
