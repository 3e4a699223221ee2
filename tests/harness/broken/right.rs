//! Correct servers whose responses differ from the responses of this crate.

use std::collections::BTreeSet;

use fetch_cors::conformance::Check;

use super::*;

/// A correct server may answer differently from the server of this crate.
#[test]
fn other_correct_responses_violate_no_law() {
    type Change = fn(&Request<()>, &mut Response<()>);
    let right: [Change; 6] = [
        // Preflights get status 200, even if they are not granted.
        |request, response| {
            if is_preflight(request) {
                *response.status_mut() = StatusCode::OK;
            }
        },
        // Every request gets 404.
        |request, response| {
            if !is_preflight(request) {
                *response.status_mut() = StatusCode::NOT_FOUND;
            }
        },
        // Every GET is redirected.
        |request, response| {
            if request.method() == "GET" {
                *response.status_mut() = StatusCode::FOUND;
                set(response.headers_mut(), "location", "/elsewhere");
            }
        },
        // The server rejects long headers.
        |request, response| {
            if request.headers().values().any(|value| value.len() > 5000) {
                *response = Response::new(());
                *response.status_mut() = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
            }
        },
        // A second `Vary` line lists another header name.
        |_, response| {
            response
                .headers_mut()
                .append("vary", HeaderValue::from_static("accept-encoding"));
        },
        // The lists have spaces, names in a different letter case, and methods that are always allowed.
        |_, response| {
            for (name, list) in [
                (
                    "access-control-allow-methods",
                    "GET, HEAD ,POST, PATCH,\tPUT, CONNECT",
                ),
                ("access-control-allow-headers", "X-B, , x-A"),
            ] {
                if response.headers().contains_key(name) {
                    set(response.headers_mut(), name, list);
                }
            }
        },
    ];
    for (i, change) in right.into_iter().enumerate() {
        let report = checked(changed(policy(), change));
        assert!(report.violations().is_empty(), "{i}: {report}");
    }
}

/// A preflight response that allows the origin but not the method is not cached, so it does not need a max-age.
#[test]
fn denied_method_needs_no_max_age() {
    let report = checked(changed(policy(), |request, response| {
        let origin = request.headers().get("origin").cloned();
        let is_page = |origin: &HeaderValue| origin == "https://app.example";
        let method = request.headers().get("access-control-request-method");
        let is_unlisted = method.is_some_and(|method| {
            !["GET", "HEAD", "POST", "PUT", "PATCH"]
                .iter()
                .any(|listed| method == listed)
        });
        if let Some(origin) = origin.filter(is_page).filter(|_| is_unlisted) {
            let headers = response.headers_mut();
            if !headers.contains_key("access-control-allow-origin") {
                headers.insert("access-control-allow-origin", origin);
                set(headers, "access-control-allow-credentials", "true");
                set(headers, "access-control-allow-methods", "PUT, PATCH");
                *response.status_mut() = StatusCode::OK;
            }
        }
    }));
    assert!(report.violations().is_empty(), "{report}");
}

/// A preflight response does not have `Access-Control-Allow-Methods`. In the standard, an upload with listeners can
/// then use any method. But in browsers, the upload can use only the safelisted methods, so the response violates no
/// law.
#[test]
fn missing_methods_violate_no_law() {
    let policy = policy_of(&["https://app.example"]);
    let mut server = changed(policy.clone(), |request, response| {
        if is_preflight(request) {
            *response.status_mut() = StatusCode::OK;
            set(
                response.headers_mut(),
                "access-control-allow-origin",
                "https://app.example",
            );
        }
    });
    for seed in 0..5 {
        let report = check(&mut server, &policy, config().seed(seed)).unwrap();
        assert!(report.violations().is_empty(), "{report}");
    }
}

/// A server may deny an origin that no page has, even if an entry of the policy matches this origin.
#[test]
fn impossible_origins_may_be_denied() {
    let policy = policy_of(&[
        "http://localhost:*",
        "chrome-extension://*",
        "moz-extension://*",
        "safari-web-extension://*",
    ]);
    for seed in 0..10 {
        let mut server = changed(policy.clone(), |request, response| {
            let origin = request.headers().get("origin");
            let origin = origin.and_then(|origin| origin.to_str().ok());
            let is_blocked = [":0", ":1"].iter().any(|port| {
                origin.is_some_and(|origin| origin.ends_with(&["localhost", port].concat()))
            });
            let (scheme, host) = origin
                .and_then(|origin| origin.split_once("://"))
                .unwrap_or_default();
            let length = if scheme == "chrome-extension" { 32 } else { 36 };
            if is_blocked || (scheme.ends_with("-extension") && host.len() != length) {
                response.headers_mut().remove("access-control-allow-origin");
                response
                    .headers_mut()
                    .remove("access-control-allow-methods");
                response
                    .headers_mut()
                    .remove("access-control-allow-headers");
                response.headers_mut().remove("access-control-max-age");
            }
        });
        let report = check(&mut server, &policy, config().seed(seed)).unwrap();
        assert!(report.violations().is_empty(), "{report}");
    }
}

