//! Rust middleware, called without a socket.

pub(crate) mod actix;
pub(crate) mod ours;
pub(crate) mod poem;
mod requests;
pub(crate) mod tower_http;
pub(crate) mod warp;
