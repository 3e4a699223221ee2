//! Entries of a policy's list of origins.

use alloc::{
    boxed::Box,
    format,
    string::{String, ToString},
};
use core::{fmt, str::FromStr};

use ::url::{Host, Url};

use super::{
    components::{Port, Scheme},
    parsed::{HOST_LIMIT_BYTES, ParsedOrigin},
    wildcard::{Subdomains, Wildcard},
};
use crate::infrastructure::{
    origin::{TupleOrigin, matches_origin_or_null},
    plain_origin::is_plainly_serialized,
    url::is_http_or_https,
};

/// An entry of a policy's list of origins.
///
/// - `https://app.example`: this origin and no other;
/// - `https://*.example.com`: one label or more before `.example.com`, never none;
/// - `http://localhost:*`: any port, and none; also together, `https://*.example.com:*`; with a wildcard no
///   host of more than 254 bytes matches, since no domain is so long;
/// - `tauri://localhost`: any other scheme but `file`, compared byte by byte;
/// - `null`: the origin of sandboxed and local documents, and so of anybody's.
///
/// ```
/// use fetch_cors::server::OriginPattern;
///
/// let pattern: OriginPattern = "https://*.example.com".parse()?;
/// assert!(pattern.matches("https://a.b.example.com"));
/// assert!(!pattern.matches("https://example.com"));
/// assert!(!pattern.matches("https://evilexample.com"));
/// # Ok::<(), fetch_cors::server::OriginPatternError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OriginPattern(pub(crate) Pattern);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Pattern {
    Null,
    Exact(Box<str>),
    Wildcard(Wildcard),
}

/// Why a string is no entry of a list of origins.
///
/// ```
/// use fetch_cors::server::{OriginPatternError, OriginPattern};
/// let error = "https://a.example/".parse::<OriginPattern>().unwrap_err();
/// assert_eq!(error, OriginPatternError::Unmatchable { suggestion: "https://a.example".into() });
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OriginPatternError {
    /// It is no origin, or has a `*` where none may be.
    #[error("this is no origin")]
    Invalid,
    /// It is one that no browser sends in this form.
    #[error("browsers send this origin as `{suggestion}`")]
    Unmatchable {
        /// The form that browsers send.
        suggestion: String,
    },
}

impl OriginPattern {
    /// Whether `origin`, serialized, is one of those that are meant.
    pub fn matches(&self, origin: &str) -> bool {
        match &self.0 {
            Pattern::Null => origin == "null",
            Pattern::Exact(exact) => **exact == *origin,
            Pattern::Wildcard(wildcard) => {
                ParsedOrigin::parse(origin).is_some_and(|origin| wildcard.matches(&origin))
            }
        }
    }
}

impl FromStr for OriginPattern {
    type Err = OriginPatternError;

    fn from_str(entry: &str) -> Result<Self, Self::Err> {
        if entry == "null" {
            return Ok(Self(Pattern::Null));
        }
        if entry.contains('*') {
            return wildcard(entry).map(|wildcard| Self(Pattern::Wildcard(wildcard)));
        }
        exact(entry).map(|()| Self(Pattern::Exact(entry.into())))
    }
}

impl fmt::Display for OriginPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Pattern::Null => f.write_str("null"),
            Pattern::Exact(exact) => f.write_str(exact),
            Pattern::Wildcard(Wildcard {
                scheme,
                subdomains,
                host,
                port,
                ..
            }) => {
                let labels = if *subdomains == Subdomains::Yes {
                    "*."
                } else {
                    ""
                };
                write!(f, "{}://{labels}{host}", scheme.as_str())?;
                match port {
                    Port::Default => Ok(()),
                    Port::Number(number) => write!(f, ":{number}"),
                    Port::Any => f.write_str(":*"),
                }
            }
        }
    }
}

fn exact(entry: &str) -> Result<(), OriginPatternError> {
    // What is plainly right needs no parser, and most of a long list is.
    if is_plainly_serialized(entry.as_bytes()) {
        return Ok(());
    }
    match Url::parse(entry) {
        Ok(url) if is_http_or_https(&url) => {
            let origin = TupleOrigin::from_url(&url).ok_or(OriginPatternError::Invalid)?;
            let suggestion: String = origin.serialize().into();
            match suggestion == entry {
                true => Ok(()),
                // As an entry it would mean more: all subdomains.
                false if suggestion.contains('*') => Err(OriginPatternError::Invalid),
                false => Err(OriginPatternError::Unmatchable { suggestion }),
            }
        }
        // Of other schemes the parser knows no host, so what it says of one does not count.
        _ => match entry.split_once("://") {
            Some((scheme, _))
                if !matches!(scheme, "file" | "http" | "https")
                    && matches_origin_or_null(entry.as_bytes()) =>
            {
                Ok(())
            }
            _ => Err(OriginPatternError::Invalid),
        },
    }
}

/// Takes the wildcards out, and parses what is left as an exact origin.
fn wildcard(entry: &str) -> Result<Wildcard, OriginPatternError> {
    // What the parser takes off the ends.
    let stripped = entry.trim_matches(|c| c <= ' ');
    let (scheme, rest) = stripped
        .split_once("://")
        .ok_or(OriginPatternError::Invalid)?;
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest
        .split_at_checked(end)
        .ok_or(OriginPatternError::Invalid)?;
    let (userinfo, authority) = match authority.rsplit_once('@') {
        Some((userinfo, host)) => (format!("{userinfo}@"), host),
        None => (String::new(), authority),
    };
    let (authority, any_port) = match authority.strip_suffix(":*") {
        Some(authority) => (authority, true),
        None => (authority, false),
    };
    let (host, subdomains) = match authority.strip_prefix("*.") {
        Some(host) => (host, Subdomains::Yes),
        None => (authority, Subdomains::No),
    };
    let without_wildcards = format!("{scheme}://{userinfo}{host}{path}");
    let url = Url::parse(&without_wildcards).map_err(|_| OriginPatternError::Invalid)?;
    let is_domain = matches!(url.host(), Some(Host::Domain(_)));
    let port_is_given_twice = any_port && has_port(host);
    if without_wildcards.contains('*')
        || !is_http_or_https(&url)
        || (subdomains == Subdomains::Yes && !is_domain)
        || port_is_given_twice
    {
        return Err(OriginPatternError::Invalid);
    }
    let origin = TupleOrigin::from_url(&url).ok_or(OriginPatternError::Invalid)?;
    // With a label and a dot before it, if need be.
    let shortest_host = match subdomains {
        Subdomains::Yes => origin.host().len() + 2,
        Subdomains::No => origin.host().len(),
    };
    if shortest_host > HOST_LIMIT_BYTES {
        return Err(OriginPatternError::Invalid);
    }
    let wildcard = Wildcard {
        scheme: if origin.scheme() == "https" {
            Scheme::Https
        } else {
            Scheme::Http
        },
        subdomains,
        host: origin.host().into(),
        has_punycode: origin
            .host()
            .split('.')
            .any(|label| label.starts_with("xn--")),
        port: match url.port() {
            _ if any_port => Port::Any,
            Some(number) => Port::Number(number),
            None => Port::Default,
        },
    };
    let suggestion = OriginPattern(Pattern::Wildcard(wildcard.clone())).to_string();
    match suggestion == entry {
        true => Ok(wildcard),
        false => Err(OriginPatternError::Unmatchable { suggestion }),
    }
}

fn has_port(authority: &str) -> bool {
    authority
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
}
