//! `explain` of recordings.

use super::*;

#[test]
fn blocked_fetches_of_a_recording_are_explained() {
    let har = format!(
        "{}/tests/explain/har/cdp-chromium.har",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = ran(&["explain", &har, "--only-url", "mismatch"], "");
    assert_eq!(text.status, 0, "{}", text.err);
    let start = "\nblocked: the response allows the origin `https://x.test`";
    assert!(text.out.contains(start), "{}", text.out);
    assert!(text.err.contains("18 fetches"), "{}", text.err);

    let blocked = ran(&["explain", "--json", &har], "").json().len();
    let all = ran(&["explain", "--json", "--all", &har], "").json().len();
    assert!(blocked < all, "{blocked} {all}");
    let with_status = ran(&["explain", "--json", &har, "--only-status", "403"], "");
    assert!(
        with_status
            .json()
            .iter()
            .all(|line| line["url"].as_str().unwrap().contains("403"))
    );
    // The recording names the failure that the browser reported for this PUT. With credentials, the failure would be
    // different, so only the explanation without credentials is printed.
    assert_eq!(with_status.json().len(), 1);

    let broken = file("explain-broken.har", r#"{"log": {"entries": [{}, "#);
    let ran_broken = ran(&["explain", &broken], "");
    assert_eq!(ran_broken.status, 2);
    assert!(
        ran_broken.err.contains("line 1, column 25: the text ends")
            && ran_broken
                .err
                .contains("1 entry before this position is readable"),
        "{}",
        ran_broken.err
    );
    let complaint = ran(&["explain", "missing.har"], "").complaint();
    assert!(
        complaint.starts_with("could not read `missing.har`"),
        "{complaint}"
    );
}

/// Chromium does not send the request after a preflight that fails, so the answer to the request is unknown, and is not
/// a network error.
#[test]
fn request_after_a_failed_preflight_has_an_unknown_answer() {
    let har = format!(
        "{}/tests/explain/har/cdp-chromium.har",
        env!("CARGO_MANIFEST_DIR")
    );
    for id in ["put-403", "put-noacao", "put-method", "pre-redirect"] {
        let lines = ran(&["explain", "--json", &har, "--only-url", id], "").json();
        assert!(!lines.is_empty(), "{id}");
        for line in lines {
            assert_eq!(line["explanation"]["verdict"], "blocked", "{id}");
            let text = line["explanation"].to_string();
            assert!(!text.contains("network-error"), "{id}: {text}");
        }
    }
    // If the browser sent a request and the request failed, the failure is a network error.
    let lines = ran(&["explain", "--json", &har, "--only-url", "closed"], "").json();
    let text = lines[0]["explanation"].to_string();
    assert!(text.contains("network-error"), "{text}");
}

/// If there is no answer, the reason is the error of the browser, and not the credentials mode.
#[test]
fn error_of_the_browser_is_printed() {
    for (error, expected) in [
        ("net::ERR_BLOCKED_BY_CLIENT", "an extension of the browser"),
        (
            "net::ERR_ABORTED",
            "the page or the user stopped the request",
        ),
        ("net::ERR_NAME_NOT_RESOLVED", "has no address (DNS)"),
        ("NS_ERROR_UNKNOWN_HOST", "has no address (DNS)"),
        ("net::ERR_FAILED", "cannot be judged"),
    ] {
        let entry = json!({
            "_resourceType": "fetch",
            "request": {"method": "GET", "url": "https://api.example/", "headers": [
                {"name": "Referer", "value": "https://app.example/"}]},
            "response": {"status": 0, "headers": [], "_error": error},
        });
        let text = ran(&["explain", "-"], entry.to_string()).out;
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(expected), "{error}: {text}");
        assert!(!text.contains("credentials mode"), "{error}: {text}");
    }
}

/// The entry of the blocked target has no `Origin`, so the target is a fetch of its own.
#[test]
fn redirect_to_a_refused_target_does_not_contradict_the_recording() {
    let contradicts = |target: &str, words: &str, grants: Value| {
        let entry = |url: &str, headers: Value, response: Value| json!({"_resourceType": "fetch", "request": {"method": "GET", "url": url, "headers": headers}, "response": response});
        let entries = [
            entry(
                "https://api.example/",
                json!([{"name": "Origin", "value": "https://app.example"}]),
                json!({"status": 302, "headers": grants, "redirectURL": target}),
            ),
            entry(
                target,
                json!([]),
                json!({"status": 0, "headers": [], "_error": "net::ERR_FAILED"}),
            ),
        ];
        let har = json!({"log": {"creator": {"name": "WebInspector"}, "entries": entries}});
        let text = ran(&["explain", "-"], har.to_string()).out;
        assert!(text.contains(words), "{text}");
        text.contains("another result than this explanation")
    };
    let location = |target: &str| json!({"name": "Location", "value": target});
    let grant = json!({"name": "Access-Control-Allow-Origin", "value": "*"});
    for (target, words) in [
        ("http://other.example/", "mixed content"),
        ("https://other.example:6000/", "port"),
        ("https://user:pass@other.example/", "user name or password"),
        ("ftp://other.example/", "neither `http` nor `https`"),
    ] {
        let grants = json!([location(target), grant]);
        assert!(!contradicts(target, words, grants), "{target}");
    }
    // The browser followed a redirect that its headers forbid.
    let target = "http://other.example/";
    assert!(contradicts(target, "", json!([location(target)])));
}

/// If a preflight has no status, its error or the failure that Chromium names shows the reason. The entry of the request
/// says only that the fetch failed.
#[test]
fn failure_of_a_preflight_without_status_is_explained() {
    let explained = |preflight_error: Value, reported: Value, is_allowed: bool| {
        let entry = |method: &str, headers: Value, error: Value| {
            json!({
                "_resourceType": if method == "PUT" { "fetch" } else { "preflight" },
                "request": {"method": method, "url": "https://api.example/", "headers": headers},
                "response": {"status": 0, "headers": [], "_error": error},
            })
        };
        let origin = json!({"name": "Origin", "value": "https://app.example"});
        let method = json!({"name": "Access-Control-Request-Method", "value": "PUT"});
        let error = json!("net::ERR_FAILED");
        let error = if reported.is_null() {
            error
        } else {
            Value::Null
        };
        let mut request = entry("PUT", json!([origin]), error);
        request["_corsErrorStatus"] = reported;
        let mut preflight = entry("OPTIONS", json!([origin, method]), preflight_error);
        if is_allowed {
            let allowed = json!([
                {"name": "Access-Control-Allow-Origin", "value": "https://app.example"},
                {"name": "Access-Control-Allow-Methods", "value": "PUT"}]);
            preflight["response"] = json!({"status": 204, "headers": allowed});
        }
        let entries = [request, preflight];
        let har = json!({"log": {"creator": {"name": "WebInspector"}, "entries": entries}});
        ran(&["explain", "-"], har.to_string()).out
    };
    for (error, words) in [
        ("net::ERR_INVALID_REDIRECT", "a preflight is redirected"),
        (
            "net::ERR_UNSAFE_REDIRECT",
            "the server redirects the request to a URL whose scheme",
        ),
        (
            "net::ERR_TOO_MANY_REDIRECTS",
            "redirected more than 20 times",
        ),
        ("net::ERR_UNSAFE_PORT", "browsers block the port of the URL"),
    ] {
        let text = explained(json!(error), Value::Null, false).replace("\n  ", " ");
        assert!(text.contains(words), "{error}: {text}");
        assert!(!text.contains("the connection failed"), "{error}: {text}");
    }
    let text = explained(
        Value::Null,
        json!({"corsError": "PreflightDisallowedRedirect", "failedParameter": ""}),
        false,
    );
    assert!(
        text.contains("\nChromium: the preflight response is a redirect"),
        "{text}"
    );
    // The preflight allows only a request without credentials, and the browser sent the request.
    let text = explained(
        Value::Null,
        json!({"corsError": "MissingAllowOriginHeader", "failedParameter": ""}),
        true,
    );
    assert!(!text.contains("Allow-Credentials"), "{text}");
    assert!(text.contains("no `Access-Control-Allow-Origin`"), "{text}");
}

/// The text of an error can have invisible letters, and letters that change the direction of the text.
#[test]
fn error_of_the_browser_is_escaped() {
    let grants = json!([
        {"name": "Access-Control-Allow-Origin", "value": "https://app.example"},
        {"name": "Access-Control-Allow-Credentials", "value": "true"}]);
    for (status, headers) in [(0, json!([])), (200, grants)] {
        let entry = json!({
            "request": {"method": "GET", "url": "https://api.example/", "headers": [
                {"name": "Origin", "value": "https://app.example"}]},
            "response": {"status": status, "headers": headers, "_error": "Load\u{3164}failed\u{202e}"},
        });
        let text = ran(&["explain", "-"], entry.to_string()).out;
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(r"`Load\u{3164}failed\u{202e}`"), "{text}");
    }
}

