//! The bodies of pasted responses, in which servers name the reason of a denial.

use core::time::Duration;

use fetch_cors::{
    api::ApiCall,
    browser::{Origin, RequestInit, UserAgent},
    explain::{Explanation, NearMissKind as Kind, explain, input::PastedResponses},
};

fn explained(method: &'static str, text: &str) -> Explanation {
    let pasted = PastedResponses::parse(text.as_bytes()).unwrap();
    let page = Origin::parse("https://app.example").unwrap();
    let mut init = RequestInit::new("https://api.example/".parse().unwrap());
    init.method = method.into();
    let mut explanation = explain(
        &UserAgent::new(),
        &page,
        &ApiCall::Fetch(init),
        Duration::ZERO,
        |_| Some(Ok(pasted.responses[0].to_response())),
    );
    explanation.set_response_bodies(|_| Some(pasted.responses[0].body_start.as_str()));
    explanation
}

#[test]
fn body_is_read_up_to_the_next_response() {
    let next = "HTTP/1.1 200 OK\nA: b\n\nb";
    for (text, expected) in [
        (
            "HTTP/1.1 403 x\nContent-Length: 3\n\nabcHTTP/1.1 200 OK\n\n",
            "abc",
        ),
        (
            "HTTP/1.1 403 x\nTransfer-Encoding: chunked\n\nabc\n",
            "abc\n",
        ),
        ("HTTP/2 403\n\nabc\n", "abc\n"),
        ("HTTP/2 403\n\n", ""),
        ("HTTP/2 403", ""),
        (
            "> GET / HTTP/2\n>\n< HTTP/2 403\n< a: b\n<\n* x\nabc\n",
            "abc\n",
        ),
    ] {
        let pasted = PastedResponses::parse(text.as_bytes()).unwrap();
        assert_eq!(pasted.responses[0].body_start, expected, "{text}");
    }
    let text = format!("HTTP/2 403\n\nabc\n{next}");
    let pasted = PastedResponses::parse(text.as_bytes()).unwrap();
    let bodies = pasted.responses.iter().map(|it| &*it.body_start);
    assert_eq!(bodies.collect::<Vec<_>>(), ["abc\n", "b"]);
    let long = format!("HTTP/2 403\n\n{}", "é".repeat(2000));
    let pasted = PastedResponses::parse(long.as_bytes()).unwrap();
    assert_eq!(pasted.responses[0].body_start, "é".repeat(500));
}

/// The server denied the request, so the request had the headers of the browser.
#[test]
fn denial_leaves_no_doubt_about_the_request() {
    for (body, has_doubt) in [("Forbidden", true), ("Disallowed CORS origin", false)] {
        let text = format!("HTTP/1.1 400 Bad Request\n\n{body}");
        let pasted = PastedResponses::parse(text.as_bytes()).unwrap();
        assert_eq!(pasted.responses[0].reason, "Bad Request");
        let mut explanation = explained("PUT", "HTTP/1.1 400 Bad Request\n\n");
        explanation.set_pasted_requests(|_| None);
        explanation.set_response_bodies(|_| Some(body));
        assert_eq!(explanation.request_doubt.is_some(), has_doubt, "{body}");
    }
}

#[test]
fn body_names_the_mistake() {
    for (method, status, body, kind, words) in [
        (
            "PUT",
            400,
            "Disallowed CORS origin, method",
            Kind::OriginNotAllowed,
            "does not allow the origin `https://app.example`: add this origin",
        ),
        (
            "GET",
            403,
            "Invalid CORS request",
            Kind::OriginNotAllowed,
            "does not allow the origin `https://app.example`, or the method",
        ),
        (
            "GET",
            500,
            "<pre>Error: Not allowed by CORS<br>",
            Kind::OriginNotAllowed,
            "has the text `Not allowed by CORS`",
        ),
        (
            "PUT",
            400,
            "Disallowed CORS headers",
            Kind::PreflightDenied,
            "`allow_methods` and `allow_headers`",
        ),
    ] {
        let text = format!("HTTP/1.1 {status} x\ncontent-type: text/plain\n\n{body}");
        let explanation = explained(method, &text);
        let first = &explanation.refusals[0].near_misses[0];
        assert_eq!(first.kind, kind, "{body}");
        assert!(first.sentence.contains(words), "{}", first.sentence);
    }
    let other = explained("GET", "HTTP/1.1 403 x\n\nForbidden");
    let kind = other.refusals[0].near_misses[0].kind;
    assert_eq!(kind, Kind::ErrorWithoutHeaders);
    let text = "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n\nInvalid CORS request";
    assert!(explained("GET", text).refusals.is_empty());
}
