//! Servers whose responses a cache serves to the wrong page.

use super::*;

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
