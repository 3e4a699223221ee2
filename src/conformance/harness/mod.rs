//! The harness: sends test requests to a server, and judges the exchanges by the laws.
//!
//! The harness does not check three of the laws that are about a browser and a server together:
//!
//! - R8 and R9 compare two policies, but a check has only one policy. R9 limits the time until a changed policy
//!   applies. This time depends on the max-age, which A5 checks.
//! - R4 follows from A6 and R1. A preflight cache does not change a verdict if each preflight grants only what the
//!   policy permits, and each permitted fetch succeeds.

pub(crate) mod check;
pub(crate) mod config;
pub(crate) mod coverage;
pub(crate) mod expectations;
mod extensions;
mod finish;
mod interface;
pub(crate) mod judge;
mod limits;
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
    report::{
        Report, cause::Cause, finding::Finding, library_options::LibraryOption,
        violation::Violation,
    },
    run::{Middleware, check, check_async},
};
