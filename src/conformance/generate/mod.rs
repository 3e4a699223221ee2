//! Generators of cases and of policies.

#[cfg(feature = "arbitrary")]
pub mod arbitrary;
pub(crate) mod cases;
pub mod policies;
pub(crate) mod seeded;
pub(crate) mod weighted;
