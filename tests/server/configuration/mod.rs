//! The configuration of a policy: refused values, with their errors and messages.

mod builder;
#[cfg(feature = "cases")]
mod display;
#[cfg(all(feature = "cases", feature = "psl"))]
mod members;
#[cfg(all(feature = "cases", feature = "psl"))]
mod messages;
#[cfg(all(feature = "cases", feature = "psl"))]
mod origin_entries;
mod pairs;
#[cfg(all(feature = "cases", feature = "psl"))]
pub(crate) mod support;
