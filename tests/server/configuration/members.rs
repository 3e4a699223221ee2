//! Each member of a configuration: the code, the member and the suggestion of every error.

use fetch_cors::server::ConfigValue;

use super::support::{assert_errors, build};

#[test]
fn each_other_member_has_its_errors() {
    for (members, expected) in [
        (
            r#""methods":"*","request_headers":"*","expose_headers":"*""#,
            &[][..],
        ),
        (
            r#""request_headers":["*","authorization"],"max_age":0,"preflight_status":299"#,
            &[],
        ),
        (
            r#""max_age":86400,"preflight_status":200,"methods":["patch","GET"]"#,
            &[],
        ),
        (r#""max_age":-0"#, &[]),
        (
            r#""methods":[],"request_headers":[],"expose_headers":[]"#,
            &[],
        ),
        (r#""max_age":86401"#, &["max-age-out-of-range max_age"]),
        (r#""max_age":-1"#, &["max-age-out-of-range max_age"]),
        (
            r#""max_age":99999999999999999999"#,
            &["max-age-out-of-range max_age"],
        ),
        (
            r#""max_age":-999999999999999999999999999999999999999999999"#,
            &["max-age-out-of-range max_age"],
        ),
        (r#""max_age":600.0"#, &["wrong-type max_age"]),
        (r#""max_age":1e2"#, &["wrong-type max_age"]),
        (r#""max_age":1E400"#, &["wrong-type max_age"]),
        (r#""max_age":1e20"#, &["wrong-type max_age"]),
        (r#""max_age":"600""#, &["wrong-type max_age"]),
        (r#""max_age":null"#, &["wrong-type max_age"]),
        (r#""max_age":[]"#, &["wrong-type max_age"]),
        (
            r#""preflight_status":199"#,
            &["invalid-preflight-status preflight_status"],
        ),
        (
            r#""preflight_status":300"#,
            &["invalid-preflight-status preflight_status"],
        ),
        (
            r#""preflight_status":-204"#,
            &["invalid-preflight-status preflight_status"],
        ),
        (
            r#""preflight_status":99999999999999999999999"#,
            &["invalid-preflight-status preflight_status"],
        ),
        (
            r#""preflight_status":204.0"#,
            &["wrong-type preflight_status"],
        ),
        (r#""credentials":null"#, &["wrong-type credentials"]),
        (
            r#""credentials":"true","methods":null"#,
            &["wrong-type credentials", "wrong-type methods"],
        ),
        (r#""methods":"PUT""#, &["wrong-type methods -> [\"PUT\"]"]),
        (
            r#""methods":["put","Delete","patch","a b","","*","connect","TRACE","Track",1]"#,
            &[
                "unmatchable-method methods[0] -> PUT",
                "unmatchable-method methods[1] -> DELETE",
                "invalid-method methods[3]",
                "invalid-method methods[4]",
                "invalid-method methods[5]",
                "forbidden-method methods[6]",
                "forbidden-method methods[7]",
                "forbidden-method methods[8]",
                "wrong-type methods[9]",
            ],
        ),
        (
            r#""request_headers":["x-a","a b","","Cookie","proxy-x","SEC-x","Origin","access-control-request-method","Access-Control-Max-Age",null]"#,
            &[
                "invalid-header-name request_headers[1]",
                "invalid-header-name request_headers[2]",
                "forbidden-header-name request_headers[3]",
                "forbidden-header-name request_headers[4]",
                "forbidden-header-name request_headers[5]",
                "forbidden-header-name request_headers[6]",
                "forbidden-header-name request_headers[7]",
                "misplaced-header-name request_headers[8]",
                "wrong-type request_headers[9]",
            ],
        ),
        (
            r#""expose_headers":["ETag","*","a:b","Set-Cookie","set-cookie2","origin","Access-Control-Request-Headers"]"#,
            &[
                "invalid-header-name expose_headers[1]",
                "invalid-header-name expose_headers[2]",
                "forbidden-header-name expose_headers[3]",
                "forbidden-header-name expose_headers[4]",
                "misplaced-header-name expose_headers[5]",
                "misplaced-header-name expose_headers[6]",
            ],
        ),
        (
            r#""credentials":true,"methods":"*","request_headers":"*","expose_headers":"*""#,
            &["wildcard-expose-with-credentials expose_headers"],
        ),
        (
            r#""Methods":[],"x":{"a":1}"#,
            &["unknown-member Methods -> methods", "unknown-member x"],
        ),
        (
            r#""dangerously_allow_insecure_origins":1,"dangerously_allow_null_origin":"","dangerously_allow_subdomains_of_public_suffixes":null"#,
            &[
                "wrong-type dangerously_allow_insecure_origins",
                "wrong-type dangerously_allow_null_origin",
                "wrong-type dangerously_allow_subdomains_of_public_suffixes",
            ],
        ),
    ] {
        assert_errors(
            &format!(r#"{{"origins":["https://a.example"],{members}}}"#),
            expected,
        );
    }
}

#[test]
fn all_errors_are_reported_in_the_order_of_the_members() {
    assert_errors(
        r#"{"preflight_status":0,"max_age":"x","expose_headers":"*","credentials":true,"y":0,"origins":["https://a.example/",3,"http://*.co.uk","https://b.example"],"methods":[[],"put"]}"#,
        &[
            "unknown-member y",
            "unmatchable-origin origins[0] -> https://a.example",
            "wrong-type origins[1]",
            "insecure-origin-with-credentials origins[2]",
            "public-suffix-with-credentials origins[2]",
            "wrong-type methods[0]",
            "unmatchable-method methods[1] -> PUT",
            "wildcard-expose-with-credentials expose_headers",
            "wrong-type max_age",
            "invalid-preflight-status preflight_status",
        ],
    );
    assert_errors(
        r#"{"origins":5,"y[1]":0,"y[0]":0}"#,
        &[
            "unknown-member y[1]",
            "unknown-member y[0]",
            "wrong-type origins",
        ],
    );
    assert_errors(
        r#"{"max_age":null,"credentials":null,"origins":"*"}"#,
        &["wrong-type credentials", "wrong-type max_age"],
    );
}

#[test]
fn member_origins_has_its_errors() {
    assert_errors(r#"{"origins":"*"}"#, &[]);
    assert_errors(
        r#"{"origins":"*","credentials":true}"#,
        &["wildcard-origin-with-credentials origins"],
    );
    assert_errors("{}", &["empty-origins origins"]);
    assert_errors(r#"{"origins":""}"#, &["empty-origins origins"]);
    assert_errors(r#"{"origins":[]}"#, &[]);
    assert_errors(r#"{"origins":"none"}"#, &[]);
    assert_errors(r#"{"origins":["none"]}"#, &["invalid-origin origins[0]"]);
    assert_errors(r#"{"origins":null}"#, &["wrong-type origins"]);
    assert_errors(
        r#"{"origins":"https://a.example"}"#,
        &["wrong-type origins -> [\"https://a.example\"]"],
    );
    assert_errors(r#"{"origins":[null]}"#, &["wrong-type origins[0]"]);
    assert_errors(r#"{"origins2":1}"#, &["unknown-member origins2 -> origins"]);
    for json in ["[]", "5", "null", "\"*\"", "true", "[{}]"] {
        assert_errors(json, &["wrong-type "]);
    }
}

#[test]
fn invalid_json_is_malformed() {
    for json in [
        "",
        "{",
        "{} {}",
        "{'origins':'*'}",
        r#"{"origins":["\ud800"]}"#,
        "nul",
        "{\"a\":01}",
    ] {
        assert_errors(json, &["malformed "]);
    }
    assert_errors(
        r#"{"origins":"*","origin\u0073":"*"}"#,
        &["malformed origins"],
    );
    assert_errors(r#"{"origins":[5],"x":1,"x":2}"#, &["malformed x"]);
    assert_errors(
        &format!("{{\"x\":{}1{}}}", "[".repeat(200_000), "]".repeat(200_000)),
        &["unknown-member x"],
    );
}

#[test]
fn errors_have_the_values_as_they_are_written() {
    let values = |json: &str| -> Vec<ConfigValue> {
        let errors = build(json).unwrap_err();
        errors.iter().map(|error| error.value().clone()).collect()
    };
    let json = |json: &str| ConfigValue::Json(json.into());
    assert_eq!(
        values(
            r#"{"origins":["https://a.example ",{"a": [1]}],"max_age":1.50e+1,"preflight_status":99999999999999999999}"#
        ),
        [
            ConfigValue::String("https://a.example ".into()),
            json(r#"{"a":[1]}"#),
            json("1.50e+1"),
            json("99999999999999999999"),
        ]
    );
    // The value is one line, and white space within strings stays.
    assert_eq!(
        values("{\"origins\": \"*\", \"credentials\": [\n1 , {\t\"a \\\" b\" :\r \"c \\\\\" } ]}"),
        [json(r#"[1,{"a \" b":"c \\"}]"#)]
    );
    assert_eq!(
        values("{\"origins\": \"*\", \"credentials\": {\n\"a \\\" b\" :\r \"c \\\\\" }}"),
        [json(r#"{"a \" b":"c \\"}"#)]
    );
    assert_eq!(values("{}"), [ConfigValue::Absent]);
    assert_eq!(
        values(r#"{"origins":""}"#),
        [ConfigValue::String(String::new())]
    );
    assert_eq!(values(r#"{"origins":{}}"#), [json("{}")]);
    assert_eq!(
        values(r#"{"origins":"*","credentials":null}"#),
        [json("null")]
    );
}
