//! The limits on Access-Control-Request-Headers, as the format of cases has them.

use alloc::{collections::BTreeSet, string::String};

use crate::conformance::generate::policies::policy_spec::PolicySpec;

/// The limit in bytes under a wildcard, which lists no names to count.
pub(crate) const MAX_WILDCARD_BYTES: usize = 8 * 1024;
/// The limit in lines under a wildcard; an empty line counts.
pub(crate) const MAX_WILDCARD_LINES: usize = 8 * 1024;

pub(crate) fn has_wildcard(spec: &PolicySpec) -> bool {
    spec.request_headers.iter().any(|name| name == "*")
}

/// How many elements there may be where there is no wildcard: more than names are listed.
pub(crate) fn elements_allowed(spec: &PolicySpec) -> usize {
    let listed = spec.request_headers.iter();
    let listed: BTreeSet<String> = listed.map(|name| name.to_ascii_lowercase()).collect();
    listed.len() + 16
}

pub(crate) fn is_within_limits(spec: &PolicySpec, lines: &[&[u8]]) -> bool {
    let bytes: usize = lines.iter().map(|line| line.len()).sum();
    let elements = |line: &&[u8]| line.split(|&byte| byte == b',').count();
    match has_wildcard(spec) {
        true => bytes <= MAX_WILDCARD_BYTES && lines.len() <= MAX_WILDCARD_LINES,
        false => lines.iter().map(elements).sum::<usize>() <= elements_allowed(spec),
    }
}
