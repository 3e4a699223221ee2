//! The advice to add an origin to the policy. An origin that imitates an entry was never meant, so no advice adds it.

use fetch_cors::conformance::{check, policies::PolicySpec};

use super::{config, servers::allowing};

#[test]
fn no_advice_adds_a_look_alike() {
    let policy = PolicySpec::from_origins(["https://app.example.com", "https://bar.test"]);
    let policy = policy.build().unwrap();
    for (origin, is_added) in [
        ("https://evil-app.example.com", false),
        ("https://app-evil.example.com", false),
        ("https://evil.app.example.com", false),
        ("https://app.example.co", false),
        ("https://app.example.net", false),
        ("https://app.example.com.evil.test", false),
        ("https://appxexample.com", false),
        ("https://app.example.combar.test", false),
        ("https://unlisted.test", false),
        ("https://198.51.100.77", false),
        ("ahttps://app.example.com", false),
        ("http://192.168.1.2", false),
        ("https://fetch-cors-unlisted.vercel.app", false),
        ("https://app.example.com:8443", true),
        ("https://example.com", true),
        ("capacitor://localhost", true),
        ("http://localhost:3000", true),
    ] {
        let mut server = allowing(policy.clone(), |given| given == origin);
        let report = check(&mut server, &policy, config()).unwrap();
        let mut fixes = report
            .findings()
            .into_iter()
            .map(|finding| finding.advice().to_owned());
        let found = fixes.any(|fix| fix.contains(&format!("add `{origin}` to `origins`")));
        assert_eq!(found, is_added, "{origin}: {report}");
    }
}

#[test]
fn origin_with_another_scheme_is_not_called_a_page() {
    let policy = PolicySpec::from_origins(["https://app.example"])
        .build()
        .unwrap();
    for origin in ["ahttps://app.example", "capacitor://localhost"] {
        let mut server = allowing(policy.clone(), |given| given == origin);
        let text = check(&mut server, &policy, config()).unwrap().to_string();
        assert!(
            text.contains(&format!("the origin {origin} can read")),
            "{text}"
        );
        assert!(!text.contains(&format!("page of {origin}")), "{text}");
    }
}
