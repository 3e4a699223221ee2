//! Judges exchanges (requests with their responses) by the laws.

mod change_of_state;
mod common_property;
pub(crate) mod crashes;
mod denials;
mod engines;
pub(crate) mod failed_preflights;
mod failure_patterns;
pub(crate) mod fetch;
pub(crate) mod null_origin;
pub(crate) mod outages;
pub(crate) mod pairs;
pub(crate) mod preflight_vary;
pub(crate) mod recognize;
pub(crate) mod redirects;
mod request_groups;
mod request_parts;
mod request_properties;
pub(crate) mod requests;
pub(crate) mod response;
pub(crate) mod sent_origins;
pub(crate) mod shared_cache;
pub(crate) mod silence;
pub(crate) mod silent_requests;
pub(crate) mod stalled;
pub(crate) mod stop;
pub(crate) mod unstable;
pub(crate) mod whole_run;
