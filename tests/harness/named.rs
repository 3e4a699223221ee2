//! Tests of the names in a finding: its first line and its fix have the affected origins, methods and headers.

use fetch_cors::{
    conformance::{
        Check, CheckConfig, Report, check,
        policies::{PolicySpec, serve},
    },
    infrastructure::response::Response as FetchResponse,
    server::CorsPolicy,
};
use http::{HeaderValue, Request, Response, StatusCode};

use super::{
    config,
    invented::{ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, MAX_AGE},
    names,
    servers::{allowing, changed, is_granted, is_preflight, origin, policy, set},
};

type Server<'s> = Box<dyn FnMut(Request<()>) -> Response<()> + 's>;

fn policy_of(origins: &[&str]) -> CorsPolicy {
    PolicySpec::from_origins(origins.iter().copied())
        .build()
        .unwrap()
}

/// Returns the mistake and the fix of the only finding.
fn only_finding(policy: &CorsPolicy, mut server: Server<'_>) -> (String, String) {
    let report = check(&mut server, policy, config()).unwrap();
    let findings = report.findings();
    assert_eq!(findings.len(), 1, "{report}");
    assert!(
        report.to_string().contains(findings[0].advice()),
        "{report}"
    );
    // The violations have the same fix as the finding.
    for violation in report.violations() {
        assert!(
            violation.message().ends_with(findings[0].advice()),
            "{report}"
        );
    }
    (findings[0].mistake(), String::from(findings[0].advice()))
}

/// Returns a server that denies each origin for which `denies` returns true.
fn denying<'s>(policy: &'s CorsPolicy, denies: impl Fn(&str) -> bool + 's) -> Server<'s> {
    Box::new(move |mut request| {
        if denies(&origin(&request)) {
            set(request.headers_mut(), "origin", "https://unlisted.test");
        }
        serve(policy, &request)
    })
}

#[test]
fn origins_are_named() {
    let listed = policy_of(&["https://app.example", "https://other.example"]);
    let denies = |origin: &str| origin == "https://other.example";
    let (mistake, fix) = only_finding(&listed, denying(&listed, denies));
    let expected = "the server denies the origin `https://other.example`, which the policy allows";
    assert_eq!(mistake, expected);
    assert_eq!(
        fix,
        "allow the origin `https://other.example`, in exactly this form, without a slash at the end"
    );

    let allows = |origin: &str| origin == "https://app.exampl";
    let server = allowing(listed.clone(), allows);
    let (mistake, fix) = only_finding(&listed, Box::new(server));
    let expected = "the server allows the origin `https://app.exampl`, which the policy does not allow: its host is a listed host with another last label";
    assert_eq!(mistake, expected);
    assert!(fix.starts_with("remove `https://app.exampl` from"), "{fix}");
}

/// A misspelled header is the reason why the right header is missing, so the two are one mistake.
#[test]
fn misspelled_header_is_named() {
    for misspelled in ["access-control-allow-orgin", "access-control-allow-origins"] {
        let policy = policy();
        let server = changed(policy.clone(), move |_, response| {
            let headers = response.headers_mut();
            if let Some(origin) = headers.remove(ALLOW_ORIGIN) {
                headers.insert(misspelled, origin);
            }
        });
        let (mistake, fix) = only_finding(&policy, Box::new(server));
        assert!(
            mistake.contains("the misspelled header `Access-Control-Allow-Or"),
            "{mistake}"
        );
        assert!(
            fix.starts_with("send `Access-Control-Allow-Origin` in place of `Access-"),
            "{fix}"
        );
    }
}

/// A server that does not understand `*.` denies every subdomain. A server whose `*.` matches only one label denies
/// some subdomains.
#[test]
fn misread_patterns_are_named() {
    let entry = "https://*.example.com";
    for (origins, is_one_label) in [
        (&[entry][..], true),
        (&["https://example.com", entry], true),
        (&["https://example.com", entry], false),
    ] {
        let policy = policy_of(origins);
        let denies = |origin: &str| {
            let labels = origin.strip_suffix(".example.com");
            labels.is_some_and(|labels| !is_one_label || labels.contains('.'))
        };
        let (mistake, fix) = only_finding(&policy, denying(&policy, denies));
        let of_entry = "which the entry `https://*.example.com` of the policy allows";
        assert!(mistake.contains(of_entry), "{mistake}");
        assert_eq!(
            mistake.ends_with("only one label"),
            is_one_label,
            "{mistake}"
        );
        let expected = if is_one_label {
            "let `*.` match one or more labels"
        } else {
            "let the server match origins with the pattern `https://*.example.com`"
        };
        assert_eq!(fix, expected);
    }
}

