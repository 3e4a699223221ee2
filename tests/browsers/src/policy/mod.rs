//! Policies in real browsers: the layer of the library serves, and pages fetch.

pub mod command;
pub mod draw;
pub mod expected;
pub mod fetches;
pub mod origins;
pub mod plan;
pub mod serve;
