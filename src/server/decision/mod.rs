//! A policy's decision on a request.

pub(super) mod decide;
pub(super) mod denial;
pub(super) mod describe;
pub(super) mod header_source;
mod nearest_origin;
pub(super) mod owned;
pub(super) mod request_headers;
pub(super) mod source;
