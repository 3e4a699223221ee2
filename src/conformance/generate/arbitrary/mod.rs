//! The values that the strategies generate, made from bytes: `arbitrary::Arbitrary` for fuzz
//! targets.
//!
//! Each byte selects an entry of a table, and the strategies draw from the same tables. If a fuzzer changes a byte, it
//! changes one decision. When the bytes run out, each decision is the simplest entry, and each list ends.
//!
//! The strategies themselves cannot read the bytes. The pass-through generator of proptest takes
//! eight bytes for each decision, and gives away half of the remaining bytes at each choice among
//! strategies. When the bytes run out, its sampler rejects every zero and never returns.
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
