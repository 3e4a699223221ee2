//! Inputs that consist of decisions instead of bytes, and the naive models. All targets share them.
#![forbid(unsafe_code)]

#[path = "../../tests/support/before_a_handler.rs"]
pub mod before_a_handler;
pub mod browser;
pub mod cases;
pub mod configurations;
pub mod exchanges;
pub mod grammar;
#[path = "../../tests/support/layer.rs"]
pub mod layer;
#[allow(clippy::result_unit_err, reason = "the model is test code")]
#[path = "../../tests/support/naive/mod.rs"]
pub mod naive;
pub mod naive_configuration;
#[path = "../../tests/support/naive_policy.rs"]
pub mod naive_policy;
#[path = "../../tests/support/one_change.rs"]
pub mod one_change;
pub mod origins;
pub mod policies;
pub mod servers;
pub mod sessions;
pub mod unlisted_origins;
pub mod values;

use fetch_cors::conformance::laws::LawViolation;

/// Panics with the violation and the input if the law is violated.
pub fn assert_law(result: Result<(), LawViolation>, input: impl FnOnce() -> String) {
    if let Err(violation) = result {
        panic!("{violation}\ninput: {}", input());
    }
}
