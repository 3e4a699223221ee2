//! The implementation of `Deserializer`.

use std::io::Read;

use serde::{
    Deserializer,
    de::{Error, Visitor},
};

use super::{QuickJson, Refused, parts::Parts};

impl<'de, R: Read> Deserializer<'de> for &mut QuickJson<R> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.token()? {
            b'"' => {
                self.start += 1;
                let is_repairing = self.is_repairing;
                let plain = self.plain_string();
                if let Some(text) = plain.clone().and_then(|plain| self.ascii.get(plain)) {
                    let value = visitor.visit_str(text);
                    return value.map_err(|refused| self.at_position(refused));
                }
                let bytes = match plain {
                    Some(plain) => self.buffer.get(plain).unwrap_or_default(),
                    None => self.long_string()?,
                };
                let value = match std::str::from_utf8(bytes) {
                    Ok(text) => visitor.visit_str(text),
                    Err(_) if is_repairing => {
                        let text = String::from_utf8_lossy(bytes).into_owned();
                        self.repair_before(0);
                        visitor.visit_str(&text)
                    }
                    Err(_) => return Err(Refused::custom("a string is not UTF-8")),
                };
                value.map_err(|refused| self.at_position(refused))
            }
            b'{' => self.nested(b'}', |json, end| visitor.visit_map(Parts::new(json, end))),
            b'[' => self.nested(b']', |json, end| visitor.visit_seq(Parts::new(json, end))),
            _ => {
                if let Some(integer) = self.small_integer() {
                    let value = visitor.visit_u64(integer);
                    return value.map_err(|refused| self.at_position(refused));
                }
                let value = self.scalar()?.deserialize_any(visitor);
                value.map_err(|error| self.at_position(Refused::custom(error)))
            }
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.expect(b'"')?;
        visitor.visit_bytes(self.string()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        // The word `null` begins with this letter, and no other JSON value does.
        if self.token()? == b'n' {
            self.skip()?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.skip()?;
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string byte_buf unit unit_struct newtype_struct seq tuple
        tuple_struct map struct enum identifier
    }
}
