//! of a network panel.
#![cfg(feature = "browser")]
#![allow(missing_docs)]

#[path = "explain/responses.rs"]
mod responses;
