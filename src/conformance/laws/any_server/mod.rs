//! Laws for any server.

pub(crate) mod exchange;
pub(crate) mod handler;
pub(crate) mod hostile_requests;
