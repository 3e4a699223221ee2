//! Recordings in the form that the network panel of Chromium exports. The default export lacks `Authorization` and
//! `Cookie`.

use fetch_cors::{
    Failure,
    browser::CredentialsMode,
    explain::input::{RecordedFetch, Recording},
    recorded::suggest_policies,
    server::NoPublicSuffixes,
};
use serde_json::{Value, json};

const PAGE: &str = "http://app.example";
const URL: &str = "http://api.example/notes";

/// An entry with the headers that the browser sends.
fn entry(kind: &str, method: &str, url: &str, sent: &[(&str, &str)], answer: &Value) -> Value {
    let headers: Vec<_> = sent
        .iter()
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    let (status, headers_of_answer) = (&answer["status"], &answer["headers"]);
    json!({
        "_resourceType": kind,
        "request": {"method": method, "url": url, "headers": headers},
        "response": {"status": status, "headers": headers_of_answer, "_error": answer["error"]},
    })
}

fn answer(status: u16, headers: &[(&str, &str)], error: Option<&str>) -> Value {
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    json!({"status": status, "headers": headers, "error": error})
}

fn blocked(status: u16, headers: &[(&str, &str)]) -> Value {
    answer(status, headers, Some("net::ERR_FAILED"))
}

fn allowed(status: u16, more: &[(&str, &str)]) -> Value {
    answer(
        status,
        &[&[("Access-Control-Allow-Origin", PAGE)], more].concat(),
        None,
    )
}

fn sent(url: &str, more: &[(&str, &str)], answer: &Value) -> Value {
    let headers = [
        ("Host", "api.example"),
        ("Origin", PAGE),
        ("Sec-Fetch-Mode", "cors"),
        ("Sec-Fetch-Site", "cross-site"),
    ];
    entry("fetch", "GET", url, &[&headers, more].concat(), answer)
}

/// A request that the browser did not send, because its preflight failed.
fn not_sent(method: &str, url: &str) -> Value {
    let referer = format!("{PAGE}/");
    entry(
        "fetch",
        method,
        url,
        &[("Referer", &referer)],
        &blocked(0, &[]),
    )
}

fn preflight(method: &str, url: &str, origin: &str, names: &str, answer: &Value) -> Value {
    let headers = [
        ("Origin", origin),
        ("Access-Control-Request-Method", method),
        ("Access-Control-Request-Headers", names),
    ];
    entry("preflight", "OPTIONS", url, &headers, answer)
}

fn fetches(entries: &[&Value]) -> Vec<RecordedFetch> {
    let har = json!({"log": {"creator": {"name": "WebInspector"}, "entries": entries}});
    Recording::from_slice(har.to_string().as_bytes())
        .unwrap()
        .fetches()
}

/// The positions of the entries of each fetch.
fn positions(fetches: &[RecordedFetch]) -> Vec<Vec<usize>> {
    let fetches = fetches.iter().map(|fetch| fetch.exchanges.iter());
    fetches
        .map(|exchanges| exchanges.map(|exchange| exchange.entry).collect())
        .collect()
}

fn failure(fetch: &RecordedFetch, mode: CredentialsMode) -> Option<Failure> {
    fetch
        .outcome(mode)
        .unwrap()
        .result
        .err()
        .map(|error| error.failure())
}

fn asks_for_authorization() -> Value {
    let grant = allowed(204, &[("Access-Control-Allow-Headers", "authorization")]);
    preflight("GET", URL, PAGE, "authorization", &grant)
}

#[test]
fn removed_authorization_does_not_separate_the_preflight() {
    for answer in [allowed(200, &[]), blocked(401, &[])] {
        let found = fetches(&[&sent(URL, &[], &answer), &asks_for_authorization()]);
        assert_eq!(positions(&found), [[1, 0]]);
        assert!(found[0].headers.contains("authorization"));
        assert_eq!(found[0].names_without_value, ["authorization"]);
        let suggested = suggest_policies(&found, &NoPublicSuffixes, |_| true);
        let policy = &suggested.policies[0];
        assert_eq!(policy.fetch_count, 1);
        assert_eq!(policy.policy.config().request_headers, ["authorization"]);
    }
}

#[test]
fn other_missing_header_separates_the_preflight() {
    let asked = preflight("GET", URL, PAGE, "authorization,x-a", &allowed(204, &[]));
    let found = fetches(&[&sent(URL, &[], &allowed(200, &[])), &asked]);
    assert_eq!(positions(&found), [[0], [1]]);
}

/// A recording with `Authorization` in one request has this header in all requests that the browser sent.
#[test]
fn recorded_authorization_shows_which_request_has_the_preflight() {
    let without = sent(URL, &[], &allowed(200, &[]));
    let other = sent(
        "http://api.example/a",
        &[("authorization", "Bearer x")],
        &allowed(200, &[]),
    );
    let found = fetches(&[&without, &asks_for_authorization(), &other]);
    assert_eq!(positions(&found), [vec![0], vec![1], vec![2]]);
}

#[test]
fn nearest_request_has_the_preflight_for_the_removed_header() {
    let request = sent(URL, &[], &allowed(200, &[]));
    let asked = asks_for_authorization();
    let found = fetches(&[&request, &request, &asked]);
    assert_eq!(positions(&found), [vec![0], vec![2, 1]]);
    let found = fetches(&[&request, &asked, &request]);
    assert_eq!(positions(&found), [vec![1, 0], vec![2]]);
    let [first, other] = ["first", "other"].map(|id| {
        let mut request = request.clone();
        request["_id"] = id.into();
        request
    });
    let mut asked_first = asked.clone();
    asked_first["_initiatorRequest"] = "first".into();
    let found = fetches(&[&first, &other, &asked_first]);
    assert_eq!(positions(&found), [vec![1], vec![2, 0]]);
    // Two requests that the page starts at the same time.
    let found = fetches(&[&request, &request, &asked, &asked]);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(RecordedFetch::has_preflight));
}

