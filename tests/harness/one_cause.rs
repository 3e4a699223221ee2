//! Servers with one mistake that has several symptoms. The report has one finding for the mistake, and its fix makes the
//! report clean.

use fetch_cors::{
    conformance::{Report, check, policies::PolicySpec},
    server::CorsPolicy,
};
use http::{Request, Response, StatusCode};

use super::{
    config,
    invented::{ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, is_preflight, origin},
    names,
    servers::{allowing, changed, policy, set},
};

fn report_of(policy: &CorsPolicy, mut server: impl FnMut(Request<()>) -> Response<()>) -> Report {
    check(&mut server, policy, config()).unwrap()
}

/// Returns a server that implements the list of origins as a regular expression. `is_match` is this expression.
fn with_pattern(
    policy: &CorsPolicy,
    is_match: impl Fn(&str) -> bool,
) -> impl FnMut(Request<()>) -> Response<()> {
    let mut server = allowing(policy.clone(), is_match);
    move |request| {
        // The server ignores a request with several `Origin` lines.
        let mut request = request;
        if request.headers().get_all("origin").iter().count() > 1 {
            set(request.headers_mut(), "origin", "https://denied.test");
        }
        server(request)
    }
}

#[track_caller]
fn assert_finding(report: &Report, cause: &str, mistake: &str, fix: &str) {
    assert_eq!(names(report), [cause], "{report}");
    let findings = report.findings();
    assert!(findings[0].mistake().contains(mistake), "{report}");
    assert!(findings[0].advice().contains(fix), "{report}");
}

/// The regular expression `^https://app\.example|other\.example$` has no group: `^` belongs to the first alternative, and `$` to
/// the last alternative.
#[test]
fn alternatives_without_a_group() {
    let policy = policy();
    let ungrouped = |origin: &str| {
        origin.starts_with("https://app.example") || origin.ends_with("other.example")
    };
    assert_finding(
        &report_of(&policy, with_pattern(&policy, ungrouped)),
        "ungrouped-alternatives",
        "the alternatives of a regular expression have no group",
        "`^(a|b)$` in place of `^a|b$`",
    );
    // The same mistake with whole origins: only the last one has an anchor at its end.
    let whole = |origin: &str| {
        origin.starts_with("https://app.example") || origin.ends_with("https://other.example")
    };
    assert_finding(
        &report_of(&policy, with_pattern(&policy, whole)),
        "ungrouped-alternatives",
        "the alternatives of a regular expression have no group",
        "`^(a|b)$` in place of `^a|b$`",
    );
    let one_beginning = |origin: &str| {
        origin.starts_with("https://app.example") || origin == "https://other.example"
    };
    let report = report_of(&policy, with_pattern(&policy, one_beginning));
    assert_eq!(names(&report), ["compares-prefix"], "{report}");
    let grouped = |origin: &str| ["https://app.example", "https://other.example"].contains(&origin);
    let report = report_of(&policy, with_pattern(&policy, grouped));
    assert!(report.violations().is_empty(), "{report}");
    // A server that compares only the beginnings of all origins has another mistake.
    let beginnings = |origin: &str| {
        origin.starts_with("https://app.example") || origin.starts_with("https://other.example")
    };
    let report = report_of(&policy, with_pattern(&policy, beginnings));
    assert_eq!(names(&report)[0], "compares-prefix", "{report}");
}

/// A list entry such as `http://localhost*` allows hosts of any site. The fix is about this entry, because the listed origins
/// are compared correctly.
#[test]
fn entry_for_localhost_without_an_end() {
    let policy = policy();
    let localhost = |origin: &str| {
        ["https://app.example", "https://other.example"].contains(&origin)
            || origin.starts_with("http://localhost")
    };
    let report = report_of(&policy, with_pattern(&policy, localhost));
    assert_finding(
        &report,
        "allows-localhost-prefix",
        "begins with `http://localhost`",
        "remove the entry for `http://localhost`",
    );
    assert_eq!(report.findings()[0].example().probe(), "localhost-prefix");
}

