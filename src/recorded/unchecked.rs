//! Recorded fetches that are not checked against a policy.

use alloc::string::String;
use core::fmt;

use ::url::Url;

use crate::{
    Failure, FetchError,
    explain::{input::RecordedFetch, refusal_in_words},
};

/// The servers allow the origin, so the refusal does not name it.
const NO_ORIGIN: &str = "";

/// A recorded fetch that is not checked, and the reason.
///
/// ```
/// use fetch_cors::{explain::input::Recording, recorded::{UncheckedReason, suggest_policies}, server::NoPublicSuffixes};
///
/// let recording = Recording::from_slice(br#"{"log": {"entries": [{
///     "request": {"method": "OPTIONS", "url": "https://api.example/", "headers": [
///         {"name": "access-control-request-method", "value": "PUT"}]},
///     "response": {"status": 404}
/// }]}}"#)?;
/// let suggestions = suggest_policies(&recording.fetches(), &NoPublicSuffixes, |_| true);
/// assert_eq!(suggestions.unchecked[0].reason, UncheckedReason::UnknownOrigin);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UncheckedFetch {
    /// The position of the fetch's first entry in the recording, counted from 0.
    pub entry: usize,
    /// The method of the fetch.
    pub method: String,
    /// The URL of the fetch.
    pub url: Url,
    /// The reason why the fetch is not checked.
    pub reason: UncheckedReason,
}

/// The reason why a recorded fetch is not checked.
///
/// ```
/// use fetch_cors::{Failure, recorded::UncheckedReason};
/// let reason = UncheckedReason::Browser {
///     failure: Failure::BadPort,
///     sentence: "browsers do not connect to the port 6667".into(),
/// };
/// assert_eq!(reason.to_string(), "no policy can allow this fetch: browsers do not connect to the port 6667");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UncheckedReason {
    /// The recording does not show the origin of the page.
    UnknownOrigin,
    /// The browser refuses the fetch, even if the server allows it.
    Browser {
        /// The failure.
        failure: Failure,
        /// The refusal in words.
        sentence: String,
    },
    /// The fetch needs a value that a policy cannot list. The text is the reason.
    NotListable(String),
}

impl UncheckedFetch {
    pub(super) fn new(fetch: &RecordedFetch, reason: UncheckedReason) -> Self {
        let first = fetch.exchanges.first();
        Self {
            entry: first.map_or(0, |exchange| exchange.entry),
            method: fetch.method.clone(),
            url: fetch.url.clone(),
            reason,
        }
    }
}

impl UncheckedReason {
    /// Returns the reason for a fetch that fails although the servers grant its requests.
    pub(super) fn of_error(error: &FetchError) -> Self {
        Self::Browser {
            failure: error.failure(),
            sentence: refusal_in_words(error, false, NO_ORIGIN),
        }
    }
}

impl fmt::Display for UncheckedReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownOrigin => f.write_str(
                "the recording does not show the origin of the page: open the network panel, load the page, and record again",
            ),
            Self::Browser { sentence: reason, .. } | Self::NotListable(reason) => {
                write!(f, "no policy can allow this fetch: {reason}")
            }
        }
    }
}
