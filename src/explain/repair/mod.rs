//! The smallest change of the answers that makes a fetch succeed: each answer that is refused is edited, and the
//! algorithm continues with the edited answer.

mod apply;
mod edits;
mod lists;
mod run;

pub(super) use self::run::{Run, RunExchange, run};
