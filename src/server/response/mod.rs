//! The headers that a decision adds to a response.

pub(super) mod apply;
mod frequent_values;
pub(super) mod header_target;
pub(super) mod headers;
pub(super) mod pending;
pub(super) mod precomputed;
pub(super) mod vary;
