//! Servers that refuse a whole preflight because of one part of the preflight.

use fetch_cors::{
    conformance::{Cause, Report, policies::serve},
    server::CorsPolicy,
};
use http::{Request, Response};

use super::{
    config,
    invented::{
        ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, LISTED, MAX_AGE, causes,
        is_preflight, origin, report_with, right_but, status,
    },
    servers::{policy, set},
};

fn report_of(server: impl Fn(&Request<()>) -> Response<()>) -> Report {
    report_with(&policy(), config(), &server)
}

fn requested(request: &Request<()>, name: &str) -> Vec<String> {
    let lines = request.headers().get_all(name).iter();
    let lines = lines.map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned());
    let names = lines.flat_map(|line| {
        line.split(',')
            .map(|name| name.trim().to_owned())
            .collect::<Vec<_>>()
    });
    names.filter(|name| !name.is_empty()).collect()
}

fn method(request: &Request<()>) -> String {
    requested(request, "access-control-request-method").concat()
}

fn names(request: &Request<()>) -> Vec<String> {
    requested(request, "access-control-request-headers")
}

/// A server that permits `methods` and `names`, and refuses every other preflight with the status `code`.
#[derive(Clone)]
struct Lists {
    methods: Vec<&'static str>,
    names: Vec<&'static str>,
    code: u16,
    /// Whether the refusals have the CORS headers.
    has_headers: bool,
}

impl Lists {
    fn new(code: u16, has_headers: bool) -> Self {
        Self {
            methods: vec!["GET", "HEAD", "POST", "PUT", "PATCH"],
            names: vec!["x-a", "x-b"],
            code,
            has_headers,
        }
    }

    fn permits_method(&self, request: &Request<()>) -> bool {
        self.methods.contains(&&*method(request))
    }

    fn permits_name(&self, name: &str) -> bool {
        self.names.contains(&&*name.to_ascii_lowercase())
    }

    fn permits_names(&self, request: &Request<()>) -> bool {
        names(request).iter().all(|name| self.permits_name(name))
    }

    /// Answers the preflights of listed origins. `permits` decides whether the server permits a preflight.
    fn serving(
        self,
        permits: impl Fn(&Self, &Request<()>) -> bool,
    ) -> impl Fn(&Request<()>) -> Response<()> {
        right_but(move |request, response| {
            if !is_preflight(request) || !LISTED.contains(&&*origin(request)) {
                return;
            }
            let is_permitted = permits(&self, request);
            if !is_permitted {
                *response = status(self.code, &[("vary", "Origin")]);
                if !self.has_headers {
                    return;
                }
            }
            let headers = response.headers_mut();
            set(headers, ALLOW_ORIGIN, &origin(request));
            set(headers, ALLOW_CREDENTIALS, "true");
            set(headers, MAX_AGE, "600");
            set(headers, ALLOW_METHODS, &self.methods.join(", "));
            set(headers, ALLOW_HEADERS, &self.names.join(", "));
            if is_permitted {
                if !self.methods.contains(&&*method(request)) {
                    set(headers, ALLOW_METHODS, &method(request));
                }
                if !self.permits_names(request) {
                    set(headers, ALLOW_HEADERS, &names(request).join(","));
                }
            }
        })
    }
}

/// Returns servers with different refusals. A refusal with the status 200 lacks the CORS headers.
fn variants() -> [Lists; 3] {
    [(400, true), (403, false), (200, false)]
        .map(|(code, has_headers)| Lists::new(code, has_headers))
}

#[test]
fn right_servers_have_no_finding() {
    for lists in variants() {
        let report = report_of(lists.serving(|lists, request| {
            lists.permits_method(request) && lists.permits_names(request)
        }));
        assert_eq!(causes(&report), [], "{report}");
    }
}

/// The server permits the header name `other`, which the policy does not permit, and refuses some methods. The refusal
/// of a method does not show that the server also refuses `other`.
#[test]
fn list_with_another_header_is_not_a_check_of_one_header() {
    for other in ["content-type", "authorization", "x-requested-with"] {
        for mut lists in variants() {
            lists.names.push(other);
            let report = report_of(lists.serving(|lists, request| {
                lists.permits_method(request) && lists.permits_names(request)
            }));
            assert_eq!(causes(&report), [Cause::GrantsOtherHeaders], "{report}");
        }
    }
}

