//! The first line of a finding names the wrong values: lists, origins, names and statuses.

use fetch_cors::conformance::{Cause, Report};
use http::{Request, Response};

use super::{
    config,
    invented::{
        ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, is_preflight, middleware, origin,
        report_with, right_but, sending, status,
    },
    servers::{allowing, changed, is_granted, policy, set},
};

fn report_of(server: impl Fn(&Request<()>) -> Response<()>) -> Report {
    report_with(&policy(), config(), &server)
}

/// Asserts that a finding has the cause and the mistake.
#[track_caller]
fn assert_mistake(report: &Report, cause: Cause, mistake: &str) {
    let findings = report.findings();
    let found = findings.iter().find(|finding| finding.cause() == cause);
    let found = found.unwrap_or_else(|| panic!("{cause}: {report}"));
    assert_eq!(found.mistake(), mistake, "{report}");
}

#[test]
fn wrong_values_of_allow_origin_are_named() {
    for (value, cause, mistake) in [
        (
            "https://app.example/",
            Cause::OriginWithSlash,
            "the value of `Access-Control-Allow-Origin` ends with a slash: `https://app.example/`",
        ),
        (
            "https://app.example:443",
            Cause::OriginWithPort,
            "the origin in `Access-Control-Allow-Origin` has the default port: `https://app.example:443`",
        ),
        (
            "app.example",
            Cause::OriginWithoutScheme,
            "the value of `Access-Control-Allow-Origin` has no scheme: `app.example`",
        ),
        (
            "[object Object]",
            Cause::WrongConstantOrigin,
            "`Access-Control-Allow-Origin` is always the same value, which is not an allowed origin: `[object Object]`",
        ),
        (
            "https://app.example",
            Cause::ConstantOrigin,
            "`Access-Control-Allow-Origin` is always the same listed origin: `https://app.example`",
        ),
    ] {
        let report = report_of(middleware(move |_| Some(value.into())));
        assert_mistake(&report, cause, mistake);
    }
    let report = report_of(sending(|origin| format!("*, {origin}")));
    assert_mistake(
        &report,
        Cause::RepeatsAllowOrigin,
        "responses have several values of `Access-Control-Allow-Origin`: `https://app.example` and `*`",
    );
}

#[test]
fn wrong_lists_of_preflights_are_named() {
    let with_list = |name: &'static str, value: &'static str| {
        report_of(right_but(move |request, response| {
            if is_preflight(request) && is_granted(response) {
                set(response.headers_mut(), name, value);
            }
        }))
    };
    for (name, value, cause, mistake) in [
        (
            ALLOW_METHODS,
            "PUT PATCH",
            Cause::MalformedLists,
            "`Access-Control-Allow-Methods` of preflight responses is malformed: `PUT PATCH`",
        ),
        (
            ALLOW_HEADERS,
            "x-a;x-b",
            Cause::MalformedLists,
            "`Access-Control-Allow-Headers` of preflight responses is malformed: `x-a;x-b`",
        ),
        (
            ALLOW_HEADERS,
            "*",
            Cause::GrantsAny,
            "preflight responses grant `*` in `Access-Control-Allow-Headers`, although the policy lists methods or request headers; \
             requests with credentials and the request headers `x-a` and `x-b` fail, because `*` is not a wildcard for them",
        ),
    ] {
        let report = with_list(name, value);
        assert_mistake(&report, cause, mistake);
    }
}

#[test]
fn wrong_values_of_other_headers_are_named() {
    let report = report_of(right_but(|_, response| {
        set(response.headers_mut(), "vary", "Origin, Accept, accept");
    }));
    let mistake = "`Vary` lists a name twice: `Accept`";
    assert_mistake(&report, Cause::RepeatsVary, mistake);
    let report = report_of(right_but(|_, response| {
        if is_granted(response) {
            set(response.headers_mut(), ALLOW_CREDENTIALS, "True");
        }
    }));
    let mistake = "`Access-Control-Allow-Credentials` is `True`, and not `true`, although the policy allows credentials";
    assert_mistake(&report, Cause::LacksCredentials, mistake);
}

#[test]
fn wrongly_allowed_origins_are_named() {
    type Allows = fn(&str) -> bool;
    let servers: [(Allows, Cause, &str); 5] = [
        (
            |origin| origin == "https://app.example:8444",
            Cause::AllowsOtherOrigin,
            "the server allows the origin `https://app.example:8444`, which the policy does not allow",
        ),
        (
            |origin| origin.starts_with("http://localhost"),
            Cause::AllowsLocalhostPrefix,
            Cause::AllowsLocalhostPrefix.mistake(),
        ),
        (
            |origin| ["capacitor://localhost", "tauri://localhost"].contains(&origin),
            Cause::AllowsApps,
            "the server allows origins of apps or extensions that the policy does not allow: `capacitor://localhost` and `tauri://localhost`",
        ),
        (
            |origin| origin.starts_with("https://") && origin.ends_with(".app.example"),
            Cause::AllowsSubdomains,
            "the server allows subdomains of a listed host: `https://7.app.example`, `https://app.example.app.example`, `https://dev.app.example` and 6 more",
        ),
        (
            |origin| origin == "https://app.example.",
            Cause::IgnoresTrailingDot,
            "the server ignores a dot at the end of the host: it allows `https://app.example.`",
        ),
    ];
    for (allows, cause, mistake) in servers {
        let mut server = allowing(policy(), allows);
        let report = fetch_cors::conformance::check(&mut server, &policy(), config()).unwrap();
        assert_mistake(&report, cause, mistake);
    }
}

#[test]
fn statuses_are_named() {
    let refuses = |code: u16, is_refused: fn(&Request<()>) -> bool| {
        let mut server = changed(policy(), move |request, response| {
            if is_refused(request) {
                *response = status(code, &[("vary", "Origin")]);
            }
        });
        fetch_cors::conformance::check(&mut server, &policy(), config()).unwrap()
    };
    for (code, is_refused, cause, mistake) in [
        (
            405,
            is_preflight as fn(&Request<()>) -> bool,
            Cause::MissesPreflights,
            "preflights get the status 405",
        ),
        (
            403,
            is_preflight,
            Cause::RefusesPreflights,
            "allowed preflights get an error (status 403)",
        ),
        (
            500,
            |request| origin(request) == "null",
            Cause::FailsOnNullOrigin,
            "the server fails on requests with `Origin: null` (status 500)",
        ),
        (
            403,
            |request| !request.headers().contains_key("origin"),
            Cause::RefusesRequestsWithoutOrigin,
            "the server refuses requests without `Origin` (status 403)",
        ),
    ] {
        assert_mistake(&refuses(code, is_refused), cause, mistake);
    }
}
