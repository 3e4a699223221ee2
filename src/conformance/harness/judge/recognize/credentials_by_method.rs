//! Finds the methods whose responses have `Access-Control-Allow-Credentials: true`, and the methods whose responses lack it.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    facts::{ALLOW_CREDENTIALS, allows_origin, is_like_preflight, single},
    names::joined,
};
use crate::{
    cases::Exchange,
    conformance::harness::report::{cause::Cause, place::Place},
};

/// The responses to one method that allow an origin.
#[derive(Default)]
struct Answers {
    with: bool,
    without: bool,
}

/// The responses that allow an origin, by method. Preflight responses have a name of their own.
#[derive(Default)]
pub(super) struct CredentialsByMethod {
    answers: BTreeMap<String, Answers>,
}

impl CredentialsByMethod {
    pub(super) fn new<'x>(exchanges: impl Iterator<Item = &'x Exchange>) -> Self {
        let mut found = Self::default();
        for exchange in exchanges.filter(|exchange| allows_origin(exchange)) {
            let responses = if is_like_preflight(&exchange.request) {
                Place::Preflights.responses().to_string()
            } else {
                format!("responses to `{}`", exchange.request.method)
            };
            let value = single(&exchange.response.header_list, ALLOW_CREDENTIALS);
            let has_value = value.as_deref() == Some(b"true");
            let answers = found.answers.entry(responses).or_default();
            answers.with |= has_value;
            answers.without |= !has_value;
        }
        found
    }

    /// Describes the responses with the mistake, if their method is the reason: the responses to these methods always have the
    /// mistake, and the responses to other methods never have it.
    pub(super) fn responses_with(&self, cause: Cause) -> Option<String> {
        let mut answers = self.answers.values();
        let is_of_method = answers.all(|answers| answers.with != answers.without);
        let is_wrong = |answers: &Answers| answers.with == (cause == Cause::AllowsCredentials);
        let wrong = self.answers.iter().filter(|(_, answers)| is_wrong(answers));
        let wrong = wrong.map(|(responses, _)| responses.clone());
        let wrong: Vec<String> = wrong.collect();
        let is_some = !wrong.is_empty() && wrong.len() < self.answers.len();
        (is_of_method && is_some).then(|| joined(wrong, "and"))
    }
}
