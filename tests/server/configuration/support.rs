//! Helpers that build a policy from JSON and shorten its errors.

use fetch_cors::server::{ConfigErrors, CorsPolicy, PolicyFile, PublicSuffixList};

pub(crate) fn build(json: &str) -> Result<CorsPolicy, ConfigErrors> {
    PolicyFile::from_json(json)?.validate(&PublicSuffixList)
}

/// Returns each error as `code member`, with `-> suggestion` if it has one.
pub(crate) fn errors(json: &str) -> Vec<String> {
    let Err(errors) = build(json) else {
        return Vec::new();
    };
    let errors = errors.iter().map(|error| {
        let suggestion = error.suggestion().map(|text| format!(" -> {text}"));
        let suggestion = suggestion.unwrap_or_default();
        format!("{} {}{suggestion}", error.kind(), error.member())
    });
    errors.collect()
}

#[track_caller]
pub(crate) fn assert_errors(json: &str, expected: &[&str]) {
    assert_eq!(errors(json), expected, "{json}");
}
