//! Laws that any server must keep.

pub(crate) mod exchange;
pub(crate) mod handler;
pub(crate) mod hostile_requests;
