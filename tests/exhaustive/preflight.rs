//! A fetch with a preflight, by the kinds of what is asked and answered.

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
    Lines, lines, request, response, seen,
    table::{
        ALLOW_CREDENTIALS, ALLOW_ORIGINS, HEADERS, Headers, Kinds, LISTS, List, METHODS, STATUSES,
    },
};

fn method_lines(kind: List, method: &str) -> Lines {
    let swap = |c: char| match c.is_ascii_uppercase() {
        true => c.to_ascii_lowercase(),
        false => c.to_ascii_uppercase(),
    };
    let other_case: String = method.chars().map(swap).collect();
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

/// What a request is made of.
struct Asking {
    credentials_mode: CredentialsMode,
    flag: bool,
    method: (&'static str, bool),
    headers: &'static Headers,
}

/// Every answer to it; how many there are.
fn every_answer(asking: &Asking) -> usize {
    let mut request = request(
        asking.method.0,
        asking.headers.pairs,
        asking.credentials_mode,
    );
    request.use_cors_preflight_flag = asking.flag;
    let of_origins = ALLOW_ORIGINS.map(|kind| (kind, lines("Access-Control-Allow-Origin", kind.0)));
    let of_credentials =
        ALLOW_CREDENTIALS.map(|kind| (kind.1, lines("Access-Control-Allow-Credentials", kind.0)));
    let of_methods = LISTS.map(|kind| (kind, method_lines(kind, asking.method.0)));
    let of_names = LISTS.map(|kind| (kind, name_lines(kind, asking.headers)));
    let mut combinations = 0;
    for (allow_origin, origin) in &of_origins {
        for (allow_credentials, credentials) in &of_credentials {
            let shared = response(200, &[origin, credentials]);
            for (status, of_status) in STATUSES {
                for (allow_methods, methods) in &of_methods {
                    for (allow_headers, names) in &of_names {
                        let kinds = Kinds {
                            include: asking.credentials_mode == CredentialsMode::Include,
                            flag: asking.flag,
                            method: asking.method,
                            headers: asking.headers,
                            allow_origin: *allow_origin,
                            allow_credentials: *allow_credentials,
                            status: of_status,
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
                        let given = (seen(&result), preflights);
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
fn every_combination_of_kinds() {
    let mut askings = Vec::new();
    for credentials_mode in [
        CredentialsMode::Omit,
        CredentialsMode::SameOrigin,
        CredentialsMode::Include,
    ] {
        for flag in [false, true] {
            for method in METHODS {
                for headers in &HEADERS {
                    askings.push(Asking {
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
        for share in askings.chunks(askings.len().div_ceil(threads)) {
            scope.spawn(move || {
                for asking in share {
                    count.fetch_add(every_answer(asking), Ordering::Relaxed);
                }
            });
        }
    });
    let combinations = combinations.into_inner();
    println!("{combinations} combinations of a fetch with a preflight");
    assert!(combinations >= 1_000_000);
}
