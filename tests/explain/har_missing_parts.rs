//! Parts that a recording lacks: nothing is invented, and no such fetch is judged.

use super::*;

#[test]
fn missing_entries_are_named() {
    // The request is absent.
    let found = fetches(&[preflight("PUT", "content-type, x-a", 404)]);
    assert_eq!(
        (&*found[0].method, found[0].headers.len(), found[0].obstacle),
        ("PUT", 2, None)
    );
    assert_eq!(
        result(&found[0], CredentialsMode::SameOrigin),
        "preflight-invalid-status"
    );
    // The preflight is absent, and the request was sent.
    let found = fetches(&[request(
        "PUT",
        &[header("x-a", "1"), header("cookie", "a=b")],
    )]);
    assert!(!found[0].has_preflight());
    assert_eq!(found[0].credentials_modes(), [CredentialsMode::Include]);
    assert_eq!(result(&found[0], CredentialsMode::SameOrigin), "ok");
    assert_eq!(
        result(&found[0], CredentialsMode::Include),
        "wildcard-origin-not-allowed"
    );
    // The recording has neither the preflight nor the response.
    let mut blocked = request("PUT", &[]);
    blocked["response"] = json!({"status": -1});
    blocked["_error"] = json!("net::ERR_FAILED");
    assert_eq!(
        fetches(&[blocked.clone()])[0].obstacle,
        Some(Obstacle::MissingResponse)
    );
    blocked["_corsErrorStatus"] = json!({"corsError": "PreflightInvalidStatus"});
    assert_eq!(
        fetches(&[blocked.clone()])[0].obstacle,
        Some(Obstacle::MissingPreflight)
    );
    // The origin is absent.
    blocked["request"]["headers"] = json!([]);
    assert_eq!(
        fetches(&[blocked.clone()])[0].obstacle,
        Some(Obstacle::UnknownOrigin)
    );
    blocked["request"]["headers"] = json!([header("origin", "https://app.example/")]);
    let invalid = fetches(&[blocked.clone()])[0].obstacle;
    assert_eq!(invalid, Some(Obstacle::InvalidOrigin));
    blocked["request"]["headers"] = json!([]);
    // The title of the page in the recording contains the origin.
    blocked["pageref"] = json!("p");
    let text = json!({"log": {"entries": [blocked], "pages": [{"id": "p", "title": "https://app.example/a"}]}}).to_string();
    let found = Recording::from_slice(text.as_bytes()).unwrap().fetches();
    assert_eq!(
        found[0].origin.as_ref().unwrap().serialize(),
        "https://app.example"
    );
}

/// Playwright does not record preflights. If the request was sent, its preflight succeeded, but the headers of the
/// preflight and of its response are unknown.
#[test]
fn preflight_that_is_not_recorded_is_not_invented() -> Outcome {
    let recording = Recording::from_slice(&sample("playwright-chromium.har")?)?;
    let fetches = recording.fetches();
    let mut found = fetches
        .iter()
        .filter(|fetch| fetch.url.as_str().contains("put-ok"));
    let playwright = found.next().ok_or("no fetch")?.clone();
    let mut blocked = request("PUT", &[header("x-a", "1")]);
    blocked["response"]["headers"] = json!([]);
    for (fetch, verdict) in [
        (playwright, Verdict::Readable),
        (self::fetches(&[blocked])[0].clone(), Verdict::Blocked),
    ] {
        let explanation = explained(&fetch);
        assert_eq!(explanation.verdict, verdict);
        let [preflight, request] = &*explanation.exchanges else {
            panic!("{explanation:?}")
        };
        assert!(preflight.is_preflight && preflight.headers.is_empty());
        assert_eq!(preflight.answer, ExplainedAnswer::NotRecorded);
        assert!(matches!(
            request.answer,
            ExplainedAnswer::Response {
                status: Some(200),
                ..
            }
        ));
        for text in shown(&explanation) {
            for known in [
                "reflight is not in the recording",
                "cannot be known",
                "iX OPTIONS",
            ] {
                assert!(text.contains(known), "{known}: {text}");
            }
            // The URL of Playwright's readable fetch contains these words, so the test does not search the text of this
            // fetch.
            for invented in ["204", "llow-credentials", "llow-methods"] {
                assert!(
                    verdict == Verdict::Readable || !text.contains(invented),
                    "{invented}: {text}"
                );
            }
        }
    }
    Ok(())
}

