//! Shared parts of the benchmarks and the program `ratios`: typical inputs, the lines of a vector file, and services
//! with the middleware of this crate and of other crates.

pub mod allocations;
pub mod inputs;
pub mod pages;
pub mod policies;
pub mod services;
pub mod vectors;
