//! Policies, and the header values of the requests to them.

use fetch_cors::server::{CorsPolicy, CorsPolicyBuilder};

use super::MIB;

/// The header that the predicate reads.
pub const TENANT: &str = "x-tenant";

pub fn policies() -> Vec<(&'static str, CorsPolicy)> {
    let usual = |builder: CorsPolicyBuilder| {
        let builder = builder
            .methods(["PUT", "DELETE"])
            .request_headers(["x-a", "content-type"]);
        builder.expose_headers(["etag"]).max_age(600)
    };
    let listed = |origins: &[&str]| usual(CorsPolicy::builder().origins(origins.iter().copied()));
    let builders = [
        ("exact", listed(&["https://a.example"])),
        (
            "two exact",
            listed(&["https://a.example", "https://b.example"]).credentials(true),
        ),
        (
            "subdomains",
            listed(&["https://*.example", "https://*.b.example:8443"]),
        ),
        (
            "subdomains and exact",
            listed(&["https://*.example", "https://a.b.example"]).credentials(true),
        ),
        (
            "any port",
            listed(&["https://a.example:*", "http://[::1]:*"]),
        ),
        ("both", listed(&["https://*.example:*"]).credentials(true)),
        ("any origin", usual(CorsPolicy::builder().any_origin())),
        (
            "partial labels",
            listed(&["https://app-*.a.example", "https://*--a.b.example:*"]),
        ),
        (
            "extensions and files",
            listed(&["chrome-extension://*", "file://"]),
        ),
        ("null", listed(&["null", "https://a.example"])),
        (
            "any of all",
            CorsPolicy::builder()
                .any_origin()
                .any_method()
                .any_request_header()
                .expose_any_header(),
        ),
        (
            "reflecting",
            listed(&["https://a.example", "https://*.example"])
                .any_method()
                .any_request_header()
                .credentials(true),
        ),
        (
            "predicate",
            listed(&["https://a.example"]).origin_predicate(&[TENANT], |origin, request| {
                origin.len() == 18 && request.header(TENANT).is_some()
            }),
        ),
    ];
    let built = builders.map(|(name, builder)| {
        let builder = builder.dangerously_allow_subdomains_of_public_suffixes();
        (name, builder.build().unwrap())
    });
    built.into()
}

/// Returns lines of `Access-Control-Request-Headers`, each with a description.
pub fn lists() -> Vec<(&'static str, Vec<String>)> {
    let repeated = |text: &str| Vec::from([text.repeat(MIB / text.len())]);
    let distinct: Vec<String> = (0..MIB / 10).map(|i| format!("x-{i:07}")).collect();
    Vec::from([
        ("none", Vec::new()),
        ("an empty line", Vec::from([String::new()])),
        ("usual names", Vec::from(["content-type,x-a".into()])),
        ("an unlisted name", Vec::from(["content-type,x-z".into()])),
        ("1 MiB of a listed name", repeated("x-a,")),
        ("1 MiB of commas", repeated(",")),
        ("1 MiB of distinct names", Vec::from([distinct.join(",")])),
        (
            "1 MiB of white space",
            Vec::from([format!("x-a{}x", " ".repeat(MIB))]),
        ),
        ("1 MiB of white space and commas", repeated(" \t,")),
        ("1 MiB of one name", repeated("x")),
        ("1 MiB that is not a token", repeated("\"")),
        ("1 MiB in 1,024 lines", vec!["x-a,".repeat(256); 1024]),
        ("64 lines of a usual name", vec![String::from("x-a"); 64]),
    ])
    .into_iter()
    .map(|(what, lines)| {
        (
            what,
            lines.into_iter().map(|l| l.trim().to_owned()).collect(),
        )
    })
    .collect()
}

/// Returns lines of `Origin`, each with a description.
pub fn origins() -> Vec<(&'static str, Vec<String>)> {
    let one = |origin: &str| Vec::from([String::from(origin)]);
    Vec::from([
        ("none", Vec::new()),
        ("an allowed origin", one("https://a.example")),
        ("a subdomain", one("https://a.b.example")),
        ("a port", one("https://a.example:8080")),
        ("an unlisted origin", one("https://unlisted.test")),
        ("null", one("null")),
        ("an empty origin", one("")),
        ("an address", one("http://[::1]:81")),
        (
            "1 MiB of labels",
            Vec::from([format!("https://{}example", "a.".repeat(MIB / 2))]),
        ),
        (
            "1 MiB of one label",
            Vec::from([format!("https://{}.example", "a".repeat(MIB))]),
        ),
        (
            "1 MiB of a port",
            Vec::from([format!("https://a.example:{}", "8".repeat(MIB))]),
        ),
        (
            "1 MiB of punycode",
            Vec::from([format!("https://{}example", "xn--a.".repeat(MIB / 6))]),
        ),
        (
            "250 bytes of labels",
            Vec::from([format!("https://{}example", "a.".repeat(120))]),
        ),
        ("1,024 lines", vec![String::from("https://a.example"); 1024]),
        (
            "two origins",
            Vec::from(["https://a.example".into(), "https://b.example".into()]),
        ),
    ])
}

/// Returns hosts of each kind: hosts below the wildcards of the policies and other hosts, serialized and not
/// serialized.
pub fn hosts() -> Vec<Vec<u8>> {
    let below = [
        "",
        "a.",
        "a.b.",
        ".",
        "a..",
        "_.",
        "a_b.",
        "~!$&'().",
        "-.",
        "A.",
        "%41.",
        "1.",
        "0x1.",
        "xn--bcher-kva.",
        "xn--4dbrk0ce.",
        "1a.xn--4dbrk0ce.",
        "xn--a.",
        "xn--.",
        "xn--abc-.",
        "xn---.",
        "xn--999999999.",
        "XN--A.",
        "xn--bcher-kva.xn--p1ai.",
        "ä.",
        "b\u{FC}cher.",
        "a b.",
        "\t.",
    ];
    let others = [
        "a.example.",
        "example..",
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "1.2.3.256",
        "1.2.3.4.",
        "a.1",
        "a.0x1",
        "[::1]",
        "[::0:1]",
        "[::ffff:102:304]",
        "[::ffff:1.2.3.4]",
        "[2001:db8::1]",
        "[2001:DB8::1]",
        "[1:2:3:4:5:6:7:8]",
        "[::",
        "::1",
        "[::1]a",
        "localhost",
        "xn--bcher-kva",
        "a.xn--",
        "example:",
        "u@a.example",
        "a.example/",
    ];
    let mut hosts: Vec<Vec<u8>> = below
        .map(|labels| format!("{labels}example").into_bytes())
        .into();
    hosts.extend(others.map(Vec::from));
    hosts.extend([
        b"\xFF.example".to_vec(),
        b"a.\xC3.example".to_vec(),
        format!("{}example", "a.".repeat(123)).into_bytes(),
        format!("{}example", "a.".repeat(124)).into_bytes(),
        format!("xn--{}.example", "a".repeat(240)).into_bytes(),
        format!("xn--{}.example", "9".repeat(240)).into_bytes(),
        format!("{}example", "xn--bcher-kva.".repeat(17)).into_bytes(),
        format!("[{}]", ":".repeat(240)).into_bytes(),
    ]);
    hosts
}
