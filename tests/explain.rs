//! Tests of the parsers for the traces of a failed fetch: responses that `curl` printed, lines of a browser's console,
//! recordings of a network panel.
#![cfg(feature = "browser")]
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

#[cfg(feature = "cases")]
#[path = "explain/chromium_panel.rs"]
mod chromium_panel;
#[path = "explain/console.rs"]
mod console;
#[path = "explain/console_advice.rs"]
mod console_advice;
#[path = "explain/console_values.rs"]
mod console_values;
#[path = "explain/console_wrappers.rs"]
mod console_wrappers;
#[cfg(feature = "cases")]
#[path = "explain/har.rs"]
mod har;
#[cfg(feature = "cases")]
#[path = "explain/recorders.rs"]
mod recorders;
#[path = "explain/response_bodies.rs"]
mod response_bodies;
#[cfg(feature = "cases")]
#[path = "explain/response_sources.rs"]
mod response_sources;
#[path = "explain/responses.rs"]
mod responses;
#[path = "explain/sentences.rs"]
mod sentences;
#[cfg(feature = "cases")]
#[path = "explain/shared_headers.rs"]
mod shared_headers;
#[path = "explain/technical_words.rs"]
mod technical_words;
