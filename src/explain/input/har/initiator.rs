//! The initiator of a request.

use core::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::{lenient::Text, member::members};

members! {
    /// The members of an initiator.
    enum InitiatorMember {
        b"type" => Kind,
    }
}

/// The initiator of a request: a string, or an object with the member `type`.
#[derive(Debug, Default)]
pub(super) struct Initiator<'a> {
    pub(super) kind: Text<'a>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Initiator<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(InitiatorVisitor)
    }
}

struct InitiatorVisitor;

impl<'de> Visitor<'de> for InitiatorVisitor {
    type Value = Initiator<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or an object")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Initiator<'de>, E> {
        let kind = Text(Some(text.into()));
        Ok(Initiator { kind })
    }

    fn visit_str<E>(self, text: &str) -> Result<Initiator<'de>, E> {
        let kind = Text(Some(alloc::string::String::from(text).into()));
        Ok(Initiator { kind })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Initiator<'de>, A::Error> {
        let mut initiator = Initiator::default();
        while let Some(member) = map.next_key()? {
            match member {
                InitiatorMember::Kind => initiator.kind = map.next_value()?,
                InitiatorMember::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(initiator)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Initiator<'de>, A::Error> {
        IgnoredAny.visit_seq(seq)?;
        Ok(Initiator::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Initiator<'de>, E> {
        Ok(Initiator::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Initiator<'de>, E> {
        Ok(Initiator::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Initiator<'de>, E> {
        Ok(Initiator::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Initiator<'de>, E> {
        Ok(Initiator::default())
    }

    fn visit_unit<E>(self) -> Result<Initiator<'de>, E> {
        Ok(Initiator::default())
    }

    fn visit_none<E>(self) -> Result<Initiator<'de>, E> {
        Ok(Initiator::default())
    }
}
