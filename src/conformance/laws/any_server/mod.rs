//! Laws about any server.

pub(crate) mod exchange;
pub(crate) mod handler;
pub(crate) mod hostile_requests;
pub(crate) mod refusals;
pub(crate) mod request_metadata;
pub(crate) mod times;
