//! The names in `Vary`, and the merging of these names into a response.

use alloc::{string::String, vec::Vec};

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::frequent_values::header_value;
use crate::server::policy::rules::Rules;

/// The `Vary` header of a policy's responses, computed when the policy is built.
#[derive(Debug)]
pub(crate) struct PolicyVary {
    pub(super) on_options: Vary,
    pub(super) on_other_methods: Vary,
}

impl PolicyVary {
    /// Computes the `Vary` for OPTIONS requests and the `Vary` for all other requests. A policy is static if it adds
    /// the same headers to all responses, except to responses to OPTIONS requests.
    pub(super) fn new(rules: &Rules, is_static: bool) -> Self {
        Self {
            on_options: Vary::on_options(),
            on_other_methods: Vary::for_rules(rules, is_static),
        }
    }

    #[inline]
    pub(crate) const fn for_method(&self, is_options: bool) -> &Vary {
        if is_options {
            &self.on_options
        } else {
            &self.on_other_methods
        }
    }
}

/// The names that `Vary` must list, and the header line with these names.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Vary {
    pub(crate) names: Vec<HeaderName>,
    pub(crate) line: Option<HeaderValue>,
}

impl Vary {
    /// Returns the `Vary` for requests with a method other than OPTIONS. The response depends on `Origin` and on the
    /// request headers that a predicate reads. A shared cache must therefore store the variants of the response
    /// separately (RFC 9110 §12.5.5, and the section "CORS protocol and HTTP caches" of the Fetch standard). The
    /// response of a static policy does not depend on these headers.
    fn for_rules(rules: &Rules, is_static: bool) -> Self {
        if is_static {
            return Self::default();
        }
        let predicate = rules.predicate.as_ref();
        let reads = predicate.map_or(&[][..], |predicate| &*predicate.reads);
        Self::new("origin", reads)
    }

    /// Returns the `Vary` for OPTIONS requests, which is the same for every policy. Responses to OPTIONS are not
    /// cacheable (RFC 9110 §9.3.7), so this `Vary` does not list the headers that a predicate reads.
    fn on_options() -> Self {
        Self::new(
            "origin, access-control-request-method, access-control-request-headers",
            &[],
        )
    }

    /// Returns the `Vary` line for a layer that chooses a policy for each request. The line lists the headers in
    /// `reads`, because the choice depends on these headers. The line also lists `Origin`, because the response of the
    /// chosen policy can depend on `Origin`.
    #[cfg(any(feature = "actix-web", feature = "tower"))]
    pub(crate) fn of_chooser(reads: impl IntoIterator<Item = HeaderName>) -> Option<HeaderValue> {
        let reads: Vec<HeaderName> = reads.into_iter().collect();
        Self::new("origin", &reads).line
    }

    /// Creates a `Vary` with the names in `line` and in `reads`, without duplicates.
    fn new(line: &'static str, reads: &[HeaderName]) -> Self {
        let mut names: Vec<HeaderName> = elements(line.as_bytes()).filter_map(name).collect();
        let known = names.len();
        for name in reads {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        let line = if names.len() == known {
            // A static value is faster to clone, because it does not have a reference count.
            Some(HeaderValue::from_static(line))
        } else {
            joined(&mut names.iter().map(HeaderName::as_str), ", ")
        };
        Self { names, line }
    }

    /// Adds a `Vary` line to the response. The added line has the names in `line`, except the names that the response
    /// already lists in `Vary`.
    #[inline]
    pub(crate) fn add(line: &HeaderValue, response: &mut HeaderMap) {
        // Two calls, a look-up and an insertion, are faster than the entry API of `HeaderMap`.
        let line = if response.contains_key(header::VARY) {
            missing(line, values(response))
        } else {
            Some(line.clone())
        };
        if let Some(line) = line {
            response.append(header::VARY, line);
        }
    }
}

fn values(response: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let lines = response.get_all(header::VARY).into_iter();
    lines.map(HeaderValue::as_bytes)
}

/// Returns `line` without the names that are in `lines`. `lines` has the `Vary` lines of a response. Returns `None` if
/// no name remains.
pub(crate) fn missing<'l>(
    line: &HeaderValue,
    lines: impl IntoIterator<Item = &'l [u8]>,
) -> Option<HeaderValue> {
    let mut names: Vec<&[u8]> = elements(line.as_bytes()).collect();
    for element in lines.into_iter().flat_map(elements) {
        if element == b"*" {
            return None;
        }
        names.retain(|name| !name.eq_ignore_ascii_case(element));
    }
    let mut names = names.iter().filter_map(|name| str::from_utf8(name).ok());
    joined(&mut names, ", ")
}

fn elements(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|&byte| byte == b',').map(without_whitespace)
}

/// Removes leading and trailing spaces and tabs.
fn without_whitespace(mut element: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = element {
        element = rest;
    }
    element
}

fn name(element: &[u8]) -> Option<HeaderName> {
    HeaderName::from_bytes(element).ok()
}

/// Joins the names to one line. Returns `None` if the list of names is empty.
pub(super) fn joined(
    names: &mut dyn Iterator<Item = &str>,
    separator: &str,
) -> Option<HeaderValue> {
    let mut line = String::from(names.next()?);
    for name in names {
        line.push_str(separator);
        line.push_str(name);
    }
    header_value(line)
}
