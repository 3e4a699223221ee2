//! Deserializers that are stricter than derived code. Derived code accepts an array in place of an object, an object in
//! place of an enum, and unknown members.

use alloc::{format, string::String, vec::Vec};
use core::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, IntoDeserializer, MapAccess, Visitor},
    forward_to_deserialize_any,
};

use super::list::list;
use crate::nearest_name::nearest_name;

/// The prefix of free names. Every object can have members with free names, which the users of the format choose.
const FREE_PREFIX: &str = "x-";

/// A `T` from a JSON object. Each member is known, or its name begins with `x-`. Derived code would also accept a JSON
/// array with the values of the members in order, and would ignore unknown members.
#[derive(Debug)]
pub(super) struct Object<T>(pub(super) T);

/// A `T` from a JSON object that can also have unknown members.
#[derive(Debug)]
pub(super) struct OpenObject<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = Members::OfStruct;
        T::deserialize(MapOnly {
            deserializer,
            members,
        })
        .map(Self)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OpenObject<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = Members::Any;
        T::deserialize(MapOnly {
            deserializer,
            members,
        })
        .map(Self)
    }
}

struct MapOnly<D> {
    deserializer: D,
    members: Members,
}

/// The known members of an object.
#[derive(Clone, Copy)]
enum Members {
    Any,
    /// The fields of the deserialized struct.
    OfStruct,
    Named(&'static [&'static str]),
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for MapOnly<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserializer.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let members = match self.members {
            Members::OfStruct => Members::Named(names),
            members => members,
        };
        MapOnly { members, ..self }.deserialize_map(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        match self.members {
            Members::Named(names) => self
                .deserializer
                .deserialize_map(KnownMembers { visitor, names }),
            Members::Any | Members::OfStruct => self.deserializer.deserialize_map(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct enum identifier ignored_any
    }
}

/// A visitor for an object. `names` has the names of the known members.
struct KnownMembers<V> {
    visitor: V,
    names: &'static [&'static str],
}

impl<'de, V: Visitor<'de>> Visitor<'de> for KnownMembers<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(KnownMap {
            map,
            names: Names::new(self.names),
        })
    }
}

struct KnownMap<A> {
    map: A,
    names: Names,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for KnownMap<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        loop {
            match self.map.next_key_seed(&mut self.names)? {
                None => return Ok(None),
                Some(Name::Known(name)) => {
                    return seed.deserialize(name.into_deserializer()).map(Some);
                }
                Some(Name::Free) => {
                    self.map.next_value::<IgnoredAny>()?;
                }
                // The error is returned while the value is read, because only then does the path of the error contain
                // the name of the member.
                Some(Name::Unknown(reason)) => self.map.next_value_seed(Refused(reason))?,
            }
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

/// The names of the known members of an object.
struct Names {
    all: &'static [&'static str],
    /// The names in `all` after the name that was found last. Most objects have their members in the order of `all`, so
    /// the first of these names is usually the name of the next member.
    next: core::slice::Iter<'static, &'static str>,
}

impl Names {
    fn new(all: &'static [&'static str]) -> Self {
        let next = all.iter();
        Self { all, next }
    }
}

enum Name {
    Known(&'static str),
    Free,
    /// The name is unknown. The field is the text of the error.
    Unknown(String),
}

impl<'de> DeserializeSeed<'de> for &mut Names {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for &mut Names {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E: Error>(self, given: &str) -> Result<Name, E> {
        if let Some(name) = self.next.find(|name| **name == given) {
            return Ok(Name::Known(name));
        }
        self.next = self.all.iter();
        Ok(match self.next.find(|name| **name == given) {
            Some(name) => Name::Known(name),
            None if is_free(given) => Name::Free,
            // The error does not suggest a name yet. A suggestion needs the names of all members of the object, which
            // are not known here.
            None => Name::Unknown(unknown_member(given, &[], self.all)),
        })
    }
}

/// Refuses the value of a member with an unknown name, without reading the value. The field is the text of the error.
struct Refused(String);

impl<'de> DeserializeSeed<'de> for Refused {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, _: D) -> Result<(), D::Error> {
        Err(Error::custom(self.0))
    }
}

/// The beginning of the error about an unknown member.
pub(super) const UNKNOWN_MEMBER: &str = "no member has this name: ";

/// Returns the error for the unknown member `given`. The error suggests the nearest name in `suggested`. If no name is
/// near, the error lists the names in `listed`. Both lists have only names of members that can be added to the object.
#[cold]
pub(super) fn unknown_member(given: &str, suggested: &[&str], listed: &[&str]) -> String {
    let advice = match nearest_name(given, suggested) {
        Some(name) => return format!("{UNKNOWN_MEMBER}write `{name}`"),
        None if listed.is_empty() => String::from("remove it"),
        None => format!("use one of `{}`", listed.join("`, `")),
    };
    format!("{UNKNOWN_MEMBER}{advice}, or begin the name with `{FREE_PREFIX}`")
}

/// Returns the member names in `reason`, the text of an error about an unknown member.
pub(super) fn listed_names(reason: &str) -> Vec<&str> {
    let names = reason.split('`').skip(1).step_by(2);
    names.filter(|name| *name != FREE_PREFIX).collect()
}

/// Whether every object can have a member with this name, with any value.
pub(super) fn is_free(name: &str) -> bool {
    name.starts_with(FREE_PREFIX)
}

/// Returns the names of the members of the struct `T`, or the words of the enum `T`.
pub(super) fn declared_names<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    let mut names: &'static [&'static str] = &[];
    // The deserializer stores the names, and then always fails.
    let _ = T::deserialize(DeclaredNames(&mut names));
    names
}

struct DeclaredNames<'n>(&'n mut &'static [&'static str]);

impl<'de> Deserializer<'de> for DeclaredNames<'_> {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(Error::custom("this is neither a struct nor an enum"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = names;
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = words;
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map identifier ignored_any
    }
}

pub(super) fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let objects: Vec<Object<T>> = list(deserializer, "a list of objects, such as `[{…}, {…}]`")?;
    Ok(objects.into_iter().map(|Object(object)| object).collect())
}

/// Deserializes an optional list of objects. Null is an error.
pub(super) fn present_objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    objects(deserializer).map(Some)
}

pub(super) fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Object::deserialize(deserializer).map(|Object(object)| object)
}

/// Deserializes an optional member. Null is an error.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Deserializes an optional object. Null is an error.
pub(super) fn present_object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    object(deserializer).map(Some)
}

/// Deserializes an optional map from an object. `names` has the names of the known members. Null is an error.
pub(super) fn present_members<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
    names: &'static [&'static str],
) -> Result<Option<T>, D::Error> {
    let members = Members::Named(names);
    T::deserialize(MapOnly {
        deserializer,
        members,
    })
    .map(Some)
}

/// Deserializes an enum from a string: the name of a variant.
pub(super) fn word<'de, D: Deserializer<'de>, T: for<'word> Deserialize<'word>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(WordVisitor(PhantomData))
}

struct WordVisitor<T>(PhantomData<T>);

impl<T: for<'word> Deserialize<'word>> Visitor<'_> for WordVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = declared_names::<T>().join("`, `");
        write!(f, "one of the strings `{words}`")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<T, E> {
        T::deserialize(IntoDeserializer::<E>::into_deserializer(word))
    }
}

/// Deserializes an optional enum from a string. Null is an error.
pub(super) fn present_word<'de, D: Deserializer<'de>, T: for<'word> Deserialize<'word>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    word(deserializer).map(Some)
}
