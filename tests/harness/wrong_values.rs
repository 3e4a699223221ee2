//! Servers with a wrong value of `Access-Control-Allow-Origin`, or with a misspelled header name. The report has one
//! finding, and its text fits the responses that the check saw.

use fetch_cors::{
    conformance::{
        Report, Severity, check,
        policies::{PolicySpec, serve},
    },
    server::CorsPolicy,
};
use http::{HeaderMap, HeaderName, Request, Response};

use super::{
    config,
    invented::{ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, is_preflight, origin},
    names,
    servers::{changed, is_granted, policy, set},
};

/// Returns the report about a server that changes the responses of a correct server.
fn report_of(policy: &CorsPolicy, change: impl Fn(&Request<()>, &mut Response<()>)) -> Report {
    let mut server = changed(policy.clone(), change);
    check(&mut server, policy, config()).unwrap()
}

/// Asserts that the report has one finding, with the given cause and mistake.
#[track_caller]
fn assert_one(report: &Report, name: &str, mistake: &str) {
    assert_eq!(names(report), [name], "{report}");
    assert_eq!(report.findings()[0].mistake(), mistake, "{report}");
}

/// The server always sends the list `https://app.example, *`. The list has no denied origin except `*`, and no page has
/// the origin `*`.
#[test]
fn constant_list_with_an_asterisk_contains_the_origin_of_no_denied_page() {
    let report = report_of(&policy(), |_, response| {
        set(
            response.headers_mut(),
            ALLOW_ORIGIN,
            "https://app.example, *",
        );
    });
    let mistake = "responses have several values of `Access-Control-Allow-Origin`: `https://app.example` and `*`";
    assert_one(&report, "repeats-allow-origin", mistake);
}

#[test]
fn null_for_allowed_origins_is_not_sent_to_denied_origins() {
    let report = report_of(&policy(), |_, response| {
        if is_granted(response) {
            set(response.headers_mut(), ALLOW_ORIGIN, "null");
        }
    });
    let mistake = "the server sends `null` in place of the allowed origin";
    assert_one(&report, "other-allow-origin", mistake);
}

/// The responses to allowed origins and to denied origins have the same wrong value. A fix of the value fixes both.
#[test]
fn constant_origin_without_scheme_is_one_finding() {
    let one = CorsPolicy::builder().origin("https://app.example");
    for policy in [policy(), one.build().unwrap()] {
        let report = report_of(&policy, |_, response| {
            set(response.headers_mut(), ALLOW_ORIGIN, "app.example");
        });
        assert_eq!(names(&report), ["origin-without-scheme"], "{report}");
    }
}

/// The policy allows no cross-origin requests, so the fix is to remove all CORS headers.
#[test]
fn reflection_under_a_policy_without_origins_is_one_finding() {
    let policy = PolicySpec::from_origins([""; 0]).build().unwrap();
    let report = report_of(&policy, |request, response| {
        let origin = origin(request);
        if origin.is_empty() {
            return;
        }
        let requested = request.headers().clone();
        let headers = response.headers_mut();
        set(headers, ALLOW_ORIGIN, &origin);
        set(headers, "access-control-expose-headers", "etag");
        for (from, to) in [
            ("access-control-request-method", ALLOW_METHODS),
            ("access-control-request-headers", ALLOW_HEADERS),
        ] {
            if let Some(value) = requested.get(from).filter(|_| is_preflight(request)) {
                headers.insert(to, value.clone());
            }
        }
    });
    assert_eq!(names(&report), ["reflects-any-origin"], "{report}");
}

/// The server sends a default origin to every origin that it does not list. The policy does not allow the default origin.
#[test]
fn unlisted_default_origin_can_read() {
    let value = "https://partner-default.test";
    let denied = |request: &Request<()>, response: &Response<()>| {
        !origin(request).is_empty() && !is_granted(response)
    };
    for has_origin in [true, false] {
        let report = report_of(&policy(), |request, response| {
            let gets_default = if has_origin {
                denied(request, response)
            } else {
                origin(request).is_empty()
            };
            if gets_default {
                let headers = response.headers_mut();
                set(headers, ALLOW_ORIGIN, value);
                set(headers, "access-control-allow-credentials", "true");
            }
        });
        let findings = report.findings();
        assert_eq!(names(&report), ["sends-other-origin"], "{report}");
        assert_eq!(findings[0].severity(), Severity::Security, "{report}");
        assert!(findings[0].mistake().contains(value), "{report}");
        let message = findings[0].example().message();
        assert!(message.contains("with the user's credentials"), "{report}");
    }
}

