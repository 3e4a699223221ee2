//! The JSON Schemas of the case format: they accept all vectors and printed lines, and refuse
//! malformed lines.
#![cfg(feature = "cli")]
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

#[path = "schemas/explanation_samples.rs"]
mod explanation_samples;
#[path = "schemas/explanations.rs"]
mod explanations;
#[path = "schemas/lists.rs"]
mod lists;
#[path = "schemas/mutants.rs"]
mod mutants;
#[path = "schemas/parsers.rs"]
mod parsers;
#[path = "schemas/policies.rs"]
mod policies;
#[path = "schemas/policy_samples.rs"]
mod policy_samples;
#[path = "schemas/printed.rs"]
mod printed;
#[path = "cli/program.rs"]
#[allow(dead_code)]
mod program;
#[path = "schemas/refused.rs"]
mod refused;
#[path = "schemas/samples.rs"]
mod samples;
#[path = "schemas/validator.rs"]
mod validator;
