//! Makes values from the bytes of a fuzzer. Some types implement `arbitrary::Arbitrary`. The other values come from
//! functions, such as [`request_to`]. The proptest strategies generate the same values.
//!
//! Each byte selects an entry of a table. The strategies draw from the same tables. If a fuzzer changes a byte, one
//! decision changes. When the bytes run out, each decision is the simplest entry of its table, and each list ends.
//!
//! Proptest has a pass-through generator, which passes the bytes of a fuzzer to the strategies. This module does not
//! use the pass-through generator: the generator needs eight bytes for each decision, and splits off half of the
//! remaining bytes at each choice among strategies. Also, the generator returns only zeros after the last byte. The
//! sampler of proptest rejects every zero, so the sampler never ends.
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
