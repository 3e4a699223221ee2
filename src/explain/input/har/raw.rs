//! Entries as recordings have them. All other members, such as the bodies, are skipped.

use core::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::lenient::{List, Object, Text};

#[derive(Debug, Deserialize)]
pub(super) struct RawEntry<'a> {
    #[serde(default, borrow)]
    pub(super) request: Object<RawRequest<'a>>,
    #[serde(default, borrow)]
    pub(super) response: Object<RawResponse<'a>>,
    #[serde(default, borrow)]
    pub(super) pageref: Text<'a>,
    /// The id of the request in the DevTools protocol.
    #[serde(default, borrow)]
    pub(super) _id: Text<'a>,
    #[serde(default, borrow, rename = "_initiatorRequest")]
    pub(super) initiator_request: Text<'a>,
    #[serde(default, borrow, rename = "_initiator")]
    pub(super) initiator: Initiator<'a>,
    #[serde(default, borrow, rename = "_resourceType")]
    pub(super) resource_type: Text<'a>,
    #[serde(default, borrow, rename = "_type")]
    pub(super) protocol_type: Text<'a>,
    #[serde(default, borrow, rename = "_error")]
    pub(super) error: Text<'a>,
    #[serde(default, borrow, rename = "_corsErrorStatus")]
    pub(super) cors_error_status: Object<CorsErrorStatus<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawRequest<'a> {
    #[serde(default, borrow)]
    pub(super) method: Text<'a>,
    #[serde(default, borrow)]
    pub(super) url: Text<'a>,
    #[serde(default, borrow)]
    pub(super) headers: List<RawHeader<'a>>,
    #[serde(default, rename = "postData")]
    pub(super) post_data: Object<PostData>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawResponse<'a> {
    #[serde(default, borrow)]
    pub(super) status: Text<'a>,
    #[serde(default, borrow)]
    pub(super) headers: List<RawHeader<'a>>,
    #[serde(default, borrow, rename = "redirectURL")]
    pub(super) redirect_url: Text<'a>,
    #[serde(default, borrow, rename = "_error")]
    pub(super) error: Text<'a>,
    #[serde(default, borrow, rename = "_failureText")]
    pub(super) failure_text: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawHeader<'a> {
    #[serde(default, borrow)]
    pub(super) name: Text<'a>,
    #[serde(default, borrow)]
    pub(super) value: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub(super) struct PostData {}

#[derive(Debug, Deserialize)]
pub(super) struct CorsErrorStatus<'a> {
    #[serde(default, borrow, rename = "corsError")]
    pub(super) cors_error: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawPage<'a> {
    #[serde(default, borrow)]
    pub(super) id: Text<'a>,
    #[serde(default, borrow)]
    pub(super) title: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RawCreator<'a> {
    #[serde(default, borrow)]
    pub(super) name: Text<'a>,
}

/// The initiator of a request: a word, or an object with a `type`.
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
        while let Some(key) = map.next_key::<Text<'de>>()? {
            if key.as_str() == Some("type") {
                initiator.kind = map.next_value()?;
            } else {
                map.next_value::<IgnoredAny>()?;
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
