//! The report lists the parts that were not checked.

use std::time::Duration;

use fetch_cors::{
    cases::{Exchange, ExchangeError, ExchangeRecord, RequestLine},
    conformance::{
        Cause, Check, Recorded, Report, Severity, check, handler,
        laws::Law,
        policies::{PolicySpec, serve, serve_with_handler},
    },
    fetching::ConnectionError,
    infrastructure::response::Response as FetchResponse,
    server::CorsPolicy,
};
use http::{Request, Response, StatusCode};

use super::{
    config, kinds, report_of,
    servers::{changed, is_preflight, origin, policy, set},
};

const OWN: &str = "https://api.example";

/// Checks a server that answers each request with `respond`. If `respond` returns an error, the request gets no
/// response.
fn report_with(
    config: fetch_cors::conformance::CheckConfig,
    respond: impl Fn(&Request<()>) -> Result<Response<()>, ExchangeError>,
) -> Report {
    let mut check = Check::new(&policy(), config).unwrap();
    while let Some(line) = check.request() {
        let request = Request::try_from(&line.request).unwrap();
        let response = respond(&request).map(|response| FetchResponse::from(&response));
        check.answer_after(response, Some(Duration::from_millis(1)));
    }
    check.report()
}

/// Returns each unchecked part of the report if the part contains the word.
fn unchecked<'r>(report: &'r Report, word: &str) -> Vec<&'r str> {
    let parts = report.unchecked().iter().map(String::as_str);
    parts.filter(|part| part.contains(word)).collect()
}

