//! Policies for recordings: the suggested policy allows each recorded fetch and nothing else. Other policies are
//! checked against a recording.
#![cfg(feature = "cases")]
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use fetch_cors::{
    Failure,
    browser::{
        Credentials, CredentialsMode, HeaderList, HttpRequest, Origin, Outcome, RequestInit,
        Response, UserAgent,
    },
    explain::input::{RecordedFetch, Recording},
    infrastructure::header::HeaderValue,
    recorded::{
        PolicyWarningKind, RequestVerdict, Suggestions, UncheckedReason, check_policy,
        suggest_policies,
    },
    server::{AllowList, CorsPolicy, NoPublicSuffixes, PolicyConfig},
};
use http::{HeaderMap, StatusCode};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A call of a page, and how the recorded servers answered.
#[derive(Debug, Clone)]
struct Call {
    page: &'static str,
    url: &'static str,
    method: &'static str,
    header: Option<&'static str>,
    is_credentialed: bool,
    redirects_to: Option<&'static str>,
    /// If true, the recorded servers grant everything. If false, they grant nothing.
    is_granted: bool,
}

const URLS: [&str; 4] = [
    "https://api.example/a",
    "https://api.example/b",
    "https://cdn.example/c",
    "https://api.example:8443/d",
];

fn call() -> impl Strategy<Value = Call> {
    let pages = vec![
        "https://app.example",
        "https://admin.example",
        "http://insecure.example",
        "http://localhost:3000",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "null",
        "https://api.example",
    ];
    let url = || prop::sample::select(URLS.to_vec());
    (
        prop::sample::select(pages),
        url(),
        prop::sample::select(vec!["GET", "POST", "PUT", "DELETE", "patch"]),
        prop::option::of(prop::sample::select(vec![
            "x-a",
            "x-b",
            "authorization",
            "content-type",
        ])),
        any::<bool>(),
        prop::option::weighted(0.2, url()),
        any::<bool>(),
    )
        .prop_map(
            |(page, url, method, header, is_credentialed, redirects_to, is_granted)| Call {
                page,
                url,
                method,
                header,
                is_credentialed,
                // A redirect to the URL of the call never ends, so such a redirect is left out.
                redirects_to: redirects_to.filter(|to| *to != url),
                is_granted,
            },
        )
}

/// Returns true if the browser refused a redirect of a call, and a later call also has a request to the target of the
/// redirect. A recording does not show whether this request follows the redirect or belongs to the later call.
///
/// Returns false if the later call has a new header. The request then belongs to the later call, because a browser that
/// follows a redirect does not add headers. `Authorization` is an exception: a browser can add this header.
fn has_ambiguous_redirect(calls: &[Call]) -> bool {
    calls.iter().enumerate().any(|(i, refused)| {
        let mut later = calls.iter().skip(i + 1);
        !refused.is_granted
            && later.any(|later| {
                let adds_header = later.header != refused.header
                    && later.header.is_some_and(|name| name != "authorization");
                let has_target = refused.redirects_to.is_some_and(|target| {
                    later.url == target || later.redirects_to == Some(target)
                });
                has_target && !adds_header
            })
    })
}

impl Call {
    /// Runs the call in a browser.
    fn run(
        &self,
        is_credentialed: bool,
        mut answer: impl FnMut(&HttpRequest, &mut HeaderList) -> StatusCode,
    ) -> Outcome {
        let mut init = RequestInit::new(self.url.parse().unwrap());
        init.method = self.method.into();
        let headers = self.header.iter();
        init.headers = headers
            .map(|name| ((*name).into(), "application/json".into()))
            .collect();
        if is_credentialed {
            init.credentials = CredentialsMode::Include;
        }
        let request = init.into_request(Origin::parse(self.page).unwrap());
        let mut user_agent = UserAgent::new();
        Outcome::fetch(&mut user_agent, request, Duration::ZERO, |request| {
            let mut headers = HeaderList::new();
            let status = answer(request, &mut headers);
            let redirect = self
                .redirects_to
                .filter(|_| !request.is_preflight() && request.url.as_str() == self.url);
            if let Some(location) = redirect {
                append(&mut headers, "location", location);
                return Ok(Response::new(StatusCode::TEMPORARY_REDIRECT, headers));
            }
            Ok(Response::new(status, headers))
        })
    }

