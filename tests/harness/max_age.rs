//! Servers with an `Access-Control-Max-Age` that browsers ignore. The finding names the mistake, and the fix has the seconds.

use fetch_cors::conformance::{Cause, Report, check};
use http::Request;

use super::{
    config,
    invented::{MAX_AGE, causes},
    servers::{changed, policy, set},
};

fn report_of(value: &str) -> Report {
    let mut server = changed(policy(), |_: &Request<()>, response| {
        if response.headers().contains_key(MAX_AGE) {
            set(response.headers_mut(), MAX_AGE, value);
        }
    });
    check(&mut server, &policy(), config()).unwrap()
}

#[test]
fn values_that_browsers_ignore_are_named() {
    for (value, reason, other) in [
        ("1h", "it has a unit", "`1h` means 3600 seconds"),
        ("600s", "it has a unit", ""),
        ("10 minutes", "it has a unit", ""),
        ("2d", "it has a unit", "`2d` means 172800 seconds"),
        ("\"600\"", "it has quotation marks", ""),
        ("600.0", "it has other characters than digits", ""),
        ("-1", "it is negative", ""),
        ("600, 600", "it has a comma", ""),
        ("max-age=600", "it begins with a name", ""),
        ("Access-Control-Max-Age: 600", "it begins with a name", ""),
        ("forever", "it is not a number of seconds", ""),
        ("", "it is empty", ""),
    ] {
        let report = report_of(value);
        assert_eq!(causes(&report), [Cause::WrongMaxAge], "{report}");
        let findings = report.findings();
        let (mistake, fix) = (findings[0].mistake(), findings[0].advice());
        let end = if value.is_empty() {
            String::from(" is empty; the policy has `600`")
        } else {
            format!(", which browsers ignore, because {reason}; the policy has `600`")
        };
        assert!(mistake.ends_with(&end), "{mistake}");
        assert!(fix.contains("in digits: `600`"), "{fix}");
        assert_eq!(fix.contains("means"), !other.is_empty(), "{fix}");
        assert!(fix.contains(other), "{fix}");
    }
}

#[test]
fn numbers_are_compared() {
    for value in ["5", "86400"] {
        let report = report_of(value);
        let findings = report.findings();
        let expected =
            format!("the max-age of preflight responses is `{value}`, but the policy has `600`");
        assert_eq!(findings[0].mistake(), expected, "{report}");
    }
    assert!(report_of("600").violations().is_empty());
}
