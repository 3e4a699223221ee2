//! Bugs in the check of the method and the header names of a preflight.

use fetch_cors::server::CorsPolicy;
use http::Method;

use super::{METHOD, NAMES, headers, policy, preflight};

const MALFORMED: &str =
    "`Access-Control-Request-Method` or `Access-Control-Request-Headers` is malformed";
const OVER_LIMIT: &str =
    "`Access-Control-Request-Headers` has more elements or bytes than the policy's limit";

#[test]
fn jub0bs_cors_15_allowed_header_is_denied() {
    let names: Vec<String> = (0..40)
        .map(|i| format!("x-{}", "ab".repeat(i % 7) + &i.to_string()))
        .collect();
    let policy = policy(&["https://a.example"])
        .request_headers(names.clone())
        .build()
        .unwrap();
    for name in &names {
        let (verdict, _) = preflight(&policy, &[(METHOD, "GET"), (NAMES, name)]);
        assert_eq!(verdict, Ok(()), "{name}");
    }
    let mut sorted = names;
    sorted.sort();
    let (verdict, _) = preflight(&policy, &[(METHOD, "GET"), (NAMES, &sorted.join(","))]);
    assert_eq!(verdict, Ok(()));
}

/// GHSA-mh55-gqvf-xfwm and GHSA-vh9x-phq6-fx54 are the same bug. Other tests check that a decision does not
/// allocate.
#[test]
fn rs_cors_170_and_go_chi_cors_36_mebibyte_of_commas_is_read_in_full() {
    for builder in [
        policy(&["https://a.example"]).request_headers(["x-a"]),
        policy(&["https://a.example"]).any_request_header(),
    ] {
        let policy = builder.build().unwrap();
        for text in [",", "x-a,", " ,"] {
            let names = text.repeat((1 << 20) / text.len());
            let (verdict, response) = preflight(&policy, &[(METHOD, "GET"), (NAMES, names.trim())]);
            assert_eq!(verdict, Err(OVER_LIMIT.into()));
            let grants = response.get_all("access-control-allow-headers");
            assert!(grants.iter().all(|names| names == "x-a"));
        }
    }
}

/// Hono: the run time of a regular expression was quadratic in the amount of white space.
#[test]
fn ghsa_8j4g_w8fx_2239_time_is_quadratic_in_white_space() {
    for builder in [
        policy(&["https://a.example"]).request_headers(["x-a"]),
        policy(&["https://a.example"]).any_request_header(),
    ] {
        let policy = builder.build().unwrap();
        let (spaces, tabs) = (" ".repeat(1 << 20), " \t".repeat(1 << 19));
        for names in [
            format!("x-a{spaces}x-a"),
            format!("x-a{tabs},x-a"),
            format!("x-a,{tabs}x-a"),
            format!("x-a, {spaces},x-a"),
        ] {
            let (verdict, _) = preflight(&policy, &[(METHOD, "GET"), (NAMES, &names)]);
            let reason = if policy.config().request_headers == ["*"] {
                OVER_LIMIT
            } else {
                MALFORMED
            };
            assert_eq!(verdict, Err(reason.into()));
        }
    }
}

/// kubernetes-sigs/gateway-api#4668 is the same bug.
#[test]
fn rs_cors_184_and_jub0bs_cors_7_gateway_splits_the_list_into_lines() {
    let builders = [
        policy(&["https://a.example"]).request_headers(["x-a", "x-b"]),
        policy(&["https://a.example"])
            .any_request_header()
            .credentials(true),
    ];
    for policy in builders.map(|builder| builder.build().unwrap()) {
        for lines in [
            &["x-a,x-b"][..],
            &["x-a", "x-b"],
            &["x-a, x-b"],
            &["x-a\t,\tx-b,", "", "X-B"],
            &[",x-b,,x-a"],
        ] {
            let mut request_lines = Vec::from([(METHOD, "GET")]);
            request_lines.extend(lines.iter().map(|line| (NAMES, *line)));
            assert_eq!(preflight(&policy, &request_lines).0, Ok(()), "{lines:?}");
        }
    }
}

/// flask-cors: access to private networks was on by default.
#[test]
fn cve_2024_6221_and_ghsa_hxwh_jpp2_84pm_and_flask_cors_362_private_networks_are_opened_by_default()
{
    let any = CorsPolicy::builder()
        .any_origin()
        .any_method()
        .any_request_header()
        .build()
        .unwrap();
    let request_lines = [
        (METHOD, "GET"),
        ("access-control-request-private-network", "true"),
    ];
    let (verdict, response) = preflight(&any, &request_lines);
    assert_eq!(verdict, Ok(()));
    assert!(!response.contains_key("access-control-allow-private-network"));
}

/// google/go-safeweb: the response reflected the requested method without a check. tower-http (mirrored values) and
/// flask-cors (substring matches) had similar bugs.
#[test]
fn go_safeweb_372_requested_method_is_reflected_unchecked() {
    let listed = policy(&["https://a.example"])
        .methods(["PATCH"])
        .build()
        .unwrap();
    let any = policy(&["https://a.example"])
        .any_method()
        .credentials(true)
        .build()
        .unwrap();
    for policy in [&listed, &any] {
        for method in ["GET, DELETE", "PATCH,PUT", "", "P\"T", "PATCH;"] {
            let (verdict, response) = preflight(policy, &[(METHOD, method)]);
            assert_eq!(verdict, Err(MALFORMED.into()), "{method}");
            assert!(!response.contains_key("access-control-allow-methods"));
        }
    }
    for method in ["AT", "PATC", "patch", "PATCHX"] {
        assert_eq!(
            preflight(&listed, &[(METHOD, method)]).0,
            Err(format!("the policy does not allow the method `{method}`")),
            "{method}"
        );
    }
    let (_, response) = preflight(&any, &[(METHOD, "AT")]);
    assert_eq!(response["access-control-allow-methods"], "AT");
    let (verdict, _) = preflight(&any, &[(METHOD, "GET"), (NAMES, "x a, \"q\"")]);
    assert_eq!(verdict, Err(MALFORMED.into()));
}

/// Starlette, actix-cors: a CORS-safelisted method had to be listed, and a trailing comma was an error.
#[test]
fn starlette_listed_header_with_get_is_denied() {
    let policy = policy(&["https://a.example"])
        .methods(["PUT"])
        .request_headers(["x-a"])
        .build()
        .unwrap();
    for method in ["GET", "HEAD", "POST", "PUT"] {
        for names in ["x-a", "x-a,", ""] {
            assert_eq!(
                preflight(&policy, &[(METHOD, method), (NAMES, names)]).0,
                Ok(()),
                "{method} {names}"
            );
        }
    }
}

/// tower-http intercepts each OPTIONS request. actix-cors also intercepts OPTIONS requests without
/// `Origin`.
#[test]
fn tower_http_497_plain_options_is_treated_as_a_preflight() {
    let policy = CorsPolicy::builder().any_origin().build().unwrap();
    for request in [
        &[][..],
        &[(METHOD, "PUT")],
        &[("origin", "https://a.example")],
        &[("origin", "https://a.example"), (NAMES, "x")],
    ] {
        let request = headers(request);
        assert_eq!(
            policy.decide(&Method::OPTIONS, &request).status(),
            None,
            "{request:?}"
        );
    }
}
