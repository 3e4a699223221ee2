//! Finds CORS headers with a misspelled name in the responses of a mistake. The misspelled name is the reason why the responses
//! lack the right header, or a part of its value.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    Evidence,
    facts::{
        ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, EXPOSE_HEADERS, MAX_AGE,
    },
    names::Names,
};
use crate::{
    cases::Exchange,
    conformance::harness::report::{cause::Cause, violation::Violation},
    explain::header_name::{capitalized, misspelled},
};

/// The misspelled headers in the responses of a mistake.
#[derive(Debug, Clone)]
pub(super) struct MisspelledHeaders {
    /// The misspelled names.
    pub(super) wrong: Names,
    right: Names,
    /// The other headers that the responses lack because of the same mistake.
    lacking: Option<Names>,
    /// Whether some responses that allow an origin have the right headers. The misspelled names are then only a part of the mistake.
    has_right: bool,
}

impl MisspelledHeaders {
    /// Returns the description of the mistake. `others` is the description without the misspelled names; it stays a part of the
    /// description if other responses have the right headers.
    pub(super) fn description(&self, others: impl FnOnce() -> String) -> String {
        let wrong = self.wrong.noun_and_names("header");
        if self.has_right {
            return format!(
                "{}; responses have the misspelled {wrong}, which browsers ignore",
                others()
            );
        }
        let lacking = self.lacking.as_ref();
        let lacking = lacking.map(|names| format!(", and lack {}", names.joined("and")));
        format!(
            "responses have the misspelled {wrong} in place of {}{}",
            self.right.joined("and"),
            lacking.unwrap_or_default()
        )
    }

    /// Returns the fix. `others` is the fix without the misspelled names.
    pub(super) fn fix(&self, others: impl FnOnce() -> String) -> String {
        let (right, wrong) = (self.right.all(), self.wrong.all());
        let fix = format!("send {right} in place of {wrong}");
        if self.has_right {
            return format!("{fix}; {}", others());
        }
        match &self.lacking {
            Some(lacking) => format!("{fix}, and send {} too", lacking.all()),
            None => fix,
        }
    }

    /// Whether the misspelled headers are the whole mistake.
    pub(super) const fn is_whole_mistake(&self) -> bool {
        !self.has_right
    }
}

impl Evidence<'_> {
    /// Whether the responses of the violation lack a list only because the name of its header is misspelled.
    pub(super) fn lacks_misspelled_list(&self, cause: Cause, violation: &Violation) -> bool {
        let name = match cause {
            Cause::LacksMethod => ALLOW_METHODS,
            Cause::LacksRequestHeader => ALLOW_HEADERS,
            _ => return false,
        };
        !self.allowed.sends(name) && misspelled_name(name, violation.exchanges.iter()).is_some()
    }

    /// Returns the misspelled headers in the responses of `violations`. Returns `None` if the responses have no such header, or if
    /// the mistake is not about a header that responses lack.
    pub(super) fn misspelled_headers(
        &self,
        cause: Cause,
        violations: &[Violation],
    ) -> Option<MisspelledHeaders> {
        let right: &[&str] = match cause {
            Cause::NoCorsHeaders
            | Cause::IgnoresPreflights
            | Cause::DeniesAllowedOrigin
            | Cause::LacksHeadersOnSomeResponses
            | Cause::LacksHeadersOnErrors
            | Cause::LacksHeadersOnRedirects
            | Cause::LacksHeadersWithCredentials => &[ALLOW_ORIGIN],
            Cause::LacksMethod | Cause::LacksSafelistedMethod => &[ALLOW_METHODS],
            Cause::LacksRequestHeader => &[ALLOW_HEADERS],
            Cause::LacksPreflightGrants | Cause::GrantsOtherThanPolicy => {
                &[ALLOW_METHODS, ALLOW_HEADERS]
            }
            Cause::LacksCredentials => &[ALLOW_CREDENTIALS],
            Cause::LacksExposedHeaders => &[EXPOSE_HEADERS],
            Cause::WrongMaxAge => &[MAX_AGE],
            Cause::LacksOptions => &self.names_of_missing_options(),
            _ => return None,
        };
        let exchanges = || violations.iter().flat_map(Violation::exchanges);
        let (mut wrong, mut corrected, mut lacking) = (Vec::new(), Vec::new(), Vec::new());
        for name in right {
            match misspelled_name(name, exchanges()) {
                Some(found) => {
                    wrong.push(found);
                    corrected.push(*name);
                }
                None if !self.allowed.sends(name) => lacking.push(capitalized(name)),
                None => {}
            }
        }
        let has_right = corrected.iter().any(|name| self.allowed.sends(name));
        Some(MisspelledHeaders {
            wrong: Names::new(wrong)?,
            right: Names::new(corrected.into_iter().map(capitalized))?,
            lacking: Names::new(lacking),
            has_right,
        })
    }
}

/// Returns the name of a response header that is a misspelling of `name`.
pub(super) fn misspelled_name<'x>(
    name: &str,
    mut exchanges: impl Iterator<Item = &'x Exchange>,
) -> Option<String> {
    let found = exchanges.find_map(|exchange| misspelled(name, &exchange.response.header_list));
    found.map(|found| capitalized(found).escape_debug().to_string())
}
