//! Servers that reflect many origins. The first line says which origins, and in which responses.

use fetch_cors::{
    conformance::{CheckConfig, Report, check, policies::PolicySpec},
    infrastructure::request::CredentialsMode,
    server::CorsPolicy,
};
use http::{Request, Response};

use super::{
    config,
    invented::{ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, MAX_AGE, origin},
    names,
    servers::{allowing, changed, is_preflight, policy, set},
};

fn report_of(policy: &CorsPolicy, mut server: impl FnMut(Request<()>) -> Response<()>) -> Report {
    check(&mut server, policy, config()).unwrap()
}

/// Returns the causes, except those that do not depend on the comparison of origins.
fn names_of_origins(report: &Report) -> Vec<&str> {
    let ignored = ["lacks-vary", "reads-one-of-several-origins"];
    let mut found = names(report);
    found.retain(|name| !ignored.contains(name));
    found
}

#[test]
fn any_origin_with_http_is_one_finding() {
    for origins in [
        &["https://app.example"][..],
        &["http://app.example", "https://*.other.example"],
        &["http://localhost:3000"],
    ] {
        let policy = PolicySpec::from_origins(origins.iter().copied())
            .build()
            .unwrap();
        for url in ["https://api.example/notes", "http://127.0.0.1:8000/notes"] {
            let inner = policy.clone();
            let mut server = allowing(policy.clone(), move |origin| {
                origin.starts_with("http://")
                    || inner.permits(origin, "GET", &[], CredentialsMode::Omit)
            });
            let report = check(&mut server, &policy, CheckConfig::new(url).unwrap()).unwrap();
            assert_eq!(
                names_of_origins(&report),
                ["reflects-any-http-origin"],
                "{origins:?} {url}: {report}"
            );
            assert_eq!(
                report.findings()[0].mistake(),
                "the server reflects any origin with `http:`"
            );
        }
    }
}

/// A server that allows many `http:` origins, but not all of them, has another mistake.
#[test]
fn some_origins_with_http_are_another_mistake() {
    type Allows = fn(&str) -> bool;
    let servers: [(&str, Allows); 2] = [
        ("allows-localhost-prefix", |origin| {
            origin.starts_with("http://localhost")
        }),
        ("ignores-scheme", |origin| origin == "http://app.example"),
    ];
    for (cause, allows) in servers {
        let policy = PolicySpec::from_origins(["https://app.example"])
            .build()
            .unwrap();
        let server = allowing(policy.clone(), move |origin| {
            origin == "https://app.example" || allows(origin)
        });
        let report = report_of(&policy, server);
        assert_eq!(names_of_origins(&report), [cause], "{report}");
    }
}

/// Reflects any origin in responses to the requests for which `is_wrong` returns true.
fn reflecting_if(is_wrong: fn(&Request<()>) -> bool) -> Report {
    let server = changed(policy(), move |request, response| {
        if is_wrong(request) && !origin(request).is_empty() {
            let headers = response.headers_mut();
            set(headers, ALLOW_ORIGIN, &origin(request));
            set(headers, ALLOW_CREDENTIALS, "true");
        }
    });
    report_of(&policy(), server)
}

#[test]
fn methods_of_a_reflection_are_named() {
    type IsWrong = fn(&Request<()>) -> bool;
    let servers: [(&str, IsWrong); 5] = [
        ("", |_| true),
        (" if the method is `GET`", |request| {
            request.method() == "GET"
        }),
        (
            " if the method is `GET`, and in responses to preflights",
            |request| ["GET", "OPTIONS"].contains(&request.method().as_str()),
        ),
        (", but not in responses to OPTIONS", |request| {
            request.method() != "OPTIONS"
        }),
        ("", |request| !is_preflight(request)),
    ];
    for (methods, is_wrong) in servers {
        let report = reflecting_if(is_wrong);
        let mistake = report.findings()[0].mistake().to_owned();
        assert_eq!(
            mistake,
            format!("the server reflects any origin{methods}"),
            "{report}"
        );
    }
}

