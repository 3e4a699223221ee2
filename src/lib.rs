//! The [CORS protocol] of the WHATWG Fetch standard as pure functions, on both sides. For the browser's
//! side: the algorithm, which names the step of the standard that decides each verdict. For the server's side: a policy
//! that is validated when it is built.
//!
//! The library does no I/O, reads no clock and keeps no global state: the network and the time are arguments.
//!
//! | You … | Start with | Feature |
//! |---|---|---|
//! | write a server with axum, hyper or tonic | [`tower::CorsLayer`] and [`server::CorsPolicy`] | `tower` |
//! | write a server with actix-web | [`actix_web::Cors`] and [`server::CorsPolicy`] | `actix-web` |
//! | write a server with poem, salvo, rocket, warp, hyper or AWS Lambda | the recipes in [Adapters](guide::adapters) | |
//! | write another server, or a middleware | [`server::CorsPolicy`] | |
//! | test a server or a middleware | [`conformance::check`] | `conformance` |
//! | need a browser's verdict in Rust | [`browser::fetch`](browser::fetch()), [`outcome::Outcome::fetch`] | |
//! | want to know why a fetch is blocked, and the fix | [`explain::explain()`], and the command `explain` | |
//! | need a verdict in another language, or for cases in files | [`cases`], and the program `fetch-cors` | `cases`, `cli` |
//! | read the standard, or work on a browser | [`fetching`], [`infrastructure`], [`api`] | |
//! | want to understand CORS | [CORS in ten minutes](guide::cors_in_ten_minutes) | |
//!
//! The [guide] has a page for each task: the migration from tower-http and actix-cors, configuration, credentials, tenants,
//! reloading a policy, logging, testing, Python and Node.
//!
//! # Servers
//!
//! ```
//! use fetch_cors::server::CorsPolicy;
//!
//! let policy = CorsPolicy::builder()
//!     .origins(["https://app.example", "https://*.example.com"])
//!     .methods(["PUT"]) // GET, HEAD and POST are always allowed
//!     .request_headers(["content-type"]) // a page that sends JSON needs this
//!     .build()?; // or every error of the configuration
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
//! // The server's response, to the preflight too.
//! let headers = HeaderList::from_pairs([
//!     ("Access-Control-Allow-Origin", "*"),
//!     ("Access-Control-Allow-Methods", "PUT, PATCH"),
//! ])?;
//! let verdict = fetch(&mut UserAgent::new(), init.into_request(page)?, Duration::ZERO, |request| {
//!     assert_eq!(request.method, "OPTIONS"); // only the preflight is sent
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
//! [`outcome::Outcome`] also has the requests that were sent. [`fetching::fetch_async`] is for an async network, and
//! [`fetching::start`] for a caller that sends the requests itself. `tests/driving.rs` in the repository shows all of them.
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
//! | `cases` | [`cases`]: the NDJSON format; [`recorded`]: policies for recordings; implies `browser` |
//! | `conformance` | [`conformance`]: generators, laws, and the harness for servers |
//! | `arbitrary` | the generators from bytes, for fuzz targets |
//! | `cli` | the program `fetch-cors` |
//!
//! With `default-features = false` the crate is the server's side alone, without the URL parser and its tables of
//! Unicode. With and without the default features, the grammar of origins is the same, so a policy allows the same
//! origins. With `browser`, the error of an entry with a host that is not ASCII has a suggestion: for
//! `https://münchen.example` it is `https://xn--mnchen-3ya.example`.
//!
//! `http` and `url` are public dependencies and re-exported. `proptest`, `arbitrary` and `serde` are public
//! dependencies of the features that use them, and are not re-exported.
//!
//! # Comparing the code with the standard
//!
//! Folders are sections of the standard and files are its algorithms. Comments such as `// cors-check/4` name its
//! steps, and a test fails if a step is missing, unknown or out of order. The revision is [`SPEC`]. A new revision is a
//! new minor release, because it can add failures to [`Failure`].
//!
//! [CORS protocol]: https://fetch.spec.whatwg.org/#http-cors-protocol
#![cfg_attr(docsrs, feature(doc_cfg))]
// Without these features, the documentation names items that do not exist.
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
// Only the examples of the guide need features, so the module does not have a feature badge.
#[cfg_attr(docsrs, doc(auto_cfg = false))]
#[cfg(any(
    doc,
    all(doctest, feature = "actix-web", feature = "cli", feature = "tower")
))]
pub mod guide;
pub mod infrastructure;
#[cfg(feature = "cases")]
mod json_error;
mod nearest_name;
#[cfg(feature = "browser")]
pub mod outcome;
#[cfg(feature = "cases")]
pub mod recorded;
pub mod server;
#[cfg(feature = "tower")]
pub mod tower;

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
    /// The commit of the repository `whatwg/fetch`, abbreviated.
    pub revision: &'static str,
    /// The date of the commit.
    pub date: &'static str,
    /// The URL of the standard at this revision.
    pub url: &'static str,
}

/// The examples of the README, which run with the other documentation tests.
#[cfg(all(doctest, feature = "cli", feature = "tower"))]
#[doc = include_str!("../README.md")]
#[derive(Debug)]
struct Readme;
