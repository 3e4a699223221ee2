//! Reads the headers of an entry into one string. A separate string for each header would take more time, and most
//! entries are not relevant to CORS.

use alloc::{string::String, vec::Vec};
use core::{
    fmt::{self, Write as _},
    ops::Range,
};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::{super::limits::MAX_HEADERS_BYTES, member::members};

/// The initial capacity for the text of all headers of an entry. Most entries have less text.
const USUAL_BYTES: usize = 2048;
/// The initial capacity for the headers of an entry. Most entries have fewer headers.
const USUAL_COUNT: usize = 32;

/// The names and values of the headers of an entry. A list element without a name or without a value is left out.
#[derive(Debug, Default)]
pub(super) struct RawHeaders {
    text: String,
    headers: Vec<(Range<usize>, Range<usize>)>,
    form: HeadersForm,
}

/// The state of the member `headers` in a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum HeadersForm {
    /// The member `headers` is missing or `null`.
    #[default]
    Absent,
    /// The member `headers` is a list of objects with `name` and `value`, or is an object whose members are the
    /// headers.
    Read,
    /// The member `headers` contains a header without a name or without a value.
    PartlyRead,
    /// The member `headers` is neither a list nor an object.
    Unreadable,
}

impl RawHeaders {
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        let headers = self.headers.iter();
        headers.map(|(name, value)| (self.text(name), self.text(value)))
    }

    fn text(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    pub(super) const fn form(&self) -> HeadersForm {
        self.form
    }

    /// Whether the text is longer than [`MAX_HEADERS_BYTES`], and was cut off.
    pub(super) const fn is_cut(&self) -> bool {
        self.text.len() > MAX_HEADERS_BYTES
    }

    /// Returns the value of the first header with this name.
    pub(super) fn value_of(&self, name: &str) -> Option<&str> {
        // The lengths of the names are compared first, because this saves time.
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(found, _)| {
            found.len() == name.len() && self.text(found).eq_ignore_ascii_case(name)
        })?;
        Some(self.text(value))
    }
}

/// Defines methods for values of an unexpected type, which some recordings have. Each method reads its value as absent.
macro_rules! absent {
    ($($name:ident($type:ty) -> $value:ty = $absent:expr;)*) => {
        $(fn $name<E>(self, _: $type) -> Result<$value, E> { Ok($absent) })*
    };
}

impl<'de> Deserialize<'de> for RawHeaders {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor)
    }
}

impl RawHeaders {
    /// Returns a value of the form [`Read`](HeadersForm::Read), still without headers. The capacity is sufficient for
    /// the headers of most entries.
    fn read() -> Self {
        Self {
            text: String::with_capacity(USUAL_BYTES),
            headers: Vec::with_capacity(USUAL_COUNT),
            form: HeadersForm::Read,
        }
    }

    fn unreadable() -> Self {
        Self {
            form: HeadersForm::Unreadable,
            ..Self::default()
        }
    }
}

struct ListVisitor;

impl<'de> Visitor<'de> for ListVisitor {
    type Value = RawHeaders;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RawHeaders, A::Error> {
        let mut headers = RawHeaders::read();
        let mut count = 0;
        while seq.next_element_seed(Header(&mut headers))?.is_some() {
            count += 1;
        }
        if headers.headers.len() < count {
            headers.form = HeadersForm::PartlyRead;
        }
        Ok(headers)
    }

    /// Some tools write an object whose members are the headers. If the value of a member is a list, each element is
    /// one header line.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawHeaders, A::Error> {
        let mut headers = RawHeaders::read();
        while let Some(name) = map.next_key_seed(Appended(&mut headers.text))? {
            let mut values = Vec::new();
            map.next_value_seed(Values {
                text: &mut headers.text,
                values: &mut values,
            })?;
            match name {
                Some(name) if !values.is_empty() => {
                    let values = values.into_iter();
                    let lines = values.map(|value| (name.clone(), value));
                    headers.headers.extend(lines);
                }
                _ => headers.form = HeadersForm::PartlyRead,
            }
        }
        Ok(headers)
    }

    absent! {
        visit_str(&str) -> RawHeaders = RawHeaders::unreadable();
        visit_i64(i64) -> RawHeaders = RawHeaders::unreadable();
        visit_u64(u64) -> RawHeaders = RawHeaders::unreadable();
        visit_f64(f64) -> RawHeaders = RawHeaders::unreadable();
        visit_bool(bool) -> RawHeaders = RawHeaders::unreadable();
    }

    fn visit_unit<E>(self) -> Result<RawHeaders, E> {
        Ok(RawHeaders::default())
    }
}

