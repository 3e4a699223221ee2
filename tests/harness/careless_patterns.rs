//! Servers with a careless pattern for origins. A pattern is one mistake, so it has one finding, whose first line is true.

use fetch_cors::conformance::{Severity, check, policies::PolicySpec};

use super::{config, servers::allowing};

const APP: &str = "https://app.example";
const APP_COM: &str = "https://app.example.com";
const SHOP: &str = "https://*.shop.example";

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whether the regular expression with `\b` on both sides of the text matches.
fn contains_word(origin: &str, text: &str) -> bool {
    let parts: Vec<&str> = origin.split(text).collect();
    let mut pairs = parts.windows(2);
    pairs.any(|pair| !pair[0].ends_with(is_word) && !pair[1].starts_with(is_word))
}

/// The causes that do not depend on the pattern.
const IGNORED: [&str; 2] = ["lacks-vary", "reads-one-of-several-origins"];

/// Whether the pattern matches an origin.
type Allows = fn(&str) -> bool;

fn findings(entry: &str, allows: Allows) -> Vec<(String, String)> {
    let policy = PolicySpec::from_origins([entry]).build().unwrap();
    let mut server = allowing(policy.clone(), move |origin| {
        origin == entry || allows(origin)
    });
    let report = check(&mut server, &policy, config()).unwrap();
    let found = report.findings();
    let found = found
        .iter()
        .filter(|finding| !IGNORED.contains(&finding.cause().name()));
    found
        .map(|finding| {
            (
                finding.cause().name().to_owned(),
                finding.mistake().to_owned(),
            )
        })
        .collect()
}

#[test]
fn a_careless_pattern_is_one_finding() {
    let patterns: [(&str, &str, &str, &str, Allows); 12] = [
        (
            r"\bapp\.example\b",
            APP,
            "contains-listed-host",
            "the server allows each origin that contains a listed host between other characters than letters and digits: `https://",
            |origin| contains_word(origin, "app.example"),
        ),
        (
            r"https://app\.example",
            APP,
            "contains-listed-host",
            "the server allows each origin that begins with a listed origin, because it searches for the listed origin in the text of `Origin`: `https://app.example",
            |origin| origin.contains("https://app.example"),
        ),
        (
            "*://app.example*",
            APP,
            "contains-listed-host",
            "the server allows each origin that begins with a listed origin, because it searches for the listed origin in the text of `Origin`: `https://app.example",
            |origin| origin.contains("://app.example"),
        ),
        (
            r"^https://\w+\.example$",
            APP,
            "compares-suffix",
            "the server compares only the end of the origin or of its host: it allows `https://",
            |origin| {
                let label = origin
                    .strip_prefix("https://")
                    .and_then(|host| host.strip_suffix(".example"));
                label.is_some_and(|label| !label.is_empty() && label.chars().all(is_word))
            },
        ),
        (
            r"^https://app\.[^.]+$",
            APP,
            "compares-prefix",
            "the server allows a listed host with another last label: `https://app.",
            |origin| {
                let label = origin.strip_prefix("https://app.");
                label.is_some_and(|label| !label.is_empty() && !label.contains('.'))
            },
        ),
        (
            r"^https://app\.example\.[a-z]+$",
            APP_COM,
            "compares-prefix",
            "the server allows a listed host with another last label: `https://app.example.",
            |origin| {
                let label = origin.strip_prefix("https://app.example.");
                label.is_some_and(|label| {
                    !label.is_empty() && label.chars().all(|c| c.is_ascii_lowercase())
                })
            },
        ),
        (
            r"^https://app\.[^.]+",
            APP,
            "compares-prefix",
            "the server compares only the first label of the host: it allows `https://app.",
            |origin| {
                origin
                    .strip_prefix("https://app.")
                    .is_some_and(|rest| !rest.is_empty())
            },
        ),
        (
            "^https://app.*example$",
            APP,
            "compares-beginning-and-end",
            "the server compares only the beginning and the end of the origin or of its host: it allows `https://app",
            |origin| {
                origin
                    .strip_prefix("https://app")
                    .is_some_and(|rest| rest.ends_with("example"))
            },
        ),
        (
            r"^https://app.*\.example\.com$",
            APP_COM,
            "compares-beginning-and-end",
            "the server compares only the beginning and the end of the origin or of its host: it allows `https://app",
            |origin| {
                origin
                    .strip_prefix("https://app")
                    .is_some_and(|rest| rest.ends_with(".example.com"))
            },
        ),
        (
            "localhost",
            APP,
            "allows-localhost-prefix",
            "the server allows every origin that contains `localhost`, such as `http://localhost.evil.test` and `https://localhost`",
            |origin| origin.contains("localhost"),
        ),
        (
            "localhost$",
            APP,
            "allows-localhost",
            "the server allows pages of `localhost`, which the policy does not allow: `http://localhost`",
            |origin| origin.ends_with("localhost"),
        ),
        (
            "^http://localhost",
            APP,
            "allows-localhost-prefix",
            "the server allows every origin that begins with `http://localhost`, ",
            |origin| origin.starts_with("http://localhost"),
        ),
    ];
    for (pattern, entry, cause, mistake, allows) in patterns {
        let found = findings(entry, allows);
        assert_eq!(found.len(), 1, "{pattern}: {found:#?}");
        assert_eq!(found[0].0, cause, "{pattern}: {found:#?}");
        assert!(found[0].1.starts_with(mistake), "{pattern}: {found:#?}");
    }
}

