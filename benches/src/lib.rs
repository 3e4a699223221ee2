//! What the benchmarks and the program `ratios` share: typical inputs, and the lines of a vector file.

pub mod inputs;
pub mod pages;
pub mod vectors;
