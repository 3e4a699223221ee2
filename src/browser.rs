//! The items of the browser's side that most fetches need.
//!
//! ```
//! use core::time::Duration;
//! use fetch_cors::Failure;
//! use fetch_cors::browser::{CredentialsMode, HeaderList, Origin, Outcome, RequestInit, Response, UserAgent};
//!
//! // A page of https://app.example calls fetch("https://api.example/notes", {credentials: "include"}).
//! let page = Origin::parse("https://app.example")?;
//! let mut init = RequestInit::new("https://api.example/notes".parse()?);
//! init.credentials = CredentialsMode::Include;
//!
//! // The server allows every origin, but not with credentials.
//! let headers = HeaderList::from_pairs([("Access-Control-Allow-Origin", "*")])?;
//! let mut browser = UserAgent::new();
//! let outcome = Outcome::fetch(&mut browser, init.into_request(page), Duration::ZERO, |_| {
//!     Ok(Response::new(http::StatusCode::OK, headers.clone()))
//! });
//!
//! assert_eq!(outcome.requests[0].url, "https://api.example/notes");
//! let error = outcome.result.unwrap_err();
//! assert_eq!(error.failure(), Failure::WildcardOriginNotAllowed);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - The call of a script: [`RequestInit`] or [`XmlHttpRequest`], which create a [`Request`].
//! - The browser: [`UserAgent`], which stores the CORS-preflight cache between fetches.
//! - The fetch: [`Outcome::fetch`] for the requests and the result, [`fetch()`] for the result alone, [`fetch_async`] for
//!   an asynchronous network, or [`start`] for a caller that sends each request itself.
//! - The network: an [`HttpRequest`] is a request to send. The caller sends the request, and returns a [`Response`] or
//!   a [`ConnectionError`].
//! - The result: a [`FilteredResponse`] that the script can read, or a [`FetchError`](crate::FetchError).

pub use crate::{
    api::{BodyWithType, RequestInit, XmlHttpRequest},
    fetching::{
        ConnectionError, Credentials, HttpRequest, PreflightReason, Progress, UserAgent, Waiting,
        fetch, fetch_async, start,
    },
    infrastructure::{
        header_list::HeaderList,
        origin::Origin,
        referrer_policy::ReferrerPolicy,
        request::{Body, CredentialsMode, Mode, RedirectMode, Request},
        response::{FilteredResponse, Response},
    },
    outcome::{Outcome, SentRequest},
};
