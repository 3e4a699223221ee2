//! The methods and header names of a policy.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

use super::{
    config::AllowList,
    error::{ConfigError, ConfigErrorKind as Code, ConfigValue},
};
use crate::infrastructure::{
    bytes::is_token,
    forbidden::{is_forbidden_request_header, is_forbidden_response_header_name},
    method::{is_cors_safelisted_method, is_forbidden_method, normalize},
};

const RESPONSE_HEADERS: [&str; 6] = [
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
];
const REQUEST_HEADERS: [&str; 3] = [
    "access-control-request-headers",
    "access-control-request-method",
    "origin",
];

/// The length up to which a linear search is faster than a binary one.
const LINEAR_SEARCH_LIMIT: usize = 16;

/// The methods that are allowed in addition to the CORS-safelisted ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Methods {
    Any,
    /// Sorted, each once.
    Listed(Vec<String>),
}

/// The request headers that are allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestHeaders {
    /// Whether each header except `authorization` is allowed.
    pub(crate) any: bool,
    /// In lower case, sorted, each once. If `any` is set, the list is empty or has `authorization` alone.
    pub(crate) listed: Vec<String>,
}

/// The response headers that script may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ResponseHeaders {
    Any,
    /// In lower case, sorted, each once.
    Listed(Vec<String>),
}

impl Methods {
    pub(crate) fn new(methods: &AllowList, errors: &mut Vec<ConfigError>) -> Self {
        let AllowList::Only(methods) = methods else {
            return Self::Any;
        };
        for (i, method) in methods.iter().enumerate() {
            let bytes = method.as_bytes();
            let error = |code| {
                let value = ConfigValue::String(method.to_owned());
                ConfigError::new(code, format!("methods[{i}]"), value)
            };
            if method == "*" {
                errors.push(error(Code::InvalidMethod).with_asterisk_reason("methods", true));
            } else if !is_token(bytes) {
                errors.push(error(Code::InvalidMethod));
            } else if is_forbidden_method(bytes) {
                errors.push(error(Code::ForbiddenMethod));
            } else if normalize(bytes) != bytes {
                let suggestion = method.to_ascii_uppercase();
                errors.push(error(Code::UnmatchableMethod).with_suggestion(suggestion));
            }
        }
        Self::Listed(sorted(methods.clone()))
    }

    pub(super) fn to_list(&self) -> AllowList {
        match self {
            Self::Any => AllowList::Any,
            Self::Listed(methods) => AllowList::Only(methods.clone()),
        }
    }

    #[inline]
    pub(crate) fn allows(&self, method: &[u8], credentials: bool) -> bool {
        self.names(method) || self.covers(method, credentials)
    }

    /// Whether a wildcard allows the method.
    #[inline]
    pub(crate) fn covers(&self, method: &[u8], credentials: bool) -> bool {
        // With credentials the response reflects the method. A reflected `*` would be a wildcard for uncredentialed
        // requests, so the method `*` is denied.
        *self == Self::Any && !(credentials && method == b"*")
    }

    /// Whether the method is listed or CORS-safelisted.
    #[inline]
    pub(crate) fn names(&self, method: &[u8]) -> bool {
        let is_listed = match self {
            Self::Any => false,
            Self::Listed(listed) => contains(listed, method),
        };
        is_listed || is_cors_safelisted_method(method)
    }
}

impl RequestHeaders {
    pub(crate) fn new(names: &[String], errors: &mut Vec<ConfigError>) -> Self {
        let mut listed = checked("request_headers", names, true, errors, |name| match name {
            _ if !is_token(name.as_bytes()) => Some(Code::InvalidHeaderName),
            _ if is_forbidden_request_header(name.as_bytes(), b"") => {
                Some(Code::ForbiddenHeaderName)
            }
            _ if RESPONSE_HEADERS.contains(&name) => Some(Code::MisplacedHeaderName),
            _ => None,
        });
        let any = listed.iter().any(|name| name == "*");
        listed.retain(|name| !any || name == "authorization");
        Self {
            any,
            listed: sorted(listed),
        }
    }

