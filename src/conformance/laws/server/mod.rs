//! Laws about this crate's server side, and about a browser's fetches from a server with a policy.

pub(crate) mod api_equivalence;
pub(crate) mod bounded_work;
pub(crate) mod caches;
pub(crate) mod comparison;
pub(crate) mod configuration;
pub(crate) mod fetches;
pub(crate) mod intermediary;
pub(crate) mod merging;
pub(crate) mod origins;
pub(crate) mod preflight_status;
pub(crate) mod preflights;
pub(crate) mod request_headers;
pub(crate) mod responses;
