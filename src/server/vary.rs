//! What has to be in the `Vary` of a response.

use alloc::vec::Vec;

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{self, Entry},
};

/// Names to be in `Vary`, and the line that has them all.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Vary {
    pub(super) names: Vec<HeaderName>,
    pub(super) line: Option<HeaderValue>,
}

impl Vary {
    pub(super) fn new(names: Vec<HeaderName>) -> Self {
        let line: Vec<&str> = names.iter().map(HeaderName::as_str).collect();
        let line = Some(line.join(", ")).filter(|line| !line.is_empty());
        Self {
            names,
            line: line.and_then(|line| HeaderValue::from_str(&line).ok()),
        }
    }

    /// Adds what is missing, as one line.
    pub(super) fn add_to(&self, response: &mut HeaderMap) {
        let Some(line) = &self.line else {
            return;
        };
        match response.entry(header::VARY) {
            Entry::Vacant(vacant) => {
                vacant.insert(line.clone());
            }
            Entry::Occupied(mut lines) => {
                let missing = self.missing(|| lines.iter().map(HeaderValue::as_bytes));
                if let Some(missing) = missing {
                    lines.append(missing);
                }
            }
        }
    }

    /// The names that `lines`, those of a response's `Vary`, do not have; as one line.
    pub(super) fn missing<'l, I>(&self, lines: impl Fn() -> I) -> Option<HeaderValue>
    where
        I: Iterator<Item = &'l [u8]>,
    {
        let elements = || {
            lines()
                .flat_map(|line| line.split(|&byte| byte == b','))
                .map(<[u8]>::trim_ascii)
        };
        if elements().any(|element| element == b"*") {
            return None;
        }
        let is_missing = |name: &HeaderName| {
            !elements().any(|element| element.eq_ignore_ascii_case(name.as_str().as_bytes()))
        };
        let missing: Vec<&str> = self
            .names
            .iter()
            .filter(|name| is_missing(name))
            .map(HeaderName::as_str)
            .collect();
        let line = HeaderValue::from_str(&missing.join(", ")).ok()?;
        (!missing.is_empty()).then_some(line)
    }
}
