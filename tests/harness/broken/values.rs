//! Servers with wrong values of `Access-Control-Allow-Origin`, and pages whose origin has a scheme other than http and
//! https.

use super::*;

const OCCURS: Law = Law::AllowOriginOccursOnce;
const NAMES: Law = Law::AllowOriginNamesAnOrigin;

/// Sends `value` in place of the origin in `Access-Control-Allow-Origin`. In `value`, `{}` stands for the origin.
fn sending(value: &'static str) -> impl FnMut(Request<()>) -> Response<()> {
    changed(policy(), move |_, response| {
        let allowed = response.headers().get("access-control-allow-origin");
        if let Some(allowed) = allowed.map(|allowed| allowed.to_str().unwrap().to_owned()) {
            let value = value.replace("{}", &allowed);
            set(
                response.headers_mut(),
                "access-control-allow-origin",
                &value,
            );
        }
    })
}

#[test]
fn joined_values_are_found_like_lines() {
    for value in ["{}, *", "*,{}", "{}, {}", "{} https://b.example", "*, *"] {
        let report = checked(sending(value));
        finds(&report, Severity::Broken, OCCURS, "");
        finds(&report, Severity::Broken, PERMITS, "listed-origin");
    }
}

/// If a policy allows all origins, a server may reflect an `Origin` that is a list. No browser sends such an `Origin`.
#[test]
fn reflected_list_is_not_several_values() {
    let any = CorsPolicy::builder().any_origin().build().unwrap();
    let mut reflects = |request: Request<()>| {
        let mut response = serve(&any, &request);
        let origins = request.headers().get_all("origin").iter();
        let origins: Vec<_> = origins.map(HeaderValue::as_bytes).collect();
        if is_granted(&response) && !origins.is_empty() {
            let joined = HeaderValue::from_bytes(&origins.join(&b", "[..])).unwrap();
            let headers = response.headers_mut();
            headers.insert("access-control-allow-origin", joined);
            set(headers, "vary", "Origin");
        }
        response
    };
    let report = check(&mut reflects, &any, config()).unwrap();
    assert!(report.violations().is_empty(), "{report}");
}

#[test]
fn texts_for_a_denied_origin_are_found() {
    for text in ["false", "undefined", "null", "", "None", "undefined, null"] {
        let report = checked(changed(policy(), move |_, response| {
            if !is_granted(response) {
                let headers = response.headers_mut();
                set(headers, "access-control-allow-origin", text);
                set(headers, "vary", "Origin");
            }
        }));
        finds(&report, Severity::Waste, NAMES, "");
        // The pages of sandboxed frames have the origin `null`, so the text `null` allows these pages.
        let is_security = report.with_severity(Severity::Security).next().is_some();
        assert_eq!(is_security, text == "null", "{text}: {report}");
    }
    // This policy allows the origin `null`, so the header value `null` does not violate the law `NAMES`.
    let policy = policy_of(&["null"]);
    let mut constant = changed(policy.clone(), |request, response| {
        if request.method() != "OPTIONS" {
            set(
                response.headers_mut(),
                "access-control-allow-origin",
                "null",
            );
        }
    });
    let report = check(&mut constant, &policy, config()).unwrap();
    assert!(
        report
            .violations()
            .iter()
            .all(|violation| violation.law() != NAMES),
        "{report}"
    );
}

#[test]
fn pages_of_other_schemes_are_judged() {
    for (probe, origin) in [
        ("capacitor", "capacitor://localhost"),
        ("tauri", "tauri://localhost"),
        ("app-scheme", "capacitor://app.example"),
        (
            "extension",
            "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        ),
    ] {
        let report = checked(allowing(policy(), move |given| {
            given == origin || given == "https://app.example" || given == "https://other.example"
        }));
        finds(&report, Severity::Security, READS, probe);
    }
    let policy = policy_of(&["capacitor://localhost"]);
    let mut denies_all = |_: Request<()>| Response::new(());
    let report = check(&mut denies_all, &policy, config()).unwrap();
    finds(&report, Severity::Broken, PERMITS, "listed-origin");
    let mut ignores_scheme = allowing(policy.clone(), |origin| origin.ends_with("://localhost"));
    let report = check(&mut ignores_scheme, &policy, config()).unwrap();
    finds(&report, Severity::Security, READS, "web-scheme");
    let mut right = |request: Request<()>| serve(&policy, &request);
    let report = check(&mut right, &policy, config()).unwrap();
    assert!(report.violations().is_empty(), "{report}");
}
