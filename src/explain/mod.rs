//! Explains why a browser blocks a fetch, and finds the smallest change of the server's answers that makes the fetch
//! succeed.
//!
//! ```
//! use core::time::Duration;
//! use fetch_cors::api::ApiCall;
//! use fetch_cors::browser::{HeaderList, Origin, RequestInit, Response, UserAgent};
//! use fetch_cors::explain::{Verdict, explain};
//!
//! // A page of https://app.example calls fetch("https://api.example/notes").
//! let page = Origin::parse("https://app.example")?;
//! let call = ApiCall::Fetch(RequestInit::new("https://api.example/notes".parse()?));
//!
//! // The server sends the origin with a slash at the end. Browsers compare the whole value, so the check fails.
//! let headers = HeaderList::from_pairs([("Access-Control-Allow-Origin", "https://app.example/")])?;
//! let explanation = explain(&UserAgent::new(), &page, &call, Duration::ZERO, |_| {
//!     Some(Ok(Response::new(http::StatusCode::OK, headers.clone())))
//! });
//!
//! assert_eq!(explanation.verdict, Verdict::Blocked);
//! let text = explanation.to_string();
//! assert!(text.contains("- Access-Control-Allow-Origin: https://app.example/\n"));
//! assert!(text.contains("+ Access-Control-Allow-Origin: https://app.example\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An explanation is plain data. Its `Display` is text for a terminal of 80 columns. The width in a format, such as
//! `{explanation:100}`, is the number of columns of another terminal. The values of requests and responses are escaped: an
//! explanation shows only printable ASCII characters.

pub(crate) mod advice;
pub(crate) mod allow_origin_values;
mod also_needed;
mod alternative;
mod asked;
mod cautions;
mod changed;
pub(crate) mod checked_header;
mod combining_mark;
mod commands;
mod cookies;
pub(crate) mod curl;
mod display;
mod distinct;
mod doubt_commands;
mod engines;
mod exchange;
mod explainer;
mod explanation;
mod fix;
mod followed_redirect;
mod glossary;
pub(crate) mod header_name;
mod hidden;
mod html;
pub mod input;
#[cfg(feature = "cases")]
mod json;
pub(crate) mod local_host;
mod login_redirect;
pub(crate) mod login_url;
pub(crate) mod look_alike;
mod near_miss;
mod opaque_blocking;
mod outcome;
mod page_change;
mod page_failures;
mod page_headers;
mod preflight_need;
mod refusal;
mod repair;
mod request_doubt;
mod response_bodies;
mod run_next;
mod run_refusals;
mod scheme;
#[cfg(feature = "conformance")]
pub(crate) mod sentences;
pub(crate) mod shown;
mod unexpected_page;
mod vary;
mod verdict;
mod without_request;
mod words;

/// Public only for the program of this crate.
#[doc(hidden)]
pub use {
    crate::infrastructure::shell_word::shell_word,
    display::wrap::rows_in,
    shown::{heading_url, printable},
};

pub use alternative::{AlternativeAnswer, AlternativeFix, AlternativeKind};
pub use asked::Asked;
#[cfg(feature = "cases")]
pub(crate) use display::details::is_of_transport;
pub use display::wrap::Wrapped;
pub use engines::EngineDifference;
pub use exchange::{ExplainedAnswer, ExplainedExchange};
pub use explainer::{explain, explain_request, explain_unexplained_preflight};
pub use explanation::{Explanation, HiddenHeader, Verdict};
pub use fix::{
    Caution, CautionKind, ChangedAnswer, ChangedHeader, ChangedStatus, Edit, Fix, Wildcard,
};
pub use html::{HtmlPage, HtmlTable};
pub use outcome::{ExplainOutcomeError, explain_outcome};
pub use page_change::PageChange;
pub use refusal::{NearMiss, NearMissKind, Refusal};
pub use request_doubt::RequestDoubt;
pub use unexpected_page::UnexpectedPage;
#[cfg(feature = "cases")]
pub(crate) use {near_miss::response_headers::is_response_header, words::refusal_in_words};
