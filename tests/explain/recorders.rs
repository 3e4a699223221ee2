//! Recordings of other tools than the network panels of browsers, and redirects that browsers make themselves.

use fetch_cors::{
    Failure,
    browser::{CredentialsMode, UserAgent},
    explain::{
        ExplainedAnswer, NearMissKind,
        input::{InternalRedirect, Obstacle, RecordedFetch, Recording},
    },
};
use serde_json::{Value, json};
use url::Url;

const PAGE: &str = "http://app.example";

fn header(name: &str, value: &str) -> Value {
    json!({"name": name, "value": value})
}

fn entry(url: &str, origin: &str, status: u16, headers: &[(&str, &str)]) -> Value {
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| header(name, value))
        .collect();
    json!({
        "request": {"method": "GET", "url": url, "headers": [header("Origin", origin), header("Sec-Fetch-Mode", "cors")]},
        "response": {"status": status, "headers": headers},
    })
}

fn at(mut entry: Value, time: &str) -> Value {
    entry["startedDateTime"] = time.into();
    entry
}

fn fetches_of(creator: &str, entries: &[Value]) -> Vec<RecordedFetch> {
    let har = json!({"log": {"creator": {"name": creator}, "entries": entries}});
    Recording::from_slice(har.to_string().as_bytes())
        .unwrap()
        .fetches()
}

fn fetches(entries: &[Value]) -> Vec<RecordedFetch> {
    fetches_of("WebInspector", entries)
}

fn failure(fetch: &RecordedFetch) -> Option<Failure> {
    let outcome = fetch.outcome(CredentialsMode::SameOrigin).unwrap();
    outcome.result.err().map(|error| error.failure())
}

/// HSTS changes the URL before the request is sent. The recording shows this change as a redirect, which no server sent.
#[test]
fn upgrade_of_the_scheme_is_not_a_redirect() {
    let upgrade = entry(
        "http://api.example/n",
        PAGE,
        307,
        &[
            ("Location", "https://api.example/n"),
            ("Non-Authoritative-Reason", "HSTS"),
        ],
    );
    let allowed = [("Access-Control-Allow-Origin", PAGE)];
    let upgraded = entry("https://api.example/n", PAGE, 200, &allowed);
    let found = fetches(&[upgrade.clone(), upgraded]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].url.as_str(), "https://api.example/n");
    assert_eq!(found[0].exchanges.len(), 1);
    assert_eq!(failure(&found[0]), None);
    let explanation = found[0].explanation(&UserAgent::new(), CredentialsMode::SameOrigin);
    let notes = explanation.unwrap().notes.join("\n");
    assert!(
        notes.contains("`http://api.example/n`") && notes.contains("(HSTS)"),
        "{notes}"
    );

    // The origin `null` shows that the browser treats the change as a redirect.
    let redirected = entry("https://api.example/n", "null", 200, &allowed);
    let found = fetches(&[upgrade, redirected]);
    assert_eq!((found.len(), found[0].exchanges.len()), (1, 2));
    assert_eq!(
        found[0].exchanges[0].internal_redirect,
        Some(InternalRedirect::Upgrade)
    );
    assert_eq!(failure(&found[0]), Some(Failure::AllowOriginMismatch));
}

/// The recording has the upgrade, but not the request with the changed URL.
#[test]
fn upgrade_without_the_changed_request_is_not_mixed_content() {
    let page = "https://app.example";
    let upgrade = |host: &str| {
        let location = format!("https://{host}/x");
        let headers = [
            ("Location", &*location),
            ("Non-Authoritative-Reason", "HSTS"),
        ];
        entry(&format!("http://{host}/x"), page, 307, &headers)
    };
    // The changed request is to the page's own origin, so its entry has no `Origin`.
    let mut own = entry("https://app.example/x", page, 200, &[]);
    own["request"]["headers"] = json!([]);
    assert!(fetches(&[upgrade("app.example"), own]).is_empty());

    let found = fetches(&[upgrade("api.example")]);
    assert_eq!(found[0].url.as_str(), "https://api.example/x");
    assert_eq!(
        found[0].upgraded_from.as_ref().map(Url::as_str),
        Some("http://api.example/x")
    );
    assert_eq!(found[0].obstacle, Some(Obstacle::IncompleteEntry));
    let mut blocked = upgrade("api.example");
    blocked["_error"] = "net::ERR_FAILED".into();
    assert_eq!(
        fetches(&[blocked])[0].obstacle,
        Some(Obstacle::MissingResponse)
    );
}

