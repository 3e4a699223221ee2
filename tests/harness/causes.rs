//! The report of a broken server has one finding for each mistake, with its cause. The worst finding is first.

use std::cell::Cell;

use fetch_cors::{
    conformance::{
        Cause, Report, Severity, Violation, check, handler,
        laws::Law,
        policies::{PolicySpec, serve, serve_with_handler},
    },
    server::CorsPolicy,
};
use http::{HeaderValue, Request, Response, StatusCode};

use super::{
    config,
    servers::{allowing, changed, is_granted, is_preflight, origin, policy, reflecting, set},
};

const ALLOW_ORIGIN: &str = "access-control-allow-origin";
const ALLOW_METHODS: &str = "access-control-allow-methods";
const ALLOW_HEADERS: &str = "access-control-allow-headers";

fn causes(report: &Report) -> Vec<Cause> {
    let findings = report.findings();
    findings.iter().map(|finding| finding.cause()).collect()
}

/// Asserts that the findings of the report have the expected causes, in order. `name` is the name of the server.
#[track_caller]
fn assert_causes(name: &str, report: &Report, expected: &[Cause]) {
    assert_eq!(causes(report), expected, "{name}: {report}");
    // The findings contain all violations of the report, in the order of the report.
    let findings = report.findings();
    let grouped: Vec<&Violation> = findings
        .iter()
        .flat_map(|finding| finding.violations().to_vec())
        .collect();
    let all: Vec<&Violation> = report.violations().iter().collect();
    assert_eq!(grouped, all, "{name}");
    let severities: Vec<Severity> = findings.iter().map(|finding| finding.severity()).collect();
    assert!(severities.is_sorted(), "{name}: {severities:?}");
    for finding in findings {
        let (cause, law) = (finding.cause(), finding.example().law());
        assert!(
            cause.laws().contains(&law) || finding.severity() != cause.severity(),
            "{name}: {cause}: {law}"
        );
    }
}

fn report_of(mut server: impl FnMut(Request<()>) -> Response<()>) -> Report {
    check(&mut server, &policy(), config()).unwrap()
}

/// Removes the violations of requests with several `Origin` lines. The servers read only the first `Origin` line, but
/// the tests are not about this mistake.
fn of_single_origins(mut report: Report) -> Report {
    report.retain(|violation| violation.cause() != Cause::ReadsOneOfSeveralOrigins);
    report
}

fn listed(origin: &str) -> bool {
    ["https://app.example", "https://other.example"].contains(&origin)
}

/// Sends `value` in place of the origin in `Access-Control-Allow-Origin`. In `value`, `{}` stands for the origin.
fn sending(value: &'static str) -> impl FnMut(Request<()>) -> Response<()> {
    changed(policy(), move |_, response| {
        let allowed = response.headers().get(ALLOW_ORIGIN);
        if let Some(allowed) = allowed.map(|allowed| allowed.to_str().unwrap().to_owned()) {
            let value = value.replace("{}", &allowed);
            set(response.headers_mut(), ALLOW_ORIGIN, &value);
        }
    })
}

#[test]
fn comparisons_of_origins_are_recognized() {
    type Allows = fn(&str) -> bool;
    let servers: [(&str, Cause, Allows); 20] = [
        ("any", Cause::ReflectsAnyOrigin, |_| true),
        ("https", Cause::ReflectsAnyHttpsOrigin, |origin| {
            origin.starts_with("https://")
        }),
        ("prefix", Cause::ComparesPrefix, |origin| {
            origin.starts_with("https://app.example")
        }),
        ("suffix", Cause::ComparesSuffix, |origin| {
            origin.starts_with("https://") && origin.ends_with("app.example")
        }),
        ("suffix with any scheme", Cause::ComparesSuffix, |origin| {
            origin.ends_with("app.example")
        }),
        ("contained", Cause::ContainsListedHost, |origin| {
            origin.contains("app.example")
        }),
        ("dot", Cause::UnescapedDot, |origin| {
            let host = origin.strip_prefix("https://app").unwrap_or_default();
            host.len() == 8 && host.ends_with("example")
        }),
        ("null", Cause::AllowsNull, |origin| origin == "null"),
        ("scheme", Cause::IgnoresScheme, |origin| {
            origin.ends_with("://app.example")
        }),
        ("http", Cause::IgnoresScheme, |origin| {
            origin == "http://app.example"
        }),
        ("subdomain", Cause::AllowsSubdomains, |origin| {
            origin.starts_with("https://") && origin.ends_with(".app.example")
        }),
        ("port", Cause::IgnoresPort, |origin| {
            let port = origin.strip_prefix("https://app.example:");
            port.is_some_and(|port| port.parse::<u16>().is_ok())
        }),
        ("last label", Cause::ComparesSuffix, |origin| {
            origin.ends_with(".example")
        }),
        ("a part of the host", Cause::ContainsListedHost, |origin| {
            origin.contains("app.ex")
        }),
        ("host", Cause::ComparesHost, |origin| {
            let (_, rest) = origin.split_once("://").unwrap_or_default();
            let (host, port) = rest.split_once(':').unwrap_or((rest, "80"));
            host == "app.example" && port.parse::<u16>().is_ok()
        }),
        ("end of the host", Cause::ComparesSuffix, |origin| {
            let (_, rest) = origin.split_once("://").unwrap_or_default();
            rest.split(':').next().unwrap().ends_with("app.example")
        }),
        ("backtick", Cause::SpecialCharacter, |origin| {
            origin.starts_with("https://app.example`")
        }),
        ("localhost", Cause::AllowsLocalhost, |origin| {
            origin == "http://localhost" || origin.starts_with("http://localhost:")
        }),
        ("app", Cause::AllowsOtherOrigin, |origin| {
            origin == "capacitor://localhost"
        }),
        ("path", Cause::AllowsMalformedOrigin, |origin| {
            origin.starts_with("https://app.example/")
        }),
    ];
    for (name, cause, allows) in servers {
        let server = allowing(policy(), move |origin| listed(origin) || allows(origin));
        assert_causes(name, &of_single_origins(report_of(server)), &[cause]);
    }
    let both = allowing(policy(), |origin| {
        listed(origin) || origin == "null" || origin.ends_with(".app.example")
    });
    let report = of_single_origins(report_of(both));
    assert_causes(
        "null and subdomains",
        &report,
        &[Cause::AllowsNull, Cause::AllowsSubdomains],
    );
}

