//! The configuration of a policy: which values are refused, with which error and which message.

mod builder;
#[cfg(feature = "cases")]
mod display;
#[cfg(all(feature = "cases", feature = "psl"))]
mod members;
#[cfg(all(feature = "cases", feature = "psl"))]
mod messages;
#[cfg(all(feature = "cases", feature = "psl"))]
mod origin_entries;
#[cfg(all(feature = "cases", feature = "psl"))]
pub(crate) mod support;