/// Browsers do not follow the redirect of a preflight, also if they make the redirect themselves.
#[test]
fn upgrade_of_a_preflight_is_a_refused_redirect() {
    let mut preflight = entry(
        "http://api.example/n",
        PAGE,
        307,
        &[
            ("Location", "https://api.example/n"),
            ("Non-Authoritative-Reason", "HSTS"),
        ],
    );
    preflight["request"]["method"] = "OPTIONS".into();
    let headers = preflight["request"]["headers"].as_array_mut().unwrap();
    headers.push(header("Access-Control-Request-Method", "PUT"));
    let found = fetches(&[preflight]);
    assert_eq!(
        failure(&found[0]),
        Some(Failure::PreflightDisallowedRedirect)
    );
    let explanation = found[0]
        .explanation(&UserAgent::new(), CredentialsMode::SameOrigin)
        .unwrap();
    assert_eq!(explanation.refusals.len(), 1, "{explanation:?}");
    assert!(explanation.notes[0].contains("(HSTS)"), "{explanation:?}");
}

/// The CORS check does not block the redirect of an extension. The explanation shows only the recorded headers.
#[test]
fn redirect_of_an_extension_is_not_refused() {
    let mut redirect = entry(
        "https://api.example/n",
        PAGE,
        307,
        &[("Location", "https://other.example/n")],
    );
    redirect["response"]["statusText"] = "Internal Redirect".into();
    let target = entry("https://other.example/n", "null", 200, &[]);
    let found = fetches(&[redirect.clone(), target.clone()]);
    assert_eq!(
        found[0].exchanges[0].internal_redirect,
        Some(InternalRedirect::Extension)
    );
    let explanation = found[0]
        .explanation(&UserAgent::new(), CredentialsMode::SameOrigin)
        .unwrap();
    assert_eq!(explanation.refusals[0].exchange, Some(1));
    assert!(
        explanation.notes[0].contains("an extension of the browser"),
        "{:?}",
        explanation.notes
    );
    let ExplainedAnswer::Response { headers, .. } = &explanation.exchanges[0].answer else {
        panic!("{explanation:?}");
    };
    assert_eq!(headers.len(), 1, "{headers:?}");
    redirect["response"]["statusText"] = "Temporary Redirect".into();
    let found = fetches(&[redirect, target]);
    assert_eq!(found[0].exchanges[0].internal_redirect, None);
}

#[test]
fn redirect_can_be_recorded_after_its_target() {
    let target = entry("https://api.example/n/", PAGE, 200, &[]);
    let redirect = entry(
        "https://api.example/n",
        PAGE,
        302,
        &[("Location", "/n/"), ("Access-Control-Allow-Origin", "*")],
    );
    let found = fetches(&[
        at(target.clone(), "2026-01-01T00:00:00.200Z"),
        at(redirect.clone(), "2026-01-01T00:00:00.100Z"),
    ]);
    assert_eq!((found.len(), found[0].exchanges.len()), (1, 2));
    assert_eq!(found[0].url.as_str(), "https://api.example/n");
    // These times are not comparable, and the second request is perhaps a request of its own.
    for (first, second) in [
        ("2026-01-01T00:00:00.200Z", "2026-01-01T00:00:00.100+01:00"),
        ("2026-01-01T00:00:00.100Z", "2026-01-01T00:00:00.200Z"),
        ("", ""),
    ] {
        let found = fetches(&[at(target.clone(), first), at(redirect.clone(), second)]);
        assert_eq!(found.len(), 2, "{first} {second}");
    }
}