#[test]
fn unlisted_constant_origin_can_read() {
    let report = report_of(&policy(), |_, response| {
        set(
            response.headers_mut(),
            ALLOW_ORIGIN,
            "https://partner-default.test",
        );
    });
    let mistake = "`Access-Control-Allow-Origin` is always the same value, which is not an allowed origin: pages of \
                   `https://partner-default.test` can read the responses";
    assert_one(&report, "wrong-constant-origin", mistake);
    assert_eq!(
        report.findings()[0].severity(),
        Severity::Security,
        "{report}"
    );
}

/// A listed origin, and the server's own origin, gain nothing from a response to another origin.
#[test]
fn default_origin_that_may_read_is_right() {
    for value in ["https://app.example", "https://api.example"] {
        let report = report_of(&policy(), |_, response| {
            if !is_granted(response) {
                set(response.headers_mut(), ALLOW_ORIGIN, value);
            }
        });
        assert!(names(&report).is_empty(), "{value}: {report}");
    }
}

#[test]
fn text_with_a_scheme_is_not_an_origin() {
    for value in [
        "https://x.test/",
        "https://*.acme.test",
        "https://app.example/",
    ] {
        let report = report_of(&policy(), |request, response| {
            if !origin(request).is_empty() && !is_granted(response) {
                set(response.headers_mut(), ALLOW_ORIGIN, value);
            }
        });
        assert_eq!(names(&report), ["sends-text"], "{report}");
        assert_eq!(report.findings()[0].severity(), Severity::Waste, "{report}");
        assert!(report.findings()[0].mistake().contains(value), "{report}");
    }
}

/// A space in the text of an object does not separate two values.
#[test]
fn text_of_an_object_is_not_a_list() {
    let report = report_of(&policy(), |request, response| {
        if !is_granted(response) && !origin(request).is_empty() {
            set(response.headers_mut(), ALLOW_ORIGIN, "[object Object]");
        }
    });
    assert_eq!(names(&report), ["sends-text"], "{report}");
}

/// A header has a misspelled name. The finding names the misspelled name and the right name.
#[test]
fn misspelled_names_are_named() {
    for (right, wrong, cause) in [
        ("allow-headers", "Allow-Header", "lacks-request-header"),
        ("allow-methods", "Allow-Method", "lacks-method"),
        ("allow-credentials", "Allow-Credential", "lacks-credentials"),
        ("expose-headers", "Expose-Header", "lacks-exposed-headers"),
        ("max-age", "Max-Ages", "wrong-max-age"),
        ("allow-origin", "Allow-Origins", "no-cors-headers"),
    ] {
        let right = format!("access-control-{right}");
        let wrong = format!("Access-Control-{wrong}");
        let report = report_with(|headers| rename(headers, &right, &wrong));
        assert_eq!(names(&report), [cause], "{report}");
        let finding = &report.findings()[0];
        let mistake = finding.mistake();
        let expected = format!("responses have the misspelled header `{wrong}` in place of `");
        assert!(mistake.starts_with(&expected), "{mistake}");
        assert!(
            mistake
                .to_ascii_lowercase()
                .ends_with(&format!("`{right}`")),
            "{mistake}"
        );
        assert!(finding.advice().starts_with("send `"), "{report}");
    }
    let report = report_with(|headers| {
        rename(
            headers,
            "access-control-allow-methods",
            "access-control-allow-method",
        );
        rename(
            headers,
            "access-control-allow-headers",
            "access-control-allow-header",
        );
    });
    assert_eq!(names(&report), ["lacks-preflight-grants"], "{report}");
    assert_eq!(
        report.findings()[0].mistake(),
        "responses have the misspelled headers `Access-Control-Allow-Header` and `Access-Control-Allow-Method` in place of `Access-Control-Allow-Headers` and `Access-Control-Allow-Methods`"
    );
}

