//! The harness: sends a browser's fetches to a server and judges the exchanges by the laws.
//!
//! The harness does not check three laws of the round trip. R8 and R9 compare two policies, and a check has one.
//! (R9 limits how late a change of policy applies. A5 checks the max-age on which this depends.) R4 follows from A6
//! and R1: a preflight cache does not change a verdict if each preflight grants only what the policy permits, and
//! each permitted fetch succeeds.

pub(crate) mod check;
pub(crate) mod config;
pub(crate) mod coverage;
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
    report::{Report, cause::Cause, finding::Finding, violation::Violation},
    run::{Middleware, check, check_async},
};
