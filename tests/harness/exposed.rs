//! Mistakes in the list of exposed headers. A list that has an unlisted name and lacks a listed name has two mistakes.

use fetch_cors::{conformance::check, server::CorsPolicy};

use super::{
    config,
    servers::{changed, is_granted, is_preflight, set},
};

#[test]
fn names_that_are_too_many_and_names_that_lack_are_two_findings() {
    const MORE: &str = "security: scripts can read response headers that the policy does not expose: `x-secret` (exposes-other-headers)";
    const FEWER: &str = "broken: scripts cannot read response headers that the policy exposes: `x-total` (lacks-exposed-headers)";
    for has_credentials in [false, true] {
        let policy = CorsPolicy::builder().origin("https://app.example");
        let policy = policy
            .credentials(has_credentials)
            .expose_headers(["x-total"]);
        let policy = policy.build().unwrap();
        for (sent, expected) in [
            ("x-secret", &[MORE, FEWER][..]),
            ("x-secret, x-total", &[MORE]),
            ("x-totals", &[FEWER]),
            ("", &[FEWER]),
            ("x-total", &[]),
        ] {
            let mut server = changed(policy.clone(), |request, response| {
                let is_granted = is_granted(response);
                let headers = response.headers_mut();
                if !is_preflight(request) {
                    set(headers, "x-secret", "1");
                    set(headers, "x-total", "1");
                    if is_granted {
                        set(headers, "access-control-expose-headers", sent);
                    }
                }
            });
            let report = check(&mut server, &policy, config()).unwrap();
            let text = report.to_string();
            let findings = text.lines().filter(|line| {
                line.starts_with("security: scripts") || line.starts_with("broken: scripts")
            });
            // A report with several findings begins with their first lines, and then repeats them.
            let findings: Vec<&str> = findings.take(report.findings().len()).collect();
            assert_eq!(findings, expected, "{sent}: {report}");
            for violation in report.violations() {
                let advice = "list in `Access-Control-Expose-Headers` exactly";
                assert_eq!(violation.message().matches(advice).count(), 1, "{report}");
            }
        }
    }
}