    /// Adds the recorded requests of the call to `entries`. Returns true if one of these requests shows that the call
    /// includes credentials. If the preflight failed, the browser did not see the redirect of the call, so this
    /// function removes the redirect.
    fn record(&mut self, entries: &mut Vec<Value>) -> bool {
        let mut was_sent = false;
        let mut shows_credentials = false;
        let mut recorded = Vec::new();
        self.run(self.is_credentialed, |request, response| {
            was_sent |= !request.is_preflight();
            let origin = request.header_list.get("origin");
            let origin = origin.map(|origin| String::from_utf8(origin.into_owned()).unwrap());
            if self.is_granted {
                let granted = [
                    ("access-control-allow-origin", origin.clone()),
                    ("access-control-allow-credentials", Some("true".into())),
                    ("access-control-allow-methods", Some(self.method.into())),
                    (
                        "access-control-allow-headers",
                        self.header.map(String::from),
                    ),
                ];
                for (name, value) in granted {
                    if let Some(value) = value {
                        append(response, name, &value);
                    }
                }
            }
            let own = request.url.origin().ascii_serialization();
            let is_same_origin = self.page == own && origin.is_none_or(|origin| origin == own);
            let site = if is_same_origin {
                "same-origin"
            } else {
                "cross-site"
            };
            let mut sent = vec![
                header("sec-fetch-mode", "cors"),
                header("sec-fetch-site", site),
            ];
            for (name, value) in request.header_list.iter() {
                let value = String::from_utf8(value.as_bytes().to_vec()).unwrap();
                sent.push(header(name.as_str(), &value));
            }
            if self.page != "null" {
                sent.push(header("referer", &format!("{}/", self.page)));
            }
            if request.credentials == Credentials::Included && !request.is_preflight() {
                sent.push(header("cookie", "a=b"));
                shows_credentials |= !is_same_origin;
            }
            recorded.push((request.clone(), sent, response.clone()));
            StatusCode::OK
        });
        for (request, sent, received) in recorded {
            let is_redirect = !request.is_preflight() && request.url.as_str() == self.url;
            let location = self.redirects_to.filter(|_| is_redirect);
            let mut received: Vec<_> = received
                .iter()
                .map(|(name, value)| {
                    header(
                        name.as_str(),
                        std::str::from_utf8(value.as_bytes()).unwrap(),
                    )
                })
                .collect();
            received.extend(location.map(|location| header("location", location)));
            entries.push(json!({
                "request": {"method": request.method.as_str(), "url": request.url.as_str(), "headers": sent},
                "response": {
                    "status": if location.is_some() { 307 } else { 200 },
                    "redirectURL": location.unwrap_or_default(), "headers": received,
                },
            }));
        }
        if !was_sent {
            self.redirects_to = None;
            let sent: Vec<_> = self
                .header
                .iter()
                .map(|name| header(name, "application/json"))
                .collect();
            entries.push(json!({
                "request": {"method": self.method, "url": self.url, "headers": sent},
                "response": {"status": 0, "headers": []},
            }));
        }
        shows_credentials
    }
}

fn append(headers: &mut HeaderList, name: &str, value: &str) {
    let value = HeaderValue::normalized(value.as_bytes()).unwrap();
    headers.append(name.parse().unwrap(), value);
}

fn header(name: &str, value: &str) -> Value {
    json!({"name": name, "value": value})
}

fn fetches(entries: &[Value]) -> Vec<RecordedFetch> {
    let har = json!({"log": {"entries": entries}}).to_string();
    Recording::from_slice(har.as_bytes()).unwrap().fetches()
}

/// Whether the fetch succeeds if each server applies its policy from `policies`.
fn is_permitted(
    call: &Call,
    is_credentialed: bool,
    policies: &BTreeMap<String, CorsPolicy>,
) -> bool {
    let outcome = call.run(is_credentialed, |request, response| {
        let server = request.url.origin().ascii_serialization();
        let Some(policy) = policies.get(&server) else {
            return StatusCode::OK;
        };
        let headers = HeaderMap::try_from(&request.header_list).unwrap();
        let decision = policy.decide(&request.method, &headers);
        decision.apply_to(response);
        decision.status().unwrap_or(StatusCode::OK)
    });
    outcome.result.is_ok()
}

fn policies(suggestions: &Suggestions) -> BTreeMap<String, CorsPolicy> {
    let policies = suggestions.policies.iter();
    policies
        .map(|suggested| (suggested.server.clone(), suggested.policy.clone()))
        .collect()
}

/// Returns copies of `config`. Each copy lacks one value or one permission. The string names the missing value or
/// permission.
fn narrower(config: &PolicyConfig) -> Vec<(String, PolicyConfig)> {
    let mut narrower = Vec::new();
    let mut change = |name: String, change: &dyn Fn(&mut PolicyConfig)| {
        let mut config = config.clone();
        change(&mut config);
        narrower.push((name, config));
    };
    for (index, entry) in config.origins.entries().iter().enumerate() {
        change(format!("origin {entry}"), &|config| {
            config.origins.entries_mut().remove(index);
        });
    }
    for (index, entry) in config.methods.entries().iter().enumerate() {
        change(format!("method {entry}"), &|config| {
            config.methods.entries_mut().remove(index);
        });
    }
    for (index, entry) in config.request_headers.iter().enumerate() {
        change(format!("request header {entry}"), &|config| {
            config.request_headers.remove(index);
        });
    }
    if config.credentials {
        change("credentials".into(), &|config| config.credentials = false);
    }
    narrower
}