#[test]
fn everything_is_checked_with_a_handler_and_an_error_url() {
    let config = config().error_url("https://api.example/none").unwrap();
    let policy = policy();
    let report = report_with(config, |request| {
        if is_preflight(request) && request.headers().contains_key("origin") {
            return Ok(serve(&policy, request));
        }
        let mut headers = handler(request).headers().clone();
        set(&mut headers, "etag", "1");
        let mut response = serve_with_handler(&policy, request, &headers);
        if request.uri().path() == "/none" {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        if request.headers().contains_key("if-none-match") {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        Ok(response)
    });
    assert!(report.violations().is_empty(), "{report}");
    assert_eq!(report.unchecked(), [""; 0]);
    assert!(!report.to_string().contains("not checked"));
    assert!(report.is_complete());
}

/// A permitted fetch is broken if its preflight or its request gets no response.
#[test]
fn a_permitted_fetch_without_a_response_is_broken() {
    let law = Law::FetchSucceedsExactlyWhenPermitted;
    type Fails = fn(&Request<()>) -> bool;
    let preflights: Fails = is_preflight;
    let others: Fails = |request| request.method() == "PUT";
    for (fails, error, words) in [
        (
            preflights,
            ExchangeError::Timeout,
            "its preflight gets no response, because the server does not answer in time",
        ),
        (
            preflights,
            ExchangeError::Network,
            "its preflight gets no response, because the connection fails",
        ),
        (
            others,
            ExchangeError::Timeout,
            "the request gets no response, because the server does not answer in time",
        ),
    ] {
        let policy = policy();
        let report = report_with(config(), |request| {
            if fails(request) {
                Err(error)
            } else {
                Ok(serve(&policy, request))
            }
        });
        let broken = report.violations().iter().find(|violation| {
            (violation.severity(), violation.law()) == (Severity::Broken, law)
                && violation.message().contains(words)
        });
        let broken = broken.unwrap_or_else(|| panic!("{words} in {report}"));
        // The example shows the exchange that has no response. If the preflight succeeded, and the request after the
        // preflight got no response, the example also shows the preflight.
        let explanation = broken.explanation();
        assert!(explanation.contains("< no response"), "{explanation}");
        let is_after_preflight = explanation.contains("> OPTIONS") && explanation.contains("> PUT");
        let of_preflight = words.starts_with("its");
        assert_eq!(is_after_preflight, !of_preflight, "{explanation}");
    }
}

#[test]
fn a_denied_fetch_without_a_response_is_broken_too() {
    let policy = policy();
    let report = report_with(config(), |request| {
        let origin = request.headers().get("origin");
        if origin.is_some_and(|origin| origin == "https://unlisted.test") {
            Err(ExchangeError::Network)
        } else {
            Ok(serve(&policy, request))
        }
    });
    // The server does not answer a request whose first `Origin` line is `https://unlisted.test`. The report has one
    // violation for requests with one `Origin` line, and one violation for requests with several `Origin` lines.
    let law = Law::EveryRequestGetsAResponse;
    let expected = ["denied-origin", "several-origins"].map(|kind| (law, kind.to_owned()));
    let mut found = kinds(&report);
    // OPTIONS requests that are not preflights have a violation of their own, because no page needs them.
    found.dedup();
    assert_eq!(found, expected, "{report}");
    // Browsers send one `Origin` line.
    assert_eq!(report.with_severity(Severity::Broken).count(), 1);
    assert_eq!(report.findings().len(), 1);
    assert_eq!(report.findings()[0].cause(), Cause::NoResponse);
}

/// A single missing response probably has a reason that does not depend on the request, such as the network. So the
/// request is not checked. But if a permitted fetch fails, or if each of several similar requests gets no response, the
/// server is broken.
#[test]
fn single_missing_responses_are_not_a_mistake() {
    let policy = policy();
    type Fails = fn(&str, &Request<()>) -> bool;
    let silent: [(Severity, Fails); 10] = [
        (Severity::Waste, |id, _| id == "reflection/1"),
        (Severity::Waste, |id, _| id == "unlisted-origin-post/1"),
        // The server never answers several denied origins, so this is a pattern.
        (Severity::Broken, |id, _| id.starts_with("shared-host-")),
        (Severity::Broken, |id, _| id == "listed-origin/1"),
        (Severity::Broken, |id, _| id == "listed-method/1"),
        (Severity::Broken, |_, request| origin(request) == "null"),
        (Severity::Broken, |_, request| {
            let listed = ["https://app.example", "https://other.example"];
            request.method() == "POST" && !listed.contains(&&*origin(request))
        }),
        // The server also answers requests from the origin `null` and from its own origin.
        (Severity::Broken, |_, request| {
            let answered = ["https://app.example", "https://other.example", OWN];
            let origin = origin(request);
            request.method() == "POST"
                && origin.starts_with("http")
                && !answered.contains(&&*origin)
        }),
        (Severity::Broken, |_, request| {
            request.headers().contains_key("vary")
        }),
        (Severity::Broken, |_, request| {
            let names = request.headers().get("access-control-request-headers");
            names.is_some_and(|names| names.len() > 3000)
        }),
    ];
    for (severity, fails) in silent {
        let mut check = Check::new(&policy, config()).unwrap();
        while let Some(line) = check.request() {
            let request = Request::try_from(&line.request).unwrap();
            let answer = if fails(&line.id, &request) {
                Err(ConnectionError)
            } else {
                Ok(FetchResponse::from(&serve(&policy, &request)))
            };
            check.answer(answer);
        }
        let report = check.report();
        let findings = report.findings();
        let found: Vec<_> = findings
            .iter()
            .map(|finding| (finding.severity(), finding.cause()))
            .collect();
        assert_eq!(found, [(severity, Cause::NoResponse)], "{report}");
        let fix = findings[0].advice();
        let is_to_repeat = fix.starts_with("send these requests again");
        assert_eq!(is_to_repeat, severity == Severity::Waste, "{fix}");
        assert!(!report.is_complete() && !report.without_response().is_empty());
    }
}

/// The report names the methods in `Allow` that the check has not sent.
#[test]
fn status_405_names_the_methods_that_the_url_allows() {
    let with_allow = |allow: &'static str, config| {
        let report = report_with(config, |request| {
            let mut response = serve(&policy(), request);
            if !is_preflight(request) && request.method() != "PUT" {
                *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
                set(response.headers_mut(), "allow", allow);
            }
            if request.method() == "PUT" {
                *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            }
            Ok(response)
        });
        report.unjudged().unwrap().to_owned()
    };
    let hint = "use a URL that answers GET, or do not call `CheckConfig::without_unsafe_methods`, to send PUT to the URL too, \
         each with the body that the URL needs";
    let reason = with_allow("OPTIONS, PUT", config().without_unsafe_methods());
    assert!(reason.ends_with(hint), "{reason}");
    for (allow, config) in [
        ("OPTIONS", config().without_unsafe_methods()),
        ("OPTIONS, PUT", config()),
    ] {
        let reason = with_allow(allow, config);
        assert!(!reason.contains("without_unsafe_methods"), "{reason}");
    }
}

/// A check has few requests with `Authorization`. The success of these requests does not show that the URL answers
/// requests without `Authorization`.
#[test]
fn method_that_needs_a_login_is_not_checked() {
    let policy = policy();
    let report = report_with(config(), |request| {
        let mut response = serve(&policy, request);
        if request.method() == "GET" && !request.headers().contains_key("authorization") {
            set(response.headers_mut(), "location", "/login");
            *response.status_mut() = StatusCode::FOUND;
        }
        Ok(response)
    });
    let parts = unchecked(&report, "the method `GET`");
    assert_eq!(parts.len(), 1, "{report}");
    assert!(
        parts[0].contains("the first has 302): does the URL need a login? "),
        "{report}"
    );
}

/// The check has test values of `Cookie` and `Authorization`. If a server refuses a test value, the responses to requests
/// with credentials say nothing.
#[test]
fn refused_credentials_are_not_checked() {
    let parts_of = |name: &'static str, code: u16, refuses_allowed: bool| {
        let policy = policy();
        let report = report_with(config(), |request| {
            let mut response = serve(&policy, request);
            let is_spared = !refuses_allowed && origin(request) == "https://app.example";
            if request.headers().contains_key(name) && !is_spared {
                *response.status_mut() = StatusCode::from_u16(code).unwrap();
            }
            Ok(response)
        });
        let parts = unchecked(&report, "requests with credentials").into_iter();
        parts.map(String::from).collect::<Vec<_>>()
    };
    for (name, value) in [
        ("cookie", "`cookie: fetch-cors=1`"),
        ("authorization", "`authorization: Basic "),
    ] {
        for code in [401, 403, 302, 303, 400, 404, 500] {
            let parts = parts_of(name, code, true);
            assert_eq!(parts.len(), 1, "{parts:?}");
            assert!(
                parts[0].contains(value) && parts[0].contains(&format!("(status {code})")),
                "{parts:?}"
            );
        }
        assert_eq!(parts_of(name, 401, false), [""; 0]);
    }
}