/// The text says where the server sends `*`, and the example is a request that a page can send.
#[test]
fn asterisks_are_named_with_their_place() {
    const ORIGIN: &str = "origin";
    let on_errors = changed(policy(), |request, response| {
        if request.method() == "PUT" {
            let error = Response::builder().status(422).header(ALLOW_ORIGIN, "*");
            *response = error.body(()).unwrap();
        }
    });
    let report = report_of(on_errors);
    let finding = &report.findings()[0];
    assert_eq!(finding.cause(), Cause::WildcardOrigin);
    assert!(
        finding
            .mistake()
            .starts_with("the server sends `*` in error responses"),
        "{report}"
    );
    assert!(
        finding.advice().ends_with("do this in error responses too"),
        "{report}"
    );

    let on_plain_options = changed(policy(), |request, response| {
        if request.method() == "OPTIONS" && !request.headers().contains_key(ORIGIN) {
            let headers = response.headers_mut();
            set(headers, ALLOW_ORIGIN, "*");
            set(headers, ALLOW_METHODS, "*");
        }
    });
    let report = report_of(on_plain_options);
    assert!(!causes(&report).contains(&Cause::GrantsAny), "{report}");
    assert!(causes(&report).contains(&Cause::UselessHeaders), "{report}");

    let without_credentials = CorsPolicy::builder().origin("https://app.example");
    let without_credentials = without_credentials.methods(["PUT"]).build().unwrap();
    let mut grants = changed(without_credentials.clone(), |request, response| {
        if is_preflight(request) {
            set(response.headers_mut(), ALLOW_METHODS, "*");
        }
    });
    let report = check(&mut grants, &without_credentials, config()).unwrap();
    let preflight = &report.findings()[0].example().exchanges()[0].request;
    let requested = preflight.header_list.get("access-control-request-method");
    assert_eq!(requested.as_deref(), Some(&b"PATCH"[..]), "{report}");

    let sends_false = changed(policy(), |_, response| {
        if !response.headers().contains_key(ALLOW_ORIGIN) {
            set(response.headers_mut(), ALLOW_ORIGIN, "false");
        }
    });
    let report = report_of(sends_false);
    let request = &report.findings()[0].example().exchanges()[0].request;
    assert!(request.header_list.contains(ORIGIN), "{report}");
}

/// A server that lacks several options of the policy is not configured for this policy. This is one mistake. A server
/// that lacks one option, or sends a wrong value, makes another mistake.
#[test]
fn missing_options_are_one_mistake() {
    const OPTIONS: [(&str, Cause); 3] = [
        ("Access-Control-Allow-Credentials", Cause::LacksCredentials),
        ("Access-Control-Expose-Headers", Cause::LacksExposedHeaders),
        ("Access-Control-Max-Age", Cause::WrongMaxAge),
    ];
    for missing in [&[0][..], &[1], &[2], &[0, 1], &[0, 2], &[1, 2], &[0, 1, 2]] {
        let server = changed(policy(), move |_, response| {
            set(response.headers_mut(), "etag", "1");
            for index in missing {
                response.headers_mut().remove(OPTIONS[*index].0);
            }
        });
        let report = report_of(server);
        let cause = match missing {
            [only] => OPTIONS[*only].1,
            _ => Cause::LacksOptions,
        };
        assert_causes("options", &report, &[cause]);
        let finding = &report.findings()[0];
        let is_named = |text: &str| missing.iter().all(|index| text.contains(OPTIONS[*index].0));
        if missing.len() > 1 {
            assert!(is_named(&finding.mistake()), "{}", finding.mistake());
            assert!(is_named(finding.advice()), "{}", finding.advice());
        }
    }
    // A server with `Access-Control-Max-Age: 5` has this option, but with another value.
    let server = changed(policy(), |_, response| {
        let headers = response.headers_mut();
        headers.remove("access-control-allow-credentials");
        if headers.contains_key("access-control-max-age") {
            set(headers, "access-control-max-age", "5");
        }
    });
    let expected = [Cause::LacksCredentials, Cause::WrongMaxAge];
    assert_causes("a max-age", &report_of(server), &expected);
}

