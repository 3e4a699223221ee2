//! Every combination of values from small sets, compared with tables and with the naive model.
#![cfg(feature = "browser")]
#![allow(missing_docs, unreachable_pub)]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::time::Duration;

use fetch_cors::{
    FetchError,
    fetching::{HttpRequest, UserAgent, fetch},
    http::StatusCode,
    infrastructure::{
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        origin::Origin,
        request::{CredentialsMode, Mode, Request},
        response::{FilteredResponse, Response},
        safelist::{cors_unsafe_request_header_names, is_cors_safelisted_request_header},
    },
};

#[cfg(feature = "cases")]
#[path = "support/convert.rs"]
mod convert;
#[path = "support/naive/mod.rs"]
mod naive;
#[path = "exhaustive/preflight.rs"]
mod preflight;
#[cfg(feature = "conformance")]
#[path = "exhaustive/round_trip.rs"]
mod round_trip;
#[path = "support/table.rs"]
mod table;
#[cfg(feature = "cases")]
#[path = "exhaustive/verdicts.rs"]
mod verdicts;

use table::ORIGIN;

const URL: &str = "http://127.0.0.1:8002/r";

fn request(method: &str, pairs: &[(&str, &str)], credentials_mode: CredentialsMode) -> Request {
    let origin = Origin::parse(ORIGIN.as_bytes()).unwrap();
    let mut request = Request::new(origin, URL.parse().unwrap());
    request.mode = Mode::Cors;
    request.unsafe_request_flag = true;
    request.method = method.parse().unwrap();
    request.credentials_mode = credentials_mode;
    request.header_list = HeaderList::from_pairs(pairs.iter().copied()).unwrap();
    request
}

type Lines = Vec<(HeaderName, HeaderValue)>;

fn lines(name: &str, values: &[&str]) -> Lines {
    let list = HeaderList::from_pairs(values.iter().map(|value| (name, value))).unwrap();
    list.into_iter().collect()
}

fn response(status: u16, lines: &[&Lines]) -> Response {
    let header_list = lines.iter().copied().flatten().cloned().collect();
    Response::new(StatusCode::from_u16(status).unwrap(), header_list)
}

fn failure_and_step(
    result: &Result<FilteredResponse, FetchError>,
) -> Option<(&'static str, &'static str)> {
    let error = result.as_ref().err()?;
    Some((error.failure().code(), error.step()))
}

#[test]
fn preflight_status_decides_for_every_status() {
    let allowed = lines("Access-Control-Allow-Origin", &["*"]);
    let methods = lines("Access-Control-Allow-Methods", &["*"]);
    for status in 200..=999 {
        let answer = response(status, &[&allowed, &methods]);
        let ok = response(200, &[&allowed]);
        let preflighted = request("PUT", &[], CredentialsMode::Omit);
        let mut sent = Vec::new();
        let result = fetch(
            &mut UserAgent::new(),
            preflighted,
            Duration::ZERO,
            |request| {
                sent.push(request.is_preflight());
                Ok(if request.is_preflight() {
                    answer.clone()
                } else {
                    ok.clone()
                })
            },
        );
        let expected = match status {
            200..=299 => None,
            407 => Some((
                "proxy-authentication-required",
                "http-network-or-cache-fetch/16.4",
            )),
            301 | 302 | 303 | 307 | 308 => {
                Some(("preflight-disallowed-redirect", "cors-preflight-fetch/7"))
            }
            _ => Some(("preflight-invalid-status", "cors-preflight-fetch/7")),
        };
        assert_eq!(failure_and_step(&result), expected, "{status}");
        let expected = match status {
            200..=299 => &[true, false][..],
            421 => &[true, true],
            _ => &[true],
        };
        assert_eq!(sent, expected, "{status}");

        // Without a preflight, the page gets the response, unless the status of the response is 407. `answer` has no
        // `Location`, so the browser does not follow a redirect.
        let simple = request("GET", &[], CredentialsMode::Omit);
        let mut sent = 0;
        let result = fetch(&mut UserAgent::new(), simple, Duration::ZERO, |_| {
            sent += 1;
            Ok(answer.clone())
        });
        match status {
            407 => assert!(result.is_err()),
            _ => assert_eq!(result.unwrap().status(), status),
        }
        assert_eq!(sent, if status == 421 { 2 } else { 1 }, "{status}");
    }
}

