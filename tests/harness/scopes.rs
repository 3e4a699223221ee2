//! Two mistakes with the same cause have different scopes, so an entry of `--known` for one of them does not hide the other.

use std::collections::BTreeSet;

use fetch_cors::{
    conformance::{Cause, Report, check},
    server::CorsPolicy,
};
use http::{Request, Response};

use super::{
    config,
    servers::{allowing, changed, is_granted, is_preflight, origin, policy, set},
};

const LISTED: [&str; 2] = ["https://app.example", "https://other.example"];

#[track_caller]
fn scope(report: &Report, cause: Cause) -> Vec<String> {
    let findings = report.findings();
    let finding = findings.iter().find(|finding| finding.cause() == cause);
    let finding = finding.unwrap_or_else(|| panic!("no {cause} in {report}"));
    finding.scope().to_vec()
}

fn report_of(mut server: impl FnMut(Request<()>) -> Response<()>) -> Report {
    check(&mut server, &policy(), config()).unwrap()
}

/// Returns the scope for a server that also allows the origins for which `allows` returns true. If a request has several
/// `Origin` lines, the server reads the last line.
fn scope_of(cause: Cause, allows: fn(&str) -> bool) -> Vec<String> {
    let mut server = allowing(policy(), move |origin| {
        LISTED.contains(&origin) || allows(origin)
    });
    let report = report_of(|mut request: Request<()>| {
        let mut lines = request.headers().get_all("origin").iter();
        if let Some(last) = lines.next_back().cloned() {
            request.headers_mut().insert("origin", last);
        }
        server(request)
    });
    scope(&report, cause)
}

type Allows = fn(&str) -> bool;

#[test]
fn comparisons_have_scopes() {
    let servers: [(Cause, Allows, Allows); 5] = [
        (
            Cause::ReflectsManyOrigins,
            |origin| {
                !["evil", "test", "app.example"]
                    .iter()
                    .any(|word| origin.contains(word))
            },
            |origin| {
                !["evil", "test", "example"]
                    .iter()
                    .any(|word| origin.contains(word))
            },
        ),
        (
            Cause::ReflectsAnyOrigin,
            |origin| !origin.contains("evil"),
            |origin| !origin.contains("evil.test"),
        ),
        (
            Cause::AllowsMalformedOrigin,
            |origin| origin == "https://app.example/",
            |origin| origin.starts_with("https://app.example/"),
        ),
        (
            Cause::AllowsLocalhost,
            |origin| origin.starts_with("http://localhost:"),
            |origin| origin.starts_with("http://localhost:") || origin.starts_with("http://10."),
        ),
        (
            Cause::AllowsApps,
            |origin| origin.starts_with("chrome-extension:"),
            |origin| origin.contains("-extension:"),
        ),
    ];
    for (cause, first, second) in servers {
        let [first, second] = [first, second].map(|allows| scope_of(cause, allows));
        assert!(!first.is_empty() && !second.is_empty(), "{cause}");
        assert_ne!(first, second, "{cause}");
    }
}

#[test]
fn several_origins_have_scopes() {
    let cause = Cause::ReadsOneOfSeveralOrigins;
    let last = scope_of(cause, |_| false);
    let first = scope(
        &report_of(allowing(policy(), |origin| LISTED.contains(&origin))),
        cause,
    );
    assert_eq!(first, ["repeated-origin"]);
    assert_eq!(last, ["repeated-origin-unlisted-first"]);
}

#[test]
fn exposed_headers_have_scopes() {
    let exposing = |exposed: &'static str| {
        let report = report_of(changed(policy(), move |request, response| {
            let headers = response.headers_mut();
            for name in ["etag", "x-secret", "x-other"] {
                set(headers, name, "1");
            }
            if is_granted(response) && !is_preflight(request) {
                let name = "access-control-expose-headers";
                set(response.headers_mut(), name, exposed);
            }
        }));
        let causes = [Cause::ExposesOtherHeaders, Cause::LacksExposedHeaders];
        let findings = report.findings();
        let found = causes
            .into_iter()
            .find(|cause| findings.iter().any(|finding| finding.cause() == *cause));
        scope(&report, found.unwrap())
    };
    assert_eq!(exposing("etag, x-secret"), ["x-secret"]);
    assert_eq!(exposing("etag, x-secret, x-other"), ["x-other", "x-secret"]);
    assert_eq!(exposing("x-none"), ["etag"]);
}

