//! Finds the methods, and the allowed origins, whose responses lack the CORS headers although similar responses have them.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
};

/// Whether responses of one kind have `Access-Control-Allow-Origin`, by origin and by method.
#[derive(Default)]
pub(in super::super) struct SentHeaders {
    /// The origins of the requests, and whether at least one of the responses has the header.
    origins: BTreeMap<String, bool>,
    /// The methods of the requests, and whether at least one of the responses has the header.
    methods: BTreeMap<String, bool>,
}

impl SentHeaders {
    pub(super) fn insert(&mut self, origin: &[u8], method: &str, has_header: bool) {
        let origin = String::from_utf8_lossy(origin).into_owned();
        *self.origins.entry(origin).or_default() |= has_header;
        *self.methods.entry(String::from(method)).or_default() |= has_header;
    }

    /// Returns the origins whose responses all lack the header. Returns nothing if all responses lack it.
    pub(in super::super) fn origins_without(&self) -> BTreeSet<&str> {
        without(&self.origins)
    }

    /// Returns the methods whose responses all lack the header. Returns nothing if all responses lack it.
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
