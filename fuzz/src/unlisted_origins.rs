//! Generates origins that no generated policy lists.

use arbitrary::{Result, Unstructured};

const SCHEMES: [&str; 3] = ["https", "https", "http"];
const SUBDOMAINS: [&str; 4] = ["", "", "a.", "www."];
/// The ends of the hosts. Some are suffixes below which anyone can register a name. Others resemble the domains of the
/// generated policies.
const SUFFIXES: [&str; 7] = [".com", ".example", ".test", ".a", ".ab", ".com.", ""];
const PORTS: [&str; 5] = ["", "", ":81", ":8443", ":65535"];

/// Generates an origin with a registered name of 14 to 16 letters. No generated policy lists such a long
/// label.
pub fn unlisted_origin(bytes: &mut Unstructured<'_>) -> Result<String> {
    let (scheme, subdomain) = (bytes.choose(&SCHEMES)?, bytes.choose(&SUBDOMAINS)?);
    let (suffix, port) = (bytes.choose(&SUFFIXES)?, bytes.choose(&PORTS)?);
    let length = bytes.int_in_range(14..=16)?;
    let letters = (0..length).map(|_| bytes.int_in_range(b'a'..=b'z').map(char::from));
    let name = letters.collect::<Result<String>>()?;
    Ok([scheme, "://", subdomain, &name, suffix, port].concat())
}
