//! The entries of a policy's list of origins, and their parser.

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
/// | entry | matches |
/// |---|---|
/// | `https://app.example` | this origin alone |
/// | `https://*.example.com` | one label or more before `.example.com`; not `https://example.com` |
/// | `http://localhost:*` | any port, and no port |
/// | `https://*.example.com:*` | both wildcards together |
/// | `tauri://localhost` | another scheme, except `file`: compared byte by byte |
/// | `null` | sandboxed and local documents, also those of an attacker |
///
/// An entry with a wildcard does not match a host of more than 254 bytes, since a domain cannot be longer.
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

/// The error for a string that is not an entry of a list of origins.
///
/// ```
/// use fetch_cors::server::{OriginPatternError, OriginPattern};
/// let error = "https://a.example/".parse::<OriginPattern>().unwrap_err();
/// assert_eq!(error, OriginPatternError::Unmatchable { suggestion: "https://a.example".into() });
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OriginPatternError {
    /// The string is not an origin, or has a `*` in a place where a wildcard is not permitted.
    #[error("this is not an origin: write, for example, `https://app.example`")]
    Invalid,
    /// Browsers send this origin in another form.
    #[error("browsers send this origin as `{suggestion}`: use this form")]
    Unmatchable {
        /// The form that browsers send.
        suggestion: String,
    },
}

impl OriginPattern {
    /// Whether the entry matches `origin`, a serialized origin.
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
    // Most origins of a long list are plainly serialized and do not need the URL parser.
    if is_plainly_serialized(entry.as_bytes()) {
        return Ok(());
    }
    match Url::parse(entry) {
        Ok(url) if is_http_or_https(&url) => {
            let origin = TupleOrigin::from_url(&url).ok_or(OriginPatternError::Invalid)?;
            let suggestion: String = origin.serialize().into();
            if suggestion == entry {
                Ok(())
            } else if suggestion.contains('*') {
                // As an entry, this suggestion would match all subdomains, so the error does not
                // have it.
                Err(OriginPatternError::Invalid)
            } else {
                Err(OriginPatternError::Unmatchable { suggestion })
            }
        }
        // The URL parser does not normalize the hosts of other schemes, so the grammar alone decides.
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

/// Removes the wildcards, and parses the rest as an exact origin.
fn wildcard(entry: &str) -> Result<Wildcard, OriginPatternError> {
    // The URL parser also removes these characters from both ends.
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
    // The shortest subdomain is two bytes longer: a label of one character and a dot.
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
    if suggestion == entry {
        Ok(wildcard)
    } else {
        Err(OriginPatternError::Unmatchable { suggestion })
    }
}

fn has_port(authority: &str) -> bool {
    authority
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
}
