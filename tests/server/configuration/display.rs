//! How errors, and the values in them, are displayed.

use fetch_cors::server::{ConfigErrors, ConfigValue, CorsPolicy, PolicyFile};

#[test]
fn an_error_says_what_where_and_why() {
    let errors = PolicyFile::from_json(r#"{"x":1,"x":2}"#).unwrap_err();
    let words = errors.to_string();
    let expected = "malformed in x: the member `x` is repeated";
    assert_eq!(words, expected);
    let messages = |errors: &ConfigErrors| -> Vec<String> {
        let errors = errors.into_iter();
        errors.map(|error| error.message().to_owned()).collect()
    };
    assert_eq!(messages(&errors), ["the member `x` is repeated"]);

    let builder = CorsPolicy::builder()
        .origin("https://A.example")
        .max_age(86_401);
    let errors = builder.build().unwrap_err();
    let form = "browsers send this origin in another form, so it would never match";
    let range = "a max-age is between 0 and 86400 seconds, which is a day";
    assert_eq!(messages(&errors), [form, range]);
    assert_eq!(
        errors.to_string(),
        format!(
            "unmatchable-origin in origins[0]: {form}: `https://A.example`, use `https://a.example`; \
             max-age-out-of-range in max_age: {range}: `86401`"
        )
    );
}

#[test]
fn a_value_is_shown_without_control_characters() {
    let words = |value: &ConfigValue| value.to_string();
    assert_eq!(words(&ConfigValue::Absent), "absent");
    assert_eq!(words(&ConfigValue::String("a\n\"".into())), r#""a\n\"""#);
    assert_eq!(words(&ConfigValue::Json("[1]".into())), "[1]");
}
