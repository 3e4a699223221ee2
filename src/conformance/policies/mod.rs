//! Generators of policies, of origins close to theirs, and of requests to a server that has one.
//!
//! ```
//! use fetch_cors::conformance::policies::{PolicySpec, policy, request_to, serve};
//! use proptest::{strategy::Strategy, test_runner::TestRunner};
//!
//! let exchanges = policy().prop_flat_map(|spec| (request_to(&spec), proptest::strategy::Just(spec)));
//! TestRunner::deterministic().run(&exchanges, |(request, spec)| {
//!     let response = serve(&spec.build()?, &request);
//!     assert!(response.headers().get_all("access-control-allow-origin").iter().count() <= 1);
//!     Ok(())
//! })?;
//! # Ok::<(), proptest::test_runner::TestError<(http::Request<()>, PolicySpec)>>(())
//! ```

#[cfg(feature = "arbitrary")]
pub(super) mod arbitrary;
mod edits;
mod fetches;
mod labelled;
mod neighbours;
mod origins;
mod requests;
mod serve;
mod spec;
mod strategy;
mod written;

pub(crate) use self::fetches::{fetch_at, with_unsafe_values};
pub use self::{
    fetches::{SERVER, fetch_to},
    labelled::{NearOrigin, labelled_origin_near},
    neighbours::origin_near,
    requests::{handler_headers, request_to},
    serve::{network, serve, serve_beside},
    spec::{PolicySpec, PredicateSpec},
    strategy::policy,
    written::HasPredicate,
};
