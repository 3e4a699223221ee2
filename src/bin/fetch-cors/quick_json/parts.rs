//! The parts of a list or an object.

use std::io::Read;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::{QuickJson, Refused};

/// The elements of a list, or the members of an object.
pub(super) struct Parts<'j, R> {
    pub(super) json: &'j mut QuickJson<R>,
    end: u8,
    is_first: bool,
}

impl<'j, R: Read> Parts<'j, R> {
    pub(super) const fn new(json: &'j mut QuickJson<R>, end: u8) -> Self {
        Self {
            json,
            end,
            is_first: true,
        }
    }

    /// Reads the comma before the next part. Returns false if there is no next part.
    pub(super) fn has_next(&mut self) -> Result<bool, Refused> {
        let is_first = std::mem::take(&mut self.is_first);
        self.json.has_next(self.end, is_first)
    }
}

impl<'de, R: Read> SeqAccess<'de> for Parts<'_, R> {
    type Error = Refused;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Refused> {
        if !self.has_next()? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.json).map(Some)
    }
}

impl<'de, R: Read> MapAccess<'de> for Parts<'_, R> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Refused> {
        if !self.has_next()? {
            return Ok(None);
        }
        if self.json.token()? != b'"' {
            return Err(Refused::SYNTAX);
        }
        seed.deserialize(&mut *self.json).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        self.json.colon()?;
        seed.deserialize(&mut *self.json)
    }
}