/// A proxy and Firefox record a blocked response like any other response. Only a recording of Chromium has no body for a
/// blocked response.
#[test]
fn recorded_body_does_not_always_show_that_the_page_got_it() {
    let allowed = [("Access-Control-Allow-Origin", "*")];
    let mut answered = entry("https://api.example/n", PAGE, 200, &allowed);
    answered["response"]["content"] = json!({"size": 2, "text": "{}"});
    for (creator, browser, has_worked) in [
        ("WebInspector", "", true),
        ("chrome-har", "", true),
        ("Playwright", "chromium", true),
        ("Playwright", "firefox", false),
        ("WebInspector", "Safari", false),
        ("Firefox", "", false),
        ("Selenium Wire HAR dump", "", false),
        ("mitmproxy", "", false),
        ("mitmproxy", "Chrome", false),
        ("Charles Proxy", "", false),
        ("Fiddler", "", false),
        ("Proxyman", "", false),
        ("", "", false),
    ] {
        let har = json!({"log": {
            "creator": {"name": creator}, "browser": {"name": browser}, "entries": [answered]
        }});
        let recording = Recording::from_slice(har.to_string().as_bytes()).unwrap();
        let found = recording.fetches();
        assert_eq!(found[0].has_worked(), has_worked, "{creator} {browser}");
        let modes = if has_worked { 1 } else { 2 };
        assert_eq!(
            found[0].credentials_modes().len(),
            modes,
            "{creator} {browser}"
        );
    }
}

/// With this response, only a fetch with credentials fails. So an error of the browser shows the credentials mode: a browser
/// reports a CORS failure as `net::ERR_FAILED`, and not as an aborted request.
#[test]
fn error_shows_the_credentials_mode() {
    let allowed = [("Access-Control-Allow-Origin", "*")];
    let answered = entry("https://api.example/n", PAGE, 200, &allowed);
    let mut failed = answered.clone();
    failed["response"]["_error"] = json!("net::ERR_FAILED");
    let mut stopped = answered.clone();
    stopped["response"]["_error"] = json!("net::ERR_ABORTED");
    let mut denied = entry("https://api.example/n", PAGE, 200, &[]);
    denied["response"]["_error"] = json!("net::ERR_FAILED");
    for (entry, sends_credentials) in [
        (answered, None),
        (failed, Some(true)),
        (stopped, Some(false)),
        (denied, None),
    ] {
        assert_eq!(fetches(&[entry])[0].sends_credentials, sends_credentials);
    }
}

/// Only the file name shows that the resource is a font if the recording does not have the type of the resource.
#[test]
fn font_without_a_type_is_loaded_without_credentials() {
    let mut font = entry("https://cdn.example/a.WOFF2?v=1", PAGE, 200, &[]);
    assert_eq!(fetches(&[font.clone()])[0].sends_credentials, Some(false));
    let mut with_cookie = font.clone();
    let headers = with_cookie["request"]["headers"].as_array_mut().unwrap();
    headers.push(header("Cookie", "s=1"));
    assert_eq!(fetches(&[with_cookie])[0].sends_credentials, Some(true));
    font["_resourceType"] = "fetch".into();
    assert_eq!(fetches(&[font])[0].sends_credentials, None);
}

/// A failed request of a program such as `curl` is not a fetch of a page.
#[test]
fn failed_request_of_another_program_is_left_out() {
    for (user_agent, count) in [("Wget/1.21.4", 0), ("Mozilla/5.0 (X11)", 1)] {
        let failed = json!({
            "request": {"method": "GET", "url": "https://api.example/", "headers": [header("User-Agent", user_agent)]},
            "response": {"status": 0, "headers": []},
        });
        assert_eq!(fetches(&[failed]).len(), count, "{user_agent}");
    }
}

/// CORS does not apply to navigations. Old browsers do not send `Sec-Fetch-Mode`, so another header shows a navigation.
#[test]
fn submitted_form_of_an_old_browser_is_left_out() {
    let names = ["Upgrade-Insecure-Requests", "X-Requested-With"];
    for (name, count) in names.into_iter().zip([0, 1]) {
        let mut form = entry("https://api.example/n", PAGE, 302, &[("Location", "/m")]);
        form["request"]["method"] = "POST".into();
        form["request"]["headers"] = json!([header("Origin", PAGE), header(name, "1")]);
        assert_eq!(fetches(&[form]).len(), count, "{name}");
    }
}

fn explained(fetch: &RecordedFetch) -> fetch_cors::explain::Explanation {
    fetch
        .explanation(&UserAgent::new(), CredentialsMode::SameOrigin)
        .unwrap()
}

