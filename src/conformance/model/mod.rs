//! Two modules for the laws: a model of the permissions of a policy (`permits`), and a server with a policy (`serve`).

pub(crate) mod permits;
pub(crate) mod serve;

pub use self::serve::{network, serve, serve_with_handler};
