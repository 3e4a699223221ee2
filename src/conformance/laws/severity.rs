//! The severity of a violation.

use core::fmt;

/// The severity of a violation: how bad its consequence is.
///
/// ```
/// use fetch_cors::conformance::Severity;
/// assert_eq!(Severity::Security.to_string(), "security");
/// assert!(Severity::Security < Severity::Waste);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
// Exhaustive: every violation has one of these four severities, and a report counts the findings of each severity.
pub enum Severity {
    /// A page reads a response, or sends a request, although the policy does not permit this.
    Security,
    /// A permitted fetch fails.
    Broken,
    /// A cache that honors `Vary` changes a verdict: a shared cache, or the cache of a browser.
    Cache,
    /// The server sends useless headers or does useless work, or only rare requests fail, such as an `XMLHttpRequest`
    /// with upload listeners.
    Waste,
}

impl Severity {
    /// All severities, the worst first.
    pub const ALL: [Self; 4] = [Self::Security, Self::Broken, Self::Cache, Self::Waste];

    /// Returns the name, in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::Broken => "broken",
            Self::Cache => "cache",
            Self::Waste => "waste",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
