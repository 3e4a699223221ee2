//! Servers whose responses a cache serves to the wrong page.

use super::*;
use fetch_cors::conformance::Cause;

const LAW: Law = Law::SharedCacheChangesNoVerdict;

fn lacks_vary(report: &Report) {
    finds_only(report, Severity::Cache, LAW);
}

/// Many frameworks add `Accept` and `Cookie` to `Vary`. Every page sends the same `Accept`, so this does not separate the
/// pages.
#[test]
fn vary_only_on_requests_with_an_origin_is_found() {
    for names in ["Accept", "Accept, Cookie", "Accept-Encoding, User-Agent"] {
        let with_origin = format!("{names}, Origin");
        lacks_vary(&checked(changed(policy(), |request, response| {
            let has_origin = request.headers().contains_key("origin");
            let vary = if has_origin { &with_origin } else { names };
            set(response.headers_mut(), "vary", vary);
        })));
        let right = checked(changed(policy(), |_, response| {
            set(response.headers_mut(), "vary", &with_origin);
        }));
        assert!(right.violations().is_empty(), "{right}");
    }
}

/// `private` keeps a response out of shared caches, but the pages in one browser share the cache of the browser.
#[test]
fn cache_of_a_browser_is_judged() {
    let report = |control: &str| {
        checked(changed(policy(), |_, response| {
            let headers = response.headers_mut();
            headers.remove("vary");
            set(headers, "cache-control", control);
        }))
    };
    for control in ["private", "max-age=60, Private"] {
        let report = report(control);
        lacks_vary(&report);
        let text = report.to_string();
        assert!(text.contains("the cache of a browser can answer"), "{text}");
    }
    for control in ["no-cache", "private=\"set-cookie\"", "x-no-store-x"] {
        let report = report(control);
        lacks_vary(&report);
        let text = report.to_string();
        assert!(text.contains("a shared cache can answer"), "{text}");
    }
    for control in ["no-store", "private, No-Store"] {
        let report = report(control);
        assert!(report.violations().is_empty(), "{report}");
    }
}

/// A page sends a request without `Origin` with the mode `no-cors` and the cookies of the user, and then reads the
/// response from the cache of the browser.
#[test]
fn stored_response_to_a_request_without_an_origin_is_not_readable() {
    let report = |name: &'static str, value: &'static str| {
        checked(changed(policy(), move |request, response| {
            if !request.headers().contains_key("origin") {
                let headers = response.headers_mut();
                headers.remove("vary");
                set(headers, "access-control-allow-origin", "*");
                set(headers, name, value);
            }
        }))
    };
    for control in ["max-age=600", "private", "no-cache"] {
        let report = report("cache-control", control);
        finds(&report, Severity::Security, LAW, "without-an-origin");
        let findings = report.findings();
        assert_eq!(findings[0].cause(), Cause::AllowsWithoutOrigin, "{report}");
        assert_eq!(findings[0].scope(), ["*"]);
        let text = report.to_string();
        assert!(
            text.contains("if the response has data of the user"),
            "{text}"
        );
    }
    for (name, value) in [
        ("cache-control", "no-store"),
        ("vary", "Origin"),
        ("vary", "*"),
    ] {
        let report = report(name, value);
        assert!(report.violations().is_empty(), "{report}");
    }
}

/// A response without CORS headers gives no page more than the policy permits.
#[test]
fn stored_response_without_headers_is_only_a_cache_mistake() {
    for allowed in [None, Some("https://app.example")] {
        lacks_vary(&checked(changed(policy(), |request, response| {
            if !request.headers().contains_key("origin") {
                let headers = response.headers_mut();
                headers.remove("vary");
                if let Some(allowed) = allowed {
                    set(headers, "access-control-allow-origin", allowed);
                }
            }
        })));
    }
}
