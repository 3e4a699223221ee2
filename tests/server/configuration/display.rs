//! `Display` and `Debug` of errors and of their values.

use fetch_cors::server::{ConfigErrors, ConfigValue, CorsPolicy, PolicyFile};

#[test]
fn error_names_member_value_reason_and_suggestion() {
    let errors = PolicyFile::from_json(r#"{"x":1,"x":2}"#).unwrap_err();
    let words = errors.to_string();
    let expected = "malformed in x: the member `x` is repeated: write it once";
    assert_eq!(words, expected);
    let messages = |errors: &ConfigErrors| -> Vec<String> {
        let errors = errors.into_iter();
        errors.map(|error| error.message().to_owned()).collect()
    };
    assert_eq!(
        messages(&errors),
        ["the member `x` is repeated: write it once"]
    );

    let builder = CorsPolicy::builder()
        .origin("https://A.example")
        .max_age(86_401);
    let errors = builder.build().unwrap_err();
    let form = "browsers send this origin in another form, so this entry never matches: write it in the form that browsers send";
    let range = "the max-age must be between 0 and 86400 seconds (one day)";
    assert_eq!(messages(&errors), [form, range]);
    assert_eq!(
        errors.to_string(),
        format!(
            "unmatchable-origin in origins[0], `https://A.example`: {form}: `https://a.example`; \
             max-age-out-of-range in max_age, `86401`: {range}"
        )
    );
}

#[test]
fn value_is_displayed_without_control_characters() {
    let words = |value: &ConfigValue| value.to_string();
    assert_eq!(words(&ConfigValue::Absent), "absent");
    assert_eq!(words(&ConfigValue::String("a\n\"".into())), r#""a\n\"""#);
    assert_eq!(words(&ConfigValue::Json("[1]".into())), "[1]");
}

/// `main() -> Result<…>` prints `Debug`.
#[test]
fn debug_of_errors_equals_display() {
    let builder = CorsPolicy::builder()
        .origin("https://a.example/")
        .preflight_status(404);
    let errors = builder.build().unwrap_err();
    let words = "invalid-preflight-status in preflight_status, `404`: the status of a preflight response must be between 200 and 299";
    assert!(errors.to_string().ends_with(words), "{errors}");
    assert_eq!(format!("{errors:?}"), errors.to_string());
    assert_eq!(format!("{errors:#?}"), errors.to_string());
    let last = errors.iter().last().unwrap();
    assert_eq!(format!("{last:?}"), words);
    let text = PolicyFile::from_json("{").unwrap_err();
    assert!(
        format!("{text:?}").starts_with("malformed: not JSON, column 1: "),
        "{text:?}"
    );
}
