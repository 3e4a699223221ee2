//! The server side: a validated policy that decides on requests and sets the CORS headers of responses.
//!
//! A policy is built once. [`CorsPolicyBuilder::build`] reports all configuration errors together. A decision does not
//! allocate memory. [`Decision::apply`] merges the CORS headers into the response of a handler.
//!
//! ```
//! use fetch_cors::server::CorsPolicy;
//! use http::{HeaderMap, Method};
//!
//! let policy = CorsPolicy::builder().origin("https://*.app.example").credentials(true).methods(["PUT"]).build()?;
//!
//! let mut request = HeaderMap::new();
//! request.insert("origin", "https://www.app.example".parse()?);
//! request.insert("access-control-request-method", "PUT".parse()?);
//!
//! let decision = policy.decide(&Method::OPTIONS, &request);
//! let mut response = HeaderMap::new();
//! decision.apply(&mut response);
//! assert_eq!(decision.status(), Some(http::StatusCode::NO_CONTENT));
//! assert_eq!(response["access-control-allow-origin"], "https://www.app.example");
//! assert_eq!(response["access-control-allow-methods"], "PUT");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod decision;
mod origin;
mod policy;
mod response;

#[cfg(feature = "serde")]
pub use self::policy::file::reading::PolicyFile;
#[cfg(feature = "psl")]
pub use self::policy::psl::PublicSuffixList;
#[cfg(feature = "actix-web")]
pub(crate) use self::response::header_target::{add_vary, remove_cors_headers};
#[cfg(feature = "tower")]
pub(crate) use self::response::pending::PendingHeaders;
#[cfg(any(feature = "actix-web", feature = "tower"))]
pub(crate) use self::response::vary::Vary;
pub use self::{
    decision::{
        decide::{Decision, RequestKind},
        denial::{DenialReason, Verdict},
        describe::Description,
        header_source::HeaderSource,
        owned::OwnedDecision,
        source::SourceError,
    },
    origin::pattern::{OriginPattern, OriginPatternError},
    policy::{
        CorsPolicy,
        arguments::{MaxAge, PreflightStatus},
        builder::CorsPolicyBuilder,
        config::{AllowList, PolicyConfig},
        diff::{Difference, IncomparablePoliciesError},
        error::{ConfigError, ConfigErrorKind, ConfigErrors, ConfigValue},
        predicate::PredicateRequest,
    },
    response::header_target::HeaderTarget,
};
pub use crate::infrastructure::{
    credentials_mode::CredentialsMode,
    public_suffixes::{NoPublicSuffixes, PublicSuffixes},
};
