//! A mistake of a server has exactly one finding. The text of the finding fits the responses that the check saw.

use fetch_cors::{
    conformance::{
        CheckConfig, Finding, Report, check,
        policies::{PolicySpec, serve},
    },
    server::CorsPolicy,
};
use http::{HeaderValue, Request, Response};

use super::{
    config,
    invented::{
        ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, is_preflight, origin,
    },
    names,
    servers::{allowing, changed, is_granted, policy, set},
};

fn policy_of(origins: &[&str]) -> CorsPolicy {
    let mut spec = PolicySpec::from_origins(origins.iter().copied());
    spec.credentials = true;
    spec.dangerously_allow_null_origin = true;
    spec.methods = ["PUT"].into();
    spec.build().unwrap()
}

fn report_of(policy: &CorsPolicy, mut server: impl FnMut(Request<()>) -> Response<()>) -> Report {
    check(&mut server, policy, config()).unwrap()
}

fn first_line(report: &Report) -> String {
    report.to_string().lines().next().unwrap().to_owned()
}

fn values(request: &Request<()>, name: &str) -> Vec<String> {
    let lines = request.headers().get_all(name).iter();
    let text = |line: &HeaderValue| String::from_utf8_lossy(line.as_bytes()).into_owned();
    lines.map(text).collect()
}

/// If a server compares only a part of the listed host, one finding explains all wrongly allowed origins.
#[test]
fn comparison_of_a_part_of_the_host_is_one_finding() {
    type Allows = fn(&str) -> bool;
    let servers: [(&str, &str, Allows); 11] = [
        ("the parent domain", "compares-suffix", |origin| {
            origin.ends_with("example.com")
        }),
        (
            "the parent domain with https",
            "compares-suffix",
            |origin| origin.starts_with("https://") && origin.ends_with("example.com"),
        ),
        (
            "subdomains of the parent domain",
            "compares-suffix",
            |origin| origin.ends_with(".example.com"),
        ),
        (
            "subdomains of the parent domain with https",
            "compares-suffix",
            |origin| origin.starts_with("https://") && origin.ends_with(".example.com"),
        ),
        (
            "the parent domain with any port",
            "compares-suffix",
            |origin| {
                let host = origin.split("://").nth(1).unwrap_or_default();
                host.split(':').next().unwrap().ends_with("example.com")
            },
        ),
        (
            "a text with the parent domain",
            "contains-listed-host",
            |origin| origin.contains("example.com"),
        ),
        ("the first label", "compares-prefix", |origin| {
            origin.starts_with("https://app")
        }),
        ("the beginning", "compares-prefix", |origin| {
            origin.starts_with("https://app.example")
        }),
        (
            "a text with the first label",
            "contains-listed-host",
            |origin| origin.contains("app"),
        ),
        ("the top-level domain", "compares-suffix", |origin| {
            origin.ends_with(".com")
        }),
        (
            "a regular expression with a dot",
            "unescaped-dot",
            |origin| {
                let rest = origin.strip_prefix("https://app").unwrap_or_default();
                rest.len() == 12 && rest.ends_with("example.com")
            },
        ),
    ];
    let policy = policy_of(&["https://app.example.com"]);
    for (name, cause, allows) in servers {
        for seed in 0..4 {
            let mut server = allowing(policy.clone(), move |origin| {
                origin == "https://app.example.com" || allows(origin)
            });
            let report = check(&mut server, &policy, config().seed(seed)).unwrap();
            assert_eq!(names(&report), [cause], "{name}, seed {seed}: {report}");
            let has_dots = report.to_string().contains("escape the dots");
            assert_eq!(has_dots, cause == "unescaped-dot", "{name}: {report}");
        }
    }
}

/// If the server compares only the end of the origin, the example has a host that an attacker can register.
#[test]
fn example_of_a_suffix_is_a_host_that_a_person_can_register() {
    let policy = policy_of(&["https://app.example.com"]);
    let server = allowing(policy.clone(), |origin| origin.ends_with("example.com"));
    let report = report_of(&policy, server);
    let findings = report.findings();
    let curl = findings[0].example().curl().concat();
    assert!(
        curl.contains("'origin: https://evilexample.com'"),
        "{report}"
    );
}

