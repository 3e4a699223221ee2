//! Reads a recording, one entry after another.

use core::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::{
    Recording,
    entry::Entry,
    lenient::{List, Object, Text},
    raw::{RawCreator, RawEntry, RawPage},
};

/// The object around the log.
pub(super) struct Root<'r>(pub(super) &'r mut Recording);

impl<'de> DeserializeSeed<'de> for Root<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Root<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the member `log`, as a HAR recording has it")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut has_log = false;
        while let Some(key) = map.next_key::<Text<'de>>()? {
            if key.as_str() == Some("log") {
                map.next_value_seed(Log(self.0))?;
                has_log = true;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if has_log {
            Ok(())
        } else {
            Err(A::Error::missing_field("log"))
        }
    }
}

struct Log<'r>(&'r mut Recording);

impl<'de> DeserializeSeed<'de> for Log<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Log<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the member `entries`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut has_entries = false;
        while let Some(key) = map.next_key::<Text<'de>>()? {
            match key.as_str() {
                Some("entries") => {
                    map.next_value_seed(Entries(self.0))?;
                    has_entries = true;
                }
                Some("creator") => {
                    let creator: Object<RawCreator<'de>> = map.next_value()?;
                    self.0.creator = creator.0.and_then(|creator| creator.name.into_owned());
                }
                Some("pages") => {
                    let pages: List<RawPage<'de>> = map.next_value()?;
                    let pages = pages.0.into_iter();
                    let pages = pages
                        .filter_map(|page| Some((page.id.into_owned()?, page.title.into_owned()?)));
                    self.0.pages.extend(pages);
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if has_entries {
            Ok(())
        } else {
            Err(A::Error::missing_field("entries"))
        }
    }
}

struct Entries<'r>(&'r mut Recording);

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(Object(raw)) = seq.next_element::<Object<RawEntry<'de>>>()? {
            let position = self.0.entry_count;
            self.0.entry_count += 1;
            let entry = raw.and_then(|raw| Entry::from_raw(raw, position));
            self.0.entries.extend(entry);
        }
        Ok(())
    }
}
