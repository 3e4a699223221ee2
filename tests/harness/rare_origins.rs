//! Servers that allow one usual form of an origin that the policy does not list: a subdomain for tests, or the port of a development
//! server.

use fetch_cors::{
    conformance::{check, policies::PolicySpec},
    server::CorsPolicy,
};

use super::{config, names, servers::allowing};

const APP: &str = "https://app.example";

fn policy() -> CorsPolicy {
    // A policy with one origin sends this origin in each response.
    let policy = PolicySpec::from_origins([APP, "https://other.example"]);
    policy.build().unwrap()
}

#[test]
fn each_form_is_found() {
    for (allowed, cause) in [
        ("https://v1.app.example", "allows-other-origin"),
        ("https://dev.app.example", "allows-other-origin"),
        ("https://staging.app.example", "allows-other-origin"),
        ("https://test.app.example", "allows-other-origin"),
        ("http://app.example:3000", "allows-other-origin"),
        ("http://localhost:3001", "allows-localhost"),
    ] {
        let mut server = allowing(policy(), |origin| origin == allowed);
        let report = check(&mut server, &policy(), config()).unwrap();
        assert_eq!(names(&report), [cause], "{report}");
        let mistake = report.findings()[0].mistake();
        assert!(mistake.contains(&format!("`{allowed}`")), "{report}");
    }
}
