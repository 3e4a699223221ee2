//! Servers that send the origin of a request in another form. The first line says that the server reflects any origin.

use fetch_cors::conformance::{Cause, Report, Severity, check};
use http::{Request, Response};

use super::{
    config,
    invented::{ALLOW_ORIGIN, causes, middleware},
    servers::{changed, is_granted, origin, policy, set},
};

/// Returns the report about a server that sends `form` of each origin.
fn reflecting(form: impl Fn(&str) -> String) -> Report {
    let server = middleware(|request| {
        let given = origin(request);
        (!given.is_empty()).then(|| form(&given))
    });
    let mut server = |request: Request<()>| -> Response<()> { server(&request) };
    check(&mut server, &policy(), config()).unwrap()
}

/// Each form is right for most origins, so pages of any site can read the responses.
#[test]
fn normal_forms_are_one_finding() {
    type Form = fn(&str) -> String;
    let forms: [Form; 3] = [
        |origin| origin.to_lowercase(),
        |origin| origin.trim_end_matches('/').into(),
        |origin| {
            let url = url::Url::parse(origin);
            url.map_or_else(|_| origin.into(), |url| url.origin().ascii_serialization())
        },
    ];
    for form in forms {
        let report = reflecting(form);
        assert_eq!(causes(&report), [Cause::ReflectsAnyOrigin], "{report}");
        let mistake = report.findings()[0].mistake();
        assert!(
            mistake.starts_with("the server reflects any origin"),
            "{mistake}"
        );
    }
}

/// No page can read a response with such a value. The report names the form first, and says that the server reflects any
/// origin.
#[test]
fn wrong_forms_are_named_with_the_reflection() {
    type Form = fn(&str) -> String;
    let forms: [(Form, Cause); 4] = [
        (|origin| format!("{origin}/"), Cause::OriginWithSlash),
        (|origin| format!("{origin}:443"), Cause::OriginWithPort),
        (|origin| origin.to_uppercase(), Cause::OtherAllowOrigin),
        (|origin| format!("\"{origin}\""), Cause::OtherAllowOrigin),
    ];
    for (form, cause) in forms {
        let report = reflecting(form);
        let expected = [cause, Cause::ReflectsAnyOrigin];
        assert_eq!(causes(&report), expected, "{report}");
        let findings = report.findings();
        let first = findings[0].mistake();
        assert!(
            first.contains("; the server reflects any origin"),
            "{first}"
        );
        assert_eq!(findings[1].severity(), Severity::Waste, "{report}");
        let second = findings[1].mistake();
        assert!(
            second.contains("in a form that browsers do not accept"),
            "{second}"
        );
        assert!(
            second.ends_with("so no page can read the responses today"),
            "{second}"
        );
    }
}

/// A server that compares origins, and sends a wrong form of allowed origins, does not reflect any origin.
#[test]
fn wrong_forms_of_allowed_origins_are_not_a_reflection() {
    let mut server = changed(policy(), |request, response| {
        if is_granted(response) {
            let value = origin(request) + "/";
            set(response.headers_mut(), ALLOW_ORIGIN, &value);
        }
    });
    let report = check(&mut server, &policy(), config()).unwrap();
    assert_eq!(causes(&report), [Cause::OriginWithSlash], "{report}");
    let mistake = report.findings()[0].mistake();
    assert!(!mistake.contains("reflects"), "{mistake}");
}
