//! The message of each error: the value, the member, the reason and the fix.

use fetch_cors::server::{ConfigErrorKind, ConfigValue, CorsPolicy};

use super::support::{build, errors};

/// Of what is said of the only error, each part.
#[track_caller]
fn says(json: &str, parts: &[&str]) {
    let said = build(json).unwrap_err().to_string();
    for part in parts {
        assert!(said.contains(part), "{part} in: {said}");
    }
}

fn with(members: &str) -> String {
    format!(r#"{{"origins":["https://a.example"],{members}}}"#)
}

#[test]
fn a_wrong_type_is_told_with_the_one_that_is_expected() {
    for (members, expected, found) in [
        (
            r#""methods":5"#,
            r#"a list of strings, or `"*"`"#,
            "a number: `5`",
        ),
        (
            r#""methods":null"#,
            r#"a list of strings, or `"*"`"#,
            "null: `null`",
        ),
        (
            r#""methods":"PUT""#,
            r#"a list of strings, or `"*"`"#,
            r#"a string: `PUT`, use `["PUT"]`"#,
        ),
        (r#""methods":[["PUT"]]"#, "a string", r#"a list: `["PUT"]`"#),
        (
            r#""credentials":"yes""#,
            "`true` or `false`",
            "a string: `yes`",
        ),
        (
            r#""credentials":{"a":1}"#,
            "`true` or `false`",
            r#"an object: `{"a":1}`"#,
        ),
        (
            r#""max_age":"600""#,
            "a whole number in digits alone",
            "a string: `600`",
        ),
        (
            r#""max_age":600.0"#,
            "a whole number in digits alone",
            "a number with a fraction",
        ),
        (
            r#""preflight_status":true"#,
            "a whole number in digits alone",
            "a boolean: `true`",
        ),
    ] {
        says(&with(members), &[expected, found, "wrong-type in "]);
    }
    says("[]", &["an object of the policy's members", "a list: `[]`"]);
}

#[test]
fn an_unknown_member_is_told_with_the_nearest_or_with_all() {
    for (given, meant) in [
        ("Origins", "origins"),
        ("origin", "origins"),
        ("expose", "expose_headers"),
        ("xorigin", "origins"),
        ("allowed_origins", "origins"),
        ("allowCredentials", "credentials"),
        ("allow-methods", "methods"),
        ("exposed_headers", "expose_headers"),
        ("requestHeaders", "request_headers"),
        ("maxAge", "max_age"),
        ("max-age", "max_age"),
        ("prefligth_status", "preflight_status"),
        ("allow_null_origin", "dangerously_allow_null_origin"),
        (
            "allow_insecure_origins",
            "dangerously_allow_insecure_origins",
        ),
    ] {
        let found = errors(&with(&format!(r#""{given}":0"#)));
        assert_eq!(found, [format!("unknown-member {given} -> {meant}")]);
    }
    let long = "x".repeat(100_000);
    for given in [
        "headers",
        "allow_headers",
        "x",
        "",
        "null",
        "dangerously",
        "crdtls",
        "xyzrigins",
        "\u{e9}",
        &long,
    ] {
        let json = with(&format!(r#""{given}":0"#));
        assert_eq!(errors(&json), [format!("unknown-member {given}")]);
        says(
            &json,
            &[
                "there are `origins`, `credentials`, ",
                "of_public_suffixes`",
            ],
        );
    }
}

#[test]
fn an_origin_that_is_none_is_told_what_is_wrong_with_it() {
    let several = "several origins: each is an entry";
    for (origin, reason) in [
        ("https://a.example,https://b.example", several),
        ("https://a.example;https://b.example", several),
        ("https://a.example https://b.example", several),
        ("https://a.example, http://localhost:*", several),
        ("'https://a.example'", "quotation marks"),
        ("a.example", "no scheme, such as `https://a.example` has"),
        (
            "*.a.example",
            "no scheme, such as `https://*.a.example` has",
        ),
        ("http://*:3000", "whole labels before a host"),
        ("https://a.*.example", "or for the port"),
        ("", "this is no origin such as"),
        ("Null", "this is no origin such as"),
        ("https://a b", "this is no origin such as"),
        ("a.example:81", "this is no origin such as"),
    ] {
        let json = serde_json::json!({"origins": [origin]}).to_string();
        says(&json, &[reason, " in origins[0]: "]);
        assert!(!errors(&json)[0].contains("->"), "{origin}");
    }
    // What nobody meant as several is told in which form it would be sent.
    let found = errors(r#"{"origins":["https://a.example://"]}"#);
    assert_eq!(
        found,
        ["unmatchable-origin origins[0] -> https://a.example"]
    );
    let list = CorsPolicy::builder().origins_from_list("https://a.example,null");
    let said = list.build().unwrap_err().to_string();
    assert!(said.contains("by a call of its own: `null`"), "{said}");
}

#[test]
fn an_asterisk_in_a_list_is_told_its_place() {
    says(
        r#"{"origins":["*"]}"#,
        &[r#": for any write `"origins": "*"`"#],
    );
    says(&with(r#""methods":["*"]"#), &[r#"write `"methods": "*"`"#]);
    says(
        &with(r#""expose_headers":["*"]"#),
        &[r#"write `"expose_headers": "*"`"#],
    );
    for json in [
        r#"{"credentials":true,"origins":["*"]}"#,
        &with(r#""credentials":true,"expose_headers":["*"]"#),
    ] {
        says(
            json,
            &["with credentials it stands for any nowhere: list each"],
        );
        // That would be the next error.
        assert!(!errors(json)[0].contains("->"));
    }
}

/// A configuration that has only this error.
const fn wrong(code: ConfigErrorKind) -> Option<&'static str> {
    use ConfigErrorKind as Code;
    Some(match code {
        Code::Malformed => "{",
        Code::UnknownMember => r#"{"origins":"*","a":1}"#,
        Code::WrongType => r#"{"origins":"*","max_age":"1"}"#,
        Code::EmptyOrigins => r#"{"origins":[]}"#,
        Code::InvalidOrigin => r#"{"origins":["a.example"]}"#,
        Code::UnmatchableOrigin => r#"{"origins":["https://a.example/"]}"#,
        Code::WildcardOriginWithCredentials => r#"{"origins":"*","credentials":true}"#,
        Code::NullOriginWithCredentials => r#"{"origins":["null"],"credentials":true}"#,
        Code::InsecureOriginWithCredentials => {
            r#"{"origins":["http://a.example"],"credentials":true}"#
        }
        Code::PublicSuffixWithCredentials => {
            r#"{"origins":["https://*.co.uk"],"credentials":true}"#
        }
        Code::InvalidMethod => r#"{"origins":"*","methods":["P T"]}"#,
        Code::ForbiddenMethod => r#"{"origins":"*","methods":["TRACE"]}"#,
        Code::UnmatchableMethod => r#"{"origins":"*","methods":["put"]}"#,
        Code::InvalidHeaderName => r#"{"origins":"*","request_headers":["x a"]}"#,
        Code::ForbiddenHeaderName => r#"{"origins":"*","request_headers":["cookie"]}"#,
        Code::MisplacedHeaderName => r#"{"origins":"*","expose_headers":["origin"]}"#,
        Code::WildcardExposeWithCredentials => {
            r#"{"origins":["https://a.example"],"credentials":true,"expose_headers":"*"}"#
        }
        Code::MaxAgeOutOfRange => r#"{"origins":"*","max_age":86401}"#,
        Code::InvalidPreflightStatus => r#"{"origins":"*","preflight_status":404}"#,
        _ => return None,
    })
}

#[test]
fn every_error_has_its_value_its_place_and_its_mend() {
    for code in ConfigErrorKind::ALL {
        let found = build(wrong(*code).unwrap()).unwrap_err();
        let found: Vec<_> = found.iter().collect();
        assert_eq!(found.len(), 1, "{found:?}");
        let (error, text) = (found[0], found[0].to_string());
        assert_eq!(error.kind(), *code);
        if *code == ConfigErrorKind::Malformed {
            assert!(text.contains("at line 1"), "{text}");
            continue;
        }
        assert!(
            !error.member().is_empty() && *error.value() != ConfigValue::Absent,
            "{text}"
        );
        // What to do instead, what is between the limits, or what it would look like.
        let mends = [
            ": list",
            ": leave",
            ", or ",
            "such as",
            "between",
            "expected",
            "there are",
        ];
        let is_mended = mends.iter().any(|mend| error.message().contains(mend));
        assert!(is_mended || error.suggestion().is_some(), "{text}");
    }
}
