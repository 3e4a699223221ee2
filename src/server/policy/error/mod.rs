//! The errors of a configuration, as data. Validation reports all of them together.

mod kind;
pub(super) mod origin;

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::{fmt, slice};

pub use self::kind::ConfigErrorKind;

/// One error of a configuration: the kind, the member, the value, and often a suggestion.
///
/// ```
/// use fetch_cors::server::CorsPolicy;
///
/// let errors = CorsPolicy::builder().origin("https://a.example/").build().unwrap_err();
/// let error = errors.iter().next().unwrap();
/// assert_eq!((error.kind().as_str(), error.member()), ("unmatchable-origin", "origins[0]"));
/// assert_eq!(error.suggestion(), Some("https://a.example"));
/// ```
///
/// `Debug` prints the same line as `Display`, so that `main() -> Result<…>` prints a readable error.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ConfigError {
    kind: ConfigErrorKind,
    member: String,
    value: ConfigValue,
    suggestion: Option<String>,
    /// A message that is more precise than the message of the kind.
    reason: Option<String>,
    /// A message that replaces `reason` for the author of a file. `None` if `reason` does not name a method of the
    /// builder.
    #[cfg(feature = "serde")]
    file_reason: Option<String>,
}

/// The value that causes an error, as written in the configuration.
///
/// ```
/// use fetch_cors::server::ConfigValue;
/// assert_eq!(ConfigValue::String("a\n".into()).to_string(), "\"a\\n\"");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
// Exhaustive: a value is absent, a string, or another JSON value.
pub enum ConfigValue {
    /// The member is absent, or the error is about the whole text.
    Absent,
    /// The value is a string.
    String(String),
    /// The value is not a string. The field is the JSON text of the value.
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
            #[cfg(feature = "serde")]
            file_reason: None,
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

    /// Replaces a message that names a method of the builder. The new message is for the author of a file.
    #[cfg(feature = "serde")]
    pub(super) fn for_file(mut self) -> Self {
        self.reason = self.file_reason.take().or(self.reason);
        self
    }

    /// Replaces the general message of the error's kind.
    pub(crate) fn with_reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Adds the reason why `*` cannot be a list entry. `can_be_any` is true if the author can write `*` instead of the
    /// list.
    pub(super) fn with_asterisk_reason(self, member: &str, can_be_any: bool) -> Self {
        let entry = if member == "origins" {
            "origin"
        } else {
            "name"
        };
        // The builder method that sets the member to `*`.
        let method = match member {
            "origins" => "any_origin",
            "methods" => "any_method",
            "request_headers" => "any_request_header",
            _ => "expose_any_header",
        };
        let error = self.with_reason(if can_be_any {
            format!("`*` cannot be a list entry: to allow any {entry}, call `{method}()`, or in a file write `\"{member}\": \"*\"`")
        } else {
            format!(
                "`*` cannot be a list entry, and with credentials it is not a wildcard anywhere: list each {entry}"
            )
        });
        #[cfg(feature = "serde")]
        let error = Self {
            file_reason: can_be_any.then(|| {
                format!(
                    "`*` cannot be a list entry: to allow any {entry}, write `\"*\"` in place of the list"
                )
            }),
            ..error
        };
        error
    }

    pub(super) fn with_suggestion(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// Returns the kind of the error.
    pub const fn kind(&self) -> ConfigErrorKind {
        self.kind
    }

    /// Returns the member that has the error, such as `origins[0]`. The string is empty if the error is about the whole
    /// text.
    pub fn member(&self) -> &str {
        &self.member
    }

    /// Returns the value that causes the error.
    pub const fn value(&self) -> &ConfigValue {
        &self.value
    }

    /// Returns the value that the author probably meant. Returns `None` if the error does not have a suggestion.
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }

    /// Returns the error and its fix in words, without the member, the value and the suggestion.
    pub fn message(&self) -> &str {
        self.reason.as_deref().unwrap_or(self.kind.message())
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if !self.member.is_empty() {
            write!(f, " in {}", self.member)?;
        }
        if let ConfigValue::String(text) | ConfigValue::Json(text) = &self.value {
            write!(f, ", `{}`", escaped(text))?;
        }
        write!(f, ": {}", self.message())?;
        match &self.suggestion {
            Some(suggestion) => write!(f, ": `{}`", escaped(suggestion)),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Escapes the text. Does not escape quotation marks, because `text` is often JSON, which has many quotation marks.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '"' | '\'' => escaped.push(c),
            c => escaped.extend(c.escape_default()),
        }
    }
    escaped
}

impl core::error::Error for ConfigError {}

const PRINTED_ERRORS_LIMIT: usize = 50;

/// All errors of a configuration. The list is never empty.
///
/// `Display` and `Debug` print a single line, which has at most 50 of the errors. [`iter`](Self::iter) returns all
/// errors.
///
/// ```
/// use fetch_cors::server::CorsPolicy;
///
/// let errors = CorsPolicy::builder().any_origin().credentials(true).max_age(90_000).build().unwrap_err();
/// assert_eq!(errors.iter().count(), 2);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub(crate) Vec<ConfigError>);

impl ConfigErrors {
    /// Returns the errors, in the order of the members.
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
        for (i, error) in self.0.iter().take(PRINTED_ERRORS_LIMIT).enumerate() {
            let separator = if i == 0 { "" } else { "; " };
            write!(f, "{separator}{error}")?;
        }
        match self.0.len().saturating_sub(PRINTED_ERRORS_LIMIT) {
            0 => Ok(()),
            1 => f.write_str("; and 1 more error"),
            more => write!(f, "; and {more} more errors"),
        }
    }
}

impl fmt::Debug for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for ConfigErrors {}
