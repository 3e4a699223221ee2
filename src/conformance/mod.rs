//! Generators of cases, the laws of CORS, and a harness that checks any server against the laws.
//!
//! # The harness
//!
//! The harness tests CORS middleware. It needs a policy and a handler behind the middleware. It sends the
//! requests of a browser: requests that show known attacks and mistakes, and generated requests.
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
//! assert!(report.findings().is_empty(), "{report}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The [`Report`] has the findings, the worst first. A [`Finding`] is a mistake of the server, with its fix and the
//! violations that follow from it. A [`Violation`] has the violated law, the severity, the smallest requests that show it
//! (also as `curl` commands), and the step of the standard where the browser stopped.
//!
//! | the middleware | use |
//! |---|---|
//! | is a function of a request | [`check`] |
//! | is asynchronous, for example a `tower` service or an HTTP client | [`check_async`] |
//! | is called by your own code | [`Check`] |
//! | was called before, and the exchanges are recorded | [`Recorded`] |
//! | is not written in Rust | the program: `fetch-cors probe` and `fetch-cors judge` |
//!
//! Put [`handler`] behind the middleware. Without it, the harness cannot check whether the middleware changes
//! the handler's headers.
//!
//! The harness judges what a page can do and what a cache can store, and not the style of a response. A server
//! may answer a preflight with any ok status, reflect the requested names or list all allowed names, send CORS
//! headers to requests without `Origin`, or answer with 404. The laws are in [`laws`].
//!
//! # Generators
//!
//! A generator draws decisions, not bytes. For example, it draws a kind of `Access-Control-Allow-Origin`, and makes the
//! value from the request. Random bytes would fail at the first comparison. Cases are biased towards limits and near
//! misses, and shrink towards the simplest case.
//!
//! - [`generate`] generates cases of the browser side. [`author_headers`] and [`server_answers`] are parts
//!   of a case.
//! - [`policies`] generates policies, requests, fetches, the headers of handlers, and origins that are similar
//!   to the origins of a policy. A label records whether a browser can send such an origin.
//! - `arbitrary` (feature `arbitrary`) makes the same values from bytes, for fuzz targets.
//!
//! ```
//! use fetch_cors::conformance::{Family, generate};
//!
//! let lines: Vec<String> = generate(1, None).take(8).map(|case| case.to_string()).collect();
//! assert!(lines[0].starts_with(r#"{"id":"check-000001","#));
//!
//! // The same seed gives the same cases, with or without the cases of other families between them.
//! let second = generate(1, Some(Family::Preflight)).next().unwrap();
//! assert_eq!(second.to_string(), lines[1]);
//! ```

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
        Cause, Check, CheckConfig, Finding, Middleware, OtherRequestError, Probe, Recorded, Report,
        UnusableUrlError, Violation, check, check_async,
    },
    laws::severity::Severity,
    test_handler::handler,
};
use crate::cases::Case;

/// Generates the cases of `family`. The id of each case is the name of the family.
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

/// Generates cases of every family.
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

/// A case whose `Debug` is its line of JSON, so that a failing test prints the line.
///
/// ```
/// use fetch_cors::{cases::Case, conformance::CaseLine};
/// let line = r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://b/"}],"server":[]}"#;
/// assert_eq!(format!("{:?}", CaseLine(Case::parse(line)?)), line);
/// # Ok::<(), fetch_cors::cases::LineError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct CaseLine(pub Case<'static>);

impl fmt::Debug for CaseLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
