//! A finding, an explanation and a failed assertion name the same mistake with the same words. The denial of a policy uses
//! the words of an explanation.

use core::time::Duration;
use std::panic;

use fetch_cors::{
    api::{ApiCall, RequestInit},
    browser::{CredentialsMode, Origin, UserAgent},
    explain::explain,
    fetching::HttpRequest,
    infrastructure::response::Response as Answer,
    outcome::Outcome,
};
use http::{Method, Request, Response};

use super::{
    URL, config,
    invented::{
        ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, is_preflight, report_with, right_but, sending,
        status,
    },
    servers::{policy, set},
};

const PAGE: &str = "https://app.example";

type Server = Box<dyn Fn(&Request<()>) -> Response<()>>;

/// The outputs that name a mistake.
#[derive(Clone, Copy, PartialEq)]
enum Output {
    Finding,
    Explanation,
    Assertion,
}

use Output::{Assertion, Explanation, Finding};

fn preflights_get(answer: impl Fn() -> Response<()> + 'static) -> Server {
    Box::new(right_but(move |request, response| {
        if is_preflight(request) {
            *response = answer();
        }
    }))
}

fn preflights_with(name: &'static str, value: &'static str) -> Server {
    Box::new(right_but(move |request, response| {
        if is_preflight(request) && response.headers().contains_key(ALLOW_ORIGIN) {
            set(response.headers_mut(), name, value);
        }
    }))
}

fn others_get(code: u16, location: Option<&'static str>) -> Server {
    Box::new(right_but(move |request, response| {
        if !is_preflight(request) {
            let location = location.map(|location| ("location", location));
            *response = status(code, location.as_slice());
        }
    }))
}

/// Returns servers with one mistake each. Each server comes with the outputs that name its mistake, and with the words
/// that these outputs use.
fn mistakes() -> Vec<(Server, &'static [Output], &'static str)> {
    let all = &[Finding, Explanation, Assertion][..];
    let without_assertion = &[Finding, Explanation][..];
    let without_finding = &[Explanation, Assertion][..];
    let without_explanation = &[Finding, Assertion][..];
    vec![
        (
            Box::new(sending(|origin| format!("{origin}/"))),
            all,
            "the value ends with a slash, but an origin does not: remove the slash",
        ),
        (
            Box::new(sending(|origin| format!("{origin}:443"))),
            all,
            "remove the port, because browsers do not send a default port",
        ),
        (
            Box::new(sending(|_| "https://*.example".into())),
            all,
            "compare `Origin` with a list of allowed origins, and send the `Origin` that matches; list an entry with `*` only if you control all hosts that it matches",
        ),
        (
            Box::new(sending(|_| {
                "https://app.example, https://other.example".into()
            })),
            all,
            "choose the value in the server by the `Origin` of the request",
        ),
        (
            Box::new(sending(|origin| format!("{origin}, {origin}"))),
            all,
            "let only one part of the server set the header",
        ),
        (
            preflights_with(ALLOW_METHODS, "PUT PATCH"),
            all,
            "separate the elements of the list with commas",
        ),
        (
            preflights_with(ALLOW_HEADERS, "*"),
            without_finding,
            "with credentials, `*` is not a wildcard",
        ),
        (
            preflights_with(ALLOW_METHODS, "GET"),
            without_explanation,
            "`PUT` in `Access-Control-Allow-Methods`, in the same letter case",
        ),
        (
            preflights_get(|| status(302, &[("location", "https://cdn.example/notes")])),
            without_assertion,
            "answer the preflight before the redirect",
        ),
        (
            preflights_get(|| status(401, &[])),
            without_assertion,
            "answer OPTIONS before authentication",
        ),
        (
            preflights_get(|| status(405, &[])),
            without_assertion,
            "answer OPTIONS before routing",
        ),
        (
            others_get(500, None),
            without_assertion,
            "send the CORS headers on error responses too",
        ),
        (
            others_get(302, Some("https://cdn.example/notes")),
            without_assertion,
            "send the CORS headers on each redirect too",
        ),
    ]
}

fn init() -> RequestInit<'static> {
    let mut init = RequestInit::new(URL.parse().unwrap());
    init.method = "PUT".into();
    init.headers = vec![("x-a".into(), "1".into())];
    init.credentials = CredentialsMode::Include;
    init
}

fn text_of(output: Output, server: &Server) -> String {
    let page = Origin::parse(PAGE).unwrap();
    let answer = |request: &HttpRequest| {
        let request = Request::try_from(request).unwrap();
        Answer::from(&server(&request))
    };
    match output {
        Finding => report_with(&policy(), config(), &**server).to_string(),
        Explanation => {
            let call = ApiCall::Fetch(init());
            let explanation = explain(&UserAgent::new(), &page, &call, Duration::ZERO, |request| {
                Some(Ok(answer(request)))
            });
            // The text has line breaks and indentation.
            let text = explanation.to_string();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        }
        Assertion => {
            let request = init().into_request(page);
            let outcome =
                Outcome::fetch(&mut UserAgent::new(), request, Duration::ZERO, |request| {
                    Ok(answer(request))
                });
            let panicked = panic::catch_unwind(move || {
                outcome.assert_readable();
            });
            *panicked.unwrap_err().downcast::<String>().unwrap()
        }
    }
}

#[test]
fn outputs_name_a_mistake_with_the_same_words() {
    for (server, outputs, words) in mistakes() {
        for output in outputs {
            let text = text_of(*output, &server);
            assert!(text.contains(words), "{words}\n{text}");
        }
    }
}

#[test]
fn denial_has_the_words_of_an_explanation() {
    let words = "does not allow the method `DELETE`";
    let request = Request::builder()
        .method(Method::OPTIONS)
        .header("origin", PAGE)
        .header("access-control-request-method", "DELETE");
    let request = request.body(()).unwrap();
    let policy = policy();
    let decision = policy.decide(request.method(), request.headers());
    let denial = decision.describe().to_string();
    assert!(denial.ends_with(&format!("the policy {words}")), "{denial}");

    let page = Origin::parse(PAGE).unwrap();
    let mut init = init();
    init.method = "DELETE".into();
    let call = ApiCall::Fetch(init);
    let explanation = explain(&UserAgent::new(), &page, &call, Duration::ZERO, |request| {
        let request = Request::try_from(request).unwrap();
        let response = fetch_cors::conformance::policies::serve(&policy, &request);
        Some(Ok(Answer::from(&response)))
    });
    assert_eq!(
        explanation.headline,
        format!("blocked: the preflight response {words}")
    );
}