/// A regular expression such as `[a-z]+` in place of a label allows other names of the domain.
#[test]
fn character_class_in_place_of_a_label() {
    let mut spec =
        PolicySpec::from_origins(["https://app.shop.example", "https://www.shop.example"]);
    spec.credentials = true;
    let policy = spec.build().unwrap();
    let classes: [fn(char) -> bool; 3] = [
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-',
        |c| c.is_ascii_alphanumeric() || c == '_',
    ];
    for is_of_class in classes {
        let is_match = |origin: &str| {
            let host = origin.strip_prefix("https://");
            let label = host.and_then(|host| host.strip_suffix(".shop.example"));
            label.is_some_and(|label| !label.is_empty() && label.chars().all(is_of_class))
        };
        assert_finding(
            &report_of(&policy, with_pattern(&policy, is_match)),
            "compares-suffix",
            "the server allows names under `shop.example` that the policy does not list",
            "compare the whole `Origin` with each listed origin",
        );
    }
}

/// The refusal of a host with other characters does not show that the server compares the whole host.
#[test]
fn character_class_in_place_of_several_labels() {
    let policy = policy();
    let is_match = |origin: &str| {
        let host = origin.strip_prefix("https://");
        let labels = host.and_then(|host| host.strip_suffix(".example"));
        labels.is_some_and(|labels| {
            !labels.is_empty() && labels.chars().all(|c| c.is_ascii_lowercase() || c == '.')
        })
    };
    assert_finding(
        &report_of(&policy, with_pattern(&policy, is_match)),
        "compares-suffix",
        "compares only the end of the origin or of its host",
        "compare the whole `Origin`",
    );
}

/// A server that reflects every `https:` origin, and fails on other origins, does not reflect every origin.
#[test]
fn server_that_reflects_https_origins_and_fails_on_others() {
    let policy = policy();
    let is_https = |origin: &str| origin.starts_with("https://");
    let mut server = with_pattern(&policy, is_https);
    let report = report_of(&policy, |request| {
        let given = origin(&request);
        let mut response = server(request);
        if !given.is_empty() && !is_https(&given) {
            response = Response::new(());
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        }
        response
    });
    assert_eq!(names(&report), ["reflects-any-https-origin"], "{report}");
    let mistake = report.findings()[0].mistake();
    assert!(
        mistake.ends_with("answers other requests with an error"),
        "{mistake}"
    );
}

/// Preflight responses for one of the listed origins lack a list that preflight responses for the other origin have.
#[test]
fn one_listed_origin_lacks_a_list() {
    let lists = [
        (
            "lacks-request-header",
            ALLOW_HEADERS,
            "the request headers `x-a` and `x-b`",
        ),
        ("lacks-method", ALLOW_METHODS, "the method"),
    ];
    for (cause, header, lacking) in lists {
        for (without, with) in [("app", "other"), ("other", "app")] {
            let (without, with) = (
                format!("https://{without}.example"),
                format!("https://{with}.example"),
            );
            let server = changed(policy(), |request, response| {
                if origin(request) == without {
                    response.headers_mut().remove(header);
                }
            });
            let mistake =
                format!("preflight responses for the origin `{without}` do not grant {lacking}");
            let fix = format!("for every allowed origin, and so for `{without}` too");
            let report = report_of(&policy(), server);
            assert_finding(&report, cause, &mistake, &fix);
            let others = format!("but those for `{with}` do");
            assert!(
                report.findings()[0].mistake().ends_with(&others),
                "{report}"
            );
        }
    }
}

/// A proxy answers every OPTIONS request with `*`, in place of the middleware. A right proxy passes these requests on.
#[test]
fn proxy_answers_options_requests() {
    let answers = [
        ["*", "*"],
        ["GET, POST, PUT, PATCH, DELETE", "x-a, x-b, authorization"],
    ];
    for [methods, headers] in answers {
        let server = changed(policy(), |request, response| {
            if request.method() == "OPTIONS" {
                *response = Response::new(());
                let list = response.headers_mut();
                set(list, ALLOW_ORIGIN, "*");
                set(list, ALLOW_METHODS, methods);
                set(list, ALLOW_HEADERS, headers);
            }
        });
        assert_finding(
            &report_of(&policy(), server),
            "wildcard-origin",
            "a proxy, or a handler for OPTIONS, probably answers in place of the CORS middleware",
            "let the CORS middleware answer preflights",
        );
    }
    // If the server sends `*` in each response, no proxy is the reason.
    let server = changed(policy(), |request, response| {
        set(response.headers_mut(), ALLOW_ORIGIN, "*");
        if is_preflight(request) {
            set(response.headers_mut(), ALLOW_METHODS, "*");
        }
    });
    let report = report_of(&policy(), server);
    assert!(
        !report.findings()[0].mistake().contains("proxy"),
        "{report}"
    );
}
