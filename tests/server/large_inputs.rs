//! Large inputs. If the work grew faster than the input, each test would take minutes.

use fetch_cors::{
    http::{HeaderMap, HeaderName, HeaderValue, Method},
    infrastructure::port::is_bad_port,
    server::{CorsPolicy, CorsPolicyBuilder, PolicyFile},
};

const COUNT: usize = 60_000;

fn policy(origins: impl IntoIterator<Item = String>) -> CorsPolicyBuilder {
    CorsPolicy::builder().origins(origins)
}

#[test]
fn many_wildcards_with_different_ports_are_matched() {
    let entry = |port| format!("https://*.app.example:{port}");
    let ports = (1024..64_000).filter(|port| !is_bad_port(*port));
    let policy = policy(ports.map(entry)).build().unwrap();
    for (origin, expected) in [
        ("https://a.app.example:1024", true),
        ("https://a.app.example:63999", true),
        ("https://a.app.example:64000", false),
        ("https://a.app.example", false),
    ] {
        for _ in 0..1000 {
            let request = HeaderMap::from_iter([(
                HeaderName::from_static("origin"),
                HeaderValue::from_static(origin),
            )]);
            let decision = policy.decide(&Method::GET, &request);
            assert_eq!(decision.verdict().is_allowed(), expected, "{origin}");
        }
    }
}

#[test]
fn long_lists_are_compared() {
    let wide = policy((0..COUNT).map(|i| format!("https://*.a{i}.example")))
        .methods((0..COUNT).map(|i| format!("M{i}")))
        .expose_headers((0..COUNT).map(|i| format!("x-{i}")));
    let narrow = policy((0..COUNT).map(|i| format!("https://*.b.a{i}.example:8443")))
        .methods((0..COUNT).map(|i| format!("M{i}")))
        .expose_headers((1..COUNT).map(|i| format!("x-{i}")));
    let (wide, narrow) = (wide.build().unwrap(), narrow.build().unwrap());
    let difference = wide.difference(&narrow).unwrap();
    assert_eq!(difference.widened.len(), COUNT + 1);
    assert_eq!(difference.narrowed.len(), COUNT);
    assert!(wide.difference(&wide).unwrap().widened.is_empty());
}

#[test]
fn file_with_many_errors_is_reported() {
    let members: Vec<String> = (0..COUNT).map(|i| format!("\"member-{i}\": {i}")).collect();
    let entries: Vec<String> = (0..COUNT)
        .map(|i| format!("{i}, \"http://a{i}/\""))
        .collect();
    let json = format!(
        "{{{}, \"origins\": [{}]}}",
        members.join(","),
        entries.join(",")
    );
    let file: PolicyFile = serde_json::from_str(&json).unwrap();
    let errors = file.validate(&fetch_cors::infrastructure::site::NoPublicSuffixes);
    let errors = errors.unwrap_err();
    assert_eq!(errors.iter().count(), 3 * COUNT);
    let last = errors.iter().last().unwrap();
    assert_eq!(last.member(), format!("origins[{}]", 2 * COUNT - 1));
    assert!(
        errors
            .to_string()
            .ends_with(&format!("; and {} more errors", 3 * COUNT - 50))
    );
}

#[test]
fn thousands_of_cors_headers_of_a_handler_are_replaced() {
    let policy = policy(["https://app.example".into()])
        .credentials(true)
        .build()
        .unwrap();
    let request = HeaderMap::from_iter([(
        HeaderName::from_static("origin"),
        HeaderValue::from_static("https://app.example"),
    )]);
    for _ in 0..20 {
        let mut response: HeaderMap = (0..12_000)
            .flat_map(|i| [format!("x-{i}"), format!("access-control-{i}")])
            .map(|name| {
                (
                    HeaderName::try_from(name).unwrap(),
                    HeaderValue::from_static("1"),
                )
            })
            .collect();
        policy.decide(&Method::GET, &request).apply(&mut response);
        assert_eq!(response.keys_len(), 12_003);
    }
}