/// Returns the entries of `--known` that accept all findings of the report.
fn entries(report: &Report) -> BTreeSet<(Cause, Vec<String>)> {
    let findings = report.findings().into_iter();
    findings
        .map(|finding| (finding.cause(), finding.scope().to_vec()))
        .collect()
}

/// Servers that allow other origins. A mistake in one of them is not in another server.
const ORIGINS: [(&str, Allows); 19] = [
    ("null", |origin| origin == "null"),
    ("one port of localhost", |origin| {
        origin == "http://localhost:3000"
    }),
    ("localhost", |origin| {
        origin == "http://localhost" || origin.starts_with("http://localhost:")
    }),
    ("127.0.0.1", |origin| origin.starts_with("http://127.0.0.1")),
    ("192.168", |origin| origin.starts_with("http://192.168.")),
    ("10", |origin| origin.starts_with("http://10.")),
    ("an extension", |origin| {
        origin.starts_with("chrome-extension://")
    }),
    ("an app", |origin| origin == "capacitor://localhost"),
    ("apps", |origin| {
        origin.starts_with("chrome-extension://") || origin == "capacitor://localhost"
    }),
    ("prefix", |origin| origin.starts_with(LISTED[0])),
    ("other prefix", |origin| origin.starts_with(LISTED[1])),
    ("suffix", |origin| origin.ends_with("app.example")),
    ("other suffix", |origin| origin.ends_with("other.example")),
    ("http", |origin| origin == "http://app.example"),
    ("any scheme", |origin| origin.ends_with("://app.example")),
    ("any port", |origin| {
        origin.starts_with("https://app.example:")
    }),
    ("a shared host", |origin| origin.ends_with(".vercel.app")),
    ("other shared host", |origin| origin == "https://codepen.io"),
    ("any", |_| true),
];

type Change = fn(&Request<()>, &mut Response<()>);

/// Sets a header of granted responses that already have the header.
macro_rules! with_value {
    ($name:literal, $value:literal) => {
        (concat!($name, ": ", $value), |_, response| {
            if is_granted(response) && response.headers().contains_key($name) {
                set(response.headers_mut(), $name, $value);
            }
        })
    };
}

/// Returns the entries for a server that also allows the requests for which `allows` returns true, with credentials.
fn entries_of(allows: fn(&Request<()>) -> bool) -> BTreeSet<(Cause, Vec<String>)> {
    let policy = CorsPolicy::builder().origin("https://app.corp.example");
    let policy = policy.credentials(true).methods(["PUT"]).build().unwrap();
    let mut allowing = allowing(policy.clone(), |_| true);
    let mut right = changed(policy.clone(), |_, _| ());
    let mut server = |request: Request<()>| {
        if allows(&request) {
            allowing(request)
        } else {
            right(request)
        }
    };
    let report = check(&mut server, &policy, config().fetches(0)).unwrap();
    entries(&report)
}

fn is_below_corp(request: &Request<()>) -> bool {
    origin(request).ends_with(".corp.example")
}

/// The entry for a server does not accept a server with the same mistake that lets pages do more.
#[test]
fn entries_do_not_accept_a_wider_mistake() {
    type AllowsRequest = fn(&Request<()>) -> bool;
    let gets: AllowsRequest = |request| origin(request) == "null" && request.method() == "GET";
    let https: AllowsRequest =
        |request| is_below_corp(request) && origin(request).starts_with("https:");
    let pairs: [(&str, AllowsRequest, AllowsRequest); 5] = [
        ("POST", gets, |request| {
            let method = request.method();
            origin(request) == "null" && (method == "GET" || method == "POST")
        }),
        ("preflights", gets, |request| {
            origin(request) == "null" && request.method() != "POST"
        }),
        ("http", https, is_below_corp),
        ("ports", https, |request| {
            origin(request).starts_with("https:") && origin(request).contains(".corp.example")
        }),
        (
            "preflights",
            |request| {
                origin(request).starts_with("https://app.corp.example") && !is_preflight(request)
            },
            |request| origin(request).starts_with("https://app.corp.example"),
        ),
    ];
    for (added, narrow, wide) in pairs {
        let [narrow, wide] = [narrow, wide].map(entries_of);
        assert!(!narrow.is_empty(), "{added}");
        assert!(
            !wide.is_subset(&narrow),
            "{added}: {wide:?} is in {narrow:?}"
        );
        let has = |entries: &BTreeSet<(Cause, Vec<String>)>| {
            let mut scopes = entries.iter().map(|(_, scope)| scope);
            scopes.any(|scope| scope.iter().any(|value| value == added))
        };
        assert!(has(&wide) && !has(&narrow), "{added}: {narrow:?}, {wide:?}");
    }
}

