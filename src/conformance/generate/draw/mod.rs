//! Draws entries of tables: at random with proptest, or with the bytes of a fuzzer.

#[cfg(feature = "arbitrary")]
pub(crate) mod bytes;
#[cfg(all(test, feature = "arbitrary"))]
pub(crate) mod record;
pub(crate) mod strategies;