/// The server misreads an entry, and its list lacks another entry. The finding has both mistakes, and the fix does not
/// advise to allow the subdomains that only the check invents.
#[test]
fn second_denied_entry_does_not_hide_the_first() {
    let (general, longer) = ("https://*.example.com", "https://*.a.example.com:8443");
    let other = "https://other.test";
    let of_other = "; the server denies the origin `https://other.test`, which the policy allows";
    let fix_of_other =
        "; allow the origin `https://other.test`, in exactly this form, without a slash at the end";
    type Denies = fn(&str) -> bool;
    let servers: [(&[&str], Denies, &str, &str); 3] = [
        (
            &[general, longer, other],
            |origin| origin.ends_with(".a.example.com"),
            ": the server tries only `https://*.a.example.com:8443` for the hosts of these origins",
            "compare the origin with every entry of the list",
        ),
        (
            &[general, other],
            |origin| {
                let labels = origin.strip_suffix(".example.com");
                labels.is_some_and(|labels| labels.contains('.'))
            },
            ": the server lets `*.` match only one label",
            "let `*.` match one or more labels",
        ),
        (
            &[general, other, "https://app.example"],
            |origin| origin.ends_with(".example.com"),
            ", which the entry `https://*.example.com` of the policy allows",
            "let the server match origins with the pattern `https://*.example.com`",
        ),
    ];
    for (entries, denies, reason, fix) in servers {
        let policy = policy_of(entries);
        let denies = |origin: &str| origin == other || denies(origin);
        let (mistake, advice) = only_finding(&policy, denying(&policy, denies));
        let expected = format!("{reason}{of_other}");
        assert!(mistake.ends_with(&expected), "{mistake}");
        assert_eq!(advice, format!("{fix}{fix_of_other}"));
    }
}

/// The server lists another form of a page's origin, and lacks a pattern. The finding has both mistakes.
#[test]
fn misspelled_origin_does_not_hide_a_missing_pattern() {
    let policy = policy_of(&["https://a.test", "https://b.test", "https://*.example.com"]);
    let server = |mut request: Request<()>| {
        let given = origin(&request);
        if given == "https://a.test/" {
            set(request.headers_mut(), "origin", "https://a.test");
        } else if given == "https://a.test" || given.ends_with(".example.com") {
            set(request.headers_mut(), "origin", "https://unlisted.test");
        }
        let mut response = serve(&policy, &request);
        if is_granted(&response) {
            set(response.headers_mut(), ALLOW_ORIGIN, &given);
        }
        response
    };
    let (mistake, fix) = only_finding(&policy, Box::new(server));
    assert!(
        mistake.starts_with("the server allows `https://a.test/`, but denies `https://a.test`")
            && mistake.ends_with("which the entry `https://*.example.com` of the policy allows"),
        "{mistake}"
    );
    assert!(
        fix.ends_with("; let the server match origins with the pattern `https://*.example.com`"),
        "{fix}"
    );
}