#[test]
fn redirect_to_a_refused_preflight_is_one_fetch() {
    const TARGET: &str = "http://other.example/notes";
    let put = |url, answer: &Value| {
        let mut put = sent(url, &[("content-type", "application/json")], answer);
        put["request"]["method"] = "PUT".into();
        put
    };
    let grant = allowed(
        204,
        &[
            ("Access-Control-Allow-Methods", "PUT"),
            ("Access-Control-Allow-Headers", "content-type"),
        ],
    );
    let first = preflight("PUT", URL, PAGE, "content-type", &grant);
    let redirect = put(URL, &allowed(307, &[("Location", TARGET)]));
    let second = preflight("PUT", TARGET, "null", "content-type", &grant);
    let found = fetches(&[&first, &redirect, &second, &not_sent("PUT", TARGET)]);
    assert_eq!(positions(&found), [[0, 1, 2, 3]]);
    assert_eq!(found[0].origin.as_ref().unwrap().serialize(), PAGE);
    let failed = failure(&found[0], CredentialsMode::SameOrigin);
    assert_eq!(failed, Some(Failure::PreflightAllowOriginMismatch));

    // The preflight of the first request is in the preflight cache.
    let found = fetches(&[&redirect, &second, &not_sent("PUT", TARGET)]);
    assert_eq!(positions(&found), [[0, 1, 2]]);

    // The browser refused the redirect, so the other request is a different fetch.
    let refused = put(URL, &blocked(307, &[("Location", TARGET)]));
    let other = preflight("PUT", TARGET, PAGE, "content-type", &answer(204, &[], None));
    let found = fetches(&[&first, &refused, &other, &not_sent("PUT", TARGET)]);
    assert_eq!(positions(&found), [[0, 1], [2, 3]]);
}

#[test]
fn redirect_to_a_login_page_is_one_fetch() {
    const LOGIN: &str = "http://api.example/login";
    for token in [&[][..], &[("authorization", "Bearer x")]] {
        let redirect = sent(URL, token, &allowed(302, &[("Location", "/login")]));
        let refused = preflight("GET", LOGIN, PAGE, "authorization", &answer(200, &[], None));
        let found = fetches(&[
            &redirect,
            &asks_for_authorization(),
            &not_sent("GET", LOGIN),
            &refused,
        ]);
        assert_eq!(positions(&found), [[1, 0, 3, 2]]);
        let failed = failure(&found[0], CredentialsMode::SameOrigin);
        assert_eq!(failed, Some(Failure::PreflightMissingAllowOriginHeader));
    }
}

#[test]
fn beacon_has_credentials() {
    let grant = allowed(204, &[("Access-Control-Allow-Headers", "content-type")]);
    let asked = preflight("POST", URL, PAGE, "content-type", &grant);
    let json = [("Content-Type", "application/json")];
    let beacon = entry("ping", "POST", URL, &json, &blocked(0, &[]));
    let found = fetches(&[&beacon, &asked]);
    assert_eq!(positions(&found), [[1, 0]]);
    assert_eq!(found[0].sends_credentials, Some(true));
    let failed = failure(&found[0], CredentialsMode::Include);
    assert_eq!(failed, Some(Failure::PreflightInvalidAllowCredentials));
    let suggested = suggest_policies(&found, &NoPublicSuffixes, |_| true);
    assert!(suggested.policies[0].policy.config().credentials);
}

/// Requests with the mode `no-cors` have no CORS check.
#[test]
fn blocked_ping_without_a_preflight_is_left_out() {
    for kind in ["text/plain", "text/ping"] {
        let ping = entry(
            "ping",
            "POST",
            URL,
            &[("Content-Type", kind)],
            &blocked(0, &[]),
        );
        assert_eq!(fetches(&[&ping]).len(), 0, "{kind}");
    }
}

/// The target of the redirect needs a preflight, and neither this preflight nor the request is in the recording.
#[test]
fn refused_redirect_has_the_same_reason_with_and_without_the_removed_header() {
    for token in [&[][..], &[("authorization", "Bearer x")]] {
        let headers = [("Access-Control-Allow-Origin", PAGE), ("Location", "/next")];
        let refused = sent(URL, token, &blocked(302, &headers));
        let found = fetches(&[&asks_for_authorization(), &refused]);
        let user_agent = &fetch_cors::browser::UserAgent::new();
        let explanation = found[0]
            .explanation(user_agent, CredentialsMode::SameOrigin)
            .unwrap();
        assert_eq!(explanation.refusals[0].failure, Failure::RedirectModeError);
    }
}

/// The command `curl` needs the value. The command `fetch-cors` needs no value, because any text that is not safelisted
/// has the same result.
#[test]
fn only_curl_needs_the_removed_value() {
    let refused = preflight("GET", URL, PAGE, "authorization", &answer(204, &[], None));
    let found = fetches(&[&refused]);
    let user_agent = &fetch_cors::browser::UserAgent::new();
    let explanation = found[0].explanation(user_agent, CredentialsMode::SameOrigin);
    let text = explanation.unwrap().to_string();
    for part in [
        "curl -sSvi -H 'authorization: VALUE'",
        " -H 'authorization: (not recorded)' --preflight",
        "Replace `VALUE` in each `curl` command with",
    ] {
        assert!(text.contains(part), "{text}");
    }
}
