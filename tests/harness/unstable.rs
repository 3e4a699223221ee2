//! Servers that fail now and then. The report has one finding about all failures without a pattern. Failures with a
//! pattern have their own findings.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

use fetch_cors::{
    cases::Exchange,
    conformance::{Check, Recorded, Report, Severity, check, laws::Law, policies::serve},
    fetching::ConnectionError,
    infrastructure::response::Response as FetchResponse,
    server::CorsPolicy,
};
use http::{Request, Response};

use super::{
    config,
    invented::{LISTED, origin, status},
    servers::{changed, is_preflight, policy, reflecting, set},
};

fn names(report: &Report) -> Vec<&'static str> {
    let findings = report.findings();
    let names = findings.iter().map(|finding| finding.cause().name());
    names.collect()
}

/// Returns a function that returns true in about `percent` % of its calls. The sequence of results depends on `seed`,
/// and looks random.
fn chance(seed: u32, percent: u32) -> impl Fn() -> bool {
    let state = Cell::new(seed.wrapping_mul(2_654_435_761) | 1);
    move || {
        let mut next = state.get();
        next ^= next << 13;
        next ^= next >> 17;
        next ^= next << 5;
        state.set(next);
        next % 100 < percent
    }
}

fn failing(
    code: u16,
    fails: impl Fn(&Request<()>) -> bool,
    mut server: impl FnMut(Request<()>) -> Response<()>,
) -> Report {
    let mut server = |request: Request<()>| {
        if fails(&request) {
            status(code, &[])
        } else {
            server(request)
        }
    };
    check(&mut server, &policy(), config()).unwrap()
}

/// Asserts that the first finding is about the law `EveryRequestGetsAResponse`, and that its cause lists this law.
#[track_caller]
fn assert_is_of_every_request(report: &Report) {
    let findings = report.findings();
    let laws = findings[0].cause().laws();
    assert_eq!(findings[0].example().law(), Law::EveryRequestGetsAResponse);
    assert!(laws.contains(&Law::EveryRequestGetsAResponse), "{laws:?}");
}

/// Asserts that the report names the responses that are not judged, also if the finding is accepted.
#[track_caller]
fn assert_leaves_out_responses(report: &Report) {
    let (left_out, all) = (report.unstable().len(), report.exchanges());
    assert!(left_out > 0 && !report.is_complete(), "{report}");
    let text = format!(
        "not checked: the responses to {left_out} of {all} requests, because the server fails"
    );
    assert!(report.to_string().contains(&text), "{report}");
}

fn right(request: Request<()>) -> Response<()> {
    serve(&policy(), &request)
}

#[test]
fn failures_without_a_pattern_are_one_finding() {
    for seed in 1..4 {
        for percent in [4, 10, 30] {
            for code in [500, 502, 503] {
                let fails = chance(seed, percent);
                let report = failing(code, |_| fails(), right);
                assert_eq!(names(&report), ["fails-sometimes"], "{percent} %: {report}");
                assert_is_of_every_request(&report);
                assert_leaves_out_responses(&report);
                let text = report.to_string();
                let first = text.lines().next().unwrap();
                assert!(
                    first.contains(" requests get a server error, apparently at random"),
                    "{first}"
                );
            }
        }
    }
    // Every tenth request fails.
    let count = Cell::new(0);
    let report = failing(
        503,
        |_| {
            count.set(count.get() + 1);
            count.get() % 10 == 0
        },
        right,
    );
    assert_eq!(names(&report), ["fails-sometimes"], "{report}");
}