/// A server with a list of blocked origins reflects nearly any origin. This is one mistake, and the comparison of origins
/// is not its reason.
#[test]
fn lists_of_blocked_origins_are_one_mistake() {
    type Blocks = fn(&str) -> bool;
    let any = Cause::ReflectsAnyOrigin;
    let servers: [(&str, Cause, Blocks); 8] = [
        ("`https://unlisted.test`", any, |origin| {
            origin == "https://unlisted.test"
        }),
        ("`http://localhost", any, |origin| {
            origin.contains("localhost")
        }),
        ("`http://localhost`", any, |origin| {
            origin == "http://localhost"
        }),
        ("`https://evil.example`", any, |origin| {
            origin.ends_with("//evil.example") || origin == "null"
        }),
        ("`https://codepen.io`", any, |origin| {
            origin.ends_with(".io") || !origin.starts_with("http")
        }),
        ("`https://7.app.example`", any, |origin| {
            origin.ends_with(".app.example")
        }),
        ("`https://app.evil.test`", any, |origin| {
            origin.ends_with(".evil.test")
        }),
        (
            "`https://unlisted.test`",
            Cause::ReflectsAnyHttpsOrigin,
            |origin| !origin.starts_with("https:") || origin == "https://unlisted.test",
        ),
    ];
    for (blocked, cause, blocks) in servers {
        let server = allowing(policy(), move |origin| listed(origin) || !blocks(origin));
        let report = of_single_origins(report_of(server));
        assert_causes(blocked, &report, &[cause]);
        let finding = &report.findings()[0];
        let mistake = finding.mistake();
        let except = mistake.split(" except ").nth(1).unwrap_or_default();
        assert!(except.contains(blocked), "{mistake}");
    }
}

/// A server allows one unlisted origin, and denies all similar origins. This does not prove that the server compares
/// origins wrongly.
#[test]
fn weak_evidence_is_not_enough() {
    for (origin, cause) in [
        ("https://unlisted.test", Cause::AllowsOtherOrigin),
        // The server allows this origin, and denies all other origins that are similar to a listed origin.
        ("https://evil.app.example", Cause::AllowsOtherOrigin),
        ("https://evilapp.example", Cause::AllowsOtherOrigin),
    ] {
        let server = allowing(policy(), move |given| listed(given) || given == origin);
        assert_eq!(causes(&report_of(server))[0], cause, "{origin}");
    }
    // Every host that the harness uses for attackers ends with `.test`, also hosts that are not similar to a listed host.
    let server = allowing(policy(), |origin| {
        listed(origin) || origin.ends_with(".test")
    });
    assert_eq!(causes(&report_of(server))[0], Cause::ComparesSuffix);

    // The server denies every `http:` page of this check: pages of localhost and one unlisted page.
    let null = PolicySpec::from_origins(["null"]).build().unwrap();
    let mut server = changed(null.clone(), |request, response| {
        if origin(request).starts_with("https://") {
            set(response.headers_mut(), ALLOW_ORIGIN, &origin(request));
        }
    });
    let report = check(&mut server, &null, config()).unwrap();
    assert_causes("https", &report, &[Cause::ReflectsAnyHttpsOrigin]);

    let pair = ["https://foo.com", "https://bar.com"];
    let spec = PolicySpec::from_origins(pair).build().unwrap();
    for joined in ["https://barfoo.com", "https://bar.foo.com"] {
        let mut server = allowing(spec.clone(), |origin| {
            pair.contains(&origin) || origin == joined
        });
        let report = check(&mut server, &spec, config()).unwrap();
        let report = of_single_origins(report);
        assert_causes(joined, &report, &[Cause::MixesEntries]);
    }
}

#[test]
fn values_of_allow_origin_are_recognized() {
    for (value, expected) in [
        ("{}/", &[Cause::OriginWithSlash][..]),
        ("{}:443", &[Cause::OriginWithPort]),
        ("https://*.example", &[Cause::SendsPattern]),
        (
            "https://app.example, https://other.example",
            &[Cause::SendsList],
        ),
        ("{}, *", &[Cause::RepeatsAllowOrigin]),
        ("app.example", &[Cause::OriginWithoutScheme]),
        ("https://app.example", &[Cause::ConstantOrigin]),
        ("https://wrong.example", &[Cause::WrongConstantOrigin]),
        ("*", &[Cause::WildcardWithCredentials]),
    ] {
        let report = report_of(sending(value));
        let found = causes(&report);
        assert_eq!(&found[..expected.len()], expected, "{value}: {report}");
        // The report can have one finding in addition to the expected findings: these servers send the same value to
        // each origin, so their `Vary` can be a mistake.
        assert!(found.len() <= expected.len() + 1, "{value}: {report}");
    }
    let report = report_of(changed(policy(), |_, response| {
        set(response.headers_mut(), ALLOW_ORIGIN, "*");
    }));
    assert_causes("asterisk", &report, &[Cause::WildcardOrigin]);
    for (value, cause) in [
        ("null", Cause::SendsNull),
        ("https://app.example/", Cause::OriginWithSlash),
        ("http://app.example", Cause::WrongConstantOrigin),
        ("https://app.example", Cause::ConstantOrigin),
        (
            "https://app.example, https://other.example",
            Cause::SendsList,
        ),
    ] {
        let constant = report_of(changed(policy(), move |_, response| {
            set(response.headers_mut(), ALLOW_ORIGIN, value);
        }));
        assert_causes(value, &constant, &[cause]);
    }
    let report = report_of(changed(policy(), |_, response| {
        if !is_granted(response) {
            set(response.headers_mut(), ALLOW_ORIGIN, "null");
        }
    }));
    assert_causes("null for denied", &report, &[Cause::SendsNull]);
    let report = report_of(changed(policy(), |_, response| {
        if !is_granted(response) {
            set(response.headers_mut(), ALLOW_ORIGIN, "false");
        }
    }));
    assert_causes("false for denied", &report, &[Cause::SendsText]);
}

