//! The errors that a browser reports in a recording.

use super::*;

/// The error of the browser, and words of its explanation and of its fix.
const ERRORS: [(&str, &str, &str); 24] = [
    (
        "net::ERR_BLOCKED_BY_CLIENT",
        "an extension",
        "without extensions",
    ),
    (
        "net::ERR_BLOCKED_BY_ORB",
        "Opaque Response Blocking",
        "Content-Type",
    ),
    (
        "net::ERR_BLOCKED_BY_CSP",
        "Content Security Policy",
        "connect-src",
    ),
    (
        "net::ERR_BLOCKED_BY_ADMINISTRATOR",
        "administrator",
        "administrator",
    ),
    (
        "net::ERR_BLOCKED_BY_RESPONSE",
        "a header of the response",
        "change this header",
    ),
    (
        "net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin",
        "Cross-Origin-Resource-Policy",
        "cross-origin",
    ),
    (
        "net::ERR_BLOCKED_BY_RESPONSE.NotSameSite",
        "Cross-Origin-Resource-Policy",
        "cross-origin",
    ),
    (
        "net::ERR_BLOCKED_BY_RESPONSE.NotSameOriginAfterDefaultedToSameOriginByCoep",
        "Cross-Origin-Embedder-Policy",
        "cross-origin",
    ),
    (
        "net::ERR_CERT_AUTHORITY_INVALID",
        "certificate",
        "open the URL in a tab",
    ),
    (
        "net::ERR_CERT_DATE_INVALID",
        "certificate",
        "open the URL in a tab",
    ),
    ("net::ERR_SSL_PROTOCOL_ERROR", "TLS", "http://"),
    ("net::ERR_NAME_NOT_RESOLVED", "DNS", "host name"),
    (
        "net::ERR_CONNECTION_REFUSED",
        "nothing listens",
        "start the server",
    ),
    (
        "net::ERR_CONNECTION_RESET",
        "closed the connection",
        "log of the server",
    ),
    (
        "net::ERR_EMPTY_RESPONSE",
        "closed the connection",
        "log of the server",
    ),
    ("net::ERR_TIMED_OUT", "in time", "log of the server"),
    ("net::ERR_INTERNET_DISCONNECTED", "no route", "Offline"),
    (
        "net::ERR_ABORTED",
        "stopped the request",
        "AbortSignal.timeout",
    ),
    (
        "net::ERR_INVALID_RESPONSE",
        "a named error of the network",
        "open the URL",
    ),
    (
        "NS_ERROR_CONNECTION_REFUSED",
        "nothing listens",
        "start the server",
    ),
    ("NS_ERROR_UNKNOWN_HOST", "DNS", "host name"),
    ("NS_ERROR_NET_TIMEOUT", "in time", "log of the server"),
    (
        "NS_BINDING_ABORTED",
        "stopped the request",
        "preventDefault",
    ),
    (
        "NS_ERROR_DOM_CORP_FAILED",
        "Cross-Origin-Resource-Policy",
        "cross-origin",
    ),
];

#[test]
fn errors_of_the_browser_have_explanations_of_their_own() {
    for (error, meaning, fix) in ERRORS {
        for place in ["_error", "_failureText", "_blockedReason"] {
            let mut entry = request("GET", &[]);
            entry["response"] = json!({"status": 0, "headers": []});
            match place {
                "_failureText" => entry["response"][place] = json!(error),
                "_blockedReason" if !error.starts_with("NS_") => continue,
                _ => entry[place] = json!(error),
            }
            let explanation = explained(&fetches(&[entry])[0]);
            assert_eq!(explanation.verdict, Verdict::Blocked, "{error}");
            let headline = &explanation.headline;
            assert!(
                headline.contains(meaning) && headline.contains(error),
                "{headline}"
            );
            let Fix::NotCors { advice } = &explanation.fix else {
                panic!("{error}: {:?}", explanation.fix);
            };
            assert!(advice.contains(fix), "{error}: {advice}");
            let text = explanation.to_string();
            assert!(
                !text.contains("got no response") && !text.contains("+ Access-Control"),
                "{text}"
            );
        }
    }
    // The entry of a response that the browser hides has both the response and an error.
    let mut orb = request("GET", &[]);
    orb["request"]["headers"] = json!([
        header("referer", "https://app.example/"),
        header("sec-fetch-mode", "no-cors"),
        header("sec-fetch-site", "cross-site")
    ]);
    orb["_error"] = json!("net::ERR_BLOCKED_BY_ORB");
    let explanation = explained(&fetches(&[orb.clone()])[0]);
    assert!(
        explanation.headline.contains("Opaque Response Blocking"),
        "{explanation}"
    );
    // If a page aborts a fetch whose response it can read, the response still counts as readable.
    orb = request("GET", &[]);
    orb["_error"] = json!("net::ERR_ABORTED");
    assert_eq!(explained(&fetches(&[orb])[0]).verdict, Verdict::Readable);
    // The error `net::ERR_FAILED` does not prove a failed connection: the browser can have blocked the response. So the
    // verdict is undecided.
    let mut entry = request("PUT", &[]);
    entry["response"] = json!({"status": 0, "headers": [], "_error": "net::ERR_FAILED"});
    let mut allowed = preflight("PUT", "", 200);
    allowed["response"]["headers"] = json!([
        header("access-control-allow-origin", "*"),
        header("access-control-allow-methods", "PUT")
    ]);
    assert_eq!(
        explained(&fetches(&[allowed, entry])[0]).verdict,
        Verdict::Undecided
    );
}

