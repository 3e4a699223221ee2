//! A policy's file: what it may hold, read and written.

mod members;
pub(crate) mod reading;
mod writing;
