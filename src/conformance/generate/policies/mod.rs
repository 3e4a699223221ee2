//! Generators of policies, of origins that are similar to the origins of a policy, and of requests to a server with a
//! policy.
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
pub(crate) mod arbitrary;
pub(crate) mod entry_mistakes;
pub(crate) mod fetches;
pub(crate) mod labelled_origins;
pub(crate) mod listed_origins;
mod named;
pub(crate) mod near_origins;
pub(crate) mod origin_mutations;
pub(crate) mod policy;
pub(crate) mod policy_spec;
pub(crate) mod requests;

pub use self::{
    entry_mistakes::{EntryMistake, entry_mistakes},
    fetches::{SERVER, fetch_to},
    labelled_origins::{NearOrigin, labelled_origin_near},
    near_origins::origin_near,
    policy::policy,
    policy_spec::{HasPredicateError, PolicySpec, PredicateSpec},
    requests::{handler_headers, request_to},
};
pub use crate::conformance::model::serve::{network, serve, serve_with_handler};