/// The server lists another form of a page's origin, so the server denies the page.
#[test]
fn origin_in_another_form_is_named() {
    for (written, credentials) in [
        ("https://app.example/", true),
        ("HTTPS://APP.EXAMPLE", true),
        ("http://app.example", true),
    ] {
        for origins in [
            &["https://app.example"][..],
            &["https://app.example", "https://b.example"],
        ] {
            let mut spec = PolicySpec::from_origins(origins.iter().copied());
            spec.credentials = credentials;
            let policy = spec.build().unwrap();
            let mut server = |mut request: Request<()>| {
                let given = origin(&request);
                if given == "https://app.example" {
                    set(request.headers_mut(), "origin", "https://unlisted.test");
                } else if given == written {
                    set(request.headers_mut(), "origin", "https://app.example");
                }
                let mut response = serve(&policy, &request);
                if given == written {
                    set(response.headers_mut(), ALLOW_ORIGIN, written);
                }
                response
            };
            let report = check(&mut server, &policy, config()).unwrap();
            let is_sent = Check::new(&policy, config())
                .unwrap()
                .probes()
                .any(|probe| {
                    let lines = probe.requests().iter();
                    let mut origins =
                        lines.filter_map(|line| line.request.header_list.get("origin"));
                    origins.any(|origin| &*origin == written.as_bytes())
                });
            assert!(is_sent, "no probe has the origin {written}");
            let findings = report.findings();
            assert_eq!(findings.len(), 1, "{report}");
            let expected = format!(
                "the server allows `{written}`, but denies `https://app.example`, which the policy allows"
            );
            assert_eq!(findings[0].mistake(), expected);
            let fix = format!(
                "in the list of origins that the server allows, write `https://app.example` in place of `{written}`"
            );
            assert!(findings[0].advice().starts_with(&*fix), "{report}");
        }
    }
}

/// If the server refuses the whole preflight, the fix differs from the fix for a preflight response that lacks a name.
#[test]
fn methods_and_headers_are_named() {
    let list = |name: &'static str, value: &'static str| -> Server<'static> {
        Box::new(changed(policy(), move |_, response| {
            if response.headers().contains_key(name) {
                set(response.headers_mut(), name, value);
            }
        }))
    };
    let refusing = |is_refused: fn(&str, &str) -> bool| -> Server<'static> {
        Box::new(move |request| {
            let value = |name: &str| {
                let value = request.headers().get(name);
                value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
            };
            let method = value("access-control-request-method");
            let requested = value("access-control-request-headers");
            if is_preflight(&request) && is_refused(&method, &requested) {
                let response = Response::builder().status(StatusCode::FORBIDDEN);
                return response.body(()).unwrap();
            }
            serve(&policy(), &request)
        })
    };
    let servers: [(Server<'_>, &str, &str); 5] = [
        (
            list(ALLOW_METHODS, "GET, HEAD, POST, PUT"),
            "preflight responses do not grant the method `PATCH`, which the policy permits",
            "list `PATCH` in `Access-Control-Allow-Methods`, in the same letter case",
        ),
        (
            refusing(|method, _| method == "PATCH"),
            "preflights for the method `PATCH`, which the policy permits, get the status 403",
            "let the server permit `PATCH` in place of refusing the preflight",
        ),
        (
            refusing(|method, _| ["GET", "HEAD", "POST"].contains(&method)),
            "preflights for the methods `GET`, `HEAD` and `POST` get the status 403",
            "add `GET`, `HEAD` and `POST` to the methods of the server: browsers send a preflight for GET, HEAD and POST too, \
             if the request has a header that is not CORS-safelisted",
        ),
        (
            list(ALLOW_HEADERS, ""),
            "preflight responses do not grant the request headers `x-a` and `x-b`, which the policy permits",
            "list `x-a` and `x-b` in `Access-Control-Allow-Headers`; then run the check again, because this mistake can hide others",
        ),
        (
            refusing(|_, names| names.contains("x-a")),
            "preflights for the request header `x-a`, which the policy permits, get the status 403",
            "let the server permit `x-a` in place of refusing the preflight; then run the check again, because this mistake can hide others",
        ),
    ];
    for (mut server, mistake, fix) in servers {
        let report = check(&mut server, &policy(), config()).unwrap();
        let findings = report.findings();
        let mut findings = findings.iter();
        let finding = findings.find(|finding| finding.mistake() == mistake);
        let finding = finding.unwrap_or_else(|| panic!("{mistake}: {report}"));
        assert_eq!(finding.advice(), fix, "{report}");
    }
}

/// The first line of a finding has the first three names of a long list, and the number of the other names. The fix has
/// all names.
#[test]
fn long_lists_are_cut() {
    let policy = CorsPolicy::builder().origin("https://app.example");
    let policy = policy.methods(["PUT", "PATCH", "DELETE", "QUERY", "LINK"]);
    let policy = policy.build().unwrap();
    let server = changed(policy.clone(), |_, response| {
        if response.headers().contains_key(ALLOW_METHODS) {
            set(response.headers_mut(), ALLOW_METHODS, "GET");
        }
    });
    let (mistake, fix) = only_finding(&policy, Box::new(server));
    let named = "`DELETE`, `LINK`, `PATCH` and 2 more";
    let all = "`DELETE`, `LINK`, `PATCH`, `PUT` and `QUERY`";
    assert!(
        mistake.contains(named) && fix.contains(all),
        "{mistake}: {fix}"
    );
}

