//! The basic algorithms that other algorithms use, tested one by one.
#![cfg(feature = "browser")]
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "infrastructure/headers.rs"]
mod headers;
#[path = "infrastructure/origins.rs"]
mod origins;
#[path = "infrastructure/urls.rs"]
mod urls;
#[path = "infrastructure/values.rs"]
mod values;
