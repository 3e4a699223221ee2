//! The laws: properties of every fetch and every response, each a function that checks one law.
//!
//! [`Law`] is the index. It has the id, the name and the statement of each law. The name of a law is the name of
//! its function. A function takes plain inputs and returns the violation, if there is one. If possible, the
//! function has its own table or definition, and does not use the code that it judges. A law holds vacuously for
//! inputs outside its scope.
//!
//! ```
//! use fetch_cors::conformance::{generate, laws};
//!
//! for case in generate(1, None).take(80) {
//!     laws::every_failure_has_one_step(&case)?;
//! }
//! # Ok::<(), laws::LawViolation>(())
//! ```

pub(crate) mod any_server;
pub(crate) mod browser;
pub(crate) mod index;
pub(crate) mod server;
pub(crate) mod severity;
pub(crate) mod support;
pub(crate) mod violation;

/// Re-exports the index, which re-exports the functions of the laws.
pub use self::index::*;
pub use self::{browser::cache::Visit, violation::LawViolation};
