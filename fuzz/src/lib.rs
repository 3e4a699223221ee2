//! What the targets share: inputs that are decisions rather than bytes, and the naive model.
#![forbid(unsafe_code)]

pub mod browser;
pub mod cases;
#[allow(clippy::result_unit_err, reason = "it is written for tests")]
#[path = "../../tests/support/naive/mod.rs"]
pub mod naive;
pub mod servers;
pub mod values;