/// The preflight has an error of its own, and the request has only `net::ERR_FAILED`.
#[test]
fn error_of_the_preflight_is_explained() {
    let mut failed = preflight("PUT", "", 200);
    failed["response"] =
        json!({"status": 0, "headers": [], "_error": "net::ERR_CERT_DATE_INVALID"});
    let mut entry = request("PUT", &[]);
    entry["response"] = json!({"status": 0, "headers": [], "_error": "net::ERR_FAILED"});
    let explanation = explained(&fetches(&[failed, entry])[0]);
    assert!(
        explanation.headline.contains("certificate"),
        "{explanation}"
    );
}

/// Chromium does not use a script with an error status, although a page can read the response.
#[test]
fn file_with_an_error_status_has_a_note() {
    let note = |status: u16, error: Value| {
        let mut entry = request("GET", &[]);
        let headers = [header("Access-Control-Allow-Origin", "*")];
        entry["response"] = json!({"status": status, "headers": headers, "_error": error});
        let explanation = explained(&fetches(&[entry])[0]);
        let notes = explanation.notes.into_iter();
        notes
            .filter(|note| note.contains("does not use a script"))
            .count()
    };
    assert_eq!(note(404, json!("net::ERR_ABORTED")), 1);
    assert_eq!(note(200, json!("net::ERR_ABORTED")), 0);
    assert_eq!(note(404, Value::Null), 0);
}

/// Two entries differ only in the body, which names the reason of the server.
#[test]
fn short_body_names_the_mistake() {
    let entry = |body: &str| {
        let mut entry = request("GET", &[]);
        let content = json!({"size": body.len(), "text": body});
        entry["response"] =
            json!({"status": 403, "headers": [header("Date", "a")], "content": content});
        entry
    };
    let fetches = fetches(&[entry("Forbidden!!!!!!!!!!!"), entry("Invalid CORS request")]);
    let kinds = fetches.iter().map(|fetch| {
        let explanation = explained(fetch);
        explanation.refusals[0].near_misses[0].kind.name()
    });
    let kinds: Vec<_> = kinds.collect();
    assert_eq!(kinds, ["error-without-headers", "origin-not-allowed"]);
}

/// The error is about the target of the redirect, and not about the URL of the page's call.
#[test]
fn error_of_a_redirect_target_names_the_target() {
    let mut redirect = request("GET", &[]);
    redirect["response"]["status"] = json!(302);
    redirect["response"]["redirectURL"] = json!("https://other.example/a");
    let mut target = request("GET", &[]);
    target["request"]["url"] = json!("https://other.example/a");
    target["response"] =
        json!({"status": 0, "headers": [], "_error": "net::ERR_BLOCKED_BY_CLIENT"});
    let explanation = explained(&fetches(&[redirect, target])[0]);
    let start = "blocked: the browser reported `net::ERR_BLOCKED_BY_CLIENT` for `https://other.example/a`, the target of a redirect: an extension";
    assert!(
        explanation.headline.starts_with(start),
        "{}",
        explanation.headline
    );
}

