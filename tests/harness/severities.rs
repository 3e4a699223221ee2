//! The severity follows from the consequence for a page: harmless mistakes are `waste`.

use fetch_cors::{
    conformance::{
        Report, Severity, check,
        policies::{PolicySpec, serve},
    },
    server::CorsPolicy,
};
use http::{Request, Response};

use super::{
    config,
    invented::{origin, status},
    servers::{changed, is_granted, is_preflight, policy, set},
};

const ALLOW_METHODS: &str = "access-control-allow-methods";
const ALLOW_HEADERS: &str = "access-control-allow-headers";

/// Returns the severity and the cause of each finding.
fn found(report: &Report) -> Vec<(Severity, &'static str)> {
    let findings = report.findings();
    let found = findings.iter();
    found
        .map(|finding| (finding.severity(), finding.cause().name()))
        .collect()
}

/// Checks a server that adds `methods` and `names` to the lists of preflight responses.
fn with_lists(policy: &CorsPolicy, methods: &'static str, names: &'static str) -> Report {
    let mut server = changed(policy.clone(), |request, response| {
        let allowed = origin(request);
        let is_listed = ["https://app.example", "https://other.example"].contains(&&*allowed);
        if is_preflight(request) && is_listed {
            *response = status(204, &[("vary", "Origin")]);
            let headers = response.headers_mut();
            set(headers, "access-control-allow-origin", &allowed);
            set(headers, "access-control-allow-credentials", "true");
            set(headers, "access-control-max-age", "600");
            set(headers, ALLOW_METHODS, methods);
            set(headers, ALLOW_HEADERS, names);
        }
    });
    check(&mut server, policy, config()).unwrap()
}

#[test]
fn grants_from_which_a_page_gains_nothing_are_harmless() {
    let none = &[][..];
    let harmless = &[(Severity::Waste, "grants-harmless")][..];
    for (methods, names, expected, named) in [
        ("GET, PUT, PATCH", "x-a, x-b", none, ""),
        ("PUT, PATCH, OPTIONS", "x-a, x-b", harmless, ": `OPTIONS`"),
        (
            "PUT, PATCH",
            "Accept, Accept-Language, x-a, x-b",
            harmless,
            ": `accept` and `accept-language`",
        ),
        (
            "PUT, PATCH, OPTIONS",
            "x-a, x-b, Access-Control-Allow-Origin, Cache-Control",
            harmless,
            ": `OPTIONS`, `access-control-allow-origin` and `cache-control`",
        ),
        // The first line of the report names `DELETE` and `content-type`, and does not name the harmless grants.
        (
            "PUT, PATCH, OPTIONS, DELETE",
            "x-a, x-b, Accept",
            &[(Severity::Security, "grants-other-methods")],
            "does not permit: `DELETE` (",
        ),
        (
            "PUT, PATCH",
            "x-a, x-b, Accept, Content-Type",
            &[(Severity::Security, "grants-other-headers")],
            "does not permit: `content-type` (",
        ),
    ] {
        let report = with_lists(&policy(), methods, names);
        assert_eq!(found(&report), expected, "{methods}; {names}: {report}");
        let text = report.to_string();
        let first = text.lines().next().unwrap();
        assert!(first.contains(named), "{first}");
    }
}

/// The simple policy permits only CORS-safelisted methods and request headers. Of the requests that this policy
/// permits, only an upload with listeners needs a preflight.
#[test]
fn failing_preflights_of_a_simple_policy_are_waste() {
    let spec = PolicySpec::from_origins(["https://app.example"]);
    let simple = spec.build().unwrap();
    for code in [200, 302, 401, 404, 405, 500] {
        for (policy, expected) in [(&simple, Severity::Waste), (&policy(), Severity::Broken)] {
            let mut server = changed(policy.clone(), |request, response| {
                if request.method() == "OPTIONS" {
                    *response = status(code, &[("location", "/login")]);
                }
            });
            let report = check(&mut server, policy, config()).unwrap();
            let severities: Vec<Severity> = found(&report).iter().map(|found| found.0).collect();
            assert_eq!(severities, [expected], "{code}: {report}");
            let text = report.to_string();
            let first = text.lines().next().unwrap();
            let is_limited = first.contains("ignore this finding");
            assert_eq!(is_limited, expected == Severity::Waste, "{first}");
        }
    }
}

