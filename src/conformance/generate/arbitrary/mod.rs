//! The same as the strategies generate, made from bytes: `arbitrary::Arbitrary` for fuzz targets.
//!
//! A byte is a decision, looked up in the tables that the strategies draw from. If a fuzzer changes a
//! byte, it changes one decision. When the bytes run out, every decision is the plainest, and lists end.
//!
//! The strategies themselves cannot run on the bytes: proptest's pass-through takes eight bytes for a
//! decision, halves the rest at each choice among strategies, and does not return once the bytes have
//! run out, because its sampler refuses zeros.
//!
//! ```
//! use arbitrary::{Arbitrary, Unstructured};
//! use fetch_cors::conformance::{arbitrary::request_to, policies::{PolicySpec, serve}};
//!
//! let mut bytes = Unstructured::new(b"the bytes of a fuzzer");
//! let spec = PolicySpec::arbitrary(&mut bytes)?;
//! let request = request_to(&spec, &mut bytes)?;
//! let response = serve(&spec.build()?, &request);
//! assert!(response.headers().get_all("access-control-allow-origin").iter().count() <= 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub(super) mod cases;
mod headers;

pub use super::policies::arbitrary::{fetch_to, handler_headers, origin_near, request_to};
