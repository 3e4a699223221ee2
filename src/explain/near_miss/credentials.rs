//! Finds known mistakes in the value of `Access-Control-Allow-Credentials`.

use alloc::{format, vec::Vec};

use super::{
    invisible,
    meant_words::{is_false, is_one_of, is_true},
    miss,
    missing::misspelled_name,
    other_header::in_allow_credentials,
    placeholder::is_placeholder,
    same_value_twice,
};
use crate::{
    explain::{
        refusal::{NearMiss, NearMissKind as Kind},
        shown::shown_briefly,
    },
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
    if !text.contains(',') {
        misses.extend(mistake_of(&text));
    } else if parts.all(|part| part == first) {
        misses.push(same_value_twice());
        misses.extend(mistake_of(first));
    } else if let Some(other) = in_allow_credentials(&text) {
        misses.push(other);
    } else {
        misses.push(miss(
            Kind::SeveralValues,
            concat!(
                "the header has several values: ",
                wording::set_in_two_parts!(),
                "; ",
                wording::set_in_one_part!()
            ),
        ));
    }
    if misses.is_empty() && text != "true" {
        misses.push(not_exactly_true());
    }
    misses
}

/// Returns the known mistake of a value without commas.
fn mistake_of(text: &str) -> Option<NearMiss> {
    let is_unset = || is_placeholder(text) && !text.eq_ignore_ascii_case("false");
    if text.is_empty() {
        Some(miss(Kind::Empty, "the value is empty: send `true`"))
    } else if text.contains(['"', '\'']) {
        Some(miss(Kind::Quotes, wording::remove_quotation_marks!()))
    } else if text != "true" && words(text).any(|word| word == "true") {
        Some(miss(
            Kind::ExtraCharacter,
            "the value has more than `true`: remove the other characters",
        ))
    } else if is_meant_as_true(text) {
        (text != "true").then(not_exactly_true)
    } else if is_unset() {
        Some(miss(
            Kind::Placeholder,
            concat!("the value is not `true`: ", wording::variable_is_not_set!()),
        ))
    } else if is_false(text.as_bytes()) {
        Some(miss(
            Kind::NotExactlyTrue,
            format!(
                "`{}` does not allow credentials, only `true` does: if the page needs the cookies of the user, send `true`; if not, fetch without credentials",
                shown_briefly(text)
            ),
        ))
    } else {
        in_allow_credentials(text)
    }
}

fn not_exactly_true() -> NearMiss {
    miss(
        Kind::NotExactlyTrue,
        "the value must be exactly `true`, in lower case",
    )
}

/// Returns the parts of the value that are letters and digits.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
}

fn is_meant_as_true(text: &str) -> bool {
    is_true(text.as_bytes()) || is_one_of(text.as_bytes(), &["include", "*"])
}
