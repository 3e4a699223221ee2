//! Tests of the generators.

use std::collections::BTreeSet;

use fetch_cors::{
    Failure,
    cases::Case,
    conformance::{CaseLine, Family, case, generate, laws::LawViolation},
};
use proptest::{
    strategy::Strategy,
    test_runner::{TestCaseError, TestError},
};

use super::{check, runner};

#[test]
fn printed_case_is_parsed_unchanged() {
    check(Family::ALL, |case| {
        let line = case.to_string();
        let parsed = Case::parse(&line).map_err(LawViolation::new)?;
        if parsed == *case {
            Ok(())
        } else {
            Err(LawViolation::new(parsed))
        }
    });
}

#[test]
fn cases_shrink_to_the_plainest_case() {
    for &family in Family::ALL {
        let cases = case(family).prop_map(CaseLine);
        let result = runner().run(&cases, |_| Err(TestCaseError::fail("any")));
        let Err(TestError::Fail(_, CaseLine(plainest))) = result else {
            panic!("{family}: {result:?}")
        };
        let call = r#"{"origin":"http://127.0.0.1:8001","url":"http://127.0.0.1:8002/r"}"#;
        let line = plainest.to_string();
        assert!(line.contains(&format!(r#""fetches":[{call}"#)), "{line}");
    }
}

/// The generated cases reach all failures, except the failures of `expected`. Three of these exceptions need a body
/// that is a stream. The fourth exception needs a URL with a scheme other than http and https.
#[test]
fn generators_reach_every_failure() {
    let mut missing: BTreeSet<(Failure, &str)> = Failure::ALL
        .iter()
        .flat_map(|failure| failure.steps().iter().map(|step| (*failure, *step)))
        .collect();
    for case in generate(1, None).take(30_000) {
        for outcome in case.judge().fetches {
            if let Err(error) = outcome.result {
                missing.remove(&(error.failure(), error.step()));
            }
        }
    }
    let expected = [
        Failure::CorsDisabledScheme,
        Failure::RedirectBodyWithoutSource,
        Failure::AuthenticationBodyWithoutSource,
        Failure::StreamBodyNotAllowed,
    ];
    let missing: Vec<_> = missing.iter().map(|(failure, _)| *failure).collect();
    assert_eq!(missing, expected);
}
