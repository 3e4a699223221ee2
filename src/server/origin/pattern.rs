//! The entries of a policy's list of origins, and their parser.

use alloc::{
    boxed::Box,
    format,
    string::{String, ToString},
};
use core::{fmt, str::FromStr};

use super::{
    address_range::{RANGE, is_range_of_hosts},
    ambiguous::is_ambiguous,
    app_origin::{FILE_ORIGIN, NotAnAppOrigin, sent_app_origin},
    canonical::CanonicalOrigin,
    dead::{dead_host_or_port, dead_scheme},
    extension::ExtensionScheme,
    parsed::ParsedOrigin,
    partial_label::PartialLabel,
    port::Port,
    wildcard::{Subdomains, Wildcard},
};
use crate::infrastructure::{
    origin_header::split_scheme,
    serialized_origin::{OriginParts, is_serialized_host},
};

/// An entry of a policy's list of origins.
///
/// | entry | matches |
/// |---|---|
/// | `https://app.example` | only this origin |
/// | `https://*.example.com` | origins with one or more labels before `.example.com`, but not `https://example.com` |
/// | `http://localhost:*` | `http://localhost` with any port or without a port |
/// | `https://*.example.com:*` | origins with one or more labels before `.example.com`, with any port or without a port |
/// | `https://app-*.vercel.app`, `https://*--app.netlify.app` | origins with one or more characters in place of the `*`; the other characters of this label and all other labels are fixed |
/// | `tauri://localhost`, `app://.` | only this origin, compared byte by byte |
/// | `chrome-extension://*`, `moz-extension://*`, `safari-web-extension://*` | all browser extensions of this scheme |
/// | `null` | sandboxed and local documents, including an attacker's documents |
/// | `file://` | local documents in some clients, such as web views and desktop apps, which send `file://` instead of `null` |
///
/// A `*` with other characters in the same label does not match a dot. If the host of an entry has only two labels, the
/// host must not begin with a `*` before a letter or digit. For example, `https://*example.com` is an error, because
/// this entry would match `https://evilexample.com`.
///
/// An entry with a wildcard does not match a host of more than 254 bytes, because a domain name cannot be longer.
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
    PartialLabel(PartialLabel),
    /// The origins of all browser extensions of one scheme.
    Extensions(ExtensionScheme),
}

/// The error for a string that is not valid as an entry in a list of origins.
///
/// ```
/// use fetch_cors::server::{OriginPatternError, OriginPattern};
/// let error = "https://a.example/".parse::<OriginPattern>().unwrap_err();
/// assert_eq!(error, OriginPatternError::Unmatchable { suggestion: "https://a.example".into() });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OriginPatternError {
    /// The string is not an origin, or has a `*` where a wildcard is not permitted.
    Invalid,
    /// Browsers send this origin in another form.
    Unmatchable {
        /// The origin in the form that browsers send.
        suggestion: String,
    },
    /// No page has this origin, so no browser sends it.
    Dead {
        /// The reason and the fix.
        reason: &'static str,
    },
}

impl fmt::Display for OriginPatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid => {
                f.write_str("this is not an origin: write, for example, `https://app.example`")
            }
            Self::Unmatchable { suggestion } => {
                write!(
                    f,
                    "browsers send this origin as `{suggestion}`: use this form"
                )
            }
            Self::Dead { reason } => f.write_str(reason),
        }
    }
}

impl core::error::Error for OriginPatternError {}

impl OriginPattern {
    /// Whether the entry matches `origin`, a serialized origin.
    pub fn matches(&self, origin: &str) -> bool {
        match &self.0 {
            Pattern::Null => origin == "null",
            Pattern::Exact(exact) => **exact == *origin,
            Pattern::Wildcard(wildcard) => {
                ParsedOrigin::parse(origin).is_some_and(|origin| wildcard.matches(&origin))
            }
            Pattern::PartialLabel(entry) => {
                ParsedOrigin::parse(origin).is_some_and(|origin| entry.matches(&origin))
            }
            Pattern::Extensions(scheme) => scheme.matches(origin.as_bytes()),
        }
    }
}

impl FromStr for OriginPattern {
    type Err = OriginPatternError;

