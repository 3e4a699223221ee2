//! Explanations of fetches: the text for known mistakes, and the proof of each fix for generated cases.
#![cfg(feature = "conformance")]
#![allow(missing_docs, unreachable_pub)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

#[path = "explanations/alternatives.rs"]
mod alternatives;
#[path = "explanations/answers.rs"]
mod answers;
#[path = "explanations/broken.rs"]
mod broken;
#[path = "explanations/broken_origins.rs"]
mod broken_origins;
#[path = "explanations/case.rs"]
mod case;
#[path = "explanations/changed_url.rs"]
mod changed_url;
#[path = "explanations/denied_origins.rs"]
mod denied_origins;
#[path = "explanations/details.rs"]
mod details;
#[path = "explanations/encoded_lists.rs"]
mod encoded_lists;
#[path = "explanations/header_lines.rs"]
mod header_lines;
#[path = "explanations/hidden_names.rs"]
mod hidden_names;
#[path = "explanations/json.rs"]
mod json;
#[path = "explanations/login_pages.rs"]
mod login_pages;
#[path = "explanations/other_text.rs"]
mod other_text;
#[path = "explanations/outcome.rs"]
mod outcome;
#[path = "explanations/printed_lines.rs"]
mod printed_lines;
#[path = "explanations/properties.rs"]
mod properties;
#[path = "explanations/redirects.rs"]
mod redirects;
#[path = "explanations/refused_requests.rs"]
mod refused_requests;
#[path = "explanations/renamed.rs"]
mod renamed;
#[path = "explanations/server.rs"]
mod server;
#[path = "explanations/width.rs"]
mod width;

use std::{cell::RefCell, collections::BTreeSet};

use fetch_cors::{
    Failure,
    conformance::{CaseLine, Family, any_case, case as cases_of},
};
use proptest::{
    strategy::Strategy,
    test_runner::{Config, RngSeed, TestCaseError, TestRunner},
};

/// The number of cases of each family, unless the variable `PROPTEST_CASES` is set.
const CASES: u32 = 1500;

fn runner() -> TestRunner {
    TestRunner::new(Config {
        cases: match std::env::var_os("PROPTEST_CASES") {
            Some(_) => Config::default().cases,
            None => CASES,
        },
        rng_seed: RngSeed::Fixed(0x000E_0125),
        failure_persistence: None,
        ..Config::default()
    })
}

/// An explanation does not change the verdict of a fetch. The fix makes the fetch succeed, and each edit in the fix is
/// necessary.
#[test]
fn fix_of_each_generated_failure_is_proven_and_smallest() {
    let explained = RefCell::new(BTreeSet::new());
    // The numbers of refusals of one fetch, and the kinds of alternative fixes.
    let counts = RefCell::new(BTreeSet::new());
    let alternatives = RefCell::new(BTreeSet::new());
    let check = |CaseLine(case): CaseLine| {
        let explanations = properties::check(&case).map_err(TestCaseError::fail)?;
        counts
            .borrow_mut()
            .extend(explanations.iter().map(|it| it.refusals.len()));
        let fixes = explanations.iter().flat_map(|it| &it.alternatives);
        alternatives
            .borrow_mut()
            .extend(fixes.map(|fix| format!("{:?}", fix.kind)));
        let refusals = explanations.iter().flat_map(|it| &it.refusals);
        explained
            .borrow_mut()
            .extend(refusals.map(|refusal| refusal.failure));
        Ok(())
    };
    runner().run(&any_case().prop_map(CaseLine), check).unwrap();
    for family in [
        Family::Check,
        Family::Preflight,
        Family::Redirect,
        Family::Mode,
    ] {
        let cases = cases_of(family).prop_map(CaseLine);
        runner().run(&cases, check).unwrap();
    }
    if std::env::var_os("PROPTEST_CASES").is_some() {
        return;
    }
    let counts = counts.into_inner();
    assert!((0..=6).all(|count| counts.contains(&count)), "{counts:?}");
    // Generated redirects lead to other paths, so no page can fetch another form of its URL: see `alternatives.rs`.
    assert_eq!(
        Vec::from_iter(alternatives.into_inner()),
        ["WithoutRedirect"]
    );
    // A case cannot have a stream as the body. Generated cases have only http and https URLs. A vector covers the
    // failure for other schemes.
    let without_case = [
        Failure::CorsDisabledScheme,
        Failure::RedirectBodyWithoutSource,
        Failure::AuthenticationBodyWithoutSource,
        Failure::StreamBodyNotAllowed,
    ];
    let explained = explained.into_inner();
    let missing = Failure::ALL
        .iter()
        .filter(|failure| !explained.contains(failure) && !without_case.contains(failure));
    assert_eq!(
        missing.collect::<Vec<_>>(),
        [&Failure::CorsDisabledScheme; 0]
    );
}

#[test]
fn fix_of_each_vector_is_proven_and_smallest() {
    let files = ["failures", "verdicts", "wpt"];
    for file in files {
        let path = format!("{}/tests/vectors/{file}.ndjson", env!("CARGO_MANIFEST_DIR"));
        // The published crate does not have the vectors of web-platform-tests.
        let Ok(lines) = std::fs::read_to_string(&path) else {
            assert_eq!(file, "wpt");
            continue;
        };
        for line in lines.lines() {
            let vector: serde_json::Value = serde_json::from_str(line).unwrap();
            let Some(case) = vector.get("case").map(ToString::to_string) else {
                continue;
            };
            let case = fetch_cors::cases::Case::parse(&case).unwrap();
            if let Err(reason) = properties::check(&case) {
                panic!("{reason}\n{line}");
            }
        }
    }
}
