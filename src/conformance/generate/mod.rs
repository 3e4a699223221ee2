//! Generators of cases and of policies.

#[cfg(feature = "arbitrary")]
pub mod arbitrary;
pub(crate) mod cases;
pub(crate) mod draw;
pub mod policies;
#[cfg(all(test, feature = "arbitrary"))]
mod reachability;
pub(crate) mod seeded;
pub(crate) mod weights;
