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

/// The number of list elements that a request can have in addition to one element for each listed name. The additional
/// elements can be empty, or can repeat a name.
pub(crate) const EXTRA_ELEMENTS_LIMIT: usize = 16;
/// The maximum number of bytes in Access-Control-Request-Headers if the policy lists `*`. Many or long names in the
/// same list raise this limit.
const WILDCARD_LIMIT_BYTES: usize = 8 * 1024;
/// The minimum value of [`RequestHeaders::name_limit_bytes`].
const NAME_LIMIT_BYTES: usize = 8 * 1024;
/// The maximum number of bytes around a name: a comma, and a space or tab on each side.
const SEPARATOR_LIMIT_BYTES: usize = 3;

/// The maximum number of names for which a linear search is faster than a binary search.
const LINEAR_SEARCH_LIMIT: usize = 16;

/// The methods that are allowed in addition to the CORS-safelisted methods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Methods {
    Any,
    /// The methods, sorted and without duplicates.
    Listed(Vec<String>),
}

/// The request headers that are allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestHeaders {
    /// Whether each header except `authorization` is allowed.
    pub(crate) any: bool,
    /// The names in lower case, sorted, without duplicates and without `*`. If `any` is true, names other than
    /// `authorization` are redundant, so this list does not have them. There is one exception: a list that raises
    /// `limit_bytes` above [`WILDCARD_LIMIT_BYTES`] keeps all names, because `limit_bytes` is computed from the names.
    pub(crate) listed: Vec<String>,
    /// The listed names in one line. A browser that requests all listed names sends this line.
    pub(crate) listed_line: String,
    /// The maximum number of bytes in Access-Control-Request-Headers if `any` is true.
    pub(crate) limit_bytes: usize,
    /// The maximum number of bytes in a requested name.
    pub(crate) name_limit_bytes: usize,
}

/// The response headers that scripts may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ResponseHeaders {
    Any,
    /// The names in lower case, sorted and without duplicates.
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
    pub(crate) fn allows(&self, method: &[u8]) -> bool {
        self.names(method) || self.covers(method)
    }

    /// Whether a wildcard allows the method.
    #[inline]
    pub(crate) fn covers(&self, method: &[u8]) -> bool {
        // The response reflects the method. A reflected `*` would be a wildcard, so the method `*` is denied.
        *self == Self::Any && method != b"*"
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
        listed.retain(|name| name != "*");
        let mut listed = sorted(listed);
        // Adding `*` to the list must not deny a request that the list allowed before. Without `*`, the policy limits
        // the number of list elements in Access-Control-Request-Headers. With `*`, the policy limits the number of
        // bytes. So the limit in bytes is large enough for every request that the limit in list elements permits.
        let longest = listed.iter().map(String::len).max().unwrap_or_default();
        let list_limit_bytes =
            (listed.len() + EXTRA_ELEMENTS_LIMIT) * (longest + SEPARATOR_LIMIT_BYTES);
        if any && list_limit_bytes <= WILDCARD_LIMIT_BYTES {
            listed.retain(|name| name == "authorization");
        }
        Self {
            any,
            listed_line: listed.join(","),
            listed,
            limit_bytes: list_limit_bytes.max(WILDCARD_LIMIT_BYTES),
            name_limit_bytes: longest.max(NAME_LIMIT_BYTES),
        }
    }

    /// Returns the entries of the member. If `*` is an entry, it is the first entry.
    pub(super) fn to_entries(&self) -> Vec<String> {
        let wildcard = self.any.then(|| String::from("*"));
        let listed = self.listed.iter().cloned();
        wildcard.into_iter().chain(listed).collect()
    }

    /// Whether the policy allows `name`, in any letter case.
    #[inline]
    pub(crate) fn allows(&self, name: &[u8]) -> bool {
        self.names(name) || self.covers(name)
    }

    /// Whether a wildcard allows `name`. The response reflects the name. A reflected `*` would be a wildcard, so the name
    /// `*` is denied.
    #[inline]
    pub(crate) fn covers(&self, name: &[u8]) -> bool {
        self.any && name != b"*" && !name.eq_ignore_ascii_case(b"authorization")
    }

    /// Whether the list has `name`, in any letter case.
    #[inline]
    pub(crate) fn names(&self, name: &[u8]) -> bool {
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

/// Returns the names that do not have an error, in lower case. `can_be_any` is true if the value of the member can be
/// `*` instead of a list.
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

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort_unstable();
    names.dedup();
    names
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
