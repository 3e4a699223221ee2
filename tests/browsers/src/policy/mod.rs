//! Tests policies with real browsers: a server uses the library's layer, and pages fetch from this server.

pub mod command;
pub mod draw;
pub mod expected;
pub mod fetches;
pub mod origins;
pub mod plan;
pub mod serve;