/// The dots of `[\w-]+.shop.example` are not escaped, and the pattern matches only one label before them.
#[test]
fn an_unescaped_dot_after_one_label_is_named() {
    let labels: [fn(char) -> bool; 2] = [|c| is_word(c) || c == '-', |c| c.is_ascii_alphanumeric()];
    for is_of_label in labels {
        let policy = PolicySpec::from_origins([SHOP]).build().unwrap();
        let mut server = allowing(policy.clone(), move |origin| {
            let Some(host) = origin.strip_prefix("https://") else {
                return false;
            };
            let start = host.len().checked_sub(".shop.example".len());
            let Some((label, end)) = start.and_then(|start| host.split_at_checked(start)) else {
                return false;
            };
            let is_end = end.get(1..5) == Some("shop") && end.get(6..) == Some("example");
            !label.is_empty() && label.chars().all(is_of_label) && is_end
        });
        let report = check(&mut server, &policy, config()).unwrap();
        let security = report.findings();
        let security = security
            .iter()
            .filter(|finding| finding.severity() == Severity::Security);
        let security: Vec<&str> = security.map(|finding| finding.cause().name()).collect();
        assert_eq!(security, ["unescaped-dot"], "{report}");
    }
}

/// The dots of `.*.shop.example` are not escaped, and its `.*` also matches an empty text.
#[test]
fn an_unescaped_dot_after_any_text_is_one_finding() {
    let found = findings(SHOP, |origin| {
        let host = origin.strip_prefix("https://").unwrap_or_default();
        let end = host.len().checked_sub(".shop.example".len());
        let end = end.and_then(|end| host.get(end..)).unwrap_or_default();
        end.get(1..5) == Some("shop") && end.get(6..) == Some("example")
    });
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].0, "unescaped-dot", "{found:#?}");
}

