//! Builds policies from valid and invalid configurations, and compares the errors with an independent copy
//! of the table of errors.
#![no_main]
#![forbid(unsafe_code)]

use fetch_cors::{
    conformance::{laws, policies::entry_mistakes},
    server::{ConfigError, ConfigErrorKind, OriginPattern, PolicyFile},
};
use fetch_cors_fuzz::{
    assert_law,
    configurations::{Configuration, SomeSuffixes},
    naive_configuration::{BAD_ORIGIN, expected_errors},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|configuration: Configuration| {
    let input = || format!("{configuration:?}");
    let law = laws::build_returns_policy_or_errors(configuration.builder());
    assert_law(law, input);
    let expected = expected_errors(&configuration);
    match configuration.builder().build() {
        Ok(policy) => {
            assert!(expected.is_empty(), "{expected:?} of {}", input());
            for entry in policy.origins().unwrap_or_default() {
                let law = laws::every_entry_allows_some_origin;
                assert_law(law(&entry.to_string()), input);
                for mistake in entry_mistakes(&entry.to_string(), "https://b.example") {
                    let law = laws::suggestion_keeps_the_meaning;
                    assert_law(law(&mistake.written, &mistake.meant), input);
                }
            }
            assert_law(laws::policy_survives_serialization(&policy), input);
            let json = serde_json::to_string(&policy)
                .expect("a policy without a predicate can be written");
            let read = PolicyFile::from_json(&json).and_then(|file| file.validate(&SomeSuffixes));
            assert_eq!(read.as_ref(), Ok(&policy), "{json}");
            assert_eq!(configuration.builder().build().as_ref(), Ok(&policy));
            assert_eq!(policy.subsumes(&policy), Ok(true), "{}", input());
        }
        Err(errors) => {
            let given: Vec<_> = errors
                .iter()
                .map(|error| (error.member().to_owned(), code(error)))
                .collect();
            assert_eq!(given, expected, "{}", input());
            errors.iter().for_each(check_suggestion);
        }
    }
});

fn code(error: &ConfigError) -> &'static str {
    match error.kind() {
        ConfigErrorKind::InvalidOrigin | ConfigErrorKind::UnmatchableOrigin => BAD_ORIGIN,
        kind => kind.as_str(),
    }
}

fn check_suggestion(error: &ConfigError) {
    let message = error.to_string();
    assert!(!message.contains(|c: char| c.is_control()), "{message:?}");
    match (error.kind(), error.suggestion()) {
        (ConfigErrorKind::UnmatchableOrigin, Some(suggestion)) => {
            assert!(suggestion.parse::<OriginPattern>().is_ok(), "{message}");
        }
        (ConfigErrorKind::UnmatchableMethod, Some(suggestion)) => {
            let built = fetch_cors::server::CorsPolicy::builder()
                .origin("https://a.example")
                .methods([suggestion])
                .build();
            assert!(built.is_ok(), "{message}");
        }
        (ConfigErrorKind::UnmatchableOrigin | ConfigErrorKind::UnmatchableMethod, None) => {
            panic!("the error has no suggestion: {message}");
        }
        _ => {}
    }
}