#[test]
fn entries_after_the_limit_are_counted() {
    for (count, expected) in [(32, 0), (33, 1)] {
        let listed = (0..count).map(|i| format!("https://app{i}.example"));
        let listed: Vec<String> = listed.collect();
        let policy = CorsPolicy::builder().origins(listed.iter().map(String::as_str));
        let policy = policy.build().unwrap();
        let mut server = changed(policy.clone(), |_, _| ());
        let report = check(&mut server, &policy, config()).unwrap();
        let parts = unchecked(&report, "1 of 33 entries of `origins`");
        assert_eq!(parts.len(), expected, "{report}");
    }
}

/// Only the answers to pages of allowed origins show that the URL answers a method.
#[test]
fn methods_without_a_success_for_an_allowed_page_are_named() {
    let policy = CorsPolicy::builder().origins(["https://app.example", "https://*.example.com"]);
    let policy = policy.methods(["PUT", "DELETE"]).build().unwrap();
    let mode = fetch_cors::infrastructure::request::CredentialsMode::Omit;
    // The server denies hosts with unusual characters, as most servers do.
    let is_usual = |host: &str| host.bytes().all(|byte| byte != b'_');
    for status in [404, 410, 422] {
        let mut server = changed(policy.clone(), |request, response| {
            let page = origin(request);
            let is_allowed = policy.permits(&page, "GET", &[], mode) && is_usual(&page);
            // Without a success for HEAD, one line names all methods.
            let is_refused = !is_preflight(request) && request.method() != "HEAD";
            if is_allowed && is_refused {
                *response.status_mut() = StatusCode::from_u16(status).unwrap();
            } else if !is_usual(&page) {
                response.headers_mut().remove("access-control-allow-origin");
            }
        });
        let report = check(&mut server, &policy, config()).unwrap();
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let name = format!("`{method}`");
            assert_eq!(unchecked(&report, &name).len(), 1, "{method}: {report}");
        }
    }
}

