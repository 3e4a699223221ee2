//! The names of the members: their order, and the known name that is nearest to an unknown name.

use alloc::vec::Vec;

use crate::nearest_name::nearest_name;
use crate::server::policy::config::PolicyConfig;

/// Names of other middleware, in lower case and without `_` and `-`, with the member that means the same.
const OTHER_NAMES: [(&str, &str); 15] = [
    ("headers", "request_headers"),
    ("allowheader", "request_headers"),
    ("allowedheader", "request_headers"),
    ("allowmethod", "methods"),
    ("alloworigin", "origins"),
    ("allowedorigin", "origins"),
    ("allowheaders", "request_headers"),
    ("allowedheaders", "request_headers"),
    ("allowlist", "origins"),
    ("originallowlist", "origins"),
    ("originwhitelist", "origins"),
    ("allowedoriginpatterns", "origins"),
    ("alloworiginregex", "origins"),
    ("optionssuccessstatus", "preflight_status"),
    ("maxageseconds", "max_age"),
];

/// Returns the member that the user probably meant by an unknown name. The user does not mean a member that is
/// `present`.
pub(super) fn nearest(given: &str, is_present: impl Fn(&str) -> bool) -> Option<&'static str> {
    let is_given = |(name, _): &&(&str, &str)| {
        let given = given.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
        given.map(|byte| byte.to_ascii_lowercase()).eq(name.bytes())
    };
    let absent: Vec<_> = PolicyConfig::member_names()
        .into_iter()
        .filter(|name| !is_present(name))
        .collect();
    match OTHER_NAMES.iter().find(is_given) {
        Some((_, member)) => absent.contains(member).then_some(*member),
        None => nearest_name(given, &absent),
    }
}

/// Returns a key that sorts the errors by their members. Unknown members are first (`None`), then the members
/// in the order of the documentation. The second number is the index in the list of a member.
pub(crate) fn position(member: &str) -> Option<(usize, Option<usize>)> {
    let known = PolicyConfig::member_names()
        .iter()
        .position(|known| *known == name_of(member))?;
    let index = member.split_once('[').and_then(|(_, rest)| {
        let index = rest.strip_suffix(']')?;
        index.parse().ok()
    });
    Some((known, index))
}

pub(super) fn name_of(member: &str) -> &str {
    member.split_once('[').map_or(member, |(name, _)| name)
}