/// A preflight response has `Access-Control-Allow-Headers: *`, which does not cover Authorization. If the policy
/// permits any header name and no credentials, the only mistake is that the response does not list Authorization. For
/// any other policy, the `*` is the mistake. The report does not say that the server reads lists wrongly.
#[test]
fn wildcard_without_authorization_has_no_finding_about_lists() {
    for credentials in [false, true] {
        for listed in [&["authorization", "x-a"][..], &["authorization", "*"]] {
            let mut spec = PolicySpec::from_origins(["https://app.example"]);
            spec.credentials = credentials;
            spec.request_headers = listed.iter().map(|name| (*name).into()).collect();
            let policy = spec.build().unwrap();
            let server = changed(policy.clone(), |request, response| {
                if is_preflight(request) && is_granted(response) {
                    set(response.headers_mut(), ALLOW_HEADERS, "*");
                }
            });
            let report = report_of(&policy, server);
            let found = names(&report);
            assert!(
                !found.contains(&"reads-lists-strictly"),
                "{listed:?}: {report}"
            );
            let expected = match (listed.contains(&"*"), credentials) {
                (true, false) => "lacks-request-header",
                (true, true) => "wildcard-list-with-credentials",
                (false, _) => "grants-any",
            };
            assert_eq!(found[0], expected, "{listed:?}: {report}");
            let is_named = found.contains(&"lacks-request-header");
            assert_eq!(is_named, expected == "lacks-request-header", "{report}");
        }
    }
}

/// A page can read a response with `Access-Control-Allow-Origin: null` only if the page has the origin `null`. No page
/// can read a preflight response.
#[test]
fn null_that_no_page_can_read_is_described_as_seen() {
    type Gets = fn(&Request<()>) -> bool;
    let servers: [(Gets, &str, &str); 4] = [
        (
            |request| !request.headers().contains_key("origin"),
            "sends-text",
            "responses to requests without `Origin` have",
        ),
        (
            |request| {
                let origin = origin(request);
                !origin.is_empty() && origin != "null"
            },
            "sends-text",
            "responses to requests of denied origins and requests of the server's own pages have",
        ),
        (
            is_preflight,
            "sends-text",
            "responses to OPTIONS requests of denied origins have",
        ),
        (
            |_| true,
            "sends-null",
            "so every sandboxed frame of any site can read",
        ),
    ];
    for (gets, cause, seen) in servers {
        let server = changed(policy(), |request, response| {
            if !is_granted(response) && gets(request) {
                set(response.headers_mut(), ALLOW_ORIGIN, "null");
            }
        });
        let report = report_of(&policy(), server);
        assert_eq!(names(&report), [cause], "{report}");
        let first = first_line(&report);
        assert!(first.contains(seen), "{first}");
        assert_eq!(
            report.to_string().contains("sandboxed"),
            cause == "sends-null"
        );
    }
}

/// A server sends a value that is not an origin, in some or all responses, or in a second header line. The report has
/// at most one finding.
#[test]
fn value_that_is_no_origin_is_one_finding() {
    let any = CorsPolicy::builder().any_origin().build().unwrap();
    let none = PolicySpec::from_origins([""; 0]).build().unwrap();
    for (policy, has_list) in [(policy(), true), (any, false), (none, false)] {
        for value in ["", "undefined", "null, null"] {
            type Replaces = fn(&Request<()>, &Response<()>) -> bool;
            let servers: [Replaces; 5] = [
                |_, response| !is_granted(response),
                |_, response| is_granted(response),
                |_, _| true,
                |request, _| !is_preflight(request),
                |request, _| is_preflight(request),
            ];
            for (i, replaces) in servers.into_iter().enumerate() {
                let server = changed(policy.clone(), |request, response| {
                    if replaces(request, response) {
                        set(response.headers_mut(), ALLOW_ORIGIN, value);
                    }
                });
                let report = report_of(&policy, server);
                assert!(names(&report).len() <= 1, "{i} {value:?}: {report}");
                assert!(
                    !has_list || names(&report).len() == 1,
                    "{i} {value:?}: {report}"
                );
            }
            let server = changed(policy.clone(), |_, response| {
                if is_granted(response) {
                    let line = HeaderValue::from_static(value);
                    response.headers_mut().append(ALLOW_ORIGIN, line);
                }
            });
            let report = report_of(&policy, server);
            assert!(names(&report).len() <= 1, "{value:?}: {report}");
        }
    }
}