/// A firewall or a limit for the number of requests refuses some requests. The refusals do not depend on the request.
/// The report has one finding about the refusals.
#[test]
fn refusals_without_a_pattern_are_one_finding() {
    for seed in 1..3 {
        for (code, percent) in [(403, 10), (403, 40), (302, 20), (401, 20)] {
            let refuses = chance(seed, percent);
            let report = failing(code, |_| refuses(), right);
            assert_eq!(
                names(&report),
                ["refuses-sometimes"],
                "{percent} %: {report}"
            );
            assert_is_of_every_request(&report);
            assert_leaves_out_responses(&report);
            let text = report.to_string();
            let expected = format!(" requests get the status {code}, apparently at random");
            assert!(text.lines().next().unwrap().contains(&expected), "{text}");
        }
        // Responses with the status 429 are not judged.
        let refuses = chance(seed, 30);
        let report = failing(429, |_| refuses(), right);
        assert_eq!(names(&report), [""; 0], "{report}");
        assert!(!report.limited().is_empty() && !report.is_complete());
    }
    // The server refuses every request after the first requests.
    for answered in [1, 30, 150, 250, 350] {
        let count = Cell::new(0);
        let refuses = |_: &Request<()>| {
            count.set(count.get() + 1);
            count.get() > answered
        };
        let report = failing(403, refuses, right);
        assert_eq!(names(&report), ["stops-answering"], "{answered}: {report}");
        assert_is_of_every_request(&report);
        assert!(!report.unstable().is_empty() && !report.is_complete());
        let is_random = report.to_string().contains("at random: equal");
        assert!(!is_random, "{answered}: {report}");
    }
}

/// A mistake that does not depend on chance keeps its finding, even if a firewall also refuses requests at random.
#[test]
fn refusals_hide_no_other_mistake() {
    type Refuses = fn(&Request<()>) -> bool;
    let servers: [(&str, Refuses); 3] = [
        ("refuses-preflights", is_preflight),
        ("denies-allowed-origin", |request| {
            origin(request) == "https://other.example"
        }),
        ("refuses-requests-without-origin", |request| {
            !request.headers().contains_key("origin")
        }),
    ];
    for (name, refuses) in servers {
        for seed in 1..3 {
            let by_chance = chance(seed, 10);
            let report = failing(403, |request| refuses(request) || by_chance(), right);
            let mut expected = [name, "refuses-sometimes"];
            let mut found = names(&report);
            expected.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, expected, "{report}");
        }
    }
    // A server may answer every denied origin with the status 403.
    for seed in 1..3 {
        let by_chance = chance(seed, 20);
        let denies = |request: &Request<()>| {
            ![
                "",
                "https://app.example",
                "https://other.example",
                "https://api.example",
            ]
            .contains(&&*origin(request))
        };
        let report = failing(403, |request| denies(request) || by_chance(), right);
        assert_eq!(names(&report), ["refuses-sometimes"], "{report}");
        let report = failing(403, denies, right);
        assert_eq!(names(&report), [""; 0], "{report}");
    }
}

/// If a server sometimes refuses requests, and all refused requests are from allowed pages, the reason is the
/// comparison of origins.
#[test]
fn refusals_of_a_regular_expression_with_a_state_have_their_finding() {
    let count = Cell::new(0);
    let refuses = |request: &Request<()>| {
        let is_allowed =
            ["https://app.example", "https://other.example"].contains(&&*origin(request));
        count.set(count.get() + usize::from(is_allowed));
        is_allowed && count.get().is_multiple_of(2)
    };
    let report = failing(403, refuses, right);
    assert!(names(&report).contains(&"unstable-answers"), "{report}");
    assert!(!names(&report).contains(&"refuses-sometimes"), "{report}");
}

/// The refusals are only for requests of which the check has few: POST requests, or requests with credentials. The check
/// sends these requests again.
#[test]
fn refusals_of_rare_requests_are_found() {
    type IsRare = fn(&Request<()>) -> bool;
    let rare: [IsRare; 3] = [
        |request| request.method() == "POST",
        |request| request.headers().contains_key("cookie"),
        |request| {
            let headers = request.headers();
            headers.contains_key("cookie") || headers.contains_key("authorization")
        },
    ];
    for (i, is_rare) in rare.into_iter().enumerate() {
        for seed in 1..7 {
            let by_chance = chance(seed, [10, 20, 40][seed as usize % 3]);
            let answers = RefCell::new(BTreeMap::<String, BTreeSet<bool>>::new());
            let refuses = |request: &Request<()>| {
                let is_page = LISTED.contains(&&*origin(request));
                let is_refused = is_rare(request) && is_page && by_chance();
                let key = format!("{request:?}");
                answers
                    .borrow_mut()
                    .entry(key)
                    .or_default()
                    .insert(is_refused);
                is_refused
            };
            let report = failing(403, refuses, right);
            let found = names(&report);
            let answers = answers.into_inner();
            // If the server refuses every request that is equal to a refused request, the refusals do not look random.
            if answers.values().any(|answers| answers.len() == 2) {
                assert_eq!(found, ["refuses-sometimes"], "{i} {seed}: {report}");
            } else {
                let is_refused = answers.values().any(|answers| answers.contains(&true));
                assert_eq!(found.len(), usize::from(is_refused), "{i} {seed}: {report}");
            }
        }
    }
}