/// An upload of an XMLHttpRequest with listeners has a preflight, although the method and the headers need none.
#[test]
fn preflight_of_a_safelisted_request_is_of_an_upload() {
    let url = "https://api.example/upload";
    let mut preflight = entry(url, PAGE, 404, &[]);
    preflight["request"]["method"] = "OPTIONS".into();
    let headers = preflight["request"]["headers"].as_array_mut().unwrap();
    headers.push(header("Access-Control-Request-Method", "POST"));
    let mut request = entry(url, PAGE, 0, &[]);
    request["request"]["method"] = "POST".into();
    for entries in [vec![preflight.clone(), request], vec![preflight]] {
        let found = fetches(&entries);
        assert_eq!(found.len(), 1);
        assert_eq!(
            failure(&found[0]),
            Some(Failure::PreflightMissingAllowOriginHeader)
        );
        let explanation = explained(&found[0]);
        assert_eq!(explanation.asked.api, "XMLHttpRequest");
        assert!(explanation.preflight[0].contains("`xhr.upload`"));
    }
}

/// Some versions of Chromium also send a preflight because the URL is in the local network.
#[test]
fn preflight_for_a_private_network_is_not_of_an_upload() {
    let url = "http://api.example/n";
    let mut preflight = entry(url, PAGE, 204, &[("Access-Control-Allow-Origin", "*")]);
    preflight["request"]["method"] = "OPTIONS".into();
    let headers = preflight["request"]["headers"].as_array_mut().unwrap();
    headers.push(header("Access-Control-Request-Method", "GET"));
    headers.push(header("Access-Control-Request-Private-Network", "true"));
    let request = entry(url, PAGE, 200, &[("Access-Control-Allow-Origin", "*")]);
    let found = fetches(&[preflight, request]);
    assert_eq!((found.len(), failure(&found[0])), (1, None));
    let explanation = explained(&found[0]);
    assert_eq!(explanation.asked.api, "fetch");
    let note = "`Access-Control-Allow-Private-Network: true`";
    assert!(explanation.notes.iter().any(|other| other.contains(note)));
}

/// Chromium records an error for a redirect that the redirect mode refuses. Without an error, the mode is possibly `manual`.
#[test]
fn redirect_that_the_browser_does_not_follow_is_refused_by_the_redirect_mode() {
    let headers = [
        ("Access-Control-Allow-Origin", PAGE),
        ("Location", "https://api.example/b"),
    ];
    let redirect = entry("https://api.example/a", PAGE, 302, &headers);
    let mut of_chromium = redirect.clone();
    of_chromium["_error"] = "net::ERR_FAILED".into();
    let mut of_firefox = redirect.clone();
    let sent = of_firefox["request"]["headers"].as_array_mut().unwrap();
    sent.push(header(
        "User-Agent",
        "Mozilla/5.0 Gecko/20100101 Firefox/153.0",
    ));
    let explanation = explained(&fetches(std::slice::from_ref(&of_chromium))[0]);
    assert_eq!(explanation.refusals[0].failure, Failure::RedirectModeError);
    // One sentence names the mistake, the assumption and the change.
    let [miss] = &explanation.refusals[0].near_misses[..] else {
        panic!("{explanation}");
    };
    assert!(miss.sentence.contains("not in the recording"), "{miss:?}");
    assert!(miss.sentence.contains("`redirect: \"follow\"`"), "{miss:?}");
    let others = &explanation.not_recorded;
    assert!(
        !others.iter().any(|it| it.contains("redirect")),
        "{others:?}"
    );
    for entry in [&redirect, &of_firefox] {
        let explanation = explained(&fetches(std::slice::from_ref(entry))[0]);
        assert!(explanation.headline.starts_with("undecided: "));
        assert!(explanation.refusals.is_empty());
        assert!(explanation.not_recorded[0].contains("`redirect: \"manual\"`"));
    }
    // Chromium names another failure, so the redirect mode is not the reason.
    let mut reported = of_chromium.clone();
    reported["_corsErrorStatus"] = json!({"corsError": "MissingAllowOriginHeader"});
    let explanation = explained(&fetches(&[reported])[0]);
    assert!(explanation.refusals.is_empty() && explanation.not_recorded.is_empty());

    // The headers of the redirect are the reason.
    of_chromium["response"]["headers"] = json!([header("Location", "https://api.example/b")]);
    let explanation = explained(&fetches(&[of_chromium])[0]);
    assert_eq!(
        explanation.refusals[0].failure,
        Failure::MissingAllowOriginHeader
    );
    assert!(explanation.not_recorded.is_empty());
}

