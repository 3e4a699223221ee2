//! The smallest change of the answers that makes a fetch succeed. Each refused answer is edited, and the fetch
//! continues with the edited answer.

mod apply;
mod edits;
mod lists;
mod run;

pub(super) use self::run::{Run, RunExchange, run};
