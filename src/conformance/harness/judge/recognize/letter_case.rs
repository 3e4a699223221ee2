//! Methods that preflight responses list in another letter case than the policy.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    description::Description,
    facts::{ALLOW_METHODS, elements},
    names::Names,
};
use crate::{cases::Exchange, infrastructure::method::is_cors_safelisted_method};

/// Returns the changes of the list of methods, with each permitted method in the letter case of the policy. `None` if no
/// method of the responses differs from a permitted method only in letter case.
pub(super) fn fix<'x>(
    permitted: &[String],
    exchanges: impl Iterator<Item = &'x Exchange>,
) -> Option<String> {
    let changes = lists(exchanges).flat_map(|listed| changes_of_list(permitted, &listed));
    let changes: BTreeSet<String> = changes.collect();
    let changes: Vec<String> = changes.into_iter().collect();
    (!changes.is_empty()).then(|| {
        format!(
            "{}: browsers compare methods byte for byte",
            changes.join("; ")
        )
    })
}

/// Returns the mistake of a server that lists permitted methods only in another letter case. `None` if the responses list
/// no such method.
pub(super) fn mistake<'x>(
    permitted: &[String],
    exchanges: impl Iterator<Item = &'x Exchange>,
) -> Option<Description> {
    let [methods, others] = changed_methods(permitted, exchanges)?;
    let text = format!(
        "preflight responses list {} in place of {}, {}",
        others.joined("and"),
        methods.joined("and"),
        failed_requests(&methods),
    );
    Some(Description::new(text).about_names(&others))
}

/// Returns the consequence of methods that are listed in another letter case.
pub(super) fn failed_requests(methods: &Names) -> String {
    format!("so requests with {} fail", methods.with_noun("method"))
}

/// Returns the permitted methods that the responses list only in another letter case, and the methods that they list in
/// place of these methods. `None` if there are no such methods.
pub(super) fn changed_methods<'x>(
    permitted: &[String],
    exchanges: impl Iterator<Item = &'x Exchange>,
) -> Option<[Names; 2]> {
    let mut pairs = BTreeSet::new();
    for listed in lists(exchanges) {
        let absent = permitted.iter().filter(|method| {
            !listed.contains(method) && !is_cors_safelisted_method(method.as_bytes())
        });
        for method in absent {
            let others = same_but_case(method, &listed);
            pairs.extend(others.map(|other| (method.clone(), other)));
        }
    }
    let (methods, others): (Vec<String>, Vec<String>) = pairs.into_iter().unzip();
    Some([Names::new(methods)?, Names::new(others)?])
}

/// Returns the list of methods of each response.
fn lists<'x>(exchanges: impl Iterator<Item = &'x Exchange>) -> impl Iterator<Item = Vec<String>> {
    exchanges.map(|exchange| elements(&exchange.response.header_list, ALLOW_METHODS))
}

fn same_but_case(method: &str, others: &[String]) -> Option<String> {
    let mut others = others.iter();
    let other = others.find(|other| *other != method && other.eq_ignore_ascii_case(method));
    other.map(ToString::to_string)
}

fn changes_of_list(permitted: &[String], listed: &[String]) -> Vec<String> {
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
