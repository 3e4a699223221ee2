//! Servers that compare a text with a part of the origin: anywhere, at the beginning or at the end. The finding names the right
//! comparison.

use fetch_cors::conformance::{check, policies::PolicySpec};

use super::{config, names, servers::allowing};

const PATTERN: &[&str] = &["https://*.example.com"];
const DOMAIN: &[&str] = &["https://app.example.com"];
const BOTH: &[&str] = &["https://example.com", "https://*.example.com"];
const PORT: &[&str] = &["http://localhost:3000"];

type Compares = fn(&str, &str) -> bool;

const CONTAINS: Compares = |origin, text| origin.contains(text);
const STARTS: Compares = |origin, text| origin.starts_with(text);
const HOST_STARTS: Compares = |origin, text| {
    let parts = origin.split_once("://");
    parts.is_some_and(|(_, host)| host.starts_with(text))
};
const ENDS: Compares = |origin, text| origin.ends_with(text);

#[test]
fn comparison_is_named() {
    let (contains, prefix, suffix) = ("contains-listed-host", "compares-prefix", "compares-suffix");
    for (entries, compares, text, expected) in [
        (PATTERN, CONTAINS, ".example.com", contains),
        (PATTERN, CONTAINS, "example.com", contains),
        (PATTERN, ENDS, "example.com", suffix),
        // The server compares the end of the whole origin, so it ignores only the scheme.
        (PATTERN, ENDS, ".example.com", "ignores-scheme"),
        (BOTH, CONTAINS, ".example.com", contains),
        (BOTH, CONTAINS, "https://example.com", contains),
        (BOTH, STARTS, "https://example.com", prefix),
        (DOMAIN, CONTAINS, "app.example.com", contains),
        (DOMAIN, CONTAINS, ".example.com", contains),
        (DOMAIN, CONTAINS, "https://app.example.com", contains),
        (DOMAIN, CONTAINS, "//app.example.com", contains),
        (DOMAIN, STARTS, "https://app.example.com", prefix),
        (DOMAIN, HOST_STARTS, "app.example.com", prefix),
        (DOMAIN, ENDS, "app.example.com", suffix),
        (DOMAIN, ENDS, ".example.com", suffix),
        (DOMAIN, ENDS, "https://app.example.com", suffix),
        (DOMAIN, ENDS, "//app.example.com", "ignores-scheme"),
        (PORT, CONTAINS, "localhost", contains),
        (PORT, CONTAINS, "http://localhost:3000", contains),
        (PORT, CONTAINS, "localhost:3000", contains),
        (PORT, STARTS, "http://localhost:3000", prefix),
        (PORT, HOST_STARTS, "localhost", prefix),
        (PORT, HOST_STARTS, "localhost:3000", prefix),
        (PORT, ENDS, "localhost:3000", suffix),
    ] {
        let policy = PolicySpec::from_origins(entries.iter().copied());
        let policy = policy.build().unwrap();
        let mut server = allowing(policy.clone(), |origin| compares(origin, text));
        let report = check(&mut server, &policy, config()).unwrap();
        let of_origins = names(&report);
        let of_origins: Vec<&str> = of_origins
            .into_iter()
            .filter(|name| !matches!(*name, "lacks-vary" | "reads-one-of-several-origins"))
            .collect();
        assert_eq!(of_origins, [expected], "{entries:?} {text}: {report}");
    }
}