/// Each server sends one useless header. The finding names exactly this header, and the fix is about this header.
#[test]
fn useless_headers_are_named() {
    type Change = fn(&Request<()>, &mut Response<()>);
    let servers: [(Change, &str, &str); 4] = [
        (
            |_, response| set(response.headers_mut(), ALLOW_CREDENTIALS, "false"),
            "`Access-Control-Allow-Credentials`",
            "leave `Access-Control-Allow-Credentials` out, because only the value `true` has an effect",
        ),
        (
            |request, response| {
                if is_preflight(request) && !origin(request).is_empty() && !is_granted(response) {
                    set(response.headers_mut(), MAX_AGE, "600");
                }
            },
            "`Access-Control-Max-Age`",
            "send `Access-Control-Max-Age` only together with `Access-Control-Allow-Origin`",
        ),
        (
            |request, response| {
                if !is_preflight(request) && is_granted(response) {
                    set(response.headers_mut(), ALLOW_METHODS, "GET");
                }
            },
            "`Access-Control-Allow-Methods`",
            "send `Access-Control-Allow-Methods` only in preflight responses, which are responses to OPTIONS requests with `Origin` and `Access-Control-Request-Method`",
        ),
        (
            |request, response| {
                if is_preflight(request) && is_granted(response) {
                    set(
                        response.headers_mut(),
                        "access-control-expose-headers",
                        "etag",
                    );
                }
            },
            "`Access-Control-Expose-Headers`",
            "do not send `Access-Control-Expose-Headers` in preflight responses",
        ),
    ];
    let policy = policy_of(&["https://app.example", "https://other.example"]);
    for (change, name, expected) in servers {
        let server = changed(policy.clone(), change);
        let (mistake, fix) = only_finding(&policy, Box::new(server));
        let start = "responses have CORS headers that browsers ignore: ";
        // If only preflight responses have the header, both texts end with this place.
        assert_eq!(
            mistake.split("; only ").next().unwrap(),
            format!("{start}{name}")
        );
        let fix = fix.split("; the mistake is harmless: ").next().unwrap();
        assert_eq!(fix, expected);
    }
}