#[test]
fn answers_in_place_of_a_preflight_are_recognized() {
    for (status, cause) in [
        (301, Cause::RedirectsPreflights),
        (307, Cause::RedirectsPreflights),
        (401, Cause::AuthenticatesPreflights),
        (404, Cause::MissesPreflights),
        (405, Cause::MissesPreflights),
        (403, Cause::RefusesPreflights),
        (500, Cause::RefusesPreflights),
        (200, Cause::IgnoresPreflights),
    ] {
        let status = StatusCode::from_u16(status).unwrap();
        let bare = report_of(changed(policy(), move |request, response| {
            if is_preflight(request) {
                *response = Response::builder().status(status).body(()).unwrap();
            }
        }));
        assert_causes(status.as_str(), &bare, &[cause]);
        if status == 200 {
            continue;
        }
        // The middleware adds the headers, and the router chooses the status.
        let with_headers = report_of(changed(policy(), move |request, response| {
            if is_preflight(request) {
                *response.status_mut() = status;
            }
        }));
        assert_causes(status.as_str(), &with_headers, &[cause]);
    }
}

#[test]
fn redirects_of_everything_are_one_finding() {
    let report = report_of(|_| {
        let redirect = Response::builder().status(301);
        let redirect = redirect.header("location", "https://www.api.example/");
        redirect.body(()).unwrap()
    });
    assert_causes("redirects", &report, &[Cause::RedirectsEverything]);
    let advice = report.findings()[0].advice().to_owned();
    assert!(
        advice.starts_with(Cause::RedirectsEverything.advice()),
        "{advice}"
    );
}

/// The first line has the target of the redirects, and the fix depends on the target.
#[test]
fn fix_of_redirects_depends_on_the_target() {
    for (location, named, fix) in [
        ("/notes/", "", "check that the URL is right, because"),
        (
            "/login",
            ", which looks like a login page",
            "check that the URL is right; if it needs a login",
        ),
        (
            "https://www.api.example/",
            ", on another host",
            "test and use the URL",
        ),
        ("", "", "check that the URL is right, and look for"),
    ] {
        let report = report_of(move |_| {
            let redirect = Response::builder().status(302);
            let redirect = match location {
                "" => redirect,
                location => redirect.header("location", location),
            };
            redirect.body(()).unwrap()
        });
        assert_causes(location, &report, &[Cause::RedirectsEverything]);
        let finding = &report.findings()[0];
        assert!(finding.mistake().ends_with(named), "{report}");
        assert!(finding.mistake().contains(location), "{report}");
        assert!(finding.advice().starts_with(fix), "{report}");
    }
}

type Change = fn(&Request<()>, &mut Response<()>);

fn requests(request: &Request<()>, name: &str, value: &str) -> bool {
    let mut lines = request.headers().get_all(name).iter();
    lines.any(|line| line.to_str().is_ok_and(|text| text.contains(value)))
}

#[test]
fn missing_grants_are_recognized() {
    let servers: [(&str, Cause, Change); 10] = [
        ("no list of methods", Cause::LacksMethod, |_, response| {
            response.headers_mut().remove(ALLOW_METHODS);
        }),
        (
            "one method is refused",
            Cause::LacksMethod,
            |request, response| {
                if requests(request, "access-control-request-method", "PATCH") {
                    *response = Response::builder().status(403).body(()).unwrap();
                }
            },
        ),
        (
            "one method gets 405",
            Cause::LacksMethod,
            |request, response| {
                if requests(request, "access-control-request-method", "PUT") {
                    *response = Response::builder().status(405).body(()).unwrap();
                }
            },
        ),
        (
            "no list of headers",
            Cause::LacksRequestHeader,
            |_, response| {
                response.headers_mut().remove(ALLOW_HEADERS);
            },
        ),
        (
            "one header is refused",
            Cause::LacksRequestHeader,
            |request, response| {
                if requests(request, "access-control-request-headers", "x-b") {
                    *response = Response::builder().status(400).body(()).unwrap();
                }
            },
        ),
        ("no lists", Cause::LacksPreflightGrants, |_, response| {
            for name in [ALLOW_METHODS, ALLOW_HEADERS, "access-control-max-age"] {
                response.headers_mut().remove(name);
            }
        }),
        (
            "one origin is denied",
            Cause::DeniesAllowedOrigin,
            |request, response| {
                if origin(request) == "https://other.example" {
                    *response = Response::builder()
                        .header("vary", "Origin")
                        .body(())
                        .unwrap();
                }
            },
        ),
        ("no credentials", Cause::LacksCredentials, |_, response| {
            response
                .headers_mut()
                .remove("access-control-allow-credentials");
        }),
        (
            "errors",
            Cause::LacksHeadersOnErrors,
            |request, response| {
                if request.method() == "PUT" {
                    *response = Response::builder().status(422).body(()).unwrap();
                }
            },
        ),
        (
            "redirects",
            Cause::LacksHeadersOnRedirects,
            |request, response| {
                if request.method() == "PATCH" {
                    *response = Response::builder()
                        .status(302)
                        .header("location", "/elsewhere")
                        .body(())
                        .unwrap();
                }
            },
        ),
    ];
    for (name, cause, change) in servers {
        assert_causes(name, &report_of(changed(policy(), change)), &[cause]);
    }
    let silent = report_of(|_| Response::new(()));
    assert_causes("silent", &silent, &[Cause::NoCorsHeaders]);

    // The server denies every second request. In JavaScript, a regular expression with the flag `g` causes this.
    let mut count = 0;
    let policy = policy();
    let unstable = report_of(move |request: Request<()>| {
        let mut response = serve(&policy, &request);
        if request.method() == "GET" && origin(&request) == "https://app.example" {
            count += 1;
            if count % 2 == 0 {
                for name in [
                    ALLOW_ORIGIN,
                    "access-control-allow-credentials",
                    "access-control-expose-headers",
                ] {
                    response.headers_mut().remove(name);
                }
            }
        }
        response
    });
    assert_eq!(causes(&unstable)[0], Cause::UnstableAnswers, "{unstable}");
}

