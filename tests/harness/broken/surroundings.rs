//! Servers, broken and correct, whose responses depend on a part of the request that a policy ignores.

use std::time::Duration;

use fetch_cors::{
    conformance::{Cause, Check},
    infrastructure::response::Response as FetchResponse,
};

use super::*;

fn origin_is(request: &Request<()>, origin: &str) -> bool {
    let given = request.headers().get("origin");
    given.is_some_and(|given| given == origin)
}

fn fails_if(
    status: StatusCode,
    is_refused: impl Fn(&Request<()>) -> bool,
) -> impl FnMut(Request<()>) -> Response<()> {
    changed(policy(), move |request, response| {
        if is_refused(request) {
            *response.status_mut() = status;
        }
    })
}

#[test]
fn refused_own_origin_is_found() {
    let law = Law::HarmlessOriginIsNotRefused;
    for method in ["POST", "PUT", "DELETE"] {
        let report = checked(fails_if(StatusCode::FORBIDDEN, move |request| {
            request.method() == method && origin_is(request, "https://api.example")
        }));
        finds_only(&report, Severity::Broken, law);
        let probe = ["own-origin-", &method.to_ascii_lowercase()].concat();
        finds(&report, Severity::Broken, law, &probe);
    }
    // A server that does not support a method refuses every request with this method.
    let report = checked(fails_if(StatusCode::METHOD_NOT_ALLOWED, |request| {
        request.method() == "DELETE"
    }));
    assert!(report.violations().is_empty(), "{report}");
}

/// A CSRF check refuses requests of an allowed page, although the responses have the CORS headers. The server's own pages
/// get an answer, so the policy and the check contradict each other.
#[test]
fn refused_allowed_page_is_found() {
    let law = Law::HarmlessOriginIsNotRefused;
    for method in ["POST", "PUT"] {
        let report = checked(fails_if(StatusCode::FORBIDDEN, move |request| {
            let origin = request.headers().get("origin");
            let is_own = origin.is_none_or(|origin| origin == "https://api.example");
            request.method() == method && !is_own
        }));
        finds_only(&report, Severity::Broken, law);
        let finding = &report.findings()[0];
        assert_eq!(finding.cause(), Cause::RefusesAllowedOrigin, "{report}");
    }
    // A server whose login refuses every request, and a server that changes with each request.
    let report = checked(fails_if(StatusCode::FORBIDDEN, |request| {
        request.method() == "POST"
    }));
    assert!(report.violations().is_empty(), "{report}");
    let report = checked(fails_if(StatusCode::CONFLICT, |request| {
        request.method() == "POST" && !origin_is(request, "https://api.example")
    }));
    assert!(report.violations().is_empty(), "{report}");
}

#[test]
fn failing_null_or_missing_origin_is_found() {
    let law = Law::HarmlessOriginIsNotRefused;
    let fails = Law::EveryRequestGetsAResponse;
    let report = checked(fails_if(StatusCode::INTERNAL_SERVER_ERROR, |request| {
        request.method() == "GET" && origin_is(request, "null")
    }));
    finds_only(&report, Severity::Broken, fails);
    finds(&report, Severity::Broken, fails, "null");
    for (method, severity, probe) in [
        ("GET", Severity::Waste, "null"),
        ("POST", Severity::Broken, "null-origin-post"),
    ] {
        let report = checked(fails_if(StatusCode::FORBIDDEN, move |request| {
            request.method() == method && origin_is(request, "null")
        }));
        finds_only(&report, severity, law);
        finds(&report, severity, law, probe);
    }
    let is_without = |request: &Request<()>| {
        request.method() == "GET" && !request.headers().contains_key("origin")
    };
    let report = checked(fails_if(StatusCode::FORBIDDEN, is_without));
    finds_only(&report, Severity::Broken, law);
    finds(&report, Severity::Broken, law, "without-an-origin");
    let report = checked(fails_if(StatusCode::INTERNAL_SERVER_ERROR, is_without));
    finds_only(&report, Severity::Broken, fails);

    // A server may refuse requests of two kinds: requests from an origin that is not allowed, and POST requests
    // without `Origin`.
    let report = checked(fails_if(StatusCode::FORBIDDEN, |request| {
        let origin = request.headers().get("origin");
        let is_allowed = [
            "https://app.example",
            "https://other.example",
            "https://api.example",
        ]
        .iter()
        .any(|allowed| origin_is(request, allowed));
        !is_preflight(request) && !is_allowed && (origin.is_some() || request.method() == "POST")
    }));
    assert!(report.violations().is_empty(), "{report}");
}

/// Whether the policy lists the method.
fn is_listed(request: &Request<()>) -> bool {
    ["PUT", "PATCH"].contains(&request.method().as_str())
}