proptest! {
    /// The suggested policies allow each fetch of the recording. Each value in the policies is necessary.
    #[test]
    fn suggested_policy_is_sufficient_and_narrowest(calls in prop::collection::vec(call(), 1..6)) {
        prop_assume!(!has_ambiguous_redirect(&calls));
        let mut entries = Vec::new();
        let calls: Vec<_> = calls
            .into_iter()
            .map(|mut call| {
                let is_credentialed = call.record(&mut entries);
                (call, is_credentialed)
            })
            .collect();
        let fetches = fetches(&entries);
        let suggestions = suggest_policies(&fetches, &NoPublicSuffixes, |_| true);
        prop_assert!(suggestions.unchecked.is_empty(), "{:?}", suggestions.unchecked);
        let policies = policies(&suggestions);
        // A suggested policy lists a method such as `patch` in upper case, so the page has to send it in upper case.
        let mut fetches = fetches;
        for fetch in &mut fetches {
            fetch.method.make_ascii_uppercase();
        }
        let calls: Vec<_> = calls.into_iter().map(|(call, is_credentialed)| {
            let method = if call.method == "patch" { "PATCH" } else { call.method };
            (Call { method, ..call }, is_credentialed)
        }).collect();
        for (call, is_credentialed) in &calls {
            prop_assert!(
                is_permitted(call, *is_credentialed, &policies),
                "{call:?} {:?} {entries:?}",
                policies.values().map(CorsPolicy::config).collect::<Vec<_>>()
            );
        }
        for suggested in &suggestions.policies {
            let is_of_server = |url: &fetch_cors::url::Url| url.origin().ascii_serialization() == suggested.server;
            let check = check_policy(&suggested.policy, &fetches, is_of_server);
            prop_assert!(check.requests.iter().all(|request| request.verdict.is_allowed()));
            let config = suggested.policy.config();
            prop_assert!(!matches!(config.origins, AllowList::Any) && !config.methods.is_any());
            for (missing, config) in narrower(config) {
                let policy = config.validate(&NoPublicSuffixes).unwrap();
                let mut policies = policies.clone();
                policies.insert(suggested.server.clone(), policy.clone());
                let denied = calls.iter().any(|(call, is_credentialed)| {
                    !is_permitted(call, *is_credentialed, &policies)
                });
                prop_assert!(denied, "{missing} is not needed: {calls:?} {entries:?}");
                let check = check_policy(&policy, &fetches, is_of_server);
                prop_assert!(check.requests.iter().any(|request| !request.verdict.is_allowed()), "{missing}");
            }
            let mut without_overrides = config.clone();
            without_overrides.dangerously_allow_insecure_origins = false;
            without_overrides.dangerously_allow_null_origin = false;
            let is_same = *config == without_overrides;
            prop_assert!(is_same || without_overrides.validate(&NoPublicSuffixes).is_err());
        }
    }

    /// The check of a recorded fetch against a policy has the verdict of a browser that fetches from a server with this
    /// policy.
    #[test]
    fn check_has_the_verdict_of_a_browser(
        call in call(),
        origins in prop::sample::subsequence(vec!["https://app.example", "https://admin.example", "http://localhost:3000"], 0..=3),
        methods in prop::sample::subsequence(vec!["PUT", "DELETE", "patch"], 0..=3),
        names in prop::sample::subsequence(vec!["x-a", "x-b", "authorization", "content-type"], 0..=4),
        credentials in any::<bool>(),
    ) {
        let mut call = call;
        call.redirects_to = None;
        let mut entries = Vec::new();
        let is_credentialed = call.record(&mut entries);
        let policy = CorsPolicy::builder().origins(origins).methods(methods).request_headers(names);
        let policy = policy.credentials(credentials).build();
        prop_assume!(policy.is_ok());
        let policy = policy.unwrap();
        let check = check_policy(&policy, &fetches(&entries), |_| true);
        let server = call.url.parse::<fetch_cors::url::Url>().unwrap().origin().ascii_serialization();
        if server == call.page {
            prop_assert!(check.requests.is_empty());
            return Ok(());
        }
        prop_assert_eq!(check.requests.len(), 1, "{:?}", check);
        let request = &check.requests[0];
        let expected = is_permitted(&call, is_credentialed, &BTreeMap::from([(server, policy)]));
        prop_assert_eq!(request.verdict.is_allowed(), expected, "{:?}", request);
        if let RequestVerdict::Denied { reasons } = &request.verdict {
            prop_assert!(!reasons.is_empty());
            prop_assert!(reasons.iter().all(|reason| reason.contains("not allow")), "{:?}", reasons);
        }
    }
}

