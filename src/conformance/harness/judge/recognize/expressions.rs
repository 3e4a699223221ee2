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

impl<'e> Evidence<'e> {
    /// Finds the entry of the policy that the server reads as a regular expression: it allows an origin that only the regular
    /// expression matches, and denies the origins that only the entry allows. An origin under the domain of the entry that the
    /// server allows matches the expression too. If not, the server has another reason, such as a comparison of the end of the
    /// origin.
    pub(super) fn find_expression(&self) -> Option<&'e str> {
        let mut entries = self.expectations.spec.origins.entries().iter();
        let found = entries.find(|entry| {
            entry.contains("*.")
                && self.denied.reflects().is_none()
                && self.denied.accepts(&origin_for_expression(entry))
                && !self
                    .allowed
                    .origins()
                    .any(|page| allows(entry, &page) && !matches_beginning(entry, &page))
                && self.denied.accepted_origins().all(|origin| {
                    let is_similar = entry
                        .split_once("*.")
                        .is_some_and(|(_, domain)| origin.ends_with(domain));
                    !is_similar || matches_beginning(entry, origin)
                })
        });
        found.map(String::as_str)
    }

    /// Whether the violation with this cause shows that the server reads an entry as a regular expression.
    pub(super) fn is_of_expression(&self, cause: Cause, violation: &Violation) -> bool {
        let can_be_shown = matches!(
            cause,
            Cause::AllowsBareDomain
                | Cause::ComparesSuffix
                | Cause::ComparesPrefix
                | Cause::SpecialCharacter
                | Cause::AllowsMalformedOrigin
                | Cause::NoCorsHeaders
                | Cause::DeniesAllowedOrigin
        );
        if !can_be_shown {
            return false;
        }
        let Some(entry) = self.entry_read_as_expression else {
            return false;
        };
        let origins = super::names::origins(violation.exchanges.iter());
        origins.is_some_and(|origins| {
            let mut origins = origins.iter();
            origins.all(|origin| matches_beginning(entry, origin) || allows(entry, origin))
        })
    }

    /// Describes the mistake with the origins that the server allows and denies.
    pub(super) fn expression(&self, violations: &[Violation]) -> Option<Description> {
        let entry = self.entry_read_as_expression?;
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

/// Whether the regular expression matches a beginning of the text. In the expression, only `*` and `.` have a special meaning.
fn matches_beginning(expression: &str, text: &str) -> bool {
    let mut rest = expression.chars();
    let Some(first) = rest.next() else {
        return true;
    };
    let rest = rest.as_str();
    if let Some(rest) = rest.strip_prefix('*') {
        let mut ends = core::iter::successors(Some(text), |text| after(first, text));
        ends.any(|end| matches_beginning(rest, end))
    } else {
        after(first, text).is_some_and(|end| matches_beginning(rest, end))
    }
}

/// Returns the text after its first character, if the character of a regular expression matches this character.
fn after(expected: char, text: &str) -> Option<&str> {
    let mut chars = text.chars();
    let found = chars.next()?;
    (expected == '.' || expected == found).then_some(chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::matches_beginning;

    #[test]
    fn expressions_match_beginnings() {
        let entry = "https://*.a.example";
        for (text, expected) in [
            ("https://xa.example", true),
            ("https://a.example", true),
            ("https:///xa.example.test", true),
            ("https://xa-example", true),
            ("https://xxa.example", false),
            ("https://x.a.example", false),
            ("http://xa.example", false),
            ("https://xa.exampl", false),
        ] {
            assert_eq!(matches_beginning(entry, text), expected, "{text}");
        }
    }
}
