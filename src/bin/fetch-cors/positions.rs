//! The positions of the members of a policy in its file.

use std::{collections::HashMap, ops::Range};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess},
};
use serde_json::value::RawValue;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The position (the range of bytes in the file) of each member and each list entry of a policy.
#[derive(Debug, Default)]
pub(crate) struct Positions {
    /// The position of the name of each member. If a member is repeated, this is the position of the last name.
    names: HashMap<String, Range<usize>>,
    /// The position of the value of each member, and of each entry of a list. The key of the first entry of a list is
    /// `member[0]`.
    values: HashMap<String, Range<usize>>,
    /// The position of the whole policy.
    whole: Range<usize>,
}

impl Positions {
    /// Returns the positions in JSON text. If the text is not a JSON object, the result has no members.
    pub(crate) fn of_json(text: &str) -> Self {
        let start = text.len() - text.trim_start().len();
        let mut positions = Self {
            whole: start..text.trim_end().len().max(start),
            ..Self::default()
        };
        let Ok(Members(members)) = serde_json::from_str(text) else {
            return positions;
        };
        // The only quotation marks between two values are the two quotation marks around the name of the second value.
        let mut end = start;
        for (name, value) in members {
            let value = span(text, value);
            let between = text.get(end..value.start).unwrap_or_default();
            if let (Some(first), Some(last)) = (between.find('"'), between.rfind('"')) {
                positions
                    .names
                    .insert(name.clone(), end + first..end + last + 1);
            }
            let json = text.get(value.clone()).unwrap_or_default();
            if let Ok(entries) = serde_json::from_str::<Vec<&RawValue>>(json) {
                for (i, entry) in entries.into_iter().enumerate() {
                    positions
                        .values
                        .insert(format!("{name}[{i}]"), span(text, entry));
                }
            }
            end = value.end;
            positions.values.insert(name, value);
        }
        positions
    }

    /// Returns the positions in TOML text.
    pub(crate) fn of_toml(text: &str, table: &Spanned<DeTable<'_>>) -> Self {
        let mut positions = Self {
            whole: 0..text.trim_end().len(),
            ..Self::default()
        };
        for (name, value) in table.get_ref().iter() {
            let span = if value.span().is_empty() {
                name.span()
            } else {
                value.span()
            };
            if let DeValue::Array(entries) = value.get_ref() {
                for (i, entry) in entries.iter().enumerate() {
                    let member = format!("{}[{i}]", name.get_ref());
                    positions.values.insert(member, entry.span());
                }
            }
            let member = name.get_ref().to_string();
            positions.names.insert(member.clone(), name.span());
            positions.values.insert(member, span);
        }
        positions
    }

    /// Returns the position of the name of a member.
    pub(crate) fn name(&self, member: &str) -> Option<Range<usize>> {
        self.names.get(member).cloned()
    }

    /// Returns the position of the value of a member or of a list entry. If the member is absent, returns the position of
    /// the first character of the policy.
    pub(crate) fn value(&self, member: &str) -> Range<usize> {
        let beginning = self.whole.start..self.whole.end.min(self.whole.start + 1);
        match member {
            "" => self.whole.clone(),
            _ => self.values.get(member).cloned().unwrap_or(beginning),
        }
    }
}

/// Returns the number of members and list entries of a policy in JSON. If the text is not a JSON object, returns 0.
pub(crate) fn count_entries(text: &str) -> usize {
    let Ok(Members(members)) = serde_json::from_str(text) else {
        return 0;
    };
    let lists = members.iter().map(|(_, value)| {
        let entries = serde_json::from_str::<Vec<IgnoredAny>>(value.get());
        entries.map_or(0, |entries| entries.len())
    });
    members.len() + lists.sum::<usize>()
}

/// Returns the position of `part` in `text`, in bytes.
fn span(text: &str, part: &RawValue) -> Range<usize> {
    let start = part
        .get()
        .as_ptr()
        .addr()
        .saturating_sub(text.as_ptr().addr());
    start..start + part.get().len()
}

struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Visitor).map(Self)
    }
}

struct Visitor;

impl<'de> serde::de::Visitor<'de> for Visitor {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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

/// Returns the line and the column of each offset, counted from 1, in characters. `offsets` are sorted.
pub(crate) fn lines_and_columns(text: &str, offsets: &[usize]) -> Vec<(usize, usize)> {
    let mut places = Vec::with_capacity(offsets.len());
    let (mut line, mut column) = (1, 1);
    let mut characters = text.char_indices().peekable();
    for offset in offsets {
        while let Some((_, character)) = characters.next_if(|(start, _)| start < offset) {
            if character == '\n' {
                (line, column) = (line + 1, 1);
            } else {
                column += 1;
            }
        }
        places.push((line, column));
    }
    places
}

/// Returns the byte offset of a position that `serde_json` reports. Lines and columns count from 1, and a column counts
/// bytes.
pub(crate) fn offset(text: &str, line: usize, column: usize) -> usize {
    let lines = text.split_inclusive('\n').take(line.saturating_sub(1));
    let before: usize = lines.map(str::len).sum();
    let offset = (before + column.saturating_sub(1)).min(text.len());
    let mut boundaries = (0..=offset).rev();
    boundaries
        .find(|start| text.is_char_boundary(*start))
        .unwrap_or_default()
}
