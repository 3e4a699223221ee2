//! Responses that are not from a server: from a service worker, from a cache of the browser, or from a test. An explanation
//! does not blame the server for such a response.

use fetch_cors::{
    browser::{CredentialsMode, UserAgent},
    explain::{
        NearMissKind,
        input::{Obstacle, RecordedFetch, Recording},
    },
};
use serde_json::{Value, json};

/// Returns an entry of a blocked GET request.
fn entry() -> Value {
    json!({
        "request": {"method": "GET", "url": "https://api.example/n", "headers": [
            {"name": "Origin", "value": "https://app.example"}, {"name": "Sec-Fetch-Mode", "value": "cors"}]},
        "response": {"status": 200, "headers": []},
    })
}

/// Returns the entry with the member at the JSON pointer of its parent and with its name.
fn with(parent: &str, name: &str, value: Value) -> Value {
    let mut entry = entry();
    entry.pointer_mut(parent).unwrap()[name] = value;
    entry
}

fn fetches(entries: &[Value]) -> Vec<RecordedFetch> {
    let har = json!({"log": {"entries": entries}});
    Recording::from_slice(har.to_string().as_bytes())
        .unwrap()
        .fetches()
}

/// Returns the obstacle of the only fetch, or the notes of its explanation.
fn obstacle_or_notes(entry: Value) -> Result<Vec<String>, Obstacle> {
    let fetches = fetches(&[entry]);
    assert_eq!(fetches.len(), 1);
    let explanation = fetches[0].explanation(&UserAgent::new(), CredentialsMode::SameOrigin);
    match fetches[0].obstacle {
        Some(obstacle) => Err(obstacle),
        None => Ok(explanation.unwrap().notes),
    }
}

/// The members with which the tools mark a response of a service worker.
fn of_service_worker() -> [Value; 4] {
    [
        with("/response", "_fetchedViaServiceWorker", json!(true)),
        with("/response", "_fromServiceWorker", json!(true)),
        with("", "_fromServiceWorker", json!(true)),
        with("", "_fetchType", json!("Service Worker")),
    ]
}

/// The page gets each response of a service worker, so the status does not matter.
#[test]
fn responses_of_a_service_worker_are_left_out() {
    for status in [200, 204, 302, 404, 503] {
        for mut entry in of_service_worker() {
            entry["response"]["status"] = json!(status);
            assert!(fetches(&[entry]).is_empty(), "{status}");
        }
    }
    let mut from_network = entry();
    from_network["response"]["_fetchedViaServiceWorker"] = json!(false);
    from_network["_fetchType"] = json!("Network Load");
    assert_eq!(fetches(&[from_network]).len(), 1);
}

#[test]
fn failed_answer_of_a_service_worker_is_not_judged() {
    for failed in of_service_worker() {
        let mut without_status = failed.clone();
        without_status["response"]["status"] = json!(0);
        let mut with_error = failed;
        with_error["response"]["_error"] = json!("net::ERR_FAILED");
        for entry in [without_status, with_error] {
            assert_eq!(obstacle_or_notes(entry), Err(Obstacle::ServiceWorker));
        }
    }
    let text = Obstacle::ServiceWorker.to_string();
    assert!(text.contains("the code of the service worker"), "{text}");
}

/// A routing rule of a service worker can send a request to the network. The browser then checks the response.
#[test]
fn response_of_the_network_is_judged_despite_a_routing_rule() {
    let source = "_serviceWorkerRouterActualSourceType";
    let mut routed = with("/response", "_fetchedViaServiceWorker", json!(true));
    routed["response"][source] = json!("network");
    assert_eq!(obstacle_or_notes(routed.clone()), Ok(Vec::new()));
    routed["response"][source] = json!("cache");
    assert!(fetches(&[routed]).is_empty());
}

#[test]
fn blocked_response_from_a_cache_of_the_browser_has_a_note() {
    let cached = [
        with("", "_fromCache", json!("disk")),
        with("", "_fromCache", json!("memory")),
        with("", "_fetchType", json!("Disk Cache")),
        with("/response", "_fromDiskCache", json!(true)),
    ];
    for mut entry in cached {
        let notes = obstacle_or_notes(entry.clone()).unwrap();
        assert!(
            notes[0].contains("from the cache of the browser"),
            "{notes:?}"
        );
        entry["response"]["headers"] =
            json!([{"name": "Access-Control-Allow-Origin", "value": "*"}]);
        assert_eq!(obstacle_or_notes(entry), Ok(Vec::new()));
    }
}

#[test]
fn response_of_a_test_or_an_override_has_a_note() {
    let notes = obstacle_or_notes(with("", "_wasFulfilled", json!(true))).unwrap();
    assert!(
        notes[0].contains("`route.fulfill` of Playwright"),
        "{notes:?}"
    );
    let notes = obstacle_or_notes(with("", "_fetchType", json!("Inspector Override"))).unwrap();
    assert!(notes[0].contains("a local override"), "{notes:?}");
}

#[test]
fn request_that_a_test_stops_or_sends_is_not_judged() {
    let mut stopped = with("", "_wasAborted", json!(true));
    stopped["response"] = json!({"status": -1, "headers": [], "_failureText": "net::ERR_FAILED"});
    assert_eq!(obstacle_or_notes(stopped), Err(Obstacle::StoppedByTest));
    for entry in [
        with("", "_apiRequest", json!(true)),
        with("", "_apiRequestRef", json!("api@1")),
    ] {
        assert!(fetches(&[entry]).is_empty());
    }
}

