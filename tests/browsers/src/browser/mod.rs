//! The browsers of this machine.

pub mod devtools;
pub mod engine;
pub mod isolation;
pub mod launch;
