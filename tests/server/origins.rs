//! The origins that an entry matches: ports, wildcards, long hosts, many entries, a predicate.

use fetch_cors::server::CredentialsMode;
use fetch_cors::server::{CorsPolicy, OriginPattern};

fn allows(policy: &CorsPolicy, origin: &str) -> bool {
    policy.permits(origin, "GET", &[], CredentialsMode::Omit)
}

/// There are so many origins that some share the hash bits that a hash table compares first.
#[test]
fn many_listed_origins_are_distinguished() {
    let exact = (0..1000).map(|number| format!("https://a{number}.example"));
    let wildcards = (0..1000).map(|number| format!("https://*.w{number}.example"));
    let policy = CorsPolicy::builder()
        .origins(exact.chain(wildcards))
        .build()
        .unwrap();
    for number in 0..1000 {
        assert!(allows(&policy, &format!("https://a{number}.example")));
        assert!(allows(&policy, &format!("https://a.w{number}.example")));
        assert!(!allows(&policy, &format!("https://b{number}.example")));
        assert!(!allows(&policy, &format!("https://a.b{number}.example")));
        assert!(!allows(&policy, &format!("https://w{number}.example")));
        assert!(!allows(&policy, &format!("http://a.w{number}.example")));
    }
}

#[test]
fn port_matches_in_canonical_form_only() {
    let policy = CorsPolicy::builder().origins(["https://a.example:*", "http://a.example:*"]);
    let policy = policy.build().unwrap();
    for (port, expected) in [
        ("", true),
        (":0", true),
        (":1", true),
        (":65535", true),
        (":", false),
        (":00", false),
        (":081", false),
        (":+81", false),
        (":-81", false),
        (":8a", false),
        (":65536", false),
        (":*", false),
    ] {
        assert_eq!(
            allows(&policy, &format!("https://a.example{port}")),
            expected,
            "{port}"
        );
    }
    for (origin, expected) in [
        ("https://a.example:443", false),
        ("https://a.example:80", true),
        ("http://a.example:80", false),
        ("http://a.example:443", true),
    ] {
        assert_eq!(allows(&policy, origin), expected, "{origin}");
    }
}

/// The predicate is not called for an `Origin` that is longer than the origin of any domain.
#[test]
fn predicate_is_called_for_origins_only() {
    let any = CorsPolicy::builder().origin_predicate(&[], |_, _| true);
    let any = any.build().unwrap();
    let none = CorsPolicy::builder().origin_predicate(&[], |_, _| false);
    let none = none.build().unwrap();
    let longest = "https://:65535".len() + 254;
    for (origin, expected) in [
        (
            format!("ext://{}", "a".repeat(longest - "ext://".len())),
            true,
        ),
        (
            format!("ext://{}", "a".repeat(longest + 1 - "ext://".len())),
            false,
        ),
        (String::from("https://a.example"), true),
        (String::from("http://a.example"), true),
        (String::from("https://[::1]:81"), true),
        (String::from("https://xn--bcher-kva.example"), true),
        (String::from("https://a.example/"), false),
        (String::from("https://a.example:443"), false),
        (String::from("null"), true),
        (String::from("a.example"), false),
        (String::new(), false),
    ] {
        assert_eq!(allows(&any, &origin), expected, "{origin}");
        assert!(!allows(&none, &origin), "{origin}");
    }
}

/// A domain has at most 254 bytes.
#[test]
fn host_that_is_too_long_does_not_match() {
    let of = |host: usize, scheme: &str, port: &str| {
        let labels = host - ".a.example".len();
        let labels = format!(
            "{}{}",
            "a".repeat(1 + (labels + 1) % 2),
            ".a".repeat((labels - 1) / 2)
        );
        let origin = format!("{scheme}://{labels}.a.example{port}");
        assert_eq!(origin.len(), scheme.len() + 3 + host + port.len());
        origin
    };
    for scheme in ["http", "https"] {
        for port in ["", ":8", ":65535"] {
            let any_port = format!("{scheme}://*.a.example:*")
                .parse::<OriginPattern>()
                .unwrap();
            let own_port = format!("{scheme}://*.a.example{port}")
                .parse::<OriginPattern>()
                .unwrap();
            for pattern in [any_port, own_port] {
                for (host, expected) in [(253, true), (254, true), (255, false), (256, false)] {
                    let origin = of(host, scheme, port);
                    assert_eq!(pattern.matches(&origin), expected, "{origin}");
                    let policy = CorsPolicy::builder().origin(pattern.to_string());
                    assert_eq!(
                        allows(&policy.build().unwrap(), &origin),
                        expected,
                        "{origin}"
                    );
                }
            }
        }
    }
}

