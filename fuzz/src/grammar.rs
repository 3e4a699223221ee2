//! Regular expressions typed off the standard.

use std::sync::LazyLock;

use regex::bytes::Regex;

/// The grammar of `Origin` as the standard has it, rule by rule.
pub static ORIGIN: LazyLock<Regex> = LazyLock::new(|| {
    let h16 = "(?:0|[1-9a-f][0-9a-f]{0,3})";
    let address = format!(
        "(?:(?:{h16}:){{7}}{h16}|::(?:{h16}:){{5}}{h16}|(?:{h16})?::(?:{h16}:){{4}}{h16}\
         |(?:(?:{h16}:){{0,1}}{h16})?::(?:{h16}:){{3}}{h16}|(?:(?:{h16}:){{0,2}}{h16})?::(?:{h16}:){{2}}{h16}\
         |(?:(?:{h16}:){{0,3}}{h16})?::{h16}:{h16}|(?:(?:{h16}:){{0,4}}{h16})?::{h16}|(?:(?:{h16}:){{0,5}}{h16})?::)"
    );
    let label = "(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])";
    // An IPv4 address is a domain as well.
    let host = format!(r"(?:\[{address}\]|(?:{label}\.)*{label})");
    let origin = format!(r"\A(?-u)(?:null|[a-z][a-z0-9+.-]*://{host}(?::[0-9]{{1,5}})?)\z");
    Regex::new(&origin).expect("it is a regular expression")
});
