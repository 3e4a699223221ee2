//! Shared parts of the benchmarks and the program `ratios`: typical inputs, the lines of a vector file, and
//! services with this and other middleware.

pub mod allocations;
pub mod inputs;
pub mod pages;
pub mod policies;
pub mod services;
pub mod vectors;