#[test]
fn requests_without_an_answer_are_named() {
    let policy = policy();
    let mut recorded = Recorded::new(&policy, config()).unwrap();
    let lines: Vec<_> = recorded.requests().cloned().collect();
    for line in lines
        .iter()
        .filter(|line| !["prefix/1", "prefix-2/1"].contains(&&*line.id))
    {
        let request = Request::try_from(&line.request).unwrap();
        let exchange = Exchange {
            id: line.id.clone(),
            request: line.request.clone(),
            response: FetchResponse::from(&serve(&policy, &request)),
        };
        recorded.insert(exchange).unwrap();
    }
    let report = recorded.report();
    assert!(report.violations().is_empty(), "{report}");
    assert_eq!(report.unanswered(), ["prefix/1", "prefix-2/1"]);
    assert_eq!(report.missing(), 2);
    assert!(!report.is_complete());
    let named = unchecked(&report, "not sent or not recorded");
    assert!(named[0].starts_with("2 requests not sent or not recorded (prefix/1, prefix-2/1): "));
    assert!(report.to_string().contains("2 not sent or not recorded: "));

    // If a check ends early, the report counts the requests that were not sent.
    let mut check = Check::new(&policy, config()).unwrap();
    check.answer(Err(ConnectionError));
    assert_eq!(check.report().missing(), lines.len() - 1);
}

/// Some recorders drop `Cookie`. A record without a header of the test requests does not show what the server answers to
/// requests with this header.
#[test]
fn headers_that_recorded_requests_lack_are_named() {
    let report = |dropped: &[&str]| {
        let mut recorded = Recorded::new(&policy(), config()).unwrap();
        let lines: Vec<_> = recorded.requests().cloned().collect();
        for RequestLine { id, mut request } in lines {
            for name in dropped {
                request.header_list.delete(name);
            }
            let response = serve(&policy(), &Request::try_from(&request).unwrap());
            let response = FetchResponse::from(&response);
            recorded
                .insert(Exchange {
                    id,
                    request,
                    response,
                })
                .unwrap();
        }
        recorded.report()
    };
    for name in [
        "cookie",
        "authorization",
        "content-type",
        "vary",
        "fetch-cors-handler",
    ] {
        let report = report(&[name]);
        assert!(report.violations().is_empty(), "{report}");
        let start = format!("requests with the header `{name}`, because ");
        let named = unchecked(&report, &start);
        assert_eq!(named.len(), 1, "{report}");
        let end = " lack it: send and record each header of a test request";
        assert!(named[0].starts_with(&start) && named[0].ends_with(end));
    }
    let report = report(&[]);
    assert!(unchecked(&report, "requests with the header").is_empty());
}

/// If a program sends a request again because the first request got no response, the record has an error and a response
/// with the same id.
#[test]
fn responses_replace_errors_with_the_same_id() {
    let policy = policy();
    let report = |is_error_first: bool| {
        let mut recorded = Recorded::new(&policy, config()).unwrap();
        let lines: Vec<_> = recorded.requests().cloned().collect();
        for line in lines {
            let request = Request::try_from(&line.request).unwrap();
            let response = FetchResponse::from(&serve(&policy, &request));
            let mut answers = vec![Ok(response)];
            if line.id == "listed-origin/1" {
                let error = Err(ExchangeError::Timeout);
                answers.insert(usize::from(!is_error_first), error);
            }
            for response in answers {
                let (id, request) = (line.id.clone(), line.request.clone());
                let exchange = ExchangeRecord {
                    id,
                    request,
                    response,
                    duration: None,
                };
                recorded.insert(exchange).unwrap();
            }
        }
        recorded.report()
    };
    let replaced = report(true);
    assert!(replaced.violations().is_empty(), "{replaced}");
    assert!(replaced.is_complete() && replaced.judged_alone() == 0);
    let repeated = report(false);
    assert_eq!(repeated.judged_alone(), 1);
    assert!(repeated.notes()[0].contains("an earlier exchange has the same id"));
}

