//! The message of each error: the value, the member, the reason and the fix.

use fetch_cors::server::{ConfigErrorKind, ConfigValue, CorsPolicy, PolicyConfig};

use super::support::{build, errors};

/// Asserts that the text of the errors contains each part.
#[track_caller]
fn assert_error_contains(json: &str, parts: &[&str]) {
    let text = build(json).unwrap_err().to_string();
    for part in parts {
        assert!(text.contains(part), "{part} in: {text}");
    }
}

fn with(members: &str) -> String {
    format!(r#"{{"origins":["https://a.example"],{members}}}"#)
}

#[test]
fn wrong_type_names_expected_and_found_type() {
    for (members, expected, found) in [
        (
            r#""methods":5"#,
            r#"a list of strings or `"*"`"#,
            "`5`: the value is a number, but it must be a list of strings or `\"*\"`",
        ),
        (
            r#""methods":null"#,
            r#"a list of strings or `"*"`"#,
            "the value is null",
        ),
        (
            r#""methods":"PUT""#,
            r#"a list of strings or `"*"`"#,
            r#", `PUT`: the value is a string, but it must be a list of strings or `"*"`: `["PUT"]`"#,
        ),
        (
            r#""methods":[["PUT"]]"#,
            "a string",
            r#", `["PUT"]`: the value is a list, but it must be a string"#,
        ),
        (
            r#""credentials":"yes""#,
            "`true` or `false`",
            ", `yes`: the value is a string, but it must be `true` or `false`",
        ),
        (
            r#""credentials":{"a":1}"#,
            "`true` or `false`",
            r#", `{"a":1}`: the value is an object, but it must be `true` or `false`"#,
        ),
        (
            r#""max_age":"600""#,
            "a whole number from 0 to 86400, written only in digits",
            "the value is a string",
        ),
        (
            r#""max_age":600.0"#,
            "a whole number from 0 to 86400, written only in digits",
            "a number with a fraction",
        ),
        (
            r#""preflight_status":true"#,
            "a whole number from 200 to 299, written only in digits",
            ", `true`: the value is a boolean, but it must be a whole number from 200 to 299, written only in digits",
        ),
    ] {
        assert_error_contains(&with(members), &[expected, found, "wrong-type in "]);
    }
    for (members, end) in [
        (
            r#""max_age":"600""#,
            "written only in digits: write `600`, without quotation marks",
        ),
        (
            r#""max_age":[" 0600 "]"#,
            "written only in digits: write `600`",
        ),
        (r#""max_age":600.00"#, "written only in digits: write `600`"),
        (r#""max_age":600.5"#, "written only in digits"),
        (
            r#""max_age":"10m""#,
            "written only in digits, without quotation marks",
        ),
        (
            r#""max_age":null"#,
            "written only in digits: write a value, or remove the member",
        ),
        (
            r#""preflight_status":"204""#,
            ": write `204`, without quotation marks",
        ),
        (
            r#""credentials":"true""#,
            "it must be `true` or `false`: write `true`, without quotation marks",
        ),
        (
            r#""credentials":"NO""#,
            ": write `false`, without quotation marks",
        ),
        (
            r#""credentials":1"#,
            "it must be `true` or `false`: write `true`",
        ),
        (
            r#""credentials":"maybe""#,
            "it must be `true` or `false`, without quotation marks",
        ),
        (
            r#""methods":{"PUT":true}"#,
            r#"or `"*"`: write, for example, `["PUT"]`"#,
        ),
        (
            r#""request_headers":7"#,
            r#"or `"*"`: write, for example, `["x-request-id"]`"#,
        ),
    ] {
        let text = build(&with(members)).unwrap_err().to_string();
        assert!(text.ends_with(end), "{end} at the end of: {text}");
    }
    let origins = build(r#"{"origins":"a.example"}"#).unwrap_err().to_string();
    let end = r#", `"*"` or `"none"`: write, for example, `["https://app.example"]`"#;
    assert!(origins.ends_with(end), "{origins}");
    assert_error_contains(
        "[]",
        &[
            "wrong-type, `[]`: the value is a list, but it must be an object with the members of a policy",
        ],
    );
}

/// A suggestion for a value of a wrong type is valid in the policy. Without a valid value, there is no suggestion.
#[test]
fn suggestion_for_a_wrong_type_is_valid() {
    for (member, given, expected) in [
        ("methods", "none", Some("[]")),
        ("methods", "All", Some("\"*\"")),
        ("methods", "* ", Some("\"*\"")),
        ("methods", "*, PUT", None),
        ("methods", "TRACE", None),
        ("methods", "null", None),
        ("methods", "put, delete", Some(r#"["PUT","DELETE"]"#)),
        ("request_headers", "any", Some("\"*\"")),
        ("request_headers", "x-a,host", None),
        ("expose_headers", "none", Some("[]")),
        ("expose_headers", "set-cookie", None),
        ("origins", "None", Some("\"none\"")),
        ("origins", "any", Some("\"*\"")),
        ("origins", "null", None),
    ] {
        let mut policy = serde_json::json!({"origins": ["https://a.example"]});
        policy[member] = given.into();
        let errors = build(&policy.to_string()).unwrap_err();
        let suggestion = errors.iter().next().unwrap().suggestion();
        assert_eq!(suggestion, expected, "{member}: {given}");
        if let Some(suggestion) = suggestion {
            policy[member] = serde_json::from_str(suggestion).unwrap();
            assert!(build(&policy.to_string()).is_ok(), "{policy}");
        }
    }
    // With credentials, `*` is not valid.
    for member in ["origins", "expose_headers"] {
        let mut policy = serde_json::json!({"origins": ["https://a.example"], "credentials": true});
        policy[member] = "any".into();
        let errors = build(&policy.to_string()).unwrap_err();
        assert_eq!(errors.iter().next().unwrap().suggestion(), None, "{member}");
    }
    for members in [r#""max_age":"86401""#, r#""preflight_status":"404""#] {
        let text = build(&with(members)).unwrap_err().to_string();
        let end = "written only in digits, without quotation marks";
        assert!(text.ends_with(end), "{text}");
    }
}

#[test]
fn unknown_member_has_the_nearest_or_all_names() {
    for (given, meant) in [
        ("Origins", "origins"),
        ("origin", "origins"),
        ("expose", "expose_headers"),
        ("xorigin", "origins"),
        ("allowed_origins", "origins"),
        ("allowCredentials", "credentials"),
        ("allow-methods", "methods"),
        ("allow_headers", "request_headers"),
        ("headers", "request_headers"),
        ("allow_header", "request_headers"),
        ("allow_origin", "origins"),
        ("allowedOrigin", "origins"),
        ("allow_method", "methods"),
        ("allowedHeaders", "request_headers"),
        ("supports_credentials", "credentials"),
        ("optionsSuccessStatus", "preflight_status"),
        ("allow_origin_regex", "origins"),
        ("exposed_headers", "expose_headers"),
        ("requestHeaders", "request_headers"),
        ("maxAge", "max_age"),
        ("Access-Control-Max-Age", "max_age"),
        ("ttl", "max_age"),
        ("Access-Control-Allow-Origin", "origins"),
        ("Access-Control-Allow-Headers", "request_headers"),
        ("Access-Control-Expose-Headers", "expose_headers"),
        ("CORS_ALLOWED_ORIGINS", "origins"),
        ("corsWhitelist", "origins"),
        ("max-age", "max_age"),
        ("prefligth_status", "preflight_status"),
        ("allow_null_origin", "dangerously_allow_null_origin"),
        (
            "allow_insecure_origins",
            "dangerously_allow_insecure_origins",
        ),
    ] {
        let found = errors(&format!(r#"{{"{given}":0}}"#));
        let suggestion = format!("unknown-member {given} -> {meant}");
        assert_eq!(found[0], suggestion);
        // The file already has the member with the nearest name, so the suggestion is another name.
        for members in [
            format!(r#""{given}":0,"{meant}":0"#),
            format!(r#""{meant}":0,"{given}":0"#),
        ] {
            let found = errors(&format!("{{{members}}}"));
            assert!(found[0].starts_with(&format!("unknown-member {given}")));
            assert_ne!(found[0], suggestion);
        }
    }
    // The policy already has the member with the nearest name, so the error names both members.
    for given in ["allowedOrigins", "Access-Control-Allow-Origin", "origin"] {
        let text = build(&with(&format!(r#""{given}":[]"#)))
            .unwrap_err()
            .to_string();
        assert!(
            text.ends_with("the policy already has `origins`: remove one of the two"),
            "{text}"
        );
    }
    // The text of the errors lists the names of all members only once.
    let several = build(&with(r#""x":1,"y":2"#)).unwrap_err().to_string();
    assert_eq!(several.matches("`expose_headers`").count(), 1, "{several}");
    assert!(
        several.ends_with("no member of a policy has this name: remove it"),
        "{several}"
    );
    let group = build(&with(r#""options":{"max_age":1}"#))
        .unwrap_err()
        .to_string();
    assert!(group.ends_with("so write them at the top level"), "{group}");
    let long = "x".repeat(100_000);
    for given in [
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
        assert_error_contains(
            &json,
            &[
                "write one of the members: `origins`, `credentials`, ",
                "of_public_suffixes`",
            ],
        );
    }
}

#[test]
fn invalid_origin_has_a_precise_reason() {
    let several = "several origins: write each origin as an entry";
    for (origin, reason) in [
        ("https://a.example,https://b.example", several),
        ("https://a.example;https://b.example", several),
        ("https://a.example https://b.example", several),
        ("https://a.example, http://localhost:*", several),
        ("'https://a.example'", "quotation marks"),
        ("a.example", "no scheme: write `https://a.example`"),
        ("*.a.example", "no scheme: write `https://*.a.example`"),
        ("http://*:3000", "whole labels before a host ("),
        ("a.example:81", "no scheme: write `https://a.example:81`"),
        ("myhost:3000", "no scheme: write `https://myhost:3000`"),
        ("10.0.0.1:8080", "no scheme: write `https://10.0.0.1:8080`"),
        ("EXAMPLE.com", "no scheme: write `https://example.com`"),
        (
            "*.example.com/*",
            "no scheme: write `https://*.example.com`",
        ),
        ("https://a.*.example", "or for the port"),
        ("", "this is not an origin: write, for example,"),
        ("https://a b", "this is not an origin: write, for example,"),
    ] {
        let json = serde_json::json!({"origins": [origin]}).to_string();
        assert_error_contains(&json, &[reason, " in origins[0], `"]);
        assert!(!errors(&json)[0].contains("->"), "{origin}");
    }
    // A value that is one origin in another form has a suggestion.
    let found = errors(r#"{"origins":["https://a.example://"]}"#);
    assert_eq!(
        found,
        ["unmatchable-origin origins[0] -> https://a.example"]
    );
    for refused in ["null", "file://"] {
        let list = format!("https://a.example,{refused}");
        let list = CorsPolicy::builder().origins_from_list(&list);
        let text = list.build().unwrap_err().to_string();
        let beginning = format!("in origins[1], `{refused}`: sandboxed pages");
        assert!(text.contains(&beginning), "{text}");
        assert!(
            text.ends_with("call `null_origin` to allow `null`, or `origin` to allow `file://`"),
            "{text}"
        );
    }
}

/// The author of a variable can change only the text of the variable.
#[test]
fn errors_of_a_text_say_how_to_write_the_text() {
    for (list, reason) in [
        (
            "https://a.example; https://b.example",
            "this entry has several origins: separate the origins with commas",
        ),
        (
            "https://c.example,https://a.example https://b.example",
            "this entry has several origins: separate the origins with commas",
        ),
        (
            r#"["https://a.example","https://b.example"]"#,
            "the brackets and quotation marks are part of the value: write only the origins, separated by commas",
        ),
        (
            "https://a.example,none",
            "`none` cannot be part of a list: to allow no origin, write only `none`",
        ),
        (
            "*",
            "`*` cannot be part of this list: list each origin, or ",
        ),
        (
            "",
            "the list has no origin: write at least one origin, or `none` to allow no origin",
        ),
    ] {
        let errors = CorsPolicy::builder().origins_from_list(list).build();
        let text = errors.unwrap_err().to_string();
        assert!(text.contains(reason), "{list}: {text}");
        assert!(!text.contains("file"), "{list}: {text}");
    }
    for pairs in [&[("origins", "")][..], &[]] {
        let errors = PolicyConfig::from_pairs(pairs.iter().copied()).unwrap_err();
        let text = errors.to_string();
        assert!(
            text.ends_with("or write `*` for any origin or `none` to allow no origin"),
            "{text}"
        );
        assert!(!text.contains("()"), "{text}");
    }
}

/// A policy in Rust has the same errors as a policy in a file, so an error also names the method of the builder.
#[test]
fn errors_name_the_call_of_the_builder() {
    let list = ["https://app.example"];
    for (builder, call) in [
        (CorsPolicy::builder().origins(["*"]), "`any_origin()`"),
        (CorsPolicy::builder(), "`any_origin()` or `no_origins()`"),
        (
            CorsPolicy::builder().origins(list).methods(["*"]),
            "`any_method()`",
        ),
        (
            CorsPolicy::builder()
                .origins(list)
                .request_headers(["*"])
                .expose_headers(["*"]),
            "`expose_any_header()`",
        ),
    ] {
        let text = builder.build().unwrap_err().to_string();
        assert!(text.contains(&format!("call {call}")), "{text}");
    }
}

#[test]
fn asterisk_in_a_list_has_a_fix() {
    assert_error_contains(
        r#"{"origins":["*"]}"#,
        &[r#": to allow any origin, write `"*"` in place of the list"#],
    );
    for member in ["methods", "expose_headers"] {
        assert_error_contains(
            &with(&format!(r#""{member}":["*"]"#)),
            &[r#": to allow any name, write `"*"` in place of the list"#],
        );
    }
    for (json, noun) in [
        (r#"{"credentials":true,"origins":["*"]}"#, "origin"),
        (
            &*with(r#""credentials":true,"expose_headers":["*"]"#),
            "name",
        ),
    ] {
        assert_error_contains(
            json,
            &[&format!(
                "with credentials it is not a wildcard anywhere: list each {noun}"
            )],
        );
        // With credentials, `*` in place of the list would also be refused, so the message does not suggest it.
        assert!(!errors(json)[0].contains("->"));
    }
}

/// Returns a configuration that has only this error.
const fn configuration_with(code: ConfigErrorKind) -> Option<&'static str> {
    use ConfigErrorKind as Code;
    Some(match code {
        Code::Malformed => "{",
        Code::UnknownMember => r#"{"origins":"*","a":1}"#,
        Code::WrongType => r#"{"origins":"*","max_age":"1"}"#,
        Code::EmptyOrigins => r#"{"origins":""}"#,
        Code::InvalidOrigin => r#"{"origins":["a.example"]}"#,
        Code::UnmatchableOrigin => r#"{"origins":["https://a.example/"]}"#,
        Code::WildcardOriginWithCredentials => r#"{"origins":"*","credentials":true}"#,
        Code::NullOriginWithCredentials => r#"{"origins":["null"],"credentials":true}"#,
        Code::AnyExtensionOriginWithCredentials => {
            r#"{"origins":["moz-extension://*"],"credentials":true}"#
        }
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
fn each_error_has_value_member_and_fix() {
    // A file cannot have a predicate, so the error for a second predicate does not occur.
    let in_files = ConfigErrorKind::ALL.iter();
    for code in in_files.filter(|code| **code != ConfigErrorKind::RepeatedPredicate) {
        let found = build(configuration_with(*code).unwrap()).unwrap_err();
        let found: Vec<_> = found.iter().collect();
        assert_eq!(found.len(), 1, "{found:?}");
        let (error, text) = (found[0], found[0].to_string());
        assert_eq!(error.kind(), *code);
        if *code == ConfigErrorKind::Malformed {
            assert!(text.contains("not JSON, column 1: "), "{text}");
            continue;
        }
        assert!(
            !error.member().is_empty() && *error.value() != ConfigValue::Absent,
            "{text}"
        );
        // A message names the fix, the limits, or a valid value.
        let fixes = [
            ": correct",
            ": list",
            ": remove",
            ": write",
            ", or ",
            "between",
            "must be",
        ];
        for message in [code.message(), error.message()] {
            assert!(fixes.iter().any(|fix| message.contains(fix)), "{message}");
        }
    }
}

/// Entries with a wildcard in a wrong place, or in a form that cannot have a wildcard.
#[test]
fn misplaced_wildcard_has_the_reason_of_its_place() {
    for (origin, reason) in [
        (
            "https://*example.com",
            "would also match `https://evilexample.com`: write `https://*.example.com`",
        ),
        (
            "https://*example.com:*",
            "would also match `https://evilexample.com`",
        ),
        ("https://xn--*.example.com", "in Punycode"),
        ("https://\u{e4}-*.example.com", "not ASCII"),
        ("https://a*b*.example.com", "two `*`"),
        ("https://*.*.example", "two `*`"),
        ("https://app-*", "no domain follows"),
        ("https://app-*.example.com:99999", "from 0 to 65535"),
        ("https://example.com:80:*", "write only `:*`"),
        ("https://example.com:4*", "write only `:*`"),
        ("https://example.com:%2A", "`%2A` is not a wildcard"),
        ("https://%2a.example.com", "`%2A` is not a wildcard"),
        ("https://*.127.0.0.1", "does not have subdomains"),
        ("https://*.[::1]", "does not have subdomains"),
        ("https://a*.1.2.3.4", "does not have subdomains"),
        ("https://*:443", "cannot replace the whole host"),
        ("app://*.x", "`*` is permitted only with the schemes `http`"),
        (
            "edge-extension://*",
            "`*` is permitted only with the schemes `http`",
        ),
        ("chrome-extension://a*", "all extensions"),
        ("*://a.example", "cannot replace the scheme"),
        ("http*://a.example", "cannot replace the scheme"),
        ("https://a.*.example.com", "the `*` is misplaced"),
        ("https://example.*", "the `*` is misplaced"),
        ("https://a.example/api/*", "the text after the host"),
        ("https://*.a.example/api/*", "the text after the host"),
        ("https://*.a.example:8a", "from 0 to 65535"),
    ] {
        let json = serde_json::json!({"origins": [origin]}).to_string();
        assert_error_contains(&json, &[reason]);
        assert_eq!(errors(&json), ["invalid-origin origins[0]"], "{origin}");
    }
}

/// Texts around, before and instead of an origin.
#[test]
fn text_that_is_not_an_origin_has_the_reason_of_its_kind() {
    const BRACKETS: &str = "the brackets around the origin";
    const PLACEHOLDER: &str = "has a placeholder";
    const SEVERAL_PORTS: &str = "an origin has one port";
    const REGULAR_EXPRESSION: &str = "not a regular expression";
    for (origin, reason) in [
        ("[https://a]", BRACKETS),
        ("<https://a>", BRACKETS),
        ("{https://a}", BRACKETS),
        ("`https://a`", "quotation marks"),
        (",https://a", "the separator before the origin"),
        ("!https://a", "cannot exclude an origin"),
        ("#https://a", "cannot be a comment"),
        ("https://{a,b}.example.com", "alternatives in braces"),
        (
            r#"["https://a","https://b"]"#,
            "a list that is written as one text",
        ),
        ("['https://a']", "a list that is written as one text"),
        ("https://app-[1-3].example.com", REGULAR_EXPRESSION),
        ("https://[abc].example.com", REGULAR_EXPRESSION),
        ("regex:https://a.example", REGULAR_EXPRESSION),
        ("file:///home", "`null` or `file://`"),
        ("NONE", "write `\"origins\": \"none\"`"),
        ("\u{201c}https://a\u{201d}", "quotation marks"),
        ("{host}", PLACEHOLDER),
        ("<host>", PLACEHOLDER),
        ("$HOST", PLACEHOLDER),
        ("https://{host}.example", PLACEHOLDER),
        ("https://<YOUR_DOMAIN>", PLACEHOLDER),
        ("https://%HOST%", PLACEHOLDER),
        ("https://@@HOST@@", PLACEHOLDER),
        ("https://#{host}", PLACEHOLDER),
        ("https://$(HOST)", PLACEHOLDER),
        ("https://%(host)s", PLACEHOLDER),
        ("http://localhost:$PORT", PLACEHOLDER),
        ("http://localhost:3000-3010", SEVERAL_PORTS),
        ("http://localhost:3000,3001", SEVERAL_PORTS),
        ("localhost:3000|3001", SEVERAL_PORTS),
        ("http://localhost:[3000-3010]", SEVERAL_PORTS),
        ("http://[::1]:80:81", SEVERAL_PORTS),
        ("::1", "an IPv6 address needs brackets"),
        ("http://::1:3000", "an IPv6 address needs brackets"),
        ("https://2001:db8::1/", "an IPv6 address needs brackets"),
        ("https://[fe80::1%eth0]:81", "does not have a zone"),
        ("https://[2001:db8::1%25eth0]", "does not have a zone"),
        ("my_app://localhost", "a scheme begins with a letter"),
        ("1password://a", "a scheme begins with a letter"),
        ("app://", "the origin has no host"),
        ("https:///", "the origin has no host"),
        ("none", "write `\"origins\": \"none\"`"),
    ] {
        let json = serde_json::json!({"origins": [origin]}).to_string();
        assert_error_contains(&json, &[reason]);
        assert_eq!(errors(&json), ["invalid-origin origins[0]"], "{origin}");
    }
}

/// These texts do not have a scheme. They are not valid origins with a scheme either, so the message does not suggest
/// the text with a scheme.
#[test]
fn missing_scheme_names_only_a_valid_origin() {
    for origin in [
        "*example.com",
        "example.*",
        ".example.com",
        "example.com,",
        "1.2.3",
        "a.example:25",
    ] {
        let json = serde_json::json!({"origins": [origin]}).to_string();
        let text = build(&json).unwrap_err().to_string();
        let expected = "no scheme: write `http://` or `https://` before the host";
        assert!(text.ends_with(expected), "{text}");
    }
}

#[test]
fn local_documents_with_credentials_have_their_own_reason() {
    assert_error_contains(
        r#"{"origins":["file://"],"credentials":true}"#,
        &["remove `file://`, or set `dangerously_allow_null_origin`"],
    );
}