    fn from_str(entry: &str) -> Result<Self, Self::Err> {
        if entry == "null" {
            return Ok(Self(Pattern::Null));
        }
        if entry.trim().eq_ignore_ascii_case("null") {
            let suggestion = String::from("null");
            return Err(OriginPatternError::Unmatchable { suggestion });
        }
        if entry.as_bytes().contains(&b'*') {
            return with_asterisk(entry).map(Self);
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
                write!(f, "{}://{labels}{host}{port}", scheme.as_str())
            }
            Pattern::PartialLabel(entry) => write!(f, "{entry}"),
            Pattern::Extensions(scheme) => write!(f, "{}://*", scheme.as_str()),
        }
    }
}

fn exact(entry: &str) -> Result<(), OriginPatternError> {
    if entry == FILE_ORIGIN {
        return Ok(());
    }
    let check = |host: &str, port| match dead_host_or_port(host, 0, port) {
        Some(reason) => Err(OriginPatternError::Dead { reason }),
        None => Ok(()),
    };
    if let Some(parts) = OriginParts::split(entry).filter(|parts| is_serialized_host(parts.host)) {
        return check(parts.host, parts.port);
    }
    if let Some(origin) = CanonicalOrigin::parse(entry) {
        check(&origin.host, origin.port)?;
        if is_ambiguous(entry, &origin.host) {
            return Err(OriginPatternError::Invalid);
        }
        let suggestion = origin.to_string();
        // The URL parser decodes `%2A` in a host to `*`. The author of the entry did not mean a wildcard, so the error
        // does not suggest an entry with this `*`.
        return Err(if suggestion.as_bytes().contains(&b'*') {
            OriginPatternError::Invalid
        } else {
            OriginPatternError::Unmatchable { suggestion }
        });
    }
    match sent_app_origin(entry) {
        Ok(suggestion) if suggestion == entry => Ok(()),
        Ok(suggestion) => Err(OriginPatternError::Unmatchable { suggestion }),
        Err(NotAnAppOrigin::Dead(reason)) => Err(OriginPatternError::Dead { reason }),
        Err(NotAnAppOrigin::Invalid) => Err(OriginPatternError::Invalid),
    }
}

/// Removes the wildcards of the entry, and parses the remaining text as an exact origin.
fn with_asterisk(entry: &str) -> Result<Pattern, OriginPatternError> {
    // The URL standard removes spaces and control characters from both ends of a URL.
    let stripped = entry.trim_matches(|c| c <= ' ');
    let (scheme, rest) = split_scheme(stripped).ok_or(OriginPatternError::Invalid)?;
    if let Some(reason) = dead_scheme(scheme) {
        return Err(OriginPatternError::Dead { reason });
    }
    if let Some(scheme) = ExtensionScheme::from_name(scheme) {
        return extensions(entry, scheme, rest);
    }
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest
        .split_at_checked(end)
        .ok_or(OriginPatternError::Invalid)?;
    // Match patterns of browser extensions end with `/*`, which means any path. If an entry ends with `/*`, its author
    // means the whole origin, so the path is read as `/`.
    let path = if matches!(path, "/*" | "/**") {
        "/"
    } else {
        path
    };
    let (userinfo, authority) = match authority.rsplit_once('@') {
        Some((userinfo, host)) => (format!("{userinfo}@"), host),
        None => (String::new(), authority),
    };
    let (authority, any_port) = match authority.strip_suffix(":*") {
        Some(authority) => (authority, true),
        None => (authority, false),
    };
    let labels = Labels::of(authority);
    let host = match labels {
        Labels::Fixed(host) | Labels::Subdomains(host) => String::from(host),
        Labels::Partial(start, rest) => format!("{start}{PLACEHOLDER}{rest}"),
    };
    let without_wildcards = format!("{scheme}://{userinfo}{host}{path}");
    let origin = CanonicalOrigin::parse(&without_wildcards).ok_or(OriginPatternError::Invalid)?;
    let port_is_given_twice = any_port && has_port(&host);
    if without_wildcards.as_bytes().contains(&b'*')
        || origin.host.as_bytes().contains(&b'*')
        || (!matches!(labels, Labels::Fixed(_)) && !origin.is_domain)
        || port_is_given_twice
    {
        return Err(OriginPatternError::Invalid);
    }
    // A subdomain is at least two bytes longer than its parent domain: a label of one character, and a dot.
    let labels_bytes = match labels {
        Labels::Subdomains(_) => 2,
        Labels::Fixed(_) | Labels::Partial(..) => 0,
    };
    // A range of addresses begins with a number, and a partial label is not a number. So only the labels after the
    // partial label can be a range of addresses.
    let base = match labels {
        Labels::Partial(..) => origin.host.split_once('.').map(|(_, base)| base),
        Labels::Fixed(_) | Labels::Subdomains(_) => None,
    };
    if base.is_some_and(is_range_of_hosts) {
        return Err(OriginPatternError::Dead { reason: RANGE });
    }
    if let Some(reason) = dead_host_or_port(&origin.host, labels_bytes, origin.port) {
        return Err(OriginPatternError::Dead { reason });
    }
    let is_ambiguous = is_ambiguous(&without_wildcards, &origin.host);
    let port = if any_port {
        Port::Any
    } else {
        origin.port.into()
    };
    let wildcard = |subdomains| {
        Pattern::Wildcard(Wildcard {
            scheme: origin.scheme,
            subdomains,
            host: (&*origin.host).into(),
            port,
        })
    };
    let pattern = match labels {
        Labels::Fixed(_) => wildcard(Subdomains::No),
        Labels::Subdomains(_) => wildcard(Subdomains::Yes),
        Labels::Partial(start, _) => {
            let partial = partial_label(&origin, &host, start.len(), port);
            Pattern::PartialLabel(partial.ok_or(OriginPatternError::Invalid)?)
        }
    };
    let suggestion = OriginPattern(pattern.clone()).to_string();
    if suggestion == entry {
        Ok(pattern)
    } else if is_ambiguous {
        Err(OriginPatternError::Invalid)
    } else {
        Err(OriginPatternError::Unmatchable { suggestion })
    }
}

