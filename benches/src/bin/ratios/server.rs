//! Ratios of the server side.

use std::{convert::Infallible, f64, hint::black_box, time::Instant};

use actix_web::dev::{Service as ActixService, ServiceRequest};
use fetch_cors::{
    http::{HeaderMap, Method, Response, header::ORIGIN},
    server::{CorsPolicy, Decision},
};
use fetch_cors_benches::{
    allocations::counting,
    policies::{self, ByHand, MANY, MANY_PATTERNS},
    services::{self, Bare, PreflightFloor, TestRequest},
};
use tower::Service;

use crate::{
    Report,
    work::{Work, best, repeat, repeat_with_inputs},
};

/// The limit of a service, as a fraction of the time of tower-http.
const THIRD: f64 = 1.0 / 3.0;
/// The limit of the answer to a preflight, as a multiple of the time of the least work that any answer needs.
const FLOOR_FACTOR: f64 = 1.2;

pub fn measure(report: &mut Report) {
    decide(report);
    hostile(report);
    apply(report);
    service(report);
    service_preflight(report);
    actix(report);
    build(report);
}

fn decide(report: &mut Report) {
    let [first, unlisted] = [0, MANY].map(policies::origin);
    let request = policies::request_from(&first);
    let look_up = |headers| repeat(move || HeaderMap::get(black_box(headers), ORIGIN).is_some());
    let one = policies::policy(1);
    report.compare(
        "server/decide/allowed",
        decision(&one, &request),
        look_up(&request),
        5.0,
    );
    let (denied, not_cors) = (
        policies::request_from(&unlisted),
        policies::request_from_nowhere(),
    );
    report.compare(
        "server/decide/denied",
        decision(&one, &denied),
        look_up(&denied),
        f64::INFINITY,
    );
    report.compare(
        "server/decide/not_cors",
        decision(&one, &not_cors),
        look_up(&not_cors),
        2.0,
    );
    let many = policies::policy(MANY);
    for (name, headers) in [("listed", &request), ("not_listed", &denied)] {
        report.compare(
            &format!("server/decide/100000_origins/{name}"),
            decision(&many, headers),
            decision(&one, &request),
            1.5,
        );
    }
    let patterns = policies::pattern_policy(MANY_PATTERNS);
    for (name, origin) in [
        ("listed", "https://a.tenant-005000.example"),
        ("not_listed", "https://a.tenant-010000.example"),
    ] {
        report.compare(
            &format!("server/decide/10000_patterns/{name}"),
            decision(&patterns, &policies::request_from(origin)),
            decision(&one, &request),
            3.0,
        );
    }
}

/// Measures decisions on hostile preflights. One allocation hardly changes a ratio, so the program also counts the
/// allocations of each decision, and panics if the count is not zero.
fn hostile(report: &mut Report) {
    let origin = policies::origin(0);
    let usual = policies::preflight_from(&origin);
    for (kind, policy) in [
        ("listed", policies::policy(1)),
        ("any", policies::policy_with_any_header()),
    ] {
        for (name, headers) in policies::hostile_preflights(&origin) {
            // A decision about `one_name`, or about `lines` with the policy `any`, reads up to 8 KiB of the preflight.
            // This takes much longer than a decision about a preflight of a browser, so the ratio has no limit.
            let limit = match (kind, name) {
                (_, "one_name") | ("any", "lines") => f64::INFINITY,
                _ => 2.0,
            };
            report.compare(
                &format!("server/decide/hostile/{kind}/{name}"),
                preflight(&policy, &headers),
                preflight(&policy, &usual),
                limit,
            );
            let allocated = counting(|| black_box(policy.decide(&Method::OPTIONS, &headers))).1;
            assert_eq!(allocated.times, 0, "allocations of {kind}/{name}");
        }
    }
}

fn apply(report: &mut Report) {
    let request = policies::request_from(&policies::origin(0));
    let by_hand = ByHand::new();
    let ours = |policy: CorsPolicy| {
        let request = &request;
        repeat_with_inputs(policies::response, move |mut response| {
            policy
                .decide(&Method::GET, black_box(request))
                .apply(&mut response);
            response
        })
    };
    let floor = |write: fn(&ByHand, &HeaderMap, &mut HeaderMap)| {
        let (request, by_hand) = (&request, &by_hand);
        repeat_with_inputs(policies::response, move |mut response| {
            write(by_hand, black_box(request), &mut response);
            response
        })
    };
    report.compare(
        "server/apply/one_origin",
        ours(policies::policy(1)),
        floor(ByHand::apply),
        1.25,
    );
    report.compare(
        "server/apply/with_credentials",
        ours(policies::policy_with_credentials()),
        floor(ByHand::apply_with_credentials),
        1.25,
    );
}

