//! For each law about a single response or a few responses (its id begins with `A`), a server that violates the law.

use std::{collections::BTreeSet, time::Duration};

use fetch_cors::{
    conformance::{Check, handler, policies::serve_with_handler},
    infrastructure::response::Response as FetchResponse,
};

use super::*;

/// Checks a server with the middleware of this crate before the test handler. `change` makes the mistake.
fn changed_of(policy: &CorsPolicy, change: impl Fn(&Request<()>, &mut Response<()>)) -> Report {
    let mut server = |request: Request<()>| {
        let mut response = if is_preflight(&request) && request.headers().contains_key("origin") {
            serve(policy, &request)
        } else {
            serve_with_handler(policy, &request, handler(&request).headers())
        };
        change(&request, &mut response);
        response
    };
    check(&mut server, policy, config()).unwrap()
}

fn changed_server(change: impl Fn(&Request<()>, &mut Response<()>)) -> Report {
    changed_of(&policy(), change)
}

/// Checks a server whose time grows with the square of the length of the request.
fn slow_server() -> Report {
    let policy = policy();
    let mut check = Check::new(&policy, config()).unwrap();
    while let Some(line) = check.request() {
        let request = Request::try_from(&line.request).unwrap();
        let lengths = request.headers().values().map(|value| value.len() as u64);
        let length: u64 = lengths.sum();
        let time = Duration::from_micros(length * length);
        let response = serve(&policy, &request);
        check.answer_after(Ok(FetchResponse::from(&response)), Some(time));
    }
    check.report()
}

fn add(response: &mut Response<()>, name: &'static str, value: &'static str) {
    let headers = response.headers_mut();
    headers.append(name, HeaderValue::from_static(value));
}

/// The laws, each with the report about a server that violates the law.
const SERVERS: [(Law, fn() -> Report); 17] = [
    (Law::AllowOriginOccursOnce, || {
        changed_server(|_, response| {
            if is_granted(response) {
                add(
                    response,
                    "access-control-allow-origin",
                    "https://app.example",
                );
            }
        })
    }),
    (Law::CorsHeadersNeedAllowOrigin, || {
        changed_server(|_, response| {
            set(
                response.headers_mut(),
                "access-control-allow-credentials",
                "true",
            );
        })
    }),
    (Law::PreflightHeadersStayOnPreflights, || {
        changed_server(|_, response| {
            if is_granted(response) {
                set(response.headers_mut(), "access-control-max-age", "600");
            }
        })
    }),
    (Law::VaryListsEachNameOnce, || {
        changed_server(|_, response| add(response, "vary", "origin"))
    }),
    (Law::MaxAgeMatchesPolicy, || {
        changed_server(|_, response| {
            response.headers_mut().remove("access-control-max-age");
        })
    }),
    (Law::GrantsStayWithinPolicy, || {
        changed_server(|request, response| {
            if is_preflight(request) && is_granted(response) {
                set(
                    response.headers_mut(),
                    "access-control-allow-methods",
                    "PUT, PATCH, DELETE",
                );
            }
        })
    }),
    (Law::HandlerVarySurvives, || {
        changed_server(|_, response| set(response.headers_mut(), "vary", "Origin"))
    }),
    (Law::PlainOptionsReachesHandler, || {
        changed_server(|request, response| {
            if request.method() == "OPTIONS" && !is_preflight(request) {
                response.headers_mut().remove("fetch-cors-handler");
            }
        })
    }),
    (Law::LongHeadersAreNotReflected, || {
        changed_server(|request, response| {
            if let Some(names) = request.headers().get("access-control-request-headers") {
                let headers = response.headers_mut();
                headers.insert("access-control-allow-headers", names.clone());
            }
        })
    }),
    (Law::DeniedOriginIsNotReflected, || {
        changed_server(|request, response| {
            if let Some(origin) = request.headers().get("origin") {
                let headers = response.headers_mut();
                headers.insert("access-control-allow-origin", origin.clone());
            }
        })
    }),
    (Law::EveryRequestGetsAResponse, || {
        changed_server(|request, response| {
            if origin(request).is_empty() {
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            }
        })
    }),
    (Law::AllowOriginNamesAnOrigin, || {
        changed_server(|_, response| {
            if !is_granted(response) {
                add(response, "access-control-allow-origin", "false");
            }
        })
    }),
    (Law::HarmlessOriginIsNotRefused, || {
        changed_server(|request, response| {
            if origin(request) == "https://api.example" {
                *response.status_mut() = StatusCode::FORBIDDEN;
            }
        })
    }),
    (Law::RequestVaryIsNotCopied, || {
        changed_server(|request, response| {
            if let Some(vary) = request.headers().get("vary") {
                response.headers_mut().append("vary", vary.clone());
            }
        })
    }),
    (Law::PrivateNetworkIsNotGranted, || {
        changed_server(|request, response| {
            let name = "access-control-request-private-network";
            if request.headers().contains_key(name) && is_granted(response) {
                add(response, "access-control-allow-private-network", "true");
            }
        })
    }),
    (Law::PreflightTimeGrowsLinearly, slow_server),
    (Law::EmptyListAllowsNoOrigin, || {
        changed_of(
            &CorsPolicy::builder().no_origins().build().unwrap(),
            |_, response| {
                add(
                    response,
                    "access-control-allow-origin",
                    "https://app.example",
                );
            },
        )
    }),
];

#[test]
fn each_law_has_a_server() {
    let laws = Law::ALL.iter().filter(|law| law.id().starts_with('A'));
    let with_server: BTreeSet<Law> = SERVERS.iter().map(|(law, _)| *law).collect();
    assert_eq!(with_server, laws.copied().collect());
    for (law, report) in SERVERS {
        let report = report();
        let mut violations = report.violations().iter();
        assert!(
            violations.any(|violation| violation.law() == law),
            "{law}: {report}"
        );
    }
    let right = changed_server(|_, _| {});
    assert!(right.violations().is_empty(), "{right}");
}