/// The position of the `*` in the labels of a host. The last field of each variant can end with a port.
#[derive(Clone, Copy)]
enum Labels<'a> {
    /// The host does not have a `*`. The field is the host.
    Fixed(&'a str),
    /// The host begins with `*.`. The field is the text after `*.`.
    Subdomains(&'a str),
    /// The fields are the texts before and after the `*`. Only the first label can contain the `*`.
    Partial(&'a str, &'a str),
}

/// The character that replaces the `*` while the host is parsed.
const PLACEHOLDER: char = 'a';

impl<'a> Labels<'a> {
    fn of(authority: &'a str) -> Self {
        if let Some(host) = authority.strip_prefix("*.") {
            return Self::Subdomains(host);
        }
        match authority.split_once('*') {
            Some((start, rest)) => Self::Partial(start, rest),
            None => Self::Fixed(authority),
        }
    }
}

/// Returns the entry for a host with a `*` in the first label. `host` is the host before parsing, with the placeholder
/// in place of the `*`. `at` is the position of the placeholder. Returns `None` for entries such as
/// `https://*example.com`, for a label that begins with `xn--`, and for a label that the URL parser changes.
fn partial_label(
    origin: &CanonicalOrigin,
    host: &str,
    at: usize,
    port: Port,
) -> Option<PartialLabel> {
    let (label, base) = origin.host.split_once('.')?;
    // Percent-decoding or the conversion to ASCII can change the label, and can move the placeholder for the `*`. So a
    // changed label is refused.
    let is_same = host
        .get(..label.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(label));
    if !is_same {
        return None;
    }
    let start = label.get(..at)?;
    let end = label.get(at + PLACEHOLDER.len_utf8()..)?;
    let is_top_level = !base.trim_end_matches('.').contains('.');
    let is_suffix = start.is_empty() && end.starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_a_host = !base.trim_end_matches('.').is_empty();
    (is_a_host && !start.starts_with("xn--") && !(is_top_level && is_suffix)).then(|| {
        PartialLabel {
            scheme: origin.scheme,
            start: start.into(),
            end: end.into(),
            host: base.into(),
            port,
        }
    })
}

/// Parses an entry for all browser extensions of one scheme. `rest` is the text after the scheme and `://`.
fn extensions(
    entry: &str,
    scheme: ExtensionScheme,
    rest: &str,
) -> Result<Pattern, OriginPatternError> {
    let pattern = Pattern::Extensions(scheme);
    let suggestion = OriginPattern(pattern.clone()).to_string();
    match rest {
        "*" if suggestion == entry => Ok(pattern),
        // Authors copy match patterns such as `chrome-extension://*/*`. The error suggests the entry without the path.
        "*" | "*/" | "*/*" => Err(OriginPatternError::Unmatchable { suggestion }),
        _ => Err(OriginPatternError::Invalid),
    }
}

fn has_port(authority: &str) -> bool {
    authority
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
}
