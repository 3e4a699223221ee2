//! A server allows every name under the parent domain of a listed host. If the parent domain is a shared host, the
//! other names can belong to other customers.

use fetch_cors::conformance::{
    check,
    policies::{PolicySpec, serve},
};
use http::Request;

use super::{config, names, servers::allowing};

/// Whether the host of the origin consists of labels before `domain`. A label has only letters, digits and inner
/// hyphens. The scheme is `https`.
fn has_labels_before(origin: &str, domain: &str) -> bool {
    labels_before(origin, domain).is_some()
}

fn has_label_before(origin: &str, domain: &str) -> bool {
    labels_before(origin, domain) == Some(1)
}

fn labels_before(origin: &str, domain: &str) -> Option<usize> {
    let host = origin.strip_prefix("https://")?;
    let labels = host.strip_suffix(domain)?.strip_suffix('.')?.split('.');
    let is_known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(is_known)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    labels.clone().all(is_label).then(|| labels.count())
}

#[test]
fn names_under_a_parent_domain_are_one_finding() {
    type Allows = fn(&str) -> bool;
    const SHARED: &str = "allow only the sites that the policy lists: every other name under";
    let servers: [(&[&str], &str, &str, Allows); 11] = [
        (
            &["https://acme.github.io", "https://app.example"],
            "allows-shared-hosts",
            SHARED,
            |origin| has_label_before(origin, "github.io"),
        ),
        (
            &["https://acme.github.io", "https://app.example"],
            "allows-shared-hosts",
            SHARED,
            |origin| has_labels_before(origin, "github.io"),
        ),
        (
            &["https://*--myapp.netlify.app"],
            "allows-shared-hosts",
            SHARED,
            |origin| has_label_before(origin, "netlify.app"),
        ),
        (
            &["https://app-*.vercel.app"],
            "allows-shared-hosts",
            SHARED,
            |origin| has_label_before(origin, "vercel.app"),
        ),
        (
            &["https://app-*.vercel.app"],
            "allows-shared-hosts",
            SHARED,
            |origin| has_labels_before(origin, "vercel.app"),
        ),
        // The policy lists no site of the shared host.
        (
            &["https://app.example", "https://other.example"],
            "allows-shared-hosts",
            "list the exact origins of your own sites",
            |origin| has_label_before(origin, "vercel.app"),
        ),
        // The owner of `myapp.pages.dev` also has its subdomains.
        (
            &["https://myapp.pages.dev", "https://app.example"],
            "allows-subdomains",
            "allow a subdomain only if the policy lists it",
            |origin| has_label_before(origin, "myapp.pages.dev"),
        ),
        (
            &["https://myapp.pages.dev", "https://app.example"],
            "allows-subdomains",
            "allow a subdomain only if the policy lists it",
            |origin| has_labels_before(origin, "myapp.pages.dev"),
        ),
        (
            &["https://app.example.com", "https://other.example"],
            "compares-suffix",
            "in place of the end `.example.com`",
            |origin| has_label_before(origin, "example.com"),
        ),
        (
            &["https://app-*.example.com"],
            "compares-suffix",
            "in place of the end `.example.com`",
            |origin| has_labels_before(origin, "example.com"),
        ),
        (
            &["https://a.example.com", "https://b.shop.test"],
            "compares-suffix",
            "in place of the end `.example.com` and `.shop.test`",
            |origin| {
                has_labels_before(origin, "example.com") || has_labels_before(origin, "shop.test")
            },
        ),
    ];
    for (entries, cause, fix, allows) in servers {
        let policy = PolicySpec::from_origins(entries.iter().copied());
        let policy = policy.build().unwrap();
        for seed in 0..4 {
            let mut allowing = allowing(policy.clone(), allows);
            let mut server = |request: Request<()>| {
                let lines = request.headers().get_all("origin").iter();
                if lines.count() > 1 {
                    serve(&policy, &request)
                } else {
                    allowing(request)
                }
            };
            let report = check(&mut server, &policy, config().seed(seed)).unwrap();
            assert_eq!(
                names(&report),
                [cause],
                "{entries:?}, seed {seed}: {report}"
            );
            assert!(report.to_string().contains(fix), "{fix}: {report}");
        }
    }
}
