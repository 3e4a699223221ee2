//! Servers that allow origins near the listed origins: with `www.`, on other computers of the same network, with the port
//! of another entry, or on hosts that developers use for tests.

use std::net::Ipv4Addr;

use super::*;
use fetch_cors::conformance::Cause;

/// An entry that every policy of these tests lists.
const SECOND: &str = "https://second.test";

/// Asserts that a server that allows other origins than `listed` and [`SECOND`] has one security finding, with the
/// given probe and cause.
#[track_caller]
fn finds_one(listed: &[&str], other: fn(&str) -> bool, probe: &str, cause: Cause) {
    let listed = [listed, &[SECOND]].concat();
    let policy = policy_of(&listed);
    let allowed: Vec<String> = listed.iter().copied().map(String::from).collect();
    let mut server = allowing(policy.clone(), move |origin| {
        allowed.iter().any(|listed| listed == origin) || other(origin)
    });
    let report = check(&mut server, &policy, config()).unwrap();
    finds(&report, Severity::Security, READS, probe);
    let findings = report.findings();
    let findings = findings
        .iter()
        .filter(|finding| finding.severity() == Severity::Security);
    let causes: Vec<Cause> = findings.map(|finding| finding.cause()).collect();
    assert_eq!(causes, [cause], "{report}");
}

#[test]
fn other_form_with_or_without_www_is_found() {
    for (listed, other) in [
        (
            "https://app.example",
            (|origin| origin == "https://www.app.example") as fn(&str) -> bool,
        ),
        ("https://www.app.example", |origin| {
            origin == "https://app.example"
        }),
    ] {
        finds_one(&[listed], other, "www", Cause::AllowsOtherOrigin);
    }
}

#[test]
fn private_address_is_found() {
    let is_private = |origin: &str| origin.starts_with("http://192.168.");
    for probe in ["private-address", "private-address-port"] {
        finds_one(
            &["https://app.example"],
            is_private,
            probe,
            Cause::AllowsLocalhost,
        );
    }
    let is_class_a = |origin: &str| origin.starts_with("http://10.");
    let probe = "private-address-of-class-a";
    finds_one(
        &["https://app.example"],
        is_class_a,
        probe,
        Cause::AllowsLocalhost,
    );
}

/// A listed private address with another port is also one of the private addresses.
#[test]
fn private_addresses_of_a_listed_network_are_one_finding() {
    let is_private = |origin: &str| {
        let rest = origin.strip_prefix("http://").unwrap_or_default();
        let host = rest.split(':').next().unwrap_or_default();
        host.parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_private())
    };
    finds_one(
        &["http://192.168.7.10:8080"],
        is_private,
        "",
        Cause::AllowsLocalhost,
    );
}

#[test]
fn neighbor_of_a_listed_address_is_found() {
    let is_in_range = |origin: &str| {
        let rest = origin.strip_prefix("http://192.168.7.").unwrap_or_default();
        rest.strip_suffix(":8080")
            .is_some_and(|last| last.parse::<u8>().is_ok())
    };
    for listed in ["http://192.168.7.10:8080", "http://192.168.7.255:8080"] {
        finds_one(
            &[listed],
            is_in_range,
            "neighbor-address",
            Cause::AllowsLocalhost,
        );
    }
}

#[test]
fn port_of_another_entry_is_found() {
    let listed = ["https://app.example:8443", "http://localhost:3000"];
    for other in [
        (|origin| origin == "https://app.example:3000") as fn(&str) -> bool,
        |origin| origin == "http://localhost:8443",
    ] {
        finds_one(&listed, other, "crossed-patterns", Cause::MixesEntries);
    }
}

#[test]
fn playground_is_found() {
    for other in [
        (|origin| origin == "https://codepen.io") as fn(&str) -> bool,
        |origin| origin == "https://jsfiddle.net",
        |origin| origin == "https://fiddle.jshell.net",
    ] {
        finds_one(
            &["https://app.example"],
            other,
            "",
            Cause::AllowsSharedHosts,
        );
    }
}

#[test]
fn origin_of_an_ionic_app_is_found() {
    let is_ionic = |origin: &str| origin == "ionic://localhost";
    finds_one(
        &["https://app.example"],
        is_ionic,
        "ionic",
        Cause::AllowsOtherOrigin,
    );
}
