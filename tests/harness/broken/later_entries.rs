//! Servers that compare only a part of an entry that comes late in a long list. The other entries are compared correctly.

use fetch_cors::conformance::Cause;

use super::*;

const ENTRIES: usize = 32;

/// Returns the host of an entry. The hosts have no domain in common.
fn host(number: usize) -> String {
    format!(
        "app.site{}.org",
        char::from(b'a' + (number % 26) as u8)
            .to_string()
            .repeat(number / 26 + 1)
    )
}

/// Whether the server also allows the origin, because of the mistake in the comparison with the host of an entry.
type Allows = fn(&str, &str) -> bool;

const MISTAKES: [(&str, Allows, Cause); 9] = [
    (
        "beginning",
        |origin, host| origin.starts_with(&format!("https://{host}")),
        Cause::ComparesPrefix,
    ),
    (
        "beginning and dot",
        |origin, host| origin.starts_with(&format!("https://{host}.")),
        Cause::ComparesPrefix,
    ),
    (
        "beginning without dot",
        |origin, host| {
            let rest = origin.strip_prefix(&format!("https://{host}"));
            rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()))
        },
        Cause::AllowsOtherOrigin,
    ),
    (
        "end",
        |origin, host| origin.starts_with("https://") && origin.ends_with(host),
        Cause::ComparesSuffix,
    ),
    (
        "subdomains",
        |origin, host| origin.starts_with("https://") && origin.ends_with(&format!(".{host}")),
        Cause::AllowsSubdomains,
    ),
    (
        "parent",
        |origin, host| {
            let parent = host.strip_prefix("app.").unwrap();
            origin.starts_with("https://") && origin.ends_with(parent)
        },
        Cause::ComparesSuffix,
    ),
    (
        "scheme",
        |origin, host| origin == format!("http://{host}"),
        Cause::IgnoresScheme,
    ),
    (
        "port",
        |origin, host| origin.starts_with(&format!("https://{host}:")),
        Cause::IgnoresPort,
    ),
    (
        "anywhere",
        |origin, host| origin.contains(host),
        Cause::ContainsListedHost,
    ),
];

#[test]
fn mistakes_with_one_entry_of_a_long_list_are_found() {
    let origins: Vec<String> = (0..ENTRIES)
        .map(|number| format!("https://{}", host(number)))
        .collect();
    let origins: Vec<&str> = origins.iter().map(String::as_str).collect();
    let policy = policy_of(&origins);
    for number in [4, ENTRIES - 1] {
        for (name, allows, cause) in MISTAKES {
            let host = host(number);
            let listed: Vec<String> = origins.iter().map(|origin| (*origin).to_owned()).collect();
            let mut server = allowing(policy.clone(), move |origin| {
                listed.iter().any(|listed| listed == origin) || allows(origin, &host)
            });
            let report = check(&mut server, &policy, config().fetches(0)).unwrap();
            let findings = report.findings();
            let security: Vec<Cause> = findings
                .iter()
                .filter(|finding| finding.severity() == Severity::Security)
                .map(|finding| finding.cause())
                .collect();
            assert_eq!(security, [cause], "{name} {number} {report}");
        }
    }
}