/// The server's own pages can send `Origin: null` with every method other than GET and HEAD. With GET and HEAD, a request
/// with `Origin: null` comes only from a page that cannot read the response, because the policy does not allow `null`.
#[test]
fn refused_null_origin_is_found() {
    for code in [400, 403, 404] {
        for (methods, severity) in [
            (&["GET", "HEAD"][..], Severity::Waste),
            (&["POST"], Severity::Broken),
            (&["PUT"], Severity::Broken),
            (&["PUT", "PATCH", "DELETE"], Severity::Broken),
            (&["GET", "HEAD", "POST", "PUT"], Severity::Broken),
        ] {
            let mut server = changed(policy(), |request, response| {
                if origin(request) == "null" && methods.contains(&request.method().as_str()) {
                    *response = status(code, &[("vary", "Origin")]);
                }
            });
            let report = check(&mut server, &policy(), config()).unwrap();
            let expected = [(severity, "refuses-null-origin")];
            assert_eq!(found(&report), expected, "{code} {methods:?}: {report}");
            let fix = report.findings()[0].advice().to_owned();
            let is_of_own_page = severity == Severity::Broken;
            assert_eq!(fix.contains("a page of your own"), is_of_own_page, "{fix}");
            assert_eq!(fix.contains("cannot read"), !is_of_own_page, "{fix}");
            let text = report.to_string();
            assert_eq!(text.matches("answer these requests").count(), 1, "{text}");
        }
    }
}

/// If a server refuses the denied origins, the server may also refuse `Origin: null`. The server may still answer
/// requests from its own origin and from `localhost`.
#[test]
fn server_may_refuse_denied_origins() {
    let with_writes = &["GET", "HEAD", "POST", "PUT"][..];
    for (methods, answered) in [
        (&["GET", "HEAD"][..], "https://api.example"),
        (with_writes, "https://api.example"),
        (with_writes, "http://localhost"),
    ] {
        let mut server = changed(policy(), |request, response| {
            let sent = origin(request);
            let is_own = sent == "https://api.example";
            let is_answered = is_own || sent.starts_with(answered) || is_granted(response);
            let is_refused = request.headers().contains_key("origin") && !is_answered;
            if is_refused && methods.contains(&request.method().as_str()) {
                *response = status(403, &[("vary", "Origin")]);
            }
        });
        let report = check(&mut server, &policy(), config()).unwrap();
        assert_eq!(found(&report), [], "{methods:?}: {report}");
    }
}

/// The servers fail on OPTIONS requests that are not preflights. Browsers send such a request only if a script chooses
/// the method OPTIONS.
#[test]
fn failures_on_options_are_waste() {
    type Fails = fn(&Request<()>) -> bool;
    let servers: [Fails; 2] = [
        |request| request.method() == "OPTIONS" && !is_preflight(request),
        |request| {
            let has_origin = request.headers().contains_key("origin");
            request.method() == "OPTIONS" && has_origin && !is_preflight(request)
        },
    ];
    for fails in servers {
        let mut server = |request: Request<()>| -> Response<()> {
            if fails(&request) {
                return status(500, &[]);
            }
            serve(&policy(), &request)
        };
        let report = check(&mut server, &policy(), config()).unwrap();
        let expected = [(Severity::Waste, "fails-on-options")];
        assert_eq!(found(&report), expected, "{report}");
    }
}

#[test]
fn pages_of_shared_hosts_are_found() {
    let allows = |end: &'static str| {
        move |request: Request<()>| {
            let is_shared = origin(&request).ends_with(end);
            let mut response = serve(&policy(), &request);
            if is_shared {
                let headers = response.headers_mut();
                set(headers, "access-control-allow-origin", &origin(&request));
                set(headers, "access-control-allow-credentials", "true");
            }
            response
        }
    };
    for end in [".vercel.app", ".github.io", ".netlify.app", ".pages.dev"] {
        let report = check(&mut allows(end), &policy(), config()).unwrap();
        let expected = [(Severity::Security, "allows-shared-hosts")];
        assert_eq!(found(&report), expected, "{end}: {report}");
        let text = report.to_string();
        let named = format!("the server allows every page of a shared host: `*{end}` (");
        assert!(text.contains(&named), "{text}");
    }
    // If the policy permits the shared host `*.vercel.app`, the report has no violation.
    let policy = CorsPolicy::builder().origin("https://*.vercel.app");
    let policy = policy.build().unwrap();
    let report = check(
        &mut |request: Request<()>| serve(&policy, &request),
        &policy,
        config(),
    );
    assert!(report.unwrap().violations().is_empty());
}