fn service(report: &mut Report) {
    let [first, last, unlisted] = [0, MANY - 1, MANY].map(policies::origin);
    let get = |origin| policies::get(&policies::request_from(origin));
    for (name, origins, request, limit) in [
        ("one_origin", 1, get(&first), THIRD),
        ("100000_origins/not_listed", MANY, get(&unlisted), 0.001),
        ("100000_origins/last_listed", MANY, get(&last), 0.001),
    ] {
        let name = format!("server/service/{name}");
        if report.selects(&name) {
            let works = [
                answers(services::ours(origins), &request),
                answers(services::tower_http(origins), &request),
                answers(Bare, &request),
            ];
            report.compare_added(&name, works, limit);
        }
    }
}

/// Compares the answer to a preflight with tower-http and with the least work that any answer needs. The limit is a
/// third of the time of tower-http, or [`FLOOR_FACTOR`] times the least work, whichever is larger.
fn service_preflight(report: &mut Report) {
    let name = "server/service/preflight";
    if report.selects(name) {
        let request = policies::options(&policies::preflight_from(&policies::origin(0)));
        let [ours, theirs, floor, bare] = best([
            &answers(services::ours(1), &request),
            &answers(services::tower_http(1), &request),
            &answers(PreflightFloor::new(), &request),
            &answers(Bare, &request),
        ]);
        let [ours, theirs, floor] = [ours, theirs, floor].map(|time| time - bare);
        let limit = THIRD.max(FLOOR_FACTOR * floor / theirs);
        report.print(name, ours, theirs, limit);
        report.print(&format!("{name}_floor"), floor, theirs, f64::INFINITY);
    }
}

/// Compares the time that actix-cors adds to an actix handler with the time that our layer adds to a tower
/// handler.
fn actix(report: &mut Report) {
    let first = policies::origin(0);
    let get = policies::get(&policies::request_from(&first));
    let preflight = policies::options(&policies::preflight_from(&first));
    for (name, request) in [("one_origin", &get), ("preflight", &preflight)] {
        let name = format!("server/service/actix_cors/{name}");
        if report.selects(&name) {
            let [ours, bare] = best([
                &answers(services::ours(1), request),
                &answers(Bare, request),
            ]);
            let [theirs, their_bare] = best([
                &actix_answers(services::actix_cors(1), request),
                &actix_answers(services::actix_bare(), request),
            ]);
            report.print(&name, ours - bare, theirs - their_bare, f64::INFINITY);
        }
    }
}

fn build(report: &mut Report) {
    let name = "server/build/100000_origins/nanoseconds";
    if !report.selects(name) {
        return;
    }
    let origins: Vec<String> = policies::origins(MANY).collect();
    let build = || {
        CorsPolicy::builder()
            .origins(origins.iter().map(String::as_str))
            .build()
            .expect("a valid policy")
    };
    let times = (0..10).map(|_| {
        let start = Instant::now();
        black_box(build());
        start.elapsed().as_secs_f64() * 1e9
    });
    report.print(name, times.fold(f64::INFINITY, f64::min), 100e6, 1.0);
    let (policy, allocated) = counting(build);
    let bytes = allocated.bytes as f64 / policy.origins().map_or(0, |all| all.len()) as f64;
    report.print(
        "server/build/100000_origins/bytes_an_origin",
        bytes,
        200.0,
        1.0,
    );
}

fn decision<'a>(policy: &'a CorsPolicy, headers: &HeaderMap) -> Work<'a> {
    decided(policy, Method::GET, headers)
}

fn preflight<'a>(policy: &'a CorsPolicy, headers: &HeaderMap) -> Work<'a> {
    decided(policy, Method::OPTIONS, headers)
}

fn decided<'a>(policy: &'a CorsPolicy, method: Method, headers: &HeaderMap) -> Work<'a> {
    let headers = headers.clone();
    repeat(move || {
        let decision: Decision<'_> =
            black_box(policy).decide(black_box(&method), black_box(&headers));
        black_box(decision.verdict()).is_allowed()
    })
}

fn answers<'a, S>(mut service: S, request: &'a TestRequest) -> Work<'a>
where
    S: Service<TestRequest, Response = Response<String>, Error = Infallible> + 'a,
{
    repeat_with_inputs(
        || request.clone(),
        move |request| services::answer(&mut service, request),
    )
}

fn actix_answers<'a, S>(service: S, request: &'a TestRequest) -> Work<'a>
where
    S: ActixService<ServiceRequest> + 'a,
{
    repeat_with_inputs(
        || services::actix_request(request),
        move |request| services::actix_answer(&service, request),
    )
}