/// Answers the preflights of allowed origins with a fixed list of methods and a fixed list of header names. If
/// `methods` is true, grants the requested method instead of the list. If `names` is true, grants the requested headers
/// instead of the list.
fn granting(methods: bool, names: bool) -> impl FnMut(Request<()>) -> Response<()> {
    changed(policy(), move |request, response| {
        if !is_preflight(request) || !listed(&origin(request)) {
            return;
        }
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        set(headers, ALLOW_ORIGIN, &origin(request));
        set(headers, "access-control-allow-credentials", "true");
        set(headers, "access-control-max-age", "600");
        set(headers, ALLOW_METHODS, "PUT, PATCH");
        set(headers, ALLOW_HEADERS, "x-a, x-b");
        for (is_reflected, requested, granted) in [
            (methods, "access-control-request-method", ALLOW_METHODS),
            (names, "access-control-request-headers", ALLOW_HEADERS),
        ] {
            if let Some(value) = request.headers().get(requested).filter(|_| is_reflected) {
                response.headers_mut().insert(granted, value.clone());
            }
        }
    })
}

#[test]
fn too_many_grants_are_recognized() {
    for (methods, names) in [(true, false), (false, true), (true, true)] {
        let report = report_of(granting(methods, names));
        assert_causes("reflected", &report, &[Cause::GrantsRequested]);
    }
    let fixed = |name: &'static str, value: &'static str| {
        let mut right = granting(false, false);
        report_of(move |request: Request<()>| {
            let mut response = right(request);
            if response.headers().contains_key(name) {
                set(response.headers_mut(), name, value);
            }
            response
        })
    };
    for (name, value, cause) in [
        (ALLOW_METHODS, "PUT, DELETE", Cause::GrantsOtherThanPolicy),
        (ALLOW_METHODS, "put, patch", Cause::ListsOtherCase),
        (
            ALLOW_METHODS,
            "PUT, PATCH, DELETE",
            Cause::GrantsOtherMethods,
        ),
        (
            ALLOW_HEADERS,
            "x-a, x-b, authorization",
            Cause::GrantsOtherHeaders,
        ),
        (ALLOW_METHODS, "*", Cause::GrantsAny),
        (ALLOW_HEADERS, "*", Cause::GrantsAny),
    ] {
        assert_causes(value, &fixed(name, value), &[cause]);
    }
    let exposes = report_of(changed(policy(), |request, response| {
        set(response.headers_mut(), "etag", "1");
        set(response.headers_mut(), "x-secret", "1");
        if is_granted(response) && !is_preflight(request) {
            set(response.headers_mut(), "access-control-expose-headers", "*");
        }
    }));
    assert_causes("exposes", &exposes, &[Cause::ExposesEverything]);
    // The responses with `Cookie`, with `Authorization` and without both show that a fetch with credentials reads too little. The
    // last of these also shows that a fetch without credentials reads too much.
    assert_eq!(exposes.violations().len(), 4, "{exposes}");
    assert_eq!(exposes.findings().len(), 1, "{exposes}");
}

/// Some test requests have a long value that repeats listed header names. The value ends after a whole name. The policy
/// permits every name in the value, so a server may reflect the value.
#[test]
fn long_values_of_permitted_names_can_be_reflected() {
    let policy = CorsPolicy::builder().origin("https://app.example");
    let policy = policy.request_headers(["content-type"]).build().unwrap();
    let mut server = changed(policy.clone(), |request, response| {
        let requested = request.headers().get("access-control-request-headers");
        let requested = String::from_utf8_lossy(requested.map_or(b"", HeaderValue::as_bytes));
        let (permitted, unpermitted): (Vec<&str>, Vec<&str>) = requested
            .split(',')
            .filter(|name| !name.is_empty())
            .partition(|name| *name == "content-type");
        let is_long = permitted.len() > unpermitted.len();
        if is_preflight(request) && is_long && origin(request) == "https://app.example" {
            set(response.headers_mut(), ALLOW_ORIGIN, "https://app.example");
            set(response.headers_mut(), ALLOW_HEADERS, &permitted.join(","));
        }
    });
    let report = check(&mut server, &policy, config()).unwrap();
    assert_causes("reflects permitted names", &report, &[]);
}