/// The scope does not depend on the seed of the generated requests.
#[test]
fn scopes_do_not_depend_on_the_seed() {
    let comparisons: [Allows; 3] = [
        |origin| origin.ends_with("app.example"),
        |origin| origin.starts_with(LISTED[0]),
        |origin| origin == "null",
    ];
    for allows in comparisons {
        let scopes = [1, 2, 3].map(|seed| {
            let mut server = allowing(policy(), move |origin| {
                LISTED.contains(&origin) || allows(origin)
            });
            let report = check(&mut server, &policy(), config().seed(seed)).unwrap();
            let first = report.findings()[0].cause();
            scope(&report, first)
        });
        assert_eq!(scopes[0], scopes[1]);
        assert_eq!(scopes[0], scopes[2]);
    }
}

/// Servers that send other values.
const VALUES: [(&str, Change); 16] = [
    with_value!("access-control-max-age", "700"),
    with_value!("access-control-max-age", "10"),
    with_value!("access-control-allow-origin", "https://old.test"),
    with_value!("access-control-allow-origin", "https://new.test"),
    with_value!("access-control-allow-origin", "all"),
    with_value!("access-control-allow-origin", "any"),
    with_value!("access-control-allow-origin", "https://app.example"),
    with_value!("access-control-allow-origin", "https://other.example"),
    with_value!("access-control-allow-methods", "PUT PATCH"),
    with_value!("access-control-allow-headers", "x-a x-b"),
    with_value!("access-control-allow-methods", "PUT, PATCH, DELETE"),
    with_value!(
        "access-control-allow-methods",
        "PUT, PATCH, DELETE, PROPFIND"
    ),
    with_value!("access-control-allow-headers", "x-a, x-b, x-ab"),
    with_value!("access-control-allow-headers", "x-a, x-b, x-abc, x-ab"),
    ("false", |_, response| send_to_denied(response, "false")),
    ("undefined", |_, response| {
        send_to_denied(response, "undefined");
    }),
];

fn send_to_denied(response: &mut Response<()>, value: &str) {
    if !is_granted(response) {
        set(response.headers_mut(), "access-control-allow-origin", value);
    }
}

/// The entries that accept the findings of one server do not accept all findings of another server.
#[test]
fn entries_for_one_server_do_not_accept_another_server() {
    let mut servers = Vec::new();
    for (name, allows) in ORIGINS {
        for has_credentials in [true, false] {
            let mut server = allowing(policy(), move |origin| {
                LISTED.contains(&origin) || allows(origin)
            });
            let report = report_of(|request: Request<()>| {
                let is_listed = LISTED.contains(&&*origin(&request));
                let mut response = server(request);
                if !has_credentials && !is_listed {
                    let headers = response.headers_mut();
                    headers.remove("access-control-allow-credentials");
                }
                response
            });
            let name = format!("{name}, credentials: {has_credentials}");
            servers.push((name, entries(&report)));
        }
    }
    for (name, change) in VALUES {
        let report = report_of(changed(policy(), change));
        servers.push((name.to_owned(), entries(&report)));
    }
    for (name, accepted) in &servers {
        assert!(!accepted.is_empty(), "{name}");
        for (other, found) in &servers {
            let is_accepted = name != other && found.is_subset(accepted);
            assert!(
                !is_accepted,
                "{name} accepts {other}: {found:?} is in {accepted:?}"
            );
        }
    }
}
