//! Regular expressions for the grammars of the standard.

use std::sync::LazyLock;

use regex::bytes::Regex;

/// The grammar of `Origin`, rule by rule as in the standard.
pub static ORIGIN: LazyLock<Regex> = LazyLock::new(|| {
    let h16 = "(?:0|[1-9a-f][0-9a-f]{0,3})";
    let address = format!(
        "(?:(?:{h16}:){{7}}{h16}|::(?:{h16}:){{5}}{h16}|(?:{h16})?::(?:{h16}:){{4}}{h16}\
         |(?:(?:{h16}:){{0,1}}{h16})?::(?:{h16}:){{3}}{h16}|(?:(?:{h16}:){{0,2}}{h16})?::(?:{h16}:){{2}}{h16}\
         |(?:(?:{h16}:){{0,3}}{h16})?::{h16}:{h16}|(?:(?:{h16}:){{0,4}}{h16})?::{h16}|(?:(?:{h16}:){{0,5}}{h16})?::)"
    );
    let label = "(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])";
    // The rule for a domain also matches an IPv4 address.
    let host = format!(r"(?:\[{address}\]|(?:{label}\.)*{label})");
    let origin = format!(r"\A(?-u)(?:null|[a-z][a-z0-9+.-]*://{host}(?::[0-9]{{1,5}})?)\z");
    Regex::new(&origin).expect("valid regular expression")
});