/// Chromium reports the failure by its name. Some tools leave out the error next to this name.
#[test]
fn reported_failure_does_not_need_an_error() {
    let mut blocked = entry("https://api.example/n", PAGE, 0, &[]);
    blocked["request"]["method"] = "PUT".into();
    for (name, obstacle) in [
        (
            "HeaderDisallowedByPreflightResponse",
            Obstacle::MissingPreflight,
        ),
        ("MissingAllowOriginHeader", Obstacle::MissingResponse),
    ] {
        blocked["_corsErrorStatus"] = json!({"corsError": name, "failedParameter": "x-q"});
        for error in [Value::Null, "net::ERR_FAILED".into()] {
            blocked["_error"] = error;
            let [fetch] = &fetches(std::slice::from_ref(&blocked))[..] else {
                panic!("{blocked}");
            };
            assert_eq!(fetch.obstacle, Some(obstacle), "{blocked}");
            assert!(fetch.reported_message().is_some(), "{blocked}");
            assert!(!fetch.exchanges[0].has_no_response, "{blocked}");
        }
    }
}

/// The message of a reported failure has each method of the recording.
#[test]
fn reported_message_has_the_method() {
    for method in ["GET", "PUT"] {
        let mut blocked = entry("https://api.example/n", PAGE, 0, &[]);
        blocked["request"]["method"] = method.into();
        blocked["_error"] = "net::ERR_FAILED".into();
        blocked["_corsErrorStatus"] = json!({"corsError": "MissingAllowOriginHeader"});
        let message = fetches(&[blocked])[0].reported_message().unwrap();
        assert_eq!(message.method.as_deref(), Some(method));
    }
}

/// Some tools record the headers of a blocked redirect, but not its status.
#[test]
fn location_without_a_status_is_a_redirect() {
    let headers = [("Location", "https://api.example/b")];
    let mut blocked = entry("https://api.example/a", PAGE, 0, &headers);
    let explanation = explained(&fetches(&[blocked.clone()])[0]);
    let kinds = explanation.refusals[0].near_misses.iter();
    let kinds: Vec<_> = kinds.map(|miss| miss.kind).collect();
    assert_eq!(kinds, [NearMissKind::RedirectWithoutHeaders]);

    // A response that creates a resource has `Location`, too.
    blocked["request"]["method"] = "POST".into();
    let explanation = explained(&fetches(&[blocked])[0]);
    assert!(explanation.refusals[0].near_misses.is_empty());
}

/// A server does not send the redirect of a preflight by HSTS.
#[test]
fn redirect_by_hsts_is_not_a_mistake_of_the_server() {
    let headers = [
        ("Location", "https://api.example/n"),
        ("Non-Authoritative-Reason", "HSTS"),
    ];
    let mut preflight = entry("http://api.example/n", PAGE, 307, &headers);
    preflight["request"]["method"] = "OPTIONS".into();
    let sent = preflight["request"]["headers"].as_array_mut().unwrap();
    sent.push(header("Access-Control-Request-Method", "PUT"));
    let explanation = explained(&fetches(&[preflight])[0]);
    let refusal = &explanation.refusals[0];
    assert_eq!(refusal.failure, Failure::PreflightDisallowedRedirect);
    assert!(refusal.near_misses.is_empty(), "{refusal:?}");
    assert!(explanation.notes[0].contains("(HSTS)"));
    let text = explanation.to_string();
    assert!(!text.contains("the server redirects"), "{text}");
}

/// Without its request headers, an entry does not show whether it is relevant to CORS.
#[test]
fn entry_without_readable_request_headers_is_left_out() {
    let entry = entry("https://api.example/n", PAGE, 200, &[]);
    let problems = |headers: Option<Value>| {
        let mut damaged = entry.clone();
        let request = damaged["request"].as_object_mut().unwrap();
        request.remove("headers");
        request.extend(headers.map(|headers| ("headers".into(), headers)));
        let har = json!({"log": {"entries": [damaged]}});
        let recording = Recording::from_slice(har.to_string().as_bytes()).unwrap();
        let problem = recording.problems()[0];
        (problem.is_left_out, recording.http_entry_count())
    };
    assert_eq!(problems(None), (true, 0));
    assert_eq!(problems(Some(json!(5))), (true, 0));
    assert_eq!(problems(Some(json!([5]))), (true, 0));
    // The readable headers show the page.
    assert_eq!(
        problems(Some(json!([5, header("Origin", PAGE)]))),
        (false, 1)
    );
}