/// Returns an entry of a recording: a request of a page, and its response. `headers` are added to the headers that the
/// browser sets.
fn entry(page: &str, method: &str, url: &str, headers: &[(&str, &str)]) -> Value {
    let mut sent = vec![header("Origin", page), header("sec-fetch-mode", "cors")];
    sent.extend(headers.iter().map(|(name, value)| header(name, value)));
    json!({"request": {"method": method, "url": url, "headers": sent}, "response": {"status": 200, "headers": []}})
}

fn suggestions(entries: &[Value]) -> Suggestions {
    suggest_policies(&fetches(entries), &NoPublicSuffixes, |_| true)
}

fn warned(entries: &[Value]) -> BTreeSet<String> {
    let suggestions = suggestions(entries);
    assert_eq!(suggestions.policies.len(), 1);
    let warnings = suggestions.policies[0].warnings.iter();
    warnings
        .filter(|warning| warning.kind != PolicyWarningKind::UnknownCredentials)
        .map(|warning| format!("{} {}", warning.kind.as_str(), warning.values.join(" ")))
        .collect()
}

const URL: &str = "https://api.example.com/";
const COOKIE: (&str, &str) = ("cookie", "a=b");

/// A policy allows credentials for all its origins, although only some of the origins need credentials.
#[test]
fn origins_that_need_no_credentials_have_a_warning() {
    let fetch = |page: &str, headers: &[(&str, &str)]| entry(page, "GET", URL, headers);
    let with_cookie = fetch("https://app.example.com", &[COOKIE]);
    let without = ["https://b.example.com", "https://c.example.com"].map(|page| fetch(page, &[]));
    let unneeded = "unneeded-credentials https://b.example.com https://c.example.com";
    let [b, c] = without.clone();
    assert_eq!(
        warned(&[with_cookie.clone(), b, c]),
        [unneeded.to_owned()].into()
    );
    assert_eq!(warned(&without), BTreeSet::new());
    let also_without = fetch("https://app.example.com", &[]);
    assert_eq!(warned(&[with_cookie, also_without]), BTreeSet::new());
}

#[test]
fn dangerous_parts_of_a_suggestion_have_a_warning() {
    for (page, headers, expected) in [
        ("https://app.example.com", &[][..], &[][..]),
        ("https://app.example.com", &[COOKIE], &[]),
        (
            "http://app.example.com",
            &[],
            &["insecure-origin http://app.example.com"],
        ),
        (
            "http://192.168.0.7",
            &[],
            &["development-origin http://192.168.0.7"],
        ),
        (
            "http://app.example.com",
            &[COOKIE],
            &["insecure-origin http://app.example.com"],
        ),
        (
            "http://localhost:3000",
            &[COOKIE],
            &["development-origin http://localhost:3000"],
        ),
        (
            "http://127.0.0.1:3000",
            &[],
            &["development-origin http://127.0.0.1:3000"],
        ),
        (
            "http://192.168.0.7",
            &[COOKIE],
            &[
                "development-origin http://192.168.0.7",
                "insecure-origin http://192.168.0.7",
            ],
        ),
        ("null", &[], &["null-origin null"]),
        ("null", &[COOKIE], &["null-origin-with-credentials null"]),
        ("file://", &[COOKIE], &["file-origin file://"]),
        (
            "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
            &[],
            &["extension-origin chrome-extension://abcdefghijklmnopabcdefghijklmnop"],
        ),
        (
            "https://app.example.com.evil.dev",
            &[],
            &["look-alike-origin https://app.example.com.evil.dev https://api.example.com"],
        ),
        (
            "https://app.example.com.evil.test",
            &[],
            &["look-alike-origin https://app.example.com.evil.test https://api.example.com"],
        ),
        (
            "https://examp1e.com",
            &[],
            &["look-alike-origin https://examp1e.com https://api.example.com"],
        ),
    ] {
        let expected: BTreeSet<_> = expected.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(
            warned(&[entry(page, "GET", URL, headers)]),
            expected,
            "{page}"
        );
    }
    let unrelated = [
        entry("https://one.example", "GET", URL, &[]),
        entry("https://two.example", "GET", URL, &[]),
        entry("https://app.two.example", "GET", URL, &[]),
    ];
    let origins = "https://app.two.example https://one.example https://two.example";
    let expected = BTreeSet::from([format!("unrelated-origins {origins}")]);
    assert_eq!(warned(&unrelated), expected);
}