#[test]
fn right_servers_have_no_finding() {
    let right = report_of(|request| serve(&policy(), &request));
    assert_causes("right", &right, &[]);
    let first = right.to_string();
    assert!(first.contains(": no violations; "), "{first}");
}

/// A policy without origins means that the server must not allow any origin.
#[test]
fn a_policy_can_allow_no_origin() {
    let none = PolicySpec::from_origins([""; 0]).build().unwrap();
    let found = |server: &mut dyn FnMut(Request<()>) -> Response<()>| {
        let mut server = |request: Request<()>| server(request);
        check(&mut server, &none, config()).unwrap()
    };
    let silent = found(&mut |_| Response::new(()));
    assert_causes("silent", &silent, &[]);
    assert_causes("right", &found(&mut |request| serve(&none, &request)), &[]);
    for (value, cause) in [
        ("*", Cause::WildcardOrigin),
        ("https://app.example", Cause::SendsCorsHeaders),
    ] {
        let constant = found(&mut |_| {
            let response = Response::builder().header(ALLOW_ORIGIN, value);
            response.body(()).unwrap()
        });
        assert_causes(value, &constant, &[cause]);
        assert_eq!(constant.findings()[0].severity(), Severity::Security);
    }
    let reflecting = found(&mut reflecting_all(true, false));
    assert_causes("reflecting", &reflecting, &[Cause::ReflectsAnyOrigin]);
}

/// Returns a server that reflects the origin. If `is_complete` is true, the server also reflects the requested method
/// and headers, and allows credentials.
fn reflecting_all(vary: bool, is_complete: bool) -> impl FnMut(Request<()>) -> Response<()> {
    move |request| {
        let mut response = Response::new(());
        let pairs = [
            ("origin", ALLOW_ORIGIN),
            ("access-control-request-method", ALLOW_METHODS),
            ("access-control-request-headers", ALLOW_HEADERS),
        ];
        for (given, sent) in pairs.into_iter().take(if is_complete { 3 } else { 1 }) {
            if let Some(value) = request.headers().get(given) {
                response.headers_mut().insert(sent, value.clone());
            }
        }
        let headers = response.headers_mut();
        if is_complete {
            set(headers, "access-control-allow-credentials", "true");
        }
        if vary {
            set(headers, "vary", "Origin");
        }
        response
    }
}

/// Reflects the origin, and sends fixed lists with every response.
fn reflecting_with_fixed_lists(request: Request<()>) -> Response<()> {
    let mut response = Response::new(());
    if let Some(origin) = request.headers().get("origin").cloned() {
        response.headers_mut().insert(ALLOW_ORIGIN, origin);
    }
    let headers = response.headers_mut();
    set(headers, "access-control-allow-credentials", "true");
    set(headers, ALLOW_METHODS, "GET, POST, PUT, DELETE, OPTIONS");
    set(headers, ALLOW_HEADERS, "content-type, authorization");
    response
}

/// The middleware reflects the origin. A router or an authentication layer answers OPTIONS before
/// the middleware.
#[test]
fn reflection_is_recognized_without_preflight_responses() {
    for status in [
        StatusCode::OK,
        StatusCode::UNAUTHORIZED,
        StatusCode::NOT_FOUND,
    ] {
        for has_credentials in [false, true] {
            let report = report_of(|request| {
                let mut response = Response::new(());
                if request.method() == "OPTIONS" {
                    *response.status_mut() = status;
                } else if let Some(origin) = request.headers().get("origin").cloned() {
                    response.headers_mut().insert(ALLOW_ORIGIN, origin);
                    if has_credentials {
                        let headers = response.headers_mut();
                        set(headers, "access-control-allow-credentials", "true");
                    }
                }
                response
            });
            let causes = causes(&report);
            assert_eq!(causes.first(), Some(&Cause::ReflectsAnyOrigin), "{report}");
            assert!(causes.len() <= 5, "{report}");
        }
    }
}

/// Returns a policy that permits OPTIONS requests of pages, and exposes `etag`.
fn policy_with_options() -> CorsPolicy {
    let policy = CorsPolicy::builder().origins(["https://app.example", "https://other.example"]);
    let policy = policy.methods(["OPTIONS", "PUT"]).expose_headers(["etag"]);
    policy.build().unwrap()
}

/// Returns a server with correct middleware before the test handler. `intercept` can answer an OPTIONS request that is
/// not a preflight.
fn intercepting(
    policy: &CorsPolicy,
    intercept: impl Fn(&Request<()>) -> Option<Response<()>>,
) -> impl FnMut(Request<()>) -> Response<()> {
    move |request| {
        if is_preflight(&request) && request.headers().contains_key("origin") {
            return serve(policy, &request);
        }
        let is_options = request.method() == "OPTIONS";
        let intercepted = Some(&request).filter(|_| is_options).and_then(&intercept);
        intercepted
            .unwrap_or_else(|| serve_with_handler(policy, &request, handler(&request).headers()))
    }
}