#[test]
fn an_exchange_with_an_error_is_judged_alone_too() {
    let line = r#"{"id":"mine","request":{"method":"GET","url":"https://api.example/notes?all","headers":[]},"response":{"error":"network"}}"#;
    let mut recorded = Recorded::new(&policy(), config()).unwrap();
    recorded
        .insert(ExchangeRecord::parse(line).unwrap())
        .unwrap();
    let report = recorded.report();
    let law = Law::EveryRequestGetsAResponse;
    assert!(
        report
            .violations()
            .iter()
            .any(|violation| violation.law() == law)
    );
}

/// The report also counts the status of an exchange that does not belong to a probe.
#[test]
fn the_status_of_another_exchange_counts() {
    let exchange = |status: u16| {
        let line = format!(
            r#"{{"id":"mine","request":{{"method":"GET","url":"https://api.example/notes?all","headers":[]}},"response":{{"status":{status},"headers":[]}}}}"#
        );
        let mut recorded = Recorded::new(&policy(), config()).unwrap();
        let record = ExchangeRecord::parse(&line).unwrap();
        recorded.insert(record).unwrap();
        recorded.report()
    };
    assert_eq!(exchange(200).unjudged(), None);
    assert!(unchecked(&exchange(200), "this URL").is_empty());
    assert_eq!(unchecked(&exchange(404), "this URL").len(), 1);
    let text = exchange(200).to_string();
    assert!(
        text.contains("1 request sent, 0 fetches by pages judged, "),
        "{text}"
    );
}

