//! Preflights of a recording, and the requests to which they belong.

use super::*;

/// The panel of Chromium has status and headers of a response that fails the CORS check. Other tools lose the status.
#[test]
fn blocked_responses_are_judged_by_their_headers() {
    for status in [json!(400), json!(0), json!(-1), json!(null)] {
        let mut blocked = request(
            "POST",
            &[header(":method", "POST"), header("priority", "u=1, i")],
        );
        blocked["_resourceType"] = json!("xhr");
        blocked["response"] = json!({
            "status": status, "headers": [header("content-length", "21")], "redirectURL": "", "_error": "net::ERR_FAILED",
        });
        let found = fetches(&[blocked]);
        assert_eq!((found[0].obstacle, found[0].headers.len()), (None, 0));
        assert_eq!(found[0].reported_error.as_deref(), Some("net::ERR_FAILED"));
        assert_eq!(
            result(&found[0], CredentialsMode::SameOrigin),
            "missing-allow-origin-header"
        );
    }
    let mut blocked = preflight("PUT", "", 200);
    blocked["response"]["status"] = json!(0);
    assert_eq!(
        result(&fetches(&[blocked])[0], CredentialsMode::SameOrigin),
        "network-error"
    );
}

/// The browser had cached the response to an earlier preflight, so the second request has no preflight of its own.
#[test]
fn cached_preflight_is_not_called_missing() {
    let explain = |max_age: Option<&str>, seconds: &str, headers: &[Value]| {
        let mut preflight = preflight("PUT", "", 204);
        let mut granted = vec![
            header("access-control-allow-origin", "https://app.example"),
            header("access-control-allow-methods", "PUT"),
        ];
        granted.extend(max_age.map(|max_age| header("access-control-max-age", max_age)));
        preflight["response"]["headers"] = json!(granted);
        let response = json!({"status": 200, "headers": [header("access-control-allow-origin", "https://app.example")]});
        let mut first = request("PUT", &[]);
        let mut second = request("PUT", headers);
        (first["response"], second["response"]) = (response.clone(), response);
        preflight["startedDateTime"] = json!("2026-01-01T00:00:00.000Z");
        first["startedDateTime"] = json!("2026-01-01T00:00:00.01Z");
        second["startedDateTime"] = json!(format!("2026-01-01T00:00:{seconds}Z"));
        let fetches = fetches(&[preflight, first, second]);
        assert_eq!(fetches.len(), 2, "{fetches:?}");
        let last = &fetches[1];
        let explain = |mode| last.explanation(&UserAgent::new(), mode).unwrap();
        let (without, with) = (
            explain(CredentialsMode::SameOrigin),
            explain(CredentialsMode::Include),
        );
        let is_cached = without.not_recorded.is_empty();
        assert_eq!(
            without.notes.iter().any(|note| note.contains("entry 1")),
            is_cached,
            "{without}"
        );
        // With credentials, the browser refuses the cached response, so it sends no request.
        let sent = with
            .exchanges
            .iter()
            .filter(|exchange| exchange.was_sent)
            .count();
        assert_eq!(sent, if is_cached { 1 } else { 2 }, "{with}");
        is_cached
    };
    assert!(explain(Some("600"), "05", &[]));
    assert!(explain(None, "04", &[]));
    // The stored response expired, or does not grant what the request needs.
    assert!(!explain(None, "06", &[]));
    assert!(!explain(Some("0"), "05", &[]));
    assert!(!explain(Some("600"), "05", &[header("x-a", "1")]));
}

