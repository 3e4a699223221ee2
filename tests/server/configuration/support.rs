//! Builds a policy from JSON, and writes its errors in short.

use fetch_cors::server::{ConfigErrors, CorsPolicy, PolicyFile, PublicSuffixList};

pub(crate) fn build(json: &str) -> Result<CorsPolicy, ConfigErrors> {
    PolicyFile::from_json(json)?.validate(&PublicSuffixList)
}

/// Each error as `code member`, with `-> suggestion` where there is one.
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