/// Header names, each with some values. All values are CORS-safelisted for their name, except the values of `Other`.
const SHAPES: [(&str, &[&str]); 6] = [
    ("Accept", &["", "ab", "*/*", "text/html;q=0.5"]),
    ("Accept-Language", &["", "ab", "de, *;q=0.5"]),
    ("Content-Language", &["", "ab", "de, en-GB"]),
    (
        "Content-Type",
        &[
            "text/plain",
            "text/plain;a=b",
            "multipart/form-data; boundary=x",
        ],
    ),
    ("Range", &["bytes=0-", "bytes=10-20", "bytes=-5"]),
    ("Other", &["", "1"]),
];

#[test]
fn safelisted_values_match_the_model_for_every_byte() {
    let mut values = 0;
    for (name, shapes) in SHAPES {
        for shape in shapes {
            for position in 0..=shape.len() {
                for byte in 0..=255 {
                    for replaced in [0, 1] {
                        let mut value = shape.as_bytes().to_vec();
                        let end = (position + replaced).min(value.len());
                        value.splice(position..end, [byte]);
                        let given = is_cors_safelisted_request_header(name.as_bytes(), &value);
                        let expected = naive::cors_safelisted_request_header(name, &value);
                        assert_eq!(given, expected, "{name}: {}", value.escape_ascii());
                        values += 1;
                    }
                }
            }
        }
    }
    println!("{values} values");
}

fn long(name: &str, length: usize) -> String {
    let (start, filler, end) = match name {
        "Content-Type" => ("text/plain;", "a", ""),
        "Range" => ("bytes=", "0", "-"),
        _ => ("", "a", ""),
    };
    let fillers = filler.repeat(length - start.len() - end.len());
    format!("{start}{fillers}{end}")
}

#[test]
fn safelisted_values_have_128_bytes_each_and_1024_in_total() {
    for (name, _) in SHAPES {
        for length in 20..300 {
            let is_safe =
                is_cors_safelisted_request_header(name.as_bytes(), long(name, length).as_bytes());
            assert_eq!(is_safe, name != "Other" && length <= 128, "{name} {length}");
        }
        if name == "Other" {
            continue;
        }
        for total in [1023, 1024, 1025] {
            // Seven values of 128 bytes, and two values with the remaining bytes.
            let lengths = [128, 128, 128, 128, 128, 128, 128, 64, total - 960];
            let values = lengths.map(|length| (name, long(name, length)));
            let list = HeaderList::from_pairs(values).unwrap();
            let names = cors_unsafe_request_header_names(&list);
            assert_eq!(names.is_empty(), total <= 1024, "{name} {total}");
        }
    }
}

#[test]
fn cache_entries_match_until_they_expire() {
    let modes = [
        CredentialsMode::Omit,
        CredentialsMode::SameOrigin,
        CredentialsMode::Include,
    ];
    let origin = lines("Access-Control-Allow-Origin", &[ORIGIN]);
    let credentials = lines("Access-Control-Allow-Credentials", &["true"]);
    let methods = lines("Access-Control-Allow-Methods", &["PUT"]);
    let names = lines("Access-Control-Allow-Headers", &["x-a"]);
    for stored_with in modes {
        for used_with in modes {
            for max_age in [0_u64, 1, 2, 4, 5, 6, 7199, 7200, 7201, 100_000] {
                let max_age_lines = lines("Access-Control-Max-Age", &[&max_age.to_string()]);
                let all = [&origin, &credentials, &methods, &names, &max_age_lines];
                let answer = response(204, &all);
                let shared = response(200, &[&origin, &credentials]);
                let capped_max_age = max_age.min(7200);
                for stored_at in [0, 3] {
                    for moment in (0..10).chain(7195..7210) {
                        let mut user_agent = UserAgent::new();
                        let mut preflights = 0;
                        let visits = [(stored_with, stored_at), (used_with, stored_at + moment)];
                        for (mode, at) in visits {
                            let preflighted = request("PUT", &[("X-A", "1")], mode);
                            let network = |request: &HttpRequest| {
                                preflights += usize::from(request.is_preflight());
                                Ok(if request.is_preflight() {
                                    &answer
                                } else {
                                    &shared
                                }
                                .clone())
                            };
                            fetch(
                                &mut user_agent,
                                preflighted,
                                Duration::from_secs(at),
                                network,
                            )
                            .unwrap();
                        }
                        let includes = |mode| mode == CredentialsMode::Include;
                        let is_compatible = includes(stored_with) || !includes(used_with);
                        let is_hit = moment < capped_max_age && is_compatible;
                        assert_eq!(preflights, if is_hit { 1 } else { 2 }, "{max_age} {moment}");
                    }
                }
            }
        }
    }
}
