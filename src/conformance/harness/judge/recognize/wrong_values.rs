//! Describes mistakes with the wrong values that the server sends.

use alloc::{collections::BTreeSet, format, string::String};

use super::{
    Evidence,
    facts::{ALLOW_ORIGIN, EXPOSE_HEADERS, MAX_AGE, elements},
    names::Names,
};
use crate::{
    cases::Exchange,
    conformance::harness::report::{cause::Cause, violation::Violation},
};

impl Evidence<'_> {
    /// Returns the text of a mistake with the wrong values. Returns `None` if the cause has no such values.
    pub(super) fn text_with_values(
        &self,
        cause: Cause,
        violations: &[Violation],
    ) -> Option<String> {
        match cause {
            Cause::WrongMaxAge => {
                let sent = sent(violations, MAX_AGE)?.joined("or");
                let policy = match self.expectations.spec.max_age {
                    Some(seconds) => format!("the policy has `{seconds}`"),
                    None => String::from("the policy has no max-age"),
                };
                Some(format!(
                    "the max-age of preflight responses is {sent}, but {policy}"
                ))
            }
            Cause::ExposesOtherHeaders | Cause::LacksExposedHeaders => {
                let exposed = Names::new(self.wrongly_exposed(cause, violations))?;
                Some(format!("{}: {}", cause.mistake(), exposed.joined("and")))
            }
            Cause::SendsPattern => {
                let sent = sent(violations, ALLOW_ORIGIN)?.joined("or");
                Some(format!("{}: {sent}", cause.mistake()))
            }
            _ => None,
        }
    }

    /// Returns the response headers that scripts can read, or cannot read, contrary to the policy.
    pub(super) fn wrongly_exposed(
        &self,
        cause: Cause,
        violations: &[Violation],
    ) -> BTreeSet<String> {
        let listed = self.expectations.spec.expose_headers.entries().iter();
        let listed: BTreeSet<String> = listed.map(|name| name.to_ascii_lowercase()).collect();
        let exchanges = violations.iter().flat_map(|violation| &violation.exchanges);
        let sent = exchanges.flat_map(|exchange: &Exchange| {
            elements(&exchange.response.header_list, EXPOSE_HEADERS)
        });
        let sent: BTreeSet<String> = sent.map(|name| name.to_ascii_lowercase()).collect();
        let wrong = if cause == Cause::ExposesOtherHeaders {
            sent.difference(&listed)
        } else {
            listed.difference(&sent)
        };
        wrong.cloned().collect()
    }
}

/// Returns the values of a header in the responses of the violations.
fn sent(violations: &[Violation], name: &str) -> Option<Names> {
    let exchanges = violations.iter().flat_map(|violation| &violation.exchanges);
    let lines = exchanges.flat_map(|exchange| exchange.response.header_list.values(name));
    Names::new(lines.map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned()))
}
