//! The WHATWG Fetch standard's [CORS protocol] as pure functions, both sides of it: what a browser
//! does, and what a server says.
//!
//! Every verdict names the step of the standard that decided it. The library does no I/O, reads no
//! clock and keeps no global state: the network and the time are arguments.
//!
//! ```
//! use core::time::Duration;
//! use fetch_cors::Failure;
//! use fetch_cors::browser::{HeaderList, Origin, RequestInit, Response, UserAgent, fetch};
//!
//! // A page of https://app.example calls fetch("https://api.example/", {method: "PATCH"}).
//! let page = Origin::parse("https://app.example")?;
//! let mut init = RequestInit::new("https://api.example/".parse()?);
//! init.method = "PATCH".into();
//!
//! let verdict = fetch(&mut UserAgent::new(), init.into_request(page)?, Duration::ZERO, |request| {
//!     assert_eq!(request.method, "OPTIONS"); // the preflight; what it asks for is not sent
//!     let headers = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "patch")];
//!     Ok(Response::new(http::StatusCode::NO_CONTENT, HeaderList::from_pairs(headers).unwrap()))
//! });
//!
//! let error = verdict.unwrap_err();
//! assert_eq!(error.failure(), Failure::MethodDisallowedByPreflightResponse);
//! assert_eq!(error.step(), "cors-preflight-fetch/7.5");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - [`browser`]: the browser side in one import;
//! - [`infrastructure`]: headers, methods, safelists, origins, requests, responses;
//! - [`fetching`]: the algorithms, from main fetch to the CORS check, and the ways to drive them;
//! - [`api`]: what `fetch()` and `XMLHttpRequest` do first;
//! - [`outcome`]: the requests of a fetch, and its result;
//! - [`server`]: a validated policy that decides what a response says; `tower` (feature `tower`) has it
//!   as a layer;
//! - `cases` (feature `cases`): the same as NDJSON, for tests in any language;
//! - `conformance` (feature `conformance`): generators of cases, the laws that hold, and a harness that
//!   holds anybody's server to them.
//!
//! Folders are sections of the standard and files are its algorithms; comments such as
//! `// cors-check/4` name its steps. The revision is [`SPEC`].
//!
//! [CORS protocol]: https://fetch.spec.whatwg.org/#http-cors-protocol
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod api;
pub mod browser;
#[cfg(feature = "cases")]
pub mod cases;
#[cfg(feature = "conformance")]
pub mod conformance;
mod failure;
pub mod fetching;
pub mod infrastructure;
pub mod outcome;
pub mod server;
#[cfg(feature = "tower")]
pub mod tower;

pub use failure::{Failure, FetchError, UnknownFailureError};
pub use {http, url};

/// The revision of the standard that the library is.
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
    /// Its date.
    pub date: &'static str,
    /// Where its text is.
    pub url: &'static str,
}

/// The examples of the README, which run with the others.
#[cfg(all(doctest, feature = "cli"))]
#[doc = include_str!("../README.md")]
#[derive(Debug)]
struct Readme;