/// Returns the number of requests that the check sends before the request with this id.
fn requests_before(id: &str) -> usize {
    let check = Check::new(&policy(), config()).unwrap();
    let mut lines = check.probes().flat_map(|probe| probe.requests());
    lines.position(|line| line.id == id).unwrap()
}

/// A server refuses some consecutive requests, and then works again. The finding names the first and the last request. If
/// the check sends an equal request later, the finding says so instead.
#[test]
fn series_of_refusals_is_one_finding() {
    let series = [
        ("listed-method-2/1", 403, false),
        ("request-headers-in-lines/1", 403, true),
        ("handlers-allow-origin/1", 403, true),
        ("handlers-allow-origin/1", 503, true),
    ];
    for (start, code, is_series) in series {
        let first = requests_before(start) + 1;
        let series = first..first + 10;
        let count = Cell::new(0);
        let refuses = |_: &Request<()>| {
            count.set(count.get() + 1);
            series.contains(&count.get())
        };
        let report = failing(code, refuses, right);
        let expected = if code == 503 {
            "fails-sometimes"
        } else {
            "refuses-sometimes"
        };
        assert_eq!(names(&report), [expected], "{start} {code}: {report}");
        let text = report.to_string();
        let expected = if is_series {
            [
                "one after the other, from `",
                ": probably a limit for the number of requests",
            ]
        } else {
            [
                "apparently at random",
                "equal requests get different answers",
            ]
        };
        for part in expected {
            assert!(text.contains(part), "{start} {code}: {text}");
        }
    }
}

/// A server refuses ten consecutive requests. Most of them have `Origin: null`, but the reason is not this origin.
#[test]
fn series_of_refusals_is_not_a_refusal_of_null() {
    for before in [1, 2, 4] {
        let start = requests_before("null-origin-head/1") - before;
        let count = Cell::new(0);
        let refuses = |_: &Request<()>| {
            count.set(count.get() + 1);
            (start..start + 10).contains(&(count.get() - 1))
        };
        let report = failing(403, refuses, right);
        assert!(!names(&report).contains(&"refuses-null-origin"), "{report}");
    }
    // A server that refuses this origin refuses no other request between its requests.
    let refuses = |request: &Request<()>| origin(request) == "null";
    let report = failing(403, refuses, right);
    assert_eq!(names(&report), ["refuses-null-origin"], "{report}");
}

/// If there are several series of refusals, the finding says how many, because it names only two requests.
#[test]
fn several_series_of_refusals_are_counted() {
    let count = Cell::new(0);
    let [longer, shorter] =
        ["request-headers-in-lines/1", "handlers-allow-origin/1"].map(requests_before);
    let refuses = |_: &Request<()>| {
        count.set(count.get() + 1);
        let is_in = |start: usize, length| (start + 1..=start + length).contains(&count.get());
        is_in(longer, 10) || is_in(shorter, 6)
    };
    let report = failing(403, refuses, right);
    assert_eq!(names(&report), ["refuses-sometimes"], "{report}");
    let text = report.to_string();
    let counted = " requests get the status 403, in 2 series, the longest from `";
    assert!(text.contains(counted), "{text}");
}

/// A server fails only on origins whose requests the check sends one after the other. This is not an outage.
#[test]
fn failures_of_neighbors_are_not_an_outage() {
    type Fails = fn(&str) -> bool;
    let servers: [Fails; 3] = [
        |origin| origin.contains(":8444"),
        |origin| {
            let hosts = [
                "vercel",
                "netlify",
                "github",
                "gitlab",
                "pages.dev",
                "web.app",
            ];
            hosts.into_iter().any(|host| origin.contains(host))
        },
        |origin| {
            origin.contains("~")
                || origin.contains("`")
                || origin.contains(";")
                || origin.contains("|")
        },
    ];
    for (i, fails) in servers.into_iter().enumerate() {
        let report = failing(500, |request| fails(&origin(request)), right);
        assert_eq!(names(&report), ["fails-on-some-origins"], "{i}: {report}");
    }
}

