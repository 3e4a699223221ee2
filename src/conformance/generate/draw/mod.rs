//! Draws entries of tables, with proptest or from bytes.

#[cfg(feature = "arbitrary")]
pub(crate) mod bytes;
#[cfg(all(test, feature = "arbitrary"))]
pub(crate) mod record;
pub(crate) mod strategies;