#[test]
fn other_headers_with_credentials_are_found() {
    for (name, suffix) in [
        ("cookie", "with-cookie"),
        ("authorization", "with-authorization"),
    ] {
        // Starlette 0.14 reflected the origin only in responses to requests with cookies.
        let report = checked(changed(policy(), move |request, response| {
            if request.headers().contains_key(name)
                && let Some(origin) = request.headers().get("origin").cloned()
            {
                let headers = response.headers_mut();
                headers.insert("access-control-allow-origin", origin);
                set(headers, "access-control-allow-credentials", "true");
            }
        }));
        let probe = ["reflection-", suffix].concat();
        assert!(
            report
                .with_severity(Severity::Security)
                .all(|violation| violation.law() == READS)
        );
        finds(&report, Severity::Security, READS, &probe);
        // Some violations are about a fetch whose preflight fails. No page can read the response to this fetch, so
        // these violations do not have a finding of their own.
        let findings = report.findings();
        assert_eq!(findings.len(), 1, "{report}");
        assert_eq!(
            findings[0].cause(),
            Cause::ReflectsWithCredentials,
            "{report}"
        );
        // The response to a request with credentials has no CORS headers.
        let report = checked(changed(policy(), move |request, response| {
            if request.headers().contains_key(name) && is_listed(request) {
                response.headers_mut().remove("access-control-allow-origin");
                response
                    .headers_mut()
                    .remove("access-control-allow-credentials");
            }
        }));
        let probe = ["listed-method-2-", suffix].concat();
        finds(&report, Severity::Broken, PERMITS, &probe);
    }
}

/// A response may depend on the user, and a server that does not know the user may answer with an error.
#[test]
fn response_that_depends_on_the_user_violates_no_law() {
    let report = checked(changed(policy(), |request, response| {
        let headers = response.headers_mut();
        headers.append("vary", HeaderValue::from_static("Cookie, Authorization"));
        if request.headers().contains_key("cookie") {
            set(headers, "cache-control", "private");
            set(headers, "set-cookie", "a=b");
        }
        if request.headers().contains_key("authorization") {
            *response.status_mut() = StatusCode::UNAUTHORIZED;
        }
    }));
    assert!(report.violations().is_empty(), "{report}");
}

#[test]
fn copied_vary_is_found() {
    let law = Law::RequestVaryIsNotCopied;
    // Hono 4.10.2 copied the `Vary` of the request into the response.
    let report = checked(changed(policy(), |request, response| {
        if let Some(vary) = request.headers().get("vary").cloned() {
            response.headers_mut().insert("vary", vary);
        }
    }));
    finds_only(&report, Severity::Cache, law);
    finds(&report, Severity::Cache, law, "request-vary");
    let report = checked(changed(policy(), |request, response| {
        if let Some(vary) = request.headers().get("vary").cloned()
            && is_preflight(request)
        {
            response.headers_mut().append("vary", vary);
        }
    }));
    finds_only(&report, Severity::Cache, law);
    // The `Vary` of every response has `x-fetch-cors`. So the server does not copy this name from a request, and the
    // report has no violation.
    let report = checked(changed(policy(), |_, response| {
        response
            .headers_mut()
            .append("vary", HeaderValue::from_static("x-fetch-cors"));
    }));
    assert!(report.violations().is_empty(), "{report}");
}

#[test]
fn private_network_is_found() {
    let report = checked(changed(policy(), |request, response| {
        let name = "access-control-request-private-network";
        if request.headers().contains_key(name) {
            let headers = response.headers_mut();
            set(headers, "access-control-allow-private-network", "true");
        }
    }));
    finds_only(&report, Severity::Security, Law::PrivateNetworkIsNotGranted);
    let report = checked(changed(policy(), |_, response| {
        let headers = response.headers_mut();
        set(headers, "access-control-allow-private-network", "false");
    }));
    assert!(report.violations().is_empty(), "{report}");
}

/// An OPTIONS request with `Origin` or `Access-Control-Request-Headers`, but without `Access-Control-Request-Method`,
/// is not a preflight.
#[test]
fn options_with_one_header_is_judged() {
    let law = Law::PreflightHeadersStayOnPreflights;
    for name in ["origin", "access-control-request-headers"] {
        let report = checked(changed(policy(), move |request, response| {
            let headers = request.headers();
            let is_alone = !headers.contains_key("access-control-request-method")
                && headers.contains_key(name)
                && headers.contains_key("access-control-request-headers")
                    == (name == "access-control-request-headers");
            if request.method() == "OPTIONS" && is_alone && is_granted(response) {
                let headers = response.headers_mut();
                set(headers, "access-control-allow-methods", "PUT");
            }
        }));
        finds_only(&report, Severity::Waste, law);
    }
}

