//! The names of the JSON members that the parser reads. The parser skips all other members.

use core::{fmt, marker::PhantomData};

use serde::de::{Error, Visitor};

/// The name of a member of an object.
pub(super) trait MemberName: Sized {
    /// Returns the member with this name.
    fn from_name(name: &[u8]) -> Self;
}

/// Defines an enum of the members of an object. The variant `Other` is a member that the parser skips.
macro_rules! members {
    ($(#[$attribute:meta])* $visibility:vis enum $members:ident { $($name:literal => $member:ident,)* }) => {
        $(#[$attribute])*
        $visibility enum $members {
            $($member,)*
            Other,
        }

        impl $crate::explain::input::har::member::MemberName for $members {
            fn from_name(name: &[u8]) -> Self {
                match name {
                    $($name => Self::$member,)*
                    _ => Self::Other,
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $members {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                // For bytes, the deserializer skips the check for UTF-8. This saves time.
                deserializer.deserialize_bytes($crate::explain::input::har::member::NameVisitor::new())
            }
        }
    };
}

pub(super) use members;

/// Reads the name of a member, without a copy of the name.
pub(super) struct NameVisitor<M>(PhantomData<M>);

impl<M> NameVisitor<M> {
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<M: MemberName> Visitor<'_> for NameVisitor<M> {
    type Value = M;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_bytes<E>(self, name: &[u8]) -> Result<M, E> {
        Ok(M::from_name(name))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<M, E> {
        self.visit_bytes(name.as_bytes())
    }
}
