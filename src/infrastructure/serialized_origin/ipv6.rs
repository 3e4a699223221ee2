//! IPv6 addresses. The [IPv6 parser](https://url.spec.whatwg.org/#concept-ipv6-parser) is the parser of Rust's standard
//! library. The [IPv6 serializer](https://url.spec.whatwg.org/#concept-ipv6-serializer) never writes the end of an
//! address as an IPv4 address.

use core::{
    fmt::{self, Write},
    net::Ipv6Addr,
    ops::Range,
};

/// Parses an address without its brackets.
pub(super) fn parse(address: &str) -> Option<Ipv6Addr> {
    address.parse().ok()
}

/// Writes the address in brackets.
pub(super) fn serialize(address: Ipv6Addr, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let pieces = address.segments();
    let compressed = longest_run_of_zeros(pieces);
    f.write_char('[')?;
    for (index, piece) in pieces.into_iter().enumerate() {
        if compressed.contains(&index) {
            if index == compressed.start {
                f.write_str(if index == 0 { "::" } else { ":" })?;
            }
            continue;
        }
        write!(f, "{piece:x}")?;
        if index < 7 {
            f.write_char(':')?;
        }
    }
    f.write_char(']')
}

/// Returns the longest run of two or more zeros. If several runs have this length, returns the first of these runs.
/// Returns an empty range if the address does not have two zeros in a row.
fn longest_run_of_zeros(pieces: [u16; 8]) -> Range<usize> {
    let (mut longest, mut start) = (0..0, 0);
    for (index, piece) in pieces.into_iter().enumerate() {
        let run = start..index + 1;
        if piece != 0 {
            start = index + 1;
        } else if run.len() > 1 && run.len() > longest.len() {
            longest = run;
        }
    }
    longest
}
