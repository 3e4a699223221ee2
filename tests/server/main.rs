//! The server side: the configuration of policies, and their decisions and responses.
#![allow(missing_docs, unreachable_pub)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod comparison;
mod configuration;
mod decisions;
#[cfg(feature = "serde")]
mod files;
#[cfg(all(feature = "cases", feature = "psl"))]
mod handler_headers;
#[cfg(not(feature = "browser"))]
mod header_lines;
#[cfg(all(feature = "cases", feature = "psl"))]
mod large_inputs;
#[cfg(feature = "conformance")]
mod laws;
#[path = "../support/naive_policy.rs"]
mod naive_policy;
mod origin_grammar;
mod origins;
mod predicates;
#[cfg(all(feature = "cases", feature = "psl"))]
mod preflights;
#[cfg(all(feature = "cases", feature = "psl"))]
mod request_lines;
#[cfg(all(feature = "cases", feature = "psl"))]
mod responses;
mod source;
#[cfg(all(feature = "cases", feature = "psl"))]
mod vary;
