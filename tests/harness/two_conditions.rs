//! A server that fails on two conditions, each with its own status. The report has one finding for each condition, and no finding
//! has a reason that is not true of the server.

use fetch_cors::{
    conformance::{Check, Report, check, policies::serve},
    fetching::ConnectionError,
    infrastructure::response::Response,
    server::CorsPolicy,
};
use http::{Request, StatusCode};

use super::{
    config,
    servers::{changed, is_preflight, origin},
};

/// A condition that a request fulfills.
type Condition = fn(&Request<()>) -> bool;

/// The answers to requests that fulfill a condition. The status 0 stands for no response.
type Answers<'a> = &'a [(Condition, u16)];

fn has(request: &Request<()>, name: &str) -> bool {
    request.headers().contains_key(name)
}

const COOKIE: Condition = |request| has(request, "cookie");
const LOGIN: Condition = |request| has(request, "authorization");
const CONTENT_TYPE: Condition = |request| has(request, "content-type");
const REFERER: Condition = |request| has(request, "referer");
const SEC_FETCH: Condition = |request| has(request, "sec-fetch-mode");
const HEAD: Condition = |request| request.method() == "HEAD";
const PLAIN_OPTIONS: Condition =
    |request| request.method() == "OPTIONS" && !(is_preflight(request) && has(request, "origin"));
const NO_ORIGIN: Condition = |request| !has(request, "origin");
const NULL: Condition = |request| origin(request) == "null";
const DENIED: Condition = |request| {
    let origin = origin(request);
    !NO_ORIGIN(request) && origin != "https://app.example" && origin != "https://api.example"
};

fn with_credentials() -> CorsPolicy {
    let policy = CorsPolicy::builder().origin("https://app.example");
    let policy = policy.methods(["PUT"]).request_headers(["content-type"]);
    policy.credentials(true).max_age(600).build().unwrap()
}

fn report_of(policy: &CorsPolicy, answers: Answers<'_>) -> Report {
    let mut check = Check::new(policy, config()).unwrap();
    while let Some(line) = check.request() {
        let request = Request::try_from(&line.request).unwrap();
        let found = answers.iter().find(|(condition, _)| condition(&request));
        check.answer(match found {
            Some((_, 0)) => Err(ConnectionError),
            Some((_, code)) => Ok(Response::new(
                StatusCode::from_u16(*code).unwrap(),
                Default::default(),
            )),
            None => Ok(Response::from(&serve(policy, &request))),
        });
    }
    check.report()
}

/// Asserts that the first lines of the report are `expected`, each with its cause in parentheses.
fn assert_mistakes(answers: Answers<'_>, expected: &[&str]) {
    let report = report_of(&with_credentials(), answers);
    let findings = report.findings();
    let lines = findings
        .iter()
        .map(|finding| format!("{} ({})", finding.mistake(), finding.cause().name()));
    assert_eq!(lines.collect::<Vec<_>>(), expected, "{report}");
}

/// The server refuses preflights for PUT, also those with the header. The header is the reason for the other error.
#[test]
fn header_with_a_server_error_is_one_finding_next_to_refused_preflights() {
    const PREFLIGHT_FOR_PUT: Condition = |request| {
        is_preflight(request) && request.headers()["access-control-request-method"] == "PUT"
    };
    let report = report_of(
        &with_credentials(),
        &[(PREFLIGHT_FOR_PUT, 403), (SEC_FETCH, 500)],
    );
    assert_eq!(
        super::names(&report),
        ["lacks-method", "fails-with-headers"],
        "{report}"
    );
}

/// A deterministic server does not fail "sometimes": a request of a denied origin with `Referer` gets another error.
#[test]
fn refused_header_does_not_make_denied_origins_an_outage() {
    for header in [REFERER, CONTENT_TYPE] {
        let report = report_of(&with_credentials(), &[(header, 403), (DENIED, 500)]);
        assert_eq!(
            super::names(&report),
            ["lacks-headers-on-errors", "fails-on-denied-origins"],
            "{report}"
        );
    }
}

