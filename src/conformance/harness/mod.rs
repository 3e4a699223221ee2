//! The harness: anybody's server held to the laws, by a browser that is let loose on it.
//!
//! Three laws of the server's side are not asked of it. What subsumes another policy, and when a change is
//! felt, takes two policies; how soon is held by the max-age. And a cache of preflights changes no verdict where
//! none grants more than the policy and what that permits succeeds, which are laws already.

pub(crate) mod check;
pub(crate) mod config;
pub(crate) mod expectations;
pub(crate) mod judge;
pub(crate) mod probes;
pub(crate) mod recorded;
pub(crate) mod replay;
pub(crate) mod report;
pub(crate) mod run;

pub use self::{
    check::Check,
    config::{CheckConfig, UnusableUrlError},
    probes::probe::Probe,
    recorded::{OtherRequestError, Recorded},
    report::{Report, finding::Finding, severity::Severity},
    run::{Middleware, check, check_async},
};
