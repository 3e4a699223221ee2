//! The harness: anybody's server held to the laws, by a browser that is let loose on it.
//!
//! Three laws of the server's side are not asked of it. What subsumes another policy, and when a change is
//! felt, takes two policies; how soon is held by the max-age. And a cache of preflights changes no verdict where
//! none grants more than the policy and what that permits succeeds, which are laws already.

mod afterwards;
mod alone;
mod cached;
mod catalogue;
mod configuration;
mod curl;
mod drive;
mod generated;
mod handler;
mod in_words;
mod judge;
mod machine;
mod probe;
mod recorded;
mod replay;
mod report;
mod severity;
mod terms;
mod violation;

pub(super) use self::handler::HANDLER;
pub use self::{
    configuration::{Config, UnusableUrl},
    drive::{Middleware, check, check_async},
    handler::handler,
    machine::Check,
    probe::Probe,
    recorded::{OtherRequest, Recorded},
    report::Report,
    severity::Severity,
    violation::Violation,
};