#[test]
fn redirect_to_another_server_needs_the_origin_null() {
    let mut redirect = entry(
        "https://app.example.com",
        "GET",
        "https://old.example.com/",
        &[],
    );
    redirect["response"] =
        json!({"status": 302, "headers": [header("Location", URL)], "redirectURL": URL});
    let target = entry("null", "GET", URL, &[]);
    let suggestions = suggestions(&[redirect, target]);
    let origins: Vec<_> = suggestions
        .policies
        .iter()
        .map(|suggested| {
            (
                &*suggested.server,
                suggested.policy.config().origins.entries(),
            )
        })
        .collect();
    assert_eq!(
        origins,
        [
            ("https://api.example.com", &["null".to_owned()][..]),
            (
                "https://old.example.com",
                &["https://app.example.com".to_owned()]
            ),
        ]
    );
    let warning = &suggestions.policies[0].warnings[0];
    assert_eq!(warning.kind, PolicyWarningKind::RedirectedOrigin);
    assert_eq!(warning.values, [URL]);
}

/// The suggested policy exposes a response header only on two conditions: the recorded server exposes the header by
/// name, and the response has the header.
#[test]
fn exposed_headers_and_max_age_come_from_the_recorded_responses() {
    let page = "https://app.example.com";
    let with = |headers: &[(&str, &str)]| {
        let mut entry = entry(page, "GET", URL, &[]);
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| header(name, value))
            .collect();
        entry["response"]["headers"] = headers.into();
        entry
    };
    let allowed = ("access-control-allow-origin", page);
    let exposed = (
        "access-control-expose-headers",
        "ETag, x-absent, set-cookie, expires",
    );
    let received = [
        ("etag", "1"),
        ("set-cookie", "a=b"),
        ("expires", "0"),
        ("x-other", "1"),
    ];
    let config = |entries: &[Value]| suggestions(entries).policies[0].policy.config().clone();
    let readable = [&[allowed, exposed], &received[..]].concat();
    assert_eq!(
        config(&[with(&readable)]).expose_headers.entries(),
        ["etag"]
    );
    // The browser blocked this response. With the policy, the page can read the response, and needs the header.
    let blocked = [&[exposed], &received[..]].concat();
    assert_eq!(config(&[with(&blocked)]).expose_headers.entries(), ["etag"]);
    // `*` on a blocked response does not show a header.
    let any_blocked = [&[("access-control-expose-headers", "*")], &received[..]].concat();
    assert!(!warned(&[with(&any_blocked)]).contains("exposes-any-header"));
    // The server allows the method in lower case, so the page read the header.
    let mut patch = with(&readable);
    patch["request"]["method"] = json!("patch");
    let preflight = json!({
        "request": {"method": "OPTIONS", "url": URL, "headers": [
            header("origin", page), header("access-control-request-method", "patch")]},
        "response": {"status": 204, "headers": [
            header("access-control-allow-origin", page), header("access-control-allow-methods", "patch")]},
    });
    let suggested = config(&[preflight, patch]);
    assert_eq!(suggested.methods.entries(), ["PATCH"]);
    assert_eq!(suggested.expose_headers.entries(), ["etag"]);
    // A wildcard does not show which headers the page reads.
    let any = with(&[
        allowed,
        ("access-control-expose-headers", "*"),
        ("etag", "1"),
    ]);
    assert!(
        config(std::slice::from_ref(&any))
            .expose_headers
            .entries()
            .is_empty()
    );
    assert!(warned(&[any]).contains("exposes-any-header "));

    let preflight = |age: &str| {
        json!({
            "request": {"method": "OPTIONS", "url": URL, "headers": [
                header("origin", page), header("access-control-request-method", "PUT")]},
            "response": {"status": 204, "headers": [header("access-control-max-age", age)]},
        })
    };
    for (ages, expected) in [
        (&["600"][..], Some(600)),
        (&["600", "60"], Some(60)),
        (&["99999999999999999999"], Some(86_400)),
        (&["-1"], None),
        (&[""], None),
    ] {
        let entries: Vec<_> = ages.iter().map(|age| preflight(age)).collect();
        assert_eq!(config(&entries).max_age, expected, "{ages:?}");
    }
}

