//! Generators of cases, the laws that hold of every fetch, and a harness that holds anybody's server to
//! them.
//!
//! # The harness
//!
//! Whoever writes CORS middleware needs a policy, a handler behind the middleware, and these lines. A
//! browser's fetches are let loose on it: those of known attacks and mistakes, and generated ones.
//!
//! ```
//! use fetch_cors::{conformance::{CheckConfig, check}, server::CorsPolicy};
//! # use http::{Request, Response};
//! # fn my_server(request: Request<()>) -> Response<String> {
//! #     let policy = CorsPolicy::builder().origin("https://app.example").methods(["PUT"]).build().unwrap();
//! #     fetch_cors::conformance::policies::serve(&policy, &request).map(|()| "a note".into())
//! # }
//!
//! let policy = CorsPolicy::builder().origin("https://app.example").methods(["PUT"]).build()?;
//! let mut server = |request: Request<()>| my_server(request);
//! let report = check(&mut server, &policy, CheckConfig::new("https://api.example/notes")?)?;
//! assert!(report.violations().is_empty(), "{report}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The [`Report`] has what is wrong, with the law, how bad it is, the smallest requests that show it, as
//! lines for `curl` too, and the step of the standard where the browser stopped. A server that takes its
//! time is held by [`check_async`], which has a service of `tower` as its example; one that somebody else
//! asks, by [`Check`] or [`Recorded`], and over NDJSON by `fetch-cors probe` and `fetch-cors judge`.
//!
//! Whether the middleware leaves alone what is its handler's shows only with a handler like [`handler`]
//! behind it.
//!
//! What a page may do is all that counts, and what a cache may keep: a server may answer a preflight with
//! any ok status, reflect what it is asked or list all it allows, send headers without being asked, or
//! answer with 404. The laws are in [`laws`].
//!
//! # Generators
//!
//! A generator makes decisions, not bytes: a kind of `Access-Control-Allow-Origin`, say, that is made
//! concrete against the request that is answered. Random bytes would never come past the first
//! comparison. Cases are biased towards limits and near misses, and shrink towards the plainest one.
//! [`generate`] makes cases of the browser's side, of which [`author_headers`] and [`server_answers`] are
//! parts; [`policies`] policies, origins that are nearly theirs
//! with a label that says whether a browser can send them, requests, fetches and what handlers say.
//! The same from bytes, for fuzz targets, is `arbitrary` (feature `arbitrary`).
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

mod advice;
mod assertions;
mod generate;
mod harness;
pub mod laws;
pub mod model;
mod test_handler;

use core::fmt;

use proptest::strategy::Strategy;

#[cfg(feature = "arbitrary")]
pub use self::generate::arbitrary;
use self::generate::cases::strategies;
pub use self::generate::policies;
pub use self::{
    generate::{
        cases::{
            family::{Family, UnknownFamilyError},
            parts::{PAGE, author_headers, server_answers},
        },
        seeded::{Generate, generate},
    },
    harness::{
        Check, CheckConfig, Finding, Middleware, OtherRequestError, Probe, Recorded, Report,
        Severity, UnusableUrlError, check, check_async,
    },
    test_handler::handler,
};
use crate::cases::Case;

/// The cases of `family`. The id of each is the name of the family.
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
    strategies::cases(family)
}

/// Cases of any family.
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
    strategies::any_cases()
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
