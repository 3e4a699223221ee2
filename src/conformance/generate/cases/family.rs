//! The subjects of generated cases.

use alloc::{format, string::String, vec::Vec};
use core::{fmt, str::FromStr};

/// The subject of a generated case. The parts of the case that do not belong to the subject have usual values without
/// mistakes.
///
/// ```
/// use fetch_cors::conformance::Family;
///
/// for &family in Family::ALL {
///     assert_eq!(family.name().parse(), Ok(family));
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
// Not exhaustive: the standard can get new subjects.
#[non_exhaustive]
pub enum Family {
    /// The CORS check: `Access-Control-Allow-Origin` and `Access-Control-Allow-Credentials`.
    Check,
    /// The preflight: methods, request headers, and the grants of the response.
    Preflight,
    /// The CORS safelist. Some request headers of these cases need a preflight, and some do not.
    Safelist,
    /// One redirect, or several redirects.
    Redirect,
    /// The exposed headers: the response headers that a script can read.
    Expose,
    /// The modes of a request, and calls that an API refuses.
    Mode,
    /// Several fetches in sequence that use the CORS-preflight cache.
    Cache,
    /// All subjects in one case.
    Mixed,
}

impl Family {
    /// Every family.
    pub const ALL: &'static [Self] = &[
        Self::Check,
        Self::Preflight,
        Self::Safelist,
        Self::Redirect,
        Self::Expose,
        Self::Mode,
        Self::Cache,
        Self::Mixed,
    ];

    /// Returns the name, in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Preflight => "preflight",
            Self::Safelist => "safelist",
            Self::Redirect => "redirect",
            Self::Expose => "expose",
            Self::Mode => "mode",
            Self::Cache => "cache",
            Self::Mixed => "mixed",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Family {
    type Err = UnknownFamilyError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let family = Self::ALL.iter().find(|family| family.name() == name);
        family.copied().ok_or_else(|| UnknownFamilyError {
            name: String::from(name),
        })
    }
}

/// An error for a string that is not the name of a family.
///
/// ```
/// use fetch_cors::conformance::Family;
/// let error = "Check".parse::<Family>().unwrap_err();
/// assert!(error.to_string().starts_with("`Check` is not a family of cases: use one of `check`, "));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a family of cases: use one of {}", .name.escape_default(), quoted_families())]
pub struct UnknownFamilyError {
    name: String,
}

fn quoted_families() -> String {
    let families = Family::ALL.iter().map(|family| format!("`{family}`"));
    families.collect::<Vec<_>>().join(", ")
}
