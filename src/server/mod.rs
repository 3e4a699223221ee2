//! The server's side: a validated policy that decides what a response says.
//!
//! A policy is built once, or all that is wrong with it is told at once; deciding on a request
//! allocates nothing, but where the URL parser has to judge a host, and what a response says is merged
//! into what a handler put there.
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

mod apply;
mod apply_to_list;
mod build;
mod builder;
mod compare;
mod compiled;
#[cfg(feature = "serde")]
mod config;
#[cfg(feature = "serde")]
mod config_members;
mod dangers;
mod decide;
mod entries;
mod error;
mod error_code;
mod explain;
mod names;
mod origin_error;
mod origin_pattern;
mod origin_set;
mod origin_text;
mod owned_decision;
mod policy;
mod predicate;
#[cfg(feature = "psl")]
mod psl;
mod request_headers;
mod request_value;
mod response_headers;
#[cfg(feature = "serde")]
mod serialize;
mod to_merge;
#[cfg(feature = "serde")]
mod tree;
mod vary;

pub use builder::CorsPolicyBuilder;
pub use compare::{CannotBeDecided, Difference};
#[cfg(feature = "serde")]
pub use config::Config;
pub use decide::{Decision, Denied, Kind};
pub use error::{ConfigError, ConfigErrorCode, ConfigErrors, ConfigValue};
pub use explain::Explanation;
pub use origin_pattern::{InvalidPattern, OriginPattern};
pub use owned_decision::OwnedDecision;
pub use policy::CorsPolicy;
pub use predicate::DeclaredHeaders;
#[cfg(feature = "psl")]
pub use psl::PublicSuffixList;
pub use request_value::{RequestValue, Values};
pub use response_headers::ResponseValue;
#[cfg(feature = "tower")]
pub(crate) use to_merge::ToMerge;
