//! Configurations from pairs of a name and a text.

use fetch_cors::{
    http::{HeaderMap, HeaderName, HeaderValue, Method},
    server::{AllowList, CorsPolicy, NoPublicSuffixes, PolicyConfig},
};

fn config(pairs: &[(&str, &str)]) -> PolicyConfig {
    PolicyConfig::from_pairs(pairs.iter().copied()).unwrap()
}

#[test]
fn members_are_read_from_text() {
    let mut expected = PolicyConfig::default();
    expected.origins = ["https://a.example", "https://b.example"].into();
    expected.credentials = true;
    expected.methods = AllowList::Any;
    expected.request_headers = vec!["*".into(), "authorization".into()];
    expected.max_age = Some(600);
    expected.preflight_status = 200;
    expected.dangerously_allow_null_origin = true;
    let pairs = [
        ("ORIGINS", " https://a.example,,https://b.example , "),
        ("Credentials", "true"),
        ("methods", "*"),
        ("REQUEST-HEADERS", "*,authorization"),
        ("expose_headers", "none"),
        ("max_age", "600"),
        ("preflight_status", " 200"),
        ("dangerously_allow_null_origin", "true"),
        ("dangerously_allow_insecure_origins", "false"),
    ];
    assert_eq!(config(&pairs), expected);
    assert_eq!(config(&[("origins", "none")]), PolicyConfig::default());
    assert_eq!(config(&[("origins", "*")]).origins, AllowList::Any);
}

#[test]
fn wrong_text_is_an_error() {
    for (pairs, expected) in [
        (&[][..], &["empty-origins origins"][..]),
        (&[("origins", "")], &["empty-origins origins"]),
        (&[("origins", " , ")], &["empty-origins origins"]),
        (
            &[("origins", "*"), ("ORIGINS", "*")],
            &["malformed ORIGINS"],
        ),
        (
            &[("origin", "*")],
            &["unknown-member origin", "empty-origins origins"],
        ),
        (
            &[
                ("origins", "*"),
                ("credentials", "yes"),
                ("methods", ""),
                ("max_age", "10m"),
                ("preflight_status", "-1"),
            ],
            &[
                "wrong-type credentials",
                "wrong-type methods",
                "wrong-type max_age",
                "wrong-type preflight_status",
            ],
        ),
        (
            &[("origins", "*"), ("max_age", "99999999999")],
            &["max-age-out-of-range max_age"],
        ),
        (
            &[("origins", "*"), ("preflight_status", "99999")],
            &["invalid-preflight-status preflight_status"],
        ),
    ] {
        let errors = PolicyConfig::from_pairs(pairs.iter().copied()).unwrap_err();
        let found: Vec<_> = errors
            .iter()
            .map(|error| format!("{} {}", error.kind().as_str(), error.member()))
            .collect();
        assert_eq!(found, expected, "{pairs:?}");
    }
}

/// The policy for a production environment in which all pages are same-origin.
#[test]
fn policy_without_origins_allows_no_origin() {
    for policy in [
        config(&[("origins", "none")]).validate(&NoPublicSuffixes),
        CorsPolicy::builder().no_origins().build(),
        CorsPolicy::builder().origins_from_list(" none ").build(),
    ] {
        let policy = policy.unwrap();
        for origin in ["https://a.example", "null", "none", ""] {
            let request = HeaderMap::from_iter([(
                HeaderName::from_static("origin"),
                HeaderValue::from_static(origin),
            )]);
            assert!(!policy.decide(&Method::GET, &request).verdict().is_allowed());
        }
        assert_eq!(policy.origins(), Some(Vec::new()));
    }
    let both = CorsPolicy::builder()
        .no_origins()
        .origin("https://a.example");
    assert_eq!(
        both.build(),
        CorsPolicy::builder()
            .origin("https://a.example")
            .no_origins()
            .build()
    );
}