#[test]
fn check_of_one_header_is_recognized() {
    for lists in variants() {
        let any = lists.clone().serving(|lists, request| {
            let names = names(request);
            let mut listed = names.iter();
            lists.permits_method(request)
                && (names.is_empty() || listed.any(|name| lists.permits_name(name)))
        });
        let first = lists.serving(|lists, request| {
            let first = names(request).into_iter().next();
            lists.permits_method(request) && first.is_none_or(|name| lists.permits_name(&name))
        });
        for report in [report_of(any), report_of(first)] {
            assert_eq!(causes(&report)[0], Cause::ChecksOneHeader, "{report}");
        }
    }
}

/// The server grants every header name, and refuses some preflights because of the method, the origin, or the length of
/// the header names. Or the server grants every method, and refuses some preflights because of the header names.
#[test]
fn refusal_for_another_part_does_not_hide_reflection() {
    for lists in variants() {
        let code = lists.code;
        let any_name = lists
            .clone()
            .serving(|lists, request| lists.permits_method(request));
        let report = report_of(any_name);
        assert_eq!(
            causes(&report),
            [Cause::GrantsRequested],
            "{code}: {report}"
        );
        let any_method = lists
            .clone()
            .serving(|lists, request| lists.permits_names(request));
        let report = report_of(any_method);
        assert_eq!(
            causes(&report),
            [Cause::GrantsRequested],
            "{code}: {report}"
        );
        let short = lists.clone().serving(|lists, request| {
            lists.permits_method(request) && names(request).concat().len() < 1200
        });
        let report = report_of(short);
        assert_eq!(
            causes(&report),
            [Cause::GrantsRequested],
            "{code}: {report}"
        );
        let one_origin = lists.serving(|lists, request| {
            lists.permits_method(request) && origin(request) == LISTED[0]
        });
        let report = report_of(one_origin);
        assert_eq!(
            causes(&report)[0],
            Cause::GrantsRequested,
            "{code}: {report}"
        );
    }
}

/// The server refuses preflights because of the method `PATCH`. The report names this method, and does not name the
/// header names of these preflights.
#[test]
fn only_missing_names_are_named() {
    for mut lists in variants() {
        lists.methods = vec!["GET", "HEAD", "POST", "PUT", "DELETE"];
        let report = report_of(lists.serving(|lists, request| {
            lists.permits_method(request) && lists.permits_names(request)
        }));
        assert_eq!(causes(&report), [Cause::GrantsOtherThanPolicy], "{report}");
        let text = report.to_string();
        let first = text.lines().next().unwrap();
        let expected = "do not grant `PATCH`, which the policy permits, but they grant `DELETE`";
        assert!(first.contains(expected), "{first}");
    }
}

/// A redirect and a login are reasons of their own: the server does not refuse the requested method or the requested
/// header name.
#[test]
fn status_explains_the_refusal_of_some_preflights() {
    for (code, cause) in [
        (302, Cause::RedirectsPreflights),
        (401, Cause::AuthenticatesPreflights),
    ] {
        let refuses: [fn(&Request<()>) -> bool; 2] = [
            |request| method(request) == "PATCH",
            |request| names(request).contains(&String::from("x-b")),
        ];
        for refuses in refuses {
            let report = report_of(right_but(move |request, response| {
                if is_preflight(request) && refuses(request) {
                    *response = status(code, &[("location", "/login"), ("vary", "Origin")]);
                }
            }));
            assert_eq!(causes(&report), [cause], "{report}");
        }
    }
}

/// If some preflights of an origin succeed, the report names the method or the header name for which a server error
/// occurs.
#[test]
fn server_errors_for_a_method_or_a_name_are_named() {
    type Refuses = fn(&Request<()>) -> bool;
    let refusals: [(Refuses, Cause, &str); 3] = [
        (
            |request| method(request) == "PATCH",
            Cause::LacksMethod,
            "`PATCH`",
        ),
        (
            |request| ["PUT", "PATCH"].contains(&&*method(request)),
            Cause::LacksMethod,
            "`PATCH` and `PUT`",
        ),
        (
            |request| names(request).contains(&String::from("x-b")),
            Cause::LacksRequestHeader,
            "`x-b`",
        ),
    ];
    for (refuses, cause, named) in refusals {
        for (code, fix) in [
            (405, format!("let the server permit {named} in place of ")),
            (501, format!("let the server permit {named} in place of ")),
            (
                500,
                format!("find the reason for the server errors, and let the server permit {named}"),
            ),
            (
                503,
                format!("find the reason for the server errors, and let the server permit {named}"),
            ),
        ] {
            let report = report_of(right_but(move |request, response| {
                if is_preflight(request) && refuses(request) {
                    *response = status(code, &[("vary", "Origin")]);
                }
            }));
            assert_eq!(causes(&report), [cause], "{code}: {report}");
            let advice = report.findings()[0].advice().to_owned();
            assert!(advice.starts_with(&fix), "{code}: {advice}");
        }
    }
}