/// A misspelled header is named too if other responses, or another header of the same response, are right.
#[test]
fn misspelled_names_beside_right_headers_are_named() {
    const METHODS: &str = "access-control-allow-methods";
    const METHOD: &str = "access-control-allow-method";
    const HEADERS: &str = "access-control-allow-headers";
    type Change = fn(&mut HeaderMap);
    let cases: [(&str, &str, Change); 4] = [
        (
            "responses have the misspelled header `Access-Control-Allow-Method` in place of `Access-Control-Allow-Methods`, and lack `Access-Control-Allow-Headers`",
            "send `Access-Control-Allow-Methods` in place of `Access-Control-Allow-Method`, and send `Access-Control-Allow-Headers` too",
            |headers| {
                rename(headers, METHODS, METHOD);
                headers.remove(HEADERS);
            },
        ),
        (
            "responses have the misspelled header `Access-Control-Allow-Headres` in place of `Access-Control-Allow-Headers`, and lack `Access-Control-Allow-Methods`",
            "send `Access-Control-Allow-Headers` in place of `Access-Control-Allow-Headres`, and send `Access-Control-Allow-Methods` too",
            |headers| {
                rename(headers, HEADERS, "access-control-allow-headres");
                headers.remove(METHODS);
            },
        ),
        (
            "preflight responses do not grant the methods `PATCH` and `PUT`, which the policy permits; responses have the misspelled header `Access-Control-Allow-Method`, which browsers ignore",
            "send `Access-Control-Allow-Methods` in place of `Access-Control-Allow-Method`; list `PATCH` and `PUT` in ",
            |headers| {
                if headers.contains_key(METHODS) {
                    rename(headers, METHODS, METHOD);
                    set(headers, METHODS, "GET");
                }
            },
        ),
        (
            "responses have the misspelled header `Acces-Control-Allow-Methods` in place of `Access-Control-Allow-Methods`",
            "send `Access-Control-Allow-Methods` in place of `Acces-Control-Allow-Methods`",
            |headers| rename(headers, METHODS, "acces-control-allow-methods"),
        ),
    ];
    for (mistake, fix, change) in cases {
        let report = report_with(change);
        let finding = &report.findings()[0];
        assert_eq!(finding.mistake(), mistake, "{report}");
        assert!(finding.advice().starts_with(fix), "{report}");
        assert_eq!(report.findings().len(), 1, "{report}");
    }
    // Only the responses to HEAD have the misspelled header.
    let report = report_of(&policy(), |request, response| {
        if request.method() == "HEAD" {
            rename(
                response.headers_mut(),
                ALLOW_ORIGIN,
                "access-control-allow-orgin",
            );
        }
    });
    let text = report.to_string();
    let named = "the misspelled header `Access-Control-Allow-Orgin`";
    assert!(text.lines().next().unwrap().contains(named), "{text}");
}

/// Checks a server whose response headers are changed. Other responses than preflight responses have an exposed header.
fn report_with(change: impl Fn(&mut HeaderMap)) -> Report {
    let mut server = changed(policy(), |request, response| {
        if !is_preflight(request) {
            set(response.headers_mut(), "etag", "\"1\"");
        }
        change(response.headers_mut());
    });
    check(&mut server, &policy(), config()).unwrap()
}

fn rename(headers: &mut HeaderMap, right: &str, wrong: &str) {
    if let Some(value) = headers.remove(right) {
        headers.insert(HeaderName::try_from(wrong).unwrap(), value);
    }
}

#[test]
fn constant_text_of_an_object_is_not_several_values() {
    let report = report_of(&policy(), |_, response| {
        set(response.headers_mut(), ALLOW_ORIGIN, "[object Object]");
    });
    assert_eq!(names(&report), ["wrong-constant-origin"], "{report}");
    assert!(!report.to_string().contains("several values"), "{report}");
}

/// No page that the policy allows fails, so the values are harmless, like one `false`.
#[test]
fn several_values_for_denied_origins_are_waste() {
    for lines in [
        &["false", "false"][..],
        &["https://app.example", "https://other.example"],
        &["https://app.example, https://other.example"],
    ] {
        let report = report_of(&policy(), |request, response| {
            if !origin(request).is_empty() && !is_granted(response) {
                for line in lines {
                    response
                        .headers_mut()
                        .append(ALLOW_ORIGIN, line.parse().unwrap());
                }
            }
        });
        assert_eq!(names(&report), ["sends-text"], "{report}");
        assert_eq!(report.findings()[0].severity(), Severity::Waste, "{report}");
    }
}

