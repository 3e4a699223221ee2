//! The laws of CORS: properties of every fetch and of every response. Each law has a function that checks the law.
//!
//! [`Law`] is the index of the laws. It has the id, the name and the statement of each law. The name of a law is also
//! the name of its function.
//!
//! The inputs of a law's function are plain values, such as a request and a response. The function returns an error if
//! the law is violated. If possible, the function has a table or a definition of its own, and does not use the code
//! that it judges. For inputs outside the scope of a law, the law always holds.
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

/// Re-exports the index and, with it, the functions of the laws.
pub use self::index::*;
pub use self::{browser::cache::Visit, violation::LawViolation};
