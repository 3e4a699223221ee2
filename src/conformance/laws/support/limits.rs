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

/// The limit on Access-Control-Request-Headers, if the policy has a wildcard.
pub(crate) const MAX_WILDCARD_BYTES: usize = 8 * 1024;
/// The limit on the lines of Access-Control-Request-Headers, if the policy has a wildcard. An empty line counts.
pub(crate) const MAX_WILDCARD_LINES: usize = 8 * 1024;

/// Whether the policy allows any request header.
pub(crate) fn has_wildcard(spec: &PolicySpec) -> bool {
    spec.request_headers.iter().any(|name| name == "*")
}

/// The limit on the elements of Access-Control-Request-Headers, if the policy has no wildcard.
pub(crate) fn elements_allowed(spec: &PolicySpec) -> usize {
    let listed = spec.request_headers.iter();
    let listed: BTreeSet<String> = listed.map(|name| name.to_ascii_lowercase()).collect();
    listed.len() + 16
}

/// Whether these lines of Access-Control-Request-Headers are within the limits.
pub(crate) fn is_within_limits(spec: &PolicySpec, lines: &[&[u8]]) -> bool {
    let bytes: usize = lines.iter().map(|line| line.len()).sum();
    let elements = |line: &&[u8]| line.split(|&byte| byte == b',').count();
    if has_wildcard(spec) {
        bytes <= MAX_WILDCARD_BYTES && lines.len() <= MAX_WILDCARD_LINES
    } else {
        lines.iter().map(elements).sum::<usize>() <= elements_allowed(spec)
    }
}