#[test]
fn single_pattern_matches() {
    for (pattern, origin, expected) in [
        ("null", "null", true),
        ("null", "https://a.example", false),
        ("https://a.example", "https://a.example", true),
        ("https://a.example", "null", false),
        ("https://a.example:*", "https://a.example", true),
        ("https://a.example:*", "https://a.example:81", true),
        ("https://a.example:*", "https://b.example:81", false),
        ("https://a.example:*", "http://a.example:81", false),
        ("https://*.example", "https://a.example", true),
        ("https://*.example", "https://a.example:81", false),
        ("https://*.example", "http://a.example", false),
        ("https://*.example", "https://a.other", false),
        ("https://*.example:*", "https://a.example:81", true),
        ("https://*.example:*", "https://a.exampla:81", false),
        ("https://*.example:*", "https://A.example", false),
        ("https://*.example:*", "https://a..example", false),
        ("https://*.example:*", "https://.example", false),
        ("https://*.example:*", "https://xn--bcher-kva.example", true),
        (
            "https://*.example:*",
            "https://a.xn--bcher-kva.example",
            true,
        ),
        (
            "https://*.example:*",
            "https://xn--bcher-kva.a.example",
            true,
        ),
        ("https://*.example:*", "https://a.xn--abc-.example", false),
        ("https://*.example:*", "https://xn--.example", false),
        // Punycode of a control character, which UTS 46 refuses.
        ("https://*.example:*", "https://xn--a.a.example", true),
        // In right-to-left domains, UTS 46 refuses a label that starts with a digit or ends with a hyphen.
        ("https://*.xn--4dbrk0ce", "https://a.xn--4dbrk0ce", true),
        ("https://*.xn--4dbrk0ce", "https://1a.xn--4dbrk0ce", true),
        ("https://*.xn--4dbrk0ce", "https://a-.xn--4dbrk0ce", true),
        ("https://*.xn--4dbrk0ce", "https://_.xn--4dbrk0ce", true),
        (
            "https://*.xn--4dbrk0ce:*",
            "https://1a.xn--4dbrk0ce:81",
            true,
        ),
        ("https://*.xn--bcher-kva", "https://1a.xn--bcher-kva", true),
        ("https://*.example:81", "https://a.example:81", true),
        ("https://*.example:81", "https://a.example", false),
    ] {
        let pattern = pattern.parse::<OriginPattern>().unwrap();
        assert_eq!(pattern.matches(origin), expected, "{pattern} {origin}");
        let policy = CorsPolicy::builder().origin(pattern.to_string());
        assert_eq!(
            allows(&policy.build().unwrap(), origin),
            expected,
            "{pattern} {origin}"
        );
    }
}

#[track_caller]
fn assert_matches(entry: &str, origin: &str, expected: bool) {
    let pattern: OriginPattern = entry.parse().unwrap();
    assert_eq!(pattern.to_string(), entry);
    assert_eq!(pattern.matches(origin), expected, "{entry} {origin}");
    let policy = CorsPolicy::builder().origins([entry, "https://*.b.test"]);
    let policy = policy.build().unwrap();
    assert_eq!(allows(&policy, origin), expected, "{entry} {origin}");
}