/// A server that reflects the origin answers `Origin: *` with `*`. But no browser sends `Origin: *`, so pages never get
/// this `*`.
#[test]
fn echo_of_an_asterisk_is_not_a_wildcard() {
    let any = CorsPolicy::builder().any_origin().build().unwrap();
    let none = PolicySpec::from_origins([""; 0]).build().unwrap();
    for (policy, expected) in [
        (any, &["allows-credentials"][..]),
        (none, &["reflects-any-origin"]),
        (
            policy_of(&["https://app.example"]),
            &["reflects-any-origin", "lacks-method"],
        ),
        (
            policy_of(&["null", "https://app.example"]),
            &["reflects-any-origin", "lacks-method"],
        ),
    ] {
        let report = report_of(&policy, |request| {
            let mut response = Response::new(());
            let headers = response.headers_mut();
            set(headers, "vary", "Origin");
            if let Some(origin) = request.headers().get("origin") {
                headers.insert(ALLOW_ORIGIN, origin.clone());
                set(headers, ALLOW_CREDENTIALS, "true");
            }
            response
        });
        assert_eq!(names(&report), expected, "{report}");
        assert!(!report.to_string().contains("sends `*`"), "{report}");
    }
}

/// A `*` within a label of an entry matches only a part of one label. The servers let this `*` also match dots.
#[test]
fn wildcard_that_matches_dots_has_its_own_fix() {
    type Allows = fn(&str) -> bool;
    let servers: [(&str, &[&str], Allows); 3] = [
        (
            "https://app-*.example.com",
            &["wildcard-matches-dots"],
            |origin| origin.starts_with("https://app-") && origin.ends_with(".example.com"),
        ),
        (
            "https://*-app.example.com",
            &["wildcard-matches-dots"],
            |origin| origin.starts_with("https://") && origin.ends_with("-app.example.com"),
        ),
        // This server has no mistake. By the policy, `*.` matches one or more labels.
        ("https://*.example.com", &[], |origin| {
            origin == "https://a.b.example.com"
        }),
    ];
    for (entry, expected, allows) in servers {
        let policy = PolicySpec::from_origins([entry]).build().unwrap();
        let report = report_of(&policy, |request| {
            let given = origin(&request);
            let host = given.strip_prefix("https://").unwrap_or_default();
            let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
            let is_host = host.bytes().all(is_known) && !host.split('.').any(str::is_empty);
            let mut response = serve(&policy, &request);
            if is_host && allows(&given) {
                set(response.headers_mut(), ALLOW_ORIGIN, &given);
            }
            response
        });
        assert_eq!(names(&report), expected, "{entry}: {report}");
        let has_fix = report.to_string().contains("a part of one label only");
        assert_eq!(has_fix, !expected.is_empty(), "{report}");
    }
    // This server treats `*` as the regular expression `.*`. So the server also allows texts that no browser sends. The
    // report does not have a separate finding for these texts.
    let policy = PolicySpec::from_origins(["https://app-*.example.com"]);
    let policy = policy.build().unwrap();
    let mut server = allowing(policy.clone(), |origin| {
        origin.starts_with("https://app-") && origin.ends_with(".example.com")
    });
    for seed in 0..4 {
        let report = check(&mut server, &policy, config().seed(seed)).unwrap();
        assert_eq!(names(&report)[0], "wildcard-matches-dots", "{report}");
        assert!(
            !names(&report).contains(&"allows-malformed-origin"),
            "{report}"
        );
    }
}

