//! The fix for a redirected preflight: the page fetches the URL of the redirect. The case has the answers of this URL.

use fetch_cors::{
    cases::Case,
    explain::{Fix, PageChange},
};
use proptest::{
    prelude::*,
    sample::{select, subsequence},
};

use crate::{case::changes, properties};

const HEADERS: [&str; 4] = [
    r#"["Access-Control-Allow-Origin","https://app.example"]"#,
    r#"["Access-Control-Allow-Methods","GET, PUT"]"#,
    r#"["Access-Control-Allow-Credentials","true"]"#,
    r#"["Vary","Origin"]"#,
];

const TARGETS: [(&str, &str); 3] = [
    ("https://api.example/notes", "https://api.example/notes/"),
    ("https://api.example/notes/", "https://api.example/notes"),
    ("https://api.example/notes", "https://www.api.example/notes"),
];

/// Returns a case in which the server redirects the preflight. `target` has the preflight status, the preflight headers,
/// the status and the headers of the URL of the redirect. If `target` is `None`, the case has no entry for this URL.
fn redirected(
    (from, to): (&str, &str),
    credentials: &str,
    headers: &[&str],
    target: Option<&(u16, Vec<&str>, u16, Vec<&str>)>,
) -> String {
    let headers = headers.join(",");
    let entry = target.map_or_else(String::new, |(preflight, granted, status, allowed)| {
        format!(
            r#",{{"url":"{to}","preflight":{{"status":{preflight},"headers":[{}]}},"response":{{"status":{status},"headers":[{}]}}}}"#,
            granted.join(","),
            allowed.join(",")
        )
    });
    let separator = if headers.is_empty() { "" } else { "," };
    format!(
        r#"{{"id":"a","fetches":[{{"method":"PUT","origin":"https://app.example","url":"{from}","credentials":"{credentials}"}}],"server":[{{"url":"{from}","preflight":{{"status":301,"headers":[["Location","{to}"]{separator}{headers}]}},"response":{{"status":200,"headers":[{headers}]}}}}{entry}]}}"#
    )
}

fn headers() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(HEADERS.to_vec(), 0..=HEADERS.len())
}

#[test]
fn changed_url_needs_only_what_its_known_answers_lack() {
    let target = (
        select(vec![200, 204, 301, 401, 404]),
        headers(),
        select(vec![200, 404]),
        headers(),
    );
    let cases = (
        select(TARGETS.to_vec()),
        select(vec!["omit", "include"]),
        headers(),
        proptest::option::of(target),
    );
    crate::runner()
        .run(&cases, |(urls, credentials, headers, target)| {
            let json = redirected(urls, credentials, &headers, target.as_ref());
            let case = Case::parse(&json).unwrap();
            let explained = properties::check(&case).map_err(TestCaseError::fail)?;
            let Fix::Answers { page, .. } = &explained[0].fix else {
                panic!("{json}");
            };
            let is_changed = page.iter().any(
                |change| matches!(change, PageChange::SetUrl { after, .. } if after == urls.1),
            );
            prop_assert!(is_changed, "{json}");
            Ok(())
        })
        .unwrap();
}

#[test]
fn correct_answer_of_the_changed_url_needs_no_edit() {
    let target = (204, HEADERS.to_vec(), 200, HEADERS.to_vec());
    let json = redirected(TARGETS[0], "include", &[], Some(&target));
    let explained = properties::check(&Case::parse(&json).unwrap()).unwrap();
    assert_eq!(
        changes(&explained[0]),
        ["page fetches https://api.example/notes/"]
    );
}

#[test]
fn wrong_status_of_the_changed_url_is_in_the_fix() {
    for target in [None, Some(&(404, HEADERS.to_vec(), 200, HEADERS.to_vec()))] {
        let json = redirected(TARGETS[0], "include", &[], target);
        let explained = properties::check(&Case::parse(&json).unwrap()).unwrap();
        let changes = changes(&explained[0]);
        assert!(changes.contains(&"1 204".into()), "{changes:?}");
    }
}