/// No check can try every origin, so the report says how many origins the check tried.
#[test]
fn report_says_that_it_tried_a_sample_of_origins() {
    let line = " that the policy denies: this is only a sample, and the server can allow others";
    let any = CorsPolicy::builder().any_origin().build().unwrap();
    for (policy, expected) in [(policy(), true), (any, false)] {
        let report = super::report_of(&policy, config());
        assert_eq!(report.to_string().contains(line), expected, "{report}");
    }
}

/// The suggested fix for a redirected preflight depends on the URL to which the server redirects.
#[test]
fn fix_for_a_redirected_preflight_names_the_login() {
    let login = "answer OPTIONS before authentication: ";
    let other = "answer the preflight before the redirect to another host: ";
    let slash = "answer the preflight before the redirect, for example to `https:` or to a path with a slash: ";
    for (location, fix, named) in [
        (
            "/login",
            login,
            "`https://api.example/login`, which looks like a login page (",
        ),
        (
            "https://sso.example/start?to=1",
            login,
            "which looks like a login page (",
        ),
        ("/users/sign_in", login, "which looks like a login page ("),
        (
            "https://cdn.example/notes",
            other,
            "`https://cdn.example/notes`, on another host (",
        ),
        (
            "/notes/?all",
            slash,
            "the URL with or without a slash at the end (",
        ),
    ] {
        let mut server = changed(policy(), |request, response| {
            if request.method() == "OPTIONS" {
                *response = status(302, &[("location", location)]);
            }
        });
        let report = check(&mut server, &policy(), config()).unwrap();
        let finding = &report.findings()[0];
        assert_eq!(finding.cause().name(), "redirects-preflights", "{report}");
        assert!(finding.advice().starts_with(fix), "{}", finding.advice());
        let text = report.to_string();
        assert!(text.lines().next().unwrap().contains(named), "{text}");
    }
}

/// Browsers send `Origin` with PUT, PATCH and DELETE, so the refusal breaks no page. A server may refuse a POST without
/// `Origin`, because a form on another site can send it.
#[test]
fn refused_put_without_origin_is_found() {
    for (method, expected) in [
        ("PUT", Some(Severity::Waste)),
        ("POST", None),
        ("GET", Some(Severity::Broken)),
    ] {
        let mut server = changed(policy(), |request, response| {
            if request.method() == method && origin(request).is_empty() {
                *response = status(403, &[]);
            }
        });
        let report = check(&mut server, &policy(), config()).unwrap();
        let expected = expected.map(|severity| (severity, "refuses-requests-without-origin"));
        assert_eq!(
            found(&report),
            Vec::from_iter(expected),
            "{method}: {report}"
        );
    }
}

/// An OPTIONS request with only one of the two headers of a preflight is not a preflight, so no page fails.
#[test]
fn failing_on_half_a_preflight_is_waste() {
    for (has_origin, place) in [(true, "with `Origin`"), (false, "without `Origin`")] {
        let mut server = changed(policy(), |request, response| {
            let has_method = request
                .headers()
                .contains_key("access-control-request-method");
            let is_half = origin(request).is_empty() != has_origin && has_method != has_origin;
            if request.method() == "OPTIONS" && is_half {
                *response = status(500, &[]);
            }
        });
        let report = check(&mut server, &policy(), config()).unwrap();
        assert_eq!(
            found(&report),
            [(Severity::Waste, "fails-on-options")],
            "{report}"
        );
        let mistake = format!(
            "the server fails on OPTIONS requests {place} that are not preflights (status 500)"
        );
        assert_eq!(report.findings()[0].mistake(), mistake, "{report}");
    }
}
