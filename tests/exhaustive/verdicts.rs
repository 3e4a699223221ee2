//! Every combination of pages, URLs, modes, methods, referrer policies, redirects and
//! `Cross-Origin-Resource-Policy`, compared with the naive model.

use fetch_cors::cases::Case;
use serde_json::{Value, json};

use crate::{convert, naive};

const PAGES: [&str; 4] = [
    "http://app.site.example",
    "https://app.site.example",
    "https://localhost",
    "null",
];
const URLS: [&str; 7] = [
    "http://app.site.example/r",
    "https://app.site.example/r",
    "https://cdn.site.example/r",
    "https://api.other.example/r",
    "http://api.other.example/r",
    "http://localhost/r",
    "http://api.other.example:25/r",
];
const POLICIES: [&str; 9] = [
    "",
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];

fn assert_agreement(fetch: &Value, server: &Value) {
    let line = json!({"id": "a", "fetches": [fetch], "server": server}).to_string();
    let case = Case::parse(&line).unwrap();
    let expected = naive::judge(&convert::case(&case));
    let given = convert::outcome(&case.judge());
    assert_eq!(given, expected, "{line}");
}

fn headers(page: &str, policy: &str, corp: &str) -> Vec<[String; 2]> {
    let pair = |name: &str, value: &str| [name.to_owned(), value.to_owned()];
    vec![
        pair("Access-Control-Allow-Origin", page),
        pair("Referrer-Policy", policy),
        pair("Cross-Origin-Resource-Policy", corp),
        pair("Timing-Allow-Origin", page),
    ]
}

#[test]
fn verdicts_match_the_model_without_redirects() {
    let mut cases = 0;
    for page in PAGES {
        for url in URLS {
            for mode in ["cors", "no-cors", "same-origin"] {
                for method in ["GET", "POST"] {
                    for redirect in ["follow", "error", "manual"] {
                        for policy in POLICIES {
                            for status in [200, 302, 401, 407, 421] {
                                for corp in ["", "same-site", "same-origin"] {
                                    let fetch = json!({
                                        "origin": page, "url": url, "mode": mode, "method": method,
                                        "redirect": redirect, "referrer_policy": policy,
                                    });
                                    let response = json!({"status": status, "headers": headers(page, "", corp)});
                                    assert_agreement(
                                        &fetch,
                                        &json!([{"url": url, "response": response}]),
                                    );
                                    cases += 1;
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    println!("{cases} cases");
}

#[test]
fn verdicts_match_the_model_with_two_redirects() {
    let mut cases = 0;
    for page in PAGES {
        for first in URLS {
            for second in URLS {
                for third in URLS {
                    for mode in ["cors", "no-cors", "same-origin"] {
                        for policy in POLICIES {
                            let fetch = json!({
                                "origin": page, "url": first, "mode": mode, "method": "POST",
                                "referrer_policy": "origin",
                            });
                            let hop = |policy: &str, location: &str| {
                                let mut headers = headers(page, policy, "same-site");
                                headers.push(["Location".to_owned(), location.to_owned()]);
                                json!({"status": 307, "headers": headers})
                            };
                            let second = format!("{second}/2");
                            let third = format!("{third}/3");
                            let end = json!({"status": 200, "headers": headers(page, "", "")});
                            let server = json!([
                                {"url": first, "response": hop(policy, &second)},
                                {"url": second, "response": hop("", &third)},
                                {"url": third, "response": end},
                            ]);
                            assert_agreement(&fetch, &server);
                            cases += 1;
                        }
                    }
                }
            }
        }
    }
    println!("{cases} cases");
}

/// Checks every combination of words in two lines of `Referrer-Policy`.
#[test]
fn verdicts_match_the_model_for_referrer_policies() {
    let words = [
        "",
        "no-referrer",
        "origin",
        "same-origin",
        "Origin",
        "x",
        "x;",
        " unsafe-url\t",
    ];
    for first in words {
        for second in words {
            for third in words {
                let lines = [format!("{first},{second}"), third.to_owned()];
                let url = "https://api.other.example/r";
                let fetch = json!({
                    "origin": "https://app.site.example", "url": url, "mode": "no-cors", "method": "POST",
                });
                let mut headers: Vec<_> = lines
                    .iter()
                    .map(|line| ["Referrer-Policy", line.as_str()])
                    .collect();
                headers.push(["Location", "/s"]);
                let server = json!([{"url": url, "response": {"status": 307, "headers": headers}}]);
                assert_agreement(&fetch, &server);
            }
        }
    }
}
