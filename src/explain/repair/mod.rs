//! The smallest change of the answers that makes a fetch succeed. Each refused answer is edited, and the fetch
//! continues with the edited answer. If the only reason for an edit is a mistake of the page, the page is changed, and
//! the answer stays unchanged.

mod apply;
mod changed_page;
mod edits;
mod lines;
mod lists;
mod names;
mod redirect_loop;
mod redirect_to_login;
mod rename;
mod run;

use alloc::{string::String, vec::Vec};

use crate::infrastructure::header_values::Abnf;

pub(super) use self::{
    changed_page::{ChangedPage, run_with_changed_page, without_redirect},
    redirect_loop::run,
    redirect_to_login::run_with_readable_status,
    run::{Run, RunExchange},
};

/// Returns the names that are meant in a list that the browser cannot parse.
pub(super) fn meant_names(abnf: Abnf, value: &[u8]) -> Vec<String> {
    names::MeantNames::of_list(abnf, value, &[])
}
