//! Lists in an input line. If a value is not a list, the error describes the permitted list.

use alloc::vec::Vec;
use core::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor, value::SeqAccessDeserializer},
};

use super::text::{Pairs, Text};

/// Deserializes a list. If the value is not a list, the error contains `form`, which describes the permitted list.
pub(super) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
    form: &'static str,
) -> Result<Vec<T>, D::Error> {
    let entries = PhantomData;
    deserializer.deserialize_seq(ListVisitor { form, entries })
}

struct ListVisitor<T> {
    form: &'static str,
    entries: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.form)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Vec<T>, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(seq))
    }
}

pub(super) fn strings<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    list(deserializer, "a list of strings, such as `[\"a\", \"b\"]`")
}

/// Deserializes an optional list of strings. Null is an error.
pub(super) fn present_strings<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    strings(deserializer).map(Some)
}

/// Deserializes names and values of headers.
pub(super) fn pairs<'de: 'a, 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Pairs<'a>, D::Error> {
    let pairs = list(
        deserializer,
        "a list of pairs, such as `[[\"name\", \"value\"]]`",
    )?;
    Ok(pairs.into_iter().map(|Pair(pair)| pair).collect())
}

/// Deserializes optional names and values of headers. Null is an error.
pub(super) fn present_pairs<'de: 'a, 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Pairs<'a>>, D::Error> {
    pairs(deserializer).map(Some)
}

struct Pair<'a>((Text<'a>, Text<'a>));

impl<'de: 'a, 'a> Deserialize<'de> for Pair<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(PairVisitor(PhantomData))
    }
}

struct PairVisitor<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for PairVisitor<'a> {
    type Value = Pair<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pair, such as `[\"name\", \"value\"]`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Pair<'a>, A::Error> {
        let mut text = |length| {
            let text = seq.next_element()?;
            text.ok_or_else(|| A::Error::invalid_length(length, &self))
        };
        Ok(Pair((text(0)?, text(1)?)))
    }
}
