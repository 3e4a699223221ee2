//! The same as the strategies generate, made from bytes: `arbitrary::Arbitrary` for fuzz targets.
//!
//! A byte is a decision, looked up in the tables that the strategies draw from. If a fuzzer changes a
//! byte, it changes one decision. Where the bytes run out, every decision is the plainest, and lists end.
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

use alloc::{string::String, vec::Vec};
use core::ops::RangeInclusive;

use arbitrary::{Result, Unstructured};

pub use super::policies::arbitrary::{fetch_to, handler_headers, origin_near, request_to};

/// One of `kinds`, each for as many bytes as its weight says. It is the first that weighs something
/// where there are no bytes.
pub(super) fn one_of<T: Clone>(bytes: &mut Unstructured<'_>, kinds: &[(u32, T)]) -> Result<T> {
    let total: u32 = kinds.iter().map(|(weight, _)| weight).sum();
    let mut at = bytes.int_in_range(0..=total.saturating_sub(1))?;
    for (weight, kind) in kinds {
        match at.checked_sub(*weight) {
            Some(rest) => at = rest,
            None => return Ok(kind.clone()),
        }
    }
    Err(arbitrary::Error::EmptyChoose)
}

/// As many as `count` says. It is the fewest where there are no bytes.
pub(crate) fn times<T>(
    bytes: &mut Unstructured<'_>,
    count: RangeInclusive<usize>,
    mut make: impl FnMut(&mut Unstructured<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let count = bytes.int_in_range(count)?;
    (0..count).map(|_| make(bytes)).collect()
}

/// Up to `most` of `list`.
pub(crate) fn some(
    bytes: &mut Unstructured<'_>,
    list: &[&'static str],
    most: usize,
) -> Result<Vec<String>> {
    times(bytes, 0..=most, |bytes| {
        bytes.choose(list).map(|entry| String::from(*entry))
    })
}
