//! The limits of the standard and of the server side. The laws have their own copy of each number: a law
//! that used the constants of the judged code could not find a wrong constant.

use alloc::{collections::BTreeSet, string::String};

use crate::conformance::generate::policies::policy_spec::PolicySpec;

/// The limit on the value of a CORS-safelisted request-header.
pub(crate) const MAX_SAFELISTED_VALUE_BYTES: usize = 128;
/// The limit on all CORS-safelisted values of a request together.
pub(crate) const MAX_SAFELISTED_TOTAL_BYTES: usize = 1024;

/// The longest time for which a browser caches a preflight.
pub(crate) const MAX_CACHED_SECONDS: u64 = 7200;
/// The time for which a browser caches a preflight without a max-age.
pub(crate) const DEFAULT_MAX_AGE_SECONDS: u64 = 5;

/// The limit on an unlisted method.
pub(crate) const MAX_METHOD_BYTES: usize = 8 * 1024;
/// The limit on a requested header name.
const MAX_NAME_BYTES: usize = 8 * 1024;
/// The least limit on Access-Control-Request-Headers, if the policy has a wildcard.
const MIN_WILDCARD_BYTES: usize = 8 * 1024;

/// Whether the policy allows any request header.
pub(crate) fn has_wildcard(spec: &PolicySpec) -> bool {
    spec.request_headers.iter().any(|name| name == "*")
}

fn listed_names(spec: &PolicySpec) -> BTreeSet<String> {
    let listed = spec.request_headers.iter().filter(|name| *name != "*");
    listed.map(|name| name.to_ascii_lowercase()).collect()
}

/// The limit on the elements of Access-Control-Request-Headers, if the policy has no wildcard.
pub(crate) fn elements_allowed(spec: &PolicySpec) -> usize {
    listed_names(spec).len() + 16
}

/// The limit on the bytes, and on the lines, of Access-Control-Request-Headers, if the policy has a wildcard. Each
/// request that the listed names alone allow is within the limit, even if each element is the longest name with a comma
/// and two spaces.
pub(crate) fn wildcard_bytes_allowed(spec: &PolicySpec) -> usize {
    let longest = listed_names(spec).iter().map(String::len).max();
    MIN_WILDCARD_BYTES.max(elements_allowed(spec) * (longest.unwrap_or_default() + 3))
}

/// Whether these lines of Access-Control-Request-Headers are within the limits.
pub(crate) fn is_within_limits(spec: &PolicySpec, lines: &[&[u8]]) -> bool {
    let bytes: usize = lines.iter().map(|line| line.len()).sum();
    let elements = |line: &&[u8]| line.split(|&byte| byte == b',').count();
    let has_long_name = lines.iter().any(|line| {
        let mut names = line.split(|&byte| byte == b',');
        names.any(|name| name.trim_ascii().len() > MAX_NAME_BYTES)
    });
    if has_long_name {
        return false;
    }
    if has_wildcard(spec) {
        let limit = wildcard_bytes_allowed(spec);
        bytes <= limit && lines.len() <= limit
    } else {
        lines.iter().map(elements).sum::<usize>() <= elements_allowed(spec)
    }
}