/// The pattern `.*shop.example` lacks the dot before the domain, and its only dot is not escaped. The server allows the domain itself
/// because of the first mistake.
#[test]
fn a_missing_dot_and_an_unescaped_dot_are_two_findings() {
    let found = findings(SHOP, |origin| {
        let host = origin.strip_prefix("https://").unwrap_or_default();
        let end = host.len().checked_sub("shop.example".len());
        let end = end.and_then(|end| host.get(end..)).unwrap_or_default();
        end.starts_with("shop") && end.get(5..) == Some("example")
    });
    let expected = [
        (
            "compares-suffix",
            "the server compares only the end of the origin or of its host: it allows `https://",
        ),
        (
            "unescaped-dot",
            "the server accepts another character in place of a dot of a listed host: it allows `https://www.shopxexample`",
        ),
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for ((cause, mistake), (expected, start)) in found.iter().zip(expected) {
        assert_eq!(cause, expected, "{found:#?}");
        assert!(mistake.starts_with(start), "{found:#?}");
    }
}

/// The server allows `www.` before each listed host. It does not combine the `www` of one entry with another entry.
#[test]
fn www_is_not_a_part_of_another_entry() {
    let entries = ["https://app.corp.com", "https://www.corp.com"];
    let policy = PolicySpec::from_origins(entries).build().unwrap();
    let mut server = allowing(policy.clone(), |origin| {
        let host = origin.strip_prefix("https://www.").unwrap_or_default();
        ["app.corp.com", "www.corp.com"].contains(&host)
    });
    let report = check(&mut server, &policy, config()).unwrap();
    let mut found = report.findings();
    found.retain(|finding| !IGNORED.contains(&finding.cause().name()));
    let found: Vec<&str> = found.iter().map(|finding| finding.cause().name()).collect();
    assert_eq!(found, ["allows-other-origin"], "{report}");
}

/// The server matches one label and the domain without the dot. It does not read the entry as a regular expression, in which `*`
/// repeats the slash.
#[test]
fn an_end_without_a_dot_is_not_a_regular_expression() {
    let policy = PolicySpec::from_origins([SHOP]).build().unwrap();
    let allowed = PolicySpec::from_origins(["https://xshop.example"]);
    let mut server = allowing(allowed.build().unwrap(), |origin| {
        let host = origin.strip_prefix("https://");
        let label = host.and_then(|host| host.strip_suffix("shop.example"));
        label.is_some_and(|label| label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
    });
    let report = check(&mut server, &policy, config()).unwrap();
    let text = report.to_string();
    assert!(
        text.contains("compares only the end of the origin"),
        "{text}"
    );
    assert!(!text.contains("as a regular expression"), "{text}");
}

/// The policy has the `*` after a text.
#[test]
fn a_part_of_a_label_is_read_as_an_expression() {
    // The first dot of the expression can match the last hyphen.
    fn is_matched(origin: &str) -> bool {
        let is_end =
            |rest: &str| rest.get(..7) == Some("netlify") && rest.get(8..11) == Some("app");
        let rest = origin.strip_prefix("https://pr").unwrap_or_default();
        let after = rest.trim_start_matches('-');
        (after.len() < rest.len() && is_end(after)) || after.get(1..).is_some_and(is_end)
    }
    let entry = "https://pr-*.netlify.app";
    let policy = PolicySpec::from_origins([entry]).build().unwrap();
    // A policy with one origin sends this origin in each response.
    let allowed = ["https://pr-xnetlify.app", "https://pr-ynetlify.app"];
    let allowed = PolicySpec::from_origins(allowed);
    let mut server = allowing(allowed.build().unwrap(), is_matched);
    let report = check(&mut server, &policy, config()).unwrap();
    let mut found = report.findings();
    found.retain(|finding| !IGNORED.contains(&finding.cause().name()));
    assert_eq!(found.len(), 1, "{report}");
    let start = "the server reads `https://pr-*.netlify.app` as a regular expression: it allows `https://pr-xnetlify.app`";
    assert!(found[0].mistake().starts_with(start), "{report}");
}

/// The server compares labels of the host. Some allowed origins, such as `https://app.corp.co`, do not begin with a listed origin.
#[test]
fn a_part_of_the_host_is_not_the_beginning_of_the_origin() {
    fn labels(origin: &str) -> Vec<&str> {
        let host = origin.rsplit("//").next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default();
        host.split('.').collect()
    }
    let servers: [Allows; 3] = [
        |origin| labels(origin).starts_with(&["app", "corp"]),
        |origin| labels(origin)[0].starts_with("app"),
        |origin| labels(origin).iter().rev().nth(1) == Some(&"corp"),
    ];
    for allows in servers {
        let found = findings("https://app.corp.com", allows);
        assert_eq!(found.len(), 1, "{found:#?}");
        let start =
            "the server compares only a part of the origin or of its host: it allows `https://";
        assert!(found[0].1.starts_with(start), "{found:#?}");
    }
}
