//! Recognizes an added `*`: the server chooses the right `Access-Control-Allow-Origin`, and then a proxy or a second
//! middleware adds `*` to the response.

use super::{
    Evidence,
    facts::{ALLOW_ORIGIN, elements},
};
use crate::conformance::harness::report::violation::Violation;

pub(super) const MISTAKE: &str = "a part of the server adds `Access-Control-Allow-Origin: *` to responses: any page can read a response, and requests of allowed pages fail, because the header has two values";
pub(super) const FIX: &str = "remove `*` where the server adds it, such as in a proxy or in a second middleware, and keep the other value";

impl Evidence<'_> {
    /// Whether at least one of the violations shows an added `*`.
    pub(super) fn adds_asterisk(&self, violations: &[Violation]) -> bool {
        violations
            .iter()
            .any(|violation| self.has_added_asterisk(violation))
    }

    /// Whether the violation shows an added `*`: at least one response of the violation has several values of
    /// `Access-Control-Allow-Origin`, and each such response has the value `*` and another value. A response to a
    /// denied origin must also have `*` as the only value.
    pub(super) fn has_added_asterisk(&self, violation: &Violation) -> bool {
        let exchanges = violation.exchanges.iter();
        let values =
            exchanges.map(|exchange| elements(&exchange.response.header_list, ALLOW_ORIGIN));
        let mut repeated = values.filter(|values| values.len() > 1).peekable();
        self.denied.sends_asterisk
            && repeated.peek().is_some()
            && repeated.all(|values| {
                let asterisks = values.iter().filter(|value| *value == "*").count();
                (1..values.len()).contains(&asterisks)
            })
    }
}
