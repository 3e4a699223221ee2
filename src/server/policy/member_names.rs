//! The names of the members: their order, and the known name that is most similar to an unknown name.

use alloc::{string::String, vec::Vec};

use crate::nearest_name::nearest_name;
use crate::server::policy::config::PolicyConfig;

/// Each pair has a name that other middleware uses, and the member of a policy with the same meaning. The name from the
/// other middleware is in lower case, without `_` and `-`.
const OTHER_NAMES: [(&str, &str); 19] = [
    ("headers", "request_headers"),
    ("allowheader", "request_headers"),
    ("allowedheader", "request_headers"),
    ("allowmethod", "methods"),
    ("verbs", "methods"),
    ("alloworigin", "origins"),
    ("allowedorigin", "origins"),
    ("allowheaders", "request_headers"),
    ("allowedheaders", "request_headers"),
    ("allowlist", "origins"),
    ("whitelist", "origins"),
    ("domains", "origins"),
    ("originallowlist", "origins"),
    ("originwhitelist", "origins"),
    ("allowedoriginpatterns", "origins"),
    ("alloworiginregex", "origins"),
    ("optionssuccessstatus", "preflight_status"),
    ("maxageseconds", "max_age"),
    ("ttl", "max_age"),
];

/// The beginnings to remove from a name, in lower case and without `_` and `-`. The settings of other middleware can
/// begin with `cors`, as in `CORS_ALLOWED_ORIGINS`. The names of response headers begin with `Access-Control-`.
const OTHER_BEGINNINGS: [&str; 2] = ["accesscontrol", "cors"];

/// Returns the member that the author of an unknown name probably meant. `is_present` returns true for a member that the
/// configuration already has. Such a member is never the result.
pub(super) fn nearest(given: &str, is_present: impl Fn(&str) -> bool) -> Option<&'static str> {
    let given = without_beginning(given);
    let absent: Vec<_> = PolicyConfig::member_names()
        .into_iter()
        .filter(|name| !is_present(name))
        .collect();
    match OTHER_NAMES.iter().find(|(name, _)| *name == given) {
        Some((_, member)) => absent.contains(member).then_some(*member),
        None => nearest_name(&given, &absent),
    }
}

/// Returns the member that the author of an unknown name probably meant, even if the configuration already has this member.
#[cfg(feature = "serde")]
pub(super) fn nearest_of_all(given: &str) -> Option<&'static str> {
    nearest(given, |_| false)
}

/// Converts `given` to lower case, and removes `_`, `-` and a beginning that [`OTHER_BEGINNINGS`] lists.
fn without_beginning(given: &str) -> String {
    let letters = given.chars().filter(|c| !matches!(c, '_' | '-'));
    let letters: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    let mut beginnings = OTHER_BEGINNINGS.iter();
    let rest = beginnings.find_map(|beginning| letters.strip_prefix(beginning));
    match rest {
        Some(rest) if !rest.is_empty() => String::from(rest),
        _ => letters,
    }
}

/// Returns a key that sorts errors: the position of the member in the documentation, and the index of the list entry,
/// such as 0 for `origins[0]`. The key of an unknown member is `None`, so unknown members come first.
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