/// The text of a finding fits the exchanges of the finding.
#[test]
fn words_fit_the_exchanges() {
    let without = |name: &'static str| -> Server<'static> {
        Box::new(changed(policy(), move |_, response| {
            response.headers_mut().remove(name);
        }))
    };
    let adding = |allowed: &'static str| -> Server<'static> {
        Box::new(allowing(policy(), move |origin| origin == allowed))
    };
    let servers: [(Server<'_>, &str); 4] = [
        (
            without(MAX_AGE),
            "preflight responses lack the max-age of the policy",
        ),
        (
            without("vary"),
            "of the first response does not list `Origin`; then a page of",
        ),
        (
            adding("null"),
            "a page with the origin `null`, such as a sandboxed frame, can read",
        ),
        (adding(""), "the server reflects an empty `Origin`, which"),
    ];
    for (mut server, words) in servers {
        let report = check(&mut server, &policy(), config()).unwrap();
        let messages = report.violations().iter();
        let messages: Vec<&str> = messages.map(|violation| violation.message()).collect();
        let text = format!("{report}\n{}", messages.join("\n"));
        assert!(text.contains(words), "{words}: {text}");
    }
    let policy = CorsPolicy::builder().origin("https://app.example");
    let policy = policy.credentials(true).build().unwrap();
    let mut server = changed(policy.clone(), |request, response| {
        if is_preflight(request) && is_granted(response) {
            response.headers_mut().remove(ALLOW_CREDENTIALS);
        }
    });
    let text = check(&mut server, &policy, config()).unwrap().to_string();
    let words = "cannot send GET with listeners for its upload and with credentials and read";
    assert!(text.contains(words), "{text}");
}

/// A user of the library gets the names of items, and a user of the program gets the names of options.
#[test]
fn reports_name_the_interface_of_the_user() {
    let report = |config: CheckConfig| -> [Report; 2] {
        let mut reflecting = allowing(policy(), |_| true);
        let config = config.without_unsafe_methods();
        let reflecting = check(&mut reflecting, &policy(), config.clone()).unwrap();
        let mut refuses = |_: Request<()>| {
            let response = Response::builder().status(StatusCode::METHOD_NOT_ALLOWED);
            response.body(()).unwrap()
        };
        [reflecting, check(&mut refuses, &policy(), config).unwrap()]
    };
    for report in report(config()) {
        let text = report.to_string();
        assert!(
            text.contains("`CheckConfig::without_unsafe_methods`"),
            "{text}"
        );
        for of_program in ["`--", "`fetch-cors laws", "`seconds`"] {
            assert!(!text.contains(of_program), "{of_program}: {text}");
        }
    }
    for report in report(config().name_program_options()) {
        let text = report.to_string();
        assert!(text.contains("`--unsafe-methods`"), "{text}");
        for of_library in ["::", "CheckConfig", "`conformance"] {
            let without_origins = text.replace("[::1]", "");
            assert!(
                !without_origins.contains(of_library),
                "{of_library}: {text}"
            );
        }
    }
}

/// If a URL answers only POST, the report says that the requests to this URL need a body.
#[test]
fn url_that_needs_a_body_is_not_blamed_for_get() {
    let reason = |is_sent: bool, allow: Option<&'static str>| {
        let mut check = Check::new(
            &policy(),
            if is_sent {
                config()
            } else {
                config().without_unsafe_methods()
            },
        )
        .unwrap();
        while let Some(line) = check.request() {
            let request = Request::try_from(&line.request).unwrap();
            let mut response = serve(&policy(), &request);
            if !is_preflight(&request) {
                *response.status_mut() = if request.method() == "POST" {
                    StatusCode::BAD_REQUEST
                } else {
                    StatusCode::METHOD_NOT_ALLOWED
                };
                if let Some(allow) = allow {
                    response
                        .headers_mut()
                        .insert("allow", HeaderValue::from_static(allow));
                }
            }
            check.answer(Ok(FetchResponse::from(&response)));
        }
        check.report().unjudged().unwrap().to_owned()
    };
    let with_body = "the URL answers POST with the status 400, and does not answer GET: \
         send the requests with the body that the URL needs, or use a URL that answers GET";
    for allow in [None, Some("POST")] {
        let reason = reason(true, allow);
        assert!(reason.ends_with(with_body), "{reason}");
    }
    for (allow, methods) in [(None, "POST, PATCH, PUT"), (Some("POST"), "POST")] {
        let reason = reason(false, allow);
        let hint =
            format!("to send {methods} to the URL too, each with the body that the URL needs");
        assert!(reason.ends_with(&hint), "{reason}");
    }
}

/// Parses an origin as a URL, as some servers do. Returns the host in lower case.
fn host(origin: &str) -> String {
    let rest = origin.split("://").nth(1).unwrap_or_default();
    let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
    host.to_ascii_lowercase()
}

