//! Recognizes a server whose configuration lacks several options of the policy: credentials, exposed headers and max-age.

use alloc::vec::Vec;

use super::{
    Evidence,
    allowed_origins::AllowedOrigins,
    facts::{ALLOW_CREDENTIALS, EXPOSE_HEADERS, MAX_AGE},
    names::Names,
};
use crate::{conformance::harness::report::cause::Cause, explain::header_name::capitalized};

/// The mistakes of a server that lacks an option, each with the header of the option.
const OPTIONS: [(Cause, &str); 3] = [
    (Cause::LacksCredentials, ALLOW_CREDENTIALS),
    (Cause::LacksExposedHeaders, EXPOSE_HEADERS),
    (Cause::WrongMaxAge, MAX_AGE),
];

/// Returns the mistakes whose header is in no response to an allowed origin. Returns no mistakes if there is only one.
/// `causes` has the mistakes of the server.
pub(super) fn missing_options(allowed: &AllowedOrigins<'_>, causes: &[Cause]) -> Vec<Cause> {
    let missing = OPTIONS
        .into_iter()
        .filter(|(cause, name)| causes.contains(cause) && !allowed.sends(name));
    let missing: Vec<Cause> = missing.map(|(cause, _)| cause).collect();
    if missing.len() > 1 {
        missing
    } else {
        Vec::new()
    }
}

impl Evidence<'_> {
    /// Returns the names of the headers that no response to an allowed origin has.
    pub(super) fn missing_headers(&self) -> Option<Names> {
        let names = self.names_of_missing_options().into_iter();
        Names::new(names.map(capitalized))
    }

    pub(super) fn names_of_missing_options(&self) -> Vec<&'static str> {
        let missing = OPTIONS
            .into_iter()
            .filter(|(cause, _)| self.missing_options.contains(cause));
        missing.map(|(_, name)| name).collect()
    }
}
