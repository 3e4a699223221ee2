//! The limits of the standard and of the server side. The laws have their own copy of each number. A law that uses the
//! constants of the judged code cannot find a wrong constant.

use alloc::{collections::BTreeSet, string::String};

use crate::conformance::generate::policies::policy_spec::PolicySpec;

/// The maximum length of the value of a CORS-safelisted request-header, in bytes.
pub(crate) const MAX_SAFELISTED_VALUE_BYTES: usize = 128;
/// The maximum length of all CORS-safelisted values of a request together, in bytes.
pub(crate) const MAX_SAFELISTED_TOTAL_BYTES: usize = 1024;

/// The default maximum of the max-age in a preflight cache, in seconds. Some browsers have another maximum.
pub(crate) const MAX_CACHED_SECONDS: u64 = 7200;
/// The time for which a browser caches a preflight without a max-age, in seconds.
pub(crate) const DEFAULT_MAX_AGE_SECONDS: u64 = 5;

/// The maximum length of a method that the policy does not list, in bytes.
pub(crate) const MAX_METHOD_BYTES: usize = 8 * 1024;
/// The smallest limit on the length of a requested header name, in bytes.
const MIN_NAME_BYTES: usize = 8 * 1024;
/// The smallest limit on the bytes of Access-Control-Request-Headers for a policy with a wildcard.
const MIN_WILDCARD_BYTES: usize = 8 * 1024;

/// The minimum number of bytes in a long header value. A server can refuse a request because of a long value, and a
/// response must not reflect a long value. Pages usually send shorter values.
pub(crate) const MIN_LONG_VALUE_BYTES: usize = 1000;

/// Whether the policy allows any request header: its list of request headers has the wildcard `*`.
pub(crate) fn has_wildcard(spec: &PolicySpec) -> bool {
    spec.request_headers.iter().any(|name| name == "*")
}

fn listed_names(spec: &PolicySpec) -> BTreeSet<String> {
    let listed = spec.request_headers.iter().filter(|name| *name != "*");
    listed.map(|name| name.to_ascii_lowercase()).collect()
}

/// For a policy without a wildcard, the maximum number of elements in Access-Control-Request-Headers.
pub(crate) fn elements_allowed(spec: &PolicySpec) -> usize {
    listed_names(spec).len() + 16
}

/// Returns the maximum number of bytes in Access-Control-Request-Headers, for a policy with a wildcard. This number is
/// also the maximum number of header lines.
///
/// Without the wildcard, the policy would allow up to `elements_allowed` elements. The limit has room for this number
/// of elements, each with the longest listed name, a comma and two spaces. So the wildcard does not make the policy
/// stricter.
pub(crate) fn wildcard_bytes_allowed(spec: &PolicySpec) -> usize {
    MIN_WILDCARD_BYTES.max(elements_allowed(spec) * (longest_name(spec) + 3))
}

/// Returns the length of the longest listed name.
fn longest_name(spec: &PolicySpec) -> usize {
    let lengths = listed_names(spec).into_iter().map(|name| name.len());
    lengths.max().unwrap_or_default()
}

/// Whether the lines of Access-Control-Request-Headers are within the limits of the policy.
pub(crate) fn is_within_limits(spec: &PolicySpec, lines: &[&[u8]]) -> bool {
    let bytes: usize = lines.iter().map(|line| line.len()).sum();
    let elements = |line: &&[u8]| line.split(|&byte| byte == b',').count();
    let name_limit = MIN_NAME_BYTES.max(longest_name(spec));
    let has_long_name = lines.iter().any(|line| {
        let mut names = line.split(|&byte| byte == b',');
        names.any(|name| name.trim_ascii().len() > name_limit)
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
