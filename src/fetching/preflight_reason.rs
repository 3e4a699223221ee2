//! The reasons for a preflight.

use alloc::borrow::Cow;
use core::fmt;

use crate::infrastructure::header::HeaderName;

/// A reason for a preflight. Each reason is one of the conditions of [HTTP
/// fetch](https://fetch.spec.whatwg.org/#concept-http-fetch), step 4.1.
///
/// ```
/// use fetch_cors::browser::PreflightReason;
/// assert_eq!(PreflightReason::Header("X-A".parse()?).to_string(), "header:x-a");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
// Exhaustive: if a new revision of the standard adds a condition, each `match` must handle this condition.
pub enum PreflightReason {
    /// The use-CORS-preflight flag is set, and the cache does not have an entry for the method.
    Flag,
    /// The header name is CORS-unsafe, and the cache does not have an entry for the name.
    Header(HeaderName),
    /// The method is not CORS-safelisted, and the cache does not have an entry for the method.
    Method,
}

impl PreflightReason {
    /// Returns the reason as one word.
    pub(crate) fn to_word(&self) -> Cow<'static, str> {
        match self {
            Self::Flag => Cow::Borrowed("flag"),
            Self::Header(name) => Cow::Owned(["header:", name.as_str()].concat()),
            Self::Method => Cow::Borrowed("method"),
        }
    }
}

impl fmt::Display for PreflightReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_word())
    }
}