#[test]
fn method_without_response_is_named_although_its_cookies_get_an_error() {
    for (condition, name) in [(COOKIE, "Cookie"), (LOGIN, "Authorization")] {
        assert_mistakes(
            &[(condition, 500), (HEAD, 0)],
            &[
                "requests with the method `HEAD` get no response (no-response)",
                &format!(
                    "the server fails on requests with `{name}` (status 500) (fails-with-credentials)"
                ),
            ],
        );
    }
}

/// An error for each request of one kind of origin does not show that the server answers such requests of other origins.
#[test]
fn condition_without_response_is_named_next_to_another_condition() {
    assert_mistakes(
        &[(NULL, 403), (REFERER, 0)],
        &[
            "requests with `Referer` get no response (no-response)",
            "the server refuses requests with `Origin: null` (status 403), but it answers other origins that the policy does not allow (refuses-null-origin)",
        ],
    );
    assert_mistakes(
        &[(NULL, 0), (PLAIN_OPTIONS, 0)],
        &[
            "OPTIONS requests that are not preflights and requests with the `Origin` `null` get no response (no-response)",
        ],
    );
}

/// The check sends the requests of denied origins with `Content-Type` one after the other, and those of `null` get another error.
#[test]
fn header_next_to_a_refused_origin_does_not_look_like_an_outage() {
    let policy = CorsPolicy::builder().origins(["https://app.example", "https://b.example"]);
    let policy = policy.methods(["PUT"]).request_headers(["content-type"]);
    let policy = policy.credentials(true).max_age(600).build().unwrap();
    let report = report_of(&policy, &[(NULL, 403), (CONTENT_TYPE, 500)]);
    let mut names = super::names(&report);
    names.sort_unstable();
    assert_eq!(
        names,
        ["fails-with-headers", "refuses-null-origin"],
        "{report}"
    );
}

/// The error of HEAD has one finding. The refusal of other requests does not show that the server answers HEAD.
#[test]
fn failed_method_is_one_finding_next_to_refused_requests() {
    const OF_HEAD: &str = "the server answers requests with the method `HEAD` with an error that lacks the CORS headers (status 500); only responses to `HEAD` show this mistake (lacks-headers-on-errors)";
    assert_mistakes(&[(DENIED, 403), (HEAD, 500)], &[OF_HEAD]);
    let report = report_of(&with_credentials(), &[(NULL, 403), (HEAD, 500)]);
    let names = super::names(&report);
    assert_eq!(
        names,
        ["lacks-headers-on-errors", "refuses-null-origin"],
        "{report}"
    );
    let report = report_of(&with_credentials(), &[(CONTENT_TYPE, 403), (HEAD, 500)]);
    assert_eq!(
        super::names(&report),
        ["lacks-headers-on-errors"],
        "{report}"
    );
    let mistake = report.findings()[0].mistake();
    let named = "requests with `Content-Type`, and requests with the method `HEAD`, with an error";
    assert!(mistake.contains(named), "{mistake}");
}

#[test]
fn credentials_with_an_error_are_one_finding() {
    assert_mistakes(
        &[(COOKIE, 500), (NO_ORIGIN, 401)],
        &[
            "the server refuses requests without `Origin` (status 401) (refuses-requests-without-origin)",
            "the server fails on requests with `Cookie` (status 500) (fails-with-credentials)",
        ],
    );
}

#[test]
fn each_refused_header_is_named() {
    for code in [401, 403] {
        let report = report_of(&with_credentials(), &[(COOKIE, 403), (LOGIN, code)]);
        let mistake = report.findings()[0].mistake();
        assert!(
            mistake.contains("`Authorization`") && mistake.contains("`Cookie`"),
            "{report}"
        );
        assert!(mistake.contains(&code.to_string()), "{report}");
        assert_eq!(super::names(&report), ["lacks-headers-on-errors"]);
    }
}

