//! The standard's section [Fetching](https://fetch.spec.whatwg.org/#fetching): the browser's side of CORS.
//!
//! A fetch pauses when it needs the network. The caller can connect a fetch to the network in three ways. The first way
//! is a closure, with [`fetch`]:
//!
//! ```
//! use core::time::Duration;
//! use fetch_cors::browser::{HeaderList, Mode, Origin, Request, Response, UserAgent, fetch};
//!
//! let origin = Origin::parse("https://app.example")?;
//! let mut request = Request::new(origin, "https://api.example/".parse()?);
//! request.mode = Mode::Cors;
//!
//! let headers = HeaderList::from_pairs([("Access-Control-Allow-Origin", "https://app.example")])?;
//! let response = fetch(&mut UserAgent::new(), request, Duration::ZERO, |_| {
//!     Ok(Response::new(http::StatusCode::OK, headers.clone()))
//! })?;
//! assert_eq!(response.status(), 200);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The second way is an asynchronous client or service, with [`fetch_async`]. The third way is [`start`] with
//! [`Waiting::answer`]: the caller sends each request itself.

mod author_headers;
pub mod corp_check;
pub mod cors_check;
pub mod cors_preflight_cache;
pub mod cors_preflight_fetch;
mod driver;
mod fetch_params;
mod http_fetch;
mod http_network_or_cache_fetch;
mod http_redirect_fetch;
mod http_request;
mod main_fetch;
mod mixed_content;
mod origin_header;
mod preflight_reason;
mod received_headers;
mod scheme_fetch;
pub mod tao_check;
mod user_agent;

pub use driver::{Progress, Waiting, fetch, fetch_async, start};
pub use http_request::{ConnectionError, Credentials, HttpRequest, HttpRequestConversionError};
pub use preflight_reason::PreflightReason;
pub use user_agent::UserAgent;