/// The policy allows every origin, so the mistake is that the reflected origins get credentials.
#[test]
fn reflection_with_credentials_is_the_first_finding_of_a_policy_for_every_origin() {
    let policy = CorsPolicy::builder()
        .any_origin()
        .methods(["PUT"])
        .max_age(600);
    let policy = policy.build().unwrap();
    let server = |request: Request<()>| {
        let mut response = Response::new(());
        let given = request.headers().clone();
        let headers = response.headers_mut();
        if let Some(origin) = given.get("origin") {
            headers.insert(ALLOW_ORIGIN, origin.clone());
            set(headers, ALLOW_CREDENTIALS, "true");
            set(headers, "access-control-expose-headers", "*");
        }
        if request.method() == "OPTIONS" {
            for (from, to) in [
                ("access-control-request-method", ALLOW_METHODS),
                ("access-control-request-headers", ALLOW_HEADERS),
            ] {
                if let Some(value) = given.get(from) {
                    headers.insert(to, value.clone());
                }
            }
            if given.contains_key("access-control-request-private-network") {
                set(headers, "access-control-allow-private-network", "true");
            }
            set(headers, MAX_AGE, "86400");
        } else {
            set(headers, "x-a", "1");
        }
        response
    };
    let report = report_of(&policy, server);
    let findings = report.findings();
    assert!(findings.len() <= 5, "{report}");
    assert_eq!(
        findings[0].mistake(),
        "the server reflects any origin with `Access-Control-Allow-Credentials: true`, but the policy does not allow credentials"
    );
    assert!(
        findings[0]
            .advice()
            .starts_with("send `*` to every origin, "),
        "{report}"
    );
}

/// The max-age has its own finding, so the fix of the reflection does not name the max-age.
#[test]
fn each_mistake_is_fixed_once() {
    let mut inner = allowing(policy(), |_| true);
    let server = move |request: Request<()>| {
        let mut response = inner(request);
        if response.headers().contains_key(MAX_AGE) {
            set(response.headers_mut(), MAX_AGE, "86400");
        }
        response
    };
    let report = report_of(&policy(), server);
    assert!(names(&report).contains(&"wrong-max-age"), "{report}");
    let findings = report.findings();
    let with_max_age = findings
        .iter()
        .filter(|finding| finding.advice().contains("max-age"));
    assert_eq!(with_max_age.count(), 1, "{report}");
}

/// The check sends `Content-Type` with several values, with and without a preflight. The policy lists the header, so that pages can
/// send JSON.
#[test]
fn reflection_with_a_header_is_named() {
    for credentials in [false, true] {
        let policy = CorsPolicy::builder().origin("https://app.example");
        let policy = policy.methods(["PUT"]).request_headers(["content-type"]);
        let policy = policy.credentials(credentials).build().unwrap();
        for (name, of_get) in [
            ("content-type", false),
            ("content-type", true),
            ("accept-language", false),
            ("range", false),
            ("authorization", false),
            ("cookie", false),
        ] {
            let any = reflecting_with(credentials);
            let mut server = changed(policy.clone(), move |request, response| {
                let is_shown = request.headers().contains_key(name)
                    && (!of_get || request.method() == "GET")
                    && request.headers().contains_key("origin");
                if is_shown {
                    any(request, response);
                }
            });
            let report = check(&mut server, &policy, config()).unwrap();
            let expected = if matches!(name, "cookie" | "authorization") {
                "reflects-with-credentials"
            } else {
                "reflects-with-headers"
            };
            let found = names_of_origins(&report);
            assert_eq!(found, [expected], "{name} {of_get} {credentials}: {report}");
            let header = name.split('-').map(|word| {
                let (first, rest) = word.split_at(1);
                first.to_uppercase() + rest
            });
            let header = header.collect::<Vec<_>>().join("-");
            let start = format!("the server reflects any origin if the request has `{header}`");
            assert!(
                report.findings()[0].mistake().starts_with(&start),
                "{report}"
            );
        }
    }
}

/// Allows any origin in a response to a request other than a preflight.
fn reflecting_with(credentials: bool) -> impl Fn(&Request<()>, &mut Response<()>) {
    move |request, response| {
        let origin = request.headers().get("origin").unwrap().clone();
        let headers = response.headers_mut();
        headers.insert(ALLOW_ORIGIN, origin);
        if credentials {
            set(headers, ALLOW_CREDENTIALS, "true");
        }
    }
}
