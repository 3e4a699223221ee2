//! Two policies: whether they are equal, whether one subsumes the other, and the difference in words.

use fetch_cors::server::{CorsPolicy, CorsPolicyBuilder, Difference, IncomparablePoliciesError};

fn of(origins: &[&str]) -> CorsPolicyBuilder {
    CorsPolicy::builder().origins(origins.iter().copied())
}

fn difference(
    new: CorsPolicyBuilder,
    old: CorsPolicyBuilder,
) -> Result<Difference, IncomparablePoliciesError> {
    new.build().unwrap().difference(&old.build().unwrap())
}

/// Asserts the difference in both directions.
#[track_caller]
fn assert_difference(
    new: CorsPolicyBuilder,
    old: CorsPolicyBuilder,
    widened: &[&str],
    narrowed: &[&str],
) {
    let forth = difference(new.clone(), old.clone()).unwrap();
    assert_eq!(forth.widened, widened);
    assert_eq!(forth.narrowed, narrowed);
    let back = difference(old, new).unwrap();
    assert_eq!(
        (back.widened, back.narrowed),
        (forth.narrowed, forth.widened)
    );
}

#[test]
fn difference_lists_the_origins() {
    for (new, old, widened, narrowed) in [
        (
            &["null"][..],
            &["https://a.example"][..],
            &["null"][..],
            &["https://a.example"][..],
        ),
        (
            &["https://b.a.example"],
            &["https://*.a.example"],
            &[],
            &["https://*.a.example"],
        ),
        (
            &["https://*.b.a.example"],
            &["https://*.a.example"],
            &[],
            &["https://*.a.example"],
        ),
        (
            &["https://app-1.a.example", "https://app-*.a.example"],
            &["https://*.a.example"],
            &[],
            &["https://*.a.example"],
        ),
        (
            &["https://app-a*.a.example"],
            &["https://app-*.a.example:*"],
            &[],
            &["https://app-*.a.example:*"],
        ),
        (
            &["https://app-*-b.a.example"],
            &["https://*b.a.example"],
            &[],
            &["https://*b.a.example"],
        ),
        (
            &["https://app-1.a.example:*"],
            &["https://app-*.a.example:*"],
            &[],
            &["https://app-*.a.example:*"],
        ),
        (
            &["https://app-*.a.example", "https://app-*.b.a.example"],
            &["https://app-*.b.a.example", "https://*.app-1.a.example"],
            &["https://app-*.a.example"],
            &["https://*.app-1.a.example"],
        ),
        (
            &["chrome-extension://abc"],
            &["chrome-extension://*", "moz-extension://*"],
            &[],
            &["chrome-extension://*", "moz-extension://*"],
        ),
        (
            &["https://a.example:81"],
            &["https://a.example:*"],
            &[],
            &["https://a.example:*"],
        ),
        (
            &["https://*.a.example:81"],
            &["https://*.a.example:*"],
            &[],
            &["https://*.a.example:*"],
        ),
        (&["https://*.a.example"], &["https://*.a.example"], &[], &[]),
        (
            &["https://b.a.example:*"],
            &["https://*.a.example"],
            &["https://b.a.example:*"],
            &["https://*.a.example"],
        ),
        (
            &["https://*.a.example:*"],
            &["https://a.example:*"],
            &["https://*.a.example:*"],
            &["https://a.example:*"],
        ),
        (
            &["http://*.a.example"],
            &["https://*.a.example"],
            &["http://*.a.example"],
            &["https://*.a.example"],
        ),
        (
            &["https://*.ba.example"],
            &["https://*.a.example"],
            &["https://*.ba.example"],
            &["https://*.a.example"],
        ),
        (
            &["https://b.example:*"],
            &["https://a.example:*"],
            &["https://b.example:*"],
            &["https://a.example:*"],
        ),
    ] {
        let named = |origins: &[&str]| -> Vec<String> {
            origins
                .iter()
                .map(|origin| format!("origins: {origin}"))
                .collect()
        };
        let difference = difference(of(new), of(old)).unwrap();
        assert_eq!(difference.widened, named(widened), "{new:?} {old:?}");
        assert_eq!(difference.narrowed, named(narrowed), "{new:?} {old:?}");
    }
    let any = CorsPolicy::builder().any_origin();
    assert_difference(any.clone(), of(&["null"]), &["origins: *"], &[]);
    assert_difference(any.clone(), any, &[], &[]);
}

