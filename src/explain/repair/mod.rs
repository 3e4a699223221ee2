//! The smallest change of the answers that makes a fetch succeed. Each refused answer is edited, and the fetch
//! continues with the edited answer. If the only reason for an edit is a mistake of the page, the page is changed, and
//! the answer stays unchanged.

mod apply;
mod changed_page;
mod edits;
mod lists;
mod names;
mod negated;
mod redirect_loop;
mod run;

pub(super) use self::{
    changed_page::{ChangedPage, run_with_changed_page},
    redirect_loop::run,
    run::{Run, RunExchange},
};
