//! A model of the permissions of a policy. The laws use this model to judge the server side. So the model reads the
//! entries of a policy itself, and does not use code of the server side.

use ::url::Url;
use http::HeaderMap;

use crate::conformance::generate::policies::policy_spec::{PolicySpec, PredicateSpec};
use crate::{
    infrastructure::{request::CredentialsMode, serialized_origin::is_serialized_origin},
    server::AllowList,
};

impl PolicySpec {
    /// Whether a script on a page with the origin `origin` may send a request and read the response. The request has
    /// the given method and credentials mode. `unsafe_names` has the names of the CORS-unsafe headers of the request.
    ///
    /// The predicate of the policy, if there is one, gets an empty list of request headers.
    ///
    /// ```
    /// use fetch_cors::{conformance::policies::PolicySpec, infrastructure::request::CredentialsMode};
    ///
    /// let mut spec = PolicySpec::from_origins(["https://*.example:*"]);
    /// spec.request_headers = vec!["*".into()];
    /// assert!(spec.permits("https://a.b.example:81", "GET", &["x-a"], CredentialsMode::Omit));
    /// assert!(!spec.permits("https://example", "GET", &[], CredentialsMode::Omit));
    /// assert!(!spec.permits("https://a.example", "GET", &["authorization"], CredentialsMode::Omit));
    /// ```
    pub fn permits(
        &self,
        origin: &str,
        method: &str,
        unsafe_names: &[&str],
        credentials_mode: CredentialsMode,
    ) -> bool {
        let mut names = unsafe_names.iter();
        (self.credentials || credentials_mode != CredentialsMode::Include)
            && self.allows_origin(origin, &HeaderMap::new())
            && self.allows_method(method)
            && names.all(|name| self.allows_name(name))
    }

    /// Whether the policy allows `origin`. `headers` has the request headers for the predicate.
    pub(crate) fn allows_origin(&self, origin: &str, headers: &HeaderMap) -> bool {
        let predicate = self.predicate.as_ref();
        self.origins.is_any()
            || self
                .listed_origins()
                .iter()
                .any(|entry| matches_entry(entry, origin))
            || predicate.is_some_and(|predicate| predicate.allows(origin, headers))
    }

    /// Whether the policy allows `method`. A wildcard does not allow a method with the name `*`.
    pub(crate) fn allows_method(&self, method: &str) -> bool {
        ["GET", "HEAD", "POST"].contains(&method)
            || match &self.methods {
                AllowList::Any => method != "*",
                AllowList::Only(listed) => listed.iter().any(|listed| listed == method),
            }
    }

    /// Whether the policy allows a request header. A wildcard does not allow a header with the name `*` or
    /// `authorization`.
    pub(crate) fn allows_name(&self, name: &str) -> bool {
        let is_listed = |name: &str| {
            let mut listed = self.request_headers.iter();
            listed.any(|listed| listed.eq_ignore_ascii_case(name))
        };
        match name {
            "*" => false,
            name if name.eq_ignore_ascii_case("authorization") => is_listed(name),
            name => is_listed("*") || is_listed(name),
        }
    }
}

impl PredicateSpec {
    fn allows(&self, origin: &str, headers: &HeaderMap) -> bool {
        let value = headers.get(&self.header);
        self.origin == origin
            && value.is_some_and(|value| value.as_bytes() == self.value.as_bytes())
    }
}

/// Whether an entry of a list of origins matches `origin`. An entry without a wildcard matches only an equal origin.
/// The wildcards are:
///
/// - `*.` matches whole labels of the host.
/// - `*` in a label matches a part of this label.
/// - `:*` matches any port.
/// - `*` as the whole host matches the identifier of a browser extension.
fn matches_entry(entry: &str, origin: &str) -> bool {
    if !entry.contains('*') {
        return entry == origin;
    }
    if let Some(start) = entry
        .strip_suffix('*')
        .filter(|start| start.ends_with("://"))
    {
        return origin.strip_prefix(start).is_some_and(is_identifier);
    }
    let (Some((scheme, host, port)), Some(sent)) = (parts(entry), parts(origin)) else {
        return false;
    };
    let is_host_match = match host.strip_prefix("*.") {
        None => match host.split_once('*') {
            None => host == sent.1,
            Some((start, end)) => is_between(start, sent.1, end),
        },
        Some(base) => sent.1.strip_suffix(base).is_some_and(is_labels),
    };
    scheme == sent.0
        && is_host_match
        && (port == "*" || port == sent.2)
        && is_resolvable(sent.1)
        && is_serialized(origin)
}

fn is_identifier(host: &str) -> bool {
    let is_character = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (1..=64).contains(&host.len()) && host.chars().all(is_character)
}

/// Whether the host begins with `start` and ends with `end`, with characters of one label between them.
fn is_between(start: &str, host: &str, end: &str) -> bool {
    let rest = host.strip_prefix(start);
    let part = rest.and_then(|rest| rest.strip_suffix(end));
    part.is_some_and(|part| !part.is_empty() && !part.contains('.'))
}

fn is_labels(before: &str) -> bool {
    let labels = before.strip_suffix('.');
    labels.is_some_and(|labels| labels.split('.').all(|label| !label.is_empty()))
}

/// Whether the host is short enough for the DNS. A domain name has at most 253 bytes, and can have a dot at its end.
fn is_resolvable(host: &str) -> bool {
    host.len() <= 254
}

/// Returns the scheme, the host and the port of an origin. The port is empty if the origin has no port.
fn parts(origin: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = origin.split_once("://")?;
    Some(match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (scheme, host, port),
        _ => (scheme, rest, ""),
    })
}

/// Whether the URL parser serializes the origin to the same text. Browsers send only serialized origins.
///
/// Only the tables of the standard UTS 46 show whether Punycode is valid. A server does not have these tables, so an
/// origin with invalid Punycode also counts as serialized.
pub(crate) fn is_serialized(origin: &str) -> bool {
    let is_unchanged =
        Url::parse(origin).is_ok_and(|url| url.origin().ascii_serialization() == origin);
    is_unchanged || (origin.contains("xn--") && is_serialized_origin(origin))
}