/// The text of a finding has the names of methods and headers.
#[test]
fn findings_name_methods_and_headers() {
    let reflecting_if = |reflects: fn(&Request<()>) -> bool| {
        changed(policy(), move |request, response| {
            if reflects(request) && request.headers().contains_key("origin") {
                set(response.headers_mut(), ALLOW_ORIGIN, &origin(request));
            }
        })
    };
    let granting = |grants: [bool; 2]| {
        changed(policy(), move |request, response| {
            if !is_preflight(request) || !is_granted(response) {
                return;
            }
            for (is_granted, requested, sent) in [
                (grants[0], "access-control-request-method", ALLOW_METHODS),
                (grants[1], "access-control-request-headers", ALLOW_HEADERS),
            ] {
                let list = values(request, requested).join(",");
                if is_granted {
                    set(response.headers_mut(), sent, &list);
                }
            }
        })
    };
    let lacking = |name: &'static str, list: &'static str| {
        changed(policy(), move |_, response| {
            if response.headers().contains_key(name) {
                set(response.headers_mut(), name, list);
            }
        })
    };
    type Server = Box<dyn FnMut(Request<()>) -> Response<()>>;
    let servers: [(Server, &str); 8] = [
        (
            Box::new(reflecting_if(|request| request.method() == "HEAD")),
            "the server reflects any origin if the method is `HEAD`",
        ),
        (
            Box::new(reflecting_if(|request| {
                ["HEAD", "POST"].contains(&request.method().as_str())
            })),
            "the server reflects any origin if the method is `HEAD` or `POST`",
        ),
        (
            Box::new(reflecting_if(|request| {
                request.headers().contains_key("cookie")
            })),
            "the server reflects any origin if the request has `Cookie`",
        ),
        (
            Box::new(granting([true, false])),
            "preflight responses grant every requested method",
        ),
        (
            Box::new(granting([false, true])),
            "preflight responses grant every requested header name",
        ),
        (
            Box::new(granting([true, true])),
            "preflight responses grant every requested method and header name",
        ),
        (
            Box::new(lacking(ALLOW_METHODS, "PUT")),
            "preflight responses do not grant the method `PATCH`, which the policy permits",
        ),
        (
            Box::new(lacking(ALLOW_HEADERS, "x-b")),
            "preflight responses do not grant the request header `x-a`, which the policy permits",
        ),
    ];
    for (server, expected) in servers {
        let report = report_of(&policy(), server);
        let first = first_line(&report);
        let (_, mistake) = first.split_once(": ").unwrap();
        let (mistake, _) = mistake.rsplit_once(" (").unwrap();
        assert_eq!(mistake, expected, "{report}");
    }
}

/// The example has an origin and a method that a reader recognizes at once.
#[test]
fn examples_have_plain_origins_and_simple_methods() {
    let policy = CorsPolicy::builder().origins([
        "null",
        "http://localhost:3000",
        "capacitor://localhost",
        "https://app.example:8443",
        "https://app.example",
    ]);
    let policy = policy.build().unwrap();
    type Change = fn(&Request<()>, &mut Response<()>);
    let changes: [Change; 4] = [
        |_, response| response.headers_mut().clear(),
        |request, response| {
            if !is_preflight(request) {
                response.headers_mut().remove(ALLOW_ORIGIN);
            }
        },
        |_, response| set(response.headers_mut(), ALLOW_ORIGIN, "https://app.example/"),
        |_, response| set(response.headers_mut(), ALLOW_ORIGIN, "*"),
    ];
    for (i, change) in changes.into_iter().enumerate() {
        let report = report_of(&policy, changed(policy.clone(), change));
        let curl = report.findings()[0].example().curl().concat();
        let origins = [
            "'origin: https://app.example'",
            "'origin: https://unlisted.test'",
        ];
        assert!(
            origins.iter().any(|origin| curl.contains(origin)),
            "{i}: {report}"
        );
        assert!(!curl.contains(" -X"), "{i}: {report}");
    }
    let at = CheckConfig::new("https://api.example/").unwrap();
    let mut reflects = allowing(policy.clone(), |_| true);
    let report = check(&mut reflects, &policy, at).unwrap();
    let example = report.findings().first().map(Finding::example);
    assert_eq!(example.unwrap().probe(), "reflection", "{report}");
}

/// The finding about `*` says that requests with credentials fail too.
#[test]
fn wildcard_breaks_requests_with_credentials() {
    for (credentials, is_named) in [(true, true), (false, false)] {
        let policy = CorsPolicy::builder().origin("https://app.example");
        let policy = policy.credentials(credentials).build().unwrap();
        let server = changed(policy.clone(), |_, response| {
            set(response.headers_mut(), ALLOW_ORIGIN, "*");
        });
        let report = report_of(&policy, server);
        assert_eq!(names(&report), ["wildcard-origin"], "{report}");
        let first = first_line(&report);
        assert_eq!(first.contains("with credentials fail"), is_named, "{first}");
    }
}

