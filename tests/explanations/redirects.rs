//! Redirects that the browser refuses: the known mistakes, and the fix.

use fetch_cors::{Failure, cases::Case, explain::Explanation};

use crate::{
    case::{Exchange, GET, changes},
    properties,
};

const ALLOW: &str = r#"["Access-Control-Allow-Origin","https://app.example"]"#;

/// Returns the names of the known mistakes of each refusal.
fn kinds(explanation: &Explanation) -> Vec<&'static str> {
    let misses = explanation.refusals.iter().flat_map(|it| &it.near_misses);
    misses.map(|miss| miss.kind.name()).collect()
}

/// Explains a case. `answers` are the URLs of the server, each with its `Location`. Each answer is a redirect.
fn redirected(fetch: &str, answers: &[(&str, &str)], headers: &[&str]) -> Explanation {
    let entries = answers.iter().map(|(url, location)| {
        let location = format!(r#"["Location","{location}"]"#);
        let headers = [&[&*location], headers].concat().join(",");
        let preflight = format!(
            r#"{{"status":204,"headers":[{ALLOW},["Access-Control-Allow-Methods","PUT"]]}}"#
        );
        format!(
            r#"{{"url":"https://api.example{url}","preflight":{preflight},"response":{{"status":307,"headers":[{headers}]}}}}"#
        )
    });
    let entries = entries.collect::<Vec<_>>().join(",");
    let json = format!(
        r#"{{"id":"a","fetches":[{{"origin":"https://app.example","url":"https://api.example/a",{fetch}}}],"server":[{entries}]}}"#
    );
    let explained = properties::check(&Case::parse(&json).unwrap()).unwrap();
    explained.into_iter().next().unwrap()
}

#[test]
fn redirect_loop_has_one_changed_answer() {
    let own = ("/a", "https://api.example/a");
    let pair = [("/a", "/b"), ("/b", "/a")];
    for method in [r#""method":"GET""#, r#""method":"PUT""#] {
        let answer = if method.contains("PUT") { 1 } else { 0 };
        for answers in [&[own][..], &pair] {
            let explained = redirected(method, answers, &[ALLOW]);
            assert_eq!(changes(&explained), [format!("{answer} 200")]);
            assert_eq!(kinds(&explained), ["redirect-loop"]);
            let explained = redirected(method, answers, &[]);
            let header = format!("{answer} Access-Control-Allow-Origin: https://app.example");
            assert_eq!(changes(&explained), [format!("{answer} 200"), header]);
            assert_eq!(explained.refusals.len(), 2, "{explained}");
            assert_eq!(kinds(&explained).last(), Some(&"redirect-loop"));
        }
    }
}

/// The first redirect is not in the loop.
#[test]
fn loop_after_a_redirect_ends_at_its_first_answer() {
    let answers = [("/a", "/b"), ("/b", "/c"), ("/c", "/b")];
    let explained = redirected(r#""method":"GET""#, &answers, &[ALLOW]);
    assert_eq!(changes(&explained), ["1 200"]);
}

/// The browser refuses the second redirect because of its user name, before it can follow the loop.
#[test]
fn refusal_within_a_loop_comes_before_the_loop() {
    let redirect = |location: &str| {
        format!(r#"{{"status":307,"headers":[{ALLOW},["Location","{location}"]]}}"#)
    };
    let (own, other) = (redirect("/a"), redirect("https://user@other.example/b"));
    let back = redirect("https://api.example/a");
    let json = format!(
        r#"{{"id":"a","fetches":[{{"origin":"https://app.example","url":"https://api.example/a"}}],"server":[
            {{"url":"https://api.example/a","response":[{own},{other},{own}]}},
            {{"url":"https://user@other.example/b","response":{back}}},
            {{"url":"https://other.example/b","response":{back}}}]}}"#
    );
    let explained = properties::check(&Case::parse(&json).unwrap()).unwrap();
    let refusals = explained[0].refusals.iter();
    let refusals: Vec<_> = refusals.map(|it| (it.exchange, it.failure)).collect();
    let expected = [
        (Some(1), Failure::RedirectContainsCredentials),
        (Some(1), Failure::TooManyRedirects),
    ];
    assert_eq!(refusals, expected);
    assert_eq!(changes(&explained[0]), ["0 200"]);
}