#[test]
fn time_that_grows_faster_than_the_length_is_found() {
    let law = Law::PreflightTimeGrowsLinearly;
    let report = |time: fn(u64) -> u64| {
        let policy = policy();
        let mut check = Check::new(&policy, config()).unwrap();
        while let Some(line) = check.request() {
            let list = &line.request.header_list;
            let requested = list.get("access-control-request-headers");
            let length = requested.map_or(0, |value| value.len() as u64);
            let request = Request::try_from(&line.request).unwrap();
            let response = FetchResponse::from(&serve(&policy, &request));
            check.answer_after(Ok(response), Some(Duration::from_micros(time(length))));
        }
        check.report()
    };
    let quadratic = report(|length| length * length / 200);
    finds_only(&quadratic, Severity::Waste, law);
    let violation = &quadratic.violations()[0];
    assert_eq!(violation.exchanges().len(), 3, "{quadratic}");
    let linear = report(|length| 1000 + length * 20);
    assert!(linear.violations().is_empty(), "{linear}");
    let fast = report(|length| length * length / 10_000);
    assert!(fast.violations().is_empty(), "{fast}");
    assert!(!fast.to_string().contains("long preflight"), "{fast}");
}

/// All long headers take the same time, for example the time limit of a regular expression. A server that needs as much
/// time for short headers violates no law.
#[test]
fn slow_long_headers_are_compared_with_short_headers() {
    let report = |short: u64| {
        let policy = policy();
        let mut check = Check::new(&policy, config()).unwrap();
        while let Some(line) = check.request() {
            let origin = line.request.header_list.get("origin");
            let is_long = origin.is_some_and(|origin| origin.len() > 1000);
            let request = Request::try_from(&line.request).unwrap();
            let response = FetchResponse::from(&serve(&policy, &request));
            let time = Duration::from_millis(if is_long { 3000 } else { short });
            check.answer_after(Ok(response), Some(time));
        }
        check.report()
    };
    let slow = report(2);
    finds_only(&slow, Severity::Broken, Law::PreflightTimeGrowsLinearly);
    let violation = slow.violations()[0].message();
    assert!(violation.contains("bytes take 2 ms, and"), "{violation}");
    let slow_anyway = report(3000);
    assert!(slow_anyway.violations().is_empty(), "{slow_anyway}");
}

/// The time can depend on the length of each header that a client chooses. If a preflight takes one second or longer,
/// the server is broken.
#[test]
fn time_can_depend_on_each_header_of_a_preflight() {
    for name in [
        "origin",
        "access-control-request-method",
        "access-control-request-headers",
    ] {
        for (micros_per_square, severity) in [(1, Severity::Waste), (100, Severity::Broken)] {
            let policy = policy();
            let mut check = Check::new(&policy, config()).unwrap();
            while let Some(line) = check.request() {
                let value = line.request.header_list.get(name);
                let length = value.map_or(0, |value| value.len() as u64);
                let request = Request::try_from(&line.request).unwrap();
                let response = FetchResponse::from(&serve(&policy, &request));
                let micros = 100 + length * length * micros_per_square / 200;
                check.answer_after(Ok(response), Some(Duration::from_micros(micros)));
            }
            let report = check.report();
            finds_only(&report, severity, Law::PreflightTimeGrowsLinearly);
        }
    }
}

/// A busy machine delays some answers. So the harness repeats each measurement, and uses the shortest answer time.
#[test]
fn times_with_noise_violate_no_law() {
    let report = |time: fn(u64, u64) -> u64| {
        let policy = policy();
        let mut check = Check::new(&policy, config()).unwrap();
        let mut number = 0;
        while let Some(line) = check.request() {
            let list = &line.request.header_list;
            let requested = list.get("access-control-request-headers");
            let length = requested.map_or(0, |value| value.len() as u64);
            let round = line.id.rsplit_once('/').unwrap().0;
            let round = u64::from(round.ends_with("-2")) + 2 * u64::from(round.ends_with("-3"));
            number += 1;
            let request = Request::try_from(&line.request).unwrap();
            let response = FetchResponse::from(&serve(&policy, &request));
            check.answer_after(
                Ok(response),
                Some(Duration::from_micros(time(length, round))),
            );
        }
        assert!(number > 100);
        check.report()
    };
    for noisy_round in 0..3 {
        // In one round, the answer time grows with the square of the request length. In the other rounds, the answer
        // time grows linearly.
        let waits: fn(u64, u64) -> u64 = match noisy_round {
            0 => |length, round| {
                if round == 0 {
                    length * length / 100
                } else {
                    1000 + length
                }
            },
            1 => |length, round| {
                if round == 1 {
                    length * length / 100
                } else {
                    1000 + length
                }
            },
            _ => |length, round| {
                if round == 2 {
                    length * length / 100
                } else {
                    1000 + length
                }
            },
        };
        let noisy = report(waits);
        assert!(noisy.violations().is_empty(), "{noisy}");
    }
    let slow = report(|length, _| length * length / 100);
    finds_only(&slow, Severity::Waste, Law::PreflightTimeGrowsLinearly);
    assert_eq!(slow.violations()[0].exchanges().len(), 3, "{slow}");
}