/// Asserts that the first two fetches of the entries do not share their parts.
#[track_caller]
fn assert_different_shapes(entries: &Value) {
    let har = json!({"log": {"entries": entries}}).to_string();
    let mut recording = Recording::with_shared_headers();
    recording
        .read(&mut serde_json::Deserializer::from_str(&har))
        .unwrap();
    let fetches = recording.unbuilt_fetches();
    let shapes: Vec<_> = fetches.iter().map(|fetch| fetch.shape()).collect();
    assert!(shapes[0].is_some() && shapes[0] != shapes[1], "{shapes:?}");
}

/// Entries that differ only in the source of the response do not share their parts.
#[test]
fn source_belongs_to_the_key_of_an_entry() {
    let entries = [entry(), with("", "_wasFulfilled", json!(true))];
    assert_different_shapes(&json!(entries));
}

/// The response in the cache of the browser is for another page, so the server's list of origins is perhaps right.
#[test]
fn cache_of_the_browser_is_named_for_a_response_of_another_page() {
    for (headers, expected) in [
        (&[][..], NearMissKind::CachedResponse),
        (
            &[("Access-Control-Allow-Origin", "https://other.test")],
            NearMissKind::CachedResponse,
        ),
        (
            &[
                ("Access-Control-Allow-Origin", "https://other.test"),
                ("Vary", "Origin"),
            ],
            NearMissKind::OtherOrigin,
        ),
        (
            &[("Access-Control-Allow-Origin", "https://app.example/")],
            NearMissKind::TrailingSlash,
        ),
    ] {
        let mut entry = with("", "_fromCache", json!("disk"));
        let headers = headers.iter();
        let headers = headers.map(|(name, value)| json!({"name": name, "value": value}));
        entry["response"]["headers"] = headers.collect();
        let fetches = fetches(&[entry]);
        let explanation = fetches[0].explanation(&UserAgent::new(), CredentialsMode::SameOrigin);
        let refusals = explanation.unwrap().refusals;
        assert_eq!(refusals[0].near_misses[0].kind, expected, "{refusals:?}");
    }
}

/// An element without `crossorigin` put the response into the cache of the browser.
#[test]
fn earlier_entry_without_cors_is_named_as_the_source_of_a_cached_response() {
    let cached = |url: &str| {
        let mut entry = with("", "_fromCache", json!("memory"));
        entry["request"]["url"] = json!(url);
        entry
    };
    let image = |mode: Option<&str>, url: &str, status: u16| {
        let mode = mode.map(|mode| json!({"name": "Sec-Fetch-Mode", "value": mode}));
        json!({
            "_resourceType": "image",
            "request": {"method": "GET", "url": url, "headers": mode.as_slice()},
            "response": {"status": status, "headers": []},
        })
    };
    let url = "https://api.example/n";
    let other = image(Some("no-cors"), "https://api.example/other", 200);
    let named = "It is probably the response of entry 2 of the recording";
    for (earlier, is_named) in [
        (image(Some("no-cors"), url, 200), true),
        (image(Some("no-cors"), &format!("{url}#a"), 200), true),
        (image(None, url, 200), true),
        (image(Some("cors"), url, 200), false),
        (image(Some("no-cors"), url, 404), false),
        (
            image(Some("no-cors"), "https://api.example/n?a", 200),
            false,
        ),
    ] {
        let entries = [other.clone(), earlier, cached(url)];
        let fetches = fetches(&entries);
        let fetch = fetches.last().unwrap();
        let explanation = fetch.explanation(&UserAgent::new(), CredentialsMode::SameOrigin);
        let refusals = explanation.unwrap().refusals;
        let cached = &refusals[0].near_misses[0];
        assert_eq!(cached.kind, NearMissKind::CachedResponse);
        assert_eq!(cached.sentence.contains(named), is_named, "{cached:?}");
    }
    // A later entry cannot be the source.
    let fetches = fetches(&[other, cached(url), image(Some("no-cors"), url, 200)]);
    let explanation = fetches[0].explanation(&UserAgent::new(), CredentialsMode::SameOrigin);
    let sentence = &explanation.unwrap().refusals[0].near_misses[0].sentence;
    assert!(
        !sentence.contains("probably the response of entry"),
        "{sentence}"
    );
}

/// The explanation of a group of equal fetches is the explanation of its first fetch.
#[test]
fn earlier_entry_without_cors_belongs_to_the_key_of_an_entry() {
    let mut cached = with("", "_fromCache", json!("memory"));
    cached["request"]["url"] = json!("https://api.example/a");
    let mut stored = cached.clone();
    stored["request"]["url"] = json!("https://api.example/b");
    let image = json!({
        "request": {"method": "GET", "url": "https://api.example/b",
            "headers": [{"name": "Sec-Fetch-Mode", "value": "no-cors"}]},
        "response": {"status": 200, "headers": []},
    });
    assert_different_shapes(&json!([image, cached, stored]));
}

/// The preflight and the request have the same URL and the same source.
#[test]
fn note_on_the_source_is_not_repeated() {
    let mut request = with("", "_wasFulfilled", json!(true));
    request["request"]["method"] = json!("PUT");
    let mut preflight = request.clone();
    preflight["request"]["method"] = json!("OPTIONS");
    preflight["request"]["headers"][1] =
        json!({"name": "Access-Control-Request-Method", "value": "PUT"});
    preflight["response"]["headers"] = json!([
        {"name": "Access-Control-Allow-Origin", "value": "*"},
        {"name": "Access-Control-Allow-Methods", "value": "PUT"}]);
    let fetches = fetches(&[preflight, request]);
    let explanation = fetches[0].explanation(&UserAgent::new(), CredentialsMode::SameOrigin);
    let notes = explanation.unwrap().notes;
    let of_test = notes.iter().filter(|note| note.contains("`route.fulfill`"));
    assert_eq!((fetches.len(), of_test.count()), (1, 1), "{notes:?}");
}
