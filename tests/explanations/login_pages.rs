//! Fetches that get a login page, or another HTML page, in place of data.

use std::time::Duration;

use fetch_cors::{
    api::{ApiCall, BodyWithType, RequestInit},
    browser::{Body, CredentialsMode, HeaderList, Origin, Response, UserAgent},
    explain::{ChangedAnswer, Explanation, Fix, Verdict, explain},
    http::StatusCode,
};

const PAGE: &str = "https://app.example";
const API: &str = "https://api.example/notes";
const LOGIN: &str = "https://login.example/signin?next=/notes";
const ALLOW: &str = "Access-Control-Allow-Origin: https://app.example";
const HTML: &str = "Content-Type: text/html; charset=utf-8";

/// A call and the answers to its requests: the method with the URL, the status, and the header lines.
struct Fetch<'f> {
    url: &'f str,
    method: &'f str,
    headers: &'f [(&'f str, &'f str)],
    has_credentials: bool,
    is_stream: bool,
    answers: &'f [(&'f str, u16, &'f str)],
}

const GET: Fetch<'static> = Fetch {
    url: API,
    method: "GET",
    headers: &[],
    has_credentials: false,
    is_stream: false,
    answers: &[],
};

impl Fetch<'_> {
    fn explain(&self) -> Explanation {
        self.explain_with(&[])
    }

    /// Explains the fetch with edited answers.
    fn explain_with(&self, edits: &[ChangedAnswer]) -> Explanation {
        let mut init = RequestInit::new(self.url.parse().unwrap());
        init.method = self.method.into();
        init.body = self.is_stream.then_some(BodyWithType {
            body: Body::Stream,
            content_type: None,
        });
        init.headers = (self.headers.iter())
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        if self.has_credentials {
            init.credentials = CredentialsMode::Include;
        }
        let page = Origin::parse(PAGE).unwrap();
        let call = ApiCall::Fetch(init);
        let mut position = 0;
        explain(&UserAgent::new(), &page, &call, Duration::ZERO, |request| {
            let wanted = format!("{} {}", request.method, request.url);
            let mut answers = self.answers.iter();
            let found = answers.find(|(request, _, _)| *request == wanted);
            let mut answer = Ok(match found {
                Some((_, status, lines)) => {
                    let lines = lines.lines().filter_map(|line| line.split_once(": "));
                    let headers = HeaderList::from_pairs(lines).unwrap();
                    Response::new(StatusCode::from_u16(*status).unwrap(), headers)
                }
                None if edits.is_empty() => return None,
                // Edits of an unknown answer are for a response with the status 200.
                None => Response::new(StatusCode::OK, HeaderList::new()),
            });
            let changed = edits.iter().find(|changed| changed.exchange == position);
            for edit in changed.into_iter().flat_map(|changed| &changed.edits) {
                edit.apply(&mut answer);
            }
            position += 1;
            Some(answer)
        })
    }
}

/// Returns the lines of the fix for a redirect to a login page, after a check of the proof: the page can read the new
/// status, and cannot read it if one of the edits is left out.
fn proven_lines(fetch: &Fetch<'_>) -> Vec<String> {
    let explanation = fetch.explain();
    let Fix::LoginPage {
        exchange,
        answers,
        sentence,
        ..
    } = &explanation.fix
    else {
        panic!("{explanation}");
    };
    assert!(
        explanation
            .to_string()
            .split_whitespace()
            .collect::<String>()
            .contains(&sentence.split_whitespace().collect::<String>())
    );
    assert!(answers.iter().any(|answer| answer.exchange == *exchange));
    let fixed = fetch.explain_with(answers);
    assert_eq!(fixed.verdict, Verdict::Readable, "{fixed}");
    for (changed, answer) in answers.iter().enumerate() {
        for edit in 0..answer.edits.len() {
            let mut fewer = answers.clone();
            fewer[changed].edits.remove(edit);
            let blocked = fetch.explain_with(&fewer);
            let redirected = matches!(blocked.fix, Fix::LoginPage { .. })
                || blocked.unexpected_page.is_some_and(|page| page.is_login);
            let is_worse = blocked.verdict != Verdict::Readable || redirected;
            assert!(is_worse, "{edit} of {answer:?} is not necessary");
        }
    }
    let lines = answers.iter().flat_map(|answer| {
        let position = answer.exchange;
        let status = answer.status.iter();
        let status = status.map(move |status| format!("{position} {}", status.after));
        let headers = answer.headers.iter().map(move |header| {
            let value = header.after.as_deref().unwrap_or("(none)");
            format!("{position} {}: {value}", header.name)
        });
        status.chain(headers)
    });
    lines.collect()
}

