//! Fetches with a preflight, for every combination of kinds of requests and responses.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use fetch_cors::{
    fetching::{HttpRequest, UserAgent, fetch},
    infrastructure::request::CredentialsMode,
};

use super::{
    Lines, failure_and_step, lines, request, response,
    table::{
        ALLOW_CREDENTIALS, ALLOW_ORIGINS, HEADERS, Headers, Kinds, LISTS, List, METHODS, STATUSES,
    },
};

fn method_lines(kind: List, method: &str) -> Lines {
    let swap_case = |c: char| {
        if c.is_ascii_uppercase() {
            c.to_ascii_lowercase()
        } else {
            c.to_ascii_uppercase()
        }
    };
    let other_case: String = method.chars().map(swap_case).collect();
    let values: &[&str] = match kind {
        List::Absent => &[],
        List::Empty => &[""],
        List::Exact => &[method],
        List::Star => &["*"],
        List::StarAmongOthers => &["DELETE", " *,HEAD"],
        List::StarAndOne => &["*,GET"],
        List::OtherCase => &[&other_case],
        List::Others => &["DELETE, OPTIONS"],
        List::Broken => &[method, "a b"],
    };
    lines("Access-Control-Allow-Methods", values)
}

fn name_lines(kind: List, headers: &Headers) -> Lines {
    let exact = headers.unsafe_names.join(", ");
    let values: &[&str] = match kind {
        List::Absent => &[],
        List::Empty => &[""],
        List::Exact => &[&exact],
        List::Star => &["*"],
        List::StarAmongOthers => &["x-other", " *,x-more"],
        List::StarAndOne => &["*,Authorization"],
        List::OtherCase => &[headers.upper_case],
        List::Others => &["x-other, x-more"],
        List::Broken => &[&exact, "\"x\""],
    };
    lines("Access-Control-Allow-Headers", values)
}

/// The parts of a request.
struct RequestParts {
    credentials_mode: CredentialsMode,
    flag: bool,
    method: (&'static str, bool),
    headers: &'static Headers,
}

/// Checks the fetch for every combination of responses. Returns the number of combinations.
fn check_every_response(parts: &RequestParts) -> usize {
    let mut request = request(parts.method.0, parts.headers.pairs, parts.credentials_mode);
    request.use_cors_preflight_flag = parts.flag;
    let origin_lines =
        ALLOW_ORIGINS.map(|kind| (kind, lines("Access-Control-Allow-Origin", kind.0)));
    let credentials_lines =
        ALLOW_CREDENTIALS.map(|kind| (kind.1, lines("Access-Control-Allow-Credentials", kind.0)));
    let allow_methods_lines = LISTS.map(|kind| (kind, method_lines(kind, parts.method.0)));
    let allow_headers_lines = LISTS.map(|kind| (kind, name_lines(kind, parts.headers)));
    let mut combinations = 0;
    for (allow_origin, origin) in &origin_lines {
        for (allow_credentials, credentials) in &credentials_lines {
            let shared = response(200, &[origin, credentials]);
            for (status, status_kind) in STATUSES {
                for (allow_methods, methods) in &allow_methods_lines {
                    for (allow_headers, names) in &allow_headers_lines {
                        let kinds = Kinds {
                            include: parts.credentials_mode == CredentialsMode::Include,
                            flag: parts.flag,
                            method: parts.method,
                            headers: parts.headers,
                            allow_origin: *allow_origin,
                            allow_credentials: *allow_credentials,
                            status: status_kind,
                            allow_methods: *allow_methods,
                            allow_headers: *allow_headers,
                        };
                        let answer = response(status, &[origin, credentials, methods, names]);
                        let mut preflights = 0;
                        let network = |sent: &HttpRequest| {
                            if sent.is_preflight() {
                                preflights += 1;
                                Ok(answer.clone())
                            } else {
                                Ok(shared.clone())
                            }
                        };
                        let mut user_agent = UserAgent::new();
                        let now = Duration::ZERO;
                        let result = fetch(&mut user_agent, request.clone(), now, network);
                        let given = (failure_and_step(&result), preflights);
                        let expected = (kinds.failure(), usize::from(kinds.is_preflighted()));
                        assert_eq!(given, expected, "{request:?}\n{answer:?}");
                        combinations += 1;
                    }
                }
            }
        }
    }
    combinations
}

#[test]
fn fetches_match_the_table_for_every_combination() {
    let mut requests = Vec::new();
    for credentials_mode in [
        CredentialsMode::Omit,
        CredentialsMode::SameOrigin,
        CredentialsMode::Include,
    ] {
        for flag in [false, true] {
            for method in METHODS {
                for headers in &HEADERS {
                    requests.push(RequestParts {
                        credentials_mode,
                        flag,
                        method,
                        headers,
                    });
                }
            }
        }
    }
    let threads = thread::available_parallelism().map_or(2, usize::from);
    let combinations = AtomicUsize::new(0);
    let count = &combinations;
    thread::scope(|scope| {
        for share in requests.chunks(requests.len().div_ceil(threads)) {
            scope.spawn(move || {
                for parts in share {
                    count.fetch_add(check_every_response(parts), Ordering::Relaxed);
                }
            });
        }
    });
    let combinations = combinations.into_inner();
    println!("{combinations} combinations of a fetch with a preflight");
    assert!(combinations >= 1_000_000);
}
