//! Building a policy from what is right or wrong, against the table of errors once more.
#![no_main]
#![forbid(unsafe_code)]

use fetch_cors::{
    conformance::laws,
    server::{ConfigError, ConfigErrorKind, ConfigValue, OriginPattern, PolicyFile},
};
use fetch_cors_fuzz::{
    configurations::{Configuration, SomeSuffixes},
    hold,
    naive_configuration::{BAD_ORIGIN, wrong},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|configuration: Configuration| {
    let input = || format!("{configuration:?}");
    let law = laws::build_returns_policy_or_errors(configuration.builder());
    hold(law, input);
    let expected = wrong(&configuration);
    match configuration.builder().build() {
        Ok(policy) => {
            assert!(expected.is_empty(), "{expected:?} of {}", input());
            for entry in policy.origins().unwrap_or_default() {
                let law = laws::every_entry_allows_some_origin;
                hold(law(&entry.to_string()), input);
            }
            hold(laws::policy_survives_serialization(&policy), input);
            let json = serde_json::to_string(&policy).expect("there is no predicate");
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
            errors.iter().for_each(suggestion_is_right);
        }
    }
});

fn code(error: &ConfigError) -> &'static str {
    match error.kind() {
        ConfigErrorKind::InvalidOrigin | ConfigErrorKind::UnmatchableOrigin => BAD_ORIGIN,
        kind => kind.as_str(),
    }
}

fn suggestion_is_right(error: &ConfigError) {
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
        (ConfigErrorKind::UnmatchableOrigin, None) => {
            assert!(
                are_several(error.value()),
                "nothing is suggested: {message}"
            );
        }
        (ConfigErrorKind::UnmatchableMethod, None) => {
            panic!("nothing is suggested: {message}");
        }
        _ => {}
    }
}

/// Entries with something between them.
fn are_several(value: &ConfigValue) -> bool {
    let ConfigValue::String(origin) = value else {
        return false;
    };
    let parts = origin.split([',', ';', ' ']);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.len() > 1
        && parts
            .iter()
            .all(|part| part.parse::<OriginPattern>().is_ok())
}