#[test]
fn redirect_to_a_login_page_has_a_proven_answer() {
    let redirect = format!("Location: {LOGIN}");
    let allowed = format!("{redirect}\n{ALLOW}");
    let get = format!("GET {API}");
    let login = format!("GET {LOGIN}");
    let origin = "0 Access-Control-Allow-Origin: https://app.example";
    for (answers, has_credentials, expected) in [
        // The browser refuses the redirect.
        (
            &[(&*get, 302, &*redirect)][..],
            false,
            &["0 401", origin][..],
        ),
        (
            &[(&*get, 302, &*redirect)],
            true,
            &["0 401", origin, "0 Access-Control-Allow-Credentials: true"],
        ),
        // The browser follows the redirect, and refuses the login page.
        (
            &[(&*get, 302, &*allowed), (&*login, 200, HTML)],
            false,
            &["0 401"],
        ),
    ] {
        let fetch = Fetch {
            has_credentials,
            answers,
            ..GET
        };
        assert_eq!(proven_lines(&fetch), expected);
        let explanation = fetch.explain();
        let Fix::LoginPage { status, url, .. } = &explanation.fix else {
            panic!("{explanation}");
        };
        assert_eq!((*status, &**url), (302, LOGIN));
    }
}

/// The preflight is allowed, or also needs a change.
#[test]
fn redirect_after_a_preflight_has_a_proven_answer() {
    let (options, put) = (format!("OPTIONS {API}"), format!("PUT {API}"));
    let redirect = format!("Location: {LOGIN}");
    let granted = format!("{ALLOW}\nAccess-Control-Allow-Methods: PUT");
    let lines = |preflight| {
        let answers = &[(&*options, 204, preflight), (&*put, 302, &*redirect)];
        proven_lines(&Fetch {
            method: "PUT",
            answers,
            ..GET
        })
    };
    let of_redirect = [
        "1 401",
        "1 Access-Control-Allow-Origin: https://app.example",
    ];
    assert_eq!(lines(&granted), of_redirect);
    let of_preflight = ["0 Access-Control-Allow-Methods: PUT"];
    assert_eq!(lines(ALLOW), [&of_preflight[..], &of_redirect].concat());
}

/// An answer of the page's own origin needs no CORS headers.
#[test]
fn redirect_of_the_own_origin_needs_only_a_status() {
    let redirect = format!("Location: {LOGIN}");
    let login = format!("GET {LOGIN}");
    let fetch = Fetch {
        url: "https://app.example/notes",
        answers: &[
            ("GET https://app.example/notes", 302, &redirect),
            (&login, 200, HTML),
        ],
        ..GET
    };
    assert_eq!(proven_lines(&fetch), ["0 401"]);
    let text = fetch.explain().to_string();
    assert!(
        text.contains("session of the user probably ended, so log in again"),
        "{text}"
    );
    assert!(!text.contains("+ Access-Control"), "{text}");
}

/// For a status 401, the browser sends a request of the own origin again with a password, which needs a body that is not a
/// stream.
#[test]
fn redirect_of_a_stream_gets_another_status() {
    let fetch = Fetch {
        url: "https://app.example/notes",
        method: "POST",
        is_stream: true,
        answers: &[("POST https://app.example/notes", 302, "Location: /login")],
        ..GET
    };
    assert_eq!(proven_lines(&fetch), ["0 403"]);
}

/// The page can read a login page of its own origin, which is not the data that the page expects.
#[test]
fn readable_login_page_is_named() {
    let fetch = Fetch {
        url: "https://app.example/notes",
        answers: &[
            ("GET https://app.example/notes", 302, "Location: /login"),
            ("GET https://app.example/login", 200, HTML),
        ],
        ..GET
    };
    let explanation = fetch.explain();
    assert_eq!(explanation.verdict, Verdict::Readable);
    assert_eq!(explanation.fix, Fix::NotNeeded);
    let page = explanation.unexpected_page.clone().unwrap();
    assert_eq!((page.exchange, page.status, page.is_login), (1, 200, true));
    assert_eq!(page.url, "https://app.example/login");
    let text = explanation.to_string();
    assert!(text.contains("which looks like a login page"), "{text}");
}

/// A page that asks for HTML gets no warning about HTML.
#[test]
fn html_in_place_of_data_is_named() {
    let allowed = format!("{ALLOW}\n{HTML}");
    let json = format!("{ALLOW}\nContent-Type: application/json");
    let accept = |value| [("Accept", value)];
    for (url, headers, status, lines, is_named) in [
        (API, &[][..], 200, &*allowed, true),
        (API, &accept("application/json"), 200, &allowed, true),
        // The browser refuses the response.
        (API, &[], 200, HTML, true),
        (API, &accept("text/html"), 200, &allowed, false),
        (API, &[], 200, &json, false),
        (API, &[], 200, ALLOW, false),
        // The status says that the response is an error.
        (API, &[], 404, &allowed, false),
        ("https://api.example/", &[], 200, &allowed, false),
        ("https://api.example/part.HTML", &[], 200, &allowed, false),
    ] {
        let request = format!("GET {url}");
        let answers = &[(&*request, status, lines)];
        let explanation = Fetch {
            url,
            headers,
            answers,
            ..GET
        }
        .explain();
        let page = explanation.unexpected_page.as_ref();
        assert_eq!(page.is_some(), is_named, "{explanation}");
        assert!(page.is_none_or(|page| !page.is_login && page.url == API));
        let text = explanation.to_string();
        assert_eq!(text.contains("HTML page"), is_named, "{text}");
    }
}