/// Missing responses are a mistake of the server if the server answers no request of some origins. Otherwise, the
/// probable reason is the network.
#[test]
fn missing_responses_of_some_origins_have_a_pattern() {
    type IsSilent = fn(usize, &str) -> bool;
    let servers: [(IsSilent, Severity); 4] = [
        (|_, origin| origin.contains("evil.test"), Severity::Broken),
        (
            |_, origin| origin.contains(['"', '{', '+']),
            Severity::Broken,
        ),
        // During these requests, the network fails. The requests are from denied origins.
        (|index, _| (20..26).contains(&index), Severity::Waste),
        (|index, _| (30..40).contains(&index), Severity::Waste),
    ];
    for policy in [policy(), small_policy()] {
        for (i, (is_silent, severity)) in servers.into_iter().enumerate() {
            let mut check = Check::new(&policy, config()).unwrap();
            let mut index = 0;
            while let Some(line) = check.request() {
                let request = Request::try_from(&line.request).unwrap();
                let answer = if is_silent(index, &origin(&request)) {
                    Err(ConnectionError)
                } else {
                    Ok(FetchResponse::from(&serve(&policy, &request)))
                };
                check.answer(answer);
                index += 1;
            }
            let report = check.report();
            assert_eq!(names(&report), ["no-response"], "{i}: {report}");
            assert_eq!(report.findings()[0].severity(), severity, "{i}: {report}");
        }
    }
}

fn small_policy() -> CorsPolicy {
    let policy = CorsPolicy::builder().origin("https://app.example");
    policy.build().unwrap()
}

/// A series of server errors in the middle of the check is one finding.
#[test]
fn series_of_server_errors_is_one_finding() {
    for (start, length) in [
        (96, 6),
        (135, 10),
        (230, 6),
        (330, 10),
        (260, 15),
        // Denied origins with different methods.
        (298, 17),
        (309, 5),
        // Generated requests of different origins.
        (342, 5),
    ] {
        let series = start..start + length;
        let count = Cell::new(0);
        let fails = |_: &Request<()>| {
            count.set(count.get() + 1);
            series.contains(&count.get())
        };
        let report = failing(502, fails, right);
        assert_eq!(names(&report), ["fails-sometimes"], "{start}: {report}");
    }
}

/// The check sends many requests of denied origins one after the other. A server that refuses them is right.
#[test]
fn refusals_of_denied_origins_are_not_by_chance() {
    type Refuses = fn(&Request<()>) -> bool;
    fn is_denied(request: &Request<()>) -> bool {
        let others = [
            "",
            "null",
            "https://app.example",
            "https://other.example",
            "https://api.example",
        ];
        !others.contains(&&*origin(request))
    }
    let servers: [Refuses; 3] = [
        |request| is_denied(request),
        |request| {
            is_denied(request) && !["GET", "HEAD", "OPTIONS"].contains(&request.method().as_str())
        },
        |request| origin(request).contains(['"', '{', '|', '(', ';', '&', '$', '`']),
    ];
    for (server, refuses) in servers.into_iter().enumerate() {
        for code in [302, 403, 404] {
            let report = failing(code, refuses, right);
            assert!(
                !names(&report).contains(&"refuses-sometimes"),
                "{server} {code}: {report}"
            );
        }
    }
}

/// If a server always fails on some of the requests, the report has a finding about these requests, even if the server
/// also fails now and then.
#[test]
fn failures_with_a_pattern_keep_their_finding() {
    type Fails = fn(&Request<()>) -> bool;
    let servers: [(&str, Fails); 4] = [
        ("fails-on-denied-origins", |request| {
            let listed = ["", "https://app.example", "https://other.example"];
            !listed.contains(&&*origin(request))
        }),
        ("fails-on-requests", |request| {
            let mut lines = request.headers().get_all("origin").iter();
            lines.nth(1).is_some()
        }),
        ("refuses-preflights", is_preflight),
        ("fails-on-requests", |request| {
            let names = request.headers().get("access-control-request-headers");
            names.is_some_and(|names| names.len() > 3000)
        }),
    ];
    for (name, fails) in servers {
        let report = failing(500, fails, right);
        assert_eq!(names(&report), [name], "{report}");
        // With seed 1, all requests of one generated origin fail by chance, so the report names this origin too.
        for seed in 2..5 {
            let by_chance = chance(seed, 5);
            let report = failing(500, |request| by_chance() || fails(request), right);
            let names = names(&report);
            assert!(names.contains(&name), "{name}: {report}");
            assert!(names.contains(&"fails-sometimes"), "{name}: {report}");
            assert_eq!(names.len(), 2, "{name}: {report}");
        }
    }
}