#[test]
fn fetches_that_no_policy_allows_are_named() {
    let page = "https://app.example.com";
    let no_cors = json!({"request": {"method": "GET", "url": URL, "headers": [
        header("sec-fetch-mode", "no-cors"), header("sec-fetch-site", "cross-site")]},
        "response": {"status": 200, "headers": [header("cross-origin-resource-policy", "same-site")]}});
    let mut port = entry(page, "GET", "https://api.example.com:6000/", &[]);
    port["response"]["status"] = json!(0);
    let no_origin = json!({"request": {"method": "OPTIONS", "url": URL, "headers": [
        header("access-control-request-method", "PUT")]}, "response": {"status": 404}});
    let star = entry(page, "GET", URL, &[("*", "1")]);
    let star_method = entry(page, "*", URL, &[]);
    let found = suggestions(&[no_cors.clone(), port, star, star_method]);
    assert!(found.policies.is_empty(), "{found:?}");
    let reasons: Vec<_> = found
        .unchecked
        .iter()
        .map(|unchecked| &unchecked.reason)
        .collect();
    // The words are the words of an explanation.
    let port = UncheckedReason::Browser {
        failure: Failure::BadPort,
        sentence: "browsers do not connect to the port 6000".into(),
    };
    assert_eq!(*reasons[0], port);
    assert!(
        reasons[1..]
            .iter()
            .all(|reason| matches!(reason, UncheckedReason::NotListable(_)))
    );
    assert_eq!(reasons.len(), 3, "{reasons:?}");
    let found = suggestions(&[no_origin]);
    assert_eq!(found.unchecked[0].reason, UncheckedReason::UnknownOrigin);
    let policy = CorsPolicy::builder().any_origin().build().unwrap();
    let check = check_policy(&policy, &fetches(&[no_cors]), |_| true);
    assert!(check.requests.is_empty() && check.unchecked.is_empty());
}

#[test]
fn all_reasons_of_a_denial_are_named() {
    let policy = CorsPolicy::builder()
        .origin("https://app.example.com")
        .build()
        .unwrap();
    let denied = |entry: Value| {
        let check = check_policy(&policy, &fetches(&[entry]), |_| true);
        match check.requests[0].verdict.clone() {
            RequestVerdict::Denied { reasons } => reasons,
            verdict => panic!("{verdict:?}"),
        }
    };
    let all = [("x-a", "1"), ("x-b", "1"), COOKIE];
    assert_eq!(
        denied(entry("https://app.example.com", "PUT", URL, &all)),
        [
            "the policy does not allow the method `PUT`: add `PUT` to `methods`",
            "the policy does not allow the request header `x-a`: add `x-a` to `request_headers`",
            "the policy does not allow the request header `x-b`: add `x-b` to `request_headers`",
            "credentialed requests are not allowed: set `credentials` to `true`",
        ]
    );
    assert_eq!(
        denied(entry("http://app.example.com", "PUT", URL, &[])),
        [
            "the policy does not allow the origin `http://app.example.com`: the policy has `https://app.example.com`: add `http://app.example.com` to `origins`",
            "the policy does not allow the method `PUT`: add `PUT` to `methods`",
        ]
    );
    // The preflight shows which headers the script has set. The browser sets the other headers.
    let preflight = json!({"request": {"method": "OPTIONS", "url": URL, "headers": [
        header("origin", "https://app.example.com"), header("access-control-request-method", "PUT"),
        header("access-control-request-headers", "x-a")]}, "response": {"status": 204}});
    let request = entry(
        "https://app.example.com",
        "PUT",
        URL,
        &[("x-a", "1"), ("x-of-an-extension", "1")],
    );
    let policy = CorsPolicy::builder()
        .origin("https://app.example.com")
        .methods(["PUT"]);
    let policy = policy.request_headers(["x-a"]).build().unwrap();
    let check = check_policy(&policy, &fetches(&[preflight, request]), |_| true);
    assert_eq!(
        check.requests[0].verdict,
        RequestVerdict::AllowedWithoutCredentials
    );
}

/// A change of a policy can make other changes necessary. The reason for the denial has these changes, too.
#[test]
fn change_for_a_denied_request_is_complete() {
    let denied = |policy: PolicyConfig, entry: Value| {
        let policy = policy.validate(&NoPublicSuffixes).unwrap();
        let check = check_policy(&policy, &fetches(&[entry]), |_| true);
        match check.requests[0].verdict.clone() {
            RequestVerdict::Denied { reasons } => reasons.join("\n"),
            verdict => panic!("{verdict:?}"),
        }
    };
    let mut config = PolicyConfig::default();
    config.origins = AllowList::Any;
    let credentialed = entry("https://app.example.com", "GET", URL, &[COOKIE]);
    let reason = denied(config, credentialed);
    assert!(
        reason.starts_with("credentialed requests are not allowed: set `credentials` to `true`; with credentials, a policy for any origin")
            && reason.ends_with(": list the origins"),
        "{reason}"
    );
    let mut config = PolicyConfig::default();
    config.origins = ["https://app.example.com"].into();
    config.credentials = true;
    for (origin, expected) in [
        (
            "http://app.example.org",
            "add `http://app.example.org` to `origins`; an attacker on the network can forge a page of an `http:` origin: use `https:`, or set `dangerously_allow_insecure_origins`",
        ),
        (
            "null",
            "sandboxed pages of every site have the origin `null`: serve the page from an origin of its own",
        ),
    ] {
        let reason = denied(config.clone(), entry(origin, "GET", URL, &[COOKIE]));
        let expected = format!("the policy does not allow the origin `{origin}`: {expected}");
        assert_eq!(reason, expected);
    }
}

