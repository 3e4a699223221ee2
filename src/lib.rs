//! The [CORS protocol] of the WHATWG Fetch standard, as pure functions for both sides. The browser's side is the
//! standard's algorithm for a fetch. If a fetch fails, the algorithm returns the step of the standard at which the
//! fetch fails. The server's side is a policy, which is validated when it is built.
//!
//! The library does not do I/O, does not read a clock, and does not have global state. The network and the time
//! are arguments.
//!
//! | You … | Start with | Feature |
//! |---|---|---|
//! | write a server with axum, tonic or another service of tower | [`tower::CorsLayer`] and [`server::CorsPolicy`] | `tower` |
//! | write a server with actix-web | [`actix_web::Cors`] and [`server::CorsPolicy`] | `actix-web` |
//! | write a server with hyper alone, AWS Lambda, poem, Rocket, salvo or warp | the recipes in [Adapters](guide::adapters) | |
//! | write a server with a different framework, or a middleware | [`server::CorsPolicy`] | |
//! | test a server or a middleware | [`conformance::check`] | `conformance` |
//! | need a browser's verdict in Rust | [`browser::fetch`](browser::fetch()), [`outcome::Outcome::fetch`] | |
//! | want the reason why a fetch is blocked, and the fix | [`explain::explain()`], and the command `explain` | |
//! | need a verdict outside Rust, or for cases in files | [`cases`], and the program `fetch-cors` | `cases`, `cli` |
//! | read the standard, or work on a browser | [`fetching`], [`infrastructure`], [`api`] | |
//! | want to understand CORS | [CORS in ten minutes](guide::cors_in_ten_minutes) | |
//!
//! The [guide] has a page for each task, such as configuration, credentials, tenants, reloading a policy, logging,
//! testing, and the migration from tower-http and actix-cors. The guide also has pages about Python and Node.
//!
//! # Servers
//!
//! ```
//! use fetch_cors::server::CorsPolicy;
//!
//! let policy = CorsPolicy::builder()
//!     .origins(["https://app.example", "https://*.example.com"])
//!     .methods(["PUT"]) // GET, HEAD and POST are always allowed
//!     .request_headers(["content-type"]) // pages need `content-type` to send JSON
//!     .build()?; // the error lists all mistakes in the configuration
//!
//! let mut request = http::HeaderMap::new();
//! request.insert("origin", "https://app.example".parse()?);
//! let mut response = http::HeaderMap::new();
//! policy.decide(&http::Method::GET, &request).apply(&mut response);
//! assert_eq!(response["access-control-allow-origin"], "https://app.example");
//! assert_eq!(response["vary"], "origin");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Browsers
//!
//! ```
//! use core::time::Duration;
//! use fetch_cors::Failure;
//! use fetch_cors::browser::{HeaderList, Origin, RequestInit, Response, UserAgent, fetch};
//!
//! // A page of https://app.example calls fetch("https://api.example/", {method: "patch"}).
//! let page = Origin::parse("https://app.example")?;
//! let mut init = RequestInit::new("https://api.example/".parse()?);
//! init.method = "patch".into();
//!
//! // The server sends this response to each request, also to the preflight.
//! let headers = HeaderList::from_pairs([
//!     ("Access-Control-Allow-Origin", "*"),
//!     ("Access-Control-Allow-Methods", "PUT, PATCH"),
//! ])?;
//! let verdict = fetch(&mut UserAgent::new(), init.into_request(page)?, Duration::ZERO, |request| {
//!     assert_eq!(request.method, "OPTIONS"); // the browser sends only the preflight
//!     Ok(Response::new(http::StatusCode::NO_CONTENT, headers.clone()))
//! });
//!
//! // Methods are compared case-sensitively. Browsers send `put` as `PUT`, but they do not change `patch`.
//! let error = verdict.unwrap_err();
//! assert_eq!(error.failure(), Failure::MethodDisallowedByPreflightResponse);
//! assert_eq!(error.step(), "cors-preflight-fetch/7.5");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`outcome::Outcome`] also has the requests that were sent. Use [`fetching::fetch_async`] for an async network, and
//! [`fetching::start`] for a caller that sends the requests itself. `tests/driving.rs` in the repository has an example
//! of each function.
//!
//! # Features
//!
//! | Feature | Adds |
//! |---|---|
//! | (none) | [`server`]: the server's side |
//! | `browser` (default) | the browser's side: [`browser`], [`fetching`], [`api`], [`outcome`], [`explain`] |
//! | `tower` | [`tower`]: the policy as a layer |
//! | `actix-web` | [`actix_web`]: the policy as a middleware of actix-web |
//! | `serde` | policies in files |
//! | `psl` | [`server::PublicSuffixList`] |
//! | `cases` | [`cases`]: the NDJSON format; [`recorded`]: policies for recordings; also the feature `browser` |
//! | `conformance` | [`conformance`]: generators, laws, and the harness for servers |
//! | `arbitrary` | generators that create values from bytes, for fuzz targets |
//! | `cli` | the program `fetch-cors` |
//!
//! With `default-features = false`, the crate has only the server's side. The crate then does not depend on the URL
//! parser and its Unicode tables. The grammar of origins is the same with and without the default features, so a policy
//! allows the same origins in both cases. With the feature `browser`, the error for an entry with a host that is not
//! ASCII has a suggestion: for `https://münchen.example` the suggestion is `https://xn--mnchen-3ya.example`.
//!
//! `http` is a public dependency. With the feature `browser`, `url` is also a public dependency. The crate re-exports
//! both. `actix-web`, `proptest`, `arbitrary` and `serde` are public dependencies of the features that use them. The
//! crate does not re-export these four.
//!
//! # Comparing the code with the standard
//!
//! On the browser's side, the folders are sections of the standard, and most files are algorithms of the standard.
//! Comments in the code contain the number of a step, such as `cors-check/4`. A test fails if a step is missing,
//! unknown or out of order. The revision of the standard is [`SPEC`]. A new revision can add failures to [`Failure`],
//! so an update to a new revision is a new minor release.
//!
//! [CORS protocol]: https://fetch.spec.whatwg.org/#http-cors-protocol
#![cfg_attr(docsrs, feature(doc_cfg))]
// Some links in the documentation lead to items of optional features. If such a feature is off, rustdoc must not warn
// about a broken link.
#![cfg_attr(
    not(all(
        feature = "actix-web",
        feature = "conformance",
        feature = "psl",
        feature = "tower"
    )),
    allow(rustdoc::broken_intra_doc_links)
)]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

