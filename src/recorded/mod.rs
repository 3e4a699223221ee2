//! Policies and recordings: the narrowest policy that a recording needs, and the check of a recording against a policy.
//!
//! ```
//! use fetch_cors::{explain::input::Recording, recorded::{check_policy, suggest_policies}, server::NoPublicSuffixes};
//!
//! let recording = Recording::from_slice(br#"{"log": {"entries": [{
//!     "request": {"method": "PUT", "url": "https://api.example/notes", "headers": [
//!         {"name": "Origin", "value": "https://app.example"}, {"name": "X-Token", "value": "1"}]},
//!     "response": {"status": 0, "headers": []}
//! }]}}"#)?;
//! let fetches = recording.fetches();
//! let suggestions = suggest_policies(&fetches, &NoPublicSuffixes, |_| true);
//! let suggested = &suggestions.policies[0];
//! assert_eq!(suggested.server, "https://api.example");
//! let config = suggested.policy.config();
//! assert_eq!(config.origins.entries(), ["https://app.example"]);
//! assert_eq!((config.methods.entries(), &*config.request_headers), (&["PUT".into()][..], &["x-token".into()][..]));
//! let check = check_policy(&suggested.policy, &fetches, |_| true);
//! assert!(check.requests.iter().all(|request| request.verdict.is_allowed()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ask;
mod check;
mod exposed;
mod reasons;
mod suggest;
mod unchecked;
mod warning;

pub use check::{CheckedRequest, PolicyCheck, RequestVerdict, check_policy};
pub use suggest::{SuggestedPolicy, Suggestions, suggest_policies};
pub use unchecked::{UncheckedFetch, UncheckedReason};
pub use warning::{PolicyWarning, PolicyWarningKind};