/// The check names the response headers that the page loses.
#[test]
fn headers_that_the_policy_does_not_expose_are_named() {
    let mut entry = entry("https://app.example.com", "GET", URL, &[]);
    entry["response"]["headers"] = json!([
        header("Access-Control-Allow-Origin", "https://app.example.com"),
        header(
            "Access-Control-Expose-Headers",
            "X-Total, X-Page, X-Absent, Cache-Control"
        ),
        header("X-Total", "3"),
        header("X-Page", "1"),
        header("Cache-Control", "no-cache"),
    ]);
    let policy = CorsPolicy::builder().origin("https://app.example.com");
    let policy = policy.expose_headers(["X-Page"]).build().unwrap();
    let check = check_policy(&policy, &fetches(&[entry.clone()]), |_| true);
    assert_eq!(check.requests[0].hidden_headers, ["x-total"]);
    let policy = CorsPolicy::builder().origin("https://app.example.com");
    let policy = policy.expose_any_header().build().unwrap();
    let check = check_policy(&policy, &fetches(&[entry]), |_| true);
    assert!(check.requests[0].hidden_headers.is_empty());
}

/// Without credentials, `*` exposes every header of the response.
#[test]
fn headers_that_a_wildcard_exposes_are_named() {
    let policy = CorsPolicy::builder().origin("https://app.example.com");
    let policy = policy.credentials(true).build().unwrap();
    for (sent, allow_origin, hidden) in [
        (("x-of-the-recorder", "1"), "*", &["x-total"][..]),
        (COOKIE, "https://app.example.com", &[]),
    ] {
        let mut entry = entry("https://app.example.com", "GET", URL, &[]);
        entry["request"]["headers"] = json!([
            header("origin", "https://app.example.com"),
            header("sec-fetch-mode", "cors"),
            header(sent.0, sent.1),
        ]);
        entry["response"]["headers"] = json!([
            header("Access-Control-Allow-Origin", allow_origin),
            header("Access-Control-Allow-Credentials", "true"),
            header("Access-Control-Expose-Headers", "*"),
            header("X-Total", "3"),
            header("Cache-Control", "no-cache"),
        ]);
        let fetches = fetches(&[entry]);
        let is_credentialed = (sent == COOKIE).then_some(true);
        assert_eq!(fetches[0].sends_credentials, is_credentialed);
        let check = check_policy(&policy, &fetches, |_| true);
        assert_eq!(check.requests[0].hidden_headers, hidden, "{sent:?}");
    }
}

/// A policy that denies the origin can also deny the method and the headers.
#[test]
fn reasons_after_a_denied_origin_are_named() {
    for listed in [
        &["https://app.example.com"][..],
        &["https://*.corp.example.com"],
        &["http://localhost:*"],
    ] {
        let policy = CorsPolicy::builder().origins(listed).build().unwrap();
        let sent = [("x-a", "1")];
        let entry = entry("https://other.example.org", "PATCH", URL, &sent);
        let check = check_policy(&policy, &fetches(&[entry]), |_| true);
        let RequestVerdict::Denied { reasons } = &check.requests[0].verdict else {
            panic!("{check:?}");
        };
        let [origin, method, name] = &reasons[..] else {
            panic!("{reasons:?}");
        };
        assert!(
            origin.contains("the origin `https://other.example.org`"),
            "{origin}"
        );
        assert!(
            method.contains("`PATCH`") && name.contains("`x-a`"),
            "{method} {name}"
        );
    }
}

/// Browsers do not change `patch` to upper case, so a server that allows `PATCH` denies the request. The method in
/// lower case is probably a mistake of the page.
#[test]
fn method_in_lower_case_is_listed_in_upper_case_with_a_warning() {
    let methods = |sent: &[&str]| {
        let sent = sent.iter();
        let entries: Vec<_> = sent
            .map(|method| entry("https://app.example.com", method, URL, &[]))
            .collect();
        let suggestions = suggestions(&entries);
        assert!(suggestions.unchecked.is_empty());
        let methods = suggestions.policies[0].policy.config().methods.entries();
        (methods.to_vec(), warned(&entries))
    };
    let warning = String::from("lower-case-method patch");
    assert_eq!(
        methods(&["patch"]),
        (vec!["PATCH".into()], [warning.clone()].into())
    );
    assert_eq!(methods(&["PATCH"]), (vec!["PATCH".into()], [].into()));
    assert_eq!(
        methods(&["patch", "PATCH"]),
        (vec!["PATCH".into()], [warning].into())
    );
    assert_eq!(
        methods(&["Query"]),
        (
            vec!["QUERY".into()],
            ["lower-case-method Query".into()].into()
        )
    );
    // Browsers send this method in upper case.
    assert_eq!(methods(&["put"]), (vec!["PUT".into()], [].into()));
}