#[cfg(feature = "actix-web")]
pub mod actix_web;
#[cfg(feature = "browser")]
pub mod api;
#[cfg(feature = "browser")]
pub mod browser;
#[cfg(feature = "cases")]
pub mod cases;
#[cfg(feature = "conformance")]
pub mod conformance;
#[cfg(feature = "browser")]
pub mod engine;
#[cfg(feature = "browser")]
pub mod explain;
#[cfg(feature = "browser")]
mod failure;
#[cfg(feature = "browser")]
pub mod fetching;
// Only the examples of the guide need features, so docs.rs must not show these features at the module itself.
#[cfg_attr(docsrs, doc(auto_cfg = false))]
#[cfg(any(
    doc,
    all(doctest, feature = "actix-web", feature = "cli", feature = "tower")
))]
pub mod guide;
pub mod infrastructure;
#[cfg(feature = "cases")]
mod json_error;
#[cfg(feature = "browser")]
#[doc(hidden)]
pub mod missing_scheme;
#[doc(hidden)]
pub mod nearest_name;
#[cfg(feature = "browser")]
pub mod outcome;
#[cfg(feature = "cases")]
pub mod recorded;
pub mod server;
#[cfg(feature = "tower")]
pub mod tower;
#[doc(hidden)]
pub mod wording;

#[cfg(feature = "browser")]
pub use failure::{Failure, FetchError, UnknownFailureError};
pub use http;
#[cfg(feature = "browser")]
pub use url;

/// The revision of the standard that the library implements.
///
/// ```
/// assert_eq!(fetch_cors::SPEC.revision, "586cd2a");
/// ```
pub const SPEC: Spec = Spec {
    revision: "586cd2a",
    date: "2026-07-02",
    url: "https://github.com/whatwg/fetch/blob/586cd2a/fetch.bs",
};

/// A revision of the standard.
///
/// ```
/// assert_eq!(fetch_cors::SPEC.date, "2026-07-02");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// The abbreviated hash of a commit in the repository `whatwg/fetch`.
    pub revision: &'static str,
    /// The date of the commit.
    pub date: &'static str,
    /// The URL of the standard at this revision.
    pub url: &'static str,
}

/// The examples of the README, which run as documentation tests.
#[cfg(all(doctest, feature = "cli", feature = "tower"))]
#[doc = include_str!("../README.md")]
#[derive(Debug)]
struct Readme;
