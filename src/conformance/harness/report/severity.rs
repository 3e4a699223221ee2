use core::fmt;

/// How bad a violation is.
///
/// ```
/// use fetch_cors::conformance::Severity;
/// assert_eq!(Severity::Security.to_string(), "security");
/// assert!(Severity::Security < Severity::Waste);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// A page reads what the policy does not let it read, or sends what it may not send.
    Security,
    /// A page fails at what the policy permits.
    Broken,
    /// With a cache between browser and server that keeps to `Vary` a page gets another verdict.
    Cache,
    /// Headers or work that are of use to nobody.
    Waste,
}

impl Severity {
    /// All of them, the worst first.
    pub const ALL: [Self; 4] = [Self::Security, Self::Broken, Self::Cache, Self::Waste];

    /// The name, in lower case.
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
