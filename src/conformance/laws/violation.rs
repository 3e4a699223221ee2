use alloc::string::String;
use core::fmt::Display;

/// A law does not hold: what was seen, and what the law says.
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
    /// One for that reason.
    pub fn new(reason: impl Display) -> Self {
        Self {
            reason: alloc::format!("{reason}"),
        }
    }

    /// The reason.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// `Ok` if `holds`.
pub(super) fn ensure(holds: bool, reason: impl FnOnce() -> String) -> Result<(), LawViolation> {
    match holds {
        true => Ok(()),
        false => Err(LawViolation { reason: reason() }),
    }
}