/// A list in one line is one mistake, even if the server also sends the list to a request with two `Origin` lines. If the list
/// has the same value twice, another mistake is more likely.
#[test]
fn list_for_allowed_pages_is_one_finding() {
    let is_any = |_: &str| true;
    let is_first = |origin: &str| origin == "https://app.example";
    for is_changed in [is_any as fn(&str) -> bool, is_first] {
        for (list, cause) in [
            ("https://app.example, https://other.example", "sends-list"),
            ("https://app.example, https://b.example", "sends-list"),
            (
                "https://app.example, https://app.example",
                "repeats-allow-origin",
            ),
        ] {
            let report = report_of_first_line(is_changed, list);
            assert_eq!(names(&report), [cause], "{list}: {report}");
        }
    }
    let report = report_of_first_line(|_| false, "");
    let found = names(&report);
    let is_waste = |name: &&str| *name == "reads-one-of-several-origins";
    assert!(found.iter().all(is_waste), "{report}");
}

/// Checks a server that ignores all `Origin` lines except the first line. If `is_changed` returns true for an allowed origin, the
/// server sends `value` to this origin.
fn report_of_first_line(is_changed: fn(&str) -> bool, value: &str) -> Report {
    let mut server = |mut request: Request<()>| {
        if let Some(first) = request.headers().get("origin").cloned() {
            request.headers_mut().insert("origin", first);
        }
        let mut response = serve(&policy(), &request);
        if is_granted(&response) && is_changed(&origin(&request)) {
            set(response.headers_mut(), ALLOW_ORIGIN, value);
        }
        response
    };
    check(&mut server, &policy(), config()).unwrap()
}

/// The value begins with the name of the header, as in a line that was copied with its name.
#[test]
fn names_of_headers_in_values_are_named() {
    let report = report_of(&policy(), |request, response| {
        if is_granted(response) {
            let value = format!("Access-Control-Allow-Origin: {}", origin(request));
            set(response.headers_mut(), ALLOW_ORIGIN, &value);
        }
    });
    assert_eq!(names(&report), ["origin-with-name"], "{report}");
    let findings = report.findings();
    let mistake = findings[0].mistake();
    let expected =
        "begins with the name of a header: `Access-Control-Allow-Origin: https://app.example`";
    assert!(mistake.contains(expected), "{mistake}");
    for (value, fix) in [
        (
            "Access-Control-Allow-Methods: GET, PUT, PATCH",
            "the value begins with the name of the header: send the list only",
        ),
        (
            "[\"GET\", \"PUT\", \"PATCH\"]",
            "without brackets and quotation marks",
        ),
    ] {
        let report = report_with(|headers| {
            if headers.contains_key(ALLOW_METHODS) {
                set(headers, ALLOW_METHODS, value);
            }
        });
        assert_eq!(names(&report), ["malformed-lists"], "{report}");
        let advice = report.findings()[0].advice().to_owned();
        assert!(advice.contains(fix), "{advice}");
    }
}

/// The server sends one value to every denied origin. The finding names the value, and its severity is about the pages that
/// have this origin.
#[test]
fn values_for_every_denied_origin_are_named() {
    for (value, cause, severity) in [
        ("file://", "sends-other-origin", Severity::Security),
        (
            "capacitor://localhost",
            "sends-other-origin",
            Severity::Security,
        ),
        (
            "http://localhost:3000",
            "sends-other-origin",
            Severity::Security,
        ),
        ("about:blank", "sends-text", Severity::Waste),
        (
            "https://app.example, https://other.example",
            "sends-text",
            Severity::Waste,
        ),
    ] {
        let report = report_of(&policy(), |request, response| {
            if !origin(request).is_empty() && !is_granted(response) {
                set(response.headers_mut(), ALLOW_ORIGIN, value);
            }
        });
        assert_eq!(names(&report), [cause], "{report}");
        let findings = report.findings();
        assert_eq!(findings[0].severity(), severity, "{report}");
        assert!(
            findings[0].mistake().contains(&format!("`{value}`")),
            "{report}"
        );
    }
    // Two values, of which one is the denied origin of the request.
    let report = report_of(&policy(), |request, response| {
        if !origin(request).is_empty() && !is_granted(response) {
            let given = request.headers().get("origin").unwrap().clone();
            set(response.headers_mut(), ALLOW_ORIGIN, "https://app.example");
            response.headers_mut().append(ALLOW_ORIGIN, given);
        }
    });
    assert_eq!(names(&report), ["repeats-allow-origin"], "{report}");
    assert_eq!(report.findings()[0].severity(), Severity::Waste, "{report}");
}
