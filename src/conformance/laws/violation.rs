//! The error of a violated law.

use alloc::string::String;
use core::fmt::Display;

/// The error of a violated law, with the reason.
///
/// ```
/// use fetch_cors::conformance::laws::LawViolation;
/// assert_eq!(LawViolation::new("a wildcard passed").to_string(), "a wildcard passed");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct LawViolation {
    reason: String,
}

impl LawViolation {
    /// Creates an error with the given reason.
    pub fn new(reason: impl Display) -> Self {
        Self {
            reason: alloc::format!("{reason}"),
        }
    }

    /// Returns the reason.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// Returns an error with the given reason if the law does not hold.
pub(super) fn ensure(holds: bool, reason: impl FnOnce() -> String) -> Result<(), LawViolation> {
    if holds {
        Ok(())
    } else {
        Err(LawViolation { reason: reason() })
    }
}