#[test]
fn partial_label_matches_a_part_of_one_label() {
    for (entry, matched, others) in [
        (
            "https://app-*.a.example",
            &["https://app-1.a.example", "https://app--.a.example"][..],
            &[
                "https://app-.a.example",
                "https://app-1.b.a.example",
                "https://app-1a.example",
                "https://xapp-1.a.example",
                "https://app-1.a.example.evil.test",
                "https://app-1.a.example:81",
                "http://app-1.a.example",
                "https://app-A.a.example",
                "https://app-1%2ea.example",
                "https://app-1.a.example/",
                "https://app-\u{e9}.a.example",
                "https://user@app-1.a.example",
                "app-1.a.example",
                "https://app-1",
            ][..],
        ),
        (
            "https://app-*.a.example:*",
            &["https://app-1.a.example", "https://app-1.a.example:81"],
            &["https://app-1.b.example:81"],
        ),
        (
            "https://app-*.a.example:81",
            &["https://app-1.a.example:81"],
            &["https://app-1.a.example"],
        ),
        (
            "https://*--app.a.example",
            &["https://1--app.a.example"],
            &["https://--app.a.example"],
        ),
        (
            "https://*--.a.example",
            &["https://1--.a.example"],
            &["https://xn--.a.example"],
        ),
        (
            "https://*--bcher-kva.a.example",
            &["https://xn--bcher-kva.a.example"],
            &["https://xn--bcher-kva.b.a.example"],
        ),
        ("https://*app.a.example", &["https://my-app.a.example"], &[]),
        (
            "https://pr-*-app.a.example",
            &["https://pr-1-app.a.example"],
            &["https://pr--app.a.example", "https://pr-app.a.example"],
        ),
        (
            "https://a*a.a.example",
            &["https://aaa.a.example"],
            &["https://a.a.example", "https://aa.a.example"],
        ),
        ("https://a-*.com", &["https://a-1.com"], &["https://a-.com"]),
        (
            "https://a-*b.com",
            &["https://a-1b.com"],
            &["https://a-b.com"],
        ),
        ("https://*-b.com", &["https://a-b.com"], &["https://-b.com"]),
        (
            "https://a-*.a.example.",
            &["https://a-1.a.example."],
            &["https://a-1.a.example"],
        ),
    ] {
        for origin in matched {
            assert_matches(entry, origin, true);
        }
        for origin in others {
            assert_matches(entry, origin, false);
        }
    }
}

#[test]
fn entry_for_extensions_matches_their_identifiers() {
    let long = |length: usize| format!("chrome-extension://{}", "a".repeat(length));
    let uuid = "://0b3c1d2e-0000-4000-8000-0123456789AB";
    assert_matches("chrome-extension://*", "chrome-extension://abcdef", true);
    assert_matches("chrome-extension://*", &long(64), true);
    assert_matches("chrome-extension://*", &long(65), false);
    for other in [
        "chrome-extension://",
        "chrome-extension://a.b",
        "chrome-extension://a:81",
        "chrome-extension://a/",
        "chrome-extension:abc",
        "moz-extension://abc",
        "xchrome-extension://abc",
        "https://abc",
    ] {
        assert_matches("chrome-extension://*", other, false);
    }
    for scheme in ["moz-extension", "safari-web-extension"] {
        assert_matches(&format!("{scheme}://*"), &format!("{scheme}{uuid}"), true);
    }
    assert_matches("file://", "file://", true);
    assert_matches("file://", "file:///", false);
    assert_matches("file://", "null", false);
}

#[test]
fn many_partial_labels_are_distinguished() {
    // The entries differ in one or two parts.
    let of_part: [fn(usize) -> [String; 3]; 5] = [
        |i| [format!("https://{i:04}-"), "-a".into(), ".a.example".into()],
        |i| ["https://a-".into(), format!("-{i:04}"), ".a.example".into()],
        |i| {
            [
                "https://a-".into(),
                "-a".into(),
                format!(".a{i:04}.example"),
            ]
        },
        |i| {
            [
                "https://a-".into(),
                "-a".into(),
                format!(".a.example:{}", 20_000 + i),
            ]
        },
        |i| {
            [
                format!("https://{i:04}-"),
                format!("-{:04}", 9999 - i),
                ".a.example".into(),
            ]
        },
    ];
    for part in of_part {
        let entries = (0..1500).map(|i| part(i).join("*").replacen("*.", ".", 1));
        let policy = CorsPolicy::builder().origins(entries).build().unwrap();
        for i in 0..3000 {
            let [start, end, host] = part(i);
            let origin = format!("{start}x{end}{host}");
            assert_eq!(allows(&policy, &origin), i < 1500, "{origin}");
            assert!(!allows(&policy, &origin.replacen("https", "http", 1)));
            assert!(!allows(&policy, &format!("{start}{end}{host}")));
        }
    }
}

#[test]
fn origins_of_a_policy_are_sorted() {
    let any = CorsPolicy::builder().any_origin().build().unwrap();
    assert_eq!(any.origins(), None);
    let listed =
        CorsPolicy::builder().origins(["https://b.example", "null", "https://*.a.example"]);
    let listed = listed.build().unwrap().origins().unwrap();
    let listed: Vec<_> = listed.iter().map(ToString::to_string).collect();
    assert_eq!(listed, ["null", "https://b.example", "https://*.a.example"]);
}