/// The recording has only the preflight, which lists the names of the headers, but not their values.
#[test]
fn value_that_is_not_recorded_is_not_invented() {
    let refused = preflight("POST", "content-type,x-a", 500);
    let explanation = explained(&fetches(&[refused])[0]);
    let sent = explanation
        .exchanges
        .iter()
        .flat_map(|exchange| &exchange.headers);
    let headers = sent.chain(&explanation.asked.headers);
    let mut values = headers.filter(|(name, _)| matches!(&**name, "content-type" | "x-a"));
    assert_eq!(values.clone().count(), 4);
    assert!(
        values.all(|(_, value)| value == "(not recorded)"),
        "{explanation:?}"
    );
    let reasons = explanation.preflight.join("\n");
    assert!(!reasons.contains("application/json"), "{reasons}");
    assert!(
        reasons.contains("the preflight asks for the header `content-type`"),
        "{reasons}"
    );
}

#[test]
fn status_that_is_not_recorded_is_not_invented() {
    let mut lost = request("GET", &[]);
    lost["response"] =
        json!({"status": 0, "headers": [header("x-a", "1")], "_error": "net::ERR_FAILED"});
    let explanation = explained(&fetches(&[lost])[0]);
    let answer = &explanation.exchanges[0].answer;
    assert!(
        matches!(answer, ExplainedAnswer::Response { status: None, .. }),
        "{answer:?}"
    );
    let [text, page, data] = shown(&explanation);
    assert!(text.contains("the status is not in the recording") && !text.contains("status 200"));
    assert!(page.contains("status is not in the recording") && !page.contains("status 200"));
    assert!(data.contains(r#""status":null"#), "{data}");
}

/// An entry without a response, or with a response without headers, does not show whether there was a response.
#[test]
fn entry_without_a_response_has_not_failed() {
    for response in [
        None,
        Some(json!(null)),
        Some(json!({"status": 200})),
        Some(json!({"status": 200, "headers": 7})),
    ] {
        let mut entry = request("GET", &[]);
        match response {
            Some(response) => entry["response"] = response,
            None => drop(entry.as_object_mut().unwrap().remove("response")),
        }
        let fetch = &fetches(&[entry])[0];
        assert_eq!(fetch.obstacle, Some(Obstacle::IncompleteEntry), "{fetch:?}");
        assert!(
            fetch
                .explanation(&UserAgent::new(), CredentialsMode::Omit)
                .is_none()
        );
    }
    // After a preflight that succeeds, the answer to the request is unknown, because the entry of the request has no
    // response.
    let mut entry = request("PUT", &[]);
    entry.as_object_mut().unwrap().remove("response");
    let mut allowed = preflight("PUT", "", 200);
    allowed["response"]["headers"] = json!([
        header("access-control-allow-origin", "*"),
        header("access-control-allow-methods", "PUT")
    ]);
    let explanation = explained(&fetches(&[allowed, entry])[0]);
    assert_eq!(explanation.verdict, Verdict::Undecided);
    assert!(
        !explanation.to_string().contains("no answer"),
        "{explanation}"
    );
}

/// With the status 304, the browser checks the headers of the response that it stored.
#[test]
fn response_that_is_not_modified_is_not_judged() {
    let asking = header("If-None-Match", "a");
    let mut entry = request("GET", std::slice::from_ref(&asking));
    entry["response"] = json!({"status": 304, "headers": []});
    let obstacle = |entries: &[Value]| fetches(entries)[0].obstacle;
    assert_eq!(
        obstacle(std::slice::from_ref(&entry)),
        Some(Obstacle::NotModified)
    );
    assert!(
        Obstacle::NotModified
            .to_string()
            .contains("`Disable cache`")
    );
    // Script asks whether the response has changed, so the browser checks this response.
    let by_script = [preflight("GET", "if-none-match", 200), entry.clone()];
    assert_eq!(obstacle(&by_script), None);
    // The browser adds the headers of this response to the stored response. A header that is missing here can be in the
    // stored response.
    let mut with = |allowed: &str, is_credentialed: bool| {
        let allow = header("Access-Control-Allow-Origin", allowed);
        entry["response"] = json!({"status": 304, "headers": [allow]});
        let cookies = if is_credentialed {
            json!([{"name": "sid", "value": "1"}])
        } else {
            json!([])
        };
        entry["request"]["cookies"] = cookies;
        obstacle(std::slice::from_ref(&entry))
    };
    assert_eq!(with("*", false), None);
    assert_eq!(with("https://app.example", false), None);
    assert_eq!(
        with("https://app.example", true),
        Some(Obstacle::NotModified)
    );
    assert_eq!(with("*", true), None);
}