/// Each server has one mistake. The consequences of this mistake are not findings of their own.
#[test]
fn one_mistake_is_one_finding() {
    let comparing = |allows: fn(&str) -> bool| -> Server<'static> {
        Box::new(move |request| {
            if request.headers().get_all("origin").iter().count() > 1 {
                return serve(&policy(), &request);
            }
            allowing(policy(), allows)(request)
        })
    };
    let repeating = |names: &'static [&'static str]| -> Server<'static> {
        Box::new(changed(policy(), move |_, response| {
            for name in names {
                if let Some(value) = response.headers().get(*name).cloned() {
                    response.headers_mut().append(*name, value);
                }
            }
        }))
    };
    let or_asterisk: Server<'_> = Box::new(|request| {
        let mut response = allowing(policy(), |_| true)(request.clone());
        if origin(&request).is_empty() {
            set(response.headers_mut(), ALLOW_ORIGIN, "*");
            set(response.headers_mut(), ALLOW_CREDENTIALS, "true");
        }
        response
    });
    let asterisk_for_denied: Server<'_> = Box::new(changed(policy(), |_, response| {
        if !is_granted(response) {
            set(response.headers_mut(), ALLOW_ORIGIN, "*");
        }
    }));
    let servers: [(&str, Server<'_>, &str); 9] = [
        (
            "two headers twice",
            repeating(&[ALLOW_ORIGIN, ALLOW_CREDENTIALS]),
            "repeats-allow-origin",
        ),
        (
            "credentials twice",
            repeating(&[ALLOW_CREDENTIALS]),
            "lacks-credentials",
        ),
        (
            "only the host",
            comparing(|origin| host(origin) == "app.example"),
            "compares-host",
        ),
        (
            "any port",
            comparing(|origin| origin.starts_with("https://app.example:")),
            "ignores-port",
        ),
        (
            "the beginning",
            comparing(|origin| origin.starts_with("https://app.example")),
            "compares-prefix",
        ),
        (
            "a part of a listed origin",
            comparing(|origin| "https://app.example".contains(origin)),
            "searches-list",
        ),
        (
            "the last label",
            comparing(|origin| origin.ends_with("example")),
            "compares-suffix",
        ),
        (
            "the origin or an asterisk",
            or_asterisk,
            "reflects-any-origin",
        ),
        (
            "an asterisk for denied origins",
            asterisk_for_denied,
            "wildcard-origin",
        ),
    ];
    for (name, mut server, cause) in servers {
        for seed in 0..3 {
            let report = check(&mut server, &policy(), config().seed(seed)).unwrap();
            assert_eq!(names(&report), [cause], "{name}, seed {seed}: {report}");
        }
    }
}

/// The lists of the server lack permitted names, and have a name that the policy does not permit. The finding names
/// both the missing names and the unpermitted name.
#[test]
fn missing_and_unpermitted_names_are_named() {
    let server: Server<'_> = Box::new(changed(policy(), |_, response| {
        if response.headers().contains_key(ALLOW_METHODS) {
            set(response.headers_mut(), ALLOW_METHODS, "GET, POST");
            set(response.headers_mut(), ALLOW_HEADERS, "x-a, authorization");
            set(response.headers_mut(), MAX_AGE, "600");
        }
    }));
    let (mistake, fix) = only_finding(&policy(), server);
    assert_eq!(
        mistake,
        "preflight responses do not grant `PATCH`, `PUT` and `x-b`, which the policy permits, \
         but they grant `authorization`, which the policy does not permit"
    );
    let other = "add them to `methods` and `request_headers` of the policy";
    assert!(fix.ends_with(other), "{fix}");
}

/// The server answers each OPTIONS request with an error or a redirect. So the responses do not show which methods and
/// request headers the server grants.
#[test]
fn fix_says_that_a_mistake_can_hide_others() {
    for (status, location) in [
        (401, ""),
        (302, "https://api.example/notes/"),
        (404, ""),
        (500, ""),
    ] {
        let server: Server<'_> = Box::new(changed(policy(), move |request, response| {
            if request.method() == "OPTIONS" {
                *response = Response::new(());
                *response.status_mut() = StatusCode::from_u16(status).unwrap();
                if !location.is_empty() {
                    set(response.headers_mut(), "location", location);
                }
            }
        }));
        let (_, fix) = only_finding(&policy(), server);
        let rest = "; then run the check again, because this mistake can hide others";
        assert!(fix.ends_with(rest), "{status}: {fix}");
    }
}

/// If a method always fails, the report has a hint. The hint depends on the status of the failed responses.
#[test]
fn hint_about_a_failing_method_follows_from_the_status() {
    for (status, hint) in [
        (400, "or a body with its `Content-Type`? Send them"),
        (411, "or a body with its `Content-Type`? Send them"),
        (415, "or a body with its `Content-Type`? Send them"),
        (422, "or a body with its `Content-Type`? Send them"),
        (403, "does the URL need a login?"),
        (405, "to check them, use a URL that answers this method"),
        (404, "to check them, use a URL that answers this method"),
        (501, "to check them, use a URL that answers this method"),
        (500, "the server fails: look for the reason in its log"),
    ] {
        let mut server = changed(policy(), |request, response| {
            if request.method() == "PUT" {
                *response.status_mut() = StatusCode::from_u16(status).unwrap();
            }
        });
        let report = check(&mut server, &policy(), config()).unwrap();
        let mut unchecked = report.unchecked().iter();
        let found = unchecked
            .find(|text| text.contains("the method `PUT`"))
            .unwrap();
        assert!(found.contains(hint), "{status}: {found}");
    }
}

