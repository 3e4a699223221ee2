//! Generators of cases, and the laws that hold of every fetch.
//!
//! A generator makes decisions, not bytes: a kind of `Access-Control-Allow-Origin`, say, that is made
//! concrete against the request that is answered. Random bytes would never come past the first
//! comparison. Cases are biased towards limits and near misses, and shrink towards the plainest one.
//! The laws are in [`laws`]. The same from bytes, for fuzz targets, is `arbitrary` (feature `arbitrary`).
//!
//! ```
//! use fetch_cors::conformance::{Family, generate};
//!
//! let lines: Vec<String> = generate(1, None).take(8).map(|case| case.to_string()).collect();
//! assert!(lines[0].starts_with(r#"{"id":"check-000001","#));
//!
//! // The same seed gives the same cases, whether or not those of other families are between them.
//! let second = generate(1, Some(Family::Preflight)).next().unwrap();
//! assert_eq!(second.to_string(), lines[1]);
//! ```

mod allow_origin;
mod answering;
mod answers;
#[cfg(feature = "arbitrary")]
pub mod arbitrary;
mod calls;
mod families;
mod family;
mod generate;
mod kinds;
pub mod laws;
mod lists;
mod origins;
mod plan;
pub mod policies;
mod recipe;
mod redirects;
mod request_headers;
mod visits;

use core::fmt;

use proptest::strategy::{Strategy, Union};

pub use self::{
    family::{Family, UnknownFamily},
    generate::{Generate, generate},
};
use crate::cases::Case;

/// The cases of `family`, of which the id is its name.
///
/// ```
/// use fetch_cors::conformance::{Family, case};
/// use proptest::{strategy::{Strategy, ValueTree}, test_runner::TestRunner};
///
/// let tree = case(Family::Check).new_tree(&mut TestRunner::deterministic())?;
/// assert_eq!(tree.current().fetches.len(), 1);
/// # Ok::<(), proptest::test_runner::Reason>(())
/// ```
pub fn case(family: Family) -> impl Strategy<Value = Case<'static>> {
    families::cases(family)
}

/// The cases of all families.
///
/// ```
/// use fetch_cors::conformance::{CaseLine, any_case};
/// use proptest::{strategy::Strategy, test_runner::TestRunner};
///
/// TestRunner::deterministic().run(&any_case().prop_map(CaseLine), |CaseLine(case)| {
///     assert!(!case.server.is_empty());
///     Ok(())
/// })?;
/// # Ok::<(), proptest::test_runner::TestError<CaseLine>>(())
/// ```
pub fn any_case() -> impl Strategy<Value = Case<'static>> {
    Union::new(Family::ALL.iter().map(|&family| families::cases(family)))
}

/// A case that a failing test prints as the line of JSON that it is.
///
/// ```
/// use fetch_cors::{cases::Case, conformance::CaseLine};
/// let line = r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://b/"}],"server":[]}"#;
/// assert_eq!(format!("{:?}", CaseLine(Case::parse(line)?)), line);
/// # Ok::<(), fetch_cors::cases::Malformed>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct CaseLine(pub Case<'static>);

impl fmt::Debug for CaseLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
