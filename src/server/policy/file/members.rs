//! The order of the members.

use crate::server::policy::config::PolicyConfig;

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
