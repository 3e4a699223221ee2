//! The decision whether the value of a header belongs to the key of its entry.

use alloc::{boxed::Box, vec::Vec};

use hashbrown::HashMap;

/// The maximum number of header names that have a number.
const MAX_NAMES: usize = 1024;

/// The maximum length of a header name that has a number.
const MAX_NAME_BYTES: usize = 64;

/// The part of the value of a header that decides the verdict or the explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueUse {
    /// Only whether the value is empty.
    Ignored,
    /// The whole value.
    Decisive,
    /// The whole value, if the request has no `Origin`.
    DecisiveWithoutOrigin,
    /// The whole value, except if it is `0`.
    Age,
    /// The names and the attributes of the cookies.
    Cookies,
}

/// The names of the headers of earlier entries. Each name is judged once, and has a number.
#[derive(Debug, Clone)]
pub(super) struct KnownNames {
    judge: fn(&str) -> ValueUse,
    numbers: HashMap<Box<str>, u16>,
    names: Vec<KnownName>,
    /// The number of the last name.
    last: u16,
}

#[derive(Debug, Clone)]
struct KnownName {
    name: Box<str>,
    value_use: ValueUse,
    /// The number of the name that followed this name in an earlier entry. Entries have their headers in the same order,
    /// so the name is usually found without a search.
    next: u16,
}

impl KnownNames {
    /// Returns an empty set of the names of request headers.
    pub(super) fn of_requests() -> Self {
        Self::new(use_in_request)
    }

    /// Returns an empty set of the names of response headers.
    pub(super) fn of_responses() -> Self {
        Self::new(use_in_response)
    }

    fn new(judge: fn(&str) -> ValueUse) -> Self {
        Self {
            judge,
            numbers: HashMap::new(),
            names: Vec::new(),
            last: 0,
        }
    }

    /// Returns the use of the value of this header, and the number of the name. The names of an entry are passed in their
    /// order. `None` in place of the number if the set is full or the name is too long.
    pub(super) fn find(&mut self, name: &str) -> (ValueUse, Option<u16>) {
        let expected = self.known(self.last).map(|last| last.next);
        if let Some(number) = expected
            && let Some(known) = self.known(number)
            && *known.name == *name
        {
            let value_use = known.value_use;
            self.last = number;
            return (value_use, Some(number));
        }
        let Some(number) = self.number(name) else {
            return ((self.judge)(name), None);
        };
        if let Some(last) = self.names.get_mut(usize::from(self.last)) {
            last.next = number;
        }
        self.last = number;
        let known = self.known(number);
        let value_use = known.map_or(ValueUse::Decisive, |known| known.value_use);
        (value_use, Some(number))
    }

    fn known(&self, number: u16) -> Option<&KnownName> {
        self.names.get(usize::from(number))
    }

    /// Returns the number of the name. Adds the name if the set does not have it.
    fn number(&mut self, name: &str) -> Option<u16> {
        if let Some(number) = self.numbers.get(name) {
            return Some(*number);
        }
        if self.names.len() >= MAX_NAMES || name.len() > MAX_NAME_BYTES {
            return None;
        }
        let number = u16::try_from(self.names.len()).ok()?;
        self.numbers.insert(name.into(), number);
        self.names.push(KnownName {
            name: name.into(),
            value_use: (self.judge)(name),
            next: 0,
        });
        Some(number)
    }
}

/// The request headers whose values decide the verdict or the explanation: the headers that a preflight can need, and the
/// headers that show the mode or the origin.
const DECISIVE_OF_REQUEST: [&str; 7] = [
    "accept",
    "accept-language",
    "content-language",
    "content-type",
    "origin",
    "range",
    "user-agent",
];

fn use_in_request(name: &str) -> ValueUse {
    let starts = ["access-control-", "sec-", "x-http-method", "x-method"];
    let mut names = DECISIVE_OF_REQUEST.iter();
    if is_set_cookie(name) {
        ValueUse::Cookies
    } else if names.any(|other| name.eq_ignore_ascii_case(other))
        || starts.iter().any(|start| starts_with(name, start))
    {
        ValueUse::Decisive
    } else if name.eq_ignore_ascii_case("referer") {
        ValueUse::DecisiveWithoutOrigin
    } else {
        ValueUse::Ignored
    }
}

/// The response headers whose values decide an explanation, in addition to the CORS headers and their misspellings.
const DECISIVE_OF_RESPONSE: [&str; 6] = [
    "cf-cache-status",
    "content-type",
    "vary",
    "x-cache",
    "x-cache-status",
    "x-proxy-cache",
];

fn use_in_response(name: &str) -> ValueUse {
    let mut names = DECISIVE_OF_RESPONSE.iter();
    if is_set_cookie(name) {
        ValueUse::Cookies
    } else if name.eq_ignore_ascii_case("age") {
        // A response that a cache stored has an age.
        ValueUse::Age
    } else if names.any(|other| name.eq_ignore_ascii_case(other)) || has_part_of_cors_name(name) {
        ValueUse::Decisive
    } else {
        ValueUse::Ignored
    }
}

fn is_set_cookie(name: &str) -> bool {
    name.eq_ignore_ascii_case("set-cookie")
}

/// Whether the name has a part of a name of a CORS header, as a misspelled CORS header has. Reads the name once.
fn has_part_of_cors_name(name: &str) -> bool {
    name.bytes().enumerate().any(|(start, first)| {
        let parts: &[&str] = match first.to_ascii_lowercase() {
            b'a' => &["access", "allow"],
            b'c' => &["control", "credential"],
            b'e' => &["expos"],
            b'o' => &["origin"],
            _ => return false,
        };
        let rest = name.get(start..).unwrap_or_default();
        parts.iter().any(|part| starts_with(rest, part))
    })
}

fn starts_with(name: &str, start: &str) -> bool {
    let beginning = name.as_bytes().get(..start.len());
    beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(start.as_bytes()))
}

#[cfg(test)]
mod tests {
    use alloc::{format, vec::Vec};

    use super::{KnownNames, MAX_NAMES, use_in_response};

    /// Passes names in changing orders, so that the expected name is often wrong.
    #[test]
    fn each_name_keeps_its_number_and_its_use() {
        let names = [
            "vary",
            "Vary",
            "age",
            "set-cookie",
            "x-a",
            "x-ALLOW",
            "ETag",
        ];
        let mut known = KnownNames::of_responses();
        let mut find = |name: &str| {
            let (value_use, number) = known.find(name);
            assert_eq!(value_use, use_in_response(name), "{name}");
            number
        };
        let numbers: Vec<_> = names.iter().map(|name| find(name)).collect();
        for step in 1..names.len() {
            for at in 0..names.len() * step {
                let at = at * step % names.len();
                assert_eq!(find(names[at]), numbers[at], "{}", names[at]);
            }
        }
        let different: alloc::collections::BTreeSet<_> = numbers.iter().collect();
        assert_eq!(different.len(), names.len());
    }

    #[test]
    fn names_after_the_limit_have_no_number() {
        let mut known = KnownNames::of_responses();
        for index in 0..MAX_NAMES {
            assert!(known.find(&format!("x-{index}")).1.is_some());
        }
        assert_eq!(known.find("vary"), (use_in_response("vary"), None));
        assert!(known.find("x-0").1.is_some());
    }
}
