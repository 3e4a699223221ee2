//! Entries of `origins`: valid, invalid, in another form, and refused with credentials.

use fetch_cors::server::CorsPolicy;
use fetch_cors::server::CredentialsMode;

use super::support::{assert_errors, errors};

/// Returns the errors of an entry of `origins`, with or without credentials.
fn origin_errors(origin: &str, credentials: bool) -> Vec<String> {
    let origin = serde_json::Value::from(origin);
    let errors = errors(&format!(
        r#"{{"origins":[{origin}],"credentials":{credentials}}}"#
    ));
    let errors = errors
        .iter()
        .map(|error| error.replacen(" origins[0]", "", 1));
    errors.collect()
}

#[test]
fn valid_origins() {
    for origin in [
        "https://app.example",
        "https://my_app.example",
        "https://app.example.",
        "https://app.example:8443",
        "https://app.example:25", // blocked, but still an origin
        "https://xn--bcher-kva.example",
        "https://xn--a", // a control character, which UTS 46 refuses
        "http://localhost:*",
        "http://127.0.0.1",
        "http://127.9.9.9:81",
        "http://[::1]:8080",
        "http://[::1]:*",
        "http://a.localhost",
        "http://*.localhost:*",
        "https://[2001:db8::1]",
        "https://1.2.3.4:*",
        "https://*.app.example",
        "https://*.app.example:*",
        "https://*.app.example:8443",
        "https://*.app.example.",
        "tauri://localhost",
        "tauri://localhost:99999",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
        "ws://a.example",
    ] {
        assert_eq!(origin_errors(origin, false), [""; 0], "{origin}");
        assert_eq!(origin_errors(origin, true), [""; 0], "{origin}");
    }
    assert_eq!(origin_errors("null", false), [""; 0]);
}

#[test]
fn invalid_origins() {
    for origin in [
        "",
        "*",
        "app.example",
        "https://",
        "https://*",
        "https://*.",
        "https://*:*",
        "https://*:443",
        "https://*.*.example",
        "https://*example.com",
        "https://a*.example.com",
        "https://a.*.example.com",
        "https://example.*",
        "https://example.com:*:*",
        "https://example.com:80:*",
        "https://example.com::*",
        "https://example.com:4*",
        "https://example.com:**",
        "https://example.com/*",
        // Browsers send `https://*.example.com`, which has another meaning as an entry.
        "https://%2A.example.com",
        "https://\u{ff0a}.example.com",
        "https://*.1.2.3.4",
        "https://*.[::1]",
        "https://*.user@a.example",
        "https://a.example:99999",
        "https://a b",
        "https://1.2.3.256",
        "https://xn--",
        "https://xn--abc-",
        "https://xn--a-a-",
        "tauri://*",
        "tauri://*.localhost",
        "tauri://localhost:*",
        "tauri://localhost/",
        "tauri://my_app",
        "*://a.example",
        "*.example.com",
        "file://",
        "file://a",
        "data:,",
        "about:blank",
        "Null",
        "null ",
        "https://a.example, https://b.example",
    ] {
        assert_eq!(origin_errors(origin, true), ["invalid-origin"], "{origin}");
    }
}

