//! Policy files: reading and writing.

mod meant;
pub(crate) mod reading;
mod writing;
