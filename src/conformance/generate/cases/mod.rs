//! Generators of cases of the browser side.

pub(crate) mod allow_credentials;
pub(crate) mod allow_origin;
pub(crate) mod calls;
#[cfg(test)]
mod drawn_mistakes;
pub(crate) mod family;
pub(crate) mod follow_up;
pub(crate) mod lists;
pub(crate) mod origins;
pub(crate) mod parts;
pub(crate) mod plan;
pub(crate) mod redirects;
pub(crate) mod request_headers;
pub(crate) mod request_summary;
pub(crate) mod server_response;
pub(crate) mod strategies;
pub(crate) mod target;
