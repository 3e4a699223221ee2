//! Policies from any serde format, and the values of their errors as JSON.

use fetch_cors::server::{AllowList, ConfigValue, NoPublicSuffixes, PolicyConfig, PolicyFile};
use serde::{
    Deserialize,
    de::{
        IntoDeserializer,
        value::{BytesDeserializer, Error, MapDeserializer},
    },
};

/// Returns the value of the first error.
fn error_value(file: PolicyFile) -> ConfigValue {
    let errors = file.validate(&NoPublicSuffixes).unwrap_err();
    errors.iter().next().unwrap().value().clone()
}

/// Returns the value of the error for an unknown member with this value.
fn unknown_member_value<'de>(value: impl IntoDeserializer<'de, Error>) -> ConfigValue {
    let members = [("x", value)].into_iter();
    error_value(PolicyFile::deserialize(MapDeserializer::<_, Error>::new(members)).unwrap())
}

fn json(json: &str) -> ConfigValue {
    ConfigValue::Json(json.into())
}

#[test]
fn error_has_the_value_of_any_format() {
    assert_eq!(unknown_member_value(true), json("true"));
    assert_eq!(unknown_member_value(-5_i64), json("-5"));
    assert_eq!(unknown_member_value(u64::MAX), json("18446744073709551615"));
    assert_eq!(
        unknown_member_value(i128::MIN),
        json(&i128::MIN.to_string())
    );
    assert_eq!(
        unknown_member_value(u128::MAX),
        json(&u128::MAX.to_string())
    );
    assert_eq!(unknown_member_value(()), json("null"));
    assert_eq!(unknown_member_value("a"), ConfigValue::String("a".into()));
    assert_eq!(
        unknown_member_value(String::from("a")),
        ConfigValue::String("a".into())
    );
    assert_eq!(unknown_member_value(vec![1_u64, 2]), json("[1,2]"));
}

/// A format can pass a large integer as a float. The value stays an integer.
#[test]
fn error_has_the_value_of_a_float() {
    for (value, expected) in [
        (1.5, "1.5"),
        (600.0, "600.0"),
        (-0.0, "-0.0"),
        (9_007_199_254_740_991.0, "9007199254740991.0"),
        (9_007_199_254_740_992.0, "9007199254740992"),
        (-1e20, "-100000000000000000000"),
        (f64::INFINITY, "null"),
        (f64::NEG_INFINITY, "null"),
        (f64::NAN, "null"),
    ] {
        assert_eq!(unknown_member_value(value), json(expected), "{value}");
    }
}

#[test]
fn error_has_nested_values() {
    let config = |json: &str| serde_json::from_str::<PolicyFile>(json);
    for value in [
        r#"{"a":[true,{"b":null},-1.5,"\"\\\u0001\u001f "],"c":{}}"#,
        r#"[[],"é\u007f"]"#,
    ] {
        let given = error_value(config(&format!(r#"{{"x":{value}}}"#)).unwrap());
        let expected = value.replace(r"\u007f", "\u{7f}");
        assert_eq!(given, json(&expected));
    }
    let repeated = config(r#"{"x":{"a\n":1,"a\n":2}}"#)
        .unwrap_err()
        .to_string();
    assert!(
        repeated.starts_with(r"the member `a\n` is repeated"),
        "{repeated}"
    );
    let bytes = PolicyFile::deserialize(BytesDeserializer::<Error>::new(b"a"));
    assert_eq!(
        bytes.unwrap_err().to_string(),
        "invalid type: byte array, expected a policy"
    );
}

/// `serde_json` passes numbers in this form if any crate of the program turns on `arbitrary_precision`.
#[test]
fn number_is_kept_as_it_is_written() {
    let number = |digits: &str| format!(r#"{{"$serde_json::private::Number":"{digits}"}}"#);
    let read = |max_age: &str| {
        let json = format!(r#"{{"origins":"*","max_age":{max_age}}}"#);
        serde_json::from_str::<PolicyFile>(&json).unwrap()
    };
    let policy = |max_age: &str| read(max_age).validate(&NoPublicSuffixes);
    assert_eq!(policy(&number("600")), policy("600"));
    assert!(policy("600").is_ok());
    assert_eq!(error_value(read(&number("1.50"))), json("1.50"));
    let other = r#"{"a":1,"$serde_json::private::Number":"600"}"#;
    assert_eq!(error_value(read(other)), json(other));
}

#[test]
fn configuration_with_right_types_is_deserialized() {
    let read = |json: &str| serde_json::from_str::<PolicyConfig>(json);
    let mut expected = PolicyConfig::default();
    expected.origins = ["https://b.example/", "https://a.example"].into();
    expected.methods = AllowList::Any;
    expected.request_headers = vec!["*".into()];
    expected.max_age = Some(5);
    let json = r#"{"origins":["https://b.example/","https://a.example"],"methods":"*","request_headers":"*","max_age":5}"#;
    assert_eq!(read(json).unwrap(), expected);
    for json in [r#"{"origins":[]}"#, r#"{"origins":"none"}"#] {
        assert_eq!(read(json).unwrap(), PolicyConfig::default());
    }
    assert!(
        read("{}")
            .unwrap_err()
            .to_string()
            .starts_with("empty-origins in origins")
    );

    let error = read(r#"{"origins":[1],"max_age":"5","x":1}"#).unwrap_err();
    let error = error.to_string();
    for part in [
        "unknown-member in x",
        "wrong-type in origins[0]",
        "wrong-type in max_age",
    ] {
        assert!(error.contains(part), "{error}");
    }
    assert!(
        read("[]")
            .unwrap_err()
            .to_string()
            .starts_with("wrong-type, ")
    );
}

/// The index of an entry also counts earlier entries of a wrong type, in each list.
#[test]
fn error_has_the_index_in_the_file() {
    let json = r#"{"origins":[1,"a",2,3,"b","https://a.example"],"methods":["a b",null,"c d"]}"#;
    let file: PolicyFile = serde_json::from_str(json).unwrap();
    let errors = file.validate(&NoPublicSuffixes).unwrap_err();
    let errors: Vec<_> = errors
        .iter()
        .map(|error| format!("{} {}", error.kind(), error.member()))
        .collect();
    let expected = [
        "wrong-type origins[0]",
        "invalid-origin origins[1]",
        "wrong-type origins[2]",
        "wrong-type origins[3]",
        "invalid-origin origins[4]",
        "invalid-method methods[0]",
        "wrong-type methods[1]",
        "invalid-method methods[2]",
    ];
    assert_eq!(errors, expected);
}

#[cfg(all(feature = "cases", feature = "psl"))]
#[test]
fn serialized_policy_is_deserialized_unchanged() {
    use fetch_cors::server::PublicSuffixList;

    use super::configuration::support::build;
    for json in [
        r#"{"origins":"*","methods":"*","request_headers":"*","expose_headers":"*"}"#,
        r#"{"origins":["null","https://*.a.example:*","tauri://localhost"],"credentials":true,"dangerously_allow_null_origin":true,
            "methods":["PUT","patch"],"request_headers":["*","authorization"],"expose_headers":["ETag"],"max_age":5,"preflight_status":200}"#,
    ] {
        let policy = build(json).unwrap();
        let written = serde_json::to_string(&policy).unwrap();
        assert_eq!(build(&written).unwrap(), policy);
        assert_eq!(
            serde_json::from_str::<PolicyFile>(&written)
                .unwrap()
                .validate(&PublicSuffixList)
                .unwrap(),
            policy
        );
    }
}
