//! Reads the entries of a recording, one after another.

use core::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::StrDeserializer,
    },
};

use super::{
    Recording,
    entry::Entry,
    lenient::{FromMap, List, Object, ObjectVisitor, Text},
    problem::{EntryProblem, EntryProblemKind, MAX_PROBLEMS},
    raw::{EntryMember, RawCreator, RawEntry, RawPage},
};

/// Reads the whole JSON value: a recording, a log, an entry, or a list of recordings, logs or entries.
pub(super) struct Root<'r>(pub(super) &'r mut Recording);

const NOT_A_RECORDING: &str = "the text is not a HAR recording: a recording has the member `log` with the list `entries`, and an entry of the list has the member `request`";

impl<'de> DeserializeSeed<'de> for Root<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Root<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a HAR recording, which is an object with the member `log`")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        if Part(self.0).read(map)? {
            Ok(())
        } else {
            Err(A::Error::custom(NOT_A_RECORDING))
        }
    }

    /// Reads a list, because some tools write a list of entries or of recordings.
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut has_parts = false;
        while let Some(Object(is_part)) = seq.next_element_seed(Part(&mut *self.0))? {
            has_parts |= is_part == Some(true);
        }
        if has_parts {
            Ok(())
        } else {
            Err(A::Error::custom(NOT_A_RECORDING))
        }
    }
}

/// Reads an object that can be a recording, a log or an entry.
struct Part<'r>(&'r mut Recording);

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = Object<bool>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(self))
    }
}

/// Reads the object. Returns true if the object is a recording, a log or an entry, and false if the object is something
/// else.
impl<'de> FromMap<'de> for Part<'_> {
    type Value = bool;

    fn read<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let mut has_entries = false;
        let mut entry = RawEntry::default();
        while let Some(key) = map.next_key::<Text<'de>>()? {
            let name = key.as_str().unwrap_or_default();
            if name == "log" {
                map.next_value_seed(Log(&mut *self.0))?;
                has_entries = true;
            } else if LOG_MEMBERS.contains(&name) {
                has_entries |= self.0.read_log_member(name, &mut map)?;
            } else {
                let name: StrDeserializer<'_, A::Error> = name.into_deserializer();
                entry.read_member(EntryMember::deserialize(name)?, &mut map)?;
            }
        }
        let is_entry = entry.request.0.is_some();
        if is_entry && !has_entries {
            self.0.add(Some(entry));
        }
        Ok(has_entries || is_entry)
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
            let name = key.as_str().unwrap_or_default();
            has_entries |= self.0.read_log_member(name, &mut map)?;
        }
        if has_entries {
            Ok(())
        } else {
            Err(A::Error::missing_field("entries"))
        }
    }
}

/// The members of a log that the parser reads.
const LOG_MEMBERS: [&str; 4] = ["entries", "creator", "browser", "pages"];

impl Recording {
    /// Reads the value of a member of the log. Returns whether the member is `entries`.
    fn read_log_member<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        map: &mut A,
    ) -> Result<bool, A::Error> {
        match name {
            "entries" => {
                map.next_value_seed(Entries(self))?;
                return Ok(true);
            }
            "creator" => {
                let creator: Object<RawCreator<'de>> = map.next_value()?;
                self.creator = creator.0.and_then(|creator| creator.name.into_owned());
            }
            "browser" => {
                let browser: Object<RawCreator<'de>> = map.next_value()?;
                self.browser = browser.0.and_then(|browser| browser.name.into_owned());
            }
            "pages" => {
                let pages: List<RawPage<'de>> = map.next_value()?;
                let pages = pages.0.into_iter();
                let pages = pages
                    .filter_map(|page| Some((page.id.into_owned()?, page.title.into_owned()?)));
                self.pages.extend(pages);
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(false)
    }

    /// Counts an entry. Adds the entry to the recording if the entry is relevant to CORS.
    fn add(&mut self, raw: Option<RawEntry<'_>>) {
        let position = self.entry_count;
        self.entry_count += 1;
        let Some(raw) = raw else {
            self.add_problem(position, EntryProblemKind::NotAnObject, true);
            return;
        };
        let problem = raw.problem();
        let has_http_url = raw.has_http_url();
        let is_hidden = problem.is_some_and(EntryProblemKind::is_of_request_headers)
            && has_http_url
            && !raw.shows_origin();
        self.has_file_entry |= raw.has_file_url();
        self.has_web_socket |= raw.is_of_web_socket();
        let stored_by = self.resources.source_of(&raw);
        self.resources.add(&raw, position);
        let read = Entry::from_raw(raw, position, stored_by, self.shared.as_mut());
        let (entry, problem) = match read {
            Ok(entry) => (entry, problem),
            Err(kind) => (None, Some(kind)),
        };
        let is_left_out =
            problem.is_some_and(|kind| kind.is_left_out() || (is_hidden && entry.is_none()));
        if let Some(kind) = problem {
            self.add_problem(position, kind, is_left_out);
        }
        self.http_entry_count += usize::from(has_http_url && !is_left_out);
        self.entries.extend(entry);
    }

    fn add_problem(&mut self, entry: usize, kind: EntryProblemKind, is_left_out: bool) {
        self.problem_count += 1;
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(EntryProblem {
                entry,
                kind,
                is_left_out,
            });
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
            self.0.add(raw);
        }
        Ok(())
    }
}
