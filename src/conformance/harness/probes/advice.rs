//! The advice of probes with wrong origins, and the port of these origins.

use crate::conformance::harness::report::cause::Cause;

pub(crate) const EXACT: &str = "compare the whole `Origin`, byte for byte, with each listed origin";
pub(super) const ANCHORED: &str =
    "anchor the pattern at both ends, so that it matches the whole `Origin`";
pub(super) const DOTS: &str = Cause::UnescapedDot.advice();
pub(super) const NO_BROWSER: &str = "compare the whole `Origin`; no browser sends this value, so the mistake is harmless today, but it shows that the server compares only a part of `Origin`";

/// The port of an origin that imitates a listed origin, or the server's own origin. Such an imitation differs only in
/// the port.
pub(super) const OTHER_PORT: u16 = 8444;
