//! Browser engines, and their quirks. A quirk is a named deviation of engines from the standard.
//!
//! This module has the table of quirks, and the search for the quirks that cause an outcome. The algorithms of
//! [`fetching`](crate::fetching) read the quirks from their [`UserAgent`](crate::fetching::UserAgent). A user agent does
//! not have quirks if no engine is chosen.
//!
//! ```
//! use fetch_cors::engine::{Engine, Quirk};
//!
//! let quirk = Quirk::WildcardCoversAuthorization;
//! assert_eq!(quirk.name(), "wildcard-covers-authorization");
//! assert!(Engine::Firefox.quirks().contains(quirk));
//! assert!(Engine::Spec.quirks().is_empty());
//! ```

use core::{fmt, str::FromStr};

pub(crate) mod attribution;
mod quirk;
mod quirk_set;

pub use quirk::{Quirk, UnknownQuirkError, Weight};
pub use quirk_set::QuirkSet;

/// A browser engine, or the standard without quirks.
///
/// ```
/// use fetch_cors::engine::Engine;
/// assert_eq!("webkit".parse(), Ok(Engine::Webkit));
/// assert_eq!(Engine::Chromium.max_age_limit_seconds(), 7200);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
// Exhaustive: every recording comes from one of three engines.
pub enum Engine {
    /// The standard, without quirks.
    #[default]
    Spec,
    /// Chromium. The recordings are from version 156.
    Chromium,
    /// Firefox. The recordings are from version 153 ESR.
    Firefox,
    /// WebKit. The recordings are from WebKitGTK 2.50, which uses the network stack libsoup. Safari does not use
    /// libsoup.
    Webkit,
}

impl Engine {
    /// The standard and all engines.
    pub const ALL: [Self; 4] = [Self::Spec, Self::Chromium, Self::Firefox, Self::Webkit];
    /// The engines with recordings: all values except [`Spec`](Self::Spec).
    pub const RECORDED: [Self; 3] = [Self::Chromium, Self::Firefox, Self::Webkit];

    /// Returns the name of the engine. The test vectors and the arguments of the program use this name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Spec => "spec",
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::Webkit => "webkit",
        }
    }

    /// Returns the name of the engine for use in a sentence, such as `WebKit` or `the standard`.
    ///
    /// ```
    /// use fetch_cors::engine::Engine;
    /// assert_eq!(Engine::Webkit.title(), "WebKit");
    /// ```
    pub const fn title(self) -> &'static str {
        match self {
            Self::Spec => "the standard",
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::Webkit => "WebKit",
        }
    }

    /// Returns the version of the browser in the recordings. For the standard, the string is empty.
    ///
    /// ```
    /// use fetch_cors::engine::Engine;
    /// assert!(Engine::Firefox.version().ends_with("ESR"));
    /// ```
    pub const fn version(self) -> &'static str {
        match self {
            Self::Spec => "",
            Self::Chromium => "Chromium 156",
            Self::Firefox => "Firefox 153 ESR",
            Self::Webkit => "WebKitGTK 2.50",
        }
    }

    /// Returns the quirks of the engine.
    ///
    /// ```
    /// use fetch_cors::engine::Engine;
    /// assert!(!Engine::Webkit.quirks().is_empty());
    /// ```
    pub const fn quirks(self) -> QuirkSet {
        match self {
            Self::Spec => QuirkSet::EMPTY,
            Self::Chromium => const { Self::Chromium.collect_quirks() },
            Self::Firefox => const { Self::Firefox.collect_quirks() },
            Self::Webkit => const { Self::Webkit.collect_quirks() },
        }
    }

    const fn collect_quirks(self) -> QuirkSet {
        let mut set = QuirkSet::EMPTY;
        let mut quirks = Quirk::ALL;
        while let [quirk, other_quirks @ ..] = quirks {
            let mut engines = quirk.engines();
            while let [engine, other_engines @ ..] = engines {
                if *engine as u8 == self as u8 {
                    set = set.with(*quirk);
                }
                engines = other_engines;
            }
            quirks = other_quirks;
        }
        set
    }

    /// Returns the maximum max-age that the engine accepts for a preflight, in seconds. The standard does not set a
    /// limit. For the standard, the method returns the limit of Chromium. The limits are from the source code of the
    /// engines, and were not measured. `spec-notes/engines.md` lists the source files.
    pub const fn max_age_limit_seconds(self) -> u64 {
        match self {
            Self::Spec | Self::Chromium => 7_200,
            Self::Firefox => 86_400,
            Self::Webkit => 600,
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Engine {
    type Err = UnknownEngineError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|engine| engine.name() == name)
            .ok_or(UnknownEngineError)
    }
}

/// The error for a name that is not the name of an engine.
///
/// ```
/// use fetch_cors::engine::{Engine, UnknownEngineError};
/// assert_eq!("netscape".parse::<Engine>(), Err(UnknownEngineError));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is not an engine: write `spec`, `chromium` (Chrome, Edge), `firefox` or `webkit` (Safari)"
)]
pub struct UnknownEngineError;
