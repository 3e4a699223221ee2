//! Finds the allowed origins whose responses have `Access-Control-Allow-Credentials: true`, and the origins whose responses lack
//! it.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use super::{
    description::{Description, not_shown_by, shown_only_by},
    facts::{ALLOW_CREDENTIALS, allows_origin, single},
    names::Names,
};
use crate::{
    cases::Exchange,
    conformance::harness::{expectations::Expectations, report::cause::Cause},
};

/// The maximum number of origins in a sentence.
const MAX_ORIGINS: usize = 3;

/// For each allowed origin that the server allows: whether a response allows credentials, and whether a response does not.
pub(super) struct CredentialsByOrigin {
    origins: BTreeMap<Vec<u8>, (bool, bool)>,
}

impl CredentialsByOrigin {
    pub(super) fn new<'x>(
        expectations: &Expectations,
        exchanges: impl Iterator<Item = &'x Exchange>,
    ) -> Self {
        let mut origins: BTreeMap<Vec<u8>, (bool, bool)> = BTreeMap::new();
        for exchange in exchanges.filter(|exchange| allows_origin(exchange)) {
            let Some(origin) = single(&exchange.request.header_list, "origin") else {
                continue;
            };
            if !expectations.lets_read(&String::from_utf8_lossy(&origin), false) {
                continue;
            }
            let value = single(&exchange.response.header_list, ALLOW_CREDENTIALS);
            let has_value = value.as_deref() == Some(b"true");
            let (with, without) = origins.entry(origin).or_default();
            *with |= has_value;
            *without |= !has_value;
        }
        Self { origins }
    }

    /// Adds the origins with the mistake to its text, if the origin is the reason: the responses to these origins always have the
    /// mistake, and the responses to other origins never have it. If the other origins are fewer, the text has these. Returns
    /// `None` if the origin is not the reason, or if there are too many origins for a text.
    pub(super) fn description(&self, cause: Cause, mistake: &str) -> Option<Description> {
        let mut answers = self.origins.values();
        if answers.any(|(with, without)| with == without) {
            return None;
        }
        let origins_with = |has_value| {
            let origins = self.origins.iter();
            let selected = origins.filter(move |(_, (with, _))| *with == has_value);
            Names::of_origins(
                selected.map(|(origin, _)| String::from_utf8_lossy(origin).into_owned()),
            )
        };
        let is_excess = cause == Cause::AllowsCredentials;
        let (wrong, right) = (origins_with(is_excess)?, origins_with(!is_excess)?);
        let is_shorter = right.iter().count() < wrong.iter().count();
        let named = if is_shorter { right } else { wrong };
        if named.iter().count() > MAX_ORIGINS {
            return None;
        }
        let responses = ["responses to pages of ", &named.joined("and")].concat();
        let text = if is_shorter {
            not_shown_by(mistake, &responses)
        } else {
            shown_only_by(mistake, &responses)
        };
        Some(Description::new(text).about_names(&named))
    }
}
