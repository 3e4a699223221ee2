//! What is wrong with a configuration: all of it at once, as data.

mod kind;
pub(super) mod origin;

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::{fmt, slice};

pub use self::kind::ConfigErrorKind;

/// One thing that is wrong: what, where, the value, and what was probably meant.
///
/// ```
/// use fetch_cors::server::CorsPolicy;
///
/// let errors = CorsPolicy::builder().origin("https://a.example/").build().unwrap_err();
/// let error = errors.iter().next().unwrap();
/// assert_eq!((error.kind().as_str(), error.member()), ("unmatchable-origin", "origins[0]"));
/// assert_eq!(error.suggestion(), Some("https://a.example"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ConfigError {
    kind: ConfigErrorKind,
    member: String,
    value: ConfigValue,
    suggestion: Option<String>,
    /// What is said instead of the message of the kind.
    reason: Option<String>,
}

/// A value that is at fault, as it stands in the configuration.
///
/// ```
/// use fetch_cors::server::ConfigValue;
/// assert_eq!(ConfigValue::String("a\n".into()).to_string(), "\"a\\n\"");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ConfigValue {
    /// There is none.
    Absent,
    /// A string.
    String(String),
    /// Anything else, as JSON.
    Json(String),
}

impl fmt::Display for ConfigValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("absent"),
            Self::String(string) => write!(f, "\"{}\"", string.escape_default()),
            Self::Json(json) => f.write_str(json),
        }
    }
}

impl ConfigError {
    pub(crate) fn new(kind: ConfigErrorKind, member: impl ToString, value: ConfigValue) -> Self {
        Self {
            kind,
            member: member.to_string(),
            value,
            suggestion: None,
            reason: None,
        }
    }

    #[cfg(all(feature = "serde", feature = "cases"))]
    pub(crate) fn malformed(member: String, reason: String) -> Self {
        Self {
            reason: Some(reason),
            ..Self::new(ConfigErrorKind::Malformed, member, ConfigValue::Absent)
        }
    }

    #[cfg(feature = "serde")]
    pub(super) fn with_member(mut self, member: String) -> Self {
        self.member = member;
        self
    }

    /// Says this instead of the message of the kind.
    pub(crate) fn with_reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Of a `*` among the entries of a list, in whose place it belongs, unless credentials forbid that.
    pub(super) fn of_asterisk(self, member: &str, has_place: bool) -> Self {
        self.with_reason(match has_place {
            true => format!("`*` is no entry of a list: for any write `\"{member}\": \"*\"`"),
            false => String::from(
                "`*` is no entry of a list, and with credentials it stands for any nowhere: list each",
            ),
        })
    }

    pub(super) fn with_suggestion(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// What is wrong.
    pub const fn kind(&self) -> ConfigErrorKind {
        self.kind
    }

    /// The member that is at fault, such as `origins[0]`.
    pub fn member(&self) -> &str {
        &self.member
    }

    /// The value that is at fault.
    pub const fn value(&self) -> &ConfigValue {
        &self.value
    }

    /// What was probably meant.
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }

    /// What is wrong, in words.
    pub fn message(&self) -> &str {
        self.reason.as_deref().unwrap_or(self.kind.message())
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = match &self.value {
            ConfigValue::Absent => String::new(),
            ConfigValue::String(text) | ConfigValue::Json(text) => format!(": `{}`", shown(text)),
        };
        write!(
            f,
            "{} in {}: {}{value}",
            self.kind,
            self.member,
            self.message()
        )?;
        match &self.suggestion {
            Some(suggestion) => write!(f, ", use `{}`", shown(suggestion)),
            None => Ok(()),
        }
    }
}

/// Escaped but for quotation marks, which JSON is full of.
fn shown(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars() {
        match c {
            '"' | '\'' => shown.push(c),
            c => shown.extend(c.escape_default()),
        }
    }
    shown
}

impl core::error::Error for ConfigError {}

/// All that is wrong with a configuration; never empty.
///
/// ```
/// use fetch_cors::server::CorsPolicy;
///
/// let errors = CorsPolicy::builder().any_origin().credentials(true).max_age(90_000).build().unwrap_err();
/// assert_eq!(errors.iter().count(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub(crate) Vec<ConfigError>);

impl ConfigErrors {
    /// The errors, in the order of the members.
    pub fn iter(&self) -> impl Iterator<Item = &ConfigError> {
        self.0.iter()
    }
}

impl<'e> IntoIterator for &'e ConfigErrors {
    type Item = &'e ConfigError;
    type IntoIter = slice::Iter<'e, ConfigError>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            let separator = if i == 0 { "" } else { "; " };
            write!(f, "{separator}{error}")?;
        }
        Ok(())
    }
}

impl core::error::Error for ConfigErrors {}
