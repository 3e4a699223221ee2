//! The fix for methods that preflight responses list in another letter case than the policy.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::facts::{ALLOW_METHODS, elements};
use crate::cases::Exchange;

/// Returns the changes of the list of methods, with each permitted method in the letter case of the policy. `None` if no
/// method of the responses differs from a permitted method only in letter case.
pub(super) fn fix<'x>(
    permitted: &[String],
    exchanges: impl Iterator<Item = &'x Exchange>,
) -> Option<String> {
    let mut changes = BTreeSet::new();
    for exchange in exchanges {
        let listed = elements(&exchange.response.header_list, ALLOW_METHODS);
        changes.extend(changes_of_list(permitted, &listed));
    }
    let changes: Vec<String> = changes.into_iter().collect();
    (!changes.is_empty()).then(|| {
        format!(
            "{}: browsers compare methods byte for byte",
            changes.join("; ")
        )
    })
}

fn changes_of_list(permitted: &[String], listed: &[String]) -> Vec<String> {
    let same_but_case = |method: &str, others: &[String]| {
        let mut others = others.iter();
        let other = others.find(|other| *other != method && other.eq_ignore_ascii_case(method));
        other.map(ToString::to_string)
    };
    let mut changes = Vec::new();
    for method in permitted.iter().filter(|method| !listed.contains(method)) {
        let Some(other) = same_but_case(method, listed) else {
            continue;
        };
        let (shown, other_shown) = (method.escape_debug(), other.escape_debug());
        changes.push(if permitted.contains(&other) {
            format!("list `{shown}` too")
        } else {
            format!("list `{shown}` in place of `{other_shown}`")
        });
    }
    for method in listed.iter().filter(|method| !permitted.contains(method)) {
        let other = same_but_case(method, permitted);
        if other.is_some_and(|other| listed.contains(&other)) {
            changes.push(format!("do not list `{}`", method.escape_debug()));
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use alloc::{string::String, vec::Vec};

    use super::changes_of_list;

    #[test]
    fn list_gets_the_letter_case_of_the_policy() {
        for (permitted, listed, changes) in [
            ("PUT", "put", "list `PUT` in place of `put`"),
            ("patch", "patch PATCH", "do not list `PATCH`"),
            ("PATCH", "PATCH patch", "do not list `patch`"),
            ("PATCH patch", "PATCH", "list `patch` too"),
            ("PUT", "PUT GET", ""),
            ("PUT", "DELETE", ""),
        ] {
            let names = |text: &str| -> Vec<String> { text.split(' ').map(String::from).collect() };
            let found = changes_of_list(&names(permitted), &names(listed));
            assert_eq!(found.join("; "), changes, "{permitted}: {listed}");
        }
    }
}
