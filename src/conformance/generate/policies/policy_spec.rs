use alloc::string::String;
use core::ops::{Deref, DerefMut};

use crate::server::{AllowList, ConfigErrors, CorsPolicy, CorsPolicyBuilder, PolicyConfig};

/// A policy as plain data: a configuration and a predicate. The type dereferences to its [`PolicyConfig`], so code can
/// use the members directly. A test can also build the policy of another CORS implementation from this data.
///
/// ```
/// use fetch_cors::conformance::policies::PolicySpec;
///
/// let mut spec = PolicySpec::from_origins(["https://a.example"]);
/// spec.credentials = true;
/// assert!(spec.build()?.config().credentials);
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicySpec {
    /// The members of the policy.
    pub config: PolicyConfig,
    /// A predicate that allows one origin in addition to the listed origins.
    pub predicate: Option<PredicateSpec>,
}

/// A predicate as plain data. The predicate allows one origin if a request header has the given value.
///
/// ```
/// use fetch_cors::conformance::policies::{PolicySpec, PredicateSpec};
///
/// let mut spec = PolicySpec::from_origins(["https://a.example"]);
/// let (origin, header) = ("https://b.example".into(), "x-tenant".into());
/// spec.predicate = Some(PredicateSpec { origin, header, value: "b".into() });
/// assert!(spec.build().is_ok());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PredicateSpec {
    /// The origin that the predicate allows.
    pub origin: String,
    /// The name of the request header, in lower case.
    pub header: String,
    /// The value of the request header.
    pub value: String,
}

/// An error for a policy with a predicate. A predicate is a function, so it cannot be turned into data.
///
/// ```
/// use fetch_cors::conformance::policies::{HasPredicateError, PolicySpec};
/// use fetch_cors::server::CorsPolicy;
///
/// let policy = CorsPolicy::builder().origin_predicate(&[], |_, _| true).build()?;
/// assert_eq!(PolicySpec::try_from(&policy), Err(HasPredicateError));
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the policy has a predicate, so the origins that it allows are not known: use a policy with a list of origins"
)]
pub struct HasPredicateError;

impl PolicySpec {
    /// Creates a policy that lists the given origins. All other members have their default values.
    pub fn from_origins<S: Into<String>>(origins: impl IntoIterator<Item = S>) -> Self {
        Self {
            config: PolicyConfig {
                origins: origins.into_iter().collect(),
                ..PolicyConfig::default()
            },
            predicate: None,
        }
    }

    /// Returns the listed origins. The list is empty if the policy allows every origin.
    pub fn listed_origins(&self) -> &[String] {
        self.origins.entries()
    }

    /// Whether the policy is static: it does not allow credentials, and it allows every origin or exactly one origin. A
    /// static policy sends the same `Access-Control-Allow-Origin` to every request that is not a preflight.
    pub fn is_static(&self) -> bool {
        match &self.origins {
            _ if self.credentials => false,
            AllowList::Any => true,
            AllowList::Only(origins) => match &**origins {
                [first, rest @ ..] => {
                    self.predicate.is_none()
                        && rest.iter().all(|origin| origin == first)
                        && !["null", "file://"].contains(&first.as_str())
                        && !first.contains('*')
                }
                [] => false,
            },
        }
    }

    /// Returns a builder with the members and the predicate of the policy.
    pub fn builder(&self) -> CorsPolicyBuilder {
        let builder = CorsPolicyBuilder::from(self.config.clone());
        match self.predicate.clone() {
            None => builder,
            Some(predicate) => {
                let header = predicate.header.clone();
                builder.origin_predicate(&[&header], move |origin, request| {
                    origin == predicate.origin
                        && request.header(&predicate.header) == Some(predicate.value.as_bytes())
                })
            }
        }
    }

    /// Builds the policy.
    ///
    /// # Errors
    ///
    /// Returns all errors of the configuration.
    pub fn build(&self) -> Result<CorsPolicy, ConfigErrors> {
        self.builder().build()
    }
}

impl Deref for PolicySpec {
    type Target = PolicyConfig;

    fn deref(&self) -> &PolicyConfig {
        &self.config
    }
}

impl DerefMut for PolicySpec {
    fn deref_mut(&mut self) -> &mut PolicyConfig {
        &mut self.config
    }
}

/// Copies the normalized configuration of a policy.
impl TryFrom<&CorsPolicy> for PolicySpec {
    type Error = HasPredicateError;

    fn try_from(policy: &CorsPolicy) -> Result<Self, HasPredicateError> {
        if policy.has_predicate() {
            return Err(HasPredicateError);
        }
        Ok(Self {
            config: policy.config().clone(),
            predicate: None,
        })
    }
}
