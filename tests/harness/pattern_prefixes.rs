//! Servers that implement an entry with `*` as a regular expression without an anchor at its end.

use fetch_cors::conformance::{Report, check, policies::PolicySpec};

use http::Request;

use super::{
    config, names,
    servers::{allowing, set},
};

/// Checks a server that allows each origin with a beginning that has three parts: `before`, a text whose characters are all
/// in `is_of_class`, and `after`. The server also allows `exact`.
fn report_of(
    origins: &[&str],
    [before, after]: [&'static str; 2],
    is_of_class: fn(char) -> bool,
    exact: &'static str,
) -> Report {
    let policy = PolicySpec::from_origins(origins.iter().copied())
        .build()
        .unwrap();
    let is_match = move |origin: &str| {
        let rest = origin.strip_prefix(before).unwrap_or_default();
        let mut ends = rest.match_indices(after).map(|(end, _)| end);
        origin == exact
            || ends.any(|end| {
                let part = rest.get(..end).unwrap_or_default();
                !part.is_empty() && part.chars().all(is_of_class)
            })
    };
    let mut server = allowing(policy.clone(), is_match);
    // The server denies a request with several `Origin` lines.
    let mut server = |mut request: Request<()>| {
        if request.headers().get_all("origin").iter().count() > 1 {
            set(request.headers_mut(), "origin", "https://denied.test");
        }
        server(request)
    };
    check(&mut server, &policy, config()).unwrap()
}

#[test]
fn a_pattern_without_an_end_compares_the_beginning() {
    let classes: [fn(char) -> bool; 3] = [
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_alphanumeric() || c == '_',
        |c| c.is_ascii_alphanumeric() || c == '-',
    ];
    for is_of_class in classes {
        let report = report_of(
            &["https://*.example.com"],
            ["https://", ".example.com"],
            is_of_class,
            "",
        );
        assert_eq!(names(&report), ["compares-prefix"], "{report}");
        let report = report_of(
            &["https://example.com", "https://*.example.com"],
            ["https://", ".example.com"],
            is_of_class,
            "https://example.com",
        );
        assert_eq!(names(&report), ["compares-prefix"], "{report}");
        let report = report_of(
            &["https://app-*.vercel.app"],
            ["https://app-", ".vercel.app"],
            is_of_class,
            "",
        );
        assert_eq!(names(&report)[0], "compares-prefix", "{report}");
    }
}

/// One pattern without an anchor stands for both entries, so there are no alternatives.
#[test]
fn one_pattern_for_two_entries_has_no_alternatives() {
    let report = report_of(
        &["https://example.com", "https://*.example.com"],
        ["https://", "example.com"],
        |_| true,
        "https://example.com",
    );
    assert!(
        !names(&report).contains(&"ungrouped-alternatives"),
        "{report}"
    );
}