/// Other mistakes are found although some responses are server errors.
#[test]
fn failures_hide_no_other_mistake() {
    for seed in 1..4 {
        let fails = chance(seed, 10);
        let report = failing(502, |_| fails(), reflecting());
        let expected = ["reflects-any-origin", "fails-sometimes"];
        assert_eq!(names(&report), expected, "{report}");
        let fails = chance(seed, 10);
        let report = failing(
            502,
            |_| fails(),
            |request| {
                let mut response = right(request);
                response.headers_mut().remove("vary");
                response
            },
        );
        assert_eq!(
            names(&report),
            ["fails-sometimes", "lacks-vary"],
            "{report}"
        );
    }
}

/// A server that answers most requests with the status 503 is down, or limits the number of requests.
#[test]
fn outage_is_not_a_mistake_of_the_server() {
    for answered in [0, 1, 5, 30, 60, 90, 120, 150, 180] {
        let count = Cell::new(0);
        let report = failing(
            503,
            |_| {
                count.set(count.get() + 1);
                count.get() > answered
            },
            right,
        );
        assert_eq!(names(&report), [""; 0], "{answered}: {report}");
        assert!(!report.is_complete(), "{answered}: {report}");
        assert!(report.to_string().contains("503"), "{answered}: {report}");
    }
    // The server answers only some requests in the middle or at the end of the check.
    let windows = [1, 2, 10].into_iter().flat_map(|length| {
        let starts = (0..420).step_by(83);
        starts.map(move |start| start..start + length)
    });
    for window in windows {
        let count = Cell::new(0);
        let report = failing(
            503,
            |_| {
                count.set(count.get() + 1);
                !window.contains(&(count.get() - 1))
            },
            right,
        );
        assert_eq!(names(&report), [""; 0], "{window:?}: {report}");
        assert!(!report.is_complete(), "{window:?}: {report}");
    }
    for percent in [80, 95, 98] {
        for seed in 1..4 {
            let by_chance = chance(seed, percent);
            let report = failing(503, |_| by_chance(), right);
            assert_eq!(names(&report), [""; 0], "{percent} {seed}: {report}");
        }
    }
    // The server answers with the status 503 to every origin that the policy does not allow. The report has a finding
    // about this pattern.
    let report = failing(
        503,
        |request| {
            !["", "https://app.example", "https://other.example"].contains(&&*origin(request))
        },
        right,
    );
    assert_eq!(names(&report), ["fails-on-denied-origins"], "{report}");
}

/// If the server is unavailable, only responses with the status 503 are left out. Other server errors are judged.
#[test]
fn outage_hides_no_other_error() {
    let by_chance = [chance(1, 70), chance(2, 20)];
    let unavailable = Cell::new(0);
    let mut server = |request: Request<()>| {
        let [is_unavailable, fails] = by_chance.each_ref().map(|by_chance| by_chance());
        unavailable.set(unavailable.get() + usize::from(is_unavailable));
        match (is_unavailable, fails) {
            (true, _) => status(503, &[]),
            (_, true) => status(502, &[]),
            _ => right(request),
        }
    };
    let report = check(&mut server, &policy(), config()).unwrap();
    assert_eq!(names(&report), ["fails-sometimes"], "{report}");
    assert_eq!(report.limited().len(), unavailable.get(), "{report}");
}

