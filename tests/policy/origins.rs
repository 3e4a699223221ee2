//! Entries of `origins`, one by one.

use fetch_cors::server::OriginPattern;

use super::{assert_errors, errors};

/// What is wrong with an entry of `origins`, by itself and besides where there are credentials.
fn of_origin(origin: &str, credentials: bool) -> Vec<String> {
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
fn origins_that_are_valid() {
    for origin in [
        "https://app.example",
        "https://my_app.example",
        "https://app.example.",
        "https://app.example:8443",
        "https://app.example:25", // blocked, but still an origin
        "https://xn--bcher-kva.example",
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
        assert_eq!(of_origin(origin, false), [""; 0], "{origin}");
        assert_eq!(of_origin(origin, true), [""; 0], "{origin}");
    }
    assert_eq!(of_origin("null", false), [""; 0]);
}

#[test]
fn origins_that_are_invalid() {
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
        "https://*.1.2.3.4",
        "https://*.[::1]",
        "https://*.user@a.example",
        "https://a.example:99999",
        "https://a b",
        "https://1.2.3.256",
        "https://xn--a",
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
        assert_eq!(of_origin(origin, true), ["invalid-origin"], "{origin}");
    }
}

/// No host that is longer than 254 bytes is looked at, so that no pattern may mean such hosts alone.
#[test]
fn patterns_of_hosts_that_are_too_long() {
    let host = |length: usize| format!("{}b", "a.".repeat(length / 2));
    for (pattern, origin) in [
        (
            format!("https://{}:*", host(253)),
            format!("https://{}:8080", host(253)),
        ),
        (
            format!("https://*.{}", host(251)),
            format!("https://a.{}", host(251)),
        ),
    ] {
        assert_eq!(of_origin(&pattern, true), [""; 0], "{pattern}");
        let pattern: OriginPattern = pattern.parse().unwrap();
        assert!(pattern.matches(&origin), "{origin}");
        assert!(
            !pattern.matches(&origin.replacen("//", "//aa.", 1)),
            "{origin}"
        );
    }
    for pattern in [
        format!("https://{}:*", host(255)),
        format!("https://*.{}", host(253)),
    ] {
        assert_eq!(of_origin(&pattern, true), ["invalid-origin"], "{pattern}");
    }
    let exact = format!("https://{}", host(301));
    assert_eq!(of_origin(&exact, true), [""; 0]);
}

#[test]
fn origins_that_are_sent_in_another_form() {
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
        // What it would mean is not said besides.
        let expected = [format!("unmatchable-origin -> {suggestion}")];
        assert_eq!(of_origin(origin, true), expected, "{origin:?}");
        assert_eq!(of_origin(suggestion, false), [""; 0], "{suggestion}");
    }
}

#[test]
fn origins_that_credentials_are_too_good_for() {
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
    ] {
        assert_eq!(of_origin(origin, true), expected, "{origin}");
        assert_eq!(of_origin(origin, false), [""; 0], "{origin}");
    }
    for origin in ["https://github.io", "https://*.a.github.io", "https://com"] {
        assert_eq!(of_origin(origin, true), [""; 0], "{origin}");
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
