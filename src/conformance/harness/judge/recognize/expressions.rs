//! A server that reads an entry such as `https://*.example.com` as a regular expression. In a regular expression, `*` repeats the
//! character before it, so the server allows `https://xexample.com` and denies `https://www.example.com`.

use alloc::{format, string::String};

use super::{
    Evidence,
    allowed_entries::allows,
    description::Description,
    names::{Names, quoted_name},
};
use crate::conformance::harness::{
    probes::attacks::origin_for_expression,
    report::{cause::Cause, violation::Violation},
};

impl Evidence<'_> {
    /// Returns the entry of the policy that the server reads as a regular expression: it allows an origin that only the regular
    /// expression matches, and no origin that the entry allows.
    pub(super) fn entry_read_as_expression(&self) -> Option<&str> {
        let mut entries = self.expectations.spec.origins.entries().iter();
        let found = entries.find(|entry| {
            entry.contains("*.")
                && self.denied.reflects().is_none()
                && self.denied.accepts(&origin_for_expression(entry))
                && !self.allowed.origins().any(|page| allows(entry, &page))
        });
        found.map(String::as_str)
    }

    /// Whether the violation with this cause shows that the server reads an entry as a regular expression.
    pub(super) fn is_of_expression(&self, cause: Cause, violation: &Violation) -> bool {
        let can_be_shown = matches!(
            cause,
            Cause::AllowsBareDomain
                | Cause::ComparesSuffix
                | Cause::NoCorsHeaders
                | Cause::DeniesAllowedOrigin
        );
        if !can_be_shown {
            return false;
        }
        let Some(entry) = self.entry_read_as_expression() else {
            return false;
        };
        let others = [entry.replace("*.", ""), origin_for_expression(entry)];
        let origins = super::names::origins(violation.exchanges.iter());
        origins.is_some_and(|origins| {
            let mut origins = origins.iter();
            origins
                .all(|origin| others.iter().any(|other| other == origin) || allows(entry, origin))
        })
    }

    /// Describes the mistake with the origins that the server allows and denies.
    pub(super) fn expression(&self, violations: &[Violation]) -> Option<Description> {
        let entry = self.entry_read_as_expression()?;
        let allowed = self.other_origins(violations)?;
        let denied =
            super::names::origins(violations.iter().flat_map(|violation| &violation.exchanges));
        let denied = denied?;
        let denied = Names::of_origins(denied.iter().filter(|origin| allows(entry, origin)));
        let denied = denied.map_or_else(String::new, |denied| {
            format!(", and denies {}", denied.joined("and"))
        });
        let text = format!(
            "the server reads {} as a regular expression: it allows {}{denied}",
            quoted_name(entry),
            allowed.joined("and")
        );
        Some(Description::new(text).about_names(&allowed))
    }
}