/// A server that always answers some requests with the status 503 is available, even if it also fails now and then.
#[test]
fn unavailable_for_some_requests_is_not_an_outage() {
    type Fails = fn(&Request<()>) -> bool;
    let servers: [(&str, Fails); 2] = [
        ("fails-on-denied-origins", |request| {
            !["", "https://app.example", "https://other.example"].contains(&&*origin(request))
        }),
        ("refuses-preflights", is_preflight),
    ];
    for (name, fails) in servers {
        for seed in 1..4 {
            let by_chance = chance(seed, 5);
            let report = failing(503, |request| fails(request) || by_chance(), right);
            let names = names(&report);
            assert!(names.contains(&name), "{name}: {report}");
            assert!(names.contains(&"fails-sometimes"), "{name}: {report}");
            assert!(report.limited().is_empty(), "{name}: {report}");
        }
    }
}

/// If a server fails for some time, all requests of some kinds can fall into this time. The failures of these requests
/// are not a pattern, because the server also fails on all other requests of this time.
#[test]
fn failures_for_some_time_have_no_pattern() {
    for (code, from, to) in [
        (502, 100, 600),
        (500, 0, 200),
        (502, 250, 400),
        (503, 200, 220),
        (503, 340, 360),
    ] {
        let count = Cell::new(0);
        let report = failing(
            code,
            |_| {
                count.set(count.get() + 1);
                (from..to).contains(&count.get())
            },
            right,
        );
        assert_eq!(
            names(&report),
            ["fails-sometimes"],
            "{code} {from}: {report}"
        );
    }
}

/// A server that fails on some denied origins does this for each request of these origins. This is not an outage,
/// although the server answers similar origins.
#[test]
fn failures_of_some_origins_are_not_an_outage() {
    type Fails = fn(&str) -> bool;
    let servers: [Fails; 3] = [
        |origin| origin.contains("app.example"),
        |origin| origin.contains("example."),
        |origin| origin.contains(['$', '&', '\'', '(', ')', '*', '+', ',', ';', '=']),
    ];
    let allowed = ["https://app.example", "https://other.example"];
    for (server, fails) in servers.into_iter().enumerate() {
        for code in [500, 503] {
            let fails = |request: &Request<()>| {
                let origin = origin(request);
                fails(&origin) && !allowed.contains(&&*origin)
            };
            let report = failing(code, fails, right);
            assert_eq!(
                names(&report),
                ["fails-on-some-origins"],
                "{server} {code}: {report}"
            );
        }
    }
}

/// The check makes a generated request smaller if the request shows a mistake. The smaller requests have the same id,
/// but each of them counts.
#[test]
fn each_smaller_request_counts() {
    for seed in 1..5 {
        let by_chance = chance(seed, 30);
        let failed = Cell::new(0);
        let mut server = changed(policy(), |request, response| {
            let headers = request.headers();
            let is_put = headers.get("access-control-request-method");
            let has_names = headers.contains_key("access-control-request-headers");
            if by_chance() {
                failed.set(failed.get() + 1);
                *response = status(502, &[]);
            } else if is_put.is_some_and(|method| method == "PUT") && has_names {
                response.headers_mut().remove("access-control-max-age");
            }
        });
        let report = check(&mut server, &policy(), config().seed(seed.into())).unwrap();
        let findings = report.findings();
        let found = findings
            .iter()
            .find(|finding| finding.cause().name() == "fails-sometimes");
        let mistake = found.unwrap_or_else(|| panic!("{report}")).mistake();
        let counts = format!("{} of {} requests ", failed.get(), report.exchanges());
        assert!(mistake.starts_with(&counts), "{counts} {mistake}");
    }
}

/// If an error of a test request is left out, another exchange with the same id is still judged.
#[test]
fn repeated_ids_hide_no_mistake() {
    let by_chance = chance(1, 20);
    let mut recorded = Recorded::new(&policy(), config()).unwrap();
    let lines: Vec<_> = recorded.requests().cloned().collect();
    for line in lines {
        let request = Request::try_from(&line.request).unwrap();
        let exchange = |response: &Response<()>| Exchange {
            id: line.id.clone(),
            request: line.request.clone(),
            response: FetchResponse::from(response),
        };
        let mut response = right(request);
        if by_chance() {
            recorded.insert(exchange(&status(502, &[]))).unwrap();
            set(response.headers_mut(), "vary", "Origin, Origin");
        }
        recorded.insert(exchange(&response)).unwrap();
    }
    let report = recorded.report();
    let expected = ["fails-sometimes", "repeats-vary"];
    assert_eq!(names(&report), expected, "{report}");
}
