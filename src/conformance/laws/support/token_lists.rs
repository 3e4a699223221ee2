//! A simple parser for lists of tokens.

use alloc::{string::String, vec::Vec};

use crate::infrastructure::{
    bytes::isomorphic_decode,
    header::{HeaderName, HeaderValue},
    header_list::HeaderList,
};

/// The list in a header. All lines of the header are one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TokenList {
    Absent,
    /// An element is not a token.
    Malformed,
    Elements(Vec<String>),
}

impl TokenList {
    pub(crate) fn from_header(header_list: &HeaderList, name: &str) -> Self {
        let lines: Vec<String> = lines(header_list, name);
        if lines.is_empty() {
            return Self::Absent;
        }
        let all = lines.join(",");
        let elements = all
            .split(',')
            .map(|element| element.trim_matches([' ', '\t']));
        let elements: Vec<_> = elements.filter(|element| !element.is_empty()).collect();
        if elements.iter().all(|element| is_token(element)) {
            Self::Elements(elements.into_iter().map(String::from).collect())
        } else {
            Self::Malformed
        }
    }

    pub(crate) fn has(&self, wanted: impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Elements(elements) => elements.iter().any(|element| wanted(element)),
            Self::Absent | Self::Malformed => false,
        }
    }

    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.has(|element| element.eq_ignore_ascii_case(name))
    }
}

/// Returns the values of the header as strings. Each byte is one code point.
pub(crate) fn lines(header_list: &HeaderList, name: &str) -> Vec<String> {
    header_list
        .iter()
        .filter(|(other, _)| other.as_str() == name)
        .map(|(_, value)| isomorphic_decode(value.as_bytes()))
        .collect()
}

/// Returns the header list after `change` has changed each value of the given headers.
pub(crate) fn with_changed(
    header_list: &HeaderList,
    names: &[&str],
    change: impl Fn(&[u8]) -> Vec<u8>,
) -> HeaderList {
    let changed = |(name, value): (&HeaderName, &HeaderValue)| {
        if names.contains(&name.as_str()) {
            let bytes = change(value.as_bytes());
            (name.clone(), HeaderValue::from_vec(bytes))
        } else {
            (name.clone(), value.clone())
        }
    };
    header_list.iter().map(changed).collect()
}

/// Returns the header list with exactly one line of the header `name`.
pub(crate) fn with_one(header_list: &HeaderList, name: &'static str, value: &str) -> HeaderList {
    let mut changed = header_list.clone();
    changed.delete(name);
    let value = HeaderValue::from_vec(value.as_bytes().to_vec());
    changed.append(HeaderName::from_static(name), value);
    changed
}

fn is_token(element: &str) -> bool {
    let others = "!#$%&'*+-.^_`|~";
    let mut chars = element.chars();
    chars.all(|c| c.is_ascii_alphanumeric() || others.contains(c))
}
