//! A model of the permissions of a policy, and a server with a policy. The laws use both modules.

pub(crate) mod permits;
pub(crate) mod serve;

pub use self::serve::{network, serve, serve_with_handler};
