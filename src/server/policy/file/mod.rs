//! Policy files: the names of the members, reading and writing.

mod members;
pub(crate) mod reading;
mod writing;
