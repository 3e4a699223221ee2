//! Finds the methods, and the allowed origins, whose error responses lack the CORS headers although other error responses
//! have them.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
};

/// Whether error responses have `Access-Control-Allow-Origin`, by origin and by method.
#[derive(Default)]
pub(in super::super) struct ErrorHeaders {
    /// The origins of requests that got an error, and whether at least one of these errors has the header.
    origins: BTreeMap<String, bool>,
    /// The methods of requests that got an error, and whether at least one of these errors has the header.
    methods: BTreeMap<String, bool>,
}

impl ErrorHeaders {
    pub(super) fn insert(&mut self, origin: &[u8], method: &str, has_header: bool) {
        let origin = String::from_utf8_lossy(origin).into_owned();
        *self.origins.entry(origin).or_default() |= has_header;
        *self.methods.entry(String::from(method)).or_default() |= has_header;
    }

    /// Returns the origins whose errors all lack the header. Returns nothing if all errors lack it.
    pub(in super::super) fn origins_without(&self) -> BTreeSet<&str> {
        without(&self.origins)
    }

    /// Returns the methods whose errors all lack the header. Returns nothing if all errors lack it.
    pub(in super::super) fn methods_without(&self) -> BTreeSet<&str> {
        without(&self.methods)
    }
}

fn without(answers: &BTreeMap<String, bool>) -> BTreeSet<&str> {
    let has_other = answers.values().any(|has_header| *has_header);
    let lacking = answers
        .iter()
        .filter(|(_, has_header)| has_other && !**has_header);
    lacking.map(|(name, _)| &**name).collect()
}
