//! What a policy permits, and a server that has a policy: what the laws compare the server's side with.

pub(crate) mod permits;
pub(crate) mod serve;

pub use self::serve::{network, serve, serve_beside};