/// A page that sets a response header on its request gets a policy for its other headers. The policy denies the
/// recorded request, so the check names the change of the page.
#[test]
fn response_header_on_a_request_is_not_listed_and_has_a_warning() {
    let name = "access-control-allow-origin";
    let sent = [(name, "*"), ("authorization", "Bearer a")];
    let entries = [entry("https://app.example.com", "PUT", URL, &sent)];
    let found = suggestions(&entries);
    assert!(found.unchecked.is_empty());
    let policy = &found.policies[0].policy;
    assert_eq!(policy.config().request_headers, ["authorization"]);
    let warning = format!("response-header-on-request {name}");
    assert_eq!(warned(&entries), [warning].into());

    let check = check_policy(policy, &fetches(&entries), |_| true);
    let RequestVerdict::Denied { reasons } = &check.requests[0].verdict else {
        panic!()
    };
    let reason = &reasons[0];
    assert!(
        reasons.len() == 1 && reason.contains("remove it from the request of the page"),
        "{reasons:?}"
    );
    let warning = found.policies[0].warnings[0].to_string();
    for words in [name, "remove it from the request", "denies the preflight"] {
        assert!(warning.contains(words), "{warning}");
    }
}

/// A policy can list some headers that belong on responses. The recorded request succeeds with the suggested policy, and
/// the warning stays.
#[test]
fn listable_response_header_on_a_request_is_listed_and_has_a_warning() {
    for name in ["x-frame-options", "referrer-policy", "vary"] {
        let entries = [entry("https://app.example.com", "PUT", URL, &[(name, "a")])];
        let found = suggestions(&entries);
        let policy = &found.policies[0].policy;
        assert_eq!(policy.config().request_headers, [name]);
        let warning = format!("response-header-on-request {name}");
        assert_eq!(warned(&entries), [warning].into());
        let check = check_policy(policy, &fetches(&entries), |_| true);
        assert_eq!(
            check.requests[0].verdict,
            RequestVerdict::AllowedWithoutCredentials
        );
    }
}

/// The check names the letter case of a method, and the place of the mistake.
#[test]
fn letter_case_of_a_denied_method_is_named() {
    for (sent, listed, hint) in [
        (
            "patch",
            "PATCH",
            "the policy has `PATCH`, and methods are case-sensitive: write `PATCH` in the page",
        ),
        (
            "PATCH",
            "patch",
            "the policy has `patch`, and methods are case-sensitive: list `PATCH` in the policy",
        ),
        (
            "patch",
            "PUT",
            "methods are case-sensitive: write `PATCH` in the page, and list `PATCH` in the policy",
        ),
    ] {
        let policy = CorsPolicy::builder().origin("https://app.example.com");
        let policy = policy.methods([listed]).build().unwrap();
        let entry = entry("https://app.example.com", sent, URL, &[]);
        let check = check_policy(&policy, &fetches(&[entry]), |_| true);
        let reasons = vec![format!(
            "the policy does not allow the method `{sent}`: {hint}"
        )];
        assert_eq!(
            check.requests[0].verdict,
            RequestVerdict::Denied { reasons }
        );
    }
}

/// The search for a similar entry reads the whole list of the policy, so only the first requests get this part of the advice.
#[test]
fn similar_entries_are_searched_for_a_limited_number_of_requests() {
    let entries: Vec<Value> = (1..=300)
        .map(|port| {
            json!({
                "request": {"method": "GET", "url": "https://api.example/", "headers": [
                    {"name": "Origin", "value": format!("https://app.example:{port}")}]},
                "response": {"status": 200, "headers": []}
            })
        })
        .collect();
    let policy = CorsPolicy::builder()
        .origin("https://app.example")
        .build()
        .unwrap();
    let check = check_policy(&policy, &fetches(&entries), |_| true);
    let has_similar: Vec<bool> = check
        .requests
        .iter()
        .map(|request| match &request.verdict {
            RequestVerdict::Denied { reasons } => reasons[0].contains("the policy has `"),
            verdict => panic!("{verdict:?}"),
        })
        .collect();
    assert_eq!(has_similar.len(), 300);
    assert!(has_similar[0] && !has_similar[299], "{has_similar:?}");
}