/// Each of two servers has middleware that answers the OPTIONS request of a page, and does not pass the request to the
/// handler. The page cannot read the response of the first server. The response of the second server does not expose a
/// header that the policy exposes. Each report has one finding: the interception.
#[test]
fn intercepted_options_of_a_page_is_one_finding() {
    let policy = policy_with_options();
    let causes_of = |intercept: fn(&Request<()>) -> Option<Response<()>>| {
        let mut server = intercepting(&policy, intercept);
        check(&mut server, &policy, config()).unwrap()
    };
    let has_law =
        |report: &Report, law: Law| report.violations().iter().any(|found| found.law() == law);

    let report = causes_of(|request| {
        let forbidden = || Response::builder().status(403).body(()).unwrap();
        request.headers().contains_key("origin").then(forbidden)
    });
    assert!(has_law(&report, Law::FetchSucceedsExactlyWhenPermitted));
    assert_causes("status 403", &report, &[Cause::InterceptsOptions]);

    let report = causes_of(|request| {
        let mut response = Response::new(());
        let headers = response.headers_mut();
        set(headers, "etag", "1");
        set(headers, "vary", "origin");
        let page = origin(request);
        if listed(&page) {
            set(headers, ALLOW_ORIGIN, &page);
            set(headers, ALLOW_METHODS, "OPTIONS, PUT");
        }
        Some(response)
    });
    assert!(has_law(&report, Law::ScriptReadsWhatPolicyExposes));
    assert_causes("preflight response", &report, &[Cause::InterceptsOptions]);
}

/// The middleware makes two mistakes. The first mistake: the middleware answers an OPTIONS request that has
/// `Access-Control-Request-Method`, but not `Origin`, and does not pass the request to the handler. The second mistake:
/// the middleware adds a useless header to responses of the handler. A fix of the first mistake does not remove the
/// header.
#[test]
fn useless_header_of_the_handlers_response_is_not_due_to_interception() {
    let policy = policy_with_options();
    let mut server = intercepting(&policy, |request| {
        is_preflight(request).then(|| Response::new(()))
    });
    let mut server = |request: Request<()>| {
        let is_of_preflight = is_preflight(&request);
        let mut response = server(request);
        if !is_of_preflight && !is_granted(&response) {
            set(
                response.headers_mut(),
                "access-control-expose-headers",
                "etag",
            );
        }
        response
    };
    let report = check(&mut server, &policy, config()).unwrap();
    let expected = [Cause::InterceptsOptions, Cause::UselessHeaders];
    assert_causes("useless header", &report, &expected);
    let mut violations = report.violations().iter();
    assert!(violations.any(|found| {
        found.cause() == Cause::UselessHeaders && found.probe() == "plain-options"
    }));
}

#[test]
fn reflecting_server_has_at_most_five_findings() {
    let mut policies = vec![policy()];
    for origins in [
        &["https://app.example"][..],
        &["https://*.app.example", "http://localhost:*"],
        &["https://app.example", "https://api.other.example", "null"],
        &["capacitor://localhost"],
    ] {
        let mut spec = PolicySpec::from_origins(origins.iter().copied());
        spec.methods = ["PUT", "DELETE"].into();
        spec.request_headers = vec!["content-type".into(), "x-a".into()];
        spec.max_age = Some(600);
        policies.push(spec.build().unwrap());
        policies.push(
            PolicySpec::from_origins(origins.iter().copied())
                .build()
                .unwrap(),
        );
    }
    // Each check has another seed, so the checks of all servers together cover many seeds.
    let seeds = Cell::new(0);
    let next_seed = || {
        seeds.set(seeds.get() + 1);
        seeds.get()
    };
    let any_origin = "security: the server reflects any origin (reflects-any-origin)";
    let everything = "security: the server reflects any origin, and grants every requested method and header name (allows-everything)";
    let assert_first =
        |first: &str, policy: &CorsPolicy, server: &mut dyn FnMut(Request<()>) -> Response<()>| {
            let mut server = |request: Request<()>| server(request);
            let report = check(&mut server, policy, config().seed(next_seed())).unwrap();
            let text = report.to_string();
            assert_eq!(text.lines().next(), Some(first), "{text}");
            assert!(report.findings().len() <= 5, "{text}");
            // The report names only the mistake of the server, and does not advise to anchor a pattern.
            assert!(!text.contains("anchor"), "{text}");
        };
    for policy in &policies {
        for vary in [true, false] {
            assert_first(any_origin, policy, &mut reflecting_all(vary, false));
            assert_first(everything, policy, &mut reflecting_all(vary, true));
        }
        let first_entry = policy.origins().unwrap()[0].to_string();
        if !first_entry.contains('*') {
            assert_first(any_origin, policy, &mut allowing(policy.clone(), |_| true));
        }
    }
    assert_first(any_origin, &policy(), &mut reflecting());
    assert_first(any_origin, &policy(), &mut reflecting_with_fixed_lists);

    // Each addition consists of header lines that a server adds to every response. A script can read the header that
    // the first addition exposes.
    let additions = [
        &[("access-control-expose-headers", "*"), ("x-secret", "1")][..],
        &[("access-control-max-age", "86400")],
        &[("access-control-allow-private-network", "true")],
        &[(ALLOW_METHODS, "*"), (ALLOW_HEADERS, "*")],
        &[("access-control-allow-credentials", "false")],
    ];
    for set_of_additions in 0..1 << additions.len() {
        let added = additions.iter().enumerate();
        let added = added.filter(|(i, _)| set_of_additions & (1 << i) != 0);
        let added: Vec<(&str, &str)> = added.flat_map(|(_, lines)| lines.to_vec()).collect();
        // Tests each set of additions with two policies. All sets together test each addition with each policy.
        for i in [set_of_additions, set_of_additions + 4].map(|i| i % policies.len()) {
            let policy = &policies[i];
            let mut reflecting = reflecting_all(i % 2 == 0, true);
            let mut server = |request: Request<()>| {
                let mut response = reflecting(request);
                for (name, value) in &added {
                    set(response.headers_mut(), name, value);
                }
                response
            };
            assert_first(everything, policy, &mut server);
        }
    }
}

