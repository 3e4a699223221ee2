//! A policy: its configuration, validation and comparison.

pub(super) mod arguments;
pub(super) mod builder;
pub(super) mod config;
mod cors_policy;
mod credential_risks;
pub(super) mod diff;
pub(super) mod error;
#[cfg(feature = "serde")]
pub(super) mod file;
pub(super) mod lists;
mod member_names;
mod pairs;
pub(super) mod predicate;
#[cfg(feature = "psl")]
pub(super) mod psl;
#[cfg(feature = "serde")]
mod raw_value;
pub(super) mod rules;
mod validate;

pub use self::cors_policy::CorsPolicy;
