//! Laws about the browser side.

pub(crate) mod api;
pub(crate) mod cache;
pub(crate) mod cache_hit;
pub(crate) mod cache_renewal;
pub(crate) mod cors_check;
pub(crate) mod exposed_headers;
pub(crate) mod preflight;
pub(crate) mod preflight_response;
pub(crate) mod safelist;
pub(crate) mod timing;
pub(crate) mod verdict;