/// In some recordings, a request that the browser did not send lacks the headers that the script set. The refused
/// preflight lists the names of these headers.
#[test]
fn refused_preflight_belongs_to_a_request_without_its_headers() {
    let refused = preflight("PATCH", "authorization", 401);
    let mut unsent = request("PATCH", &[]);
    unsent["response"] = json!({"status": 0, "headers": [], "_error": "net::ERR_FAILED"});
    for entries in [[&refused, &unsent], [&unsent, &refused]] {
        let fetches = fetches(&entries.map(Clone::clone));
        assert_eq!(fetches.len(), 1, "{fetches:?}");
        assert!(fetches[0].has_preflight() && fetches[0].obstacle.is_none());
        let found = result(&fetches[0], CredentialsMode::SameOrigin);
        assert!(found.starts_with("preflight-"), "{found}");
    }
}

/// If a preflight response with status 204 does not allow the request, the browser does not send the request, and some
/// recordings lack the headers that the script set. The preflight and the request are still one fetch.
#[test]
fn preflight_that_allows_too_little_belongs_to_a_request_without_its_headers() {
    let no_headers = json!([]);
    let lists_other = json!([
        header("access-control-allow-origin", "*"),
        header("access-control-allow-headers", "x-b"),
    ]);
    for (headers, expected) in [
        (no_headers, "preflight-missing-allow-origin-header"),
        (lists_other, "header-disallowed-by-preflight-response"),
    ] {
        let mut refused = preflight("GET", "x-a", 204);
        refused["response"]["headers"] = headers;
        for error in [json!("net::ERR_FAILED"), Value::Null] {
            let mut unsent = request("GET", &[]);
            unsent["response"] = json!({"status": 0, "headers": [], "_error": error});
            for entries in [[&refused, &unsent], [&unsent, &refused]] {
                let fetches = fetches(&entries.map(Clone::clone));
                let [fetch] = &*fetches else {
                    panic!("{fetches:?}");
                };
                assert!(fetch.has_preflight() && fetch.obstacle.is_none());
                assert_eq!(result(fetch, CredentialsMode::SameOrigin), expected);
            }
        }
    }
}

/// If a request has all header names of a preflight, the preflight belongs to this request, and not to a request
/// without a response.
#[test]
fn preflight_belongs_to_the_request_with_its_headers() {
    let allowed = preflight("GET", "x-a", 200);
    let sent = request("GET", &[header("x-a", "1")]);
    let mut unanswered = request("GET", &[]);
    unanswered["response"] = json!({"status": 0, "headers": []});
    for entries in [
        [&unanswered, &allowed, &sent],
        [&allowed, &unanswered, &sent],
        [&allowed, &sent, &unanswered],
    ] {
        let fetches = fetches(&entries.map(Clone::clone));
        assert_eq!(fetches.len(), 2, "{fetches:?}");
        for fetch in &fetches {
            assert_eq!(fetch.has_preflight(), fetch.headers.contains("x-a"));
        }
    }
}

#[test]
fn preflights_are_paired_in_any_order() {
    let [a, b] = ["x-a", "x-b"].map(|name| {
        (
            preflight("GET", name, 200),
            request("GET", &[header(name, "1")]),
        )
    });
    let failed = preflight("PUT", "", 500);
    let not_sent = json!({"request": {"method": "PUT", "url": URL, "headers": []}, "response": {"status": 0}, "_error": "net::ERR_FAILED"});
    for entries in [
        [&a.0, &a.1, &b.0, &b.1, &failed, &not_sent],
        [&b.0, &a.0, &not_sent, &a.1, &b.1, &failed],
        [&a.1, &b.1, &failed, &b.0, &a.0, &not_sent],
    ] {
        let fetches = fetches(&entries.map(Clone::clone));
        assert_eq!(fetches.len(), 3, "{entries:?}");
        for fetch in &fetches {
            assert!(fetch.has_preflight(), "{entries:?}");
            let expected = if fetch.method == "PUT" {
                "preflight-invalid-status"
            } else {
                "ok"
            };
            assert_eq!(result(fetch, CredentialsMode::SameOrigin), expected);
            let names: Vec<_> = fetch
                .headers
                .iter()
                .map(|(name, _)| name.as_str())
                .collect();
            let asked = fetch.exchanges[0]
                .request_headers
                .get("access-control-request-headers")
                .unwrap();
            assert_eq!(names.join(",").as_bytes(), &*asked);
        }
    }
}

