//! The values in a policy file. Numbers stay as the author wrote them.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
};

use super::error::ConfigValue;
use crate::wording;

/// A value in a policy file. The parser refuses an object with a repeated member.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum RawValue {
    Bool(bool),
    /// A number, as the author wrote it.
    Number(String),
    String(String),
    List(Vec<RawValue>),
    Map(Vec<(String, RawValue)>),
    /// A value of a type that no member can have, as JSON.
    Json(String),
}

/// The member name that `serde_json` uses for a number if its feature `arbitrary_precision` is on. Any crate in a program
/// can turn this feature on.
const JSON_NUMBER: &str = "$serde_json::private::Number";

impl RawValue {
    /// Returns the type of the value in words.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a boolean",
            Self::Number(number) if number.contains(['.', 'e', 'E']) => {
                "a number with a fraction or an exponent"
            }
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::List(_) => "a list",
            Self::Map(_) => "an object",
            Self::Json(json) => match json.bytes().next() {
                Some(b'[') => "a list",
                Some(b'{') => "an object",
                _ => "null",
            },
        }
    }

    pub(crate) fn to_value(&self) -> ConfigValue {
        match self {
            Self::String(string) => ConfigValue::String(string.clone()),
            tree => ConfigValue::Json(tree.to_string()),
        }
    }
}

/// Formats the value as JSON.
impl fmt::Display for RawValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(bool) => write!(f, "{bool}"),
            Self::Number(json) | Self::Json(json) => f.write_str(json),
            Self::String(string) => write_json_string(f, string),
            Self::List(list) => {
                f.write_str("[")?;
                for (i, entry) in list.iter().enumerate() {
                    write!(f, "{}{entry}", if i == 0 { "" } else { "," })?;
                }
                f.write_str("]")
            }
            Self::Map(map) => {
                f.write_str("{")?;
                for (i, (member, value)) in map.iter().enumerate() {
                    f.write_str(if i == 0 { "" } else { "," })?;
                    write_json_string(f, member)?;
                    write!(f, ":{value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

fn write_json_string(f: &mut fmt::Formatter<'_>, string: &str) -> fmt::Result {
    f.write_str("\"")?;
    for c in string.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            c if u32::from(c) < 0x20 => write!(f, "\\u{:04x}", u32::from(c))?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("\"")
}

impl<'de> Deserialize<'de> for RawValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawValueVisitor)
    }
}

struct RawValueVisitor;

impl<'de> Visitor<'de> for RawValueVisitor {
    type Value = RawValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a policy")
    }

    fn visit_unit<E>(self) -> Result<RawValue, E> {
        Ok(RawValue::Json("null".into()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<RawValue, E> {
        Ok(RawValue::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<RawValue, E> {
        Ok(RawValue::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<RawValue, E> {
        Ok(RawValue::Number(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<RawValue, E> {
        Ok(RawValue::Number(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<RawValue, E> {
        Ok(RawValue::Number(value.to_string()))
    }

    /// Deserializers also call this function for an integer that is too large for their integer types.
    fn visit_f64<E>(self, value: f64) -> Result<RawValue, E> {
        Ok(match value.abs() {
            f64::INFINITY => RawValue::Json("null".into()),
            _ if value.is_nan() => RawValue::Json("null".into()),
            9_007_199_254_740_992.0.. => RawValue::Number(format!("{value:.0}")),
            _ => RawValue::Number(format!("{value:?}")),
        })
    }

    fn visit_str<E>(self, value: &str) -> Result<RawValue, E> {
        Ok(RawValue::String(value.into()))
    }

    fn visit_string<E>(self, value: String) -> Result<RawValue, E> {
        Ok(RawValue::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RawValue, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = seq.next_element()? {
            list.push(entry);
        }
        Ok(RawValue::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawValue, A::Error> {
        let mut members: Vec<(String, RawValue)> = Vec::new();
        while let Some(member) = map.next_key::<String>()? {
            if member == JSON_NUMBER && members.is_empty() {
                return map.next_value().map(RawValue::Number);
            }
            members.push((member, map.next_value()?));
        }
        match repeated(&members) {
            Some(member) => Err(A::Error::custom(repeated_message(member))),
            None => Ok(RawValue::Map(members)),
        }
    }
}

fn repeated<T>(members: &[(String, T)]) -> Option<&str> {
    let mut names = hashbrown::HashSet::new();
    let mut names = members.iter().filter(move |(name, _)| !names.insert(name));
    names.next().map(|(name, _)| &**name)
}

fn repeated_message(member: &str) -> String {
    wording::repeated_member(member)
}

#[cfg(feature = "cases")]
mod json {
    //! Reads JSON, and keeps each number as the author wrote it. A deserializer would convert `1e2` and `100.0` to the
    //! same number.

    use alloc::vec::Vec;

    use serde::{Deserialize, Deserializer, de::MapAccess};
    use serde_json::{Error, from_str, value::RawValue as JsonText};

    use super::{RawValue, String, fmt, repeated, repeated_message};
    use crate::json_error::describe;

    impl RawValue {
        /// Reads a value. The first part of an error is the member that causes the error, or an empty string. The second
        /// part is the reason.
        pub(crate) fn from_json(json: &str) -> Result<Self, (String, String)> {
            let malformed = |error: Error| (String::new(), describe(&error, json));
            let value = from_str::<&JsonText>(json).map_err(malformed)?;
            if !value.get().starts_with('{') {
                return Self::from_raw(value).map_err(malformed);
            }
            let Members(members) = from_str(json).map_err(malformed)?;
            if let Some(member) = repeated(&members) {
                return Err((member.into(), repeated_message(member)));
            }
            let members = members
                .into_iter()
                .map(|(name, value)| Ok((name, Self::from_raw(value)?)));
            members
                .collect::<Result<_, _>>()
                .map(Self::Map)
                .map_err(malformed)
        }

        /// Reads a list or a scalar. An object, and also a list inside a list, stays JSON text.
        fn from_raw(value: &JsonText) -> Result<Self, Error> {
            if !value.get().starts_with('[') {
                return Self::from_scalar(value);
            }
            let entries: Vec<&JsonText> = from_str(value.get())?;
            entries
                .into_iter()
                .map(Self::from_scalar)
                .collect::<Result<_, _>>()
                .map(Self::List)
        }

        fn from_scalar(value: &JsonText) -> Result<Self, Error> {
            let json = value.get();
            Ok(match json.bytes().next() {
                Some(b'"') => Self::String(from_str(json)?),
                Some(b't' | b'f') => Self::Bool(json == "true"),
                Some(b'-' | b'0'..=b'9') => Self::Number(json.into()),
                _ => Self::Json(in_one_line(json)),
            })
        }
    }

    /// Removes white space that is not in a string.
    fn in_one_line(json: &str) -> String {
        let (mut is_string, mut is_escaped) = (false, false);
        let is_kept = |c: &char| {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => is_string = !is_string,
                _ => {}
            }
            is_string || !matches!(c, ' ' | '\t' | '\n' | '\r')
        };
        json.chars().filter(is_kept).collect()
    }

    struct Members<'a>(Vec<(String, &'a JsonText)>);

    impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_map(MembersVisitor).map(Self)
        }
    }

    struct MembersVisitor;

    impl<'de> serde::de::Visitor<'de> for MembersVisitor {
        type Value = Vec<(String, &'de JsonText)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a policy")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }
}
