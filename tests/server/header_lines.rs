//! The header map of another framework. With the feature `browser`, the tests use the crate's own list instead.

use fetch_cors::server::HeaderTarget;
use http::{HeaderValue, header::InvalidHeaderValue};

#[derive(Debug, Clone, PartialEq)]
pub struct HeaderList(Vec<(String, HeaderValue)>);

impl HeaderList {
    pub fn from_pairs<const N: usize>(
        pairs: [(&str, &str); N],
    ) -> Result<Self, InvalidHeaderValue> {
        let pairs = pairs.into_iter();
        pairs
            .map(|(name, value)| Ok((name.to_owned(), HeaderValue::from_str(value)?)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub fn iter(&self) -> impl Iterator<Item = &(String, HeaderValue)> {
        self.0.iter()
    }

    pub fn values(&self, name: &str) -> impl Iterator<Item = &HeaderValue> {
        let values = self.0.iter().filter(move |(other, _)| other == name);
        values.map(|(_, value)| value)
    }
}

impl HeaderTarget for HeaderList {
    fn remove(&mut self, is_removed: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| !is_removed(name));
    }

    fn append(&mut self, name: &str, value: &[u8]) {
        let value = HeaderValue::from_bytes(value).unwrap();
        self.0.push((name.to_owned(), value));
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.values(name).map(HeaderValue::as_bytes)
    }
}