#[test]
fn thousands_of_equal_entries_are_paired() -> Outcome {
    const COUNT: usize = 3000;
    let entry = |value: Value| value.to_string();
    let pair = [
        entry(preflight("PUT", "x-a", 200)),
        entry(request("PUT", &[header("x-a", "1")])),
    ]
    .join(",");
    for (unit, exchanges) in [(pair, 2), (entry(preflight("PUT", "x-a", 200)), 1)] {
        let units = vec![unit; COUNT].join(",");
        let text = format!("{{\"log\":{{\"entries\":[{units}]}}}}");
        let fetches = Recording::from_slice(text.as_bytes())?.fetches();
        assert_eq!(fetches.len(), COUNT);
        for fetch in &fetches {
            assert!(fetch.has_preflight());
            assert_eq!(fetch.exchanges.len(), exchanges);
        }
    }
    Ok(())
}

/// A request is compared with the first preflights only, so the work for each request has a limit. The preflight of the
/// request comes after many other preflights here.
#[test]
fn request_is_compared_with_few_preflights() {
    let is_paired = |others: usize| {
        let mut entries = vec![preflight("PUT", "x-a", 200); others];
        entries.push(preflight("PUT", "x-b", 200));
        entries.push(request("PUT", &[header("x-b", "1")]));
        let fetches = fetches(&entries);
        fetches.last().is_some_and(RecordedFetch::has_preflight) && fetches.len() == others + 1
    };
    assert!(is_paired(10));
    assert!(!is_paired(100));
}

/// Two requests to one URL have preflights in another order. Each request belongs to the preflight that lists its
/// headers.
#[test]
fn preflight_belongs_to_the_request_whose_headers_it_lists() {
    let json = header("Content-Type", "application/json");
    let long = request("PUT", &[json.clone(), header("X-A", "1")]);
    let short = request("PUT", &[json]);
    let [for_short, for_long] =
        ["content-type", "content-type,x-a"].map(|names| preflight("PUT", names, 200));
    let found = fetches(&[long, short, for_short, for_long]);
    let exchanges: Vec<Vec<_>> = found
        .iter()
        .map(|fetch| {
            fetch
                .exchanges
                .iter()
                .map(|exchange| exchange.entry)
                .collect()
        })
        .collect();
    assert_eq!(exchanges, [[2, 1], [3, 0]]);
}

/// A browser reports a CORS failure with other errors, so the preflight did not block the request.
#[test]
fn error_outside_of_cors_shows_that_the_preflight_allowed_the_request() {
    let errors = [
        "net::ERR_ABORTED",
        "NS_BINDING_ABORTED",
        "cancelled",
        "net::ERR_BLOCKED_BY_CLIENT",
        "csp",
    ];
    for allowed in ["*", "https://app.example"] {
        let mut preflight = preflight("PUT", "", 204);
        preflight["response"]["headers"] = json!([
            header("access-control-allow-origin", allowed),
            header("access-control-allow-methods", "PUT"),
        ]);
        for error in errors {
            let mut put = request("PUT", &[]);
            put["response"] = json!({"status": 0, "headers": [], "_error": error});
            let found = fetches(&[preflight.clone(), put]);
            assert_eq!(found[0].sends_credentials, Some(false), "{error}");
            let headline = explained(&found[0]).headline;
            let start = format!("the browser reported `{error}`");
            assert!(headline.contains(&start), "{headline}");
        }
        let mut put = request("PUT", &[]);
        put["response"] = json!({"status": 0, "headers": [], "_error": "net::ERR_FAILED"});
        let found = fetches(&[preflight, put]);
        assert_eq!(found[0].sends_credentials, Some(true));
    }
}
