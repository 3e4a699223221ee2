//! Describes the form of `Access-Control-Request-Headers` that a server does not understand.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use super::{description::Description, facts::REQUEST_HEADERS, names::joined};
use crate::{
    cases::Exchange,
    conformance::harness::report::{place::Place, violation::Violation},
};

/// A form of a list that an intermediary sends, and browsers do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Lines,
    Space,
}

impl Form {
    const fn described(self) -> &'static str {
        match self {
            Self::Lines => "several lines",
            Self::Space => "a space after a comma",
        }
    }

    const fn fix(self) -> &'static str {
        match self {
            Self::Lines => "join all lines of the header before you split the list at commas",
            Self::Space => "split the list at commas, and remove the white space around each name",
        }
    }
}

/// Returns the forms of the lists in the preflights of the violations. Returns `None` if a violation has no such form, because
/// the form is then not the reason.
fn forms(violations: &[Violation]) -> Option<BTreeSet<Form>> {
    let forms = violations
        .iter()
        .map(|violation| violation.exchanges.iter().find_map(form));
    forms
        .collect::<Option<BTreeSet<_>>>()
        .filter(|forms| !forms.is_empty())
}

fn form(preflight: &Exchange) -> Option<Form> {
    let mut lines = preflight.request.header_list.values(REQUEST_HEADERS);
    let first = lines.next()?;
    if lines.next().is_some() {
        return Some(Form::Lines);
    }
    let has_space = first.as_bytes().iter().any(u8::is_ascii_whitespace);
    has_space.then_some(Form::Space)
}

/// Describes a server that does not understand a form of the list.
pub(super) fn mistake(violations: &[Violation]) -> Option<Description> {
    let forms = forms(violations)?;
    let forms = joined(
        forms.iter().map(|form| form.described().into()).collect(),
        "or",
    );
    let text = format!(
        "the server does not understand a list in `Access-Control-Request-Headers` that has {forms}"
    );
    Some(Description::new(text).naming(&[Place::Preflights]))
}

/// Returns the fix for the forms that the server does not understand.
pub(super) fn fix(violations: &[Violation]) -> Option<String> {
    let forms = forms(violations)?;
    let fixes: Vec<&str> = forms.iter().map(|form| form.fix()).collect();
    Some(fixes.join("; "))
}
