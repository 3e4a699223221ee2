//! The policy of a file, and its origins in parts.

use std::path::Path;

use fetch_cors::server::{CorsPolicy, PolicyConfig, PublicSuffixList};
use serde::{Deserialize, Serialize};

use crate::Failure;

/// `"*"` or a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Names {
    Any(String),
    Listed(Vec<String>),
}

impl Default for Names {
    fn default() -> Self {
        Self::Listed(Vec::new())
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policy {
    pub(crate) origins: Names,
    #[serde(default)]
    pub(crate) credentials: bool,
    #[serde(default)]
    pub(crate) methods: Names,
    #[serde(default)]
    pub(crate) request_headers: Names,
    #[serde(default)]
    pub(crate) expose_headers: Names,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_age: Option<u32>,
}

/// The request headers of a policy, by the kinds that middleware distinguishes.
#[derive(Debug, Clone)]
pub(crate) enum RequestHeaders {
    /// Any header except `Authorization`.
    AnyButAuthorization,
    Any,
    Listed(Vec<String>),
}

#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// A serialized origin, or `null`.
    Exact(String),
    /// `https://*.example.com`: the parts before and after the `*`.
    Subdomains(String, String),
    /// `https://app-*.example.com`: the parts before and after the `*`, which is in the first label.
    PartialLabel(String, String),
    /// `http://localhost:*`: the part before the last colon.
    AnyPort(String),
}

impl Policy {
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path)?;
        Ok(serde_json::from_str(&text)?)
    }

    /// Builds the policy of this crate.
    pub(crate) fn build(&self) -> Result<CorsPolicy, Failure> {
        let config: PolicyConfig = serde_json::from_value(serde_json::to_value(self)?)?;
        Ok(config.validate(&PublicSuffixList)?)
    }

    /// Returns the listed origins, or `None` for any origin.
    pub(crate) fn origins(&self) -> Option<Vec<Origin>> {
        let Names::Listed(origins) = &self.origins else {
            return None;
        };
        let origins = origins.iter().map(|origin| match origin.split_once('*') {
            Some((before, "")) => Origin::AnyPort(before.trim_end_matches(':').to_owned()),
            Some((before, after)) if before.ends_with("://") && after.starts_with('.') => {
                Origin::Subdomains(before.to_owned(), after.to_owned())
            }
            Some((before, after)) => Origin::PartialLabel(before.to_owned(), after.to_owned()),
            None => Origin::Exact(origin.clone()),
        });
        Some(origins.collect())
    }

    /// Returns the listed origins, or `None` for any origin and for a list with a pattern.
    pub(crate) fn exact_origins(&self) -> Option<Vec<String>> {
        let exact = self.origins()?.into_iter().map(|origin| match origin {
            Origin::Exact(origin) => Some(origin),
            _ => None,
        });
        exact.collect()
    }

    /// Returns the CORS-safelisted methods and the listed methods, because other middleware needs all of them in its
    /// list. `None` means any method.
    pub(crate) fn methods(&self) -> Option<Vec<String>> {
        let Names::Listed(methods) = &self.methods else {
            return None;
        };
        let safelisted = ["GET", "HEAD", "POST"].map(str::to_owned);
        Some(safelisted.into_iter().chain(methods.clone()).collect())
    }

    pub(crate) fn request_headers(&self) -> RequestHeaders {
        match &self.request_headers {
            Names::Any(_) => RequestHeaders::AnyButAuthorization,
            Names::Listed(names) if names.iter().any(|name| name == "*") => RequestHeaders::Any,
            Names::Listed(names) => RequestHeaders::Listed(names.clone()),
        }
    }
}

impl Origin {
    /// Whether the entry allows the origin. This function is for middleware that accepts a closure instead of a
    /// pattern.
    pub(crate) fn matches(&self, origin: &str) -> bool {
        match self {
            Self::Exact(exact) => origin == exact,
            Self::Subdomains(before, after) => {
                middle(origin, before, after).is_some_and(|labels| labels.split('.').all(is_label))
            }
            Self::PartialLabel(before, after) => {
                middle(origin, before, after).is_some_and(is_label)
            }
            Self::AnyPort(before) => origin
                .strip_prefix(before.as_str())
                .is_some_and(|port| port.is_empty() || port.strip_prefix(':').is_some_and(is_port)),
        }
    }
}

/// Returns the text between the two parts.
fn middle<'o>(origin: &'o str, before: &str, after: &str) -> Option<&'o str> {
    origin.strip_prefix(before)?.strip_suffix(after)
}

/// Whether the text is a port as browsers serialize it, without leading zeros.
fn is_port(text: &str) -> bool {
    text.parse::<u16>()
        .is_ok_and(|port| port.to_string() == text)
}

/// Whether the text has only characters that the label of a host can have.
fn is_label(label: &str) -> bool {
    let is_allowed = |byte: u8| {
        let is_plain = byte.is_ascii_lowercase() || byte.is_ascii_digit();
        is_plain || b"!\"$&'()*+,-;=_`{}~".contains(&byte)
    };
    !label.is_empty() && label.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_labels_and_ports() {
        let policy = r#"{"origins": ["https://*.a.example", "https://app-*.b.example", "https://*--app.example", "http://localhost:*", "null"]}"#;
        let policy: Policy = serde_json::from_str(policy).unwrap();
        let origins = policy.origins().unwrap();
        let allows = |origin: &str| origins.iter().any(|allowed| allowed.matches(origin));
        for allowed in [
            "https://b.a.example",
            "https://b_.c.a.example",
            "http://localhost",
            "http://localhost:1",
            "https://app-1.b.example",
            "https://1--app.example",
            "null",
        ] {
            assert!(allows(allowed), "{allowed}");
        }
        for denied in [
            "https://a.example",
            "https://.a.example",
            "https://b:c.a.example",
            "http://localhost:",
            "http://localhost:a",
            "http://localhost:080",
            "https://app-.b.example",
            "https://app-1.2.b.example",
            "https://app-1.c.b.example",
            "https://2.1--app.example",
            "",
        ] {
            assert!(!allows(denied), "{denied}");
        }
        assert!(policy.exact_origins().is_none());
    }
}
