//! A model of what a policy permits, and a server with a policy. The laws use both.

pub(crate) mod permits;
pub(crate) mod serve;

pub use self::serve::{network, serve, serve_with_handler};