/// The server refuses a list of two names in every form, so the form of a list is not the reason.
#[test]
fn refusal_of_every_form_is_not_due_to_the_form() {
    for lists in variants() {
        let report = report_of(lists.serving(|lists, request| {
            lists.permits_method(request)
                && lists.permits_names(request)
                && names(request).len() < 2
        }));
        let causes = causes(&report);
        assert_eq!(causes.len(), 1, "{report}");
        assert!(
            report.findings()[0]
                .mistake()
                .starts_with("the server does not grant several request headers to one preflight"),
            "{report}"
        );
    }
}

#[test]
fn server_errors_for_one_origin_are_named() {
    let report = report_of(right_but(|request, response| {
        if origin(request) == LISTED[1] {
            *response = status(500, &[]);
        }
    }));
    assert_eq!(causes(&report), [Cause::DeniesAllowedOrigin], "{report}");
    let first = report.to_string().lines().next().unwrap().to_owned();
    assert!(
        first.contains("the server fails on requests of the origin `https://other.example`"),
        "{first}"
    );
    let fix = report.findings()[0].advice().to_owned();
    assert!(
        fix.starts_with("find the reason for the server errors"),
        "{fix}"
    );
}

/// Status 401 shows that the server denies an origin, if the server does not need a login for other origins.
#[test]
fn denial_of_one_origin_is_one_finding() {
    for code in [200, 302, 400, 401, 403, 404] {
        let report = report_of(right_but(move |request, response| {
            if origin(request) == LISTED[1] {
                *response = status(code, &[("location", "/login"), ("vary", "Origin")]);
            }
        }));
        assert_eq!(causes(&report), [Cause::DeniesAllowedOrigin], "{report}");
    }
}

/// Every server knows the method GET, so a refusal of GET is not about the method.
#[test]
fn login_outside_of_the_middleware_is_not_about_the_method() {
    let policy = CorsPolicy::builder().origin("https://app.example");
    let policy = policy.build().unwrap();
    let report = report_with(&policy, config(), &|request| {
        if request.method() == "OPTIONS" {
            serve(&policy, request)
        } else {
            status(401, &[])
        }
    });
    let text = report.to_string();
    assert!(text.contains("(lacks-headers-on-errors)"), "{text}");
    assert!(!text.contains("HTTP parser"), "{text}");
}

/// The HTTP parser of a server refuses an unknown method before the CORS middleware gets the request. The origin is not
/// the reason, even if the check sends no other request from this origin.
#[test]
fn methods_that_the_parser_refuses_are_not_a_denied_origin() {
    let any = CorsPolicy::builder().any_origin();
    let pattern = CorsPolicy::builder().origin("https://*.app.example");
    let policies = [any, pattern].map(|policy| policy.any_method().build().unwrap());
    for (policy, seed) in policies.iter().flat_map(|policy| {
        let seeds = 0..4;
        seeds.map(move |seed| (policy, seed))
    }) {
        let report = report_with(policy, config().seed(seed), &|request| match request
            .method()
            .as_str()
        {
            "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" => {
                serve(policy, request)
            }
            _ => status(400, &[]),
        });
        assert_eq!(causes(&report), [Cause::LacksHeadersOnErrors], "{report}");
        let text = report.to_string();
        assert!(
            text.contains("requests with the methods `CHICKEN`"),
            "{text}"
        );
        assert!(
            text.contains("if the HTTP parser or the router of the server refuses"),
            "{text}"
        );
    }
}

/// A login in front of the server refuses each preflight, but the middleware adds its headers to the refusals. So the
/// responses show that the server grants every requested header name.
#[test]
fn refused_preflights_show_the_reflected_names() {
    for status in [401, 403] {
        let report = report_of(|request| {
            let mut response = serve(&policy(), request);
            let headers = request.headers();
            let is_logged_in =
                headers.contains_key("cookie") || headers.contains_key("authorization");
            let requested = headers.get("access-control-request-headers").cloned();
            let is_allowed = response.headers().contains_key(ALLOW_ORIGIN);
            if let (true, Some(requested)) = (is_allowed && is_preflight(request), requested) {
                response.headers_mut().insert(ALLOW_HEADERS, requested);
            }
            if !is_logged_in {
                *response.status_mut() = status.try_into().unwrap();
            }
            response
        });
        let causes = causes(&report);
        assert!(causes.contains(&Cause::GrantsRequested), "{report}");
        assert!(!causes.contains(&Cause::ReflectsLongHeaders), "{report}");
        let text = report.to_string();
        let mistake = "preflight responses grant every requested header name (grants-requested)";
        assert!(text.contains(mistake), "{text}");
    }
}
