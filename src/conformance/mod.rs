//! Generators of cases, the laws of CORS, and a harness that checks any server against the laws.
//!
//! # The harness
//!
//! The harness tests CORS middleware. It sends test requests, and judges the responses by the policy of the middleware.
//! A handler must be behind the middleware. Some test requests try known attacks and known mistakes. The other test
//! requests are generated.
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
//! The [`Report`] has the findings, the worst first. A [`Finding`] is one mistake of the server: the cause, the fix,
//! and the violations that the mistake causes. A [`Violation`] has:
//!
//! - the violated law and the severity,
//! - the smallest requests that show the violation, also as `curl` commands,
//! - the step of the standard where the browser stopped, if a fetch failed.
//!
//! | the middleware | use |
//! |---|---|
//! | is a function of a request | [`check`] |
//! | is asynchronous, for example a `tower` service or an HTTP client | [`check_async`] |
//! | is called by your own code | [`Check`] |
//! | was called before, and the exchanges are recorded | [`Recorded`] |
//! | is not written in Rust | the program: `fetch-cors probe` and `fetch-cors judge` |
//!
//! Put [`handler`] behind the middleware. Without this handler, the harness cannot check whether the middleware changes
//! the headers of a handler.
//!
//! The harness judges what a page can do and what a cache can store. It does not judge the style of a response. For
//! example, a server may:
//!
//! - answer a preflight with any status from 200 to 299,
//! - list all allowed names, or reflect the requested names that are allowed,
//! - send CORS headers in responses to requests without `Origin`,
//! - send the status 404 if a request is not a preflight.
//!
//! The laws are in [`laws`].
//!
//! # Generators
//!
//! A generator does not draw random bytes, because most random values fail at the first comparison. Instead, a
//! generator makes random choices: for example, the generator first chooses a kind of `Access-Control-Allow-Origin`,
//! and then a value of this kind that fits the request. Two kinds of values are more frequent than others: values at a
//! limit, and values that are almost correct. Cases shrink towards the simplest case.
//!
//! - [`generate`] generates cases of the browser side. [`author_headers`] and [`server_answers`] generate parts of a
//!   case.
//! - [`policies`] generates policies, requests, fetches, the headers of handlers, and origins that are similar to the
//!   origins of a policy. For each similar origin, a [`NearOrigin`](policies::NearOrigin) shows whether a browser can
//!   send the origin.
//! - `arbitrary` (feature `arbitrary`) makes the same kinds of values from bytes, for fuzz targets.
//!
//! ```
//! use fetch_cors::conformance::{Family, generate};
//!
//! let lines: Vec<String> = generate(1, None).take(8).map(|case| case.to_string()).collect();
//! assert!(lines[0].starts_with(r#"{"id":"check-000001","#));
//!
//! // The same seed gives the same cases. A family has the same cases with and without the other families.
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
        Cause, Check, CheckConfig, Finding, LibraryOption, Middleware, OtherRequestError, Probe,
        Recorded, Report, UnusableUrlError, Violation, check, check_async,
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

/// A case whose `Debug` output is one line of JSON. A failing test then prints this line.
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
