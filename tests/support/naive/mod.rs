//! The naive model of the browser's side, in simple and slow code.
//!
//! The model shares no code with the crate, so a mistake in the model or in the crate is found. It uses
//! linear lists, clones, and tables copied from the standard by hand. It parses URLs with the `url`
//! crate. Strings that are not URLs contain bytes: one `char` from U+0000 to U+00FF for each byte.
#![allow(
    dead_code,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub
)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice
)]

pub mod api;
pub mod cache;
pub mod check;
pub mod fetch;
pub mod headers;
pub mod preflight;
pub mod safelist;
pub mod tables;
pub mod uri;
pub mod world;

use std::time::Duration;

#[allow(unused_imports)]
pub use self::{
    check::{cors_check, resource_policy_allows, tao_check},
    headers::{
        get_decode_split, is_name, is_token, is_value, normalize_value, parse_list, parse_max_age,
    },
    safelist::{
        basic_filtered, cors_filtered, cors_safelisted_request_header,
        cors_safelisted_response_header_name, exposed_names, forbidden_request_header,
        is_forbidden_method, is_forbidden_response_name, is_non_wildcard_name,
        is_safelisted_method, mime_essence, no_cors_safelisted_request_header, normalize_method,
        single_range, unsafe_names,
    },
    uri::{is_uri_reference, location, origin_of},
};

#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    pub fetches: Vec<FetchCall>,
    pub server: Vec<Resource>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct FetchCall {
    /// The time since the beginning of the case.
    pub at: Duration,
    /// A serialized http(s) origin, the origin of an app or extension, or `null`.
    pub origin: String,
    pub url: String,
    pub method: String,
    pub headers: Vec<(String, String)>,
    pub body: Body,
    /// The name of a referrer policy. Empty if the policy of the page applies.
    pub referrer_policy: String,
    pub mode: Mode,
    pub credentials: Credentials,
    pub redirect: Redirect,
    pub api: Api,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Api {
    Fetch,
    Xhr {
        /// Whether `upload` has listeners.
        listeners: bool,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    None,
    Untyped,
    Typed(String),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Mode {
    Cors,
    NoCors,
    SameOrigin,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Credentials {
    Omit,
    SameOrigin,
    Include,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Redirect {
    Follow,
    Error,
    Manual,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    pub url: String,
    /// If absent, preflights take their answers from `response`.
    pub preflight: Option<Vec<Answer>>,
    /// The answers in order. The last answer repeats.
    pub response: Vec<Answer>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    Response {
        status: u16,
        headers: Vec<(String, Vec<u8>)>,
    },
    NetworkError,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub fetches: Vec<FetchOutcome>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct FetchOutcome {
    pub requests: Vec<Sent>,
    pub result: Result<Readable, Failed>,
}

/// The recorded parts of a sent request.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub credentials: bool,
    /// The reasons for a preflight; `None` for any other request.
    pub preflight_reasons: Option<Vec<String>>,
}

/// The response as a script sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Readable {
    /// `basic`, `cors`, `opaque` or `opaqueredirect`.
    pub kind: &'static str,
    pub status: u16,
    pub url: String,
    pub redirected: bool,
    pub timing_allowed: bool,
    pub headers: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Failed {
    pub code: &'static str,
    pub step: &'static str,
}

/// Runs the fetches of a case one after another in one browsing session.
///
/// # Panics
///
/// If a URL does not parse, or a resource has no answer.
pub fn judge(case: &Case) -> Outcome {
    let mut world = world::World::new(&case.server);
    let mut fetches = Vec::new();
    for call in &case.fetches {
        world.now = call.at;
        world.sent = Vec::new();
        let result = api::call(&mut world, call);
        fetches.push(FetchOutcome {
            requests: world.sent.clone(),
            result,
        });
    }
    Outcome { fetches }
}

/// Returns a failure.
fn fail<T>(code: &'static str, step: &'static str) -> Result<T, Failed> {
    Err(Failed { code, step })
}