/// Reads one header of the list.
struct Header<'h>(&'h mut RawHeaders);

impl<'de> DeserializeSeed<'de> for Header<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Header<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut name, mut value) = (None, None);
        while let Some(member) = map.next_key()? {
            let text = &mut self.0.text;
            match member {
                Member::Name => name = map.next_value_seed(Appended(text))?,
                Member::Value => value = map.next_value_seed(Appended(text))?,
                Member::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        self.0.headers.extend(name.zip(value));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        IgnoredAny.visit_seq(seq)?;
        Ok(())
    }

    absent! {
        visit_str(&str) -> () = ();
        visit_i64(i64) -> () = ();
        visit_u64(u64) -> () = ();
        visit_f64(f64) -> () = ();
        visit_bool(bool) -> () = ();
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

members! {
    /// A member of a header in the recording.
    enum Member {
        b"name" => Name,
        b"value" => Value,
    }
}

/// A visitor that appends a string, number or boolean to the text, and returns the range of the appended text.
struct Appended<'t>(&'t mut String);

impl Appended<'_> {
    fn append(self, text: fmt::Arguments<'_>) -> Option<Range<usize>> {
        let start = self.0.len();
        self.0.write_fmt(text).ok()?;
        Some(start..self.0.len())
    }
}

/// Returns the beginning of a text that is appended to a text with the length `before`. The text is cut off behind
/// [`MAX_HEADERS_BYTES`], so that [`RawHeaders::is_cut`] is then true.
fn cut(text: &str, before: usize) -> &str {
    /// The maximum length of a character in UTF-8.
    const MAX_CHAR_BYTES: usize = 4;
    let room = (MAX_HEADERS_BYTES + 1).saturating_sub(before);
    if text.len() <= room {
        return text;
    }
    let mut ends = room..room + MAX_CHAR_BYTES;
    ends.find_map(|end| text.get(..end)).unwrap_or_default()
}

impl<'de> DeserializeSeed<'de> for Appended<'_> {
    type Value = Option<Range<usize>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Appended<'_> {
    type Value = Option<Range<usize>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        let start = self.0.len();
        self.0.push_str(cut(text, start));
        Ok(Some(start..self.0.len()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(self.append(format_args!("{number}")))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(self.append(format_args!("{number}")))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(self.append(format_args!("{number}")))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(self.append(format_args!("{value}")))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_seq(seq)?;
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_map(map)?;
        Ok(None)
    }
}

/// A visitor that appends a value, or each value of a list, to `text`. `values` then has the range of each appended
/// value in `text`.
struct Values<'t, 'v> {
    text: &'t mut String,
    values: &'v mut Vec<Range<usize>>,
}

impl<'de> DeserializeSeed<'de> for Values<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Defines methods for a value that is not a list. Each method appends the value as [`Appended`] does, and adds the
/// range of the appended text to `values`.
macro_rules! single {
    ($($name:ident($type:ty);)*) => {
        $(fn $name<E: serde::de::Error>(self, value: $type) -> Result<(), E> {
            self.values.extend(Appended(self.text).$name::<E>(value)?);
            Ok(())
        })*
    };
}

impl<'de> Visitor<'de> for Values<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, or a list of strings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(value) = seq.next_element_seed(Appended(&mut *self.text))? {
            self.values.extend(value);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        IgnoredAny.visit_map(map)?;
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    single! {
        visit_str(&str);
        visit_i64(i64);
        visit_u64(u64);
        visit_f64(f64);
        visit_bool(bool);
    }
}