/// Browsers have these texts for a CORS failure too, or the text is not known, so the texts do not prove a failed connection.
#[test]
fn ambiguous_error_is_not_a_failed_connection() {
    let errors = [
        "NS_ERROR_DOM_BAD_URI",
        "NS_ERROR_DOM_BAD_CROSS_ORIGIN_URI",
        "NS_ERROR_FAILURE",
        "Load failed",
        "Failed to fetch",
        "Network Error",
        "NetworkError when attempting to fetch resource.",
        "https://api.example/ due to access control checks.",
        "Not allowed to request resource",
        "(failed)",
    ];
    for error in errors {
        for place in ["_error", "_failureText"] {
            let mut entry = request("GET", &[]);
            entry["response"] = json!({"status": -1, "headers": [], place: error});
            let fetch = &fetches(&[entry])[0];
            assert_eq!(fetch.obstacle, Some(Obstacle::AmbiguousError), "{error}");
            let explanation = fetch.explanation(&UserAgent::new(), CredentialsMode::SameOrigin);
            assert!(explanation.is_none(), "{error}");
        }
    }
    for error in ["cancelled", "Cancelled load", "(canceled)"] {
        let mut entry = request("GET", &[]);
        entry["response"] = json!({"status": -1, "headers": [], "_failureText": error});
        let headline = explained(&fetches(&[entry])[0]).headline;
        assert!(headline.starts_with("stopped: "), "{error}: {headline}");
    }
    for (error, reason) in [
        ("csp", "Content Security Policy"),
        ("connect ECONNREFUSED 127.0.0.1:80", "the connection failed"),
    ] {
        let mut entry = request("GET", &[]);
        entry["response"] = json!({"status": -1, "headers": [], "_error": error});
        let headline = explained(&fetches(&[entry])[0]).headline;
        assert!(headline.contains(reason), "{error}: {headline}");
    }
}

/// The recording does not have the origin of the page, but the error of the browser names the reason.
#[test]
fn certain_error_without_an_origin_is_named() {
    let fetch_with = |url: &str, error: &str| {
        let entry = json!({
            "_resourceType": "fetch",
            "request": {"method": "GET", "url": url, "headers": [header("accept", "*/*")]},
            "response": {"status": 0, "headers": [], "_error": error},
        });
        let fetch = fetches(&[entry]).remove(0);
        assert_eq!(fetch.obstacle, Some(Obstacle::UnknownOrigin), "{error}");
        fetch
    };
    let http = "http://api.example/notes";
    for (error, meaning) in [
        ("mixed-content", "mixed content"),
        ("csp", "Content Security Policy"),
    ] {
        let message = fetch_with(http, error).error_message().unwrap();
        assert!(message.is_complete() && message.meaning().contains(meaning));
    }
    let is_reported = |url: &str| {
        let fetch = fetch_with(url, "mixed-content");
        fetch.reported_message().is_some()
    };
    assert!(is_reported(http));
    // A page can request a URL with `https:` that redirects to a URL with `http:`.
    assert!(!is_reported("https://api.example/notes"));
}

/// Only a page on https has mixed content, and only a URL on http is mixed content.
#[test]
fn mixed_content_of_another_page_or_url_is_not_judged() {
    use Obstacle::{MixedContentOfHttpPage, MixedContentOfOtherUrl};
    let cases = [
        ("https://app.example", URL, Some(MixedContentOfOtherUrl)),
        ("http://app.example", URL, Some(MixedContentOfOtherUrl)),
        (
            "http://app.example",
            "http://api.example/r",
            Some(MixedContentOfHttpPage),
        ),
        ("https://app.example", "http://api.example/r", None),
        ("null", "http://api.example/r", None),
    ];
    for (origin, url, obstacle) in cases {
        for error in ["mixed-content", "blocked:mixed-content"] {
            let mut entry = request("GET", &[]);
            entry["request"]["url"] = json!(url);
            entry["request"]["headers"] = json!([header("origin", origin)]);
            entry["response"] = json!({"status": 0, "headers": [], "_error": error});
            let fetch = &fetches(&[entry])[0];
            assert_eq!(fetch.obstacle, obstacle, "{origin} {url}");
            let explanation = fetch.explanation(&UserAgent::new(), CredentialsMode::SameOrigin);
            assert_eq!(explanation.is_none(), obstacle.is_some(), "{origin} {url}");
            assert_eq!(
                fetch.reported_message().is_none(),
                obstacle.is_some(),
                "{origin} {url}"
            );
        }
    }
}

/// The browser blocks the request as mixed content in any case, but the reported error needs a fix, too.
#[test]
fn error_next_to_mixed_content_is_named() {
    let notes = |error: &str| {
        let mut entry = request("GET", &[]);
        entry["request"]["url"] = json!("http://api.example/r");
        entry["response"] = json!({"status": 0, "headers": [], "_error": error});
        let explanation = explained(&fetches(&[entry])[0]);
        let failure = explanation.refusals[0].failure;
        assert_eq!(failure, Failure::BlockedAsMixedContent, "{error}");
        explanation.notes.join("")
    };
    for error in ["csp", "net::ERR_BLOCKED_BY_CSP"] {
        let start = format!("the browser reported `{error}`: the Content Security Policy");
        let notes = notes(error);
        assert!(notes.starts_with(&start), "{notes}");
        assert!(notes.contains("`connect-src`"), "{notes}");
    }
    for error in ["mixed-content", "net::ERR_FAILED", "net::ERR_ABORTED"] {
        assert_eq!(notes(error), "");
    }
}