/// A preflight can fail although the server allows the origin. So each denied origin of a generated preflight also
/// sends a request without a preflight.
#[test]
fn generated_origins_send_a_request_without_a_preflight() {
    let policy = policy_of(&["https://app.example"]);
    let check = Check::new(&policy, config()).unwrap();
    let (mut preflights, mut requests) = (BTreeSet::new(), BTreeSet::new());
    for probe in check.probes().filter(|probe| probe.is_from_browser()) {
        let request = &probe.requests()[0].request;
        let origin = request.header_list.get("origin").unwrap_or_default();
        let origin = String::from_utf8_lossy(&origin).into_owned();
        if request.method == "GET" {
            requests.insert(origin);
        } else if request.is_preflight() && origin != "https://app.example" {
            preflights.insert(origin);
        }
    }
    assert!(preflights.len() > 3);
    let missing: Vec<_> = preflights.difference(&requests).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// A page cannot have a host that is too long or has an empty label.
#[test]
fn fetches_have_possible_hosts() {
    let policy = policy_of(&["https://*.app.example"]);
    for seed in 0..20 {
        let check = Check::new(&policy, config().seed(seed)).unwrap();
        for probe in check.probes() {
            for line in probe.requests() {
                let origin = line.request.header_list.get("origin").unwrap_or_default();
                let is_long = origin.len() >= "https://".len() + 260;
                let is_empty = origin.starts_with(b"https://.");
                assert!(!(is_long || is_empty) || !probe.is_from_browser(), "{line}");
            }
        }
    }
}

/// If the policy allows any origin, a server may reflect every origin. If the policy allows one origin, a server may
/// send CORS headers only to this origin, with `Vary: Origin`.
#[test]
fn equivalent_responses_violate_no_law() {
    let any = CorsPolicy::builder().any_origin().build().unwrap();
    let mut reflects = |request: Request<()>| {
        let mut response = serve(&any, &request);
        if let Some(origin) = request
            .headers()
            .get("origin")
            .filter(|_| is_granted(&response))
        {
            let headers = response.headers_mut();
            headers.insert("access-control-allow-origin", origin.clone());
        }
        set(response.headers_mut(), "vary", "Origin");
        response
    };
    let report = check(&mut reflects, &any, config()).unwrap();
    assert!(report.violations().is_empty(), "{report}");

    let one = policy_of(&["https://app.example"]);
    let mut varies = changed(one.clone(), |request, response| {
        if request
            .headers()
            .get("origin")
            .is_none_or(|origin| origin != "https://app.example")
        {
            response.headers_mut().remove("access-control-allow-origin");
        }
        set(response.headers_mut(), "vary", "Origin");
    });
    let report = check(
        &mut varies,
        &one,
        CheckConfig::new("http://app.example/").unwrap(),
    )
    .unwrap();
    assert!(report.violations().is_empty(), "{report}");
}

/// A server may deny a host name that cannot be registered.
#[test]
fn denied_impossible_host_violates_no_law() {
    let policy = policy_of(&["https://*.example.com"]);
    let is_label = |label: &str| {
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(is_known)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_name = |origin: &str| {
        let host = origin.strip_prefix("https://").unwrap_or_default();
        host.split('.').all(is_label)
    };
    let mut strict = |mut request: Request<()>| {
        let given = request.headers().get("origin");
        if given.is_some_and(|given| !given.to_str().is_ok_and(is_name)) {
            set(request.headers_mut(), "origin", "https://unlisted.test");
        }
        serve(&policy, &request)
    };
    for seed in 0..20 {
        let report = check(&mut strict, &policy, config().seed(seed)).unwrap();
        assert!(report.violations().is_empty(), "{seed}: {report}");
    }
}

/// A listed host must be allowed, even if its name cannot be registered.
#[test]
fn denied_listed_host_is_found() {
    for origin in ["https://my_app.example", "https://*.my_app.example"] {
        let mut denies_all = |_: Request<()>| Response::new(());
        let report = check(&mut denies_all, &policy_of(&[origin]), config()).unwrap();
        finds(&report, Severity::Broken, PERMITS, "listed-origin");
    }
}