/// The server checks only that an origin ends with the text `example.com`, and does not check that a dot is before this
/// text. The finding is the same with and without a login.
#[test]
fn suffix_without_a_dot_has_its_own_fix() {
    let policy = policy_of(&["https://app.example", "https://*.example.com"]);
    let allowed = |origin: &str| origin == "https://app.example" || origin.ends_with("example.com");
    for needs_login in [false, true] {
        let mut allowing = allowing(policy.clone(), allowed);
        let mut server = |request: Request<()>| {
            let is_known = request.headers().contains_key("cookie");
            let mut response = allowing(request);
            if needs_login && !is_known {
                *response.status_mut() = StatusCode::UNAUTHORIZED;
            }
            response
        };
        let report = check(&mut server, &policy, config()).unwrap();
        let findings = report.findings();
        let causes: Vec<_> = findings
            .iter()
            .map(|finding| finding.cause().name())
            .collect();
        assert!(causes.contains(&"compares-suffix"), "{report}");
        assert!(!causes.contains(&"allows-other-origin"), "{report}");
        assert!(!causes.contains(&"allows-bare-domain"), "{report}");
        assert_eq!(findings[0].example().probe(), "suffix-2", "{report}");
        assert!(
            findings[0].advice().contains("such as `.a.example`"),
            "{report}"
        );
    }
}

/// The server behind a login does not check the scheme. The origin `http://localhost-*.example.com` begins with a listed
/// host, but the special character is not the reason why the server allows this origin.
#[test]
fn special_character_is_not_the_cause_if_another_entry_matches() {
    let policy = policy_of(&["http://localhost:5173", "https://*.example.com"]);
    let allowed =
        |origin: &str| origin == "http://localhost:5173" || origin.ends_with(".example.com");
    let mut allowing = allowing(policy.clone(), allowed);
    let mut server = |request: Request<()>| {
        let is_known = request.headers().contains_key("cookie");
        let mut response = allowing(request);
        if !is_known {
            *response.status_mut() = StatusCode::UNAUTHORIZED;
        }
        response
    };
    let report = check(&mut server, &policy, config()).unwrap();
    let findings = report.findings();
    let mut causes = findings.iter().map(|finding| finding.cause().name());
    assert!(causes.all(|cause| cause != "special-character"), "{report}");
}

/// The servers accept a listed host with a hyphen after it. They also accept a letter after it, so the hyphen is not the reason.
#[test]
fn special_character_is_not_the_cause_if_letters_follow_too() {
    let policy = policy_of(&["https://app.example"]);
    let between: [fn(&str) -> bool; 2] = [
        |origin| origin.starts_with("https://app.") && origin.ends_with(".example"),
        |origin| origin.starts_with("https://app") && origin.ends_with("example"),
    ];
    for is_between in between {
        let allowed = move |origin: &str| origin == "https://app.example" || is_between(origin);
        let report = check(&mut allowing(policy.clone(), allowed), &policy, config()).unwrap();
        let causes = names(&report);
        assert!(!causes.is_empty(), "{report}");
        assert!(!causes.contains(&"special-character"), "{report}");
    }
}

/// The policy allows `http://localhost:3000` and `https://localhost:3000`, and the server denies both origins. The
/// report does not say that the server's list has the wrong scheme.
#[test]
fn other_form_that_the_policy_allows_is_no_evidence() {
    let any = CorsPolicy::builder().any_origin().build().unwrap();
    let both = policy_of(&["http://localhost:3000", "https://localhost:3000"]);
    for policy in [any, both] {
        let report = check(&mut |_| Response::new(()), &policy, config()).unwrap();
        let finding = &report.findings()[0];
        assert!(!finding.mistake().contains("but denies"), "{report}");
        assert!(!finding.advice().contains("in place of"), "{report}");
    }
}
