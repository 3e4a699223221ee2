//! The case format, version 2: one JSON object per line.
//!
//! | section | lines | functions |
//! |---|---|---|
//! | [Cases](#cases) | cases, outcomes, failures, questions, vectors | [`answer`], [`Case`], [`Question`], [`Vector`], [`GivenOutcome`] |
//! | [Sessions](#sessions) | fetches whose requests the caller sends, one line at a time | [`Session`] |
//! | [Policies](#policies) | policies, requests and the answers of a policy | [`respond`] |
//! | [Explanations](#explanations) | why fetches fail, and the fix | [`Case::explain`], [`explain_line`] |
//! | [Exchanges](#exchanges) | recorded requests and responses of a server | [`Exchange`], [`ExchangeRecord`], [`RequestLine`] |
//!
//! ```
//! use fetch_cors::cases::answer;
//!
//! let line = br#"{"id": "a", "fn": "normalize-method", "value": "put"}"#;
//! assert_eq!(answer(line, 1).to_string(), r#"{"id":"a","result":"PUT"}"#);
//!
//! let line = br#"{"id": "b", "fetches": [{"origin": "http://a/", "url": "http://b"}], "server": []}"#;
//! assert_eq!(
//!     answer(line, 2).to_string(),
//!     r#"{"id":"b","malformed":"fetches[0].origin: `http://a/` is not the origin of a page: write `http://a`"}"#,
//! );
//! ```
//!
#![doc = include_str!("format/cases.md")]
#![doc = include_str!("format/sessions.md")]
#![doc = include_str!("format/policies.md")]
#![doc = include_str!("format/exchanges.md")]
#![doc = include_str!("format/explanations.md")]

mod answer;
mod case;
mod case_text;
mod compare;
mod conflicts;
mod engine_outcome;
mod engine_report;
mod exchange;
mod expect;
mod explain;
mod fetch_call;
mod given_outcome;
mod limits;
mod line_error;
mod list;
mod members;
mod nearest_kind;
mod object;
mod outcome;
mod question;
mod question_difference;
mod quick_case;
mod recent;
mod respond;
mod seconds;
mod server;
mod session;
mod text;
mod vector;

pub use self::explain::{CaseExplanation, explain_line};
pub use crate::api::ApiCall;
pub use answer::{Answer, Answerer, answer, answer_with};
pub use case::Case;
pub use compare::{Checked, Difference};
pub use engine_outcome::{AllOutcomes, AttributedOutcome, ComparedOutcome, EngineOutcome};
pub use engine_report::{
    EngineComparison, EngineReport, EngineShare, Percentage, RecordedComparison, family,
};
pub use exchange::{Exchange, ExchangeError, ExchangeRecord, RequestLine};
pub use expect::{Expectation, RequestExpectation};
pub use fetch_call::FetchCall;
pub use given_outcome::{Comparison, GivenOutcome};
pub use limits::MAX_LINE_BYTES;
pub use line_error::LineError;
pub use outcome::{CaseOutcome, OutcomeRecord, RequestRecord, ResultRecord};
pub use question::{Integer, Question, QuestionAnswer, QuestionResult};
pub use respond::{PolicyAnswer, PolicyResponse, respond};
pub use server::{Resource, ServerAnswer};
pub use session::{Session, SessionAnswer};
pub use vector::Vector;

/// The version of the format.
///
/// ```
/// assert_eq!(fetch_cors::cases::FORMAT_VERSION, 2);
/// ```
pub const FORMAT_VERSION: u32 = 2;

#[cfg(test)]
mod tests {
    use crate::{Failure, server::ConfigErrorKind};

    #[test]
    fn page_lists_every_failure() {
        let page = include_str!("format/cases.md");
        for failure in Failure::ALL {
            let steps: alloc::vec::Vec<_> = failure
                .steps()
                .iter()
                .map(|step| alloc::format!("`{step}`"))
                .collect();
            let row = alloc::format!(
                "| `{}` | {} | {} |",
                failure.code(),
                steps.join(" or "),
                failure.message()
            );
            assert!(page.contains(&row), "{row}");
        }
    }

    /// The names of failures that are also names of a `CorsError` in the DevTools protocol.
    const DEVTOOLS_NAMES: [&str; 22] = [
        "AllowOriginMismatch",
        "CorsDisabledScheme",
        "DisallowedByMode",
        "HeaderDisallowedByPreflightResponse",
        "InvalidAllowCredentials",
        "InvalidAllowHeadersPreflightResponse",
        "InvalidAllowMethodsPreflightResponse",
        "InvalidAllowOriginValue",
        "MethodDisallowedByPreflightResponse",
        "MissingAllowOriginHeader",
        "MultipleAllowOriginValues",
        "NoCorsRedirectModeNotFollow",
        "PreflightAllowOriginMismatch",
        "PreflightDisallowedRedirect",
        "PreflightInvalidAllowCredentials",
        "PreflightInvalidAllowOriginValue",
        "PreflightInvalidStatus",
        "PreflightMissingAllowOriginHeader",
        "PreflightMultipleAllowOriginValues",
        "PreflightWildcardOriginNotAllowed",
        "RedirectContainsCredentials",
        "WildcardOriginNotAllowed",
    ];

    #[test]
    fn page_lists_the_devtools_name_of_every_failure() {
        let page = include_str!("format/cases.md");
        let mut names = alloc::vec::Vec::new();
        for failure in Failure::ALL {
            let start = alloc::format!("| `{}` |", failure.code());
            let row = page.lines().find(|line| line.starts_with(&start)).unwrap();
            let name = row.split(" | ").nth(3).unwrap().trim_matches('`');
            let variant = alloc::format!("{failure:?}");
            if DEVTOOLS_NAMES.contains(&&*variant) {
                assert_eq!(name, variant);
                names.push(name);
            } else {
                assert_eq!(name, "–", "{row}");
            }
        }
        assert_eq!(names.len(), DEVTOOLS_NAMES.len());
    }

    /// The page `cases.md` states the limit of `at`, the time of a fetch: 2^64 seconds do not fit into a `Duration`.
    #[test]
    fn page_has_the_limit_of_a_time() {
        let parses = |at: &str| {
            let fetch = r#"{"origin":"http://a.example","url":"http://b.example/","at":"#;
            let case = alloc::format!(r#"{{"id":"a","fetches":[{fetch}{at}}}],"server":[]}}"#);
            super::Case::parse(&case).is_ok()
        };
        assert!(parses("18446744073709549568") && !parses("18446744073709551616"));
        assert_eq!(2_f64.powi(64), 18_446_744_073_709_551_616.0);
        assert!(include_str!("format/cases.md").contains(", below 2^64;"));
    }

    #[test]
    fn page_lists_every_error_of_a_policy() {
        let page = include_str!("format/policies.md");
        let table = page
            .split_once("| `error` | when |")
            .map(|(_, table)| table);
        let table = table.and_then(|table| table.split_once("\n\n")).unwrap().0;
        for code in ConfigErrorKind::ALL {
            // The documentation of policy files does not list the error for a repeated predicate, because a file cannot
            // have a predicate.
            let is_in_files = *code != ConfigErrorKind::RepeatedPredicate;
            let name = alloc::format!("`{code}`");
            let count = usize::from(is_in_files);
            assert_eq!(table.matches(&name).count(), count, "{code}");
        }
    }
}