#[test]
fn header_with_a_server_error_is_one_finding_next_to_refused_origins() {
    for (header, named) in [
        (REFERER, "`Referer`"),
        (
            SEC_FETCH,
            "`Sec-Fetch-Dest`, `Sec-Fetch-Mode` or `Sec-Fetch-Site`",
        ),
    ] {
        for (refused, others) in [
            (NULL, &["refuses-null-origin"][..]),
            (DENIED, &[]),
            (NO_ORIGIN, &["refuses-requests-without-origin"]),
        ] {
            let report = report_of(&with_credentials(), &[(refused, 403), (header, 500)]);
            let mut names = super::names(&report);
            names.retain(|name| !others.contains(name));
            assert_eq!(names, ["fails-with-headers"], "{report}");
            let expected = format!("the server fails on requests with {named} (status 500)");
            let lines = report
                .findings()
                .into_iter()
                .map(|finding| finding.mistake());
            assert!(lines.collect::<Vec<_>>().contains(&expected), "{report}");
        }
    }
}

#[test]
fn header_that_refuses_all_requests_is_one_finding() {
    assert_mistakes(
        &[(SEC_FETCH, 403)],
        &[
            "if the request has `Sec-Fetch-Dest`, `Sec-Fetch-Mode` or `Sec-Fetch-Site`, error responses lack the CORS headers (status 403) (lacks-headers-on-errors)",
        ],
    );
}

/// Each status has its own condition. A header is not named for the status of another header.
#[test]
fn each_status_has_its_condition() {
    assert_mistakes(
        &[(CONTENT_TYPE, 500), (COOKIE, 403)],
        &[
            "if the request has `Cookie`, error responses lack the CORS headers (status 403) (lacks-headers-on-errors)",
            "the server fails on requests with `Content-Type` (status 500) (fails-with-headers)",
        ],
    );
}

/// The origins on which the server fails have a form in common, and the check sends them one after the other.
#[test]
fn form_of_an_origin_does_not_look_like_an_outage() {
    let any = CorsPolicy::builder().any_origin().methods(["PUT"]);
    let any = any
        .request_headers(["content-type"])
        .max_age(600)
        .build()
        .unwrap();
    let conditions: [Condition; 4] = [
        |request| !origin(request).is_empty() && !origin(request).starts_with("http"),
        |request| has(request, "origin") && !origin(request).starts_with("http"),
        |request| {
            let origin = origin(request);
            origin == "null" || origin == "file://"
        },
        |request| {
            let origin = origin(request);
            origin
                .split_once("://")
                .is_some_and(|(_, rest)| rest.contains(':'))
        },
    ];
    // The last value is malformed. A server that parses it can fail for a reason of its own.
    let report = report_of(
        &any,
        &[(
            |request| ["null", "file://", "*", "://["].contains(&&*origin(request)),
            500,
        )],
    );
    assert_eq!(super::names(&report), ["denies-allowed-origin"], "{report}");
    let mistake = report.findings()[0].mistake();
    assert!(mistake.contains("`file://` and `null`"), "{mistake}");
    for condition in conditions {
        let report = report_of(&any, &[(condition, 500)]);
        assert!(
            !super::names(&report).contains(&"fails-sometimes"),
            "{report}"
        );
    }
}

