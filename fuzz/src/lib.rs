//! What the targets share: inputs that are decisions rather than bytes, and the naive models.
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
#[allow(clippy::result_unit_err, reason = "it is written for tests")]
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

/// Ends the run if a law is violated.
///
/// # Panics
///
/// With the violation and the input, if there is a violation.
pub fn hold(result: Result<(), LawViolation>, input: impl FnOnce() -> String) {
    if let Err(violation) = result {
        panic!("{violation}\nof {}", input());
    }
}