#[test]
fn origins_in_another_form_have_a_suggestion() {
    for (origin, suggestion) in [
        ("https://a.example/", "https://a.example"),
        ("https://a.example/path?q#f", "https://a.example"),
        ("https://a.example?", "https://a.example"),
        ("https://a.example#", "https://a.example"),
        ("https://A.example", "https://a.example"),
        ("HTTPS://a.example", "https://a.example"),
        ("https://a.example:443", "https://a.example"),
        ("http://a.example:80/", "http://a.example"),
        ("https://a.example:", "https://a.example"),
        ("https://a.example:08443", "https://a.example:8443"),
        ("https://user:pass@a.example", "https://a.example"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        (
            "https://bu\u{308}cher.example",
            "https://xn--bcher-kva.example",
        ),
        ("https://a%2Eexample", "https://a.example"),
        ("https:a.example", "https://a.example"),
        ("https:\\\\a.example", "https://a.example"),
        (" https://a.example", "https://a.example"),
        ("https://a.example ", "https://a.example"),
        ("https://a.example\n", "https://a.example"),
        ("http://1", "http://0.0.0.1"),
        ("http://0x7f.1", "http://127.0.0.1"),
        ("http://[::0:1]", "http://[::1]"),
        ("http://[::ABCD]", "http://[::abcd]"),
        ("https://*.A.example", "https://*.a.example"),
        ("https://*.a.example/", "https://*.a.example"),
        ("https://*.a.example/b", "https://*.a.example"),
        ("https://*.a.example:443", "https://*.a.example"),
        (
            "https://*.bücher.example",
            "https://*.xn--bcher-kva.example",
        ),
        ("https://user@*.a.example", "https://*.a.example"),
        (" https://*.a.example ", "https://*.a.example"),
        ("https://a.example:*/", "https://a.example:*"),
        ("HTTP://LOCALHOST:*", "http://localhost:*"),
    ] {
        // An unmatchable origin has one error: the risks of credentials are not checked.
        let expected = [format!("unmatchable-origin -> {suggestion}")];
        assert_eq!(origin_errors(origin, true), expected, "{origin:?}");
        assert_eq!(origin_errors(suggestion, false), [""; 0], "{suggestion}");
    }
}

#[test]
fn dangerous_origins_are_refused_with_credentials() {
    const INSECURE: &str = "insecure-origin-with-credentials";
    const PUBLIC: &str = "public-suffix-with-credentials";
    for (origin, expected) in [
        ("null", &["null-origin-with-credentials"][..]),
        ("http://a.example", &[INSECURE]),
        ("http://localhost.", &[INSECURE]),
        ("http://notlocalhost", &[INSECURE]),
        ("http://localhost.example", &[INSECURE]),
        ("http://128.0.0.1", &[INSECURE]),
        ("http://[::2]", &[INSECURE]),
        ("http://a.example:*", &[INSECURE]),
        ("http://*.app.example", &[INSECURE]),
        ("https://*.com", &[PUBLIC]),
        ("https://*.com.", &[PUBLIC]),
        ("https://*.com:*", &[PUBLIC]),
        ("https://*.co.uk", &[PUBLIC]),
        ("https://*.github.io", &[PUBLIC]),
        ("https://*.kawasaki.jp", &[PUBLIC]),
        ("https://*.xn--55qx5d.cn", &[PUBLIC]),
        ("http://*.github.io:81", &[INSECURE, PUBLIC]),
        // Public suffixes below the name.
        ("https://*.amazonaws.com", &[PUBLIC]),
        ("https://*.railway.app", &[PUBLIC]),
        ("https://*.eu-west-1.amazonaws.com", &[PUBLIC]),
        ("https://*.salesforce.com.", &[PUBLIC]),
    ] {
        assert_eq!(origin_errors(origin, true), expected, "{origin}");
        assert_eq!(origin_errors(origin, false), [""; 0], "{origin}");
    }
    for origin in [
        "https://github.io",
        "https://github.io:*",
        "https://*.a.github.io",
        "https://*.app.railway.app",
        "https://amazonaws.com",
        "https://com",
        "https://com:*",
    ] {
        assert_eq!(origin_errors(origin, true), [""; 0], "{origin}");
    }
    // Even without a list, top-level domains are public suffixes.
    for (origin, expected) in [
        ("https://*.com", false),
        ("https://*.internal.", false),
        ("https://*.localhost", true),
        ("https://*.co.uk", true),
    ] {
        let builder = CorsPolicy::builder().origin(origin).credentials(true);
        assert_eq!(builder.clone().build().is_ok(), expected, "{origin}");
        let insists = builder.dangerously_allow_subdomains_of_public_suffixes();
        assert!(insists.build().is_ok(), "{origin}");
    }
    assert_errors(
        r#"{"origins":["null","http://*.com"],"credentials":true,"dangerously_allow_null_origin":true,
            "dangerously_allow_insecure_origins":true,"dangerously_allow_subdomains_of_public_suffixes":true}"#,
        &[],
    );
    assert_errors(
        r#"{"origins":["null","http://*.com"],"credentials":true,"dangerously_allow_insecure_origins":true}"#,
        &[
            "null-origin-with-credentials origins[0]",
            "public-suffix-with-credentials origins[1]",
        ],
    );
}

#[test]
fn pattern_with_a_host_that_is_too_long_is_refused() {
    // The longest host has 254 bytes, including the dot at its end.
    let host = |length: usize| format!("{}.com", "a".repeat(length - 4));
    for (origin, is_valid) in [
        (format!("https://*.{}", host(252)), true),
        (format!("https://*.{}", host(253)), false),
        (format!("https://{}:*", host(254)), true),
        (format!("https://{}:*", host(255)), false),
    ] {
        let built = CorsPolicy::builder().origin(&*origin).build();
        assert_eq!(built.is_ok(), is_valid, "{}", origin.len());
        let page = origin.replace("*.", "a.").replace(":*", ":81");
        let permits = |policy: CorsPolicy| policy.permits(&page, "GET", &[], CredentialsMode::Omit);
        assert_eq!(built.is_ok_and(permits), is_valid, "{}", origin.len());
    }
}
