//! The members of a case, with their JSON types. The texts in the members are not parsed yet.

use alloc::{borrow::Cow, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{
    list::{pairs, present_pairs},
    members::present_status,
    object::{object, objects, present, present_word, word},
    seconds::Seconds,
    text::{Pairs, Text},
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(expecting = "a case, which is an object with the members `id`, `fetches` and `server`")]
pub(super) struct CaseText<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow, deserialize_with = "objects")]
    pub(super) fetches: Vec<FetchText<'a>>,
    #[serde(borrow, deserialize_with = "objects")]
    pub(super) server: Vec<ResourceText<'a>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(
    expecting = "a fetch, such as `{\"origin\": \"https://app.example\", \"url\": \"https://api.example/r\"}`"
)]
pub(super) struct FetchText<'a> {
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub(super) at: Option<Seconds>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present_word"
    )]
    pub(super) api: Option<ApiText>,
    #[serde(borrow)]
    pub(super) origin: Text<'a>,
    pub(super) url: Text<'a>,
    #[serde(default = "get", skip_serializing_if = "is_get")]
    pub(super) method: Text<'a>,
    #[serde(
        default,
        deserialize_with = "pairs",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub(super) headers: Pairs<'a>,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    pub(super) body: BodyText<'a>,
    #[serde(default, deserialize_with = "word", skip_serializing_if = "is_default")]
    pub(super) referrer_policy: ReferrerPolicyText,
    #[serde(default, deserialize_with = "word", skip_serializing_if = "is_default")]
    pub(super) mode: ModeText,
    #[serde(default, deserialize_with = "word", skip_serializing_if = "is_default")]
    pub(super) credentials: CredentialsText,
    #[serde(default, deserialize_with = "word", skip_serializing_if = "is_default")]
    pub(super) redirect: RedirectText,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) use_cors_preflight: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ApiText {
    Fetch,
    Xhr,
}

/// The member `body`: `true`, `false`, or an object with the type of the body.
#[derive(Debug, Default, PartialEq)]
pub(super) enum BodyText<'a> {
    #[default]
    Absent,
    WithoutType,
    WithType(BodyTypeText<'a>),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "a body")]
pub(super) struct BodyTypeText<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) content_type: Text<'a>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ReferrerPolicyText {
    #[default]
    #[serde(rename = "")]
    Empty,
    NoReferrer,
    NoReferrerWhenDowngrade,
    SameOrigin,
    Origin,
    StrictOrigin,
    OriginWhenCrossOrigin,
    StrictOriginWhenCrossOrigin,
    UnsafeUrl,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ModeText {
    #[default]
    Cors,
    NoCors,
    SameOrigin,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum CredentialsText {
    Omit,
    #[default]
    SameOrigin,
    Include,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RedirectText {
    #[default]
    Follow,
    Error,
    Manual,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    expecting = "a URL with its answers, such as `{\"url\": \"https://api.example/r\", \"response\": {\"status\": 200}}`"
)]
pub(super) struct ResourceText<'a> {
    #[serde(borrow)]
    pub(super) url: Text<'a>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub(super) preflight: Option<AnswersText<'a>>,
    pub(super) response: AnswersText<'a>,
}

/// One answer, or a list of answers.
#[derive(Debug, PartialEq)]
pub(super) enum AnswersText<'a> {
    One(AnswerText<'a>),
    Many(Vec<AnswerText<'a>>),
}

#[derive(Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(expecting = "an answer, such as `{\"status\": 200}`")]
pub(super) struct AnswerText<'a> {
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present_word"
    )]
    pub(super) error: Option<ErrorText>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present_status"
    )]
    pub(super) status: Option<u16>,
    #[serde(
        borrow,
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present_pairs"
    )]
    pub(super) headers: Option<Pairs<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ErrorText {
    Network,
    Timeout,
}

impl Serialize for BodyText<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => false.serialize(serializer),
            Self::WithoutType => true.serialize(serializer),
            Self::WithType(body) => body.serialize(serializer),
        }
    }
}

/// `Deserialize` is not derived, because a derived untagged enum would buffer the value and lose the path of an error.
impl<'de: 'a, 'a> Deserialize<'de> for BodyText<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<'a>(core::marker::PhantomData<&'a ()>);

        impl<'de: 'a, 'a> serde::de::Visitor<'de> for Visitor<'a> {
            type Value = BodyText<'a>;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("`true`, `false`, or an object with the type of the body, such as `{\"type\": \"application/json\"}`")
            }

            fn visit_bool<E: serde::de::Error>(self, has_body: bool) -> Result<Self::Value, E> {
                Ok(if has_body {
                    BodyText::WithoutType
                } else {
                    BodyText::Absent
                })
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                map: A,
            ) -> Result<Self::Value, A::Error> {
                let map = serde::de::value::MapAccessDeserializer::new(map);
                object(map).map(BodyText::WithType)
            }
        }

        deserializer.deserialize_any(Visitor(core::marker::PhantomData))
    }
}

impl Serialize for AnswersText<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(answer) => answer.serialize(serializer),
            Self::Many(answers) => answers.serialize(serializer),
        }
    }
}

/// `Deserialize` is not derived, because a derived untagged enum would buffer the value and lose the path of an error.
impl<'de: 'a, 'a> Deserialize<'de> for AnswersText<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<'a>(core::marker::PhantomData<&'a ()>);

        impl<'de: 'a, 'a> serde::de::Visitor<'de> for Visitor<'a> {
            type Value = AnswersText<'a>;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("an answer, such as `{\"status\": 200}`, or a list of answers")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                map: A,
            ) -> Result<Self::Value, A::Error> {
                let map = serde::de::value::MapAccessDeserializer::new(map);
                object(map).map(AnswersText::One)
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                seq: A,
            ) -> Result<Self::Value, A::Error> {
                let seq = serde::de::value::SeqAccessDeserializer::new(seq);
                objects(seq).map(AnswersText::Many)
            }
        }

        deserializer.deserialize_any(Visitor(core::marker::PhantomData))
    }
}

fn get<'a>() -> Text<'a> {
    Text(Cow::Borrowed("GET"))
}

fn is_get(method: &Text<'_>) -> bool {
    method.0 == "GET"
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
