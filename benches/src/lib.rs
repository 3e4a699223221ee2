//! What the benchmarks and the program `ratios` share: typical inputs, the lines of a vector file, and
//! the services of others.

pub mod allocations;
pub mod inputs;
pub mod pages;
pub mod policies;
pub mod services;
pub mod vectors;