/// The page must write `PATCH` in place of `patch`. The run of the changed page uses the same answers again.
#[test]
fn loop_that_ends_late_is_fixed_for_the_changed_page_too() {
    let redirect = format!(r#"{{"status":307,"headers":[{ALLOW},["Location","/a"]]}}"#);
    let last = format!(r#"{{"status":200,"headers":[{ALLOW}]}}"#);
    for redirects in [2, 19, 20, 21, 25, 45] {
        let answers = [vec![&*redirect; redirects], vec![&*last]].concat();
        let answers = answers.join(",");
        let json = format!(
            r#"{{"id":"a","fetches":[{{"origin":"https://app.example","url":"https://api.example/a","method":"patch"}}],"server":[
                {{"url":"https://api.example/a","preflight":{{"status":204,"headers":[{ALLOW},["Access-Control-Allow-Methods","PATCH"]]}},"response":[{answers}]}}]}}"#
        );
        let explained = properties::check(&Case::parse(&json).unwrap());
        let changes = changes(&explained.unwrap()[0]);
        let is_direct = changes.contains(&"1 200".into());
        assert_eq!(is_direct, redirects > 20, "{redirects}: {changes:?}");
        assert!(changes.contains(&"page PATCH".into()), "{changes:?}");
    }
}

fn get(status: u16, headers: &'static str) -> Explanation {
    Exchange {
        response: Some((status, headers)),
        ..GET
    }
    .explain()
}

#[test]
fn redirect_of_a_request_to_a_slash_or_to_https_is_named() {
    let slash = get(301, "Location: /notes/");
    assert_eq!(
        kinds(&slash),
        ["redirect-to-slash", "redirect-without-headers"]
    );
    let secure = Exchange {
        origin: "http://app.example",
        url: "http://api.example/notes",
        response: Some((308, "Location: https://api.example/notes")),
        ..GET
    }
    .explain();
    assert_eq!(
        kinds(&secure),
        ["redirect-to-https", "redirect-without-headers"]
    );
    assert_eq!(
        kinds(&get(301, "Location: /other")),
        ["redirect-without-headers"]
    );
}

#[test]
fn wrong_location_is_named() {
    for (location, words) in [
        ("Location: http://[bad", "`http://[bad` is not a valid URL"),
        ("Location: /a\nLocation: /b", "several `Location` headers"),
    ] {
        let headers = format!("Access-Control-Allow-Origin: *\n{location}");
        let explained = get(302, headers.leak());
        let miss = &explained.refusals[0].near_misses[0];
        assert_eq!(miss.kind.name(), "invalid-location", "{location}");
        assert!(miss.sentence.contains(words), "{}", miss.sentence);
    }
}

#[test]
fn redirect_mode_error_names_the_change_of_the_page() {
    let explained = redirected(r#""redirect":"error""#, &[("/a", "/b")], &[ALLOW]);
    assert_eq!(kinds(&explained), ["redirect-mode-error"]);
    let sentence = &explained.refusals[0].near_misses[0].sentence;
    assert!(
        sentence.contains("use `redirect: \"follow\"`"),
        "{sentence}"
    );
}

/// A page cannot fetch some targets of redirects, so the advice is not to fetch such a target.
#[test]
fn target_that_a_page_cannot_fetch_is_no_advice() {
    for (target, is_advice) in [
        ("https://other.example/a", true),
        ("https://other.example:8443/a", true),
        ("https://other.example:6667/a", false),
        ("https://user:word@other.example/a", false),
        ("ftp://other.example/a", false),
        ("http://other.example/a", false),
        ("data:,a", false),
    ] {
        for (method, headers) in [("GET", ""), ("PUT", "Access-Control-Allow-Origin: *\n")] {
            let headers = format!("{headers}Location: {target}").leak();
            let explained = Exchange {
                method,
                preflight: Some((307, headers)),
                response: Some((307, headers)),
                ..GET
            }
            .explain();
            let sentence = &explained.refusals[0].near_misses[0].sentence;
            let found = sentence.contains("or let the page fetch");
            assert_eq!(found, is_advice, "{method} {target}: {sentence}");
        }
    }
}