    /// The entries. `*` is the first one, if it is an entry.
    pub(super) fn to_entries(&self) -> Vec<String> {
        let wildcard = self.any.then(|| String::from("*"));
        let listed = self.listed.iter().cloned();
        wildcard.into_iter().chain(listed).collect()
    }

    /// Whether `name`, in any case, is allowed.
    #[inline]
    pub(crate) fn allows(&self, name: &[u8], credentials: bool) -> bool {
        if self.any && !name.eq_ignore_ascii_case(b"authorization") {
            return !(credentials && name == b"*");
        }
        contains_ignoring_case(&self.listed, name)
    }
}

impl ResponseHeaders {
    pub(crate) fn new(names: &AllowList, credentials: bool, errors: &mut Vec<ConfigError>) -> Self {
        let AllowList::Only(names) = names else {
            if credentials {
                let value = ConfigValue::String("*".to_owned());
                errors.push(ConfigError::new(
                    Code::WildcardExposeWithCredentials,
                    "expose_headers",
                    value,
                ));
            }
            return Self::Any;
        };
        let can_be_any = !credentials;
        let listed = checked(
            "expose_headers",
            names,
            can_be_any,
            errors,
            |name| match name {
                _ if !is_token(name.as_bytes()) || name == "*" => Some(Code::InvalidHeaderName),
                _ if is_forbidden_response_header_name(name.as_bytes()) => {
                    Some(Code::ForbiddenHeaderName)
                }
                _ if REQUEST_HEADERS.contains(&name) => Some(Code::MisplacedHeaderName),
                _ => None,
            },
        );
        Self::Listed(sorted(listed))
    }

    pub(super) fn to_list(&self) -> AllowList {
        match self {
            Self::Any => AllowList::Any,
            Self::Listed(names) => AllowList::Only(names.clone()),
        }
    }
}

/// Returns the names without errors, in lower case. `can_be_any` is true if `*` is permitted instead of the list.
fn checked(
    member: &str,
    names: &[String],
    can_be_any: bool,
    errors: &mut Vec<ConfigError>,
    wrong: impl Fn(&str) -> Option<Code>,
) -> Vec<String> {
    let mut listed = Vec::with_capacity(names.len());
    for (i, name) in names.iter().enumerate() {
        let lowercase = name.to_ascii_lowercase();
        match wrong(&lowercase) {
            Some(code) => {
                let value = ConfigValue::String(name.to_owned());
                let error = ConfigError::new(code, format!("{member}[{i}]"), value);
                errors.push(match &**name {
                    "*" => error.with_asterisk_reason(member, can_be_any),
                    _ => error,
                });
            }
            None => listed.push(lowercase),
        }
    }
    listed
}

/// Returns the names in order, each once. The lists are short, and the code of a sort is long.
fn sorted(names: Vec<String>) -> Vec<String> {
    let mut sorted: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        if let Err(place) = sorted.binary_search(&name) {
            sorted.insert(place, name);
        }
    }
    sorted
}

#[inline]
fn contains(sorted: &[String], name: &[u8]) -> bool {
    if sorted.len() <= LINEAR_SEARCH_LIMIT {
        return sorted.iter().any(|listed| listed.as_bytes() == name);
    }
    sorted
        .binary_search_by(|listed| listed.as_bytes().cmp(name))
        .is_ok()
}

#[inline]
fn contains_ignoring_case(sorted: &[String], name: &[u8]) -> bool {
    if sorted.len() <= LINEAR_SEARCH_LIMIT {
        let is = |listed: &String| {
            listed.as_bytes() == name || listed.as_bytes().eq_ignore_ascii_case(name)
        };
        return sorted.iter().any(is);
    }
    let lowercase = || name.iter().map(u8::to_ascii_lowercase);
    sorted
        .binary_search_by(|listed| listed.bytes().cmp(lowercase()))
        .is_ok()
}
