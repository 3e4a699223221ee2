//! Origins of people whom no policy means.

use arbitrary::{Result, Unstructured};

const SCHEMES: [&str; 3] = ["https", "https", "http"];
const BELOW: [&str; 4] = ["", "", "a.", "www."];
/// A name below most of these can be registered by anybody, or is as near to that as the lists of the
/// drawn policies come.
const DOMAINS: [&str; 7] = [".com", ".example", ".test", ".a", ".ab", ".com.", ""];
const PORTS: [&str; 5] = ["", "", ":81", ":8443", ":65535"];

/// An origin that anybody can have, who has a name registered: no drawn policy lists so long a label.
pub fn stranger(bytes: &mut Unstructured<'_>) -> Result<String> {
    let (scheme, below) = (bytes.choose(&SCHEMES)?, bytes.choose(&BELOW)?);
    let (domain, port) = (bytes.choose(&DOMAINS)?, bytes.choose(&PORTS)?);
    let length = bytes.int_in_range(14..=16)?;
    let letters = (0..length).map(|_| bytes.int_in_range(b'a'..=b'z').map(char::from));
    let name = letters.collect::<Result<String>>()?;
    Ok([scheme, "://", below, &name, domain, port].concat())
}