/// With credentials, `*` grants no request header. This is one finding, even if the policy permits Authorization.
#[test]
fn wildcard_of_headers_is_one_finding() {
    let policy = |names: &[&'static str]| {
        let policy = CorsPolicy::builder().origin("https://app.example");
        policy.request_headers(names.iter().copied())
    };
    let listed = policy(&["content-type", "authorization"]);
    for policy in [listed.clone().credentials(true), listed] {
        let policy = policy.build().unwrap();
        let server = changed(policy.clone(), |request, response| {
            if is_preflight(request) && is_granted(response) {
                set(response.headers_mut(), ALLOW_HEADERS, "*");
            }
        });
        assert_eq!(names(&report_of(&policy, server)), ["grants-any"]);
    }
}

/// A server reflects every origin, and a proxy adds a second `Access-Control-Allow-Origin` line. After a fix of the
/// proxy, every page could read the responses. So the finding also says that the server reflects the origin.
#[test]
fn repeated_reflection_is_named() {
    for (reflects, is_named) in [(true, true), (false, false)] {
        let policy = policy_of(&["https://app.example"]);
        let server = changed(policy.clone(), |request, response| {
            if is_granted(response) || reflects {
                set(response.headers_mut(), ALLOW_ORIGIN, &origin(request));
                let again = HeaderValue::from_str(&origin(request)).unwrap();
                response.headers_mut().append(ALLOW_ORIGIN, again);
            }
        });
        let report = report_of(&policy, server);
        let findings = report.findings();
        let mut findings = findings.iter();
        let repeated = findings.find(|finding| finding.cause().name() == "repeats-allow-origin");
        let mistake = repeated.unwrap().mistake();
        assert_eq!(mistake.contains("does not allow"), is_named, "{report}");
    }
}

/// The policy lists the domain and all its subdomains. The mistake of the server is that it ignores the scheme, and not
/// that it allows subdomains.
#[test]
fn scheme_of_a_listed_subdomain_is_one_finding() {
    let policy = policy_of(&["https://example.com", "https://*.example.com"]);
    let allows = |origin: &str| origin == "https://example.com" || origin.ends_with(".example.com");
    let report = report_of(&policy, allowing(policy.clone(), allows));
    assert_eq!(names(&report)[0], "ignores-scheme", "{report}");
    assert!(!names(&report).contains(&"allows-subdomains"), "{report}");
}

/// The server does not send `Vary`, so a cache answers one page with the response for another page. The server itself
/// allows the right origin in each response, so the finding is about `Vary`.
#[test]
fn cache_without_vary_is_named() {
    let policy = policy_of(&["https://app.example", "https://other.example"]);
    let mut cached: Option<Response<()>> = None;
    let report = report_of(&policy, |request| {
        if let Some(cached) = cached.as_ref().filter(|_| request.method() == "GET") {
            return cached.clone();
        }
        let mut response = serve(&policy, &request);
        response.headers_mut().remove("vary");
        if request.method() == "GET" && is_granted(&response) {
            cached = Some(response.clone());
        }
        response
    });
    let first = first_line(&report);
    assert!(
        first.contains("`Vary` does not list `Origin`, and a page"),
        "{report}"
    );
    assert!(!names(&report).contains(&"other-allow-origin"), "{report}");
}