/// The middleware does not run for HEAD. Its errors lack the headers for the same reason.
#[test]
fn method_without_headers_is_one_finding() {
    let policy = with_credentials();
    let config = config().error_url("https://api.example/missing").unwrap();
    let mut server = changed(policy.clone(), |request, response| {
        if request.method() == "OPTIONS" {
            return;
        }
        if request.uri().to_string().contains("missing") {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        if HEAD(request) {
            response.headers_mut().remove("access-control-allow-origin");
            response
                .headers_mut()
                .remove("access-control-allow-credentials");
        }
    });
    let report = check(&mut server, &policy, config).unwrap();
    assert_eq!(
        super::names(&report),
        ["lacks-headers-on-some-responses"],
        "{report}"
    );
}

/// Some CORS libraries fail on each request with `Origin` if their options do not fit together.
#[test]
fn error_for_each_origin_is_one_finding() {
    assert_mistakes(
        &[(|request| has(request, "origin"), 500)],
        &["the server fails on requests with `Origin` (status 500) (fails-with-headers)"],
    );
}

/// Of an allowed page, the check sends both headers in one request. The requests of denied origins tell them apart.
#[test]
fn only_the_refused_header_is_named() {
    assert_mistakes(
        &[(|request| has(request, "range"), 416)],
        &[
            "if the request has `Range`, error responses lack the CORS headers (status 416) (lacks-headers-on-errors)",
        ],
    );
}

/// A header explains each error of the denied origins, so their origin is not the reason for the errors.
#[test]
fn origins_without_a_response_are_named_next_to_a_refused_header() {
    let report = report_of(&with_credentials(), &[(COOKIE, 403), (NO_ORIGIN, 0)]);
    let first = "broken: requests without `Origin` get no response (no-response)";
    assert_eq!(report.to_string().lines().next(), Some(first), "{report}");
    assert_mistakes(
        &[(CONTENT_TYPE, 403), (HEAD, 0)],
        &[
            "requests with the method `HEAD` get no response (no-response)",
            "if the request has `Content-Type`, error responses lack the CORS headers (status 403) (lacks-headers-on-errors)",
        ],
    );
}

#[test]
fn a_value_of_a_refused_header_is_not_named() {
    assert_mistakes(
        &[(
            |request| CONTENT_TYPE(request) && request.method() != "OPTIONS",
            400,
        )],
        &[
            "if the request has `Content-Type`, error responses lack the CORS headers (status 400) (lacks-headers-on-errors)",
        ],
    );
}

#[test]
fn errors_for_every_origin_but_not_for_preflights_are_one_finding() {
    assert_mistakes(
        &[(
            |request| !NO_ORIGIN(request) && request.method() != "OPTIONS",
            500,
        )],
        &["the server fails on requests with `Origin` (status 500) (fails-with-headers)"],
    );
}

/// The server sends the CORS headers only if the user has logged in.
#[test]
fn needed_credentials_are_named() {
    let policy = with_credentials();
    let mut server = changed(policy.clone(), |request, response| {
        if !is_preflight(request) && !COOKIE(request) && !LOGIN(request) {
            response.headers_mut().remove("access-control-allow-origin");
            response
                .headers_mut()
                .remove("access-control-allow-credentials");
        }
    });
    let report = check(&mut server, &policy, config()).unwrap();
    let mistake = report.findings()[0].mistake();
    assert_eq!(
        mistake, "responses to requests without `Authorization` or `Cookie` lack the CORS headers",
        "{report}"
    );
}

#[test]
fn plain_options_are_a_finding_next_to_credentials() {
    let report = report_of(&with_credentials(), &[(COOKIE, 500), (PLAIN_OPTIONS, 500)]);
    assert_eq!(
        super::names(&report),
        ["fails-with-credentials", "fails-on-options"],
        "{report}"
    );
}

/// The check deletes the resource, so later requests get the status 404. Their cookies are not the reason.
#[test]
fn deleted_resource_does_not_refuse_credentials() {
    let policy = CorsPolicy::builder().origin("https://app.example");
    let policy = policy
        .methods(["PUT", "DELETE"])
        .credentials(true)
        .build()
        .unwrap();
    let mut is_deleted = false;
    let mut server = |request: Request<()>| {
        let mut response = serve(&policy, &request);
        if request.method() != "OPTIONS" && is_deleted {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        is_deleted |= request.method() == "DELETE";
        response
    };
    let report = check(&mut server, &policy, config()).unwrap();
    let unchecked = report.unchecked().join(" ");
    assert!(!unchecked.contains("refuses"), "{report}");
}