/// A server that exposes `*` with every response, even if `*` has no effect.
#[test]
fn exposing_everything_is_one_finding() {
    let mut reflecting = reflecting_all(true, true);
    let report = report_of(|request| {
        let mut response = reflecting(request);
        set(response.headers_mut(), "etag", "1");
        set(response.headers_mut(), "access-control-expose-headers", "*");
        response
    });
    let expected = [Cause::AllowsEverything, Cause::ExposesEverything];
    assert_eq!(causes(&report)[..2], expected, "{report}");
    // Responses to preflights and to requests without `Origin` have `Access-Control-Expose-Headers` too. This useless
    // header does not cause a further finding.
    assert!(!causes(&report).contains(&Cause::UselessHeaders));
    // If the only mistake of a server is that it exposes everything, the report has only this finding.
    let report = report_of(changed(policy(), |_, response| {
        set(response.headers_mut(), "etag", "1");
        set(response.headers_mut(), "access-control-expose-headers", "*");
    }));
    assert_causes("exposes", &report, &[Cause::ExposesEverything]);
}

/// If a policy exposes all headers, `Access-Control-Expose-Headers: *` on a preflight response is harmless, but has no
/// effect.
#[test]
fn exposed_headers_on_preflights_are_useless() {
    let open = CorsPolicy::builder().any_origin().expose_any_header();
    let open = open.build().unwrap();
    let mut server = changed(open.clone(), |request, response| {
        set(response.headers_mut(), "etag", "1");
        if is_preflight(request) && is_granted(response) {
            set(response.headers_mut(), "access-control-expose-headers", "*");
        }
    });
    let report = check(&mut server, &open, config()).unwrap();
    assert_causes("on preflights", &report, &[Cause::UselessHeaders]);
}

/// The cause `AllowsEverything` needs two mistakes. The server reflects any origin. The server also grants every
/// requested method, every requested header name, or both.
#[test]
fn allowing_everything_needs_both_mistakes() {
    for (report, cause) in [
        (report_of(reflecting()), Cause::ReflectsAnyOrigin),
        (report_of(granting(true, true)), Cause::GrantsRequested),
    ] {
        assert_eq!(causes(&report)[0], cause, "{report}");
        assert!(!causes(&report).contains(&Cause::AllowsEverything));
    }
}

/// If a server reflects two `Origin` lines, the values are useless but harmless, because no browser sends two lines.
#[test]
fn echoed_origin_lines_are_waste() {
    let echoing = |separate: bool| {
        report_of(changed(policy(), move |request, response| {
            let lines = request.headers().get_all("origin").iter();
            let lines: Vec<HeaderValue> = lines.cloned().collect();
            if lines.len() < 2 {
                return;
            }
            let headers = response.headers_mut();
            headers.remove(ALLOW_ORIGIN);
            if separate {
                for line in lines.into_iter().rev() {
                    headers.append(ALLOW_ORIGIN, line);
                }
            } else {
                let all: Vec<&[u8]> = lines.iter().map(HeaderValue::as_bytes).collect();
                let joined = HeaderValue::from_bytes(&all.join(&b", "[..])).unwrap();
                headers.insert(ALLOW_ORIGIN, joined);
            }
        }))
    };
    for separate in [true, false] {
        let report = echoing(separate);
        assert_causes("echo", &report, &[Cause::ReadsOneOfSeveralOrigins]);
        assert_eq!(
            report.with_severity(Severity::Waste).count(),
            report.violations().len()
        );
    }
}

/// The report has a separate violation for each kind of request. If the server is fixed for one kind, only the
/// violations for the other kinds remain.
#[test]
fn fix_of_one_kind_removes_its_violation() {
    let kinds = |lacks_vary: fn(&Request<()>) -> bool| {
        let report = report_of(changed(policy(), move |request, response| {
            if lacks_vary(request) {
                response.headers_mut().remove("vary");
            }
        }));
        let violations = report.violations().iter();
        violations
            .map(|violation| violation.requests().join(" "))
            .collect::<Vec<_>>()
    };
    let all = kinds(|_| true);
    for kind in [
        "no-origin allowed-origin",
        "denied-origin allowed-origin",
        "allowed-origin allowed-origin",
    ] {
        assert!(all.iter().any(|other| other == kind), "{kind} in {all:?}");
    }
    let has_no_origin = |request: &Request<()>| !request.headers().contains_key("origin");
    assert_eq!(kinds(has_no_origin), ["no-origin allowed-origin"]);
    let has_listed = |request: &Request<()>| {
        let lines = request.headers().get_all("origin").iter().count();
        lines == 1 && listed(&origin(request))
    };
    assert_eq!(kinds(has_listed), ["allowed-origin allowed-origin"]);
    // The example of the finding has an origin other than `null`.
    let report = report_of(changed(policy(), |_, response| {
        if !is_granted(response) {
            response.headers_mut().remove("vary");
        }
    }));
    assert!(!report.to_string().contains("origin: null"), "{report}");
}
