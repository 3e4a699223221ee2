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
    let form = "browsers send the scheme and the host in lower case, so this entry never matches: write it in lower case";
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

/// The message names the difference between the entry and the form that browsers send.
#[test]
fn message_names_the_difference_of_an_unmatchable_origin() {
    for (entry, difference) in [
        ("https://a.example/", "ends with a slash"),
        ("https://*.a.example/", "ends with a slash"),
        ("capacitor://localhost/", "ends with a slash"),
        ("https://a.example/login", "has a path"),
        ("https://a.example/*", "has a path"),
        ("https://a.example:443", "default port"),
        ("http://a.example:80", "default port"),
        ("HTTPS://a.example", "in lower case"),
        ("NULL", "in another form"),
        (" https://a.example", "white space"),
        ("https://a.example\n", "white space"),
        // Several differences, and another form of the host.
        ("https://A.example/", "in another form"),
        ("https://a.example:0443", "in another form"),
        ("https://a%2Eexample", "in another form"),
    ] {
        let errors = CorsPolicy::builder().origin(entry).build().unwrap_err();
        let message = errors.iter().next().unwrap().message();
        assert!(message.contains(difference), "{entry}: {message}");
    }
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