#[test]
fn difference_lists_credentials_methods_and_names() {
    let plain = || of(&["https://a.example"]);
    assert_difference(plain().credentials(true), plain(), &["credentials"], &[]);
    assert_difference(
        plain().methods(["PUT", "GET", "DELETE"]),
        plain().methods(["PUT", "HEAD", "POST"]),
        &["methods: DELETE"],
        &[],
    );
    assert_difference(
        plain().any_method(),
        plain().methods(["PUT"]),
        &["methods: *"],
        &[],
    );
    assert_difference(
        plain().request_headers(["X-A", "x-b"]),
        plain().request_headers(["x-a"]),
        &["request_headers: x-b"],
        &[],
    );
    assert_difference(
        plain().any_request_header(),
        plain().request_headers(["x-a", "authorization"]),
        &["request_headers: *"],
        &["request_headers: authorization"],
    );
    assert_difference(
        plain().expose_headers(["ETag", "Expires", "x-a"]),
        plain().expose_headers(["x-a", "Content-Type"]),
        &["expose_headers: etag"],
        &[],
    );
    assert_difference(
        plain().expose_any_header(),
        plain().expose_headers(["x-a"]),
        &["expose_headers: *"],
        &[],
    );
}

/// A wildcard does not allow the name `*`, with or without credentials.
#[test]
fn credentials_do_not_change_a_wildcard() {
    let any = || of(&["https://a.example"]).any_method().any_request_header();
    assert_difference(any().credentials(true), any(), &["credentials"], &[]);
    assert_difference(any(), any(), &[], &[]);
    assert_difference(any().credentials(true), any().credentials(true), &[], &[]);
    let listed = || of(&["https://a.example"]);
    assert_difference(
        any().credentials(true),
        listed(),
        &["credentials", "methods: *", "request_headers: *"],
        &[],
    );
    assert_difference(
        listed().methods(["PUT"]).request_headers(["x-a"]),
        any().credentials(true),
        &[],
        &["credentials", "methods: *", "request_headers: *"],
    );
}

#[test]
fn predicate_equals_only_itself() {
    let asking = || of(&["null"]).origin_predicate(&[], |_, _| true);
    let any = || CorsPolicy::builder().any_origin();
    assert_eq!(
        difference(asking(), asking()),
        Err(IncomparablePoliciesError)
    );
    assert_eq!(
        difference(asking(), of(&["null"])),
        Err(IncomparablePoliciesError)
    );
    assert_eq!(
        difference(of(&["null"]), asking()),
        Err(IncomparablePoliciesError)
    );
    let same = asking();
    assert_difference(same.clone().methods(["PUT"]), same, &["methods: PUT"], &[]);
    let forth = difference(asking(), any()).unwrap();
    assert_eq!(forth.narrowed, ["origins: *"]);
    let back = difference(any(), asking()).unwrap();
    assert_eq!(back.widened, ["origins: *"]);
}

/// An entry with an empty label, which `*.` would not match, is refused.
#[test]
fn entries_have_no_empty_labels() {
    for origin in ["https://b..a.example:*", "https://*..a.example"] {
        assert!(
            CorsPolicy::builder().origin(origin).build().is_err(),
            "{origin}"
        );
    }
}

#[test]
fn wildcard_subsumes_whole_labels() {
    let policy = |origin: &str| CorsPolicy::builder().origin(origin).build().unwrap();
    for (wide, narrow, subsumes) in [
        ("https://*.a.example", "https://b.a.example", true),
        ("https://*.a.example", "https://*.b.a.example", true),
        ("https://*.a.example:*", "https://b.a.example:*", true),
        ("https://*.a.example", "https://b.a.example:*", false),
        ("https://*.a.example", "https://a.example", false),
        ("https://*.a.example", "https://b-a.example", false),
    ] {
        assert_eq!(
            policy(wide).subsumes(&policy(narrow)),
            Ok(subsumes),
            "{wide} {narrow}"
        );
    }
}

#[test]
fn policies_with_equal_members_are_equal() {
    let policy = |builder: CorsPolicyBuilder| builder.build().unwrap();
    let builder = || CorsPolicy::builder().origins(["https://a.example", "https://b.example"]);
    let reordered = CorsPolicy::builder().origins(["https://b.example", "https://a.example"]);
    assert_eq!(policy(builder()), policy(reordered));
    for other in [
        CorsPolicy::builder().origin("https://a.example"),
        builder().credentials(true),
        builder().methods(["PUT"]),
        builder().request_headers(["x-a"]),
        builder().expose_headers(["x-a"]),
        builder().max_age(0),
        builder().preflight_status(200),
    ] {
        assert_ne!(policy(other), policy(builder()));
    }
}
