//! Checks generated cases against the laws and the naive model.
#![cfg(feature = "conformance")]
#![allow(missing_docs, unreachable_pub)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

use fetch_cors::{
    cases::{Case, ServerAnswer},
    conformance::{
        CaseLine, Family, case,
        laws::{self, LawViolation},
    },
    infrastructure::{
        header::{HeaderName, HeaderValue},
        request::Request,
        response::Response,
        url::without_fragment_and_userinfo,
    },
};
use proptest::{
    strategy::Strategy,
    test_runner::{Config, RngSeed, TestCaseError, TestRunner},
};

#[path = "laws/cache.rs"]
mod cache;
#[path = "support/convert.rs"]
mod convert;
#[path = "laws/generators.rs"]
mod generators;
#[path = "support/naive/mod.rs"]
mod naive;
#[path = "laws/timing.rs"]
mod timing;

/// The number of cases of each family, unless the variable `PROPTEST_CASES` is set.
const CASES: u32 = 2000;

fn runner() -> TestRunner {
    TestRunner::new(Config {
        cases: match std::env::var_os("PROPTEST_CASES") {
            Some(_) => Config::default().cases,
            None => CASES,
        },
        rng_seed: RngSeed::Fixed(0x000C_0125),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..Config::default()
    })
}

/// Checks a law on generated cases of each family in `families`.
fn check(families: &[Family], law: impl Fn(&Case<'static>) -> Result<(), LawViolation>) {
    for &family in families {
        let cases = case(family).prop_map(CaseLine);
        let result = runner().run(&cases, |CaseLine(case)| {
            law(&case).map_err(|violation| TestCaseError::fail(violation.to_string()))
        });
        if let Err(error) = result {
            panic!("{error}");
        }
    }
}

/// Checks a law on the requests of generated cases. Each request of a case is checked with each answer of the case's
/// server.
fn check_exchanges(law: impl Fn(&Request, &Response) -> Result<(), LawViolation>) {
    let families = [
        Family::Check,
        Family::Preflight,
        Family::Safelist,
        Family::Cache,
    ];
    check(&families, |case| {
        for request in requests(case) {
            for response in responses(case, &request) {
                law(&request, response)?;
            }
        }
        Ok(())
    });
}

fn requests(case: &Case<'static>) -> Vec<Request> {
    let requests = case
        .fetches
        .iter()
        .filter_map(|fetch| fetch.call.clone().into_request(fetch.origin.clone()).ok());
    requests.collect()
}

fn responses<'a>(case: &'a Case<'static>, request: &Request) -> Vec<&'a Response> {
    let url = without_fragment_and_userinfo(request.current_url());
    let resource = case
        .server
        .iter()
        .find(|resource| without_fragment_and_userinfo(&resource.url) == url);
    let answers = resource.into_iter().flat_map(|resource| {
        resource
            .preflight
            .iter()
            .flatten()
            .chain(&resource.response)
    });
    let responses = answers.filter_map(|answer| match answer {
        ServerAnswer::Response(response) => Some(response),
        ServerAnswer::ConnectionError => None,
    });
    responses.collect()
}

#[test]
fn naive_model_gives_the_same_outcome() {
    check(Family::ALL, |case| {
        let given = convert::outcome(&case.clone().judge());
        let expected = naive::judge(&convert::case(case));
        if given == expected {
            Ok(())
        } else {
            let difference = format!("{given:#?}\nis not equal to {expected:#?}");
            Err(LawViolation::new(difference))
        }
    });
}

#[test]
fn cors_check_satisfies_the_laws() {
    check_exchanges(|request, response| {
        let header_list = &response.header_list;
        laws::cors_check_passes_matching_origin(request, header_list)?;
        let own = HeaderValue::new(request.serialize_origin()).map_err(LawViolation::new)?;
        for value in header_list.values("access-control-allow-origin") {
            laws::two_allow_origin_lines_fail(request, &own, value)?;
            laws::two_allow_origin_lines_fail(request, value, &own)?;
        }
        Ok(())
    });
}

#[test]
fn redirects_satisfy_the_laws() {
    check(&[Family::Redirect], |case| {
        for mut request in requests(case).into_iter().take(1) {
            laws::tainted_request_has_null_origin(&request)?;
            for resource in case.server.iter().skip(1) {
                request.append_url(resource.url.clone());
                laws::tainted_request_has_null_origin(&request)?;
            }
        }
        Ok(())
    });
}

#[test]
fn preflights_satisfy_the_laws() {
    check_exchanges(|request, response| {
        let header_list = &response.header_list;
        laws::preflight_requests_method_and_names(request)?;
        laws::preflight_needs_ok_status(request, response)?;
        laws::credentials_make_wildcard_literal(request, header_list)?;
        laws::wildcard_never_covers_authorization(request, header_list)?;
        laws::malformed_list_fails_preflight(request, header_list)?;
        laws::methods_match_case_sensitively(request, header_list)
    });
}

#[test]
fn safelists_satisfy_the_laws() {
    check(&[Family::Safelist, Family::Mixed], |case| {
        for request in requests(case) {
            let header_list = &request.header_list;
            laws::unsafe_names_form_sorted_set(header_list)?;
            for (name, value) in header_list.iter() {
                let (name, value) = (name.as_str(), value.as_bytes());
                laws::safelist_matches_byte_table(name, value)?;
            }
        }
        Ok(())
    });
}

#[test]
fn exposed_headers_satisfy_the_laws() {
    check(&[Family::Expose, Family::Mixed], |case| {
        for request in requests(case) {
            for response in responses(case, &request) {
                let header_list = &response.header_list;
                laws::script_reads_exposed_headers_only(&request, header_list)?;
            }
        }
        Ok(())
    });
}

#[test]
fn verdicts_satisfy_the_laws() {
    let others = [
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Timing-Allow-Origin", "null"),
        ("Access-Control-Request-Method", "PUT"),
        ("Origin", "https://other.example"),
        ("Vary", "*"),
    ];
    let others = others.map(|(name, value)| {
        let value = HeaderValue::try_from(value).unwrap();
        (name.parse::<HeaderName>().unwrap(), value)
    });
    check(Family::ALL, |case| {
        for (name, value) in &others {
            laws::other_headers_never_change_verdict(case, name, value)?;
        }
        laws::every_failure_has_one_step(case)?;
        laws::both_apis_reach_one_outcome(case)?;
        laws::body_type_acts_as_header(case)?;
        laws::header_order_never_changes_verdict(case)
    });
}
