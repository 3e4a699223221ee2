//! The advice about `*` has an effect: a server that follows the advice has no finding.

use fetch_cors::conformance::{Cause, check, policies::PolicySpec};
use http::{HeaderName, HeaderValue, Request, Response};

use super::{
    config, names,
    servers::{changed, is_preflight, origin, policy, set},
};
use fetch_cors::server::CorsPolicy;

const ALLOW_ORIGIN: &str = "access-control-allow-origin";
const ALLOW_METHODS: &str = "access-control-allow-methods";
const ALLOW_HEADERS: &str = "access-control-allow-headers";
const ALLOW_CREDENTIALS: &str = "access-control-allow-credentials";

type Change = fn(&Request<()>, &mut Response<()>);

/// A server with a mistake, and the change of its responses that the advice asks for.
struct Case {
    policy: CorsPolicy,
    mistake: Change,
    cause: Cause,
    /// A part of the advice.
    words: &'static str,
    follow: Change,
}

fn remove(response: &mut Response<()>, name: &'static str) {
    response.headers_mut().remove(HeaderName::from_static(name));
}

fn replace(response: &mut Response<()>, name: &'static str, value: &str) {
    if response.headers().contains_key(name) {
        let value = HeaderValue::from_str(value).unwrap();
        response.headers_mut().insert(name, value);
    }
}

/// Sends the `Origin` in place of `*`, if the policy allows it, and `Vary: Origin` in every response.
fn send_allowed_origin(request: &Request<()>, response: &mut Response<()>) {
    let given = origin(request);
    let is_one = request.headers().get_all("origin").iter().count() == 1;
    if is_one && ["https://app.example", "https://other.example"].contains(&&*given) {
        replace(response, ALLOW_ORIGIN, &given);
    } else {
        remove(response, ALLOW_ORIGIN);
        remove(response, ALLOW_CREDENTIALS);
    }
    set(response.headers_mut(), "vary", "Origin");
}

fn cases() -> Vec<Case> {
    let any = CorsPolicy::builder().any_origin().build().unwrap();
    vec![
        Case {
            policy: any,
            mistake: |_, response| set(response.headers_mut(), ALLOW_CREDENTIALS, "true"),
            cause: Cause::WildcardWithCredentials,
            words: "remove `Access-Control-Allow-Credentials`",
            follow: |_, response| remove(response, ALLOW_CREDENTIALS),
        },
        Case {
            policy: policy(),
            mistake: |_, response| {
                let headers = response.headers_mut();
                set(headers, ALLOW_ORIGIN, "*");
                set(headers, ALLOW_CREDENTIALS, "true");
            },
            cause: Cause::WildcardOrigin,
            words: "in place of `*`, send the `Origin` of the request, if the policy allows it, and `Vary: Origin`",
            follow: send_allowed_origin,
        },
        Case {
            policy: policy(),
            mistake: |_, response| replace(response, ALLOW_ORIGIN, "*"),
            cause: Cause::WildcardWithCredentials,
            words: "in place of `*`, send the `Origin` of the request, if the policy allows it, and `Vary: Origin`",
            follow: send_allowed_origin,
        },
        Case {
            policy: CorsPolicy::builder()
                .origin("https://app.example")
                .credentials(true)
                .any_request_header()
                .build()
                .unwrap(),
            mistake: |_, response| replace(response, ALLOW_HEADERS, "*"),
            cause: Cause::WildcardListWithCredentials,
            words: "send the requested method and the requested header names in place of `*`",
            follow: |request, response| {
                let requested = request.headers().get_all("access-control-request-headers");
                let requested = requested.iter().map(|names| names.to_str().unwrap());
                replace(
                    response,
                    ALLOW_HEADERS,
                    &requested.collect::<Vec<_>>().join(","),
                );
            },
        },
        Case {
            policy: policy(),
            mistake: |_, response| {
                replace(response, ALLOW_METHODS, "*");
                replace(response, ALLOW_HEADERS, "*");
            },
            cause: Cause::GrantsAny,
            words: "list",
            follow: |_, response| {
                replace(response, ALLOW_METHODS, "PUT, PATCH");
                replace(response, ALLOW_HEADERS, "x-a, x-b");
            },
        },
        Case {
            policy: PolicySpec::from_origins(["https://app.example", "https://other.example"])
                .build()
                .unwrap(),
            mistake: |request, response| {
                if !is_preflight(request) && response.headers().contains_key(ALLOW_ORIGIN) {
                    set(response.headers_mut(), "access-control-expose-headers", "*");
                    set(response.headers_mut(), "x-secret", "1");
                }
            },
            cause: Cause::ExposesEverything,
            words: "in place of `*`, list in `Access-Control-Expose-Headers` the names that the policy exposes",
            follow: |_, response| remove(response, "access-control-expose-headers"),
        },
    ]
}

#[test]
fn advice_about_asterisks_has_an_effect() {
    for case in cases() {
        let mut broken = changed(case.policy.clone(), case.mistake);
        let report = check(&mut broken, &case.policy, config()).unwrap();
        let findings = report.findings();
        let finding = findings
            .iter()
            .find(|finding| finding.cause() == case.cause);
        let finding = finding.unwrap_or_else(|| panic!("{}: {report}", case.cause));
        assert!(finding.advice().contains(case.words), "{report}");
        let follow = |request: &Request<()>, response: &mut Response<()>| {
            (case.mistake)(request, response);
            (case.follow)(request, response);
        };
        let mut followed = changed(case.policy.clone(), follow);
        let report = check(&mut followed, &case.policy, config()).unwrap();
        assert!(names(&report).is_empty(), "{}: {report}", case.cause);
    }
}
