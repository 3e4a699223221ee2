//! The comparison of two policies: the permissions that only one of them has.

use alloc::{format, string::String, vec::Vec};
use core::fmt;

use super::{
    CorsPolicy,
    config::{AllowList, PolicyConfig},
    rules::{Origins, Rules},
};
use crate::infrastructure::{always_exposed::is_always_exposed, method::is_cors_safelisted_method};
use crate::server::origin::{
    matcher::OriginSet,
    pattern::{OriginPattern, Pattern},
};

/// The difference between two policies, with an entry for each origin, method, header or member that differs.
///
/// ```
/// use fetch_cors::server::CorsPolicy;
///
/// let old = CorsPolicy::builder().origin("https://a.example").methods(["PUT"]).build()?;
/// let new = CorsPolicy::builder().origin("https://*.example").build()?;
/// let difference = new.difference(&old).unwrap();
/// assert_eq!(difference.widened, ["origins: https://*.example"]);
/// assert_eq!(difference.narrowed, ["methods: PUT"]);
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// The permissions that only the new policy has. The new policy is `new` in the call `new.difference(&old)`.
    pub widened: Vec<String>,
    /// The permissions that only the old policy has. The old policy is `old` in the call `new.difference(&old)`.
    pub narrowed: Vec<String>,
}

/// The error for two policies that do not have the same predicate. A predicate is a function, and the library cannot
/// compare the results of two functions.
///
/// ```
/// use fetch_cors::server::{IncomparablePoliciesError, CorsPolicy};
/// let policy = || CorsPolicy::builder().origin_predicate(&[], |_, _| true).build();
/// assert_eq!(policy()?.subsumes(&policy()?), Err(IncomparablePoliciesError));
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IncomparablePoliciesError;

impl fmt::Display for IncomparablePoliciesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the policies have different predicates, and predicates are code, which cannot be compared: use the same predicate in both policies")
    }
}

impl core::error::Error for IncomparablePoliciesError {}

impl CorsPolicy {
    /// Whether this policy allows everything that `other` allows: origins, credentials, methods, request headers and
    /// exposed headers.
    ///
    /// The comparison ignores the limits on Access-Control-Request-Headers, and the limit on the length of an unlisted
    /// method. A policy with a list of request headers
    /// limits the number of names. A policy with a wildcard limits the number of bytes. This limit is 8 KiB or more.
    ///
    /// # Errors
    ///
    /// Returns [`IncomparablePoliciesError`] if the policies do not have the same predicate, unless one of the policies
    /// allows every origin.
    ///
    /// ```
    /// use fetch_cors::server::CorsPolicy;
    /// let any = CorsPolicy::builder().any_origin().build()?;
    /// let one = CorsPolicy::builder().origin("https://a.example").build()?;
    /// assert_eq!((any.subsumes(&one), one.subsumes(&any)), (Ok(true), Ok(false)));
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    pub fn subsumes(&self, other: &Self) -> Result<bool, IncomparablePoliciesError> {
        Ok(other.difference(self)?.widened.is_empty())
    }

    /// Compares the permissions of two policies. The result has the permissions of this policy that `other` lacks, and
    /// the permissions of `other` that this policy lacks.
    ///
    /// # Errors
    ///
    /// Returns [`IncomparablePoliciesError`] if the policies do not have the same predicate, unless one of the policies
    /// allows every origin.
    pub fn difference(&self, other: &Self) -> Result<Difference, IncomparablePoliciesError> {
        let (new, old) = (&self.0.rules, &other.0.rules);
        let is_any = |rules: &Rules| rules.origins == Origins::Any;
        if new.predicate != old.predicate && !is_any(new) && !is_any(old) {
            return Err(IncomparablePoliciesError);
        }
        Ok(Difference {
            widened: beyond(new, old),
            narrowed: beyond(old, new),
        })
    }
}

/// Returns the permissions of `a` that `b` lacks.
fn beyond(a: &Rules, b: &Rules) -> Vec<String> {
    let PolicyConfig {
        // The code below compares the parsed origins instead of the strings in `origins`.
        origins: _,
        credentials,
        methods,
        request_headers,
        expose_headers,
        // These members change neither which requests are allowed nor which headers are exposed.
        max_age: _,
        preflight_status: _,
        // These members allow nothing themselves: they only permit risky combinations of origins and credentials. The
        // code below compares the origins and the credentials.
        dangerously_allow_any_extension_origin: _,
        dangerously_allow_insecure_origins: _,
        dangerously_allow_null_origin: _,
        dangerously_allow_subdomains_of_public_suffixes: _,
    } = &a.config;
    let mut beyond = Vec::new();
    match (&a.origins, &b.origins) {
        (_, Origins::Any) => {}
        (Origins::Any, Origins::Listed(_)) => beyond.push(String::from("origins: *")),
        (Origins::Listed(a), Origins::Listed(b)) => {
            let new = a
                .patterns()
                .into_iter()
                .filter(|pattern| !b.covers(pattern));
            beyond.extend(new.map(|pattern| format!("origins: {pattern}")));
        }
    }
    if *credentials && !b.config.credentials {
        beyond.push(String::from("credentials"));
    }
    match (methods, &b.config.methods) {
        (_, AllowList::Any) => {}
        (AllowList::Any, AllowList::Only(_)) => beyond.push(String::from("methods: *")),
        (AllowList::Only(a), AllowList::Only(b)) => {
            let new = a.iter().filter(|method| b.binary_search(method).is_err());
            let new = new.filter(|method| !is_cors_safelisted_method(method.as_bytes()));
            beyond.extend(new.map(|method| format!("methods: {method}")));
        }
    }
    if a.request_headers.any && !b.request_headers.any {
        beyond.push(String::from("request_headers: *"));
    }
    let names = request_headers.iter().filter(|name| *name != "*");
    let new = names.filter(|name| !b.request_headers.allows(name.as_bytes()));
    beyond.extend(new.map(|name| format!("request_headers: {name}")));
    match (expose_headers, &b.config.expose_headers) {
        (_, AllowList::Any) => {}
        (AllowList::Any, AllowList::Only(_)) => beyond.push(String::from("expose_headers: *")),
        (AllowList::Only(a), AllowList::Only(b)) => {
            let new = a.iter().filter(|name| b.binary_search(name).is_err());
            let new = new.filter(|name| !is_always_exposed(name));
            beyond.extend(new.map(|name| format!("expose_headers: {name}")));
        }
    }
    beyond
}

impl OriginSet {
    /// Whether one entry of the set matches all origins that `pattern` matches.
    fn covers(&self, pattern: &OriginPattern) -> bool {
        match &pattern.0 {
            Pattern::Null => self.contains(b"null"),
            Pattern::Exact(exact) => self.contains(exact.as_bytes()),
            Pattern::Wildcard(inner) => self.covers_wildcard(inner),
            Pattern::PartialLabel(inner) => self.covers_partial_label(inner),
            Pattern::Extensions(scheme) => self.covers_extensions(*scheme),
        }
    }
}