/// If the end of a recording is missing, the readable part is explained, and the exit status is 1. If nothing is
/// readable, or no fetch is cross-origin, the exit status is 2.
#[test]
fn exit_status_says_whether_a_recording_is_readable() {
    let entry_with = |headers: Value| json!({"request": {"method": "GET", "url": "https://a.example/", "headers": headers}, "response": {"status": 200, "headers": []}});
    let entry = entry_with(json!([{"name": "Origin", "value": "https://app.example"}]));
    let page = json!({"log": {"entries": [entry_with(json!([]))]}}).to_string();
    let har = json!({"log": {"entries": [entry, entry]}}).to_string();
    let left_out = json!({"log": {"entries": [entry, {}]}}).to_string();
    let policy = file(
        "explain-status.json",
        r#"{"origins": ["https://app.example"]}"#,
    );
    for (name, text, status) in [
        ("whole", &*har, 0),
        ("page", &*page, 2),
        ("left-out", &*left_out, 1),
        ("cut", har.strip_suffix("]}}").unwrap(), 1),
        ("cut-at-start", r#"{"log":{"e"#, 2),
        ("other", "{}", 2),
        ("empty", "", 2),
    ] {
        let path = file(&format!("explain-status-{name}.har"), text);
        let ran_with = |arguments: &[&str]| ran(&[arguments, &[&path]].concat(), "");
        let explained = ran_with(&["explain"]);
        assert_eq!(explained.status, status, "{name}: {}", explained.err);
        for arguments in [&["policy", "suggest"][..], &["policy", "check", &policy]] {
            let has_requests = status != 2;
            assert_eq!(ran_with(arguments).status == 2, !has_requests, "{name}");
        }
        if !text.is_empty() && status != 0 {
            assert_eq!(ran(&["explain", "-"], text).status, status, "{name}");
        }
    }
}

/// A fetch that cannot be judged is not explained. If no fetch can be judged, the exit status is 2.
#[test]
fn exit_status_says_whether_each_fetch_is_judged() {
    let entry = |path: &str, response: Value| {
        json!({
            "request": {"method": "GET", "url": format!("https://api.example/{path}"), "headers": [
                {"name": "Origin", "value": "https://app.example"},
                {"name": "Sec-Fetch-Mode", "value": "cors"}]},
            "response": response,
        })
    };
    let allowing = json!([{"name": "Access-Control-Allow-Origin", "value": "*"}]);
    let not_judged = || {
        let response = json!({"status": 0, "headers": [], "_error": "net::ERR_FAILED"});
        entry("a", response)
    };
    let blocked = entry("b", json!({"status": 200, "headers": []}));
    let readable = entry("c", json!({"status": 200, "headers": allowing}));
    let undecided = entry("d", json!({"status": 0, "headers": []}));
    let counts = |explained: usize| format!("{explained} explained, 1 not judged");
    for (name, entries, status, expected) in [
        ("undecided", vec![undecided.clone()], 2, counts(0)),
        ("either", vec![undecided, blocked.clone()], 1, counts(1)),
        ("none", vec![not_judged()], 2, counts(0)),
        ("blocked", vec![not_judged(), blocked.clone()], 1, counts(1)),
        ("readable", vec![not_judged(), readable], 1, counts(0)),
        ("all", vec![blocked], 0, "1 explained\n".into()),
    ] {
        let har = json!({"log": {"entries": entries}}).to_string();
        let path = file(&format!("explain-judged-{name}.har"), har);
        for options in [
            &["explain"][..],
            &["explain", "--json"],
            &["explain", "--html", "-"],
        ] {
            let ran = ran(&[options, &[&path]].concat(), "");
            assert_eq!(ran.status, status, "{name}: {}", ran.err);
            assert!(ran.err.contains(&expected), "{name}: {}", ran.err);
            let reason = "nothing is explained, because no fetch can be judged";
            assert_eq!(ran.err.contains(reason), status == 2, "{name}: {}", ran.err);
            assert!(!ran.out.is_empty(), "{name}");
        }
    }
}

/// Firefox does not name errors. If a request was sent after its preflight or after a redirect, the browser had allowed
/// the preflight or the redirect.
#[test]
fn request_that_was_sent_shows_that_its_preflight_succeeded() {
    let har = format!(
        "{}/tests/explain/har/netmonitor-firefox.har",
        env!("CARGO_MANIFEST_DIR")
    );
    for id in ["put-ok", "har%2Fredirect&"] {
        let all = ran(&["explain", "--json", "--all", &har, "--only-url", id], "").json();
        assert_eq!(all.len(), 1, "{id}");
        assert_eq!(all[0]["explanation"]["verdict"], "readable", "{id}");
    }
}

/// The first screen of several explanations has each reason once, with the number of the first fetch.
#[test]
fn several_fetches_have_an_overview() {
    let entry = |(path, status): (&str, u16)| {
        json!({
            "request": {"method": "GET", "url": format!("https://api.example/{path}"), "headers": [
                {"name": "Origin", "value": "https://app.example"}]},
            "response": {"status": status, "headers": if status == 201 {
                json!([{"name": "Access-Control-Allow-Origin", "value": "https://app.example/"}])
            } else { json!([]) }},
        })
    };
    let text = |entries: &[(&str, u16)]| {
        let count = entries.len();
        let entries: Vec<_> = entries.iter().copied().map(entry).collect();
        let har = json!({"log": {"entries": entries}});
        let har = file(&format!("explain-overview-{count}.har"), har.to_string());
        ran(&["explain", &har], "").out
    };
    let one = text(&[("a", 200)]);
    assert!(one.starts_with("GET https://api.example/a\n"), "{one}");
    let three = text(&[("a", 200), ("b", 201), ("c", 200)]);
    let lines: Vec<_> = three.lines().take(9).collect();
    assert_eq!(
        lines,
        [
            "3 fetches:",
            "",
            "1. GET https://api.example/a (and 1 more)",
            "   blocked: the response has no `Access-Control-Allow-Origin`",
            "2. GET https://api.example/b",
            "   blocked: the response allows the origin `https://app.example/`, but the page",
            "   has the origin `https://app.example`",
            "",
            "Fetch 1: GET https://api.example/a",
        ]
    );
    assert!(
        three.contains("\nFetch 3: GET https://api.example/c: the same as fetch 1\n"),
        "{three}"
    );
    let har = format!(
        "{}/tests/explain/har/cdp-chromium.har",
        env!("CARGO_MANIFEST_DIR")
    );
    let all = ran(&["explain", &har], "").out;
    let overview = all
        .lines()
        .take_while(|line| !line.starts_with("Fetch 1: "));
    let overview: Vec<_> = overview.collect();
    // Each blocked fetch is listed, with or without its reason.
    let is_listed = |line: &&&str| line.contains(". GET http") || line.contains(". PUT http");
    let listed = overview.iter().filter(is_listed);
    assert_eq!(listed.count(), 14, "{overview:?}");
    // A reason is not cut, and only the first line of a group, which has the URL, can be long.
    for line in overview {
        assert!(!line.ends_with("..."), "{line}");
        assert!(
            line.chars().count() <= 80 || line.contains("http"),
            "{line}"
        );
    }
}

/// Returns a recording of a PUT without a response or an error. `preflight` has the headers of the preflight response.
fn unanswered_put(preflight: &[(&str, &str)], status: serde_json::Value) -> String {
    let header = |name: &str, value: &str| json!({"name": name, "value": value});
    let preflight: Vec<_> = preflight
        .iter()
        .map(|(name, value)| header(name, value))
        .collect();
    let url = "https://api.example/notes";
    let origin = header("Origin", "https://app.example");
    json!({"log": {"entries": [
        {"request": {"method": "OPTIONS", "url": url, "headers": [origin, header("Access-Control-Request-Method", "PUT")]},
         "response": {"status": 204, "headers": preflight}},
        {"request": {"method": "PUT", "url": url, "headers": [origin]}, "response": {"status": status, "headers": []}}
    ]}})
    .to_string()
}

/// Firefox records the status 0 and no error if a preflight fails. If the preflight fails only with credentials, the
/// explanation for a fetch with credentials is printed first.
#[test]
fn request_without_a_status_points_to_the_failed_preflight() {
    let methods = ("Access-Control-Allow-Methods", "PUT");
    for (name, preflight) in [
        (
            "wildcard",
            &[("Access-Control-Allow-Origin", "*"), methods][..],
        ),
        (
            "no-credentials",
            &[
                ("Access-Control-Allow-Origin", "https://app.example"),
                methods,
            ],
        ),
    ] {
        let har = unanswered_put(preflight, json!(0));
        let path = file(&format!("explain-status-zero-{name}.har"), har);
        let text = ran(&["explain", &path], "").out;
        let first_screen: Vec<&str> = text.lines().take(24).collect();
        let first_screen = first_screen.join("\n");
        let position = |part| {
            let position = first_screen.find(part);
            position.unwrap_or_else(|| panic!("{part}: {text}"))
        };
        assert!(
            position("With credentials mode `include`:\nblocked: ")
                < position("+ Access-Control-Allow-Credentials: true")
        );
        assert!(!text.contains("not about CORS"), "{text}");
    }
}

/// If a request has neither a response nor an error, the explanation is undecided, and does not add a header.
#[test]
fn request_without_a_response_and_an_error_is_undecided() {
    let allowed = [
        ("Access-Control-Allow-Origin", "https://app.example"),
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Allow-Methods", "PUT"),
    ];
    for status in [json!(0), json!(-1), json!(99_999_999_999_u64)] {
        let path = file(
            "explain-no-response.har",
            unanswered_put(&allowed, status.clone()),
        );
        let ran_with = ran(&["explain", &path], "");
        let text = &ran_with.out;
        assert!(
            text.contains(
                "undecided: the recording has neither a response to the request nor an error"
            ),
            "{text}"
        );
        assert!(
            !text.contains("\n+ ") && !text.contains("not about CORS"),
            "{text}"
        );
        let is_damaged = ran_with
            .err
            .contains("entry 2: the `status` of the response must be a number");
        assert_eq!(
            is_damaged,
            status.as_u64().is_some_and(|status| status > 0),
            "{}",
            ran_with.err
        );
        for missing in ["0", "-1"] {
            let selected = ran(&["explain", &path, "--only-status", missing], "");
            assert_eq!(&selected.out, text, "{}", selected.err);
        }
        let page = page(&["explain", &path], "");
        // The order of the text is the order on the screen.
        let position = |part| page.find(part).unwrap_or_else(|| panic!("{part}: {page}"));
        assert!(position("class=\"details\"") < position("class=\"sequence\""));
        position("grid-template-areas: \"details sequence\"");
        assert!(
            !page.contains("Send</span>") && !page.contains("succeeds"),
            "{page}"
        );
    }
}

/// The program reports the number of damaged entries, and the problems of the first damaged entries.
#[test]
fn damaged_entries_are_named() {
    let whole = json!({"request": {"method": "GET", "url": "https://a.example/", "headers": []}});
    let har = json!({"log": {"entries": [null, 3, {"request": {"method": "GET", "headers": []}}, {}, {}, {}, {}, whole]}});
    let path = file("explain-damaged.har", har.to_string());
    let expected = "7 entries are damaged: entry 1: it is not an object; entry 2: it is not an object; entry 3: the request has no `url`; entry 4: it has no `request`; entry 5: it has no `request`; and 2 more\n";
    for arguments in [
        &["explain"][..],
        &["explain", "--json"],
        &["policy", "suggest"],
    ] {
        let ran = ran(&[arguments, &[&path]].concat(), "");
        assert!(ran.err.contains(expected), "{}", ran.err);
    }
    let page = page(&["explain", &path], "");
    assert!(
        page.contains(">Entry 3</h2>") && page.contains("the request has no <code>url</code>"),
        "{page}"
    );
    let one = json!({"log": {"entries": [null]}}).to_string();
    let ran = ran(&["explain", "-"], one);
    assert!(
        ran.err
            .contains(": 1 entry is damaged: entry 1: it is not an object\n"),
        "{}",
        ran.err
    );
}

/// A raw line break in a string is not JSON. The place of the line break is reported, and the recording is read to its
/// end.
#[test]
fn line_break_in_a_string_is_repaired() {
    let entry = json!({
        "comment": "PLACE",
        "request": {"method": "GET", "url": "https://api.example/", "headers": [{"name": "Origin", "value": "https://app.example"}]},
        "response": {"status": 200, "headers": []},
    });
    let har = json!({"log": {"entries": [entry, entry]}})
        .to_string()
        .replace("PLACE", "a\nb");
    let path = file("explain-line-break.har", &*har);
    let ran = ran(&["explain", &path], "");
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(
        ran.err.contains(
            "line 2, column 0: the text of a string is not valid JSON, and was repaired\n"
        ),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("2 explained"), "{}", ran.err);
    // The place of a second mistake is the place in the text before the repair.
    let har = har
        .replace("a\nb", "a\nb\"é\": 1}")
        .replacen("\"é\": 1}", "", 1);
    let end = har.lines().last().unwrap().find("\"é").unwrap();
    let path = file("explain-two-mistakes.har", &*har);
    let from_file = crate::program::ran(&["explain", &path], "");
    let from_input = crate::program::ran(&["explain", "-"], &*har);
    let places = [
        String::from(
            "line 2, column 0: the text of a string is not valid JSON, and was repaired\n",
        ),
        format!("line 3, column {}", end + 2),
    ];
    for place in places {
        assert!(from_file.err.contains(&place), "{place} {}", from_file.err);
        assert!(
            from_input.err.contains(&place),
            "{place} {}",
            from_input.err
        );
    }
}