/// A proxy adds `*` to the responses of a correct server. Responses to denied origins then have only `*`, and responses
/// to allowed origins have two values, in two lines or in one line.
#[test]
fn added_asterisk_is_one_mistake() {
    let adds: [fn(&mut http::HeaderMap); 2] = [
        |headers| {
            headers.append(ALLOW_ORIGIN, "*".parse().unwrap());
        },
        |headers| {
            let sent = headers.get(ALLOW_ORIGIN);
            let value = sent.map_or("*".into(), |sent| format!("{}, *", sent.to_str().unwrap()));
            set(headers, ALLOW_ORIGIN, &value);
        },
    ];
    for add in adds {
        let mut server = changed(policy(), |_, response| add(response.headers_mut()));
        let report = check(&mut server, &policy(), config()).unwrap();
        assert_eq!(names(&report), ["wildcard-origin"], "{report}");
        let text = report.to_string();
        assert!(
            text.contains("adds `Access-Control-Allow-Origin: *` to responses: "),
            "{text}"
        );
        assert!(
            text.contains("fix: remove `*` where the server adds it"),
            "{text}"
        );
    }
    // The server sends `*` twice to allowed origins. The two values are equal, so the fix does not say which value to keep.
    let mut server = changed(policy(), |_, response| {
        let headers = response.headers_mut();
        let count = 1 + usize::from(headers.contains_key(ALLOW_ORIGIN));
        headers.remove(ALLOW_ORIGIN);
        for _ in 0..count {
            headers.append(ALLOW_ORIGIN, "*".parse().unwrap());
        }
    });
    let text = check(&mut server, &policy(), config()).unwrap().to_string();
    assert!(text.contains("(wildcard-origin)"), "{text}");
    assert!(!text.contains("keep the other value"), "{text}");
}

/// The example has an origin that a reader recognizes at once, and not an origin that is similar to a listed origin.
#[test]
fn example_has_a_plain_origin() {
    let listed = ["https://app.example", "https://other.example"];
    let fails = changed(policy(), move |request, response| {
        if !listed.contains(&&*origin(request)) && request.headers().contains_key("origin") {
            *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
        }
    });
    let lacks_vary = changed(policy(), |_, response| {
        response.headers_mut().remove("vary");
    });
    let plain = ["https://unlisted.test", listed[0], listed[1]];
    let reports = [
        ("fails-on-denied-origins", report_of(&policy(), fails)),
        ("lacks-vary", report_of(&policy(), lacks_vary)),
    ];
    for (name, report) in reports {
        assert_eq!(names(&report), [name], "{report}");
        for exchange in report.findings()[0].example().exchanges() {
            let origin = exchange.request.header_list.get("origin");
            let origin = origin.map(|origin| String::from_utf8_lossy(&origin).into_owned());
            assert!(
                origin.is_none_or(|origin| plain.contains(&&*origin)),
                "{report}"
            );
        }
    }
}

/// A server that checks the method only if the preflight requests header names makes one mistake.
#[test]
fn method_without_header_names_is_one_finding() {
    let server = changed(policy(), |request, response| {
        let has_names = request
            .headers()
            .contains_key("access-control-request-headers");
        let requested = values(request, "access-control-request-method").concat();
        if !is_preflight(request) || !is_granted(response) {
            return;
        }
        if !has_names {
            set(response.headers_mut(), ALLOW_METHODS, &requested);
            set(response.headers_mut(), "access-control-max-age", "600");
        } else if !["GET", "HEAD", "POST", "PUT", "PATCH"].contains(&&*requested) {
            *response.status_mut() = http::StatusCode::FORBIDDEN;
        }
    });
    let report = report_of(&policy(), server);
    assert_eq!(names(&report), ["grants-requested"], "{report}");
    let line = first_line(&report);
    assert!(
        line.contains("every requested method if the preflight requests no headers"),
        "{line}"
    );
}

/// A server reflects every origin without a blocked word, and grants everything that a preflight requests. The first
/// finding has both mistakes.
#[test]
fn reflection_of_many_origins_and_of_grants_is_one_finding() {
    let blocked = ["evil", "app.example", "other.example"];
    let mut allowing = allowing(policy(), move |origin| {
        !blocked.iter().any(|word| origin.contains(word))
    });
    let report = report_of(&policy(), |request| {
        let mut response = allowing(request.clone());
        if is_preflight(&request) && is_granted(&response) {
            set(response.headers_mut(), "access-control-max-age", "600");
            for (requested, granted) in [
                ("access-control-request-method", ALLOW_METHODS),
                ("access-control-request-headers", ALLOW_HEADERS),
            ] {
                set(
                    response.headers_mut(),
                    granted,
                    &values(&request, requested).join(","),
                );
            }
        }
        response
    });
    assert_eq!(names(&report), ["allows-everything"], "{report}");
    let mistake = report.findings()[0].mistake();
    let start = "the server reflects many origins that the policy does not allow (";
    assert!(mistake.starts_with(start), "{mistake}");
    let end = ", and grants every requested method and header name";
    assert!(mistake.ends_with(end), "{mistake}");
}
