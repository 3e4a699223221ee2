//! The harness: anybody's server held to the laws, by a browser that is let loose on it.

mod alone;
mod cached;
mod catalogue;
mod configuration;
mod curl;
mod drive;
mod generated;
mod judge;
mod machine;
mod probe;
mod recorded;
mod replay;
mod report;
mod severity;
mod terms;
mod violation;

pub use self::{
    configuration::{Config, UnusableUrl},
    drive::{Middleware, check, check_async},
    machine::Check,
    probe::Probe,
    recorded::{OtherRequest, Recorded},
    report::Report,
    severity::Severity,
    violation::Violation,
};