#[test]
fn a_url_that_always_fails_is_not_checked() {
    let policy = policy();
    let mut misspelled = changed(policy.clone(), |request, response| {
        if !is_preflight(request) {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
    });
    let report = check(&mut misspelled, &policy, config()).unwrap();
    assert!(report.violations().is_empty(), "{report}");
    assert!(!report.is_complete());
    let parts = unchecked(&report, "this URL");
    assert_eq!(parts.len(), 1, "{report}");
    assert!(parts[0].contains("the status is 404 in "), "{report}");
    // The report lists the URL once, and does not also list each method.
    assert!(unchecked(&report, "the method").is_empty());
    assert!(report_of(&policy, config()).is_complete());
}

/// The report tells the user to test the target of a redirect only if the target is on the same host and does not look
/// like a login page.
#[test]
fn question_about_redirects_depends_on_the_target() {
    let login = "does the URL need a login? ";
    let other = "redirect every request to another host (";
    let same = "test the URL to which the server redirects (";
    for (to, question) in [
        ("/login", login),
        ("/users/sign_in", login),
        ("https://api.example/oauth2/start", login),
        ("https://sso.example/start", login),
        ("https://accounts.example/", login),
        ("https://other.example/notes", other),
        ("/notes/", same),
        ("/authors", same),
        ("http://api.example:8080/notes", same),
    ] {
        let report = report_with(config(), |_| {
            let response = Response::builder().status(302).header("location", to);
            Ok(response.body(()).unwrap())
        });
        let unjudged = report.unjudged().unwrap();
        for text in [login, other, same] {
            assert_eq!(unjudged.contains(text), text == question, "{unjudged}");
        }
        assert!(unjudged.contains(to), "{unjudged}");
    }
}

/// If some responses are not redirects, the report only asks whether the server redirects every request.
#[test]
fn report_asks_whether_every_request_is_redirected() {
    let report = report_with(config(), |request| {
        let status = if request.headers().contains_key("origin") {
            308
        } else {
            404
        };
        let response = Response::builder().status(status);
        Ok(response.header("location", "/notes/").body(()).unwrap())
    });
    let unjudged = report.unjudged().unwrap();
    let question =
        "does the server redirect every request? Test the URL to which it redirects (`/notes/`)";
    assert!(unjudged.ends_with(question), "{unjudged}");
}

#[test]
fn first_line_says_why_every_request_fails() {
    let with_status = |status: u16| {
        report_with(config(), move |request| {
            let status = if is_preflight(request) { 204 } else { status };
            let response = Response::builder().status(status);
            Ok(response.header("location", "/login").body(()).unwrap())
        })
    };
    let url = "https://api.example/notes?all";
    for (status, question) in [
        (
            401,
            "does the URL need a login? If so, send the credentials of a test user, such as `Authorization: Bearer …` or `Cookie: …`, with every request except OPTIONS",
        ),
        (403, "does the URL need a login? "),
        (404, "is the path right?"),
        (405, "does the URL answer GET? "),
        (429, "does the server limit the number of requests? "),
        (500, "the server fails: "),
        (302, "does the URL need a login? "),
        (304, "does a cache in front of the server answer? "),
        (
            400,
            "use a URL that the server answers with a status from 200 to 299",
        ),
    ] {
        let report = with_status(status);
        let text = report.to_string();
        let first = text.lines().next().unwrap();
        let start = format!(
            "not judged: no response from {url} has a status from 200 to 299 (the status is {status} in "
        );
        assert!(
            first.starts_with(&start) && first.contains(question),
            "{first}"
        );
        assert_eq!(first.strip_prefix("not judged: "), report.unjudged());
        assert!(!report.is_complete());
        assert!(
            text.contains("\nfix this problem first, because it can cause the findings below\n\n")
        );
    }
    for (error, reason) in [
        (
            ExchangeError::Network,
            "because the connection fails: is the server running?",
        ),
        (
            ExchangeError::Timeout,
            "because the server does not answer in time: is the server running?",
        ),
    ] {
        let text = report_with(config(), |_| Err(error)).to_string();
        let first = text.lines().next().unwrap();
        assert_eq!(
            first,
            format!("not judged: no request to {url} gets a response, {reason}")
        );
    }
    let text = report_with(config(), |_| Err(ExchangeError::Network)).to_string();
    assert!(!text.contains("no-response"), "{text}");
    let counts = text.lines().find(|line| line.contains(" requests sent, "));
    let (counts, found) = counts.unwrap().split_once(": ").unwrap();
    let (found, parts) = found.split_once("; ").unwrap();
    assert!(parts.ends_with(" parts not checked"), "{parts}");
    let counts: Vec<_> = counts.split(", ").collect();
    let number = counts[0].strip_suffix(" requests sent").unwrap();
    assert_eq!(counts[1], format!("{number} without a response"));
    assert_eq!(
        (counts[3], found),
        ("0 not sent or not recorded", "not judged")
    );
    // If the server answers, `unjudged` returns `None`, and the report does not begin with a reason.
    let policy = policy();
    let report = report_with(config(), |request| Ok(serve(&policy, request)));
    assert_eq!(report.unjudged(), None);
    assert!(report.to_string().starts_with("not checked: "), "{report}");
}

/// A server answers a request without credentials with the status 401. The report then asks whether the URL needs a
/// login.
#[test]
fn login_is_named() {
    let policy = policy();
    let report = report_with(config(), |request| {
        let mut response = serve(&policy, request);
        if !request.headers().contains_key("authorization") && !is_preflight(request) {
            *response.status_mut() = StatusCode::UNAUTHORIZED;
        }
        Ok(response)
    });
    assert!(report.violations().is_empty(), "{report}");
    let parts = unchecked(&report, "`HEAD`");
    assert!(
        parts[0].contains("the first has 401): does the URL need a login? "),
        "{report}"
    );
}

#[test]
fn a_permitted_method_that_always_fails_is_not_checked() {
    let policy = policy();
    let mut server = changed(policy.clone(), |request, response| {
        if ["PUT", "POST"].contains(&request.method().as_str()) {
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        }
    });
    let report = check(&mut server, &policy, config()).unwrap();
    assert!(report.is_complete());
    let parts = unchecked(&report, "the method");
    assert_eq!(parts.len(), 1, "{report}");
    assert!(parts[0].contains("the methods `POST`, `PUT`, because"));
    assert!(parts[0].contains("the first has 405"));
    assert!(unchecked(&report_of(&policy, config()), "the method").is_empty());
    // No request with the permitted method PATCH is sent, so the report lists PATCH as not checked.
    let mut check = Check::new(&policy, config()).unwrap();
    while let Some(line) = check.request() {
        if line.request.method == "PATCH" {
            check.skip();
            continue;
        }
        let request = Request::try_from(&line.request).unwrap();
        check.answer(Ok(FetchResponse::from(&serve(&policy, &request))));
    }
    let report = check.report();
    let parts = unchecked(&report, "the method");
    assert!(
        parts[0].contains("`PATCH`, because there is no response to a page"),
        "{report}"
    );
}

#[test]
fn an_exposed_header_that_no_response_has_is_not_checked() {
    let report = report_of(&policy(), config());
    assert_eq!(unchecked(&report, "exposed header `etag`").len(), 1);
    // Only responses to a denied page have `etag`. These responses do not show whether allowed pages can read the
    // header.
    let mut denied = changed(policy(), |request, response| {
        let origin = request.headers().get("origin");
        if origin.is_some_and(|origin| origin == "https://unlisted.test") {
            set(response.headers_mut(), "etag", "1");
        }
    });
    let report = check(&mut denied, &policy(), config()).unwrap();
    assert_eq!(unchecked(&report, "exposed header `etag`").len(), 1);
    let mut tagged = changed(policy(), |_, response| {
        set(response.headers_mut(), "etag", "1");
    });
    let report = check(&mut tagged, &policy(), config()).unwrap();
    assert!(unchecked(&report, "exposed").is_empty(), "{report}");

    let any = CorsPolicy::builder()
        .any_origin()
        .expose_any_header()
        .build()
        .unwrap();
    let mut bare = |request: Request<()>| {
        let mut response = serve(&any, &request);
        response.headers_mut().remove("vary");
        response
    };
    let report = check(&mut bare, &any, config()).unwrap();
    assert_eq!(unchecked(&report, "the exposed headers").len(), 1);
}

#[test]
fn an_error_url_that_is_not_an_error_is_not_checked() {
    let config = config().error_url("https://api.example/none").unwrap();
    let report = report_of(&policy(), config.clone());
    let parts = unchecked(&report, "error responses");
    assert_eq!(parts.len(), 1, "{report}");
    assert!(parts[0].contains("the status at the error URL is 200"));
    let policy = policy();
    let mut fails = changed(policy.clone(), |request, response| {
        if request.uri().path() == "/none" {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
    });
    let report = check(&mut fails, &policy, config).unwrap();
    assert!(unchecked(&report, "error responses").is_empty(), "{report}");
}

/// Returns the unchecked parts of a server that implements the policy. Requests that change data are left out.
fn unchecked_of(policy: &CorsPolicy) -> String {
    let report = report_of(policy, config().without_unsafe_methods());
    assert!(report.violations().is_empty(), "{report}");
    report.unchecked().join("\n")
}

/// The report mentions allowed pages, denied pages or exposed headers only if the policy has such pages or headers.
#[test]
fn sentences_fit_the_policy() {
    let none = PolicySpec::from_origins([""; 0]).build().unwrap();
    let text = unchecked_of(&none);
    for wrong in [
        "allowed origin",
        "to allowed",
        "behind the middleware",
        "another origin",
        "exposed header",
    ] {
        assert!(!text.contains(wrong), "{wrong}: {text}");
    }
    assert!(
        text.contains("error responses, to denied origins: "),
        "{text}"
    );

    let own = CorsPolicy::builder().origin("https://api.example");
    let own = own
        .methods(["PUT"])
        .expose_headers(["etag"])
        .build()
        .unwrap();
    let text = unchecked_of(&own);
    assert!(
        !text.contains("`etag`") && !text.contains("`Vary`"),
        "{text}"
    );
    assert!(!text.contains("allowed and to denied"), "{text}");
    assert!(!text.contains("no browser sends"), "{text}");
    assert!(
        text.starts_with("everything that the policy allows, because"),
        "{text}"
    );

    let any = CorsPolicy::builder().any_origin().build().unwrap();
    let text = unchecked_of(&any);
    assert!(!text.contains("denied"), "{text}");
    assert!(
        text.contains("error responses, to allowed origins: "),
        "{text}"
    );

    for origins in [
        &["null"][..],
        &["https://app.example", "https://api.example"],
    ] {
        let spec = PolicySpec::from_origins(origins.iter().copied());
        let text = unchecked_of(&spec.build().unwrap());
        assert!(
            text.contains("to allowed and to denied origins: "),
            "{text}"
        );
        assert!(!text.contains("exposed"), "{text}");
    }
}

/// The time of each request is known. So the report does not ask for the times, although no preflight gets a response.
#[test]
fn times_are_known_without_responses() {
    let policy = policy();
    let report = report_with(config(), |request| {
        if request.method() == "OPTIONS" {
            return Err(ExchangeError::Timeout);
        }
        Ok(serve(&policy, request))
    });
    assert!(unchecked(&report, "`seconds`").is_empty(), "{report}");
}

/// Methods with the same advice have one line.
#[test]
fn methods_with_the_same_advice_have_one_line() {
    for (status, advice) in [
        (401, "does the URL need a login?"),
        (409, "to check them, use a URL that answers these methods"),
    ] {
        let mut server = changed(policy(), |request, response| {
            if !["GET", "HEAD", "OPTIONS"].contains(&request.method().as_str()) {
                *response.status_mut() = StatusCode::from_u16(status).unwrap();
            }
        });
        let report = check(&mut server, &policy(), config()).unwrap();
        let lines = report.unchecked().iter();
        let lines: Vec<_> = lines.filter(|line| line.contains("`POST`")).collect();
        let expected = format!(
            "the responses to the methods `POST`, `PATCH`, `PUT`, because no response has a status from 200 to 299 (the first has {status}): {advice}"
        );
        assert_eq!(lines.len(), 1, "{report}");
        assert!(lines[0].starts_with(&expected), "{}", lines[0]);
        let questions = report.to_string().matches(advice).count();
        assert_eq!(questions, 1, "{report}");
    }
}

/// Only one request to the error URL gets no response, so the error URL is probably right. If all get no response, it is
/// probably wrong.
#[test]
fn one_silent_request_to_the_error_url_is_sent_again() {
    let policy = policy();
    let report_without = |silent: usize| {
        let config = config().error_url("https://api.example/none").unwrap();
        let seen = std::cell::Cell::new(0);
        report_with(config, |request| {
            if request.uri().path() != "/none" {
                return Ok(serve(&policy, request));
            }
            seen.set(seen.get() + 1);
            if seen.get() <= silent {
                return Err(ExchangeError::Timeout);
            }
            let mut response = serve(&policy, request);
            *response.status_mut() = StatusCode::NOT_FOUND;
            Ok(response)
        })
    };
    for (silent, is_wrong) in [(1, false), (usize::MAX, true)] {
        let report = report_without(silent);
        let failed = unchecked(&report, "without a response");
        assert_eq!(failed.len(), 1, "{report}");
        let asks_for_url = failed[0].contains("is the URL right?");
        assert_eq!(asks_for_url, is_wrong, "{report}");
        let sends_again = failed[0].contains("send these requests again");
        assert_eq!(sends_again, !is_wrong, "{report}");
        assert_eq!(report.has_silent_error_url(), is_wrong, "{report}");
    }
}

/// The number of origins that the check sent is not the number of origins that got a response.
#[test]
fn denied_origins_without_a_response_are_counted() {
    let policy = policy();
    let sentence = |answered: &dyn Fn(&str) -> bool| {
        let report = report_with(config(), |request| {
            let is_one_line = request.headers().get_all("origin").iter().count() < 2;
            let origin = origin(request);
            let listed = ["https://app.example", "https://other.example"];
            let has_origin = request.headers().contains_key("origin");
            if !has_origin || is_one_line && (listed.contains(&&*origin) || answered(&origin)) {
                Ok(serve(&policy, request))
            } else {
                Err(ExchangeError::Timeout)
            }
        });
        let text = report.to_string();
        let line = text
            .lines()
            .find(|line| line.starts_with("the check sent "));
        line.unwrap_or_default().to_owned()
    };
    let all = sentence(&|_| true);
    let (sent, _) = all.split_once(" origins that the policy denies: ").unwrap();
    let one = sentence(&|origin| origin == "https://unlisted.test");
    assert_eq!(
        one,
        format!(
            "{sent} origins that the policy denies, and 1 of them got a response that the check judged: this is only a sample, and the server can allow others"
        )
    );
    let none = sentence(&|_| false);
    assert_eq!(
        none,
        format!(
            "{sent} origins that the policy denies, but none of them got a response that the check judged"
        )
    );
}
