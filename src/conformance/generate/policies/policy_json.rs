use alloc::{string::String, vec::Vec};

use serde::{Deserialize, de::IgnoredAny};

use super::policy_spec::PolicySpec;
use crate::server::CorsPolicy;

/// A policy with a predicate cannot be written down: nobody can say whom it allows.
///
/// ```
/// use fetch_cors::conformance::policies::{HasPredicateError, PolicySpec};
/// use fetch_cors::server::CorsPolicy;
///
/// let policy = CorsPolicy::builder().origin_predicate([""; 0], |_, _| true).build()?;
/// assert_eq!(PolicySpec::try_from(&policy), Err(HasPredicateError));
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nobody can say what a predicate allows")]
pub struct HasPredicateError;

#[derive(Deserialize)]
struct Written {
    origins: AnyOr,
    credentials: bool,
    methods: AnyOr,
    request_headers: AnyOr,
    expose_headers: AnyOr,
    #[serde(default)]
    max_age: Option<u32>,
    preflight_status: u16,
    dangerously_allow_insecure_origins: bool,
    dangerously_allow_null_origin: bool,
    dangerously_allow_subdomains_of_public_suffixes: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum AnyOr {
    List(Vec<String>),
    Any(IgnoredAny),
}

impl AnyOr {
    fn listed(self) -> Option<Vec<String>> {
        match self {
            Self::List(list) => Some(list),
            Self::Any(_) => None,
        }
    }
}

/// What a policy was built from, each entry once and in order.
impl TryFrom<&CorsPolicy> for PolicySpec {
    type Error = HasPredicateError;

    fn try_from(policy: &CorsPolicy) -> Result<Self, HasPredicateError> {
        let written = serde_json::to_string(policy).map_err(|_| HasPredicateError)?;
        let written: Written = serde_json::from_str(&written).map_err(|_| HasPredicateError)?;
        Ok(Self {
            origins: written.origins.listed(),
            predicate: None,
            credentials: written.credentials,
            methods: written.methods.listed(),
            request_headers: written.request_headers.listed().unwrap_or_default(),
            expose_headers: written.expose_headers.listed(),
            max_age: written.max_age,
            preflight_status: written.preflight_status,
            dangerously_allow_insecure_origins: written.dangerously_allow_insecure_origins,
            dangerously_allow_null_origin: written.dangerously_allow_null_origin,
            dangerously_allow_subdomains_of_public_suffixes: written
                .dangerously_allow_subdomains_of_public_suffixes,
        })
    }
}
