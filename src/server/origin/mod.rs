//! Which origins a policy means.

pub(super) mod components;
pub(super) mod parsed;
pub(super) mod pattern;
pub(super) mod set;
pub(super) mod wildcard;
