//! Policy files: reading and writing.

pub(crate) mod reading;
mod writing;
